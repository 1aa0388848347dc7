"""What is said around the objects: errors with advice, help that works, forms, and who may decide."""

import pytest

from bot import cards
from bot.approvals import Refused
from bot.cards.advice import advise
from bot.cards.help import EXAMPLES
from bot.policy import Plan, Ruling, Undecided
from operations.grammar import Command, parse
from operations.outcome import StripeError
from operations.problem import Problem
from operations.registry import registry
from operations.shortcuts import Lookup, read, sketch
from tests.bot.cards import samples as made


@pytest.mark.parametrize(("what", "text"), EXAMPLES)
def test_every_example_of_the_help_is_a_complete_command(what: str, text: str) -> None:
    """Whoever copies an example gets no problem, and nothing live."""
    found = read(text, registry())
    command = found.command if isinstance(found, Lookup) else found
    assert isinstance(command, Command), what
    assert command.missing == ()
    assert not command.live


def test_what_the_help_says_of_saving_can_be_saved() -> None:
    """The text with its blank is a draft of a command."""
    assert isinstance(sketch("refund {charge} 5.00 usd", registry()), Command)


@pytest.mark.parametrize(
    ("error", "headline"),
    [
        (
            StripeError("card_error", "", 402, code="card_declined", decline_code="lost_card"),
            "The card was reported lost",
        ),
        (StripeError("card_error", "", 402, code="card_declined", decline_code="new_one"), "The card was declined"),
        (StripeError("invalid_request_error", "", 404, code="resource_missing"), "There is no such object"),
        (StripeError("invalid_request_error", "", 401), "Stripe didn't accept the key"),
        (StripeError("brand_new_error", "", 400), "Stripe refused the request"),
        (StripeError("not_sent", "", 0), "Nothing was sent to Stripe"),
        (
            StripeError("invalid_request_error", "a similar object exists in live mode", 404, code="resource_missing"),
            "It is there in live mode, and this was test",
        ),
    ],
)
def test_advice_follows_the_most_telling_word_of_an_error(error: StripeError, headline: str) -> None:
    """Decline code, then code, then status and type; something is always said, and what to do next."""
    advice = advise(error)
    assert advice.headline == headline
    assert advice.next


def test_a_missing_command_is_completed_in_a_way_that_parses() -> None:
    """The text to complete is the typed one with the missing names appended."""
    command = parse("refunds update re_1 --metadata[a]=b", registry())
    assert isinstance(command, Command)
    message = cards.missing(Command(command.call, missing=("charge", "items[0][price]")))
    assert "charge=… items[0][price]=…" in str(message.blocks)


def test_suggestions_are_whole_commands_unless_they_are_about_a_parameter() -> None:
    """What is offered can be typed as it stands."""
    about_words = cards.problem(Problem("unknown_operation", "No.", suggestions=("customers list",)))
    about_value = cards.problem(Problem("invalid_value", "No.", parameter="reason", suggestions=("duplicate",)))
    assert "`/stripe customers list`" in str(about_words.blocks)
    assert "`duplicate`" in str(about_value.blocks)


def test_a_late_click_is_told_who_decided() -> None:
    """The loser of a race learns the name, not just that it is over."""
    refused = Refused("decided", made.approval(made.refund_call(made.TEST), "approved"))
    assert f"<@{made.BOB}> approved it" in str(cards.decision_refused(refused).blocks)


@pytest.mark.parametrize(
    ("alias", "live", "connected", "said"),
    [
        (None, False, [], "/stripe connect"),
        ("us", False, [made.TEST], "No test account called us"),
        (None, True, [made.TEST], "No live account"),
        (None, True, [made.LIVE, made.LIVE], "More than one live account"),
    ],
)
def test_which_account_is_meant_is_asked_with_the_choices(
    alias: str | None, live: bool, connected: list[object], said: str
) -> None:
    """Says what is missing and which accounts there are."""
    message = cards.no_account(alias, live=live, connected=connected)  # type: ignore[arg-type]  # accounts, from a table
    assert said in str(message.blocks)


def test_an_approval_card_tells_what_is_signed() -> None:
    """Mode, amount, object, account, rule, expiry, the endpoint, each value, and the digest's first digits."""
    call = made.refund_call(made.LIVE, amount=500, currency="usd", metadata={"ticket": "6735"})
    card = str(cards.approval_card(made.approval(call), token="opaque", command="refunds create", style="plain"))
    for told in (
        "🔴 LIVE · Refund · $5.00",
        "ch_3PzJenny",
        "acct_1CedarBooks",
        "refunds need a second person",
        "0 of 1",
        "2026-11-23 16:00 UTC",
        "POST /v1/refunds",
        "metadata[ticket] = 6735",
        "3fa94c21",
        "'value': 'opaque'",
    ):
        assert told in card


def test_a_refund_without_an_amount_is_said_to_be_of_all_that_is_left() -> None:
    """An absent amount is the largest one."""
    card = cards.approval_card(made.approval(made.refund_call(made.TEST)), token="t", command="x", style="plain")
    assert "all that is left" in card.text


def test_a_value_with_line_ends_can_not_pass_for_another_parameter() -> None:
    """Each value stays on its own line of the card."""
    call = made.refund_call(made.TEST, reason="duplicate\namount = 1")
    card = cards.approval_card(made.approval(call), token="t", command="x", style="plain")
    assert "reason = duplicate⏎amount = 1" in str(card.blocks)


@pytest.mark.parametrize("state", ["approved", "denied", "expired", "withdrawn"])
def test_a_decided_card_has_no_buttons(state: str) -> None:
    """Nobody can click what is decided."""
    call = made.refund_call(made.TEST)
    card = cards.approval_card(made.approval(call, state), token="t", command="x", style="rich")  # type: ignore[arg-type]
    assert all(block["type"] != "actions" for block in card.blocks)


def test_the_approve_button_asks_again_with_what_is_approved() -> None:
    """The dialog repeats amount, object, account and mode."""
    card = cards.approval_card(
        made.approval(made.refund_call(made.LIVE, amount=500)), token="t", command="x", style="rich"
    )
    approve = card.blocks[-1]["elements"][0]
    assert approve["action_id"] == cards.APPROVE
    asked = approve["confirm"]["text"]["text"]
    assert all(told in asked for told in ("Refund", "500 minor units", "ch_3PzJenny", "Cedar Books", "LIVE"))


def test_a_dry_run_of_what_needs_a_reason_goes_on_by_asking_for_it() -> None:
    """Unless it was said already."""
    call = made.refund_call(made.TEST, amount=500).call
    ruling = Ruling("approval", "r", "it is", Plan(reason=True))
    for because, value in (("", "--because {because}"), ("It is late", "--because 'It is late'")):
        command = Command(call, dry_run=True, because=because)
        (button,) = cards.preview(command, made.TEST, ruling).blocks[-1]["elements"]
        assert button["value"].endswith(value)
    (button,) = cards.preview(Command(call, dry_run=True), made.TEST, Undecided("r")).blocks[-1]["elements"]
    assert button["text"]["text"] == "Go on"
