"""Personal data where others read along: masked by name, by place and by looks, so that those who know still know."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.blocks import Message
from bot.cards.masking import MAX_DEPTH, mask, mask_name, mask_text
from bot.cards.personal import BY_NAME
from operations.outcome import Failed, StripeError
from tests.bot.cards import samples as made
from tests.bot.cards.hostile import answers
from tests.bot.cards.test_hostile_answers import check

MASKED = made.masked(made.manner())
_LOCAL = some.from_regex(r"[A-Za-z0-9][A-Za-z0-9.+_'-]{1,30}", fullmatch=True)
_HOST = some.from_regex(r"[a-z0-9]{1,20}(\.[a-z]{2,8}){1,3}", fullmatch=True)


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"object": "customer", "name": "Jenny Rosen"}, {"object": "customer", "name": "J••• R•••"}),
        ({"object": "product", "name": "Jenny's coffee"}, {"object": "product", "name": "Jenny's coffee"}),
        ({"billing_details": {"name": "Ünal"}}, {"billing_details": {"name": "Ü•••"}}),
        ({"email": "jenny@example.com"}, {"email": "j•••@example.com"}),
        (["write to jenny@example.com, soon"], ["write to j•••@example.com, soon"]),
        ({"metadata": {"contact": "a.b+c@d.co.uk"}}, {"metadata": {"contact": "a•••@d.co.uk"}}),
        ({"phone": "+49 30 1234 56"}, {"phone": "••• 56"}),
        ({"phone": "911"}, {"phone": "•••"}),
        ({"address": {"line1": "Main St 1", "country": "DE"}}, {"address": {"line1": "•••", "country": "DE"}}),
        ({"dob": {"day": 1, "month": 2, "year": 1990}}, {"dob": {"day": "•••", "month": "•••", "year": "•••"}}),
        ({"object": "tax_id", "id": "txi_1", "value": "DE123"}, {"object": "tax_id", "id": "txi_1", "value": "•••"}),
        ({"phone": None, "email": "", "city": " "}, {"phone": None, "email": "", "city": " "}),
        ({"card": {"last4": "4242", "exp_year": 2030}}, {"card": {"last4": "4242", "exp_year": 2030}}),
        ({"id": "cus_1", "amount": 500, "livemode": True}, {"id": "cus_1", "amount": 500, "livemode": True}),
    ],
)
def test_what_is_personal_is_masked(data: Any, shown: Any) -> None:
    """And nothing else is."""
    assert mask(data) == shown


@pytest.mark.parametrize("name", BY_NAME)
def test_each_personal_member_is_masked_wherever_it_stands(name: str) -> None:
    """In lists and in other objects, too."""
    assert "Jenny Rosen" not in json.dumps(mask({"a": [{name: "Jenny Rosen"}, {"b": {name: ["Jenny Rosen"]}}]}))


@given(_LOCAL, _HOST, some.text(alphabet=" ,;:<>()\n", max_size=3), some.text(alphabet=" ,;:<>()\n", max_size=3))
def test_an_address_is_masked_by_its_looks(local: str, host: str, before: str, after: str) -> None:
    """Between whatever it stands, and its first letter and its host stay."""
    shown = mask_text(f"{before}{local}@{host}{after}")
    assert shown == f"{before}{local[0]}•••@{host}{after}"


@given(answers)
def test_masking_twice_is_masking_once(data: Any) -> None:
    """Whatever Stripe answers, and it never raises."""
    once = mask(data)
    assert json.dumps(mask(once)) == json.dumps(once)


@given(some.text(max_size=60))
def test_a_name_keeps_no_more_than_its_first_letters(name: str) -> None:
    """And as many words as it has."""
    words = name.split()
    if all("@" not in each and "•" not in each for each in words):
        assert [each.rstrip("•") for each in mask_name(name).split()] == [each[0] for each in words]


def test_a_megabyte_is_read_once() -> None:
    """A text made to have a pattern go back and forth for ever ends as quickly as any other."""
    for text in ("a" * 500_000 + " @", "a@" * 250_000, "a@" + "b." * 250_000, "a@b-" * 125_000):
        assert mask_text(mask_text(text)) == mask_text(text)


def test_what_is_nested_too_deeply_is_not_shown() -> None:
    deep: Any = {"name": "Jenny Rosen", "object": "customer"}
    for _ in range(MAX_DEPTH + 10):
        deep = {"in": deep}
    assert "Jenny" not in json.dumps(mask(deep))


@given(answers)
def test_a_masked_answer_is_valid_and_has_its_button(data: Any) -> None:
    """Slack takes it, and whoever may see more can ask for it."""
    posted = made.results(made.frozen(made.CUSTOMERS_LIST), made.succeeded(data), MASKED)
    check(posted)


def test_a_refusal_names_nobody() -> None:
    """Stripe repeats what it was sent."""
    error = StripeError(type="invalid_request_error", message="No such email: jenny@example.com", status=400)
    [told] = made.results(made.frozen(made.CUSTOMERS_LIST), Failed(error), MASKED)
    assert isinstance(told, Message)
    assert "j•••@example.com" in str(told)
    assert "jenny@" not in str(told)
