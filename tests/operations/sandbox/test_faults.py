"""Faults on demand, and the journal that tells what really happened."""

import random

import httpx
import pytest

from operations.sandbox import Sandbox
from operations.sandbox.faults import KINDS, Faults
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.clock import ManualClock
from tests.operations.sandbox.conftest import Client, error_of

CHARGE = HIGHLIGHTS["refundable_charge"]


@pytest.mark.parametrize(
    ("kind", "status", "effects"),
    [
        ("429", 429, 0), ("lock_timeout", 429, 0), ("409", 409, 0), ("500_before", 500, 0), ("500_after", 500, 1),
        ("424_before", 424, 0), ("424_after", 424, 1), ("502_before", 502, 0), ("502_after", 502, 1),
        ("503_before", 503, 0),
        ("503_after", 503, 1), ("504_before", 504, 0), ("504_after", 504, 1), ("redirect", 302, 0),
        ("approval_required", 400, 0),
    ],
)  # fmt: skip
async def test_fault_answers_with_its_status_before_or_after_the_effect(
    client: Client, kind: str, status: int, effects: int
) -> None:
    """The journal has the effect exactly when the fault came after it; the next request is untouched."""
    client.app.faults.add("POST /v1/refunds", kind)  # type: ignore[arg-type] # one of the kinds
    answer = await client.call("POST /v1/refunds", charge=CHARGE, amount=100)
    assert (answer.status_code, len(client.app.journal.effects)) == (status, effects)
    assert client.app.journal.requests[-1].fault == kind
    assert (await client.call("POST /v1/refunds", charge=CHARGE, amount=100)).status_code == 200


@pytest.mark.parametrize(("kind", "effects"), [("drop_before", 0), ("drop_after", 1), ("truncated", 1)])
async def test_cut_connection_is_a_transport_error(client: Client, kind: str, effects: int) -> None:
    """No answer, or half of one; with the same key the retry finds out what happened."""
    client.app.faults.add("POST /v1/refunds", kind)  # type: ignore[arg-type] # one of the kinds
    call = client.bound("POST /v1/refunds", charge=CHARGE, amount=100)
    with pytest.raises(httpx.RemoteProtocolError):
        await client.send(call, once="k1")
    assert (len(client.app.journal.effects), client.app.journal.requests[-1].status) == (effects, None)
    again = await client.send(call, once="k1")
    assert ("idempotent-replayed" in again.headers) == bool(effects)
    assert len(client.app.journal.effects) == 1


@pytest.mark.parametrize("kind", ["delay", "delay_after"])
async def test_delays_use_the_clock(sandbox: Sandbox, client: Client, clock: ManualClock, kind: str) -> None:
    """As long as was asked for, and then the true answer."""
    clock.advance(0)
    sandbox.faults.add("GET /v1/charges", kind, seconds=0)  # type: ignore[arg-type] # one of the kinds
    assert (await client.call("GET /v1/charges")).status_code == 200
    assert clock.slept == [0]


async def test_rate_limit_and_lock_timeout_differ_by_header_and_code(client: Client) -> None:
    """Only the rate limiter names its reason."""
    client.app.faults.add("charges", "429")
    client.app.faults.add("charges", "lock_timeout")
    limited = await client.call("GET /v1/charges")
    locked = await client.call("GET /v1/charges")
    assert limited.headers["stripe-rate-limited-reason"] == "global-rate"
    assert "stripe-rate-limited-reason" not in locked.headers
    assert error_of(locked)["code"] == "lock_timeout"


async def test_approval_of_stripes_own_is_told_with_its_link(client: Client) -> None:
    """``error.approval_request`` is there, and nothing was done."""
    client.app.faults.add("refunds", "approval_required")
    error = error_of(await client.call("POST /v1/refunds", charge=CHARGE))
    assert error["approval_request"]["dashboard_url"].startswith("https://dashboard.stripe.com/")


async def test_should_retry_is_said_where_asked_for(client: Client) -> None:
    """The header of the answer is the plan's."""
    client.app.faults.add("charges", "500_before", should_retry=False)
    answer = await client.call("GET /v1/charges")
    assert answer.headers["stripe-should-retry"] == "false"


def test_plans_are_skipped_used_up_and_drawn_by_chance() -> None:
    """``skip`` lets requests pass, ``times`` counts, ``probability`` draws from the given generator."""
    faults = Faults(random.Random(7))  # noqa: S311 (repeatable, not secret)
    faults.add("POST", "429", skip=1, times=2)
    met = [faults.take("POST", "/v1/x") is not None for _ in range(5)]
    faults.add("GET", "429", times=None, probability=0.25)
    drawn = sum(faults.take("GET", "/v1/x") is not None for _ in range(1000))
    assert met == [False, True, True, False, False]
    assert 200 < drawn < 300
    faults.clear()
    assert faults.take("GET", "/v1/x") is None


def test_wrong_plan_is_refused() -> None:
    """Unknown kinds and expressions that are none."""
    faults = Faults(random.Random(7))  # noqa: S311 (repeatable, not secret)
    with pytest.raises(ValueError, match="unknown kind"):
        faults.add("x", "meteor")  # type: ignore[arg-type] # that is the point
    with pytest.raises(ValueError, match="regular expression"):
        faults.add("(", "429")


async def test_control_endpoint_plans_faults_and_shows_the_journal(client: Client) -> None:
    """Without a key, for tests in another process."""
    made = await client.http.post("/_sandbox/faults", json={"match": "refunds", "kind": "500_after"})
    wrong = await client.http.post("/_sandbox/faults", json={"match": "refunds", "kind": "meteor"})
    unknown = await client.http.post("/_sandbox/faults", json={"match": "x", "kind": "429", "colour": 1})
    await client.send(client.bound("POST /v1/refunds", charge=CHARGE, amount=100), once="k9")
    journal = (await client.http.get("/_sandbox/journal")).json()
    effect = journal["effects"][0]
    assert [made.status_code, wrong.status_code, unknown.status_code] == [201, 400, 400]
    assert (effect["operation"], effect["idempotency_key"], effect["parameters"]) == (
        "POST /v1/refunds",
        "k9",
        {"charge": CHARGE, "amount": 100},
    )
    assert effect["object_id"].startswith("re_")
    assert journal["requests"][0]["status"] == 500
    assert "authorization" not in journal["requests"][0]["headers"]
    await client.http.post("/_sandbox/faults", json={"match": "charges", "kind": "429", "times": None})
    await client.http.delete("/_sandbox/faults")
    await client.http.delete("/_sandbox/journal")
    assert (await client.call("GET /v1/charges")).status_code == 200
    assert (await client.http.get("/_sandbox/journal")).json()["effects"] == []


def test_every_kind_is_tried_above() -> None:
    """A new kind of fault needs a test."""
    tried = {
        "delay", "delay_after", "429", "lock_timeout", "409", "drop_before", "drop_after", "truncated", "redirect",
        "approval_required",
    }  # fmt: skip
    assert set(KINDS) - tried == {
        f"{status}_{when}" for status in (424, 500, 502, 503, 504) for when in ("before", "after")
    }
