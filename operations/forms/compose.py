"""From what was filled into a form to a command, and back.

Answers are texts as a person gave them, by the name of their field; what they come to is decided where typed arguments
are read (:mod:`operations.grammar.binding`), so a form's call is the call of the equal text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, TypeAlias

from operations import typed_money
from operations.call import FileContent
from operations.forms.fields import Field, Fields, fields_of
from operations.grammar import arguments
from operations.grammar.binding import Command, bound, check_ids, refuse_secret
from operations.grammar.lexer import split
from operations.problem import Problem, ProblemError
from operations.registry import Registry
from operations.risk import assess
from operations.scalars import Word
from operations.spec import Operation
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
    try:
        pairs = list(_pairs(fields, answered, files or {}, problems))
        given = arguments.assigned(filled.operation, pairs, split(_text(answered.get(EXTRA, ""))))
        if problems:
            return tuple(problems)
        _check_further(given)
        given.account, given.live = filled.account, filled.live
        command = bound(filled.operation, values, given, when, registry)
    except ProblemError as error:
        return (*problems, _at_field(error.problem, answered))
    if not isinstance(command, Command):
        return command
    if command.missing:
        return tuple(_required(name) for name in command.missing)
    return replace(command, dry_run=False)


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
    """The problem under the name of a field that was answered: what has none was typed beside them."""
    if problem.parameter in answered:
        return problem
    return replace(problem, parameter=EXTRA if EXTRA in answered else problem.parameter)


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
            yield from ((f"{field.name}[]", item.strip()) for item in items if item.strip())
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
        yield f"{field.name}[{head}]{bracket}{rest}", Word(CLEARS) if value == CLEARS else value


def _money(field: Field, text: str, answered: Mapping[str, Answer]) -> str:
    """The amount with its currency: a bare number is in major units, as people say it, never in minor ones."""
    if not typed_money.is_number(text):
        return text
    currency = _text(answered.get(field.governed or f"{field.name}{CURRENCY}", "")).strip()
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
