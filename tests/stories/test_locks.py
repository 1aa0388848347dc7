"""What several processes do at once on PostgreSQL: everybody takes hold of an approval before the audit trail."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pytest
from sqlalchemy import select, text

from bot.cards import APPROVE, HAPPENED
from bot.store.engine import Transaction
from bot.store.tables import approvals, audit_heads
from tests.bot.policy.made import rules
from tests.policies import use_policy
from tests.stories.test_finding_out import ASK, lost, question
from tests.world import TEAM, World

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

T = TypeVar("T")
REFUND = "POST /v1/refunds"


async def while_held(world: World, begin: Callable[[], object], *, then: Callable[[Transaction], T]) -> T:
    """Hold the approval, have something begun that waits for it, do something, and let go; what that came to."""
    loop = asyncio.get_running_loop()

    def hold(tx: Transaction) -> T:
        mine = select(approvals.c.id).where(approvals.c.team_id == TEAM)
        tx.connection.execute(mine.with_for_update()).one()
        loop.call_soon_threadsafe(begin)
        waiting = text("SELECT 1 FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid")
        while tx.connection.execute(waiting).first() is None:
            tx.connection.execute(text("SELECT pg_sleep(0.01)"))
        return then(tx)

    done = await world.bot.store.transaction(hold)
    await world.settle()
    return done


def in_background(
    world: World, payload: Mapping[str, Any], begun: list[asyncio.Task[httpx.Response]]
) -> Callable[[], None]:
    """How a payload is delivered beside what goes on."""
    return lambda: begun.append(asyncio.create_task(world.bob.deliver(payload)))


def trail_is_free(tx: Transaction) -> bool:
    """Whether nobody else has hold of the audit trail."""
    head = select(audit_heads.c.seq).where(audit_heads.c.team_id == TEAM)
    return tx.connection.execute(head.with_for_update(skip_locked=True)).first() is not None


async def test_who_says_how_it_was_waits_for_the_approval_first(world: World) -> None:
    """Whoever holds the trail while they wait for an approval would wait for ever for who ends a run of it."""
    card = await lost(world, ASK, "500_after")
    press = world.bob.press(question(world, card), HAPPENED)
    pressed: list[asyncio.Task[httpx.Response]] = []
    assert await while_held(world, in_background(world, press, pressed), then=trail_is_free)
    await asyncio.gather(*pressed)
    assert "It happened,* says <@U0BOB>" in str(world.card.blocks)


async def test_who_gives_leave_to_send_waits_for_the_approval_first(world: World) -> None:
    """Also where the policy has limits, for which nobody else may record anything meanwhile."""
    exceeds = {"per": "person", "of": "refund", "hours": 24, "count": 9}
    many = {"when": {"flags": ["refund"], "exceeds": exceeds}, "then": "deny"}
    await use_policy(world, rules(many, {"when": {"flags": ["refund"]}, "then": {"approvals": 1}}))
    await world.alice.slash(ASK)
    looks = len(world.stripe.journal.requests)
    world.stripe.faults.add("^GET /v1/charges", "delay_after", seconds=0.5)
    await world.bob.deliver(world.bob.press(world.card, APPROVE))
    while len(world.stripe.journal.requests) == looks:  # noqa: ASYNC110 — it happens at the sandbox
        await asyncio.sleep(0.01)
    assert await while_held(world, lambda: None, then=trail_is_free)
    assert world.effects(REFUND) == 1


async def test_who_had_to_wait_is_judged_by_the_time_at_which_the_wait_was_over(world: World) -> None:
    """A signature that could be written down only after the end of an approval comes too late."""
    await world.alice.slash(ASK)
    press = world.bob.press(world.card, APPROVE)
    pressed: list[asyncio.Task[httpx.Response]] = []

    def late(_: Transaction) -> None:
        world.shift.by += timedelta(days=9)

    await while_held(world, in_background(world, press, pressed), then=late)
    await asyncio.gather(*pressed)
    await world.settle()
    assert "has expired" in world.told[-1]
    assert world.effects(REFUND) == 0
