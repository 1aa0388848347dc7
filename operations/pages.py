"""Pages of a list: what is in one, and the call that gets the next.

Three kinds: v1 lists (cursor is an object's id), v1 searches (cursor is an opaque ``next_page``), v2 lists (cursor in
``next_page_url``).
"""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from operations.call import Call, Frozen, Json

LIST: Final = "list"
SEARCH: Final = "search_result"
LARGEST_PAGE: Final = 100
"""Objects in a page at most (docs.stripe.com/api/pagination); v2 has the same limit."""
BACKWARDS: Final = "ending_before"
_CURSORS: Final = ("starting_after", BACKWARDS, "page")


class Cursor(NamedTuple):
    """Where a list goes on: a parameter of its operation, and the value of that."""

    parameter: str
    value: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, read from an answer."""

    items: tuple[Json, ...]
    more: bool
    total: int | None
    """How many there are in all, where Stripe says so (searches)."""
    next: Cursor | None
    """What gets the next page; None where there is none, or the answer doesn't tell how."""
    is_all: bool = False
    """Whether it holds everything that was asked for, being the first page and the last."""


def read_page(call: Call, data: Json) -> Page | None:
    """The answer as a page, or None if it isn't one."""
    if not isinstance(data, dict) or not isinstance(data.get("data"), list):
        return None
    kind = data.get("object")
    is_v2 = kind is None and ("next_page_url" in data or "previous_page_url" in data)
    if kind not in (LIST, SEARCH) and not is_v2:
        return None
    items = tuple(data["data"]) if isinstance(data["data"], list) else ()
    cursor = _cursor(call, data, items, is_v2=is_v2)
    more = bool(data.get("next_page_url")) if is_v2 else data.get("has_more") is True
    total = data.get("total_count")
    return Page(
        items=items,
        more=more,
        total=total if isinstance(total, int) and not isinstance(total, bool) else None,
        next=cursor if more else None,
        is_all=not more and not any(each in call.parameters for each in _CURSORS),
    )


def moved(call: Call, cursor: Cursor) -> Call:
    """The call that gets the page at a cursor of its list."""
    kept: dict[str, Frozen] = {key: item for key, item in call.parameters.items() if key not in _CURSORS}
    return replace(call, parameters=MappingProxyType({**kept, cursor.parameter: cursor.value}))


def _cursor(call: Call, data: dict[str, Json], items: tuple[Json, ...], *, is_v2: bool) -> Cursor | None:
    """Where the list goes on after this page, if its operation can be told so."""
    found = _told(call, data, items, is_v2=is_v2)
    return found if found is not None and call.operation.parameter(found.parameter) is not None else None


def _told(call: Call, data: dict[str, Json], items: tuple[Json, ...], *, is_v2: bool) -> Cursor | None:
    if is_v2:
        url = data.get("next_page_url")
        pages = parse_qs(urlsplit(url).query).get("page", []) if isinstance(url, str) and len(url) < 10_000 else []
        return Cursor("page", pages[0]) if pages else None
    if data.get("object") == SEARCH:
        page = data.get("next_page")
        return Cursor("page", page) if isinstance(page, str) and page else None
    # A list that was read backwards goes on before its first object.
    name, edge = (BACKWARDS, items[:1]) if BACKWARDS in call.parameters else ("starting_after", items[-1:])
    last = edge[0] if edge else None
    identity = last.get("id") if isinstance(last, dict) else None
    return Cursor(name, identity) if isinstance(identity, str) and identity else None
