"""What speaks for a call of unknown outcome having been carried out: refunds since then, an end, or a change."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations import samples
from operations.call import Call, Json
from operations.looks import Answer, Evidence, Money, Snapshot, differences, evidence, snapshot, traces
from operations.registry import registry
from tests.operations.looks.test_reads import HARMFUL, assert_harmless, bound, sampled
from tests.operations.looks.test_snapshots import ANSWERS

REGISTRY = registry()
SENT = 1_795_348_800
REFUND = bound("POST /v1/refunds", charge="ch_1", amount=1250)
CANCEL = bound("DELETE /v1/subscriptions/{subscription_exposed_id}", "sub_1")


def refund(made_at: int, amount: int = 1250, name: str = "re_1") -> dict[str, Any]:
    return {"id": name, "amount": amount, "currency": "eur", "created": made_at, "status": "succeeded"}


def by(call: Call, *refunds: Any, expected: Money | None = None, has_more: bool = False) -> Evidence:
    answer = Answer(data={"object": "list", "data": list(refunds), "has_more": has_more})
    return evidence(call, {"refunds": answer}, since=SENT, expected=expected, before=None)


def of(call: Call, answer: Answer, before: Snapshot | None = None) -> Evidence:
    (first, *_) = traces(call, REGISTRY)
    return evidence(call, {first.name: answer}, since=SENT, expected=None, before=before)


def test_refunds_are_listed_by_what_was_refunded() -> None:
    """By the charge or the payment intent; of a customer's balance, Stripe lists none."""
    charged = bound("POST /v1/charges/{charge}/refund", "ch_2")
    intended = bound("POST /v1/refunds", payment_intent="pi_1")
    listed = [traces(each, REGISTRY)[0].call.parameters for each in (REFUND, charged, intended)]
    assert [sorted(each.items()) for each in listed] == [
        [("charge", "ch_1"), ("limit", 100)],
        [("charge", "ch_2"), ("limit", 100)],
        [("limit", 100), ("payment_intent", "pi_1")],
    ]
    assert traces(bound("POST /v1/refunds", customer="cus_1", amount=5, currency="eur"), REGISTRY) == ()


def test_one_refund_of_the_amount_made_since_then_speaks_for_it() -> None:
    """Where only seconds lie between two clocks, too; an older one is somebody else's."""
    found = by(REFUND, refund(SENT - 30), refund(SENT - 4000, name="re_0"))
    assert (found.speaks, [each.object_id for each in found.found]) == ("for", ["re_1"])
    assert found.found[0].money == Money(1250, "eur")
    assert by(REFUND, refund(SENT - 4000)).speaks == "against"
    assert by(REFUND).speaks == "against"


def test_what_may_be_somebody_elses_leaves_it_open() -> None:
    """Two of one amount, one of another, or more than was read."""
    twice = by(REFUND, refund(SENT + 5), refund(SENT + 9, name="re_2"))
    other = by(REFUND, refund(SENT + 5, amount=99))
    assert (twice.speaks, len(twice.found)) == ("open", 2)
    assert (other.speaks, len(other.found)) == ("open", 1)
    assert by(REFUND, refund(SENT - 4000), has_more=True).speaks == "open"


def test_a_refund_of_all_that_was_left_is_told_by_what_was_expected() -> None:
    """The call itself names no amount."""
    full = bound("POST /v1/refunds", charge="ch_1")
    assert by(full, refund(SENT, 4000), expected=Money(4000, "eur")).speaks == "for"
    assert by(full, refund(SENT, 4000)).speaks == "open"


@pytest.mark.parametrize(
    ("answer", "speaks"),
    [
        (Answer(gone=True), "for"),
        (Answer(data={"id": "sub_1", "status": "canceled"}), "for"),
        (Answer(data={"id": "sub_1", "deleted": True}), "for"),
        (Answer(data={"id": "sub_1", "status": "active"}), "against"),
        (Answer(trouble="Stripe did not answer."), "open"),
    ],
)
def test_an_end_is_told_by_whether_the_object_still_stands(answer: Answer, speaks: str) -> None:
    """Gone or canceled, it happened; still there, it did not; unread, nobody knows."""
    assert of(CANCEL, answer).speaks == speaks


def test_of_what_holds_the_object_nothing_is_concluded() -> None:
    """An account that still stands says nothing of a bank account of it."""
    ends = [each for each in HARMFUL if each.method == "DELETE" and each.path.endswith("}")]
    for each in ends:
        call = bound(each.key, *samples.path_ids(each))
        assert all(found.call.operation.path == each.path for found in traces(call, REGISTRY))


def test_other_changes_are_told_as_differences() -> None:
    """Since it was asked for, where something was noted then."""
    capture = bound("POST /v1/payment_intents/{intent}/capture", "pi_1")
    was: dict[str, Json] = {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": 100,
        "currency": "eur",
        "status": "requires_capture",
    }
    before = snapshot(capture, {"payment_intent": Answer(data=was)})
    now = of(capture, Answer(data={**was, "status": "succeeded"}), before)
    assert (now.speaks, bool(now.changes)) == ("open", True)
    assert of(capture, Answer(data=was), before).changes == ()
    assert of(capture, Answer(data=was)).changes == ()


def test_of_what_makes_something_new_nothing_can_be_looked_up() -> None:
    """Nobody knows the id that it would have."""
    call = bound("POST /v1/customers")
    assert traces(call, REGISTRY) == ()
    assert evidence(call, {}, since=SENT, expected=None, before=None).speaks == "open"


@given(st.sampled_from([*HARMFUL, REFUND.operation]), ANSWERS)
def test_whatever_is_asked_and_answered_reads_harm_nothing_and_something_is_said(operation: Any, data: Any) -> None:
    """Of every operation that can do harm."""
    call = sampled(operation)
    found = traces(call, REGISTRY)
    assert_harmless(call, found)
    answers = {each.name: Answer(data=data) for each in found}
    assert evidence(call, answers, since=SENT, expected=None, before=None).says


def test_what_could_not_be_read_before_has_not_changed() -> None:
    """A value without a former one is a difference only where all had been read."""
    now = Snapshot(watched={"Status": "succeeded", "Dispute": "lost"})
    before = Snapshot(watched={"Status": "succeeded"})
    assert [each.label for each in differences(before, now)] == ["Dispute"]
    unread = Snapshot(watched={"Status": "succeeded"}, trouble="Stripe did not answer.")
    assert differences(unread, now) == ()
    assert [each.label for each in differences(unread, Snapshot(watched={}))] == ["Status"]
