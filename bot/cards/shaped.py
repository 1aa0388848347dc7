"""An answer as it was asked for: what a query found in it, some of its fields, rows of a table, or a file.

One ladder for whatever comes out: a value on a line, values on lines, an object as fields, objects as rows; what
doesn't fit into a message goes along as a file. Secrets were taken out of the answer before any query saw it.
"""

import csv
import io
import json
import re
from collections.abc import Sequence
from typing import Final

from bot import limits
from bot.blocks import Block, FileMessage, Message, context, field, fields, fit, preformatted, section, table
from bot.cards import marks
from bot.cards.facts import kind_words, tell
from bot.cards.files import json_file, named_file, pretty
from bot.cards.values import Manner
from bot.domain import FrozenCall
from bot.text import Mrkdwn, bold, clean, clip, code, escape, join, template
from operations.call import Json
from operations.queries import QueryRefusal
from operations.shaping import Shaped, rows_of, shape

LINES_SHOWN: Final = 30
VALUE_SHOWN: Final = 200
JSON_SHOWN: Final = 2_500
"""Characters of JSON that stand in a message; more goes to a file."""
NAMES_SHOWN: Final = 40
RESERVED_BLOCKS: Final = 2

_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def shaped(frozen: FrozenCall, data: Json, manner: Manner) -> tuple[Message | FileMessage, ...]:
    """What to post of an answer that was to be shaped. The first is always a message."""
    try:
        made = shape(data, frozen.shaping)
    except QueryRefusal as refusal:
        return (_refused(frozen, refusal),)
    match frozen.shaping.output:
        case "json":
            return _json(frozen, made, manner)
        case "csv":
            return _csv(frozen, made)
        case "table":
            return _table(frozen, made, manner)
        case _:
            return _card(frozen, made)


def _refused(frozen: FrozenCall, refusal: QueryRefusal) -> Message:
    """The call has been carried out; only its answer can't be shown in this way."""
    said = template(
        "{} *Done*, but the query {}: {}. Ask again without it to see the whole answer.",
        marks.ATTENTION,
        code(clip(frozen.shaping.query, VALUE_SHOWN)),
        escape(refusal.detail),
    )
    return _message(frozen, "The query doesn't fit the answer", section(marks.lead(frozen, said)))


def _card(frozen: FrozenCall, made: Shaped) -> tuple[Message | FileMessage, ...]:
    rows = rows_of(made.value)
    if _is_empty(made.value, rows):
        return (_message(frozen, "Nothing found", section(marks.lead(frozen, escape("Nothing was found.")))),)
    if rows is not None and all(isinstance(row, dict) for row in rows):
        lines = [section(_row(row)) for row in rows if isinstance(row, dict)]
        return _listed(frozen, made, lines, len(rows))
    if rows is not None:
        texts = [code(clip(_text(row), VALUE_SHOWN)) for row in rows]
        lines = [section(join("\n", texts[at : at + LINES_SHOWN])) for at in range(0, len(texts), LINES_SHOWN)]
        return _listed(frozen, made, lines, len(rows))
    if isinstance(made.value, dict):
        shown = [field(clip(name, NAMES_SHOWN), _cell(value)) for name, value in made.value.items()]
        kept, left_out = fit([section(marks.lead(frozen)), *fields(shown)], reserve=RESERVED_BLOCKS)
        message = _message(frozen, "Answer", *kept, *_absent(made))
        return (message, *([_whole(made)] if left_out else []))
    return (
        _message(
            frozen,
            _text(made.value),
            section(marks.lead(frozen, code(clip(_text(made.value), limits.SECTION_TEXT // 2)))),
            *_absent(made),
        ),
    )


def _listed(frozen: FrozenCall, made: Shaped, lines: Sequence[Block], count: int) -> tuple[Message | FileMessage, ...]:
    title = section(marks.lead(frozen, bold(f"{count} {'result' if count == 1 else 'results'}")))
    kept, left_out = fit([title, *lines], reserve=RESERVED_BLOCKS)
    rest = (context(escape("The rest is in the file below.")),) if left_out else ()
    message = _message(frozen, f"{count} results", *kept, *rest, *_absent(made))
    return (message, *([_whole(made)] if left_out else []))


def _table(frozen: FrozenCall, made: Shaped, manner: Manner) -> tuple[Message | FileMessage, ...]:
    """Rows and columns, where this Slack shows tables and it is not too much; else the rows on lines."""
    rows = rows_of(made.value)
    if rows is None or not rows or not all(isinstance(row, dict) for row in rows):
        return _card(frozen, made)
    told = made if frozen.shaping.fields or frozen.shaping.query else Shaped([_columns(row, manner) for row in rows])
    records = [row for row in rows_of(told.value) or () if isinstance(row, dict)]
    names = list(dict.fromkeys(name for row in records for name in row))[: limits.TABLE_COLUMNS]
    cells = [names, *([clip(_text(row.get(name)), VALUE_SHOWN) for name in names] for row in records)]
    block = table(cells) if manner.style == "rich" and names and len(cells) <= limits.TABLE_ROWS else None
    title = section(marks.lead(frozen, bold(f"{len(records)} {'row' if len(records) == 1 else 'rows'}")))
    if block is None or fit([title, block], reserve=RESERVED_BLOCKS)[1]:
        return _card(frozen, told)
    return (_message(frozen, f"{len(records)} rows", title, block, *_absent(told)),)


def _columns(row: Json, manner: Manner) -> dict[str, Json]:
    """What the table of objects tells of one: what it is, its id, its status, and the facts of its line in a list."""
    told = tell(row, manner)
    shown: dict[str, Json] = {told.title: told.headline, "ID": told.id}
    if told.status:
        shown["Status"] = told.status.words
    return shown | {label: value for label, value in told.facts if not isinstance(value, Mrkdwn)}


def _json(frozen: FrozenCall, made: Shaped, manner: Manner) -> tuple[Message | FileMessage, ...]:
    text = pretty(made.value)
    if len(text) <= JSON_SHOWN and manner.style == "rich":
        return (_message(frozen, "Answer as JSON", section(marks.lead(frozen)), preformatted(text), *_absent(made)),)
    head = section(marks.lead(frozen, escape(f"The answer as JSON, {len(text):,} characters")))
    return (_message(frozen, "Answer as JSON", head, *_absent(made)), _whole(made))


def _csv(frozen: FrozenCall, made: Shaped) -> tuple[Message | FileMessage, ...]:
    rows = rows_of(made.value)
    records = rows if rows is not None else [made.value]
    content = as_csv(records)
    said = escape(f"{len(records):,} {'row' if len(records) == 1 else 'rows'} as CSV")
    name = frozen.call.operation.name
    return (
        _message(frozen, f"{len(records)} rows as CSV", section(marks.lead(frozen, said)), *_absent(made)),
        named_file(name, "csv", f"{kind_words(name)} as CSV", content.encode("utf-8", errors="replace")),
    )


def as_csv(records: Sequence[Json]) -> str:
    """Rows as CSV with a header, nested values as JSON. No cell is read as a formula by a spreadsheet."""
    rows = [row if isinstance(row, dict) else {"value": row} for row in records]
    names = list(dict.fromkeys(name for row in rows for name in row))
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([_harmless(name) for name in names])
    writer.writerows([_harmless(_text(row.get(name), nothing="")) for name in names] for row in rows)
    return target.getvalue()


def _harmless(text: str) -> str:
    """A cell that stays what it is: what would begin a formula is put behind an apostrophe, numbers aside."""
    if _FORMULA.match(text.lstrip(" ")) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _row(row: dict[str, Json]) -> Mrkdwn:
    parts = [join(" ", (clip(name, NAMES_SHOWN), _cell(value))) for name, value in row.items()]
    return clip(join("  ·  ", parts), limits.SECTION_TEXT // 2)


def _cell(value: Json) -> Mrkdwn:
    return code(clip(_text(value), VALUE_SHOWN))


def _text(value: Json, nothing: str = "—") -> str:
    """A value in one line: text as it is, anything else as JSON."""
    if value is None or value == "":
        return nothing
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _is_empty(value: Json, rows: Sequence[Json] | None) -> bool:
    return value is None or value in ("", {}) or (rows is not None and not rows)


def _absent(made: Shaped) -> tuple[Block, ...]:
    if not made.absent:
        return ()
    names = join(", ", [code(clip(name, NAMES_SHOWN)) for name in made.absent[:LINES_SHOWN]])
    return (context(template("Nothing here has {}.", names)),)


def _whole(made: Shaped) -> FileMessage:
    return json_file(pretty(made.value), "answer", "The whole answer as JSON")


def _message(frozen: FrozenCall, notice: str, *blocks: Block) -> Message:
    mode = marks.mode_word(livemode=frozen.account.livemode)
    text = join(" · ", (escape(mode), escape(clip(clean(notice), VALUE_SHOWN))))
    return Message(text=text, blocks=(*blocks, marks.footer(frozen)))
