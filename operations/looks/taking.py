"""How much money a call takes of an object, and how much there is: the data of it, and what follows from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from operations.call import Frozen, Json
from operations.looks.amounts import asked, is_moving, moves, number_of
from operations.looks.parts import Seen, money_at, said
from operations.looks.snapshot import Money
from operations.members import currency_at, whole
from operations.refundable import charge_of, left_of, total_of


@dataclass(frozen=True, slots=True)
class Pool:
    """What a call takes from, in minor units."""

    total: int
    left: int
    currency: str


Pooling: TypeAlias = Callable[[Json], Pool | None]
"""The pool that an object is; None where it doesn't tell."""


@dataclass(frozen=True, slots=True)
class Takes:
    """That a call takes money of the object: what it asks for, or all that is left where it asks for nothing."""

    pool: Pooling
    asked: tuple[str, ...] = ("amount",)
    """The parameters that say how much, the first that is given."""
    empty: str = ""
    """Why Stripe would refuse it where nothing is left, if it would."""
    total: Callable[[Seen], int | None] | None = None
    """How much is asked for, where more than one parameter says it."""
    stays: bool = True
    """Whether what isn't taken stays to be taken."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What comes of it."""

    moves: Money | None = None
    of: Money | None = None
    left: Money | None = None
    refused: str = ""


def less(total: str, *given: str) -> Pooling:
    """An object's amount, less what others of its members say was taken of it already."""
    return lambda data: _pool(data, total, sum(whole(data, each) or 0 for each in given))


def still(left: str, total: str) -> Pooling:
    """An object that says itself what is left of its amount."""

    def pool(data: Json) -> Pool | None:
        rest, amount = whole(data, left), whole(data, total)
        return None if rest is None or amount is None else _pool(data, total, amount - rest)

    return pool


def paid(data: Json) -> Pool | None:
    """What a charge, or a payment intent's charge, took, and what is left of it."""
    charge = charge_of(data)
    total, left, currency = total_of(charge), left_of(charge), currency_at(charge)
    return None if total is None or left is None or currency is None else Pool(total, left, currency)


def credited(seen: Seen) -> int | None:
    """What a credit note comes to: its amount, else its lines, else the ways in which it gives money back.

    None where the call doesn't tell, as of a line that only names an invoice's line: it may be all that is left.
    """
    amount = asked(seen.call, "amount")
    if amount is not None:
        return amount
    ways = [asked(seen.call, each) for each in ("refund_amount", "credit_amount", "out_of_band_amount")]
    back = sum(each for each in ways if each is not None)
    lines = seen.call.parameters.get("lines")
    if isinstance(lines, tuple) and lines:
        sums = [_line(each) for each in lines]
        return None if None in sums else max(back, sum(each for each in sums if each is not None))
    return back or None


def take(takes: Takes | None, seen: Seen) -> Taken:
    """What a call moves, what it is taken from, what stays, and whether that can be."""
    pool = None if takes is None else takes.pool(seen.data)
    if takes is None or pool is None:
        return Taken(moves=moves(seen.call) or _in_its_currency(seen))
    amount = takes.total(seen) if takes.total is not None else asked(seen.call, *takes.asked)
    moved, of = pool.left if amount is None else amount, Money(pool.total, pool.currency)
    taken, there = Money(moved, pool.currency), Money(pool.left, pool.currency)
    if pool.left == 0 and takes.empty:
        return Taken(taken, of, there, takes.empty)
    if moved > pool.left:
        refused = f"{said(taken)} is more than is left of it: {said(there)}. Ask for at most that."
        return Taken(taken, of, there, refused)
    return Taken(taken, of, Money(pool.left - moved, pool.currency) if takes.stays else None)


def _pool(data: Json, total: str, given: int) -> Pool | None:
    found = money_at(data, total)
    return None if found is None else Pool(found.amount, max(found.amount - given, 0), found.currency)


def _line(line: Frozen) -> int | None:
    """What one line of a credit note comes to, where it says so."""
    if not isinstance(line, Mapping):
        return None
    amount, unit, quantity = (number_of(line.get(each)) for each in ("amount", "unit_amount", "quantity"))
    if amount is not None:
        return abs(amount)
    return None if unit is None or quantity is None else abs(unit * quantity)


def _in_its_currency(seen: Seen) -> Money | None:
    """The amount of the call in the currency of the object, which is what Stripe takes it in."""
    amount = asked(seen.call, "amount") if is_moving(seen.call) else None
    currency = currency_at(charge_of(seen.data)) or currency_at(seen.data)
    return None if amount is None or currency is None else Money(amount, currency)
