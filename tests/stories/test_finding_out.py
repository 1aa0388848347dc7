"""An outcome that nobody knows: Stripe is looked at, what it shows is told, and a person says how it was."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot import audit
from bot.cards import APPROVE, DID_NOT, HAPPENED
from bot.roles import Grant
from bot.store.tables import approvals, calls, movements
from bot.workspaces import Workspaces
from operations.sandbox.faults import Kind
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.slack import Message
from tests.stories.test_refund_needs_a_second_person import buttons
from tests.world import World

pytestmark = pytest.mark.both_databases

CHARGE = HIGHLIGHTS["refundable_charge"]
CUSTOMER = HIGHLIGHTS["customer_to_delete"]
REFUND = "POST /v1/refunds"
ASK = f"refunds create --charge {CHARGE} --amount 500"


async def lost(world: World, text: str, fault: Kind) -> Message:
    """Ask for it and have it approved while Stripe does that to it; its card."""
    await world.alice.slash(text)
    world.stripe.faults.add("^(POST|DELETE)", fault)
    await world.bob.click(world.card, APPROVE)
    return world.card


async def until_given_up(world: World) -> None:
    """Time passes until Stripe may have forgotten the idempotency key."""
    world.shift.by += timedelta(hours=21)
    await world.bot.sweep()
    await world.settle()


def question(world: World, card: Message) -> Message:
    (asked,) = [each for each in world.workspace.thread(card.ts) if HAPPENED in buttons(each)]
    return asked


def thread(world: World, card: Message) -> str:
    return str([each.blocks for each in world.workspace.thread(card.ts)])


async def counted(world: World) -> Sequence[bool]:
    held = select(movements.c.counted).where(movements.c.team_id == world.bot.team_id)
    return await world.bot.store.read(lambda tx: tx.connection.execute(held).scalars().all())


def posts(world: World) -> list[str]:
    """The paths of the writes that arrived at Stripe."""
    return [each.path for each in world.stripe.journal.requests if each.method == "POST"]


async def said(world: World) -> list[dict[str, object]]:
    team = world.bot.team_id
    events = await world.bot.store.read(lambda tx: list(audit.export(tx, team)))
    return [each for each in events if each["event"] == "outcome said"]


async def test_a_refund_whose_answer_was_lost_is_found_at_stripe_and_a_person_says_so(world: World) -> None:
    """It is never sent again; the card, the thread and the trail name who said it, once, whoever clicks after."""
    card = await lost(world, ASK, "500_after")
    assert world.effects(REFUND) == 1
    asked = question(world, card)
    assert "just that amount" in str(asked.blocks)
    assert "seems to have happened" in str(asked.blocks)
    assert "re_" in str(asked.blocks)
    by_bob, by_alice = world.bob.press(asked, HAPPENED), world.alice.press(asked, DID_NOT)
    await world.bob.deliver(by_bob)
    await world.settle()
    await world.bob.deliver(by_bob)
    await world.alice.deliver(by_alice)
    await world.settle()
    assert "<@U0BOB> has said already" in world.told[-1]
    assert not [each for each in [world.card, *world.workspace.thread(card.ts)] if buttons(each)]
    assert "It happened,* says <@U0BOB>" in str(world.card.blocks)
    assert "It isn't known" not in thread(world, card)
    (event,) = await said(world)
    assert (event["actor_id"], event["facts"]["happened"], event["facts"]["stripe showed"]) == ("U0BOB", True, "for")  # type: ignore[index]  # facts are a dict
    assert await counted(world) == [True]
    await world.alice.open_home()
    assert "It happened,* says <@U0BOB>" in str(world.alice.home)
    await until_given_up(world)
    assert world.effects(REFUND) == 1


async def test_what_did_not_happen_counts_for_no_limit_any_more(world: World) -> None:
    """Only who may approve there may say so; whoever may not is told who may, and nothing is recorded."""
    card = await lost(world, ASK, "500_before")
    asked = question(world, card)
    assert "no refund of it that was made since then" in str(asked.blocks)
    assert await counted(world) == [True]
    await only_bob_approves(world)
    await world.people["U0CARLA"].click(asked, DID_NOT)
    world.workspace.add_user("U0FRED")
    fred = type(world.bob)(world, "U0FRED")
    await fred.click(asked, DID_NOT)
    assert "<@U0BOB>" in str(world.slack.responses[-1])
    await world.bob.click(asked, DID_NOT, value="forged")
    assert buttons(question(world, card)) == [HAPPENED, DID_NOT]
    assert await said(world) == []
    await world.bob.click(asked, DID_NOT)
    assert "It did not happen,* says <@U0BOB>" in str(world.card.blocks)
    assert await counted(world) == [False]
    assert len(await said(world)) == 1
    assert world.effects(REFUND) == 0


async def only_bob_approves(world: World) -> None:
    workspaces = Workspaces(store=world.bot.store, admins=("U0ALICE",))

    def change(tx: object) -> None:
        before = workspaces.read(tx, world.bot.team_id)  # type: ignore[arg-type]  # a transaction
        given = (Grant("operator", "everyone"), Grant("approver", "person", "U0BOB"))
        after = before.regranted(give=given, take=before.grants)
        workspaces.change(tx, before, after, user_id="U0ALICE")  # type: ignore[arg-type]  # a transaction

    await world.bot.store.transaction(change)


async def test_it_is_asked_only_when_sending_again_can_not_tell(world: World) -> None:
    """While the same key may still settle it, nobody is bothered; whatever cuts a look off, it is asked once."""
    await world.alice.slash(f"customers delete {CUSTOMER}")
    world.stripe.faults.add("^DELETE", "503_before", times=None)
    await world.bob.click(world.card, APPROVE)
    card = world.card
    assert "finding out" in str(card.blocks)
    assert not [each for each in world.workspace.thread(card.ts) if buttons(each)]
    looks = world.bot.finding_out
    world.stripe.faults.add("^GET /v1/customers", "503_before", times=None)
    await until_given_up(world)
    assert not [each for each in world.workspace.thread(card.ts) if buttons(each)]
    world.stripe.faults.clear()
    await looks.take_over()
    [(team_id, run_id)] = await looks.due()
    assert await looks.due() == []
    await asyncio.gather(*(looks.carry_out(team_id, run_id) for _ in range(3)))
    await world.settle()
    asked = question(world, card)
    assert "It still stands at Stripe" in str(asked.blocks)
    await world.alice.click(asked, DID_NOT)
    assert "It did not happen,* says <@U0ALICE>" in str(world.card.blocks)
    assert world.effects("DELETE /v1/customers/{customer}") == 0


async def test_of_what_makes_something_new_people_are_asked_at_once(world: World) -> None:
    """Without an approval, an operator says how it was; of many at once one does, and head and thread agree."""
    world.stripe.faults.add("^POST /v1/customers", "500_after")
    await world.alice.slash("customers create --name Ida")
    head = world.card
    asked = question(world, head)
    assert "nothing at Stripe that I could look up" in str(asked.blocks)
    clicks = [each.press(asked, HAPPENED) for each in (world.alice, world.bob) for _ in range(3)]
    await asyncio.gather(*(world.bob.deliver(each) for each in clicks))
    await world.settle()
    (event,) = await said(world)
    assert f"It happened,* says <@{event['actor_id']}>" in str(world.card.blocks)
    assert "It isn't known" not in thread(world, head)
    assert not [each for each in world.workspace.thread(head.ts) if buttons(each)]


async def test_what_waits_at_stripe_is_no_failure_and_is_settled_by_a_person(world: World) -> None:
    """The card and the thread say that it waits, with the link; it is not sent again."""
    card = await lost(world, ASK, "approval_required")
    for shown in (str(world.card.blocks), thread(world, card)):
        assert "Stripe itself asks for an approval" in shown
        assert "https://dashboard.stripe.com/test/approvals/apreq_1SandboxWaiting" in shown
        assert "ailed" not in shown
    assert posts(world) == ["/v1/refunds"]
    await until_given_up(world)
    assert posts(world) == ["/v1/refunds"]
    await world.bob.click(question(world, card), HAPPENED)
    assert "It happened,* says <@U0BOB>" in str(world.card.blocks)
    assert not [each for each in [world.card, *world.workspace.thread(card.ts)] if buttons(each)]


async def spoil(world: World) -> None:
    """Somebody changes what is on record of every call in the database."""
    mine = calls.c.team_id == world.bot.team_id
    await world.bot.store.transaction(lambda tx: tx.connection.execute(update(calls).where(mine).values(sealed=b"x")))


@pytest.mark.parametrize("text", [ASK, "customers create --name Ida"])
async def test_of_what_was_sent_and_can_not_be_read_any_more_an_admin_says_how_it_was(world: World, text: str) -> None:
    """Nobody can look for it, so it is asked with what finds it at Stripe; the card or head and the trail follow."""
    world.stripe.faults.add("^POST", "503_before", times=None)
    await world.alice.slash(text)
    if text == ASK:
        await world.bob.click(world.card, APPROVE)
    card = world.card
    await spoil(world)
    await until_given_up(world)
    asked = question(world, card)
    assert "countersign-" in str(asked.blocks)
    await world.bob.click(asked, DID_NOT)
    assert "Nothing was recorded" in world.told[-1]
    assert await said(world) == []
    clicks = [world.alice.press(asked, each) for each in (DID_NOT, HAPPENED)]
    await asyncio.gather(*map(world.alice.deliver, clicks))
    await world.settle()
    (event,) = await said(world)
    word = "It happened" if event["facts"]["happened"] else "It did not happen"  # type: ignore[index]  # a dict
    assert f"{word},* says <@U0ALICE>" in str(world.card.blocks)
    assert f"{word},* says <@U0ALICE>" in thread(world, card)
    assert not [each for each in [world.card, *world.workspace.thread(card.ts)] if buttons(each)]
    if text == ASK:
        assert await counted(world) == [event["facts"]["happened"]]  # type: ignore[index]  # a dict
    stands = select(approvals.c.state).where(approvals.c.team_id == world.bot.team_id)
    states = await world.bot.store.read(lambda tx: tx.connection.execute(stands).scalars().all())
    assert states == (["succeeded" if event["facts"]["happened"] else "failed"] if text == ASK else [])  # type: ignore[index]  # a dict


async def test_a_question_about_what_can_not_be_read_any_more_is_an_admins(world: World) -> None:
    """Also where it was asked before the record was changed."""
    card = await lost(world, ASK, "500_after")
    await spoil(world)
    asked = question(world, card)
    await world.bob.click(asked, HAPPENED)
    assert await said(world) == []
    await world.alice.click(asked, HAPPENED)
    assert "It happened,* says <@U0ALICE>" in str(world.card.blocks)


async def test_what_was_never_sent_and_can_not_be_read_counts_for_no_limit(world: World) -> None:
    """It is certain that it had no effect, so nobody is asked."""
    await world.alice.slash(ASK)
    world.stripe.faults.add("^GET", "503_before", times=None)
    await world.bob.click(world.card, APPROVE)
    await spoil(world)
    world.shift.by += timedelta(minutes=2)
    await world.bot.sweep()
    await world.settle()
    assert "Nothing was sent" in str(world.card.blocks)
    assert await counted(world) == [False]
