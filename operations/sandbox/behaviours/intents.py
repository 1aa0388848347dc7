"""Payment intents: confirmed, captured and canceled."""

from typing import Any

from operations.sandbox.behaviours import cards, charges, generic, ledger, methods
from operations.sandbox.errors import invalid
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Behaviours, Work


def create_intent(work: Work, **values: Any) -> StripeObject:
    """``POST /v1/payment_intents``; with ``confirm`` it is confirmed at once."""
    currency = ledger.checked_currency(work.parameters["currency"])
    amount = ledger.checked_amount(work.parameters["amount"], currency)
    customer = work.optional("customer", "customer")
    method = _given_method(work)
    made = work.draft(
        "payment_intent", amount=amount, currency=currency, customer=customer["id"] if customer else None,
        amount_received=0, amount_capturable=0, payment_method=method["id"] if method else None, created=work.now,
        status="requires_confirmation" if method else "requires_payment_method", capture_method="automatic",
        confirmation_method="automatic", payment_method_types=["card"], latest_charge=None,
        automatic_payment_methods=None, **values,
    )  # fmt: skip
    work.take(made, "amount", "currency", "customer", "payment_method", "automatic_payment_methods")
    if work.parameters.get("automatic_payment_methods"):
        made["automatic_payment_methods"] = {
            "allow_redirects": "always",
            **work.parameters["automatic_payment_methods"],
        }
    made["client_secret"] = f"{made['id']}_secret_{work.ids.letters(25)}"
    work.book.put(made)
    work.changed.append(made["id"])
    work.event("payment_intent.created", made)
    return confirm(work, made) if work.parameters.get("confirm") else made


def _given_method(work: Work) -> StripeObject | None:
    id_ = work.parameters.get("payment_method")
    return methods.method_of(work, id_, "payment_method") if id_ else None


def confirm(work: Work, intent: StripeObject, **values: Any) -> StripeObject:
    """Carries a payment out, or stops at what it still needs. Raises RefusalError when the card is declined."""
    if not intent["payment_method"]:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with one.",
            code="payment_intent_unexpected_state",
        )
    method = methods.method_of(work, intent["payment_method"], "payment_method")
    card = cards.card_of_method(method)
    if card.outcome == "authenticate":
        step = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
        return work.change(intent, "payment_intent.requires_action", status="requires_action", next_action=step)
    manual = intent["capture_method"] == "manual"
    made = charges.charge(
        work, amount=intent["amount"], currency=intent["currency"], method=method, customer=intent["customer"],
        intent=intent["id"], capture=not manual, description=intent["description"],
        metadata=dict(intent["metadata"]), receipt_email=intent["receipt_email"], **values,
    )  # fmt: skip
    if made["status"] == "failed":
        error = cards.refusal(card, made["id"])
        shown = {
            "type": error.type,
            "code": error.code,
            "message": error.message,
            "decline_code": card.decline,
            "charge": made["id"],
        }
        work.change(
            intent, "payment_intent.payment_failed", status="requires_payment_method", latest_charge=made["id"],
            payment_method=None, last_payment_error=shown,
        )  # fmt: skip
        raise cards.refusal(card, made["id"], payment_intent=dict(intent), payment_method=dict(method))
    if manual:
        return work.change(
            intent, "payment_intent.amount_capturable_updated", status="requires_capture", latest_charge=made["id"],
            amount_capturable=intent["amount"],
        )  # fmt: skip
    return work.change(
        intent,
        "payment_intent.succeeded",
        status="succeeded",
        latest_charge=made["id"],
        amount_received=intent["amount"],
    )


def _expect(intent: StripeObject, verb: str, *allowed: str) -> None:
    if intent["status"] not in allowed:
        raise invalid(
            f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}. Only a PaymentIntent "
            f"with one of the following statuses may take this action: {', '.join(allowed)}.",
            code="payment_intent_unexpected_state",
        )


def confirm_intent(work: Work) -> StripeObject:
    """``POST /v1/payment_intents/{intent}/confirm``."""
    intent = work.own("payment_intent")
    _expect(intent, "confirm", "requires_payment_method", "requires_confirmation", "requires_action")
    method = _given_method(work)
    work.take(intent, "payment_method")
    if method is not None:
        intent["payment_method"] = method["id"]
    return confirm(work, intent)


def capture_intent(work: Work) -> StripeObject:
    """``POST /v1/payment_intents/{intent}/capture``."""
    intent = work.own("payment_intent")
    _expect(intent, "capture", "requires_capture")
    amount = charges.captured_amount(work, "amount_to_capture", intent["amount_capturable"])
    charges.collect(work, work.find("charge", intent["latest_charge"]), amount)
    return work.change(
        intent, "payment_intent.succeeded", status="succeeded", amount_capturable=0, amount_received=amount
    )


def cancel_intent(work: Work) -> StripeObject:
    """``POST /v1/payment_intents/{intent}/cancel``; a held amount is released."""
    intent = work.own("payment_intent")
    _expect(
        intent,
        "cancel",
        "requires_payment_method",
        "requires_capture",
        "requires_confirmation",
        "requires_action",
        "processing",
    )
    held = work.book.get("charge", intent["latest_charge"])
    if held is not None and intent["status"] == "requires_capture":
        work.change(held, "charge.refunded", amount_refunded=held["amount"], refunded=True)
    return work.change(
        intent, "payment_intent.canceled", status="canceled", canceled_at=work.now, amount_capturable=0,
        cancellation_reason=work.parameters.get("cancellation_reason"),
    )  # fmt: skip


def update_intent(work: Work) -> StripeObject:
    """``POST /v1/payment_intents/{intent}``."""
    intent = work.own("payment_intent")
    if {"amount", "currency", "payment_method", "customer"} & set(work.parameters):
        _expect(intent, "update", "requires_payment_method", "requires_confirmation", "requires_action")
    method = _given_method(work)
    if "amount" in work.parameters:
        ledger.checked_amount(work.parameters["amount"], intent["currency"])
    work.optional("customer", "customer")
    work.take(intent, "payment_method")
    if method is not None:
        intent.update(payment_method=method["id"], status="requires_confirmation")
    return work.change(intent, "payment_intent.updated")


BEHAVIOURS: Behaviours = {
    "POST /v1/payment_intents": create_intent,
    "GET /v1/payment_intents": generic.every("payment_intent"),
    "GET /v1/payment_intents/search": generic.find("payment_intent"),
    "GET /v1/payment_intents/{intent}": generic.read("payment_intent"),
    "POST /v1/payment_intents/{intent}": update_intent,
    "POST /v1/payment_intents/{intent}/confirm": confirm_intent,
    "POST /v1/payment_intents/{intent}/capture": capture_intent,
    "POST /v1/payment_intents/{intent}/cancel": cancel_intent,
}
