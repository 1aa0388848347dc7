"""Customers and what belongs to them."""

from operations.sandbox.seed import HIGHLIGHTS
from tests.operations.sandbox.conftest import Client, error_of

CUSTOMER = HIGHLIGHTS["customer"]
GOODBYE = HIGHLIGHTS["customer_to_delete"]


async def test_created_customer_can_be_read_and_changed(client: Client) -> None:
    """Plain fields are set, cleared by the empty string, and metadata is merged key by key."""
    made = (
        await client.call("POST /v1/customers", name="New", address={"city": "Oslo"}, metadata={"a": "1", "b": "2"})
    ).json()
    changed = (
        await client.call("POST /v1/customers/{customer}", made["id"], address="", metadata={"a": "", "c": "3"})
    ).json()
    read = (await client.call("GET /v1/customers/{customer}", made["id"])).json()
    assert (made["object"], made["livemode"], made["balance"]) == ("customer", False, 0)
    assert (changed["address"], changed["metadata"]) == (None, {"b": "2", "c": "3"})
    assert read == changed


async def test_deleted_customer_is_a_mark_and_its_subscriptions_end(client: Client) -> None:
    """DELETE answers with the mark; reading it later does too; a second DELETE or an update finds nothing."""
    deleted = await client.call("DELETE /v1/customers/{customer}", GOODBYE)
    read = await client.call("GET /v1/customers/{customer}", GOODBYE)
    again = await client.call("DELETE /v1/customers/{customer}", GOODBYE)
    update = await client.call("POST /v1/customers/{customer}", GOODBYE, name="x")
    subscription = (await client.call("GET /v1/subscriptions/{id}", HIGHLIGHTS["subscription_to_cancel"])).json()
    listed = (await client.call("GET /v1/customers", limit=100)).json()
    mark = {"id": GOODBYE, "object": "customer", "deleted": True}
    assert (deleted.json(), read.json()) == (mark, mark)
    assert (again.status_code, update.status_code) == (404, 404)
    assert error_of(again)["code"] == "resource_missing"
    assert subscription["status"] == "canceled"
    assert GOODBYE not in [each["id"] for each in listed["data"]]


async def test_missing_customer_is_told_with_code_and_param(client: Client) -> None:
    """Stripe's words: No such customer."""
    answer = await client.call("GET /v1/customers/{customer}", "cus_nobody")
    assert answer.status_code == 404
    assert error_of(answer)["message"] == "No such customer: 'cus_nobody'"
    assert (error_of(answer)["code"], error_of(answer)["param"]) == ("resource_missing", "id")


async def test_missing_customer_named_by_a_parameter_is_a_400(client: Client) -> None:
    """The parameter is named."""
    answer = await client.call("POST /v1/payment_intents", amount=500, currency="usd", customer="cus_nobody")
    assert (answer.status_code, error_of(answer)["param"]) == (400, "customer")


async def test_live_object_with_a_test_key_is_told_apart(client: Client) -> None:
    """The message says that the object exists in the other mode."""
    live = HIGHLIGHTS["refundable_charge"].replace("Sandbox", "Live")
    answer = await client.call("GET /v1/charges/{charge}", live)
    assert answer.status_code == 404
    assert "a similar object exists in live mode, but a test mode key was used" in error_of(answer)["message"]


async def test_balance_adjustment_changes_the_customer_balance(client: Client) -> None:
    """A credit is negative, and both records agree."""
    credit = (
        await client.call("POST /v1/customers/{customer}/balance_transactions", CUSTOMER, amount=-700, currency="usd")
    ).json()
    customer = (await client.call("GET /v1/customers/{customer}", CUSTOMER)).json()
    assert (credit["ending_balance"], customer["balance"]) == (-700, -700)


async def test_list_filters_by_email_and_by_creation(client: Client) -> None:
    """Filters are fields; ranges are bounds."""
    by_email = (await client.call("GET /v1/customers", email="jenny@example.com")).json()
    created = by_email["data"][0]["created"]
    older = (await client.call("GET /v1/customers", created={"lt": created})).json()
    since = (await client.call("GET /v1/customers", created={"gte": created}, limit=100)).json()
    assert [each["id"] for each in by_email["data"]] == [CUSTOMER]
    assert older["data"] == []
    assert len(since["data"]) == 14


async def test_customer_card_and_discount_can_be_taken_away(client: Client) -> None:
    """Sources and discounts are deleted with their marks, and are gone then."""
    card = (await client.call("POST /v1/customers/{customer}/sources", CUSTOMER, source="tok_visa")).json()
    gone = (await client.call("DELETE /v1/customers/{customer}/sources/{id}", CUSTOMER, card["id"])).json()
    discounted = "cus_SandboxChan01"
    ended = (await client.call("DELETE /v1/customers/{customer}/discount", discounted)).json()
    again = await client.call("DELETE /v1/customers/{customer}/discount", discounted)
    assert (gone["deleted"], ended["deleted"], again.status_code) == (True, True, 404)
