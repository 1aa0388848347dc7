"""Pages of objects: v1's cursors, v2's page tokens, search pages, and the filters that lists take."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from operations.sandbox.errors import invalid
from operations.sandbox.state import StripeObject

PAGING = {"limit", "starting_after", "ending_before", "page", "expand", "include", "query"}
DEFAULT_LIMIT, MAX_LIMIT = 10, 100
RANGE = {"gt", "gte", "lt", "lte"}


@dataclass(frozen=True, slots=True)
class Many:
    """What a list operation found, before filters and paging: the newest first."""

    items: Iterable[StripeObject]
    handled: frozenset[str] = field(default_factory=frozenset)
    """Parameters that the behaviour has already seen to."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, all of it."""

    items: Iterable[StripeObject]


def page(many: Many, parameters: Mapping[str, Any], url: str) -> dict[str, Any]:
    """A v1 list object: filtered, and cut by the cursors and the limit."""
    items = _filtered(many, parameters)
    limit = _limit(parameters)
    after, before = parameters.get("starting_after"), parameters.get("ending_before")
    if after and before:
        raise invalid(
            "You can only pass one of these parameters: starting_after, ending_before.", code="parameters_exclusive"
        )
    if after:
        items = items[_index(items, after, "starting_after") + 1 :]
    if before:
        items = items[: _index(items, before, "ending_before")]
        data = items[-limit:]
    else:
        data = items[:limit]
    return {"object": "list", "data": data, "has_more": len(items) > len(data), "url": url}


def page_v2(many: Many, parameters: Mapping[str, Any], url: str) -> dict[str, Any]:
    """A v2 page: its neighbours are named by whole addresses."""
    items = _filtered(many, parameters)
    limit = _limit(parameters)
    start = _offset(parameters.get("page"))
    asked = "".join(
        f"{name}={quote(str(value))}&"
        for name, value in sorted(parameters.items())
        if name not in {"page", "limit", "include"} and isinstance(value, str | int | bool)
    )

    def address(offset: int) -> str:
        return f"{url}?{asked}limit={limit}&page={_token(offset)}"

    return {
        "data": items[start : start + limit],
        "next_page_url": address(start + limit) if start + limit < len(items) else None,
        "previous_page_url": address(max(0, start - limit)) if start > 0 else None,
    }


def page_search(found: Found, parameters: Mapping[str, Any], url: str) -> dict[str, Any]:
    """A page of search results."""
    items = list(found.items)
    limit = _limit(parameters)
    start = _offset(parameters.get("page"))
    more = start + limit < len(items)
    return {
        "object": "search_result",
        "data": items[start : start + limit],
        "has_more": more,
        "next_page": _token(start + limit) if more else None,
        "url": url,
    }


def _limit(parameters: Mapping[str, Any]) -> int:
    limit = parameters.get("limit", DEFAULT_LIMIT)
    if limit > MAX_LIMIT:
        message = f"This value must be less than or equal to {MAX_LIMIT} (it currently is '{limit}')."
    elif limit < 1:
        message = f"This value must be greater than or equal to 1 (it currently is '{limit}')."
    else:
        return int(limit)
    raise invalid(message, param="limit", code="parameter_invalid_integer")


def _index(items: list[StripeObject], id_: str, param: str) -> int:
    for index, item in enumerate(items):
        if item.get("id") == id_:
            return index
    kind = items[0]["object"] if items else "object"
    raise invalid(f"No such {kind}: '{id_}'", param=param, code="resource_missing")


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"from:{offset}".encode()).decode().rstrip("=")


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        word, _, number = text.partition(":")
        if word == "from":
            return max(0, int(number))
    except (binascii.Error, ValueError):
        pass
    raise invalid(f"Invalid page: {token}", param="page")


def _filtered(many: Many, parameters: Mapping[str, Any]) -> list[StripeObject]:
    checks = [
        _check(name, wanted)
        for name, wanted in parameters.items()
        if name not in PAGING and name not in many.handled and wanted != ""
    ]
    return [item for item in many.items if all(check(item) for check in checks)]


def _check(name: str, wanted: Any) -> Callable[[StripeObject], bool]:
    """Whether an object meets a filter. A filter on something that the object doesn't have says nothing about it."""
    if isinstance(wanted, Mapping) and set(wanted) <= RANGE:
        return lambda item: name not in item or in_range(item[name], wanted)
    if isinstance(wanted, Mapping):
        inner = [_check(key, value) for key, value in wanted.items()]
        return lambda item: not isinstance(item.get(name), Mapping) or all(check(item[name]) for check in inner)
    if isinstance(wanted, list):
        single = {"ids": "id", "types": "type", "lookup_keys": "lookup_key"}.get(name, name)
        return lambda item: single not in item or _plain(item[single]) in wanted
    return lambda item: name not in item or _plain(item[name]) == wanted


def in_range(value: Any, wanted: Mapping[str, Any]) -> bool:
    """Whether a number lies within ``gt``, ``gte``, ``lt`` and ``lte``; a missing one never does."""
    if not isinstance(value, int | float):
        return False
    return bool(
        value > wanted.get("gt", float("-inf"))
        and value >= wanted.get("gte", float("-inf"))
        and value < wanted.get("lt", float("inf"))
        and value <= wanted.get("lte", float("inf"))
    )


def _plain(value: Any) -> Any:
    return value.get("id") if isinstance(value, Mapping) else value
