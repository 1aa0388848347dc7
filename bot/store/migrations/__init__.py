"""The history of the tables, as Alembic revisions, applied when the store is opened."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from bot.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0013"
"""The revision that this release of the code works with."""

# Any number, the same in every replica: PostgreSQL's advisory locks have numbers for names.
_LOCK = 0x636F756E746572


def migrate(connection: Connection) -> None:
    """Bring the tables to :data:`HEAD` inside the caller's transaction; others who start at the same time wait.

    Raises StoreError where a newer release has already changed the tables.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if current(connection) != HEAD:
        _upgrade(connection)


def current(connection: Connection) -> str | None:
    """The revision of the tables; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _upgrade(connection: Connection) -> None:
    # Loaded only when there is something to do: Alembic is a third of the time that a start takes.
    from alembic import command
    from alembic.util.exc import CommandError

    configuration = settings()
    configuration.attributes["connection"] = connection
    try:
        command.upgrade(configuration, "head")
    except CommandError as error:
        raise StoreError(
            f"The database's tables are of a release that this one doesn't know (revision {current(connection)})."
        ) from error


def settings() -> "Config":
    """Alembic's configuration, which is all in this package."""
    from alembic.config import Config

    configuration = Config()
    # Per cent signs begin an interpolation in Alembic's settings.
    configuration.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    return configuration
