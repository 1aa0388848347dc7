"""What people call Stripe's things: the words of the search that no part of the catalog holds.

Data alone, reviewed by hand. What belongs here are general words that anyone in support, finance or engineering may use
for a thing that Stripe calls otherwise ("charge back", "voucher", "seller"): never a whole question, and nothing that
the catalog says itself (names, objects, parameters and their values are read from there). Write words in lower case, in
the singular, with British or American spelling only where they differ by more than ``-ise`` or ``-our``. Plurals, words
written as one ("chargeback"), small slips and half-typed words are the index's part. A test holds every name on the
left to the catalog.
"""

from collections.abc import Mapping

MEANINGS: Mapping[str, str] = {
    # Payments
    "charges": "payment, pay, transaction, purchase, sale",
    "charges list": "who paid, paid, recent payment, failed payment",
    "charges retrieve": "card declined, declined, payment failed, did they pay, decline reason, decline code, receipt",
    "charges update": "resend receipt, send receipt, email receipt, receipt email, receipt again",
    "payment_intents": "payment, pay, pi",
    "payment_intents list": "who paid, paid, recent payment, failed payment, incomplete payment",
    "payment_intents retrieve": "card declined, declined, payment failed, decline reason, decline code",
    "payment_intents create": "charge card, take payment, collect payment, bill card, charge customer",
    "payment_intents capture": "capture payment, capture authorization, capture hold, settle authorization, take hold",
    "payment_intents cancel": "release hold, release authorization, void payment, void authorization, hold",
    "payment_intents increment_authorization": (
        "increase hold, raise hold, increase authorization, preauth, pre auth, preauthorization"
    ),
    "setup_intents": "si",
    "setup_intents create": "save card, store card, card for later, save payment method, future payment",
    "three_d_secure authentications": "3ds, 3d secure, sca, strong customer authentication",
    "mandates retrieve": "sepa mandate, direct debit mandate, bacs mandate, lastschrift",
    "payment_method_configurations": "payment option, enabled payment method, payment method setting",
    "payment_method_domains": "apple pay domain, google pay domain, domain verification",
    # Ways to pay
    "payment_methods": "card, pm, credit card, debit card, wallet, payment detail",
    "payment_methods attach": "add card, new card, card update, update card, change card, replace card",
    "payment_methods update": "update card, change card, card expiry, expired card, expiry date, card address",
    "payment_methods detach": "remove card, delete card, card on file, forget card, unlink card",
    "payment_methods list": "saved card, stored card, card on file, saved payment method",
    "customers list_payment_methods": "saved card, stored card, card on file, saved payment method",
    "bank_accounts verify": "micro deposit, verify bank, verify bank account",
    "payment_intents verify_microdeposits": "micro deposit",
    "setup_intents verify_microdeposits": "micro deposit",
    # Money back and disputes
    "refunds": "refunded",
    "refunds create": (
        "refund, money back, reimburse, pay back, give back, return money, send back, undo payment, goodwill"
    ),
    "disputes": "charge back, cb, retrieval request, inquiry, contested payment, dispute",
    "disputes update": "fight, contest, challenge, evidence, counter, represent, proof",
    "disputes close": "accept dispute, accept charge back, concede, lose dispute, give up dispute",
    # Customers
    "customers": "client, buyer, user, shopper, payer, kunde, patron, consumer",
    "customers search": "find customer, look up customer, customer by email, find email, search email",
    "customers list": "customer by email, find customer",
    "customers delete": "gdpr, erase customer, forget customer, right to be forgotten",
    "customers update": "customer email, email address, billing address, customer address, phone number",
    "customers delete_discount": "remove discount, remove coupon, take off discount",
    "customer_balance_transactions": "customer balance, account credit",
    "customer_balance_transactions create": (
        "store credit, customer credit, account credit, credit customer, credit balance, give credit, add credit"
    ),
    "customers create_funding_instructions": (
        "bank transfer, wire instruction, transfer instruction, virtual iban, funding"
    ),
    "customer_cash_balance_transactions": "incoming bank transfer, unreconciled transfer",
    "billing_portal sessions": "customer portal, self service, billing portal, manage subscription",
    "billing_portal sessions create": "customer portal, portal, portal link, self service link, self serve",
    "billing_portal configurations": "portal setting, portal configuration",
    "tax_ids": "vat number, vat id, gst number, tax number, abn, ust id, siret",
    "tax_ids create": "add vat number, add vat id, add tax number, add tax id",
    # Subscriptions
    "subscriptions": "sub, membership, abo, abonnement, recurring, subscriber, billing, abonament, mrr, renewal",
    "subscriptions list": "active subscriber, past due, member",
    "subscriptions cancel": "churn, unsubscribe, end subscription, stop subscription, cancel membership, kuendigen",
    "subscriptions update": (
        "period end, end of period, end of month, end of billing period, auto renew, autorenew, renew, upgrade, "
        "downgrade, switch plan, change plan, another plan, different plan, proration, prorate, seat, quantity, "
        "extend trial, end trial, trial end, trial extension, longer trial, billing date, billing anchor, pause "
        "collection"
    ),
    "subscriptions create": "free trial, trial, start trial, subscribe, sign up, signup",
    "subscriptions pause": "put on hold, skip a month, pause billing, freeze subscription",
    "subscriptions resume": "unpause, restart subscription, reactivate subscription, continue subscription",
    "subscription_items": "subscription line",
    "subscription_items update": "seat, quantity, upgrade, downgrade, license, switch plan",
    "subscription_schedules": "phase, scheduled change, plan change later, future plan",
    "subscription_schedules create": "schedule, schedule plan, schedule upgrade, schedule downgrade, next month",
    "plans": "old price, legacy plan",
    "billing meter_events create": "report usage, record usage, usage record, metered usage, send usage, usage event",
    "billing meter_event_summaries list": "usage summary, usage total, how much usage, usage",
    "billing meters": "usage based, metered billing, metered",
    "billing credit_grants": "prepaid credit, billing credit, promotional credit",
    "billing credit_grants create": "grant credit, give billing credit",
    "billing credit_balance_summaries retrieve": "remaining credit, credit left, available credit",
    "billing alerts": "usage alert, usage threshold, spend alert",
    "entitlements active_entitlements list": "feature access, customer feature, entitlement, feature",
    "entitlements features": "feature flag",
    # Invoices
    "invoices": "bill, rechnung, factura, facture, dunning, receivable, ar",
    "invoices list": "unpaid, overdue, past due, open invoice, outstanding, who owes, owes us, late payer",
    "invoices search": "unpaid, overdue, invoice number",
    "invoices send_invoice": "resend, email invoice, email bill, mail invoice, remind, payment reminder, send invoice",
    "invoices mark_uncollectible": "write off, bad debt, uncollectable, never pay",
    "invoices void_invoice": "annul invoice, cancel invoice, void bill, storno",
    "invoices pay": (
        "retry, retry payment, retry charge, try again, out of band, paid outside, mark paid, paid by check, paid by "
        "wire, charge again, collect invoice"
    ),
    "invoices create_preview": (
        "upcoming, next bill, next charge, next invoice, next payment, charged next, preview, forecast, what will, "
        "estimate"
    ),
    "invoices finalize_invoice": "finalise, draft, issue invoice, lock invoice",
    "invoices add_lines": "line, add line, add item, line item",
    "invoices attach_payment": "link payment to invoice, reconcile invoice",
    "invoice_line_items list": "invoice detail, invoice line",
    "invoiceitems create": "add line, add item, one off charge, extra fee, add fee, one time charge, add charge",
    "invoice_rendering_templates": "invoice template, invoice layout, invoice design",
    "invoice_payments": "paid invoice",
    "credit_notes": "cn, credit memo, gutschrift, avoir",
    "credit_notes create": "credit invoice, correct invoice, reduce invoice",
    # Selling
    "coupons": "discount, voucher, rebate, off, promotion, percent off",
    "promotion_codes": "promo, discount code, voucher code, coupon code, voucher, promo code, promotion",
    "promotion_codes create": "promo code, discount code, off code",
    "payment_links": "pay link, payment page, buy button, checkout link, link to pay",
    "payment_links create": "pay link, buy link, link to pay",
    "payment_links update": "deactivate link, disable link, turn off link",
    "checkout sessions": "checkout, cart, basket",
    "checkout sessions list": "abandoned, abandoned cart, abandoned checkout, incomplete checkout",
    "checkout sessions list_line_items": "what did they buy, bought, ordered, order item, purchased",
    "products": "item, sku, article, merchandise, good",
    "products create": "new product, sell",
    "products update": "archive product, hide product, discontinue, rename product, retire product",
    "prices": "pricing, cost, rate card, price point",
    "prices create": "raise price, price change, change price, increase price, price increase",
    "prices update": "change price, archive price",
    "shipping_rates": "shipping, delivery, postage, shipping option, shipping cost, shipping fee",
    "quotes": "offer, proposal, angebot, devis",
    "quotes pdf": "download quote, quote pdf, print quote",
    "quotes accept": "sign quote",
    # Our own money
    "balance retrieve": (
        "how much money, available fund, our balance, cash position, pending balance, available balance, balance"
    ),
    "balance_transactions": "ledger, statement, stripe fee, processing fee, fee, transaction, net amount",
    "payouts": "deposit, settlement, auszahlung, bank deposit, po",
    "payouts list": "where is payout, missing payout, last payout, next payout, late payout",
    "payouts retrieve": "payout status, payout failed, failed payout, where is payout",
    "payouts create": (
        "withdraw, withdrawal, cash out, instant payout, pay ourselves, transfer to bank, send to bank, payout now"
    ),
    "payouts cancel": "stop payout",
    "topups create": "top up, add fund, fund balance, load balance",
    "balance_settings update": (
        "payout schedule, payout interval, payout frequency, daily payout, weekly payout, automatic payout, manual "
        "payout"
    ),
    "accounts update": "payout schedule",
    "exchange_rates": "fx, currency conversion, conversion rate, forex, currency rate",
    "reporting report_runs": "report, csv export, reconciliation, export, accounting",
    "reporting report_runs create": (
        "run report, generate report, monthly report, payout report, month end, close the book"
    ),
    "reporting report_types": "kind of report, which report, available report, report kind",
    "scheduled_query_runs": "sql, sigma",
    # Tax
    "tax_rates": "vat, vat rate, gst, sales tax, mwst, tva, iva, tax rate, tax percentage",
    "tax_rates create": "new vat rate, new tax rate",
    "tax calculations create": "how much tax, calculate tax, compute tax, estimate tax, tax on order",
    "tax registrations": "registered for tax, tax registration, nexus, tax registered",
    "tax settings": "tax setting, head office, tax preset",
    "tax_codes": "tax category, product tax code",
    "tax transactions create_reversal": "reverse tax, undo tax",
    # Connect
    "accounts": (
        "connected account, seller, merchant, vendor, sub account, express account, supplier, platform account, host, "
        "driver"
    ),
    "accounts retrieve": (
        "restricted, requirement, kyc, currently due, verification status, disabled reason, why restricted, our account"
    ),
    "accounts create": "new seller, new merchant, onboard seller",
    "accounts reject": "ban, ban seller, offboard, kick out",
    "account_links": "onboarding, onboard, onboarding link, kyc link, verification link",
    "account_links create": "onboarding, onboard, onboarding link, kyc link, verification link",
    "account_sessions create": "embedded component, embedded onboarding",
    "capabilities": "capability, enabled capability, account capability",
    "login_links create": "express login, express dashboard, login, log in, sign in, dashboard link, seller dashboard",
    "external_accounts": "payout bank, bank detail, iban, bank account, payout account",
    "external_accounts create": "add bank account, new bank account",
    "external_accounts update": "change bank account, default bank account",
    "persons": "owner, director, representative, ubo, beneficial owner, executive, people",
    "transfers": "split payment, payment to seller",
    "transfers create": "pay seller, pay vendor, pay merchant, send money, pay connected account, move money",
    "transfer_reversals create": "claw back, reverse transfer, transfer back, undo transfer, pull back",
    "application_fees": "platform fee, commission, take rate, our cut, marketplace fee, app fee",
    "fee_refunds create": "refund platform fee, refund application fee, return commission, fee back",
    "country_specs": "supported country, country, which country",
    # Fraud and identity
    "radar value_list_items create": (
        "block, ban, blacklist, block list, deny list, allow list, whitelist, block card, block email, block ip"
    ),
    "radar value_lists": "block list, deny list, allow list, blacklist, whitelist",
    "reviews": "suspicious, manual review, flagged, review queue, risky payment, fraud",
    "reviews approve": "clear review, not fraud, approve payment",
    "radar early_fraud_warnings": "efw, fraud, fraud warning, fraud alert, issuer alert, tc40",
    "identity verification_sessions create": (
        "id check, identity check, verify identity, passport, selfie, id verification, age check, driver license"
    ),
    "identity verification_reports": "id check result, verification result",
    "identity verification_sessions redact": "delete id document, erase identity",
    # Issuing
    "issuing cards": "company card, employee card, corporate card, virtual card, physical card, expense card, card",
    "issuing cards create": "issue card, order card, new company card, new employee card",
    "issuing cards update": (
        "freeze, freeze card, unfreeze, lost card, stolen card, spending limit, spend limit, card limit, lock card, "
        "suspend card, card pin, activate card"
    ),
    "issuing cardholders": "card holder, employee",
    "issuing authorizations": "card purchase, card swipe, card authorization",
    "issuing transactions": "card spend, employee spend, company card transaction, expense",
    "issuing disputes create": "dispute card purchase, dispute company card",
    # In person
    "terminal readers": "card reader, terminal, pos, pin pad, card machine, reader, bbpos, s700",
    "terminal readers create": "register reader, pair reader, add reader, new reader",
    "terminal readers process_payment_intent": (
        "in person payment, tap to pay, payment on terminal, payment on reader, charge on reader, card present"
    ),
    "terminal readers retrieve": "offline, reader offline, reader status",
    "terminal readers set_reader_display": "reader screen, show cart",
    "terminal readers cancel_action": "reset reader, stuck reader, reader stuck",
    "terminal connection_tokens create": "reader token, terminal token",
    "terminal locations": "store, shop, branch, venue",
    # Treasury and bank connections
    "treasury financial_accounts": "treasury balance, treasury account, stored fund",
    "treasury outbound_payments create": "send ach, send wire, wire out, ach payment",
    "treasury transactions": "treasury ledger",
    "financial_connections accounts": "linked bank, linked bank account, plaid, bank connection",
    "financial_connections accounts refresh": "refresh bank balance, bank balance",
    "financial_connections accounts disconnect": "unlink bank, disconnect bank",
    "financial_connections sessions create": "link bank, connect bank",
    # Engineering
    "webhook_endpoints": "webhook, hook, callback url, callback, endpoint",
    "webhook_endpoints create": "webhook secret, signing secret, whsec, subscribe to event",
    "webhook_endpoints update": "disable webhook, enable webhook, webhook url, rotate webhook",
    "events": "webhook event, log, history, audit, activity, notification",
    "events list": "what happened, failed webhook, missed webhook, last hour",
    "v2 core event_destinations": "eventbridge, event destination",
    "test_helpers test_clocks": "clock, time travel, simulate time",
    "test_helpers test_clocks advance": (
        "move clock, forward clock, clock forward, fast forward, advance time, time travel, skip time, skip ahead"
    ),
    "test_helpers refunds expire": "expire test refund",
    "tokens create": "tokenize, card token",
    "ephemeral_keys create": "mobile key",
    "apps secrets": "app secret, secret store",
    "files create": "upload, upload file, attach document, upload document, document, attachment",
    "file_links create": "share file, file url, download link",
    "climate orders create": "carbon removal, buy carbon, co2, offset",
    "forwarding requests": "vault and forward, forward card",
}
"""What people say instead, by the resource or the operation that they mean; a phrase may stand
under several. Set off by commas."""

OWNERS = frozenset({"customers", "accounts"})
"""Resources that people mostly name as the owner of what they mean: a client's invoices, a seller's payouts."""

VERBS: Mapping[str, str] = {
    "retrieve": "get show fetch view see read open inspect display details detail info status why did check look",
    "list": "all every show which who list recent latest many see browse history find",
    "search": "find look lookup query locate where filter",
    "create": "add new make issue give start set open generate register send raise build order setup put grant create",
    "update": "edit change modify set correct fix adjust rename switch extend replace move increase raise lower "
    "archive hide disable enable deactivate activate freeze unfreeze pause block unblock",
    "delete": "remove erase drop destroy wipe purge kill",
    "cancel": "stop end terminate abort quit revoke kill withdraw abandon void",
    "pause": "hold suspend freeze stop",
    "resume": "unpause continue restart reactivate",
    "close": "accept end finish shut",
    "approve": "accept allow okay ok release authorize",
    "decline": "refuse deny reject",
    "reject": "refuse deny block ban",
    "detach": "remove delete disconnect unlink",
    "attach": "add link connect save",
    "deactivate": "disable stop off archive remove",
    "reactivate": "enable restore on activate",
    "archive": "hide retire remove disable",
    "expire": "end cancel stop invalidate",
    "finalize": "finish complete close lock",
    "capture": "collect settle take charge",
    "confirm": "submit pay complete",
    "pay": "charge collect settle retry",
    "send": "email mail resend deliver remind",
    "void": "cancel annul delete undo",
    "reverse": "undo return revert back",
    "refund": "return reimburse",
    "verify": "check confirm validate",
    "advance": "move forward skip",
    "disconnect": "unlink remove revoke",
    "uninstall": "remove delete",
    "release": "free detach",
    "redact": "erase delete remove",
}
"""What people call the verbs of the API, the verb itself apart."""

_FILLERS = """
    a about again already an and any anybody anyone api are as at be been by can command could day do does for
    from go has have hello help hey hi hour how i if in into is it its just last like me month my need now of on
    once one or our out over please really should since so some somebody someone something still stripe than that
    the their them then there these they thing this those through to today tomorrow tonight too try up us use
    using via wa want was way we week were what whats when where while will with within without would year
    yesterday you your
"""
FILLERS = frozenset(_FILLERS.split())
"""Words that tell nothing about which operation is meant, once the phrases above have had their turn."""
