"""Which rows of an answer are shown, and in which order: ``amount>1000``, ``status=open``, ``-created``.

They act on what was got. Stripe is asked nothing else, so of a page they find what is on that page.

A filter is read when it is typed: a day or ``-7d`` becomes the moment that it means to whoever types it. From then on
it says the same whenever it is looked at, and its text is read back as the same filter. What it is compared with may
be anything that Stripe answers: nothing here raises for that.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Literal, TypeAlias, get_args

from operations.call import Json
from operations.members import at
from operations.problem import RefusalError
from operations.scalars import shown
from operations.when import WHAT_WOULD_DO, When, day_after, universal_time

Comparison: TypeAlias = Literal["=", "!=", ">=", "<=", ">", "<", "~"]
COMPARISONS: Final[tuple[Comparison, ...]] = get_args(Comparison)
MOST_FILTERS: Final = 10
NOTHING: Final = "null"
"""The value that stands for no value."""

FIELD: Final = r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*"
"""A dotted name, a number in it being a place in a list."""
_FIELD = re.compile(FIELD, re.ASCII)
_FILTER = re.compile(rf"\s*({FIELD})\s*([=!<>~≠≤≥]+|:)\s*(.*?)\s*", re.ASCII | re.DOTALL)
_MEANT: Final = {
    "==": "=",
    ":": "=",
    "<>": "!=",
    "=!": "!=",
    "≠": "!=",
    "=>": ">=",
    "≥": ">=",
    "=<": "<=",
    "≤": "<=",
    "=~": "~",
    "~=": "~",
}
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,30})?", re.ASCII)
_MOMENT_NAME = re.compile(r"(?:.*\.)?(?:created|updated|[a-z_]+_(?:at|by|date|end|on|start))")
_MONEY_NAME = re.compile(r"(?:.*[._])?(?:amount|balance|fee|net|price|subtotal|total)(?:_(?!decimal).*)?")
_MONEY = re.compile(r"[^\w\s]?\s?-?[0-9]+(?:[.,][0-9]+)*\s?(?:[A-Za-z]{3}|[^\w\s])?")
_UNIVERSAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")
_NO_TIMES: Final = frozenset({"true", "false", NOTHING})
_MOST_BITS: Final = 10_000
"""Of a whole number that is looked at as text. Python writes none of more than 4,300 digits."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A comparison that a row has to pass. ``~``: the field holds the value, whatever their capitals."""

    field: str
    """A dotted name within the row."""
    comparison: Comparison
    value: str
    """As it was typed; a time as a moment, in UTC. Amounts are in the smallest unit of their currency."""

    def __str__(self) -> str:
        return f"{self.field}{self.comparison}{self.value}"


def read_filter(text: str) -> Filter:
    """A filter as it is typed. Raises RefusalError."""
    match = _FILTER.fullmatch(text)
    if match is None:
        raise RefusalError(
            "takes a field, a comparison and a value, such as amount>1000 or status=open;"
            f" it compares by {', '.join(COMPARISONS[:-1])} and {COMPARISONS[-1]}, not {shown(text)}"
        )
    field, sign, value = match.groups()
    comparison = next((each for each in COMPARISONS if each == sign), None)
    if comparison is None:
        meant = _MEANT.get(sign)
        suggestions = (f"{field}{meant}{value}",) if meant and value else ()
        raise RefusalError(f"compares by {', '.join(COMPARISONS)}, not {shown(sign)}", suggestions)
    if not value:
        raise RefusalError(f"needs a value behind {field}{comparison}; {NOTHING} stands for none")
    _refuse_money(field, comparison, value)
    return Filter(field, comparison, value)


def _refuse_money(field: str, comparison: Comparison, value: str) -> None:
    """An amount in a currency's own units, where Stripe's are in the smallest: 10.00 would find nothing."""
    if comparison == "~" or not _MONEY_NAME.fullmatch(field) or value.lower() in _NO_TIMES:
        return
    if _NUMBER.fullmatch(value) and "." not in value:
        return
    if _MONEY.fullmatch(value):
        raise RefusalError(
            f"compares amounts in the smallest unit of their currency: write 1250 for 12.50 USD, not {shown(value)}"
        )


def read_sort(text: str) -> str:
    """The field to sort by, behind a minus for the largest first. Raises RefusalError."""
    name = text.strip()
    if not _FIELD.fullmatch(name.removeprefix("-")):
        raise RefusalError(
            f"takes the name of a field, such as created or -amount for the largest first, not {shown(text)}"
        )
    return name


def settled(filters: Sequence[Filter], when: When) -> tuple[Filter, ...]:
    """The filters with the moments that their times mean to whoever typed them. Raises RefusalError.

    A day is all of it: ``created=2026-11-01`` becomes two filters, from its first moment to that of the day after.
    """
    return tuple(new for each in filters for new in _settled(each, when))


def _settled(given: Filter, when: When) -> tuple[Filter, ...]:
    word = given.value.lower()
    timed = _MOMENT_NAME.fullmatch(given.field) and not given.field.startswith("metadata.")
    if not timed or given.comparison == "~" or word in _NO_TIMES or _NUMBER.fullmatch(word):
        return (given,)
    moment = universal_time(given.value, when)
    if moment is None:
        raise RefusalError(f"compares {given.field} with a time, and {shown(given.value)} is none: {WHAT_WOULD_DO}")
    day = day_after(given.value, when)
    following = universal_time(day, when) if day is not None else None
    if following is None:
        return (Filter(given.field, given.comparison, moment),)
    match given.comparison:
        case "=":
            return Filter(given.field, ">=", moment), Filter(given.field, "<", following)
        case "!=":
            raise RefusalError(
                f"can't leave out a whole day: write {given.field}<{given.value}, or > for what follows it"
            )
        case ">":
            return (Filter(given.field, ">=", following),)
        case "<=":
            return (Filter(given.field, "<", following),)
    return (Filter(given.field, given.comparison, moment),)


def chosen(rows: Sequence[Json], filters: Sequence[Filter], sort: str = "") -> list[Json]:
    """The rows that pass all of the filters, sorted where that is asked for."""
    tests = [(each, _Operand.of(each.value)) for each in filters]
    found = [row for row in rows if all(_passes(at(row, each.field), each, operand) for each, operand in tests)]
    return _sorted(found, sort) if sort else found


def _sorted(rows: Sequence[Json], sort: str) -> list[Json]:
    """By a field: numbers before texts; what lacks it comes last, whichever way round."""
    name = sort.removeprefix("-")
    keyed = [(_sort_key(at(row, name)), row) for row in rows]
    present = [(key, row) for key, row in keyed if key is not None]
    present.sort(key=lambda each: each[0], reverse=sort.startswith("-"))
    return [row for _, row in present] + [row for key, row in keyed if key is None]


def _sort_key(value: Json) -> tuple[int, Decimal, str] | None:
    value = _core(value)
    number = _number(value)
    if number is not None:
        return 0, number, ""
    text = _text(value)
    return (1, Decimal(0), text.casefold()) if text else None


@dataclass(frozen=True, slots=True)
class _Operand:
    """What a filter compares with, as whatever it may be."""

    text: str
    number: Decimal | None
    moment: datetime | None

    @classmethod
    def of(cls, text: str) -> "_Operand":
        moment = _moment(text) if _UNIVERSAL.fullmatch(text) else None
        number = Decimal(text) if _NUMBER.fullmatch(text) else None
        if moment is not None:
            number = Decimal(str(moment.timestamp()))
        return cls(text, number, moment)


def _passes(value: Json, given: Filter, operand: _Operand) -> bool:
    value = _core(value)
    if given.comparison == "!=":
        return not _equals(value, operand)
    if given.comparison == "=":
        return _equals(value, operand)
    if isinstance(value, list):
        return given.comparison == "~" and any(_contains(_core(each), operand) for each in value)
    if given.comparison == "~":
        return _contains(value, operand)
    order = _order(value, operand)
    if order is None:
        return False
    return {">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0}[given.comparison]


def _equals(value: Json, operand: _Operand) -> bool:
    if operand.text == NOTHING:
        return value is None or value in ("", [], {})
    if isinstance(value, list):
        return any(_equals(_core(each), operand) for each in value if each is not None)
    if isinstance(value, bool):
        return operand.text.lower() == ("true" if value else "false")
    return _order(value, operand) == 0


def _contains(value: Json, operand: _Operand) -> bool:
    return operand.text.casefold() in _text(value).casefold()


def _order(value: Json, operand: _Operand) -> int | None:
    """Below zero where the value is the smaller one; None where the two don't compare."""
    if isinstance(value, str) and operand.moment is not None:
        moment = _moment(value)
        return (moment > operand.moment) - (moment < operand.moment) if moment is not None else None
    number = _number(value)
    if number is not None and operand.number is not None:
        return (number > operand.number) - (number < operand.number)
    if isinstance(value, str):
        return (value > operand.text) - (value < operand.text)
    return None


def _core(value: Json) -> Json:
    """Of an expanded object its id, of v2's ``{value, currency}`` the value."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            return value["id"]
        if "currency" in value and "value" in value and not isinstance(value["value"], dict):
            return value["value"]
    return value


def _number(value: Json) -> Decimal | None:
    """A number, or a text that is one (``unit_amount_decimal``, v2's integers)."""
    match value:
        case bool():
            return Decimal(value)
        case int():
            return Decimal(value)
        case float():
            return Decimal(str(value)) if math.isfinite(value) else None
        case str() if _NUMBER.fullmatch(value):
            return Decimal(value)
    return None


def _text(value: Json) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value) if value.bit_length() < _MOST_BITS else ""
        case float():
            return str(value)
    return ""


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
