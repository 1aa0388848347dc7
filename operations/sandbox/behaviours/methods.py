"""Payment methods: of test cards, attached to customers and detached for good."""

from typing import Any

from operations.sandbox.behaviours import cards, generic
from operations.sandbox.errors import invalid
from operations.sandbox.listing import Many
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Behaviours, Work


def default_method(work: Work, customer: StripeObject) -> StripeObject | None:
    """The payment method or source that a customer's payments are taken from, or None."""
    chosen = customer["invoice_settings"].get("default_payment_method") or customer.get("default_source")
    return work.book.any(chosen) if chosen else None


def method_of(work: Work, id_: str, param: str) -> StripeObject:
    """The payment method or source with this id; one is made of a test token such as ``pm_card_visa``."""
    found = work.book.any(id_)
    if found is not None and found["object"] in {"payment_method", "card", "source", "bank_account"}:
        return found
    card = cards.card_of_token(id_)
    if card is None:
        raise work.missing("PaymentMethod" if param == "payment_method" else "token", id_, param=param)
    return new_method(work, card)


def new_method(work: Work, card: cards.Card, **values: Any) -> StripeObject:
    """A payment method of a test card, attached to nobody."""
    given = {"type": "card", "card": cards.details(card), "customer": None, "created": work.now} | values
    return work.make("payment_method", **given)


def create_method(work: Work) -> StripeObject:
    """``POST /v1/payment_methods``."""
    type_ = work.parameters.get("type")
    if type_ is None:
        raise invalid("Missing required param: type.", param="type", code="parameter_missing")
    given = work.parameters.get("card") if type_ == "card" else None
    card = cards.CARDS["visa"]
    if isinstance(given, dict):
        card = cards.card_of_token(str(given.get("token", ""))) or cards.card_of_number(
            str(given.get("number", "4242"))
        )
    made = new_method(work, card, type=type_)
    if type_ != "card":
        made["card"] = None
    return work.take(made, "card", "type", "customer", "payment_method")


def attach_method(work: Work) -> StripeObject:
    """``POST /v1/payment_methods/{payment_method}/attach``."""
    method = method_of(work, work.path_ids[0], "payment_method")
    if not work.parameters.get("customer"):
        raise invalid("Missing required param: customer.", param="customer", code="parameter_missing")
    customer = work.find("customer", work.parameters["customer"], param="customer")
    if method.get("customer") not in (None, customer["id"]):
        raise invalid(
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    return work.change(method, "payment_method.attached", customer=customer["id"])


def detach_method(work: Work) -> StripeObject:
    """``POST /v1/payment_methods/{payment_method}/detach``: for good."""
    method = work.own("payment_method")
    if not method.get("customer"):
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    owner = work.book.get("customer", method["customer"])
    if owner is not None and owner["invoice_settings"].get("default_payment_method") == method["id"]:
        owner["invoice_settings"]["default_payment_method"] = None
    return work.change(method, "payment_method.detached", customer=None)


def update_method(work: Work) -> StripeObject:
    """``POST /v1/payment_methods/{payment_method}``: metadata, billing details and the card's expiry."""
    method = work.own("payment_method")
    work.take(method, "card")
    expiry = {
        key: value for key, value in (work.parameters.get("card") or {}).items() if key in {"exp_month", "exp_year"}
    }
    if expiry and method.get("card"):
        method["card"] = {**method["card"], **expiry}
    return work.change(method, "payment_method.updated")


def methods_of_customer(work: Work) -> Many:
    """``GET /v1/customers/{customer}/payment_methods``."""
    return Many(work.refers("payment_method", customer=work.own("customer")["id"]))


def method_of_customer(work: Work) -> StripeObject:
    """``GET /v1/customers/{customer}/payment_methods/{payment_method}``."""
    owner = work.own("customer")
    method = work.book.get("payment_method", work.path_ids[1])
    if method is None or method["customer"] != owner["id"]:
        raise work.missing("PaymentMethod", work.path_ids[1])
    return method


BEHAVIOURS: Behaviours = {
    "POST /v1/payment_methods": create_method,
    "GET /v1/payment_methods": generic.every("payment_method"),
    "GET /v1/payment_methods/{payment_method}": generic.read("payment_method"),
    "POST /v1/payment_methods/{payment_method}": update_method,
    "POST /v1/payment_methods/{payment_method}/attach": attach_method,
    "POST /v1/payment_methods/{payment_method}/detach": detach_method,
    "GET /v1/customers/{customer}/payment_methods": methods_of_customer,
    "GET /v1/customers/{customer}/payment_methods/{payment_method}": method_of_customer,
}
