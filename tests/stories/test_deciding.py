"""Everything that people do to an approval while it waits, beside approving it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.approval import Approval
from bot.asking import LIFETIME_SECONDS
from bot.cards import APPROVE, DENY, MORE, SAYING
from bot.store.engine import Transaction
from bot.store.tables import approvals as rows_of_approvals
from bot.text import unescape
from operations.sandbox.seed import HIGHLIGHTS
from tests.bot.policy.made import rules
from tests.fakes.slack import Message
from tests.policies import use_policy
from tests.world import STRANGERS_TEAM, Person, World
from tests.world import world as make_world

CHARGE = HIGHLIGHTS["refundable_charge"]
REFUND = "POST /v1/refunds"
ASK = f"refunds create --charge {CHARGE} --amount 500"
WAITS = {"when": {"operations": ["refunds create"]}, "then": {"approvals": 1}}


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """With Fred and Gina beside the others."""
    async with make_world(tmp_path, database_url) as made:
        for user in ("U0FRED", "U0GINA"):
            made.workspace.add_user(user)
            made.people[user] = Person(made, user)
        yield made


async def asked(world: World, text: str = ASK) -> Message:
    await world.alice.slash(text)
    return world.card


def says(anything: Any) -> str:
    return unescape(str(anything))


def thread(world: World, card: Message) -> str:
    return says([each.blocks for each in world.workspace.thread(card.ts)])


def rows(message: Message) -> list[str]:
    return [block["block_id"] for block in message.blocks if block["type"] == "actions"]


async def approvals(world: World) -> list[Approval]:
    """What Alice has asked for, the newest first."""

    def read(tx: Transaction) -> list[Approval]:
        day = timedelta(days=1)
        return list(world.bot.approvals.asked_by(tx, world.bot.team_id, "U0ALICE", 9, decided_within=day))

    return await world.bot.store.read(read)


# --- saying why not ---------------------------------------------------------------------------------------------------


async def test_whoever_denies_says_why_and_the_card_tells(world: World) -> None:
    """A reason is needed, of five hundred characters, and holds no key; submitted twice, it counts once."""
    card = await asked(world)
    await world.bob.click(card, DENY)
    assert "<@U0ALICE> asks for it" in says(world.bob.modal["blocks"])
    front = world.bob.modal
    for wrong, told in (
        ("  ", "required"),
        ("x" * 501, "At most 500"),
        ("sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc", "key"),
    ):
        answer = await world.bob.submit({SAYING: wrong})
        assert told in answer["errors"][SAYING]
    assert (await approvals(world))[0].state == "pending"
    assert await world.bob.submit({SAYING: "The *goods* came, says <!channel>"}) == {}
    await world.bob.submit(view=front, values={SAYING: "again"})
    now = (await approvals(world))[0]
    assert (now.state, [each.comment for each in now.decisions]) == ("denied", ["The *goods* came, says <!channel>"])
    assert "The ∗goods∗ came" in says(world.card.blocks)
    assert "<!channel>" not in str(world.card.blocks)
    assert rows(world.card) == []
    assert world.effects(REFUND) == 0


async def test_a_modal_of_what_was_decided_meanwhile_says_so_in_its_place(world: World) -> None:
    """Checked when it opens, and again when it is submitted."""
    card = await asked(world)
    await world.bob.click(card, DENY)
    world.bob.fill({SAYING: "late"})
    late = world.people["U0FRED"].press(card, DENY)
    await world.people["U0GINA"].click(card, APPROVE)
    answer = await world.bob.submit()
    assert answer["response_action"] == "update"
    assert "<@U0GINA> approved it" in says(answer["view"])
    assert "submit" not in answer["view"]
    await world.people["U0FRED"].deliver(late)
    await world.settle()
    assert "<@U0GINA> approved it" in says(world.people["U0FRED"].modal["blocks"])
    assert world.effects(REFUND) == 1


async def test_only_who_opened_a_modal_submits_it_and_only_within_an_hour(world: World) -> None:
    """What comes back from a client is forgeable."""
    card = await asked(world)
    await world.bob.click(card, DENY)
    front = world.bob.modal
    fred = world.people["U0FRED"]
    answer = await fred.submit(view=front, values={SAYING: "mine now"})
    assert "somebody else" in answer["errors"][SAYING]
    forged = {**front, "private_metadata": front["private_metadata"][:-2] + "xx"}
    answer = await world.bob.submit(view=forged, values={SAYING: "no"})
    assert "somebody else" in answer["errors"][SAYING]
    assert (await approvals(world))[0].state == "pending"
    assert LIFETIME_SECONDS == 3600


async def test_who_may_not_deny_is_told_in_the_modal(world: World) -> None:
    """Whoever asked, guests, the deactivated, strangers, and those of another workspace."""
    card = await asked(world)
    told = {"U0ALICE": "yourself", "U0CARLA": "Guests", "U0DORA": "Deactivated", "U0EVAN": "other workspaces"}
    for user, words in told.items():
        person = world.people[user]
        await person.click(card, DENY)
        assert words in says(person.modal["blocks"]), user
        assert not person.modal.get("submit"), user
    assert (await approvals(world))[0].state == "pending"


# --- saying something -------------------------------------------------------------------------------------------------


async def test_a_comment_stands_in_the_thread_and_decides_nothing(world: World) -> None:
    """Whoever asked is notified; the requester may answer; the card still waits."""
    card = await asked(world)
    for person, words in ((world.bob, "Which *order* is it?"), (world.alice, "6735")):
        await person.more(card, "comment")
        front = person.modal
        for _ in range(2):
            await person.submit(view=front, values={SAYING: words})
    said = thread(world, card)
    assert "<@U0BOB> comments: Which ∗order∗ is it?" in said
    assert "<@U0ALICE>" in said
    assert "<@U0ALICE> comments: 6735" in said
    now = (await approvals(world))[0]
    assert [each.text for each in now.remarks] == ["Which *order* is it?", "6735"]
    assert now.state == "pending"
    await world.bob.click(world.card, APPROVE)
    assert world.effects(REFUND) == 1


async def test_guests_and_strangers_comment_on_nothing(world: World) -> None:
    """The modal says so instead of asking."""
    card = await asked(world)
    for user in ("U0CARLA", "U0EVAN"):
        await world.people[user].more(card, "comment")
        assert "Nothing was done" in says(world.people[user].modal["blocks"])
    assert (await approvals(world))[0].remarks == ()


# --- taking it back ---------------------------------------------------------------------------------------------------


async def test_only_who_asked_withdraws_it_once(world: World) -> None:
    """Then nobody can approve it any more, and the late are told who withdrew it."""
    card = await asked(world)
    await world.bob.more(card, "withdraw")
    assert "Only who asked" in world.told[-1]
    late, twice = world.bob.press(card, APPROVE), world.alice.choose_more(card, "withdraw")
    for _ in range(2):
        await world.alice.deliver(twice)
    await world.settle()
    await world.bob.deliver(late)
    await world.settle()
    assert "<@U0ALICE> withdrew it" in says(world.slack.responses[-1]["blocks"])
    assert "*Withdrawn* by <@U0ALICE>" in says(world.card.blocks)
    assert rows(world.card) == []
    assert world.effects(REFUND) == 0


# --- changing it ------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("amount", "change", "shown"),
    [
        ("5.00usd", {"amount": "6", "amount!currency": "usd"}, "$6.00"),
        ("500", {"reason": "duplicate"}, "duplicate"),
    ],
    ids=["looked up first", "taken at once"],
)
async def test_a_changed_call_takes_the_place_of_what_was_asked_for(
    world: World, amount: str, change: dict[str, str], shown: str
) -> None:
    """Both cards say so, in one moment; signatures on the old one count for nothing."""
    card = await asked(world, f"refunds create --charge {CHARGE} --amount {amount}")
    old, pressed = (await approvals(world))[0], world.bob.press(card, APPROVE)
    await world.bob.more(card, "change")
    assert "Only who asked" in says(world.bob.modal["blocks"])
    await world.alice.more(card, "change")
    assert "takes the place" in says(world.alice.modal["blocks"])
    world.alice.fill(change)
    await world.alice.submit()
    assert (await approvals(world))[0].state == "pending"
    await world.alice.submit()
    before, after = world.said()
    new = (await approvals(world))[0]
    assert (new.supersedes, new.state) == (old.id, "pending")
    assert shown in says(after.blocks)
    assert old.id in says(after.blocks)
    assert "*Replaced*" in says(before.blocks)
    assert new.id in says(before.blocks)
    assert rows(before) == []
    await world.bob.deliver(pressed)
    await world.settle()
    assert "asks for a changed one" in says(world.slack.responses[-1]["blocks"])
    assert world.effects(REFUND) == 0
    await world.bob.click(after, APPROVE)
    assert world.effects(REFUND) == 1


async def test_nothing_comes_on_top_of_what_was_approved_while_it_was_changed(world: World) -> None:
    """The old one is being sent, so the changed one is not asked for."""
    card = await asked(world)
    await world.alice.more(card, "change")
    world.alice.fill({"reason": "duplicate"})
    await world.alice.submit()
    await world.bob.click(card, APPROVE)
    await world.alice.submit()
    assert "approved in the meantime" in world.told[-1]
    assert len(await approvals(world)) == 1
    assert world.effects(REFUND) == 1


async def test_what_needs_no_approval_any_more_leaves_the_old_one_as_it_is(world: World) -> None:
    """A changed call that runs at once takes nobody's place."""
    over = {"when": {"operations": ["refunds create"], "parameters": {"reason": "duplicate"}}, "then": "run"}
    card = await asked(world)
    await use_policy(world, rules(over, WAITS))
    await world.alice.more(card, "change")
    world.alice.fill({"reason": "duplicate"})
    await world.alice.submit()
    await world.alice.submit()
    assert world.effects(REFUND) == 1
    assert [each.state for each in await approvals(world)] == ["pending"]


# --- what had changed at Stripe ---------------------------------------------------------------------------------------


async def test_what_ended_stale_tells_what_had_changed_and_can_be_asked_for_again(world: World) -> None:
    """In the thread, once; pressing the button is typing the same command."""
    first, second = await asked(world), await asked(world)
    await world.bob.click(first, APPROVE)
    await world.bob.click(second, APPROVE)
    assert world.effects(REFUND) == 1
    [told] = world.workspace.thread(second.ts)
    assert "<@U0ALICE>" in says(told.blocks)
    assert "→" in says(told.blocks)
    await world.alice.click(told, "run:0")
    new = (await approvals(world))[0]
    assert (new.state, new.frozen.call.parameters["amount"]) == ("pending", 500)
    assert new.id not in (first.ts, second.ts)
    again = next(each for each in world.workspace.thread(second.ts) if rows(each) and each.ts != told.ts)
    await world.bob.click(again, APPROVE)
    assert world.effects(REFUND) == 2


# --- running it alone -------------------------------------------------------------------------------------------------


async def test_whoever_asked_breaks_the_glass_where_the_policy_lets_their_role(world: World) -> None:
    """Nobody else does, it needs a reason, and the card tells it from a signature."""
    card = await asked(world)
    assert "alone" not in [each["value"] for each in card.button(MORE)["options"]]
    await use_policy(world, rules(WAITS, break_glass={"roles": ["admin"]}))
    card = await asked(world)
    await world.bob.more(card, "alone")
    assert "Only who asked" in says(world.bob.modal["blocks"])
    await world.alice.more(card, "alone")
    answer = await world.alice.submit({SAYING: ""})
    assert "required" in answer["errors"][SAYING]
    assert await world.alice.submit({SAYING: "The shop is down"}) == {}
    await world.settle()
    assert world.effects(REFUND) == 1
    assert "Glass broken" in says(world.card.blocks)
    assert "The shop is down" in says(world.card.blocks)
    assert (await approvals(world))[0].state == "succeeded"


async def test_a_role_that_the_policy_does_not_name_breaks_no_glass(world: World) -> None:
    """Nor does anybody's once the policy names none any more."""
    await use_policy(world, rules(WAITS, break_glass={"roles": ["admin"]}))
    await world.bob.slash(ASK)
    card = world.card
    await world.bob.more(card, "alone")
    assert "Your role" in says(world.bob.modal["blocks"])
    card = await asked(world)
    await world.alice.more(card, "alone")
    await use_policy(world, rules(WAITS))
    answer = await world.alice.submit({SAYING: "now"})
    assert "Nothing runs without approval here" in says(answer)
    assert world.effects(REFUND) == 0


# --- the rest ---------------------------------------------------------------------------------------------------------


async def test_the_first_of_two_signatures_is_told_to_whoever_gave_it(world: World) -> None:
    """The card counts, and nobody signs twice."""
    await use_policy(world, rules({**WAITS, "then": {"approvals": 2}}))
    card = await asked(world)
    await world.bob.click(card, APPROVE)
    assert "Signed, 1 of 2" in world.told[-1]
    assert "1 of 2" in says(world.card.blocks)
    await world.bob.click(world.card, APPROVE)
    assert "signed it already" in world.told[-1]
    assert world.effects(REFUND) == 0
    await world.people["U0FRED"].click(world.card, APPROVE)
    assert world.effects(REFUND) == 1


async def test_the_exact_request_is_shown_to_whoever_may_see_it(world: World) -> None:
    """To nobody who has no role here."""
    card = await asked(world)
    await world.bob.more(card, "exact")
    assert "POST https://api.stripe.com/v1/refunds" in says(world.bob.modal["blocks"])
    await world.people["U0CARLA"].more(card, "exact")
    assert "POST https://api.stripe.com/v1/refunds" not in says(world.people["U0CARLA"].modal["blocks"])


@pytest.mark.parametrize("choice", ["comment", "exact", "change", "withdraw", "alone", "everything"])
async def test_a_menu_of_another_row_or_of_another_workspace_does_nothing(world: World, choice: str) -> None:
    """The token in the row's id is ours, of this workspace, and of what the card shows."""
    card = await asked(world)
    (row,) = rows(card)
    for block_id, team in ((row[:-2] + "xx", None), ("", None), (row, STRANGERS_TEAM)):
        press = world.alice.press(card, MORE, value="", option=choice, block_id=block_id)
        if team is not None:
            press["team"] = {"id": team, "domain": "other"}
            press["user"]["team_id"] = team
        await world.alice.deliver(press)
        await world.settle()
    now = (await approvals(world))[0]
    assert (now.state, now.remarks) == ("pending", ())
    assert "Exactly" not in says(world.form)


async def test_choices_are_buttons_where_menus_are_not_to_be_had(database_url: str, tmp_path: Path) -> None:
    """In the plain style, with the same token."""
    async with make_world(tmp_path, database_url, block_style="plain") as world:
        await world.alice.slash(ASK)
        card = world.card
        names = [each["text"]["text"] for each in card.blocks[-1]["elements"]]
        assert names == ["Approve", "Deny…", "Comment…", "Exact request", "Change…", "Withdraw"]
        (row,) = rows(card)
        await world.alice.click(card, "approval:withdraw", block_id=row)
        assert "Withdrawn" in says(world.card.blocks)


async def test_who_wants_to_decide_on_what_can_not_be_read_is_told_so(world: World) -> None:
    """By a press or in a modal; nothing is decided, and nothing is sent."""
    card = await asked(world)
    await world.bob.click(card, DENY)
    world.bob.fill({SAYING: "not this one"})
    spoilt = update(rows_of_approvals).where(rows_of_approvals.c.team_id == world.bot.team_id).values(sealed=b"changed")
    await world.bot.store.transaction(lambda tx: tx.connection.execute(spoilt))
    answer = await world.bob.submit()
    assert "can't be read" in says(answer)
    await world.bob.click(card, DENY)
    assert "can't be read" in says(world.form)
    await world.bob.click(card, APPROVE)
    assert "can't be read" in says(world.told[-1])
    assert world.effects(REFUND) == 0
