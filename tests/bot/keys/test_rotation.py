"""Changing the master key while everything stays readable."""

import asyncio
import signal
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot import audit
from bot.domain import Account
from bot.errors import ConfigError
from bot.keys import rotation
from bot.keys.envelope import Envelope
from bot.keys.ring import SEALED_TABLES, KeyRing, MasterKey
from bot.keys.rotation import key_usage, rotate
from bot.keys.store import KeyStore
from bot.store.engine import Store, Transaction
from bot.store.tables import calls
from operations.secrets import SecretKey

OLD, NEW = MasterKey("old", bytes(range(100, 132))), MasterKey("new", bytes(range(150, 182)))
BEFORE, BETWEEN, AFTER = KeyRing([OLD]), KeyRing([NEW, OLD]), KeyRing([NEW])
KEY = SecretKey.parse("sk_test_" + "fake0fake0key")

KILLED = """
import asyncio, os, signal, sys
from sqlalchemy import event
from bot.keys import rotation
from bot.keys.ring import KeyRing, MasterKey
from bot.store.engine import Store

async def main():
    store = await Store.open(sys.argv[1])
    rotation.BATCH = 2
    commits = []

    def count(connection):
        commits.append(1)
        if len(commits) == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(store.engines[0], "commit", count)
    await rotation.rotate(
        store, KeyRing([MasterKey("new", bytes(range(150, 182))), MasterKey("old", bytes(range(100, 132)))])
    )

asyncio.run(main())
"""


def put(tx: Transaction, ring: KeyRing, call_id: str, team_id: str = "T1") -> None:
    """A row as another part of the bot seals it."""
    sealed = Envelope(ring).seal(
        purpose="call", team_id=team_id, row_id=call_id, context=("digest",), plaintext=call_id.encode()
    )
    tx.connection.execute(
        insert(calls).values(
            team_id=team_id,
            id=call_id,
            operation="GET /v1/balance",
            tier="read",
            flags=[],
            account_id="a1",
            account_version=1,
            stripe_account_id="acct_1",
            livemode=False,
            digest="digest",
            sealed=sealed.blob,
            key_id=sealed.key_id,
            created_at=tx.now,
        )
    )


async def fill(store: Store, count: int) -> None:
    def work(tx: Transaction) -> None:
        for number in range(count):
            put(tx, BEFORE, f"c{number}", f"T{number % 3}")

    await store.transaction(work)


async def readable(store: Store, ring: KeyRing) -> int:
    """How many calls open under a ring."""
    rows = await store.read(lambda tx: tx.connection.execute(select(calls.c.team_id, calls.c.id, calls.c.sealed)).all())
    for row in rows:
        opened = Envelope(ring).open(
            purpose="call", team_id=row.team_id, row_id=row.id, context=("digest",), blob=row.sealed
        )
        assert opened == row.id.encode()
    return len(rows)


def keys_of(store: Store, ring: KeyRing) -> KeyStore:
    return KeyStore(store=store, envelope=Envelope(ring), ring=ring, ids=lambda: "account-1")


async def connect(store: Store, ring: KeyRing) -> Account:
    keys = keys_of(store, ring)

    def work(tx: Transaction) -> Account:
        account = keys.add(tx, team_id="T1", alias="default", key=KEY, created_by="U1")
        return keys.activate(tx, account, stripe_account_id="acct_1", name="", livemode=False)

    return await store.transaction(work)


async def test_after_a_rotation_the_old_key_is_not_needed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything sealed moves to the first key, counts say so, and the old key's line may go."""
    monkeypatch.setattr(rotation, "BATCH", 3)
    await BEFORE.check(store)
    account = await connect(store, BEFORE)
    await fill(store, 10)
    assert await key_usage(store) == {"old": {"accounts": 1, "calls": 10}}
    with pytest.raises(ConfigError, match="'old'"):
        await AFTER.check(store)

    done = await rotate(store, BETWEEN)
    assert (+done.moved, +done.unreadable) == ({"accounts": 1, "calls": 10}, {})
    assert await key_usage(store) == {"new": {"accounts": 1, "calls": 10}}
    await AFTER.check(store)
    assert await readable(store, AFTER) == 10
    assert await keys_of(store, AFTER).open(account) == KEY
    events = await store.read(lambda tx: [each for each in audit.export(tx, "T1") if each["event"] == "keys rotated"])
    assert sum(each["facts"]["rows"] for each in events) == 4
    assert +(await rotate(store, BETWEEN)).moved == {}


async def test_a_destroyed_key_is_not_counted(store: Store) -> None:
    """A row whose key was destroyed depends on no master key."""
    account = await connect(store, BEFORE)
    await store.transaction(lambda tx: keys_of(store, BEFORE).mark_dead(tx, account))
    assert await key_usage(store) == {}
    assert +(await rotate(store, BETWEEN)).moved == {}


async def test_a_rotation_killed_halfway_is_finished_by_the_next(database_url: str) -> None:
    """After SIGKILL both old and new rows open, and a second run moves the rest (F7)."""
    store = await Store.open(database_url)
    await fill(store, 9)
    await store.close()
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, database_url, stderr=subprocess.PIPE)
    await killed.communicate()
    assert killed.returncode == -signal.SIGKILL

    store = await Store.open(database_url)
    usage = await key_usage(store)
    assert set(usage) == {"old", "new"}
    assert usage["old"]["calls"] + usage["new"]["calls"] == 9
    assert await readable(store, BETWEEN) == 9
    await rotate(store, BETWEEN)
    assert await key_usage(store) == {"new": {"calls": 9}}
    assert await readable(store, AFTER) == 9
    await store.close()


async def test_what_is_sealed_under_the_old_key_meanwhile_is_found(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that a replica with the old key adds during the rotation is moved by a further pass (F8)."""
    await fill(store, 4)
    original = rotation._pass
    late: list[str] = []

    async def then_another(*arguments: Any) -> rotation._Pass:
        result = await original(*arguments)
        if not late:
            late.append("late")
            await store.transaction(lambda tx: put(tx, BEFORE, "late"))
        return result

    monkeypatch.setattr(rotation, "_pass", then_another)
    done = await rotate(store, BETWEEN)
    assert done.moved["calls"] == 5
    assert await key_usage(store) == {"new": {"calls": 5}}


async def test_rows_that_no_key_opens_are_counted_and_left(store: Store) -> None:
    """A row that was tampered with, or whose key is lost, stays as it is and doesn't stop the rest."""
    await fill(store, 3)

    def spoil(tx: Transaction) -> None:
        put(tx, KeyRing([MasterKey("lost", bytes(range(200, 232)))]), "c8")
        tx.connection.execute(
            update(calls).where(calls.c.team_id == "T1", calls.c.id == "c1").values(sealed=b"\x01\x03oldjunk")
        )

    await store.transaction(spoil)
    done = await rotate(store, BETWEEN)
    assert (done.moved["calls"], done.unreadable["calls"]) == (2, 2)
    assert await key_usage(store) == {"new": {"calls": 2}, "old": {"calls": 1}, "lost": {"calls": 1}}


@pytest.mark.postgres
async def test_what_is_written_during_a_rotation_is_not_overwritten(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another replica seals anew between reading and moving a row is what the next pass moves."""
    store, other = await Store.open(postgresql_url), await Store.open(postgresql_url)
    await store.transaction(lambda tx: put(tx, BEFORE, "c1"))
    loop = asyncio.get_running_loop()
    place: dict[str, Any] = {"purpose": "call", "team_id": "T1", "row_id": "c1", "context": ("digest",)}
    newer = Envelope(BEFORE).seal(**place, plaintext=b"newer")
    original = Envelope.rewrap
    raced: list[bool] = []

    def write(tx: Transaction) -> None:
        tx.connection.execute(update(calls).where(calls.c.team_id == "T1").values(sealed=newer.blob))

    def late(self: Envelope, **arguments: Any) -> object:
        if not raced:
            raced.append(True)
            asyncio.run_coroutine_threadsafe(other.transaction(write), loop).result(20)
        return original(self, **arguments)

    monkeypatch.setattr(Envelope, "rewrap", late)
    done = await rotate(store, BETWEEN)
    blob = await store.read(
        lambda tx: tx.connection.execute(select(calls.c.sealed).where(calls.c.team_id == "T1")).scalar_one()
    )
    assert Envelope(BETWEEN).open(**place, blob=blob) == b"newer"
    assert (done.moved["calls"], await key_usage(store)) == (1, {"new": {"calls": 1}})
    await store.close()
    await other.close()


def test_every_sealed_table_can_be_rotated() -> None:
    """Rotation finds a sealed value's place from its row: workspace, id, and the id of the master key."""
    assert {table.name for table in SEALED_TABLES} >= {"accounts", "calls", "messages"}
    for table in SEALED_TABLES:
        assert {"team_id", "id", "sealed", "key_id"} <= set(table.c.keys())
        assert table.c.id.primary_key


def test_every_sealed_row_is_known_by_its_workspace_and_its_id() -> None:
    """The rotation binds what it wraps anew to both, so a table that names its rows otherwise could not be moved."""
    assert all({"team_id", "id", "key_id"} <= set(table.c.keys()) for table in SEALED_TABLES)
