"""The rules of :mod:`operations.risk` as data: verbs, resources and names, with no code that reads them.

Paths are written in canonical form: every placeholder is ``{}``, and the acting account's own endpoints
(``/v1/account/…``) stand under ``/v1/accounts/{}``. A *resource* covers its path and everything below it; an
*endpoint* is one exact path. Change anything here and raise ``RULES_VERSION``: approvals keep the version they were
judged by.
"""

RULES_VERSION = 2


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# R4. Computes what an invoice would be and stores nothing.
READING_POSTS = frozenset({"/v1/invoices/create_preview"})

# R5. Updates of finished records: nothing in them can be written but metadata and text.
ANNOTATIONS = frozenset(
    {
        "/v1/application_fees/{}/refunds/{}",
        "/v1/charges/{}",
        "/v1/credit_notes/{}",
        "/v1/customers/{}/balance_transactions/{}",
        "/v1/issuing/disputes/{}",
        "/v1/issuing/settlements/{}",
        "/v1/issuing/transactions/{}",
        "/v1/payouts/{}",
        "/v1/refunds/{}",
        "/v1/topups/{}",
        "/v1/transfers/{}",
        "/v1/transfers/{}/reversals/{}",
    }
)

# R6. As the last segment of a path.
DESTROY_VERBS = _words(
    """
    archive cancel cancel_action close deactivate decline delete detach disable disconnect expire mark_uncollectible
    migrate pause redact reject release remove_lines terminate uninstall unsubscribe void
    """
)

# R7. As the last segment of a path.
MONEY_VERBS = _words(
    """
    accept apply_customer_balance approve attach_payment capture collect_payment_method confirm confirm_payment_intent
    create_reversal dispute finalize increment_authorization invoke pay process_payment_intent process_setup_intent
    refund refund_payment refunds report_payment report_payment_attempt report_payment_attempt_canceled
    report_payment_attempt_failed report_payment_attempt_guaranteed report_payment_attempt_informational report_refund
    resume reversals reverse send submit unreject
    """
)

# R8. Resources whose creation or change moves money, or decides where it goes.
MONEY_RESOURCES = frozenset(
    {
        "/v1/accounts/{}/bank_accounts",
        "/v1/accounts/{}/capabilities",
        "/v1/accounts/{}/external_accounts",
        "/v1/application_fees",
        "/v1/balance_settings",
        "/v1/billing/credit_grants",
        "/v1/billing/meter_event_adjustments",
        "/v1/billing/meter_events",
        "/v1/charges",
        "/v1/climate/orders",
        "/v1/credit_notes",
        "/v1/customers/{}/balance_transactions",
        "/v1/customers/{}/bank_accounts",
        "/v1/customers/{}/cash_balance",
        "/v1/customers/{}/subscriptions",
        # The short form of /v1/accounts/{}/external_accounts/{}: the same payout destination.
        "/v1/external_accounts",
        "/v1/forwarding/requests",
        "/v1/invoiceitems",
        "/v1/invoices",
        "/v1/issuing/authorizations",
        "/v1/issuing/cardholders",
        "/v1/issuing/cards",
        "/v1/payment_intents",
        "/v1/payouts",
        "/v1/refunds",
        "/v1/subscription_items",
        "/v1/subscription_schedules",
        "/v1/subscriptions",
        "/v1/topups",
        "/v1/transfers",
        "/v1/treasury",
        "/v2/billing/bill_settings",
        "/v2/billing/cadences",
        "/v2/billing/collection_settings",
        "/v2/billing/meter_event_adjustments",
        "/v2/billing/meter_event_stream",
        "/v2/billing/meter_events",
        "/v2/billing/profiles",
        "/v2/core/batch_jobs",
        "/v2/core/vault",
        "/v2/extend/workflows",
        "/v2/money_management",
        "/v2/orchestrated_commerce",
    }
)

# R8 as well. Both can send payouts elsewhere; what lies below them has rules of its own.
MONEY_ENDPOINTS = frozenset({"/v1/accounts/{}", "/v2/core/accounts/{}"})

# R10. Last segments after an id that are known to do no harm; any other word there is treated as money.
SAFE_VERBS = _words(
    """
    acknowledge activate add_lines attach capabilities cards collect_inputs create_from_calculation enable features
    funding_instructions lines people person_tokens persons ping reactivate refresh set_reader_display sources subscribe
    tax_ids unarchive update_lines validate verify verify_microdeposits
    """
)

# R11. Resources that a person has looked through: a change to them is a plain write.
REVIEWED_RESOURCES = frozenset(
    {
        "/v1/account_sessions",
        "/v1/accounts",
        "/v1/apple_pay/domains",
        "/v1/apps/installs",
        "/v1/billing/alerts",
        "/v1/billing/feedback_options",
        "/v1/billing/meters",
        "/v1/billing_portal/configurations",
        "/v1/billing_portal/sessions",
        "/v1/checkout/sessions",
        "/v1/coupons",
        "/v1/customer_sessions",
        "/v1/customers",
        "/v1/disputes",
        "/v1/entitlements/features",
        "/v1/file_links",
        "/v1/files",
        "/v1/financial_connections",
        "/v1/identity/verification_sessions",
        "/v1/invoice_rendering_templates",
        "/v1/issuing/disputes",
        "/v1/issuing/personalization_designs",
        "/v1/issuing/tokens",
        "/v1/link_account_sessions",
        "/v1/linked_accounts",
        "/v1/payment_links",
        "/v1/payment_method_configurations",
        "/v1/payment_method_domains",
        "/v1/payment_methods",
        "/v1/plans",
        "/v1/prices",
        "/v1/product_catalog/trial_offers",
        "/v1/products",
        "/v1/promotion_codes",
        "/v1/quotes",
        "/v1/radar",
        "/v1/reporting/report_runs",
        "/v1/setup_intents",
        "/v1/shipping_rates",
        # Renames or rewrites a stored query; running it, and sending its result anywhere, is not reached from here.
        "/v1/sigma/saved_queries",
        "/v1/sources",
        "/v1/tax",
        "/v1/tax_ids",
        "/v1/tax_rates",
        "/v1/terminal/configurations",
        "/v1/terminal/locations",
        "/v1/terminal/onboarding_links",
        "/v1/terminal/readers",
        "/v1/three_d_secure",
        "/v1/webhook_endpoints",
        "/v2/commerce/product_catalog",
        "/v2/core/account_links",
        "/v2/core/account_tokens",
        "/v2/core/accounts",
        "/v2/core/event_destinations",
        "/v2/data/reporting",
    }
)

# Flags. Secret: the answer holds a bearer value, an account number or a card number.
SECRET_RESOURCES = frozenset(
    {
        "/v1/account_links",
        "/v1/account_sessions",
        "/v1/accounts/{}/login_links",
        "/v1/apps/secrets",
        "/v1/billing_portal/sessions",
        "/v1/checkout/sessions",
        "/v1/customer_sessions",
        "/v1/ephemeral_keys",
        "/v1/file_links",
        "/v1/financial_connections/sessions",
        "/v1/identity/verification_sessions",
        "/v1/issuing/cards",
        "/v1/link_account_sessions",
        "/v1/payment_intents",
        "/v1/setup_intents",
        "/v1/sources",
        "/v1/terminal/connection_tokens",
        "/v1/terminal/onboarding_links",
        "/v1/tokens",
        "/v1/treasury/financial_accounts",
        "/v2/billing/meter_event_session",
        "/v2/core/account_links",
    }
)
SECRET_READS = frozenset(
    {
        "/v1/events",  # can embed any object, with whatever that holds
        "/v1/financial_connections/accounts",
        "/v1/identity/verification_reports",
        "/v1/linked_accounts",
        "/v2/core/events",
    }
)
# Only the creation answers with the signing secret.
SECRET_CREATIONS = frozenset({"/v1/webhook_endpoints", "/v2/core/event_destinations"})

# Exfil: makes Stripe send data, or give access, to somewhere else. Reads send nothing and never carry it.
EXFIL_RESOURCES = frozenset(
    {
        "/v1/account_links",
        "/v1/accounts/{}/login_links",
        "/v1/apps/secrets",
        "/v1/file_links",
        "/v1/forwarding/requests",
        "/v1/reporting/report_runs",
        "/v1/webhook_endpoints",
        "/v2/core/account_links",
        "/v2/core/event_destinations",
        "/v2/data/reporting",
    }
)

# An upload that makes a link along with the file is the creation of a file link by another door.
LINKING_UPLOADS = frozenset({"/v1/files"})
LINKS = ("file_link_data", "create")

# Value: changes what customers will be asked to pay, or whether a payment is blocked.
VALUE_RESOURCES = frozenset(
    {
        "/v1/billing/meters",
        "/v1/billing_portal/configurations",
        "/v1/checkout/sessions",
        "/v1/coupons",
        "/v1/payment_links",
        "/v1/payment_method_configurations",
        "/v1/plans",
        "/v1/prices",
        "/v1/product_catalog/trial_offers",
        "/v1/products",
        "/v1/promotion_codes",
        "/v1/radar",
        "/v1/shipping_rates",
        "/v1/tax/registrations",
        "/v1/tax/settings",
        "/v1/tax_rates",
        "/v2/commerce/product_catalog",
    }
)
VALUE_ENDPOINTS = frozenset({"/v1/customers", "/v1/customers/{}", "/v1/quotes", "/v1/quotes/{}"})

# Off: has no place in a chat. Refused until an administrator opens the endpoint.
OFF_RESOURCES = frozenset(
    {
        "/v1/apps/secrets",
        "/v1/ephemeral_keys",
        "/v1/forwarding/requests",
        "/v1/terminal/connection_tokens",
        "/v1/tokens",
    }
)

# Refund: sends money back to whoever paid it. Last segments, so that a door that Stripe adds tomorrow has its lock
# already. Not here: payment_records report_refund (tells Stripe of money that moved elsewhere), tax create_reversal
# (a tax record), payouts reverse (brings money in), captures of less than was authorized (release what was not taken).
REFUND_VERBS = frozenset({"credit_reversals", "debit_reversals", "refund", "refund_payment", "refunds", "reversals"})
# A credit note refunds only where it says so. Its credit_amount stays with Stripe as the customer's balance, and its
# refunds[] names refunds that exist, each of which came through a door of its own.
REFUND_PARAMETERS = {"/v1/credit_notes": "refund_amount"}

# Irreversible by Stripe's own documentation.
IRREVERSIBLE = frozenset(
    {
        "DELETE /v1/customers/{}",
        "DELETE /v1/customers/{}/subscriptions/{}",
        "DELETE /v1/invoices/{}",
        "DELETE /v1/subscriptions/{}",
        "POST /v1/charges/{}/dispute/close",
        "POST /v1/disputes/{}/close",
        "POST /v1/identity/verification_sessions/{}/cancel",
        "POST /v1/identity/verification_sessions/{}/redact",
        "POST /v1/invoices/{}/void",
        "POST /v1/payment_methods/{}/detach",
        "POST /v1/subscription_schedules/{}/cancel",
    }
)

# P1. Nothing is charged before the confirmation.
UNCONFIRMED_CREATIONS = frozenset({"/v1/payment_intents", "/v1/setup_intents"})
# P3. Evidence goes to the bank unless the call says otherwise.
DISPUTE_UPDATES = frozenset({"/v1/disputes/{}", "/v1/charges/{}/dispute"})
# P4. A balance is credit on the next invoice; a source is charged by it.
CUSTOMER_ENDPOINTS = frozenset({"/v1/customers", "/v1/customers/{}"})
CUSTOMER_MONEY = frozenset({"balance", "cash_balance", "default_source", "source"})
# P5. Decides where payouts go.
ACCOUNT_CREATIONS = frozenset({"/v1/accounts"})
PAYOUT_DESTINATIONS = frozenset({"bank_account", "external_account", "payouts"})
# P6. Ends a card, a cardholder or a wallet token. A canceled or deleted one stays so.
ISSUING_RESOURCE = "/v1/issuing"
ISSUING_ENDS = frozenset({"blocked", "canceled", "deleted", "inactive", "suspended"})
ISSUING_ENDS_FOR_GOOD = frozenset({"canceled", "deleted"})
# P7. Switches: the value that turns each off. Deactivated features stay so.
SWITCHES = {"active": False, "disabled": True, "enabled": False}
SWITCHED_OFF_FOR_GOOD = frozenset({"/v1/entitlements/features/{}"})
# P8. Other doors to the end of a subscription, or of an item of it.
SUBSCRIPTION_RESOURCES = frozenset(
    {"/v1/customers/{}/subscriptions", "/v1/subscription_schedules", "/v1/subscription_items", "/v1/subscriptions"}
)
SUBSCRIPTION_END_SWITCHES = frozenset({"cancel_at_period_end", "deleted"})
SUBSCRIPTION_ENDS = frozenset({"cancel_at", "pause_collection"})
# P9. Card data must never pass through a chat.
CARD_HOLDERS = frozenset({"card", "default_source", "external_account", "source"})
# P11. Names whose expansion brings a bearer value or a card number.
SECRET_EXPANSIONS = frozenset(
    {
        "client_secret",
        "confirmation_secret",
        "cvc",
        "number",
        "payment_intent",
        "pending_setup_intent",
        "setup_intent",
        "signing_secret",
    }
)
