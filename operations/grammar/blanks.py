"""Blanks in a text: ``refunds create --charge {charge} --amount {amount?}`` is a command once they are filled in.

A blank is a name in braces; with a question mark it may be left empty, and then what it stands in is left out: the
option with its value, the pair, or the word. JSON is no blank, since its braces hold a quote, a number or nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from operations.grammar.lexer import DASHES, Token, split
from operations.grammar.render import quoted

_BLANK = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,39})(\?)?\}", re.ASCII)
_HEAD = re.compile(r"[^\[\]=]*(?:\[[^\[\]]*\][^\[\]=]*)*=", re.ASCII)


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank of a text."""

    name: str
    optional: bool
    parameter: str
    """The name of the option or pair that it is the whole value of, as it was typed; else empty."""


def blanks(text: str) -> tuple[Blank, ...]:
    """The blanks of a text in their order, each name once. Raises ProblemError for a quote that nothing closes."""
    found: dict[str, Blank] = {}
    option = ""
    for token in split(text):
        head = _head(token)
        for match in _BLANK.finditer(token.text):
            whole = match.end() == len(token.text) and match.start() == len(head)
            parameter = (head.rstrip("=") or option) if whole else ""
            name, optional = match[1].lower(), match[2] is not None
            known = found.get(name)
            # One place that needs it is enough to ask for it.
            found[name] = Blank(name, optional and (known is None or known.optional), parameter.strip(DASHES))
        option = token.text if token.is_option and not head else ""
    return tuple(found.values())


def fill(text: str, answers: Mapping[str, str]) -> str:
    """The text with its blanks filled in, each answer as one value whatever characters it holds.

    Optional blanks without an answer, or with an empty one, are left out. Raises KeyError for any other blank without
    an answer, ProblemError for a quote that nothing closes.
    """
    pieces: list[str] = []
    for token in split(text):
        if not _BLANK.search(token.text):
            pieces.append(text[token.start : token.end])
            continue
        filled = _filled(token, answers)
        if filled is not None:
            pieces.append(filled)
        elif pieces and _belongs(pieces[-1], token):
            pieces.pop()
    return " ".join(pieces)


def _filled(token: Token, answers: Mapping[str, str]) -> str | None:
    """A word with its blanks filled in and quoted where it has to be; None where it is to be left out."""
    missing = [match for match in _BLANK.finditer(token.text) if not answers.get(match[1].lower())]
    if missing:
        if all(match[2] for match in missing):
            return None
        raise KeyError(next(match[1].lower() for match in missing if not match[2]))
    head = _head(token)
    value = _BLANK.sub(lambda match: answers[match[1].lower()], token.text[len(head) :])
    return head + quoted(value)


def _head(token: Token) -> str:
    """What stands before the value in ``name=value`` and ``--name=value``, the equals sign included."""
    if token.quoted:
        return ""
    match = _HEAD.match(token.text)
    return match[0] if match and not _BLANK.search(match[0]) else ""


def _belongs(piece: str, value: Token) -> bool:
    """Whether a piece is an option that means nothing without the value behind it: ``--amount``, or a pair's ``-d``."""
    option = next((token for token in split(piece) if token.is_option), None)
    if option is None or "=" in option.text:
        return False
    return not _head(value) or option.text.strip(DASHES).lower() in ("d", "data")
