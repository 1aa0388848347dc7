"""The values that a policy is written in: amounts, times, patterns, ids; each with a sentence for where it is wrong."""

import re
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, TypeAlias

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from operations import money
from operations.scalars import nearest
from operations.typed_money import is_code

NAME: Final = 80
WHY: Final = 200
LISTED: Final = 100
"""How many entries a list or a mapping may have."""
ENTRY: Final = 200
"""Characters of an entry."""
LARGEST_AMOUNT: Final = Decimal(10) ** 13
SHORTEST_TIME: Final = timedelta(minutes=1)
LONGEST_TIME: Final = timedelta(days=30)


_DURATION: Final = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS: Final = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_PARAMETER: Final = re.compile(r"[A-Za-z0-9_]+(\[(?:[A-Za-z0-9_.-]*|\*)\])*")


def wrong(said: str, *at: str | int, of_name: bool = False) -> PydanticCustomError:
    """What is wrong with a value, as the end of a sentence about it; ``at`` leads to the part of it that is meant.

    ``of_name``: it is the name of that part that is wrong, and not what stands there.
    """
    return PydanticCustomError("policy", "{said}", {"said": said, "at": list(at), "of_name": of_name})


def _line(most: int) -> Any:
    """A text on one line that shows as it is written."""

    def check(value: object) -> object:
        if not isinstance(value, str):
            return value
        if value != value.strip() or not value.isprintable() or not 0 < len(value) <= most:
            raise wrong(f"must be one line of 1 to {most} characters, with no space at its ends")
        return value

    return BeforeValidator(check)


def _entry(form: str, example: str) -> Any:
    """An entry of a list that has a form of its own."""
    pattern = re.compile(form)

    def check(value: object) -> object:
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            raise wrong(f"is not of the form of {example}")
        return value

    return BeforeValidator(check)


def _pattern(value: object) -> object:
    if not isinstance(value, str) or not value.strip() or len(value) > ENTRY or not value.isprintable():
        raise wrong("must name operations, such as refunds create, refunds * or POST /v1/refunds")
    return " ".join(value.split())


def _currency(value: object) -> str:
    return _code(value, ())


def _code(value: object, at: tuple[str, ...]) -> str:
    """The code of a currency in lower case; ``at`` leads to it where it is the name of a member."""
    if isinstance(value, str) and is_code(value):
        return value.lower()
    near = nearest(value, sorted(each.lower() for each in money.CURRENCIES)) if isinstance(value, str) else ()
    perhaps = f"; perhaps {', '.join(near)}" if near else "; write it as eur or usd"
    raise wrong(f"is the code of no currency that Stripe charges in{perhaps}", *at, of_name=bool(at))


def _amount(value: object, currency: str, at: str) -> Decimal:
    decimals = money.exponent(currency)
    would_do = '100 or "100.00"' if decimals == 2 else "100" if not decimals else '100 or "100.000"'
    try:
        number = Decimal(str(value)) if isinstance(value, str | int | float | Decimal) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or number < 0 or number > LARGEST_AMOUNT:
        raise wrong(f"must be an amount of {currency.upper()} in whole units, such as {would_do}", at)
    if -int(number.normalize().as_tuple().exponent) > decimals:
        has = f"{decimals} decimals" if decimals else "no decimals"
        raise wrong(f"is too fine: {currency.upper()} has {has}; write it as {would_do}", at)
    return number.quantize(Decimal(1).scaleb(-decimals))


def _amounts(value: object) -> object:
    """Amounts by currency, from what was written."""
    if not isinstance(value, dict):
        raise wrong('must name amounts by currency, such as {eur: "100.00", usd: 100}')
    if not 0 < len(value) <= LISTED:
        raise wrong(f"must name 1 to {LISTED} currencies")
    read: dict[str, Decimal] = {}
    for key, each in value.items():
        code = _code(key, (str(key),))
        if code in read:
            raise wrong("names a currency for the second time", str(key), of_name=True)
        read[code] = _amount(each, code, str(key))
    return read


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise wrong("must be a time such as 30m, 4h or 2d")
    time = int(match[1]) * _UNITS[match[2]]
    if not SHORTEST_TIME <= time <= LONGEST_TIME:
        raise wrong("must be 1m to 30d")
    return time


def duration_words(time: timedelta) -> str:
    """A time as it is written in a policy: ``30m``, ``4h``, ``2d``."""
    unit, length = next((unit, length) for unit, length in _UNITS.items() if not time % length)
    return f"{time // length}{unit}"


def named_parameters(value: object) -> object:
    """A mapping of whose every key a parameter may be called."""
    for name in value if isinstance(value, dict) else ():
        if not isinstance(name, str) or _PARAMETER.fullmatch(name) is None or len(name) > ENTRY:
            said = "is not the name of a parameter, such as reason, metadata[team] or items[*][price]"
            raise wrong(said, str(name), of_name=True)
    return value


def expected_values(value: object) -> object:
    """What a parameter must be: one of some texts, or that it is there or not."""
    if isinstance(value, dict):
        return value
    given = value if isinstance(value, list | tuple) else [value]
    if not 0 < len(given) <= LISTED:
        raise wrong(f"must have 1 to {LISTED} values")
    return tuple(_as_text(each) for each in given)


def _as_text(value: object) -> str:
    """A value as Stripe's form encoding has it."""
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case str() | int() | float() | Decimal() if len(str(value)) <= ENTRY:
            return str(value)
    raise wrong(f"must be a value of at most {ENTRY} characters, a list of such, or {{present: true}}")


Currency: TypeAlias = Annotated[
    str, BeforeValidator(_currency), WithJsonSchema({"type": "string", "examples": ["eur"]})
]
Amounts: TypeAlias = Annotated[
    dict[str, Decimal],
    BeforeValidator(_amounts),
    PlainSerializer(lambda value: {code: str(amount) for code, amount in value.items()}, return_type=dict[str, str]),
    WithJsonSchema(
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "number"}]},
            "description": "Amounts by currency, in whole units: {eur: '100.00', usd: 100}.",
        }
    ),
]
Duration: TypeAlias = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(duration_words, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[1-9][0-9]{0,4}[mhd]$", "examples": ["30m", "4h", "2d"]}),
]
Pattern: TypeAlias = Annotated[str, BeforeValidator(_pattern)]
Name: TypeAlias = Annotated[str, _line(NAME), Field(min_length=1, max_length=NAME)]
Why: TypeAlias = Annotated[str, _line(WHY), Field(min_length=1, max_length=WHY)]
AccountName: TypeAlias = Annotated[str, _line(64)]
Channel: TypeAlias = Annotated[str, _entry(r"[CGD][A-Z0-9]{2,31}", "a channel's id, such as C012AB3CD")]
Group: TypeAlias = Annotated[str, _entry(r"S[A-Z0-9]{2,31}", "a user group's id, such as S012AB3CD")]
Person: TypeAlias = Annotated[str, _entry(r"[UW][A-Z0-9]{2,31}", "a member id, such as U012AB3CD")]
