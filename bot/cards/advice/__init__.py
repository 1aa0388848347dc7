"""What Stripe's errors mean and what to do next, as data, in our words.

The most telling word of an error is looked up first: decline code, then code, then a type that says more than a
status, then the status, then any type.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.cards.advice.declines import DECLINES
from bot.cards.advice.model import ASK_THE_BANK, DASHBOARD, LATER, LOOK_FIRST, NEW_KEY, OTHER_METHOD, Advice
from bot.cards.advice.payments import PAYMENTS
from bot.cards.advice.requests import REQUESTS
from operations.outcome import StripeError
from operations.stripe_errors import named_mode, permissions_of

__all__ = ["CODES", "DECLINES", "STATUSES", "TYPES", "Advice", "advise", "needs"]

CODES: Final[Mapping[str, Advice]] = MappingProxyType({**REQUESTS, **PAYMENTS})

TYPES: Final[Mapping[str, Advice]] = MappingProxyType(
    {
        "already_canceled": Advice("It was canceled before", "Nothing is left to do."),
        "api_error": Advice("Stripe had an error", f"{LATER} status.stripe.com tells of disturbances.", passes=True),
        "blocked_by_stripe": Advice("Stripe blocked it", "Ask Stripe's support, with the request id."),
        "cannot_proceed": Advice("Stripe can't go on with it", LOOK_FIRST),
        "capability_not_enabled": Advice("The account may not do this yet", DASHBOARD),
        "card_error": Advice("The card was declined", ASK_THE_BANK),
        "controlled_by_alternate_resource": Advice(
            "Another object controls this one", "Change the object that controls it."
        ),
        "feature_not_enabled": Advice("The account doesn't have this feature", DASHBOARD),
        "financial_account_not_open": Advice("The financial account isn't open", LOOK_FIRST),
        "fx_quote_needs_refresh": Advice("The exchange rate has expired", "Ask for a new quote, then try again."),
        "idempotency_error": Advice(
            "Stripe saw this idempotency key with another request",
            "Nothing was done. Run the command again as a new one.",
        ),
        "insufficient_funds": CODES["insufficient_funds"],
        "invalid_payment_method": Advice("The payment method doesn't work for this", OTHER_METHOD),
        "invalid_payout_method": Advice("The payout method doesn't work for this", "Use another payout method."),
        "invalid_request_error": Advice("Stripe refused the request", "Change the command and run it again."),
        "invalid_vaulted_credential": Advice("The stored credential doesn't work any more", "Store it anew."),
        "not_cancelable": Advice("It can't be canceled any more", LOOK_FIRST),
        "not_sent": Advice("Nothing was sent to Stripe", "Type the command again if it is still wanted."),
        "quota_exceeded": Advice("A quota is used up", "Wait, or ask Stripe's support to raise it."),
        "rate_limit": CODES["rate_limit"],
        "rate_limit_error": CODES["rate_limit"],
        "recipient_not_notifiable": Advice("The recipient can't be notified", "Check the recipient's e-mail address."),
        "temporary_session_expired": Advice("The session has expired", LATER, passes=True),
        "verification_attempt_failed": Advice("The verification failed", "Check what was entered, then try again."),
        "verification_expired": Advice("The verification has expired", "Begin it anew."),
        "verification_not_initiated": Advice("Nobody has begun the verification", "Begin it first."),
    }
)
"""v1's types end in ``_error``; the others are v2's."""

_STRIPE_ERROR: Final = TYPES["api_error"]
STATUSES: Final[Mapping[int, Advice]] = MappingProxyType(
    {
        0: Advice("Nothing reached Stripe", LATER, passes=True),
        401: Advice("Stripe didn't accept the key", NEW_KEY),
        403: Advice(
            "The key isn't allowed to do this",
            "Add the permission to the key in the Dashboard, or have an admin run /stripe connect with another key.",
        ),
        404: CODES["resource_missing"],
        409: CODES["lock_timeout"],
        429: CODES["rate_limit"],
        **dict.fromkeys((500, 502, 503, 504), _STRIPE_ERROR),
    }
)

_FAMILIES: Final = frozenset({"api_error", "invalid_request_error"})
"""Types that say less than a status."""
_REVOKED: Final = Advice("The key may not act on this account any more", NEW_KEY)
_REVOKED_WORDS: Final = "access may have been revoked"
_FALLBACK: Final = Advice("Stripe refused the request", "Read what Stripe says and change the command.")


def advise(error: StripeError) -> Advice:
    """What happened and what to do next."""
    missing = needs(error)
    if missing:
        many = "permissions" if len(missing) > 1 else "a permission"
        return Advice(
            f"The key lacks {many}",
            f"Whoever manages the keys gives it {' and '.join(missing)}, in the Dashboard; then run it again.",
        )
    if error.status == 403 and _REVOKED_WORDS in error.message:
        return _REVOKED
    mode = named_mode(error)
    if mode is not None:
        return Advice(
            f"It is there in {mode} mode, and this was {'test' if mode == 'live' else 'live'}",
            f"Run the same command {'with' if mode == 'live' else 'without'} --live.",
        )
    found = (
        DECLINES.get(error.decline_code or ""),
        CODES.get(error.code or ""),
        TYPES.get(error.type) if error.type not in _FAMILIES else None,
        STATUSES.get(error.status),
        TYPES.get(error.type),
        _FALLBACK,
    )
    return next(each for each in found if each is not None)


def needs(error: StripeError) -> tuple[str, ...]:
    """The permissions that a key lacks, in words: ``write access to charges``."""
    return tuple(f"{each.access} access to {each.of}" for each in permissions_of(error))
