"""App Home: what waits for somebody, what they asked for and ran, and deciding and running from there."""

import asyncio
import json
from typing import Any

import pytest

from bot.cards import APPROVE, DENY
from bot.text import unescape
from operations.sandbox.seed import HIGHLIGHTS
from tests.databases import strays, watch
from tests.fakes import slack_payloads
from tests.fakes.slack import Fault
from tests.world import Person, World

CHARGE = HIGHLIGHTS["refundable_charge"]
REFUND = "POST /v1/refunds"
ASK = f"refunds create --charge {CHARGE} --amount 500"
"""For what is no matter of the database: once is enough."""


def shown(person: Person) -> str:
    """Everything that a person's Home tab says."""
    return unescape(json.dumps(person.home, ensure_ascii=False))


def decisions(person: Person) -> list[dict[str, Any]]:
    """The Approve and Deny buttons of a person's Home tab."""
    return [
        element
        for block in person.home["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") in (APPROVE, DENY)
    ]


def direct(world: World, person: Person) -> str:
    """The newest direct message to a person."""
    return str(world.workspace.said("D0" + person.user_id[1:])[-1].blocks)


async def decide(world: World, person: Person, action_id: str) -> None:
    """Press Approve or Deny in the Home tab."""
    button = next(each for each in decisions(person) if each["action_id"] == action_id)
    await person.deliver(slack_payloads.home_click(button, user=person.user_id))
    await world.settle()


async def test_opening_home_shows_the_accounts_and_where_to_begin(world: World) -> None:
    """Both modes look different; the first button leads to every operation."""
    await world.bob.open_home()
    assert "*LIVE*" in shown(world.bob)
    assert ":test_tube: test" in shown(world.bob)
    assert "value" not in world.bob.home_button("Run a Stripe operation…")
    assert "Nothing waits for you." in shown(world.bob)
    assert "Set-up" not in shown(world.bob)


async def test_opening_another_tab_shows_nothing(world: World) -> None:
    """Slack tells of the messages tab by the same event."""
    await world.sender.event(slack_payloads.home_opened(user="U0BOB", tab="messages"))
    await world.settle()
    assert world.bob.home == {}


async def test_who_may_not_act_sees_nothing_of_the_workspace(world: World) -> None:
    """Guests and the deactivated are told so, and see no account."""
    await world.alice.slash(ASK)
    for user in ("U0CARLA", "U0DORA"):
        home = await world.people[user].open_home()
        assert "can't run Stripe commands here" in str(home)
        assert "Lanternfish" not in str(home)


@pytest.mark.both_databases
async def test_what_waits_stands_in_the_home_of_everybody_but_who_asked(world: World) -> None:
    """The approver has the buttons; the requester sees that it waits."""
    await world.alice.slash(ASK)
    await world.bob.open_home()
    await world.alice.open_home()
    assert [each["action_id"] for each in decisions(world.bob)] == [APPROVE, DENY]
    assert CHARGE in shown(world.bob)
    assert "<@U0ALICE> asks in <#C0SUPPORT>" in shown(world.bob)
    assert decisions(world.alice) == []
    assert "*Waits* in <#C0SUPPORT>" in shown(world.alice)


@pytest.mark.parametrize("local", [False, True])
async def test_approving_from_home_is_approving_on_the_card(world: World, local: bool) -> None:
    """One refund; the card and both Home tabs agree afterwards. As real Slack sends it, and as the local one does."""
    await world.alice.slash(ASK)
    await world.bob.open_home()
    approve = decisions(world.bob)[0]
    for _ in range(2):
        await world.bob.deliver(slack_payloads.home_click(approve, user="U0BOB", local=local))
        await world.settle()
    assert world.effects(REFUND) == 1
    assert "Approved" in str(world.card.blocks)
    assert decisions(world.bob) == []
    await world.alice.open_home()
    assert "*Approved* by <@U0BOB>" in shown(world.alice)


@pytest.mark.both_databases
async def test_home_and_the_card_decide_once_between_them(world: World) -> None:
    """Whoever is second is told, by direct message, who was first."""
    await world.alice.slash(ASK)
    await world.bob.open_home()
    approve = decisions(world.bob)[0]
    await world.bob.deny(world.card)
    assert decisions(world.bob) == []
    await world.bob.deliver(slack_payloads.home_click(approve, user="U0BOB"))
    await world.settle()
    assert world.effects(REFUND) == 0
    assert "decided before" in direct(world, world.bob)
    assert decisions(world.bob) == []


async def test_a_stranger_can_not_decide_by_a_home_click(world: World) -> None:
    """The click names another workspace, and the requester's own is refused like on the card."""
    await world.alice.slash(ASK)
    await world.bob.open_home()
    approve = decisions(world.bob)[0]
    await world.people["U0EVAN"].deliver(slack_payloads.home_click(approve, user="U0EVAN", user_team="T0OTHER"))
    await world.alice.deliver(slack_payloads.home_click(approve, user="U0ALICE"))
    await world.settle()
    assert world.effects(REFUND) == 0
    assert "yourself" in direct(world, world.alice)


async def test_recent_runs_are_ones_own_and_can_be_run_again(world: World) -> None:
    """A read runs at once and is answered by direct message; the Home tab counts it."""
    await world.bob.slash("customers list --limit 1")
    await world.alice.open_home()
    assert "You ran lately" not in shown(world.alice)
    await world.bob.open_home()
    assert "customers list" in shown(world.bob)
    await world.bob.press_home("Run again")
    assert "succeeded" in str(world.workspace.said("D00BOB")[0].blocks)
    assert len(world.workspace.thread(world.workspace.said("D00BOB")[0].ts)) == 1
    assert shown(world.bob).count("/stripe customers list --limit 1") >= 2


async def test_a_change_is_not_run_again_without_looking(world: World) -> None:
    """The button shows what would be sent; only then it can be run."""
    await world.bob.slash("customers create --name Jenny")
    await world.bob.open_home()
    await world.bob.press_home("Run again…")
    assert world.effects("POST /v1/customers") == 1
    preview = world.workspace.said("D00BOB")[-1]
    assert "Dry run" in str(preview.blocks)
    await world.bob.click(preview, "run:0")
    assert world.effects("POST /v1/customers") == 2


async def test_what_the_bot_looked_up_by_itself_is_no_recent_run(world: World) -> None:
    """Looking at the charge before the refund is nobody's run."""
    await world.alice.slash(f"refund {CHARGE} 5.00")
    await world.alice.open_home()
    assert "You ran lately" not in shown(world.alice)
    assert "You asked for" in shown(world.alice)


async def test_saved_commands_run_from_home(world: World) -> None:
    """One's own and everybody's, each with its button."""
    await world.bob.slash("save newest customers list --limit 2")
    await world.bob.open_home()
    await world.bob.press_home("Run")
    assert "customers list" in str(world.workspace.said("D00BOB")[0].blocks)


async def test_the_empty_text_leads_to_its_room(world: World) -> None:
    """What `/stripe` alone does, answered by direct message."""
    await world.bob.open_home()
    await world.bob.press_home("Run a Stripe operation…")
    assert world.workspace.said("D00BOB") or world.form


async def test_what_a_form_from_home_asked_for_shows_there(world: World) -> None:
    """Without opening the tab once more; a form from a channel doesn't touch it."""
    await world.bob.open_home()
    await world.bob.press_home("Run a Stripe operation…")
    await world.bob.choose("operation", "op:GET /v1/customers")
    world.bob.fill({"limit": "1"})
    await world.bob.submit()
    await world.bob.submit()
    assert "/stripe customers list --limit 1" in shown(world.bob)
    await world.bob.slash("form customers list --limit 2")
    await world.bob.submit()
    await world.bob.submit()
    assert "--limit 2" not in shown(world.bob)


async def test_refresh_shows_what_happened_since(world: World) -> None:
    """Approvals come by themselves; the button reads everything anew."""
    await world.bob.open_home()
    await world.bob.slash("customers list --limit 1")
    assert "You ran lately" not in shown(world.bob)
    await world.bob.press_home("Refresh")
    assert "You ran lately" in shown(world.bob)


@pytest.mark.both_databases
async def test_a_workspace_sees_nothing_of_another(world: World) -> None:
    """Nothing of it shows under another team's id, and every statement names the workspace that it reads."""
    await world.alice.slash(ASK)
    statements = watch(world.bot.store)
    await world.bob.open_home()
    await world.alice.open_home()
    assert statements
    assert [each for each in statements if strays(each)] == []
    world.workspace.screens.homes.clear()
    foreign = await world.bot.store.read(
        lambda tx: world.bot.approvals.pending(tx, "T0OTHER", without="U0BOB", limit=5)
    )
    assert foreign == []
    await world.sender.event(slack_payloads.home_opened(user="U0BOB", team="T0OTHER"))
    await world.settle()
    assert world.bob.home == {}


async def test_where_slack_refuses_the_home_tab_nothing_else_is_lost(world: World) -> None:
    """The decision stands; the next opening shows it."""
    await world.alice.slash(ASK)
    await world.bob.open_home()
    world.slack.fail("views.publish", Fault("status", 500), Fault("status", 500))
    await decide(world, world.bob, APPROVE)
    assert world.effects(REFUND) == 1
    await world.bob.open_home()
    assert decisions(world.bob) == []


@pytest.mark.both_databases
async def test_many_people_decide_at_once_from_home_and_card(world: World) -> None:
    """One effect at most, whichever door each takes."""
    world.workspace.add_user("U0FRED")
    await world.alice.slash(ASK)
    await world.bob.open_home()
    approve = decisions(world.bob)[0]
    clicks = [
        slack_payloads.home_click(approve, user="U0BOB"),
        slack_payloads.home_click(approve, user="U0FRED"),
        world.bob.press(world.card, APPROVE),
    ]
    await asyncio.gather(*(world.bob.deliver(each) for each in clicks))
    await world.settle()
    assert world.effects(REFUND) == 1
