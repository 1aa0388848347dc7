"""Bearer values: found by name, by place and by looks, wherever they are; everything else comes through unchanged."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.redaction import HIDDEN, MAX_DEPTH, TOO_DEEP, redact
from tests.bot.cards.hostile import SECRETS, json_values
from tests.bot.cards.samples import OBJECTS

KEY = "sk_" + "test_" + "obviouslyNotAKey0123"
CARD = "4242" * 4


@pytest.mark.parametrize(
    "holder",
    [
        {"client_secret": "abc"},
        {"Client_Secret": "abc"},
        {"object": "webhook_endpoint", "secret": "abc"},
        {"webhook_endpoint": {"signing_secret": "abc"}},
        {"confirmation_secret": {"client_secret": "abc"}},
        {"object": "issuing.card", "cvc": "123"},
        {"object": "issuing.card", "number": CARD},
        {"number": 4242424242424242},
        {"aba": {"account_number": "000123456789"}},
        {"object": "apps.secret", "payload": "abc"},
        {"object": "login_link", "url": "https://connect.example/login"},
        {"object": "account_link", "url": "https://connect.example/setup"},
        {"object": "v2.core.account_link", "url": "https://accounts.example/a"},
        {"object": "file_link", "url": "https://files.example/a"},
        {"object": "checkout.session", "url": "https://pay.cedar.example/c/pay/1"},
        {"object": "billing_portal.session", "url": "https://billing.example/p/1"},
        {"anything": "https://checkout.stripe.com/c/pay/cs_test_1"},
        {"anything": "https://files.stripe.com/links/abc"},
        {"next_action": {"redirect_to_url": {"url": "https://bank.example/3ds?secret=1"}}},
        {"tokens": [{"secret": "abc"}]},
    ],
)
def test_a_bearer_value_is_hidden(holder: dict[str, Any]) -> None:
    """Alone, in a list, in an event and expanded into another object."""
    wholes: tuple[Any, ...] = (
        holder,
        [holder],
        {"object": "event", "data": {"object": holder}},
        {"x": {"data": [holder]}},
    )
    for whole in wholes:
        shown = redact(whole)
        assert HIDDEN in str(shown)
        assert "abc" not in str(shown).replace("anything", "")


@pytest.mark.parametrize("text", [f"the key {KEY} leaked", f"card {CARD}", {"deep": [f"{KEY}"]}])
def test_a_secret_in_any_text_is_removed(text: Any) -> None:
    """Somebody may have written a key into a description."""
    assert KEY not in str(redact({"description": text}))
    assert CARD not in str(redact({"description": text}))


@pytest.mark.parametrize(
    "harmless",
    [
        {"object": "invoice", "number": "CEDAR-0042"},
        {"object": "list", "url": "/v1/customers"},
        {"object": "product", "url": "https://cedar.example/club"},
        {"object": "payment_link", "url": "https://buy.stripe.com/abc"},
        {"receipt_url": "https://pay.stripe.com/receipts/1"},
        {"client_secret": None, "secret": False},
        {"number": 12},
    ],
)
def test_what_gives_no_access_is_kept(harmless: dict[str, Any]) -> None:
    """A person who looks something up gets it."""
    assert redact(harmless) == harmless


def test_objects_as_stripe_gives_them_keep_every_other_member() -> None:
    """Of the samples only the payment intent's client secret goes."""
    for kind, whole in OBJECTS.items():
        changed = {name for name, value in whole.items() if redact(whole)[name] != value}  # type: ignore[index,call-overload]
        assert changed == ({"client_secret"} if kind == "payment_intent" else set())


def test_an_operation_that_answers_with_access_shows_no_address_at_all() -> None:
    """Where risk says that the answer is a bearer value, an unknown object's links are hidden, too."""
    assert redact({"object": "new.thing", "url": "https://x.example/y"}, bearer=True) == {
        "object": "new.thing",
        "url": HIDDEN,
    }


def test_nesting_beyond_any_answer_of_stripe_is_cut() -> None:
    """What is too deep to look through is not let through."""
    deep: Any = {"secret": "abc"}
    for _ in range(2_000):
        deep = {"a": deep}
    shown = redact(deep)
    assert "abc" not in str(shown)
    for _ in range(MAX_DEPTH + 1):
        shown = shown["a"]  # type: ignore[index,call-overload]
    assert shown == TOO_DEEP


@given(data=json_values, secret=st.sampled_from(SECRETS), name=st.sampled_from(["client_secret", "secret", "api_key"]))
def test_no_secret_survives_and_nothing_more_changes_the_second_time(data: Any, secret: str, name: str) -> None:
    """Whatever stands around it; and redacting what was redacted changes nothing."""
    once = redact({"other": data, "inner": [{name: secret, "more": data}]})
    assert secret not in repr(once)
    assert repr(redact(once)) == repr(once)
