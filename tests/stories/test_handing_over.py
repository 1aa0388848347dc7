"""What gives access and was asked for is shown to whoever asked alone, once, and is nowhere else."""

import logging
from typing import Any

import pytest

from bot.blocks import pack
from bot.cards import APPROVE
from bot.store.tables import metadata
from operations.sandbox.keys import CONNECTED_ACCOUNTS
from tests.fakes.slack import Fault
from tests.faults import stories
from tests.world import World

SESSION = "billing_portal sessions create --customer cus_SandboxJenny01"


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """All that the outbox keeps, before it is sealed."""
    kept: list[bytes] = []

    def noted(content: Any) -> bytes:
        kept.append(pack(content))
        return kept[-1]

    monkeypatch.setattr("bot.outbox.pack", noted)
    return kept


ADDRESS = "https://pages.sandbox.example/"
"""How the link of a session begins, by which one is logged in as that customer."""


@pytest.mark.both_databases
async def test_it_is_shown_to_whoever_asked_and_to_nobody_else(
    world: World, packed: list[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """Not in a message or a file, not in the database, not in a log; the answer says that it was shown."""
    caplog.set_level(logging.DEBUG)
    value = ADDRESS
    await world.alice.slash(SESSION)
    [shown] = [each for each in world.workspace.ephemerals if value in str(each)]
    assert shown["user"] == "U0ALICE"
    assert value not in shown["text"]
    assert value not in str(world.workspace.messages) + str(world.workspace.files)
    assert "was shown to whoever asked alone" in str(world.workspace.messages)
    assert all(value.encode() not in each for each in packed)
    for table in metadata.sorted_tables:
        assert value not in str(await stories.rows(world, table))
    assert value not in caplog.text


async def test_what_was_approved_is_shown_to_whoever_asked(world: World) -> None:
    """Not to whoever signed it."""
    account = CONNECTED_ACCOUNTS[0]
    await world.alice.slash(f"account_links create --account {account} --type account_onboarding --live")
    await world.bob.click(world.card, APPROVE)
    shown = [each for each in world.workspace.ephemerals if ADDRESS in str(each)]
    assert [each["user"] for each in shown] == ["U0ALICE"]


async def test_what_was_not_asked_for_stays_hidden(world: World) -> None:
    """A payment is not made for its client secret."""
    await world.alice.slash("payment_intents create --amount 500 --currency eur")
    await world.alice.slash("payment_intents list --limit 1")
    assert "_secret_" not in str(world.workspace.ephemerals) + str(world.workspace.messages)
    assert "For you alone" not in str(world.workspace.ephemerals)


async def test_where_slack_shows_nothing_alone_it_comes_by_direct_message(world: World) -> None:
    """Where nobody else reads, either."""
    world.slack.fail("chat.postEphemeral", Fault("code", "user_not_in_channel"))
    await world.alice.slash(SESSION)
    assert ADDRESS in str(world.workspace.said("D00ALICE"))
    assert ADDRESS not in str(world.said())


async def test_where_it_can_not_be_shown_at_all_the_answer_says_so(world: World) -> None:
    """And what to do; it is lost rather than kept."""
    world.slack.fail("chat.postEphemeral", Fault("code", "user_not_in_channel"))
    world.slack.fail("conversations.open", Fault("code", "cannot_dm_bot"))
    await world.alice.slash(SESSION)
    assert "could not be shown" in str(world.workspace.messages)
    assert ADDRESS not in str(world.workspace.messages) + str(world.workspace.ephemerals)


async def test_in_direct_messages_it_is_shown_there(world: World) -> None:
    """The asker is alone."""
    world.workspace.add_channel("D00ALICE", "U0ALICE")
    await world.alice.slash(SESSION, channel="D00ALICE")
    assert ADDRESS in str(world.workspace.said("D00ALICE"))
