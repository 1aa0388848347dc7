"""Approvals come to those who may decide, wherever they are; and afterwards every place says the same."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import audit
from bot.app import Countersign
from bot.cards import APPROVE, DENY
from bot.roles import Grant
from bot.store.engine import Transaction
from bot.store.tables import approvals
from bot.workspaces import Workspaces
from operations.sandbox.seed import HIGHLIGHTS
from tests.bot.policy.made import rules
from tests.fakes import slack_payloads
from tests.fakes.slack import Fault, Message
from tests.policies import use_policy
from tests.world import SUPPORT, TEAM, Person, World
from tests.world import world as make_world

pytestmark = pytest.mark.both_databases

ASK = f"refunds create --charge {HIGHLIGHTS['refundable_charge']} --amount 500"
REFUND = "POST /v1/refunds"
APPROVALS = "C0APPROVALS"
NAMED = (Grant("operator", "everyone"), Grant("approver", "person", "U0BOB"), Grant("approver", "person", "U0FRED"))
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is no matter of the database: once is enough."""


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A workspace in which Alice is an admin, Bob and Fred are approvers by name, and Gina is another full member."""
    async with make_world(tmp_path, database_url) as made:
        for user in ("U0FRED", "U0GINA"):
            made.workspace.add_user(user)
            made.people[user] = Person(made, user)
        made.workspace.add_channel(APPROVALS, "U0ALICE", "U0BOB")
        await let(made, *NAMED)
        yield made


async def let(world: World, *grants: Grant, **more: Any) -> None:
    """Let these be the grants, and no others."""
    workspaces = Workspaces(store=world.bot.store, admins=("U0ALICE",))

    def change(tx: Transaction) -> None:
        before = workspaces.read(tx, TEAM)
        after = before.regranted(give=grants, take=before.grants)
        assert workspaces.change(tx, before, after, user_id="U0ALICE", **more) is not None

    await world.bot.store.transaction(change)


def direct(world: World, user_id: str) -> list[Message]:
    """The direct messages to somebody, without replies."""
    return world.said("D0" + user_id[1:])


def pressable(blocks: list[dict[str, Any]]) -> list[str]:
    """The action ids of what decides on an approval."""
    found = [each["action_id"] for block in blocks for each in block.get("elements", []) if "action_id" in each]
    return [each for each in found if each in (APPROVE, DENY)]


def text(shown: object) -> str:
    return json.dumps(shown, ensure_ascii=False)


def everywhere(world: World) -> dict[str, list[dict[str, Any]]]:
    """The blocks of every place where the approval stands: the card, the copies, the Home tabs."""
    copies = {user: direct(world, user)[0].blocks for user in ("U0BOB", "U0FRED") if direct(world, user)}
    homes = {f"home of {user}": home["blocks"] for user, home in world.workspace.screens.homes.items()}
    return {"card": world.card.blocks, **copies, **homes}


async def pass_by(world: World, by: timedelta) -> None:
    """Let time go by, and what it brings happen."""
    world.shift.by += by
    await world.bot.sweep()
    await world.settle()


async def test_who_is_asked_by_name_gets_the_card_and_one_of_them_decides_for_every_place(world: World) -> None:
    """The copies have the same buttons; after the decision no button is left anywhere, and all say the same."""
    for person in (world.bob, world.people["U0FRED"], world.alice):
        await person.open_home()
    await world.alice.slash(ASK)
    [copy], [other] = direct(world, "U0BOB"), direct(world, "U0FRED")
    assert copy.blocks == other.blocks == world.card.blocks
    assert direct(world, "U0ALICE") == direct(world, "U0GINA") == []
    assert {place for place, blocks in everywhere(world).items() if pressable(blocks)} == {
        "card",
        "U0BOB",
        "U0FRED",
        "home of U0BOB",
        "home of U0FRED",
    }
    assert "*Waits*" in text(world.alice.home)
    late = world.people["U0FRED"].home_button("Approve")

    await world.bob.click(copy, APPROVE)
    assert world.effects(REFUND) == 1
    assert {place for place, blocks in everywhere(world).items() if pressable(blocks)} == set()
    for place in ("card", "U0BOB", "U0FRED", "home of U0ALICE"):
        assert "*Approved* by <@U0BOB>" in text(everywhere(world)[place]), place
    assert len(direct(world, "U0BOB")) == len(direct(world, "U0FRED")) == 1

    await world.people["U0FRED"].deliver(slack_payloads.home_click(late, user="U0FRED"))
    await world.settle()
    assert world.effects(REFUND) == 1
    assert "decided before" in text(direct(world, "U0FRED")[-1].blocks)


async def test_stages_go_from_one_to_the_next_and_so_do_the_buttons(world: World) -> None:
    """Who has signed has no button any more; the next ones get theirs, guests among them none, and the thread tells."""
    world.workspace.groups["S0FINANCE"] = {"U0FRED", "U0CARLA", "U0ALICE"}
    stages = [{"people": ["U0BOB"]}, {"groups": ["S0FINANCE"]}]
    await use_policy(world, rules({"when": {"tiers": ["money"]}, "then": {"stages": stages}}))
    await world.alice.slash(ASK)
    assert direct(world, "U0FRED") == []
    await world.bob.click(direct(world, "U0BOB")[0], APPROVE)
    assert world.effects(REFUND) == 0
    assert {place for place, blocks in everywhere(world).items() if pressable(blocks)} == {"card", "U0FRED"}
    assert "waits for others now" in text(direct(world, "U0BOB")[0].blocks)
    [note] = world.workspace.thread(world.card.ts)
    assert "Signed by <@U0BOB>" in note.text
    assert "<!subteam^S0FINANCE>" in note.text
    assert direct(world, "U0CARLA") == direct(world, "U0ALICE") == []
    await world.people["U0FRED"].click(direct(world, "U0FRED")[0], APPROVE)
    assert world.effects(REFUND) == 1
    assert {place for place, blocks in everywhere(world).items() if pressable(blocks)} == set()


@ON_ONE
async def test_where_everybody_may_decide_nobody_is_told_directly(world: World) -> None:
    """They read it in the channel; admins aren't told either, nor where approvers are named."""
    await let(world, Grant("approver", "everyone"))
    await world.bob.slash(ASK)
    await let(world, Grant("operator", "everyone"), Grant("approver", "person", "U0FRED"))
    await world.bob.slash(ASK)
    assert direct(world, "U0ALICE") == []
    assert len(direct(world, "U0FRED")) == 1
    await let(world, Grant("operator", "everyone"), Grant("approver", "person", "U0BOB"))
    await world.bob.slash(ASK)
    assert len(direct(world, "U0ALICE")) == 1  # the only one who can


async def test_what_was_not_said_when_the_process_died_is_said_by_the_next_sweep(world: World) -> None:
    """Slack was away, or nobody was woken: copies, card and Home tabs come all the same, and each once."""
    await world.bob.open_home()
    await world.alice.open_home()
    for method in ("users.info", "users.info", "views.publish", "views.publish"):
        world.slack.fail(method, Fault("status", 500))
    await world.alice.slash(ASK)
    assert direct(world, "U0BOB") == []
    await pass_by(world, timedelta(minutes=1))
    assert pressable(world.bob.home["blocks"])
    assert len(direct(world, "U0BOB")) == len(direct(world, "U0FRED")) == 1

    def end(tx: Transaction) -> None:
        [approval] = world.bot.approvals.pending(tx, TEAM, without=None, limit=5)
        ended = world.bot.approvals.withdraw(tx, approval)
        world.bot.announcer.approval(tx, ended)  # type: ignore[arg-type]  # nobody else ends it here

    await world.bot.store.transaction(end)
    await pass_by(world, timedelta())
    assert {place for place, blocks in everywhere(world).items() if pressable(blocks)} == set()
    assert len({text(message.metadata) for message in world.workspace.messages}) == len(world.workspace.messages)


async def test_time_reminds_opens_to_the_fallback_and_denies(world: World) -> None:
    """Each once, in the thread of the card; the fallback may sign then; whoever asked hears that nobody did."""
    escalate = {"after": "2h", "to": {"people": ["U0GINA"]}}
    then = {"stages": [{"people": ["U0BOB"]}], "remind": "1h", "escalate": escalate, "expires": "4h"}
    await use_policy(world, rules({"when": {"tiers": ["money"]}, "then": then}))
    gina = world.people["U0GINA"]
    await world.alice.slash(ASK)
    await gina.click(world.card, APPROVE)
    assert world.effects(REFUND) == 0

    for _ in range(2):
        await pass_by(world, timedelta(minutes=61))
        if len(world.workspace.thread(world.card.ts)) == 1:
            [reminder] = world.workspace.thread(world.card.ts)
            assert "<@U0BOB>" in reminder.text
            assert "2 hours" in reminder.text
            assert not reminder.broadcast
            assert [each for each in direct(world, "U0GINA") if each.blocks == world.card.blocks] == []
    [_, escalated] = world.workspace.thread(world.card.ts)
    assert "<@U0GINA>" in escalated.text
    assert pressable(world.card.blocks)
    await gina.click(direct(world, "U0GINA")[-1], APPROVE)
    assert world.effects(REFUND) == 1

    await world.alice.slash(ASK.replace("500", "400"))
    await pass_by(world, timedelta(minutes=241))
    assert world.effects(REFUND) == 1
    assert "Expired" in text(world.card.blocks)
    assert "<@U0ALICE>" in world.workspace.thread(world.card.ts)[-1].text
    assert pressable(direct(world, "U0BOB")[-1].blocks) == []
    said = len(world.workspace.messages)
    await pass_by(world, timedelta(hours=1))
    assert len(world.workspace.messages) == said


async def test_several_processes_remind_and_escalate_once(world: World) -> None:
    """Whoever is first at an approval turns it; the others leave it alone."""
    escalate = {"after": "1h", "to": {"people": ["U0GINA"]}}
    then = {"stages": [{"people": ["U0BOB"]}], "remind": "1h", "escalate": escalate, "expires": "1d"}
    await use_policy(world, rules({"when": {"tiers": ["money"]}, "then": then}))
    for amount in range(500, 504):
        await world.alice.slash(ASK.replace("500", str(amount)))
    world.shift.by += timedelta(minutes=61)
    if world.bot.store.exclusive:
        await asyncio.gather(*(world.bot.sweep() for _ in range(3)))
    else:
        async with Countersign.start(world.bot.settings, clock_shift=world.shift) as other:
            await asyncio.gather(*(bot.sweep() for bot in (world.bot, other, world.bot, other)))
    await world.settle()
    told = [world.workspace.thread(each.ts) for each in world.said()]
    assert [len(each) for each in told] == [2] * 4
    events = [each["event"] for each in await world.bot.store.read(lambda tx: list(audit.export(tx, TEAM)))]
    assert events.count("approval escalated") == 4


async def test_the_command_lists_what_waits_with_buttons_and_what_one_asked_for(world: World) -> None:
    """Decided there, the list is shown anew; pages follow each other; all that waits is for approvers alone."""
    for amount in range(500, 504):
        await world.alice.slash(ASK.replace("500", str(amount)))
    await world.bob.slash("approvals")
    listed = world.slack.responses[-1]
    assert listed["text"] == "4 approvals wait for you."
    assert len(pressable(listed["blocks"])) == 6
    assert "approvals 2" in text(listed["blocks"])
    await world.bob.slash("approvals 2")
    assert len(pressable(world.slack.responses[-1]["blocks"])) == 2

    shown = Message(SUPPORT, "1767225999.000001", listed["text"], listed["blocks"])
    click = world.bob.press(shown, APPROVE)
    click["container"]["is_ephemeral"] = True
    await world.bob.deliver(click)
    await world.settle()
    assert world.effects(REFUND) == 1
    again = world.slack.responses[-1]
    assert again["replace_original"]
    assert again["text"] == "3 approvals wait for you."
    assert click["actions"][0]["value"] not in text(again)

    await world.alice.slash("approvals")
    assert "No approvals wait for you." in world.told[-1]
    assert "*Approved* by <@U0BOB>" in text(world.slack.responses[-1]["blocks"])
    await world.alice.slash("approvals all")
    assert "3 approvals wait." in world.told[-1]
    await world.people["U0GINA"].slash("approvals all")
    assert "Only approvers and admins" in world.told[-1]
    await world.people["U0GINA"].slash("approvals please")
    assert "Behind approvals stands nothing" in world.told[-1]


@ON_ONE
async def test_who_asked_in_private_hears_there_that_it_was_denied(world: World) -> None:
    """By a reply that names them, under what told them where it waits; and in the thread of the card."""
    workspaces = Workspaces(store=world.bot.store, admins=("U0ALICE",))

    def choose(tx: Transaction) -> None:
        before = workspaces.read(tx, TEAM)
        workspaces.change(tx, before, replace(before, approvals_channel_id=APPROVALS), user_id="U0ALICE")

    await world.bot.store.transaction(choose)
    world.workspace.add_channel("D0ALICE", "U0ALICE")
    await world.alice.slash(ASK, channel="D0ALICE")
    [card] = world.said(APPROVALS)
    [told] = world.said("D0ALICE")
    await world.bob.deny(direct(world, "U0BOB")[0])
    assert "*Denied*" in text(world.said("D0ALICE")[0].blocks)
    for head in (card, told):
        [note] = world.workspace.thread(head.ts)
        assert "<@U0ALICE> <@U0BOB> has denied this." in note.text
    assert pressable(world.said(APPROVALS)[0].blocks) == []


@ON_ONE
async def test_a_home_that_could_not_be_published_is_tried_again_and_its_clicks_are_checked(world: World) -> None:
    """Its old button decides nothing, and goes away as soon as Slack takes the tab."""
    await world.alice.slash(ASK)
    await world.bob.open_home()
    approve = world.bob.home_button("Approve")
    world.slack.fail("views.publish", *(Fault("status", 500) for _ in range(4)))
    await world.people["U0FRED"].click(world.card, APPROVE)
    assert pressable(world.bob.home["blocks"])
    await world.bob.deliver(slack_payloads.home_click(approve, user="U0BOB"))
    await world.settle()
    assert world.effects(REFUND) == 1
    await pass_by(world, timedelta(minutes=2))
    assert pressable(world.bob.home["blocks"]) == []


@ON_ONE
async def test_what_can_not_be_read_ends_at_its_own_time_and_not_at_that_of_a_reminder(world: World) -> None:
    """It may be readable again, by a process that has the key; at its end nobody can have signed it."""
    then = {"stages": [{"people": ["U0BOB"]}], "remind": "1h", "expires": "4h"}
    await use_policy(world, rules({"when": {"tiers": ["money"]}, "then": then}))
    await world.alice.slash(ASK)
    mine = approvals.c.team_id == TEAM
    sealed = await world.bot.store.read(
        lambda tx: tx.connection.execute(select(approvals.c.sealed).where(mine)).scalar_one()
    )

    async def seal(blob: bytes) -> None:
        await world.bot.store.transaction(
            lambda tx: tx.connection.execute(update(approvals).where(mine).values(sealed=blob))
        )

    async def ended() -> list[str]:
        events = await world.bot.store.read(lambda tx: list(audit.export(tx, TEAM)))
        return [each["event"] for each in events if each["event"] == "approval expired"]

    await seal(b"changed")
    await pass_by(world, timedelta(minutes=61))
    assert await ended() == []
    await pass_by(world, timedelta(minutes=241))
    assert await ended() == ["approval expired"]
    await seal(sealed)
    await world.bob.click(world.card, APPROVE)
    assert world.effects(REFUND) == 0
