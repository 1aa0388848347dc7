"""Cards of lists of calls, at every point of their way."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from bot import cards
from bot.approval import Bulk, Item, Part
from bot.blocks import FileMessage, Message, View
from bot.domain import Account
from bot.text import Style
from operations.looks import Fact, Money, Snapshot
from tests.bot.cards import samples as made

Shown = Message | FileMessage | View
HOSTILE = "<!channel> *paid* :tada:"


def _item(account: Account, number: int) -> Item:
    amount, currency = (12_50 * number, "usd") if number % 3 else (900 * number, "jpy")
    facts = (Fact("Paid by", "text", HOSTILE if number == 2 else "Jenny Rosen"),)
    call = made.refund_call(account, charge=f"ch_3PzList{number:02}", amount=amount)
    return Item(call, Snapshot(facts=facts, moves=Money(amount, currency)))


def _list(
    account: Account,
    state: Any = "pending",
    parts: tuple[Part, ...] = (),
    *,
    count: int = 7,
    style: Style = "rich",
    **bulk: Any,
) -> Message:
    items = tuple(_item(account, number) for number in range(1, count + 1))
    asked = replace(
        made.approval(items[0].frozen, state),
        items=items,
        bulk=Bulk(lines=tuple(range(2, count + 2)), currencies=("",) * count, **bulk),
        parts=parts,
    )
    return cards.approval_card(asked, token="token", command="", style=style)


_DONE: Final[tuple[Part, ...]] = ("succeeded",) * 4
BULK_CASES: Final[Mapping[str, Callable[[], tuple[Shown, ...]]]] = {
    "list-pending-live": lambda: (_list(made.LIVE, go_on=True),),
    "list-pending-test": lambda: (_list(made.TEST),),
    "list-pending-plain": lambda: (_list(made.TEST, style="plain"),),
    "list-running": lambda: (_list(made.TEST, "approved", (*_DONE, "failed", "running", "waiting"), go_on=True),),
    "list-stopped": lambda: (
        _list(made.TEST, "approved", (*_DONE, "failed", "stopped", "stopped"), stopped_by=made.BOB),
    ),
    "list-done": lambda: (_list(made.LIVE, "approved", ("succeeded",) * 7),),
    "list-barred": lambda: (
        cards.list_barred([(3, "It is refunded already."), (9, f"There is no charge {HOSTILE} here.")], 12),
        cards.list_flawed([f"Line {number}, amount: it is none." for number in range(2, 40)]),
        cards.flaws_view(["Line 2: ch_1 stands in line 1 already."]),
    ),
    "list-form": lambda: tuple(
        cards.list_view(
            "token",
            (made.TEST, made.LIVE),
            operation="refunds create",
            example="charge,amount,currency",
            chosen=made.TEST,
            go_on=False,
            because="",
            style=style,
        )
        for style in ("rich", "plain")
    ),
}


def largest_list(style: Style) -> Message:
    """A list as long as one may be."""
    return _list(made.LIVE, "approved", (*_DONE, *(("waiting",) * 196)), count=200, style=style)
