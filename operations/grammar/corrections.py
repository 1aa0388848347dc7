"""From a refused text to whole texts that would do: the suggestion put in where the problem is, the rest as it was.

Nothing is offered that the grammar wouldn't take, so a correction is no guess at what happens: it is what would have
been understood had it been typed. And as every parse looks for secrets, none gets into a correction.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from operations.grammar.arguments import resolve
from operations.grammar.binding import Command
from operations.grammar.blanks import blanks, fill
from operations.grammar.lexer import DASHES, Token, split
from operations.grammar.parse import parse
from operations.grammar.render import quoted
from operations.parameters import bracketed
from operations.problem import Problem, ProblemError
from operations.registry import Registry
from operations.spec import Operation
from operations.when import NOBODY_KNOWS, When

MOST: Final = 3
_SAMPLE_ID: Final = "id_1"
_NAME: Final = re.compile(r"[^=\s\[\]]+(?:\[[^\[\]\s]*\])*")
_ID_LIKE: Final = re.compile(r"[0-9A-Z@]")
_OPENERS: Final = "'\"\u201c\u201e\u2018"
_NAMES: Final = frozenset({"stripe", "/stripe"})
_UNSAFE: Final = frozenset({"secret", "too_long", "unclosed_quote", "empty"})


@dataclass(frozen=True, slots=True)
class Correction:
    """A whole text that would do, and what is new in it: ``customers list``, ``reason duplicate``."""

    text: str
    change: str


def corrections(text: str, problem: Problem, registry: Registry, when: When = NOBODY_KNOWS) -> tuple[Correction, ...]:
    """Up to three corrected texts, the likeliest first.

    Each parses to a Command, complete or lacking required parameters, or lacks nothing but ids. None where the problem
    has no suggestion that helps, and none for a text that holds a secret.
    """
    if problem.code in _UNSAFE or problem.position is None:
        return ()
    found: dict[str, tuple[int, Correction]] = {}
    # Of paths, those with as many segments as the one that was typed come first.
    for suggestion in sorted(problem.suggestions, key=lambda each: " /" in each and each.count("/") != text.count("/")):
        for corrected in _applied(text, problem, suggestion, registry):
            lacking = _lacking(corrected.text, registry, when)
            if lacking is not None and corrected.text not in found:
                found[corrected.text] = lacking, corrected
    return tuple(corrected for _, corrected in sorted(found.values(), key=lambda each: each[0]))[:MOST]


def with_blanks(text: str, registry: Registry, when: When = NOBODY_KNOWS) -> str | None:
    """The text with a blank for each id and each required parameter that it lacks, as :func:`blanks` reads them.

    None for a text that lacks nothing, that is wrong in another way, or that has blanks of its own.
    """
    try:
        if blanks(text):
            return None
    except ProblemError:
        return None
    ids: dict[str, str] = {}
    parsed = parse(text, registry, when)
    while isinstance(parsed, Problem) and parsed.code == "missing_id" and parsed.position and parsed.parameter:
        if parsed.parameter in ids:
            return None
        ids[parsed.parameter] = _SAMPLE_ID
        at = parsed.position[1]
        text = f"{text[:at]} {{{parsed.parameter}}}{text[at:]}"
        parsed = parse(text, registry, when)
    if ids:
        parsed = parse(fill(text, ids), registry, when)
    if isinstance(parsed, Problem) or not (ids or parsed.missing):
        return None
    return " ".join([text, *(f"-d {name}={{missing{index}}}" for index, name in enumerate(parsed.missing))])


def _lacking(text: str, registry: Registry, when: When) -> int | None:
    """0 for a complete text, 1 for one that lacks parameters, 2 for one that lacks ids; None for one that won't do."""
    parsed = parse(text, registry, when)
    if isinstance(parsed, Command):
        return 1 if parsed.missing else 0
    return 2 if parsed.code == "missing_id" and with_blanks(text, registry, when) is not None else None


def _applied(text: str, problem: Problem, suggestion: str, registry: Registry) -> Iterator[Correction]:
    """The text with the suggestion in place of what is wrong: each way in which that can be meant."""
    tokens = list(split(text))
    while tokens and tokens[0].text.lower() in _NAMES:
        del tokens[0]
    start, end = problem.position or (0, 0)
    if " /" in suggestion:
        yield from _other_path(text, tokens, suggestion)
    elif problem.code == "unknown_operation":
        yield from _other_words(text, tokens, problem, suggestion, registry)
    elif problem.code == "unexpected_argument":
        option = f"--{suggestion.replace('_', '-')}"
        yield Correction(text[:start] + option + text[end:], option)
    elif problem.code == "invalid_option":
        is_word = any((token.start, token.end) == (start, end) for token in tokens)
        yield Correction(text[:start] + (quoted(suggestion) if is_word else suggestion) + text[end:], suggestion)
    elif problem.code in ("unknown_parameter", "invalid_value"):
        operation = _operation(tokens, registry)
        if operation is not None:
            yield from _other_argument(text, problem, suggestion, operation)


def _other_words(
    text: str, tokens: Sequence[Token], problem: Problem, suggestion: str, registry: Registry
) -> Iterator[Correction]:
    """The words replaced; what stands behind them and looks like an id is kept."""
    start, end = problem.position or (0, 0)
    words = [token for token in tokens if start <= token.start and token.end <= end]
    operation = registry.by_name(suggestion)
    if operation is None or not words:
        return
    kept = sum(_ID_LIKE.search(token.text) is not None for token in words)
    if len(words) == len(suggestion.split()) + len(operation.path_parameters):
        kept = len(operation.path_parameters)
    if kept < len(words):
        yield Correction(text[:start] + suggestion + text[words[-1 - kept].end :], suggestion)


def _other_path(text: str, tokens: Sequence[Token], suggestion: str) -> Iterator[Correction]:
    """The method and the path replaced; where the right path has ids, those stay that were typed."""
    asked, target = tokens[:2]
    method, _, template = suggestion.partition(" ")
    path, mark, query = target.text.partition("?")
    typed, wanted = path.strip("/").split("/"), template.strip("/").split("/")
    if len(typed) == len(wanted):
        wanted = [have if want.startswith("{") else want for want, have in zip(wanted, typed, strict=True)]
    right = f"{method} /{'/'.join(wanted)}"
    if "{" not in right:
        yield Correction(f"{text[: asked.start]}{right}{mark}{query}{text[target.end :]}", right)


def _other_argument(text: str, problem: Problem, suggestion: str, operation: Operation) -> Iterator[Correction]:
    """The name or the value of one argument replaced, where it is the argument as a whole that is wrong."""
    start, end = problem.position or (0, 0)
    piece = text[start:end]
    dashes = len(piece) - len(piece.lstrip(DASHES))
    name = _NAME.match(piece, dashes)
    if name is None or bracketed(resolve(operation, name[0])[0]) != problem.parameter:
        return
    value = piece[name.end() :].lstrip("= \t\n")
    if problem.code == "unknown_parameter":
        shown = suggestion.replace("_", "-") if dashes and "[" not in suggestion else suggestion
        yield Correction(text[:start] + piece[:dashes] + shown + piece[name.end() :] + text[end:], suggestion)
    # A list or an object in JSON holds more than the value that is wrong.
    elif value.lstrip(_OPENERS)[:1] not in ("[", "{"):
        between = piece[name.end() : len(piece) - len(value)] or " "
        corrected = text[:start] + piece[: name.end()] + between + quoted(suggestion) + text[end:]
        yield Correction(corrected, f"{problem.parameter} {suggestion}")


def _operation(tokens: Sequence[Token], registry: Registry) -> Operation | None:
    """The operation that a text names, by its words or by method and path."""
    if len(tokens) > 1 and "/" in tokens[1].text:
        matched = registry.match_path(tokens[0].text, tokens[1].text.partition("?")[0])
        return matched[0] if matched else None
    named = registry.longest_words(["-" if token.is_option else token.text for token in tokens])
    return named[0] if named else None
