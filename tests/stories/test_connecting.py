"""Connecting a Stripe account through the modal."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards import CONNECT_ALIAS, CONNECT_KEY, CONNECT_LINKED
from operations.sandbox import keys
from tests.world import World
from tests.world import world as make_world


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A workspace that has connected nothing yet."""
    async with make_world(tmp_path, database_url, connected=False) as made:
        yield made


async def connect(world: World, key: str, alias: str = "", linked: str = "") -> dict[str, object]:
    await world.alice.slash("connect")
    return await world.alice.submit({CONNECT_KEY: key, CONNECT_ALIAS: alias, CONNECT_LINKED: linked})


def direct(world: World) -> str:
    """The blocks of the newest direct message."""
    return str([message for message in world.workspace.messages if message.channel.startswith("D")][-1].blocks)


def leaks(folder: Path) -> list[str]:
    """The files that hold the key in clear."""
    return [file.name for file in folder.iterdir() if keys.TEST_KEY.encode() in file.read_bytes()]


async def test_without_an_account_a_command_says_how_to_connect(world: World) -> None:
    """The refusal is the next step."""
    await world.alice.slash("customers list")
    assert "/stripe connect" in str(world.slack.responses)


@pytest.mark.both_databases
async def test_a_key_is_checked_and_then_used(world: World) -> None:
    """Stripe tells whose it is; only prefix and last four are shown."""
    assert await connect(world, keys.TEST_KEY) == {}
    told = direct(world)
    assert keys.ACCOUNT in told
    assert keys.TEST_KEY[-4:] in told
    await world.alice.slash("customers list --limit 1")
    assert "succeeded" in str(world.card.blocks)


async def test_a_restricted_key_that_may_not_read_the_account_is_bound_all_the_same(world: World) -> None:
    """The refusal's own text names the account."""
    await connect(world, keys.REFUNDS_ONLY_TEST_KEY)
    assert keys.ACCOUNT in direct(world)


async def test_an_expired_key_is_not_kept(world: World) -> None:
    """Stripe refuses it; the person is told why, and nothing can be run with it."""
    await connect(world, keys.EXPIRED_TEST_KEY)
    assert "ot connected" in direct(world) or "not be connected" in direct(world)
    await world.alice.slash("customers list")
    assert "/stripe connect" in str(world.slack.responses)


async def test_a_key_of_another_account_can_not_take_an_alias_over(world: World) -> None:
    """An alias stands for one Stripe account for good."""
    await connect(world, keys.TEST_KEY)
    await connect(world, keys.OTHER_TEST_KEY)
    assert keys.ACCOUNT in direct(world)
    await connect(world, keys.OTHER_TEST_KEY, alias="books")
    await world.alice.slash("customers list --on books")
    assert "succeeded" in str(world.card.blocks)


@pytest.mark.parametrize("key", ["", "hello", "pk_test_notasecretkey", "sk_test_", "xoxb-1"])
async def test_what_is_no_stripe_key_is_refused_at_its_field(world: World, key: str) -> None:
    """The form stays open and says what would do."""
    answer = await connect(world, key)
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [CONNECT_KEY]  # type: ignore[call-overload] # JSON


async def test_a_wrong_alias_and_a_wrong_linked_account_show_at_their_fields(world: World) -> None:
    """Each problem stands where it is."""
    answer = await connect(world, keys.TEST_KEY, alias="Über uns!", linked="cus_1")
    assert set(answer["errors"]) == {CONNECT_ALIAS, CONNECT_LINKED}  # type: ignore[call-overload] # JSON


async def test_only_admins_may_connect(world: World) -> None:
    """Somebody else is told so, and sees no form."""
    await world.bob.slash("connect")
    assert world.workspace.views == {}
    assert len(world.told) == 1


@pytest.mark.both_databases
async def test_the_key_appears_nowhere(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not in the database's files, the logs, or anything said to Slack."""
    await connect(world, keys.TEST_KEY)
    await world.alice.slash("customers list --limit 1")
    assert leaks(tmp_path) == []
    assert keys.TEST_KEY not in caplog.text
    assert keys.TEST_KEY not in str(world.slack.calls) + str(world.slack.responses)


@pytest.mark.both_databases
async def test_a_key_that_stripe_says_has_expired_is_destroyed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next command asks for a new one instead of failing in the same way for ever."""
    await connect(world, keys.TEST_KEY)
    monkeypatch.setitem(keys.CREDENTIALS, keys.TEST_KEY, replace(keys.CREDENTIALS[keys.TEST_KEY], expired=True))
    await world.alice.slash("customers list --limit 1")
    assert "failed" in str(world.card.blocks)
    await world.alice.slash("customers list --limit 1")
    assert "/stripe connect" in str(world.slack.responses[-1])
