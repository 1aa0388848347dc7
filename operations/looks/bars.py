"""Why Stripe would refuse a call as things stand: each bar gives a sentence that says why and what would do.

Only what is known to be refused is said to be. A status that nobody has heard of bars nothing: then Stripe decides.
"""

from collections.abc import Callable
from typing import TypeAlias

from operations.call import Json
from operations.looks.amounts import asked, moves, parameter
from operations.looks.parts import Seen, available, counted, said, spoken, words_at
from operations.looks.snapshot import Money
from operations.members import at, currency_at, listed, whole
from operations.refundable import NotRefundable, refundable

Bar: TypeAlias = Callable[[Seen], str]
"""Empty where it bars nothing."""


def when(path: str, because: str, *values: Json) -> Bar:
    """Refused where a member has one of these values. ``{}`` in the sentence is that value."""

    def bar(seen: Seen) -> str:
        found = at(seen.data, path)
        if not any(found is each or (isinstance(found, str) and found == each) for each in values):
            return ""
        return because.replace("{}", spoken(found) if isinstance(found, str) else "")

    return bar


def stands(because: str, *statuses: str) -> Bar:
    """Refused where the object's status is one of these."""
    return when("status", because, *statuses)


def lacks(path: str, because: str) -> Bar:
    """Refused where a member is there and holds nothing."""

    def bar(seen: Seen) -> str:
        there = isinstance(seen.data, dict) and path in seen.data
        return because if there and at(seen.data, path) is None else ""

    return bar


def has(path: str, because: str) -> Bar:
    """Refused where a member holds an id."""
    return lambda seen: because if words_at(seen.data, path) else ""


def lists(name: str, noun: str, because: str) -> Bar:
    """Refused where another read lists something. ``{}`` in the sentence is how many: ``3 prices``."""

    def bar(seen: Seen) -> str:
        noted = next(iter(counted("", name, noun)(seen)), None)
        return because.replace("{}", noted.fact.value) if noted is not None and noted.shown else ""

    return bar


def not_refundable(seen: Seen) -> str:
    """Of a refund: what the payment says against it. A dispute bars it unless Stripe says that it may be refunded."""
    if seen.kind not in ("charge", "payment_intent"):
        return ""
    there = refundable(seen.kind, seen.object_id, seen.data)
    if not isinstance(there, NotRefundable):
        return ""
    if there.why == "disputed" and _refundable_still(seen):
        return ""
    return there.message


def more_than_paid(seen: Seen) -> str:
    """Of a credit note: that it would give back more than was paid."""
    wanted, paid, currency = (
        asked(seen.call, "refund_amount"),
        whole(seen.data, "amount_paid"),
        currency_at(seen.data),
    )
    if wanted is None or paid is None or currency is None or wanted <= paid:
        return ""
    return (
        f"{said(Money(wanted, currency))} is more than was paid of the invoice: {said(Money(paid, currency))}. "
        "Give back at most that."
    )


def short_of_balance(seen: Seen) -> str:
    """Of a payout or a transfer: that the balance has less than it takes, unless it comes from a payment of its own."""
    there, wanted = available(seen), moves(seen.call)
    if there is None or wanted is None or wanted.amount <= there.amount or parameter(seen.call, "source_transaction"):
        return ""
    return f"{said(wanted)} is more than is available: {said(there)}. Ask for at most that, or wait until more is."


def _refundable_still(seen: Seen) -> bool:
    answer = seen.beside.get("disputes")
    disputes = [] if answer is None else listed(answer.data)
    return bool(disputes) and all(at(each, "is_charge_refundable") is True for each in disputes)
