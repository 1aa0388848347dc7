"""Shortcuts, from what somebody types to what they see, without any help being read."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from bot.cards import APPROVE, RUN
from bot.looking_up import LOOKUP_RULE
from bot.store.tables import approvals, runs
from bot.submitting import LOOK_RULE
from operations.sandbox.keys import ACCOUNT, CONNECTED_ACCOUNTS
from operations.sandbox.seed import HIGHLIGHTS, highlights
from tests.fakes import slack_payloads
from tests.fakes.slack import Message
from tests.world import SUPPORT, Person, World

CHARGE = HIGHLIGHTS["refundable_charge"]
REFUND = "POST /v1/refunds"


def offered(message: Message) -> dict[str, str]:
    """The texts of a message's buttons, by their labels."""
    elements = [
        element for block in message.blocks for element in [*block.get("elements", []), block.get("accessory", {})]
    ]
    found: dict[str, str] = {}
    for element in (each for each in elements if str(each.get("action_id", "")).startswith(RUN)):
        for each in element.get("options", (element,)):
            found[each["text"]["text"]] = each["value"]
    return found


async def press(world: World, person: Person, message: Message, label: str) -> None:
    """Press the button of that label and let everything that follows happen."""
    payload = slack_payloads.click(
        RUN,
        offered(message)[label],
        user=person.user_id,
        user_team=person.team_id,
        channel=message.channel,
        message={"ts": message.ts, "text": message.text, "thread_ts": message.thread_ts},
        response_url=world.slack.response_url(),
    )
    payload["trigger_id"] = world.slack.trigger(world.workspace)
    await person.deliver(payload)
    await world.settle()


def answer(world: World) -> Message:
    """The newest message in the thread under the newest message of the channel."""
    return world.workspace.thread(world.card.ts)[-1]


def shown(what: object) -> str:
    """Everything that is in it, with blanks where money has no-break ones."""
    return str(what).replace("\\xa0", " ")


async def rows(world: World, table: Any) -> list[Any]:
    return await world.bot.store.read(lambda tx: list(tx.connection.execute(select(table)).all()))


@pytest.mark.both_databases
async def test_find_a_customer_look_at_a_charge_and_refund_part_of_it(world: World) -> None:
    """From an e-mail address to money back, by what the cards offer, with a second person."""
    await world.alice.slash("jenny@example.com")
    customer = answer(world)
    assert "J••• R•••" in shown(customer.blocks)
    root = world.card
    await press(world, world.alice, customer, "Payments")
    payments = world.workspace.thread(root.ts)[-1]
    await world.alice.slash(next(text for text in offered(payments).values() if text == f"show {CHARGE}"))
    charge = answer(world)
    assert "$42.00 USD" in shown(charge.blocks)
    place = world.card
    await press(world, world.alice, charge, "Refund…")
    view = list(world.workspace.views.values())[-1]
    amount, reason = (block for block in view["blocks"] if block["type"] == "input")
    assert amount["element"]["initial_value"] == "42.00usd"
    assert [each["value"] for each in reason["element"]["options"]] == [
        "requested_by_customer", "duplicate", "fraudulent",
    ]  # fmt: skip
    assert await world.alice.submit({amount["block_id"]: "12.50"}) == {}
    card = world.workspace.thread(place.ts)[-1]
    assert "*$12.50 USD*, part of $42.00 USD paid, $29.50 USD left after it" in shown(card.blocks)
    assert world.effects(REFUND) == 0
    await world.bob.click(card, APPROVE)
    assert world.effects(REFUND) == 1
    assert "Done" in shown(world.workspace.thread(place.ts)[-2].blocks)


async def test_the_look_is_a_recorded_run_that_nobody_hears_of(world: World) -> None:
    """One door for every request; the card is the first thing that is said."""
    await world.alice.slash(f"refund {CHARGE} 12.50 requested_by_customer")
    ran = Counter((run.rule, run.state) for run in await rows(world, runs))
    assert ran == {(LOOKUP_RULE, "succeeded"): 1, (LOOK_RULE, "succeeded"): 2}
    assert len(world.said()) == 1
    assert "requested_by_customer" in shown(world.card.blocks)
    assert world.told == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"refund {CHARGE} 12.50eur", "The payment is in USD, and you said EUR."),
        (f"refund {CHARGE} 99.00", "$99.00 USD is more than is left of it: $42.00 USD."),
        (f"refund {CHARGE} 12", "12 may mean $12.00 USD or $0.12 USD."),
        (f"refund {HIGHLIGHTS['refunded_charge']}", "It is refunded already"),
        (f"refund {HIGHLIGHTS['disputed_charge']} 1.00", "disputed"),
        (f"refund {HIGHLIGHTS['uncaptured_intent']}", "not captured"),
        ("refund ch_3SandboxNobody1 1.00", "No such charge"),
    ],
)
async def test_a_refund_that_can_not_be_is_refused_to_the_asker_alone(world: World, text: str, told: str) -> None:
    """No approver is asked in vain, and the channel hears nothing."""
    await world.alice.slash(text)
    assert world.said() == []
    assert await rows(world, approvals) == []
    [alone] = world.workspace.ephemerals
    assert told in shown(alone)


async def test_each_reading_of_an_unclear_amount_can_be_pressed(world: World) -> None:
    """The refusal offers whole texts; the one that is pressed goes on, in the same mode."""
    charge = highlights(livemode=True)["refundable_charge"]
    await world.alice.slash(f"refund {charge} 12 fraud --live")
    [alone] = world.workspace.ephemerals
    said = Message(SUPPORT, "1.1", "", alone["blocks"])
    assert list(offered(said).values()) == [
        f"refund {charge} 12.00usd fraudulent --live",
        f"refund {charge} 0.12usd fraudulent --live",
    ]
    await press(world, world.alice, said, f"refund {charge} 12.00usd fraudulent --live")
    assert "🔴 LIVE · Refund · $12.00 USD" in shown(world.card.blocks)


async def test_a_connected_accounts_page_is_read_on_that_account(world: World) -> None:
    """A link names its account; one that isn't linked is refused."""
    await world.alice.slash(f"https://dashboard.stripe.com/{ACCOUNT}/test/payments/{CHARGE}")
    assert "$42.00 USD" in shown(answer(world).blocks)
    assert "on behalf of" not in shown(answer(world).blocks)
    await world.alice.slash(
        f"https://dashboard.stripe.com/{CONNECTED_ACCOUNTS[0]}/test/customers/cus_SandboxHarborCafe01"
    )
    assert "on behalf of" in shown(answer(world).blocks)
    before = len(world.said())
    await world.alice.slash(f"https://dashboard.stripe.com/acct_1Stranger/test/payments/{CHARGE}")
    assert "not linked" in world.told[-1]
    assert len(world.said()) == before


async def test_a_live_link_is_live(world: World) -> None:
    """Without a word of it."""
    await world.alice.slash(f"https://dashboard.stripe.com/payments/{highlights(livemode=True)['refundable_charge']}")
    assert "LIVE" in shown(answer(world).blocks)


async def test_nobody_with_that_address_offers_to_look_further(world: World) -> None:
    """The list is exact, and says so by what it offers."""
    await world.alice.slash("Jenny@Example.com")
    await press(world, world.alice, answer(world), "Look for similar ones")
    assert "J••• R•••" in shown(world.workspace.thread(world.card.ts)[-1].blocks)


async def test_find_says_which_way_it_looked(world: World) -> None:
    """By Stripe's search, or by a filtered list."""
    await world.alice.slash("find jenny")
    assert "Stripe's search" in shown(answer(world).blocks)
    await world.alice.slash("find payouts x")
    assert "looked through here" in shown([message.blocks for message in world.workspace.thread(world.card.ts)])


async def test_an_ending_needs_a_second_person_whatever_it_is_called(world: World) -> None:
    """The policy judges what comes of a shortcut as any call: an update that ends something ends something."""
    await world.alice.slash(f"cancel {HIGHLIGHTS['subscription']} at period end")
    assert "cancel_at_period_end = true" in shown(world.card.blocks)
    await world.bob.click(world.card, APPROVE)
    after = answer(world)
    assert "ends with this period" in shown(after.blocks)
    assert "Don't end it" in offered(after)


async def test_when_a_subscription_ends_is_asked_by_its_button(world: World) -> None:
    """At the end of its period or now, as a choice."""
    await world.alice.slash(HIGHLIGHTS["subscription"])
    await press(world, world.alice, answer(world), "Cancel…")
    view = list(world.workspace.views.values())[-1]
    [when] = (block for block in view["blocks"] if block["type"] == "input")
    assert [each["value"] for each in when["element"]["options"]] == ["at period end", "now"]


async def test_a_dry_run_of_a_refund_asks_nobody(world: World) -> None:
    """What would be sent is told to the asker alone."""
    await world.alice.slash(f"refund {CHARGE} 12.50 --dry-run")
    assert world.said() == []
    assert "amount = 1250" in shown(world.workspace.ephemerals)


@pytest.mark.both_databases
async def test_the_same_delivery_twice_is_one_approval(world: World) -> None:
    """Slack's repetition changes nothing, whenever it comes."""
    trigger = world.slack.trigger(world.workspace)
    await asyncio.gather(*(world.alice.slash(f"refund {CHARGE} 12.50", trigger=trigger) for _ in range(3)))
    await world.alice.slash(f"refund {CHARGE} 12.50", trigger=trigger)
    assert len(await rows(world, approvals)) == 1
    assert [run.rule for run in await rows(world, runs)].count(LOOKUP_RULE) == 1
    assert len(world.workspace.said(SUPPORT)) == 1
