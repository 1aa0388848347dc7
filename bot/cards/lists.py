"""A page of a list: its rows as a table, what they come to, and what can be done next.

Its forms are a ladder, see :mod:`bot.cards.ladder`. Every rung has the same title above and the same below it: totals,
how the rows were found, a menu that opens one of them, the next page and the files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot import limits
from bot.blocks import Block, FileMessage, Message, actions, context, measure, section
from bot.cards import marks, steps
from bot.cards.columns import Total, sheet, totals
from bot.cards.facts import Told, kind_words, tell
from bot.cards.files import json_file, pretty
from bot.cards.ladder import Rung, Shown, line_rung, standing, table_rungs
from bot.cards.masking import mask_text
from bot.cards.pages import Paged, page_buttons, page_number
from bot.cards.values import Manner
from bot.domain import FrozenCall
from bot.tables import Sheet
from bot.text import Mrkdwn, bold, clip, code, escape, join, template
from operations.call import Json
from operations.pages import Page
from operations.shaping import Shaped

ROW_SHOWN: Final = 400
SECTIONS: Final = 40
FILTERS_SHOWN: Final = 200
FRAME_JSON: Final = 3_000
"""Characters of JSON that are kept for what stands above and below the rows."""
OPTION_JSON: Final = 180
"""The same for an option of the menu."""
MENU_LEAST: Final = 5
READ: Final = 200
"""Rows that are looked at one by one: more than any message has room for."""

Posted = tuple[Message | FileMessage, ...]


def page_messages(
    frozen: FrozenCall,
    page: Page,
    data: Json,
    *,
    expected: str,
    manner: Manner,
    made: Shaped | None = None,
    note: str | None = None,
    paged: Paged | None = None,
) -> Posted:
    """What to post of a page, the first being a message. ``data`` is the whole answer, for the file.

    ``made``: the page has those of the rows that were asked for, and this says how they were picked. ``note``: what is
    to be known of how they were got. ``paged``: where the page stands among the others.
    """
    told = [tell(item, manner, expected) for item in page.items[:READ]]
    named = told[0].title if told and len({row.title for row in told}) == 1 else kind_words(expected)
    total = len(page.items)
    noun = plural(named, total)
    said = (
        *marks.noted(note),
        *marks.noted(steps.how_found(frozen)),
        *picked(frozen, made, page, masked=manner.masked),
    )
    if not told:
        return (_nothing(frozen, page, noun, said, paged),)
    view = _View(frozen, page, told, noun, totals(page.items, expected), said, paged)
    table = sheet(page.items[:READ], expected, manner)
    caption = f"{marks.mode_word(livemode=frozen.account.livemode)} · {total:,} {noun}"
    rungs = (*view.opened(table_rungs(table, caption, manner.style)), view.sections(), *view.lines(table, manner))
    message, filed = standing(view.notice(), rungs, total, view.framed)
    whole = json_file(pretty(data), noun, f"{total:,} {noun} as JSON")
    return (message, whole) if filed else (message,)


@dataclass(frozen=True, slots=True)
class _View:
    """A page on its way to being shown."""

    frozen: FrozenCall
    page: Page
    told: Sequence[Told]
    noun: str
    totals: Sequence[Total]
    said: tuple[Block, ...]
    paged: Paged | None

    def notice(self) -> Mrkdwn:
        """Mode, count, kind and totals, for a notification and for who has it read out."""
        sums = "; ".join(str(each) for each in self.totals)
        more = "and there are more" if self.page.more else ""
        return marks.notice(self.frozen, f"{len(self.page.items):,} {self.noun}", sums, more)

    def framed(self, rows: tuple[Block, ...], shown: Shown) -> tuple[Block, ...]:
        return (
            section(marks.lead(self.frozen, _count(self.page, self.noun), page_number(self.paged))),
            *rows,
            *self._sums(),
            *_left_out(shown),
            *self.said,
            *go_on(self.frozen, self.page, self.paged),
            marks.footer(self.frozen),
        )

    def opened(self, tables: Sequence[Rung]) -> tuple[Rung, ...]:
        """Tables with a menu below them that opens one of their rows."""
        return tuple(
            Rung(lambda count, rung=rung: self._with_menu(rung.blocks(count), count), rung.most)  # type: ignore[misc]
            for rung in tables
        )

    def _with_menu(self, rows: tuple[Block, ...], count: int) -> tuple[Block, ...]:
        """The menu has as many of the rows as there is room for, and in any case the first few."""
        room = limits.MESSAGE_JSON_BUDGET - FRAME_JSON - measure(rows).json
        named = min(count, max(room // OPTION_JSON, MENU_LEAST))
        return (*rows, *self._menu(0, named, "Show…" if named == count else f"Show one of the first {named}…"))

    def sections(self) -> Rung:
        """A paragraph for each row: the first few with a button, the others in a menu."""
        buttons = steps.ROWS_WITH_BUTTON

        def blocks(count: int) -> tuple[Block, ...]:
            rows = zip(self.page.items[:count], self.told, strict=False)
            lines = [
                section(_row(row), accessory=steps.show_button(self.frozen, item, number))
                for number, (item, row) in enumerate(rows)
            ]
            return (*lines, *self._menu(buttons, count, "Show another…"))

        return Rung(blocks, SECTIONS)

    def lines(self, table: Sheet, manner: Manner) -> tuple[Rung, ...]:
        """Lines of text, with the same menu."""
        return self.opened((line_rung(table, manner.style),)) if table.headings else ()

    def _menu(self, first: int, last: int, placeholder: str) -> tuple[Block, ...]:
        rows = zip(self.told[first:last], self.page.items[first:last], strict=True)
        named = ((_named(one), item) for one, item in rows)
        return steps.show_select(self.frozen, named, placeholder=placeholder)

    def _sums(self) -> tuple[Block, ...]:
        if not self.totals:
            return ()
        where = "Total:" if self.page.is_all else "Total of this page:"
        return (context(join(" ", (where, join("  ·  ", [str(each) for each in self.totals])))),)


def _nothing(frozen: FrozenCall, page: Page, noun: str, said: tuple[Block, ...], paged: Paged | None) -> Message:
    return Message(
        marks.notice(frozen, f"No {noun}"),
        (
            section(marks.lead(frozen, template("No {} here.", bold(noun)), page_number(paged))),
            *said,
            *go_on(frozen, page, paged, files=False),
            *steps.after_nothing(frozen),
            marks.footer(frozen),
        ),
    )


def picked(frozen: FrozenCall, made: Shaped | None, page: Page | None, *, masked: bool) -> tuple[Block, ...]:
    """How the rows were picked from those that were got, and what of it nothing has."""
    if made is None:
        return ()
    filters, sort = frozen.shaping.filters, frozen.shaping.sort
    said = []
    if made.seen is not None:
        found = len(made.value) if isinstance(made.value, list) else 0
        where = "" if page is None or page.is_all else " on this page"
        asked = clip(
            join(", ", [code(mask_text(str(each)) if masked else str(each)) for each in filters]), FILTERS_SHOWN
        )
        verb = "matches" if found == 1 else "match"
        said.append(join(" ", (f"{found} of {made.seen:,}{where} {verb}", asked)))
    if sort:
        way = "largest first" if sort.startswith("-") else "smallest first"
        said.append(template("Sorted by {}, {}.", code(sort.removeprefix("-")), escape(way)))
    return (*(context(each) for each in said), *absent(made))


def absent(made: Shaped) -> tuple[Block, ...]:
    """What was asked for and nothing in the answer has, and what may have been meant."""
    if not made.absent:
        return ()
    names = join(", ", [code(clip(name, 40)) for name in made.absent[:30]])
    said = template("Nothing here has {}.", names)
    if made.likely:
        said = join(" ", (said, template("Did you mean {}?", join(" or ", [code(each) for each in made.likely]))))
    return (context(said),)


def go_on(frozen: FrozenCall, page: Page, paged: Paged | None, *, files: bool = True) -> tuple[Block, ...]:
    """How to go on: buttons for the pages beside this one, for all of them, and for files of this one."""
    more = steps.all_pages(frozen) if page.more else None
    buttons = [*page_buttons(paged), *([more] if more else []), *(steps.exports(frozen) if files else [])]
    return (actions(*buttons, block_id="page"),) if buttons else ()


def plural(noun: str, count: int) -> str:
    """So many of a kind of object."""
    noun = noun[:1].lower() + noun[1:]
    if count == 1 or noun == "balance":
        return noun
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"


def _count(page: Page, noun: str) -> Mrkdwn:
    many = bold(f"{len(page.items):,} {noun}")
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


def _named(told: Told) -> str:
    """A row's name in a menu: what it is, and its id where that fits beside."""
    return f"{clip(told.headline, 36)} · {told.id}" if told.id != told.headline else told.headline


def _left_out(shown: Shown) -> tuple[Block, ...]:
    if shown.whole:
        return ()
    rest = "the file below has all of them" if shown.filed else "CSV and JSON have all of them"
    return (context(escape(f"The first {shown.count} of {shown.total:,} are shown; {rest}.")),)
