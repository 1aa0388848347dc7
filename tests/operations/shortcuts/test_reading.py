"""Which texts are shortcuts, and what each is short for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.grammar import Command, render
from operations.problem import Problem
from operations.registry import registry
from operations.sandbox.keys import LIVE_KEY
from operations.shortcuts import Lookup, read, read_shortcut
from operations.when import NOBODY_KNOWS

REGISTRY = registry()
PAGE = "https://dashboard.stripe.com"


def meaning(text: str) -> str:
    """What a text is short for, as the grammar writes it; a problem by its code."""
    found = read_shortcut(text, REGISTRY, NOBODY_KNOWS)
    match found:
        case Command():
            return render(found)
        case Lookup():
            return f"{render(found.command)} → {found.then}"
        case Problem():
            return f"! {found.code}"
    return "none"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ch_1A", "charges retrieve ch_1A"),
        ("/stripe ch_1A", "charges retrieve ch_1A"),
        ("Ch_1A", "charges retrieve ch_1A"),
        ("show ch_1A", "charges retrieve ch_1A"),
        ("Show ch_1A", "charges retrieve ch_1A"),
        ("ch_1A --expand customer --live", "charges retrieve ch_1A --expand customer --live"),
        ("ch_1A —live", "charges retrieve ch_1A --live"),
        ("--live ch_1A", "none"),
        ("ch_1A -e customer --on eu", "charges retrieve ch_1A --expand customer --on eu"),
        ("cs_live_a1", "checkout sessions retrieve cs_live_a1 --live"),
        ("cs_test_a1 --live", "! wrong_mode"),
        ("sub_sched_1A", "subscription_schedules retrieve sub_sched_1A"),
        ("ch_1A ch_2B", "! unexpected_argument"),
        ("ch_1A --wrong x", "! unknown_parameter"),
        ("card_1A", "! unknown_id"),
        ("req_1A2b3c4d", "! unknown_id"),
        ("xyz_1A2b3c4d", "! unknown_id"),
        ("show", "! missing_id"),
        ("show hello", "! invalid_value"),
        ("show xyz_a", "! unknown_id"),
    ],
)
def test_an_id_shows_its_object(text: str, expected: str) -> None:
    """By its prefix, with the options of any other command; a mode that the id tells is taken."""
    assert meaning(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{PAGE}/test/payments/pi_1A", "payment_intents retrieve pi_1A"),
        (f"{PAGE}/payments/pi_1A", "payment_intents retrieve pi_1A --live"),
        (f"{PAGE}/acct_1X/test/payments/ch_1A", "charges retrieve ch_1A --stripe-account acct_1X"),
        (f"{PAGE}/acct_1X/customers/cus_1A", "customers retrieve cus_1A --stripe-account acct_1X --live"),
        (f"{PAGE}/test/subscriptions/sub_1A?tab=x#y", "subscriptions retrieve sub_1A"),
        (f"{PAGE}/test/invoices/in_1A/edit", "invoices retrieve in_1A"),
        (f"{PAGE}/test/disputes/du_1A", "disputes retrieve du_1A"),
        (f"{PAGE}/test/payouts/po_1A", "payouts retrieve po_1A"),
        (f"{PAGE}/test/connect/accounts/acct_1Y/activity", "accounts retrieve_account acct_1Y"),
        (f"{PAGE}/test/products/our-mug", "products retrieve our-mug"),
        (f"{PAGE}/test/coupons/WINTER20", "coupons retrieve WINTER20"),
        (f"<{PAGE}/test/customers/cus_1A|{PAGE}/test/customers/cus_1A>", "customers retrieve cus_1A"),
        (f"<{PAGE}/test/customers/cus_1A|Jenny in the Dashboard>", "customers retrieve cus_1A"),
        (f"show <{PAGE}/test/customers/cus_1A>", "customers retrieve cus_1A"),
        (f"{PAGE}/test/customers/cus_1A --expand default_source", "customers retrieve cus_1A --expand default_source"),
        (f"{PAGE}/test/customers/cus_1A --live", "! wrong_mode"),
        (f"{PAGE}/test/logs/req_1A2b3c4d", "! unknown_id"),
        (f"{PAGE}/test/payments", "! invalid_link"),
        (f"{PAGE}/test/coupons/create", "! invalid_link"),
        (f"{PAGE}", "! invalid_link"),
        ("http://dashboard.stripe.com/test/payments/pi_1A", "! invalid_link"),
        ("https://evil.example/test/payments/pi_1A", "! invalid_link"),
        ("https://dashboard.stripe.com.evil.example/payments/pi_1A", "! invalid_link"),
        ("https://dashboard.stripe.com@evil.example/payments/pi_1A", "! invalid_link"),
        ("https://me:secret@dashboard.stripe.com/payments/pi_1A", "! invalid_link"),
        ("https://dashboard.stripe.com:8443/payments/pi_1A", "! invalid_link"),
        ("https://[/payments/pi_1A", "! invalid_link"),
        (f"{PAGE}/test/customers/cus_1A%2F..%2Fx", "! invalid_link"),
        (f"{PAGE}/test/products/..%2Fcustomers", "! invalid_id"),
    ],
)
def test_a_link_to_the_dashboard_shows_its_object(text: str, expected: str) -> None:
    """In the mode and on the account of the link; no other host is read, and nothing is fetched."""
    assert meaning(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jenny@example.com", "customers list --email jenny@example.com"),
        ("show jenny@example.com --live", "customers list --email jenny@example.com --live"),
        ("<mailto:jenny@example.com|jenny@example.com>", "customers list --email jenny@example.com"),
        ("jenny+coffee@example.co.uk", "customers list --email jenny+coffee@example.co.uk"),
        ("o'brien@example.com", "none"),
        ("@countersign", "none"),
        ("jenny@example", "none"),
    ],
)
def test_an_address_lists_its_customers(text: str, expected: str) -> None:
    """Exactly that address, by the list and not by the search, which lags."""
    assert meaning(text) == expected


@pytest.mark.parametrize(
    "text", ["", "  ", "help", "hello", "get /v1/charges/ch_1A", "'ch_1A'", "file_links", "🎉", '"']
)
def test_other_texts_are_left_to_the_grammar(text: str) -> None:
    """What is no shortcut is none, however it looks."""
    assert read_shortcut(text, REGISTRY, NOBODY_KNOWS) is None


@pytest.mark.parametrize("text", [f"show {LIVE_KEY}", "find 4242 4242 4242 4242"])
def test_a_secret_is_left_to_the_grammar_to_refuse(text: str) -> None:
    """No shortcut looks at it, and it is refused as in any command."""
    assert read_shortcut(text, REGISTRY, NOBODY_KNOWS) is None


@pytest.mark.parametrize("operation", REGISTRY.operations, ids=lambda each: each.name)
def test_the_name_of_an_operation_always_wins(operation: object) -> None:
    """No operation can be hidden by a shortcut, whatever ids stand behind it."""
    for name in (operation.name, *operation.aliases):  # type: ignore[attr-defined]  # an Operation
        assert read_shortcut(f"{name} ch_1A", REGISTRY, NOBODY_KNOWS) is None


WORDS = st.sampled_from(
    ["refund", "cancel", "find", "show", "ch_1A", "pi_1A", "sub_1A", "cs_live_a1", "12.50", "12,50", "$", "eur", "all",
     "fraud", "at period end", "customers", "--live", "--on", "--amount", "<https://dashboard.stripe.com/", "a@b.co",
     "-d", "x=y", "{amount?}", "\u202e", "\ud800", "'", '"', "\0", "1" * 40, "|", ">"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=8).map(" ".join)))
def test_nothing_that_is_typed_raises(text: str) -> None:
    """Any text is a command, a look-up, a problem or none of ours."""
    found = read(text, REGISTRY)
    assert isinstance(found, Command | Lookup | Problem)
    if isinstance(found, Problem):
        assert found.message
