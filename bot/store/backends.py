"""What differs between SQLite and PostgreSQL: how to connect, which failures pass by themselves, what to warn of."""

import os
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import ConfigError, StoreError
from bot.store.lock import ProcessLock

READERS = 4
BUSY_MS = 5_000
STATEMENT_MS = 15_000
LOCK_MS = 5_000
IDLE_MS = 30_000
CONNECT_SECONDS = 5


class Backend(Protocol):
    """One kind of database, connected."""

    write: Engine
    read: Engine
    writers: int
    """Threads that run transactions."""
    readers: int
    """Threads that only read; 0 where the writers' do it."""
    exclusive: bool

    def passing(self, error: DBAPIError) -> bool:
        """Whether nothing was committed and the same transaction may succeed if it is run again."""

    def ambiguous(self, error: DBAPIError) -> bool:
        """Whether a COMMIT that ended in ``error`` may have taken effect."""

    def check(self, connection: Connection) -> None:
        """Raise StoreError where a COMMIT now would quietly roll back."""

    def warn(self, connection: Connection) -> list[str]:
        """Sentences about settings of the server that weaken a promise."""

    def close(self) -> None: ...


def connect(url: URL, connections: int) -> Backend:
    """The backend that ``url`` names. Raises ConfigError for any other, and for a file that another process uses."""
    if url.drivername == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ConfigError("DATABASE_URL names no file; it looks like sqlite:///path/to/countersign.db")
        return Sqlite(Path(url.database))
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return Postgresql(url, connections)
    raise ConfigError("DATABASE_URL must begin with sqlite:/// or postgresql://")


class Sqlite:
    """A file in WAL mode that survives power cuts, with one writer and a few readers, and nobody else."""

    writers = 1
    readers = READERS
    exclusive = True

    def __init__(self, path: Path) -> None:
        path = path.absolute()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = ProcessLock(path)
            # Made here because SQLite would let everybody on the machine read it; the WAL takes over the mode.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise ConfigError(f"The database file {path} can't be opened: {error.strerror}.") from None
        url = URL.create("sqlite", database=str(path))
        self.write = create_engine(url, hide_parameters=True, pool_size=1, max_overflow=0)
        self.read = create_engine(url, hide_parameters=True, pool_size=READERS, max_overflow=0)
        # A deferred transaction that reads, then writes, fails when another wrote in between; an immediate one waits.
        _prepare_sqlite(self.write, begin="BEGIN IMMEDIATE", query_only=False)
        _prepare_sqlite(self.read, begin="BEGIN", query_only=True)

    def passing(self, error: DBAPIError) -> bool:
        return False  # a backup or somebody's shell that holds the file has been waited for already

    def ambiguous(self, error: DBAPIError) -> bool:
        return False  # a COMMIT here that reports an error was undone

    def check(self, connection: Connection) -> None:
        """A failed statement undoes only itself in SQLite, and the transaction can be committed."""

    def warn(self, connection: Connection) -> list[str]:
        return []  # every setting that matters is ours

    def close(self) -> None:
        self.read.dispose()
        self.write.dispose()
        self._lock.release()


def _prepare_sqlite(engine: Engine, *, begin: str, query_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver would otherwise begin, deferred, at a moment of its own
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",  # a destroyed key leaves no trace in free pages
            f"query_only={'ON' if query_only else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


class Postgresql:
    """A server, through a bounded pool. Its timeouts keep one stuck transaction from stopping everybody."""

    readers = 0
    exclusive = False

    def __init__(self, url: URL, connections: int) -> None:
        self.writers = connections
        self.write = create_engine(
            url.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_size=connections,
            max_overflow=0,
            pool_pre_ping=True,
            pool_recycle=1800,
            isolation_level="READ COMMITTED",
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "application_name": "countersign",
                "keepalives_idle": 30,
                "tcp_user_timeout": STATEMENT_MS * 2,
            },
        )
        self.read: Engine = self.write.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        event.listen(self.write, "connect", _prepare_postgresql)
        event.listen(self.write, "handle_error", _forget_values)

    def passing(self, error: DBAPIError) -> bool:
        state = _sqlstate(error)
        if state is None:
            return error.connection_invalidated or self._never_connected(error)
        # 40 is a serialization failure or a deadlock, 08 a connection's end, 57P a server that stops or starts,
        # 53300 too many connections, 55P03 a lock timeout.
        return state[:2] in {"40", "08"} or state[:3] == "57P" or state in {"53300", "55P03"}

    def ambiguous(self, error: DBAPIError) -> bool:
        # The server's own refusal (with an SQLSTATE) is a rollback, unless it says that it is going away.
        state = _sqlstate(error)
        return state is None or state[:2] == "08" or state[:3] == "57P"

    def check(self, connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if driver.info.transaction_status.name == "INERROR":
            raise StoreError(
                "A statement of this transaction failed and that was passed over; PostgreSQL would undo all of it."
            )

    def warn(self, connection: Connection) -> list[str]:
        def setting(name: str) -> str:
            return str(connection.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar_one())

        found = []
        if setting("synchronous_commit") == "off" or setting("fsync") == "off":
            found.append(
                "PostgreSQL may forget committed transactions in a crash (synchronous_commit or fsync is off): "
                "an approval could be carried out without a record."
            )
        standbys = connection.execute(text("SELECT count(*) FROM pg_stat_replication")).scalar_one()
        if standbys and not setting("synchronous_standby_names"):
            found.append("PostgreSQL's standby is asynchronous: a failover may forget the last transactions.")
        return found

    def close(self) -> None:
        self.write.dispose()

    @staticmethod
    def _never_connected(error: DBAPIError) -> bool:
        return error.statement is None and type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout"}


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _prepare_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    driver: Any = connection
    driver.execute(
        "SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false), "
        "set_config('idle_in_transaction_session_timeout', %s, false)",
        (str(STATEMENT_MS), str(LOCK_MS), str(IDLE_MS)),
    )
    encoding = driver.info.parameter_status("server_encoding")
    driver.commit()
    if encoding != "UTF8":
        raise ConfigError(f"The PostgreSQL database is encoded in {encoding}; countersign needs UTF8.")


def _forget_values(context: ExceptionContext) -> None:
    """PostgreSQL repeats the values of a row in the detail of an error; keep only its first sentence."""
    primary = getattr(getattr(context.original_exception, "diag", None), "message_primary", None)
    if primary is None:
        return
    context.original_exception.args = (primary,)
    if context.sqlalchemy_exception is not None:
        kind = type(context.original_exception)
        context.sqlalchemy_exception.args = (f"({kind.__module__}.{kind.__name__}) {primary}",)
