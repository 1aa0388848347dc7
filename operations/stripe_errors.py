"""Stripe's error answers, parsed at the border: typed, cut to length, and free of keys.

All of it is text from outside. Stripe's texts can hold the tail of a key, and the account a key belongs to; neither is
let through, but the name of a missing permission is, since that is what somebody has to grant.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from operations.outcome import StripeError
from operations.secrets import scrub

MAX_MESSAGE = 1000
MAX_WORD = 255
STRIPE_DASHBOARD = "https://dashboard.stripe.com/"

Mode: TypeAlias = Literal["live", "test"]

_ACCOUNT = re.compile(r"\bacct_[A-Za-z0-9]+")
_PERMISSION = re.compile(r"\brak_[a-z0-9_]+")
_PERMISSION_PARTS = re.compile(r"\brak_([a-z0-9_]{1,60})_(read|write)\b")
_ELSEWHERE = re.compile(r"\bsimilar object exists in (live|test) mode\b")


def _clean(value: object, length: int) -> str | None:
    # Masked before it is cut, since half a secret may no longer look like one.
    return scrub(value[: 8 * MAX_MESSAGE])[:length] if isinstance(value, str) and value else None


def _message(value: object) -> str | None:
    return _clean(value, MAX_MESSAGE)


def _word(value: object) -> str | None:
    return _clean(value, MAX_WORD)


def _stripe_link(value: object) -> str | None:
    """The address, if it leads to Stripe over HTTPS; a link is for clicking, so nothing else passes."""
    if not isinstance(value, str) or len(value) > MAX_MESSAGE or not value.isascii() or not value.isprintable():
        return None
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:
        return None
    trusted = parts.scheme == "https" and "@" not in parts.netloc and f".{host}".endswith(".stripe.com")
    return scrub(value) if trusted else None


_Message = Annotated[str | None, BeforeValidator(_message)]
_Word = Annotated[str | None, BeforeValidator(_word)]
_Link = Annotated[str | None, BeforeValidator(_stripe_link)]


class _ErrorObject(BaseModel):
    """The members of ``error`` in v1 and v2 answers that are used. One of another type than expected is dropped."""

    model_config = ConfigDict(extra="ignore")

    type: _Word = None
    code: _Word = None
    param: _Word = None
    invalid_param: _Word = None
    """v2's ``param``."""
    decline_code: _Word = None
    message: _Message = None
    user_message: _Message = None
    request_log_url: _Link = None
    doc_url: _Link = None
    approval_request: object = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """An error answer: the error, and the link to Stripe's own approval if that is what it is about."""

    error: StripeError
    approval_url: str | None


def parse_error(status: int, body: object) -> Parsed | None:
    """The error of an answer's JSON body, v1 or v2; None if it holds no error object of Stripe's."""
    if not isinstance(body, Mapping) or not isinstance(body.get("error"), Mapping):
        return None
    try:
        given = _ErrorObject.model_validate(dict(body["error"]))
    except ValidationError:
        return None
    if given.type is None and given.code is None and given.message is None:
        return None
    raw = body["error"].get("message")
    error = StripeError(
        type=given.type or "api_error",
        message=_say(status, given),
        status=status,
        code=given.code,
        param=given.param or given.invalid_param,
        decline_code=given.decline_code,
        request_log_url=given.request_log_url,
        doc_url=given.doc_url,
        account=_named_account(status, raw),
    )
    return Parsed(error, None if given.approval_request is None else _approval_url(given.approval_request))


def _say(status: int, given: _ErrorObject) -> str:
    """A message that is safe to show."""
    message = given.message or given.user_message or "Stripe gave no reason."
    if status == 401:
        expired = given.code == "api_key_expired"
        return "Stripe says this key has expired or was replaced." if expired else "Stripe doesn't accept this key."
    if status == 403:
        if permissions := sorted(set(_PERMISSION.findall(message))):
            return f"The key lacks a permission: {', '.join(permissions)}."
        return _ACCOUNT.sub("the account", message)
    return message


def _named_account(status: int, message: object) -> str | None:
    """The account that a permission error names; a restricted key may have no other way to tell where it belongs."""
    named = _ACCOUNT.findall(message) if status == 403 and isinstance(message, str) else []
    return named[0] if len(set(named)) == 1 else None


def _approval_url(request: object) -> str:
    """Where Stripe's own approval waits: the first link to Stripe that the approval request holds, or the dashboard."""
    values = request.values() if isinstance(request, Mapping) else (request,)
    links = (_stripe_link(value) for value in values)
    return next((link for link in links if link is not None), STRIPE_DASHBOARD)


def our_error(kind: str, message: str, *, status: int = 0) -> StripeError:
    """An error in our own words, for what Stripe didn't say. ``status`` is 0 where there was no answer."""
    return StripeError(type=kind, message=message, status=status)


@dataclass(frozen=True, slots=True)
class Permission:
    """What a restricted key may do with a kind of object."""

    access: str
    """``read`` or ``write``; the second includes the first."""
    of: str
    """The kind, in words: ``payment intents``."""


def permissions_of(error: StripeError) -> tuple[Permission, ...]:
    """The permissions that an error says the key lacks, each once; none for any other error."""
    if error.status != 403:
        return ()
    found = dict.fromkeys(_PERMISSION_PARTS.findall(error.message))
    return tuple(Permission(access, _kinds(kind)) for kind, access in found)


def named_mode(error: StripeError) -> Mode | None:
    """The mode in which Stripe says that the object is, where the call was in the other one."""
    found = _ELSEWHERE.search(error.message)
    return None if found is None else "live" if found[1] == "live" else "test"


def _kinds(kind: str) -> str:
    words = kind.replace("_", " ")
    return words if words.endswith("s") else f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"
