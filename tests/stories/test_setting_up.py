"""Setting a workspace up from App Home, and that what was chosen holds from then on."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import audit, cards
from bot.cards import ADMINS, APPROVE, APPROVERS, CHANNEL, CONNECT_KEY, OPERATORS, POLICY
from bot.policy import Preset
from bot.roles import Grant
from bot.store.engine import Transaction
from bot.store.tables import runs
from bot.text import unescape
from bot.workspaces import Step, Workspaces, WorkspaceSettings
from operations.sandbox.keys import TEST_KEY
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes import slack_payloads
from tests.fakes.slack import Fault
from tests.policies import use_policy
from tests.world import SUPPORT, TEAM, Person, World
from tests.world import world as make_world

CHARGE = HIGHLIGHTS["refundable_charge"]
REFUND = "POST /v1/refunds"
ASK = f"refunds create --charge {CHARGE} --amount 500"
APPROVALS = "C0APPROVALS"
EVERYONE = Grant("approver", "everyone")
"""For what is no matter of the database: once is enough."""


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A workspace with a channel for approvals, and with Fred, another full member."""
    async with make_world(tmp_path, database_url) as made:
        yield furnished(made)


@pytest.fixture
async def new_world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The same, which has connected nothing yet."""
    async with make_world(tmp_path, database_url, connected=False) as made:
        yield furnished(made)


def furnished(world: World) -> World:
    world.workspace.add_channel(APPROVALS, "U0ALICE", "U0BOB")
    world.workspace.add_channel("C0ELSEWHERE", bot_in=False)
    world.workspace.add_channel("D00ALICE", "U0ALICE")
    world.workspace.add_user("U0FRED")
    world.people["U0FRED"] = Person(world, "U0FRED")
    return world


def fred(world: World) -> Person:
    return world.people["U0FRED"]


def says(view_or_blocks: Any) -> str:
    return unescape(str(view_or_blocks))


async def settings(world: World) -> WorkspaceSettings:
    workspaces = Workspaces(store=world.bot.store, admins=("U0ALICE",))
    return await workspaces.now(TEAM)


async def settle_on(world: World, step: Step, **chosen: Any) -> None:
    """Change the settings without a modal."""
    workspaces = Workspaces(store=world.bot.store, admins=("U0ALICE",))

    def change(tx: Transaction) -> WorkspaceSettings | None:
        before = workspaces.read(tx, TEAM)
        return workspaces.change(tx, before, replace(before, **chosen), step=step, user_id="U0ALICE")

    assert await world.bot.store.transaction(change) is not None


async def let(world: World, *grants: Grant) -> None:
    """Let these be the grants, and no others."""
    await settle_on(world, "roles", grants=grants)


async def choose(person: Person, step: Step, **values: Any) -> dict[str, Any]:
    """Open a step's modal by text and submit it; what it is answered."""
    await person.slash(f"setup {step}")
    return await person.submit(values)


@pytest.mark.both_databases
async def test_a_new_admin_is_led_from_nothing_to_a_refund_asked_for_in_private(new_world: World) -> None:
    """Connect, approvers, roles, policy, channel: one button after the other, and it all holds."""
    world, alice = new_world, new_world.alice
    assert "Welcome" in says(await alice.open_home())
    await alice.press_home("Connect Stripe")
    await alice.submit({CONNECT_KEY: TEST_KEY})
    assert "1 of 5 done" in says(alice.home)

    await alice.press_home("Choose approvers…")
    assert await alice.submit({APPROVERS: ["U0BOB"]}) == {}
    assert "2 of 5 done" in says(alice.home)

    await alice.press_home("Choose roles…")
    assert await alice.submit({}) == {}
    await alice.press_home("Choose a policy…")
    assert await alice.submit({POLICY: "strict"}) == {}
    assert "4 of 5 done" in says(alice.home)

    await alice.press_home("Choose a channel…")
    assert await alice.submit({CHANNEL: APPROVALS}) == {}
    assert "5 of 5 done" in says(alice.home)
    assert "<@U0ALICE> chose this channel" in world.said(APPROVALS)[0].text

    await alice.slash(ASK, channel="D00ALICE")
    card = world.said(APPROVALS)[-1]
    [told] = world.said("D00ALICE")[1:]
    assert "*Waits* in <#C0APPROVALS>" in says(told.blocks)
    await fred(world).click(card, APPROVE)
    assert world.effects(REFUND) == 0
    assert "not among those who may decide" in world.told[-1]
    assert "<@U0BOB>" in str(world.slack.responses[-1])
    await world.bob.click(card, APPROVE)
    assert world.effects(REFUND) == 1
    assert "*Done*" in says(world.workspace.message(told.ts).blocks)
    assert "*Approved* by <@U0BOB>" in says(world.workspace.message(told.ts).blocks)


async def test_who_is_no_admin_is_told_whom_to_ask(new_world: World) -> None:
    """No set-up in their Home, no modal by text or by a forged button."""
    bob = new_world.bob
    home = says(await bob.open_home())
    assert "Ask <@U0ALICE>" in home
    assert "Set-up" not in home
    await bob.slash("setup policy")
    await bob.slash("setup")
    forged = {"action_id": "setup:policy", "value": "policy"}
    await bob.deliver(slack_payloads.home_click(forged, user="U0BOB"))
    await new_world.settle()
    assert new_world.workspace.views == {}
    assert [each.count("Only an admin") for each in new_world.told] == [1, 1]


async def test_a_forged_submission_changes_nothing(world: World) -> None:
    """Another's form, a form without our token, and one whose admin is none any more are refused at the field."""
    await let(world, Grant("admin", "person", "U0BOB"), EVERYONE)
    await world.bob.slash("setup policy")
    form = world.form
    for person, view in (
        (fred(world), form),
        (world.bob, {**form, "private_metadata": "x"}),
        (fred(world), {**form, "private_metadata": "x"}),
    ):
        answer = await person.submit({POLICY: "strict"}, view=view)
        assert list(answer["errors"]) == [POLICY]
    await let(world, EVERYONE)
    answer = await world.bob.submit({POLICY: "strict"}, view=form)
    assert "Only an admin" in answer["errors"][POLICY]
    assert (await settings(world)).policy.preset == "standard"


@pytest.mark.both_databases
async def test_two_admins_at_once_lose_nothing_unseen(world: World) -> None:
    """The second sees what holds and their own choice; saving again puts it in its place. A replay does nothing."""
    await let(world, Grant("admin", "person", "U0BOB"), EVERYONE)
    await world.alice.slash("setup approvers")
    alices = world.form
    await world.bob.slash("setup approvers")
    assert await world.bob.submit({APPROVERS: ["U0BOB", "U0FRED"]}) == {}
    answer = await world.alice.submit({APPROVERS: ["U0ALICE", "U0BOB"]}, view=alices)
    assert answer["response_action"] == "update"
    assert "Somebody else changed the set-up" in says(answer["view"])
    assert "<@U0FRED>" in says(answer["view"])
    assert (await settings(world)).granted("approver", "person") == ("U0BOB", "U0FRED")
    element = next(block["element"] for block in answer["view"]["blocks"] if block["type"] == "input")
    assert set(element["initial_users"]) == {"U0ALICE", "U0BOB"}
    again = {**answer["view"], "id": "V1"}
    assert await world.alice.submit({}, view=again) == {}
    assert set((await settings(world)).granted("approver", "person")) == {"U0ALICE", "U0BOB"}
    assert (await world.alice.submit({}, view=again))["response_action"] == "update"


@pytest.mark.both_databases
@pytest.mark.parametrize("lost", ["approver", "operator"])
async def test_a_role_taken_away_between_click_and_execution_stops_the_run(
    world: World, lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is recorded, its process dies; by the time another takes it on, the role is gone."""
    bob, fred_ = Grant("approver", "person", "U0BOB"), Grant("operator", "person", "U0FRED")
    await let(world, bob, fred_)

    async def dies(*_: object) -> None:
        return None

    await world.people["U0FRED"].slash(ASK)
    with monkeypatch.context() as patched:
        patched.setattr(type(world.bot.runs), "carry_out", dies)
        await world.bob.click(world.card, APPROVE)
    if lost == "approver":
        await let(world, fred_)
    else:
        await let(world, bob)
    [run] = await world.bot.store.read(_recorded)
    await world.bot.runs.carry_out(TEAM, run)
    await world.settle()
    assert world.effects(REFUND) == 0
    assert "any more" in says(world.workspace.thread(world.card.ts)[-1].blocks)


def _recorded(tx: Transaction) -> list[str]:
    return list(
        tx.connection.execute(select(runs.c.id).where(runs.c.team_id == TEAM, runs.c.state == "recorded")).scalars()
    )


async def test_only_operators_approvers_and_admins_run_commands(world: World) -> None:
    """Others are told what it takes, for reads, look-ups and dry runs alike; help is for everybody."""
    await let(world, Grant("operator", "person", "U0BOB"))
    for text in ("customers list", f"refund {CHARGE} 5.00", f"{ASK} --dry-run"):
        await fred(world).slash(text)
        assert "You have no role there" in says(world.slack.responses[-1])
    await fred(world).slash("help customers")
    assert "customers" in says(world.slack.responses[-1])
    assert world.said() == []
    assert "running commands takes a role" in says(await fred(world).open_home())
    for person in (world.alice, world.bob):
        await person.slash("customers list --limit 1")
        assert "succeeded" in str(world.card.blocks)


async def test_the_strict_policy_holds_for_live_changes_alone(world: World) -> None:
    """A live write waits, a live read and a test write run; help and dry runs say so."""
    await use_policy(world, Preset(preset="strict"))
    await world.alice.slash("customers create --name Jenny --live")
    assert world.effects("POST /v1/customers") == 0
    assert "every live change needs a second person" in says(world.card.blocks)
    await world.alice.slash("customers list --limit 1 --live")
    await world.alice.slash("customers create --name Jenny")
    assert "succeeded" in says(world.card.blocks)
    assert world.effects("POST /v1/customers") == 1
    await world.alice.slash("help customers create")
    assert "Live: waits for a second person" in says(world.slack.responses[-1])


@pytest.mark.both_databases
async def test_a_policy_made_stricter_stops_what_was_not_sent_yet(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was allowed when it was typed is judged again before it is sent."""

    async def dies(*_: object) -> None:
        return None

    with monkeypatch.context() as patched:
        patched.setattr(type(world.bot.runs), "carry_out", dies)
        await world.alice.slash("customers create --name Jenny --live --confirm")
    await use_policy(world, Preset(preset="strict"))
    [run] = await world.bot.store.read(_recorded)
    await world.bot.runs.carry_out(TEAM, run)
    await world.settle()
    assert world.effects("POST /v1/customers") == 0
    assert "somebody else's approval" in says(world.workspace.thread(world.card.ts)[-1].blocks)


async def test_without_a_channel_a_private_request_says_how_to_get_one(world: World) -> None:
    """In a direct message nobody else reads along."""
    await world.alice.slash(ASK, channel="D00ALICE")
    assert "an admin can also choose a channel in App Home" in world.told[-1]


CAN_NOT_BE: tuple[tuple[Step, dict[str, Any], str, str], ...] = (
    ("approvers", {APPROVERS: ["U0BOB", "U0CARLA"]}, APPROVERS, "guests can't"),
    ("approvers", {APPROVERS: ["U0BOB", "U0DORA"]}, APPROVERS, "deactivated"),
    ("approvers", {APPROVERS: ["U0BOB", "U0ROBOT"]}, APPROVERS, "bots can't"),
    ("approvers", {APPROVERS: ["USLACKBOT"]}, APPROVERS, "bots can't"),
    ("approvers", {APPROVERS: ["U0NOBODY"]}, APPROVERS, "nobody in this workspace"),
    ("approvers", {APPROVERS: ["U0ALICE"]}, APPROVERS, "Nobody could approve what U0ALICE asks for"),
    ("roles", {OPERATORS: ["U0CARLA"]}, OPERATORS, "guests can't"),
    ("roles", {ADMINS: ["U0EVAN"]}, ADMINS, "other workspaces"),
    ("channel", {CHANNEL: "C0ELSEWHERE"}, CHANNEL, "Invite me"),
)


async def test_what_can_not_be_is_said_at_its_field(world: World) -> None:
    """The form stays open, and nothing is changed."""
    world.workspace.add_user("U0ROBOT", is_bot=True)
    world.workspace.add_user("USLACKBOT")
    for step, values, at, why in CAN_NOT_BE:
        answer = await choose(world.alice, step, **values)
        assert list(answer["errors"]) == [at]
        assert why in answer["errors"][at]
    assert (await settings(world)).version == 1


async def test_where_slack_does_not_answer_nobody_is_taken_on_trust(world: World) -> None:
    """Who somebody is is never guessed."""
    await world.alice.slash("setup approvers")
    world.slack.fail("users.info", *[Fault("status", 500)] * 8)
    answer = await world.alice.submit({APPROVERS: ["U0BOB"]})
    assert "Slack could not tell" in answer["errors"][APPROVERS]


async def test_named_admins_connect_and_edit_like_those_of_the_environment(world: World) -> None:
    """One list, for connecting, saved commands and the set-up; taken away, it is over."""
    await world.alice.slash("save --workspace newest customers list --limit 2")
    assert await choose(world.alice, "roles", **{ADMINS: ["U0BOB"]}) == {}
    await world.bob.slash("connect")
    assert world.form["callback_id"] == cards.CONNECT_VIEW
    form = world.form
    await world.bob.slash("unsave --workspace newest")
    assert "Removed newest" in world.told[-1]
    await let(world, EVERYONE)
    await world.bob.submit({CONNECT_KEY: TEST_KEY}, view=form)
    assert "Only an admin" in says(world.said("D00BOB")[-1].text)


async def test_the_audit_trail_tells_who_changed_what(world: World) -> None:
    """In words and ids."""
    await choose(world.alice, "approvers", **{APPROVERS: ["U0BOB", "U0FRED"]})
    await choose(world.alice, "approvers", **{APPROVERS: ["U0BOB"]})
    events = await world.bot.store.read(lambda tx: list(audit.export(tx, TEAM)))
    changes = [each for each in events if each["event"] == "settings changed"]
    assert [each["facts"] for each in changes] == [
        {"version": 2},
        {"version": 3},
    ]
    roles = [(each["event"], each["facts"]["to"]) for each in events if each["event"].startswith("role ")]
    assert roles[1:] == [
        ("role revoked", "every full member"),
        ("role granted", "U0BOB"),
        ("role granted", "U0FRED"),
        ("role revoked", "U0FRED"),
    ]
    assert {each["actor_id"] for each in changes} == {"U0ALICE"}


@pytest.fixture
async def plain_world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A world in front of the local Slack, which renders few elements and submits nothing for an untouched field."""
    async with make_world(tmp_path, sqlite_url, block_style="plain") as made:
        yield furnished(made)


async def test_in_the_plain_style_ids_are_typed_and_an_empty_field_changes_nothing(plain_world: World) -> None:
    """Ids or mentions; a word empties a list; what was chosen travels with a form that came too late."""
    world, alice = plain_world, plain_world.alice
    assert await choose(alice, "approvers", **{APPROVERS: "U0BOB, <@U0FRED|fred>"}) == {}
    assert (await settings(world)).granted("approver", "person") == ("U0BOB", "U0FRED")
    assert await choose(alice, "approvers") == {}
    assert (await settings(world)).granted("approver", "person") == ("U0BOB", "U0FRED")
    assert await choose(alice, "channel", **{CHANNEL: f"<#{APPROVALS}|approvals>"}) == {}
    await alice.slash("setup approvers")
    late = world.form
    await settle_on(world, "roles")
    answer = await alice.submit({APPROVERS: "everyone"}, view=late)
    assert answer["response_action"] == "update"
    assert await alice.submit({}, view={**answer["view"], "id": "V1"}) == {}
    assert await choose(alice, "channel", **{CHANNEL: "nobody"}) == {}
    now = await settings(world)
    assert (now.grants, now.approvals_channel_id) == ((EVERYONE,), None)


NO_IDS: tuple[tuple[Step, str, str], ...] = (
    ("approvers", APPROVERS, "bob"),
    ("approvers", APPROVERS, "U0BOB; drop"),
    ("approvers", APPROVERS, " ".join(f"U{number:06}" for number in range(26))),
    ("channel", CHANNEL, "#general"),
    ("channel", CHANNEL, "C0SUPPORT C0APPROVALS"),
)


async def test_what_is_no_id_is_said_at_its_field(plain_world: World) -> None:
    """With an example of what would do."""
    for step, at, typed in NO_IDS:
        answer = await choose(plain_world.alice, step, **{at: typed})
        assert list(answer["errors"]) == [at]
    assert (await settings(plain_world)).version == 1


async def test_help_for_the_set_up_shows_its_steps(world: World) -> None:
    """`/stripe setup` is the checklist; another word behind it is Stripe's affair."""
    await world.alice.slash("setup")
    assert "1 of 5 done" in says(world.slack.responses[-1])
    await world.alice.slash("setup_intents list --limit 1")
    assert "succeeded" in str(world.card.blocks)
    assert world.card.channel == SUPPORT
