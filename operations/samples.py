"""Plausible values to show how something is written: made by rule from names, types and meanings, never random."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from operations.parameters import bracketed
from operations.prefixes import PREFIXES
from operations.spec import Operation, Parameter, Shape

_BY_NAME: Final[Mapping[str, str]] = MappingProxyType(
    {
        "account": "acct_123",
        "account_number": "000123456789",
        "amount_off": "500",
        "city": "Berlin",
        "code": "WELCOME10",
        "country": "US",
        "description": "For order 6735",
        "destination": "acct_123",
        "display_name": "Lanternfish Coffee",
        "domain_name": "example.com",
        "event_name": "api_requests",
        "exp_month": "12",
        "exp_year": "2030",
        "first_name": "Jenny",
        "last_name": "Rosen",
        "line1": "Lindenstr. 4",
        "lookup_key": "standard_monthly",
        "name": "Lanternfish",
        "nickname": "Monthly",
        "percent_off": "10",
        "phone": "+14155550100",
        "postal_code": "10969",
        "query": 'metadata["order"]:"6735"',
        "source": "tok_visa",
        "statement_descriptor": "LANTERNFISH",
        "title": "Spring offer",
    }
)
_BY_MEANING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "calendar": "1",
        "count": "2",
        "currency": "usd",
        "datetime": "2027-01-01T00:00:00Z",
        "duration": "30",
        "email": "jenny@example.com",
        "measure": "10",
        "money_minor": "1250",
        "paging": "3",
        "percentage": "10",
        "quantity": "2",
        "score": "10",
        "sequence": "1",
        "timestamp": "1798761600",
        "url": "https://example.com/thanks",
    }
)
_PAST: Final[Mapping[str, str]] = MappingProxyType({"datetime": "2026-01-01T00:00:00Z", "timestamp": "1767225600"})
"""What is listed happened before now; every other time is a time to come: the first moments of 2026 and of 2027."""
_BOUNDS: Final = frozenset({"gt", "gte", "lt", "lte"})
_BY_KIND: Final[Mapping[str, str]] = MappingProxyType({"integer": "1", "number": "1", "decimal": "1.5"})
_EVERYDAY_VALUES: Final = ("requested_by_customer", "card", "month", "once", "payment", "individual", "succeeded")
"""Values of enums that most people know; of other enums, the first value is shown."""

_IDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "capability": "card_payments",
        "country_spec": "US",
        "coupon": "SUMMER25",
        "exchange_rate": "usd",
        "reporting.report_type": "balance.summary.1",
        "tax_code": "txcd_10000000",
    }
)
"""Ids that are no prefix with letters behind it."""


def object_id(kind: str) -> str:
    """How an id of this kind of object looks: ``ch_123``."""
    if kind in _IDS:
        return _IDS[kind]
    return f"{next(iter(PREFIXES.get(kind, ())), 'id')}_123"


def path_ids(operation: Operation) -> tuple[str, ...]:
    """An id for each placeholder of the operation's path."""
    return tuple(object_id(kind) for kind in path_kinds(operation))


def path_kinds(operation: Operation) -> Iterator[str]:
    """The kind of object that each placeholder of the path names; empty where nothing tells."""
    last = len(operation.path_parameters) - 1
    for index, parameter in enumerate(operation.path_parameters):
        answered = operation.response.objects[0] if operation.response.objects else ""
        yield parameter.refers or (answered if index == last and operation.path.endswith("}") else "")


def can_be_typed(shape: Shape) -> bool:
    """Whether text can say a value of this shape: a file can't be typed, and some fields can only be cleared."""
    return shape.kind != "file" and shape.max_length != 0


def pairs(place: tuple[str, ...], shape: Shape) -> Iterator[tuple[str, str]]:
    """The parameter at ``place`` with a value, as full names with texts: one, or one for each field that it needs."""
    match shape.kind:
        case "object":
            for parameter in _fields(shape):
                yield from pairs((*place, parameter.name), parameter.shape)
        case "array" if shape.items is not None and shape.items.kind in ("object", "map", "array"):
            yield from pairs((*place, "0"), shape.items)
        case "array":
            yield from pairs(place, shape.items or Shape(kind="any"))
        case "map":
            yield from pairs((*place, "order"), shape.items or Shape(kind="any"))
        case "union":
            yield from pairs(place, next((each for each in shape.variants if not each.fields), shape.variants[0]))
        case _:
            yield bracketed(place), value(place[-1], shape)


def value(name: str, shape: Shape) -> str:
    """A single value for a parameter of this name and shape."""
    if shape.values:
        return next((each for each in _EVERYDAY_VALUES if each in shape.values), shape.values[0])
    if shape.kind == "boolean":
        return "true"
    if shape.meaning == "id" and shape.refers:
        return object_id(shape.refers)
    known = _BY_NAME.get(name)
    if known is not None and (shape.kind in ("string", "any") or known.isdigit()):
        return known
    if shape.kind == "string" and PREFIXES.get(name):
        return object_id(name)
    if shape.meaning in _BY_MEANING:
        return _PAST[shape.meaning] if name in _BOUNDS and shape.meaning in _PAST else _BY_MEANING[shape.meaning]
    return _BY_KIND.get(shape.kind, "example")


def _fields(shape: Shape) -> tuple[Parameter, ...]:
    """The fields to give so that an object is given: what it requires, else the first that text can say."""
    required = tuple(each for each in shape.fields if each.required)
    possible = (each for each in shape.fields if can_be_typed(each.shape))
    return required or tuple(possible)[:1]
