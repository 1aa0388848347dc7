"""The message shortcut: a form about a message, answered in the message's thread."""

from typing import Any

import pytest

from operations.sandbox.keys import TEST_KEY
from operations.sandbox.seed import HIGHLIGHTS
from tests.block_rules import view_violations
from tests.fakes import slack_payloads
from tests.fakes.slack import Fault
from tests.world import SUPPORT, World

CHARGE = HIGHLIGHTS["refundable_charge"]
STRIPES_OWN = {
    "ts": "1767225500.000900",
    "bot_id": "B0STRIPE",
    "subtype": "bot_message",
    "text": "",
    "attachments": [
        {
            "fallback": "Payment failed",
            "title": "Payment of $12.50 failed",
            "title_link": f"https://dashboard.stripe.com/payments/{CHARGE}",
            "fields": [{"title": "Customer", "value": "<mailto:jenny@example.com|jenny@example.com>", "short": True}],
            "blocks": [
                {"type": "section", "text": {"type": "mrkdwn", "text": "Customer `cus_Q001Reader9`"}},
                {"type": "actions", "elements": [{"type": "button", "value": "tok_12345678Hidden"}]},
            ],
        }
    ],
}


def field(view: dict[str, Any]) -> dict[str, Any]:
    """The block of the field for the command."""
    return dict(view["blocks"][-1])


def offered(view: dict[str, Any]) -> list[str]:
    """What the form offers of what the message names."""
    return [option["value"] for option in view["blocks"][0].get("accessory", {}).get("options", [])]


async def test_the_form_offers_what_the_message_names_and_the_answer_stands_in_its_thread(world: World) -> None:
    """From a message about a charge to its card, in the message's thread."""
    message = await world.bob.write(f"Is {CHARGE} paid?")
    view = await world.alice.shortcut({"ts": message.ts, "text": message.text})
    assert field(view)["element"]["initial_value"] == CHARGE
    world.alice.fill({field(view)["block_id"]: f"charges retrieve {CHARGE}"})
    assert await world.alice.submit() == {}
    assert not world.alice.in_modal
    assert world.said() == [message]
    head, answer = world.workspace.thread(message.ts)
    assert f"<@U0ALICE> ran `/stripe charges retrieve {CHARGE}`" in str(head.blocks)
    assert "Charge" in str(answer.blocks)


async def test_a_message_in_a_thread_is_answered_in_that_thread(world: World) -> None:
    """Slack has no threads within threads."""
    root = await world.bob.write("What did she buy?")
    reply = await world.bob.write("No idea.", thread=root.ts)
    view = await world.alice.shortcut({"ts": reply.ts, "text": reply.text, "thread_ts": root.ts})
    await world.alice.submit({field(view)["block_id"]: "customers list --limit 1"})
    assert world.said() == [root]
    assert len(world.workspace.thread(root.ts)) == 3


async def test_notifications_of_other_apps_are_read_like_messages(world: World) -> None:
    """Links, attachments and their fields; not what buttons hand back."""
    view = await world.alice.shortcut(STRIPES_OWN)
    assert offered(view) == [CHARGE, "cus_Q001Reader9", "jenny@example.com"]
    assert view_violations({k: v for k, v in view.items() if k not in {"id", "hash", "team_id"}}) == []


async def test_a_message_that_names_nothing_still_opens_the_form(world: World) -> None:
    """Its field is empty then."""
    view = await world.alice.shortcut({"ts": "1767225500.000901", "text": "hello"})
    assert len(view["blocks"]) == 1
    assert "initial_value" not in field(view)["element"]


async def test_choosing_puts_the_find_into_the_command(world: World) -> None:
    """What was typed around it stays, and Slack is given a new block so that it shows."""
    view = await world.alice.shortcut(STRIPES_OWN)
    typed = {
        field(view)["block_id"]: {"command": {"type": "plain_text_input", "value": f"customers retrieve {CHARGE}"}}
    }
    await world.alice.deliver(slack_payloads.choice(view, "found", "cus_Q001Reader9", typed))
    await world.settle()
    assert world.alice.held(field(world.form)["block_id"])["value"] == "customers retrieve cus_Q001Reader9"
    changed = world.form
    assert field(changed)["element"]["initial_value"] == "customers retrieve cus_Q001Reader9"
    assert field(changed)["block_id"] != field(view)["block_id"]
    assert offered(changed) == offered(view)
    await world.alice.deliver(slack_payloads.choice(changed, "found", "jenny@example.com", {}))
    await world.settle()
    assert field(world.form)["element"]["initial_value"] == "jenny@example.com"


@pytest.mark.parametrize(("user", "value"), [("U0BOB", "cus_Q001Reader9"), ("U0ALICE", "never \\1 offered")])
async def test_nobody_else_changes_the_form_and_nothing_else_goes_in(world: World, user: str, value: str) -> None:
    """The choice comes back from a client, which may say what it likes."""
    view = await world.alice.shortcut(STRIPES_OWN)
    await world.alice.deliver(slack_payloads.choice(view, "found", value, {}, user=user))
    await world.settle()
    assert world.form == view


async def test_the_form_is_opened_before_anything_else_is_asked(world: World) -> None:
    """The trigger lives for three seconds."""
    before = len(world.slack.calls)
    await world.alice.shortcut(STRIPES_OWN)
    assert [method for method, _, _ in world.slack.calls[before:]] == ["views.open"]


async def test_where_slack_opens_no_form_the_person_is_told(world: World) -> None:
    """Alone, and with what to do."""
    world.slack.fail("views.open", Fault("code", "expired_trigger_id"))
    await world.alice.shortcut(STRIPES_OWN)
    assert "once more" in world.told[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("   ", "Type a command"),
        ("customers list --limt 3", "limt"),
        (f"customers create --name {TEST_KEY}", "roll it"),
        ("customers create --name 'x", "never closed"),
    ],
)
async def test_what_is_wrong_is_said_at_the_field(world: World, text: str, says: str) -> None:
    """The form stays open, and nothing is run."""
    world.stripe.journal.clear()
    view = await world.alice.shortcut(STRIPES_OWN)
    answer = await world.alice.submit({field(view)["block_id"]: text})
    assert answer["response_action"] == "errors"
    assert says in answer["errors"][field(view)["block_id"]]
    assert TEST_KEY not in str(answer)
    assert world.stripe.journal.requests == []


async def test_words_that_are_no_operation_are_answered_in_the_channel(world: World) -> None:
    """With what would do, to the person alone, where they see it."""
    view = await world.alice.shortcut(STRIPES_OWN)
    assert await world.alice.submit({field(view)["block_id"]: "custmers list"}) == {}
    [told] = world.workspace.ephemerals
    assert "customers list" in str(told["blocks"])
    assert world.workspace.unseen == []


async def test_what_is_missing_is_asked_for_by_the_next_form(world: World) -> None:
    """A submission brings a trigger of its own, and the place stays the message's thread."""
    message = await world.bob.write("Pay it out, please.")
    view = await world.alice.shortcut({"ts": message.ts, "text": message.text})
    payload = slack_payloads.submission(
        view, {field(view)["block_id"]: {"command": {"value": "payouts create --amount 100"}}}, user="U0ALICE"
    )
    await world.alice.deliver({**payload, "trigger_id": world.slack.trigger(world.workspace)})
    await world.settle()
    world.alice.fill({"currency": "usd"})
    await world.alice.submit()
    await world.alice.submit()
    assert world.effects("POST /v1/payouts") == 1
    assert len(world.workspace.thread(message.ts)) == 2


async def test_only_the_opener_submits(world: World) -> None:
    """Somebody else's submission, and that of a form that is too old, count for nothing."""
    view = await world.alice.shortcut(STRIPES_OWN)
    answer = await world.bob.submit({field(view)["block_id"]: "customers list"})
    assert "somebody else" in answer["errors"][field(view)["block_id"]]
    forged = slack_payloads.submission({**view, "private_metadata": "forged"}, {}, user="U0ALICE")
    assert (await world.alice.deliver(forged)).json()["response_action"] == "errors"
    assert world.said() == []


@pytest.mark.both_databases
async def test_the_same_submission_again_has_one_effect(world: World) -> None:
    """A replay finds that it was there before."""
    message = await world.bob.write("New customer.")
    view = await world.alice.shortcut({"ts": message.ts, "text": message.text})
    for _ in range(2):
        await world.alice.submit({field(view)["block_id"]: "customers create --name Jenny"})
    assert world.effects("POST /v1/customers") == 1


@pytest.mark.parametrize("user", ["U0CARLA", "U0DORA", "U0EVAN"])
async def test_only_full_members_run_commands(world: World, user: str) -> None:
    """Asked of Slack when the form is submitted."""
    world.stripe.journal.clear()
    view = await world.people[user].shortcut(STRIPES_OWN)
    await world.people[user].submit({field(view)["block_id"]: "customers list"})
    assert world.stripe.journal.requests == []
    assert world.said() == []


async def test_where_the_bot_is_not_in_the_channel_the_answer_says_where_it_belongs(world: World) -> None:
    """By direct message, what was run as well as what was not."""
    world.workspace.add_channel("C0PRIVATE", "U0ALICE", bot_in=False)
    for text in ("customers list --limit 1", "custmers list"):
        view = await world.alice.shortcut({"ts": "1767225500.000902", "text": "x"}, channel="C0PRIVATE")
        await world.alice.submit({field(view)["block_id"]: text})
    head, answer, refusal = [message for message in world.workspace.messages if message.channel != SUPPORT]
    assert "For <#C0PRIVATE>" in str(head.blocks)
    assert answer.thread_ts == head.ts
    assert "For <#C0PRIVATE>" in str(refusal.blocks)


@pytest.mark.parametrize(
    "hostile",
    [
        {"text": "x" * 900_000 + f" {CHARGE}"},
        {"text": " ".join(f"ch_{number:08}" for number in range(60_000))},
        {"text": "pi_" * 200_000},
        {"text": "a@" * 200_000 + ".a" * 200_000},
        {"text": "", "attachments": [{"fields": [{"title": "x", "value": CHARGE}] * 10} for _ in range(1_000)]},
        {"text": None, "blocks": None, "attachments": [None, 3, "x", [[[{"text": {"text": ["y"]}}]]]]},
        {"text": TEST_KEY, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": f"<!here> {TEST_KEY}"}}]},
    ],
)
async def test_hostile_messages_open_a_valid_form(world: World, hostile: dict[str, Any]) -> None:
    """A megabyte, thousands of ids, nested and broken attachments, secrets: the fake Slack judges what is opened."""
    payload = slack_payloads.message_action(
        {"ts": "1767225500.000903", **hostile},
        user="U0ALICE",
        channel=SUPPORT,
        trigger=world.slack.trigger(world.workspace),
    )
    world.bot.intake.hand_over(payload, {})
    await world.settle()
    assert world.form["callback_id"] == "run"
    assert len(offered(world.form)) <= 10
    assert TEST_KEY not in str(world.form)
