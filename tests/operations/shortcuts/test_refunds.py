"""Refunds in everyday words: what is looked at, what is asked for, and what is refused at once."""

from typing import Any

import pytest

from operations.grammar import Command, Stated, render
from operations.problem import Problem
from operations.registry import registry
from operations.shaping import AS_IT_IS
from operations.shortcuts import Lookup, go_on, read_shortcut
from operations.when import NOBODY_KNOWS

REGISTRY = registry()


def charge(**members: Any) -> dict[str, Any]:
    """A captured charge of 42 dollars."""
    return {
        "id": "ch_1A", "object": "charge", "amount": 4200, "amount_captured": 4200, "amount_refunded": 0,
        "captured": True, "currency": "usd", "disputed": False, "payment_intent": "pi_1A", "refunded": False,
        "status": "succeeded", **members,
    }  # fmt: skip


def looked_up(text: str) -> Lookup:
    found = read_shortcut(text, REGISTRY, NOBODY_KNOWS)
    assert isinstance(found, Lookup), found
    return found


def refund(text: str, found: Any) -> Command | Problem:
    """What a text becomes, once Stripe has told of the charge."""
    return go_on(looked_up(text).then, found, REGISTRY, AS_IT_IS)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("refund ch_1A 12.50", "charges retrieve ch_1A"),
        ("refund py_1A", "charges retrieve py_1A"),
        ("refund pi_1A 12.50", "payment_intents retrieve pi_1A --expand latest_charge"),
        ("refund ch_1A --live --on eu", "charges retrieve ch_1A --on eu --live"),
        ("refund --live ch_1A 5.00", "charges retrieve ch_1A --live"),
        ("refund ch_1A --stripe-account acct_1X", "charges retrieve ch_1A --stripe-account acct_1X"),
    ],
)
def test_the_payment_is_looked_at_first(text: str, read: str) -> None:
    """On the account and in the mode of the refund."""
    assert render(looked_up(text).command) == read


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("refund ch_1A 12.50 requested_by_customer", "--amount 1250 --charge ch_1A --reason requested_by_customer"),
        ("refund ch_1A requested by customer 12.50", "--amount 1250 --charge ch_1A --reason requested_by_customer"),
        ("refund ch_1A 12.50usd", "--amount 1250 --charge ch_1A"),
        ("refund ch_1A $12.50", "--amount 1250 --charge ch_1A"),
        ("refund ch_1A 12,50 usd fraud", "--amount 1250 --charge ch_1A --reason fraudulent"),
        ("refund ch_1A usd 12,50", "--amount 1250 --charge ch_1A"),
        ("refund 12.50 ch_1A duplicate", "--amount 1250 --charge ch_1A --reason duplicate"),
        ("Refund ch_1A $12 because it was a scam", "--amount 1200 --charge ch_1A --reason fraudulent"),
        ("refund ch_1A", "--amount 4200 --charge ch_1A"),
        ("refund ch_1A all", "--amount 4200 --charge ch_1A"),
        ("refund ch_1A in full customer request", "--amount 4200 --charge ch_1A --reason requested_by_customer"),
        ("refund ch_1A 5.00 --metadata[ticket]=7", "--amount 500 --charge ch_1A --metadata[ticket] 7"),
        ("refund ch_1A 5.00 --live --on eu", "--amount 500 --charge ch_1A"),
    ],
)
def test_it_becomes_a_refund_in_minor_units(text: str, command: str) -> None:
    """The amount and the reason in either order, in the currency of the charge."""
    found = refund(text, charge())
    assert isinstance(found, Command), found
    assert render(found.call) == f"refunds create {command}"
    amount = found.call.parameters["amount"]
    assert found.stated == (Stated("amount", amount, "usd", left=4200),)  # type: ignore[arg-type]  # an integer


def test_an_intent_is_refunded_by_its_own_id() -> None:
    """What is left is told by its charge."""
    found = refund("refund pi_1A", {"id": "pi_1A", "object": "payment_intent", "status": "succeeded",
                                    "latest_charge": charge(amount_refunded=200)})  # fmt: skip
    assert isinstance(found, Command)
    assert render(found.call) == "refunds create --amount 4000 --payment-intent pi_1A"


@pytest.mark.parametrize(
    ("currency", "said", "minor"), [("jpy", "500", 500), ("jpy", "¥500", 500), ("isk", "5", 500), ("kwd", "5.12", 5120)]
)
def test_each_currency_counts_in_its_own_units(currency: str, said: str, minor: int) -> None:
    """A whole number is clear where the currency has no decimals."""
    found = refund(f"refund ch_1A {said}", charge(currency=currency, amount=90_000, amount_captured=90_000))
    assert isinstance(found, Command), found
    assert found.call.parameters["amount"] == minor


@pytest.mark.parametrize(
    ("text", "found", "code", "says"),
    [
        ("refund ch_1A 12.50 eur", charge(), "wrong_currency", "USD"),
        ("refund ch_1A €12.50", charge(), "wrong_currency", "USD"),
        ("refund ch_1A 50.00", charge(), "too_much", "$42.00"),
        ("refund ch_1A 40.00", charge(amount_refunded=1000), "too_much", "$32.00"),
        ("refund ch_1A 12.505", charge(), "invalid_value", "12.505"),
        ("refund ch_1A 5.50", charge(currency="jpy"), "invalid_value", "JPY"),
        ("refund ch_1A 0.00", charge(), "invalid_value", "nothing"),
        ("refund ch_1A", charge(amount_refunded=4200, refunded=True), "not_refundable", "$42.00"),
        ("refund ch_1A", charge(disputed=True), "not_refundable", "disputed"),
        ("refund ch_1A", charge(captured=False, amount_captured=0), "not_refundable", "not captured"),
        ("refund ch_1A", charge(status="failed"), "not_refundable", "failed"),
        ("refund ch_1A", charge(status="pending"), "not_refundable", "has not gone through"),
        ("refund pi_1A", {"object": "payment_intent", "status": "requires_capture"}, "not_refundable", "not captured"),
        ("refund pi_1A", {"object": "payment_intent", "latest_charge": None}, "not_refundable", "no payment yet"),
        ("refund ch_1A", {}, "not_refundable", "no payment yet"),
        ("refund ch_1A", None, "not_refundable", "no payment yet"),
    ],
)
def test_what_the_payment_says_against_it_is_said_at_once(text: str, found: Any, code: str, says: str) -> None:
    """No second person is asked for what can't be."""
    problem = refund(text, found)
    assert isinstance(problem, Problem), problem
    assert problem.code == code
    assert says in problem.message


def test_a_bare_whole_number_is_refused_with_both_readings() -> None:
    """Twelve dollars or twelve cents: each stands there to be pressed, with the rest of what was typed."""
    problem = refund("refund ch_1A 12 fraud --live", charge())
    assert isinstance(problem, Problem)
    assert (problem.code, problem.parameter) == ("ambiguous", None)
    assert problem.suggestions == (
        "refund ch_1A 12.00usd fraudulent --live",
        "refund ch_1A 0.12usd fraudulent --live",
    )
    for each in problem.suggestions:
        assert isinstance(refund(each, charge()), Command)


def test_too_much_offers_what_is_left() -> None:
    """The nearest right thing is a whole command."""
    problem = refund("refund ch_1A 50.00 duplicate", charge(amount_refunded=700))
    assert isinstance(problem, Problem)
    assert problem.suggestions == ("refund ch_1A 35.00usd duplicate",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("refund", "missing_id"),
        ("refund jenny", "missing_id"),
        ("refund cus_1A", "invalid_id"),
        ("refund re_1A", "invalid_id"),
        ("refund ch_1A nicely", "invalid_value"),
        ("refund ch_1A 5.00 6.00", "duplicate_parameter"),
        ("refund ch_1A all 6.00", "duplicate_parameter"),
        ("refund ch_1A 5.00 --amount 500", "duplicate_parameter"),
        ("refund ch_1A --wrong 1", "unknown_parameter"),
    ],
)
def test_what_is_wrong_with_the_words_needs_no_look(text: str, code: str) -> None:
    """Stripe is asked only about what could be meant."""
    problem = read_shortcut(text, REGISTRY, NOBODY_KNOWS)
    assert isinstance(problem, Problem)
    assert problem.code == code


def test_minor_units_by_their_own_name_need_no_look() -> None:
    """``--amount 500`` is as exact as the whole command."""
    found = read_shortcut("refund ch_1A --amount 500", REGISTRY, NOBODY_KNOWS)
    assert isinstance(found, Command)
    assert render(found) == "refunds create --amount 500 --charge ch_1A"


@pytest.mark.parametrize("text", ["refund create --charge ch_1A", "refund list --limit 3"])
def test_words_of_an_operation_are_left_to_the_grammar(text: str) -> None:
    """It may know what is meant."""
    found = read_shortcut(text, REGISTRY, NOBODY_KNOWS)
    assert found is None
