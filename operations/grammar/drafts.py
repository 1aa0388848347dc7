"""What can be told of a text before its blanks are filled in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from operations.grammar.binding import Command
from operations.grammar.blanks import BLANK
from operations.grammar.lexer import Token, split
from operations.grammar.parse import parse
from operations.problem import Problem, ProblemError
from operations.registry import Registry
from operations.secrets import locate_secret
from operations.when import NOBODY_KNOWS, When

_ABOUT_VALUES = frozenset({"invalid_value", "invalid_option"})


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word of the text, or an option with its value, with stand-ins for the blanks in it."""

    text: str
    has_blank: bool


def draft(text: str, registry: Registry, when: When = NOBODY_KNOWS) -> Command | Problem:
    """The command that a text says but for its blanks, or what is wrong with it whatever fills them.

    Its words, its ids and the names of its parameters are checked as :func:`parse` checks them. So are its values,
    except those that hold a blank: they may be left out of the command. Never raises.
    """
    drafted = _drafted(text, registry, when)
    if not isinstance(drafted, Problem) or BLANK.search(text) is None:
        return drafted
    message = drafted.message
    for match in BLANK.finditer(text):
        message = message.replace(_stand_in(match), match[0])
    return replace(drafted, message=message, position=None)


def _drafted(text: str, registry: Registry, when: When) -> Command | Problem:
    # With its blanks taken out, so that none of them parts a secret in two.
    closed = BLANK.sub("", text)
    if locate_secret(closed) is not None:
        return parse(closed, registry, when)
    try:
        pieces = list(_pieces(text))
    except ProblemError as error:
        return error.problem
    while True:
        parsed = parse(" ".join(piece.text for piece in pieces), registry, when)
        doubtful = _doubtful(pieces, parsed) if isinstance(parsed, Problem) else None
        if doubtful is None:
            return parsed
        del pieces[doubtful]


def _pieces(text: str) -> Iterator[_Piece]:
    option: Token | None = None
    for token in split(text):
        written = text[token.start : token.end]
        has_blank = BLANK.search(token.text) is not None
        if has_blank and option is not None:
            yield _Piece(f"{text[option.start : option.end]} {_stood_in(written)}", has_blank=True)
            option = None
            continue
        if option is not None:
            yield _Piece(text[option.start : option.end], has_blank=False)
        option = token if token.is_option and "=" not in token.text else None
        if option is None:
            yield _Piece(_stood_in(written), has_blank)
    if option is not None:
        yield _Piece(text[option.start : option.end], has_blank=False)


def _stood_in(text: str) -> str:
    return BLANK.sub(_stand_in, text)


def _stand_in(blank: re.Match[str]) -> str:
    """A name and a digit: good as an id, and as a word of a text."""
    return f"{blank[1]}_1"


def _doubtful(pieces: list[_Piece], problem: Problem) -> int | None:
    """Which piece with a blank the problem is about, where another value may be all that it takes."""
    if problem.code not in _ABOUT_VALUES or problem.position is None:
        return None
    start, end = problem.position
    at = 0
    for index, piece in enumerate(pieces):
        if piece.has_blank and at < end and start < at + len(piece.text):
            return index
        at += len(piece.text) + 1
    return None
