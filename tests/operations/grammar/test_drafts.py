"""What is told of a text before its blanks are filled in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.grammar import Command, draft, parse
from operations.problem import Problem
from operations.registry import registry

CARD = "4242" * 4


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("refunds create --charge {charge} --amount {amount}", "refunds create"),
        ("refunds create -d charge={charge} --reason {reason?}", "refunds create"),
        ("customers retrieve {customer}", "customers retrieve"),
        ("customers retrieve --live {customer}", "customers retrieve"),
        ("get /v1/charges/{charge}", "charges retrieve"),
        ("charges list --limit {n} --created[gte] {since}", "charges list"),
        ("refunds create --charge {c} --stripe-account {account} --on {alias}", "refunds create"),
        ("customers create --name 'For {who}' -d metadata[{key}]=x", "customers create"),
    ],
)
def test_what_a_blank_will_hold_is_not_judged(text: str, operation: str) -> None:
    """No value is known yet, so none is wrong; the operation is."""
    drafted = draft(text, registry())
    assert isinstance(drafted, Command)
    assert drafted.call.operation.name == operation


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("refund create --charge {x} --bogus 1", None, ""),
        ("bogus words {x}", "unknown_operation", "{x}"),
        ("refunds create --charg {charge}", "unknown_parameter", "charge"),
        ("refunds create --amount {amount} --amount 5", "duplicate_parameter", "amount"),
        ("refunds create --amount 12.x --charge {charge}", "invalid_value", "12.x"),
        ("refunds create --api-key {key}", "refused_option", "--on"),
        ("customers retrieve", "missing_id", "customer"),
        ("customers create --name 'x {y}", "unclosed_quote", ""),
        ("", "empty", ""),
    ],
)
def test_all_else_is_judged_as_in_any_command(text: str, code: str | None, says: str) -> None:
    """Whatever fills the blanks, these would be refused; no stand-in of ours is quoted."""
    drafted = draft(text, registry())
    assert isinstance(drafted, Problem)
    assert code is None or drafted.code == code
    assert says in drafted.message
    assert "_1" not in drafted.message


@pytest.mark.parametrize(
    "text",
    [
        f"customers create --name {CARD}",
        f"customers create --name {CARD[:4]}{{x}}{CARD[4:]}",
        "customers create --name sk_live_{x}abcdefgh",
        "customers create --name sk_live_abcdefgh{x}",
        "customers create --name sk_li'v'e_{x} --email sk_live_abcdefghijkl",
    ],
)
def test_a_blank_hides_no_secret(text: str) -> None:
    """Not within one, not beside one."""
    drafted = draft(text, registry())
    assert isinstance(drafted, Problem)
    assert drafted.code == "secret"


@given(st.text(max_size=60) | st.text("{}?ab -'\"=[]./", max_size=60).map(lambda text: f"customers create {text}"))
def test_any_text_is_a_draft_or_a_problem(text: str) -> None:
    """It never raises."""
    assert isinstance(draft(text, registry()), Command | Problem)


@pytest.mark.parametrize("text", ["customers list --limit 3", "customers list --limit many", "nonsense"])
def test_without_blanks_it_is_what_the_parser_says(text: str) -> None:
    """Places in the text included."""
    assert draft(text, registry()) == parse(text, registry())
