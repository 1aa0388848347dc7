"""Databases for tests: scratch databases on a PostgreSQL server, time that tests move, an eye on every statement."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import event

from bot.store.engine import Store
from bot.store.tables import metadata

SERVER = os.environ.get("COUNTERSIGN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
_OF_WORKSPACES = {table.name for table in metadata.tables.values() if "team_id" in table.c}
_TABLE = re.compile(rf"\b({'|'.join(sorted(_OF_WORKSPACES))})\b(?!\.)")
_DDL = re.compile(r"\s*(CREATE|ALTER|DROP|PRAGMA)\b")


class DatabaseTime:
    """What is added to the database's clock. Tests move it instead of waiting."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def __call__(self) -> timedelta:
        return self.shift

    def forward(self, step: timedelta) -> None:
        self.shift += step


def server_url(database: str) -> str:
    """The URL of a database on the test server."""
    return f"{SERVER.rstrip('/')}/{database}"


@contextmanager
def scratch_database() -> Iterator[str]:
    """The URL of a new database on the PostgreSQL server, dropped in the end.

    Where no server answers the test is skipped; in CI it fails, because there both databases must be proven.
    """
    name = f"countersign_test_{secrets.token_hex(6)}"
    try:
        server = psycopg.connect(server_url("postgres"), autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        reason = f"no PostgreSQL server answers at COUNTERSIGN_TEST_POSTGRES ({type(error).__name__})"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with server:
        server.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield server_url(name)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def empty(url: str) -> None:
    """Delete every row of a PostgreSQL database's tables; for small tables that is quicker than truncating them."""
    with psycopg.connect(url) as connection:
        connection.execute("SET lock_timeout = '5s'")  # a store that a test left open shows as an error, not a wait
        for table in reversed(metadata.sorted_tables):
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))


def strays(statement: str) -> bool:
    """Whether a statement could mix workspaces: it reads or writes their rows and doesn't name ``team_id``.

    A change must name it in its condition; a read in its condition or, as the sweeps over all workspaces do, among what
    it reads.
    """
    if _DDL.match(statement) or not _TABLE.search(statement):
        return False
    if re.match(r"\s*(UPDATE|DELETE)\b", statement):
        return "team_id" not in statement.partition("WHERE")[2]
    return "team_id" not in statement


def watch(store: Store) -> list[str]:
    """The list into which every statement that the store issues from now on is written."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    for engine in store.engines:
        event.listen(engine, "before_cursor_execute", note)
    return seen
