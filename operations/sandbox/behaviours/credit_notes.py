"""Credit notes: they take from what is owed, and can give back what was paid."""

from typing import Any

from operations.sandbox.behaviours import generic, invoices, ledger, refunds
from operations.sandbox.errors import invalid
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Behaviours, Work


def credit(work: Work, **values: Any) -> StripeObject:
    """``POST /v1/credit_notes``: takes from what is owed, or gives back what was paid."""
    invoice = invoices.expect(
        work.find("invoice", work.parameters["invoice"], param="invoice"), "credit", "open", "paid"
    )
    customer = work.find("customer", invoice["customer"])
    amount = work.number("amount", 0) or sum(int(line.get("amount", 0)) for line in work.parameters.get("lines") or [])
    most = invoice["total"] - invoice["pre_payment_credit_notes_amount"] - invoice["post_payment_credit_notes_amount"]
    amount = ledger.positive(amount or most)
    if amount > most:
        raise invalid(
            f"The credit note amount ({ledger.money(amount, invoice['currency'])}) is more than what is left of the "
            f"invoice ({ledger.money(most, invoice['currency'])}).",
            param="amount",
        )
    paid = invoice["status"] == "paid"
    back = work.number("refund_amount", 0)
    refund = refunds.give_back(work, _charge_of(work, invoice), back, reason=None) if paid and back else None
    made = work.make(
        "credit_note", "credit_note.created", invoice=invoice["id"], customer=customer["id"], amount=amount,
        total=amount,
        subtotal=amount, currency=invoice["currency"], created=work.now, status="issued", discount_amount=0,
        amount_shipping=0,
        number=f"{invoice['number']}-CN-{len(work.refers('credit_note', invoice=invoice['id'])) + 1:02}",
        type="post_payment" if paid else "pre_payment", post_payment_amount=amount if paid else 0,
        pre_payment_amount=0 if paid else amount, pdf=f"https://invoice.sandbox.example/cn/{invoice['id']}",
        refunds=[{"amount_refunded": back, "refund": refund["id"], "type": "refund"}] if refund else [],
        **work.given("memo", "reason", "metadata"), **values,
    )  # fmt: skip
    field = "post_payment_credit_notes_amount" if paid else "pre_payment_credit_notes_amount"
    work.change(invoice, "invoice.updated", **{field: invoice[field] + amount})
    if not paid:
        left = invoice["amount_remaining"] - amount
        work.change(invoice, amount_due=left, amount_remaining=left)
        if left == 0:
            invoices.settle(work, invoice)
    return made


def _charge_of(work: Work, invoice: StripeObject) -> StripeObject:
    for payment in work.refers("invoice_payment", invoice=invoice["id"], status="paid"):
        intent = work.book.get("payment_intent", payment["payment"]["payment_intent"])
        if intent is not None and intent["latest_charge"]:
            return work.find("charge", intent["latest_charge"])
    raise invalid("This invoice has no payment that can be refunded.", param="refund_amount")


def void_credit_note(work: Work) -> StripeObject:
    """``POST /v1/credit_notes/{id}/void``: only one of an open invoice."""
    note = work.own("credit_note")
    if note["status"] == "void" or note["type"] == "post_payment":
        raise invalid("You can only void issued credit notes of open invoices.")
    invoice = work.find("invoice", note["invoice"])
    left = invoice["amount_remaining"] + note["amount"]
    work.change(invoice, amount_due=left, amount_remaining=left, status="open")
    return work.change(note, "credit_note.voided", status="void", voided_at=work.now)


BEHAVIOURS: Behaviours = {
    "POST /v1/credit_notes": credit,
    "GET /v1/credit_notes": generic.every("credit_note"),
    "GET /v1/credit_notes/{id}": generic.read("credit_note"),
    "POST /v1/credit_notes/{id}": generic.change("credit_note", "credit_note.updated"),
    "POST /v1/credit_notes/{id}/void": void_credit_note,
}
