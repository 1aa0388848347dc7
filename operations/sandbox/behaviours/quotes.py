"""Quotes: drafted, made final, accepted or canceled, and as PDFs."""

from typing import Any

from operations.sandbox.behaviours import generic
from operations.sandbox.errors import RefusalError, invalid
from operations.sandbox.pdf import NOT_STRIPE, pdf
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Behaviours, Work

LIFETIME = 30 * 86_400
"""Seconds that a quote can be accepted for."""


def create(work: Work, **values: Any) -> StripeObject:
    """``POST /v1/quotes``: a draft, which has no number yet."""
    customer = work.optional("customer", "customer")
    made = work.draft(
        "quote", status="draft", number=None, created=work.now, expires_at=work.now + LIFETIME,
        currency=(customer or {}).get("currency") or "usd", customer=customer["id"] if customer else None,
        status_transitions={"accepted_at": None, "canceled_at": None, "finalized_at": None},
        amount_subtotal=(total := _total(work)), amount_total=total, **values,
    )  # fmt: skip
    work.book.put(work.take(made, "customer"))
    work.changed.append(made["id"])
    work.event("quote.created", made)
    return made


def _total(work: Work) -> int:
    total = 0
    for index, item in enumerate(work.parameters.get("line_items") or []):
        price = work.find("price", item["price"], param=f"line_items[{index}][price]") if "price" in item else {}
        total += (price.get("unit_amount") or 0) * item.get("quantity", 1)
    return total


def finalize(work: Work) -> StripeObject:
    """``POST /v1/quotes/{quote}/finalize``."""
    quote = _in_state(work, "finalize", "draft")
    numbered = sum(1 for each in work.book.newest("quote") if each["number"])
    return _moved(work, quote, "open", "finalized", number=f"QT-{work.ids.letters(8).upper()}-{numbered + 1:04}")


def accept(work: Work) -> StripeObject:
    """``POST /v1/quotes/{quote}/accept``."""
    return _moved(work, _in_state(work, "accept", "open"), "accepted", "accepted")


def cancel(work: Work) -> StripeObject:
    """``POST /v1/quotes/{quote}/cancel``."""
    return _moved(work, _in_state(work, "cancel", "draft", "open"), "canceled", "canceled")


def as_pdf(work: Work) -> bytes:
    """``GET /v1/quotes/{quote}/pdf``: of one that was made final."""
    quote = work.own("quote")
    if not quote["number"]:
        raise _refused(quote, "download the PDF of")
    total, currency = quote["amount_total"], str(quote["currency"]).upper()
    return pdf(f"Quote {quote['number']}", f"Total: {total} {currency} in minor units", NOT_STRIPE)


def _in_state(work: Work, act: str, *states: str) -> StripeObject:
    quote = work.own("quote")
    if quote["status"] not in states:
        raise _refused(quote, act)
    return quote


def _refused(quote: StripeObject, act: str) -> RefusalError:
    return invalid(f"You can't {act} this quote because it is {quote['status']}.", code="quote_status_invalid")


def _moved(work: Work, quote: StripeObject, status: str, done: str, **values: Any) -> StripeObject:
    transitions = {**quote["status_transitions"], f"{done}_at": work.now}
    return work.change(quote, f"quote.{done}", status=status, status_transitions=transitions, **values)


BEHAVIOURS: Behaviours = {
    "POST /v1/quotes": create,
    "GET /v1/quotes": generic.every("quote"),
    "GET /v1/quotes/{quote}": generic.read("quote"),
    "POST /v1/quotes/{quote}": generic.change("quote", "quote.updated"),
    "POST /v1/quotes/{quote}/finalize": finalize,
    "POST /v1/quotes/{quote}/accept": accept,
    "POST /v1/quotes/{quote}/cancel": cancel,
    "GET /v1/quotes/{quote}/pdf": as_pdf,
}
