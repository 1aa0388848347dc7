"""Whatever Stripe answers and whoever wrote into it: every message is valid, and nothing in it is theirs but text."""

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import cards
from bot.blocks import FileMessage, Message, Posted
from bot.text import Style
from operations.outcome import Failed, Outcome, StripeError, Unknown
from operations.problem import Problem
from tests.bot.cards import samples as made
from tests.bot.cards.hostile import SECRETS, answers, texts
from tests.examples import examples
from tests.rungs import rung_violations, rungs

TOKEN = re.compile(r"<(?!!date\^|https://dashboard\.stripe\.com/)")
FAST = settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(messages: tuple[Posted, ...], *, ours: int = 0) -> None:
    """Each message is valid Block Kit and holds no token but dates, Dashboard links and ``ours`` mentions of ours."""
    assert isinstance(messages[0], Message)
    for message in messages:
        if isinstance(message, Message):
            assert rung_violations(message) == []
            for rung in rungs(message):
                payload = {"text": rung.text, "blocks": list(rung.blocks)}
                assert sum(len(TOKEN.findall(text)) for text in _mrkdwn(payload)) <= ours
        else:
            assert re.fullmatch(r"[A-Za-z0-9._-]{1,100}", message.filename)
            assert not isinstance(message, FileMessage) or message.content


def _mrkdwn(part: Any) -> list[str]:
    """Every text in which Slack reads tokens: of mrkdwn objects, and of the message itself."""
    if isinstance(part, list):
        return [text for item in part for text in _mrkdwn(item)]
    if not isinstance(part, dict) or part.get("type") == "plain_text":
        return []
    if part.get("type") == "mrkdwn" or "blocks" in part:
        return [part["text"], *_mrkdwn(part.get("blocks"))]
    return [text for item in part.values() for text in _mrkdwn(item)]


@FAST
@given(data=answers, style=st.sampled_from(["rich", "plain"]), live=st.booleans())
def test_any_answer_becomes_valid_messages(data: Any, style: Style, live: bool) -> None:
    """No JSON value breaks a limit, slips a mention or a link in, or raises."""
    call = made.frozen(made.CUSTOMERS_LIST, made.LIVE if live else made.TEST)
    check(cards.result(made.run(call), made.succeeded(data), made.manner(style)))


@FAST
@given(data=answers)
def test_no_answer_gets_newer_markup_into_the_plain_style(data: Any) -> None:
    """The local Slack prints dates and fences literally, so the plain style has none."""
    call = made.frozen(made.CUSTOMERS_LIST)
    for message in cards.result(made.run(call), made.succeeded(data), made.manner("plain")):
        if isinstance(message, Message):
            assert not any("<!date" in text or "```" in text for text in _mrkdwn(list(message.blocks)))
            assert {block["type"] for block in message.blocks} <= {"section", "context", "header", "divider", "actions"}


@FAST
@given(data=answers, secret=st.sampled_from(SECRETS), where=st.sampled_from(["client_secret", "secret", "cvc"]))
def test_no_bearer_value_is_posted(data: Any, secret: str, where: str) -> None:
    """A secret nested into any answer is in no message and in no file."""
    nested = {"object": "list", "data": [{"object": "event", "data": {"object": {where: secret, "else": data}}}]}
    for whole in ({"object": "payment_intent", where: secret, "latest_charge": data}, nested):
        messages = cards.result(made.run(made.frozen(made.CUSTOMERS_LIST)), made.succeeded(whole), made.manner("rich"))
        assert secret not in repr(messages)


@FAST
@given(message=texts, code=texts, param=texts, kind=texts, status=st.integers(min_value=0, max_value=599))
def test_any_error_becomes_a_valid_message(message: str, code: str, param: str, kind: str, status: int) -> None:
    """Stripe's errors repeat what the caller sent, so they are text like any other."""
    error = StripeError(type=kind, message=message, status=status, code=code, param=param, decline_code=code)
    outcomes: tuple[Outcome, ...] = (
        Failed(error, request_id=param),
        Unknown(reason=message, error=error, request_id=param),
        Unknown(reason=message, waiting_at_stripe=param),
    )
    run = made.run(made.frozen(made.REFUNDS_CREATE))
    for outcome in outcomes:
        check(cards.result(run, outcome, made.manner("rich")))
        check((cards.run_head(run, message, outcome),), ours=2)


@FAST
@given(values=st.dictionaries(st.sampled_from(["charge", "amount", "reason", "currency"]), texts), command=texts)
def test_any_call_becomes_a_valid_approval_card(values: dict[str, str], command: str) -> None:
    """What a requester types stands on the card as text; only the requester and the channel are named by tokens."""
    call = made.frozen(made.REFUNDS_CREATE, made.LIVE, parameters={**values, "metadata": {"m": command}})
    card = cards.approval_card(made.approval(call), token="opaque", command=command, style="rich")
    check((card,), ours=3)


@FAST
@given(message=texts, suggestions=st.lists(texts, max_size=8), parameter=st.none() | texts)
def test_any_problem_becomes_a_valid_message(message: str, suggestions: list[str], parameter: str | None) -> None:
    """A problem repeats what was typed, so it is text like any other."""
    check((cards.problem(Problem("unknown", message, parameter, tuple(suggestions))), cards.denied(message)))


@pytest.mark.parametrize("items", [100, 500])
@pytest.mark.parametrize("style", ["rich", "plain"])
def test_a_long_list_shows_what_fits_and_brings_the_rest_as_a_file(items: int, style: Style) -> None:
    """The card says how many it shows; the file has every item, redacted."""
    page = made.page([made.customer(number, "N" * 300, "e@example.com") for number in range(items)], more=True)
    messages = cards.result(made.run(made.frozen(made.CUSTOMERS_LIST)), made.succeeded(page), made.manner(style))
    check(messages)
    message, file = messages
    assert isinstance(file, FileMessage)
    assert len(json.loads(file.content)["data"]) == items
    assert f"of {items} are shown" in str(message)
