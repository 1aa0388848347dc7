"""Names of saved commands, and what is typed before and behind them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.saved.words import LONGEST_TEXT, Named, checked, read_named, taken, text_to_save, with_typed
from operations.grammar import Command, draft, parse, render
from operations.problem import Problem
from operations.registry import registry
from operations.sandbox.keys import LIVE_KEY
from operations.when import NOBODY_KNOWS
from tests.strategies import calls

ROOMS = frozenset({"", "help", "save", "saved", "run", "find"})
GOODWILL = "refunds create --charge {charge} --amount {amount} -d reason={reason?}"


def test_a_name_stands_first_and_the_rest_stays_as_it_was_typed() -> None:
    """Capitals are forgiven, and so are a phone's dashes before an option."""
    assert read_named("Goodwill  refunds create  'a  b'") == Named("goodwill", frozenset(), "refunds create  'a  b'")
    assert read_named("—workspace goodwill x", "workspace") == Named("goodwill", frozenset({"workspace"}), "x")


@pytest.mark.parametrize("text", ["--shared goodwill", "Über x", "a_b x", "9lives x", "-", "x" * 41, "a.b"])
def test_what_is_no_name_is_told_the_rule(text: str) -> None:
    """Underscores belong to Stripe's ids, and nothing is guessed."""
    assert isinstance(read_named(text, "workspace"), Problem)


def test_a_refused_name_repeats_no_secret() -> None:
    """Somebody may have typed a key where the name belongs."""
    for secret in (LIVE_KEY, "xoxb" + "-123456789-abc"):
        problem = read_named(f"{secret} customers list")
        assert isinstance(problem, Problem)
        assert secret not in problem.message


@pytest.mark.parametrize(
    "name",
    [
        *("customers", "customer", "refund", "create", "list", "payment-intents", "payment-intent", "balance"),
        *("help", "find", "save", "get", "post", "delete", "stripe"),
    ],
)
def test_a_word_that_means_something_already_is_no_name(name: str) -> None:
    """The refusal says so and proposes another."""
    problem = taken(name, registry(), ROOMS)
    assert problem is not None
    assert f"my-{name}" in problem.message


@pytest.mark.parametrize("name", ["goodwill", "daily-report", "vip", "x1", "my-refund"])
def test_any_other_word_is(name: str) -> None:
    """Most words are free."""
    assert taken(name, registry(), ROOMS) is None


@pytest.mark.parametrize(
    "typed",
    ["customers list", " customers list ", "/stripe customers list", "'customers list'", '"stripe customers list"'],
)
def test_the_text_is_what_one_would_type_behind_the_slash_command(typed: str) -> None:
    """Quotes around it all and the slash command are what shells and habits add."""
    assert text_to_save(typed) == "customers list"


def test_a_text_that_could_not_travel_is_not_saved() -> None:
    """Too long for the button or the form that it must go through, or too many questions."""
    for text in (
        "customers create --name " + "x" * LONGEST_TEXT,
        "customers create " + " ".join(f"-d metadata[a{n}]={{b{n}}}" for n in range(21)),
    ):
        problem = checked(text, registry(), NOBODY_KNOWS)
        assert isinstance(problem, Problem)
        assert problem.code == "too_long"


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("", GOODWILL),
        ("ch_1", "refunds create --charge ch_1 --amount {amount} -d reason={reason?}"),
        ("ch_1 500 duplicate", "refunds create --charge ch_1 --amount 500 -d reason=duplicate"),
        ("ch_1 500 duplicate more", "refunds create --charge ch_1 --amount 500 -d reason=duplicate more"),
        ("amount=500 charge=ch_1", "refunds create --charge ch_1 --amount 500 -d reason={reason?}"),
        ("--amount 500 --charge=ch_1 reason=", "refunds create --charge ch_1 --amount 500"),
        ("ch_1 --live amount=5", "refunds create --charge ch_1 --amount 5 -d reason={reason?} --live"),
        ("--live ch_1", f"{GOODWILL} --live ch_1"),
        ("metadata[why]='a b' -d x=y", f"{GOODWILL} metadata[why]='a b' -d x=y"),
        ("charge=", GOODWILL),
        ("charge='a b; --live'", "refunds create --charge 'a b; --live' --amount {amount} -d reason={reason?}"),
    ],
)
def test_what_is_typed_behind_the_name_fills_the_blanks_or_is_appended(typed: str, text: str) -> None:
    """By order, by name, or as any option; a value stays one value."""
    assert with_typed(GOODWILL, typed) == text


@given(st.sampled_from(registry().operations).flatmap(lambda operation: calls(operation, registry())))
def test_a_saved_text_is_the_same_call_as_a_typed_one(call: object) -> None:
    """Saved and run without blanks, it means what it means when typed."""
    text = render(Command(call))  # type: ignore[arg-type] # a Call
    named = read_named(f"--workspace goodwill {text}", "workspace")
    assert isinstance(named, Named)
    saved = text_to_save(named.rest)
    typed = parse(text, registry())
    assert isinstance(typed, Command)
    assert parse(with_typed(saved, ""), registry()) == typed
    if "{" not in text:
        assert draft(saved, registry()) == typed
