"""The guard that the ``store`` fixture keeps over statements."""

import pytest

from tests.databases import strays


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT accounts.id FROM accounts WHERE accounts.id = ?",
        "UPDATE runs SET team_id=? WHERE runs.id = ?",
        "DELETE FROM deliveries WHERE seen_at < ?",
        "INSERT INTO deliveries (key) VALUES (?)",
    ],
)
def test_a_statement_over_all_workspaces_strays(statement: str) -> None:
    """Reads, changes and inserts that don't name the workspace are found."""
    assert strays(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT accounts.id FROM accounts WHERE accounts.team_id = ?",
        "SELECT runs.team_id, runs.id FROM runs WHERE runs.next_at < ?",
        "UPDATE runs SET state=? WHERE runs.team_id = ? AND runs.id = ?",
        "SELECT master_keys.check_value FROM master_keys",
        "SELECT clock_timestamp()",
        "PRAGMA foreign_keys=ON",
        "BEGIN IMMEDIATE",
    ],
)
def test_a_statement_that_names_its_workspace_does_not(statement: str) -> None:
    """A workspace's own statements, sweeps that read whose row it is, and the database's own business pass."""
    assert not strays(statement)
