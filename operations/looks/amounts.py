"""The money that a call itself names: by its parameters alone, before anything is read."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from operations.call import Call, Frozen
from operations.looks.places import place_of
from operations.looks.snapshot import Money
from operations.members import currency_at, whole
from operations.risk import assess

AMOUNTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "POST /v1/billing/credit_grants": ("amount.monetary",),
        "POST /v1/invoiceitems": ("amount", "unit_amount_decimal"),
        "POST /v1/payment_records/report_payment": ("amount_requested",),
    }
)
"""Where the amount of an operation stands, where that is not ``amount``. The first that is given counts."""

MOVING: Final = frozenset({"money", "destructive"})
"""The tiers whose amounts move money. The amount of a price, or of a payment that isn't confirmed, moves none."""


def moves(call: Call) -> Money | None:
    """The money that a call says it moves: an amount with its currency, or v2's object of both.

    None where it names no amount, or leaves it to the object in which currency it is. Never below zero: a credit of
    500 is as much money as a charge of 500.
    """
    if not is_moving(call):
        return None
    for path in AMOUNTS.get(place_of(call.operation), ("amount",)):
        found = _money(call, path)
        if found is not None:
            return found
    return None


def is_moving(call: Call) -> bool:
    """Whether an amount in a call means that money moves."""
    return assess(call).tier in MOVING


def asked(call: Call, *names: str) -> int | None:
    """The first of these parameters that holds a whole number, in minor units of whatever currency."""
    for name in names:
        number = number_of(parameter(call, name))
        if number is not None:
            return abs(number)
    return None


def parameter(call: Call, path: str) -> Frozen:
    """The parameter at a dotted path; None where there is none."""
    value: Frozen = call.parameters
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def number_of(value: Frozen) -> int | None:
    """A whole number, also as text, which is how an operation without types takes it; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit() and len(value) < 19:
        return int(value)
    return whole({"value": value}, "value") if isinstance(value, int) else None


def _money(call: Call, path: str) -> Money | None:
    value = parameter(call, path)
    if isinstance(value, Mapping):
        amount, currency = number_of(value.get("value")), value.get("currency")
    else:
        currency = call.parameters.get("currency")
        amount = _times(value, call) if path.startswith("unit_") else number_of(value)
    code = currency_at({"currency": currency}) if isinstance(currency, str) else None
    return None if amount is None or code is None else Money(abs(amount), code)


def _times(unit: Frozen, call: Call) -> int | None:
    """What so many units come to, rounded up to whole minor units."""
    quantity = number_of(call.parameters.get("quantity"))
    try:
        total = Decimal(str(unit)) * (1 if quantity is None else quantity)
        return int(total.to_integral_value("ROUND_UP")) if abs(total) < 10**18 else None
    except ArithmeticError:
        return None
