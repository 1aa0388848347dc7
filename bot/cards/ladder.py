"""The ladder of forms for rows: a data table, a table, sections, a box of text, a file.

The first rung that shows all rows within the budget is the one that is posted, with those below it as its fallback, for
where Slack refuses it. Where none shows them all, the highest shows as many as it can, and a file has them all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot import limits
from bot.blocks import Block, Message, measure
from bot.tables import Sheet, boxed, coded, data_table, table
from bot.text import Style

LOCAL_JSON: Final = 8_000
"""Characters of JSON that a table with local times may take, so that there is room for what stands around it."""
LINED: Final = 200
"""More lines than the budget has room for, however short."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One form for rows: the blocks that show so many of the first of them, of which it takes no more than ``most``."""

    blocks: Callable[[int], tuple[Block, ...]]
    most: int


@dataclass(frozen=True, slots=True)
class Shown:
    """How much of the rows a message has: the first so many of all, and whether a file goes along with it."""

    count: int
    total: int
    filed: bool

    @property
    def whole(self) -> bool:
        return self.count == self.total


Framed = Callable[[tuple[Block, ...], Shown], tuple[Block, ...]]
"""Puts a title above and the rest below what a rung made of rows."""


def standing(text: str, rungs: Sequence[Rung], total: int, framed: Framed) -> tuple[Message, bool]:
    """The message for rows of which there are ``total``, and whether a file has to go along with it."""
    fitting = [(rung, count) for rung in rungs if (count := _most(rung, total, framed))]
    start = next((at for at, (_, count) in enumerate(fitting) if count == total), None)
    filed = start is None
    message = None
    for rung, count in reversed(fitting[start or 0 :]):
        blocks = framed(rung.blocks(count), Shown(count, total, filed))
        message = Message(text, blocks, fallback=message)
    return message or Message(text, framed((), Shown(0, total, filed))), filed


def table_rungs(sheet: Sheet, caption: str, style: Style) -> tuple[Rung, ...]:
    """The tables that this Slack may show, the better first. The plain style has none."""
    if style == "plain" or not sheet.fits:
        return ()
    return (
        Rung(_in_own_time(sheet, partial(data_table, caption=caption)), limits.DATA_TABLE_ROWS),
        Rung(_in_own_time(sheet, table), limits.TABLE_ROWS - 1),
    )


def _in_own_time(sheet: Sheet, made: Callable[..., Block]) -> Callable[[int], tuple[Block, ...]]:
    """A table with its moments in each reader's time zone where there is room for that, and else in UTC."""

    def blocks(count: int) -> tuple[Block, ...]:
        local = made(sheet.first(count), local=True)
        return (local if measure((local,)).json <= LOCAL_JSON else made(sheet.first(count), local=False),)

    return blocks


def line_rung(sheet: Sheet, style: Style) -> Rung:
    """The rows as lines of text: in a box, or where none is shown, as code."""
    lines = boxed if style == "rich" else coded
    return Rung(lambda count: lines(sheet.first(count)), LINED)


def _most(rung: Rung, total: int, framed: Framed) -> int:
    """How many of the first rows the rung shows within the budget."""

    def fits(count: int) -> bool:
        return measure(framed(rung.blocks(count), Shown(count, total, filed=True))).fits()

    least, most = 0, min(total, rung.most)
    if most and fits(most):  # as nearly always: no need to look for it
        return most
    most -= 1
    while least < most:
        count = (least + most + 1) // 2
        if fits(count):
            least = count
        else:
            most = count - 1
    return least
