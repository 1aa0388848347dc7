"""Saved commands, from saving one to the refund that it asked for."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.cards import APPROVE, EDIT_SCOPE, EDIT_TEXT, RUN
from bot.saved import shelf
from bot.store.tables import metadata, saved_commands
from operations.sandbox.keys import LIVE_KEY
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes import slack_payloads
from tests.fakes.slack import Fault
from tests.world import SUPPORT, TEAM, Person, World

CHARGE = HIGHLIGHTS["refundable_charge"]
REFUND = "POST /v1/refunds"
GOODWILL = "refunds create --charge {charge} --amount {amount}"


async def typed(person: Person, text: str) -> str:
    """Type a command; what the person alone was told of it, blocks included."""
    world = person.world
    before = len(world.slack.responses), len(world.workspace.ephemerals)
    await person.slash(text)
    return str(world.slack.responses[before[0] :] + world.workspace.ephemerals[before[1] :])


async def pressed(person: Person, text: str) -> str:
    """Press the button that stands for a text; what the person alone was told of it."""
    world = person.world
    before = len(world.slack.responses), len(world.workspace.ephemerals)
    payload = slack_payloads.click(
        f"{RUN}:0", text, user=person.user_id, user_team=TEAM, channel=SUPPORT,
        response_url=world.slack.response_url(),
    )  # fmt: skip
    await person.deliver(payload | {"trigger_id": world.slack.trigger(world.workspace)})
    await world.settle()
    return str(world.slack.responses[before[0] :] + world.workspace.ephemerals[before[1] :])


async def submitted(person: Person, values: dict[str, str], view: dict[str, Any] | None = None) -> dict[str, Any]:
    """Submit the edit modal with these values; nothing is submitted for the others, as by the local Slack."""
    world = person.world
    shown = view or list(world.workspace.views.values())[-1]
    state: dict[str, dict[str, Any]] = {
        EDIT_TEXT: {"value": {"type": "plain_text_input", "value": values.get(EDIT_TEXT)}},
        EDIT_SCOPE: {"value": {"type": "static_select", "selected_option": None}},
    }
    if EDIT_SCOPE in values:
        chosen = {"text": {"type": "plain_text", "text": "x"}, "value": values[EDIT_SCOPE]}
        state[EDIT_SCOPE]["value"]["selected_option"] = chosen
    answer = await person.deliver(slack_payloads.submission(shown, state, user=person.user_id))
    await world.settle()
    body: dict[str, Any] = answer.json() if answer.text else {}
    return body


def leaks(folder: Path, text: str) -> list[str]:
    """The files that hold a text in clear."""
    return [file.name for file in folder.iterdir() if text.encode() in file.read_bytes()]


async def kept(world: World) -> int:
    """How many saved commands there are at all."""
    return await world.bot.store.read(
        lambda tx: tx.connection.execute(
            select(func.count()).select_from(saved_commands).where(saved_commands.c.team_id == TEAM)
        ).scalar_one()
    )


@pytest.mark.both_databases
async def test_saved_listed_run_by_its_form_and_approved(world: World) -> None:
    """What is saved is asked for and waits for a second person as if it had been typed."""
    assert "Saved" in await typed(world.alice, f"save goodwill {GOODWILL}")
    listed = await typed(world.alice, "saved")
    assert GOODWILL in listed
    assert "gives money back" in listed
    await world.alice.slash("goodwill")
    assert await world.alice.submit({"missing-0": CHARGE, "missing-1": "500"}) == {}
    assert world.effects(REFUND) == 0
    await world.bob.click(world.card, APPROVE)
    assert world.effects(REFUND) == 1


@pytest.mark.parametrize(
    "text", ["goodwill {} 500", "Goodwill charge={} amount=500", "run goodwill --amount 500 --charge {}"]
)
async def test_values_behind_the_name_fill_the_blanks(world: World, text: str) -> None:
    """With all of them there is nothing to ask; the policy still holds."""
    await world.alice.slash(f"save goodwill {GOODWILL}")
    await world.alice.slash(text.format(CHARGE))
    assert world.workspace.views == {}
    assert f"refunds create --amount 500 --charge {CHARGE}" in str(world.card.blocks)
    await world.alice.click(world.card, APPROVE)
    assert world.effects(REFUND) == 0


async def test_without_blanks_it_runs_at_once_and_options_are_added(world: World) -> None:
    """As typed, the added option included."""
    await world.alice.slash("save newest customers list --limit 1")
    await world.alice.slash("newest --live")
    assert "customers list --limit 1 --live" in str(world.card.blocks)
    assert "LIVE" in world.card.text


async def test_what_is_wrong_with_the_rest_is_told_before_a_form_opens(world: World) -> None:
    """Nobody fills in a form in vain."""
    await world.alice.slash(f"save goodwill {GOODWILL}")
    assert "metadat" in await typed(world.alice, "goodwill metadat[a]=b")
    assert "This looks like" in await typed(world.alice, "goodwill charge=sk_live_abcdefghijkl")
    assert world.workspace.views == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("save", "name"),
        ("save goodwill", "Type a command"),
        ("save refund refunds create --charge {charge}", "my-refund"),
        ("save Über customers list", "letter"),
        ("save vip customers lst", "customers list"),
        ("save vip customers list --limt {n}", "limit"),
        ("save vip customers list --limit many", "whole number"),
        ("save --shared vip customers list", "--workspace"),
        ("save vip goodwill", "no Stripe command"),
        ("run nothing", "no saved command nothing"),
        ("edit nothing", "no saved command nothing"),
        ("unsave nothing", "no saved command nothing"),
        ("saved please", "number of a page"),
    ],
)
async def test_what_can_not_be_done_is_said_and_nothing_is_kept(world: World, text: str, says: str) -> None:
    """A refusal names what is wrong, to the asker alone."""
    assert says in await typed(world.alice, text)
    assert await kept(world) == 0
    assert world.said() == []


@pytest.mark.parametrize("secret", [LIVE_KEY, "4242" * 4])
@pytest.mark.parametrize("text", ["save vip customers create --name {}", "save {} customers list", "save vip {}"])
async def test_a_secret_is_refused_and_never_stored(
    world: World, tmp_path: Path, database_url: str, secret: str, text: str
) -> None:
    """Not in a row, not in a file, not in an answer."""
    answer = await typed(world.alice, text.format(secret))
    assert "This looks like" in answer
    assert secret not in answer

    def rows(tx: Any) -> str:
        return str([tx.connection.execute(select(table)).all() for table in metadata.sorted_tables])

    assert secret not in await world.bot.store.read(rows)
    assert leaks(tmp_path, secret) == []
    assert await kept(world) == 0


@pytest.mark.both_databases
async def test_the_text_is_sealed(world: World, tmp_path: Path) -> None:
    """A copy of the database tells no more than the name and the operation."""
    await world.alice.slash("save vip customers list --email jenny@example.com")
    assert leaks(tmp_path, "jenny@example.com") == []


async def test_saving_over_a_name_asks_first(world: World) -> None:
    """The button stands for the same with --replace, blanks and all."""
    await world.alice.slash("save goodwill customers list")
    answer = await typed(world.alice, f"save goodwill {GOODWILL}")
    assert f"save --replace goodwill {GOODWILL}" in answer
    assert "customers list" in await typed(world.alice, "saved")
    assert "Changed" in await pressed(world.alice, f"save --replace goodwill {GOODWILL}")
    assert world.workspace.views == {}
    assert GOODWILL in await typed(world.alice, "saved")
    assert await kept(world) == 1


@pytest.mark.both_databases
async def test_a_delivery_that_comes_again_saves_once(world: World) -> None:
    """Slack's trigger names the delivery, and a repeated removal doesn't take what was saved since."""
    for _ in range(2):
        await world.alice.slash("save vip customers list", trigger="one.trigger")
    assert len(world.workspace.ephemerals) == 1
    await world.alice.slash("unsave vip", trigger="two.trigger")
    await world.alice.slash("save vip products list")
    await world.alice.slash("unsave vip", trigger="two.trigger")
    assert await kept(world) == 1


async def test_ones_own_is_nobody_elses(world: World) -> None:
    """Another person neither runs, sees, edits nor removes it, and may use the name."""
    await world.alice.slash("save vip customers list --limit 1")
    for text in ("vip", "run vip", "edit vip", "unsave vip"):
        answer = await typed(world.bob, text)
        assert "There is no" in answer
        assert "customers list" not in answer
    assert "vip" not in await typed(world.bob, "saved")
    await world.bob.slash("save vip products list --limit 1")
    await world.bob.slash("vip")
    assert "products list" in str(world.card.blocks)
    await world.alice.slash("vip")
    assert "customers list" in str(world.card.blocks)


async def test_the_workspaces_is_run_by_everybody_and_changed_by_few(world: World) -> None:
    """By who made it and by an admin; others are told who can."""
    world.workspace.add_user("U0FRED")
    world.workspace.channels[SUPPORT].members.add("U0FRED")
    fred = Person(world, "U0FRED")
    await world.bob.slash("save --workspace newest customers list --limit 1")
    await fred.slash("newest")
    assert "<@U0FRED>" in str(world.card.blocks)
    for text in (
        "edit newest",
        "unsave --workspace newest",
        "save --replace --workspace newest products list",
        "save --workspace newest products list",
    ):
        answer = await typed(fred, text)
        assert "<@U0BOB>" in answer
        assert "<@U0ALICE>" in answer
    assert world.workspace.views == {}
    assert "unsave --workspace newest" in await typed(world.bob, "unsave newest")
    assert "Removed" in await typed(world.alice, "unsave --workspace newest")
    assert await kept(world) == 0


async def test_removing_twice_takes_no_other(world: World) -> None:
    """A second click on one's own doesn't reach the workspace's of the same name."""
    await world.alice.slash("save --workspace vip customers list")
    await world.alice.slash("save vip products list")
    assert "Removed" in await pressed(world.alice, "unsave vip")
    assert "everyone" in await pressed(world.alice, "unsave vip")
    assert await kept(world) == 1


async def test_what_was_removed_can_be_saved_again(world: World) -> None:
    """The answer holds the way back."""
    await world.alice.slash(f"save goodwill {GOODWILL}")
    assert f"save goodwill {GOODWILL}" in await typed(world.alice, "unsave goodwill")
    assert "Saved" in await pressed(world.alice, f"save goodwill {GOODWILL}")


async def test_an_edit_changes_text_and_scope(world: World) -> None:
    """What nobody touched stays as it was, also where Slack submits nothing for it."""
    await world.alice.slash("save newest customers list --limit 1")
    await world.alice.slash("edit newest")
    assert "customers list --limit 1" in str(list(world.workspace.views.values())[-1])
    assert await submitted(world.alice, {EDIT_TEXT: "customers list --limit 2"}) == {}
    await pressed(world.alice, "edit newest")
    assert await submitted(world.alice, {EDIT_SCOPE: "workspace"}) == {}
    await world.bob.slash("newest")
    assert "customers list --limit 2" in str(world.card.blocks)
    await world.alice.slash("edit newest")
    await submitted(world.alice, {EDIT_SCOPE: "mine"})
    assert "There is no Stripe command" in await typed(world.bob, "newest")


async def test_a_wrong_edit_is_told_at_its_field(world: World) -> None:
    """The form stays open, and nothing was changed."""
    await world.alice.slash("save newest customers list --limit 1")
    await world.alice.slash("edit newest")
    for text in ("customers lst", "customers create --name sk_live_abcdefghijkl", "customers list --limt {n}"):
        answer = await submitted(world.alice, {EDIT_TEXT: text})
        assert answer["response_action"] == "errors"
        assert list(answer["errors"]) == [EDIT_TEXT]
        assert "sk_live" not in str(answer)
    assert "customers list --limit 1" in await typed(world.alice, "saved")


@pytest.mark.both_databases
async def test_of_two_edits_the_second_is_told_and_not_lost(world: World) -> None:
    """Who comes later has seen another text than what stands there now."""
    await world.bob.slash("save --workspace newest customers list --limit 1")
    await world.alice.slash("edit newest")
    first = list(world.workspace.views.values())[-1]
    await world.bob.slash("edit newest")
    await submitted(world.bob, {EDIT_TEXT: "customers list --limit 2"})
    await submitted(world.alice, {EDIT_TEXT: "customers list --limit 3"}, first)
    answer = str(world.workspace.ephemerals[-1])
    assert "in the meantime" in answer
    assert "save --replace --workspace newest customers list --limit 3" in answer
    assert "--limit 2" in await typed(world.alice, "saved")


async def test_an_edit_of_what_was_removed_is_not_lost(world: World) -> None:
    """Nothing is brought back by accident; the text is there to be saved again."""
    await world.alice.slash("save newest customers list --limit 1")
    await world.alice.slash("edit newest")
    await world.alice.slash("unsave newest")
    await submitted(world.alice, {EDIT_TEXT: "customers list --limit 3"})
    assert "save --replace newest customers list --limit 3" in str(world.workspace.ephemerals[-1])
    assert await kept(world) == 0


async def test_a_form_is_its_openers_alone(world: World) -> None:
    """Somebody else who submits it changes nothing."""
    await world.alice.slash("save newest customers list --limit 1")
    await world.alice.slash("edit newest")
    answer = await submitted(world.bob, {EDIT_TEXT: "customers list --limit 3"})
    assert answer["response_action"] == "errors"


async def test_a_form_that_slack_does_not_open_is_said_in_words(world: World) -> None:
    """Nobody is left without an answer."""
    await world.alice.slash("save newest customers list")
    world.slack.fail("views.open", Fault("code", "expired_trigger_id"))
    assert "Slack opened no form" in await typed(world.alice, "edit newest")


async def test_a_list_has_pages(world: World) -> None:
    """Hundreds of them fit into no message."""
    for number in range(8):
        await world.alice.slash(f"save report-{number} customers list --limit {number + 1}")
    first = await typed(world.alice, "saved")
    assert "page 1 of 2" in first
    assert "report-6" not in first
    assert "report-6" in await pressed(world.alice, "saved 2")
    assert "page 1 of 2" in await typed(world.alice, "saved 9")


async def test_there_is_an_end_to_how_many_one_may_have(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told with the number, and where to make room."""
    monkeypatch.setattr(shelf, "MOST", 1)
    await world.alice.slash("save a1 customers list")
    assert "no more fit" in await typed(world.alice, "save a2 customers list")
    assert "Saved" in await typed(world.alice, "save --workspace a2 customers list")


async def test_stripes_words_come_first_and_near_names_are_offered(world: World) -> None:
    """A saved name never hides an operation; a slip of the finger finds it."""
    await world.alice.slash("save goodwill customers list --limit 1")
    assert "/stripe goodwill" in await typed(world.alice, "godwill")
    assert "run goodwill" in await typed(world.alice, "run godwill")


async def test_guests_save_and_list_nothing(world: World) -> None:
    """Who may run nothing sees no texts either."""
    await world.alice.slash("save --workspace newest customers list --limit 1")
    for text in ("saved", "newest", "save x1 customers list", "unsave --workspace newest", "edit newest"):
        answer = await typed(world.people["U0CARLA"], text)
        assert "guests can't" in answer
        assert "customers list" not in answer
    assert await kept(world) == 1
