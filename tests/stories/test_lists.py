"""Many refunds as one approval: asked for, signed once, carried out one after the other, each at most once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.calls import Calls
from bot.cards import APPROVE, HAPPENED, REST_OF_LIST, STOP_LIST
from bot.domain import FrozenCall
from bot.store.engine import Transaction
from bot.store.tables import movements
from operations.sandbox.seed import HIGHLIGHTS
from tests.bot.policy.made import rules
from tests.fakes.slack import Message
from tests.lists import REFUND, charges, listed, refund_elsewhere, refunded, rows_of
from tests.policies import use_policy
from tests.world import TEAM, World
from tests.world import world as make_world

pytestmark = pytest.mark.both_databases

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def buttons(message: Message) -> list[str]:
    return [
        element["action_id"]
        for block in message.blocks
        for element in block.get("elements", [])
        if element.get("type") == "button"
    ]


def shown(message: Message) -> str:
    return str(message.blocks).replace("\\xa0", " ")


async def test_twenty_refunds_wait_as_one_and_are_made_in_order(world: World) -> None:
    """Looked at, shown with their total and the whole list; signed once; each is then refunded once."""
    ids = charges(world, 20)
    await world.alice.slash(f'bulk refunds --because "Batch 7 was burnt"\n{listed(ids)}')
    card = world.card
    assert buttons(card) == ["approve", "deny"], world.told
    assert "Refund × 20" in shown(card)
    assert "$100.00 USD" in shown(card)
    assert "Batch 7 was burnt" in shown(card)
    assert refunded(world) == []
    assert [row["object"] for row in rows_of(world, "list-")] == list(ids)
    assert rows_of(world, "list-")[0]["line"] == "2"
    await world.bob.click(card, APPROVE)
    assert refunded(world) == list(ids)
    assert "20 of 20 done ($100.00 USD)" in shown(world.card)
    assert buttons(world.card) == []
    report = rows_of(world, "report-")
    assert {row["state"] for row in report} == {"done"}
    assert all(row["stripe_id"].startswith("re_") and row["request_id"].startswith("req_") for row in report)


@ON_ONE
@pytest.mark.parametrize("go_on", [False, True])
async def test_one_of_twenty_that_fails(world: World, go_on: bool) -> None:
    """The rest is not sent, or is, as was asked for; the report says what became of each."""
    ids = charges(world, 20)
    await world.alice.slash(f"bulk refunds {'--go-on' if go_on else ''}\n{listed(ids)}")
    refund_elsewhere(world, ids[7])
    await world.bob.click(world.card, APPROVE)
    rest = ids[8:]
    assert refunded(world) == [*ids[:7], *(rest if go_on else ())]
    states = [row["state"] for row in rows_of(world, "report-")]
    assert states == [*["done"] * 7, "failed", *["done" if go_on else "not sent"] * 12]
    assert "changed" in rows_of(world, "report-")[7]["error"]
    assert ("19 of 20 done" if go_on else "7 of 20 done") in shown(world.card)
    assert buttons(world.card) == ([] if go_on else [REST_OF_LIST])
    if go_on:
        return
    stopped = world.card
    await world.bob.click(stopped, REST_OF_LIST)
    assert "Only who asked" in world.told[-1]
    again = [world.alice.press(stopped, REST_OF_LIST) for _ in range(2)]
    await asyncio.gather(*map(world.alice.deliver, again))
    await world.settle()
    card = world.card
    assert len(world.said()) == 2
    assert "Refund × 12" in shown(card)
    assert REST_OF_LIST not in buttons(world.workspace.message(stopped.ts))
    assert refunded(world) == list(ids[:7])
    await world.bob.click(card, APPROVE)
    assert refunded(world) == [*ids[:7], *rest]


async def test_a_list_can_be_stopped_while_it_is_carried_out(world: World) -> None:
    """By whoever asked for it: what was begun is finished, and nothing after it is sent."""
    ids = charges(world, 6)
    await world.alice.slash(f"bulk refunds\n{listed(ids)}")
    world.stripe.faults.add(REFUND, "delay_after", skip=2, seconds=0.5)
    await world.bob.deliver(world.bob.press(world.card, APPROVE))
    while len(refunded(world)) < 3:  # noqa: ASYNC110 — it happens at the sandbox
        await asyncio.sleep(0.01)
    await world.bot.outbox.deliver_due()
    press = world.alice.press(world.card, STOP_LIST)
    await world.alice.deliver(press)
    await world.settle()
    assert refunded(world) == list(ids[:3])
    assert "3 of 6 done ($15.00 USD), 3 not sent" in shown(world.card)
    assert "<@U0ALICE> had it stopped" in shown(world.card)
    assert [row["state"] for row in rows_of(world, "report-")] == [*["done"] * 3, *["not sent"] * 3]


async def test_a_process_that_dies_in_the_middle_doubles_and_loses_nothing(world: World) -> None:
    """Whoever comes next sends the one that was on its way under its own key again, and goes on from there."""
    ids = charges(world, 6)
    await world.alice.slash(f"bulk refunds\n{listed(ids)}")
    world.stripe.faults.add(REFUND, "delay_after", skip=2, seconds=5)
    await world.bob.deliver(world.bob.press(world.card, APPROVE))
    while len(refunded(world)) < 3:  # noqa: ASYNC110 — it happens at the sandbox
        await asyncio.sleep(0.01)
    for task in asyncio.all_tasks():
        if task.get_name() in ("run", "click"):
            task.cancel()
    await world.settle()
    assert len(refunded(world)) == 3
    await world.bot.runs.take_over()
    assert len(await world.bot.runs.due()) == 1
    await world.bot.sweep()
    await world.settle()
    assert refunded(world) == list(ids)
    assert "6 of 6 done" in shown(world.card)


@ON_ONE
async def test_what_is_wrong_with_a_list_is_told_at_once_and_nothing_is_asked_for(world: World) -> None:
    """Every line and column, to whoever asks alone; not even the lines that are right are looked at."""
    first, second = charges(world, 2)
    await world.alice.slash(f"bulk refunds\ncharge,amount,currency\n{first},=5,usd\n{second},5.00,usd\n{second},6,usd")
    told = str(world.slack.responses[-1])
    assert "Line 2, amount" in told
    assert "Line 4, amount" in told
    await world.alice.slash(f"bulk refunds charge,amount | {first},500 | {first},500")
    assert "stands in line 2 already" in str(world.slack.responses[-1])
    assert world.said() == []
    assert [each for each in world.stripe.journal.requests if "/charges/" in each.path] == []


@ON_ONE
async def test_lines_that_stripe_would_refuse_are_named_and_nobody_is_asked(world: World) -> None:
    """Refunded already, more than there is, in another currency: each with its line; the right ones wait, too."""
    ids = charges(world, 4)
    refund_elsewhere(world, ids[0])
    text = "\n".join([listed(ids[:2]), f"{ids[2]},25.00,usd", f"{ids[3]},5.00,eur"])
    await world.alice.slash(f"bulk refunds\n{text}")
    told = str(world.workspace.ephemerals[-1])
    assert "3 of 4 lines can't be carried out" in told
    assert [f"Line {line}: " in told for line in (2, 3, 4, 5)] == [True, False, True, True]
    assert "It is in USD, and the list says EUR" in told
    assert world.said() == []
    assert await world.bot.store.read(counted) == 0


@ON_ONE
async def test_a_list_is_judged_by_its_total_and_by_what_of_it_comes_before(world: World) -> None:
    """So many small refunds need what a large one does, and limits on many count within the list."""
    ids = charges(world, 6)
    large = {"name": "large", "when": {"flags": ["refund"], "amount": {"over": {"usd": 20}}}, "then": {"approvals": 2}}
    await use_policy(world, rules(large))
    await world.alice.slash(f"bulk refunds\n{listed(ids[:4])}")
    assert "lists need a second person" in shown(world.card)
    await world.alice.slash(f"bulk refunds\n{listed(ids[:5])}")
    assert "0 of 2" in shown(world.card)
    await world.bob.click(world.card, APPROVE)
    assert refunded(world) == []
    await use_policy(world, rules(many_refunds(14)))
    await world.alice.slash(f"bulk refunds\n{listed(ids)}")
    told = str(world.workspace.ephemerals[-1])
    assert [f"Line {line}: " in told for line in (6, 7)] == [False, True], told
    await use_policy(world, rules(many_refunds(15)))
    await world.alice.slash(f"bulk refunds\n{listed(ids)}")
    assert "Refund × 6" in shown(world.card)


@ON_ONE
async def test_limits_that_are_set_after_the_signature_count_within_the_list_too(world: World) -> None:
    """Each call is cleared as the one after those before it, right before it is sent."""
    ids = charges(world, 4)
    await world.alice.slash(f"bulk refunds --go-on\n{listed(ids)}")
    await use_policy(world, rules(many_refunds(2)))
    await world.bob.click(world.card, APPROVE)
    assert refunded(world) == list(ids[:2])
    assert "The policy does not allow it" in rows_of(world, "report-")[3]["error"]


def many_refunds(count: int) -> dict[str, Any]:
    """A rule that lets nobody ask for more than so many refunds in a day."""
    exceeds = {"per": "person", "of": "refund", "hours": 24, "count": count}
    return {"name": "many", "when": {"flags": ["refund"], "exceeds": exceeds}, "then": "deny"}


@ON_ONE
async def test_the_form_takes_a_pasted_list_or_a_file(world: World) -> None:
    """What is wrong stands over the form, which keeps what was pasted; a file is the person's own."""
    ids = charges(world, 3)
    await world.alice.slash("bulk refunds")
    world.alice.fill({"text": "charge,amount,currency\nch_1,5,usd", "after": "go_on", "because": "Burnt"})
    answer = await world.alice.submit()
    assert answer["response_action"] == "push"
    assert "may be 5.00 USD" in str(answer["view"])
    await world.alice.close()
    world.alice.fill({"text": listed(ids)})
    assert await world.alice.submit() == {}
    assert "carried out all the same" in shown(world.card)
    assert "Burnt" in shown(world.card)
    content = listed(ids[:2], "4.00").replace("\n", "\r\n").encode("utf-16")
    world.workspace.add_file("F0LIST", "U0ALICE", "batch.csv", content, "text/csv")
    await world.alice.slash("bulk refunds")
    world.alice.fill({"file": ["F0LIST"]})
    await world.alice.submit()
    assert "$8.00 USD" in shown(world.card)
    await world.alice.slash("bulk refunds")
    assert (await world.alice.submit())["errors"] == {"text": "Paste the lines here, or choose a file."}
    assert "somebody else" in str(await world.bob.submit({"text": listed(ids)}, view=world.form))


@ON_ONE
async def test_any_other_operation_takes_a_list_too(world: World) -> None:
    """By the id in its path: each is looked at, and ended once."""
    wanted = [HIGHLIGHTS["customer_to_delete"], HIGHLIGHTS["customer"]]
    await world.alice.slash(f"bulk customers delete id | {' | '.join(wanted)}")
    assert "Delete customer × 2" in shown(world.card), world.told
    await world.bob.click(world.card, APPROVE)
    assert "2 of 2 done" in shown(world.card)
    assert [
        each.path.rpartition("/")[2] for each in world.stripe.journal.of("DELETE /v1/customers/{customer}")
    ] == wanted


async def test_in_the_plain_style_the_form_takes_lines_parted_by_bars_or_a_link(tmp_path: Path) -> None:
    """The local Slack has neither fields of several lines nor files to choose."""
    async with make_world(tmp_path, f"sqlite:///{tmp_path}/plain.db", block_style="plain") as world:
        ids = charges(world, 2)
        await world.alice.slash("bulk refunds")
        await world.alice.submit({"account": None, "text": listed(ids).replace("\n", " | "), "file": None})
        assert "Refund × 2" in shown(world.card)


def counted(tx: Transaction) -> int:
    """How many movements count for the limits of policies."""
    wanted = select(func.count()).select_from(movements).where(movements.c.team_id == TEAM, movements.c.counted)
    return int(tx.connection.execute(wanted).scalar_one())


@ON_ONE
async def test_what_a_call_of_a_list_costs_does_not_grow_with_the_list(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is opened for its own turn, and all of them only where all are shown."""
    ids, opened, opens = charges(world, 20), [0], Calls._open

    def counting(*arguments: Any) -> FrozenCall:
        opened[0] += 1
        return opens(*arguments)

    await world.alice.slash(f"bulk refunds\n{listed(ids)}")
    monkeypatch.setattr(Calls, "_open", counting)
    await world.bob.click(world.card, APPROVE)
    assert refunded(world) == list(ids)
    assert opened[0] < 15 * len(ids)


@ON_ONE
async def test_of_one_call_whose_outcome_nobody_knows_a_person_says_how_it_was(world: World) -> None:
    """The card goes on to say how the whole list came out, with that one among the rest."""
    ids = charges(world, 4)
    await world.alice.slash(f"bulk refunds --go-on\n{listed(ids)}")
    card = world.card
    refund_elsewhere(world, ids[3])
    world.stripe.faults.add(REFUND, "500_after", skip=1)
    await world.bob.click(card, APPROVE)
    assert "2 of 4 done" in shown(world.card)
    assert "1 with an unknown outcome" in shown(world.card)
    (asked,) = [each for each in world.workspace.thread(card.ts) if HAPPENED in buttons(each)]
    await world.bob.click(asked, HAPPENED)
    assert "3 of 4 done" in shown(world.card)
    assert "1 failed" in shown(world.card)
    assert "unknown" not in shown(world.card)


@ON_ONE
async def test_lines_that_others_sign_for_are_signed_by_all_of_them(world: World) -> None:
    """Whom the rule of any line asks is asked for the list, and then every line is sent."""
    world.workspace.add_user("U0FRED")
    world.people["U0FRED"] = type(world.bob)(world, "U0FRED")
    ids = charges(world, 4)
    signs = {ids[0]: "U0BOB", ids[2]: "U0FRED"}
    asks = [
        {
            "when": {"operations": ["refunds create"], "parameters": {"charge": [each]}},
            "then": {"stages": [{"people": [user]}]},
        }
        for each, user in signs.items()
    ]
    await use_policy(world, rules(*asks))
    await world.alice.slash(f"bulk refunds\n{listed(ids)}")
    assert "0 of 2" in shown(world.card), world.told
    await world.bob.click(world.card, APPROVE)
    assert refunded(world) == []
    await world.people["U0FRED"].click(world.card, APPROVE)
    assert refunded(world) == list(ids)
