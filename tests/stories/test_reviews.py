"""Breaking the glass: it is said loudly, stands in the record by itself, and somebody else reviews it afterwards."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import audit
from bot.cards import REVIEWED, SAYING
from bot.policy import DEFAULT_POLICY, rules_of
from bot.policy.document import BreakGlass
from bot.store.engine import Transaction
from bot.store.tables import reviews, workspace_settings
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.slack import Message
from tests.lists import charges, listed, refunded
from tests.policies import use_policy
from tests.world import TEAM, Person, World
from tests.world import world as make_world

pytestmark = pytest.mark.both_databases

CHARGE = HIGHLIGHTS["refundable_charge"]
APPROVALS = "C0APPROVALS"


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """Alice and Bob are admins, and admins may break the glass; approvals wait in a channel of their own."""
    async with make_world(tmp_path, database_url, admins=("U0ALICE", "U0BOB")) as made:
        made.workspace.add_channel(APPROVALS, "U0ALICE", "U0BOB")
        made.workspace.add_user("U0FRED")
        made.people["U0FRED"] = Person(made, "U0FRED")
        glass = BreakGlass(roles=("admin",))
        await use_policy(made, rules_of(DEFAULT_POLICY.document).model_copy(update={"break_glass": glass}))
        await made.bot.store.transaction(wait_elsewhere)
        yield made


def wait_elsewhere(tx: Transaction) -> None:
    """Have approvals that are asked for in private wait in a channel of their own."""
    mine = update(workspace_settings).where(workspace_settings.c.team_id == TEAM)
    tx.connection.execute(mine.values(approvals_channel_id=APPROVALS))


async def broken(world: World, reason: str = "Nobody answers, and the customer waits at the desk.") -> Message:
    """The card of a refund that Alice has released by herself."""
    await world.alice.slash(f"refunds create --charge {CHARGE} --amount 500")
    return await released(world, reason)


async def released(world: World, reason: str) -> Message:
    """The newest card, after Alice has broken the glass for it."""
    card = world.card
    await world.alice.more(card, "alone")
    assert await world.alice.submit({SAYING: reason}) == {}
    await world.settle()
    return card


def words(message: Message) -> str:
    return f"{message.text} {message.blocks}"


def loud(world: World, card: Message) -> tuple[Message, Message]:
    """What is said of it in the thread, and in the channel where approvals wait."""
    [there] = [each for each in world.workspace.thread(card.ts) if "lass broken" in words(each)]
    [here] = [each for each in world.said(APPROVALS) if "lass broken" in words(each)]
    return there, here


async def events(world: World) -> list[dict[str, Any]]:
    return await world.bot.store.read(lambda tx: list(audit.export(tx, TEAM)))


async def test_it_is_told_loudly_with_who_what_and_why_and_stands_in_the_record(world: World) -> None:
    """In the thread, in its channel, and where approvals wait; with an event of its own; and it has run once."""
    card = await broken(world)
    assert world.effects("POST /v1/refunds") == 1
    for message in loud(world, card):
        assert "<@U0ALICE>" in words(message)
        assert "$5.00" in words(message)
        assert "customer waits at the desk" in words(message)
        assert "<@U0BOB>" in words(message)
        assert message.broadcast or message.thread_ts is None
    told = [each["event"] for each in await events(world)]
    assert "glass broken" in told
    assert "review required" in told


async def test_of_a_list_it_tells_how_much_it_is_in_all(world: World) -> None:
    """Not what its first call moves."""
    ids = charges(world, 3)
    await world.alice.slash(f"bulk refunds\n{listed(ids)}")
    card = await released(world, "The bank closes.")
    assert refunded(world) == list(ids)
    for message in loud(world, card):
        assert "Refund × 3: $15.00" in words(message).replace("\\xa0", " ")


async def test_somebody_else_who_may_approve_reviews_it_once(world: World) -> None:
    """Not who broke it, nobody without the role, no stranger; the first one counts, and both messages tell of it."""
    card = await broken(world)
    there, here = loud(world, card)
    await world.alice.click(here, REVIEWED)
    assert "yourself" in world.told[-1]
    for person in ("U0CARLA", "U0EVAN"):
        await world.people[person].click(here, REVIEWED)
    await world.bob.click(here, REVIEWED, value="forged")
    assert "glass reviewed" not in [each["event"] for each in await events(world)]
    both = [world.bob.press(here, REVIEWED), world.people["U0FRED"].press(there, REVIEWED)]
    await asyncio.gather(*(world.bob.deliver(each) for each in both))
    await world.settle()
    said = [each for each in await events(world) if each["event"] == "glass reviewed"]
    assert len(said) == 1
    by = said[0]["actor_id"]
    assert by in ("U0BOB", "U0FRED")
    for message in loud(world, card):
        assert f"<@{by}>" in words(message)
        assert REVIEWED not in str(message.blocks)
    world.shift.by += timedelta(days=3)
    await world.bot.sweep()
    await world.settle()
    assert not [each for each in world.workspace.thread(card.ts) if "nobody has reviewed" in words(each)]


async def test_it_is_reminded_of_each_day_and_stands_on_the_home_tab_of_admins(world: World) -> None:
    """Until somebody has reviewed it, which can be done right there; who broke it sees it without a button."""
    for person in (world.alice, world.bob, world.people["U0FRED"]):
        await person.open_home()
    card = await broken(world)
    assert "to be reviewed" in str(world.bob.home)
    assert "to be reviewed" not in str(world.people["U0FRED"].home)
    with pytest.raises(KeyError):
        world.alice.home_button("Reviewed")
    for _ in range(2):
        world.shift.by += timedelta(days=1)
        await world.bot.sweep()
        await world.settle()
    reminders = [each for each in world.workspace.thread(card.ts) if "nobody has reviewed" in words(each)]
    assert ["a day ago" in words(each) for each in reminders] == [True, False]
    assert "2 days ago" in words(reminders[1])
    await world.bob.press_home("Reviewed")
    assert "to be reviewed" not in str(world.bob.home)
    assert "to be reviewed" not in str(world.alice.home)
    [row] = await world.bot.store.read(
        lambda tx: tx.connection.execute(select(reviews).where(reviews.c.team_id == TEAM)).all()
    )
    assert (row.reviewed_by, row.remind_at) == ("U0BOB", None)
