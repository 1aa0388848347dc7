"""Refusals in Stripe's shape: an exception that becomes an error answer, and the usual ones with Stripe's codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class RefusalError(Exception):
    """A request that Stripe would refuse."""

    status: int
    type: str
    message: str
    code: str | None = None
    param: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further members of the error object: ``decline_code``, ``charge``, ``payment_intent`` …"""
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, *, api: str, request_log_url: str | None) -> dict[str, Any]:
        """The answer's JSON: v1 and v2 name the same members, v2 leaves out the ones that only v1 has."""
        error: dict[str, Any] = {"code": self.code, "message": self.message, "param": self.param, "type": self.type}
        error = {key: value for key, value in error.items() if value is not None}
        if api == "v2":
            error["user_message"] = None
        elif self.code:
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if request_log_url:
            error["request_log_url"] = request_log_url
        return {"error": {**error, **self.more}}


def invalid(message: str, *, param: str | None = None, code: str | None = None, status: int = 400) -> RefusalError:
    """An ``invalid_request_error``: by far the most common refusal."""
    return RefusalError(status, "invalid_request_error", message, code=code, param=param)


def no_such(kind: str, id_: str, *, param: str = "id", status: int = 404, hint: str = "") -> RefusalError:
    """The object does not exist for this key: 404 for the object of the path, 400 for one named by a parameter."""
    return invalid(f"No such {kind}: '{id_}'{hint}", param=param, code="resource_missing", status=status)


def unknown_url(method: str, path: str) -> RefusalError:
    """A path that no operation has."""
    return RefusalError(
        404,
        "invalid_request_error",
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at "
        "https://support.stripe.com/.",
    )


def unauthenticated(message: str, *, code: str | None = None) -> RefusalError:
    """No key, a wrong key or an expired one. It comes before the idempotency layer."""
    headers = {"WWW-Authenticate": 'Basic realm="Stripe"'}
    return RefusalError(401, "invalid_request_error", message, code=code, headers=headers)


def forbidden(message: str, *, code: str | None = None) -> RefusalError:
    """A key that may not do this, or not on this account."""
    return RefusalError(403, "invalid_request_error", message, code=code)


def rate_limited(reason: str = "global-rate") -> RefusalError:
    """Too many requests; nothing was done, nothing is stored."""
    return RefusalError(
        429,
        "invalid_request_error",
        "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
        code="rate_limit",
        headers={"Stripe-Rate-Limited-Reason": reason},
    )


def lock_timeout() -> RefusalError:
    """Another request holds the object; nothing was done. A 429 without the rate limiter's header."""
    return RefusalError(
        429,
        "invalid_request_error",
        "This object cannot be accessed right now because another API request or Stripe process is currently "
        "accessing it. If you see this error intermittently, retry the request.",
        code="lock_timeout",
    )


def key_in_use() -> RefusalError:
    """The first request with this idempotency key is still being carried out."""
    return RefusalError(
        409,
        "invalid_request_error",
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted "
        "twice, and the other request is still going through). Please try again later.",
        code="idempotency_key_in_use",
        headers={"Stripe-Should-Retry": "true"},
    )


def key_reused(key: str) -> RefusalError:
    """The idempotency key was used with another endpoint or other parameters."""
    return RefusalError(
        400,
        "idempotency_error",
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using "
        f"a key other than '{key}' if you meant to execute a different request.",
    )


def declined(
    code: str, message: str, *, decline_code: str | None = None, charge: str | None = None, **more: Any
) -> RefusalError:
    """A 402: the bank said no. ``charge`` is the failed charge that keeps the record of it."""
    members: dict[str, Any] = {"decline_code": decline_code, "charge": charge, **more}
    members = {key: value for key, value in members.items() if value is not None}
    return RefusalError(402, "card_error", message, code=code, more=members)


def approval_required() -> RefusalError:
    """Stripe's own approvals: the request waits there for a person."""
    waiting = {
        "id": "apreq_1SandboxWaiting",
        "object": "approval_request",
        "status": "requires_submission",
        "dashboard_url": "https://dashboard.stripe.com/test/approvals/apreq_1SandboxWaiting",
    }
    return RefusalError(
        400,
        "invalid_request_error",
        "This request requires approval before it can be executed.",
        code="approval_required",
        more={"approval_request": waiting},
    )


def moved() -> RefusalError:
    """A redirection to another host, which no client should follow with a key."""
    return RefusalError(302, "api_error", "Moved.", headers={"Location": "https://not-stripe.example/v1/"})


def dependency_failed() -> RefusalError:
    """Something that Stripe needs broke; as little is known as after a 500."""
    return RefusalError(424, "api_error", "An external dependency failed.", code="external_dependency_failed")


def server_error() -> RefusalError:
    """Something broke; whether anything happened, the answer doesn't say."""
    return RefusalError(500, "api_error", "An unknown error occurred")
