"""What is looked up for a command, while processes die and race: nothing is lost and nothing doubled."""

import asyncio
from datetime import timedelta

import pytest

from bot.run_ends import Settled
from bot.runs import Runs
from bot.store.engine import Store
from bot.store.tables import approvals, runs
from operations.sandbox.seed import HIGHLIGHTS
from tests.faults import stories
from tests.faults.stories import rest, rows, states
from tests.world import SUPPORT, World

TEXT = f"refund {HIGHLIGHTS['refundable_charge']} 12.50"


async def asked_and_died(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The look-up is on record, while the process that should carry it out has died."""

    async def die(*_: object, **__: object) -> None:
        pass

    with monkeypatch.context() as patch:
        patch.setattr(Runs, "carry_out", die)
        await world.alice.slash(TEXT)
    assert await states(world) == ["recorded"]
    assert world.said() == []


async def test_a_look_that_nobody_began_is_carried_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever process finds it goes on with the command, where and by whom it was asked for."""
    await asked_and_died(world, monkeypatch)
    await stories.later(world)
    assert await states(world) == ["succeeded"]
    [approval] = await rows(world, approvals)
    assert approval.requester_id == "U0ALICE"
    assert "$12.50 USD, part of $42.00 USD paid" in str(world.card.blocks).replace("\\xa0", " ")


async def test_two_that_carry_it_on_make_one_approval(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only who holds the run goes on with the command."""
    await asked_and_died(world, monkeypatch)
    world.shift.by += timedelta(minutes=1)
    [run] = await rows(world, runs)
    await asyncio.gather(*(world.bot.runs.carry_on(run.team_id, run.id) for _ in range(4)))
    await stories.idle(world)
    assert len(await rows(world, approvals)) == 1
    assert len(world.said()) == 1


async def ask(world: World) -> None:
    """Type the command, whatever becomes of it."""
    trigger = world.slack.trigger(world.workspace)
    answer = await world.sender.command(
        TEXT, user="U0ALICE", channel=SUPPORT, trigger=trigger, response_url=world.slack.response_url()
    )
    assert answer.status_code == 200
    await stories.idle(world)


@pytest.mark.parametrize("nth", range(1, 5))
async def test_the_database_fails_once_in_each_place(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    """Whichever transaction fails: one approval, or somebody knows that there is none."""
    await _fails_once(sqlite_world, monkeypatch, nth, committed=False)


@pytest.mark.postgres
@pytest.mark.parametrize("nth", range(1, 5))
async def test_a_commit_is_lost_once_in_each_place(
    postgresql_world: World, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    """Whichever transaction is done and said to have failed: the same."""
    await _fails_once(postgresql_world, monkeypatch, nth, committed=True)


async def _fails_once(world: World, monkeypatch: pytest.MonkeyPatch, nth: int, *, committed: bool) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Store, "transaction", stories.failing(Store.transaction, nth, committed=committed))
        await ask(world)
    await rest(world)
    found = await rows(world, approvals)
    assert len(found) <= 1
    if not found:
        assert "logged" in world.told[-1]
        await ask(world)
        await rest(world)
        assert len(await rows(world, approvals)) == 1
    # A card whose delivery could not be recorded may stand twice, under one mark.
    assert len({str(message.metadata) for message in world.said()}) == 1


async def test_a_look_that_finds_nothing_out_is_said(world: World) -> None:
    """Stripe doesn't answer: nobody is asked, and the asker knows."""
    world.stripe.faults.add("GET /v1/charges", "drop_before", times=None)
    await world.alice.slash(TEXT)
    assert await rows(world, approvals) == []
    assert world.said() == []
    assert "only a read" in str(world.workspace.ephemerals)


CAPTURE = f"charges capture {HIGHLIGHTS['uncaptured_charge']} --amount"


async def test_an_allowed_call_follows_its_look(world: World) -> None:
    """It is announced and carried out as if it was typed in minor units; its head shows the money."""
    await world.alice.slash(f"{CAPTURE} 5.00gbp")
    assert await states(world) == ["succeeded", "succeeded"]
    assert world.effects("POST /v1/charges/{charge}/capture") == 1
    assert "£5.00 GBP (500 minor units)" in str(world.card.blocks).replace("\\xa0", " ")


async def test_another_currency_is_refused_to_the_asker_alone(world: World) -> None:
    """Nothing of it is sent."""
    await world.alice.slash(f"{CAPTURE} 5.00usd")
    assert world.effects("POST /v1/charges/{charge}/capture") == 0
    assert world.said() == []
    assert "The charge is in GBP, and you said USD." in str(world.workspace.ephemerals)


async def test_a_process_that_dies_between_the_two_has_recorded_both(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows is on record with the answer that it follows from, and is carried on once."""
    original = Runs.carry_out
    begun: list[str] = []

    async def die_after_the_first(self: Runs, team_id: str, run_id: str, *, fresh: bool = True) -> Settled | None:
        begun.append(run_id)
        return await original(self, team_id, run_id, fresh=fresh) if len(begun) == 1 else None

    with monkeypatch.context() as patch:
        patch.setattr(Runs, "carry_out", die_after_the_first)
        await world.alice.slash(f"{CAPTURE} 5.00gbp")
        assert await states(world) == ["succeeded", "recorded"]
    await stories.later(world)
    assert await states(world) == ["succeeded", "succeeded"]
    assert world.effects("POST /v1/charges/{charge}/capture") == 1
