"""Charges: made, captured, and disputed."""

from typing import Any

from operations.sandbox.behaviours import cards, generic, ledger, methods
from operations.sandbox.errors import RefusalError, invalid
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Behaviours, Work

AUTHORIZED_FOR = 7 * 86_400
"""Seconds for which an uncaptured payment can be captured."""

EVIDENCE_TIME = 9 * 86_400
"""Seconds until a dispute's evidence is due."""


_NO_DETAILS = "The bank did not return any further details with this decline."

_CHARGE_TEXTS = (
    "description", "metadata", "receipt_email", "shipping", "statement_descriptor", "statement_descriptor_suffix",
    "transfer_group",
)  # fmt: skip


def charge(
    work: Work,
    *,
    amount: int,
    currency: str,
    method: StripeObject,
    customer: str | None = None,
    intent: str | None = None,
    capture: bool = True,
    **values: Any,
) -> StripeObject:
    """A charge of a card, kept whether it succeeded or failed; look at its ``status``. Amounts are not checked here."""
    card = cards.card_of_method(method)
    failure = cards.failure(card)
    holder = work.book.get("customer", customer) or {}
    made = work.draft(
        "charge", amount=amount, amount_captured=0, amount_refunded=0, currency=currency, customer=customer,
        payment_intent=intent, payment_method=method["id"], created=work.now, captured=False, paid=failure is None,
        refunded=False, disputed=False, status="failed" if failure else "succeeded",
        calculated_statement_descriptor="LANTERNFISH COFFEE",
        billing_details={
            "address": holder.get("address"), "email": holder.get("email"), "name": holder.get("name"),
            "phone": holder.get("phone"), "tax_id": None,
        },
        payment_method_details={"type": "card", "card": {**cards.details(card), "amount_authorized": amount}},
        outcome=_outcome(card),
        **values,
    )  # fmt: skip
    made["receipt_url"] = f"https://pay.sandbox.example/receipts/{made['id']}"
    if failure:
        made["failure_code"], made["failure_message"] = failure
    work.book.put(made)
    work.changed.append(made["id"])
    if not failure and capture:
        collect(work, made, amount)
    work.event("charge.failed" if failure else "charge.succeeded", made)
    if not failure and card.outcome == "dispute":
        dispute(work, made)
    return made


def _outcome(card: cards.Card) -> dict[str, Any]:
    failed = card.decline is not None
    return {
        "advice_code": "try_again_later" if failed else None, "network_advice_code": None, "network_decline_code": None,
        "network_status": "declined_by_network" if failed else "approved_by_network", "reason": card.decline,
        "risk_level": "normal", "risk_score": 24, "type": "issuer_declined" if failed else "authorized",
        "seller_message": _NO_DETAILS if failed else "Payment complete.",
    }  # fmt: skip


def collect(work: Work, value: StripeObject, amount: int) -> None:
    """Takes the money of an authorized charge: all of it, or a part, which releases the rest."""
    fee = ledger.fee_of(amount, value["currency"])
    moved = ledger.move(work, "charge", amount, value["currency"], value["id"], fee=fee)
    work.change(value, captured=True, amount_captured=amount, balance_transaction=moved)
    if amount < value["amount"]:
        value["amount_refunded"] = value["amount"] - amount


def create_charge(work: Work) -> StripeObject:
    """``POST /v1/charges``: of a token, or of a customer's default card."""
    if "amount" not in work.parameters or "currency" not in work.parameters:
        missing = "amount" if "amount" not in work.parameters else "currency"
        raise invalid(f"Missing required param: {missing}.", param=missing, code="parameter_missing")
    currency = ledger.checked_currency(work.parameters["currency"])
    amount = ledger.checked_amount(work.parameters["amount"], currency)
    customer = work.optional("customer", "customer")
    method = _charged_method(work, customer)
    capture = work.parameters.get("capture", True)
    made = charge(
        work, amount=amount, currency=currency, method=method, capture=capture,
        customer=customer["id"] if customer else None, **work.given(*_CHARGE_TEXTS),
    )  # fmt: skip
    if made["status"] == "failed":
        raise cards.refusal(cards.card_of_method(method), made["id"])
    return made


def _charged_method(work: Work, customer: StripeObject | None) -> StripeObject:
    source = work.parameters.get("source")
    if isinstance(source, str) and source:
        return methods.method_of(work, source, "source")
    if customer is None:
        raise invalid("Must provide source or customer.", code="parameter_missing", param="source")
    return methods.default_method(work, customer) or _no_method(customer)


def _no_method(customer: StripeObject) -> StripeObject:
    raise RefusalError(
        402,
        "card_error",
        f"Cannot charge a customer that has no active card ({customer['id']}).",
        code="missing",
        param="card",
    )


def capture_charge(work: Work) -> StripeObject:
    """``POST /v1/charges/{charge}/capture``: all of it, or a part, which releases the rest."""
    value = work.own("charge")
    if value["captured"]:
        raise invalid(f"Charge {value['id']} has already been captured.", code="charge_already_captured")
    if value["status"] != "succeeded" or value["refunded"]:
        raise invalid(f"Charge {value['id']} cannot be captured.")
    if work.now - value["created"] > AUTHORIZED_FOR:
        raise invalid(f"Charge {value['id']} has expired and can't be captured.", code="charge_expired_for_capture")
    amount = captured_amount(work, "amount", value["amount"])
    collect(work, value, amount)
    work.event("charge.captured", value)
    return value


def captured_amount(work: Work, param: str, most: int) -> int:
    """The amount to capture; all of it where none is given. Raises RefusalError for more than was authorized."""
    amount = ledger.positive(work.number(param, most), param)
    if amount > most:
        raise invalid(
            f"The amount to capture ({amount}) is more than the amount authorized ({most}).",
            param=param,
            code="amount_too_large",
        )
    return amount


def dispute(work: Work, value: StripeObject, **values: Any) -> StripeObject:
    """A dispute over a charge: the money and a fee leave the balance until it is won."""
    amount = value["amount"] - value["amount_refunded"]
    evidence = {
        "due_by": work.now + EVIDENCE_TIME, "enhanced_eligibility": {}, "has_evidence": False, "past_due": False,
        "submission_count": 0,
    }  # fmt: skip
    given = {
        "amount": amount, "charge": value["id"], "currency": value["currency"],
        "payment_intent": value["payment_intent"],
        "status": "needs_response", "reason": "fraudulent", "created": work.now, "evidence_details": evidence,
        "evidence": {}, "is_charge_refundable": False, "network_reason_code": "10.4", "balance_transactions": [],
    } | values  # fmt: skip
    made = work.draft("dispute", **given)
    moved = ledger.move(work, "adjustment", -amount, value["currency"], made["id"], fee=1500, now=True)
    made["balance_transactions"] = [work.find("balance_transaction", moved)]
    work.book.put(made)
    work.change(value, disputed=True)
    work.event("charge.dispute.created", made)
    return made


BEHAVIOURS: Behaviours = {
    "POST /v1/charges": create_charge,
    "GET /v1/charges": generic.every("charge"),
    "GET /v1/charges/search": generic.find("charge"),
    "GET /v1/charges/{charge}": generic.read("charge"),
    "POST /v1/charges/{charge}": generic.change("charge", "charge.updated"),
    "POST /v1/charges/{charge}/capture": capture_charge,
}
