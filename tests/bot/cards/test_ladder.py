"""The ladder: the first rung that shows all rows, with those below it for where Slack refuses it."""

from typing import Any

import pytest

from bot import cards, limits
from bot.blocks import Block, FileMessage, Message, measure, section
from bot.cards.ladder import Rung, Shown, standing
from bot.text import Style
from operations.outcome import Succeeded
from tests.bot.cards import samples as made
from tests.rungs import rung_violations, rungs


def rung(name: str, size: int, most: int = 1_000) -> Rung:
    """A form in which each row takes so many characters."""
    return Rung(lambda count: (section(name), *(section("x" * size) for _ in range(count))), most)


def framed(body: tuple[Block, ...], shown: Shown) -> tuple[Block, ...]:
    return (*body, section(f"{shown.count} of {shown.total}, {'filed' if shown.filed else 'alone'}"))


def told(message: Message) -> list[tuple[str, str]]:
    """The form of each rung that has blocks, and how much it shows."""
    return [(each.blocks[0]["text"]["text"], each.blocks[-1]["text"]["text"]) for each in rungs(message) if each.blocks]


def test_the_highest_rung_that_shows_all_is_taken() -> None:
    """Those below it stand by, even where they show less."""
    message, filed = standing("x", [rung("big", 3_000), rung("small", 100), rung("few", 10, most=5)], 8, framed)
    assert not filed
    assert told(message) == [("small", "8 of 8, alone"), ("few", "5 of 8, alone")]


def test_where_none_shows_all_the_highest_shows_what_it_can_and_a_file_has_all() -> None:
    """On every rung."""
    message, filed = standing("x", [rung("big", 3_000), rung("small", 1_000)], 30, framed)
    assert filed
    assert told(message) == [("big", "2 of 30, filed"), ("small", "8 of 30, filed")]


@pytest.mark.parametrize("given", [[], [rung("huge", 3_000, most=0)]])
def test_without_a_rung_the_frame_stands_alone(given: list[Rung]) -> None:
    """Something is always said."""
    message, filed = standing("x", given, 3, framed)
    assert (len(message.blocks), filed) == (1, True)


CHARGES = made.operation("charges list", "GET", "/v1/charges", answers="list", objects=("charge",))


def charges(count: int, style: Style, **spoil: Any) -> tuple[Message, list[FileMessage]]:
    rows = [made.OBJECTS["charge"] | {"id": f"ch_3Pz{number:020}"} | spoil for number in range(count)]
    outcome: Succeeded = made.succeeded(made.page(rows, more=True))
    message, *files = cards.result(made.run(made.frozen(CHARGES, made.LIVE)), outcome, made.manner(style))
    assert isinstance(message, Message)
    return message, [each for each in files if isinstance(each, FileMessage)]


def forms(message: Message) -> list[str]:
    """The kind of block that each rung shows rows by."""
    return [each.blocks[1]["type"] for each in rungs(message) if each.blocks]


def test_a_list_goes_from_a_data_table_down_to_words() -> None:
    """In the plain style, which has no tables, from sections."""
    assert forms(charges(10, "rich")[0]) == ["data_table", "table", "section", "rich_text"]
    plain = [each for each in rungs(charges(10, "plain")[0]) if each.blocks]
    assert len(plain) == 2
    assert "accessory" in plain[0].blocks[1]
    assert plain[1].blocks[1]["text"]["text"].startswith("`Amount")
    assert "ch_3Pz" in [*rungs(charges(10, "rich")[0])][-1].text


@pytest.mark.parametrize("style", ["rich", "plain"])
@pytest.mark.parametrize("count", [1, 10, 29, 47, 100])
def test_every_rung_is_within_the_budget(style: Style, count: int) -> None:
    """Live is said, the rows can be opened, and the next page and the files had, on each with blocks."""
    message, files = charges(count, style, description="Order 6735 " * 20)
    assert rung_violations(message) == []
    for each in rungs(message):
        if each.blocks:
            assert measure(each.blocks).fits()
            assert {"LIVE", "show ch_", "CSV", "JSON"} <= {
                word for word in ("LIVE", "show ch_", "CSV", "JSON") if word in str(each)
            }
    assert bool(files) == (count == 100)


@pytest.mark.parametrize("style", ["rich", "plain"])
def test_rows_of_very_long_values_are_shown_as_rows(style: Style) -> None:
    """Each is clipped before it is put anywhere."""
    long = "\u202e<!here> `x` 東京 " * 1_000
    message, _ = charges(12, style, description=long, status=long, currency="x" * 1_000_000, customer={"id": long})
    assert rung_violations(message) == []
    assert len(message.blocks) <= limits.MESSAGE_BLOCKS_BUDGET
