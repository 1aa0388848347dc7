"""An answer as it was asked for: what a query found in it, some of its fields, rows of a table, or a file.

One ladder for whatever comes out: a value on a line, values on lines, an object as fields, objects as rows; what
doesn't fit into a message, or had to be cut in it, goes along as a file. Secrets were taken out of the answer before
any query saw it.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot import limits
from bot.blocks import Block, FileMessage, Message, context, field, fields, fit, preformatted, section
from bot.cards import columns, marks
from bot.cards.files import json_file, named_file, pretty
from bot.cards.ladder import Rung, Shown, line_rung, standing, table_rungs
from bot.cards.values import Manner
from bot.domain import FrozenCall
from bot.tables import CELL_SHOWN, Cell, Heading, Sheet
from bot.text import Mrkdwn, bold, clean, clip, code, escape, join, template
from operations.call import Json
from operations.queries import QueryRefusal
from operations.shaping import Shaped, rows_of

LINES_SHOWN: Final = 30
VALUE_SHOWN: Final = 200
ROW_SHOWN: Final = 1_500
ALONE_SHOWN: Final = 1_500
"""Characters of a value that stands alone."""
JSON_SHOWN: Final = 2_500
"""Characters of JSON that stand in a message; more goes to a file."""
NAMES_SHOWN: Final = 40
LARGEST: Final = 10**15
"""Up to which a whole number is exact enough for JSON."""

BYTE_ORDER_MARK: Final = "\ufeff"
_FORMULA: Final = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)

Posted = tuple[Message | FileMessage, ...]


def shaped(frozen: FrozenCall, made: Shaped, manner: Manner, expected: str, around: Sequence[Block]) -> Posted:
    """What to post of an answer that was shaped, the first being a message.

    ``expected`` is the kind of object that the operation promises; ``around`` is said below whatever is shown.
    """
    view = _View(frozen, made, manner, expected, (*around, marks.footer(frozen)))
    return _OUTPUTS[frozen.shaping.output or "card"](view)


def not_fitting(frozen: FrozenCall, refusal: QueryRefusal, around: Sequence[Block]) -> Message:
    """The call has been carried out; only its answer can't be shown in this way."""
    said = template(
        "{} *Done*, but the query {}: {}. Ask again without it to see the whole answer.",
        marks.ATTENTION,
        code(clip(frozen.shaping.query, VALUE_SHOWN)),
        escape(refusal.detail),
    )
    below = (*around, marks.footer(frozen))
    return _message(frozen, "The query doesn't fit the answer", section(marks.lead(frozen, said)), *below)


@dataclass(frozen=True, slots=True)
class _View:
    """An answer on its way to being shown."""

    frozen: FrozenCall
    made: Shaped
    manner: Manner
    expected: str
    below: tuple[Block, ...]

    def title(self, *parts: Mrkdwn) -> Block:
        return section(marks.lead(self.frozen, *parts))

    def fitted(self, notice: str, blocks: Sequence[Block], *, cut: bool = False) -> Posted:
        """A message of as many blocks as fit; the whole goes along where some don't, or where something was ``cut``."""
        rest = context(escape("What is left out or cut short here is in the file below."))
        kept, left_out = fit(blocks, below=(rest, *self.below))
        if not left_out and not cut:
            return (_message(self.frozen, notice, *kept, *self.below),)
        whole = json_file(pretty(self.made.value), "answer", "The answer as JSON")
        return (_message(self.frozen, notice, *kept, rest, *self.below), whole)


def _card(view: _View) -> Posted:
    value = view.made.value
    rows = rows_of(value)
    if rows == [] or value is None or value in ("", {}):
        return view.fitted("Nothing found", [view.title(escape("Nothing was found."))])
    if rows is not None:
        return _lines(view, rows)
    if isinstance(value, dict):
        shown = list(value.items())[: limits.MESSAGE_BLOCKS_BUDGET * limits.SECTION_FIELDS]
        told = fields([field(clip(name, NAMES_SHOWN), _cell(item)) for name, item in shown])
        cut = len(shown) < len(value) or any(map(_is_cut, value.values()))
        return view.fitted("Answer", [view.title(), *told], cut=cut)
    text = _text(value)
    return view.fitted(text, [view.title(code(clip(text, ALONE_SHOWN)))], cut=len(text) > ALONE_SHOWN)


def _lines(view: _View, rows: Sequence[Json]) -> Posted:
    """Objects a paragraph each, with their fields named; other values a line each."""
    count = _counted(len(rows), "result")
    title = view.title(bold(count))
    if all(isinstance(row, dict) for row in rows):
        shown = [row for row in rows[: limits.MESSAGE_BLOCKS_BUDGET] if isinstance(row, dict)]
        lines = [_row(row) for row in shown]
        cut = any(map(_is_cut, (value for row in shown for value in row.values())))
        cut = cut or len(shown) < len(rows) or any(len(line) > ROW_SHOWN for line in lines)
        return view.fitted(count, [title, *(section(clip(line, ROW_SHOWN)) for line in lines)], cut=cut)
    few = rows[: limits.MESSAGE_BLOCKS_BUDGET * LINES_SHOWN]
    texts = [_cell(row) for row in few]
    step = max(1, min(LINES_SHOWN, limits.SECTION_TEXT // (1 + max(map(len, texts)))))
    paragraphs = [section(join("\n", texts[at : at + step])) for at in range(0, len(texts), step)]
    return view.fitted(count, [title, *paragraphs], cut=len(few) < len(rows) or any(map(_is_cut, few)))


def _table(view: _View) -> Posted:
    """Rows and columns, by the highest rung of the ladder that has room for them; what is left out is in a file."""
    rows = rows_of(view.made.value)
    if not rows or not all(isinstance(row, dict) for row in rows):
        return _card(view)
    records = [row for row in rows if isinstance(row, dict)]
    sheet, cut = _sheet(view, records)
    count = _counted(len(records), "row")
    rungs = (*table_rungs(sheet, count, view.manner.style), _paragraphs(sheet), line_rung(sheet, view.manner.style))
    rest = context(escape("What is left out or cut short here is in the file below."))

    def framed(body: tuple[Block, ...], shown: Shown) -> tuple[Block, ...]:
        note = (rest,) if cut or (shown.filed and not shown.whole) else ()
        return (view.title(bold(count)), *body, *note, *view.below)

    message, filed = standing(marks.notice(view.frozen, count), rungs, len(records), framed)
    whole = json_file(pretty(view.made.value), "answer", "The answer as JSON")
    return (message, whole) if filed or cut else (message,)


def _sheet(view: _View, records: Sequence[dict[str, Json]]) -> tuple[Sheet, bool]:
    """The rows with the columns of their kind, or with the fields that were asked for; and whether something is cut."""
    if not view.frozen.shaping.fields and all(isinstance(row.get("object"), str) for row in records):
        return columns.sheet(records, view.expected, view.manner), False
    names = list(dict.fromkeys(name for row in records for name in row)) or [""]
    shown = names[: limits.TABLE_COLUMNS]
    rows = tuple(tuple(_sheet_cell(row.get(name)) for name in shown) for row in records)
    headings = tuple(
        Heading(clip(name, NAMES_SHOWN), right=all(row[at].number is not None for row in rows))
        for at, name in enumerate(shown)
    )
    cut = len(shown) < len(names) or any(len(cell.text) > CELL_SHOWN for row in rows for cell in row)
    return Sheet(headings, rows), cut


def _sheet_cell(value: Json) -> Cell:
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST
    return Cell(_text(value, nothing=""), float(value) if whole and isinstance(value, int) else None)


def _paragraphs(sheet: Sheet) -> Rung:
    """A paragraph for each row, with its columns named."""

    def blocks(count: int) -> tuple[Block, ...]:
        rows = ({h.label: cell.text for h, cell in zip(sheet.headings, row, strict=True)} for row in sheet.rows[:count])
        return tuple(section(clip(_row(row), ROW_SHOWN)) for row in rows)

    return Rung(blocks, limits.MESSAGE_BLOCKS_BUDGET)


def _json(view: _View) -> Posted:
    text = pretty(view.made.value)
    if len(text) <= JSON_SHOWN and view.manner.style == "rich":
        return view.fitted("Answer as JSON", [view.title(), preformatted(text)])
    head = view.title(escape(f"The answer as JSON, {len(text):,} characters"))
    message = _message(view.frozen, "Answer as JSON", head, *view.below)
    return (message, json_file(text, view.frozen.call.operation.name, "The answer as JSON"))


def _csv(view: _View) -> Posted:
    rows = rows_of(view.made.value)
    records = rows if rows is not None else [view.made.value]
    if not records or records == [None]:
        return _card(view)
    name = view.frozen.call.operation.name
    said = f"{_counted(len(records), 'row')} as CSV"
    content = as_csv(records).encode("utf-8", errors="replace")
    message = _message(view.frozen, said, view.title(escape(said)), *view.below)
    return (message, named_file(name, "csv", f"{name} as CSV", content))


_OUTPUTS: Final = {"card": _card, "table": _table, "json": _json, "csv": _csv}


def as_csv(records: Sequence[Json]) -> str:
    """Rows as CSV (RFC 4180) with a header, nested values as JSON. No cell is read as a formula by a spreadsheet.

    It begins with the mark by which spreadsheets tell UTF-8 from what their system was set to.
    """
    rows = [row if isinstance(row, dict) else {"value": row} for row in records]
    names = list(dict.fromkeys(name for row in rows for name in row))
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([_harmless(name) for name in names])
    writer.writerows([_harmless(_text(row.get(name), nothing="")) for name in names] for row in rows)
    return f"{BYTE_ORDER_MARK}{target.getvalue()}"


def _harmless(text: str) -> str:
    """A cell that stays what it is: what would begin a formula is put behind an apostrophe, numbers aside."""
    if _FORMULA.match(text.lstrip(" ")) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _row(row: Mapping[str, Json]) -> Mrkdwn:
    return join("  ·  ", [join(" ", (clip(name, NAMES_SHOWN), _cell(value))) for name, value in row.items()])


def _cell(value: Json) -> Mrkdwn:
    return code(clip(_text(value), VALUE_SHOWN))


def _is_cut(value: Json) -> bool:
    return len(_text(value)) > VALUE_SHOWN


def _text(value: Json, nothing: str = "—") -> str:
    """A value in one line: text as it is, anything else as JSON."""
    if value is None or value == "":
        return nothing
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _message(frozen: FrozenCall, notice: str, *blocks: Block) -> Message:
    mode = marks.mode_word(livemode=frozen.account.livemode)
    text = join(" · ", (escape(mode), escape(clip(clean(notice), VALUE_SHOWN))))
    return Message(text=text, blocks=blocks)
