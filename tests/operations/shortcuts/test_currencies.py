"""Amounts that were said with a currency: the object that has one is read, and has to agree."""

from typing import Any

import pytest

from operations.grammar import Command, Stated, parse, render
from operations.problem import Problem
from operations.registry import registry
from operations.sandbox.objects.make import fields_of
from operations.shaping import Shaping
from operations.shortcuts import Lookup, confirm, go_on
from operations.shortcuts.currencies import HOLDERS

REGISTRY = registry()
USD = (Stated("amount", 1250, "usd"),)


def stated(text: str) -> Command:
    """A command whose amounts are typed with their currency."""
    command = parse(text, REGISTRY)
    assert isinstance(command, Command), command
    assert command.stated
    return command


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("refunds create --charge ch_1A --amount 12.50usd", "charges retrieve ch_1A"),
        ("refunds create --payment-intent pi_1A --amount 12.50usd --live", "payment_intents retrieve pi_1A --live"),
        ("charges capture ch_1A --amount 12.50usd --on eu", "charges retrieve ch_1A --on eu"),
        ("payment_intents capture pi_1A --amount-to-capture 12.50usd", "payment_intents retrieve pi_1A"),
        ("transfer_reversals create tr_1A --amount 12.50usd", "transfers retrieve tr_1A"),
        ("fee_refunds create fee_1A --amount 12.50usd", "application_fees retrieve fee_1A"),
        ("credit_notes create --invoice in_1A --amount 12.50usd", "invoices retrieve in_1A"),
        (
            "refunds create --charge ch_1A --amount 12.50usd --stripe-account acct_1X",
            "charges retrieve ch_1A --stripe-account acct_1X",
        ),
    ],
)
def test_the_object_that_the_amount_is_for_is_read(text: str, read: str) -> None:
    """By the path or a parameter, as the registry says what each refers to; on the same account, in the same mode."""
    found = confirm(stated(text), REGISTRY)
    assert isinstance(found, Lookup)
    assert render(found.command) == read


def test_nothing_that_has_a_currency_is_refused_with_minor_units() -> None:
    """There is nothing to ask."""
    found = confirm(stated("refunds create --amount 12.50usd --customer cus_1A"), REGISTRY)
    assert isinstance(found, Problem)
    assert (found.code, found.parameter, found.suggestions) == ("unknown_currency", "amount", ("1250",))
    assert "$12.50" in found.message


def gone_on(text: str, found: Any) -> Command | Problem:
    lookup = confirm(stated(text), REGISTRY)
    assert isinstance(lookup, Lookup)
    shaping = Shaping(fields=("id",))
    return go_on(lookup.then, found, REGISTRY, shaping)


REFUND = "refunds create --charge ch_1A --amount 12.50usd --live"


def test_an_amount_in_the_objects_currency_goes_on() -> None:
    """The same call, with what there is to take it from, shown as it was asked to be."""
    found = gone_on(REFUND, {"object": "charge", "currency": "usd", "amount": 4200, "amount_refunded": 200})
    assert isinstance(found, Command)
    assert render(found.call) == "refunds create --amount 1250 --charge ch_1A"
    assert found.live
    assert found.stated == (Stated("amount", 1250, "usd", left=4000),)
    assert found.shaping == Shaping(fields=("id",))


def test_what_is_no_refund_is_not_measured_by_what_is_left_to_refund() -> None:
    """A capture takes from another sum."""
    found = gone_on(
        "charges capture ch_1A --amount 12.50usd",
        {"object": "charge", "currency": "USD", "amount": 4200, "amount_refunded": 4200},
    )
    assert isinstance(found, Command)
    assert found.stated == USD


@pytest.mark.parametrize(
    ("found", "code", "says"),
    [
        ({"object": "charge", "currency": "eur"}, "wrong_currency", "The charge is in EUR, and you said USD."),
        ({"object": "charge"}, "unknown_currency", "1250"),
        (None, "unknown_currency", "1250"),
        ({"object": "charge", "currency": "usd", "amount": 900, "amount_refunded": 100}, "too_much", "$8.00"),
    ],
)
def test_what_the_object_says_against_it_is_said(found: Any, code: str, says: str) -> None:
    """Before anybody is asked."""
    problem = gone_on(REFUND, found)
    assert isinstance(problem, Problem), problem
    assert (problem.code, problem.parameter) == (code, "amount")
    assert says in problem.message


@pytest.mark.parametrize("kind", HOLDERS)
def test_each_kind_that_is_asked_has_a_currency(kind: str) -> None:
    """Stripe's object has the member, and one id is enough to read it."""
    assert REGISTRY.retrieving(kind) is not None
    assert "currency" in fields_of(kind)
