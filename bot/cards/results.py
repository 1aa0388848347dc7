"""What Stripe answered, as messages for the thread: an object, a page of objects, a file, or why there is none.

Every answer is redacted before anything else looks at it. What doesn't fit into a message goes along as a JSON file.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.blocks import Block, FileMessage, Message, context, field, fields, fit, header, section
from bot.cards import marks, steps
from bot.cards.errors import failure, unknown
from bot.cards.facts import Told, kind_words, tell
from bot.cards.files import json_file, named_file, pretty
from bot.cards.folded import fold
from bot.cards.pages import Page, read_page
from bot.cards.redaction import redact
from bot.cards.shaped import not_fitting, shaped
from bot.cards.values import Manner
from bot.domain import FrozenCall, Run
from bot.text import Mrkdwn, bold, clip, code, escape, join, template
from operations.call import Json
from operations.outcome import Failed, Outcome, Succeeded, Unknown
from operations.queries import QueryRefusal
from operations.shaping import rows_of, shape
from operations.uploads import size_words

OBJECT_JSON: Final = 12_000
"""Characters of an object's JSON from which on the card alone would hide too much of it."""
GENERIC_JSON: Final = 2_500
"""The same for an object that no table knows: its card is a guess."""
ROW_SHOWN: Final = 400
RESERVED_BLOCKS: Final = 5
"""Kept free below the rows of a list: how many there are, how they were found, how to go on, and the footer."""
ONLY_ONE: Final = "The only match."


def result(run: Run, outcome: Outcome, manner: Manner) -> tuple[Message | FileMessage, ...]:
    """What to post in the run's thread, in this order. The first is always a message."""
    match outcome:
        case Failed():
            return (failure(run, outcome),)
        case Unknown():
            return (unknown(run, outcome),)
        case Succeeded():
            if isinstance(outcome.data, bytes):
                return _document(run, outcome.data)
            data = redact(outcome.data, bearer="secret" in run.frozen.risk.flags)
            return _answer(run, outcome, data, manner)


def _answer(run: Run, outcome: Succeeded, data: Json, manner: Manner) -> tuple[Message | FileMessage, ...]:
    frozen = run.frozen
    response = frozen.call.operation.response
    expected = response.objects[0] if len(response.objects) == 1 else ""
    page = read_page(frozen.call, data)
    if frozen.shaping.query or not frozen.shaping.leaves_form:
        try:
            made = shape(data, frozen.shaping)
        except QueryRefusal as refusal:
            return (not_fitting(frozen, refusal, _around(frozen, page, outcome.note)),)
        found = _found(page, made.value) if page is not None and frozen.shaping.leaves_form else None
        if found is None:
            return shaped(frozen, made, manner, expected, _around(frozen, page, outcome.note))
        page = found
    if page is not None:
        return _page(frozen, page, data, expected, manner)
    if response.kind == "deleted" or (isinstance(data, dict) and data.get("deleted") is True):
        return (_deleted(frozen, tell(data, manner, expected), outcome.note),)
    if response.kind == "empty" or data is None or data in ("", {}, []):
        return (_nothing(frozen, outcome.note),)
    return _object(frozen, data, tell(data, manner, expected), outcome.note, manner)


def _found(page: Page, value: Json) -> Page | None:
    """The page with those of its objects that a query found; None where it made something else of them."""
    rows = rows_of(value)
    if rows is None or not all(isinstance(row, dict) and isinstance(row.get("object"), str) for row in rows):
        return None
    return replace(page, items=tuple(rows), total=None)


def _around(frozen: FrozenCall, page: Page | None, note: str | None) -> Sequence[Block]:
    """What stands below an answer that was shaped: that it is of one page alone where there are more."""
    if page is None:
        return _noted(note)
    alone = f"Of one page of {len(page.items)}; Stripe has more." if page.more else None
    return (*_noted(note), *_noted(alone), *_noted(steps.how_found(frozen)), *_next(frozen, page))


def _object(
    frozen: FrozenCall, data: Json, told: Told, note: str | None, manner: Manner
) -> tuple[Message | FileMessage, ...]:
    facts: tuple[Block, ...] = (
        header(told.headline),
        section(_identity(frozen, told)),
        *fields([field(label, value) for label, value in told.facts]),
    )
    below: tuple[Block, ...] = (
        *_noted(note),
        *steps.next_steps(frozen, data),
        marks.footer(frozen, marks.dashboard_link(frozen, told.page)),
    )
    kept, left_out = fit(facts, below=below)
    folded = fold(data, told, manner, above=kept, below=below)
    message = Message(
        text=_notice(frozen, told.title, told.headline, told.status.words if told.status else ""),
        blocks=(*kept, *folded, *below),
    )
    text = pretty(data)
    if len(text) > (OBJECT_JSON if told.known else GENERIC_JSON) or left_out:
        return (message, json_file(text, told.id or told.title, f"{told.title} as JSON"))
    return (message,)


def _identity(frozen: FrozenCall, told: Told) -> Mrkdwn:
    what = join(" ", (told.title, code(told.id))) if told.id else escape(told.title)
    return marks.lead(frozen, what, marks.status_mark(told.status) if told.status else None)


def _deleted(frozen: FrozenCall, told: Told, note: str | None) -> Message:
    what = join(" ", (bold(told.title), code(told.id))) if told.id else bold(told.title)
    return Message(
        text=_notice(frozen, told.title, told.id or "", "deleted"),
        blocks=(
            section(marks.lead(frozen, template(":wastebasket: {} is deleted.", what))),
            *_noted(note),
            marks.footer(frozen),
        ),
    )


def _nothing(frozen: FrozenCall, note: str | None) -> Message:
    return Message(
        text=_notice(frozen, "Done", "", ""),
        blocks=(
            section(marks.lead(frozen, template("{} *Done.* Stripe answered with nothing to show.", marks.GOOD))),
            *_noted(note),
            marks.footer(frozen),
        ),
    )


def _page(
    frozen: FrozenCall, page: Page, data: Json, expected: str, manner: Manner
) -> tuple[Message | FileMessage, ...]:
    rows = [tell(item, manner, expected) for item in page.items]
    if len(rows) == 1 and page.is_all:
        return _object(
            frozen, page.items[0], rows[0], " ".join(filter(None, (ONLY_ONE, steps.how_found(frozen)))), manner
        )
    named = rows[0].title if rows and len({row.title for row in rows}) == 1 else kind_words(expected)
    noun = _plural(named, len(rows))
    if not rows:
        text = template("No {} here.", bold(noun))
        return (
            Message(
                _notice(frozen, f"No {noun}", "", ""),
                (
                    section(marks.lead(frozen, text)),
                    *_noted(steps.how_found(frozen)),
                    *_next(frozen, page),
                    *steps.after_nothing(frozen),
                    marks.footer(frozen),
                ),
            ),
        )
    title = section(marks.lead(frozen, _count(page, noun)))
    lines = [
        section(_row(row), accessory=steps.show_button(frozen, item, number))
        for number, (item, row) in enumerate(zip(page.items, rows, strict=True))
    ]
    shown, left_out = fit([title, *lines], reserve=RESERVED_BLOCKS)
    below = [*_noted(steps.how_found(frozen)), *_next(frozen, page), marks.footer(frozen)]
    message = Message(_notice(frozen, f"{len(rows)} {noun}", "", ""), (*shown, *_left_out(left_out, len(rows)), *below))
    if not left_out:
        return (message,)
    return (message, json_file(pretty(data), noun, f"{len(rows)} {noun} as JSON"))


def _count(page: Page, noun: str) -> Mrkdwn:
    many = bold(f"{len(page.items)} {noun}")
    if page.total is not None and page.total > len(page.items):
        return join(" ", (many, escape(f"of {page.total:,}")))
    return join("", (many, escape(", and there are more"))) if page.more else many


def _row(told: Told) -> Mrkdwn:
    head = [bold(told.headline)]
    if told.id and told.id != told.headline:
        head.append(code(told.id))
    if told.status:
        head.append(marks.status_mark(told.status))
    lines = [join("  ", head)]
    if told.row:
        lines.append(join("  ·  ", told.row))
    return clip(join("\n", lines), ROW_SHOWN)


def _next(frozen: FrozenCall, page: Page) -> tuple[Block, ...]:
    """How to get the next page: a button, or a command to copy where it is too long for one."""
    if page.next is None:
        return ()
    pressed = steps.next_page(frozen, page.next)
    command = marks.typed_on(frozen, page.next)
    # A command that had to be clipped would run as something else.
    fits = len(command) <= marks.COMMAND_SHOWN
    return pressed or ((context(template("Next page: {}", code(command))),) if fits else ())


def _left_out(left_out: int, total: int) -> tuple[Block, ...]:
    if not left_out:
        return ()
    said = f"The first {total - left_out} of {total} are shown; the file below has all of them."
    return (context(escape(said)),)


def _document(run: Run, content: bytes) -> tuple[Message | FileMessage, ...]:
    """A binary answer, named for the object that it is of: Stripe has one kind, a quote's PDF."""
    frozen = run.frozen
    is_pdf = content.startswith(b"%PDF")
    what = frozen.call.operation.name.split(" ", maxsplit=1)[0].removesuffix("s")
    name = "-".join([what, *frozen.call.path_values.values()])
    title = f"{kind_words(what)} as {'PDF' if is_pdf else 'a file'}"
    said = template(":page_facing_up: *{}*, {}", escape(title), escape(size_words(len(content))))
    return (
        Message(text=_notice(frozen, title, "", ""), blocks=(section(marks.lead(frozen, said)), marks.footer(frozen))),
        named_file(name, "pdf" if is_pdf else "bin", title, content),
    )


def _noted(note: str | None) -> tuple[Block, ...]:
    return (context(escape(note)),) if note else ()


def _notice(frozen: FrozenCall, *parts: str) -> Mrkdwn:
    """The words of a notification: mode first, then what it is about."""
    mode = marks.mode_word(livemode=frozen.account.livemode)
    return join(" · ", [escape(part) for part in (mode, *parts) if part])


def _plural(noun: str, count: int) -> str:
    noun = noun[:1].lower() + noun[1:]
    if count == 1 or noun == "balance":
        return noun
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"
