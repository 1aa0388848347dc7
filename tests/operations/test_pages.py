"""Pages of lists: recognised in all three forms, and continued by the same call with another cursor."""

from typing import Any

import pytest

from operations.call import bind
from operations.pages import moved, read_page
from tests.bot.cards import samples as made

SEARCH = made.operation(
    "customers search", "GET", "/v1/customers/search", answers="search", parameters=("query", "limit", "page")
)
ITEMS = [{"id": "cus_1"}, {"id": "cus_2"}]


@pytest.mark.parametrize(
    ("called", "given", "answer", "expected"),
    [
        (made.CUSTOMERS_LIST, {"limit": 2}, made.page(ITEMS, more=True), {"limit": 2, "starting_after": "cus_2"}),
        (made.CUSTOMERS_LIST, {"starting_after": "cus_0"}, made.page(ITEMS, more=True), {"starting_after": "cus_2"}),
        (made.CUSTOMERS_LIST, {"ending_before": "cus_3"}, made.page(ITEMS, more=True), {"ending_before": "cus_1"}),
        (
            SEARCH,
            {"query": "email:'a'", "page": "p1"},
            {"object": "search_result", "data": ITEMS, "has_more": True, "next_page": "p2"},
            {"query": "email:'a'", "page": "p2"},
        ),
        (SEARCH, {}, {"data": ITEMS, "next_page_url": "/v2/x?limit=2&page=p%2B2"}, {"page": "p+2"}),
        (made.CUSTOMERS_LIST, {}, made.page(ITEMS), None),
        (made.CUSTOMERS_LIST, {}, made.page([], more=True), None),
        (made.CUSTOMERS_LIST, {}, made.page([{"name": "no id"}], more=True), None),
        (made.CUSTOMERS_LIST, {}, {"data": ITEMS, "next_page_url": "/v2/x?page=p2"}, None),
    ],
)
def test_the_next_page_is_the_same_call_with_another_cursor(
    called: Any, given: dict[str, object], answer: Any, expected: dict[str, object] | None
) -> None:
    """Nothing is guessed: without a cursor, or a parameter for it, there is no next page to offer."""
    page = read_page(bind(called, {}, given), answer)
    assert page is not None
    assert page.items == tuple(answer["data"])
    following = moved(bind(called, {}, given), page.next) if page.next else None
    assert (dict(following.parameters) if following else None) == expected


@pytest.mark.parametrize(
    "answer", [None, [], "list", {"object": "customer", "data": []}, {"object": "list", "data": 1}, {"data": []}]
)
def test_what_is_no_page_is_not_read_as_one(answer: Any) -> None:
    """An event has ``data``, too."""
    assert read_page(bind(made.CUSTOMERS_LIST), answer) is None
