"""All that a card leaves out of an object, folded: a line for each member, behind a title that opens it.

Only in the rich style; elsewhere, and for what has no room here, there is the JSON.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from bot import limits
from bot.blocks import Block, container, fit, section
from bot.cards.facts import Told
from bot.cards.guessing import LABEL_SHOWN, guess
from bot.cards.redaction import HIDDEN
from bot.cards.values import Manner, count, several, show, words
from bot.text import Mrkdwn, bold, clip, escape, join
from operations.call import Json

FOLDED: Final = 80
"""Members that are looked at; the JSON has all of them."""
LINES: Final = 10
"""In one paragraph of a fold."""
VALUE_SHOWN: Final = 120
MAX_DEPTH: Final = 4

_UNTOLD: Final = frozenset({"object", "livemode", "deleted"})
_METADATA: Final = "metadata"


def fold(
    data: Json, told: Told, manner: Manner, *, above: Sequence[Block], below: Sequence[Block]
) -> tuple[Block, ...]:
    """What isn't told of an object, as one block that fits between others; none where there is nothing, or no room."""
    if manner.style == "plain":
        return ()
    lines = list(islice(_lines(data, told, manner), FOLDED))
    while lines:
        block = _block(lines)
        if not fit([*above, block], below=below)[1]:
            return (block,)
        lines = lines[: len(lines) // 2]
    return ()


def _block(lines: Sequence[Mrkdwn]) -> Block:
    paragraphs = [section(join("\n", lines[at : at + LINES])) for at in range(0, len(lines), LINES)]
    return container(f"{len(lines)} more fields" if len(lines) > 1 else "1 more field", paragraphs)


def _lines(data: Json, told: Told, manner: Manner) -> Iterator[Mrkdwn]:
    for label, value in _members(data, told.paths, manner, ()):
        if value != told.headline:
            shown = value if isinstance(value, Mrkdwn) else escape(clip(" ".join(value.split()), VALUE_SHOWN))
            yield join("  ", (bold(clip(label, limits.BUTTON_TEXT)), shown))


def _members(data: Json, told: frozenset[str], manner: Manner, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The members of an object and of what is nested in it, with labels that say where they stand."""
    if not isinstance(data, dict) or len(path) > MAX_DEPTH:
        return
    own = path[-1:] == (_METADATA,)
    for name, value in data.items():
        here = (*path, name)
        if (name in _UNTOLD and not own) or here == ("id",) or len(name) > LABEL_SHOWN or value == HIDDEN:
            continue
        whole = not isinstance(value, dict) or "id" in value or value.get("object") == "list"
        if whole and ".".join(here) in told:
            continue
        shown = _value(name, value, data, manner)
        if shown:
            # What somebody called a key of theirs stays as it is.
            labels = [*map(words, path), name if own else words(name)]
            yield " › ".join(labels), shown
        elif not whole:
            yield from _members(value, told, manner, here)


def _value(name: str, value: Json, among: dict[str, Json], manner: Manner) -> str | None:
    currency = among.get("currency")
    fact = guess(name, value, has_currency=isinstance(currency, str))
    if fact is not None:
        # By a path of its own: a name may have dots in it.
        alone: Json = {"value": value, "currency": currency}
        return show(replace(fact, path="value"), alone, manner)
    match value:
        case {"object": "list", "data": list(inner)}:
            return count(inner, manner) if inner else None
        case [_, *_]:
            return several(value, manner)
    return None
