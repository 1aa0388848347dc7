"""What the policy says of a list of calls: each on its own, with those before it counted already, and all of it as one.

The most cautious answer decides, and whom any other asks has to sign, too, since each call is held against its own rule
again before it is sent. So neither many small amounts slip under a limit for one, nor a list under a limit for many;
and a list is never less than what a second person has agreed to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot import movements
from bot.approval import Bulk, Item, totals
from bot.domain import FrozenCall, Person, Place
from bot.policy import Plan, Ruling, Undecided, caution
from bot.policy.asking import facts_of
from bot.quorum import joined
from bot.store.engine import Transaction
from bot.workspaces import WorkspaceSettings
from operations.looks import Money

RULE: Final = "lists need a second person"
_WHY: Final = "it is a list of calls"


@dataclass(frozen=True, slots=True)
class Judged:
    """What holds for a list."""

    ruling: Ruling
    denied: tuple[tuple[int, str], ...] = ()
    """The places of the calls that the policy does not allow, each with the reason."""


def barred(items: Sequence[Item], bulk: Bulk) -> tuple[tuple[int, str], ...]:
    """The calls, by their line, that nobody is asked to sign, each with the reason: what a look at Stripe found."""
    found = ((line, _bar(item, said)) for line, item, said in zip(bulk.lines, items, bulk.currencies, strict=True))
    return tuple((line, why) for line, why in found if why)


def judge(
    tx: Transaction, settings: WorkspaceSettings, items: Sequence[Item], *, person: Person, place: Place
) -> Judged:
    """What holds for calls that were looked at; each is counted for the limits of policies from now on."""

    def ruling(frozen: FrozenCall, money: Money | None) -> Ruling:
        judged = settings.policy.judge(
            facts_of(
                tx,
                settings,
                frozen.call,
                frozen.account,
                person=person,
                place=place,
                moves=money,
                looked=True,
                risk=frozen.risk,
                hold=movements.counts(frozen.risk),
            )
        )
        if isinstance(judged, Undecided):
            raise TypeError(f"the rule {judged.rule} can't decide on what was looked at")
        return judged

    rulings = [ruling(_first_in(items, each.currency), each) for each in totals(items)]
    denied = []
    for at, item in enumerate(items):
        found = ruling(item.frozen, item.moves)
        if found.verdict == "deny":
            denied.append((at, found.why))
        rulings.append(found)
        movements.record(tx, item.frozen, person.user_id, item.moves, looked=True, place=at)
    most = max(rulings, key=caution)
    if most.verdict == "approval" and most.plan is not None:
        plans = [each.plan for each in (most, *rulings) if each.plan is not None]
        most = replace(most, plan=joined(plans))
    elif most.verdict != "deny":
        most = Ruling("approval", RULE, _WHY, Plan())
    return Judged(most, tuple(denied))


def _first_in(items: Sequence[Item], currency: str) -> FrozenCall:
    return next(each.frozen for each in items if each.moves is not None and each.moves.currency == currency)


def _bar(item: Item, said: str) -> str:
    seen = item.snapshot
    if seen is not None and seen.refused:
        return seen.refused
    if seen is not None and seen.trouble:
        return f"It could not be looked at: {seen.trouble}"
    money = item.moves
    if not said:
        return ""
    if money is None:
        return f"Nobody can tell whether it is in {said.upper()}. Leave the currency out, and say minor units."
    if money.currency != said:
        return f"It is in {money.currency.upper()}, and the list says {said.upper()}."
    return ""
