"""Single values: from what was typed, sent or decoded to what the registry's types say, or a refusal that helps.

Nothing is guessed and nothing rounded. ``int()`` and ``float()`` are never shown what a person typed before an ASCII
pattern was, because they also read ``１２３``, ``1_000``, ``1e3`` and ``NaN``.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NoReturn, TypeAlias

from rapidfuzz import fuzz, process

from operations.problem import RefusalError
from operations.secrets import scrub
from operations.spec import Shape

Source: TypeAlias = Literal["person", "wire", "typed"]
"""Where values come from: typed text and JSON by a person, the strings of a form, or values that have their types."""

Scalar: TypeAlias = "bool | int | float | str"

MAX_PAGE = 100
"""Stripe's largest page; ``limit`` counts from 1 to this."""
MAX_INTEGER = 2**63 - 1
_SHOWN = 60

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?", re.ASCII)
_LOOSE_INTEGER = re.compile(r"\+?\d{1,18}")
# Meanings of integers that are never below zero, and the name that is an exception: minutes west or east of UTC.
_UNSIGNED_MEANINGS = frozenset(
    ("timestamp", "calendar", "duration", "count", "quantity", "sequence", "paging", "percentage", "measure")
)
_SIGNED_NAMES = frozenset({"timezone_offset"})
_YES = frozenset({"yes", "y", "on", "1", "t"})
_NO = frozenset({"no", "n", "off", "0", "f"})


class Word(str):
    """Text that a person typed without quotes around it: ``null`` may mean to clear, ``{…}`` may be JSON."""

    __slots__ = ()


class Number(str):
    """The text of a number in JSON that a person wrote; it keeps ``10.00`` apart from ``10``."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What a value's type alone doesn't say: its name, and whether it may be below zero."""

    source: Source
    name: str
    signed_money: bool = True


def shown(value: object) -> str:
    """A value as a message may show it: in quotes, and :func:`escaped`."""
    return f'"{escaped(str(value).lower() if isinstance(value, bool) else str(value))}"'


def escaped(text: str) -> str:
    """Text from outside as a message may hold it: clipped, secrets masked, invisible characters escaped."""
    text = scrub(text)
    if len(text) > _SHOWN:
        text = text[: _SHOWN - 1] + "…"
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)


def nearest(name: str, choices: Sequence[str], limit: int = 3) -> tuple[str, ...]:
    """The choices most like ``name``, best first; none where nothing is near."""
    found = process.extract(name.lower().replace("-", "_"), choices, scorer=fuzz.WRatio, limit=limit, score_cutoff=60)
    return tuple(choice for choice, _, _ in found)


def parse_json(text: str) -> object:
    """JSON that a person wrote, numbers kept as :class:`Number`. Raises :class:`RefusalError`."""
    try:
        return json.loads(
            text, object_pairs_hook=_pairs, parse_int=Number, parse_float=Number, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        curly = " The quotes are curly; JSON takes straight ones." if any(each in text for each in "“”„‘’") else ""
        raise RefusalError(f"isn't valid JSON: it stops making sense at character {error.pos + 1}.{curly}") from None
    except RecursionError:
        raise RefusalError("is nested too deeply") from None


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise RefusalError("gives the same name twice in one object")
    return members


def _no_constant(text: str) -> NoReturn:
    raise RefusalError(f"has {text} in it, which isn't JSON")


def read_scalar(shape: Shape, value: object, context: Context) -> Scalar:
    """``value`` as the scalar type that ``shape`` names. Raises :class:`RefusalError`."""
    if isinstance(value, str):
        _check_text(value)
        read: Scalar = _FROM_TEXT[shape.kind](shape, str(value), context)
    elif isinstance(value, bool) and context.source == "person" and shape.kind in ("string", "enum", "any"):
        read = _FROM_TEXT[shape.kind](shape, "true" if value else "false", context)
    else:
        read = _checked_type(shape, value)
    if isinstance(read, int) and not isinstance(read, bool) and shape.kind == "integer":
        _check_range(shape, read, context)
    return read


def _check_text(text: str) -> None:
    if "\0" in text:
        raise RefusalError("has a NUL character in it")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RefusalError("has half of a character in it (a lone surrogate)") from None


def _checked_type(shape: Shape, value: object) -> Scalar:
    """A value that came with a type, where that is the right one."""
    match shape.kind:
        case "integer" if isinstance(value, int) and not isinstance(value, bool):
            return value
        case "number" if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        case "boolean" if isinstance(value, bool):
            return value
        case "any" if isinstance(value, bool | int | float):
            return value
    raise RefusalError(f"isn't {describe(shape)}")


def _string(shape: Shape, text: str, _: Context) -> str:
    if shape.max_length == 0:
        raise RefusalError("can't be set here, only cleared: write null", ("null",))
    if shape.max_length is not None and len(text) > shape.max_length:
        raise RefusalError(f"is longer than {shape.max_length} characters")
    return text


def is_whole(text: str) -> bool:
    """Whether a text is a whole number as it is sent: ASCII digits without a plus sign or leading zeros."""
    return _INTEGER.fullmatch(text) is not None and text != "-0"


def is_loosely_whole(text: str) -> bool:
    """Whether a text is a whole number to a person: also with a plus sign, leading zeros or another script's digits."""
    return _LOOSE_INTEGER.fullmatch(text) is not None


def _integer(shape: Shape, text: str, context: Context) -> int:
    if context.source == "typed":
        raise RefusalError(f"is text, not {describe(shape)}")
    if is_whole(text):
        return int(text)
    # A sign, leading zeros or digits of another script: offer the plain number, but don't take it for granted.
    suggestions = (str(int(text.lstrip("+"))),) if is_loosely_whole(text) else ()
    raise RefusalError(f"isn't {describe(shape)}", suggestions)


def _number(shape: Shape, text: str, context: Context) -> int | float:
    if context.source == "typed":
        raise RefusalError(f"is text, not {describe(shape)}")
    if not _DECIMAL.fullmatch(text):
        raise RefusalError(f"isn't {describe(shape)}")
    if "." not in text:
        return int(text)
    number = float(text)
    if Decimal(repr(number)) != Decimal(text):
        raise RefusalError("has more digits than can be sent exactly")
    return number


def _decimal(shape: Shape, text: str, _: Context) -> str:
    if not _DECIMAL.fullmatch(text):
        raise RefusalError(f"isn't {describe(shape)}")
    return text


def _boolean(shape: Shape, text: str, context: Context) -> bool:
    plain = text.lower() if context.source == "person" else text
    if context.source != "typed" and plain in ("true", "false"):
        return plain == "true"
    suggestions = ("true",) if plain in _YES else ("false",) if plain in _NO else ("true", "false")
    raise RefusalError(f"isn't {describe(shape)}", suggestions)


def _enum(shape: Shape, text: str, _: Context) -> str:
    if shape.open or text in shape.values:
        return text
    suggestions = nearest(text, shape.values)
    if not suggestions and len(shape.values) <= 10:
        suggestions = shape.values
    raise RefusalError(f"isn't {describe(shape)}", suggestions)


def _nothing(shape: Shape, _: str, __: Context) -> Scalar:
    raise RefusalError(f"isn't {describe(shape)}")


_FROM_TEXT: dict[str, Callable[[Shape, str, Context], Scalar]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "decimal": _decimal,
    "boolean": _boolean,
    "enum": _enum,
    "any": _string,
    "object": _nothing,
    "array": _nothing,
    "map": _nothing,
    "union": _nothing,
    "file": _nothing,
}


def _check_range(shape: Shape, number: int, context: Context) -> None:
    if shape.meaning == "paging" and not 1 <= number <= MAX_PAGE:
        raise RefusalError(
            f"isn't between 1 and {MAX_PAGE}, the sizes a page can have", (str(1 if number < 1 else MAX_PAGE),)
        )
    if abs(number) > MAX_INTEGER:
        raise RefusalError("is larger than any number Stripe takes")
    if number < 0:
        unsigned = shape.meaning in _UNSIGNED_MEANINGS and context.name not in _SIGNED_NAMES
        if unsigned or (shape.meaning.startswith("money") and not context.signed_money):
            raise RefusalError("is below zero, which has no meaning here")


def describe(shape: Shape) -> str:
    """What would do for a shape, as the end of "… isn't": ``a whole number``, ``one of a, b or c``."""
    match shape.kind:
        case "enum":
            if len(shape.values) > 8:
                return f"one of its {len(shape.values)} values, such as {', '.join(shape.values[:3])}"
            return "one of " + _either(shape.values)
        case "union":
            variants = list(dict.fromkeys(describe(variant) for variant in shape.variants))
            return _either(variants)
        case "object":
            names = [field.name for field in shape.fields]
            return f"an object with the fields {', '.join(names[:4])}{' …' if len(names) > 4 else ''}"
        case "array":
            return "a list"
    return _DESCRIPTIONS[shape.kind]


_DESCRIPTIONS = {
    "string": "text",
    "integer": "a whole number (digits 0 to 9 only)",
    "number": "a number such as 12.5",
    "decimal": "a decimal number such as 12.5",
    "boolean": "true or false",
    "map": "a set of names and values",
    "file": "a file",
    "any": "a plain value",
}


def _either(choices: Sequence[str]) -> str:
    if len(choices) < 2:
        return "".join(choices)
    return f"{', '.join(choices[:-1])} or {choices[-1]}"
