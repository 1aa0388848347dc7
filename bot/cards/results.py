"""What Stripe answered, as messages for the thread: an object, a page of objects, a file, or why there is none.

Every answer is redacted before anything else looks at it. What doesn't fit into a message goes along as a JSON file.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.blocks import Block, FileMessage, Message, Posted, field, fields, fit, header, section
from bot.cards import marks, steps
from bot.cards.charts import picture
from bot.cards.errors import failure, unknown
from bot.cards.facts import Told, kind_words, tell
from bot.cards.files import json_file, named_file, pretty
from bot.cards.folded import fold
from bot.cards.handing import handed_note
from bot.cards.lists import go_on, page_messages, picked, plural
from bot.cards.masking import mask, mask_text
from bot.cards.pages import Paged
from bot.cards.redaction import redact
from bot.cards.shaped import not_fitting, shaped
from bot.cards.unmasking import shown_whole
from bot.cards.values import Manner
from bot.domain import FrozenCall, Run
from bot.text import Mrkdwn, bold, code, escape, join, template
from operations.call import Json
from operations.outcome import Failed, Outcome, Succeeded, Unknown
from operations.pages import Page, read_page
from operations.queries import QueryRefusal
from operations.shaping import Shaped, rows_of, shape
from operations.uploads import size_words

OBJECT_JSON: Final = 12_000
"""Characters of an object's JSON from which on the card alone would hide too much of it."""
GENERIC_JSON: Final = 2_500
"""The same for an object that no table knows: its card is a guess."""
ONLY_ONE: Final = "The only match."


def result(
    run: Run, outcome: Outcome, manner: Manner, *, paged: Paged | None = None, handed: bool | None = None
) -> tuple[Posted, ...]:
    """What to post in the run's thread, in this order. The first is always a message.

    ``paged``: where the answer stands among the pages of a list. ``handed``: whether what it was for was shown to
    whoever asked alone; None where it was for nothing of that kind.
    """
    match outcome:
        case Failed():
            return (failure(run, _veiled(outcome) if manner.masked else outcome),)
        case Unknown():
            return (unknown(run, outcome),)
        case Succeeded():
            if isinstance(outcome.data, bytes):
                return _document(run, outcome.data)
            answer = _Answer(run.frozen, outcome.note, manner, paged)
            data = redacted(run.frozen, outcome.data)
            seen = mask(data) if manner.masked else data
            told, *more = _told(answer, data, seen)
            if handed is not None and isinstance(told, Message):
                told = told.followed_by(handed_note(shown=handed))
            if seen != data and isinstance(told, Message):
                told = told.followed_by(shown_whole(run.frozen, data))
            return (told, *more)


def redacted(frozen: FrozenCall, data: Json) -> Json:
    """The answer to a call without what gives access."""
    return redact(data, bearer="secret" in frozen.risk.flags)


def _veiled(outcome: Failed) -> Failed:
    """A refusal whose words name nobody: Stripe repeats what it was sent."""
    return replace(outcome, error=replace(outcome.error, message=mask_text(outcome.error.message)))


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is known of an answer beside what Stripe said."""

    frozen: FrozenCall
    note: str | None
    manner: Manner
    paged: Paged | None

    @property
    def expected(self) -> str:
        """The kind of object that the operation promises; empty where it may be one of several."""
        objects = self.frozen.call.operation.response.objects
        return objects[0] if len(objects) == 1 else ""


def _told(answer: _Answer, data: Json, seen: Json) -> tuple[Posted, ...]:
    """An answer as it was asked for; ``seen`` is what those may see of it who read it."""
    frozen = answer.frozen
    page, made = read_page(frozen.call, seen), None
    if frozen.shaping.picks or not frozen.shaping.leaves_form:
        try:
            made = shape(data, frozen.shaping, mask if answer.manner.masked else None)
        except QueryRefusal as refusal:
            return (not_fitting(frozen, refusal, _around(answer, page)),)
        found = _found(page, made.value) if page is not None and frozen.shaping.leaves_form else None
        if found is None:
            return shaped(frozen, made, answer.manner, answer.expected, _around(answer, page, made))
        page = found
    return _whole(answer, seen, page, made)


def _whole(answer: _Answer, data: Json, page: Page | None, made: Shaped | None) -> tuple[Posted, ...]:
    """An answer in the form that it has anyway."""
    frozen, manner, expected = answer.frozen, answer.manner, answer.expected
    response = frozen.call.operation.response
    if page is not None and len(page.items) == 1 and page.is_all:
        note = " ".join(filter(None, (ONLY_ONE, steps.how_found(frozen))))
        return _object(frozen, page.items[0], tell(page.items[0], manner, expected), note, manner)
    if page is not None:
        shown = page_messages(
            frozen, page, data, expected=expected, manner=manner, made=made, note=answer.note, paged=answer.paged
        )
        if not frozen.shaping.chart:
            return shown
        return (*shown, *picture(frozen, page.items, expected, plural(kind_words(expected), 2), manner))
    if response.kind == "deleted" or (isinstance(data, dict) and data.get("deleted") is True):
        return (_deleted(frozen, tell(data, manner, expected), answer.note),)
    if response.kind == "empty" or data is None or data in ("", {}, []):
        return (_nothing(frozen, answer.note),)
    return _object(frozen, data, tell(data, manner, expected), answer.note, manner)


def _found(page: Page, value: Json) -> Page | None:
    """The page with those of its objects that a query found; None where it made something else of them."""
    rows = rows_of(value)
    if rows is None or not all(isinstance(row, dict) and isinstance(row.get("object"), str) for row in rows):
        return None
    return replace(page, items=tuple(rows), total=None)


def _around(answer: _Answer, page: Page | None, made: Shaped | None = None) -> Sequence[Block]:
    """What stands below an answer that was shaped: that it is of one page alone where there are more."""
    frozen, note, paged = answer.frozen, answer.note, answer.paged
    told = (*marks.noted(note), *picked(frozen, made, page, masked=answer.manner.masked))
    if page is None:
        return told
    alone = f"Of one page of {len(page.items)}; Stripe has more." if page.more else None
    said = (*told, *marks.noted(alone), *marks.noted(steps.how_found(frozen)))
    rows = rows_of(made.value) if made is not None else None
    return (*said, *go_on(frozen, page, paged, files=bool(rows) and frozen.shaping.output in (None, "card", "table")))


def _object(
    frozen: FrozenCall, data: Json, told: Told, note: str | None, manner: Manner
) -> tuple[Message | FileMessage, ...]:
    facts: tuple[Block, ...] = (
        header(told.headline),
        section(_identity(frozen, told)),
        *fields([field(label, value) for label, value in told.facts]),
    )
    below: tuple[Block, ...] = (
        *marks.noted(note),
        *steps.next_steps(frozen, data),
        marks.footer(frozen, marks.dashboard_link(frozen, told.page)),
    )
    kept, left_out = fit(facts, below=below)
    folded = fold(data, told, manner, above=kept, below=below)
    notice = marks.notice(frozen, told.title, told.headline, told.status.words if told.status else "")
    unfolded = Message(notice, (*kept, *below))
    message = replace(unfolded, blocks=(*kept, *folded, *below), fallback=unfolded) if folded else unfolded
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
        text=marks.notice(frozen, told.title, told.id or "", "deleted"),
        blocks=(
            section(marks.lead(frozen, template(":wastebasket: {} is deleted.", what))),
            *marks.noted(note),
            marks.footer(frozen),
        ),
    )


def _nothing(frozen: FrozenCall, note: str | None) -> Message:
    return Message(
        text=marks.notice(frozen, "Done", "", ""),
        blocks=(
            section(marks.lead(frozen, template("{} *Done.* Stripe answered with nothing to show.", marks.GOOD))),
            *marks.noted(note),
            marks.footer(frozen),
        ),
    )


def _document(run: Run, content: bytes) -> tuple[Message | FileMessage, ...]:
    """A binary answer, named for the object that it is of: Stripe has one kind, a quote's PDF."""
    frozen = run.frozen
    is_pdf = content.startswith(b"%PDF")
    what = frozen.call.operation.name.split(" ", maxsplit=1)[0].removesuffix("s")
    name = "-".join([what, *frozen.call.path_values.values()])
    title = f"{kind_words(what)} as {'PDF' if is_pdf else 'a file'}"
    said = template(":page_facing_up: *{}*, {}", escape(title), escape(size_words(len(content))))
    return (
        Message(
            text=marks.notice(frozen, title, "", ""), blocks=(section(marks.lead(frozen, said)), marks.footer(frozen))
        ),
        named_file(name, "pdf" if is_pdf else "bin", title, content),
    )
