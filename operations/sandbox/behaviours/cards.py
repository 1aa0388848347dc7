"""Stripe's test cards: which payment method or token stands for which card, and what the bank says to it."""

from dataclasses import dataclass

from operations.sandbox.errors import RefusalError, declined
from operations.sandbox.state import StripeObject


@dataclass(frozen=True, slots=True)
class Card:
    """A test card. ``decline`` is the decline code; ``outcome`` what else happens with payments of it."""

    brand: str
    last4: str
    decline: str | None = None
    outcome: str | None = None
    country: str = "US"


CARDS: dict[str, Card] = {
    "visa": Card("visa", "4242"),
    "visa_debit": Card("visa", "5556"),
    "mastercard": Card("mastercard", "4444"),
    "mastercard_debit": Card("mastercard", "8210"),
    "amex": Card("amex", "8431"),
    "discover": Card("discover", "1117"),
    "jcb": Card("jcb", "0505", country="JP"),
    "gb": Card("visa", "0030", country="GB"),
    "de": Card("visa", "0079", country="DE"),
    "chargeDeclined": Card("visa", "0002", decline="generic_decline"),
    "visa_chargeDeclined": Card("visa", "0002", decline="generic_decline"),
    "chargeDeclinedInsufficientFunds": Card("visa", "9995", decline="insufficient_funds"),
    "visa_chargeDeclinedInsufficientFunds": Card("visa", "9995", decline="insufficient_funds"),
    "visa_chargeDeclinedLostCard": Card("visa", "9987", decline="lost_card"),
    "visa_chargeDeclinedStolenCard": Card("visa", "9979", decline="stolen_card"),
    "chargeDeclinedExpiredCard": Card("visa", "0069", decline="expired_card"),
    "chargeDeclinedIncorrectCvc": Card("visa", "0127", decline="incorrect_cvc"),
    "chargeDeclinedProcessingError": Card("visa", "0119", decline="processing_error"),
    "chargeDeclinedFraudulent": Card("visa", "0019", decline="fraudulent"),
    "authenticationRequired": Card("visa", "3184", outcome="authenticate"),
    "createDispute": Card("visa", "0259", outcome="dispute"),
    "pendingRefund": Card("visa", "7726", outcome="pending_refund"),
    "refundFail": Card("visa", "5126", outcome="failed_refund"),
}

_BY_LAST4 = {card.last4: card for card in CARDS.values()}

# The decline codes that are error codes of their own; all others come as ``card_declined``.
_OWN_CODES = {"expired_card", "incorrect_cvc", "processing_error"}

_MESSAGES = {
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}


def card_of_token(token: str) -> Card | None:
    """The card behind ``pm_card_visa``, ``tok_visa`` and their like, or None."""
    return CARDS.get(token.removeprefix("pm_card_").removeprefix("tok_")) if "_" in token else None


def card_of_number(number: str) -> Card:
    """The card behind a test number; Visa for any other."""
    return _BY_LAST4.get(number[-4:]) or Card("visa", number[-4:])


def card_of_method(method: StripeObject | None) -> Card:
    """How the card of a stored payment method or source behaves."""
    card = (method.get("card") or method) if method else {}
    return _BY_LAST4.get(str(card.get("last4")), CARDS["visa"])


def details(card: Card) -> dict[str, object]:
    """The ``card`` of a payment method and of a charge's ``payment_method_details``."""
    return {
        "brand": card.brand, "checks": {"address_line1_check": None, "address_postal_code_check": None,
        "cvc_check": "pass"},
        "country": card.country, "exp_month": 8, "exp_year": 2030, "fingerprint": f"Sandbox{card.last4}Fingerprint",
        "funding": "credit", "last4": card.last4, "network": card.brand, "three_d_secure": None, "wallet": None,
    }  # fmt: skip


def failure(card: Card) -> tuple[str, str] | None:
    """The error code and message of a declined card, or None where the bank says yes."""
    if card.decline is None:
        return None
    code = card.decline if card.decline in _OWN_CODES else "card_declined"
    return code, _MESSAGES.get(card.decline, "Your card was declined.")


def refusal(card: Card, charge: str | None, **more: object) -> RefusalError:
    """The 402 for a declined card."""
    code, message = failure(card) or ("card_declined", "Your card was declined.")
    return declined(code, message, decline_code=card.decline, charge=charge, **more)
