"""What is made of Stripe's answers: nothing that a member holds does harm, and what is kept can be kept."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from operations import samples
from operations.call import Call, bind
from operations.looks import MOST_FACTS, Answer, Money, Snapshot, differences, reads, snapshot, whole
from operations.registry import registry
from tests.operations.looks.conftest import assert_bounded
from tests.operations.looks.test_reads import HARMFUL, bound, sampled

REGISTRY = registry()
REFUND = bound("POST /v1/refunds", charge="ch_1")

MEMBERS = [
    "object", "id", "amount", "amount_captured", "amount_refunded", "amount_reversed", "amount_paid",
    "amount_remaining", "amount_total", "amount_capturable", "total", "currency", "status", "captured", "disputed",
    "deleted", "created", "customer", "name", "email", "data", "items", "price", "product", "unit_amount",
    "recurring", "interval", "quantity", "latest_charge", "charge", "card", "payment_method_details", "last4",
    "brand", "current_period_end", "cancel_at", "cancel_at_period_end", "pause_collection", "value", "type",
    "reason", "due_by", "evidence_details", "billing_details", "available", "has_more", "is_charge_refundable",
    "percent_off", "enabled_events", "subscription", "pre_payment_credit_notes_amount", "cancelable", "reversed_by",
]  # fmt: skip
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.integers(0, 10**6),
    st.floats(),
    st.text(st.characters(), max_size=20),
    st.sampled_from(["usd", "USD", "jpy", "xx", "succeeded", "requires_capture", "month", "2026-11-01T00:00:00Z",
                     "\0", "\ud800", "x" * 5000, "9999-12-31T23:59:59-14:00", "paid"]),
)  # fmt: skip
ANSWERS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=14),
    max_leaves=40,
)


def charge(**members: Any) -> dict[str, Any]:
    return {"id": "ch_1", "amount": 4200, "amount_captured": 4200, "amount_refunded": 0, "captured": True,
            "currency": "usd", "disputed": False, "status": "succeeded", **members}  # fmt: skip


@given(st.sampled_from(HARMFUL), ANSWERS, ANSWERS)
@example(HARMFUL[0], {"created": 10**400, "amount": 10**400, "currency": "usd"}, {})
def test_whatever_stripe_answers_is_told_of_in_bounds(operation: Any, answer: Any, other: Any) -> None:
    """No answer raises, none fills a card, and what comes of it can be kept and read again."""
    call = sampled(operation)
    names = [each.name for each in reads(call, REGISTRY)]
    answers = {name: Answer(answer if index == 0 else other) for index, name in enumerate(names)}
    seen = snapshot(call, answers)
    assert_bounded(seen)
    assert differences(seen, snapshot(call, answers)) == ()


@pytest.mark.parametrize(
    ("answers", "trouble", "refused"),
    [
        ({"charge": Answer(trouble="The key may not read charges.")}, "The key may not read charges.", ""),
        ({"charge": Answer(gone=True)}, "", "There is no charge ch_1 here. Check the id, the account and the mode."),
        ({"charge": Answer(charge()), "disputes": Answer(trouble="The key may not read disputes.")}, "", ""),
        ({"charge": Answer(charge(disputed=True)), "disputes": Answer(trouble="The key may not read disputes.")},
         "The key may not read disputes.", "disputed"),
    ],
)  # fmt: skip
def test_what_could_not_be_read_is_said_where_it_matters(
    answers: dict[str, Answer], trouble: str, refused: str
) -> None:
    """The dispute of a payment that has none is nobody's concern."""
    seen = snapshot(REFUND, answers)
    assert seen.trouble == trouble
    assert refused in seen.refused if refused else seen.refused == ""
    assert seen.object_id == "ch_1"


@pytest.mark.parametrize(("refundable", "refused"), [(True, False), (False, True), ("true", True), (None, True)])
def test_an_inquiry_can_be_refunded_and_is_told_of(refundable: object, refused: bool) -> None:
    """Stripe says of a dispute whether its charge can still be refunded."""
    dispute: Any = {"status": "warning_needs_response", "reason": "general", "is_charge_refundable": refundable}
    answers = {"charge": Answer(charge(disputed=True)), "disputes": Answer({"data": [dispute]})}
    seen = snapshot(REFUND, answers)
    assert bool(seen.refused) is refused
    assert "general, warning needs response" in [each.value for each in seen.facts]


def test_a_deleted_customer_is_refused() -> None:
    """Stripe answers with a mark, not with an error."""
    call = bound("DELETE /v1/customers/{customer}", "cus_1")
    seen = snapshot(call, {"customer": Answer({"id": "cus_1", "object": "customer", "deleted": True})})
    assert seen.refused == "The customer is deleted already."


def test_a_list_that_goes_on_is_more_than_what_was_read() -> None:
    """A hundred are read; nobody is told that there are no more."""
    call = bound("DELETE /v1/customers/{customer}", "cus_1")
    paid: Any = {"amount_captured": 100, "amount_refunded": 40, "currency": "usd", "status": "succeeded"}
    answers = {
        "customer": Answer({"id": "cus_1"}),
        "subscriptions": Answer({"data": [{}, {}, {}], "has_more": False}),
        "charges": Answer({"data": [paid, paid, {**paid, "currency": "eur"}, {**paid, "status": "failed"}],
                           "has_more": True}),
    }  # fmt: skip
    told = {each.label: each.value.replace("\N{NO-BREAK SPACE}", " ") for each in snapshot(call, answers).facts}
    assert told["Would end"] == "3 active subscriptions"
    assert told["Has paid"] == "more than €0.60 EUR, $1.20 USD"


def test_a_status_that_nobody_knows_bars_nothing() -> None:
    """Stripe decides about what is new."""
    call = bound("POST /v1/payouts/{payout}/cancel", "po_1")
    assert snapshot(call, {"payout": Answer({"status": "resting", "amount": 5, "currency": "usd"})}).refused == ""


def test_v2_amounts_are_money_too() -> None:
    """They are objects of a value and a currency."""
    call = bound("POST /v2/money_management/outbound_payments/{id}/cancel", "obp_test_1")
    data: Any = {"amount": {"value": 500, "currency": "eur"}, "cancelable": False, "created": "2026-11-01T10:00:00Z"}
    seen = snapshot(call, {"v2.money_management.outbound_payment": Answer(data)})
    assert seen.moves == Money(500, "eur")
    assert "can't be cancelled any more" in seen.refused
    assert [each.value for each in seen.facts if each.label == "Created"] == ["1793527200"]


def test_a_key_in_a_description_is_masked() -> None:
    """What a look tells is kept and shown."""
    key = "sk_live_" + "a1B2" * 8
    told = [each.value for each in snapshot(REFUND, {"charge": Answer(charge(description=f"by {key}"))}).facts]
    assert not any(key in each for each in told)
    assert any(each.startswith("by ") for each in told)


def test_a_card_holds_no_more_than_twelve_facts_and_all_is_watched() -> None:
    """What people are not told of must stay as it was all the same."""
    call = bound(
        "POST /v1/credit_notes", invoice="in_1", amount=6, refund_amount=1, credit_amount=2, out_of_band_amount=3
    )
    data: Any = {
        "number": "A-1", "total": 9, "amount_paid": 9, "amount_remaining": 1, "post_payment_credit_notes_amount": 1,
        "status": "paid", "customer_name": "Jenny", "customer": "cus_1", "due_date": 1793527200,
        "description": "Beans", "created": 1793527200, "currency": "usd",
    }  # fmt: skip
    seen = snapshot(call, {"invoice": Answer(data)})
    assert [each.label for each in seen.facts][-1] == "Due"
    assert len(seen.facts) == MOST_FACTS
    assert {"Already credited", "Status", "Still owed", "Currency"} <= set(seen.watched or {})


def test_whole_or_part() -> None:
    """In one currency only."""
    of = Money(500, "usd")
    assert whole(Snapshot(moves=of, of=of)) is True
    assert whole(Snapshot(moves=Money(499, "usd"), of=of)) is False
    assert whole(Snapshot(moves=Money(500, "eur"), of=of)) is None
    assert whole(Snapshot(moves=of)) is None


def test_a_look_acts_on_the_account_that_the_call_acts_on() -> None:
    """A connected account's charge is not the platform's."""
    operation = REFUND.operation
    call: Call = bind(operation, {}, {"charge": samples.object_id("charge")}, stripe_account="acct_1X")
    assert {each.call.stripe_account for each in reads(call, REGISTRY)} == {"acct_1X"}
