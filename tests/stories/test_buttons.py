"""Buttons that stand for a text."""

import pytest

from bot.cards import RUN
from operations.sandbox.keys import ACCOUNT
from tests.fakes import slack_payloads
from tests.world import SUPPORT, World


@pytest.mark.both_databases
async def test_pressing_a_button_is_typing_its_text(world: World) -> None:
    """Whoever presses it asks, where it stands."""
    await world.bob.deliver(
        slack_payloads.click(
            f"{RUN}:1", "customers list --limit 2", user="U0BOB", user_team="T0CASA", channel=SUPPORT,
            response_url=world.slack.response_url(),
        )
    )  # fmt: skip
    await world.settle()
    assert "<@U0BOB>" in str(world.card.blocks)
    assert "customers list --limit 2" in str(world.card.blocks)


async def test_a_button_in_a_thread_is_answered_in_the_thread(world: World) -> None:
    """Head and answer stand where the button does."""
    await world.alice.slash("customers list --limit 1")
    root = world.card
    answer = world.workspace.thread(root.ts)[0]
    await world.bob.deliver(
        slack_payloads.click(
            f"{RUN}:1",
            "products list --limit 1",
            user="U0BOB",
            user_team="T0CASA",
            channel=SUPPORT,
            message={"ts": answer.ts, "text": answer.text, "thread_ts": root.ts},
            response_url=world.slack.response_url(),
        )
    )
    await world.settle()
    assert world.said() == [root]
    told = [str(message.blocks) for message in world.workspace.thread(root.ts)]
    assert "products list --limit 1" in told[1]
    assert "1 product" in told[2]


async def test_a_button_with_blanks_opens_a_form(world: World) -> None:
    """The answers fill the blanks, each as one value."""
    text = "customers create --name {name} --email {email?}"
    payload = slack_payloads.click(
        RUN, text, user="U0BOB", user_team="T0CASA", channel=SUPPORT, response_url=world.slack.response_url()
    )
    payload["trigger_id"] = world.slack.trigger(world.workspace)
    await world.bob.deliver(payload)
    await world.settle()
    assert await world.bob.submit({"missing-0": ""}) == {
        "response_action": "errors",
        "errors": {"missing-0": "This is required."},
    }
    assert await world.bob.submit({"missing-0": "O'Brien --live"}) == {}
    assert world.effects("POST /v1/customers") == 1
    made = next(iter(world.stripe.state.book(ACCOUNT, livemode=False).newest("customer")))
    assert made["name"] == "O'Brien --live"


async def test_a_form_that_slack_does_not_open_is_said_in_words(world: World) -> None:
    """Nobody is left without an answer."""
    payload = slack_payloads.click(
        RUN, "customers create --name {name}", user="U0BOB", user_team="T0CASA", channel=SUPPORT,
        response_url=world.slack.response_url(),
    )  # fmt: skip
    await world.bob.deliver(payload | {"trigger_id": "1.stale"})
    await world.settle()
    assert "Press again" in world.told[0]
