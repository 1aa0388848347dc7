"""Why a bank or Stripe declined a card, by decline code (docs.stripe.com/declines/codes), and what to do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.cards.advice.model import ASK_THE_BANK, OTHER_CARD, OTHER_METHOD, QUIETLY, Advice

_AGAIN = "Have the customer pay again themselves, on session, so that they can confirm it."
_PIN = "Ask the customer to try again with their PIN, or with another card."
_REVOKED = "Don't charge this card again for it; ask the customer how they want to pay from now on."

DECLINES: Final[Mapping[str, Advice]] = MappingProxyType(
    {
        "approve_with_id": Advice("The bank could not authorize the payment", "Try once more, then ask the bank."),
        "authentication_not_handled": Advice("The bank wanted the customer to authenticate, and nobody did", _AGAIN),
        "authentication_required": Advice("The bank wants the customer to authenticate", _AGAIN),
        "call_issuer": Advice("The bank declined and wants to be called", ASK_THE_BANK),
        "card_not_supported": Advice("The card doesn't support this purchase", ASK_THE_BANK),
        "card_velocity_exceeded": Advice("The card is over its limit for a while", ASK_THE_BANK),
        "currency_not_supported": Advice("The card doesn't support this currency", ASK_THE_BANK),
        "do_not_honor": Advice("The bank declined without a reason", ASK_THE_BANK),
        "do_not_try_again": Advice("The bank declined and wants no further attempt", OTHER_METHOD),
        "duplicate_transaction": Advice(
            "The same amount was charged to this card a moment ago", "Look whether a payment like it exists already."
        ),
        "expired_card": Advice("The card has expired", "Ask the customer for another card."),
        "fraudulent": Advice("Stripe suspects fraud", QUIETLY),
        "generic_decline": Advice("The bank declined without a reason", ASK_THE_BANK),
        "highest_risk_level": Advice("Radar rated the payment as too risky", QUIETLY),
        "incorrect_address": Advice("The billing address is wrong", "Ask the customer to check the address."),
        "incorrect_cvc": Advice("The security code is wrong", OTHER_CARD),
        "incorrect_number": Advice("The card number is wrong", OTHER_CARD),
        "incorrect_pin": Advice("The PIN is wrong", _PIN),
        "incorrect_zip": Advice("The postal code is wrong", "Ask the customer to check the billing address."),
        "insufficient_funds": Advice(
            "The card has too little money", "Try again later or with another payment method."
        ),
        "invalid_account": Advice("The card, or the account behind it, doesn't work", ASK_THE_BANK),
        "invalid_amount": Advice("The bank refuses this amount", "Check the amount; if it is right, ask the bank."),
        "invalid_cvc": Advice("The security code is wrong", OTHER_CARD),
        "invalid_expiry_month": Advice("The expiry month is wrong", OTHER_CARD),
        "invalid_expiry_year": Advice("The expiry year is wrong", OTHER_CARD),
        "invalid_number": Advice("The card number is wrong", OTHER_CARD),
        "invalid_pin": Advice("The PIN is wrong", _PIN),
        "issuer_not_available": Advice("The bank could not be reached", "Try again in a few minutes.", passes=True),
        "lost_card": Advice("The card was reported lost", QUIETLY),
        "merchant_blacklist": Advice("The card is on your block list", QUIETLY),
        "mobile_device_authentication_required": Advice(
            "The bank wants the customer to confirm on their phone", _AGAIN
        ),
        "new_account_information_available": Advice("The card, or the account behind it, has changed", ASK_THE_BANK),
        "no_action_taken": Advice("The bank declined without a reason", ASK_THE_BANK),
        "not_permitted": Advice("The bank doesn't permit this payment", ASK_THE_BANK),
        "offline_pin_required": Advice("The bank wants a PIN", _PIN),
        "online_or_offline_pin_required": Advice("The bank wants a PIN", _PIN),
        "pickup_card": Advice("The bank wants the card kept: it may be lost or stolen", QUIETLY),
        "pin_try_exceeded": Advice("The PIN was entered wrongly too often", OTHER_METHOD),
        "processing_error": Advice("The bank had an error", "Try again in a few minutes.", passes=True),
        "reenter_transaction": Advice("The bank could not process it", "Try again in a few minutes.", passes=True),
        "restricted_card": Advice("The card may not be used: it may be lost or stolen", QUIETLY),
        "revocation_of_all_authorizations": Advice("The customer has stopped all charges of yours", _REVOKED),
        "revocation_of_authorization": Advice("The customer has stopped this charge", _REVOKED),
        "security_violation": Advice("The bank declined for security", ASK_THE_BANK),
        "service_not_allowed": Advice("The card doesn't allow this kind of payment", ASK_THE_BANK),
        "stolen_card": Advice("The card was reported stolen", QUIETLY),
        "stop_payment_order": Advice("The customer has stopped this payment at their bank", _REVOKED),
        "testmode_decline": Advice("A test card was used for a live payment", "Use a real card, or test mode."),
        "transaction_not_allowed": Advice("The bank doesn't allow this payment", ASK_THE_BANK),
        "try_again_later": Advice("The bank asks to try later", "Try again in a few minutes.", passes=True),
        "withdrawal_count_limit_exceeded": Advice("The card is over its limit", OTHER_METHOD),
    }
)
"""What hints at fraud is told to nobody outside: whoever tries stolen cards would learn which ones work."""
