"""Everything that Stripe, the network and Slack do to a call, in one process: the verdict is true all the same."""

import asyncio
from datetime import timedelta
from typing import Any, get_args

import pytest

from bot.approval import Seen
from bot.cards import APPROVE
from bot.clearance import WINDOW
from bot.looking import Looking
from bot.runs import GRACE, LEASE
from bot.store.tables import runs
from operations.sandbox.faults import Kind
from tests.fakes.slack import Fault
from tests.faults import stories
from tests.faults.oracle import Case, buttons
from tests.faults.stories import DELETION, REFUND, approved, approved_but_not_begun, keys_sent, rest, states, verdict
from tests.world import World

DISTINCT: tuple[Kind, ...] = (
    "delay_after", "429", "409", "500_after", "503_before", "drop_before", "truncated", "redirect", "approval_required",
)  # fmt: skip
"""One fault for each thing that can be known afterwards."""
DOUBTFUL = {"500_before", "500_after", "424_before", "424_after", "approval_required"}
"""What leaves a POST's outcome to a person: Stripe's own failure, which it repeats, and its own approval."""
LOOKS = {REFUND.operation: 2, DELETION.operation: 3}
"""How many reads come right before the one that was signed."""
BOTH = pytest.mark.parametrize("example", [REFUND, DELETION], ids=["POST", "DELETE"])


async def test_one_fault_of_each_kind(sqlite_world: World) -> None:
    """Whatever happens to one request, the verdict agrees with what Stripe did, and is said."""
    world = sqlite_world
    for number, kind in enumerate(get_args(Kind)):
        case = await stories.another(world, REFUND, number)
        world.stripe.journal.clear()
        world.stripe.faults.add("POST ", kind, seconds=0.02)
        await approved(world, case)
        await rest(world)
        assert (kind, (await verdict(world, case)).broken) == (kind, {})
        assert len(keys_sent(world, case)) == 1, kind
        assert ((await states(world))[-1] == "unknown") == (kind in DOUBTFUL), kind


@BOTH
async def test_faults_that_last(sqlite_world: World, example: Case) -> None:
    """However often it happens, what is said meanwhile is true, and what can be found out later is, by the same key."""
    world = sqlite_world
    for number, kind in enumerate(DISTINCT):
        case = await stories.another(world, example, number)
        card = await stories.asked(world, case)
        world.stripe.journal.clear()
        world.stripe.faults.add("^(POST|DELETE) ", kind, times=None, seconds=0.02)
        world.stripe.faults.add("^GET ", kind, times=None, seconds=0.02, skip=LOOKS[example.operation])
        await stories.clicked(world, card)
        said = (await states(world))[-1]
        assert said == "unknown" or (said == "succeeded") == (stories.effects(world, case) == 1), kind
        world.stripe.faults.clear()
        await rest(world)
        assert (kind, (await verdict(world, case)).broken) == (kind, {})
        if example is REFUND:
            assert len(keys_sent(world, case)) == 1, kind


async def test_a_look_before_sending_meets_a_fault(sqlite_world: World) -> None:
    """While what was signed can't be looked at again nothing is sent; then it is, or it is said why not."""
    world = sqlite_world
    for number, kind in enumerate(DISTINCT):
        case = await stories.another(world, REFUND, number)
        card = await stories.asked(world, case)
        world.stripe.journal.clear()
        world.stripe.faults.add("^GET ", kind, times=None, seconds=0.02)
        await stories.clicked(world, card)
        assert kind.startswith("delay") or (kind, stories.writes(world)) == (kind, [])
        world.stripe.faults.clear()
        await rest(world)
        assert (kind, (await verdict(world, case)).broken) == (kind, {})


async def test_an_unknown_outcome_is_said_then_found_out(world: World) -> None:
    """Lost answers: the thread says that it is unknown; the sweep sends the same key, and both messages change."""
    world.stripe.faults.add("POST /v1/refunds", "drop_after", times=4)
    card = await approved(world, REFUND)
    [answer] = world.workspace.thread(card.ts)
    assert "unknown" in str(card.blocks)
    assert "isn't known" in str(answer.blocks)
    await stories.later(world, timedelta(seconds=6))
    assert "Done" in str(card.blocks)
    assert "$5.00" in str(answer.blocks)
    assert world.workspace.thread(card.ts) == [answer]
    assert len(keys_sent(world, REFUND)) == 1
    assert (await verdict(world, REFUND)).broken == {}


async def test_lost_then_busy_then_in_flight_then_replayed(sqlite_world: World) -> None:
    """A 429 and a 409 say nothing about the first send, whose effect Stripe replays in the end."""
    world = sqlite_world
    for kind in ("drop_after", "429", "409"):
        world.stripe.faults.add("POST /v1/refunds", kind)
    await approved(world, REFUND)
    assert await states(world) == ["succeeded"]
    assert (await verdict(world, REFUND)).broken == {}


@BOTH
async def test_nothing_is_sent_once_the_window_has_closed(sqlite_world: World, example: Case) -> None:
    """A day after the first send the key may be forgotten: it is left to a person, who is told, and stays so."""
    world = sqlite_world
    card = await stories.asked(world, example)
    world.stripe.faults.add("^(POST|DELETE) ", "drop_before", times=None)
    world.stripe.faults.add("^GET ", "drop_before", times=None, skip=LOOKS[example.operation])
    await stories.clicked(world, card)
    assert await states(world) == ["unknown"]
    world.stripe.faults.clear()
    writes = [each for each in world.stripe.journal.requests if each.method != "GET"]
    for _ in range(2):
        await stories.later(world, timedelta(hours=25))
    assert [each for each in world.stripe.journal.requests if each.method != "GET"] == writes
    assert "somebody has to look" in str(card.blocks)
    assert "won't be sent again" in str(world.workspace.thread(card.ts)[0].blocks)
    report = await verdict(world, example)
    assert report.broken == {}
    assert report.for_a_person == 1


@pytest.mark.parametrize(("left", "sent"), [(timedelta(minutes=1), True), (timedelta(), False)], ids=["in", "out"])
async def test_the_edge_of_the_window(sqlite_world: World, left: timedelta, sent: bool) -> None:
    """It is sent again while the window is open, by the database's clock, and not from the moment it closes."""
    world = sqlite_world
    world.stripe.faults.add("POST ", "drop_before", times=4)
    await approved(world, REFUND)
    [run] = await stories.wanted(world)
    arrived = len(stories.writes(world))
    await stories.change(world, runs, runs.c.id == run.id, first_sent_at=run.first_sent_at - WINDOW + left)
    await stories.later(world, timedelta(seconds=30))
    assert (len(stories.writes(world)) > arrived) == sent


async def test_what_waited_too_long_to_be_sent_is_left_to_a_person(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record of a run that was never sent may come from a backup: a day later nobody can tell, so nobody sends."""
    world = sqlite_world
    await approved_but_not_begun(world, monkeypatch, REFUND)
    await stories.later(world, timedelta(hours=25))
    assert stories.writes(world) == []
    assert await states(world) == ["unknown"]
    assert "backup" in str(world.workspace.thread(world.card.ts)[0].blocks)
    assert (await verdict(world, REFUND)).broken == {}


async def test_a_call_that_hangs_holds_up_nobody(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is carried on after a restart goes on side by side: one answer that doesn't come delays no other."""
    world = sqlite_world
    await approved_but_not_begun(world, monkeypatch, DELETION)
    await approved_but_not_begun(world, monkeypatch, REFUND)
    hangs = world.stripe.faults.add("DELETE ", "delay", seconds=0.5)
    world.shift.by += GRACE
    async with asyncio.timeout(20):
        await world.bot.sweep()
        while "succeeded" not in await states(world):  # noqa: ASYNC110 — another task is at work
            await asyncio.sleep(0.005)
    assert hangs.times == 0
    assert stories.effects(world, REFUND) == 1
    assert stories.effects(world, DELETION) == 0
    await rest(world)
    assert (await verdict(world, REFUND, DELETION)).broken == {}


async def test_a_holder_that_slept_before_sending_moves_nothing(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process has sent it meanwhile and left it to a person; the sleeper's leave to send comes too late."""
    world = sqlite_world
    card = await stories.asked(world, REFUND)
    see, asleep, awake = Looking.see, asyncio.Event(), asyncio.Event()

    async def sleepy(*args: Any, **how: Any) -> Seen:
        seen = await see(*args, **how)
        if not asleep.is_set():
            asleep.set()
            await awake.wait()
        return seen

    monkeypatch.setattr(Looking, "see", sleepy)
    await world.bob.deliver(world.bob.press(card, APPROVE))
    async with asyncio.timeout(20):
        await asleep.wait()
        world.stripe.faults.add("POST ", "500_after")
        world.shift.by += LEASE + timedelta(seconds=1)
        await world.bot.sweep()
        while await states(world) != ["unknown"]:  # noqa: ASYNC110 — another task is at work
            await asyncio.sleep(0.005)
    awake.set()
    await rest(world)
    report = await verdict(world, REFUND)
    assert (report.broken, report.effects, report.for_a_person) == ({}, 1, 1)


async def test_slack_is_down_while_the_result_is_due(sqlite_world: World) -> None:
    """The refund happens, and is said once Slack is back, however long that takes."""
    world = sqlite_world
    card = await stories.asked(world, REFUND)
    for method in ("chat.postMessage", "chat.update"):
        world.slack.fail(method, *[Fault("status", 503)] * 50)
    await stories.clicked(world, card)
    assert await states(world) == ["succeeded"]
    assert buttons(card) != []
    world.slack.faults.clear()
    await rest(world)
    assert buttons(card) == []
    assert (await verdict(world, REFUND)).broken == {}
