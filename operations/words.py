"""Words as people type them, brought to the form in which the search compares them."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHES = str.maketrans("", "", "'\N{RIGHT SINGLE QUOTATION MARK}`")
# Endings of plurals, longest first, and what stands in the singular instead.
_PLURALS = (("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("zzes", "zz"), ("ies", "y"), ("s", ""))
_SINGULAR_ENDINGS = ("ss", "us", "is")
_SHORTEST_PLURAL = 4
_ABBREVIATIONS = re.compile(r"[a-z0-9][b-df-hj-np-rtv-z]s")


def words(text: str, characters: int, count: int) -> tuple[str, ...]:
    """The first words of a text's first characters: Latin letters without accents in lower case, and digits.

    ``charge-back`` and ``charge_back`` are two words, ``what's`` is one.
    """
    plain = unicodedata.normalize("NFKD", text[:characters].translate(_APOSTROPHES).casefold())
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return tuple(_WORD.findall(letters)[:count])


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    """The singular of an English plural, by its ending; any other word as it is. ``ids`` is one, ``pos`` is not."""
    if _ABBREVIATIONS.fullmatch(word):
        return word[:-1]
    if len(word) < _SHORTEST_PLURAL or word.endswith(_SINGULAR_ENDINGS):
        return word
    return next((word[: -len(plural)] + one for plural, one in _PLURALS if word.endswith(plural)), word)


def simpler(word: str) -> Iterator[str]:
    """Forms under which a word may be known, the nearest first: itself, its singular, its verb, American spelling."""
    yield word
    yield singular(word)
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            yield stem
            yield stem + "e"
            if stem[-1] == stem[-2]:
                yield stem[:-1]
    if "is" in word:
        yield from _american(word)


def _american(word: str) -> Iterator[str]:
    """``authorise`` and its forms with a z."""
    for british, american in (("ise", "ize"), ("isation", "ization"), ("ising", "ize"), ("ised", "ize")):
        if word.endswith(british):
            yield word[: -len(british)] + american
