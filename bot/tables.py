"""Tables as plain dicts within Slack's limits, and the same as lines of text where Slack shows none.

As in :mod:`bot.blocks`, words are clipped. Cells hold plain text, in which Slack reads nothing. None of the blocks is
for the plain style, except :func:`coded`.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot import limits
from bot.blocks import Block, Element, preformatted, section
from bot.text import NOTHING, clean, clip, code, join

CELL_SHOWN: Final = 80
"""Characters of a cell; more makes a row unreadable on a phone."""
LINE_CELL_SHOWN: Final = 40
"""The same where columns are lined up with blanks."""
PAGE_ROWS: Final = 10
"""How many rows of a data table are shown before somebody turns its page, in their own Slack."""
_GAP: Final = "  "
_MOMENT: Final = "{date_short_pretty} at {time}"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its name, and whether it is lined up on the right, as amounts are."""

    label: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A value: its text, and what it is besides, where that helps to sort it or to show it in one's own time zone."""

    text: str = ""
    number: float | None = None
    when: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows and columns. Each row has a cell for each column."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    key: int = 0
    """The column that tells a row from the others."""

    @property
    def fits(self) -> bool:
        """Whether Slack takes so many columns at all."""
        return bool(self.rows) and 0 < len(self.headings) <= limits.TABLE_COLUMNS

    def first(self, count: int) -> "Sheet":
        """The sheet with its first rows alone."""
        return replace(self, rows=self.rows[:count])


def data_table(sheet: Sheet, caption: str, *, local: bool) -> Block:
    """The block whose rows people sort, filter and page through in their own Slack.

    ``local``: moments in each reader's own time zone, which takes about ten times the JSON. Raises ValueError for more
    rows or columns than Slack takes, or none.
    """
    _check(sheet, limits.DATA_TABLE_ROWS)
    numbered = [all(row[at].number is not None for row in sheet.rows) for at in range(len(sheet.headings))]
    body = [
        [_number(cell) if numbered[at] else _cell(cell, local=local) for at, cell in enumerate(row)]
        for row in sheet.rows
    ]
    return {
        "type": "data_table",
        "caption": clip(clean(caption).strip(), limits.CAPTION) or NOTHING,
        "rows": [_header(sheet), *body],
        "page_size": min(len(sheet.rows), PAGE_ROWS),
        "row_header_column_index": sheet.key,
    }


def table(sheet: Sheet, *, local: bool) -> Block:
    """The older table, which lines up on the right what it is told to. Raises as :func:`data_table` does."""
    _check(sheet, limits.TABLE_ROWS - 1)
    body = [[_cell(cell, local=local) for cell in row] for row in sheet.rows]
    settings = [{"align": "right" if each.right else "left"} for each in sheet.headings]
    return {"type": "table", "rows": [_header(sheet), *body], "column_settings": settings}


def boxed(sheet: Sheet) -> tuple[Block, ...]:
    """Lines in a box, with the columns lined up by blanks: as many boxes as they need."""
    return tuple(preformatted("\n".join(lines)) for lines in _chunks(_lines(sheet), limits.SECTION_TEXT))


def coded(sheet: Sheet) -> tuple[Block, ...]:
    """The same as code spans, a line each, for where no box is shown."""
    lines = [code(line) for line in _lines(sheet)]
    return tuple(section(join("\n", chunk)) for chunk in _chunks(lines, limits.SECTION_TEXT))


def _check(sheet: Sheet, most: int) -> None:
    if not 0 < len(sheet.rows) <= most or not sheet.fits:
        raise ValueError(f"a table takes 1 to {most} rows of 1 to {limits.TABLE_COLUMNS} cells")


def _header(sheet: Sheet) -> list[Element]:
    return [{"type": "raw_text", "text": _shown(each.label)} for each in sheet.headings]


def _cell(cell: Cell, *, local: bool) -> Element:
    if not local or cell.when is None or cell.when.timestamp() > limits.DATE:
        return {"type": "raw_text", "text": _shown(cell.text)}
    moment = {"type": "date", "timestamp": int(cell.when.timestamp()), "format": _MOMENT, "fallback": _shown(cell.text)}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [moment]}]}


def _number(cell: Cell) -> Element:
    return {"type": "raw_number", "value": cell.number, "text": _shown(cell.text)}


def _shown(text: str, most: int = CELL_SHOWN) -> str:
    """A text on one line, never empty."""
    return clip(" ".join(clean(text).split()), most) or NOTHING


def _lines(sheet: Sheet) -> list[str]:
    """The header and the rows, each on a line."""
    header = [_shown(each.label, LINE_CELL_SHOWN) for each in sheet.headings]
    texts = [header, *([_shown(cell.text, LINE_CELL_SHOWN) for cell in row] for row in sheet.rows)]
    widths = [max(map(_width, column)) for column in zip(*texts, strict=True)]
    return [
        _GAP.join(_padded(*each) for each in zip(line, widths, sheet.headings, strict=True)).rstrip() for line in texts
    ]


def _padded(text: str, width: int, heading: Heading) -> str:
    blanks = " " * (width - _width(text))
    return f"{blanks}{text}" if heading.right else f"{text}{blanks}"


def _width(text: str) -> int:
    """How many columns of a fixed-width font a text takes: characters of East Asia take two, marks on letters none."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _chunks(lines: Sequence[str], most: int) -> Iterator[list[str]]:
    """The lines in groups that have no more characters than that, line ends included. None is longer than that."""
    chunk: list[str] = []
    size = 0
    for line in lines:
        if chunk and size + len(line) + 1 > most:
            yield chunk
            chunk, size = [], 0
        chunk.append(clip(line, most))
        size += len(line) + 1
    if chunk:
        yield chunk
