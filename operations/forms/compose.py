"""From what was filled into a form to a command, and back.

Answers are texts as a person gave them, by the name of their field; what they come to is decided where typed arguments
are read (:mod:`operations.grammar.binding`), so a form's call is the call of the equal text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, TypeAlias

from operations import typed_money
from operations.call import FileContent
from operations.forms.fields import Field, Fields, currency_in, fields_of
from operations.forms.labels import segments
from operations.grammar import arguments
from operations.grammar.binding import Command, bound, check_ids, refuse_secret
from operations.grammar.lexer import split
from operations.parameters import bracketed
from operations.problem import Problem, ProblemError
from operations.registry import Registry
from operations.risk import assess
from operations.scalars import Word
from operations.spec import Operation, Shape
from operations.when import NOBODY_KNOWS, When

Answer: TypeAlias = str | tuple[str, ...]
"""What stands in a field: a text, or what was chosen of a list. A file is the id that it was given elsewhere."""

CURRENCY: Final = "!currency"
"""Behind the name of an amount that no parameter says the currency of: the currency that was chosen for it."""
EXTRA: Final = "!more"
"""The name under which further arguments are answered, as one would type them."""
CLEARS: Final = "null"
"""The answer that takes a value away, where that can be done."""

_SECONDS = re.compile(r"-?[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it stands: which call it is for, and what was answered."""

    operation: Operation
    answers: Mapping[str, Answer]
    account: str | None = None
    """The alias of a connected account; None for the usual one."""
    live: bool = False
    left_out: tuple[str, ...] = ()
    """What of the command that it was filled in from no form can show: files, and texts with characters that nobody
    can type.
    """


def compose(
    filled: Filled, registry: Registry, when: When = NOBODY_KNOWS, files: Mapping[str, FileContent] | None = None
) -> Command | tuple[Problem, ...]:
    """The command that a form says, or everything that is wrong with it, each under the name of its field.

    What is required and not answered is a problem, too (``missing_parameter``). ``files`` are the contents of those
    that were answered by their ids.
    """
    fields = fields_of(filled.operation)
    problems: list[Problem] = []
    answered = {name: answer for name, answer in filled.answers.items() if _is_given(answer)}
    values = {each.name: _text(answered.get(each.name, "")).strip() for each in fields.all if each.in_path}
    problems += [_missing(each) for each in fields.all if each.in_path and not values[each.name]]
    problems += _check_answers(fields, answered)
    if not problems:
        problems += _check_path(filled.operation, values, registry)
    # A secret is looked into no further, and nothing else is told of it.
    good = {name: answer for name, answer in answered.items() if name not in {each.parameter for each in problems}}
    items = _Items(good, given_beside(filled.operation, good))
    try:
        pairs = [(items.closed(name), value) for name, value in _pairs(fields, good, files or {}, problems)]
        given = arguments.assigned(filled.operation, pairs, split(_text(good.get(EXTRA, ""))))
        _check_further(given)
        given.account, given.live = filled.account, filled.live
        command = bound(filled.operation, values, given, when, registry)
    except ProblemError as error:
        return _each_once(*problems, _at_field(items.told(error.problem), answered))
    if not isinstance(command, Command):
        return _each_once(*problems, *(_at_field(items.told(each), answered) for each in command))
    problems += [_required(items.opened(name)) for name in command.missing]
    return _each_once(*problems) if problems else replace(command, dry_run=False)


def given_beside(operation: Operation, answers: Mapping[str, Answer]) -> frozenset[str]:
    """The full names of the parameters that are given beside the fields; none where these arguments can't be read."""
    try:
        given = arguments.assigned(operation, (), split(_text(answers.get(EXTRA, ""))))
    except ProblemError:
        return frozenset()
    return frozenset(name for name, _ in given.places)


def says_nothing(command: Command) -> bool:
    """Whether a command creates something without a word on what.

    Stripe takes some of them, yet nobody means one: what Stripe needs is more than what it declares as required.
    """
    call = command.call
    operation = call.operation
    asked = bool(operation.parameters) and not operation.path_parameters and not call.parameters
    return asked and not command.dry_run and operation.method == "POST" and assess(call).tier != "read"


def _is_given(answer: Answer) -> bool:
    return bool(answer.strip()) if isinstance(answer, str) else bool(answer)


def _text(answer: Answer) -> str:
    return answer if isinstance(answer, str) else "\n".join(answer)


def _missing(field: Field) -> Problem:
    return Problem("missing_id", f"{field.label} is required.", field.name)


def _required(name: str) -> Problem:
    return Problem("missing_parameter", "This is required.", name)


def _each_once(*problems: Problem) -> tuple[Problem, ...]:
    """The first problem of each field: what follows from it isn't told."""
    return tuple({each.parameter: each for each in reversed(problems)}.values())[::-1]


def _check_answers(fields: Fields, answered: Mapping[str, Answer]) -> Iterator[Problem]:
    for name, answer in answered.items():
        field = fields.get(name)
        # Numbers one below the other are several, and not the groups of a card's.
        several = isinstance(answer, tuple) or (field is not None and field.control == "lines")
        try:
            for text in _text(answer).splitlines() if several else (_text(answer),):
                refuse_secret(text, (0, 0))
        except ProblemError as error:
            yield replace(error.problem, parameter=name, position=None)


def _check_path(operation: Operation, values: Mapping[str, str], registry: Registry) -> Iterator[Problem]:
    try:
        check_ids(operation, values, dict.fromkeys(values, (0, 0)), registry)
    except ProblemError as error:
        yield replace(error.problem, position=None)


def _check_further(given: arguments.Arguments) -> None:
    if given.ids:
        message = f"{given.ids[0].text[:60]} is no argument: write name=value or --name value."
        raise ProblemError(Problem("unexpected_argument", message, EXTRA))
    if given.account is not None or given.live:
        raise ProblemError(Problem("invalid_option", "The account is chosen above, not by --on or --live.", EXTRA))


def _at_field(problem: Problem, answered: Mapping[str, Answer]) -> Problem:
    """The problem under the name of a field that was answered: what belongs to none was typed beside them."""
    name = problem.parameter
    if name is not None and any(each == name or each.startswith(f"{name}[") for each in answered):
        return problem
    if name is not None and any(name.startswith(f"{each}[") for each in answered):
        return problem
    return replace(problem, parameter=EXTRA if EXTRA in answered else name)


class _Items:
    """The numbers of the items of lists, with the gaps closed that somebody left by leaving an item empty.

    A list of which more stands beside the fields keeps its numbers, which the person has written.
    """

    def __init__(self, names: Iterable[str], beside: Iterable[str]) -> None:
        found: dict[tuple[str, ...], set[int]] = {}
        for parts in map(segments, names):
            for end, part in enumerate(parts):
                if end and part.isdigit():
                    found.setdefault(parts[:end], set()).add(int(part))
        for parts in map(segments, beside):
            for end in range(len(parts)):
                found.pop(parts[:end], None)
        self._closed = {place: {str(n): str(rank) for rank, n in enumerate(sorted(at))} for place, at in found.items()}
        self._opened = {place: {rank: n for n, rank in at.items()} for place, at in self._closed.items()}

    def closed(self, name: str) -> str:
        """A name of the form as it is sent."""
        parts = segments(name)
        return bracketed([self._closed.get(parts[:end], {}).get(part, part) for end, part in enumerate(parts)])

    def opened(self, name: str) -> str:
        """The name in the form of what is sent."""
        parts: list[str] = []
        for part in segments(name):
            parts.append(self._opened.get(tuple(parts), {}).get(part, part))
        return bracketed(parts)

    def told(self, problem: Problem) -> Problem:
        """A problem with what is sent, under the name in the form."""
        return problem if problem.parameter is None else replace(problem, parameter=self.opened(problem.parameter))


# --- from answers to values ------------------------------------------------------------------------------------------


def _pairs(
    fields: Fields, answered: Mapping[str, Answer], files: Mapping[str, FileContent], problems: list[Problem]
) -> Iterator[tuple[str, object]]:
    for name, answer in answered.items():
        field = fields.get(name)
        if field is None or field.in_path:
            continue
        try:
            yield from _of_field(field, answer, answered, files)
        except ProblemError as error:
            problems.append(error.problem)


def _of_field(
    field: Field, answer: Answer, answered: Mapping[str, Answer], files: Mapping[str, FileContent]
) -> Iterator[tuple[str, object]]:
    text = _text(answer)
    if text.strip() == CLEARS and field.clearable and CLEARS not in field.values:
        yield field.name, Word(CLEARS)
        return
    match field.control:
        case "lines" | "choices" | "suggested_choices":
            items = text.splitlines() if isinstance(answer, str) else answer
            said = currency_in(field.name) if _is_money(field.shape.items) else ""
            yield from ((f"{field.name}[]", _with_currency(item.strip(), said)) for item in items if item.strip())
        case "pairs":
            yield from _of_lines(field, text)
        case "money":
            yield field.name, _money(field, text.strip(), answered)
        case "time":
            yield field.name, _time(field, text.strip())
        case "json":
            yield field.name, Word(text.strip())
        case "file":
            yield field.name, files.get(text.strip()) or text.strip()
        case "text" | "long_text":
            yield field.name, text
        case _:
            yield field.name, text.strip()


def _of_lines(field: Field, text: str) -> Iterator[tuple[str, object]]:
    if text.lstrip().startswith("{"):
        yield field.name, Word(text.strip())
        return
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        key = key.strip()
        if not line.strip():
            continue
        if not equals or not key:
            message = f"{field.label}: write name=value, one a line; {line.strip()[:40]!r} is none."
            raise ProblemError(Problem("invalid_value", message, field.name))
        head, bracket, rest = key.partition("[")
        value = value.strip()
        place = (head, *segments(rest)) if bracket else (head,)
        if _is_money(_inside(field.shape, place)):
            value = _with_currency(value, currency_in(bracketed(place)))
        yield f"{field.name}[{head}]{bracket}{rest}", Word(CLEARS) if value == CLEARS else value


def _inside(shape: Shape, place: Sequence[str]) -> Shape | None:
    """The shape of what stands at a place in a map; None where there is nothing."""
    here: Shape | None = shape
    for part in place:
        if here is None:
            return None
        inner = here.field(part) if here.kind == "object" else None
        here = inner.shape if inner is not None else here.items
    return here


def _is_money(shape: Shape | None) -> bool:
    return shape is not None and shape.meaning == "money_minor"


def _with_currency(text: str, currency: str) -> str:
    return f"{text} {currency}" if currency and typed_money.is_number(text) else text


def _money(field: Field, text: str, answered: Mapping[str, Answer]) -> str:
    """The amount with its currency: a bare number is in major units, as people say it, never in minor ones."""
    if not typed_money.is_number(text):
        return text
    currency = field.currency or _text(answered.get(field.governed or f"{field.name}{CURRENCY}", "")).strip()
    if not currency:
        where = "choose it beside the amount" if field.governed else "write it behind, such as 12.50 usd"
        message = f"{field.label} needs a currency: {where}."
        raise ProblemError(Problem("invalid_value", message, field.name))
    return f"{text} {currency}"


def _time(field: Field, text: str) -> str:
    """Unix seconds, which a picker gives, in the form that the parameter takes."""
    if field.shape.kind == "string" and _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return text
