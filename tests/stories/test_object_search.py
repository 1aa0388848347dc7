"""Fields that take an id find the object at Stripe while somebody types, by recorded runs that nobody is told of."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import StoreError
from bot.forms import names
from bot.forms.objects import SUGGEST_RULE
from bot.store.engine import Transaction
from bot.store.tables import runs
from operations.sandbox.keys import ACCOUNT, REFUNDS_ONLY_TEST_KEY, TEST_KEY
from operations.secrets import SecretKey
from tests.block_rules import suggestion_problems
from tests.fakes import slack_payloads
from tests.world import Person, World

FIELD = "customer"


def suggestion(person: Person, query: str, view: dict[str, Any] | None = None, **who: Any) -> dict[str, Any]:
    """The payload of typing into the field for the customer."""
    view = view or person.modal
    [action_id] = view["state"]["values"][FIELD]
    state = view["state"]["values"]
    return slack_payloads.suggestion(view, FIELD, action_id, query, state, **{"user": person.user_id, **who})


async def typed(person: Person, query: str, view: dict[str, Any] | None = None, **who: Any) -> list[dict[str, Any]]:
    """The groups of options that typing is answered with, without waiting for what goes on."""
    answer = (await person.deliver(suggestion(person, query, view, **who))).json()
    assert suggestion_problems(answer) == []
    groups: list[dict[str, Any]] = answer.get("option_groups", [])
    return groups


def texts(groups: list[dict[str, Any]]) -> list[str]:
    return [option["text"]["text"] for group in groups for option in group["options"]]


async def searches(world: World) -> list[Any]:
    """The rows of the runs of live searches."""

    def work(tx: Transaction) -> list[Any]:
        found = select(runs).where(runs.c.team_id == world.bot.team_id, runs.c.rule == SUGGEST_RULE)
        return list(tx.connection.execute(found.order_by(runs.c.created_at)).all())

    return await world.bot.store.read(work)


@pytest.fixture
async def form(world: World) -> Person:
    """Alice, with a form open whose first field takes a customer."""
    await world.alice.slash("form customers update")
    return world.alice


async def test_a_customer_is_found_by_name_and_filled_in(world: World, form: Person) -> None:
    """The name is what is shown, the id what is sent; nobody else is told of the search."""
    said = len(world.workspace.messages)
    found = await form.suggest(FIELD, "jenny")
    assert "Jenny" in found[0]["text"]["text"]
    assert found[0]["value"].startswith("cus_")
    assert found[0]["description"]["text"] == found[0]["value"]
    form.fill({FIELD: found[0]})
    assert len(world.workspace.messages) == said
    assert world.workspace.ephemerals == []


async def test_each_search_is_a_recorded_run(world: World, form: Person) -> None:
    """No request leaves for Stripe in another way."""
    world.stripe.journal.clear()
    await form.suggest(FIELD, "")
    await form.suggest(FIELD, "jenny")
    recorded = await searches(world)
    assert [row.state for row in recorded] == ["succeeded", "succeeded"]
    assert {row.actor_id for row in recorded} == {"U0ALICE"}
    assert [each.path for each in world.stripe.journal.requests] == ["/v1/customers", "/v1/customers/search"]


async def test_what_was_found_is_remembered_for_a_minute(world: World, form: Person) -> None:
    """For whoever of the workspace types the same, in the same mode of the same account."""
    await form.suggest(FIELD, "jenny")
    await form.suggest(FIELD, "Jenny ")
    await world.bob.slash("form customers update")
    assert await world.bob.suggest(FIELD, "jenny")
    assert len(await searches(world)) == 1


@pytest.mark.both_databases
async def test_equal_searches_at_once_share_one_request(world: World, form: Person) -> None:
    """However many people type it."""
    await world.bob.slash("form customers update")
    answers = await asyncio.gather(typed(form, "jenny"), typed(world.bob, "jenny"), typed(form, " jenny"))
    assert all(texts(each) for each in answers)
    assert len(await searches(world)) == 1


async def test_a_newer_search_takes_the_place_of_one_that_waits(world: World, form: Person) -> None:
    """One request of a person is on its way at a time; of what was typed meanwhile only the last goes out."""
    world.stripe.faults.add("customers/search", "delay", times=1, seconds=0.3)
    asked = [asyncio.create_task(typed(form, query)) for query in ("jen", "jenn", "jenny")]
    await asyncio.gather(*asked)
    await world.settle()
    assert len(await searches(world)) == 2


async def test_a_slow_stripe_is_answered_for_from_memory(
    world: World, form: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what a shorter search found, and by what was typed; the search goes on for whoever asks next."""
    await form.suggest(FIELD, "jenny")
    monkeypatch.setattr(world.bot.suggesting, "_answer_seconds", 0.1)
    world.stripe.faults.add("customers/search", "delay", times=1, seconds=0.5)
    late = await typed(form, "jenny r")
    assert texts(late)
    assert all("Jenny R" in each for each in texts(late))
    await world.settle()
    monkeypatch.undo()
    assert await typed(form, "jenny  r")
    assert [row.state for row in await searches(world)] == ["succeeded", "succeeded"]


async def test_an_id_can_be_typed_without_stripe(world: World, form: Person) -> None:
    """It is offered as it was typed, whatever Stripe says."""
    world.stripe.faults.add(".", "500_before", times=None)
    options = await form.suggest(FIELD, "cus_Q001Reader9")
    assert options[-1]["value"] == "cus_Q001Reader9"
    assert "as typed" in options[-1]["text"]["text"]


async def test_a_secret_is_searched_nowhere(world: World, form: Person) -> None:
    """Nor offered."""
    assert await form.suggest(FIELD, TEST_KEY) == []
    assert await searches(world) == []


async def test_live_and_test_are_told_apart(world: World, form: Person) -> None:
    """The account that is chosen in the form decides, by its mode."""
    assert "Test" in (await typed(form, "jenny"))[0]["label"]["text"]
    await form.choose(names.ACCOUNT, "default|live")
    label = (await typed(form, ""))[0]["label"]["text"]
    assert "LIVE" in label
    assert len({row.call_id for row in await searches(world)}) == 2


@pytest.mark.both_databases
async def test_another_persons_form_finds_nothing(world: World, form: Person) -> None:
    """Nor one of another workspace; the form of a guest is none."""
    view = form.modal
    assert texts(await typed(world.bob, "jenny", view)) == []
    assert texts(await typed(world.people["U0CARLA"], "jenny", view)) == []
    assert await searches(world) == []


async def test_it_finds_values_fields_and_currencies_too(world: World) -> None:
    """From memory, for the same form."""
    await world.alice.slash("form prices create")
    found = await world.alice.suggest("currency", "swiss")
    assert found[0]["value"] == "chf"
    [add] = [each for each in world.alice.modal["state"]["values"] if each.startswith(names.ADD)]
    added = await world.alice.suggest(add, "lookup key")
    assert "Lookup key" in added[0]["text"]["text"]
    await world.alice.choose(add, added[0])
    assert "lookup_key" in world.alice.modal["state"]["values"]


async def test_a_database_that_stands_still_leaves_what_is_in_memory(
    world: World, form: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The id as it was typed; of operations, those that everybody uses."""
    over = asyncio.Event()

    async def still(*_: object) -> object:
        await over.wait()
        raise StoreError("it stood still")

    monkeypatch.setattr(world.bot.store, "read", still)
    monkeypatch.setattr(world.bot.suggesting, "_answer_seconds", 0.05)
    monkeypatch.setattr(world.bot.suggesting, "_own_seconds", 0.05)
    assert [each["value"] for each in (await typed(form, "cus_Q001Reader9"))[0]["options"]] == ["cus_Q001Reader9"]
    picked = slack_payloads.suggestion(form.modal, names.OPERATION, names.PICK, "", {}, user="U0ALICE")
    everyday = (await form.deliver(picked)).json()["option_groups"]
    assert [each["label"]["text"] for each in everyday] == ["Everyday"]
    monkeypatch.undo()
    over.set()  # for whatever else has asked meanwhile: the bot would wait for it when it stops


async def test_a_refused_search_is_not_repeated_with_each_letter(world: World) -> None:
    """A key that lacks the permission is told so once a minute."""

    def add(tx: Transaction) -> None:
        key = SecretKey.parse(REFUNDS_ONLY_TEST_KEY)
        added = world.bot.keys.add(tx, team_id=world.bot.team_id, alias="refunds", key=key, created_by="U0ALICE")
        world.bot.keys.activate(tx, added, stripe_account_id=ACCOUNT, name="Lanternfish", livemode=False)

    await world.bot.store.transaction(add)
    await world.alice.slash("form customers update --on refunds")
    for query in ("", "j", "je", "e"):
        assert await world.alice.suggest(FIELD, query) == []
    assert [row.state for row in await searches(world)] == ["failed"]
