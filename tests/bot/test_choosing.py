"""Which connected account a command means."""

from dataclasses import replace

import pytest

from bot.blocks import Message
from bot.choosing import account_for, as_itself
from bot.domain import Account
from operations.grammar import Command, parse
from operations.registry import registry
from tests.bot.cards.samples import LIVE, TEST

OTHER = replace(TEST, id="acc3", alias="outlet", stripe_account_id="acct_1Outlet", linked=("acct_1Linked",))


def command(text: str) -> Command:
    parsed = parse(text, registry())
    assert isinstance(parsed, Command)
    return parsed


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", TEST),
        ("--on outlet", OTHER),
        ("--live", LIVE),
        ("--stripe-account acct_1Outlet", OTHER),
        ("--stripe-account acct_1Linked --on outlet", OTHER),
        ("--stripe-account acct_1Linked", None),
        ("--stripe-account acct_1Stranger", None),
        ("--on nobody", None),
        ("--on outlet --live", None),
    ],
)
def test_the_account_is_the_one_that_is_named(options: str, expected: Account | None) -> None:
    """By alias, by its own Stripe id, or the default; never one that isn't connected or linked."""
    found = account_for(command(f"customers list {options}"), [TEST, OTHER, LIVE])
    assert found == expected if expected else isinstance(found, Message)


def test_an_account_that_acts_for_itself_says_nothing_of_it() -> None:
    """The header is for other accounts."""
    call = command("customers list --stripe-account acct_1Outlet").call
    assert as_itself(call, OTHER).stripe_account is None
    assert as_itself(call, TEST).stripe_account == "acct_1Outlet"
