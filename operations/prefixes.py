"""What an id says by its beginning: ``ch_`` is a charge, ``sub_sched_`` a subscription schedule, ``cs_live_`` is live.

The one table of prefixes. :meth:`operations.registry.Registry.by_id` retrieves by it, and the sandbox makes its ids by
it. Stripe publishes no such list; these are the ids in its documentation and its answers.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

PREFIXES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "account": ("acct",), "account_link": (), "account_session": (), "apple_pay_domain": ("apwc",),
    "application": ("ca",), "application_fee": ("fee",), "apps.install": ("appinst",), "apps.secret": ("appsecret",),
    "balance_transaction": ("txn",), "bank_account": ("ba",), "billing.alert": ("alrt",),
    "billing.credit_balance_transaction": ("cbtxn_test", "cbtxn_live"), "billing.credit_grant": ("credgr",),
    "billing.meter": ("mtr",), "billing.meter_event_summary": ("mtrusg",), "billing_portal.configuration": ("bpc",),
    "billing_portal.session": ("bps",), "card": ("card",), "charge": ("ch", "py"),
    "checkout.session": ("cs_test", "cs_live"), "climate.order": ("climorder",), "climate.product": ("climsku",),
    "climate.supplier": ("climsup",), "confirmation_token": ("ctoken",), "credit_note": ("cn",),
    "credit_note_line_item": ("cnli",), "customer": ("cus",), "customer_balance_transaction": ("cbtxn",),
    "customer_cash_balance_transaction": ("ccsbtxn",), "discount": ("di",), "dispute": ("du", "dp"),
    "entitlements.active_entitlement": ("ent",), "entitlements.feature": ("feat",), "ephemeral_key": ("ephkey",),
    "event": ("evt",), "fee_refund": ("fr",), "file": ("file",), "file_link": ("link",),
    "financial_connections.account": ("fca",), "financial_connections.session": ("fcsess",),
    "financial_connections.transaction": ("fctxn",), "forwarding.request": ("fwdreq",),
    "identity.verification_report": ("vr",), "identity.verification_session": ("vs",), "invoice": ("in",),
    "invoice_payment": ("inpay",), "invoice_rendering_template": ("inrtem",), "invoiceitem": ("ii",),
    "issuing.authorization": ("iauth",), "issuing.card": ("ic",), "issuing.cardholder": ("ich",),
    "issuing.dispute": ("idp",), "issuing.personalization_design": ("ipd",), "issuing.physical_bundle": ("ipb",),
    "issuing.settlement": ("ise",), "issuing.token": ("intok",), "issuing.transaction": ("ipi",), "item": ("li",),
    "line_item": ("il",), "mandate": ("mandate",), "payment_attempt_record": ("par",), "payment_intent": ("pi",),
    "payment_link": ("plink",), "payment_method": ("pm",), "payment_method_configuration": ("pmc",),
    "payment_method_domain": ("pmd",), "payment_record": ("pr",), "payout": ("po",), "person": ("person",),
    "price": ("price",), "product": ("prod",), "product_feature": ("prodft",), "promotion_code": ("promo",),
    "quote": ("qt",), "radar.early_fraud_warning": ("issfr",), "radar.value_list": ("rsl",),
    "radar.value_list_item": ("rsli",), "refund": ("re", "pyr"), "reporting.report_run": ("frr",), "review": ("prv",),
    "scheduled_query_run": ("sqr",), "setup_attempt": ("setatt",), "setup_intent": ("seti",),
    "shipping_rate": ("shr",), "source": ("src",), "subscription": ("sub",), "subscription_item": ("si",),
    "subscription_schedule": ("sub_sched",), "tax.association": ("taxa",), "tax.calculation": ("taxcalc",),
    "tax.calculation_line_item": ("tax_li",), "tax.registration": ("taxreg",), "tax.transaction": ("tax",),
    "tax_code": ("txcd",), "tax_id": ("txi",), "tax_rate": ("txr",), "terminal.configuration": ("tmc",),
    "terminal.location": ("tml",), "terminal.reader": ("tmr",), "test_helpers.test_clock": ("clock",),
    "token": ("tok",), "topup": ("tu",), "transfer": ("tr",), "transfer_reversal": ("trr",),
    "treasury.credit_reversal": ("credrev",), "treasury.debit_reversal": ("debrev",),
    "treasury.financial_account": ("fa",), "treasury.inbound_transfer": ("ibt",),
    "treasury.outbound_payment": ("obp",), "treasury.outbound_transfer": ("obt",),
    "treasury.received_credit": ("rc",), "treasury.received_debit": ("rd",), "treasury.transaction": ("trxn",),
    "treasury.transaction_entry": ("trxne",), "usage_record": ("mbur",), "webhook_endpoint": ("we",),
    "plan": ("price", "plan"), "v2.billing.meter_event": ("mevt",), "v2.core.account": ("acct",),
    "v2.core.account_person": ("person",), "v2.core.account_token": ("accttok",),
    "v2.core.event": ("evt_test", "evt_live"), "v2.core.event_destination": ("ed",),
    "v2.core.vault.gb_bank_account": ("gbba",), "v2.core.vault.us_bank_account": ("usba",),
    "v2.money_management.adjustment": ("adj",), "v2.money_management.financial_account": ("fa_test", "fa_live"),
    "v2.money_management.financial_address": ("finaddr",),
    "v2.money_management.inbound_transfer": ("ibt_test", "ibt_live"),
    "v2.money_management.outbound_payment": ("obp_test", "obp_live"),
    "v2.money_management.outbound_setup_intent": ("osi",),
    "v2.money_management.payout_method": ("usba",),
    "v2.money_management.received_credit": ("rc_test", "rc_live"),
    "v2.money_management.transaction": ("trxn_test", "trxn_live"),
    "v2.money_management.transaction_entry": ("trxne_test", "trxne_live"),
})  # fmt: skip
"""Object name to the beginnings of its ids, the usual one first; none where such an object has no id.

Where two kinds share one (a plan is a price of old, a v2 account is an account), it is taken for the first here.
"""

KINDS: Mapping[str, str] = MappingProxyType(
    {prefix: kind for kind in reversed(list(PREFIXES)) for prefix in PREFIXES[kind]}
)
"""The object that each prefix stands for."""

CHOSEN: frozenset[str] = frozenset({"plan", "price", "product"})
"""Kinds whose ids people may choose: what stands behind the prefix then says nothing of the mode."""

ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "req": "is a request, which Stripe's API doesn't show: look in the Dashboard under Developers, Logs.",
        "il": "is a line of an invoice: open the invoice, or list its lines.",
        "li": "is a line item: open the Checkout Session, payment link or quote that it belongs to.",
        "di": "is a discount: open the customer, subscription or invoice that has it.",
        "wsh": "is a delivery to a webhook endpoint, which Stripe's API doesn't show: look in the Dashboard.",
    }
)
"""Ids that no operation retrieves, and where to look instead; completes a sentence that starts with the id."""

_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+", re.ASCII)
_BODY = re.compile(r"(?=[a-z_]*[0-9A-Z])[A-Za-z0-9_]+", re.ASCII)
_BODY_LENGTH = 8


def prefix_of(text: str) -> str | None:
    """The longest known prefix that the text starts with as an id does, in lower case; None where there is none."""
    if not _ID.fullmatch(text):
        return None
    parts = text.split("_")
    # The first letter may be capital: phones make it so.
    parts[0] = parts[0][:1].lower() + parts[0][1:]
    joined = ["_".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]
    return next((each for each in joined if each in KINDS or each in ELSEWHERE), None)


def kind_of(object_id: str) -> str | None:
    """The object that an id names by its prefix, such as ``charge``; None for a prefix that isn't known."""
    prefix = prefix_of(object_id)
    return None if prefix is None else KINDS.get(prefix)


def spelled(object_id: str) -> str:
    """The id with the capital letter undone that a phone puts at the start of a text."""
    return object_id[:1].lower() + object_id[1:] if prefix_of(object_id) else object_id


def is_id(text: str) -> bool:
    """Whether a word is meant as an id: a known prefix, and what is no word behind it, unlike ``file_links``."""
    prefix = prefix_of(text)
    if prefix is None:
        return False
    return KINDS.get(prefix) in CHOSEN or _BODY.fullmatch(text[len(prefix) + 1 :]) is not None


def looks_like_id(text: str) -> bool:
    """Whether a word has the form of an id, though its prefix is not known."""
    prefix, _, body = text.partition("_")
    return bool(_ID.fullmatch(text)) and prefix.islower() and len(body) >= _BODY_LENGTH and bool(_BODY.fullmatch(body))


def mode_of(object_id: str) -> bool | None:
    """Whether an id says that it is live (True) or test (False); None for the many that don't tell."""
    prefix = prefix_of(object_id)
    if prefix is None or KINDS.get(prefix) in CHOSEN:
        return None
    marks = f"{prefix}_{object_id[len(prefix) + 1 :]}".split("_")
    if "live" in marks[1:-1]:
        return True
    return False if "test" in marks[1:-1] else None
