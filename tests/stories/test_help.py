"""Help, search, and refusals that offer the nearest right thing."""

from collections.abc import Iterator
from typing import Any

import pytest

from operations.sandbox.keys import TEST_KEY
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes import slack_payloads
from tests.fakes.slack import Fault
from tests.world import SUPPORT, Person, World

CHARGE = HIGHLIGHTS["refundable_charge"]


def buttons(world: World) -> dict[str, dict[str, Any]]:
    """The buttons of what was told last, by their labels."""

    def within(part: Any) -> Iterator[dict[str, Any]]:
        if isinstance(part, dict):
            if part.get("type") == "button":
                yield part
            part = list(part.values())
        if isinstance(part, list):
            for each in part:
                yield from within(each)

    told = [*world.workspace.ephemerals, *world.slack.responses][-1]
    return {each["text"]["text"]: each for each in within(told["blocks"])}


async def press(world: World, person: Person, label: str) -> None:
    button = buttons(world)[label]
    payload = slack_payloads.click(
        button["action_id"],
        button["value"],
        user=person.user_id,
        user_team="T0CASA",
        channel=SUPPORT,
        response_url=world.slack.response_url(),
    )
    payload["trigger_id"] = world.slack.trigger(world.workspace)
    await person.deliver(payload)
    await world.settle()


def questions(world: World) -> list[str]:
    """The labels of the form that is open."""
    view = list(world.workspace.views.values())[-1]
    return [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]


async def test_a_typo_is_one_press_away_from_what_was_meant(world: World) -> None:
    """The corrected text runs as if it had been typed."""
    await world.alice.slash("custmers list --limit 2")
    await press(world, world.alice, "customers list")
    assert "customers list --limit 2" in str(world.card.blocks)
    assert "2 customers" in str(world.workspace.thread(world.card.ts)[0].blocks)


@pytest.mark.both_databases
async def test_a_refund_without_a_word_on_what_becomes_a_form_and_an_approval(world: World) -> None:
    """Stripe calls nothing required there, yet nobody means an empty refund."""
    await world.alice.slash("refunds create")
    assert world.said() == []
    world.alice.fill({"charge": CHARGE, "amount": "1.00", "amount!currency": "usd"})
    await world.alice.submit()
    await world.alice.submit()
    assert world.card.button("approve")
    assert world.effects("POST /v1/refunds") == 0


async def test_a_missing_id_is_asked_for_with_the_rest_filled_in(world: World) -> None:
    """The form says what is given already, and on which mode."""
    await world.alice.slash("customers update --name 'Jenny R.'")
    assert "test" in str(world.alice.modal["blocks"][0])
    assert world.alice.held("name")["value"] == "Jenny R."
    world.alice.fill({"customer": HIGHLIGHTS["customer"]})
    await world.alice.submit()
    await world.alice.submit()
    assert world.effects("POST /v1/customers/{customer}") == 1


async def test_where_no_form_can_open_a_button_opens_it(world: World) -> None:
    """The press brings the trigger that was lacking."""
    world.slack.fail("views.open", Fault("code", "expired_trigger_id"))
    await world.alice.slash("payouts create --amount 100")
    await press(world, world.alice, "Fill in the rest…")
    world.alice.fill({"currency": "usd"})
    await world.alice.submit()
    await world.alice.submit()
    assert world.effects("POST /v1/payouts") == 1


async def test_a_missing_id_without_a_form_is_offered_as_a_button(world: World) -> None:
    """So is what has nothing given."""
    for text in ("customers retrieve", "refunds create"):
        world.slack.fail("views.open", Fault("code", "expired_trigger_id"))
        await world.alice.slash(text)
        assert "Fill in the rest…" in buttons(world)


async def test_search_finds_disputes_for_a_charge_back(world: World) -> None:
    """Each operation has a button that runs it where it needs nothing and only reads."""
    await world.alice.slash("search charge back")
    assert "charge" in world.told[-1]
    assert len(buttons(world)) > 3
    await world.alice.slash("search balance")
    await world.alice.slash("search zzzzqqqq")
    assert "No operation fits" in world.told[-1]


async def test_search_without_words_asks_for_them(world: World) -> None:
    """The answer is searched for, not run."""
    await world.alice.slash("search")
    assert questions(world) == ["Search for"]
    assert await world.alice.submit({"missing-0": "list customers"}) == {}
    assert world.said() == []
    assert "list customers" in world.told[0]


async def test_help_leads_from_the_overview_to_a_form(world: World) -> None:
    """Overview, resource, operation: each is a press away."""
    await world.alice.slash("help")
    await press(world, world.alice, "Customers")
    assert "customers" in world.told[-1]
    await world.alice.slash("help customers create")
    await press(world, world.alice, "Open the form…")
    assert questions(world)[:3] == ["Account", "Name", "Email"]
    world.alice.fill({"name": "Jenny"})
    await world.alice.submit()
    await world.alice.submit()
    assert world.effects("POST /v1/customers") == 1


async def test_help_on_what_is_not_there_offers_what_is(world: World) -> None:
    """The nearest name is a button."""
    await world.alice.slash("help custmers")
    await press(world, world.alice, "customers")
    assert "What there is for customers" in world.told[-1]


async def test_a_right_command_with_a_wrong_value_leads_to_its_help(world: World) -> None:
    """Where nothing can be put right, help is."""
    await world.alice.slash("customers list --limit many")
    assert list(buttons(world)) == ["Help for customers list"]
    await world.alice.slash("customers")
    assert "customers list" in buttons(world)
    assert "Help for customers" in buttons(world)


async def test_a_refused_secret_has_no_buttons(world: World) -> None:
    """Nothing of it is said again, not even within a button."""
    for text in (f"custmers list --email {TEST_KEY}", f"help {TEST_KEY}", f"search {TEST_KEY}"):
        await world.alice.slash(text)
        assert buttons(world) == {}
        assert TEST_KEY not in str(world.slack.responses)
