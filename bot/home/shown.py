"""Which Home tabs show what, and which are to be published anew: the rows of Home tabs.

A tab that may show an approval is marked in the transaction that changes the approval. Whoever publishes one claims
it, reads what is to be on it after that, and records what it shows; a change in between finds the claim and marks the
tab, so that it is published once more. The first time somebody opens theirs, the row is too new for a change that is
being written: so it is published again a little later.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, Update, delete, or_, select, update

from bot.approval import Approval
from bot.domain import Person
from bot.quorum import fits
from bot.store.engine import Transaction
from bot.store.tables import homes
from bot.workspaces import WorkspaceSettings

LATELY: Final = timedelta(hours=8)
"""How long after it was opened a tab is told of what is new. What it shows is taken off it however old it is."""
LEASE: Final = timedelta(seconds=60)
ONCE_MORE: Final = timedelta(seconds=5)
FIRST_PAUSE: Final = timedelta(seconds=15)
LONGEST_PAUSE: Final = timedelta(minutes=15)
MOST_ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class Claim:
    """A Home tab that this process is publishing."""

    team_id: str
    user_id: str
    fence: int
    changes: int
    """How often what is to be on it had changed by then."""
    attempts: int
    new: bool = False
    """Whether it is somebody's first."""


def opened(tx: Transaction, team_id: str, user_id: str) -> bool:
    """Remember that somebody looks at theirs; whether it is for the first time."""
    row = {"team_id": team_id, "user_id": user_id}
    if tx.insert_once(homes, {**row, "opened_at": tx.now, "shows": [], "changes": 0, "fence": 0, "attempts": 0}):
        return True
    tx.connection.execute(_of(team_id, user_id).values(opened_at=tx.now, attempts=0))
    return False


def claim(tx: Transaction, team_id: str, user_id: str, *, new: bool = False) -> Claim | None:
    """Claim the tab of somebody who looks at it, whoever else is publishing it."""
    row = _locked(tx, team_id, user_id)
    return None if row is None else _taken(tx, row, new=new)


def claim_due(tx: Transaction, limit: int) -> Sequence[Claim]:
    """Claim tabs that are to be published and that nobody is publishing."""
    rows = tx.connection.execute(
        select(homes)
        .where(homes.c.due_at <= tx.now, or_(homes.c.lease_until.is_(None), homes.c.lease_until <= tx.now))
        .order_by(homes.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    return [_taken(tx, row) for row in rows]


def is_due(tx: Transaction) -> bool:
    """Whether any tab waits to be published."""
    due = (homes.c.due_at <= tx.now, or_(homes.c.lease_until.is_(None), homes.c.lease_until <= tx.now))
    return tx.connection.execute(select(homes.c.team_id).where(*due).limit(1)).first() is not None


def about_to_show(tx: Transaction, claim: Claim, approval_ids: Sequence[str]) -> None:
    """Note what a tab is about to show, beside what it shows, since Slack may take it and not answer."""
    row = _locked(tx, claim.team_id, claim.user_id)
    if row is not None:
        tx.connection.execute(_of(claim.team_id, claim.user_id).values(shows=sorted({*row.shows, *approval_ids})))


def published(tx: Transaction, claim: Claim, approval_ids: Sequence[str]) -> bool:
    """A tab shows these approvals now; False where it is to be published once more at once.

    So it is where something on it has changed since it was claimed; and where somebody else has claimed it since, as
    then nobody knows which came last.
    """
    row = _locked(tx, claim.team_id, claim.user_id)
    if row is None:
        return True
    mine = _of(claim.team_id, claim.user_id)
    if row.fence != claim.fence:
        tx.connection.execute(mine.values(due_at=tx.now, changes=row.changes + 1))
        return True
    same: bool = row.changes == claim.changes
    again = tx.now + ONCE_MORE if claim.new else None
    due_at = again if same else tx.now
    tx.connection.execute(mine.values(shows=sorted(approval_ids), due_at=due_at, lease_until=None, attempts=0))
    return same


def put_off(tx: Transaction, claim: Claim, pause: timedelta | None = None) -> None:
    """It could not be published: again after ``pause``, else after one that grows, and not for ever."""
    wait = pause or min(FIRST_PAUSE * 2 ** min(claim.attempts, 10), LONGEST_PAUSE)
    attempts = claim.attempts + (pause is None)
    due_at = tx.now + wait if attempts < MOST_ATTEMPTS else None
    tx.connection.execute(
        _of(claim.team_id, claim.user_id)
        .where(homes.c.fence == claim.fence)
        .values(due_at=due_at, lease_until=None, attempts=attempts)
    )


def touch(
    tx: Transaction, approval: Approval, settings: WorkspaceSettings, recalled: Callable[[str, str], Person]
) -> None:
    """Have every tab published anew that may show the approval, or that is to from now on."""
    lately = tx.now - LATELY
    for row in _all_locked(tx, approval.team_id):
        held = row.lease_until is not None and row.lease_until > tx.now
        if (
            approval.id in row.shows
            or held
            or (row.opened_at > lately and _concerns(approval, recalled(approval.team_id, row.user_id), settings))
        ):
            _mark(tx, row)


def touch_for(tx: Transaction, approval: Approval, user_ids: Collection[str]) -> None:
    """Have the tabs of these people published anew, as far as they have any, and those that show the approval."""
    for row in _all_locked(tx, approval.team_id):
        if row.user_id in user_ids or approval.id in row.shows:
            _mark(tx, row)


def forget_old(tx: Transaction, team_id: str) -> None:
    """Forget the tabs that nobody has opened lately and that show nothing which can change."""
    rows = tx.connection.execute(
        select(homes).where(
            homes.c.team_id == team_id,
            homes.c.opened_at <= tx.now - LATELY,
            homes.c.due_at.is_(None),
            homes.c.lease_until.is_(None),
        )
    ).all()
    for row in rows:
        if not row.shows:
            tx.connection.execute(
                delete(homes).where(
                    homes.c.team_id == team_id,
                    homes.c.user_id == row.user_id,
                    homes.c.fence == row.fence,
                    homes.c.changes == row.changes,
                    homes.c.opened_at == row.opened_at,
                )
            )


def _concerns(approval: Approval, person: Person, settings: WorkspaceSettings) -> bool:
    return person.user_id == approval.requester_id or any(
        fits(stage, person, settings, approval.account, approval.place) for stage in approval.asks
    )


def _all_locked(tx: Transaction, team_id: str) -> Sequence[Row[Any]]:
    """All tabs of a workspace, held in one order, so that no two who mark some of them wait for each other."""
    every = select(homes).where(homes.c.team_id == team_id).order_by(homes.c.user_id)
    return tx.connection.execute(every.with_for_update()).all()


def _mark(tx: Transaction, row: Row[Any]) -> None:
    changed = {"due_at": tx.now, "changes": row.changes + 1, "attempts": 0}
    tx.connection.execute(_of(row.team_id, row.user_id).values(**changed))


def _locked(tx: Transaction, team_id: str, user_id: str) -> Row[Any] | None:
    mine = (homes.c.team_id == team_id, homes.c.user_id == user_id)
    return tx.connection.execute(select(homes).where(*mine).with_for_update()).one_or_none()


def _taken(tx: Transaction, row: Row[Any], *, new: bool = False) -> Claim:
    taken = Claim(row.team_id, row.user_id, row.fence + 1, row.changes, row.attempts, new)
    # Due until it is published: where this process dies, another takes it on after the lease.
    values = {"fence": taken.fence, "due_at": tx.now, "lease_until": tx.now + LEASE}
    tx.connection.execute(_of(row.team_id, row.user_id).values(**values))
    return taken


def _of(team_id: str, user_id: str) -> Update:
    return update(homes).where(homes.c.team_id == team_id, homes.c.user_id == user_id)
