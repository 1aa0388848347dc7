"""What has no behaviour of its own still remembers, and still says no to what is plainly wrong."""

import json
from pathlib import Path

from operations.sandbox.objects import compile as compiler
from operations.sandbox.objects.make import fields_of
from operations.sandbox.seed import HIGHLIGHTS
from tests.operations.sandbox.conftest import Client


async def test_what_was_made_can_be_read_listed_changed_and_deleted(client: Client) -> None:
    """A webhook endpoint lives like any object."""
    made = (
        await client.call("POST /v1/webhook_endpoints", url="https://hooks.example/1", enabled_events=["charge.failed"])
    ).json()
    path = "/v1/webhook_endpoints/{webhook_endpoint}"
    changed = (await client.call(f"POST {path}", made["id"], description="Mine", metadata={"a": "b"})).json()
    read = (await client.call(f"GET {path}", made["id"])).json()
    listed = (await client.call("GET /v1/webhook_endpoints")).json()["data"]
    gone = (await client.call(f"DELETE {path}", made["id"])).json()
    after = await client.call(f"GET {path}", made["id"])
    assert (made["url"], made["enabled_events"]) == ("https://hooks.example/1", ["charge.failed"])
    assert (read["description"], read["metadata"], read) == ("Mine", {"a": "b"}, changed)
    assert [each["id"] for each in listed] == [made["id"]]
    assert (gone["deleted"], after.status_code) == (True, 404)


async def test_objects_have_all_the_fields_of_their_kind(client: Client) -> None:
    """An issuing card that nobody made has the right fields, and the id that was asked for."""
    card = (await client.call("GET /v1/issuing/cards/{card}", "ic_1Made4Test")).json()
    assert (card["id"], card["object"], card["livemode"]) == ("ic_1Made4Test", "issuing.card", False)
    assert card.keys() == fields_of("issuing.card").keys()
    assert (await client.call("GET /v1/issuing/cards/{card}", "ic_1Made4Test")).json() == card


async def test_id_of_another_kind_or_mode_names_nothing(client: Client) -> None:
    """A charge is no card; an id that says it is missing is missing."""
    path = "GET /v1/issuing/cards/{card}"
    assert (await client.call(path, HIGHLIGHTS["refundable_charge"])).status_code == 404
    assert (await client.call(path, "ich_1Other")).status_code == 404
    assert (await client.call(path, "ic_missing")).status_code == 404


async def test_verb_changes_the_status(client: Client) -> None:
    """Canceling a setup intent cancels it; so does canceling a top-up."""
    intent = (await client.call("POST /v1/setup_intents/{intent}/cancel", "seti_1Test")).json()
    topup = (await client.call("POST /v1/topups/{topup}/cancel", "tu_1Test")).json()
    assert (intent["status"], topup["status"]) == ("canceled", "canceled")


async def test_objects_within_others_name_their_owner(client: Client) -> None:
    """A person of an account says which; settings are one to an account."""
    person = (
        await client.call("POST /v1/accounts/{account}/persons", "acct_1SandboxHarborCafe", first_name="Ada")
    ).json()
    settings = (await client.call("POST /v1/tax/settings", defaults={"tax_code": "txcd_1"})).json()
    again = (await client.call("GET /v1/tax/settings")).json()
    assert (person["account"], person["first_name"]) == ("acct_1SandboxHarborCafe", "Ada")
    assert settings == again


async def test_refused_second_delete_of_v2(client: Client) -> None:
    """v2's deletion has its own mark, and the object is gone."""
    path = "/v2/core/event_destinations/{id}"
    first = await client.call(f"DELETE {path}", "ed_1Test")
    second = await client.call(f"GET {path}", "ed_1Test")
    assert (first.json()["deleted"], second.status_code) == (True, 404)


def test_committed_objects_are_what_the_source_gives() -> None:
    """``objects.json`` is generated from the locked SDK, and nobody edits it."""
    committed = Path(compiler.TARGET).read_text("utf-8")
    assert committed == compiler.render(compiler.compile_objects())
    assert len(json.loads(committed)) == 180
