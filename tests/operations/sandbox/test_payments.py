"""Charges, payment intents and payment methods."""

import pytest

from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.clock import ManualClock
from tests.operations.sandbox.conftest import Client, error_of

CUSTOMER = HIGHLIGHTS["customer"]


async def test_confirmed_intent_makes_a_charge_and_money(client: Client) -> None:
    """A confirmed intent has succeeded, with a captured charge and its balance transaction."""
    intent = (
        await client.call(
            "POST /v1/payment_intents",
            amount=2500,
            currency="usd",
            customer=CUSTOMER,
            payment_method="pm_card_visa",
            confirm=True,
        )
    ).json()
    charge = (await client.call("GET /v1/charges/{charge}", intent["latest_charge"])).json()
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 2500)
    assert (charge["captured"], charge["payment_intent"], charge["customer"]) == (True, intent["id"], CUSTOMER)
    assert charge["payment_method_details"]["card"]["last4"] == "4242"


@pytest.mark.parametrize(
    ("card", "code", "decline"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
    ],
)
async def test_declined_card_is_a_402_that_names_the_failed_charge(
    client: Client, card: str, code: str, decline: str
) -> None:
    """The intent goes back to wanting a payment method, and the failed charge stays on record. It is no effect."""
    intent = (await client.call("POST /v1/payment_intents", amount=2500, currency="usd")).json()
    effects = len(client.app.journal.effects)
    answer = await client.call("POST /v1/payment_intents/{intent}/confirm", intent["id"], payment_method=card)
    error = error_of(answer)
    failed = (await client.call("GET /v1/charges/{charge}", error["charge"])).json()
    after = (await client.call("GET /v1/payment_intents/{intent}", intent["id"])).json()
    assert (answer.status_code, error["type"], error["code"], error["decline_code"]) == (
        402,
        "card_error",
        code,
        decline,
    )
    assert (failed["status"], failed["failure_code"], after["status"]) == ("failed", code, "requires_payment_method")
    assert len(client.app.journal.effects) == effects


async def test_authentication_stops_the_intent_at_requires_action(client: Client) -> None:
    """A card that wants 3D Secure leaves no charge."""
    intent = (
        await client.call(
            "POST /v1/payment_intents",
            amount=2500,
            currency="usd",
            payment_method="pm_card_authenticationRequired",
            confirm=True,
        )
    ).json()
    assert (intent["status"], intent["latest_charge"]) == ("requires_action", None)


async def test_held_intent_is_captured_in_part_or_released(client: Client, clock: ManualClock) -> None:
    """Capturing less than was held gives the rest back; afterwards neither capture nor cancel is possible."""
    held = HIGHLIGHTS["uncaptured_intent"]
    too_much = await client.call("POST /v1/payment_intents/{intent}/capture", held, amount_to_capture=2751)
    captured = (await client.call("POST /v1/payment_intents/{intent}/capture", held, amount_to_capture=2000)).json()
    cancel = await client.call("POST /v1/payment_intents/{intent}/cancel", held)
    charge = (await client.call("GET /v1/charges/{charge}", captured["latest_charge"])).json()
    assert error_of(too_much)["code"] == "amount_too_large"
    assert (captured["status"], captured["amount_received"], charge["amount_captured"]) == ("succeeded", 2000, 2000)
    assert error_of(cancel)["code"] == "payment_intent_unexpected_state"
    clock.advance(1)


async def test_canceled_intent_releases_what_was_held(client: Client) -> None:
    """The charge counts as refunded, and no money moved."""
    canceled = (
        await client.call(
            "POST /v1/payment_intents/{intent}/cancel", HIGHLIGHTS["uncaptured_intent"], cancellation_reason="abandoned"
        )
    ).json()
    charge = (await client.call("GET /v1/charges/{charge}", HIGHLIGHTS["uncaptured_charge"])).json()
    assert (canceled["status"], canceled["cancellation_reason"]) == ("canceled", "abandoned")
    assert (charge["refunded"], charge["balance_transaction"]) == (True, None)


async def test_intent_without_payment_method_cannot_be_confirmed(client: Client) -> None:
    """What is missing is said."""
    intent = (await client.call("POST /v1/payment_intents", amount=2500, currency="usd")).json()
    answer = await client.call("POST /v1/payment_intents/{intent}/confirm", intent["id"])
    assert "missing a payment method" in error_of(answer)["message"]


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "usd", "amount_too_small"),
        (100_000_000, "usd", "amount_too_large"),
        (0, "eur", "parameter_invalid_integer"),
    ],
)
async def test_amounts_outside_the_limits_are_refused(client: Client, amount: int, currency: str, code: str) -> None:
    """Stripe's smallest and largest amounts hold."""
    answer = await client.call("POST /v1/payment_intents", amount=amount, currency=currency)
    assert error_of(answer)["code"] == code


async def test_charge_needs_a_source_or_a_customer_with_a_card(client: Client) -> None:
    """A customer without a card can't be charged, one with a card can."""
    nobody = await client.call("POST /v1/charges", amount=500, currency="usd")
    cardless = await client.call(
        "POST /v1/charges", amount=500, currency="usd", customer=HIGHLIGHTS["customer_without_card"]
    )
    paid = await client.call("POST /v1/charges", amount=500, currency="usd", customer=CUSTOMER, description="Tea")
    assert error_of(nobody)["code"] == "parameter_missing"
    assert cardless.status_code == 402
    assert (paid.json()["status"], paid.json()["description"]) == ("succeeded", "Tea")


async def test_authorization_can_be_captured_for_a_week(client: Client, clock: ManualClock) -> None:
    """After seven days the bank has let go of the money."""
    charge = (
        await client.call("POST /v1/charges", amount=500, currency="usd", source="tok_visa", capture=False)
    ).json()
    clock.advance(7 * 86_400 + 1)
    answer = await client.call("POST /v1/charges/{charge}/capture", charge["id"])
    assert error_of(answer)["code"] == "charge_expired_for_capture"


async def test_disputing_card_brings_a_dispute_that_takes_the_money(client: Client) -> None:
    """The test card ``createDispute`` is disputed at once; the charge says so."""
    charge = (await client.call("POST /v1/charges", amount=5000, currency="usd", source="tok_createDispute")).json()
    dispute = (await client.call("GET /v1/charges/{charge}/dispute", charge["id"])).json()
    assert (charge["disputed"], dispute["status"], dispute["amount"]) == (True, "needs_response", 5000)
    assert dispute["balance_transactions"][0]["net"] == -6500


async def test_payment_method_is_attached_once_and_detached_for_good(client: Client) -> None:
    """An attached card is listed; another customer can't have it; a detached one is nobody's."""
    method = (await client.call("POST /v1/payment_methods", type="card", card={"token": "tok_mastercard"})).json()
    attached = await client.call("POST /v1/payment_methods/{payment_method}/attach", method["id"], customer=CUSTOMER)
    other = await client.call(
        "POST /v1/payment_methods/{payment_method}/attach", method["id"], customer=HIGHLIGHTS["customer_to_delete"]
    )
    listed = (await client.call("GET /v1/customers/{customer}/payment_methods", CUSTOMER)).json()
    detached = (await client.call("POST /v1/payment_methods/{payment_method}/detach", method["id"])).json()
    assert attached.json()["card"]["last4"] == "4444"
    assert other.status_code == 400
    assert method["id"] in [each["id"] for each in listed["data"]]
    assert detached["customer"] is None
