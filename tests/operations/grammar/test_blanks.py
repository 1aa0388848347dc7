"""Blanks in a text: what they are, and what a filled-in text says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.grammar import Blank, Command, blanks, fill, parse
from operations.registry import registry

GOODWILL = "refunds create --charge {charge} --amount {amount?} -d metadata[why]={why?} --reason={reason?}"


def test_blanks_know_what_they_are_the_value_of() -> None:
    """So a form can ask for them with the right words."""
    assert blanks(GOODWILL) == (
        Blank("charge", optional=False, parameter="charge"),
        Blank("amount", optional=True, parameter="amount"),
        Blank("why", optional=True, parameter="metadata[why]"),
        Blank("reason", optional=True, parameter="reason"),
    )


def test_a_blank_within_a_value_or_a_word_belongs_to_no_parameter() -> None:
    """It is only a part of one, or an id in the path."""
    assert [each.parameter for each in blanks("customers retrieve {id} --expand 'a {b}' c{d}")] == ["", "", ""]


def test_a_blank_that_is_needed_once_is_needed() -> None:
    """The same name in two places is one question."""
    assert blanks("x {a?} {a} {A?}") == (Blank("a", optional=False, parameter=""),)


@pytest.mark.parametrize("text", ['--shipping {"name":"a"}', "--x {}", "--x {1}", "--x { a }"])
def test_json_has_no_blanks(text: str) -> None:
    """Its braces hold a quote, a number or nothing."""
    assert blanks(text) == ()


def test_what_is_left_empty_is_left_out_with_its_option() -> None:
    """An empty value would say something else."""
    answers = {"charge": "ch_1", "amount": "", "why": "", "reason": ""}
    assert fill(GOODWILL, answers) == "refunds create --charge ch_1"


def test_what_nobody_asked_for_is_no_blank() -> None:
    """Braces that somebody typed into a value stay."""
    assert fill("customers create --name '{x}' -d email={y}", {"y": "a b"}) == (
        "customers create --name '{x}' -d email='a b'"
    )


def test_a_needed_blank_without_an_answer_is_a_mistake() -> None:
    """Whoever asks has checked that before."""
    with pytest.raises(ValueError, match="charge"):
        fill(GOODWILL, {"charge": ""})


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(lambda text: text.strip() == text))
def test_an_answer_is_one_value_whatever_it_holds(answer: str) -> None:
    """No quote, dash or brace in it becomes an option, another value or another blank."""
    parsed = parse(fill("customers create --name {name} -d metadata[a]={name}", {"name": answer}), registry())
    if isinstance(parsed, Command):
        assert parsed.call.parameters["name"] == answer
        assert parsed.call.parameters["metadata"] == {"a": answer}
    else:
        assert parsed.code in {"secret", "too_long", "invalid_value"}


def test_a_blank_may_say_what_a_form_proposes() -> None:
    """A proposal is no answer: left empty, the blank is left out like any other."""
    [blank] = blanks("refund ch_1 {amount:12.50usd?}")
    assert (blank.name, blank.default, blank.optional) == ("amount", "12.50usd", True)
    assert fill("refund ch_1 {amount:12.50usd?}", {"amount": ""}) == "refund ch_1"
    assert fill("refund ch_1 {amount:12.50usd?}", {"amount": "5.00"}) == "refund ch_1 5.00"
