"""What a request asks for: whose key, which operation, on whose account, with which values. Nothing is done yet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from operations.registry import Registry
from operations.sandbox import errors, wire
from operations.sandbox.keys import CREDENTIALS, Credential
from operations.sandbox.state import Book, State, copied
from operations.spec import Operation

_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(\.[a-z]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as it arrived."""

    method: str
    path: str
    """Still percent-encoded."""
    query: str
    headers: Mapping[str, str]
    """Names in lower case."""
    content: bytes


@dataclass(slots=True)
class Asked:
    """What a request comes to once it is known who asks for what."""

    operation: Operation
    path_ids: tuple[str, ...]
    book: Book
    values: dict[str, Any]
    """Not yet checked."""
    form: bool
    key: str | None
    """The idempotency key, where it counts."""
    request_id: str
    incoming: Incoming


class Desk:
    """Reads requests."""

    def __init__(self, registry: Registry, state: State) -> None:
        self._registry = registry
        self._state = state

    def understand(self, incoming: Incoming, request_id: str) -> Asked:
        """What is asked for. Raises RefusalError for a key, path, account or body that won't do."""
        credential = _authenticate(incoming.headers)
        matched = self._registry.match_path(incoming.method, incoming.path)
        if matched is None:
            raise errors.unknown_url(incoming.method, unquote(incoming.path))
        operation, path_values = matched
        version = incoming.headers.get("stripe-version")
        if version is not None and not _VERSION.fullmatch(version):
            raise errors.invalid(f"Invalid Stripe API version: {version}")
        missing = credential.permission_missing(operation)
        if missing:
            raise errors.forbidden(
                f"The provided key '{credential.masked}' does not have the required permissions for this endpoint on "
                f"account '{credential.account}'. Having the '{missing}' permission would allow this request to "
                "continue."
            )
        if credential.livemode and "/test_helpers/" in operation.path:
            raise errors.forbidden("This endpoint is only available in test mode. Try using your test keys instead.")
        values, form = _read(operation, incoming)
        return Asked(
            operation=operation,
            path_ids=tuple(unquote(each) for each in path_values.values()),
            book=self._book(credential, incoming.headers),
            values=values,
            form=form,
            key=incoming.headers.get("idempotency-key") if _is_keyed(operation) else None,
            request_id=request_id,
            incoming=incoming,
        )

    def _book(self, credential: Credential, headers: Mapping[str, str]) -> Book:
        own = self._state.book(credential.account, livemode=credential.livemode)
        context = headers.get("stripe-context", "").rpartition("/")[2]
        account = headers.get("stripe-account") or context
        if not account or account == credential.account:
            return own
        linked = own.get("account", account)
        if linked is None:
            raise errors.forbidden(
                f"The provided key '{credential.masked}' does not have access to account '{account}' (or that account "
                "does not exist). Application access may have been revoked.",
                code="account_invalid",
            )
        book = self._state.book(account, livemode=credential.livemode)
        if book.get("account", account) is None:
            book.put(copied(linked))
        return book


def _authenticate(headers: Mapping[str, str]) -> Credential:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise errors.unauthenticated(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    credential = CREDENTIALS.get(key)
    if credential is None:
        raise errors.unauthenticated(f"Invalid API Key provided: {key[:8]}{'*' * 12}{key[-4:]}")
    if credential.expired:
        raise errors.unauthenticated(f"Expired API Key provided: {credential.masked}", code="api_key_expired")
    return credential


def _read(operation: Operation, incoming: Incoming) -> tuple[dict[str, Any], bool]:
    """The values of a request, and whether they are still strings."""
    if operation.method != "POST":
        return wire.read_form(incoming.query), True
    if incoming.query:
        raise errors.invalid("Parameters of a POST request have to be in its body.")
    content_type = incoming.headers.get("content-type", "")
    plain = content_type.partition(";")[0].strip().lower()
    if operation.encoding == "json":
        if incoming.content and plain != "application/json":
            raise errors.invalid(f"Invalid request: expected content type application/json, not '{plain}'.")
        return wire.read_json(incoming.content), False
    if plain == "multipart/form-data":
        return wire.read_multipart(incoming.content, content_type), True
    if incoming.content and plain != "application/x-www-form-urlencoded":
        raise errors.invalid(
            f"Invalid request: expected content type application/x-www-form-urlencoded, not '{plain}'."
        )
    return wire.read_form(incoming.content.decode("latin-1")), True


def _is_keyed(operation: Operation) -> bool:
    return operation.method == "POST" or (operation.api == "v2" and operation.method == "DELETE")
