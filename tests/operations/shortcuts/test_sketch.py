"""What a text comes to before its blanks are filled."""

import pytest

from operations.grammar import Command
from operations.problem import Problem
from operations.registry import registry
from operations.shortcuts import sketch


@pytest.mark.parametrize(
    ("text", "ends_in"),
    [
        ("refund {charge} {amount?} {reason?}", "refunds create"),
        ("refund ch_3SandboxCoffee01 5.00", "refunds create"),
        ("refunds create --charge {charge}", "refunds create"),
        ("cancel {subscription}", "subscriptions cancel"),
        ("find {who}", "customers search"),
        ("ch_3SandboxCoffee01", "charges retrieve"),
        ("jenny@example.com", "customers list"),
        ("customers list --limit 3", "customers list"),
    ],
)
def test_it_is_told_as_far_as_can_be(text: str, ends_in: str) -> None:
    """Shortcuts by the kind of command that they end in."""
    found = sketch(text, registry())
    assert isinstance(found, Command)
    assert found.call.operation.name == ends_in


def test_live_is_told() -> None:
    """Whatever the shortcut."""
    found = sketch("refund {charge} --live", registry())
    assert isinstance(found, Command)
    assert found.live


@pytest.mark.parametrize("text", ["refund {a}sk_live_{b}NotARealKeyNotARealKey01", "customer lst {x}", ""])
def test_what_is_wrong_whatever_fills_the_blanks_is_refused(text: str) -> None:
    """Secrets first, also where a blank parts them."""
    assert isinstance(sketch(text, registry()), Problem)
