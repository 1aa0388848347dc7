"""What the runs of the last day would have met under another policy: judged again, with nothing sent.

It is an estimate: amounts that only Stripe knows count as unknown, limits count the runs of that day alone, and whoever
asked is taken as what they are now.
"""

import logging
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot import run_rows
from bot.calls import Calls
from bot.domain import FrozenCall, Person, Place
from bot.errors import KeyProblemError
from bot.policy.conditions import counts
from bot.policy.judging import Policy, caution
from bot.policy.rulings import Facts, Ruling, Spent, Undecided, Window
from bot.store.engine import Transaction
from bot.store.tables import runs
from bot.workspaces import WorkspaceSettings
from operations.call import Call
from operations.grammar import Stated
from operations.looks import Money, moves

logger = logging.getLogger(__name__)

BACK: Final = timedelta(hours=24)
MOST: Final = 500
EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Past:
    """A run that was recorded, as a policy would be asked about it."""

    facts: Facts
    frozen: FrozenCall
    actor_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A run that another rule, or another plan, would have answered otherwise."""

    frozen: FrozenCall
    before: Ruling
    after: Ruling


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the day's runs would have met."""

    judged: int = 0
    capped: bool = False
    """Whether there were more, which were left out."""
    counts: Mapping[tuple[str, str], int] = field(default_factory=lambda: MappingProxyType({}))
    """How many went from one outcome to another, in words, most first."""
    examples: Sequence[Otherwise] = ()


def amount_said(call: Call, stated: Sequence[Stated] = ()) -> Money | None:
    """The money that a call moves as far as it says so itself."""
    known = next(iter(stated), None)
    if known is not None:
        return Money(known.amount, known.currency)
    return moves(call)


def past(tx: Transaction, settings: WorkspaceSettings, calls: Calls, *, without: Collection[str]) -> list[Past]:
    """The newest runs of the last day, oldest first, one more than are judged; none under the rules ``without``."""
    team_id = settings.team_id
    lately = (runs.c.team_id == team_id, runs.c.created_at > tx.now - BACK, runs.c.rule.not_in(without))
    rows = tx.connection.execute(select(runs).where(*lately).order_by(runs.c.created_at.desc()).limit(MOST + 1)).all()
    found = []
    for row in reversed(rows):
        try:
            run = run_rows.run_of(row, calls.load(tx, team_id, row.call_id))
        except KeyProblemError as error:
            logger.error("run %s is not judged again: %s", row.id, error)  # noqa: TRY400 — it says all
            continue
        asker = Person(team_id, run.actor_id, None, ZoneInfo("UTC"))
        facts = Facts(
            call=run.frozen.call,
            risk=run.frozen.risk,
            account=run.frozen.account,
            requester_role=settings.role_of(asker, run.frozen.account, Place(row.channel_id)),
            channel_id=row.channel_id,
            moves=amount_said(run.frozen.call, run.frozen.stated),
            looked=True,
        )
        found.append(Past(facts, run.frozen, run.actor_id, run.created_at))
    return found


def spent_before(earlier: Sequence[Past], window: Window, facts: Facts, actor_id: str, at: datetime) -> Spent:
    """What went through a window before a call, of the runs given."""
    amounts: Counter[str] = Counter()
    count = 0
    for each in earlier:
        same = {
            "person": each.actor_id == actor_id,
            "account": each.facts.account.id == facts.account.id,
            "workspace": True,
        }[window.per]
        if same and each.at > at - timedelta(hours=window.hours) and counts(window.of, each.facts.risk):
            count += 1
            if each.facts.moves is not None:
                amounts[each.facts.moves.currency] += abs(each.facts.moves.amount)
    return Spent(count, MappingProxyType(dict(amounts)))


def rehearse(lately: Sequence[Past], before: Policy, after: Policy) -> Rehearsal:
    """Judge each run under both."""
    judged = lately[-MOST:]
    found: list[Otherwise] = []
    for number, each in enumerate(judged):
        was, would = (_ruled(policy, each, judged[:number]) for policy in (before, after))
        if caution(was) != caution(would) or was.plan != would.plan:
            found.append(Otherwise(each.frozen, was, would))
    went = Counter((outcome(each.before), outcome(each.after)) for each in found)
    return Rehearsal(
        judged=len(judged),
        capped=len(lately) > len(judged),
        counts=MappingProxyType(dict(went.most_common())),
        examples=tuple(reversed(found[-EXAMPLES:])),
    )


def outcome(ruling: Ruling) -> str:
    """What becomes of a call, as the end of a sentence about it."""
    if ruling.plan is not None:
        one = ruling.plan.needed == 1
        signed = "one approval" if one else f"{ruling.plan.needed} approvals"
        return f"waits for {signed}" + (" and a reason" if ruling.plan.reason else "")
    return {"allow": "runs at once", "confirm": "runs once confirmed"}.get(ruling.verdict, "is not run")


def _ruled(policy: Policy, each: Past, earlier: Sequence[Past]) -> Ruling:
    spent = {window: spent_before(earlier, window, each.facts, each.actor_id, each.at) for window in policy.windows}
    answer = policy.judge(replace(each.facts, spent=spent))
    if isinstance(answer, Undecided):
        raise TypeError("what was looked at is decided")
    return answer
