"""Leafing through a list: on and back by buttons, with the cursors kept on our side."""

import re
from datetime import timedelta

import pytest

from bot.page_rows import LIFETIME
from bot.store.tables import pages
from bot.tokens import Tokens
from tests.fakes.slack import Message
from tests.faults import stories
from tests.world import World

NEXT, PREVIOUS = "page:next", "page:previous"
_ELSEWHERE = {"team": "T0OTHER"}


def answers(world: World) -> list[Message]:
    return world.workspace.thread(world.said()[0].ts)


def ids(message: Message) -> list[str]:
    """The customers that a page shows."""
    return sorted(set(re.findall(r"show (cus_[A-Za-z0-9]+)", str(message.blocks))))


async def test_a_list_is_leafed_through_on_and_back(world: World) -> None:
    """Each page says which it is, and the one before is got again by the call that got it."""
    await world.alice.slash("customers list --limit 2")
    await world.alice.click(answers(world)[-1], NEXT)
    await world.alice.click(answers(world)[-1], NEXT)
    first, second, third = (each for each in answers(world) if ids(each))
    assert not {*ids(first)} & {*ids(second)}
    assert not {*ids(second)} & {*ids(third)}
    assert "Page 2" in str(second.blocks)
    assert "Page 3" in str(third.blocks)
    await world.alice.click(third, PREVIOUS)
    again = answers(world)[-1]
    assert ids(again) == ids(second)
    assert "Page 2" in str(again.blocks)
    await world.alice.click(again, PREVIOUS)
    assert ids(answers(world)[-1]) == ids(first)
    assert PREVIOUS not in str(answers(world)[-1].blocks)


async def test_no_cursor_passes_through_anybodys_client(world: World) -> None:
    """A button holds which run it is about and nothing of Stripe's, and the database holds the cursor sealed."""
    await world.alice.slash("customers list --limit 2")
    [page] = answers(world)
    last = ids(page)
    [row] = await stories.rows(world, pages)
    for each in last:
        assert each not in page.button(NEXT)["value"]
        assert each.encode() not in row.sealed


async def test_whoever_presses_asks(world: World) -> None:
    """The next page is theirs: it stands under their name, and their role decides."""
    await world.alice.slash("customers list --limit 2")
    await world.bob.click(answers(world)[-1], NEXT)
    assert "<@U0BOB>" in str(answers(world)[-2].blocks)


async def test_a_page_is_got_once_however_often_its_click_is_delivered(world: World) -> None:
    """Slack delivers again what it thinks was lost."""
    await world.alice.slash("customers list --limit 2")
    payload = world.alice.press(answers(world)[-1], NEXT)
    for _ in range(2):
        await world.alice.deliver(payload)
        await world.settle()
    assert sum("Page 2" in str(each.blocks) for each in answers(world)) == 1


@pytest.mark.parametrize("forged", ["", "page", "eyJ0ZWFtIjoiVDAifQ.x"])
async def test_a_forged_button_gets_nothing(world: World, forged: str) -> None:
    """What we did not sign leads nowhere."""
    await world.alice.slash("customers list --limit 2")
    await world.alice.click(answers(world)[-1], NEXT, value=forged)
    assert "too long ago" in world.told[-1]
    assert len(answers(world)) == 1


async def test_a_button_of_another_workspace_gets_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens name their workspace."""
    sign = Tokens.sign
    with monkeypatch.context() as patch:
        patch.setattr(Tokens, "sign", lambda self, purpose, values: sign(self, purpose, {**values, **_ELSEWHERE}))
        await world.alice.slash("customers list --limit 2")
    await world.alice.click(answers(world)[-1], NEXT)
    assert "too long ago" in world.told[-1]


async def test_a_list_is_not_leafed_through_for_ever(world: World) -> None:
    """After a day nothing of it is kept, and whoever presses is told to ask again."""
    await world.alice.slash("customers list --limit 2")
    await stories.later(world, LIFETIME + timedelta(minutes=1))
    assert await stories.rows(world, pages) == []
    await world.alice.click(answers(world)[-1], NEXT)
    assert "Ask for it again" in world.told[-1]
