"""Idempotency keys, exactly as Stripe treats them."""

import asyncio

import httpx
import pytest

from operations.sandbox import SandboxTransport, create_app, keys
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.clock import ManualClock
from tests.operations.sandbox.conftest import Client, error_of

CHARGE = HIGHLIGHTS["refundable_charge"]
DAY = 86_400


async def test_same_request_again_gets_the_first_answer_and_has_no_effect(client: Client) -> None:
    """Same body, marked as replayed, naming the first request; one refund."""
    call = client.bound("POST /v1/refunds", charge=CHARGE, amount=500)
    first = await client.send(call, once="k1")
    second = await client.send(call, once="k1")
    assert first.json() == second.json()
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["original-request"] == first.headers["request-id"]
    assert [effect.idempotency_key for effect in client.app.journal.effects] == ["k1"]


async def test_same_key_with_other_parameters_or_path_is_an_idempotency_error(client: Client) -> None:
    """Nothing is done, and the first answer stays."""
    await client.send(client.bound("POST /v1/refunds", charge=CHARGE, amount=500), once="k1")
    other = await client.send(client.bound("POST /v1/refunds", charge=CHARGE, amount=501), once="k1")
    path = await client.send(client.bound("POST /v1/customers", name="x"), once="k1")
    assert [(answer.status_code, error_of(answer)["type"]) for answer in (other, path)] == [
        (400, "idempotency_error")
    ] * 2
    assert len(client.app.journal.effects) == 1


async def test_key_runs_again_after_a_day(client: Client, clock: ManualClock) -> None:
    """The window is 24 hours of the sandbox's clock."""
    call = client.bound("POST /v1/refunds", charge=CHARGE, amount=500)
    await client.send(call, once="k1")
    clock.advance(DAY - 1)
    still = await client.send(call, once="k1")
    clock.advance(1)
    again = await client.send(call, once="k1")
    assert "idempotent-replayed" in still.headers
    assert "idempotent-replayed" not in again.headers
    assert len(client.app.journal.effects) == 2


async def test_refusals_before_execution_are_not_kept(client: Client) -> None:
    """A validation failure leaves the key free for the right request."""
    wrong = await client.send(client.bound("POST /v1/refunds", charge=CHARGE, amount="ten"), once="k1")
    right = await client.send(client.bound("POST /v1/refunds", charge=CHARGE, amount=10), once="k1")
    assert (wrong.status_code, right.status_code) == (400, 200)


async def test_refusals_by_execution_are_kept(client: Client) -> None:
    """A charge that was refunded stays refused under the same key, as a replay."""
    call = client.bound("POST /v1/refunds", charge=HIGHLIGHTS["refunded_charge"])
    await client.send(call, once="k1")
    again = await client.send(call, once="k1")
    assert (again.status_code, again.headers["idempotent-replayed"]) == (400, "true")


@pytest.mark.parametrize("kind", ["429", "lock_timeout", "409"])
async def test_refusals_before_the_layer_are_not_kept(client: Client, kind: str) -> None:
    """Rate limits and conflicts leave the key free."""
    client.app.faults.add("POST /v1/refunds", kind)  # type: ignore[arg-type] # one of the kinds
    call = client.bound("POST /v1/refunds", charge=CHARGE, amount=500)
    first = await client.send(call, once="k1")
    second = await client.send(call, once="k1")
    assert (first.status_code in {409, 429}, second.status_code) == (True, 200)
    assert "idempotent-replayed" not in second.headers


@pytest.mark.parametrize(("kind", "effects"), [("500_before", 0), ("500_after", 1), ("424_after", 1)])
async def test_stored_500_is_replayed_whatever_happened(client: Client, kind: str, effects: int) -> None:
    """The cached answer doesn't change, and a 500 tells nothing about the effect."""
    client.app.faults.add("POST /v1/refunds", kind)  # type: ignore[arg-type] # one of the kinds
    call = client.bound("POST /v1/refunds", charge=CHARGE, amount=500)
    first = await client.send(call, once="k1")
    second = await client.send(call, once="k1")
    assert first.status_code == second.status_code == int(kind[:3])
    assert second.headers["idempotent-replayed"] == "true"
    assert len(client.app.journal.effects) == effects


class AnnouncingClock(ManualClock):
    """Says when somebody starts to sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.sleeping = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.sleeping.set()
        await super().sleep(seconds)


async def test_key_in_flight_is_a_conflict(seeded: bytes) -> None:
    """While the first request is carried out the second is 409; afterwards it is replayed."""
    clock = AnnouncingClock()
    app = create_app(seed=False, clock=clock)
    app.state.restore(seeded)
    app.faults.add("POST /v1/refunds", "delay", seconds=30)
    async with httpx.AsyncClient(transport=SandboxTransport(app), base_url="http://sandbox.test") as http:
        client = Client(app, http)
        call = client.bound("POST /v1/refunds", charge=CHARGE, amount=500)
        first = asyncio.create_task(client.send(call, once="k1"))
        await clock.sleeping.wait()
        conflict = await client.send(call, once="k1")
        clock.advance(30)
        done = await first
        replayed = await client.send(call, once="k1")
    assert (conflict.status_code, error_of(conflict)["code"]) == (409, "idempotency_key_in_use")
    assert conflict.headers["stripe-should-retry"] == "true"
    assert (done.status_code, replayed.headers["idempotent-replayed"]) == (200, "true")
    assert len(app.journal.effects) == 1


async def test_keys_are_apart_by_account_and_mode(client: Client) -> None:
    """The same key in live mode, or for a connected account, is another key."""
    call = client.bound("POST /v1/customers", name="x")
    answers = [
        await client.send(call, once="k1"),
        await client.send(call, once="k1", api_key=keys.LIVE_KEY),
        await client.send(call, once="k1", headers={"Stripe-Account": keys.CONNECTED_ACCOUNTS[0]}),
    ]
    assert all("idempotent-replayed" not in answer.headers for answer in answers)
    assert len({answer.json()["id"] for answer in answers}) == 3


async def test_key_means_nothing_to_get_and_delete_of_v1(client: Client) -> None:
    """A repeated DELETE runs again, and finds nothing."""
    call = client.bound("DELETE /v1/customers/{customer}", HIGHLIGHTS["customer_to_delete"])
    first = await client.send(call, once="k1")
    second = await client.send(call, once="k1")
    assert (first.status_code, second.status_code) == (200, 404)


async def test_v2_keeps_success_for_thirty_days_and_runs_failures_again(client: Client, clock: ManualClock) -> None:
    """POST and DELETE alike; a 500 is not kept."""
    path = "/v2/core/event_destinations"
    made = client.bound(
        f"POST {path}", name="x", type="webhook_endpoint", event_payload="thin", enabled_events=["v1.charge.failed"]
    )
    client.app.faults.add(f"POST {path}", "500_before")
    failed = await client.send(made, once="k1")
    first = await client.send(made, once="k1")
    clock.advance(29 * DAY)
    second = await client.send(made, once="k1")
    gone = client.bound(f"DELETE {path}/{{id}}", first.json()["id"])
    deletions = [await client.send(gone, once="k2"), await client.send(gone, once="k2")]
    assert (failed.status_code, first.status_code) == (500, 200)
    assert second.json()["id"] == first.json()["id"]
    assert [answer.status_code for answer in deletions] == [200, 200]
    assert "idempotent-replayed" in deletions[1].headers


async def test_key_of_more_than_255_characters_is_refused(client: Client) -> None:
    """Stripe's limit."""
    call = client.bound("POST /v1/customers", name="x")
    assert (await client.send(call, once="k" * 256)).status_code == 400
    assert (await client.send(call, once="k" * 255)).status_code == 200
