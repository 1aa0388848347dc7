"""Every door to a refund and to the end of a subscription meets the policy, by whatever way somebody comes to it."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.store.engine import Transaction
from bot.store.tables import approvals
from operations.registry import registry
from operations.sandbox.keys import ACCOUNT
from operations.sandbox.seed import HIGHLIGHTS
from tests.world import World
from tests.world import world as make_world

CHARGE, FEE, TRANSFER = (HIGHLIGHTS[each] for each in ("refundable_charge", "application_fee", "transfer"))
ENDS, CUSTOMER = HIGHLIGHTS["subscription_to_cancel"], HIGHLIGHTS["customer"]
REFUNDS: Mapping[str, Mapping[str, object]] = {
    "POST /v1/refunds": {"charge": CHARGE, "amount": 100},
    "POST /v1/charges/{charge}/refund": {"charge": CHARGE, "amount": 100},
    "POST /v1/charges/{charge}/refunds": {"charge": CHARGE, "amount": 100},
    "POST /v1/application_fees/{id}/refund": {"id": FEE, "amount": 1},
    "POST /v1/application_fees/{id}/refunds": {"id": FEE, "amount": 1},
    "POST /v1/transfers/{id}/reversals": {"id": TRANSFER, "amount": 1},
    "POST /v1/credit_notes": {"invoice": "of the subscription", "amount": 100, "refund_amount": 100},
    "POST /v1/treasury/credit_reversals": {"received_credit": "rc_1"},
    "POST /v1/treasury/debit_reversals": {"received_debit": "rd_1"},
}
ENDINGS: Mapping[str, Mapping[str, object]] = {
    "DELETE /v1/subscriptions/{subscription_exposed_id}": {"subscription_exposed_id": ENDS},
    "DELETE /v1/customers/{customer}/subscriptions/{subscription_exposed_id}": {
        "customer": CUSTOMER,
        "subscription_exposed_id": ENDS,
    },
    "POST /v1/subscription_schedules/{schedule}/cancel": {"schedule": "sub_sched_1"},
    "POST /v1/subscriptions/{subscription_exposed_id}": {
        "subscription_exposed_id": ENDS,
        "cancel_at_period_end": "true",
    },
}
DOORS = {**REFUNDS, **ENDINGS}


@pytest.fixture
async def world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with make_world(tmp_path, sqlite_url) as made:
        yield made


def command(key: str, given: Mapping[str, object]) -> str:
    """The command words, the path's ids, and the rest as flags."""
    operation = registry().by_key(key)
    assert operation is not None
    path = [str(given[each.name]) for each in operation.path_parameters]
    flags = [f"--{name} {value}" for name, value in given.items() if f"{{{name}}}" not in operation.path]
    return " ".join((operation.name, *path, *flags))


def raw(key: str, given: Mapping[str, object]) -> str:
    """The method, the path, and its parameters."""
    method, _, path = key.partition(" ")
    for name, value in given.items():
        path = path.replace(f"{{{name}}}", str(value))
    data = [f"-d {name}={value}" for name, value in given.items() if f"{{{name}}}" not in key]
    return " ".join((method.lower(), path, *data))


def listed(key: str, given: Mapping[str, object]) -> str:
    operation = registry().by_key(key)
    assert operation is not None
    return f"bulk {operation.name}\n{','.join(given)}\n{','.join(map(str, given.values()))}"


async def waiting(world: World) -> int:
    def count(tx: Transaction) -> int:
        return len(tx.connection.execute(approvals.select().where(approvals.c.state == "pending")).all())

    return await world.bot.store.read(count)


async def come(world: World, way: str, key: str, given: Mapping[str, object]) -> None:
    """Somebody comes to a door."""
    alice = world.alice
    match way:
        case "text":
            await alice.slash(command(key, given))
        case "raw path":
            await alice.slash(raw(key, given))
        case "bulk":
            await alice.slash(listed(key, given))
        case "saved":
            await alice.slash(f"save door {command(key, given)}")
            await alice.slash("door")
            await alice.slash("unsave door")
        case "form":
            await alice.slash(f"form {command(key, given)}")
            await alice.submit()
            assert "second person" in str(alice.modal["blocks"]), key
            await alice.submit()


@pytest.mark.parametrize("way", ["text", "raw path", "form", "bulk", "saved"])
async def test_every_door_waits_for_somebody_else(world: World, way: str) -> None:
    """One approval is asked for at each, and nothing is written at Stripe."""
    book = world.stripe.state.book(ACCOUNT, livemode=False)
    subscription = book.get("subscription", HIGHLIGHTS["subscription"])
    assert subscription is not None
    paid = subscription["latest_invoice"]
    for key, given in DOORS.items():
        before = await waiting(world)
        await come(world, way, key, {**given, "invoice": paid} if "invoice" in given else given)
        assert await waiting(world) == before + 1, f"{key}: {world.told[-1:]}"
        assert [each for each in world.stripe.journal.requests if each.method != "GET"] == [], key
