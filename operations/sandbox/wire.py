"""From the bytes of a request to nested values: Stripe's form encoding, v2's JSON and multipart uploads."""

import json
import re
from typing import Any
from urllib.parse import quote

from operations.call import FileContent
from operations.encoding import FormError, decode_form
from operations.sandbox.errors import RefusalError, invalid

_DISPOSITION = re.compile(
    rb'content-disposition:\s*form-data;\s*name="([^"]*)"(?:;\s*filename="([^"]*)")?', re.IGNORECASE
)
_CONTENT_TYPE = re.compile(rb"content-type:\s*([^\r\n]+)", re.IGNORECASE)


def read_form(text: str) -> dict[str, Any]:
    """Nested values of ``a[b][]=c``; all leaves are strings. Raises RefusalError for what is not well-formed."""
    try:
        return decode_form(text)
    except FormError as error:
        raise _unreadable(f"Invalid request: {error}.", error.field) from None


def read_json(content: bytes) -> dict[str, Any]:
    """A v2 body. Raises RefusalError unless it is one JSON object, without names given twice."""
    if not content:
        return {}
    try:
        value = json.loads(content, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _unreadable("The request body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise _unreadable("The request body has to be a JSON object.")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def read_multipart(content: bytes, content_type: str) -> dict[str, Any]:
    """The fields and files of an upload. Raises RefusalError where the parts can't be told apart."""
    match = re.search(r'boundary="?([^";]+)"?', content_type)
    if match is None:
        raise _unreadable("A multipart request needs a boundary.")
    head, *parts = (b"\r\n" + content).split(b"\r\n--" + match[1].encode())
    if head.strip() or not parts or not parts[-1].startswith(b"--"):
        raise _unreadable("The multipart request is not complete.")
    files: dict[str, Any] = {}
    texts: list[str] = []
    for part in parts[:-1]:
        name, value = _part(part)
        if isinstance(value, FileContent):
            files[name] = value
        else:
            texts.append(f"{quote(name)}={quote(value)}")
    return {**read_form("&".join(texts)), **files}


def _part(part: bytes) -> tuple[str, FileContent | str]:
    head, separator, data = part.partition(b"\r\n\r\n")
    named = _DISPOSITION.search(head)
    if named is None or not separator:
        raise _unreadable("A part of the multipart request has no name.")
    name = named[1].decode(errors="replace")
    if named[2] is None:
        return name, data.decode(errors="replace")
    type_ = _CONTENT_TYPE.search(head)
    content_type = type_[1].decode(errors="replace").strip() if type_ else "application/octet-stream"
    return name, FileContent(named[2].decode(errors="replace"), content_type, data)


def _unreadable(message: str, param: str | None = None) -> RefusalError:
    return invalid(message, param=param)
