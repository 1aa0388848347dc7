"""What Stripe's error codes mean and what to do next, as data, in our words.

The most telling word of an error is looked up first: decline code, then code, then type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from operations.outcome import StripeError


@dataclass(frozen=True, slots=True)
class Advice:
    """``headline`` says in a few words what happened, ``next`` what to do about it; either may be left to the type."""

    headline: str = ""
    next: str = ""


_ASK_THE_BANK = "Ask the customer to call their bank, or to pay with another card."
_OTHER_CARD = "Ask the customer to check the card's details or to pay with another card."
_QUIETLY = "Tell the customer only that the card was declined, not why; treat the payment as possible fraud."

DECLINES: Mapping[str, Advice] = MappingProxyType(
    {
        "authentication_required": Advice(
            "The bank wants the customer to authenticate", "Have the customer pay again themselves, on session."
        ),
        "card_not_supported": Advice("The card doesn't support this purchase", _ASK_THE_BANK),
        "currency_not_supported": Advice("The card doesn't support this currency", _ASK_THE_BANK),
        "do_not_honor": Advice("The bank declined without a reason", _ASK_THE_BANK),
        "expired_card": Advice("The card has expired", "Ask the customer for another card."),
        "fraudulent": Advice("Stripe suspects fraud", _QUIETLY),
        "generic_decline": Advice("The bank declined without a reason", _ASK_THE_BANK),
        "incorrect_cvc": Advice("The security code is wrong", _OTHER_CARD),
        "incorrect_number": Advice("The card number is wrong", _OTHER_CARD),
        "insufficient_funds": Advice(
            "The card has too little money", "Try again later or with another payment method."
        ),
        "lost_card": Advice("The card was reported lost", _QUIETLY),
        "processing_error": Advice("The bank had an error", "Try again in a few minutes."),
        "stolen_card": Advice("The card was reported stolen", _QUIETLY),
        "try_again_later": Advice("The bank asks to try later", "Try again in a few minutes."),
    }
)

CODES: Mapping[str, Advice] = MappingProxyType(
    {
        "amount_too_large": Advice("The amount is too large", "Check the amount: it is in the currency's minor unit."),
        "amount_too_small": Advice("The amount is too small", "Check the amount: it is in the currency's minor unit."),
        "api_key_expired": Advice(
            "The key has expired", "An admin connects a new key for this account with /stripe connect."
        ),
        "balance_insufficient": Advice(
            "The Stripe balance is too low",
            "Look at /stripe balance retrieve and add funds or wait for payments to settle.",
        ),
        "charge_already_refunded": Advice(
            "This charge was refunded before", "Nothing is left to refund. Look at the charge's refunds."
        ),
        "charge_disputed": Advice(
            "The customer disputed this charge", "A disputed charge can't be refunded; answer or accept the dispute."
        ),
        "idempotency_key_in_use": Advice(
            "Stripe is still working on the same request", "Wait a moment; the first attempt will tell."
        ),
        "livemode_mismatch": Advice(
            "Live and test were mixed", "Run it in the mode the object belongs to; --live chooses the live account."
        ),
        "lock_timeout": Advice("Somebody else is changing this object", "Try again in a few seconds."),
        "missing": Advice("There is no such payment source", "Check the id, and that it belongs to this customer."),
        "parameter_invalid_empty": Advice("A parameter is empty", "Give it a value, or leave it out."),
        "parameter_invalid_integer": Advice(
            "A parameter must be a whole number", "Amounts are in minor units: 1250 is 12.50."
        ),
        "parameter_missing": Advice("A parameter is missing", "Add it and run the command again."),
        "parameter_unknown": Advice("Stripe doesn't know a parameter", "Check its name; /stripe help shows examples."),
        "payment_intent_unexpected_state": Advice(
            "The payment is in a state that doesn't allow this", "Look at the payment intent's status first."
        ),
        "payouts_not_allowed": Advice(
            "This account can't pay out", "Check the account's requirements in the Dashboard."
        ),
        "rate_limit": Advice("Stripe is getting too many requests", "Try again in a minute."),
        "refund_disputed_payment": Advice(
            "The customer disputed this payment", "A disputed payment can't be refunded; answer or accept the dispute."
        ),
        "resource_already_exists": Advice("It exists already", "Choose another id, or update the one that exists."),
        "resource_missing": Advice(
            "There is no such object", "Check the id, the account, and whether it is a test or a live object."
        ),
        "secret_key_required": Advice(
            "This needs a secret key", "An admin connects a secret or restricted key with /stripe connect."
        ),
        "testmode_charges_only": Advice(
            "This account can't take live payments yet", "Finish the account's activation in the Dashboard."
        ),
    }
)

TYPES: Mapping[str, Advice] = MappingProxyType(
    {
        "api_error": Advice("Stripe had an error", "Try again in a minute; status.stripe.com tells of disturbances."),
        "card_error": Advice("The card was declined", _ASK_THE_BANK),
        "idempotency_error": Advice(
            "Stripe saw this idempotency key with another request",
            "Nothing was done. Run the command again as a new one.",
        ),
        "invalid_request_error": Advice("Stripe refused the request", "Change the command and run it again."),
        "not_sent": Advice("Nothing was sent to Stripe", "Type the command again if it is still wanted."),
        "rate_limit_error": Advice("Stripe is getting too many requests", "Try again in a minute."),
    }
)

STATUSES: Mapping[int, Advice] = MappingProxyType(
    {
        0: Advice("Nothing reached Stripe", "Try again in a minute."),
        401: Advice(
            "Stripe didn't accept the key", "An admin connects a new key for this account with /stripe connect."
        ),
        403: Advice(
            "The key isn't allowed to do this",
            "Add the permission to the key in the Dashboard, or have an admin run /stripe connect with another key.",
        ),
        404: CODES["resource_missing"],
        409: Advice("Somebody else is changing this object", "Try again in a few seconds."),
        429: CODES["rate_limit"],
    }
)

_FALLBACK = Advice("Stripe refused the request", "Read what Stripe says and change the command.")
_OTHER_MODE = "similar object exists in"


def advise(error: StripeError) -> Advice:
    """What happened and what to do next."""
    found = (
        DECLINES.get(error.decline_code or ""),
        CODES.get(error.code or ""),
        STATUSES.get(error.status) if error.type != "not_sent" else None,
        TYPES.get(error.type),
        _FALLBACK,
    )
    advice = next(each for each in found if each is not None)
    if _OTHER_MODE in error.message:
        return CODES["livemode_mismatch"]
    return advice
