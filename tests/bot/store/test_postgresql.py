"""What PostgreSQL alone can do to a transaction: deadlocks, lost connections, weak settings."""

import asyncio
import threading
from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection, event, insert, select, text, update

from bot.errors import StoreError
from bot.store.engine import PAUSES, CommitUnknownError, Store, Transaction
from bot.store.tables import audit_heads, deliveries
from tests.databases import server_url

pytestmark = pytest.mark.postgres


class Waits:
    """A clock that doesn't wait, and remembers how long it should have."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def now(self) -> float:
        return 0.0

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.fixture
def clock() -> Waits:
    """The clock of the store below."""
    return Waits()


@pytest.fixture
async def store(postgresql_url: str, clock: Waits) -> AsyncIterator[Store]:
    """A store on PostgreSQL."""
    opened = await Store.open(postgresql_url, clock=clock)
    yield opened
    await opened.close()


def end_session(connection: Connection) -> None:
    """What a restarted server or a broken network does to this connection."""
    pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with psycopg.connect(server_url("postgres"), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


def put(tx: Transaction, key: str) -> None:
    tx.connection.execute(insert(deliveries).values(team_id="T1", key=key, seen_at=tx.now))


def keys(tx: Transaction) -> list[str]:
    return list(tx.connection.execute(select(deliveries.c.key).where(deliveries.c.team_id == "T1")).scalars())


async def test_a_connection_lost_in_the_middle_is_made_good(store: Store) -> None:
    """Nothing was committed, so the work is done again on another connection, and once in all."""
    tries = []

    def work(tx: Transaction) -> None:
        tries.append(1)
        put(tx, "a")
        if len(tries) == 1:
            end_session(tx.connection)
            put(tx, "b")

    await store.transaction(work)
    assert len(tries) == 2
    assert await store.read(keys) == ["a"]


async def test_a_connection_lost_at_commit_is_not_tried_again(store: Store) -> None:
    """Whether it was committed is unknown then, and doing it twice would be worse: the caller is told."""
    tries = []
    armed = [True]

    def work(tx: Transaction) -> None:
        tries.append(1)
        put(tx, f"{len(tries)}")

    def cut(connection: Connection) -> None:
        if armed:
            armed.clear()
            end_session(connection)

    event.listen(store.engines[0], "commit", cut)
    with pytest.raises(CommitUnknownError):
        await store.transaction(work)
    assert len(tries) == 1


async def test_a_deadlock_is_made_good(store: Store) -> None:
    """Two transactions that wait for each other both happen: PostgreSQL ends one, and it is done again."""
    for team in ("T1", "T2"):
        await store.transaction(
            lambda tx, team=team: tx.connection.execute(insert(audit_heads).values(team_id=team, seq=0, digest=""))  # type: ignore[misc]  # mypy can't infer a lambda with a default
        )
    both = threading.Barrier(2)
    tries: list[str] = []

    def work(tx: Transaction, first: str, second: str) -> None:
        tries.append(first)
        tx.connection.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
        for team in (first, second):
            tx.connection.execute(
                update(audit_heads).where(audit_heads.c.team_id == team).values(seq=audit_heads.c.seq + 1)
            )
            if team == first and tries.count(first) == 1:
                both.wait(20)

    await asyncio.gather(
        store.transaction(lambda tx: work(tx, "T1", "T2")), store.transaction(lambda tx: work(tx, "T2", "T1"))
    )
    # The one that tries again may meet the other once more before it has gone on.
    assert len(tries) >= 3
    totals = await store.read(
        lambda tx: tx.connection.execute(select(audit_heads.c.team_id, audit_heads.c.seq).order_by("team_id")).all()
    )
    assert totals == [("T1", 2), ("T2", 2)]


async def test_a_server_that_is_away_is_a_store_error(clock: Waits) -> None:
    """After some tries the caller is told, in a sentence without the password."""
    with pytest.raises(StoreError, match="can't be used now") as caught:
        await Store.open("postgresql://somebody:hunter2@127.0.0.1:1/countersign", clock=clock)
    assert "hunter2" not in str(caught.value)


async def test_a_failure_that_lasts_is_tried_a_few_times(store: Store, clock: Waits) -> None:
    """Retries end, with growing pauses between them."""
    tries = []

    def work(tx: Transaction) -> None:
        tries.append(1)
        end_session(tx.connection)
        put(tx, "a")

    with pytest.raises(StoreError):
        await store.transaction(work)
    assert len(tries) == len(PAUSES) + 1
    assert clock.waited == [pause for pause in PAUSES if pause]


async def test_a_statement_that_hangs_is_ended(store: Store) -> None:
    """The server ends a statement that takes too long, and that isn't tried again."""
    tries = []

    def work(tx: Transaction) -> None:
        tries.append(1)
        tx.connection.execute(text("SET LOCAL statement_timeout = '20ms'"))
        tx.connection.execute(text("SELECT pg_sleep(10)"))

    with pytest.raises(StoreError, match="timeout"):
        await store.transaction(work)
    assert len(tries) == 1


async def test_it_warns_where_commits_may_be_forgotten(store: Store, postgresql_url: str) -> None:
    """With synchronous_commit off a crash forgets committed transactions, and the operator should know."""
    database = sql.Identifier(postgresql_url.rpartition("/")[2])
    with psycopg.connect(server_url("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(database))
        try:
            weak = await Store.open(postgresql_url)
            warnings = await weak.warnings()
            await weak.close()
        finally:
            server.execute(sql.SQL("ALTER DATABASE {} RESET synchronous_commit").format(database))
    assert len(warnings) == 1
    assert "synchronous_commit" in warnings[0]


async def test_several_processes_share_it(store: Store, postgresql_url: str) -> None:
    """A second replica opens the same database, and neither takes itself for the only one."""
    other = await Store.open(postgresql_url)
    assert not store.exclusive
    await other.transaction(lambda tx: put(tx, "a"))
    assert await store.read(keys) == ["a"]
    await other.close()
