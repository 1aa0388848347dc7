"""The judge can tell: each defence, taken away, is noticed by the very stories that pass with it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from bot.approvals import Approvals
from bot.cards import APPROVE
from bot.errors import StoreError
from bot.runs import LEASE, Runs
from bot.store.engine import Transaction
from tests.faults import stories
from tests.faults.denials import denial
from tests.faults.mutants import MUTANTS
from tests.faults.oracle import Case
from tests.faults.stories import DELETION, REFUND, approved, asked, rest, verdict
from tests.world import World

Story = Callable[[World], Awaitable[Case]]


async def an_answer_is_lost(world: World) -> Case:
    """Four times, so that the run is taken up again."""
    world.stripe.faults.add("POST ", "drop_after", times=4)
    await approved(world, REFUND)
    await rest(world)
    return REFUND


async def the_result_can_not_be_recorded(world: World) -> Case:
    """As when the process dies between Stripe's answer and its record."""
    card, finish = await asked(world, REFUND), Runs._finish

    def fail(runs: Runs, tx: Transaction, claimed: Any, *how: Any) -> Any:
        if claimed.run.approval_id is not None:
            raise StoreError("The database can't be used now.")
        return finish(runs, tx, claimed, *how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Runs, "_finish", fail)
        await stories.clicked(world, card)
    await rest(world)
    return REFUND


async def a_holder_sleeps(world: World) -> Case:
    """Its deletion arrives after that of the process that took over, and is refused."""
    card = await asked(world, DELETION)
    slow = world.stripe.faults.add("DELETE ", "delay", seconds=0.5)
    await world.bob.deliver(world.bob.press(card, APPROVE))
    async with asyncio.timeout(20):
        while slow.times:  # noqa: ASYNC110 — until the request has arrived
            await asyncio.sleep(0.005)
    world.shift.by += LEASE + timedelta(seconds=1)
    await world.bot.sweep()
    await rest(world)
    return DELETION


async def two_people_decide_at_once(world: World) -> Case:
    """One says yes and one says no, and both have read that nobody has."""
    world.workspace.add_user("U0FRED")
    card = await asked(world, REFUND)
    keys = world.bot.settings.master_key_file
    assert keys is not None
    refusal = denial(keys, card, user="U0FRED", trigger=world.slack.trigger(world.workspace, "U0FRED"))
    clicks = [world.bob.press(card, APPROVE), refusal]
    both, load = threading.Barrier(2), Approvals.load

    def loaded(*args: Any, **how: Any) -> Any:
        approval = load(*args, **how)
        with suppress(threading.BrokenBarrierError):
            both.wait(0.2)
        return approval

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Approvals, "load", loaded)
        await asyncio.gather(*(world.bob.deliver(click) for click in clicks))
        await stories.idle(world)
    await rest(world)
    return REFUND


async def a_command_is_delivered_twice(world: World) -> Case:
    """Slack had no answer in time."""
    for _ in range(2):
        await world.alice.slash(REFUND.text, trigger="one.trigger")
    await world.bob.click(world.said()[0], APPROVE)
    return REFUND


NOTICED: dict[str, tuple[Story, str]] = {
    "new_key_per_attempt": (an_answer_is_lost, "doubled"),
    "executing_is_never_claimed_again": (the_result_can_not_be_recorded, "stuck"),
    "lost_is_failed": (an_answer_is_lost, "wrong"),
    "no_fence": (a_holder_sleeps, "wrong"),
    "deliveries_are_forgotten": (a_command_is_delivered_twice, "doubled"),
    "nothing_is_announced": (an_answer_is_lost, "unsaid"),
}
"""The story that each mutant spoils, and the promise that it breaks."""


@pytest.mark.parametrize("mutant", NOTICED)
async def test_a_mutant_is_noticed(sqlite_world: World, monkeypatch: pytest.MonkeyPatch, mutant: str) -> None:
    """Without this defence the judge finds a promise broken."""
    story, promise = NOTICED[mutant]
    MUTANTS[mutant](monkeypatch.setattr)
    assert promise in (await verdict(sqlite_world, await story(sqlite_world))).broken


async def test_the_same_stories_with_every_defence(sqlite_world: World) -> None:
    """With all of them it finds none."""
    cases = [await story(sqlite_world) for story in (a_holder_sleeps, an_answer_is_lost)]
    assert (await verdict(sqlite_world, *cases)).broken == {}


@pytest.mark.postgres
@pytest.mark.parametrize("mutated", [False, True])
async def test_a_decision_is_a_compare_and_set(
    postgresql_world: World, monkeypatch: pytest.MonkeyPatch, mutated: bool
) -> None:
    """On PostgreSQL, where transactions go on side by side: SQLite would hide it."""
    if mutated:
        MUTANTS["no_compare_and_set"](monkeypatch.setattr)
    report = await verdict(postgresql_world, await two_people_decide_at_once(postgresql_world))
    assert ("doubled" in report.broken) == mutated
    assert bool(report.broken) == mutated
