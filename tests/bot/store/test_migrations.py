"""The migrations make exactly the tables that the code describes, on both databases."""

import asyncio
import sqlite3
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect

from bot.errors import StoreError
from bot.store.engine import Store
from bot.store.migrations import HEAD, current, settings
from bot.store.tables import metadata
from tests.databases import scratch_database


def checks(connection: Connection) -> dict[str, Any]:
    """The check constraints of every table, which Alembic doesn't compare."""
    inspector = inspect(connection)
    return {
        table: sorted((check["name"] or "", check["sqltext"]) for check in inspector.get_check_constraints(table))
        for table in metadata.tables
    }


async def test_migrations_make_the_tables_of_the_code(store: Store) -> None:
    """Alembic, asked what is still to migrate, finds nothing."""
    found = await store.transaction(
        lambda tx: compare_metadata(
            MigrationContext.configure(tx.connection, opts={"compare_type": True, "compare_server_default": True}),
            metadata,
        )
    )
    assert found == []


async def test_migrations_make_the_checks_of_the_code(store: Store, tmp_path: Path) -> None:
    """The check constraints are those that the tables' own description makes."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path}/described.db" if store.exclusive else stack.enter_context(scratch_database())
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        stack.callback(engine.dispose)
        with engine.begin() as connection:
            metadata.create_all(connection)
            described = checks(connection)
    assert await store.read(lambda tx: checks(tx.connection)) == described
    assert described["runs"]


@pytest.mark.postgres
async def test_replicas_that_start_together_migrate_once() -> None:
    """On a fresh server several processes may start at the same moment; the first migrates, the others wait."""
    with scratch_database() as url:
        stores = await asyncio.gather(*(Store.open(url) for _ in range(4)))
        assert [await store.read(lambda tx: current(tx.connection)) for store in stores] == [HEAD] * 4
        for store in stores:
            await store.close()


async def test_a_database_of_a_newer_release_is_refused(sqlite_url: str) -> None:
    """An old release must not work on tables that it doesn't know."""
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="9999"):
        await Store.open(sqlite_url)


def test_the_head_is_the_newest_revision() -> None:
    """What the code takes for the newest revision is the end of the one line of revisions."""
    assert ScriptDirectory.from_config(settings()).get_heads() == [HEAD]
