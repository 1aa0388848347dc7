"""``@countersign …`` in a channel and in threads."""

from typing import Any

import pytest

from operations.sandbox.keys import TEST_KEY
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes import slack_payloads
from tests.world import STRANGERS_TEAM, SUPPORT, World

CHARGE = HIGHLIGHTS["refundable_charge"]


async def test_a_mention_in_a_thread_is_answered_in_the_thread(world: World) -> None:
    """Head and answer stand where it was asked, and the channel shows nothing new."""
    root = await world.bob.write("What did she buy?")
    await world.alice.mention("customers list --limit 2", thread=root.ts)
    assert world.said() == [root]
    _, head, answer = world.workspace.thread(root.ts)
    assert "<@U0ALICE> ran `/stripe customers list --limit 2`" in str(head.blocks)
    assert "succeeded" in str(head.blocks)
    assert "2 customers" in str(answer.blocks)


async def test_a_mention_in_the_channel_begins_a_thread(world: World) -> None:
    """The answers stand below the message that mentioned the bot."""
    asked = await world.alice.mention("customers list --limit 2")
    assert world.said() == [asked]
    head, answer = world.workspace.thread(asked.ts)
    assert "customers list --limit 2" in str(head.blocks)
    assert "2 customers" in str(answer.blocks)


async def test_a_command_that_was_pasted_as_code_runs(world: World) -> None:
    """The marks of formatting are no part of it, nor are the links that Slack makes."""
    await world.alice.mention(
        "```customers create \\\n  --email <mailto:jenny@example.com|jenny@example.com> --name &lt;Jenny&gt;```"
    )
    [effect] = world.stripe.journal.of("POST /v1/customers")
    assert effect.parameters == {"email": "jenny@example.com", "name": "<Jenny>"}


async def test_an_approval_that_is_asked_for_in_a_thread_is_decided_there(world: World) -> None:
    """Card, decision and answer stay in the thread; the card alone is shown to the channel, where approvers are."""
    root = await world.bob.write("She wants her money back.")
    await world.alice.mention(f"refunds create --charge {CHARGE} --amount 500", thread=root.ts)
    card = world.workspace.thread(root.ts)[-1]
    assert world.effects("POST /v1/refunds") == 0
    assert card.broadcast
    await world.bob.click(card, "approve")
    assert world.effects("POST /v1/refunds") == 1
    assert world.said() == [root]
    assert "Done" in str(card.blocks)
    answer = world.workspace.thread(root.ts)[-1]
    assert "refund" in str(answer.blocks).lower()
    assert not answer.broadcast


async def test_a_problem_is_told_to_the_person_alone_in_the_thread(world: World) -> None:
    """Nobody else is bothered by a typing mistake."""
    root = await world.bob.write("What did she buy?")
    asked = await world.alice.mention("custmers list", thread=root.ts)
    assert world.workspace.thread(root.ts) == [asked]
    [told] = world.workspace.ephemerals
    assert (told["user"], told["channel"], told["thread_ts"]) == ("U0ALICE", SUPPORT, root.ts)
    assert "customers list" in str(told["blocks"])


async def test_a_problem_with_a_mention_that_begins_no_thread_yet_is_seen(world: World) -> None:
    """Slack shows messages for one person only in threads that have replies, so it stands in the channel."""
    await world.alice.mention("custmers list")
    [told] = world.workspace.ephemerals
    assert "thread_ts" not in told
    assert world.workspace.unseen == []


@pytest.mark.both_databases
async def test_what_is_told_of_a_saved_command_is_seen_too(world: World) -> None:
    """What is on record reaches the person wherever they asked."""
    await world.alice.mention("save few customers list")
    assert len(world.workspace.ephemerals) == 1
    assert world.workspace.unseen == []


@pytest.mark.parametrize("text", ["", "  ", "help", ": help"])
async def test_an_empty_mention_is_answered_with_help_to_that_person_alone(world: World, text: str) -> None:
    """As `/stripe` alone is."""
    asked = await world.alice.mention(text)
    assert world.said() == [asked]
    [told] = world.workspace.ephemerals
    assert "/stripe" in told["text"]


async def test_what_needs_a_form_says_what_it_needs(world: World) -> None:
    """A mention brings no trigger; the button that it is answered with does, and the answer stands in the thread."""
    root = await world.bob.write("Pay it out, please.")
    await world.bob.write("Soon.", thread=root.ts)
    await world.alice.mention("payouts create --amount 100", thread=root.ts)
    assert world.form == {}
    [told] = world.workspace.ephemerals
    [button] = [each for block in told["blocks"] for each in block.get("elements", ()) if "action_id" in each]
    pressed = slack_payloads.click(
        button["action_id"],
        button["value"],
        user="U0ALICE",
        channel=SUPPORT,
        message={"ts": "1767225600.000999", "thread_ts": root.ts},
    )
    await world.alice.deliver({**pressed, "trigger_id": world.slack.trigger(world.workspace)})
    await world.settle()
    world.alice.fill({"currency": "usd"})
    await world.alice.submit()
    await world.alice.submit()
    assert world.effects("POST /v1/payouts") == 1
    assert world.said() == [root]
    assert "payouts create" in str(world.workspace.thread(root.ts)[-2].blocks)


async def test_what_only_a_command_can_open_is_said_to_need_one(world: World) -> None:
    """A key is never asked for through a mention."""
    await world.alice.mention("connect")
    assert "/stripe connect" in world.told[0]


async def test_what_was_looked_up_in_vain_is_told_where_it_is_seen(world: World) -> None:
    """A mention that begins a thread: Slack shows nobody anything alone in a thread without replies."""
    await world.alice.mention(f"refund {CHARGE} 99999.00")
    [told] = world.workspace.ephemerals
    assert "thread_ts" not in told
    root = await world.bob.write("And now?")
    await world.bob.write("Wait.", thread=root.ts)
    await world.alice.mention(f"refund {CHARGE} 99999.00", thread=root.ts)
    assert world.workspace.ephemerals[1]["thread_ts"] == root.ts


@pytest.mark.parametrize("text", [f"customers create --name {TEST_KEY}", f"is `{TEST_KEY}` right?", f"help {TEST_KEY}"])
async def test_a_secret_in_a_mention_has_been_seen_by_everybody(world: World, text: str) -> None:
    """It is neither run nor repeated, and the person is told to delete the message and roll it."""
    world.stripe.journal.clear()
    await world.alice.mention(text)
    assert world.stripe.journal.requests == []
    assert TEST_KEY not in str(world.slack.calls)
    [told] = world.told
    assert "delete your message" in told
    assert "roll it" in told
    assert "everybody in this channel" in told


@pytest.mark.parametrize(
    "said",
    [
        {"user": None, "bot_id": "B0OTHER", "subtype": "bot_message"},
        {"bot_id": "B0OTHER"},
        {"user": "U0BOT", "bot_id": "B0BOT"},
        {"user": "U0BOT"},
        {"edited": {"user": "U0ALICE", "ts": "1767225501.000000"}},
        {"subtype": "message_changed"},
        {"type": "message", "subtype": "message_changed"},
    ],
)
async def test_bots_the_app_itself_and_edits_run_nothing(world: World, said: dict[str, Any]) -> None:
    """Whatever they say, nothing is run, and nobody is told anything."""
    world.stripe.journal.clear()
    written = await world.alice.write("<@U0BOT> customers list")
    assert (await world.sender.event(world.alice.mentioning(written, **said))).status_code == 200
    await world.settle()
    assert world.stripe.journal.requests == []
    assert world.said() == [written]
    assert world.told == []


@pytest.mark.parametrize(
    "said",
    [
        {"user_team": STRANGERS_TEAM},
        {"source_team": STRANGERS_TEAM, "user_team": None},
        {"user_team": "T0CASA", "source_team": STRANGERS_TEAM},
        {"shared": True, "user_team": None, "source_team": None, "team": None},
    ],
)
@pytest.mark.parametrize("text", ["customers list", "help", ""])
async def test_people_of_other_workspaces_run_nothing_and_see_nothing(
    world: World, said: dict[str, Any], text: str
) -> None:
    """Whichever member tells where they belong; help would name the accounts."""
    world.stripe.journal.clear()
    written = await world.people["U0EVAN"].write(f"<@U0BOT> {text}")
    payload = world.people["U0EVAN"].mentioning(
        written, **{name: value for name, value in said.items() if name != "team"}
    )
    if "team" in said:
        del payload["event"]["team"]
    await world.sender.event(payload)
    await world.settle()
    assert world.stripe.journal.requests == []
    assert world.said() == [written]
    [told] = world.told
    assert "other workspaces" in told


@pytest.mark.parametrize("user", ["U0CARLA", "U0DORA", "U0EVAN"])
async def test_only_full_members_are_answered(world: World, user: str) -> None:
    """What Slack says of the person counts, whatever the event says."""
    world.stripe.journal.clear()
    await world.people[user].mention("customers list", user_team="T0CASA")
    assert world.stripe.journal.requests == []


async def test_a_message_with_a_file_counts_though_slack_tells_no_team(world: World) -> None:
    """In a channel that nobody else shares, its people are ours."""
    written = await world.alice.write("<@U0BOT> customers list --limit 1")
    payload = world.alice.mentioning(written, subtype="file_share", user_team=None)
    del payload["event"]["team"]
    await world.sender.event(payload)
    await world.settle()
    assert len(world.workspace.thread(written.ts)) == 2


@pytest.mark.both_databases
async def test_a_redelivered_mention_has_one_effect(world: World) -> None:
    """At the same door, and at that of a process that doesn't remember."""
    written = await world.alice.write("<@U0BOT> customers create --name Jenny")
    payload = world.alice.mentioning(written)
    retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    await world.sender.event(payload)
    await world.sender.event(payload, **retry)
    await world.settle()
    world.bot.intake.hand_over(payload, {name.lower(): value for name, value in retry.items()})
    await world.settle()
    assert world.effects("POST /v1/customers") == 1
    assert len(world.workspace.thread(written.ts)) == 2


async def test_the_same_words_twice_are_two_commands(world: World) -> None:
    """Deliveries are told apart by their event, not by what they say."""
    await world.alice.mention("customers create --name Jenny")
    await world.alice.mention("customers create --name Jenny")
    assert world.effects("POST /v1/customers") == 2


async def test_an_event_is_acknowledged_before_anything_is_asked(world: World) -> None:
    """Slack redelivers what isn't acknowledged within three seconds."""
    written = await world.alice.write("<@U0BOT> customers list")
    before = len(world.slack.calls)
    answer = await world.sender.event(slack_payloads.mention(written.text, ts=written.ts, channel=SUPPORT))
    assert answer.status_code == 200
    assert len(world.slack.calls) == before
    await world.settle()
    assert len(world.workspace.thread(written.ts)) == 2


async def test_a_form_that_is_asked_for_by_a_mention_is_a_press_away(world: World) -> None:
    """Slack opens a modal for a press, and none for a message; the answer stands in the thread of the mention."""
    root = await world.bob.write("A new customer, please.")
    await world.bob.write("Soon.", thread=root.ts)
    await world.alice.mention("form customers create --name Jenny", thread=root.ts)
    assert not world.alice.in_modal
    [told] = world.workspace.ephemerals
    [button] = [each for block in told["blocks"] for each in block.get("elements", ()) if "action_id" in each]
    pressed = slack_payloads.click(
        button["action_id"],
        button["value"],
        user="U0ALICE",
        channel=SUPPORT,
        message={"ts": "1767225600.000999", "thread_ts": root.ts},
    )
    await world.alice.deliver({**pressed, "trigger_id": world.slack.trigger(world.workspace, "U0ALICE")})
    await world.settle()
    assert world.alice.held("name")["value"] == "Jenny"
    await world.alice.submit()
    await world.alice.submit()
    assert world.effects("POST /v1/customers") == 1
    assert "customers create" in str(world.workspace.thread(root.ts)[-2].blocks)
