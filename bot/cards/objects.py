"""What matters of each Stripe object, as data: a card reads this table and knows no object by name.

Paths are dotted, a number is a place in a list (``items.data.0.current_period_end``). An object that isn't here gets
the generic card of :mod:`bot.cards.facts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "text",  # somebody's words, shown as text
    "words",  # one of Stripe's enum values, shown as words: requested_by_customer
    "id",  # an id, or an expanded object of which the id is shown
    "code",  # a value that people copy
    "money",  # minor units with a currency beside them, or v2's {value, currency}
    "sums",  # a list of amounts, one for each currency
    "moment",  # seconds since the epoch, or v2's ISO 8601
    "day",  # a moment of which only the date means something
    "count",  # a number, or how many a list has
    "percent",
    "size",  # a number of bytes
    "flag",  # yes or no
    "method",  # a payment method's details: Visa •••• 4242
    "expiry",  # a card's last month
    "period",  # a price's recurring interval
    "items",  # the items of a subscription
]
Tone: TypeAlias = Literal["good", "waiting", "attention", "bad", "neutral"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of an object with the label it is shown under.

    ``row`` puts it on the line that the object has in a list. ``quiet`` leaves it out when it is zero, false or empty:
    for facts that are news only when there is something to tell.
    """

    path: str
    label: str = ""
    kind: Kind = "text"
    currency: str = "currency"
    row: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A status that one member tells by its value: where ``path`` holds ``value`` the object is ``words``.

    True stands for any value that isn't empty, zero or false.
    """

    path: str
    value: bool | str
    words: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class ObjectCard:
    """How an object is shown: its headline (an amount, a name, or both), its status, its facts, its Dashboard page.

    Of ``name`` and of ``dashboard`` the first that can be filled is taken. ``states`` come before ``status``; the first
    that holds is the status.
    """

    title: str
    amount: tuple[Fact, ...] = ()
    name: tuple[Fact, ...] = ()
    states: tuple[State, ...] = ()
    status: str = "status"
    facts: tuple[Fact, ...] = ()
    dashboard: tuple[str, ...] = ()


TONES: Mapping[str, Tone] = MappingProxyType(
    {
        "active": "good",
        "available": "good",
        "complete": "good",
        "enabled": "good",
        "paid": "good",
        "succeeded": "good",
        "trialing": "good",
        "won": "good",
        "accepted": "good",
        "open": "waiting",
        "in_transit": "waiting",
        "pending": "waiting",
        "processing": "waiting",
        "requires_action": "waiting",
        "requires_capture": "waiting",
        "requires_confirmation": "waiting",
        "requires_payment_method": "waiting",
        "under_review": "waiting",
        "warning_under_review": "waiting",
        "incomplete": "attention",
        "past_due": "attention",
        "needs_response": "attention",
        "warning_needs_response": "attention",
        "failed": "bad",
        "lost": "bad",
        "uncollectible": "bad",
        "unpaid": "bad",
    }
)
"""What Stripe's status words mean for the reader. A word that isn't here is neutral."""

_CREATED = Fact("created", "Created", "moment", row=True)
_CUSTOMER = Fact("customer", "Customer", "id", row=True)
_CUSTOMER_FACT = Fact("customer", "Customer", "id")
_AMOUNT = (Fact("amount", kind="money"),)
_ACTIVE = (State("active", True, "active", "good"), State("active", False, "archived", "neutral"))
_PAYMENT_PAGES = ("payments/{payment_intent}", "payments/{charge}")

OBJECTS: Mapping[str, ObjectCard] = MappingProxyType(
    {
        "account": ObjectCard(
            title="Account",
            name=(Fact("business_profile.name"), Fact("settings.dashboard.display_name"), Fact("email")),
            states=(
                State("charges_enabled", True, "charges enabled", "good"),
                State("charges_enabled", False, "can't charge yet", "attention"),
            ),
            facts=(
                Fact("email", "Email", row=True),
                Fact("payouts_enabled", "Payouts enabled", "flag"),
                Fact("country", "Country", row=True),
                Fact("default_currency", "Default currency", "code"),
                Fact("type", "Type", "words", row=True),
                Fact("requirements.disabled_reason", "Disabled because", "words"),
                Fact("requirements.currently_due", "Requirements due", "count", quiet=True),
                Fact("requirements.current_deadline", "Deadline", "moment"),
                _CREATED,
            ),
        ),
        "balance": ObjectCard(
            title="Balance",
            name=(Fact("available", kind="sums"),),
            facts=(
                Fact("available", "Available", "sums", row=True),
                Fact("pending", "Pending", "sums", row=True),
                Fact("instant_available", "Available for instant payout", "sums"),
                Fact("connect_reserved", "Reserved for connected accounts", "sums", quiet=True),
            ),
            dashboard=("balance",),
        ),
        "balance_transaction": ObjectCard(
            title="Balance transaction",
            amount=_AMOUNT,
            facts=(
                Fact("type", "Type", "words", row=True),
                Fact("fee", "Fee", "money"),
                Fact("net", "Net", "money", row=True),
                Fact("source", "Source", "id", row=True),
                Fact("description", "Description"),
                Fact("available_on", "Available on", "day"),
                Fact("exchange_rate", "Exchange rate", "code"),
                _CREATED,
            ),
        ),
        "charge": ObjectCard(
            title="Charge",
            amount=_AMOUNT,
            states=(
                State("status", "failed", "failed", "bad"),
                State("disputed", True, "disputed", "attention"),
                State("refunded", True, "refunded", "neutral"),
                State("amount_refunded", True, "partly refunded", "neutral"),
                State("captured", False, "authorized, not captured", "waiting"),
            ),
            facts=(
                _CUSTOMER,
                Fact("payment_method_details", "Paid with", "method", row=True),
                Fact("description", "Description", row=True),
                Fact("amount_refunded", "Refunded", "money", quiet=True),
                Fact("billing_details.name", "Billed to"),
                Fact("billing_details.email", "Email"),
                Fact("payment_intent", "Payment intent", "id"),
                Fact("invoice", "Invoice", "id"),
                Fact("failure_message", "Why it failed"),
                Fact("outcome.risk_level", "Risk", "words"),
                _CREATED,
            ),
            dashboard=("payments/{id}",),
        ),
        "coupon": ObjectCard(
            title="Coupon",
            amount=(Fact("percent_off", kind="percent"), Fact("amount_off", kind="money")),
            name=(Fact("name"), Fact("id")),
            states=(
                State("valid", True, "valid", "good"),
                State("valid", False, "no longer valid", "neutral"),
            ),
            facts=(
                Fact("duration", "Applies", "words", row=True),
                Fact("duration_in_months", "Months", "count"),
                Fact("times_redeemed", "Redeemed", "count", row=True),
                Fact("max_redemptions", "At most", "count"),
                Fact("redeem_by", "Redeem by", "moment", row=True),
                _CREATED,
            ),
            dashboard=("coupons/{id}",),
        ),
        "customer": ObjectCard(
            title="Customer",
            name=(Fact("name"), Fact("email"), Fact("description")),
            states=(State("delinquent", True, "payment overdue", "attention"),),
            facts=(
                Fact("email", "Email", row=True),
                Fact("phone", "Phone"),
                Fact("description", "Description"),
                Fact("balance", "Balance", "money", quiet=True),
                Fact("invoice_settings.default_payment_method", "Default payment method", "id"),
                Fact("address.country", "Country"),
                _CREATED,
            ),
            dashboard=("customers/{id}",),
        ),
        "dispute": ObjectCard(
            title="Dispute",
            amount=_AMOUNT,
            facts=(
                Fact("reason", "Reason", "words", row=True),
                Fact("evidence_details.due_by", "Evidence due", "moment", row=True),
                Fact("charge", "Charge", "id", row=True),
                Fact("payment_intent", "Payment intent", "id"),
                Fact("evidence_details.submission_count", "Evidence submitted", "count"),
                Fact("is_charge_refundable", "Can still be refunded", "flag"),
                _CREATED,
            ),
            dashboard=_PAYMENT_PAGES,
        ),
        "event": ObjectCard(
            title="Event",
            name=(Fact("type"),),
            facts=(
                Fact("data.object", "About", "id", row=True),
                Fact("request.id", "Request", "code"),
                Fact("pending_webhooks", "Webhooks pending", "count"),
                Fact("api_version", "API version", "code"),
                _CREATED,
            ),
            dashboard=("events/{id}",),
        ),
        "file": ObjectCard(
            title="File",
            name=(Fact("title"), Fact("filename")),
            facts=(
                Fact("purpose", "Purpose", "words", row=True),
                Fact("type", "Type", "code"),
                Fact("size", "Size", "size", row=True),
                Fact("links.data", "Links", "count", quiet=True),
                Fact("expires_at", "Kept until", "moment"),
                _CREATED,
            ),
        ),
        "invoice": ObjectCard(
            title="Invoice",
            amount=(Fact("total", kind="money"),),
            name=(Fact("number"), Fact("description")),
            facts=(
                _CUSTOMER,
                Fact("customer_email", "Email", row=True),
                Fact("amount_due", "Due", "money"),
                Fact("amount_paid", "Paid", "money"),
                Fact("amount_remaining", "Remaining", "money", quiet=True),
                Fact("due_date", "Due date", "day", row=True),
                Fact("parent.subscription_details.subscription", "Subscription", "id"),
                Fact("next_payment_attempt", "Next attempt", "moment"),
                Fact("attempt_count", "Attempts", "count", quiet=True),
                _CREATED,
            ),
            dashboard=("invoices/{id}",),
        ),
        "payment_intent": ObjectCard(
            title="Payment intent",
            amount=_AMOUNT,
            facts=(
                _CUSTOMER,
                Fact("description", "Description", row=True),
                Fact("amount_received", "Received", "money", quiet=True),
                Fact("latest_charge", "Latest charge", "id"),
                Fact("payment_method", "Payment method", "id"),
                Fact("last_payment_error.message", "Last error"),
                Fact("receipt_email", "Email"),
                Fact("cancellation_reason", "Canceled because", "words"),
                _CREATED,
            ),
            dashboard=("payments/{id}",),
        ),
        "payment_method": ObjectCard(
            title="Payment method",
            name=(Fact("", kind="method"),),
            facts=(
                _CUSTOMER,
                Fact("billing_details.name", "Billed to", row=True),
                Fact("billing_details.email", "Email"),
                Fact("card", "Expires", "expiry"),
                Fact("card.funding", "Funding", "words"),
                Fact("card.country", "Country"),
                _CREATED,
            ),
        ),
        "payout": ObjectCard(
            title="Payout",
            amount=_AMOUNT,
            name=(Fact("description"),),
            facts=(
                Fact("arrival_date", "Arrives", "day", row=True),
                Fact("method", "Method", "words", row=True),
                Fact("type", "To", "words"),
                Fact("destination", "Destination", "id"),
                Fact("automatic", "Automatic", "flag"),
                Fact("failure_message", "Why it failed"),
                Fact("statement_descriptor", "On the statement"),
                _CREATED,
            ),
            dashboard=("payouts/{id}",),
        ),
        "price": ObjectCard(
            title="Price",
            amount=(Fact("unit_amount", kind="money"), Fact("unit_amount_decimal", kind="money")),
            name=(Fact("nickname"), Fact("recurring", kind="period")),
            states=_ACTIVE,
            facts=(
                Fact("product", "Product", "id", row=True),
                Fact("recurring", "Billed", "period", row=True),
                Fact("type", "Type", "words"),
                Fact("lookup_key", "Lookup key", "code"),
                Fact("tax_behavior", "Tax", "words"),
                _CREATED,
            ),
            dashboard=("prices/{id}",),
        ),
        "product": ObjectCard(
            title="Product",
            name=(Fact("name"),),
            states=_ACTIVE,
            facts=(
                Fact("description", "Description", row=True),
                Fact("default_price", "Default price", "id", row=True),
                Fact("unit_label", "Unit"),
                Fact("shippable", "Shippable", "flag"),
                _CREATED,
            ),
            dashboard=("products/{id}",),
        ),
        "refund": ObjectCard(
            title="Refund",
            amount=_AMOUNT,
            facts=(
                Fact("charge", "Charge", "id", row=True),
                Fact("payment_intent", "Payment intent", "id"),
                Fact("reason", "Reason", "words", row=True),
                Fact("failure_reason", "Why it failed", "words"),
                Fact("receipt_number", "Receipt", "code"),
                Fact("description", "Description"),
                _CREATED,
            ),
            dashboard=_PAYMENT_PAGES,
        ),
        "subscription": ObjectCard(
            title="Subscription",
            name=(Fact("description"), Fact("items", kind="items")),
            states=(
                State("pause_collection", True, "collection paused", "attention"),
                State("cancel_at_period_end", True, "ends with this period", "attention"),
            ),
            facts=(
                _CUSTOMER,
                Fact("items", "Items", "items"),
                Fact("items.data.0.current_period_end", "Period ends", "moment", row=True),
                Fact("trial_end", "Trial ends", "moment"),
                Fact("cancel_at", "Ends", "moment"),
                Fact("canceled_at", "Canceled", "moment"),
                Fact("latest_invoice", "Latest invoice", "id"),
                Fact("collection_method", "Collection", "words"),
                Fact("default_payment_method", "Payment method", "id"),
                Fact("created", "Created", "moment"),
            ),
            dashboard=("subscriptions/{id}",),
        ),
    }
)
