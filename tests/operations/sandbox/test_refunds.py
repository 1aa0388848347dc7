"""Refunds: limits, doors, amounts, and what they leave behind."""

import pytest

from operations.sandbox import Sandbox
from operations.sandbox.keys import ACCOUNT
from operations.sandbox.seed import HIGHLIGHTS
from tests.operations.sandbox.conftest import Client, error_of

CHARGE = HIGHLIGHTS["refundable_charge"]


async def test_refund_without_amount_gives_back_all_that_is_left(client: Client) -> None:
    """After 25.00 of 89.00 the next refund without an amount is 64.00, and the charge is refunded."""
    charge = HIGHLIGHTS["partly_refunded_charge"]
    answer = await client.call("POST /v1/refunds", charge=charge)
    after = await client.call("GET /v1/charges/{charge}", charge)
    assert (answer.json()["amount"], answer.json()["status"]) == (6400, "succeeded")
    assert (after.json()["refunded"], after.json()["amount_refunded"]) == (True, 8900)


async def test_refunds_never_exceed_the_charge(client: Client) -> None:
    """More than is left is refused with both amounts, and nothing is given back."""
    await client.call("POST /v1/refunds", charge=CHARGE, amount=4000)
    answer = await client.call("POST /v1/refunds", charge=CHARGE, amount=201)
    assert answer.status_code == 400
    assert error_of(answer)["param"] == "amount"
    assert "($2.01)" in error_of(answer)["message"]
    assert "($2.00)" in error_of(answer)["message"]
    assert len(client.app.journal.of("POST /v1/refunds")) == 1


@pytest.mark.parametrize(
    ("charge", "code"),
    [
        (HIGHLIGHTS["refunded_charge"], "charge_already_refunded"),
        (HIGHLIGHTS["disputed_charge"], "charge_disputed"),
        (HIGHLIGHTS["failed_charge"], "charge_not_refundable"),
    ],
)
async def test_charge_that_cannot_be_refunded_is_refused_with_the_reason(
    client: Client, charge: str, code: str
) -> None:
    """Refunded, disputed and failed charges are each refused by their own code."""
    answer = await client.call("POST /v1/refunds", charge=charge)
    assert (answer.status_code, error_of(answer)["code"]) == (400, code)


@pytest.mark.parametrize("amount", [0, -5])
async def test_amount_below_one_is_refused(client: Client, amount: int) -> None:
    """A refund is of at least one minor unit."""
    answer = await client.call("POST /v1/refunds", charge=CHARGE, amount=amount)
    assert error_of(answer)["code"] == "parameter_invalid_integer"


async def test_refund_by_payment_intent_refunds_its_charge(client: Client) -> None:
    """A payment intent stands for its latest charge; reason and metadata are kept."""
    answer = await client.call(
        "POST /v1/refunds",
        payment_intent=HIGHLIGHTS["refundable_intent"],
        amount=500,
        reason="duplicate",
        metadata={"ticket": "17"},
    )
    refund = answer.json()
    assert (refund["charge"], refund["amount"], refund["reason"]) == (CHARGE, 500, "duplicate")
    assert refund["metadata"] == {"ticket": "17"}


async def test_neither_charge_nor_intent_or_both_is_refused(client: Client) -> None:
    """A refund names exactly one of the two."""
    neither = await client.call("POST /v1/refunds", amount=5)
    both = await client.call("POST /v1/refunds", charge=CHARGE, payment_intent=HIGHLIGHTS["refundable_intent"])
    assert error_of(neither)["code"] == "parameter_missing"
    assert error_of(both)["code"] == "parameters_exclusive"


async def test_legacy_doors_refund_the_same_charge(client: Client) -> None:
    """``/refund`` answers with the charge, ``/refunds`` with the refund; both count against the charge."""
    charge = (await client.call("POST /v1/charges/{charge}/refund", CHARGE, amount=100)).json()
    refund = (await client.call("POST /v1/charges/{charge}/refunds", CHARGE, amount=200)).json()
    assert (charge["object"], charge["amount_refunded"]) == ("charge", 100)
    assert (refund["object"], refund["amount"]) == ("refund", 200)
    listed = (await client.call("GET /v1/charges/{charge}/refunds", CHARGE)).json()
    assert [each["amount"] for each in listed["data"]] == [200, 100]


async def test_refund_moves_the_balance_and_writes_events(client: Client, sandbox: Sandbox) -> None:
    """The money leaves the balance at once, and both events hold the objects as they then were."""
    before = (await client.call("GET /v1/balance")).json()
    refund = (await client.call("POST /v1/refunds", charge=CHARGE, amount=700, metadata={"a": "b"})).json()
    after = (await client.call("GET /v1/balance")).json()
    usd = [
        next(each["amount"] for each in each_["available"] if each["currency"] == "usd") for each_ in (before, after)
    ]
    assert usd[0] - usd[1] == 700
    moved = (await client.call("GET /v1/balance_transactions/{id}", refund["balance_transaction"])).json()
    assert (moved["type"], moved["amount"], moved["source"]) == ("refund", -700, refund["id"])
    events = (await client.call("GET /v1/events", limit=2)).json()["data"]
    assert {event["type"] for event in events} == {"refund.created", "charge.refunded"}
    created = next(event for event in events if event["type"] == "refund.created")
    assert created["data"]["object"]["metadata"] == {"a": "b"}
    assert len(list(sandbox.state.book(ACCOUNT, livemode=True).newest("event"))) > 0


async def test_pending_refund_can_be_canceled_and_the_charge_is_whole_again(client: Client) -> None:
    """A canceled refund no longer counts against its charge; a succeeded one can't be canceled."""
    refund = (await client.call("POST /v1/refunds/{refund}/cancel", HIGHLIGHTS["pending_refund"])).json()
    charge = (await client.call("GET /v1/charges/{charge}", refund["charge"])).json()
    again = await client.call("POST /v1/refunds/{refund}/cancel", HIGHLIGHTS["refund"])
    assert (refund["status"], charge["amount_refunded"], charge["refunded"]) == ("canceled", 0, False)
    assert again.status_code == 400


async def test_refund_to_a_dead_card_fails_later_and_returns_the_money(client: Client) -> None:
    """The test card ``refundFail`` gives a failed refund, and the charge can be refunded again."""
    charge = (await client.call("POST /v1/charges", amount=1000, currency="usd", source="tok_refundFail")).json()
    refund = (await client.call("POST /v1/refunds", charge=charge["id"])).json()
    after = (await client.call("GET /v1/charges/{charge}", charge["id"])).json()
    assert (refund["status"], refund["failure_reason"]) == ("failed", "expired_or_canceled_card")
    assert after["amount_refunded"] == 0


async def test_yen_refund_is_told_without_decimals(client: Client) -> None:
    """The refusal writes the amount in the currency's own way."""
    answer = await client.call("POST /v1/refunds", charge=HIGHLIGHTS["yen_charge"], amount=5201)
    assert "(¥5,201)" in error_of(answer)["message"]


async def test_credit_note_with_refund_is_a_door_to_the_charge_too(client: Client) -> None:
    """A paid invoice's credit note with ``refund_amount`` refunds the charge that paid it."""
    subscription = (await client.call("GET /v1/subscriptions/{id}", HIGHLIGHTS["subscription"])).json()
    note = (
        await client.call(
            "POST /v1/credit_notes", invoice=subscription["latest_invoice"], amount=500, refund_amount=500
        )
    ).json()
    refund = (await client.call("GET /v1/refunds/{refund}", note["refunds"][0]["refund"])).json()
    assert (note["post_payment_amount"], refund["amount"], refund["status"]) == (500, 500, "succeeded")


async def test_evidence_is_submitted_unless_told_not_to(client: Client) -> None:
    """Evidence goes to the bank by default; a closed dispute takes no more."""
    dispute = HIGHLIGHTS["dispute"]
    staged = (
        await client.call("POST /v1/disputes/{dispute}", dispute, evidence={"product_description": "x"}, submit=False)
    ).json()
    sent = (await client.call("POST /v1/disputes/{dispute}", dispute, evidence={"product_description": "y"})).json()
    closed = (await client.call("POST /v1/disputes/{dispute}/close", dispute)).json()
    late = await client.call("POST /v1/disputes/{dispute}", dispute, evidence={"product_description": "z"})
    assert [staged["status"], sent["status"], closed["status"]] == ["needs_response", "under_review", "lost"]
    assert late.status_code == 400
