"""Roles: granted, revoked, asked for, and what they let people do."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import audit
from bot.cards import APPROVE, GRANT_EVERYONE, GRANT_GROUPS, GRANT_PEOPLE, GRANT_ROLE, GRANT_VIEW, GRANT_WHERE
from bot.roles import Grant
from bot.store.engine import Transaction
from bot.workspaces import Workspaces, WorkspaceSettings
from operations.sandbox.seed import HIGHLIGHTS
from tests.world import TEAM, Person, World
from tests.world import world as make_world

ASK = f"refunds create --charge {HIGHLIGHTS['refundable_charge']} --amount 500"
REFUND = "POST /v1/refunds"
APPROVALS = "C0APPROVALS"
"""For what is no matter of the database: once is enough."""


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A workspace where Alice is an admin and nobody else has a role; Fred is another full member."""
    async with make_world(tmp_path, database_url) as made:
        made.workspace.add_user("U0FRED")
        made.people["U0FRED"] = Person(made, "U0FRED")
        made.workspace.add_channel(APPROVALS, "U0ALICE")
        await let(made)
        yield made


def fred(world: World) -> Person:
    return world.people["U0FRED"]


async def let(world: World, *grants: Grant, **more: Any) -> None:
    """Let these be the grants, and no others."""
    workspaces = Workspaces(store=world.bot.store, admins=("U0ALICE",))

    def change(tx: Transaction) -> None:
        before = workspaces.read(tx, TEAM)
        gone = before.regranted(give=grants, take=before.grants)
        assert workspaces.change(tx, before, gone, user_id="U0ALICE", **more) is not None

    await world.bot.store.transaction(change)


async def settings(world: World) -> WorkspaceSettings:
    return await Workspaces(store=world.bot.store, admins=("U0ALICE",)).now(TEAM)


async def events(world: World) -> list[tuple[str, str, str]]:
    """Who did what about whose role, without what made the world."""
    found = await world.bot.store.read(lambda tx: list(audit.export(tx, TEAM)))
    return [
        (each["event"], each["actor_id"], each["facts"]["to"])
        for each in found
        if each["event"].startswith("role ") and each["facts"]["to"] != "every full member"
    ]


def answer(world: World) -> str:
    """What the last one who typed was told, with its buttons."""
    return str(world.slack.responses[-1])


async def press_told(person: Person, text: str, *, channel: str = "C0SUPPORT") -> None:
    """Press the button that stands for this text: it is as if it was typed."""
    assert f"'{text}'" in answer(person.world) or any(
        f"'{text}'" in str(m.blocks) for m in person.world.workspace.messages
    )
    await person.slash(text, channel=channel)


@pytest.mark.both_databases
async def test_without_a_grant_one_can_only_ask_for_one(world: World) -> None:
    """The request goes to the admins; granted, its buttons go, its person is told, and their commands run."""
    await fred(world).slash("customers list --limit 1")
    assert "this takes a *viewer*" in answer(world)
    assert "no role there" in answer(world)
    await press_told(fred(world), "roles ask on default test")
    await press_told(fred(world), "roles ask viewer on default test")
    assert "It went to <@U0ALICE>" in answer(world)
    [request] = world.said("D00ALICE")
    assert "<@U0FRED> asks to be a *viewer*" in request.text
    await fred(world).slash("roles ask viewer on default test")
    assert "nobody has answered yet" in answer(world)
    assert len(world.said("D00ALICE")) == 1
    await press_told(world.alice, "roles grant U0FRED viewer on default test")
    request = world.workspace.message(request.ts)
    assert "*Granted* by <@U0ALICE>" in request.text
    assert "actions" not in str(request.blocks)
    assert "You are now a *viewer*" in world.said("D00FRED")[0].text
    await fred(world).slash("customers list --limit 1")
    assert "succeeded" in str(world.card.blocks)
    # Reading, on that account, and no more.
    for text in ("customers create --name Jenny", "customers list --live"):
        await fred(world).slash(text)
        assert "Not run: this takes" in answer(world), text
    assert await events(world) == [("role asked for", "U0FRED", "U0FRED"), ("role granted", "U0ALICE", "U0FRED")]


async def test_a_request_that_is_declined_is_over(world: World) -> None:
    """In the approvals channel where there is one; nothing is granted, and it can be asked for again."""
    workspaces = Workspaces(store=world.bot.store, admins=("U0ALICE",))
    before = await settings(world)

    def choose(tx: Transaction) -> None:
        workspaces.change(
            tx, before, replace(before, approvals_channel_id=APPROVALS), step="channel", user_id="U0ALICE"
        )

    await world.bot.store.transaction(choose)
    await fred(world).slash("roles ask approver")
    [request] = world.said(APPROVALS)
    await fred(world).slash("roles decline U0FRED approver")
    assert "Only an admin" in answer(world)
    await world.alice.slash("roles decline U0FRED approver")
    assert "*Declined* by <@U0ALICE>" in world.workspace.message(request.ts).text
    assert "<@U0ALICE> declined" in world.said("D00FRED")[0].text
    assert (await settings(world)).grants == ()
    await fred(world).slash("roles ask approver")
    assert len(world.said(APPROVALS)) == 2


@pytest.mark.both_databases
async def test_grants_and_revocations_are_listed_and_on_record(world: World) -> None:
    """Who gave what, and when; not doubled; taken away whole, or one by one."""
    for text in (
        "roles grant <@U0FRED|fred> approver",
        "roles grant U0FRED approver",
        "roles grant U0FRED operator live",
        "roles grant <#C0SUPPORT|support> viewer on default test",
    ):
        await world.alice.slash(text)
    assert len((await settings(world)).grants) == 3
    await world.alice.slash("roles")
    assert answer(world).count("granted by <@U0ALICE>") == 3
    assert answer(world).count("'Revoke'") >= 3
    await fred(world).slash("roles")
    assert "'Revoke'" not in answer(world)
    await fred(world).slash("roles revoke U0FRED operator live")
    assert "Only an admin" in answer(world)
    await world.alice.slash("roles revoke U0FRED operator")
    assert "has no such role, but: operator on one account or mode" in answer(world)
    await world.alice.slash("roles revoke U0FRED operator live")
    await world.alice.slash("roles revoke @U0FRED")
    assert [each.subject for each in (await settings(world)).grants] == ["channel"]
    assert [each[0] for each in await events(world)] == [
        "role granted",
        "role granted",
        "role granted",
        "role revoked",
        "role revoked",
    ]


REFUSED = (
    ("grant @fred approver", "mere letters"),
    ("grant U0CARLA approver", "guests can't have a role"),
    ("grant U0DORA viewer", "deactivated people can't"),
    ("grant U0NOBODY viewer", "nobody in this workspace"),
    ("grant S0NONE approver", "no user group S0NONE"),
    ("grant everyone admin", "one by one"),
    ("grant U0FRED admin live", "for every account"),
    ("grant U0FRED", "Say which role"),
    ("grant U0FRED approver on nowhere", "there are: default"),
    ("revoke U0ALICE admin", "by the settings of whoever runs the bot"),
    ("revoke U0FRED approver", "has no such role"),
    ("dance", "/stripe roles grant"),
)


async def test_what_can_not_be_granted_or_revoked_is_said_so(world: World) -> None:
    """And nothing is changed."""
    for text, says in REFUSED:
        await world.alice.slash(f"roles {text}")
        assert says in answer(world), text
    assert (await settings(world)).grants == ()


async def test_roles_are_granted_by_a_form(world: World) -> None:
    """To several at once; a forged or repeated submission gives nothing more."""
    world.workspace.groups["S0FINANCE"] = {"U0BOB"}
    await fred(world).slash("roles grant")
    assert world.form == {}
    await world.alice.slash("roles grant")
    assert world.form["callback_id"] == GRANT_VIEW
    form = world.form
    chosen = {GRANT_PEOPLE: ["U0FRED"], GRANT_GROUPS: ["S0FINANCE"], GRANT_ROLE: "approver", GRANT_WHERE: "live"}
    assert "Choose whom" in str(await world.alice.submit({GRANT_ROLE: "viewer"}))
    assert "one by one" in str(await world.alice.submit({GRANT_EVERYONE: ["everyone"], GRANT_ROLE: "admin"}))
    for _ in range(2):
        assert await world.alice.submit(chosen) == {}
    assert set((await settings(world)).grants) == {
        Grant("approver", "person", "U0FRED", mode="live"),
        Grant("approver", "group", "S0FINANCE", mode="live"),
    }
    assert "somebody else" in str(await fred(world).submit(chosen, view=form))


async def test_a_group_decides_while_slack_tells_who_is_in_it(world: World) -> None:
    """Bob approves as one of finance, whom the others are told of."""
    world.workspace.groups["S0FINANCE"] = {"U0BOB"}
    await let(world, Grant("approver", "group", "S0FINANCE"))
    await world.alice.slash(ASK)
    card = world.card
    await fred(world).click(card, APPROVE)
    assert "not among those who may decide" in world.told[-1]
    assert "<!subteam^S0FINANCE>" in answer(world)
    await world.bob.slash("whoami")
    assert "*approver* through <!subteam^S0FINANCE>" in answer(world)
    await world.bob.click(card, APPROVE)
    assert "*Approved* by <@U0BOB>" in str(world.workspace.message(card.ts).blocks)


@pytest.mark.both_databases
async def test_a_role_that_is_revoked_between_card_and_click_decides_nothing(world: World) -> None:
    """The click reads the grants that stand then, on the account that it is about, in the channel where it is."""
    elsewhere = Grant("approver", "channel", APPROVALS)
    here = Grant("approver", "channel", "C0SUPPORT", mode="test")
    await let(world, Grant("approver", "person", "U0BOB"))
    await world.alice.slash(ASK)
    for grants in (
        (),
        (Grant("approver", "person", "U0BOB", mode="live"),),
        (elsewhere,),
        (Grant("operator", "everyone"),),
    ):
        await let(world, *grants)
        await world.bob.click(world.card, APPROVE)
        assert "not among those who may decide" in world.told[-1]
    assert world.effects(REFUND) == 0
    await let(world, here)
    await world.bob.click(world.card, APPROVE)
    assert world.effects(REFUND) == 1


async def test_whoami_tells_roles_by_account_and_why(world: World) -> None:
    """For each account and mode, through which grant, in this channel."""
    await world.alice.slash("whoami")
    assert answer(world).count("*admin*, named by whoever runs the bot") == 2
    await let(world, Grant("operator", "everyone", mode="test"), Grant("approver", "channel", "C0SUPPORT", mode="live"))
    await fred(world).slash("whoami")
    assert "*operator* through Every full member" in answer(world)
    assert "*approver* through Whoever acts in <#C0SUPPORT>" in answer(world)
    assert "'roles ask'" in answer(world)
    await world.people["U0CARLA"].slash("whoami")
    assert "guests can't have a role" in answer(world)


@pytest.fixture
async def new_world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A workspace that nobody has set up, without admins in the environment; Gwen owns it."""
    async with make_world(tmp_path, database_url, connected=False, admins=()) as made:
        for user, marks in (("U0GWEN", {"is_owner": True}), ("U0GUS", {"is_admin": True})):
            made.workspace.add_user(user, **marks)
            made.people[user] = Person(made, user)
        yield made


async def test_the_first_owner_or_admin_of_the_workspace_becomes_the_first_admin(new_world: World) -> None:
    """From their Home tab or by typing; whoever comes later, and whoever leads nothing, does not."""
    world, gwen = new_world, new_world.people["U0GWEN"]
    await world.bob.slash("setup")
    assert "an owner or admin of this Slack workspace becomes the first" in answer(world)
    assert "Become the first admin" not in str(await world.bob.open_home())
    await gwen.open_home()
    await gwen.press_home("Become the first admin")
    assert "you are the first admin" in str(world.said("D00GWEN")[0].blocks)
    assert "0 of 5 done" in str(gwen.home)
    await world.people["U0GUS"].slash("setup")
    assert "Ask <@U0GWEN>" in answer(world)
    await gwen.slash("roles revoke U0GWEN admin")
    assert "has to stay an admin" in answer(world)
    assert await events(world) == [("role granted", "U0GWEN", "U0GWEN")]
