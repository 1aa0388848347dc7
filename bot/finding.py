"""What a message names that a command can be about: Stripe's ids, and e-mail addresses.

Messages of other apps, such as Stripe's own, are looked at like those of people. Whatever holds a secret is left out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from operations import prefixes
from operations.secrets import scrub

MOST_FINDS: Final = 10
LONGEST_FIND: Final = 100

_WORD = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+(?![A-Za-z0-9])", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Find:
    """Something that a command can be about."""

    text: str
    kind: str
    """What it is, in a word or two; empty where that isn't known."""

    @classmethod
    def named(cls, text: str) -> "Find":
        return cls(text, "e-mail" if "@" in text else _kind(text) or "")


def finds(texts: Iterable[str]) -> tuple[Find, ...]:
    """The first ids in the texts, then the first addresses, each once, ten at most."""
    text = scrub("\n".join(texts))
    ids = (prefixes.spelled(word) for word in _WORD.findall(text) if _kind(word) is not None)
    found = dict.fromkeys(each for each in (*ids, *_EMAIL.findall(text)) if len(each) <= LONGEST_FIND)
    return tuple(Find.named(each) for each in list(found)[:MOST_FINDS])


def exchanged(text: str, found: Iterable[str], chosen: str) -> str:
    """The text with the first find in it exchanged for the chosen one; behind it, where it has none."""
    for each in found:
        standing = re.compile(rf"(?<![A-Za-z0-9_.@]){re.escape(each)}(?![A-Za-z0-9_@])")
        if standing.search(text):
            return standing.sub(chosen, text, count=1)
    return f"{text.rstrip()} {chosen}".lstrip()


def _kind(word: str) -> str | None:
    """What an id names; empty where that isn't known, None for what is no id of Stripe's."""
    if prefixes.is_id(word):
        return (prefixes.kind_of(word) or "").rpartition(".")[2].replace("_", " ")
    return "" if prefixes.looks_like_id(word) else None
