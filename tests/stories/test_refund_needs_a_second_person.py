"""A refund, from the command to the answer in the thread."""

import asyncio

import pytest

from bot.cards import APPROVE, DENY
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.slack import Message
from tests.world import World

pytestmark = pytest.mark.both_databases

CHARGE = HIGHLIGHTS["refundable_charge"]
REFUND = "POST /v1/refunds"


def buttons(message: Message) -> list[str]:
    return [
        element["action_id"]
        for block in message.blocks
        for element in block.get("elements", [])
        if element.get("type") == "button"
    ]


async def asked(world: World, text: str = f"refunds create --charge {CHARGE} --amount 500") -> Message:
    await world.alice.slash(text)
    return world.card


async def test_the_refund_waits_with_its_facts_and_its_buttons(world: World) -> None:
    """Nothing goes to Stripe before somebody else has said yes."""
    card = await asked(world)
    assert buttons(card) == [APPROVE, DENY]
    assert CHARGE in str(card.blocks)
    assert world.effects(REFUND) == 0


async def test_a_second_person_approves_and_it_is_refunded_once(world: World) -> None:
    """The decision, the name and the result stand on the card and in its thread."""
    card = await asked(world)
    await world.bob.click(card, APPROVE)
    assert world.effects(REFUND) == 1
    card = world.card
    assert buttons(card) == []
    assert "<@U0BOB>" in str(card.blocks)
    [answer] = world.workspace.thread(card.ts)
    assert "$5.00" in str(answer.blocks)


async def test_a_second_person_denies_and_nothing_is_sent(world: World) -> None:
    """A no is final, and names who said it."""
    card = await asked(world)
    await world.bob.deny(card)
    assert world.effects(REFUND) == 0
    assert buttons(world.card) == []
    assert "Denied" in str(world.card.blocks)
    assert "<@U0BOB>" in str(world.card.blocks)


async def test_the_requester_is_refused_and_told_alone(world: World) -> None:
    """One's own click decides nothing, and the card still waits."""
    card = await asked(world)
    await world.alice.click(card, APPROVE)
    assert world.effects(REFUND) == 0
    assert buttons(world.card) == [APPROVE, DENY]
    assert "yourself" in world.told[-1]


async def test_who_is_no_member_any_more_when_it_is_to_be_sent(world: World) -> None:
    """Whoever was deactivated just before the signature has nothing sent, though they could ask a moment ago."""
    card = await asked(world)
    world.workspace.add_user("U0ALICE", deleted=True)
    await world.bob.click(card, APPROVE)
    assert world.effects(REFUND) == 0
    assert "may not run commands here any more" in str(world.card.blocks)


@pytest.mark.parametrize("user", ["U0CARLA", "U0DORA", "U0EVAN", "U0NOBODY"])
async def test_guests_the_deactivated_strangers_and_the_unknown_are_refused(world: World, user: str) -> None:
    """Only full members of the workspace decide."""
    card = await asked(world)
    person = world.people.get(user) or type(world.bob)(world, user)
    await person.click(card, APPROVE)
    await person.click(card, DENY)
    assert world.effects(REFUND) == 0
    assert buttons(world.card) == [APPROVE, DENY]


async def test_many_clicks_at_once_make_one_refund(world: World) -> None:
    """Double clicks and two approvers at once lead to one decision and one effect."""
    world.workspace.add_user("U0FRED")
    fred = type(world.bob)(world, "U0FRED")
    card = await asked(world)
    clicks = [person.press(card, action) for person in (world.bob, fred) for action in (APPROVE, APPROVE, DENY)]
    await asyncio.gather(*(world.bob.deliver(click) for click in clicks))
    await world.settle()
    assert world.effects(REFUND) <= 1
    assert buttons(world.card) == []
    assert ("Approved" in str(world.card.blocks)) == (world.effects(REFUND) == 1)


async def test_a_late_click_is_told_who_decided(world: World) -> None:
    """Whoever comes second hears that it is decided."""
    card = await asked(world)
    world.workspace.add_user("U0FRED")
    fred = type(world.bob)(world, "U0FRED")
    late = [fred.press(card, action) for action in (APPROVE, DENY)]
    await world.bob.click(card, APPROVE)
    for click in late:
        await fred.deliver(click)
    await world.settle()
    assert world.effects(REFUND) == 1
    assert "<@U0BOB>" in str(world.slack.responses[-1]["blocks"])
    assert "<@U0BOB>" in str(fred.modal["blocks"])


async def test_the_same_click_delivered_again_has_no_second_effect(world: World) -> None:
    """A replayed delivery, signed anew or byte for byte, changes nothing."""
    card = await asked(world)
    click = world.bob.press(card, APPROVE)
    for _ in range(3):
        assert (await world.bob.deliver(click)).status_code == 200
    await world.settle()
    assert world.effects(REFUND) == 1
    assert len(world.workspace.thread(card.ts)) == 1


async def test_the_same_command_delivered_again_asks_once(world: World) -> None:
    """Slack's trigger names the delivery."""
    for _ in range(2):
        await world.alice.slash(f"refunds create --charge {CHARGE} --amount 500", trigger="one.trigger")
    assert len(world.said()) == 1


async def test_a_forged_button_decides_nothing(world: World) -> None:
    """A value that we did not sign names no approval."""
    card = await asked(world)
    value = card.button(APPROVE)["value"]
    for forged in ("", "x", value[:-2] + "xx", value + "x"):
        await world.bob.click(card, APPROVE, value=forged)
    assert world.effects(REFUND) == 0
    assert buttons(world.card) == [APPROVE, DENY]


async def test_the_button_of_another_approval_decides_that_one_alone(world: World) -> None:
    """A value belongs to its approval, wherever it is pressed."""
    first = await asked(world)
    second = await asked(world, f"customers delete {HIGHLIGHTS['customer_to_delete']}")
    await world.bob.click(second, APPROVE, value=first.button(APPROVE)["value"])
    assert world.effects(REFUND) == 1
    assert world.effects("DELETE /v1/customers/{customer}") == 0


async def test_an_expired_approval_can_not_be_approved(world: World) -> None:
    """Time is up by the database's clock; the card says so and holds no button."""
    card = await asked(world)
    world.shift.by += world.bot.approvals.lifetime
    await world.bob.click(card, APPROVE)
    assert world.effects(REFUND) == 0
    await world.bot.sweep()
    await world.settle()
    assert buttons(world.card) == []
    assert "Expired" in str(world.card.blocks)


async def test_deleting_a_customer_waits_too(world: World) -> None:
    """Every DELETE takes a second person, in test mode as well."""
    customer = HIGHLIGHTS["customer_to_delete"]
    card = await asked(world, f"customers delete {customer}")
    assert world.effects("DELETE /v1/customers/{customer}") == 0
    await world.bob.click(card, APPROVE)
    assert world.effects("DELETE /v1/customers/{customer}") == 1
    assert "deleted" in str(world.workspace.thread(card.ts)[0].blocks).lower()


async def test_nobody_is_asked_for_what_stripe_would_refuse(world: World) -> None:
    """Too much money: whoever asks is told so at once."""
    await world.alice.slash(f"refunds create --charge {CHARGE} --amount 99999999")
    assert world.said() == []
    assert "is more than is left of it" in world.told[-1]


async def test_what_stripe_refuses_after_all_says_why(world: World) -> None:
    """The card says failed, the thread says what Stripe said."""
    card = await asked(world, f"refunds create --charge {CHARGE} --payment-intent pi_3SandboxAsked01 --amount 500")
    await world.bob.click(card, APPROVE)
    assert world.effects(REFUND) == 0
    assert "Failed" in str(world.card.blocks)
    assert world.workspace.thread(card.ts)
