"""The outbox's rows: what should be said, claimed by one process at a time, and what became of it.

A row is claimed by writing ``lease_until``; that very time is the fence: whoever records an outcome names it, and
changes nothing once the lease has passed to another. ``version`` counts what should be said, ``delivered`` is the
version that Slack has. Who comes too late with an update may have put something old over something newer, so then the
latest is said once more.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Update, and_, case, func, null, or_, select, update

from bot.store.engine import Transaction
from bot.store.tables import messages

# Made once: each new alias works out its columns again, a quarter of the time that a claim takes.
_PARENT = messages.alias("parent")


@dataclass(frozen=True, slots=True)
class Claim:
    """A row to deliver, as it was when it was claimed."""

    team_id: str
    id: str
    about: str
    channel_id: str
    """Where it stands, or is to stand."""
    user_id: str
    ts: str | None
    thread_ts: str | None
    """The thread that it stands in."""
    moved_from: str | None
    """The channel that it was for, where it could not be posted."""
    blob: bytes = field(repr=False)
    version: int
    attempts: int
    due: datetime
    """Since when it was due; a later time in the row means that it is to be said again."""
    lease: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What is recorded of a message already."""

    id: str
    kind: str
    version: int
    delivered: int


def standing(tx: Transaction, team_id: str, about: str) -> Standing | None:
    """The row about something, locked until the end of the transaction."""
    row = tx.connection.execute(
        select(messages.c.id, messages.c.kind, messages.c.version, messages.c.delivered)
        .where(messages.c.team_id == team_id, messages.c.about == about)
        .with_for_update()
    ).one_or_none()
    return None if row is None else Standing(row.id, row.kind, row.version, row.delivered)


def next_in_thread(tx: Transaction, team_id: str, parent_id: str) -> datetime:
    """A time of creation that puts a new reply behind those that one transaction has put into the thread before it."""
    latest = tx.connection.execute(
        select(func.max(messages.c.created_at)).where(messages.c.team_id == team_id, messages.c.thread_of == parent_id)
    ).scalar()
    return tx.now if latest is None else max(tx.now, latest + timedelta(milliseconds=1))


def claim(tx: Transaction, most: int, lease: timedelta) -> list[Claim]:
    """Claim what is due, in the order in which it was put. A reply is due once its parent stands, or never will."""
    mine = and_(_PARENT.c.team_id == messages.c.team_id, _PARENT.c.id == messages.c.thread_of)
    rows = tx.connection.execute(
        select(
            messages,
            _PARENT.c.ts.label("parent_ts"),
            _PARENT.c.thread_ts.label("parent_thread_ts"),
            _PARENT.c.channel_id.label("parent_channel_id"),
        )
        .outerjoin(_PARENT, mine)
        .where(
            messages.c.next_at <= tx.now,
            or_(messages.c.lease_until.is_(None), messages.c.lease_until <= tx.now),
            or_(messages.c.thread_of.is_(None), _PARENT.c.ts.is_not(None), _PARENT.c.failure.is_not(None)),
        )
        .order_by(messages.c.created_at, messages.c.next_at)
        .limit(most)
        .with_for_update(of=messages, skip_locked=True)
    ).all()
    until = tx.now + lease
    for row in rows:
        tx.connection.execute(_of(row.team_id, row.id).values(lease_until=until))
    return [
        Claim(
            team_id=row.team_id,
            id=row.id,
            about=row.about,
            # What has not been posted yet goes where its parent went.
            channel_id=row.channel_id if row.ts or row.parent_ts is None else row.parent_channel_id,
            user_id=row.user_id,
            ts=row.ts,
            # Slack has no threads within threads: who answers a reply answers in the thread that the reply is in.
            thread_ts=row.parent_thread_ts or row.parent_ts or row.thread_ts,
            moved_from=row.moved_from,
            blob=row.sealed,
            version=row.version,
            attempts=row.attempts,
            due=row.next_at,
            lease=until,
        )
        for row in rows
    ]


def delivered(tx: Transaction, claim: Claim, channel_id: str, ts: str) -> bool:
    """Slack has the claimed version; what was put meanwhile stays due. False when the lease had passed to another."""
    # "next_at" was set to now by whoever put a newer version, or an old one late.
    all_said = and_(messages.c.version == claim.version, messages.c.next_at == claim.due)
    rest = case((all_said, null()), else_=messages.c.next_at)
    return _record(tx, claim, channel_id=channel_id, ts=ts, delivered=claim.version, attempts=0, next_at=rest)


def later(tx: Transaction, claim: Claim, seconds: float, attempts: int) -> None:
    """Try again after so many seconds; ``attempts`` is how many have failed so far."""
    at = tx.now + timedelta(seconds=seconds)
    _record(tx, claim, attempts=attempts, next_at=at)


def moved(tx: Transaction, claim: Claim, channel_id: str) -> None:
    """It is to be posted anew in another channel, in no thread. Replies that are not posted yet follow it."""
    place = {"channel_id": channel_id, "moved_from": claim.channel_id, "ts": None, "thread_of": None, "thread_ts": None}
    _record(tx, claim, **place, attempts=0, next_at=tx.now)


def given_up(tx: Transaction, claim: Claim, failure: str) -> None:
    """It can't be said. A newer version that was put meanwhile is still tried."""
    same = messages.c.version == claim.version
    _record(
        tx,
        claim,
        failure=case((same, failure[:80]), else_=null()),
        next_at=case((same, null()), else_=messages.c.next_at),
        attempts=0,
    )


def release_all(tx: Transaction) -> None:
    """Forget every lease. Only where no other process can be alive."""
    held = select(messages.c.team_id, messages.c.id).where(messages.c.lease_until.is_not(None))
    for row in tx.connection.execute(held).all():
        tx.connection.execute(_of(row.team_id, row.id).values(lease_until=None))


def _of(team_id: str, message_id: str) -> Update:
    return update(messages).where(messages.c.team_id == team_id, messages.c.id == message_id)


def _record(tx: Transaction, claim: Claim, **values: object) -> bool:
    """Record what became of a claim; False where its lease has passed to another."""
    row = _of(claim.team_id, claim.id)
    held = row.where(messages.c.lease_until == claim.lease).values(**values, lease_until=None)
    if tx.connection.execute(held).rowcount == 1:
        return True
    if claim.ts is not None:
        tx.connection.execute(row.where(messages.c.failure.is_(None)).values(next_at=tx.now))
    return False
