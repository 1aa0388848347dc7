"""Invoices from draft to paid, void or written off, and invoice items."""

from collections.abc import Sequence
from typing import Any

from operations.sandbox.behaviours import cards, generic, intents, ledger, methods
from operations.sandbox.errors import RefusalError, invalid
from operations.sandbox.listing import Many
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Behaviours, Work

DUE_IN = 30 * 86_400


def new(work: Work, customer: StripeObject, **values: Any) -> StripeObject:
    """An empty draft for a customer."""
    given = {
        "customer": customer["id"], "customer_email": customer["email"], "customer_name": customer["name"],
        "customer_address": customer["address"], "customer_tax_exempt": customer["tax_exempt"], "status": "draft",
        "currency": customer["currency"] or "usd", "created": work.now, "period_start": work.now,
        "period_end": work.now,
        "billing_reason": "manual", "collection_method": "charge_automatically",
        "account_name": "Lanternfish Coffee Roasters",
        "account_country": "US", "attempt_count": 0, "attempted": False, "auto_advance": False, "default_tax_rates": [],
        "discounts": [], "starting_balance": 0,
    } | values  # fmt: skip
    made = work.draft("invoice", **given)
    made["lines"] = {
        "object": "list",
        "data": [],
        "has_more": False,
        "total_count": 0,
        "url": f"/v1/invoices/{made['id']}/lines",
    }
    _add_up(made)
    work.book.put(made)
    work.changed.append(made["id"])
    return made


def of_subscription(
    work: Work,
    subscription: StripeObject,
    customer: StripeObject,
    lines: Sequence[tuple[StripeObject, int]],
    *,
    reason: str,
    **values: Any,
) -> StripeObject:
    """A finalized invoice for a period of a subscription."""
    parent = {
        "type": "subscription_details", "quote_details": None,
        "subscription_details": {"subscription": subscription["id"], "metadata": {}},
    }  # fmt: skip
    made = new(
        work, customer, billing_reason=reason, currency=subscription["currency"], parent=parent,
        collection_method=subscription["collection_method"], **values,
    )  # fmt: skip
    for price, quantity in lines:
        product = work.book.get("product", price["product"])
        name = product["name"] if product else price["id"]
        add_line(
            work, made, (price["unit_amount"] or 0) * quantity, f"{quantity} × {name}", quantity=quantity, price=price
        )
    work.event("invoice.created", made)
    return finalize(work, made)


def add_line(
    work: Work,
    invoice: StripeObject,
    amount: int,
    description: str | None,
    *,
    quantity: int = 1,
    price: StripeObject | None = None,
) -> StripeObject:
    """A new line of a draft, which is added up anew."""
    pricing = None
    if price is not None:
        pricing = {
            "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"],
            "price_details": {"price": price["id"], "product": price["product"]},
        }  # fmt: skip
    line = work.draft(
        "line_item", amount=amount, subtotal=amount, currency=invoice["currency"], description=description,
        quantity=quantity, invoice=invoice["id"], pricing=pricing, metadata={}, period={"start": work.now,
        "end": work.now},
        discountable=True, subscription=None,
    )  # fmt: skip
    invoice["lines"]["data"].append(line)
    _add_up(invoice)
    return line


def _add_up(invoice: StripeObject) -> None:
    total = sum(line["amount"] for line in invoice["lines"]["data"])
    invoice["lines"]["total_count"] = len(invoice["lines"]["data"])
    invoice.update(
        subtotal=total, total=total, subtotal_excluding_tax=total, total_excluding_tax=total, amount_due=max(total, 0),
        amount_paid=0, amount_remaining=max(total, 0), amount_overpaid=0, amount_shipping=0,
        pre_payment_credit_notes_amount=0, post_payment_credit_notes_amount=0,
    )  # fmt: skip


def finalize(work: Work, invoice: StripeObject) -> StripeObject:
    """Draft to open: numbered, and not to be changed any more. One of nothing is paid at once."""
    customer = work.find("customer", invoice["customer"])
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}"
    customer["next_invoice_sequence"] += 1
    invoice.update(
        status="open", number=number, effective_at=work.now, auto_advance=True,
        hosted_invoice_url=f"https://invoice.sandbox.example/i/{invoice['id']}",
        invoice_pdf=f"https://invoice.sandbox.example/i/{invoice['id']}/pdf",
        status_transitions={**invoice["status_transitions"], "finalized_at": work.now},
    )  # fmt: skip
    if invoice["collection_method"] == "send_invoice" and invoice["due_date"] is None:
        invoice["due_date"] = work.now + DUE_IN
    work.change(invoice, "invoice.finalized")
    if invoice["amount_due"] == 0:
        settle(work, invoice)
    return invoice


def settle(work: Work, invoice: StripeObject) -> None:
    """Open to paid."""
    invoice["status_transitions"] = {**invoice["status_transitions"], "paid_at": work.now}
    work.change(
        invoice, "invoice.paid", status="paid", amount_paid=invoice["amount_due"], amount_remaining=0, attempted=True,
        next_payment_attempt=None,
    )  # fmt: skip


def collect(work: Work, invoice: StripeObject, method: StripeObject) -> bool:
    """Takes the money by a payment intent; whether it was paid. A declined one stays open."""
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
    if invoice["status"] == "paid":
        return True
    intent = work.make(
        "payment_intent", "payment_intent.created", amount=invoice["amount_due"], currency=invoice["currency"],
        customer=invoice["customer"], payment_method=method["id"], created=work.now, status="requires_confirmation",
        description=f"Invoice {invoice['number']}", capture_method="automatic", confirmation_method="automatic",
        payment_method_types=["card"], amount_received=0, amount_capturable=0, latest_charge=None, metadata={},
    )  # fmt: skip
    work.make(
        "invoice_payment", invoice=invoice["id"], amount_requested=invoice["amount_due"], amount_paid=None,
        is_default=True,
        currency=invoice["currency"], created=work.now, status="open", status_transitions={"canceled_at": None,
        "paid_at": None},
        payment={"type": "payment_intent", "payment_intent": intent["id"], "charge": None},
    )  # fmt: skip
    try:
        intents.confirm(work, intent)
    except RefusalError:
        work.event("invoice.payment_failed", invoice)
        return False
    payment = work.refers("invoice_payment", invoice=invoice["id"])[0]
    payment.update(
        status="paid", amount_paid=invoice["amount_due"], status_transitions={"canceled_at": None, "paid_at": work.now}
    )
    settle(work, invoice)
    return True


# --- doors ---


def create(work: Work) -> StripeObject:
    """``POST /v1/invoices``: a draft with the customer's waiting items, unless they are left out."""
    customer = work.find("customer", work.parameters.get("customer"), param="customer")
    made = new(work, customer)
    work.take(made, "customer")
    if work.parameters.get("days_until_due"):
        made["due_date"] = work.now + int(work.parameters["days_until_due"]) * 86_400
    if work.parameters.get("pending_invoice_items_behavior", "include") != "exclude":
        for item in work.refers("invoiceitem", customer=customer["id"], invoice=None):
            _bill(work, made, item)
    work.event("invoice.created", made)
    return made


def _bill(work: Work, invoice: StripeObject, item: StripeObject) -> None:
    line = add_line(work, invoice, item["amount"], item["description"], quantity=item["quantity"])
    line["parent"] = {"type": "invoice_item_details", "invoice_item_details": {"invoice_item": item["id"]}}
    item["invoice"] = invoice["id"]


def expect(invoice: StripeObject, verb: str, *allowed: str) -> StripeObject:
    """The invoice. Raises RefusalError unless it has one of the allowed statuses."""
    if invoice["status"] not in allowed:
        raise invalid(
            f"You can only {verb} {' or '.join(allowed)} invoices. This invoice has status {invoice['status']}.",
            code="invoice_not_editable" if verb in {"update", "delete"} else None,
        )
    return invoice


def update(work: Work) -> StripeObject:
    """``POST /v1/invoices/{invoice}``: a finalized one only in its metadata and delivery."""
    invoice = work.own("invoice")
    if set(work.parameters) - {"metadata", "auto_advance", "expand", "default_payment_method", "payment_settings"}:
        expect(invoice, "update", "draft")
    return work.change(work.take(invoice), "invoice.updated")


def pay(work: Work) -> StripeObject:
    """``POST /v1/invoices/{invoice}/pay``: by the given or the customer's own method, or out of band."""
    invoice = work.own("invoice")
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid", code="invoice_already_paid")
    expect(invoice, "pay", "draft", "open", "uncollectible")
    if invoice["status"] == "draft":
        finalize(work, invoice)
    if invoice["status"] != "paid" and work.parameters.get("paid_out_of_band"):
        settle(work, invoice)
    if invoice["status"] == "paid":
        return invoice
    customer = work.find("customer", invoice["customer"])
    id_ = work.parameters.get("payment_method") or work.parameters.get("source") or invoice["default_payment_method"]
    method = methods.method_of(work, id_, "payment_method") if id_ else methods.default_method(work, customer)
    if method is None:
        raise invalid(
            "There is no `default_payment_method` set on this Customer or Invoice. Please set one, or pass one.",
            code="invoice_payment_intent_requires_action",
        )
    if not collect(work, invoice, method):
        raise cards.refusal(cards.card_of_method(method), None)
    return invoice


def void(work: Work) -> StripeObject:
    """``POST /v1/invoices/{invoice}/void``: for good."""
    invoice = expect(work.own("invoice"), "void", "open", "uncollectible")
    invoice["status_transitions"] = {**invoice["status_transitions"], "voided_at": work.now}
    return work.change(invoice, "invoice.voided", status="void", amount_remaining=0)


def write_off(work: Work) -> StripeObject:
    """``POST /v1/invoices/{invoice}/mark_uncollectible``."""
    invoice = expect(work.own("invoice"), "mark as uncollectible", "open")
    invoice["status_transitions"] = {**invoice["status_transitions"], "marked_uncollectible_at": work.now}
    return work.change(invoice, "invoice.marked_uncollectible", status="uncollectible")


def send(work: Work) -> StripeObject:
    """``POST /v1/invoices/{invoice}/send``: finalized first, if need be."""
    invoice = expect(work.own("invoice"), "send", "draft", "open", "paid")
    if invoice["status"] == "draft":
        finalize(work, invoice)
    return work.change(invoice, "invoice.sent")


def delete(work: Work) -> StripeObject:
    """``DELETE /v1/invoices/{invoice}``: a draft only, and for good."""
    return work.remove(expect(work.own("invoice"), "delete", "draft"), "invoice.deleted")


def lines(work: Work) -> Many:
    """``GET /v1/invoices/{invoice}/lines``."""
    return Many(list(work.own("invoice")["lines"]["data"]))


def many(work: Work) -> Many:
    """``GET /v1/invoices``, also by subscription."""
    items = list(work.book.newest("invoice"))
    subscription = work.parameters.get("subscription")
    if subscription:
        items = [each for each in items if subscription_of(each) == subscription]
    return Many(items, handled=frozenset({"subscription"}))


def subscription_of(invoice: StripeObject) -> str | None:
    """The id of the subscription that an invoice bills, or None."""
    details = (invoice["parent"] or {}).get("subscription_details")
    return details["subscription"] if details else None


def create_item(work: Work, **values: Any) -> StripeObject:
    """``POST /v1/invoiceitems``: on a draft, or waiting for the customer's next invoice."""
    customer = work.find("customer", work.parameters.get("customer"), param="customer")
    invoice = work.optional("invoice", "invoice")
    if invoice is not None:
        expect(invoice, "update", "draft")
    pricing = work.parameters.get("pricing") or {}
    price = work.find("price", pricing["price"], param="pricing[price]") if pricing.get("price") else None
    quantity = work.number("quantity", 1)
    amount = work.parameters.get("amount")
    if amount is None:
        unit = work.parameters.get("unit_amount_decimal")
        amount = (price["unit_amount"] or 0) * quantity if price else round(float(unit or 0)) * quantity
    currency = str(work.parameters.get("currency") or (price or customer)["currency"] or "usd")
    made = work.make(
        "invoiceitem", "invoiceitem.created", customer=customer["id"], amount=amount, quantity=quantity, date=work.now,
        currency=ledger.checked_currency(currency), invoice=None, proration=False,
        period={"start": work.now, "end": work.now}, discountable=True, **work.given("description", "metadata"),
        **values,
    )  # fmt: skip
    if invoice is not None:
        _bill(work, invoice, made)
    return made


def delete_item(work: Work) -> StripeObject:
    """``DELETE /v1/invoiceitems/{invoiceitem}``: unless its invoice is finalized."""
    item = work.own("invoiceitem")
    invoice = work.book.get("invoice", item["invoice"])
    if invoice is not None:
        expect(invoice, "update", "draft")
        data = invoice["lines"]["data"]
        invoice["lines"]["data"] = [
            each
            for each in data
            if ((each["parent"] or {}).get("invoice_item_details") or {}).get("invoice_item") != item["id"]
        ]
        _add_up(invoice)
    return work.remove(item, "invoiceitem.deleted")


BEHAVIOURS: Behaviours = {
    "POST /v1/invoices": create,
    "GET /v1/invoices": many,
    "GET /v1/invoices/search": generic.find("invoice"),
    "GET /v1/invoices/{invoice}": generic.read("invoice"),
    "POST /v1/invoices/{invoice}": update,
    "DELETE /v1/invoices/{invoice}": delete,
    "POST /v1/invoices/{invoice}/finalize": lambda work: finalize(
        work, expect(work.own("invoice"), "finalize", "draft")
    ),
    "POST /v1/invoices/{invoice}/pay": pay,
    "POST /v1/invoices/{invoice}/void": void,
    "POST /v1/invoices/{invoice}/mark_uncollectible": write_off,
    "POST /v1/invoices/{invoice}/send": send,
    "GET /v1/invoices/{invoice}/lines": lines,
    "GET /v1/invoice_payments": generic.every("invoice_payment"),
    "GET /v1/invoice_payments/{invoice_payment}": generic.read("invoice_payment"),
    "POST /v1/invoiceitems": create_item,
    "GET /v1/invoiceitems": generic.every("invoiceitem"),
    "GET /v1/invoiceitems/{invoiceitem}": generic.read("invoiceitem"),
    "POST /v1/invoiceitems/{invoiceitem}": generic.change("invoiceitem", "invoiceitem.updated", "period", "pricing"),
    "DELETE /v1/invoiceitems/{invoiceitem}": delete_item,
}
