"""Errors: what happened, what to do, and the way there; for all that Stripe may say, and nothing that it should not."""

import re
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot import cards
from bot.blocks import Message
from bot.cards.advice import CODES, DECLINES, STATUSES, TYPES, Advice, advise
from bot.domain import Account
from operations.grammar import Command, parse
from operations.outcome import Failed, StripeError
from operations.registry import registry
from operations.stripe_errors import parse_error
from tests.block_rules import message_violations
from tests.bot.cards import samples as made
from tests.bot.cards.error_cases import ERRORS, elsewhere
from tests.bot.cards.test_hostile_answers import check

READ = made.retrieve("charge")


def shown(outcome: Failed, account: Account = made.TEST, **call: Any) -> Message:
    """The card of an error of a read, valid in any case."""
    frozen = made.frozen(READ, account, path={"charge": "ch_3PzJenny01"}, **call)
    (message,) = cards.result(made.run(frozen), outcome, made.manner("rich"))
    assert isinstance(message, Message)
    assert message_violations({"text": message.text, "blocks": list(message.blocks)}) == []
    return message


def buttons(message: Message) -> dict[str, str]:
    """What each button stands for, by its label."""
    found = (each for block in message.blocks if block["type"] == "actions" for each in block["elements"])
    return {each["text"]["text"]: each["value"] for each in found}


@pytest.mark.parametrize("advice", [*CODES.values(), *DECLINES.values(), *TYPES.values(), *STATUSES.values()])
def test_every_advice_says_what_to_do(advice: Advice) -> None:
    """In a short headline without a stop, and a sentence with one."""
    assert 0 < len(advice.headline) < 75
    assert not advice.headline.endswith(".")
    assert advice.next.endswith(".")
    assert advice.next != advice.headline


def test_every_code_is_one_of_stripes() -> None:
    """A code that Stripe doesn't have would never be looked up."""
    # Read and not imported: the package is a source of facts alone.
    source = Path(str(distribution("stripe").locate_file("stripe/_payment_intent.py"))).read_text(encoding="utf-8")
    known = set(re.findall(r'"([a-z0-9_]+)"', source))
    assert set(CODES) - known == set()


@pytest.mark.parametrize("code", ["stolen_card", "lost_card", "pickup_card", "restricted_card", "fraudulent"])
def test_what_hints_at_fraud_is_not_to_be_told_to_the_customer(code: str) -> None:
    """Whoever tries stolen cards would learn which ones work."""
    assert "not why" in advise(StripeError("card_error", "", 402, code="card_declined", decline_code=code)).next


@pytest.mark.parametrize("kind", sorted(TYPES.keys() - {"api_error", "invalid_request_error"}))
@pytest.mark.parametrize("status", [403, 404, 409, 429])
def test_a_type_of_its_own_says_more_than_a_status(kind: str, status: int) -> None:
    """What was canceled before is not somebody else's change, whatever status it comes with."""
    assert advise(StripeError(kind, "", status)) == TYPES[kind]


def test_revoked_access_asks_for_another_key() -> None:
    """No permission brings it back."""
    message = "The key does not have access to the account. Application access may have been revoked."
    assert "/stripe connect" in advise(StripeError("invalid_request_error", message, 403)).next


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("account", [made.TEST, made.LIVE])
def test_an_error_has_its_request_with_the_log(name: str, account: Account) -> None:
    """In the right mode; what to do stands on it, and the mode comes first in the notification."""
    message = shown(ERRORS[name], account)
    text = str(message.blocks)
    assert "*What to do:*" in text
    assert made.REQUEST in text
    assert "nothing was changed" in text
    if "workbench" not in text:
        assert (f"dashboard.stripe.com/test/logs/{made.REQUEST}" in text) is not account.livemode
    assert message.text.startswith("🔴 LIVE" if account.livemode else "🧪 Test")


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("permission", "write access to charges"),
        ("permissions", "read access to disputes and write access to payment intents"),
    ],
)
def test_the_permission_that_lacks_is_named(name: str, needed: str) -> None:
    """In words, with the way to the keys of that mode."""
    text = str(shown(ERRORS[name], made.LIVE).blocks)
    assert needed in text
    assert "https://dashboard.stripe.com/apikeys" in text
    assert "https://dashboard.stripe.com/test/apikeys" in str(shown(ERRORS[name]).blocks)


@pytest.mark.parametrize(("account", "mode"), [(made.TEST, "live"), (made.LIVE, "test")])
def test_what_is_in_the_other_mode_is_a_button_away(account: Account, mode: str) -> None:
    """The same command, for whoever presses it to ask; a live one meets the policy like any other."""
    message = shown(elsewhere(mode), account)
    offered = parse(buttons(message)[f"Run it in {mode} mode"], registry())
    assert isinstance(offered, Command)
    assert (offered.live, dict(offered.call.path_values)) == (mode == "live", {"charge": "ch_3PzJenny01"})
    assert f"It is there in {mode} mode" in str(message.blocks)


@pytest.mark.parametrize("name", ERRORS)
def test_trying_again_is_offered_where_it_may_help(name: str) -> None:
    """Where the trouble passes by itself, and nowhere else."""
    again = buttons(shown(ERRORS[name])).get("Try again")
    assert (again is not None) == (name in {"lock", "rate", "stripe", "unsent"})
    if again is not None:
        assert isinstance(parse(again, registry()), Command)


_TAILS = ("sk_live_" + "*" * 10 + "abcd", "rk_test_****wxyz", "sk_test_51" + "N" * 30)


@pytest.mark.parametrize("key", _TAILS)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_no_part_of_a_key_is_ever_shown(key: str, status: int) -> None:
    """Stripe's messages hold the tail of the key that was used."""
    body = {"error": {"type": "invalid_request_error", "message": f"Invalid API Key provided: {key}", "param": key}}
    parsed = parse_error(status, body)
    assert parsed is not None
    assert key[-4:] not in str(shown(Failed(parsed.error, request_id=made.REQUEST)))


_HOSTILE = some.sampled_from(
    [
        "<!channel>",
        "<@U0BOB>",
        "<https://evil.example|ours>",
        "*bold* `code`",
        "\u202egnp.exe",
        "x" * 5_000,
        "",
        "\x00\x1b",
    ]
)
_TEXTS = some.one_of(some.none(), some.text(max_size=40), _HOSTILE)


@given(
    some.dictionaries(
        some.sampled_from(
            ["type", "code", "decline_code", "message", "param", "doc_url", "request_log_url", "user_message"]
        ),
        some.one_of(_TEXTS, some.integers(), some.lists(_TEXTS, max_size=2)),
    ),
    some.sampled_from([400, 401, 402, 403, 404, 409, 429, 500]),
)
def test_nothing_that_stripe_says_becomes_markup(members: dict[str, Any], status: int) -> None:
    """Its errors repeat what the caller sent; whatever their members hold."""
    parsed = parse_error(status, {"error": {"type": "card_error", "message": "x"} | members})
    if parsed is not None:
        check((shown(Failed(parsed.error, request_id=made.REQUEST)),))
