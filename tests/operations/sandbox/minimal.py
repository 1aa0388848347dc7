"""A minimal right request for every operation: ids of objects that the sandbox has, and required parameters only."""

import random
from typing import Any

from operations.call import Call, FileContent, bind
from operations.registry import Registry
from operations.sandbox import Sandbox
from operations.sandbox.ids import Ids, prefix_of
from operations.sandbox.keys import ACCOUNT, CONNECTED_ACCOUNTS
from operations.sandbox.objects.make import Maker
from operations.sandbox.seed import HIGHLIGHTS
from operations.sandbox.state import Book
from operations.spec import Operation, Parameter, Shape

NEXT_WEEK = 1_767_225_600 + 7 * 86_400
"""A week after the tests' clock starts."""

_CUSTOMER = HIGHLIGHTS["customer"]

EXTRA: dict[str, dict[str, Any]] = {
    "POST /v1/file_links": {"file": HIGHLIGHTS["file"]},
    "POST /v1/refunds": {"charge": HIGHLIGHTS["refundable_charge"]},
    "POST /v1/charges": {"amount": 1000, "currency": "usd", "source": "tok_visa"},
    "POST /v1/charges/{charge}/refunds": {"amount": 100},
    "POST /v1/coupons": {"percent_off": 10},
    "POST /v1/credit_notes": {"invoice": HIGHLIGHTS["open_invoice"], "amount": 100},
    "POST /v1/invoiceitems": {"customer": _CUSTOMER, "amount": 100, "currency": "usd"},
    "POST /v1/invoices": {"customer": _CUSTOMER},
    "POST /v1/payment_methods": {"type": "card", "card": {"token": "tok_visa"}},
    "POST /v1/payment_methods/{payment_method}/attach": {"customer": _CUSTOMER},
    "POST /v1/payouts": {"amount": 100},
    "POST /v1/prices": {"product": HIGHLIGHTS["product"], "unit_amount": 500},
    "POST /v1/promotion_codes": {"promotion": {"type": "coupon", "coupon": HIGHLIGHTS["coupon"]}},
    "POST /v1/subscription_items": {"price": "price_1SandboxBeans01"},
    "POST /v1/subscriptions": {"customer": _CUSTOMER, "items": [{"price": HIGHLIGHTS["price"]}]},
    "POST /v1/customers/{customer}/sources": {"source": "tok_visa"},
    "POST /v1/invoices/{invoice}/pay": {"paid_out_of_band": True},
    "POST /v1/customers/{customer}/subscriptions": {"items": [{"price": HIGHLIGHTS["price"]}]},
    "POST /v1/transfers": {"amount": 100},
}
"""Parameters that the registry doesn't call required and that Stripe needs all the same."""

FIRST_IDS: dict[str, tuple[str, ...]] = {
    "POST /v1/charges/{charge}/capture": (HIGHLIGHTS["uncaptured_charge"],),
    "GET /v1/charges/{charge}/dispute": (HIGHLIGHTS["disputed_charge"],),
    "POST /v1/charges/{charge}/dispute": (HIGHLIGHTS["disputed_charge"],),
    "POST /v1/charges/{charge}/dispute/close": (HIGHLIGHTS["disputed_charge"],),
    "POST /v1/charges/{charge}/refund": (HIGHLIGHTS["refundable_charge"],),
    "POST /v1/charges/{charge}/refunds": (HIGHLIGHTS["refundable_charge"],),
    "DELETE /v1/customers/{customer}/discount": ("cus_SandboxChan01",),
    "GET /v1/customers/{customer}/discount": ("cus_SandboxChan01",),
    "DELETE /v1/products/{id}": ("prod_SandboxMug01",),
    "DELETE /v1/subscription_items/{item}": ("si_1SandboxOffice02",),
    "POST /v1/credit_notes/{id}/void": ("cn_1SandboxOpen01",),
    "POST /v1/invoices/{invoice}/pay": (HIGHLIGHTS["open_invoice"],),
    "POST /v1/payment_intents/{intent}/confirm": ("pi_3SandboxCart01",),
    "POST /v1/test_helpers/refunds/{refund}/expire": ("re_3SandboxCoffee16",),
    "POST /v1/disputes/{dispute}": (HIGHLIGHTS["dispute"],),
    "POST /v1/disputes/{dispute}/close": (HIGHLIGHTS["dispute"],),
    "POST /v1/invoices/{invoice}": (HIGHLIGHTS["draft_invoice"],),
    "DELETE /v1/invoices/{invoice}": (HIGHLIGHTS["draft_invoice"],),
    "POST /v1/invoices/{invoice}/finalize": (HIGHLIGHTS["draft_invoice"],),
    "POST /v1/invoices/{invoice}/mark_uncollectible": (HIGHLIGHTS["open_invoice"],),
    "POST /v1/invoices/{invoice}/void": (HIGHLIGHTS["open_invoice"],),
    "POST /v1/payment_intents/{intent}/capture": (HIGHLIGHTS["uncaptured_intent"],),
    "POST /v1/payment_intents/{intent}/cancel": (HIGHLIGHTS["uncaptured_intent"],),
    "POST /v1/payouts/{payout}/cancel": (HIGHLIGHTS["pending_payout"],),
    "POST /v1/refunds/{refund}/cancel": (HIGHLIGHTS["pending_refund"],),
    "POST /v1/quotes/{quote}/finalize": (HIGHLIGHTS["draft_quote"],),
    "POST /v1/subscriptions/{subscription}/resume": ("sub_1SandboxClub09",),
}
"""Objects that are in the state which the operation needs."""


def minimal(operation: Operation, sandbox: Sandbox) -> Call:
    """The call. What it needs and the seed doesn't have is put into the test account's book."""
    book = sandbox.state.book(ACCOUNT, livemode=False)
    names = [each.name for each in operation.path_parameters]
    ids = FIRST_IDS.get(operation.key) or tuple(_path_ids(operation, sandbox, book))
    parameters = {
        parameter.name: _value(parameter, book) for parameter in operation.parameters if parameter.required
    } | EXTRA.get(operation.key, {})
    return bind(operation, dict(zip(names, ids, strict=True)), parameters)


def _path_ids(operation: Operation, sandbox: Sandbox, book: Book) -> list[str]:
    kinds = [
        _kind(sandbox.registry, operation, prefix, parameter.refers)
        for prefix, parameter in zip(_prefixes(operation.path), operation.path_parameters, strict=True)
    ]
    ids: list[str] = []
    for kind in kinds:
        owner = ids[-1] if ids else None
        ids.append(_existing(kind, owner, operation, book))
    return ids


def _prefixes(path: str) -> list[str]:
    steps = path.split("/")
    return ["/".join(steps[: index + 1]) for index, step in enumerate(steps) if step.startswith("{")]


def _kind(registry: Registry, operation: Operation, prefix: str, refers: str) -> str:
    read = registry.by_key(f"GET {prefix}")
    if read is not None and read.response.objects:
        return read.response.objects[0]
    return refers or (operation.response.objects[0] if operation.response.objects else "object")


def _existing(kind: str, owner: str | None, operation: Operation, book: Book) -> str:
    if kind in {"account", "v2.core.account"} and "/customers/" not in operation.path:
        return CONNECTED_ACCOUNTS[0] if kind == "account" else "acct_1SandboxVersionTwo"
    if "/customers/" in operation.path and kind in {
        "account",
        "bank_account",
        "card",
        "customer_balance_transaction",
        "tax_id",
        "discount",
    }:
        return _belonging(kind, str(owner), operation, book)
    if kind == "subscription" and "discount" in operation.path:
        return _discounted(book)
    if kind in {"fee_refund", "transfer_reversal", "refund", "payment_method", "subscription"}:
        found = [each["id"] for each in book.newest(kind) if owner in each.values()] if owner else []
        if found:
            return str(found[0])
    first = book.first(kind)
    if first is not None:
        return str(first["id"])
    # Two kinds can have the same prefix, so the id names the kind.
    return f"{prefix_of(kind) or 'obj'}_1{kind.title().replace('.', '').replace('_', '')}"


def _belonging(kind: str, owner: str, operation: Operation, book: Book) -> str:
    """Something of a customer that the seed doesn't have, such as a card."""
    kind = {"account": "bank_account"}.get(kind, kind)
    if "/cards/" in operation.path:
        kind = "card"
    return str(book.put(_maker().make(kind, customer=owner))["id"])


def _discounted(book: Book) -> str:
    subscription = book.get("subscription", HIGHLIGHTS["subscription"])
    assert subscription is not None
    discount = book.put(_maker().make("discount", subscription=subscription["id"]))
    subscription["discounts"] = [discount["id"]]
    return str(subscription["id"])


def _value(parameter: Parameter, book: Book) -> Any:
    name, shape = parameter.name, parameter.shape
    match shape.kind:
        case "object":
            required = {each.name: _value(each, book) for each in shape.fields if each.required}
            return required or {shape.fields[0].name: _value(shape.fields[0], book)}
        case "array":
            return [_value(Parameter(name=name, shape=shape.items or Shape(kind="string")), book)]
        case "map":
            return {"key": _value(Parameter(name="key", shape=shape.items or Shape(kind="string")), book)}
        case "union":
            return _value(Parameter(name=name, shape=shape.variants[0]), book)
        case "enum":
            return shape.values[0]
        case "boolean":
            return True
        case "file":
            return FileContent("proof.pdf", "application/pdf", b"%PDF-1.4 proof")
    return _plain(name, shape, book)


def _plain(name: str, shape: Shape, book: Book) -> Any:
    if shape.kind == "integer":
        return NEXT_WEEK if shape.meaning == "timestamp" else 100
    if shape.kind in {"number", "decimal"}:
        return "12.5" if shape.kind == "decimal" else 12.5
    if name == "query":
        return 'metadata["order"]:"6"'
    if shape.meaning == "currency" or name.endswith("currency"):
        return "usd"
    if shape.meaning == "email" or name.endswith("email"):
        return "jenny@example.com"
    kind = shape.refers or name
    if name in {"destination", "account"}:
        return CONNECTED_ACCOUNTS[0]
    first = book.first(kind)
    return str(first["id"]) if first is not None else "example"


def _maker() -> Maker:
    return Maker(Ids(random.Random(1)), livemode=False, now=NEXT_WEEK)  # noqa: S311 (repeatable, not secret)
