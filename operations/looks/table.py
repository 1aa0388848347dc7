"""What is known of single operations: by what they name their object, what else is read, how much they take of it, and
when Stripe refuses them. Data; an operation that has no entry is told of by the object in its path.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from operations.looks import billing
from operations.looks.bars import (
    Bar,
    has,
    lacks,
    lists,
    more_than_paid,
    not_refundable,
    short_of_balance,
    stands,
    when,
)
from operations.looks.parts import Part, asked_money, counted, in_balance, latest, summed
from operations.looks.taking import Takes, credited, less, paid, still


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter that names the object."""

    parameter: str
    kind: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Another read: ``key`` with the ids of the call's path, or a list of what belongs to the object."""

    name: str
    key: str
    by: str = ""
    """The parameter that takes the object's id; ``{}`` in it is the object's kind. None where ids stand in the path."""
    parameters: Mapping[str, object] = field(default_factory=dict)
    only_if: str = ""
    """A member of the object, or of its charge, without which it doesn't matter whether this could be read."""


@dataclass(frozen=True, slots=True)
class Look:
    """How to look at what a call of one operation is about."""

    named: tuple[Named, ...] = ()
    """Instead of the object in the path; the first that is given."""
    beside: tuple[Beside, ...] = ()
    takes: Takes | None = None
    bars: tuple[Bar, ...] = ()
    parts: tuple[Part, ...] = ()
    """Told of besides what is told of the kind of object."""
    first: bool = True
    """Whether those come before it."""


_CHARGE: Final = Named("charge", "charge")
_INTENT: Final = Named("payment_intent", "payment_intent")
_CUSTOMER: Final = Named("customer", "customer")
_DISPUTES: Final = Beside("disputes", "GET /v1/disputes", "{}", {"limit": 10}, only_if="disputed")
_READER: Final = Beside("reader", "GET /v1/terminal/readers/{}")
_BALANCE: Final = Beside("balance", "GET /v1/balance")
_LIVE_SUBSCRIPTIONS: Final = Beside("subscriptions", "GET /v1/subscriptions", "customer", {"limit": 100})

_DISPUTE: Final = latest("Dispute", "disputes", "reason", "status")
_REFUND: Final = Look(
    named=(_CHARGE, _INTENT, _CUSTOMER),
    beside=(_DISPUTES,),
    takes=Takes(paid),
    bars=(not_refundable,),
    parts=(_DISPUTE,),
    first=False,
)
_CHARGE_REFUND: Final = Look(
    beside=(Beside("disputes", "GET /v1/disputes", "charge", {"limit": 10}, only_if="disputed"),),
    takes=Takes(paid),
    bars=(not_refundable,),
    parts=(_DISPUTE,),
    first=False,
)
_FEE_REFUND: Final = Look(
    takes=Takes(less("amount", "amount_refunded"), empty="The fee is refunded already, all of it.")
)
_ALL: Final = Takes(less("amount"), asked=(), stays=False)
_DISPUTE_CLOSED: Final = stands(
    "The dispute is over already, and nothing can be said to it any more.", "won", "lost", "warning_closed", "prevented"
)
_HOLDS: Final = stands(
    "Its status is {}, and money can be taken only of a payment that is authorized and waits for it.",
    "succeeded", "canceled", "processing", "requires_payment_method", "requires_confirmation", "requires_action",
)  # fmt: skip
_OVER: Final = stands("It is {} already, so there is nothing to end.", "canceled", "incomplete_expired")
_SCHEDULE_OVER: Final = stands(
    "The schedule is {} already. Look at the subscription itself, which may go on.", "canceled", "completed", "released"
)
_NOT_CANCELABLE: Final = when("cancelable", "It is on its way already and can't be cancelled any more.", False)
_ENDS: Final = Look(bars=(_OVER,), parts=(billing.asked_end,))
_READER_PAYS: Final = Look(
    named=(_INTENT,),
    beside=(_READER,),
    takes=_ALL,
    bars=(stands("Its status is {}, and it can't be confirmed once more.", "succeeded", "canceled"),),
)

LOOKS: Final[Mapping[str, Look]] = MappingProxyType(
    {
        # Money back.
        "POST /v1/refunds": _REFUND,
        "POST /v1/charges/{}/refund": _CHARGE_REFUND,
        "POST /v1/charges/{}/refunds": _CHARGE_REFUND,
        "POST /v1/terminal/readers/{}/refund_payment": Look(
            named=(_CHARGE, _INTENT),
            beside=(_DISPUTES, _READER),
            takes=Takes(paid),
            bars=(not_refundable,),
            parts=(_DISPUTE,),
            first=False,
        ),
        "POST /v1/credit_notes": Look(
            named=(Named("invoice", "invoice"),),
            takes=Takes(
                less("total", "pre_payment_credit_notes_amount", "post_payment_credit_notes_amount"),
                total=credited,
                empty="The invoice is credited already, all of it.",
            ),
            bars=(
                stands("The invoice is a draft: change it instead of crediting it.", "draft"),
                stands("The invoice is void, so there is nothing to credit.", "void"),
                more_than_paid,
            ),
            parts=(
                asked_money("Back to the payer", "refund_amount"),
                asked_money("To the customer's balance", "credit_amount"),
                asked_money("Given back outside Stripe", "out_of_band_amount"),
            ),
        ),
        "POST /v1/application_fees/{}/refund": _FEE_REFUND,
        "POST /v1/application_fees/{}/refunds": _FEE_REFUND,
        "POST /v1/transfers/{}/reversals": Look(
            takes=Takes(less("amount", "amount_reversed"), empty="The transfer is reversed already, all of it.")
        ),
        "POST /v1/treasury/credit_reversals": Look(
            named=(Named("received_credit", "treasury.received_credit"),),
            takes=_ALL,
            bars=(stands("The credit failed, so there is nothing to send back.", "failed"),),
        ),
        "POST /v1/treasury/debit_reversals": Look(
            named=(Named("received_debit", "treasury.received_debit"),),
            takes=_ALL,
            bars=(stands("The debit failed, so there is nothing to get back.", "failed"),),
        ),
        "POST /v1/tax/transactions/create_reversal": Look(named=(Named("original_transaction", "tax.transaction"),)),
        "POST /v1/refunds/{}/cancel": Look(
            takes=_ALL,
            bars=(
                stands(
                    "The refund's status is {}. Only one that still waits for the customer can be cancelled.",
                    "succeeded",
                    "failed",
                    "canceled",
                ),
            ),
        ),
        # Payments.
        "POST /v1/charges/{}/capture": Look(
            takes=Takes(still("amount", "amount"), stays=False),
            bars=(
                stands("The payment failed, so there is nothing to take.", "failed"),
                when("captured", "It is taken already. Refund it to give money back.", True),
            ),
        ),
        "POST /v1/payment_intents/{}/capture": Look(
            takes=Takes(still("amount_capturable", "amount"), asked=("amount_to_capture",), stays=False),
            bars=(_HOLDS,),
        ),
        "POST /v1/payment_intents/{}/increment_authorization": Look(bars=(_HOLDS,)),
        "POST /v1/payment_intents/{}/confirm": Look(
            takes=_ALL, bars=(stands("Its status is {}, and it can't be charged once more.", "succeeded", "canceled"),)
        ),
        "POST /v1/payment_intents/{}/cancel": Look(
            bars=(
                stands("The payment went through: refund it instead of cancelling it.", "succeeded"),
                stands("It is canceled already.", "canceled"),
            )
        ),
        "POST /v1/setup_intents/{}/cancel": Look(
            bars=(stands("Its status is {}, so there is nothing to cancel.", "succeeded", "canceled"),)
        ),
        "POST /v1/setup_intents/{}/confirm": Look(
            bars=(stands("Its status is {}, and it can't be confirmed once more.", "succeeded", "canceled"),)
        ),
        "POST /v1/payment_methods/{}/detach": Look(
            bars=(lacks("customer", "It belongs to no customer, so there is nothing to detach it from."),),
        ),
        "POST /v1/checkout/sessions/{}/expire": Look(
            bars=(stands("It is {}, and only an open one can be ended.", "complete", "expired"),)
        ),
        "POST /v1/disputes/{}": Look(bars=(_DISPUTE_CLOSED,)),
        "POST /v1/disputes/{}/close": Look(takes=_ALL, bars=(_DISPUTE_CLOSED,)),
        "POST /v1/charges/{}/dispute": Look(bars=(when("disputed", "The payment is not disputed.", False),)),
        "POST /v1/charges/{}/dispute/close": Look(bars=(when("disputed", "The payment is not disputed.", False),)),
        "POST /v1/payment_intents": Look(named=(_CUSTOMER, Named("payment_method", "payment_method"))),
        "POST /v1/charges": Look(named=(_CUSTOMER,)),
        "POST /v1/terminal/readers/{}/process_payment_intent": _READER_PAYS,
        "POST /v1/terminal/readers/{}/confirm_payment_intent": _READER_PAYS,
        "POST /v1/terminal/readers/{}/collect_payment_method": _READER_PAYS,
        "POST /v1/terminal/readers/{}/process_setup_intent": Look(
            named=(Named("setup_intent", "setup_intent"),), beside=(_READER,)
        ),
        # Balance.
        "POST /v1/payouts": Look(beside=(_BALANCE,), bars=(short_of_balance,), parts=(in_balance("Available now"),)),
        "POST /v1/transfers": Look(
            named=(Named("destination", "account"),),
            beside=(_BALANCE,),
            bars=(short_of_balance,),
            parts=(in_balance("Available now"),),
        ),
        "POST /v1/payouts/{}/cancel": Look(
            takes=_ALL,
            bars=(
                stands("The payout is paid: reverse it instead of cancelling it.", "paid"),
                stands("The payout is {}. Only a pending one can be cancelled.", "in_transit", "failed", "canceled"),
            ),
        ),
        "POST /v1/payouts/{}/reverse": Look(
            takes=_ALL,
            bars=(
                stands("The payout is pending: cancel it instead of reversing it.", "pending"),
                stands("The payout is {}, so there is nothing to reverse.", "failed", "canceled"),
                has("reversed_by", "The payout is reversed already."),
            ),
        ),
        "POST /v1/topups/{}/cancel": Look(
            takes=_ALL,
            bars=(
                stands(
                    "Its status is {}. Only a pending one can be cancelled.",
                    "succeeded",
                    "failed",
                    "canceled",
                    "reversed",
                ),
            ),
        ),
        "POST /v1/treasury/inbound_transfers/{}/cancel": Look(takes=_ALL, bars=(_NOT_CANCELABLE,)),
        "POST /v1/treasury/outbound_payments/{}/cancel": Look(takes=_ALL, bars=(_NOT_CANCELABLE,)),
        "POST /v1/treasury/outbound_transfers/{}/cancel": Look(takes=_ALL, bars=(_NOT_CANCELABLE,)),
        "POST /v2/money_management/outbound_payments/{}/cancel": Look(takes=_ALL, bars=(_NOT_CANCELABLE,)),
        "POST /v2/money_management/payout_intents/{}/confirm": Look(takes=_ALL),
        "POST /v1/issuing/authorizations/{}/approve": Look(takes=_ALL),
        # Invoices and quotes.
        "POST /v1/invoices/{}/pay": Look(
            takes=Takes(still("amount_remaining", "total"), asked=(), stays=False),
            bars=(
                stands("The invoice is paid already.", "paid"),
                stands("The invoice is void. Make a new one.", "void"),
            ),
        ),
        "POST /v1/invoices/{}/void": Look(
            bars=(
                stands("The invoice is a draft: delete it instead of voiding it.", "draft"),
                stands("The invoice is paid: credit it instead of voiding it.", "paid"),
                stands("The invoice is void already.", "void"),
            )
        ),
        "POST /v1/invoices/{}/finalize": Look(
            bars=(stands("The invoice is {}. Only a draft can be finalized.", "open", "paid", "void", "uncollectible"),)
        ),
        "POST /v1/invoices/{}/mark_uncollectible": Look(
            bars=(
                stands(
                    "The invoice is {}. Only an open one can be given up.", "draft", "paid", "void", "uncollectible"
                ),
            )
        ),
        "POST /v1/invoices/{}/send": Look(bars=(stands("The invoice is void. Make a new one.", "void"),)),
        "DELETE /v1/invoices/{}": Look(
            bars=(
                stands("The invoice is {}. Only a draft can be deleted: void it instead.", "open", "uncollectible"),
                stands("The invoice is paid. Only a draft can be deleted: credit it instead.", "paid"),
                stands("The invoice is void already, and only a draft can be deleted.", "void"),
            )
        ),
        "POST /v1/invoices": Look(named=(Named("subscription", "subscription"), _CUSTOMER)),
        "POST /v1/invoiceitems": Look(named=(Named("invoice", "invoice"), _CUSTOMER)),
        "POST /v1/credit_notes/{}/void": Look(
            bars=(
                stands("It is void already.", "void"),
                when(
                    "type",
                    "Its money is given back already. Only one of an open invoice can be voided.",
                    "post_payment",
                ),
            )
        ),
        "POST /v1/quotes/{}/accept": Look(
            takes=Takes(less("amount_total"), asked=(), stays=False),
            bars=(
                stands("The quote is a draft: finalize it first.", "draft"),
                stands("The quote is {}. Make a new one.", "accepted", "canceled"),
            ),
        ),
        "POST /v1/quotes/{}/cancel": Look(
            bars=(stands("The quote is {} already, so there is nothing to cancel.", "accepted", "canceled"),)
        ),
        "POST /v1/quotes/{}/finalize": Look(
            bars=(stands("The quote is {}. Only a draft can be finalized.", "open", "accepted", "canceled"),)
        ),
        # Subscriptions.
        "DELETE /v1/subscriptions/{}": _ENDS,
        "DELETE /v1/customers/{}/subscriptions/{}": _ENDS,
        "POST /v1/subscriptions/{}": Look(parts=(billing.asked_end,)),
        "POST /v1/customers/{}/subscriptions/{}": Look(parts=(billing.asked_end,)),
        "POST /v1/subscriptions/{}/pause": Look(bars=(_OVER, stands("It is paused already.", "paused"))),
        "POST /v1/subscriptions/{}/resume": Look(
            bars=(
                stands("It is {} and can't come back: make a new one.", "canceled", "incomplete_expired"),
                stands(
                    "It is {}, and only a paused one can be resumed.",
                    "active",
                    "trialing",
                    "past_due",
                    "unpaid",
                    "incomplete",
                ),
            )
        ),
        "POST /v1/subscription_schedules/{}/cancel": Look(bars=(_SCHEDULE_OVER,), parts=(billing.asked_end,)),
        "POST /v1/subscription_schedules/{}/release": Look(bars=(_SCHEDULE_OVER,)),
        "POST /v1/subscriptions": Look(
            named=(_CUSTOMER,),
            beside=(_LIVE_SUBSCRIPTIONS,),
            parts=(counted("Subscribed already", "subscriptions", "subscription"),),
            first=False,
        ),
        "POST /v1/subscription_items": Look(named=(Named("subscription", "subscription"),)),
        "POST /v1/subscription_schedules": Look(named=(Named("from_subscription", "subscription"), _CUSTOMER)),
        # What is deleted, and what hangs on it.
        "DELETE /v1/customers/{}": Look(
            beside=(_LIVE_SUBSCRIPTIONS, Beside("charges", "GET /v1/charges", "customer", {"limit": 100})),
            parts=(
                counted("Would end", "subscriptions", "active subscription"),
                summed("Has paid", "charges"),
            ),
            first=False,
        ),
        "DELETE /v1/products/{}": Look(
            beside=(Beside("prices", "GET /v1/prices", "product", {"limit": 100}),),
            bars=(
                lists(
                    "prices",
                    "price",
                    "It has {}, and Stripe deletes only a product that has none. Deactivate it "
                    "instead: products update with active false.",
                ),
            ),
            parts=(counted("Prices", "prices", "price"),),
        ),
        "DELETE /v1/plans/{}": Look(
            beside=(Beside("subscriptions", "GET /v1/subscriptions", "plan", {"limit": 100}),),
            parts=(counted("Goes on for", "subscriptions", "subscription"),),
        ),
        "POST /v1/billing/credit_grants": Look(named=(_CUSTOMER,)),
    }
)
"""By :func:`operations.looks.places.place_of`."""

NOTHING_MORE: Final = Look()
"""Of an operation that has no entry."""
