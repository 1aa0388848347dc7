"""Customers: their data, balance, cards, tax ids and discounts, and their deletion for good."""

from typing import Any

from operations.sandbox.behaviours import cards, generic, methods
from operations.sandbox.errors import invalid
from operations.sandbox.listing import Many
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Behaviours, Work

_SPECIAL = (
    "source",
    "default_source",
    "payment_method",
    "invoice_settings",
    "tax_id_data",
    "coupon",
    "test_clock",
    "tax",
    "cash_balance",
)


def create(work: Work, **values: Any) -> StripeObject:
    """``POST /v1/customers``: with a payment method or a source, if given."""
    method = _method_given(work)
    made = work.draft(
        "customer", created=work.now, balance=0, delinquent=False, tax_exempt="none", preferred_locales=[],
        invoice_prefix=work.ids.letters(8).upper(), next_invoice_sequence=1,
        invoice_settings={"custom_fields": None, "default_payment_method": None, "footer": None,
        "rendering_options": None},
        **values,
    )  # fmt: skip
    work.take(made, *_SPECIAL)
    work.book.put(made)
    work.changed.append(made["id"])
    _settle_method(work, made, method)
    work.event("customer.created", made)
    return made


def update(work: Work) -> StripeObject:
    """``POST /v1/customers/{customer}``."""
    customer = work.own("customer")
    method = _method_given(work)
    work.take(customer, *_SPECIAL)
    _settle_method(work, customer, method)
    return work.change(customer, "customer.updated")


def _method_given(work: Work) -> StripeObject | None:
    settings = work.parameters.get("invoice_settings") or {}
    for param, id_ in (
        ("payment_method", work.parameters.get("payment_method")),
        ("source", work.parameters.get("source")),
        ("invoice_settings[default_payment_method]", settings.get("default_payment_method")),
        ("default_source", work.parameters.get("default_source")),
    ):
        if isinstance(id_, str) and id_:
            return methods.method_of(work, id_, param)
    return None


def _settle_method(work: Work, customer: StripeObject, method: StripeObject | None) -> None:
    settings = work.parameters.get("invoice_settings")
    if isinstance(settings, dict):
        customer["invoice_settings"] = {**customer["invoice_settings"], **settings}
    if method is None:
        return
    method["customer"] = customer["id"]
    if "source" in work.parameters or "default_source" in work.parameters:
        customer["default_source"] = method["id"]
    elif isinstance(settings, dict) and settings.get("default_payment_method"):
        customer["invoice_settings"]["default_payment_method"] = method["id"]


def delete(work: Work) -> StripeObject:
    """``DELETE /v1/customers/{customer}``: its subscriptions end with it; a deleted one is gone."""
    customer = work.own("customer")
    for subscription in work.refers("subscription", customer=customer["id"]):
        if subscription["status"] not in {"canceled", "incomplete_expired"}:
            work.change(
                subscription,
                "customer.subscription.deleted",
                status="canceled",
                canceled_at=work.now,
                ended_at=work.now,
            )
    for method in work.refers("payment_method", customer=customer["id"]):
        method["customer"] = None
    return work.remove(customer, "customer.deleted")


def add_balance(work: Work) -> StripeObject:
    """``POST /v1/customers/{customer}/balance_transactions``: credit (negative) or debit on the next invoice."""
    customer = work.own("customer")
    amount = work.parameters["amount"]
    balance = customer["balance"] + amount
    made = work.make(
        "customer_balance_transaction", customer=customer["id"], amount=amount, currency=work.parameters["currency"],
        ending_balance=balance, type="adjustment", created=work.now, description=None,
    )  # fmt: skip
    work.take(made, "amount", "currency")
    work.change(customer, "customer.updated", balance=balance, currency=customer["currency"] or made["currency"])
    return made


def add_source(work: Work) -> StripeObject:
    """``POST /v1/customers/{customer}/sources`` and ``/cards``: a card from a token."""
    customer = work.own("customer")
    token = work.parameters.get("source") or work.parameters.get("card") or "tok_visa"
    card = cards.card_of_token(token) if isinstance(token, str) else cards.CARDS["visa"]
    if card is None:
        raise work.missing("token", token, param="source")
    made = work.make("card", "customer.source.created", customer=customer["id"], name=customer["name"], **_plain(card))
    if not customer["default_source"]:
        customer["default_source"] = made["id"]
    return made


def _plain(card: cards.Card) -> dict[str, Any]:
    return {
        "brand": card.brand.title(), "country": card.country, "last4": card.last4, "exp_month": 8, "exp_year": 2030,
        "funding": "credit", "cvc_check": "pass", "fingerprint": f"Sandbox{card.last4}Fingerprint",
    }  # fmt: skip


def _source(work: Work) -> StripeObject:
    customer = work.own("customer")
    found = work.book.any(work.path_ids[1])
    if (
        found is None
        or found["object"] not in {"card", "bank_account", "source"}
        or found["customer"] != customer["id"]
    ):
        raise work.missing("source", work.path_ids[1])
    return found


def sources(work: Work) -> Many:
    """The cards and bank accounts of a customer."""
    customer = work.own("customer")
    return Many(work.refers("card", customer=customer["id"]) + work.refers("bank_account", customer=customer["id"]))


def delete_source(work: Work) -> StripeObject:
    """Takes a card or bank account away from its customer."""
    source = _source(work)
    customer = work.own("customer")
    if customer["default_source"] == source["id"]:
        customer["default_source"] = None
    return work.remove(source, "customer.source.deleted")


def add_bank_account(work: Work) -> StripeObject:
    """``POST /v1/customers/{customer}/bank_accounts``: the test account, unverified."""
    customer = work.own("customer")
    return work.make(
        "bank_account", "customer.source.created", customer=customer["id"], last4="6789", status="new", account=None,
        account_holder_name=customer["name"], bank_name="STRIPE TEST BANK", fingerprint="Sandbox6789Fingerprint",
    )  # fmt: skip


def _discount_owner(work: Work) -> StripeObject:
    """The subscription or customer whose discount the path means: its last id."""
    kind = "subscription" if work.path_ids[-1].startswith("sub_") else "customer"
    return work.find(kind, work.path_ids[-1])


def read_discount(work: Work) -> StripeObject:
    """The discount of a customer or subscription; 404 where there is none."""
    owner = _discount_owner(work)
    discount = _discount(work, owner)
    if discount is None:
        raise invalid(f"No active discount for {owner['object']}: {owner['id']}", code="resource_missing", status=404)
    return discount


def delete_discount(work: Work) -> StripeObject:
    """Ends the discount of a customer or subscription."""
    discount = read_discount(work)
    owner = _discount_owner(work)
    if owner["object"] == "customer":
        owner["discount"] = None
    else:
        owner["discounts"] = []
    return work.remove(discount, "customer.discount.deleted")


def _discount(work: Work, owner: StripeObject) -> StripeObject | None:
    if owner["object"] == "customer":
        found = owner["discount"]
        return work.book.get("discount", found["id"]) if found else None
    return next((each for id_ in owner["discounts"] if (each := work.book.get("discount", id_))), None)


def add_tax_id(work: Work) -> StripeObject:
    """``POST /v1/customers/{customer}/tax_ids``."""
    customer = work.own("customer")
    checked = {"status": "pending", "verified_address": None, "verified_name": None}
    made = work.make(
        "tax_id", "customer.tax_id.created", customer=customer["id"], created=work.now, verification=checked
    )
    return work.take(made)


BEHAVIOURS: Behaviours = {
    "POST /v1/customers": create,
    "GET /v1/customers": generic.every("customer"),
    "GET /v1/customers/search": generic.find("customer"),
    "GET /v1/customers/{customer}": generic.read("customer"),
    "POST /v1/customers/{customer}": update,
    "DELETE /v1/customers/{customer}": delete,
    "POST /v1/customers/{customer}/balance_transactions": add_balance,
    "GET /v1/customers/{customer}/balance_transactions": generic.within("customer_balance_transaction", "customer"),
    "GET /v1/customers/{customer}/balance_transactions/{transaction}": generic.second(
        generic.read("customer_balance_transaction")
    ),
    "GET /v1/customers/{customer}/sources": sources,
    "POST /v1/customers/{customer}/sources": add_source,
    "GET /v1/customers/{customer}/sources/{id}": _source,
    "POST /v1/customers/{customer}/sources/{id}": lambda work: work.change(
        work.take(_source(work)), "customer.source.updated"
    ),
    "DELETE /v1/customers/{customer}/sources/{id}": delete_source,
    "GET /v1/customers/{customer}/cards": generic.within("card", "customer"),
    "POST /v1/customers/{customer}/cards": add_source,
    "GET /v1/customers/{customer}/cards/{id}": _source,
    "POST /v1/customers/{customer}/cards/{id}": lambda work: work.change(
        work.take(_source(work)), "customer.source.updated"
    ),
    "DELETE /v1/customers/{customer}/cards/{id}": delete_source,
    "GET /v1/customers/{customer}/bank_accounts": generic.within("bank_account", "customer"),
    "POST /v1/customers/{customer}/bank_accounts": add_bank_account,
    "GET /v1/customers/{customer}/bank_accounts/{id}": _source,
    "POST /v1/customers/{customer}/bank_accounts/{id}": lambda work: work.change(
        work.take(_source(work)), "customer.source.updated"
    ),
    "POST /v1/customers/{customer}/bank_accounts/{id}/verify": lambda work: work.change(
        _source(work), status="verified"
    ),
    "DELETE /v1/customers/{customer}/bank_accounts/{id}": delete_source,
    "GET /v1/customers/{customer}/discount": read_discount,
    "DELETE /v1/customers/{customer}/discount": delete_discount,
    "DELETE /v1/subscriptions/{subscription_exposed_id}/discount": delete_discount,
    "GET /v1/customers/{customer}/subscriptions/{subscription_exposed_id}/discount": read_discount,
    "DELETE /v1/customers/{customer}/subscriptions/{subscription_exposed_id}/discount": delete_discount,
    "GET /v1/customers/{customer}/tax_ids": generic.within("tax_id", "customer"),
    "POST /v1/customers/{customer}/tax_ids": add_tax_id,
    "GET /v1/customers/{customer}/tax_ids/{id}": generic.second(generic.read("tax_id")),
    "DELETE /v1/customers/{customer}/tax_ids/{id}": generic.second(generic.remove("tax_id", "customer.tax_id.deleted")),
}
