"""What can be done next with a Stripe object, as data: texts that buttons stand for, and the state in which each fits.

Names in angle brackets are filled from the object, and a text with a name that leads nowhere isn't offered; after a
colon in a blank, a name is what a form proposes, and left out where it leads nowhere. ``<left>`` is what is left to
give back, in money.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from bot.cards.objects import When

LEFT: Final = "left"


@dataclass(frozen=True, slots=True)
class Step:
    """A button: its label, the text that it stands for, and the state of the object in which it fits."""

    label: str
    text: str
    when: When = field(default_factory=dict)


_CUSTOMER: Final = Step("Customer", "customers retrieve <customer>")
_CHARGE: Final = Step("Charge", "charges retrieve <charge>")
_INTENT: Final = Step("Payment intent", "payment_intents retrieve <payment_intent>")
_INVOICE: Final = Step("Invoice", "invoices retrieve <invoice>")
_SUBSCRIPTION: Final = Step("Subscription", "subscriptions retrieve <subscription>")
_PAYMENT_METHOD: Final = Step("Payment method", "payment_methods retrieve <payment_method>")
_TRANSACTION: Final = Step("Balance transaction", "balance_transactions retrieve <balance_transaction>")

_UNFINISHED: Final = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")
_RUNNING: Final = ("active", "trialing", "past_due", "unpaid", "incomplete", "paused")
_ANSWERABLE: Final = ("needs_response", "warning_needs_response", "appeal_needs_response")
_ACTIVE: Final[When] = {"active": (True,)}
_INACTIVE: Final[When] = {"active": (False,)}

_ON_ACCOUNT: Final = (
    Step("Payouts", "payouts list --stripe-account <id>"),
    Step("Balance", "balance retrieve --stripe-account <id>"),
    Step("Payments", "charges list --stripe-account <id>"),
)

FOLLOW_UPS: Final[Mapping[str, tuple[Step, ...]]] = MappingProxyType(
    {
        "account": (*_ON_ACCOUNT, Step("Transfers", "transfers list --destination <id>")),
        "application_fee": (
            Step("Refund…", "fee_refunds create <id> -d amount={amount:<left>?}", {"refunded": (False,)}),
            _CHARGE,
            Step("Account", "accounts retrieve_account <account>"),
        ),
        "balance": (
            Step("Transactions", "balance_transactions list"),
            Step("Payouts", "payouts list"),
        ),
        "balance_transaction": (Step("Source", "show <source>"),),
        "charge": (
            Step(
                "Refund…",
                "refund <id> {amount:<left>?} {reason?}",
                {"status": ("succeeded",), "captured": (True,), "refunded": (False,), "disputed": (False,)},
            ),
            Step("Capture", "charges capture <id>", {"status": ("succeeded",), "captured": (False,)}),
            Step("Dispute", "disputes list --charge <id>", {"disputed": (True,)}),
            Step("Refunds", "refunds list --charge <id>", {"amount_refunded": ()}),
            _CUSTOMER,
            _INTENT,
            _TRANSACTION,
        ),
        "checkout.session": (
            Step("Expire", "cancel <id>", {"status": ("open",)}),
            Step("Items", "checkout sessions list_line_items <id>"),
            _CUSTOMER,
            _INTENT,
            _SUBSCRIPTION,
            _INVOICE,
        ),
        "coupon": (
            Step(
                "New promotion code…",
                "promotion_codes create -d promotion[type]=coupon -d promotion[coupon]=<id> -d code={code?}",
                {"valid": (True,)},
            ),
            Step("Promotion codes", "promotion_codes list --coupon <id>"),
        ),
        "credit_note": (
            Step("Void", "cancel <id>", {"status": ("issued",)}),
            _INVOICE,
            _CUSTOMER,
        ),
        "customer": (
            Step("Payments", "charges list --customer <id>"),
            Step("Subscriptions", "subscriptions list --customer <id>"),
            Step("Invoices", "invoices list --customer <id>"),
            Step("Payment methods", "payment_methods list --customer <id>"),
        ),
        "dispute": (
            Step(
                "Stage evidence…",
                "disputes update <id> -d evidence[customer_name]={customer_name?} "
                "-d evidence[product_description]={product_description?} "
                "-d evidence[uncategorized_text]={explanation} -d submit=false",
                {"status": _ANSWERABLE},
            ),
            Step(
                "Submit evidence",
                "disputes update <id> -d submit=true",
                {"status": _ANSWERABLE, "evidence_details.has_evidence": (True,)},
            ),
            Step("Accept the loss", "disputes close <id>", {"status": ("needs_response", "appeal_needs_response")}),
            _CHARGE,
            _INTENT,
        ),
        "event": (
            Step("Object", "show <data.object.id>"),
            Step("Events of this type", "events list --type <type>"),
        ),
        "file": tuple(
            Step(
                label,
                f"disputes update {{dispute}} -d evidence[{evidence}]=<id> -d submit=false",
                {"purpose": ("dispute_evidence",)},
            )
            for label, evidence in (
                ("Use as evidence…", "uncategorized_file"),
                ("Use as receipt…", "receipt"),
                ("Use as signature…", "customer_signature"),
                ("Use as correspondence…", "customer_communication"),
            )
        ),
        "invoice": (
            Step("Finalize", "invoices finalize_invoice <id>", {"status": ("draft",)}),
            Step("Send", "invoices send_invoice <id>", {"status": ("open",), "collection_method": ("send_invoice",)}),
            Step("Pay", "invoices pay <id>", {"status": ("open",), "attempted": (False,)}),
            Step("Retry payment", "invoices pay <id>", {"status": ("open", "uncollectible"), "attempted": (True,)}),
            Step("Void", "cancel <id>", {"status": ("open", "uncollectible")}),
            Step("Mark uncollectible", "invoices mark_uncollectible <id>", {"status": ("open",)}),
            Step("Credit…", "credit_notes create --invoice <id> -d amount={amount}", {"status": ("open", "paid")}),
            _CUSTOMER,
            Step("Subscription", "subscriptions retrieve <parent.subscription_details.subscription>"),
            Step("Delete the draft", "invoices delete <id>", {"status": ("draft",)}),
        ),
        "payment_intent": (
            Step("Refund…", "refund <id> {amount?} {reason?}", {"status": ("succeeded",)}),
            Step(
                "Retry payment…",
                "payment_intents confirm <id> --payment-method {payment_method:<last_payment_error.payment_method.id>}",
                {"status": ("requires_payment_method",)},
            ),
            Step("Capture", "payment_intents capture <id>", {"status": ("requires_capture",)}),
            Step("Cancel", "cancel <id>", {"status": _UNFINISHED}),
            _CUSTOMER,
            Step("Charge", "charges retrieve <latest_charge>"),
            _PAYMENT_METHOD,
        ),
        "payment_link": (
            Step("Checkout sessions", "checkout sessions list --payment-link <id>"),
            Step("Items", "payment_links list_line_items <id>"),
            Step("Deactivate", "cancel <id>", _ACTIVE),
            Step("Activate", "payment_links update <id> --active true", _INACTIVE),
        ),
        "payment_method": (
            _CUSTOMER,
            Step("Detach", "payment_methods detach <id>", {"customer": ()}),
        ),
        "payout": (
            Step("Transactions", "balance_transactions list --payout <id>"),
            Step("Cancel", "cancel <id>", {"status": ("pending",), "automatic": (False,)}),
            _TRANSACTION,
        ),
        "price": (
            Step("Product", "products retrieve <product>"),
            Step("Subscriptions", "subscriptions list --price <id>", {"type": ("recurring",)}),
            Step("Archive", "cancel <id>", _ACTIVE),
            Step("Activate", "prices update <id> --active true", _INACTIVE),
        ),
        "product": (
            Step("Prices", "prices list --product <id>"),
            Step("Archive", "cancel <id>", _ACTIVE),
            Step("Activate", "products update <id> --active true", _INACTIVE),
        ),
        "promotion_code": (
            Step("Coupon", "coupons retrieve <promotion.coupon>"),
            Step("Deactivate", "cancel <id>", _ACTIVE),
            Step("Activate", "promotion_codes update <id> --active true", _INACTIVE),
        ),
        "quote": (
            Step("Finalize", "quotes finalize_quote <id>", {"status": ("draft",)}),
            Step("Accept", "quotes accept <id>", {"status": ("open",)}),
            Step("PDF", "quotes pdf <id>", {"status": ("open", "accepted")}),
            Step("Cancel", "cancel <id>", {"status": ("draft", "open")}),
            _CUSTOMER,
            _INVOICE,
            _SUBSCRIPTION,
        ),
        "refund": (
            Step("Cancel", "cancel <id>", {"status": ("requires_action",)}),
            _CHARGE,
            _INTENT,
            _TRANSACTION,
        ),
        "setup_intent": (
            Step(
                "Retry…",
                "setup_intents confirm <id> --payment-method {payment_method:<last_setup_error.payment_method.id>}",
                {"status": ("requires_payment_method",)},
            ),
            Step("Cancel", "cancel <id>", {"status": _UNFINISHED}),
            _CUSTOMER,
            _PAYMENT_METHOD,
        ),
        "subscription": (
            Step("Cancel…", "cancel <id> {when}", {"status": _RUNNING, "cancel_at_period_end": (False,)}),
            Step(
                "Don't end it",
                "subscriptions update <id> --cancel-at-period-end false",
                {"status": _RUNNING, "cancel_at_period_end": (True,)},
            ),
            Step("Resume", "subscriptions resume <id>", {"status": ("paused",)}),
            _CUSTOMER,
            Step("Latest invoice", "invoices retrieve <latest_invoice>"),
            Step("Invoices", "invoices list --subscription <id>"),
            Step("Payment method", "payment_methods retrieve <default_payment_method>"),
        ),
        "subscription_schedule": (
            Step("Cancel", "cancel <id>", {"status": ("not_started", "active")}),
            Step("Release", "subscription_schedules release <id>", {"status": ("not_started", "active")}),
            _CUSTOMER,
            _SUBSCRIPTION,
        ),
        "topup": (
            Step("Cancel", "cancel <id>", {"status": ("pending",)}),
            _TRANSACTION,
        ),
        "transfer": (
            Step("Destination", "accounts retrieve_account <destination>"),
            Step("Reverse…", "transfer_reversals create <id> -d amount={amount?}", {"reversed": (False,)}),
            _TRANSACTION,
        ),
        "transfer_reversal": (Step("Transfer", "transfers retrieve <transfer>"),),
        "v2.core.account": (*_ON_ACCOUNT, Step("Persons", "v2 core accounts persons list <id>")),
        "v2.core.event": (
            Step("Object", "show <related_object.id>"),
            Step("As in v1", "events retrieve <snapshot_event>"),
        ),
        "v2.core.event_destination": (
            Step("Ping", "v2 core event_destinations ping <id>", {"status": ("enabled",)}),
            Step("Disable", "cancel <id>", {"status": ("enabled",)}),
            Step("Enable", "v2 core event_destinations enable <id>", {"status": ("disabled",)}),
        ),
        "webhook_endpoint": (
            Step("Disable", "cancel <id>", {"status": ("enabled",)}),
            Step("Enable", "webhook_endpoints update <id> --disabled false", {"status": ("disabled",)}),
        ),
    }
)
"""The steps of each kind of object, the likeliest first."""

AS_JSON: Final = Step("JSON", "show <id> --output json")
"""The last step of whatever can be shown by its id: every byte that Stripe answers, but for what gives access."""

NONE_FOUND: Final[Mapping[str, Step]] = MappingProxyType(
    {"GET /v1/customers": Step("Look for similar ones", "find customers <email>")}
)
"""What to try where a list has found nothing, filled from what it was asked for."""
