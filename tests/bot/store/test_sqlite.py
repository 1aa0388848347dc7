"""What SQLite alone must do: one process, one writer, nothing lost in a power cut."""

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from bot.errors import ConfigError, StoreError
from bot.store import backends
from bot.store.engine import Store, Transaction
from bot.store.tables import audit_heads, deliveries

HOLD = """
import asyncio, sys
from bot.store.engine import Store

async def main():
    store = await Store.open(sys.argv[1])
    print("open", flush=True)
    sys.stdin.read()

asyncio.run(main())
"""


async def test_a_second_process_is_refused_until_the_first_is_killed(sqlite_url: str) -> None:
    """Two processes on one file can't be; the lock ends with its holder, even by SIGKILL."""
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, sqlite_url, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"open\n"
    try:
        with pytest.raises(
            ConfigError, match=rf"already in use by another countersign process \(process {holder.pid}\)"
        ):
            await Store.open(sqlite_url)
    finally:
        holder.send_signal(signal.SIGKILL)
        await holder.communicate()
    store = await Store.open(sqlite_url)
    assert store.exclusive
    await store.close()


async def test_the_file_is_free_again_after_closing(sqlite_url: str) -> None:
    """Closing lets the next one in; while open, the same process is refused as well."""
    store = await Store.open(sqlite_url)
    with pytest.raises(ConfigError, match=f"process {os.getpid()}"):
        await Store.open(sqlite_url)
    await store.close()
    await (await Store.open(sqlite_url)).close()


async def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    """The database, its folder made on the way, can't be read by other users, and neither can its log."""
    path = tmp_path / "data" / "countersign.db"
    store = await Store.open(f"sqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.with_name("countersign.db-wal").stat().st_mode) == 0o600
    await store.close()


async def test_a_folder_that_cannot_be_made_is_a_wrong_setting(tmp_path: Path) -> None:
    """The operator is told which file can't be opened."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"file/countersign\.db can't be opened"):
        await Store.open(f"sqlite:///{tmp_path}/file/countersign.db")


async def test_it_survives_power_cuts(sqlite_url: str) -> None:
    """WAL with full synchronisation, foreign keys on, on every connection."""
    store = await Store.open(sqlite_url)

    def settings(tx: Transaction) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return [tx.connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names]

    assert await store.transaction(settings) == ["wal", 2, 1, 1]
    assert await store.read(settings) == ["wal", 2, 1, 1]
    await store.close()


async def test_a_transaction_holds_the_writers_place_before_it_reads(sqlite_url: str) -> None:
    """Transactions are immediate: from their first statement on, nobody else can write."""
    store = await Store.open(sqlite_url)
    path = sqlite_url.removeprefix("sqlite:///")

    def work(tx: Transaction) -> None:
        tx.connection.execute(select(deliveries).where(deliveries.c.team_id == "T1")).all()
        other = sqlite3.connect(path, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("INSERT INTO audit_heads (team_id, seq, digest) VALUES ('T1', 0, '')")
        other.close()

    await store.transaction(work)
    await store.close()


async def test_read_then_write_loses_no_update(sqlite_url: str) -> None:
    """Many at once that read a number and write the next one each count."""
    store = await Store.open(sqlite_url)
    await store.transaction(
        lambda tx: tx.connection.execute(insert(audit_heads).values(team_id="T1", seq=0, digest=""))
    )

    def count(tx: Transaction) -> int:
        seq: int = tx.connection.execute(select(audit_heads.c.seq).where(audit_heads.c.team_id == "T1")).scalar_one()
        tx.connection.execute(audit_heads.update().where(audit_heads.c.team_id == "T1").values(seq=seq + 1))
        return seq

    assert sorted(await asyncio.gather(*(store.transaction(count) for _ in range(20)))) == list(range(20))
    await store.close()


async def test_a_locked_file_refuses_writes_and_still_reads(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a shell or a backup holds the file, writing is a StoreError that says so, and reading goes on (G9)."""
    monkeypatch.setattr(backends, "BUSY_MS", 20)
    store = await Store.open(sqlite_url)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        await store.transaction(lambda tx: tx.now)
    await store.read(lambda tx: tx.now)
    other.execute("ROLLBACK")
    other.close()
    await store.transaction(lambda tx: tx.now)
    await store.close()


async def test_a_full_disk_refuses_writes_and_still_reads(sqlite_url: str) -> None:
    """When there is no room left, writing is a StoreError that says so, and reading goes on (G9)."""
    store = await Store.open(sqlite_url)

    def fill(tx: Transaction) -> None:
        pages = tx.connection.execute(text("PRAGMA page_count")).scalar_one()
        tx.connection.execute(text(f"PRAGMA max_page_count={pages}"))
        row = {"team_id": "T1", "seen_at": tx.now}
        tx.connection.execute(insert(deliveries), [{**row, "key": f"{number:0100}"} for number in range(2000)])

    with pytest.raises(StoreError, match="full"):
        await store.transaction(fill)
    assert await store.read(lambda tx: tx.connection.execute(select(deliveries.c.team_id)).all()) == []
    await store.close()
