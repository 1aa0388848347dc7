"""The rows of runs: every statement about them, each a compare-and-set on the state and the fence.

``next_at`` is when any process may take a run on; one that is recorded without waits for its turn among the calls of
its approval. The fence grows with each claim; whoever holds an older one changes nothing.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, insert, or_, select, update

from bot.approval import Part
from bot.domain import FrozenCall, Place, Run, RunState
from bot.run_ends import Unreadable
from bot.store.engine import Transaction
from bot.store.tables import approvals, calls, decisions, runs

STOPPED = "stopped"
"""The error code of a call of a list that was not sent because of what came before it."""


def insert_recorded(tx: Transaction, run: Run, *, next_at: datetime | None) -> None:
    """Write a new run down; without ``next_at`` it waits for its turn."""
    tx.connection.execute(
        insert(runs).values(
            team_id=run.team_id,
            id=run.id,
            call_id=run.frozen.id,
            approval_id=run.approval_id,
            position=run.position,
            actor_id=run.actor_id,
            channel_id=run.place.channel_id,
            thread_ts=run.place.thread_ts,
            thread_begun=run.place.begun,
            channel_closed=run.place.closed,
            rule=run.rule,
            idempotency_key=run.idempotency_key,
            state=run.state,
            attempts=run.attempts,
            fence=run.fence,
            next_at=next_at,
            created_at=run.created_at,
        )
    )


def find(tx: Transaction, team_id: str, run_id: str) -> Row[Any]:
    """The row of a run that is known to exist."""
    return tx.connection.execute(select(runs).where(runs.c.team_id == team_id, runs.c.id == run_id)).one()


def search(tx: Transaction, team_id: str, run_id: str) -> Row[Any] | None:
    """The row of a run that may not exist."""
    return tx.connection.execute(select(runs).where(runs.c.team_id == team_id, runs.c.id == run_id)).one_or_none()


def call_of(tx: Transaction, team_id: str, actor_id: str, run_id: str, *, without: Collection[str]) -> str | None:
    """The id of the call of a person's own run; None where they have no such run, or it is under a rule ``without``."""
    mine = (runs.c.team_id == team_id, runs.c.id == run_id, runs.c.actor_id == actor_id, runs.c.rule.not_in(without))
    return tx.connection.execute(select(runs.c.call_id).where(*mine)).scalar_one_or_none()


def run_of(row: Row[Any], frozen: FrozenCall) -> Run:
    """The run that a row tells of."""
    return Run(
        team_id=row.team_id,
        id=row.id,
        frozen=frozen,
        actor_id=row.actor_id,
        place=Place(row.channel_id, row.thread_ts, row.thread_begun, bool(row.channel_closed)),
        rule=row.rule,
        idempotency_key=row.idempotency_key,
        state=row.state,
        attempts=row.attempts,
        fence=row.fence,
        created_at=row.created_at,
        approval_id=row.approval_id,
        position=row.position,
        first_sent_at=row.first_sent_at,
    )


def unreadable_of(row: Row[Any]) -> Unreadable:
    """What a row alone tells of a run whose call can't be read."""
    return Unreadable(
        team_id=row.team_id,
        id=row.id,
        approval_id=row.approval_id,
        actor_id=row.actor_id,
        place=Place(row.channel_id, row.thread_ts),
        rule=row.rule,
        sent=row.first_sent_at is not None,
    )


def newest(tx: Transaction, team_id: str, actor_id: str, limit: int, *, without: Collection[str]) -> Sequence[Row[Any]]:
    """The rows of somebody's newest runs, each with its ``operation``; none under the rules ``without``."""
    return tx.connection.execute(
        select(runs, calls.c.operation)
        .join(calls, and_(calls.c.team_id == runs.c.team_id, calls.c.id == runs.c.call_id))
        .where(runs.c.team_id == team_id, runs.c.actor_id == actor_id, runs.c.rule.not_in(without))
        .order_by(runs.c.created_at.desc(), runs.c.id)
        .limit(limit)
    ).all()


def due(tx: Transaction, limit: int) -> Sequence[tuple[str, str]]:
    """Runs, by workspace and id, that any process may take on now; those that have waited longest first."""
    found = tx.connection.execute(
        select(runs.c.team_id, runs.c.id).where(_due(tx)).order_by(runs.c.next_at).limit(limit)
    ).all()
    return [(row.team_id, row.id) for row in found]


def release_all(tx: Transaction) -> None:
    """Make due at once whatever some process holds or has just recorded, in every workspace."""
    begun = and_(runs.c.team_id.is_not(None), runs.c.next_at.is_not(None), runs.c.state.in_(("recorded", "executing")))
    tx.connection.execute(update(runs).where(begun).values(next_at=tx.now))


def claim(tx: Transaction, team_id: str, run_id: str, *, holder: str, lease_until: datetime, fresh: bool) -> bool:
    """Take a run on, if nobody holds it and it is due (or, where ``fresh``, was never begun)."""
    claimed = tx.connection.execute(
        update(runs)
        .where(*_free(tx, team_id, run_id, fresh=fresh))
        .values(
            state="executing",
            attempts=runs.c.attempts + 1,
            fence=runs.c.fence + 1,
            holder=holder,
            next_at=lease_until,
        )
    )
    return claimed.rowcount == 1


def renew(tx: Transaction, run: Run, lease_until: datetime) -> None:
    """Hold a run for longer, if it is still held under this fence."""
    tx.connection.execute(update(runs).where(*_held(run)).values(next_at=lease_until))


def is_held(tx: Transaction, run: Run) -> bool:
    """Whether a run is still held under this fence, for as long as the transaction lasts."""
    return tx.connection.execute(select(runs.c.id).where(*_held(run)).with_for_update()).one_or_none() is not None


def put_off(tx: Transaction, team_id: str, run_id: str, next_at: datetime) -> None:
    """Let a run that is due wait."""
    tx.connection.execute(update(runs).where(*_free(tx, team_id, run_id, fresh=False)).values(next_at=next_at))


def mark_sent(tx: Transaction, run: Run) -> bool:
    """Note that from now on the request may have reached Stripe; False where somebody else has claimed the run."""
    return tx.connection.execute(update(runs).where(*_held(run)).values(first_sent_at=tx.now)).rowcount == 1


def let_go(tx: Transaction, run: Run, next_at: datetime) -> None:
    """Give back a run for which nothing was sent, to be taken on anew later; it was no attempt to send it."""
    tx.connection.execute(
        update(runs)
        .where(*_held(run))
        .values(state="recorded", attempts=runs.c.attempts - 1, next_at=next_at, holder=None)
    )


def involved(tx: Transaction, team_id: str, run_id: str) -> tuple[str, ...]:
    """Who asked for a run, and who decided on its approval."""
    mine = (runs.c.team_id == team_id, runs.c.id == run_id)
    asked = select(runs.c.actor_id).where(*mine)
    decided = (
        select(decisions.c.user_id)
        .join(runs, and_(runs.c.team_id == decisions.c.team_id, runs.c.approval_id == decisions.c.approval_id))
        .where(*mine)
    )
    found = (*tx.connection.execute(asked).scalars(), *tx.connection.execute(decided).scalars())
    return tuple(dict.fromkeys(found))


def begins_approved(tx: Transaction, team_id: str, run_id: str) -> bool:
    """Whether a run is that of an approved call, of a list the first one, and was never sent."""
    first = (runs.c.approval_id.is_not(None), runs.c.position == 0, runs.c.first_sent_at.is_(None))
    mine = select(runs.c.id).where(runs.c.team_id == team_id, runs.c.id == run_id, *first)
    return tx.connection.execute(mine).one_or_none() is not None


def hold_approval(tx: Transaction, team_id: str, run_id: str) -> None:
    """Let nobody else change the approval of a run, or what of its list is carried out, until the transaction ends.

    Whoever holds both an approval and runs of it takes hold of the approval first.
    """
    its = select(runs.c.approval_id).where(runs.c.team_id == team_id, runs.c.id == run_id).scalar_subquery()
    tx.connection.execute(
        select(approvals.c.id).where(approvals.c.team_id == team_id, approvals.c.id == its).with_for_update()
    )


def parts(tx: Transaction, team_id: str, approval_id: str) -> tuple[Part, ...]:
    """Where each call of an approved list stands, in order; empty while nothing is recorded of it."""
    return tuple(part for _, part in standing(tx, team_id, approval_id))


def standing(tx: Transaction, team_id: str, approval_id: str) -> Sequence[tuple[str, Part]]:
    """The runs of an approved list by their ids, in order, and where each stands."""
    mine = (runs.c.team_id == team_id, runs.c.approval_id == approval_id)
    wanted = select(runs.c.id, runs.c.state, runs.c.next_at, runs.c.error_code).where(*mine).order_by(runs.c.position)
    return [
        (row.id, _part(row.state, row.error_code, begun=row.next_at is not None))
        for row in tx.connection.execute(wanted)
    ]


def of_approval(tx: Transaction, team_id: str, approval_id: str) -> Sequence[Row[Any]]:
    """The rows of an approval's runs, in the order of its calls."""
    mine = (runs.c.team_id == team_id, runs.c.approval_id == approval_id)
    return tx.connection.execute(select(runs).where(*mine).order_by(runs.c.position)).all()


def take_turn(tx: Transaction, team_id: str, run_id: str, next_at: datetime) -> bool:
    """Let a run that waits for its turn be carried out; False where it doesn't wait any more."""
    waits = (runs.c.team_id == team_id, runs.c.id == run_id, runs.c.state == "recorded", runs.c.next_at.is_(None))
    return tx.connection.execute(update(runs).where(*waits).values(next_at=next_at)).rowcount == 1


def stop(tx: Transaction, team_id: str, approval_id: str) -> Sequence[str]:
    """End what of an approval's list nobody has begun; the ids of its calls. The approval is held."""
    unbegun = (
        runs.c.team_id == team_id,
        runs.c.approval_id == approval_id,
        runs.c.state == "recorded",
        runs.c.first_sent_at.is_(None),
    )
    call_ids = tx.connection.execute(select(runs.c.call_id).where(*unbegun)).scalars().all()
    tx.connection.execute(
        update(runs)
        .where(*unbegun)
        .values(state="failed", error_code=STOPPED, fence=runs.c.fence + 1, next_at=None, finished_at=tx.now)
    )
    return call_ids


def _part(state: RunState, error_code: str | None, *, begun: bool) -> Part:
    """Where a call stands by its run; ``begun``: some process may take that on, now or later."""
    match state:
        case "recorded" if not begun:
            return "waiting"
        case "recorded" | "executing":
            return "running"
        case "unknown" if begun:
            return "finding out"
        case "failed" if error_code == STOPPED:
            return "stopped"
    return state if state in ("succeeded", "failed", "unknown") else "running"


def settle(tx: Transaction, run: Run, *, state: RunState, next_at: datetime | None, **values: object) -> bool:
    """Record how an attempt ended; False, and nothing changed, where somebody else has claimed the run since."""
    done = tx.connection.execute(
        update(runs)
        .where(*_held(run))
        .values(state=state, next_at=next_at, finished_at=None if next_at else tx.now, **values)
    )
    return done.rowcount == 1


def end_unreadable(tx: Transaction, team_id: str, run_id: str, *, fresh: bool) -> Row[Any] | None:
    """End a run that can't be carried out: failed where it was never sent, else unknown; its row, if this ended it."""
    ended = tx.connection.execute(
        update(runs)
        .where(*_free(tx, team_id, run_id, fresh=fresh))
        .values(
            state=case((runs.c.first_sent_at.is_(None), "failed"), else_="unknown"),
            fence=runs.c.fence + 1,
            next_at=None,
            error_code="unreadable",
            finished_at=tx.now,
        )
    )
    return find(tx, team_id, run_id) if ended.rowcount == 1 else None


def find_out(tx: Transaction, team_id: str, run_id: str, state: RunState) -> bool:
    """Let a run whose outcome was unknown for good be what a person says; False where it stands otherwise."""
    found = tx.connection.execute(
        update(runs)
        .where(runs.c.team_id == team_id, runs.c.id == run_id, runs.c.state == "unknown", runs.c.next_at.is_(None))
        .values(state=state, fence=runs.c.fence + 1, finished_at=tx.now)
    )
    return found.rowcount == 1


def states_of(tx: Transaction, team_id: str, approval_id: str) -> Sequence[RunState]:
    """How the runs of an approval stand."""
    mine = (runs.c.team_id == team_id, runs.c.approval_id == approval_id)
    return tx.connection.execute(select(runs.c.state).where(*mine).order_by(runs.c.position)).scalars().all()


def _due(tx: Transaction) -> ColumnElement[bool]:
    return and_(runs.c.state.in_(("recorded", "executing", "unknown")), runs.c.next_at <= tx.now)


def _free(tx: Transaction, team_id: str, run_id: str, *, fresh: bool) -> tuple[ColumnElement[bool], ...]:
    """That nobody holds the run and it is due; or, where it is ``fresh``, that nobody has begun it."""
    free = or_(_due(tx), and_(runs.c.state == "recorded", runs.c.next_at.is_not(None))) if fresh else _due(tx)
    return runs.c.team_id == team_id, runs.c.id == run_id, free


def _held(run: Run) -> tuple[ColumnElement[bool], ...]:
    """That nobody else has claimed the run since."""
    return (
        runs.c.team_id == run.team_id,
        runs.c.id == run.id,
        runs.c.state == "executing",
        runs.c.fence == run.fence,
    )
