"""Error codes of paying and of what is paid by: cards, intents, refunds, disputes, balances, payouts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.cards.advice.model import (
    ASK_THE_BANK,
    DASHBOARD,
    LATER,
    LOOK_FIRST,
    MINOR_UNITS,
    OTHER_CARD,
    OTHER_METHOD,
    Advice,
)

_BANK = "Check the bank account's details, or use another one."
_AUTHENTICATE = "Have the customer confirm the payment themselves, on session."
_LIMITS = "Wait, or ask Stripe's support to raise the limit."

PAYMENTS: Final[Mapping[str, Advice]] = MappingProxyType(
    {
        "account_closed": Advice("The customer's bank account was closed", OTHER_METHOD),
        "amount_too_large": Advice("The amount is too large", MINOR_UNITS),
        "amount_too_small": Advice("The amount is too small", MINOR_UNITS),
        "authentication_required": Advice("The bank wants the customer to authenticate", _AUTHENTICATE),
        "balance_insufficient": Advice(
            "The Stripe balance is too low",
            "Look at /stripe balance retrieve and add funds or wait for payments to settle.",
        ),
        "bank_account_bad_routing_numbers": Advice("The bank account takes no such payout", _BANK),
        "bank_account_declined": Advice("The bank account can't be charged, or isn't verified", _BANK),
        "bank_account_exists": Advice("This bank account is on the object already", "Use the one that is there."),
        "bank_account_restricted": Advice("The bank account may not be charged", OTHER_METHOD),
        "bank_account_unusable": Advice("The bank account can't be used", _BANK),
        "bank_account_unverified": Advice("The bank account isn't verified yet", "Verify it first, then try again."),
        "bank_account_verification_failed": Advice(
            "The bank account could not be verified", "Check the amounts of the small deposits."
        ),
        "capture_charge_authorization_expired": Advice(
            "The authorization has expired", "Ask the customer to pay anew; an authorization holds for some days only."
        ),
        "capture_unauthorized_payment": Advice("The payment was never authorized", LOOK_FIRST),
        "card_decline_rate_limit_exceeded": Advice(
            "This card was declined too often today", "Wait a day, or ask for another card."
        ),
        "card_declined": Advice("The card was declined", ASK_THE_BANK),
        "charge_already_captured": Advice("This charge was captured before", "Nothing is left to do."),
        "charge_already_refunded": Advice(
            "This charge was refunded before", "Nothing is left to refund. Look at the charge's refunds."
        ),
        "charge_disputed": Advice(
            "The customer disputed this charge", "A disputed charge can't be refunded; answer or accept the dispute."
        ),
        "charge_exceeds_source_limit": Advice("The payment is over a limit for this customer", _LIMITS),
        "charge_exceeds_transaction_limit": Advice("The payment is over the limit of the account", _LIMITS),
        "charge_expired_for_capture": Advice("It is too late to capture this charge", "Ask the customer to pay anew."),
        "charge_not_refundable": Advice("This charge can't be refunded", LOOK_FIRST),
        "debit_not_authorized": Advice("The customer told their bank that they did not agree", OTHER_METHOD),
        "dispute_evidence_page_limit_exceeded": Advice(
            "The evidence has too many pages", "Leave out what the bank can do without."
        ),
        "expired_card": Advice("The card has expired", "Ask the customer for another card."),
        "incorrect_address": Advice("The card's address is wrong", "Ask the customer to check the address."),
        "incorrect_cvc": Advice("The security code is wrong", OTHER_CARD),
        "incorrect_number": Advice("The card number is wrong", OTHER_CARD),
        "incorrect_zip": Advice("The postal code is wrong", "Ask the customer to check the billing address."),
        "instant_payouts_config_disabled": Advice("Instant payouts are turned off", DASHBOARD),
        "instant_payouts_currency_disabled": Advice(
            "Instant payouts don't exist in this currency", "Pay out in the standard way."
        ),
        "instant_payouts_limit_exceeded": Advice(
            "The limit of instant payouts is reached", "Wait a day, or pay out in the standard way."
        ),
        "instant_payouts_unsupported": Advice(
            "This card or bank takes no instant payouts", "Pay out in the standard way."
        ),
        "insufficient_funds": Advice(
            "There is too little money", "Add funds or wait for payments to settle, then try again."
        ),
        "intent_invalid_state": Advice("The intent's state doesn't allow this", LOOK_FIRST),
        "invalid_charge_amount": Advice("The amount is no amount", MINOR_UNITS),
        "invalid_cvc": Advice("The security code is wrong", OTHER_CARD),
        "invalid_expiry_month": Advice("The expiry month is wrong", OTHER_CARD),
        "invalid_expiry_year": Advice("The expiry year is wrong", OTHER_CARD),
        "invalid_number": Advice("The card number is wrong", OTHER_CARD),
        "payment_intent_action_required": Advice("The customer has to do something first", _AUTHENTICATE),
        "payment_intent_authentication_failure": Advice("The customer did not authenticate", OTHER_METHOD),
        "payment_intent_incompatible_payment_method": Advice(
            "The payment method doesn't fit this payment", "Use one of the types that the payment intent lists."
        ),
        "payment_intent_mandate_invalid": Advice("The mandate isn't valid any more", "Ask the customer for a new one."),
        "payment_intent_payment_attempt_expired": Advice("The customer did not pay in time", "Ask them to pay anew."),
        "payment_intent_payment_attempt_failed": Advice("The payment failed", OTHER_METHOD),
        "payment_intent_unexpected_state": Advice(
            "The payment is in a state that doesn't allow this", "Look at the payment intent's status first."
        ),
        "payment_method_customer_decline": Advice(
            "The customer declined the payment", "Ask them how they want to pay."
        ),
        "payment_method_not_available": Advice(
            "The payment method's provider isn't available", "Try again in a few minutes.", passes=True
        ),
        "payment_method_provider_decline": Advice("The payment method's provider declined", OTHER_METHOD),
        "payment_method_provider_timeout": Advice(
            "The payment method's provider did not answer", "Try again in a few minutes.", passes=True
        ),
        "payment_method_unactivated": Advice("This payment method is turned off", DASHBOARD),
        "payment_method_unexpected_state": Advice("The payment method's state doesn't allow this", LOOK_FIRST),
        "payment_method_unsupported_type": Advice(
            "This type of payment method can't be used here", "Use one of the types that the object lists."
        ),
        "payout_reconciliation_not_ready": Advice(
            "Stripe hasn't finished this payout's report", "Try again in some hours."
        ),
        "payouts_limit_exceeded": Advice("The daily limit of payouts is reached", _LIMITS),
        "payouts_not_allowed": Advice(
            "This account can't pay out", "Check the account's requirements in the Dashboard."
        ),
        "processing_error": Advice("The bank had an error", "Try again in a few minutes.", passes=True),
        "refund_disputed_payment": Advice(
            "The customer disputed this payment", "A disputed payment can't be refunded; answer or accept the dispute."
        ),
        "setup_attempt_failed": Advice("The payment method could not be set up", OTHER_METHOD),
        "setup_intent_authentication_failure": Advice("The customer did not authenticate", OTHER_METHOD),
        "setup_intent_unexpected_state": Advice("The setup's state doesn't allow this", LOOK_FIRST),
        "token_already_used": Advice("The token was used before", "Create a new one; a token works once."),
        "token_in_use": Advice("The token is being used by another request", LATER, passes=True),
        "transfers_not_allowed": Advice(
            "This transfer isn't allowed", "Check the destination's capabilities and its country."
        ),
    }
)
