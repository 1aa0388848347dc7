"""Paging, filters, search and expand."""

from typing import Any

import pytest

from operations.sandbox.seed import HIGHLIGHTS
from tests.operations.sandbox.conftest import Client, error_of


async def _all(client: Client, key: str, page: int, **filters: Any) -> list[str]:
    """All ids of a list, page by page with ``starting_after``."""
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        body = (await client.call(key, limit=page, **filters, **after)).json()
        found += [each["id"] for each in body["data"]]
        if not body["has_more"]:
            return found
        after = {"starting_after": found[-1]}


@pytest.mark.parametrize("page", [1, 7, 41, 100])
async def test_pages_give_every_object_once_newest_first(client: Client, page: int) -> None:
    """Whatever the page's size, the list is the same."""
    whole = (await client.call("GET /v1/charges", limit=100)).json()
    ids = await _all(client, "GET /v1/charges", page)
    created = [each["created"] for each in whole["data"]]
    assert ids == [each["id"] for each in whole["data"]]
    assert len(set(ids)) == len(ids) >= 40
    assert created == sorted(created, reverse=True)


async def test_ending_before_gives_the_page_just_before(client: Client) -> None:
    """Backwards paging keeps the order and says whether there is more before."""
    ids = await _all(client, "GET /v1/charges", 100)
    body = (await client.call("GET /v1/charges", limit=3, ending_before=ids[5])).json()
    first = (await client.call("GET /v1/charges", limit=3, ending_before=ids[2])).json()
    assert ([each["id"] for each in body["data"]], body["has_more"]) == (ids[2:5], True)
    assert ([each["id"] for each in first["data"]], first["has_more"]) == (ids[:2], False)


@pytest.mark.parametrize(
    ("parameters", "param"),
    [
        ({"limit": 101}, "limit"),
        ({"limit": 0}, "limit"),
        ({"starting_after": "ch_nothing"}, "starting_after"),
    ],
)
async def test_wrong_paging_is_refused(client: Client, parameters: dict[str, Any], param: str) -> None:
    """Limits are 1 to 100, and cursors name objects of the list."""
    answer = await client.call("GET /v1/charges", **parameters)
    assert (answer.status_code, error_of(answer)["param"]) == (400, param)


async def test_v2_pages_by_addresses(client: Client) -> None:
    """The next page's address leads through all, and back."""
    for number in range(5):
        await client.call(
            "POST /v2/core/event_destinations",
            name=f"n{number}",
            type="webhook_endpoint",
            event_payload="thin",
            enabled_events=["v1.charge.failed"],
        )
    first = await client.call("GET /v2/core/event_destinations", limit=2)
    headers = {"Authorization": first.request.headers["authorization"]}
    second = (await client.http.get(first.json()["next_page_url"], headers=headers)).json()
    third = (await client.http.get(second["next_page_url"], headers=headers)).json()
    back = (await client.http.get(second["previous_page_url"], headers=headers)).json()
    names = [[each["name"] for each in page["data"]] for page in (first.json(), second, third)]
    assert names == [["n4", "n3"], ["n2", "n1"], ["n0"]]
    assert (third["next_page_url"], back["data"]) == (None, first.json()["data"])


async def test_filters_are_fields(client: Client) -> None:
    """By customer, by payment intent, by status."""
    by_customer = await _all(client, "GET /v1/charges", 100, customer=HIGHLIGHTS["customer"])
    by_intent = await _all(client, "GET /v1/charges", 100, payment_intent=HIGHLIGHTS["refundable_intent"])
    paid = (await client.call("GET /v1/payouts", status="paid", limit=100)).json()["data"]
    assert by_intent == [HIGHLIGHTS["refundable_charge"]]
    assert 1 < len(by_customer) < 10
    assert {each["status"] for each in paid} == {"paid"}


@pytest.mark.parametrize(
    ("key", "query", "expected"),
    [
        ("GET /v1/customers/search", 'email:"JENNY@example.com"', [HIGHLIGHTS["customer"]]),
        ("GET /v1/customers/search", "name~'goodbye'", [HIGHLIGHTS["customer_to_delete"]]),
        ("GET /v1/customers/search", "email:'jenny@example.com' OR email:'peter.goodbye@example.com'",
         [HIGHLIGHTS["customer_to_delete"], HIGHLIGHTS["customer"]]),
        ("GET /v1/charges/search", "amount>40000 AND status:'succeeded'", [HIGHLIGHTS["large_charge"]]),
        ("GET /v1/charges/search", "disputed:'true' AND created>0 AND -amount:2400", [HIGHLIGHTS["disputed_charge"]]),
        ("GET /v1/charges/search", 'metadata["order"]:"Coffee01"', [HIGHLIGHTS["refundable_charge"]]),
        ("GET /v1/subscriptions/search", "status:'trialing'", [HIGHLIGHTS["trial"]]),
    ],
)  # fmt: skip
async def test_search_finds_what_the_query_says(client: Client, key: str, query: str, expected: list[str]) -> None:
    """Exact, part, comparison, negation, metadata, AND and OR."""
    body = (await client.call(key, query=query)).json()
    assert (body["object"], [each["id"] for each in body["data"]]) == ("search_result", expected)


@pytest.mark.parametrize(
    "query", ["", "email", "shoe:'x'", "email:'a' AND name:'b' OR phone:'c'", "name~'ab'", "metadata:'x'", "email:'x"]
)
async def test_unreadable_query_is_refused(client: Client, query: str) -> None:
    """With ``param: query``."""
    answer = await client.call("GET /v1/customers/search", query=query)
    assert (answer.status_code, error_of(answer)["param"]) == (400, "query")


async def test_search_pages_by_token(client: Client) -> None:
    """``next_page`` goes on where the page ended; a made-up token is refused."""
    first = (await client.call("GET /v1/charges/search", query="status:'succeeded'", limit=30)).json()
    second = (
        await client.call("GET /v1/charges/search", query="status:'succeeded'", limit=30, page=first["next_page"])
    ).json()
    made_up = await client.call("GET /v1/charges/search", query="status:'succeeded'", page="zzz")
    assert not {each["id"] for each in first["data"]} & {each["id"] for each in second["data"]}
    assert (second["next_page"], made_up.status_code) == (None, 400)


async def test_expand_puts_objects_in_place_of_ids(client: Client) -> None:
    """Through objects and lists, several levels deep, and lists that are only there when asked for."""
    charge = (
        await client.call(
            "GET /v1/charges/{charge}",
            HIGHLIGHTS["partly_refunded_charge"],
            expand=["customer", "payment_intent.payment_method", "refunds"],
        )
    ).json()
    listed = (await client.call("GET /v1/charges", limit=2, expand=["data.balance_transaction"])).json()
    subscription = (
        await client.call(
            "GET /v1/subscriptions/{id}",
            HIGHLIGHTS["subscription"],
            expand=["latest_invoice", "items.data.price.product"],
        )
    ).json()
    assert (charge["customer"]["email"], charge["payment_intent"]["payment_method"]["object"]) == (
        "jenny@example.com",
        "payment_method",
    )
    assert [refund["amount"] for refund in charge["refunds"]["data"]] == [2500]
    assert {each["balance_transaction"]["object"] for each in listed["data"]} == {"balance_transaction"}
    assert subscription["latest_invoice"]["object"] == "invoice"
    assert subscription["items"]["data"][0]["price"]["product"]["name"] == "Coffee club"
    plain = (await client.call("GET /v1/charges/{charge}", HIGHLIGHTS["partly_refunded_charge"])).json()
    assert (plain["customer"], "refunds" in plain) == (HIGHLIGHTS["customer"], False)


@pytest.mark.parametrize(
    "path", ["amount", "nothing", "customer.email", "data.customer", "customer.default_source.owner.x.y"]
)
async def test_what_cannot_be_expanded_is_refused_before_any_effect(client: Client, path: str) -> None:
    """A write with a wrong ``expand`` is not carried out."""
    answer = await client.call("POST /v1/refunds", charge=HIGHLIGHTS["refundable_charge"], expand=[f"charge.{path}"])
    assert (answer.status_code, error_of(answer)["param"]) == (400, "expand[0]")
    assert client.app.journal.effects == []


async def test_events_can_be_listed_by_type(client: Client) -> None:
    """By one type and by several."""
    one = (await client.call("GET /v1/events", type="charge.refunded", limit=100)).json()["data"]
    two = (await client.call("GET /v1/events", types=["charge.refunded", "payout.created"], limit=100)).json()["data"]
    assert {each["type"] for each in one} == {"charge.refunded"}
    assert {each["type"] for each in two} == {"charge.refunded", "payout.created"}
