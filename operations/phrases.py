"""Operations by the words that people use for them: ``create refund``, ``list customers``, ``get customer cus_1``.

By rule alone: an operation's name is its resource and a verb. Either may come first, words may be parted by blanks,
hyphens or underscores and stand in the singular or the plural, and verbs have everyday synonyms.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from operations.spec import Operation

_SYNONYMS = {
    "retrieve": ("get", "show", "fetch", "view", "read"),
    "list": ("get", "show", "fetch", "view", "ls"),
    "create": ("new", "add", "make"),
    "update": ("edit", "change", "modify", "set"),
    "delete": ("remove", "rm", "destroy"),
}
_PARTS = re.compile(r"[\s_-]+")


class Phrases:
    """The operations of a registry by loose phrases. Immutable once built."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._found: dict[tuple[str, ...], dict[str, Operation]] = {}
        for operation in operations:
            for name in (operation.name, *operation.aliases):
                for phrase in _phrases(name):
                    self._found.setdefault(phrase, {})[operation.key] = operation
        self._longest = max(map(len, self._found), default=0)

    def find(self, words: Sequence[str]) -> tuple[tuple[Operation, ...], int]:
        """What the longest beginning of ``words`` may mean, and how many words that took; nothing and 0 if nothing.

        Where operations share a phrase, the number of ids behind it decides, as does the singular: ``get customer`` is
        one, ``get customers`` a list.
        """
        words = words[: leading_words(words)]
        for count in range(min(len(words), self._longest), 0, -1):
            parts = [part for word in words[:count] for part in _PARTS.split(word.lower()) if part]
            found = self._found.get(tuple(map(_singular, parts)))
            if found is not None:
                plural = any(_singular(part) != part for part in parts)
                return _meant(tuple(found.values()), len(words) - count, plural=plural), count
        return (), 0


def leading_words(words: Sequence[str]) -> int:
    """How many words stand before the first flag (``--limit``) or pair (``limit=3``)."""
    return next((at for at, word in enumerate(words) if word.startswith("-") or "=" in word), len(words))


def _meant(found: tuple[Operation, ...], ids: int, *, plural: bool) -> tuple[Operation, ...]:
    """The operations that are left when the plural and the ids behind them are considered, and the old left aside."""
    single = tuple(each for each in found if each.response.kind not in ("list", "search"))
    if single and not plural:
        found = single
    fitting = tuple(each for each in found if len(each.path_parameters) == ids) or found
    lists = tuple(each for each in fitting if each not in single)
    fitting = (lists or fitting) if plural else fitting
    return tuple(each for each in fitting if each.provenance == "current") or fitting


def _phrases(name: str) -> Iterator[tuple[str, ...]]:
    """Every phrase for an operation's name, its words in the singular."""
    *resource, verb = name.split()
    nouns = tuple(_singular(part) for word in resource for part in _PARTS.split(word))
    for said in _verbs(verb, nouns):
        yield (*nouns, *said)
        yield (*said, *nouns)


def _verbs(verb: str, nouns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The verb, its synonyms, and for ``void_invoice`` of invoices ``void``."""
    parts = tuple(map(_singular, _PARTS.split(verb)))
    for each in dict.fromkeys((parts, _without(parts, nouns))):
        yield each
        for synonym in _SYNONYMS.get(each[0], ()) if len(each) == 1 else ():
            yield (synonym,)


def _without(parts: tuple[str, ...], nouns: tuple[str, ...]) -> tuple[str, ...]:
    for length in range(min(len(parts) - 1, len(nouns)), 0, -1):
        if parts[-length:] == nouns[-length:]:
            return parts[:-length]
    return parts


def _singular(word: str) -> str:
    """A word without its plural's ending; the same for singular and plural, if not always English."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us")):
        return word[:-1]
    return word
