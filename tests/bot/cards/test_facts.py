"""What a card tells of an object: by the table where there is one, by its looks where there is none."""

from typing import Any

import pytest

from bot.cards.facts import Status, tell
from bot.cards.objects import OBJECTS
from bot.cards.values import Manner, dig, instant, method, money, period, words
from tests.bot.cards import samples as made

PLAIN = Manner("plain")
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"amount_refunded": 0}, Status("succeeded", "good")),
        ({"amount_refunded": 1}, Status("partly refunded", "neutral")),
        ({"refunded": True}, Status("refunded", "neutral")),
        ({"disputed": True, "refunded": True}, Status("disputed", "attention")),
        ({"status": "failed", "captured": False}, Status("failed", "bad")),
        ({"amount_refunded": 0, "captured": False}, Status("authorized, not captured", "waiting")),
        ({"amount_refunded": 0, "status": "brand_new"}, Status("brand new", "neutral")),
        ({"amount_refunded": 0, "status": None}, None),
    ],
)
def test_the_status_of_a_charge_is_the_first_that_holds(changes: dict[str, Any], expected: Status | None) -> None:
    """What happened to the money last says more than Stripe's status alone."""
    assert tell({**made.OBJECTS["charge"], **changes}, PLAIN).status == expected


@pytest.mark.parametrize(
    ("kind", "headline"),
    [
        ("charge", "$42.50 USD"),
        ("customer", "Jenny Rosen"),
        ("invoice", "€30.00 EUR · CEDAR-0042"),
        ("subscription", "Book club, 2 × €15.00 EUR, monthly"),
        ("price", "€45.00 EUR · every 3 months"),
        ("coupon", "20% · Winter 20% off"),
        ("balance", "€1,284.55 EUR, ¥52,000 JPY"),
        ("payment_method", "Visa •••• 4242"),
        ("event", "refund.created"),
        ("tax_rate", "VAT on books"),
        ("v2.core.account", "Cedar Books Outlet"),
    ],
)
def test_the_headline_says_which_one_it_is(kind: str, headline: str) -> None:
    """An amount, a name, or both."""
    assert tell(made.OBJECTS[kind], PLAIN).headline.replace(NBSP, " ") == headline


def test_a_fact_that_is_no_news_is_left_out() -> None:
    """Nothing refunded is not worth a line; five dollars are."""
    labels = dict(tell({**made.OBJECTS["charge"], "amount_refunded": 0}, PLAIN).facts)
    assert "Refunded" not in labels
    assert dict(tell(made.OBJECTS["charge"], PLAIN).facts)["Refunded"] == f"$5.00{NBSP}USD"


def test_an_expanded_object_is_told_by_its_id() -> None:
    """--expand changes what stands in a member, not what the card needs of it."""
    expanded = {**made.OBJECTS["charge"], "customer": made.OBJECTS["customer"]}
    assert dict(tell(expanded, PLAIN).facts)["Customer"] == "`cus_Q001Reader`"


def test_an_unknown_object_is_told_by_its_looks() -> None:
    """Moments, money, ids and flags are recognised; what has no short form is left to the JSON."""
    told = tell(
        {
            "id": "thing_1",
            "object": "brand_new.thing",
            "amount_due": 1250,
            "currency": "usd",
            "created": made.CREATED,
            "owner": "cus_Q001Reader",
            "enabled": True,
            "nested": {"a": 1},
            "status": "active",
            "total": {"value": 700, "currency": "eur"},
        },
        PLAIN,
    )
    assert (told.title, told.headline, told.known) == ("Brand new thing", "thing_1", False)
    assert told.status == Status("active", "good")
    assert dict(told.facts) == {
        "Amount due": f"$12.50{NBSP}USD",
        "Currency": "usd",
        "Created": "2026-11-22 12:00 UTC",
        "Owner": "`cus_Q001Reader`",
        "Enabled": "yes",
        "Total": f"€7.00{NBSP}EUR",
    }


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        ("charge", "payments/ch_3PzJenny"),
        ("refund", "payments/pi_3PzJenny"),
        ("customer", "customers/cus_Q001Reader"),
        ("balance", "balance"),
        ("account", "connect/accounts/acct_1CedarBooks"),
        ("tax_rate", None),
    ],
)
def test_only_pages_that_are_sure_to_exist_are_linked(kind: str, page: str | None) -> None:
    """A refund is looked at on its payment."""
    assert tell(made.OBJECTS[kind], PLAIN).page == page


@pytest.mark.parametrize("identity", ["../../refunds", "cus_1/x", "cus 1", "cus_1?a=b", "", None, 7])
def test_an_id_that_is_none_links_nowhere(identity: str | int | None) -> None:
    """What Stripe calls an id can't lead to another page."""
    assert tell({"object": "customer", "id": identity}, PLAIN).page is None


def test_every_fact_of_the_table_has_a_label_and_every_row_is_a_fact() -> None:
    """A card shows no value without saying what it is."""
    for kind, card in OBJECTS.items():
        assert card.title, kind
        assert all(fact.label for fact in card.facts), kind


def test_values_are_read_from_what_stripe_may_put_there() -> None:
    """The small readers, on the odd cases that the cards don't show."""
    assert dig({"a": [{"b": 1}]}, "a.0.b") == 1
    assert dig({"a": []}, "a.0.b") is None
    assert money(500, None, PLAIN) == "500 minor units"
    assert money(500, "<!here>", PLAIN) == "500 minor units"
    assert money({"value": 500, "currency": "jpy"}, None, PLAIN) == f"¥500{NBSP}JPY"
    assert money(True, "usd", PLAIN) is None
    assert instant(10**30) is None
    assert instant(-5) is None
    assert instant("2026-11-22T12:00:00Z") == made.NOON.replace(day=22)
    assert instant("soon") is None
    assert method({"type": "sepa_debit", "sepa_debit": {"last4": "3000"}}) == "SEPA debit •••• 3000"
    assert period({"interval": "week"}, PLAIN) == "weekly"
    assert words("requested_by_customer") == "Requested by customer"
