"""Who reads what: personal data masked where others read along, shown whole to one alone, and answers put elsewhere."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from bot.store.tables import audit_events, messages, runs
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.slack import Message
from tests.faults import stories
from tests.world import SUPPORT, Person, World

JENNY = HIGHLIGHTS["customer"]
EMAIL, NAME = "jenny@example.com", "Jenny Rosen"
REVEAL = "Show to me alone"
PRIVATE_CHANNEL = {"channel_name": "privategroup"}


def answer(world: World) -> Message:
    return world.workspace.thread(world.card.ts)[-1]


def read_by_all(world: World) -> str:
    """Everything that stands in channels, files and all."""
    said = [
        str(shown(each.blocks)) + each.text for each in world.workspace.messages if not each.channel.startswith("D")
    ]
    files = [each.content or b"" for each in world.workspace.files.values() if not (each.channel or "").startswith("D")]
    return "".join(said) + b"".join(files).decode(errors="replace")


def shown(part: Any) -> Any:
    """Blocks without what buttons hand back: they stand for commands, which say what was typed."""
    match part:
        case dict():
            return {name: shown(value) for name, value in part.items() if name != "value"}
        case list():
            return [shown(each) for each in part]
    return part


def alone(world: World) -> dict[str, object]:
    """The newest message to one person alone."""
    return world.workspace.ephemerals[-1]


def reveal(message: Message) -> dict[str, object]:
    [button] = [
        block["accessory"]
        for block in message.blocks
        if block.get("accessory", {}).get("text", {}).get("text") == REVEAL
    ]
    return dict(button)


async def press_reveal(world: World, person: Person, message: Message) -> None:
    button = reveal(message)
    await person.click(message, str(button["action_id"]), value=str(button["value"]))


@pytest.mark.parametrize(
    "text",
    [
        f"customers retrieve {JENNY}",
        f"customers list --email {EMAIL}",
        "customers list --limit 100",
        "customers list --limit 100 --output csv",
        "customers list --limit 100 --output json",
        "customers list --limit 100 --fields id,name,email",
        "customers list --limit 100 --query data[].[name,email]",
        """customers list --limit 100 --query "join(', ',data[].name)" """,
        "customers list --limit 100 --filter email=jenny@example.com --sort name",
        EMAIL,
        "find jenny",
        f"customers update {JENNY} --description x",
        f"show {HIGHLIGHTS['refundable_charge']}",
        "charges list --limit 100 --output table",
    ],
)
async def test_in_a_channel_nobody_reads_who_a_customer_is(world: World, text: str) -> None:
    """Whatever form it takes; nor in what the command says, in the files, or in the notifications."""
    await world.alice.slash(text)
    seen = read_by_all(world)
    assert seen
    assert EMAIL not in seen
    assert NAME not in seen


async def test_masked_is_still_to_be_told_apart(world: World) -> None:
    """Whoever knows them sees which one it is."""
    await world.alice.slash(f"customers retrieve {JENNY}")
    assert "j•••@example.com" in str(answer(world).blocks)
    assert "J••• R•••" in str(answer(world).blocks)


async def test_what_is_looked_for_is_found_behind_the_mask(world: World) -> None:
    """A filter and a search see what the asker may see."""
    await world.alice.slash(f"customers list --limit 100 --filter email={EMAIL}")
    assert JENNY in str(answer(world).blocks)
    await world.alice.slash("find jenny")
    assert JENNY in str(answer(world).blocks)


async def test_whoever_presses_the_button_sees_it_whole_alone(world: World) -> None:
    """Where they pressed it; the channel still reads nothing."""
    await world.alice.slash(f"customers retrieve {JENNY}")
    await press_reveal(world, world.bob, answer(world))
    assert alone(world)["user"] == "U0BOB"
    assert EMAIL in str(alone(world)["blocks"])
    assert NAME in str(alone(world)["blocks"])
    assert EMAIL not in read_by_all(world)


async def test_what_was_shown_whole_is_on_record(world: World) -> None:
    """As a run of whoever saw it, which the audit trail says was for them alone."""
    await world.alice.slash(f"customers retrieve {JENNY}")
    await press_reveal(world, world.bob, answer(world))
    [event] = [
        each
        for each in await stories.rows(world, audit_events)
        if each.event == "run recorded" and each.actor_id == "U0BOB"
    ]
    assert json.loads(json.dumps(event.facts))["personal data"] == "shown to the actor alone"


async def test_whoever_has_no_role_is_shown_nothing(world: World) -> None:
    """The button stands for a command, and a guest may run none."""
    await world.alice.slash(f"customers retrieve {JENNY}")
    await press_reveal(world, world.people["U0CARLA"], answer(world))
    assert EMAIL not in str(world.workspace.ephemerals) + str(world.slack.responses)


async def test_what_changed_something_is_shown_and_not_done_again(world: World) -> None:
    """The button below it reads what was changed."""
    await world.alice.slash(f"customers update {JENNY} --description x")
    await press_reveal(world, world.bob, answer(world))
    assert EMAIL in str(alone(world)["blocks"])
    assert world.effects("POST /v1/customers/{customer}") == 1


async def test_where_nothing_is_personal_there_is_no_button(world: World) -> None:
    await world.alice.slash("balance retrieve")
    assert REVEAL not in str(answer(world).blocks)


async def test_where_nobody_reads_along_nothing_is_masked(world: World) -> None:
    """In direct messages, the asker is alone already."""
    world.workspace.add_channel("D00ALICE", "U0ALICE")
    await world.alice.slash(f"customers retrieve {JENNY}", channel="D00ALICE")
    direct = str([each.blocks for each in world.workspace.messages])
    assert EMAIL in direct
    assert REVEAL not in direct


@pytest.mark.both_databases
async def test_a_private_answer_is_seen_by_its_asker_alone(world: World) -> None:
    """Nothing of it stands in the channel, not even that it was asked for; what was asked for stands above it."""
    await world.alice.slash(f"customers retrieve {JENNY} --private")
    assert world.workspace.messages == []
    assert alone(world)["user"] == "U0ALICE"
    assert EMAIL in str(alone(world)["blocks"])
    assert f"customers retrieve {JENNY} --private" in str(alone(world)["blocks"])


async def test_the_file_of_a_private_answer_comes_by_direct_message(world: World) -> None:
    """Slack shows no file to one person alone in a channel."""
    await world.alice.slash("customers list --limit 100 --output csv --private")
    [file] = world.workspace.files.values()
    assert file.channel == "D0" + "U0ALICE"[1:]
    assert EMAIL.encode() in (file.content or b"")
    assert read_by_all(world) == ""


async def test_what_leads_on_from_a_private_answer_is_private(world: World) -> None:
    """The next page, all pages, a row, the files: none of them tells the channel."""
    await world.alice.slash("customers list --limit 2 --private")
    shown = Message(SUPPORT, "1767225600.000900", "", list(alone(world)["blocks"]))  # type: ignore[call-overload]
    await world.alice.click(shown, "page:next")
    assert "Page 2" in str(alone(world)["blocks"])
    assert world.workspace.messages == []
    commands = [
        element["value"] for block in shown.blocks for element in block.get("elements", []) if element.get("value")
    ]
    options = [
        option["value"]
        for block in shown.blocks
        for element in block.get("elements", [])
        for option in element.get("options", [])
    ]
    texts = [each for each in (*commands, *options) if " " in each]
    assert texts
    assert all("--private" in each for each in texts), texts


async def test_a_private_failure_is_told_alone(world: World) -> None:
    await world.alice.slash("customers retrieve cus_none --private")
    assert world.workspace.messages == []
    assert "ailed" in str(alone(world)["text"])


async def test_what_needs_an_approval_is_not_private(world: World) -> None:
    """What came of it is told where it was signed."""
    await world.alice.slash(f"refunds create --charge {HIGHLIGHTS['refundable_charge']} --private")
    assert "without --private" in world.told[-1]
    assert world.workspace.messages == []


async def test_where_slack_shows_nothing_alone_the_answer_comes_by_direct_message(world: World) -> None:
    """To the asker, never to the channel."""
    world.workspace.add_channel("C0STRANGE", "U0BOB")
    await world.alice.slash(f"customers retrieve {JENNY} --private", channel="C0STRANGE")
    assert EMAIL in str([each.blocks for each in world.workspace.said("D00ALICE")])
    assert read_by_all(world) == ""


@pytest.mark.both_databases
async def test_an_admin_has_answers_go_to_the_asker_alone(world: World) -> None:
    """From then on, for everybody; what needs an approval stays where it is signed."""
    await world.alice.slash("answers ephemeral")
    await world.bob.slash(f"customers retrieve {JENNY}")
    assert world.workspace.messages == []
    assert alone(world)["user"] == "U0BOB"
    await world.bob.slash(f"refunds create --charge {HIGHLIGHTS['refundable_charge']}")
    assert "Refund" in world.card.text


async def test_answers_come_by_direct_message(world: World) -> None:
    """And the asker is told where they are."""
    await world.alice.slash("answers dm")
    await world.bob.slash(f"customers retrieve {JENNY}")
    assert EMAIL in str([each.blocks for each in world.workspace.said("D00BOB")])
    assert "direct message" in str(world.told)
    assert world.said() == []


async def test_a_channel_has_a_way_of_its_own(world: World) -> None:
    """Before what holds elsewhere, and until it is taken back."""
    world.workspace.add_channel("C0OTHER", "U0ALICE", "U0BOB")
    await world.alice.slash("answers ephemeral")
    await world.alice.slash("answers here thread")
    await world.bob.slash("balance retrieve")
    assert len(world.said()) == 1
    await world.bob.slash("balance retrieve", channel="C0OTHER")
    assert world.said("C0OTHER") == []
    await world.alice.slash(f"answers {SUPPORT} usual")
    await world.bob.slash("balance retrieve")
    assert len(world.said()) == 1


async def test_reads_are_private_in_public_channels_if_the_admin_says_so(world: World) -> None:
    """What changes something is still told to all, and so is all of it in private channels."""
    await world.alice.slash("answers reads private")
    await world.bob.slash("balance retrieve")
    assert world.said() == []
    await world.bob.slash("customers create --name Max")
    assert len(world.said()) == 1
    await world.bob.slash("balance retrieve", **PRIVATE_CHANNEL)
    assert len(world.said()) == 2
    await world.bob.slash(EMAIL, **PRIVATE_CHANNEL)
    assert len(world.said()) == 3
    await world.alice.slash("answers reads open")
    await world.bob.slash("balance retrieve")
    assert len(world.said()) == 4


async def test_the_change_is_on_the_audit_trail(world: World) -> None:
    await world.alice.slash("answers here dm")
    [event] = [each for each in await stories.rows(world, audit_events) if each.subject == "settings:answers"]
    assert event.actor_id == "U0ALICE"
    assert SUPPORT in str(event.facts)


@pytest.mark.parametrize("text", ["answers dm", "answers here ephemeral", "answers reads private"])
async def test_nobody_but_an_admin_says_where_answers_go(world: World, text: str) -> None:
    """They may look."""
    await world.bob.slash(text)
    assert "Only an admin" in world.told[-1]
    await world.bob.slash("answers")
    assert "in a thread" in world.told[-1]
    await world.bob.slash("balance retrieve")
    assert len(world.said()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("answers everywhere", "is none of what can be said"),
        ("answers general dm", "names no channel"),
        ("answers reads maybe", "is none of what can be said"),
    ],
)
async def test_what_means_nothing_changes_nothing(world: World, text: str, said: str) -> None:
    """And says what would do."""
    await world.alice.slash(text)
    assert said in world.told[-1]
    assert "ephemeral" in world.told[-1]


async def test_in_direct_messages_there_is_no_here(world: World) -> None:
    await world.alice.slash("answers here dm", channel="D0ALICE")
    assert "Nobody else reads along here" in world.told[-1]


async def test_nothing_personal_is_kept_in_the_clear(world: World) -> None:
    """Masked or not, answers lie sealed until Slack has them."""
    await world.alice.slash(f"customers retrieve {JENNY} --private")

    def kept(connection: object) -> list[bytes]:
        return [row.sealed for row in connection.execute(select(messages.c.sealed))]  # type: ignore[attr-defined]

    rows = await world.bot.store.read(lambda tx: kept(tx.connection))
    assert rows
    assert all(EMAIL.encode() not in each for each in rows)
    assert all(EMAIL not in str(each) for each in await stories.rows(world, runs))
