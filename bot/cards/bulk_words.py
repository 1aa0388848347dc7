"""An approval of a list of calls in words: what it does in all, for how much, and how far it is."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from bot.approval import Approval, Item, totals
from bot.cards import marks, requests
from bot.cards.values import Manner, money
from bot.domain import Account
from bot.text import Mrkdwn, bold, escape, join
from operations.looks import Money

CURRENCIES_SHOWN: Final = 5


def asked(approval: Approval, manner: Manner) -> requests.Asked:
    """A list as somebody reads it."""
    one = requests.describe(approval.frozen, manner)
    amount = in_all(approval.items, manner) or None
    return requests.Asked(
        verb=f"{one.verb} × {len(approval.items)}",
        amount=amount,
        headline=amount,
        share=None,
        objects=(),
        said=frozenset(),
    )


def summary(approval: Approval, manner: Manner) -> str:
    """What an approval asks for, a list or a single call, in one plain sentence."""
    if approval.bulk is None:
        return requests.summary(approval.frozen, manner, approval.snapshot)
    what = asked(approval, manner)
    account: Account = approval.account
    mode = "LIVE" if account.livemode else "test"
    amount = f": {what.amount} in all" if what.amount else ""
    return f"{what.verb}{amount} on {account.name or account.alias}, {mode}."


def in_all(items: Sequence[Item], manner: Manner) -> str:
    """What calls move in all, by currency; empty where that is none, or isn't known."""
    sums = totals(items)
    shown = [said(each, manner) for each in sums[:CURRENCIES_SHOWN]]
    more = [f"{len(sums) - len(shown)} more currencies"] if len(sums) > len(shown) else []
    return " + ".join((*shown, *more))


def said(amount: Money, manner: Manner) -> str:
    """An amount of money."""
    return money(amount.amount, amount.currency, manner) or ""


def stands(approval: Approval, manner: Manner) -> Mrkdwn:
    """How far an approved list is."""
    count = Counter(approval.parts)
    done = [item for item, part in zip(approval.items, approval.parts, strict=False) if part == "succeeded"]
    moved = in_all(done, manner)
    told = [f"{len(done)} of {len(approval.items)} done{f' ({moved})' if moved else ''}"]
    told += [f"{count['failed']} failed"] if count["failed"] else []
    told += [f"{count['finding out']} with an outcome still to be found out"] if count["finding out"] else []
    told += [f"{count['unknown']} with an unknown outcome: somebody has to look at Stripe"] if count["unknown"] else []
    told += [f"{count['stopped']} not sent"] if count["stopped"] else []
    sign, word = _sign(approval)
    return join(" ", (sign, bold(word), escape(f"{', '.join(told)}.")))


def _sign(approval: Approval) -> tuple[Mrkdwn, str]:
    parts = set(approval.parts)
    if not parts or parts & {"waiting", "running"}:
        return marks.WAITING, "Running:"
    if parts & {"unknown", "finding out"}:
        return marks.UNKNOWN, "Not all is known:"
    if parts == {"succeeded"}:
        return marks.GOOD, "Done:"
    return marks.BAD, "Stopped:" if "stopped" in parts else "Ended:"
