"""The migrations make exactly the tables that the code describes, on both databases."""

import asyncio
import sqlite3
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from bot.errors import StoreError
from bot.policy import Preset, shelf
from bot.roles import Grant
from bot.store.engine import Store
from bot.store.migrations import HEAD, current, settings
from bot.store.tables import metadata
from bot.workspaces import Workspaces
from tests.databases import scratch_database

MOMENT = "2026-01-01 00:00:00.000000"


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


async def test_nobody_loses_a_role_when_lists_become_grants(tmp_path: Path) -> None:
    """An empty list, or no settings at all, meant every full member: that is granted to everyone."""
    url = f"sqlite:///{tmp_path}/old.db"
    engine = create_engine(url)
    configuration = settings()
    with engine.begin() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "0003")
        for team_id, admins, approvers, operators in (
            ("T1", '["UADMIN"]', '["U1", "U2"]', "[]"),
            ("T2", "[]", "[]", '["U3"]'),
        ):
            connection.execute(
                text(
                    "INSERT INTO workspace_settings (team_id, version, admin_ids, approver_ids, operator_ids, policy,"
                    " confirmed, changed_by, changed_at) VALUES (:team, 4, :admins, :approvers, :operators, 'strict',"
                    " '[]', 'UADMIN', '2026-01-05 09:30:00.000000')"
                ),
                {"team": team_id, "admins": admins, "approvers": approvers, "operators": operators},
            )
        connection.execute(
            text(
                "INSERT INTO accounts (team_id, id, version, alias, livemode, stripe_account_id, name, key_kind, tail4,"
                " fingerprint, linked, status, sealed, key_id, created_by, created_at) VALUES ('T3', 'a', 1, 'default',"
                " 0, '', '', 'sk', '1234', '', '[]', 'active', x'00', 'k', 'U1', '2026-01-05 09:30:00.000000')"
            )
        )
    engine.dispose()
    store = await Store.open(url)
    workspaces = Workspaces(store=store, admins=())
    found = {team_id: await workspaces.now(team_id) for team_id in ("T1", "T2", "T3", "T4")}
    await store.close()
    everyone = {Grant("approver", "everyone"), Grant("operator", "everyone")}
    assert {team_id: set(each.grants) for team_id, each in found.items()} == {
        "T1": {
            Grant("admin", "person", "UADMIN"),
            Grant("approver", "person", "U1"),
            Grant("approver", "person", "U2"),
            Grant("operator", "everyone"),
        },
        "T2": {Grant("approver", "everyone"), Grant("operator", "person", "U3")},
        "T3": everyone,
        "T4": set(),
    }
    assert [each.version for each in found.values()] == [4, 4, 1, 0]


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


async def test_a_policy_that_was_chosen_by_name_is_kept(tmp_path: Path) -> None:
    """As the workspace's first version; a name that nobody knows becomes the strict one."""
    url = f"sqlite:///{tmp_path}/old.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        configuration = settings()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "0004")
        for team, policy in (("T1", "standard"), ("T2", "strict"), ("T3", "rules of 2028")):
            columns = {each["name"]: each for each in inspect(connection).get_columns("workspace_settings")}
            row = {name: "[]" for name, each in columns.items() if not each["nullable"]}
            row |= {"team_id": team, "version": "1", "policy": policy, "changed_by": "U1", "changed_at": MOMENT}
            names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO workspace_settings ({names}) VALUES ({marks})"), row)  # noqa: S608
    engine.dispose()
    store = await Store.open(url)
    held = [await store.read(lambda tx, team=team: shelf.current(tx, team)) for team in ("T1", "T2", "T3")]  # type: ignore[misc]
    await store.close()
    assert [each.document for each in held] == [Preset(preset=name) for name in ("standard", "strict", "strict")]
    assert [(each.version, each.proposed_by) for each in held] == [(1, "U1")] * 3
