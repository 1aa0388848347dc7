"""Forms while several things happen at once: steps beside each other, a database that stands still, a restart."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StoreError
from bot.keys.ring import new_line
from bot.store.engine import Transaction
from tests.fakes import slack_payloads
from tests.world import World
from tests.world import world as make_world

pytestmark = pytest.mark.both_databases


def shown(world: World) -> list[str]:
    """The fields of Alice's form, by their block ids."""
    return [block["block_id"] for block in world.alice.modal["blocks"] if block["type"] == "input"]


def add(world: World) -> str:
    """The block that a field is added with."""
    return next(each for each in shown(world) if each.startswith("!add"))


async def offered(world: World, typed: str) -> str:
    """The field that a search finds first."""
    return str((await world.alice.suggest(add(world), typed))[0]["value"])


def submission(world: World) -> dict[str, Any]:
    """The submission of Alice's modal as it stands, for delivering it in a way of one's own."""
    return slack_payloads.submission(world.alice.modal, world.alice.modal["state"]["values"], user="U0ALICE")


async def test_two_steps_at_once_are_both_taken(world: World) -> None:
    """Whichever comes first, the form that is shown last has both, and what was typed."""
    await world.alice.slash("customers create")
    world.alice.fill({"name": "Jenny"})
    city, country = await offered(world, "city"), await offered(world, "country")
    await asyncio.gather(world.alice.choose(add(world), city), world.alice.choose(add(world), country))
    assert {"address[city]", "address[country]"} <= set(shown(world))
    assert world.alice.held("name")["value"] == "Jenny"


async def test_a_submission_beside_a_step_loses_neither(world: World) -> None:
    """The form has the field, and the preview what was typed."""
    await world.alice.slash("customers create")
    world.alice.fill({"name": "Jenny"})
    form = world.alice.modal["private_metadata"]
    city = await offered(world, "city")
    payload = submission(world)
    _, answer = await asyncio.gather(world.alice.choose(add(world), city), world.alice.deliver(payload))
    assert answer.json()["response_action"] == "push"
    assert "name = Jenny" in str(answer.json()["view"])

    def load(tx: Transaction) -> object:
        return world.bot.drafts.load(tx, world.bot.team_id, form)

    draft: Any = await world.bot.store.read(load)
    assert "address[city]" in draft.shown
    assert draft.answers["name"] == "Jenny"


async def test_of_two_submissions_of_one_preview_one_runs(world: World) -> None:
    """A double click, or Slack delivering it twice."""
    await world.alice.slash("customers create")
    world.alice.fill({"name": "Jenny"})
    await world.alice.submit()
    payload = submission(world)
    await asyncio.gather(*(world.alice.deliver(payload) for _ in range(3)))
    await world.settle()
    assert world.effects("POST /v1/customers") == 1


async def test_of_two_previews_of_one_form_one_runs(world: World) -> None:
    """Somebody went back while the first was on its way, and pressed Preview and Run again."""
    await world.alice.slash("customers create")
    world.alice.fill({"name": "Jenny"})
    await world.alice.submit()
    first = submission(world)
    second = {**first, "view": {**first["view"], "id": "V0SECOND", "hash": "1767225600.second"}}
    await asyncio.gather(world.alice.deliver(first), world.alice.deliver(second))
    await world.settle()
    assert world.effects("POST /v1/customers") == 1


async def test_a_step_that_the_database_does_not_take_leaves_the_form_as_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another view in its place would take the typing away."""
    await world.alice.slash("customers create")
    world.alice.fill({"name": "Jenny"})
    city = await offered(world, "city")

    async def gone(_: object) -> object:
        raise StoreError("it is away")

    monkeypatch.setattr(world.bot.store, "transaction", gone)
    await world.alice.choose(add(world), city)
    monkeypatch.undo()
    assert world.alice.held("name")["value"] == "Jenny"
    await world.alice.choose(add(world), city)
    assert "address[city]" in shown(world)


async def test_a_secret_is_in_no_draft(world: World) -> None:
    """Neither after a step, nor after a submission, nor after the form was closed."""
    key = "_".join(("sk", "test", "a1B2" * 8))
    await world.alice.slash("customers create")
    form = world.alice.modal["private_metadata"]
    world.alice.fill({"name": "Jenny", "description": key})
    await world.alice.choose(add(world), await offered(world, "city"))
    assert key not in str(world.alice.modal["blocks"])
    await world.alice.submit()
    await world.alice.close()

    def load(tx: Transaction) -> object:
        return world.bot.drafts.load(tx, world.bot.team_id, form)

    draft: Any = await world.bot.store.read(load)
    assert draft.answers == {"name": "Jenny"}


async def test_a_submission_that_slack_waits_for_no_longer_keeps_the_typing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database stands still: what was typed stays in the modal under a sentence that says so, and is kept."""
    await world.alice.slash("customers create")
    world.alice.fill({"name": "Jenny"})
    goes_on = asyncio.Event()
    transaction = world.bot.store.transaction

    async def still(work: Callable[[Transaction], object]) -> object:
        await goes_on.wait()
        return await transaction(work)

    monkeypatch.setattr(world.bot.store, "transaction", still)
    monkeypatch.setattr(world.bot.intake, "_answer_seconds", 0.05)
    answer = (await world.alice.deliver(submission(world))).json()
    assert answer["response_action"] == "errors"
    assert "longer than Slack waits" in str(answer["errors"])
    assert world.alice.held("name")["value"] == "Jenny"
    goes_on.set()
    monkeypatch.undo()
    await world.settle()
    assert (await world.alice.submit())["response_action"] == "push"
    await world.alice.submit()
    assert world.effects("POST /v1/customers") == 1


@pytest.mark.parametrize("rotated", [False, True])
async def test_a_form_survives_a_restart_between_opening_and_submitting(
    database_url: str, tmp_path: Path, rotated: bool
) -> None:
    """Nothing of it was in the process; a new master key in between changes nothing."""
    async with make_world(tmp_path, database_url) as before:
        await before.alice.slash("customers create")
        before.alice.fill({"name": "Jenny", "email": "jenny@example.com"})
        opened = before.alice.modal
    if rotated:
        keys = tmp_path / "master.keys"
        keys.write_text(f"{new_line()}\n{keys.read_text()}")
    async with make_world(tmp_path, database_url, connected=False) as after:
        payload = slack_payloads.submission(opened, opened["state"]["values"], user="U0ALICE")
        answer = (await after.alice.deliver(payload)).json()
        assert answer["response_action"] == "push"
        assert "name = Jenny" in str(answer["view"])
        preview = {**opened, **answer["view"], "id": "V0PREVIEW", "hash": "1767225600.preview"}
        agreed = await after.alice.deliver(slack_payloads.submission(preview, {}, user="U0ALICE"))
        assert agreed.json() == {"response_action": "clear"}
        await after.settle()
        assert after.effects("POST /v1/customers") == 1


async def test_a_preview_survives_a_restart(database_url: str, tmp_path: Path) -> None:
    """And is still run once."""
    async with make_world(tmp_path, database_url) as before:
        await before.alice.slash("customers create")
        before.alice.fill({"name": "Jenny"})
        await before.alice.submit()
        preview = before.alice.modal
    async with make_world(tmp_path, database_url, connected=False) as after:
        for _ in range(2):
            await after.alice.deliver(slack_payloads.submission(preview, {}, user="U0ALICE"))
            await after.settle()
        assert after.effects("POST /v1/customers") == 1
