"""``--all`` and ``--chart``: every page of a list in one answer, and what it comes to over time."""

import asyncio
from copy import deepcopy
from itertools import count
from typing import Any

import pytest

from bot import sending
from operations.executor import Executor
from operations.outcome import Outcome
from operations.sandbox.keys import ACCOUNT
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.slack import File, Message
from tests.world import World


def answers(world: World) -> list[Message]:
    return world.workspace.thread(world.card.ts)


def files(world: World) -> list[File]:
    return list(world.workspace.files.values())


def customers(world: World, many: int) -> int:
    """So many more customers; how many there are then."""
    book = world.stripe.state.book(ACCOUNT, livemode=False)
    pattern = book.get("customer", HIGHLIGHTS["customer"])
    assert pattern is not None
    for number in range(many):
        book.put({**deepcopy(pattern), "id": f"cus_Whole{number:04}", "email": f"whole{number}@example.com"})
    return len(list(book.newest("customer")))


@pytest.mark.both_databases
async def test_all_pages_are_one_answer(world: World) -> None:
    """With everything in a file, and the command on the head says how it was asked for."""
    total = customers(world, 230)
    await world.alice.slash("customers list --all --fields id,email --output csv")
    assert "--all" in str(world.card.blocks)
    asked = [each for each in world.stripe.journal.requests if each.path == "/v1/customers"]
    assert len(asked) == -(-total // 100)
    [file] = files(world)
    assert file.content is not None
    assert file.content.decode().count("cus_Whole") == 230


async def test_a_query_sees_all_pages(world: World) -> None:
    """Not just the first one."""
    total = customers(world, 150)
    await world.alice.slash("customers list --all --query length(data)")
    assert str(total) in str(answers(world)[-1].blocks)


async def test_it_is_said_how_far_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the head, until the answer is there."""
    customers(world, 250)
    monkeypatch.setattr(sending, "PACE_SECONDS", 1e-9)
    perform, pages = Executor.perform, count()

    async def after_it_was_said(self: Executor, *args: Any, **kwargs: Any) -> Outcome:
        got = 100 * next(pages)
        async with asyncio.timeout(20):
            while got and f"{got} so far" not in str(world.card.blocks):  # noqa: ASYNC110 — Slack tells nobody
                await asyncio.sleep(0.002)
        return await perform(self, *args, **kwargs)

    monkeypatch.setattr(Executor, "perform", after_it_was_said)
    await world.alice.slash("customers list --all")
    assert next(pages) == 3
    assert "so far" not in str(world.card.blocks)
    assert "succeeded" in str(world.card.blocks)


async def test_a_chart_is_drawn_by_slack(world: World) -> None:
    """Below the list, with what it says in words."""
    await world.alice.slash("charges list --limit 50 --chart")
    charted = answers(world)[-1]
    assert [block["type"] for block in charted.blocks].count("data_visualization") >= 1
    assert "in all" in charted.text


async def test_where_slack_takes_no_chart_a_picture_follows(world: World) -> None:
    """Once, in the same thread; the words stay."""
    await world.alice.slash("charges list --limit 50")
    world.slack.unknown_blocks.add("data_visualization")
    await world.alice.slash("charges list --limit 50 --chart")
    said = answers(world)[-1]
    assert "in all" in said.text
    pictures = [each for each in files(world) if each.filename.endswith(".png")]
    assert pictures
    assert all(each.content is not None and each.content.startswith(b"\x89PNG") for each in pictures)
    assert {each.thread_ts for each in pictures} == {world.card.ts}


@pytest.mark.parametrize("option", ["--all", "--chart"])
async def test_what_is_no_list_is_refused(world: World, option: str) -> None:
    """Before anything is sent."""
    await world.alice.slash(f"customers retrieve cus_1 {option}")
    assert f"{option} is for lists" in world.told[-1]
