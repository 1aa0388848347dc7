"""What people are told of each kind of object, and which of it must still be so when the call is sent. Data.

A kind that has no entry is told of by what most objects have in common: :data:`ANY`. An amount that a call takes from
an object is told of by the call's own look, so ``amount`` stands here for the object's.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from operations.looks import billing
from operations.looks.parts import (
    Part,
    card,
    count,
    entries,
    ident,
    moment,
    money,
    percentage,
    person,
    switch,
    text,
    within,
    word,
)

EXPANDED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "charge": ("customer",),
        "credit_note": ("customer",),
        "dispute": ("charge",),
        "invoiceitem": ("customer",),
        "payment_intent": ("customer", "latest_charge", "payment_method"),
        "payment_method": ("customer",),
        "payout": ("destination",),
        "plan": ("product",),
        "quote": ("customer",),
        "refund": ("charge",),
        "setup_intent": ("customer", "payment_method"),
        "subscription": ("customer", "items.data.price.product"),
        "subscription_item": ("price.product",),
        "subscription_schedule": ("customer", "subscription"),
    }
)
"""What is read along with an object: whose it is, by name, and what it is about."""

_STATUS: Final = word("Status", "status", watched=True)
_CURRENCY: Final = text("Currency", "currency", watched=True, shown=False)
_CREATED: Final = moment("Created", "created")
_AMOUNT: Final = money("Amount", "amount", watched=True)
_DESCRIPTION: Final = text("Description", "description")
_CUSTOMER: Final = person("Customer's name")
_OWN_NAME: Final = text("Name", "name", "display_name", "nickname", "label", "title")
_GIVEN: Final = money("Already refunded", "amount_refunded", watched=True, always=False)
_DISPUTED: Final = switch("Disputed", "disputed", tells=True, says="yes: the bank decides about the money")
_CARD: Final = card("Card", "payment_method_details.card", "payment_method_details.card_present", "source")
_PAYER: Final = person("Paid by", names=("billing_details.name",), emails=("billing_details.email", "receipt_email"))
_ACTIVE: Final = switch("Active", "active", tells=False, says="no", watched=True)

ANY: Final[tuple[Part, ...]] = (
    _OWN_NAME,
    _AMOUNT,
    money("Amount", "amount.monetary", watched=True),
    money("Total", "amount_total", watched=True),
    _STATUS,
    _ACTIVE,
    card("Account"),
    text("E-mail", "email"),
    _DESCRIPTION,
    _CUSTOMER,
    _CREATED,
)
"""Of an object that nothing more is known of."""

_BANK: Final[tuple[Part, ...]] = (
    card("Account"),
    text("Held by", "account_holder_name", "name"),
    text("Currency", "currency", watched=True),
    switch("Payouts", "default_for_currency", tells=True, says="go here by default", watched=True),
    _STATUS,
    ident("Customer", "customer"),
)
_ACCOUNT: Final[tuple[Part, ...]] = (
    text("Business", "business_profile.name", "settings.dashboard.display_name", "company.name", "display_name"),
    text("E-mail", "email", "contact_email"),
    text("Country", "country", "identity.country"),
    switch("Takes payments", "charges_enabled", tells=True, says="yes"),
    switch("Gets payouts", "payouts_enabled", tells=True, says="yes"),
    text("Type", "type"),
    _CREATED,
)

KINDS: Final[Mapping[str, tuple[Part, ...]]] = MappingProxyType(
    {
        "account": _ACCOUNT,
        "application_fee": (
            money("Fee", "amount", watched=True),
            _GIVEN,
            _CURRENCY,
            ident("Taken from", "account"),
            ident("Charge", "charge"),
            moment("Taken", "created"),
        ),
        "bank_account": _BANK,
        "card": _BANK,
        "charge": (
            money("Paid", "amount", watched=True),
            _GIVEN,
            _DISPUTED,
            switch("Captured", "captured", tells=False, says="no"),
            _PAYER,
            _CARD,
            moment("Paid on", "created"),
            _STATUS,
            _DESCRIPTION,
            _CURRENCY,
        ),
        "coupon": (
            _OWN_NAME,
            money("Takes off", "amount_off"),
            percentage("Takes off", "percent_off"),
            word("Applies", "duration"),
            count("Used", "times_redeemed", always=True),
            switch("Valid", "valid", tells=False, says="no"),
        ),
        "credit_note": (
            text("Credit note", "number"),
            money("Total", "total", watched=True),
            _STATUS,
            ident("Invoice", "invoice"),
            _CUSTOMER,
            word("Reason", "reason"),
            _CREATED,
        ),
        "customer": (
            text("Name", "name"),
            text("E-mail", "email", watched=True),
            money("Balance", "balance", watched=True, always=False),
            switch("Behind with payment", "delinquent", tells=True, says="yes", watched=False),
            moment("Customer since", "created"),
        ),
        "dispute": (
            money("Disputed", "amount", watched=True),
            word("Reason", "reason"),
            _STATUS,
            moment("Answer due", "evidence_details.due_by"),
            count("Answers given", "evidence_details.submission_count"),
            ident("Charge", "charge"),
            within("charge", _PAYER, _CARD, moment("Paid on", "created")),
        ),
        "invoice": (
            text("Invoice", "number"),
            money("Total", "total", watched=True),
            money("Already paid", "amount_paid", watched=True, always=False),
            money("Still owed", "amount_remaining", watched=True),
            billing.credited,
            _STATUS,
            person("Customer's name", names=("customer_name",), emails=("customer_email",)),
            moment("Due", "due_date"),
            _DESCRIPTION,
            _CREATED,
            _CURRENCY,
        ),
        "invoiceitem": (
            _AMOUNT,
            _DESCRIPTION,
            _CUSTOMER,
            ident("Invoice", "invoice"),
            moment("Since", "date"),
        ),
        "issuing.authorization": (
            _AMOUNT,
            text("Merchant", "merchant_data.name"),
            text("Place", "merchant_data.city"),
            _STATUS,
            switch("Approved", "approved", tells=True, says="yes"),
            card("Card", "card"),
            _CREATED,
        ),
        "issuing.card": (
            card("Card"),
            text("Held by", "cardholder.name"),
            _STATUS,
            word("Type", "type"),
            text("Currency", "currency"),
            _CREATED,
        ),
        "payment_intent": (
            _AMOUNT,
            money("Held, not yet taken", "amount_capturable", watched=True, always=False),
            money("Received", "amount_received", watched=True, always=False),
            within("latest_charge", _GIVEN, _DISPUTED),
            person(
                "Paid by",
                names=("latest_charge.billing_details.name", "payment_method.billing_details.name"),
                emails=("latest_charge.billing_details.email", "receipt_email"),
            ),
            card("Card", "latest_charge.payment_method_details.card", "payment_method.card"),
            within("latest_charge", moment("Paid on", "created")),
            _STATUS,
            _DESCRIPTION,
            _CURRENCY,
        ),
        "payment_method": (
            card("Card", "card", "us_bank_account", "sepa_debit"),
            word("Type", "type"),
            person("Belongs to", names=("billing_details.name",), emails=("billing_details.email",), watched=True),
            _CREATED,
        ),
        "payout": (
            _AMOUNT,
            _STATUS,
            card("To", "destination"),
            moment("Arrives", "arrival_date"),
            word("Method", "method"),
            switch("Made", "automatic", tells=True, says="by the payout schedule", watched=False),
            _DESCRIPTION,
            _CREATED,
        ),
        "plan": (text("Product", "product.name"), billing.price, _ACTIVE, _CREATED),
        "price": (text("Product", "product.name"), text("Name", "nickname"), billing.price, _ACTIVE, _CREATED),
        "product": (text("Product", "name"), _DESCRIPTION, _ACTIVE, _CREATED),
        "promotion_code": (
            text("Code", "code"),
            _ACTIVE,
            count("Used", "times_redeemed", always=True),
            ident("Coupon", "promotion.coupon", "coupon"),
            moment("Expires", "expires_at"),
        ),
        "quote": (
            text("Quote", "number"),
            money("Total", "amount_total", watched=True),
            _STATUS,
            _CUSTOMER,
            moment("Expires", "expires_at"),
            _DESCRIPTION,
            _CREATED,
        ),
        "refund": (
            money("Refund", "amount", watched=True),
            _STATUS,
            word("Reason", "reason"),
            ident("Charge", "charge"),
            within("charge", money("Of", "amount"), _PAYER, _CARD),
            _CREATED,
        ),
        "setup_intent": (
            _STATUS,
            _CUSTOMER,
            card("Card", "payment_method.card"),
            word("For use", "usage"),
            _DESCRIPTION,
            _CREATED,
        ),
        "source": (word("Type", "type"), card("Card", "card"), _AMOUNT, _STATUS, ident("Customer", "customer")),
        "subscription": (
            _CUSTOMER,
            billing.items,
            _STATUS,
            billing.ends,
            moment("Trial ends", "trial_end"),
            moment("Since", "start_date", "created"),
            _DESCRIPTION,
        ),
        "subscription_item": (billing.item, ident("Subscription", "subscription"), _CREATED),
        "subscription_schedule": (
            _CUSTOMER,
            _STATUS,
            ident("Subscription", "subscription"),
            within("subscription", billing.items, billing.ends),
            word("Afterwards", "end_behavior", watched=True),
            moment("Phase ends", "current_phase.end_date"),
            _CREATED,
        ),
        "terminal.reader": (
            text("Reader", "label"),
            word("Device", "device_type"),
            text("Serial number", "serial_number"),
            _STATUS,
            word("Busy with", "action.type"),
            word("Which is", "action.status"),
        ),
        "topup": (_AMOUNT, _STATUS, moment("Expected", "expected_availability_date"), _DESCRIPTION, _CREATED),
        "transfer": (
            money("Transferred", "amount", watched=True),
            money("Already reversed", "amount_reversed", watched=True, always=False),
            ident("To", "destination"),
            _DESCRIPTION,
            _CREATED,
            _CURRENCY,
        ),
        "v2.core.account": _ACCOUNT,
        "v2.core.event_destination": (
            _OWN_NAME,
            text("Sends to", "webhook_endpoint.url"),
            _STATUS,
            word("Type", "type"),
            _DESCRIPTION,
            _CREATED,
        ),
        "webhook_endpoint": (
            text("Sends to", "url", watched=True),
            _STATUS,
            _DESCRIPTION,
            entries("Events", "enabled_events"),
            _CREATED,
        ),
    }
)
"""By the kind of the object that was read."""
