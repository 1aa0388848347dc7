"""``cancel``: the operation that ends each kind of object."""

import pytest

from operations import prefixes
from operations.grammar import Command, parse, render
from operations.problem import Problem
from operations.registry import registry
from operations.shortcuts import read_shortcut
from operations.shortcuts.endings import ENDINGS, INSTEAD, LATER, ending
from operations.when import NOBODY_KNOWS

REGISTRY = registry()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cancel sub_1A", "subscriptions cancel sub_1A"),
        ("cancel sub_1A now", "subscriptions cancel sub_1A"),
        ("cancel subscription sub_1A", "subscriptions cancel sub_1A"),
        ("cancel sub_1A --prorate", "subscriptions cancel sub_1A --prorate true"),
        ("cancel sub_1A at period end", "subscriptions update sub_1A --cancel-at-period-end true"),
        ("cancel sub_1A 'at period end'", "subscriptions update sub_1A --cancel-at-period-end true"),
        (
            "cancel sub_1A at the end of the month --live",
            "subscriptions update sub_1A --cancel-at-period-end true --live",
        ),
        ("cancel pi_1A", "payment_intents cancel pi_1A"),
        ("cancel seti_1A", "setup_intents cancel seti_1A"),
        ("cancel po_1A", "payouts cancel po_1A"),
        ("cancel re_1A", "refunds cancel re_1A"),
        ("cancel qt_1A", "quotes cancel qt_1A"),
        ("cancel in_1A", "invoices void_invoice in_1A"),
        ("cancel cn_1A", "credit_notes void_credit_note cn_1A"),
        ("cancel cs_live_a1", "checkout sessions expire cs_live_a1 --live"),
        ("cancel sub_sched_1A", "subscription_schedules cancel sub_sched_1A"),
        ("cancel promo_1A", "promotion_codes update promo_1A --active false"),
        ("cancel plink_1A", "payment_links update plink_1A --active false"),
    ],
)
def test_cancel_is_what_ends_that_kind(text: str, expected: str) -> None:
    """By the registry where there is a cancel operation, else by the table."""
    found = read_shortcut(text, REGISTRY, NOBODY_KNOWS)
    assert isinstance(found, Command), found
    assert render(found) == expected


@pytest.mark.parametrize("text", [*ENDINGS.values(), *(text for _, text in INSTEAD.values()), *LATER.values()])
def test_every_text_of_the_tables_is_a_command(text: str) -> None:
    """With nothing missing; ``refund`` is a shortcut itself."""
    filled = text.replace("{id}", "ch_1A" if text.startswith("refund") else "x_1A")
    found = read_shortcut(filled, REGISTRY, NOBODY_KNOWS) or parse(filled, REGISTRY)
    assert not isinstance(found, Problem), found


def test_the_tables_name_kinds_that_have_ids() -> None:
    """And no kind is both ended and not."""
    assert set(ENDINGS) | set(INSTEAD) <= set(prefixes.PREFIXES)
    assert not set(ENDINGS) & set(INSTEAD)


def test_every_cancel_operation_is_reached() -> None:
    """Whatever Stripe can cancel by one id is cancelled by this word."""
    reached = {ending(kind, REGISTRY) for kind in prefixes.PREFIXES}
    others = {
        each.name
        for each in REGISTRY.operations
        if each.name.endswith(" cancel") and len(each.path_parameters) == 1 and each.provenance == "current"
    } - {text.removesuffix(" {id}") for text in reached if text}
    assert others <= {
        # Kinds whose ids are not known by a prefix, or that a v1 kind has taken.
        "v2 money_management payout_intents cancel",
        "three_d_secure authentications cancel",
    }


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("cancel ch_1A", "not_cancellable", "refund ch_1A"),
        ("cancel cus_1A", "not_cancellable", "customers delete cus_1A"),
        ("cancel evt_1A", "not_cancellable", "show evt_1A"),
        ("cancel in_1A at period end", "invalid_value", "cancel in_1A"),
        ("cancel sub_1A tomorrow", "invalid_value", "cancel sub_1A at period end"),
        ("cancel", "missing_id", None),
        ("cancel cs_test_a1 --live", "wrong_mode", None),
    ],
)
def test_what_can_not_be_cancelled_says_what_can_be_done(text: str, code: str, suggestion: str | None) -> None:
    """The nearest right thing is a whole command."""
    found = read_shortcut(text, REGISTRY, NOBODY_KNOWS)
    assert isinstance(found, Problem), found
    assert found.code == code
    assert suggestion is None or suggestion in found.suggestions


def test_words_without_an_id_are_left_to_the_grammar() -> None:
    """``cancel subscription`` may mean an operation."""
    assert read_shortcut("cancel subscription", REGISTRY, NOBODY_KNOWS) is None
