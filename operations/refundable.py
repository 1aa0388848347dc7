"""What there is to give back of a payment, and why there is nothing: one judgement for all that ask."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from operations.call import Json
from operations.members import currency_at, text_at, whole
from operations.money import format_amount
from operations.scalars import escaped

Hindrance: TypeAlias = Literal["unpaid", "failed", "pending", "uncaptured", "refunded", "disputed"]


@dataclass(frozen=True, slots=True)
class Refundable:
    """What there is to give back of a charge, in minor units."""

    left: int
    currency: str


@dataclass(frozen=True, slots=True)
class NotRefundable:
    """Why nothing of a payment can be given back. ``message`` says it in sentences."""

    why: Hindrance
    message: str
    left: int = 0
    """Of a disputed payment, what could be given back but for the dispute."""
    intent: str | None = None
    """Of one that is not captured, the payment intent to cancel."""


def charge_of(found: Json) -> Json:
    """The charge of what was read: itself, or a payment intent's latest, expanded; None where there is none yet."""
    if isinstance(found, dict) and "latest_charge" in found:
        return found["latest_charge"]
    return found


def left_of(found: Json) -> int | None:
    """How much of a payment can still be given back, in minor units; None where the object doesn't tell."""
    total, given = total_of(found), whole(found, "amount_refunded")
    return None if total is None or given is None else total - given


def total_of(charge: Json) -> int | None:
    """How much of a charge was taken in all, in minor units; None where it doesn't tell."""
    total = whole(charge, "amount")
    return None if total is None else whole(charge, "amount_captured") or total


def refundable(kind: str, object_id: str, found: Json) -> Refundable | NotRefundable:
    """How much of a ``charge`` or a ``payment_intent`` can still be given back, or why nothing can."""
    charge = found
    if kind == "payment_intent":
        charge = found.get("latest_charge") if isinstance(found, dict) else None
        if text_at(found, "status") == "requires_capture":
            return _uncaptured(object_id)
    status, currency = text_at(charge, "status"), currency_at(charge)
    given = whole(charge, "amount_refunded")
    if not isinstance(charge, dict) or currency is None or given is None:
        return NotRefundable("unpaid", f"{escaped(object_id)} has no payment yet, so there is nothing to give back.")
    if status == "failed":
        return NotRefundable("failed", "The payment failed, so there is nothing to give back.")
    if status != "succeeded":
        return NotRefundable("pending", "The payment has not gone through yet, so there is nothing to give back.")
    if charge.get("captured") is False:
        return _uncaptured(text_at(charge, "payment_intent"))
    left = left_of(charge) or 0
    if left <= 0:
        return NotRefundable("refunded", f"It is refunded already: all of the {format_amount(given, currency)}.")
    if charge.get("disputed") is True:
        return NotRefundable(
            "disputed",
            "The payment is disputed: the bank decides about the money, and a refund would give it back twice. "
            "Stripe refunds it only where the dispute is a mere inquiry.",
            left=left,
        )
    return Refundable(left, currency)


def _uncaptured(intent: str | None) -> NotRefundable:
    message = "The payment is authorized and not captured, so no money has moved: cancel it instead of refunding it."
    return NotRefundable("uncaptured", message, intent=intent)
