"""Takes out of Stripe's answers what must not be posted: values that give access to whoever holds them.

Client secrets, signing secrets and keys; links that log somebody in or pay in somebody's name; card and account
numbers. They are found by the name of the member, by the kind of object they stand in, and by their looks, wherever
they are nested: an event can embed any object, and ``expand`` can put any object into another.
"""

import re
from typing import Final

from operations.call import Json
from operations.secrets import scrub

HIDDEN: Final = "[hidden]"
TOO_DEEP: Final = "[nested too deeply]"

MAX_DEPTH: Final = 60
"""Far deeper than any answer of Stripe; an answer that goes deeper is cut there rather than trusted."""

_NAMES: Final = frozenset(
    {
        "access_token",
        "account_number",
        "api_key",
        "client_token",
        "cvc",
        "cvv",
        "iban",
        "pan",
        "password",
        "pin",
        "refresh_token",
        "secret",
    }
)
_NAME_ENDING: Final = "_secret"

_LINKED_OBJECTS: Final = frozenset(
    {
        "account_link",
        "file_link",
        "identity.verification_session",
        "login_link",
        "v2.core.account_link",
    }
)
"""Objects whose ``url`` is itself the access; so is that of every object called a session."""

_PRIVATE_HOSTS: Final = frozenset(
    {
        "billing.stripe.com",
        "checkout.stripe.com",
        "connect.stripe.com",
        "hooks.stripe.com",
        "payments.stripe.com",
        "verify.stripe.com",
    }
)
_HOST: Final = re.compile(r"https?://([^/?#\s]+)", re.IGNORECASE)
_FILE_LINK: Final = re.compile(r"https?://files\.stripe\.com/links/\S+", re.IGNORECASE)
_LONG_NUMBER: Final = re.compile(r"(?:\d[ -]?){12,19}")


def redact(data: Json, *, bearer: bool = False) -> Json:
    """A copy of an answer with every bearer value replaced by :data:`HIDDEN`.

    ``bearer`` is for operations that risk marks as answering with one: then no absolute ``url`` is shown at all,
    whatever the object is called. Applying it twice changes nothing more.
    """
    return _redact(data, name="", kind="", bearer=bearer, depth=0)


def _redact(value: Json, *, name: str, kind: str, bearer: bool, depth: int) -> Json:
    if depth > MAX_DEPTH:
        return TOO_DEEP
    match value:
        case dict():
            return _redact_members(value, bearer=bearer or name == "next_action", depth=depth)
        case list():
            return [_redact(item, name=name, kind=kind, bearer=bearer, depth=depth + 1) for item in value]
        case None | bool():
            return value
        case _ if _is_bearer(name, value, kind=kind, bearer=bearer):
            return HIDDEN
        case str():
            return scrub(value)
    return value


def _redact_members(members: dict[str, Json], *, bearer: bool, depth: int) -> dict[str, Json]:
    stated = members.get("object")
    kind = stated if isinstance(stated, str) else ""
    return {
        scrub(name): _redact(value, name=name, kind=kind, bearer=bearer, depth=depth + 1)
        for name, value in members.items()
    }


def _is_bearer(name: str, value: str | float, *, kind: str, bearer: bool) -> bool:
    """Whether a scalar is, by where it stands or by its looks, something that gives access."""
    name = name.lower()
    if name in _NAMES or name.endswith(_NAME_ENDING) or (name == "payload" and kind == "apps.secret"):
        return True
    if name == "number":
        return _LONG_NUMBER.fullmatch(str(value)) is not None
    if not isinstance(value, str):
        return False
    host = _HOST.match(value.strip())
    if host is None:
        return False
    if host[1].lower() in _PRIVATE_HOSTS or _FILE_LINK.match(value.strip()):
        return True
    is_link = name == "url" or name.endswith("_url")
    return is_link and (bearer or (name == "url" and (kind in _LINKED_OBJECTS or kind.endswith("session"))))
