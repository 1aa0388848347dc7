"""How the ids of Stripe's objects begin: ``ch`` for a charge, ``cus`` for a customer."""

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
"""Object name to the beginnings of its ids, the usual one first; none where such an object has no id."""

KINDS: Mapping[str, str] = MappingProxyType(
    {prefix: kind for kind, prefixes in reversed(list(PREFIXES.items())) for prefix in prefixes}
)
"""The object that each prefix stands for; of several, the first above."""
