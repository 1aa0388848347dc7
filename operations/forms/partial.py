"""From a text that names an operation and says some of a call to the form that asks for the rest.

The text may lack ids and required parameters and may have blanks: what is left open stands in no field. What can be
read is read as :func:`~operations.grammar.parse` reads it; where a value won't do, the values stand in the form as they
were typed, so that what is wrong is told at its field.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from operations.forms.compose import EXTRA, Answer, Filled
from operations.forms.fields import Field, fields_of
from operations.forms.prefill import LONGEST, MOST, prefilled
from operations.grammar import Command, draft, given, quoted, with_blanks
from operations.grammar.blanks import BLANK
from operations.grammar.lexer import split
from operations.problem import Problem, ProblemError
from operations.registry import Registry
from operations.scalars import is_whole
from operations.spec import Operation
from operations.when import NOBODY_KNOWS, When

_OPEN: Final = "openblank"
"""How the blanks of a text are called while it is read; what :func:`draft` puts in for one is this with a number."""
_STANDS_IN: Final = re.compile(rf"{_OPEN}[0-9]+x_1", re.IGNORECASE)
_ABOUT_VALUES: Final = frozenset({"invalid_value", "invalid_option", "invalid_id", "unknown_parameter"})
_ACCOUNTS: Final = frozenset({"account", "stripe_account"})


def partly(text: str, registry: Registry, when: When = NOBODY_KNOWS) -> Filled | Problem:
    """The form that says what a text says, or why there is none: it names no operation, or holds a secret."""
    found = draft(_renamed(_proposed(_with_ids(text, registry, when))), registry, when)
    if isinstance(found, Command):
        return _without_stand_ins(prefilled(found))
    if found.code not in _ABOUT_VALUES:
        return found
    operation = _named(text, registry)
    return found if operation is None else _as_typed(operation, text, registry)


def _with_ids(text: str, registry: Registry, when: When) -> str:
    """The text with a blank for each id that it lacks; a text with blanks of its own has none added."""
    whole = with_blanks(text, registry, when)
    return text if whole is None else whole


def _proposed(text: str) -> str:
    """The text with those blanks filled in that say what a form proposes."""
    return BLANK.sub(lambda match: match[2] or match[0], text)


def _renamed(text: str) -> str:
    """The text with its blanks called what nobody calls anything, so that what stands in for one is known again."""
    numbers: dict[str, int] = {}

    def name(match: re.Match[str]) -> str:
        number = numbers.setdefault(match[1].lower(), len(numbers))
        return f"{{{_OPEN}{number}x}}"

    return BLANK.sub(name, text)


def _without_stand_ins(filled: Filled) -> Filled:
    kept: dict[str, Answer] = {}
    for name, answer in filled.answers.items():
        lines = answer.split("\n") if isinstance(answer, str) else answer
        left = [each for each in lines if not _STANDS_IN.search(each)]
        if left:
            kept[name] = "\n".join(left) if isinstance(answer, str) else tuple(left)
    return replace(filled, answers=kept)


def _named(text: str, registry: Registry) -> Operation | None:
    try:
        tokens = list(split(text))
    except ProblemError:
        return None
    found = registry.longest_words(["-" if token.is_option else token.text for token in tokens])
    return None if found is None else found[0]


def _as_typed(operation: Operation, text: str, registry: Registry) -> Filled:
    """What a text gives, unchecked."""
    fields = fields_of(operation)
    answers: dict[str, Answer] = {}
    extra: list[str] = []
    left_out: list[str] = []
    account: str | None = None
    for name, value in given(text, registry):
        field = fields.get(name)
        if name == "account":
            account = value
        elif len(value) + sum(map(len, extra)) > LONGEST:
            left_out.append(name)
        elif field is None or name in _ACCOUNTS or _is_minor(field, value) or len(answers) >= MOST:
            extra.append(f"{name}={quoted(value)}")
        else:
            answers[name] = "\n".join(_lines(answers[name], value)) if name in answers else value
    if extra:
        answers[EXTRA] = "\n".join(extra)
    return Filled(operation, answers, account, live="--live" in text.split(), left_out=tuple(left_out))


def _is_minor(field: Field, value: str) -> bool:
    """Whether a value counts the currency's smallest unit, as typed ones without a currency do and a form's never."""
    shape = field.shape.items or field.shape
    return shape.meaning == "money_minor" and is_whole(value)


def _lines(answer: Answer, value: str) -> Iterator[str]:
    yield from answer.split("\n") if isinstance(answer, str) else answer
    yield value
