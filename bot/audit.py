"""The audit trail: a chain of events for each workspace, written in the same transaction as what they tell of.

Each event's digest covers its members and the digest before it, and the head keeps the last one; so an event that was
changed, removed or moved shows, and so does a missing end. Somebody who can rewrite the whole database can rewrite the
whole chain too: keep an export elsewhere, and its last digest pins everything before it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.store.engine import Transaction
from bot.store.tables import audit_events, audit_heads
from operations.secrets import scrub

START = "0" * 64
"""What stands before the first event."""
_PAGE = 500
# Ids of ours are random, and about one in ten thousand holds digits that read as a card number.
_OWN_ID = re.compile(r"(?:[a-z]+[:-])?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What :func:`verify` found. ``problem`` is None for a whole chain, else a sentence about the first break."""

    events: int
    """How many events were found good before the end or the break."""
    digest: str
    """The digest of the last good one; compare it with one kept elsewhere."""
    problem: str | None = None


def append(
    tx: Transaction, *, team_id: str, actor_id: str, event: str, subject: str, facts: Mapping[str, object]
) -> int:
    """Add an event to a workspace's chain; its number. ``actor_id`` is empty for the bot itself.

    ``facts`` are plain JSON values; secrets in them are replaced by marks. Until the transaction ends no other can
    append to the same workspace's chain.
    """
    head = _locked_head(tx, team_id)
    row: dict[str, Any] = {
        "team_id": team_id,
        "seq": head.seq + 1,
        "at": tx.now,
        "actor_id": actor_id,
        "event": event,
        "subject": subject,
        "facts": json.loads(json.dumps(_clean(facts), allow_nan=False)),
        "previous": head.digest,
    }
    row["digest"] = _digest(row)
    tx.connection.execute(insert(audit_events).values(**row))
    tx.connection.execute(
        update(audit_heads).where(audit_heads.c.team_id == team_id).values(seq=row["seq"], digest=row["digest"])
    )
    return int(row["seq"])


def hold(tx: Transaction, team_id: str) -> None:
    """Let nobody else append to a workspace's chain until the transaction ends."""
    _locked_head(tx, team_id)


def verify(tx: Transaction, team_id: str) -> AuditReport:
    """Go through a workspace's whole chain and compare it with its head."""
    good, digest = 0, START
    for row in export(tx, team_id):
        if row["seq"] != good + 1:
            return AuditReport(good, digest, f"Event {good + 1} is missing: the next one is {row['seq']}.")
        if row["previous"] != digest:
            return AuditReport(good, digest, f"Event {row['seq']} does not follow from the one before it.")
        if row["digest"] != _digest(row):
            return AuditReport(good, digest, f"Event {row['seq']} was changed after it was written.")
        good, digest = row["seq"], row["digest"]
    head = tx.connection.execute(select(audit_heads).where(audit_heads.c.team_id == team_id)).one_or_none()
    if (head.seq, head.digest) != (good, digest) if head else good:
        last = head.seq if head else "unknown"
        return AuditReport(good, digest, f"The chain ends at event {good}, but its recorded head is {last}.")
    return AuditReport(good, digest)


def export(tx: Transaction, team_id: str) -> Iterator[dict[str, Any]]:
    """A workspace's events in order, as JSON-ready dicts with their digests. Use it up within the transaction."""
    last: int | None = None
    while True:
        page = select(audit_events).where(audit_events.c.team_id == team_id).order_by(audit_events.c.seq).limit(_PAGE)
        rows = tx.connection.execute(page if last is None else page.where(audit_events.c.seq > last)).all()
        yield from map(_as_dict, rows)
        if len(rows) < _PAGE:
            return
        last = rows[-1].seq


def workspaces(tx: Transaction) -> Sequence[str]:
    """The workspaces that have an audit trail."""
    return tx.connection.execute(select(audit_heads.c.team_id).order_by(audit_heads.c.team_id)).scalars().all()


def _locked_head(tx: Transaction, team_id: str) -> Row[Any]:
    head = select(audit_heads).where(audit_heads.c.team_id == team_id).with_for_update()
    row = tx.connection.execute(head).one_or_none()
    if row is None:
        tx.insert_once(audit_heads, {"team_id": team_id, "seq": 0, "digest": START})
        row = tx.connection.execute(head).one()
    return row


def _as_dict(row: Row[Any]) -> dict[str, Any]:
    return {**row._mapping, "at": _moment(row.at)}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _digest(row: Mapping[str, Any]) -> str:
    """SHA-256, hex. Fields are length-prefixed, so that no two lists of them give the same bytes."""
    at = row["at"]
    fields = (
        "countersign audit 1",
        row["team_id"],
        str(row["seq"]),
        at if isinstance(at, str) else _moment(at),
        row["actor_id"],
        row["event"],
        row["subject"],
        json.dumps(row["facts"], sort_keys=True, separators=(",", ":")),
        row["previous"],
    )
    return sha256(b"".join(len(each.encode()).to_bytes(4, "big") + each.encode() for each in fields)).hexdigest()


def _clean(value: object) -> object:
    match value:
        case str():
            return value if _OWN_ID.fullmatch(value) else scrub(value)
        case Mapping():
            return {scrub(str(key)): _clean(item) for key, item in value.items()}
        case list() | tuple():
            return [_clean(item) for item in value]
    return value
