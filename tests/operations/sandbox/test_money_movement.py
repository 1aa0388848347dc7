"""Balance, payouts, transfers, application fees."""

import pytest

from operations.sandbox.keys import CONNECTED_ACCOUNTS
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.clock import ManualClock
from tests.operations.sandbox.conftest import Client, error_of


async def _available(client: Client, currency: str = "usd") -> int:
    balance = (await client.call("GET /v1/balance")).json()
    return next((int(each["amount"]) for each in balance["available"] if each["currency"] == currency), 0)


async def test_balance_is_the_sum_of_its_transactions(client: Client) -> None:
    """Available and pending together are the net of all balance transactions of the currency."""
    balance = (await client.call("GET /v1/balance")).json()
    moved = (await client.call("GET /v1/balance_transactions", limit=100, currency="usd")).json()
    total = sum(
        each["amount"] for part in ("available", "pending") for each in balance[part] if each["currency"] == "usd"
    )
    assert not moved["has_more"]
    assert total == sum(each["net"] for each in moved["data"])


async def test_payment_is_available_after_two_days(client: Client, clock: ManualClock) -> None:
    """The net of a charge, less the fee, becomes available with time."""
    await client.call("POST /v1/charges", amount=10_000, currency="aud", source="tok_visa")
    before = await _available(client, "aud")
    clock.advance(2 * 86_400)
    assert (before, await _available(client, "aud")) == (0, 10_000 - 320)


async def test_payout_takes_what_is_available_and_no_more(client: Client) -> None:
    """Too much is ``balance_insufficient``; a pending payout can be canceled, and the money is back."""
    available = await _available(client)
    too_much = await client.call("POST /v1/payouts", amount=available + 1, currency="usd")
    made = (await client.call("POST /v1/payouts", amount=available, currency="usd")).json()
    canceled = (await client.call("POST /v1/payouts/{payout}/cancel", made["id"])).json()
    assert error_of(too_much)["code"] == "balance_insufficient"
    assert (made["status"], canceled["status"]) == ("pending", "canceled")
    assert await _available(client) == available


async def test_paid_payout_is_reversed_by_another(client: Client) -> None:
    """The reversal has the negative amount and names the original; only once."""
    made = (await client.call("POST /v1/payouts/{payout}/reverse", HIGHLIGHTS["payout"])).json()
    original = (await client.call("GET /v1/payouts/{payout}", HIGHLIGHTS["payout"])).json()
    again = await client.call("POST /v1/payouts/{payout}/reverse", HIGHLIGHTS["payout"])
    assert (made["original_payout"], made["amount"]) == (original["id"], -original["amount"])
    assert (original["reversed_by"], again.status_code) == (made["id"], 400)


async def test_transfer_is_reversed_up_to_its_amount(client: Client) -> None:
    """Reversals add up to at most the transfer."""
    made = (
        await client.call("POST /v1/transfers", amount=1000, currency="usd", destination=CONNECTED_ACCOUNTS[0])
    ).json()
    part = (await client.call("POST /v1/transfers/{id}/reversals", made["id"], amount=400)).json()
    too_much = await client.call("POST /v1/transfers/{id}/reversals", made["id"], amount=601)
    rest = (await client.call("POST /v1/transfers/{id}/reversals", made["id"])).json()
    after = (await client.call("GET /v1/transfers/{transfer}", made["id"])).json()
    assert [part["amount"], rest["amount"]] == [400, 600]
    assert error_of(too_much)["param"] == "amount"
    assert (after["reversed"], after["amount_reversed"]) == (True, 1000)


@pytest.mark.parametrize("door", ["refund", "refunds"])
async def test_application_fee_is_refunded_up_to_its_amount(client: Client, door: str) -> None:
    """Both doors lead to the same fee."""
    fee = HIGHLIGHTS["application_fee"]
    too_much = await client.call(f"POST /v1/application_fees/{{id}}/{door}", fee, amount=211)
    await client.call(f"POST /v1/application_fees/{{id}}/{door}", fee, amount=210)
    after = (await client.call("GET /v1/application_fees/{id}", fee)).json()
    assert error_of(too_much)["param"] == "amount"
    assert (after["refunded"], after["amount_refunded"]) == (True, 310)
