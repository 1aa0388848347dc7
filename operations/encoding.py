"""From a call to the bytes that Stripe gets, and to the canonical form that is signed and stored; and back.

Everything here is deterministic: equal calls give equal bytes, whatever order their parameters were given in and
whichever door they came through. v1 takes Stripe's form encoding (``items[0][price]=p``, ``expand[]=customer``), v2
JSON in a body and form encoding in a query, uploads multipart.
"""

import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol, cast
from urllib.parse import quote, unquote_to_bytes

import msgspec

from operations import ids
from operations.call import Call, FileContent, Frozen, bind, thaw
from operations.spec import Host, Method, Operation

FORM = "application/x-www-form-urlencoded"
_HEADER_VALUE = re.compile(r"[A-Za-z0-9_/-]{1,255}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, but for the key and the idempotency key, which the executor adds."""

    method: Method
    host: Host
    target: str
    """Path and query, relative to the host's root: ``/v1/charges?limit=3``."""
    content: bytes = field(repr=False)
    content_type: str | None
    headers: Mapping[str, str]
    """Stripe-Version, and Stripe-Account and Stripe-Context where the call names them."""

    def digest(self) -> str:
        """SHA-256, in hex, over every member, each with its length before it so that none can pass for another."""
        sha = hashlib.sha256()
        members = [self.method, self.host, self.target, "" if self.content_type is None else "=" + self.content_type]
        for name, value in sorted(self.headers.items()):
            members += name, value
        for member in (*(each.encode() for each in members), self.content):
            sha.update(len(member).to_bytes(8, "big"))
            sha.update(member)
        return sha.hexdigest()


class OperationSource(ids.PathMatcher, Protocol):
    """The part of the registry that :func:`restore` needs."""

    def by_key(self, key: str) -> Operation | None: ...


def encode(call: Call, api_version: str) -> Request:
    """The request of a call. Raises ValueError for what no request can say: an ill-formed id, an empty list or object
    in form encoding, a null in form encoding. The grammar and the forms never let such a call through.
    """
    operation = call.operation
    target = ids.fill(operation.path, call.path_values)
    content, content_type = b"", None
    if operation.method != "POST":
        query = form_text(call.parameters, indexed=operation.api == "v2")
        target = f"{target}?{query}" if query else target
    elif operation.encoding == "json":
        content, content_type = _json_bytes(thaw(call.parameters)), "application/json"
    elif operation.encoding == "multipart":
        content, content_type = _multipart(call.parameters)
    else:
        content, content_type = form_text(call.parameters).encode(), FORM
    headers = {"Stripe-Version": api_version}
    for name, value in (("Stripe-Account", call.stripe_account), ("Stripe-Context", call.stripe_context)):
        if value is not None:
            if _HEADER_VALUE.fullmatch(value) is None:
                raise ValueError(f"{name} must be letters, digits, underscores, hyphens and slashes")
            headers[name] = value
    return Request(operation.method, operation.host, target, content, content_type, headers)


def _json_bytes(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


# --- form encoding ----------------------------------------------------------------------------------------------------


def form_text(parameters: Mapping[str, Frozen], *, indexed: bool = False) -> str:
    """Form-encoded parameters: names sorted, brackets as they are, everything else percent-encoded.

    ``indexed`` numbers the items of every array, which is what v2 queries take; otherwise only arrays of objects are
    numbered. Raises ValueError for empty arrays and objects and for null, which the encoding can't say.
    """
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in _text_fields(parameters, indexed))


def _text_fields(parameters: Mapping[str, Frozen], indexed: bool) -> Iterator[tuple[str, str]]:
    for name, value in form_fields(parameters, indexed):
        if isinstance(value, FileContent):
            raise TypeError(f"{name}: a file can only be sent to an operation that takes uploads")
        yield name, value


def form_fields(parameters: Mapping[str, Frozen], indexed: bool) -> Iterator[tuple[str, str | FileContent]]:
    """The fields of a form, sorted by name; names are percent-encoded but for brackets, values are not."""
    for name in sorted(parameters):
        yield from _leaves(quote(name, safe=""), parameters[name], indexed)


def _leaves(name: str, value: Frozen, indexed: bool) -> Iterator[tuple[str, str | FileContent]]:
    match value:
        case Mapping():
            if not value:
                raise ValueError(f"{name}: form encoding can't say an empty object")
            for key in sorted(value):
                yield from _leaves(f"{name}[{quote(key, safe='')}]", value[key], indexed)
        case tuple():
            if not value:
                raise ValueError(f"{name}: form encoding can't say an empty list")
            for index, item in enumerate(value):
                numbered = indexed or isinstance(item, Mapping | tuple)
                yield from _leaves(f"{name}[{index if numbered else ''}]", item, indexed)
        case FileContent():
            yield name, value
        case None:
            raise ValueError(f"{name}: form encoding has no null")
        case _:
            yield name, _scalar(value)


def _scalar(value: bool | int | float | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Never 1e-05: Stripe's form decoder is not known to read exponents.
        return f"{Decimal(repr(value)):f}"
    return str(value)


MAX_FORM_LENGTH = 1_000_000
MAX_FORM_FIELDS = 10_000
MAX_FORM_DEPTH = 20
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FIELD_NAME = re.compile(r"[^\[\]]+(?:\[[^\[\]]*\])*")
_SEGMENT = re.compile(r"[^\[\]]+|\[\]")


class FormError(ValueError):
    """A form body that says nothing, or two things at once. ``field`` is the name of the field it is about."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def decode_form(body: str) -> dict[str, object]:
    """The nested values of a form body or a query: the inverse of :func:`form_text`, with every leaf a string.

    Arrays come out of ``a[]=`` and of indexes that count from 0; a map whose keys look like that is told apart by its
    shape only (:mod:`operations.parameters` does). Raises :class:`FormError` for broken escapes, unbalanced brackets,
    a field given twice or as two kinds of value, and beyond the limits on length, number and depth.
    """
    if len(body) > MAX_FORM_LENGTH:
        raise FormError(f"a form may have at most {MAX_FORM_LENGTH:,} characters")
    fields = body.split("&") if body else []
    if len(fields) > MAX_FORM_FIELDS:
        raise FormError(f"a form may have at most {MAX_FORM_FIELDS:,} fields")
    root: dict[str, object] = {}
    for text in fields:
        raw_name, equals, raw_value = text.partition("=")
        name = _unquoted(raw_name)
        if not equals or _FIELD_NAME.fullmatch(name) is None:
            raise FormError(f"{name!r} is not a field of the form name=value", name)
        segments = [each if each != "[]" else "" for each in _SEGMENT.findall(name)]
        if len(segments) > MAX_FORM_DEPTH:
            raise FormError(f"a form may be nested at most {MAX_FORM_DEPTH} levels deep", name)
        _place(root, segments, _unquoted(raw_value), name)
    return {key: _with_lists(value) for key, value in root.items()}


def _unquoted(text: str) -> str:
    if _BAD_ESCAPE.search(text):
        raise FormError("a form has a % that starts no escape")
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode()
    except UnicodeDecodeError:
        raise FormError("a form must be UTF-8") from None


def _place(root: dict[str, object], segments: list[str], value: str, name: str) -> None:
    holder: dict[str, object] | list[object] = root
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        # What the next segment needs: [] a list, anything else a dict.
        fresh: object = value if last else ([] if segments[index + 1] == "" else {})
        inner: object
        if isinstance(holder, list):
            if segment != "":
                raise FormError("this field is given both as a list and as an object", name)
            tail = holder[-1] if holder else None
            # a[][x]=1&a[][y]=2 is one object, and a[][x]=1&a[][x]=2 are two.
            if not last and isinstance(tail, dict) and segments[index + 1] not in tail:
                inner = tail
            else:
                holder.append(fresh)
                inner = fresh
        else:
            if segment == "":
                raise FormError("this field is given both as a list and as an object", name)
            if last and segment in holder:
                raise FormError("this field is given twice", name)
            inner = holder.setdefault(segment, fresh)
        if last:
            return
        if not isinstance(inner, dict | list):
            raise FormError("this field is given both as a value and as a list or object", name)
        holder = inner


def _with_lists(value: object) -> object:
    if isinstance(value, list):
        return [_with_lists(item) for item in value]
    if isinstance(value, dict):
        items = {key: _with_lists(item) for key, item in value.items()}
        if all(str(index) in items for index in range(len(items))):
            return [items[str(index)] for index in range(len(items))]
        return items
    return value


def _multipart(parameters: Mapping[str, Frozen]) -> tuple[bytes, str]:
    """The body and its type. The boundary is a hash of the content, so that equal calls give equal bytes; nobody who
    chooses the content can make it occur there, since that would change the hash.
    """
    parts: list[bytes] = []
    for name, value in form_fields(parameters, indexed=False):
        disposition = f'form-data; name="{name}"'
        if isinstance(value, FileContent):
            disposition += f'; filename="{_quoted(value.name)}"'
            head = f"Content-Disposition: {disposition}\r\nContent-Type: {_one_line(value.content_type)}\r\n\r\n"
            parts.append(head.encode() + value.data)
        else:
            parts.append(f"Content-Disposition: {disposition}\r\n\r\n{value}".encode())
    sha = hashlib.sha256()
    for part in parts:
        sha.update(len(part).to_bytes(8, "big"))
        sha.update(part)
    boundary = "countersign-" + sha.hexdigest()[:48]
    mark = b"--" + boundary.encode()
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
    return body, f"multipart/form-data; boundary={boundary}"


def _quoted(text: str) -> str:
    """A value for a quoted string in a part's header, escaped as the HTML standard says."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _one_line(text: str) -> str:
    if not text.isascii() or not text.isprintable():
        raise ValueError("a file's content type must be printable ASCII")
    return text


# --- the canonical form -----------------------------------------------------------------------------------------------


def canonical(call: Call) -> bytes:
    """The call as canonical JSON: what is stored with an approval. Equal calls give equal bytes.

    :func:`restore` is the inverse. Path ids are kept in the template's order, since the placeholders' names differ
    between Stripe's sources.
    """
    files: list[object] = []
    parameters = _without_files(call.parameters, (), files)
    return _json_bytes(
        {
            "format": 1,
            "operation": call.operation.key,
            "path": [call.path_values[name] for name in ids.placeholders(call.operation.path)],
            "parameters": parameters,
            "files": files,
            "stripe_account": call.stripe_account,
            "stripe_context": call.stripe_context,
        }
    )


def _without_files(value: Frozen, place: tuple[str | int, ...], files: list[object]) -> object:
    match value:
        case FileContent(name, content_type, data):
            files.append([list(place), name, content_type, b64encode(data).decode()])
            return None
        case Mapping():
            return {key: _without_files(value[key], (*place, key), files) for key in sorted(value)}
        case tuple():
            return [_without_files(item, (*place, index), files) for index, item in enumerate(value)]
    return value


def restore(data: bytes, registry: OperationSource) -> Call:
    """The call that :func:`canonical` wrote.

    Raises ValueError where the text is not one of ours, the operation is not in the registry any more, or the path
    would reach another operation.
    """
    try:
        stored = _STORED_CALL.decode(data)
        operation = registry.by_key(stored.operation)
        if operation is None:
            raise ValueError(f"{stored.operation} is not an operation of this version's catalog")
        path_values = dict(zip(ids.placeholders(operation.path), stored.path, strict=True))
        for place, name, content_type, text in stored.files:
            _put(stored.parameters, place, FileContent(name, content_type, b64decode(text, validate=True)))
    except (msgspec.DecodeError, KeyError, IndexError, TypeError, UnicodeDecodeError) as error:
        raise ValueError("this is not a stored call") from error
    if not ids.reaches(registry, operation, path_values):
        raise ValueError(f"the stored path of {operation.key} reaches another operation")
    return bind(
        operation,
        path_values,
        stored.parameters,
        stripe_account=stored.stripe_account,
        stripe_context=stored.stripe_context,
    )


class _StoredCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What :func:`canonical` writes."""

    format: Literal[1]
    operation: str
    path: list[str]
    parameters: dict[str, object]
    files: list[tuple[list[str | int], str, str, str]]
    """The place in the parameters, the name, the content type, and the bytes in base64."""
    stripe_account: str | None
    stripe_context: str | None


# Made here, once: msgspec 0.22 crashes the process when several threads are the first to decode a type.
_STORED_CALL = msgspec.json.Decoder(_StoredCall)


def _put(parameters: dict[str, object], place: Sequence[str | int], item: FileContent) -> None:
    holder: object = parameters
    for step in place[:-1]:
        holder = cast("dict[str | int, object]", holder)[step]
    cast("dict[str | int, object]", holder)[place[-1]] = item
