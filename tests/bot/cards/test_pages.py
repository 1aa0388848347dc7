"""Pages of lists: recognised in all three forms, and continued by a command that can be copied."""

from typing import Any

import pytest

from bot import cards
from bot.blocks import Message
from bot.cards.pages import read_page
from operations.call import bind
from operations.grammar import Command, parse
from operations.registry import registry
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
    assert (dict(page.next.parameters) if page.next else None) == expected


@pytest.mark.parametrize(
    "answer", [None, [], "list", {"object": "customer", "data": []}, {"object": "list", "data": 1}, {"data": []}]
)
def test_what_is_no_page_is_not_read_as_one(answer: Any) -> None:
    """An event has ``data``, too."""
    assert read_page(bind(made.CUSTOMERS_LIST), answer) is None


@pytest.mark.parametrize("account", [made.TEST, made.LIVE])
def test_the_offered_command_gets_the_next_page_on_the_same_account(account: Any) -> None:
    """The text of its button parses to the same call, further on, in the same mode and account."""
    listing = registry().by_name("customers list")
    assert listing is not None
    call = made.frozen(listing, account, parameters={"limit": 3, "email": "a b@example.com"})
    (message,) = cards.result(made.run(call), made.succeeded(made.page(made.CUSTOMERS, more=True)), style="rich")
    assert isinstance(message, Message)
    [offered, *_] = message.blocks[-2]["elements"]
    assert offered["text"]["text"] == "Next page"
    command = parse(offered["value"], registry())
    assert isinstance(command, Command)
    assert dict(command.call.parameters) == {"limit": 3, "email": "a b@example.com", "starting_after": "cus_Q003Reader"}
    assert command.live == account.livemode
    assert (command.account or "default") == account.alias


def test_a_command_too_long_to_show_is_not_offered() -> None:
    """A clipped command would get another page, or something else."""
    call = made.frozen(made.CUSTOMERS_LIST, parameters={"email": "x" * 2_000})
    (message,) = cards.result(made.run(call), made.succeeded(made.page(made.CUSTOMERS, more=True)), style="rich")
    assert "Next page" not in str(message)
    assert "there are more" in str(message)
