"""Refunds, through every door that gives a charge's money back, and disputes."""

from typing import Any

from operations.sandbox.behaviours import cards, generic, ledger
from operations.sandbox.errors import RefusalError, invalid
from operations.sandbox.listing import Many
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Behaviours, Work

_TEXTS = ("reason", "metadata", "instructions_email")

CLOSED = {"won", "lost", "warning_closed", "prevented"}


def give_back(work: Work, charge: StripeObject, amount: int | None, **values: Any) -> StripeObject:
    """A refund of a charge; all that is left where there is no amount. Raises RefusalError where Stripe would."""
    amount = _checked(charge, amount)
    method = work.book.any(charge["payment_method"] or "")
    card = cards.card_of_method(method)
    status = "pending" if card.outcome == "pending_refund" else "succeeded"
    given = {
        "amount": amount, "charge": charge["id"], "currency": charge["currency"], "created": work.now, "status": status,
        "payment_intent": charge["payment_intent"], "customer": charge["customer"],
        "payment_method": charge["payment_method"],
        "reason": None, "metadata": {},
        "destination_details": {"type": "card", "card": {"type": "refund", "reference_status": "pending",
        "reference_type": "acquirer_reference_number"}},
    } | values  # fmt: skip
    made = work.draft("refund", **given)
    if charge["captured"]:
        made["balance_transaction"] = ledger.move(work, "refund", -amount, charge["currency"], made["id"], now=True)
    refunded = charge["amount_refunded"] + amount
    work.change(charge, amount_refunded=refunded, refunded=refunded == charge["amount"])
    work.book.put(made)
    work.changed.append(made["id"])
    work.event("charge.refunded", charge)
    work.event("refund.created", made)
    if card.outcome == "failed_refund":
        _take_back(work, made, "failed", failure_reason="expired_or_canceled_card")
        work.event("refund.failed", made)
    return made


def _checked(charge: StripeObject, amount: int | None) -> int:
    """The amount to refund. Raises RefusalError for a charge that can't be refunded and for more than is left of it."""
    if charge["status"] != "succeeded":
        raise invalid(f"Charge {charge['id']} has not been paid and can't be refunded.", code="charge_not_refundable")
    left: int = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if charge["disputed"]:
        raise invalid(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if amount is None:
        return left
    ledger.positive(amount)
    if amount > left:
        raise invalid(
            f"Refund amount ({ledger.money(amount, charge['currency'])}) is greater than unrefunded amount on charge "
            f"({ledger.money(left, charge['currency'])})",
            param="amount",
        )
    return amount


def _take_back(work: Work, refund: StripeObject, status: str, **values: Any) -> None:
    """The money of a refund returns to the balance, and the charge is that much less refunded."""
    moved = ledger.move(work, "refund_failure", refund["amount"], refund["currency"], refund["id"], now=True)
    work.change(refund, status=status, failure_balance_transaction=moved, **values)
    charge = work.book.get("charge", refund["charge"])
    if charge is not None:
        left = charge["amount_refunded"] - refund["amount"]
        work.change(charge, "charge.refund.updated", amount_refunded=left, refunded=False)


def create_refund(work: Work) -> StripeObject:
    """``POST /v1/refunds``: of a charge or of a payment intent's charge."""
    work.exclusive("charge", "payment_intent")
    if "charge" not in work.parameters and "payment_intent" not in work.parameters:
        raise invalid(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
            param="charge",
        )
    return give_back(work, _charge_named(work), work.parameters.get("amount"), **work.given(*_TEXTS))


def _charge_named(work: Work) -> StripeObject:
    if "charge" in work.parameters:
        return work.find("charge", work.parameters["charge"], param="charge")
    intent = work.find("payment_intent", work.parameters["payment_intent"], param="payment_intent")
    if not intent["latest_charge"]:
        raise invalid(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.", param="payment_intent"
        )
    return work.find("charge", intent["latest_charge"])


def refund_of_charge(work: Work) -> StripeObject:
    """``POST /v1/charges/{charge}/refunds``: the refund."""
    return give_back(work, work.own("charge"), work.parameters.get("amount"), **work.given(*_TEXTS))


def refunded_charge(work: Work) -> StripeObject:
    """``POST /v1/charges/{charge}/refund``: the same, answered with the charge."""
    charge = work.own("charge")
    give_back(work, charge, work.parameters.get("amount"), **work.given(*_TEXTS))
    return charge


def cancel_refund(work: Work) -> StripeObject:
    """``POST /v1/refunds/{refund}/cancel``: only while the customer still has to do something for it."""
    refund = work.own("refund")
    if refund["status"] not in {"requires_action", "pending"}:
        raise invalid(
            f"You cannot cancel this refund because it has a status of {refund['status']}. Only refunds that require "
            "action can be canceled.",
            code="refund_unexpected_state",
        )
    _take_back(work, refund, "canceled")
    work.event("refund.updated", refund)
    return refund


def refunds_of_charge(work: Work) -> Many:
    """``GET /v1/charges/{charge}/refunds``."""
    return Many(work.refers("refund", charge=work.own("charge")["id"]))


def dispute_of_charge(work: Work) -> StripeObject:
    """The dispute over the charge of the path; 404 where there is none."""
    charge = work.own("charge")
    found = work.refers("dispute", charge=charge["id"])
    if not found:
        raise work.missing("dispute", charge["id"])
    return found[0]


def _respond(work: Work, dispute: StripeObject) -> StripeObject:
    if dispute["status"] in CLOSED:
        raise invalid("This dispute is already closed.", code="dispute_closed")
    evidence = work.parameters.get("evidence")
    if isinstance(evidence, dict):
        dispute["evidence"] = {**dispute["evidence"], **evidence}
        dispute["evidence_details"] = {**dispute["evidence_details"], "has_evidence": True}
    work.take(dispute, "evidence", "submit")
    # Stripe hands the evidence to the bank unless it is told not to.
    if evidence is not None and work.parameters.get("submit", True):
        count = dispute["evidence_details"]["submission_count"] + 1
        dispute["evidence_details"] = {**dispute["evidence_details"], "submission_count": count}
        dispute["status"] = "under_review"
    return work.change(dispute, "charge.dispute.updated")


def _close(work: Work, dispute: StripeObject) -> StripeObject:
    if dispute["status"] in CLOSED:
        raise invalid("This dispute is already closed.", code="dispute_closed")
    return work.change(dispute, "charge.dispute.closed", status="lost")


def expire_refund(work: Work) -> StripeObject:
    """``POST /v1/test_helpers/refunds/{refund}/expire``."""
    refund = work.own("refund")
    if refund["status"] != "requires_action":
        raise RefusalError(400, "invalid_request_error", "Only refunds that require action can be expired.")
    _take_back(work, refund, "failed", failure_reason="expired_or_canceled_card")
    return refund


BEHAVIOURS: Behaviours = {
    "POST /v1/refunds": create_refund,
    "GET /v1/refunds": generic.every("refund"),
    "GET /v1/refunds/{refund}": generic.read("refund"),
    "POST /v1/refunds/{refund}": generic.change("refund", "refund.updated"),
    "POST /v1/refunds/{refund}/cancel": cancel_refund,
    "POST /v1/test_helpers/refunds/{refund}/expire": expire_refund,
    "POST /v1/charges/{charge}/refund": refunded_charge,
    "POST /v1/charges/{charge}/refunds": refund_of_charge,
    "GET /v1/charges/{charge}/refunds": refunds_of_charge,
    "GET /v1/charges/{charge}/refunds/{refund}": generic.second(generic.read("refund")),
    "POST /v1/charges/{charge}/refunds/{refund}": generic.second(generic.change("refund", "refund.updated")),
    "GET /v1/disputes": generic.every("dispute"),
    "GET /v1/disputes/{dispute}": generic.read("dispute"),
    "POST /v1/disputes/{dispute}": lambda work: _respond(work, work.own("dispute")),
    "POST /v1/disputes/{dispute}/close": lambda work: _close(work, work.own("dispute")),
    "GET /v1/charges/{charge}/dispute": dispute_of_charge,
    "POST /v1/charges/{charge}/dispute": lambda work: _respond(work, dispute_of_charge(work)),
    "POST /v1/charges/{charge}/dispute/close": lambda work: _close(work, dispute_of_charge(work)),
}
