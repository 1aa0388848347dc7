"""From a text that says some of a call to the form that asks for the rest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.forms import EXTRA, Filled, partly, prefilled
from operations.grammar import Command, parse, render
from operations.problem import Problem
from operations.registry import registry
from tests.strategies import calls

REGISTRY = registry()


def form(text: str) -> Filled:
    found = partly(text, REGISTRY)
    assert isinstance(found, Filled), found
    return found


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("refunds create", {}),
        (
            "refunds create --charge ch_1 --amount 12.50usd",
            {"charge": "ch_1", "amount": "12.50", "amount!currency": "usd"},
        ),
        ("customers update --name Jenny", {"name": "Jenny"}),
        ("customers update cus_123 --name {name}", {"customer": "cus_123"}),
        ("customers update {customer} --name Jenny", {"name": "Jenny"}),
        ("subscriptions create --customer {c} -d items[0][quantity]=3", {"items[0][quantity]": "3"}),
        ("products create --name '{name} mug'", {}),
        ("refunds create --charge {charge:ch_9}", {"charge": "ch_9"}),
        ("post /v1/refunds charge=ch_1", {"charge": "ch_1"}),
        ("customers list --fields id,email", {EXTRA: "--fields id,email"}),
    ],
)
def test_what_a_text_gives_stands_in_its_fields(text: str, answers: dict[str, str]) -> None:
    """What it leaves open stands in none."""
    assert form(text).answers == answers


def test_the_account_and_the_mode_are_those_of_the_text() -> None:
    """They are chosen above the fields."""
    filled = form("customers create --name x --live --on acme")
    assert (filled.account, filled.live) == ("acme", True)


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("refunds create --amount abc --charge ch_1", {"amount": "abc", "charge": "ch_1"}),
        ("refunds create --amountt 5 --charge ch_1", {"charge": "ch_1", EXTRA: "amountt=5"}),
        ("refunds create --reason whim --live", {"reason": "whim"}),
    ],
)
def test_what_is_wrong_stands_in_the_form_as_it_was_typed(text: str, answers: dict[str, str]) -> None:
    """So that it is told at its field, and put right there."""
    filled = form(text)
    assert filled.answers == answers
    assert filled.live == ("--live" in text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nonsense", "unknown_operation"),
        ("", "empty"),
        ("refunds create --charge 'ch_1", "unclosed_quote"),
        ("refunds create --charge " + "_".join(("sk", "live", "abcdefghijklmnop1234")), "secret"),
    ],
)
def test_a_text_without_an_operation_or_with_a_secret_is_no_form(text: str, code: str) -> None:
    """Nothing of a secret is kept."""
    found = partly(text, REGISTRY)
    assert isinstance(found, Problem)
    assert found.code == code


@settings(max_examples=60)
@given(data=st.data())
def test_a_text_in_full_is_the_form_of_its_call(data: st.DataObject) -> None:
    """As a run of it would be filled in again."""
    operation = data.draw(st.sampled_from(REGISTRY.operations))
    text = render(Command(data.draw(calls(operation, REGISTRY))))
    parsed = parse(text, REGISTRY)
    if isinstance(parsed, Command) and "{" not in text:
        assert partly(text, REGISTRY) == prefilled(parsed)


@given(st.text(max_size=200))
def test_no_text_whatever_raises(text: str) -> None:
    """A form or a problem."""
    assert isinstance(partly(text, REGISTRY), Filled | Problem)
    assert isinstance(partly(f"refunds create {text}", REGISTRY), Filled | Problem)
