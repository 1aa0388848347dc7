"""Which connected account a command means."""

from collections.abc import Sequence
from dataclasses import replace

from bot import cards
from bot.blocks import Message
from bot.domain import Account
from operations.call import Call
from operations.grammar import Command


def account_for(command: Command, connected: Sequence[Account]) -> Account | Message:
    """The account that a command means of those that are connected, or why there is none.

    One that names a connected account by its Stripe id, as a link to the Dashboard does, means that account.
    """
    fitting = [each for each in connected if each.livemode == command.live]
    own = [each for each in fitting if each.stripe_account_id == command.call.stripe_account]
    if command.account is not None:
        fitting = [each for each in fitting if each.alias == command.account]
    elif own:
        fitting = own[:1]
    elif len(fitting) > 1:
        fitting = [each for each in fitting if each.alias == "default"]
    if len(fitting) != 1:
        return cards.no_account(command.account, live=command.live, connected=connected)
    account = fitting[0]
    call = as_itself(command.call, account)
    for named in (call.stripe_account, call.stripe_context):
        if named is not None and named not in account.linked:
            return cards.denied(
                f"{named} is not linked to the account {account.alias}. "
                "An admin lists the connected accounts that may be named with /stripe connect."
            )
    return account


def as_itself(call: Call, account: Account) -> Call:
    """The call without the header that names the very account whose key it goes out with."""
    return replace(call, stripe_account=None) if call.stripe_account == account.stripe_account_id else call
