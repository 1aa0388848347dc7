"""Ids that look like Stripe's: a prefix for each kind of object, and letters from the sandbox's own generator."""

import random
import string

PREFIXES: dict[str, str] = {
    "account": "acct", "account_link": "", "account_session": "", "apple_pay_domain": "apwc", "application": "ca",
    "application_fee": "fee", "apps.install": "appinst", "apps.secret": "appsecret", "balance_transaction": "txn",
    "bank_account": "ba", "billing.alert": "alrt", "billing.credit_balance_transaction": "cbtxn",
    "billing.credit_grant": "credgr", "billing.meter": "mtr", "billing.meter_event_summary": "mtrusg",
    "billing_portal.configuration": "bpc", "billing_portal.session": "bps", "card": "card", "charge": "ch",
    "checkout.session": "cs_test", "climate.order": "climorder", "climate.product": "climsku",
    "climate.supplier": "climsup",
    "confirmation_token": "ctoken", "credit_note": "cn", "credit_note_line_item": "cnli", "customer": "cus",
    "customer_balance_transaction": "cbtxn", "customer_cash_balance_transaction": "ccsbtxn", "discount": "di",
    "dispute": "du", "entitlements.active_entitlement": "ent", "entitlements.feature": "feat",
    "ephemeral_key": "ephkey",
    "event": "evt", "fee_refund": "fr", "file": "file", "file_link": "link", "financial_connections.account": "fca",
    "financial_connections.session": "fcsess", "financial_connections.transaction": "fctxn",
    "forwarding.request": "fwdreq",
    "identity.verification_report": "vr", "identity.verification_session": "vs", "invoice": "in",
    "invoice_payment": "inpay", "invoice_rendering_template": "inrtem", "invoiceitem": "ii",
    "issuing.authorization": "iauth", "issuing.card": "ic", "issuing.cardholder": "ich", "issuing.dispute": "idp",
    "issuing.personalization_design": "ipd", "issuing.physical_bundle": "ipb", "issuing.settlement": "ise",
    "issuing.token": "intok", "issuing.transaction": "ipi", "item": "li", "line_item": "il", "mandate": "mandate",
    "payment_attempt_record": "par", "payment_intent": "pi", "payment_link": "plink", "payment_method": "pm",
    "payment_method_configuration": "pmc", "payment_method_domain": "pmd", "payment_record": "pr", "payout": "po",
    "person": "person", "plan": "price", "price": "price", "product": "prod", "product_feature": "prodft",
    "promotion_code": "promo", "quote": "qt", "radar.early_fraud_warning": "issfr", "radar.value_list": "rsl",
    "radar.value_list_item": "rsli", "refund": "re", "reporting.report_run": "frr", "review": "prv",
    "scheduled_query_run": "sqr", "setup_attempt": "setatt", "setup_intent": "seti", "shipping_rate": "shr",
    "source": "src", "subscription": "sub", "subscription_item": "si", "subscription_schedule": "sub_sched",
    "tax.association": "taxa", "tax.calculation": "taxcalc", "tax.calculation_line_item": "tax_li",
    "tax.registration": "taxreg", "tax.transaction": "tax", "tax_code": "txcd", "tax_id": "txi", "tax_rate": "txr",
    "terminal.configuration": "tmc", "terminal.location": "tml", "terminal.reader": "tmr",
    "test_helpers.test_clock": "clock", "token": "tok", "topup": "tu", "transfer": "tr", "transfer_reversal": "trr",
    "treasury.credit_reversal": "credrev", "treasury.debit_reversal": "debrev", "treasury.financial_account": "fa",
    "treasury.inbound_transfer": "ibt", "treasury.outbound_payment": "obp", "treasury.outbound_transfer": "obt",
    "treasury.received_credit": "rc", "treasury.received_debit": "rd", "treasury.transaction": "trxn",
    "treasury.transaction_entry": "trxne", "usage_record": "mbur", "webhook_endpoint": "we",
    "v2.billing.meter_event": "mevt", "v2.core.account": "acct", "v2.core.account_person": "person",
    "v2.core.account_token": "accttok", "v2.core.event": "evt", "v2.core.event_destination": "ed",
    "v2.core.vault.gb_bank_account": "gbba", "v2.core.vault.us_bank_account": "usba",
    "v2.money_management.adjustment": "adj", "v2.money_management.financial_account": "fa",
    "v2.money_management.financial_address": "finaddr", "v2.money_management.inbound_transfer": "ibt",
    "v2.money_management.outbound_payment": "obp", "v2.money_management.outbound_setup_intent": "osi",
    "v2.money_management.payout_method": "usba", "v2.money_management.received_credit": "rc",
    "v2.money_management.transaction": "trxn", "v2.money_management.transaction_entry": "trxne",
}  # fmt: skip
"""Object name to the first part of its ids; the empty text where such an object has no id."""

ALPHABET = string.ascii_letters + string.digits


def prefix_of(kind: str) -> str:
    """The prefix of a kind's ids. Kinds without a known one get the beginnings of the words of their last name."""
    known = PREFIXES.get(kind)
    if known is not None:
        return known
    return "".join(word[:3] for word in kind.rpartition(".")[2].split("_"))


class Ids:
    """New ids from a seeded generator, so that the same seed gives the same business."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def new(self, kind: str, *, livemode: bool = False) -> str:
        """A new id for an object of this kind, such as ``ch_3Qm…``. A few kinds tell their mode by it."""
        prefix = prefix_of(kind) or "obj"
        if livemode:
            prefix = prefix.replace("_test", "_live")
        return f"{prefix}_{self.letters(24 if prefix in {'ch', 'pi', 'in', 'sub', 'txn', 're', 'evt'} else 14)}"

    def request(self) -> str:
        """A request id, such as ``req_…``."""
        return f"req_{self.letters(14)}"

    def letters(self, count: int) -> str:
        """Random letters and digits: client secrets, tokens, page cursors."""
        return "".join(self._rng.choices(ALPHABET, k=count))
