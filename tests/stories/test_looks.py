"""Looks at what a call is about, where they tell nothing: at first, or for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.cards import APPROVE
from bot.domain import Place
from bot.look_rows import LookRows
from bot.store.engine import Transaction
from bot.store.tables import calls, looks, runs
from operations.sandbox.seed import HIGHLIGHTS
from tests.world import SUPPORT, World

pytestmark = pytest.mark.both_databases

CHARGE = HIGHLIGHTS["refundable_charge"]
REFUND = "POST /v1/refunds"


async def test_what_could_not_be_read_when_it_was_asked_for_does_not_keep_it_from_being_sent(world: World) -> None:
    """Stripe had trouble then and answers now: nothing has changed, as far as anybody can tell."""
    world.stripe.faults.add("^GET /v1/charges", "500_before", times=2)
    await world.alice.slash(f"refunds create --charge {CHARGE} --amount 500")
    assert "Paid by" not in str(world.card.blocks)
    await world.bob.click(world.card, APPROVE)
    assert world.effects(REFUND) == 1


async def test_a_look_whose_call_can_not_be_read_ends_and_its_asker_is_told(world: World) -> None:
    """Somebody changed the record in the database; it is not tried for ever."""
    await world.alice.slash(f"refunds create --charge {CHARGE} --amount 500")
    team = world.bot.team_id

    def spoil(tx: Transaction) -> None:
        call_id = tx.connection.execute(
            select(calls.c.id).where(calls.c.team_id == team, calls.c.operation == REFUND)
        ).scalar_one()
        LookRows(ids=lambda: "look-1").add(
            tx,
            team_id=team,
            call_ids=(call_id,),
            user_id="U0ALICE",
            place=Place(SUPPORT),
            confirmed=False,
            supersedes=None,
        )
        tx.connection.execute(update(calls).where(calls.c.team_id == team).values(sealed=b"other"))

    await world.bot.store.transaction(spoil)
    world.shift.by += timedelta(minutes=3)
    await world.bot.sweep()
    await world.settle()
    assert "can't be read" in world.told[-1]
    left = select(looks.c.id).where(looks.c.team_id == team)
    assert await world.bot.store.read(lambda tx: tx.connection.execute(left).all()) == []
    assert world.effects(REFUND) == 0


async def test_waiting_for_a_look_is_no_attempt_to_send(world: World) -> None:
    """So what has waited long is still sent again where its first answer is lost."""
    await world.alice.slash(f"refunds create --charge {CHARGE} --amount 500")
    world.stripe.faults.add("^GET /v1/charges", "500_before", times=None)
    await world.bob.click(world.card, APPROVE)
    for _ in range(3):
        world.shift.by += timedelta(minutes=2)
        await world.bot.sweep()
        await world.settle()
    mine = select(runs.c.attempts).where(runs.c.team_id == world.bot.team_id, runs.c.approval_id.is_not(None))
    assert await world.bot.store.read(lambda tx: tx.connection.execute(mine).scalars().all()) == [0]
    assert world.effects(REFUND) == 0
