"""The picker: `/stripe` alone opens it, and what is chosen becomes a form."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StoreError
from bot.forms import names
from bot.forms.picker import OWN, SEARCH, TOPIC
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes import slack_payloads
from tests.fakes.slack import Fault
from tests.world import SUPPORT, Person, World
from tests.world import world as make_world

CHARGE = HIGHLIGHTS["refundable_charge"]


@pytest.fixture
async def plain(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The world with a Slack that renders few elements."""
    async with make_world(tmp_path, sqlite_url, block_style="plain") as made:
        yield made


def values(options: list[dict[str, Any]]) -> list[str]:
    return [each["value"] for each in options]


def shown(person: Person, block_id: str) -> object:
    """What an input of the modal holds."""
    state = person.held(block_id)
    held = state.get("value") or state.get("selected_option")
    return held["value"] if isinstance(held, dict) else held


async def test_from_the_picker_to_the_answer(world: World) -> None:
    """Search, choose, fill in, look at it, run."""
    await world.alice.slash("")
    found = await world.alice.suggest(names.OPERATION, "retrieve charge")
    assert found[0]["value"] == "op:GET /v1/charges/{charge}"
    await world.alice.choose(names.OPERATION, found[0])
    world.alice.fill({"charge": CHARGE})
    await world.alice.submit()
    await world.alice.submit()
    assert not world.alice.in_modal
    assert f"charges retrieve {CHARGE}" in str(world.card.blocks)


@pytest.mark.parametrize("text", ["", "   ", "form"])
async def test_no_words_open_the_picker(world: World, text: str) -> None:
    """And say nothing in the channel."""
    await world.alice.slash(text)
    assert world.alice.modal["callback_id"] == names.PICKER_VIEW
    assert world.said() == []


async def test_next_does_what_choosing_does(world: World) -> None:
    """A client that tells nothing at once still has the button."""
    await world.alice.slash("")
    [chosen, *_] = await world.alice.suggest(names.OPERATION, "refunds create")
    world.alice.fill({names.OPERATION: chosen})
    await world.alice.submit()
    assert world.alice.modal["callback_id"] == names.FORM_VIEW


async def test_nothing_is_awaited_before_the_modal_is_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the database standing still it opens all the same; once the database is given up, that is said in it."""
    given_up = asyncio.Event()

    async def still(*_: object) -> object:
        await given_up.wait()
        raise StoreError("it stands still")

    monkeypatch.setattr(world.bot.store, "read", still)
    monkeypatch.setattr(world.bot.store, "transaction", still)
    for text in ("", "form refunds create"):
        trigger = world.slack.trigger(world.workspace, "U0ALICE")
        await world.sender.command(text, user="U0ALICE", channel=SUPPORT, trigger=trigger)
        await opened(world, trigger)
    given_up.set()
    while world.bot.supervisor.running:
        world.bot.outbox.wake()
        await asyncio.sleep(0.01)
    monkeypatch.undo()
    assert "can't be reached" in str(world.alice.modal["blocks"])


async def opened(world: World, trigger: str) -> None:
    """Wait until a modal was opened by this trigger."""
    while True:
        if trigger in {arguments["trigger_id"] for name, _, arguments in world.slack.calls if name == "views.open"}:
            return
        await asyncio.sleep(0.005)


@pytest.mark.both_databases
async def test_an_empty_search_offers_what_is_the_persons_own(world: World) -> None:
    """Unfinished forms, the latest runs, each operation once, saved commands, then what everybody does."""
    await world.alice.slash(f"charges retrieve {CHARGE}")
    await world.alice.slash("customers list --limit 1")
    await world.alice.slash("customers list --limit 2")
    await world.alice.slash("save mine customers create --name {name} --email jenny@example.com")
    await world.bob.slash("products list --limit 1")
    await world.alice.slash("form coupons create --percent-off 10")
    await world.alice.close()
    await world.alice.slash("")
    own = await world.alice.suggest(names.OPERATION, "")
    kinds = [each["value"].partition(":")[0] for each in own]
    assert kinds[:4] == ["draft", "run", "run", "saved"]
    assert set(kinds[4:]) == {"op"}
    assert "limit 2" in own[1]["description"]["text"]
    for each, field, filled in (
        (own[0], "percent_off", "10"),
        (own[1], "limit", "2"),
        (own[3], "email", "jenny@example.com"),
    ):
        await world.alice.slash("")
        await world.alice.choose(names.OPERATION, each)
        assert shown(world.alice, field) == filled


async def test_a_saved_shortcut_is_run_only_when_that_is_agreed_to(world: World) -> None:
    """It is no single operation that a form could show; its blanks are asked for as ever."""
    await world.alice.slash("save back refund {charge} {amount?}")
    await world.alice.slash("")
    [saved] = [each for each in await world.alice.suggest(names.OPERATION, "") if each["value"].startswith("saved:")]
    await world.alice.choose(names.OPERATION, saved)
    assert "refund {charge} {amount?}" in str(world.alice.modal["blocks"])
    await world.alice.submit()
    assert world.alice.modal["callback_id"] == "ask"


@pytest.mark.parametrize("text", ["", "form refunds create"])
async def test_who_may_not_act_is_told_so_in_the_modal(world: World, text: str) -> None:
    """It is open by then; nothing can be chosen in it."""
    await world.people["U0CARLA"].slash(text)
    modal = world.people["U0CARLA"].modal
    assert "guests can't" in str(modal["blocks"])
    assert modal["submit"] is None


async def test_strangers_and_guests_are_offered_nothing(world: World) -> None:
    """Whatever they type, into whatever is open."""
    await world.alice.slash("")
    view = world.alice.modal
    for user in ("U0CARLA", "U0DORA", "U0EVAN", "U0NOBODY"):
        for query in ("", "refund"):
            payload = slack_payloads.suggestion(view, names.OPERATION, names.PICK, query, {}, user=user)
            assert (await world.alice.deliver(payload)).json() == {"options": []}


@pytest.mark.parametrize("kind", ["draft", "saved", "run"])
async def test_what_is_anothers_answers_nothing(world: World, kind: str) -> None:
    """Ids are unguessable, and of no use to whoever has one all the same."""
    await world.bob.slash("customers list --limit 1")
    await world.bob.slash("save mine customers create --email jenny@example.com")
    await world.bob.slash("form coupons create --percent-off 10")
    await world.bob.close()
    await world.bob.slash("")
    own = await world.bob.suggest(names.OPERATION, "")
    [value] = [each["value"] for each in own if each["value"].startswith(f"{kind}:")]
    await world.alice.slash("")
    await world.alice.choose(names.OPERATION, {"text": {"type": "plain_text", "text": "x"}, "value": value})
    assert "not there any more" in str(world.alice.modal["blocks"])


async def test_another_persons_picker_is_of_no_use(world: World) -> None:
    """What travels in it is bound to who opened it."""
    await world.alice.slash("")
    state = {
        names.OPERATION: {names.PICK: {"type": "external_select", "selected_option": {"value": "op:GET /v1/balance"}}}
    }
    answer = (await world.bob.deliver(slack_payloads.submission(world.alice.modal, state, user="U0BOB"))).json()
    assert "Somebody else opened this" in str(answer["view"])


async def test_a_message_can_open_nothing_and_is_answered_with_help(world: World) -> None:
    """A mention has no trigger."""
    await world.alice.mention("")
    assert "How to use /stripe" in world.told[-1]
    await world.alice.mention("form refunds create")
    assert "Press this to open it" in world.told[-1]


async def test_help_is_still_help(world: World) -> None:
    """The overview has its own word."""
    await world.alice.slash("help")
    assert "How to use /stripe" in world.told[-1]
    assert not world.alice.in_modal


async def test_a_form_that_slack_did_not_open_is_told(world: World) -> None:
    """The trigger had ended."""
    world.slack.fail("views.open", Fault("code", "expired_trigger_id"))
    await world.alice.slash("")
    assert "did not open" in world.told[-1]


async def test_the_word_form_shows_what_was_typed_at_its_field(world: World) -> None:
    """What is wrong with it is told there, too."""
    await world.alice.slash(f"form refunds create --charge {CHARGE} --amount 12.50")
    assert shown(world.alice, "charge") == CHARGE
    assert shown(world.alice, "amount") == "12.50"
    await world.alice.close()
    await world.alice.slash("form refunds creat")
    assert "refunds create" in str(world.alice.modal["blocks"])


async def test_a_secret_in_a_text_opens_no_form(world: World) -> None:
    """It is refused before anything is read."""
    await world.alice.slash("form refunds create --charge " + "_".join(("sk", "live", "abcdefghijklmnop1234")))
    assert not world.alice.in_modal
    assert "secret key" in world.told[-1]


# --- the plain style -------------------------------------------------------------------------------------------------


async def test_plain_by_what_it_is_about(plain: World) -> None:
    """Two lists, and submissions alone go on."""
    await plain.alice.slash("")
    plain.alice.fill({TOPIC: "refunds"})
    await plain.alice.submit()
    plain.alice.fill({names.OPERATION: "op:POST /v1/refunds"})
    await plain.alice.submit()
    assert plain.alice.modal["callback_id"] == names.FORM_VIEW
    assert "refunds create" in str(plain.alice.modal["blocks"])


async def test_plain_by_a_search_and_by_a_text_in_full(plain: World) -> None:
    """Words find a list; a command with something behind it is its form at once."""
    await plain.alice.slash("")
    plain.alice.fill({SEARCH: "money back"})
    await plain.alice.submit()
    offered = plain.alice.modal["blocks"][0]["element"]["options"]
    assert "op:POST /v1/refunds" in values(offered)
    await plain.alice.close()
    await plain.alice.slash("")
    plain.alice.fill({SEARCH: f"refunds create --charge {CHARGE}"})
    await plain.alice.submit()
    assert shown(plain.alice, "charge") == CHARGE


async def test_plain_with_nothing_or_nonsense_says_what_would_do(plain: World) -> None:
    """At the field."""
    await plain.alice.slash("")
    assert SEARCH in (await plain.alice.submit())["errors"]
    plain.alice.fill({SEARCH: "qqqqqqqqqqqqxx"})
    assert "Nothing is called like that" in (await plain.alice.submit())["errors"][SEARCH]


async def test_plain_adds_what_is_the_persons_own_once_it_is_known(plain: World) -> None:
    """The modal is open before the database is asked."""
    await plain.alice.slash("customers list --limit 7")
    await plain.alice.slash("")
    [block] = [each for each in plain.alice.modal["blocks"] if each["block_id"] == OWN]
    plain.alice.fill({OWN: block["element"]["options"][0]["value"]})
    await plain.alice.submit()
    assert shown(plain.alice, "limit") == "7"
