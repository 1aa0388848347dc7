"""What Stripe refuses, by the classes of its errors: each as it arrives."""

from collections.abc import Mapping
from types import MappingProxyType

from operations.outcome import Failed, Outcome, Unknown
from tests.bot.cards import samples as made

LOG = "https://dashboard.stripe.com/acct_1CedarBooks/workbench/logs/" + made.REQUEST

ERRORS: Mapping[str, Failed] = MappingProxyType(
    {
        "declined": made.refused(
            402,
            type="card_error",
            code="card_declined",
            decline_code="insufficient_funds",
            message="Your card has insufficient funds.",
        ),
        "suspected-fraud": made.refused(
            402, type="card_error", code="card_declined", decline_code="stolen_card", message="Your card was declined."
        ),
        "authentication": made.refused(
            402,
            type="card_error",
            code="authentication_required",
            decline_code="authentication_required",
            message="Your card was declined. This transaction requires authentication.",
        ),
        "missing-parameter": made.refused(
            400,
            code="parameter_missing",
            param="amount",
            message="Missing required param: amount.",
            doc_url="https://stripe.com/docs/error-codes/parameter-missing",
            request_log_url=LOG,
        ),
        "nothing-there": made.refused(
            404, code="resource_missing", param="id", message="No such charge: 'ch_3PzJenny01'"
        ),
        "already-refunded": made.refused(
            400, code="charge_already_refunded", message="Charge ch_3PzJenny01 has already been refunded."
        ),
        "permission": made.refused(403, message="The key lacks a permission: rak_charge_write."),
        "permissions": made.refused(
            403, message="The key lacks a permission: rak_dispute_read, rak_payment_intent_write."
        ),
        "key": made.refused(401, message="Stripe doesn't accept this key."),
        "key-expired": made.refused(
            401, code="api_key_expired", message="Stripe says this key has expired or was replaced."
        ),
        "lock": made.refused(
            429, code="lock_timeout", message="This object cannot be accessed right now because another request is."
        ),
        "rate": made.refused(429, type="rate_limit_error", code="rate_limit", message="Request rate limit exceeded."),
        "idempotency": made.refused(
            400,
            type="idempotency_error",
            message="Keys for idempotent requests can only be used with the same parameters.",
        ),
        "stripe": made.refused(500, type="api_error", message="An unknown error occurred."),
        "unsent": made.refused(0, type="api_connection_error", message="No connection to Stripe could be made."),
        "not-sent": made.refused(
            0, type="not_sent", message="The key of account default was replaced, so it was not sent."
        ),
        "v2": made.refused(400, type="feature_not_enabled", message="This account can't do this."),
        "unheard-of": made.refused(418, type="brand_new_error", code="brand_new_code", message="Something new."),
    }
)

OPEN: Mapping[str, Outcome] = MappingProxyType(
    {
        "retried": Unknown("Stripe did not answer.", request_id=made.REQUEST),
        "for-a-person": Unknown("Stripe may have forgotten the first send by now.", retry=False),
    }
)


def elsewhere(mode: str) -> Failed:
    """The object is in the other mode."""
    here = "test" if mode == "live" else "live"
    return made.refused(
        404,
        code="resource_missing",
        param="id",
        message=(
            f"No such charge: 'ch_3PzJenny01'; a similar object exists in {mode} mode, but a {here} mode key was "
            "used to make this request."
        ),
    )
