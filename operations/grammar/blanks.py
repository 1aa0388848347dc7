"""Blanks in a text: ``refunds create --charge {charge} --amount {amount?}`` is a command once they are filled in.

A blank is a name in braces; with a question mark it may be left empty, and then what it stands in is left out: the
option with its value, the pair, or the word. ``{amount:12.50usd?}`` also says what a form proposes for it. JSON is no
blank, since its braces hold a quote, a number or nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from operations.grammar.lexer import DASHES, Token, split
from operations.grammar.render import quoted

BLANK = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,39})(?::([A-Za-z0-9_.,-]{1,60}))?(\?)?\}", re.ASCII)
"""A blank, by its name, what a form proposes for it, and the mark that it may be left empty."""
_HEAD = re.compile(r"[^\[\]=]*(?:\[[^\[\]]*\][^\[\]=]*)*=", re.ASCII)


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank of a text."""

    name: str
    optional: bool
    parameter: str
    """The name of the option or pair that it is the whole value of, as it was typed; else empty."""
    default: str = ""
    """What a form proposes; an answer of its own all the same, never filled in by itself."""


def blanks(text: str) -> tuple[Blank, ...]:
    """The blanks of a text in their order, each name once. Raises ProblemError for a quote that nothing closes."""
    found: dict[str, Blank] = {}
    option = ""
    for token in split(text):
        head = _head(token)
        for match in BLANK.finditer(token.text):
            whole = match.end() == len(token.text) and match.start() == len(head)
            parameter = (head.rstrip("=") or option) if whole else ""
            name, optional = match[1].lower(), match[3] is not None
            known = found.get(name)
            # One place that needs it is enough to ask for it.
            optional = optional and (known is None or known.optional)
            default = match[2] or (known.default if known else "")
            found[name] = Blank(name, optional, parameter.strip(DASHES), default)
        option = token.text if token.is_option and not head else ""
    return tuple(found.values())


def fill(text: str, answers: Mapping[str, str]) -> str:
    """The text with its blanks filled in, each answer as one value whatever characters it holds.

    Where the answer is empty an optional blank is left out. What ``answers`` doesn't name is no blank, and stays as it
    is. Raises ValueError for an empty answer to any other blank, ProblemError for a quote that nothing closes.
    """
    pieces: list[str] = []
    for token in split(text):
        if not any(_open(token, answers)):
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
    empty = [match for match in _open(token, answers) if not answers[match[1].lower()]]
    needed = next((match[1] for match in empty if not match[3]), None)
    if needed is not None:
        raise ValueError(f"the blank {needed} needs an answer")
    if empty:
        return None
    head = _head(token)
    value = BLANK.sub(lambda match: answers.get(match[1].lower(), match[0]), token.text[len(head) :])
    return head + quoted(value)


def _open(token: Token, answers: Mapping[str, str]) -> Iterator[re.Match[str]]:
    """The blanks of a word that there are answers for."""
    return (match for match in BLANK.finditer(token.text) if match[1].lower() in answers)


def _head(token: Token) -> str:
    """What stands before the value in ``name=value`` and ``--name=value``, the equals sign included."""
    if token.quoted:
        return ""
    match = _HEAD.match(token.text)
    return match[0] if match and not BLANK.search(match[0]) else ""


def _belongs(piece: str, value: Token) -> bool:
    """Whether a piece is an option that means nothing without the value behind it: ``--amount``, or a pair's ``-d``."""
    option = next((token for token in split(piece) if token.is_option), None)
    if option is None or "=" in option.text:
        return False
    return not _head(value) or option.text.strip(DASHES).lower() in ("d", "data")
