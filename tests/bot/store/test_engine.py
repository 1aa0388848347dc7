"""The store's transactions, on both databases."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.errors import ConfigError, StoreError
from bot.store.engine import Store, Transaction
from bot.store.tables import audit_heads, deliveries
from tests.databases import DatabaseTime


def put(tx: Transaction, key: str) -> None:
    tx.connection.execute(insert(deliveries).values(team_id="T1", key=key, seen_at=tx.now))


def keys(tx: Transaction) -> list[str]:
    return list(tx.connection.execute(select(deliveries.c.key).where(deliveries.c.team_id == "T1")).scalars())


async def test_work_that_returns_is_committed(store: Store) -> None:
    """What a transaction did is there for the next, and its result comes back."""
    await store.transaction(lambda tx: put(tx, "a"))
    assert await store.read(keys) == ["a"]


async def test_work_that_raises_leaves_nothing(store: Store) -> None:
    """An exception out of the work undoes all of it."""

    def work(tx: Transaction) -> None:
        put(tx, "a")
        raise LookupError("changed my mind")

    with pytest.raises(LookupError):
        await store.transaction(work)
    assert await store.read(keys) == []


async def test_a_read_cannot_change_anything(store: Store) -> None:
    """A statement that writes fails in a read, so that no write escapes the one writer."""
    with pytest.raises((DBAPIError, StoreError)):
        await store.read(lambda tx: put(tx, "a"))
    assert await store.read(keys) == []


async def test_a_read_sees_one_snapshot(store: Store) -> None:
    """What commits in the middle of a read isn't seen by it."""
    loop = asyncio.get_running_loop()

    def twice(tx: Transaction) -> tuple[list[str], list[str]]:
        before = keys(tx)
        asyncio.run_coroutine_threadsafe(store.transaction(lambda other: put(other, "a")), loop).result(20)
        return before, keys(tx)

    assert await store.read(twice) == ([], [])


async def test_now_is_the_databases_and_stands_still(store: Store, database_time: DatabaseTime) -> None:
    """Time is aware UTC, near the machine's here, one value per transaction, and moved by the shift alone."""

    def moments(tx: Transaction) -> tuple[datetime, datetime]:
        first = tx.now
        database_time.forward(timedelta(hours=1))
        return first, tx.now

    first, again = await store.transaction(moments)
    assert first == again
    assert first.tzinfo is UTC
    assert abs(first - datetime.now(UTC)) < timedelta(minutes=1)
    assert timedelta(minutes=59) < await store.read(lambda tx: tx.now) - first < timedelta(minutes=61)


async def test_times_come_back_as_they_went_in(store: Store) -> None:
    """A stored time keeps its moment to the microsecond and its zone on both databases."""
    moment = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
    await store.transaction(
        lambda tx: tx.connection.execute(insert(deliveries).values(team_id="T1", key="a", seen_at=moment))
    )
    read = await store.read(
        lambda tx: tx.connection.execute(
            select(deliveries.c.seen_at).where(deliveries.c.team_id == "T1", deliveries.c.seen_at <= moment)
        ).scalar_one()
    )
    assert read == moment


async def test_insert_once_tells_the_first_from_the_rest(store: Store) -> None:
    """Of many that insert one key at the same time exactly one is told that it was first."""

    def first(tx: Transaction) -> bool:
        return tx.insert_once(deliveries, {"team_id": "T1", "key": "a", "seen_at": tx.now})

    assert sorted(await asyncio.gather(*(store.transaction(first) for _ in range(12)))) == [False] * 11 + [True]


async def test_compare_and_set_has_one_winner(store: Store) -> None:
    """Of many that move a row on from one state at the same time exactly one wins."""
    await store.transaction(
        lambda tx: tx.connection.execute(insert(audit_heads).values(team_id="T1", seq=0, digest=""))
    )

    def claim(tx: Transaction) -> bool:
        done = tx.connection.execute(
            update(audit_heads).where(audit_heads.c.team_id == "T1", audit_heads.c.seq == 0).values(seq=1)
        )
        return done.rowcount == 1

    assert sum(await asyncio.gather(*(store.transaction(claim) for _ in range(12)))) == 1


async def test_errors_hold_no_values(store: Store) -> None:
    """A refused statement names neither its parameters nor the row's values, in any text of the error (F15)."""

    def twice(tx: Transaction) -> None:
        put(tx, "sensitive-value")
        put(tx, "sensitive-value")

    def incomplete(tx: Transaction) -> None:
        tx.connection.execute(insert(deliveries).values(team_id="T1", key="sensitive-value", seen_at=None))

    for work in (twice, incomplete):
        with pytest.raises(IntegrityError) as caught:
            await store.transaction(work)
        error: BaseException | None = caught.value
        while error is not None:
            assert "sensitive-value" not in f"{error!s}{error!r}{error.args}"
            error = error.__cause__ or error.__context__


async def test_a_failure_passed_over_is_not_committed_in_part(store: Store) -> None:
    """Work that swallows a failed statement is either kept whole or refused, never quietly lost."""

    def work(tx: Transaction) -> None:
        put(tx, "a")
        with contextlib.suppress(IntegrityError):
            put(tx, "a")

    if store.exclusive:
        await store.transaction(work)
        assert await store.read(keys) == ["a"]
    else:
        with pytest.raises(StoreError, match="passed over"):
            await store.transaction(work)
        assert await store.read(keys) == []


async def test_no_warnings_about_a_sound_database(store: Store) -> None:
    """There is nothing to warn of on a database that keeps what it commits."""
    assert await store.warnings() == []


async def test_a_foreign_key_is_kept(store: Store) -> None:
    """Rows that others refer to can't be missing, on SQLite too."""
    from bot.store.tables import decisions

    def work(tx: Transaction) -> None:
        tx.connection.execute(
            insert(decisions).values(
                team_id="T1", approval_id="none", user_id="U1", verdict="approve", stage=0, digest="", decided_at=tx.now
            )
        )

    with pytest.raises(IntegrityError):
        await store.transaction(work)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "countersign.db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://root:hunter2@localhost/x",
        "postgresql+asyncpg://root:hunter2@localhost/x",
    ],
)
async def test_a_url_that_cannot_work_is_refused(url: str) -> None:
    """The operator is told what DATABASE_URL must look like, without a password from it."""
    with pytest.raises(ConfigError, match="DATABASE_URL") as caught:
        await Store.open(url)
    assert "hunter2" not in str(caught.value)
