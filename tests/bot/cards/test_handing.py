"""Which bearer values of an answer somebody asked for, and how they are shown to them."""

from typing import Any

import pytest

from bot.cards.handing import LONGEST, Handed, handed_note, handed_over, purpose
from bot.cards.redaction import redact
from operations.registry import registry
from tests.block_rules import message_violations
from tests.bot.cards import samples as made

LONG = "whsec_" + "a1B2" * 8


def asked(name: str, data: Any, **parameters: Any) -> tuple[Handed, ...]:
    operation = registry().by_name(name)
    assert operation is not None
    call = made.frozen(operation, parameters=parameters).call
    return purpose(call, data, redact(data, bearer=True))


@pytest.mark.parametrize(
    ("name", "data", "parameters", "paths"),
    [
        ("webhook_endpoints create", {"object": "webhook_endpoint", "id": "we_1", "secret": LONG}, {}, ["secret"]),
        ("webhook_endpoints list", {"object": "list", "data": [{"secret": LONG}]}, {}, []),
        ("account_links create", {"object": "account_link", "url": "https://connect.stripe.com/x"}, {}, ["url"]),
        ("payment_intents create", {"object": "payment_intent", "client_secret": f"pi_1_secret_{LONG}"}, {}, []),
        ("customers create", {"object": "customer", "url": "https://pay.stripe.com/x"}, {}, []),
        (
            "issuing cards retrieve",
            {"object": "issuing.card", "number": "4000009990000021", "cvc": "123"},
            {"expand": ("number", "cvc")},
            ["number", "cvc"],
        ),
        ("issuing cards retrieve", {"object": "issuing.card", "number": "4000009990000021"}, {}, []),
    ],
)
def test_what_was_the_purpose_is_found(name: str, data: Any, parameters: Any, paths: list[str]) -> None:
    """By what the object is made for, and by what was asked to be expanded; nothing else that is hidden."""
    assert [each.path for each in asked(name, data, **parameters)] == paths


@pytest.mark.parametrize("value", [LONG, "<!channel>*x*", "x" * (LONGEST + 1), "https://a.example/" + "b" * 2_000])
def test_what_is_shown_is_valid_and_not_in_the_notification(value: str) -> None:
    """Its text tells that there is something, and no more."""
    message = handed_over(made.run(made.frozen(made.CUSTOMERS_LIST)), (Handed("secret", value),))
    assert message_violations({"text": message.text, "blocks": list(message.blocks)}) == []
    assert value not in message.text
    assert (value[:20] in str(message.blocks).replace("&lt;", "<").replace("&gt;", ">")) == (len(value) <= LONGEST)


def test_the_answer_says_whether_it_was_shown() -> None:
    """For all to read, so with nothing of it."""
    assert "kept nowhere" in str(handed_note(shown=True))
    assert "could not be shown" in str(handed_note(shown=False))
