"""The store: transactions on SQLite or PostgreSQL, run in worker threads.

A piece of work is a plain function of a :class:`Transaction`; repositories are such functions, so that one transaction
joins several. The work may be run more than once (a deadlock, a lost connection), so it changes nothing but the
database. A caller who is cancelled doesn't stop work that has begun: it still commits.

SQLite has one writer with immediate transactions, so whole transactions follow each other. PostgreSQL runs them side by
side under READ COMMITTED: decide by compare-and-set (``UPDATE … WHERE state = …`` and the row count) or behind a row
lock (``with_for_update()``), never by reading first. Reads see one snapshot on both.
"""

import asyncio
import contextvars
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn, TypeVar

from sqlalchemy import Connection, Engine, Table, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.errors import ConfigError, StoreError
from bot.store.backends import Backend, connect
from operations.clock import Clock, SystemClock

T = TypeVar("T")
log = logging.getLogger(__name__)

PAUSES = (0.0, 0.05, 0.25, 1.0)
"""Seconds before each further try of a transaction that failed for a passing reason."""


class CommitUnknownError(StoreError):
    """The connection was lost while PostgreSQL committed: the transaction stands whole or not at all, and nobody knows.

    It is not tried again, since the work could then be done twice. The caller looks at the state it wanted to reach, or
    leaves that to whoever takes up the row after its lease.
    """


class Transaction:
    """One open transaction. ``connection`` is SQLAlchemy's; the work neither commits nor rolls back."""

    def __init__(self, connection: Connection, shift: Callable[[], timedelta]) -> None:
        self.connection = connection
        self._shift = shift
        self._now: datetime | None = None

    @property
    def now(self) -> datetime:
        """The database's clock, aware UTC, read at the first use and the same until the end of the transaction.

        Work that waits for a row lock and then judges by the time takes the lock first.
        """
        if self._now is None:
            read = self.connection.execute(text(_NOW[self.connection.dialect.name])).scalar_one()
            moment = datetime.fromisoformat(read) if isinstance(read, str) else read
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
            self._now = moment + self._shift()
        return self._now

    def insert_once(self, table: Table, values: Mapping[str, Any]) -> bool:
        """Insert a row; False, and nothing changed, where a row with the same key stands already.

        On PostgreSQL it waits for another transaction that is inserting the same key, so the answer holds.
        """
        build = postgresql.insert if self.connection.dialect.name == "postgresql" else sqlite.insert
        insert = build(table).values(**values).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
        return self.connection.execute(insert).rowcount == 1


# clock_timestamp() and not now(), which stands still from the first statement on, however long a lock was waited for.
_NOW = {"postgresql": "SELECT clock_timestamp()", "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"}


class Store:
    """The database of the process. Made by :meth:`open`; not bound to an event loop."""

    def __init__(self, backend: Backend, clock: Clock, shift: Callable[[], timedelta]) -> None:
        self._backend = backend
        self._clock = clock
        self._shift = shift
        self._writers = ThreadPoolExecutor(backend.writers, thread_name_prefix="store")
        self._readers = (
            self._writers
            if backend.readers == 0
            else ThreadPoolExecutor(backend.readers, thread_name_prefix="store-read")
        )

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        connections: int = 8,
        clock: Clock | None = None,
        clock_shift: Callable[[], timedelta] = timedelta,
    ) -> "Store":
        """Connect and bring the tables up to date.

        ``url`` is ``sqlite:///path`` or ``postgresql://…``; ``connections`` bounds those to PostgreSQL. ``clock``
        spaces out retries; ``clock_shift`` is added to the database's time, for tests that move it. Raises ConfigError
        for a URL that can't work or a SQLite file in use elsewhere, StoreError where the database can't be reached.
        """
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise ConfigError(
                "DATABASE_URL is no database URL; it looks like sqlite:///path or postgresql://…"
            ) from None
        backend = await asyncio.to_thread(connect, parsed, connections)
        store = cls(backend, clock or SystemClock(), clock_shift)
        try:
            await store._migrate()
        except BaseException:
            await store.close()
            raise
        return store

    @property
    def exclusive(self) -> bool:
        """Whether no other process can have this database open, so that another holder's lease is a dead one's."""
        return self._backend.exclusive

    @property
    def engines(self) -> tuple[Engine, ...]:
        """The engines that statements go through, for instruments that watch them."""
        return (self._backend.write, self._backend.read) if self._backend.readers else (self._backend.write,)

    async def transaction(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in a transaction of its own and commit. What ``work`` raises rolls back and is raised.

        Raises StoreError when the database refuses or stays away, CommitUnknownError when it vanished while committing.
        Failures of a statement itself, such as SQLAlchemy's IntegrityError, come through as they are.
        """
        return await self._insist(self._writers, self._backend.write, work)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` on one snapshot of the database; a statement that changes something fails. Raises StoreError."""
        return await self._insist(self._readers, self._backend.read, work)

    async def warnings(self) -> list[str]:
        """What about this database weakens a promise, in sentences for the operator; empty when all is well."""
        return await self.read(lambda tx: self._backend.warn(tx.connection))

    async def close(self) -> None:
        """Wait for the work that has begun, close the connections, let another process in."""
        await asyncio.to_thread(self._writers.shutdown)
        await asyncio.to_thread(self._readers.shutdown)
        self._backend.close()

    async def _migrate(self) -> None:
        from bot.store.migrations import migrate

        def work() -> None:
            try:
                with self._backend.write.begin() as connection:
                    migrate(connection)
            except DBAPIError as error:
                _refuse(error)

        await asyncio.get_running_loop().run_in_executor(self._writers, work)

    async def _insist(self, threads: ThreadPoolExecutor, engine: Engine, work: Callable[[Transaction], T]) -> T:
        for pause in PAUSES:
            try:
                return await self._once(threads, engine, work)
            except DBAPIError as error:
                if not self._backend.passing(error):
                    _refuse(error)
                log.warning("a transaction failed and is tried again: %s", type(error.orig).__name__)
            if pause:
                await self._clock.sleep(pause)
        try:
            return await self._once(threads, engine, work)
        except DBAPIError as error:
            _refuse(error)

    async def _once(self, threads: ThreadPoolExecutor, engine: Engine, work: Callable[[Transaction], T]) -> T:
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(threads, context.run, self._carry_out, engine, work)
        except PoolTimeoutError as error:
            raise StoreError("No database connection became free in time.") from error

    def _carry_out(self, engine: Engine, work: Callable[[Transaction], T]) -> T:
        with engine.connect() as connection:
            with connection.begin() as transaction:
                result = work(Transaction(connection, self._shift))
                self._backend.check(connection)
                try:
                    transaction.commit()
                except DBAPIError as error:
                    if self._backend.ambiguous(error):
                        raise CommitUnknownError(
                            "The database connection was lost while a transaction was being committed."
                        ) from error
                    raise
            return result


def _refuse(error: DBAPIError) -> NoReturn:
    """The database's own trouble becomes a StoreError; a mistake in a statement stays what it is."""
    if isinstance(error, OperationalError) or error.connection_invalidated:
        raise StoreError(f"The database can't be used now: {_first_line(error)}") from error
    raise error


def _first_line(error: DBAPIError) -> str:
    return next(iter(str(error.orig).splitlines()), type(error.orig).__name__).rstrip(".") + "."
