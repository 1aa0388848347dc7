"""Moving everything sealed onto the ring's first master key, while the bot runs.

Only the wrapped data keys change, so no value is decrypted. Each row is a compare-and-set on what was read: a row that
somebody writes meanwhile keeps what they wrote. It can be killed at any point and started again; both keys open
everything until the old one's line is taken away, which is refused at start while a row still needs it.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Select, Table, func, select, tuple_, update

from bot import audit
from bot.errors import KeyProblemError
from bot.keys.envelope import Envelope
from bot.keys.ring import SEALED_TABLES, KeyRing
from bot.store.engine import Store, Transaction

BATCH = 100


@dataclass(slots=True)
class Rotation:
    """What a rotation did, in rows by table."""

    moved: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    """Rows that no key of the ring opens; they were left as they are."""


async def rotate(store: Store, ring: KeyRing) -> Rotation:
    """Wrap everything under the ring's first key. Ends when a pass over a table finds nothing more to move.

    Run it when every replica has the new key first: one that still seals under the old key is caught up with by the
    next pass or the next rotation. Raises StoreError.
    """
    done = Rotation()
    envelope = Envelope(ring)
    for table in SEALED_TABLES:
        while True:
            found = await _pass(store, envelope, ring.primary, table)
            done.moved[table.name] += found.moved
            if not (found.moved or found.changed):
                done.unreadable[table.name] = found.unreadable
                break
    return done


async def key_usage(store: Store) -> dict[str, dict[str, int]]:
    """How many rows of each table depend on each master key, by the key's id."""

    def count(tx: Transaction) -> dict[str, dict[str, int]]:
        usage: dict[str, dict[str, int]] = {}
        for table in SEALED_TABLES:
            per_workspace = select(table.c.team_id, table.c.key_id, func.count().label("rows")).where(
                table.c.key_id != ""
            )
            for row in tx.connection.execute(per_workspace.group_by(table.c.team_id, table.c.key_id)):
                tables = usage.setdefault(row.key_id, {})
                tables[table.name] = tables.get(table.name, 0) + row.rows
        return usage

    return await store.read(count)


@dataclass(slots=True)
class _Pass:
    """What became of the rows that one pass over a table, or a part of it, looked at."""

    moved: int = 0
    changed: int = 0
    """Written by somebody else between reading and moving; for the next pass."""
    unreadable: int = 0
    last: tuple[object, ...] | None = None
    """The primary key of the last row; None at the end of the table."""


async def _pass(store: Store, envelope: Envelope, primary: str, table: Table) -> _Pass:
    total = _Pass()
    while True:
        batch = await store.transaction(
            partial(_batch, envelope=envelope, primary=primary, table=table, after=total.last)
        )
        total.moved += batch.moved
        total.changed += batch.changed
        total.unreadable += batch.unreadable
        total.last = batch.last
        if batch.last is None:
            return total


def _batch(
    tx: Transaction, *, envelope: Envelope, primary: str, table: Table, after: tuple[object, ...] | None
) -> _Pass:
    identity: list[Any] = list(table.primary_key)
    waiting: Select[Any] = (
        select(*identity, table.c.sealed).where(table.c.key_id.not_in(("", primary))).order_by(*identity).limit(BATCH)
    )
    if after is not None:
        waiting = waiting.where(tuple_(*identity) > after)
    rows = tx.connection.execute(waiting).all()
    found = _Pass(last=tuple(rows[-1][: len(identity)]) if len(rows) == BATCH else None)
    moved: Counter[str] = Counter()
    for row in rows:
        try:
            sealed = envelope.rewrap(team_id=row.team_id, row_id=row.id, blob=row.sealed)
        except KeyProblemError:
            found.unreadable += 1
            continue
        # The sealed bytes are compared and not the key's id: somebody may have sealed something newer under that key.
        same = [column == getattr(row, column.name) for column in identity]
        done = tx.connection.execute(
            update(table).where(*same, table.c.sealed == row.sealed).values(sealed=sealed.blob, key_id=sealed.key_id)
        )
        moved[row.team_id] += done.rowcount
        found.changed += 1 - done.rowcount
    found.moved = moved.total()
    for team_id in sorted(+moved):  # in one order, so that two rotations don't wait for each other's chains
        facts = {"table": table.name, "rows": moved[team_id], "key_id": primary}
        audit.append(tx, team_id=team_id, actor_id="", event="keys rotated", subject=table.name, facts=facts)
    return found
