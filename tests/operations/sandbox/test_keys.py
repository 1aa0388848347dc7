"""Who may ask: keys, permissions, accounts, modes."""

import pytest

from operations.sandbox import keys
from operations.sandbox.seed import HIGHLIGHTS, highlights
from operations.secrets import SecretKey
from tests.operations.sandbox.conftest import Client, error_of


@pytest.mark.parametrize("key", sorted(keys.CREDENTIALS))
def test_every_key_is_one_that_the_product_takes(key: str) -> None:
    """They have the shape of Stripe's keys, and say their mode."""
    parsed = SecretKey.parse(key)
    assert parsed.livemode == keys.CREDENTIALS[key].livemode


async def test_no_key_wrong_key_and_expired_key_are_401(client: Client) -> None:
    """An expired key has a code of its own; no message repeats a key."""
    none = await client.http.get("/v1/charges")
    wrong = await client.call("GET /v1/charges", api_key="sk_test_" + "SomebodyElsesKey")
    expired = await client.call("GET /v1/charges", api_key=keys.EXPIRED_TEST_KEY)
    assert [answer.status_code for answer in (none, wrong, expired)] == [401, 401, 401]
    assert error_of(expired)["code"] == "api_key_expired"
    assert "SomebodyElses" not in wrong.text
    assert keys.EXPIRED_TEST_KEY not in expired.text


async def test_restricted_key_is_told_the_permission_it_lacks(client: Client) -> None:
    """403 with the masked key, the account and the permission, as Stripe writes it."""
    read = await client.call("GET /v1/charges", api_key=keys.READ_ONLY_TEST_KEY)
    write = await client.call("POST /v1/customers", api_key=keys.READ_ONLY_TEST_KEY)
    error = error_of(write)
    assert (read.status_code, write.status_code) == (200, 403)
    assert "Having the 'rak_customer_write' permission" in error["message"]
    assert keys.ACCOUNT in error["message"]
    assert keys.READ_ONLY_TEST_KEY not in error["message"]


async def test_narrow_key_refunds_but_cannot_read_its_account(client: Client) -> None:
    """The refusal of ``GET /v1/account`` still names the account."""
    refund = await client.call(
        "POST /v1/refunds", charge=HIGHLIGHTS["refundable_charge"], api_key=keys.REFUNDS_ONLY_TEST_KEY
    )
    account = await client.call("GET /v1/account", api_key=keys.REFUNDS_ONLY_TEST_KEY)
    assert (refund.status_code, account.status_code) == (200, 403)
    assert f"'{keys.ACCOUNT}'" in error_of(account)["message"]


async def test_account_has_its_name(client: Client) -> None:
    """The key's own account, in both modes; another key has another account."""
    test = (await client.call("GET /v1/account")).json()
    live = (await client.call("GET /v1/account", api_key=keys.LIVE_KEY)).json()
    other = (await client.call("GET /v1/account", api_key=keys.OTHER_TEST_KEY)).json()
    assert (test["id"], live["id"]) == (keys.ACCOUNT, keys.ACCOUNT)
    assert test["business_profile"]["name"] == "Lanternfish Coffee Roasters"
    assert (other["id"], other["settings"]["dashboard"]["display_name"]) == (keys.OTHER_ACCOUNT, "Quay Street Books")


async def test_modes_and_accounts_hold_separate_data(client: Client) -> None:
    """No id of one is seen in another."""
    seen: list[set[str]] = []
    for key in (keys.TEST_KEY, keys.LIVE_KEY, keys.OTHER_TEST_KEY):
        listed = (await client.call("GET /v1/charges", limit=100, api_key=key)).json()["data"]
        seen.append({charge["id"] for charge in listed})
        assert all(charge["livemode"] == (key == keys.LIVE_KEY) for charge in listed)
    assert all(seen)
    assert sum(map(len, seen)) == len(set().union(*seen))
    assert highlights(livemode=True)["refundable_charge"] in seen[1]


@pytest.mark.parametrize("header", ["Stripe-Account", "Stripe-Context"])
async def test_connected_account_is_reached_by_a_header(client: Client, header: str) -> None:
    """Its own charges and its own name; an account that is not connected is 403."""
    account = keys.CONNECTED_ACCOUNTS[0]
    charges = await client.send(client.bound("GET /v1/charges"), headers={header: account})
    own = await client.send(client.bound("GET /v1/account"), headers={header: account})
    foreign = await client.send(client.bound("GET /v1/charges"), headers={header: keys.OTHER_ACCOUNT})
    assert HIGHLIGHTS["refundable_charge"] not in charges.text
    assert len(charges.json()["data"]) == 2
    assert own.json()["id"] == account
    assert (foreign.status_code, error_of(foreign)["code"]) == (403, "account_invalid")


async def test_new_connected_account_has_an_empty_book(client: Client) -> None:
    """It is listed, and can be acted for at once."""
    made = (await client.call("POST /v1/accounts", type="express", country="US")).json()
    listed = (await client.call("GET /v1/accounts")).json()["data"]
    charges = await client.send(client.bound("GET /v1/charges"), headers={"Stripe-Account": made["id"]})
    own = await client.send(client.bound("GET /v1/account"), headers={"Stripe-Account": made["id"]})
    assert made["id"] in [each["id"] for each in listed]
    assert charges.json()["data"] == []
    assert own.json()["id"] == made["id"]


async def test_test_helpers_are_refused_in_live_mode(client: Client) -> None:
    """There are no test clocks in live mode."""
    answer = await client.call("GET /v1/test_helpers/test_clocks", api_key=keys.LIVE_KEY)
    assert answer.status_code == 403


async def test_every_answer_has_a_request_id_and_its_version(client: Client) -> None:
    """Refusals and successes alike."""
    good = await client.call("GET /v1/charges")
    bad = await client.http.get("/v1/nothing", headers={"Stripe-Version": "2024-06-20"})
    assert good.headers["request-id"].startswith("req_")
    assert good.headers["stripe-version"] == client.app.registry.api_version
    assert (bad.headers["request-id"] != good.headers["request-id"], bad.headers["stripe-version"]) == (
        True,
        "2024-06-20",
    )


async def test_banner_says_that_it_is_not_stripe(client: Client) -> None:
    """Whoever opens the address in a browser is told."""
    assert "It is not Stripe" in (await client.http.get("/")).json()["notice"]
