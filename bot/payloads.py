"""Request bodies as Slack sends them, parsed strictly; called only for bodies whose signature was found right.

Bolt guesses by searching the body for the word "payload", and loses commands that contain it. Here the content type and
the one field named ``payload`` decide.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from bot import limits

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
# A string (to the end of the data, where it isn't closed, so that one pass is enough) or a bracket outside of strings.
_STRUCTURE = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)


class BadBodyError(Exception):
    """A body is not of a form Slack sends. The message says which rule it breaks, and nothing of the body."""


def parse_body(content_type: str, body: bytes) -> dict[str, Any]:
    """The payload of a request: a command's fields, or the JSON of an interaction or an event.

    Raises BadBodyError.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _JSON:
        return parse_json(body)
    if kind != _FORM:
        raise BadBodyError("neither a form nor JSON")
    form = parse_form(body)
    if "payload" not in form:
        return dict(form)
    if len(form) != 1:
        raise BadBodyError("other fields beside the payload")
    return parse_json(form["payload"].encode())


def parse_form(body: bytes) -> dict[str, str]:
    """The fields of a form, each at most once. Raises BadBodyError."""
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=limits.FORM_FIELDS,
        )
    except UnicodeDecodeError:
        raise BadBodyError("not UTF-8") from None
    except ValueError:
        raise BadBodyError("no form, or too many fields") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise BadBodyError("a field twice")
    return form


def parse_json(data: bytes) -> dict[str, Any]:
    """A JSON object of bounded depth. Raises BadBodyError."""
    depth = 0
    for part in _STRUCTURE.finditer(data):
        if part[0] in b"[{":
            depth += 1
            if depth > limits.JSON_DEPTH:
                raise BadBodyError("nested too deeply")
        elif part[0] in b"]}":
            depth -= 1
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadBodyError("no JSON") from None
    if not isinstance(value, Mapping):
        raise BadBodyError("JSON, but no object")
    return dict(value)
