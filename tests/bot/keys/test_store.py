"""The life of a Stripe key in the store, and who may have it when."""

import asyncio
import itertools
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import audit
from bot.domain import Account
from bot.errors import StoreError
from bot.keys.envelope import Envelope, UnreadableError
from bot.keys.ring import KeyRing, MasterKey, UnknownMasterKeyError
from bot.keys.store import KeyBelongsElsewhereError, KeyGoneError, KeyStore
from bot.store import accounts
from bot.store.engine import Store, Transaction
from bot.store.tables import accounts as table
from operations.secrets import SecretKey

FIRST, SECOND = SecretKey.parse("sk_test_" + "first0fake0key"), SecretKey.parse("rk_test_" + "second0fake0key")
LIVE = SecretKey.parse("rk_" + "live_" + "fakefake")


@pytest.fixture
def make_keys(store: Store) -> Callable[[KeyRing], KeyStore]:
    """A key store over the test's database with another ring."""
    ids = map("account-{}".format, itertools.count(1))

    def make(ring: KeyRing) -> KeyStore:
        return KeyStore(store=store, envelope=Envelope(ring), ring=ring, ids=lambda: next(ids))

    return make


@pytest.fixture
def keys(make_keys: Callable[[KeyRing], KeyStore], ring: KeyRing) -> KeyStore:
    """The key store under test."""
    return make_keys(ring)


async def add(
    store: Store, keys: KeyStore, key: SecretKey = FIRST, *, team_id: str = "T1", alias: str = "default"
) -> Account:
    return await store.transaction(
        lambda tx: keys.add(tx, team_id=team_id, alias=alias, key=key, created_by="U1", linked=["acct_9"])
    )


async def connect(
    store: Store,
    keys: KeyStore,
    key: SecretKey = FIRST,
    *,
    owner: str = "acct_1",
    team_id: str = "T1",
    alias: str = "default",
) -> Account:
    account = await add(store, keys, key, team_id=team_id, alias=alias)
    return await activate(store, keys, account, owner=owner)


async def activate(store: Store, keys: KeyStore, account: Account, *, owner: str = "acct_1") -> Account:
    return await store.transaction(
        lambda tx: keys.activate(tx, account, stripe_account_id=owner, name="Rocket Rides", livemode=account.livemode)
    )


async def is_current(store: Store, keys: KeyStore, account: Account, *, checking: bool = False) -> bool:
    return await store.read(lambda tx: keys.is_current(tx, account, checking=checking))


async def rows(store: Store) -> list[dict[str, Any]]:
    every = select(table).where(table.c.team_id.is_not(None)).order_by(table.c.team_id, table.c.version)
    return [dict(row._mapping) for row in await store.read(lambda tx: tx.connection.execute(every).all())]


async def events(store: Store) -> list[str]:
    return [event["event"] for event in await store.read(lambda tx: list(audit.export(tx, "T1")))]


async def test_a_key_waits_until_stripe_has_told_whose_it_is(store: Store, keys: KeyStore) -> None:
    """While checking it opens for that one question and nobody can use the account; then it is listed by name."""
    waiting = await add(store, keys)
    assert (waiting.version, waiting.stripe_account_id, waiting.tail4, waiting.livemode) == (1, "", "0key", False)
    assert await store.read(lambda tx: accounts.active(tx, "T1")) == []
    assert not await is_current(store, keys, waiting)
    assert await is_current(store, keys, waiting, checking=True)
    assert await keys.open(waiting) == FIRST

    account = await activate(store, keys, waiting)
    assert (account.id, account.version) == (waiting.id, 1)
    assert (account.stripe_account_id, account.name, account.linked) == ("acct_1", "Rocket Rides", ("acct_9",))
    assert await store.read(lambda tx: accounts.active(tx, "T1")) == [account]
    assert await store.read(lambda tx: accounts.find(tx, "T1", "default", livemode=False)) == account
    assert await is_current(store, keys, account)
    assert not await is_current(store, keys, account, checking=True)
    assert await keys.open(account) == FIRST
    assert await events(store) == ["key added", "key verified"]


async def test_test_and_live_stand_side_by_side(store: Store, keys: KeyStore) -> None:
    """One alias can have a key of each mode; they are accounts of their own, test listed first."""
    live = await connect(store, keys, LIVE)
    test = await connect(store, keys, FIRST)
    assert test.id != live.id
    assert await store.read(lambda tx: accounts.active(tx, "T1")) == [test, live]
    assert await store.read(lambda tx: accounts.find(tx, "T1", "default", livemode=True)) == live


async def test_a_replaced_key_is_gone_for_good(store: Store, keys: KeyStore) -> None:
    """The next key of the same account takes over its id with the next version, and the old one is destroyed."""
    old = await connect(store, keys, FIRST)
    new = await connect(store, keys, SECOND)
    assert (new.id, new.version, new.key_kind) == (old.id, 2, "rk")
    assert not await is_current(store, keys, old)
    assert await keys.open(new) == SECOND
    with pytest.raises(KeyGoneError):
        await keys.open(old)
    kept = await rows(store)
    assert [(row["version"], row["status"]) for row in kept] == [(1, "replaced"), (2, "active")]
    assert (kept[0]["sealed"], kept[0]["key_id"]) == (b"", "")
    assert await store.read(lambda tx: accounts.version_of(tx, "T1", old.id, 1)) == old
    assert await events(store) == ["key added", "key verified", "key added", "key replaced", "key verified"]


async def test_a_waiting_key_leaves_the_one_in_use_alone(store: Store, keys: KeyStore) -> None:
    """Until a new key is verified the old one works, and a new one that Stripe refuses is destroyed."""
    old = await connect(store, keys, FIRST)
    new = await add(store, keys, SECOND)
    assert await keys.open(old) == FIRST
    await store.transaction(lambda tx: keys.discard(tx, new))
    with pytest.raises(KeyGoneError):
        await keys.open(new)
    assert (await rows(store))[1]["sealed"] == b""
    assert await keys.open(old) == FIRST
    assert (await connect(store, keys, SECOND)).version == 3


async def test_a_key_of_another_account_is_refused(store: Store, keys: KeyStore) -> None:
    """An alias can't change hands: the accounts are compared, and the key in use stays (F10)."""
    old = await connect(store, keys, FIRST, owner="acct_1")
    other = await add(store, keys, SECOND)
    with pytest.raises(KeyBelongsElsewhereError, match="acct_2"):
        await activate(store, keys, other, owner="acct_2")
    assert await keys.open(old) == FIRST
    assert await is_current(store, keys, other, checking=True)


async def test_a_dead_keys_alias_still_stands_for_its_account(store: Store, keys: KeyStore) -> None:
    """After Stripe refused a key, only a key of the same account brings its alias back."""
    old = await connect(store, keys, FIRST, owner="acct_1")
    assert await store.transaction(lambda tx: keys.mark_dead(tx, old))
    other = await add(store, keys, SECOND)
    with pytest.raises(KeyBelongsElsewhereError):
        await activate(store, keys, other, owner="acct_2")
    assert (await activate(store, keys, other, owner="acct_1")).id == old.id


async def test_a_key_of_the_other_mode_is_refused(store: Store, keys: KeyStore) -> None:
    """What Stripe says of the mode counts, not the key's prefix."""
    account = await add(store, keys)
    with pytest.raises(KeyBelongsElsewhereError, match="mode"):
        await store.transaction(
            lambda tx: keys.activate(tx, account, stripe_account_id="acct_1", name="", livemode=True)
        )


async def test_a_dead_key_is_destroyed_once(store: Store, keys: KeyStore) -> None:
    """A key that Stripe no longer accepts leaves the list and its row keeps nothing; a second time does nothing."""
    account = await connect(store, keys)
    assert await store.transaction(lambda tx: keys.mark_dead(tx, account))
    assert not await store.transaction(lambda tx: keys.mark_dead(tx, account))
    assert await store.read(lambda tx: accounts.active(tx, "T1")) == []
    with pytest.raises(KeyGoneError):
        await keys.open(account)
    assert (await rows(store))[0]["sealed"] == b""
    assert await events(store) == ["key added", "key verified", "key dead"]


async def test_an_older_key_cannot_push_out_a_newer_one(store: Store, keys: KeyStore) -> None:
    """Of two keys that wait, the one typed last wins, in whichever order Stripe answers."""
    first, second = await add(store, keys, FIRST), await add(store, keys, SECOND)
    newest = await activate(store, keys, second)
    with pytest.raises(KeyGoneError):
        await activate(store, keys, first)
    assert await keys.open(newest) == SECOND


async def test_a_key_is_activated_once(store: Store, keys: KeyStore) -> None:
    """A second answer to the same question changes nothing."""
    waiting = await add(store, keys)
    await activate(store, keys, waiting)
    with pytest.raises(KeyGoneError):
        await activate(store, keys, waiting)


async def test_keys_added_at_the_same_time_get_versions_of_their_own(store: Store, keys: KeyStore) -> None:
    """Several people may connect one alias at once; nobody fails and no version is used twice."""
    await add(store, keys)
    added = await asyncio.gather(*(add(store, keys) for _ in range(6)))
    assert sorted(account.version for account in added) == [2, 3, 4, 5, 6, 7]
    assert len({account.id for account in added}) == 1


async def test_keys_activated_at_the_same_time_leave_one_in_use(store: Store, keys: KeyStore) -> None:
    """Whatever order the answers come in, one key is active in the end, and it is the newest that was accepted."""
    added = [await add(store, keys) for _ in range(6)]
    await asyncio.gather(*(activate(store, keys, account) for account in added), return_exceptions=True)
    assert [account.version for account in await store.read(lambda tx: accounts.active(tx, "T1"))] == [6]


async def test_workspaces_do_not_see_each_others_accounts(store: Store, keys: KeyStore) -> None:
    """An id of one workspace leads nowhere in another."""
    account = await connect(store, keys)
    assert await store.read(lambda tx: accounts.active(tx, "T2")) == []
    with pytest.raises(StoreError):
        await store.read(lambda tx: accounts.version_of(tx, "T2", account.id, 1))


COPIES: dict[str, tuple[str, str, SecretKey]] = {
    "another workspace (F1)": ("T2", "default", FIRST),
    "the other mode (F2)": ("T1", "default", LIVE),
    "another alias": ("T1", "second", FIRST),
}


@pytest.mark.parametrize(("team_id", "alias", "key"), COPIES.values(), ids=COPIES.keys())
async def test_a_key_copied_to_another_row_does_not_open(
    store: Store, keys: KeyStore, team_id: str, alias: str, key: SecretKey
) -> None:
    """Somebody who can write the database can't make one account's key answer for another."""
    source = await connect(store, keys, SECOND, alias="source")
    target = await connect(store, keys, key, team_id=team_id, alias=alias, owner="acct_1")

    def copy(tx: Transaction) -> None:
        found = tx.connection.execute(
            select(table.c.sealed, table.c.key_id).where(table.c.team_id == "T1", table.c.id == source.id)
        ).one()
        tx.connection.execute(
            update(table)
            .where(table.c.team_id == team_id, table.c.id == target.id)
            .values(sealed=found.sealed, key_id=found.key_id)
        )

    await store.transaction(copy)
    with pytest.raises(UnreadableError):
        await keys.open(target)
    assert await keys.open(source) == SECOND


@pytest.mark.parametrize(
    "change",
    [{"livemode": True}, {"stripe_account_id": "acct_2"}, {"version": 2}],
    ids=lambda change: next(iter(change)),
)
async def test_a_row_changed_in_the_database_does_not_open(
    store: Store, keys: KeyStore, change: dict[str, Any]
) -> None:
    """Mode, Stripe account and version are bound to the key: a row that was made to say otherwise is unreadable."""
    account = await connect(store, keys)
    await store.transaction(
        lambda tx: tx.connection.execute(update(table).where(table.c.team_id == "T1").values(**change))
    )
    with pytest.raises(KeyGoneError):
        await keys.open(account)
    changed = (await store.read(lambda tx: accounts.active(tx, "T1")))[0]
    with pytest.raises(UnreadableError):
        await keys.open(changed)


async def test_an_unknown_master_key_touches_its_own_rows_alone(
    store: Store, keys: KeyStore, make_keys: Callable[[KeyRing], KeyStore]
) -> None:
    """A row under a master key that isn't set can't be read, and says so; other workspaces go on (F6)."""
    lost = await connect(store, make_keys(KeyRing([MasterKey("lost", bytes(range(200, 232)))])), team_id="T2")
    fine = await connect(store, keys)
    with pytest.raises(UnknownMasterKeyError, match="'lost'"):
        await keys.open(lost)
    assert await keys.open(fine) == FIRST


async def test_the_fingerprint_finds_a_key_again_and_is_keyed(
    store: Store, keys: KeyStore, make_keys: Callable[[KeyRing], KeyStore]
) -> None:
    """The same key has the same fingerprint in two workspaces; without the master key nobody can compute it."""
    await connect(store, keys, FIRST)
    await connect(store, keys, FIRST, team_id="T2")
    await connect(store, make_keys(KeyRing([MasterKey("other", bytes(range(200, 232)))])), FIRST, team_id="T3")
    prints = [row["fingerprint"] for row in await rows(store)]
    assert prints[0] == prints[1] != prints[2]
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in prints)


async def test_a_name_with_a_nul_is_kept_without_it(store: Store, keys: KeyStore) -> None:
    """Text from Stripe can't make the database refuse the row."""
    account = await add(store, keys)
    activated = await store.transaction(
        lambda tx: keys.activate(tx, account, stripe_account_id="acct_1", name="Rocket\0 Rides", livemode=False)
    )
    assert activated.name == "Rocket Rides"


async def test_a_key_is_nowhere_in_clear(
    keys: KeyStore, store: Store, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """After a key's whole life neither the database's files, nor the log, nor the audit trail hold it (promise 5)."""
    canary = "canary0fake0key0that0must0not0show"
    key = SecretKey.parse("sk_test_" + canary)
    with caplog.at_level(logging.DEBUG):
        account = await connect(store, keys, key)
        assert await keys.open(account) == key
        await store.transaction(
            lambda tx: tx.connection.execute(update(table).where(table.c.team_id == "T1").values(livemode=True))
        )
        with pytest.raises(UnreadableError) as caught:
            await keys.open((await store.read(lambda tx: accounts.active(tx, "T1")))[0])
        assert canary not in repr(caught.value)
        await connect(store, keys, SecretKey.parse("sk_test_" + canary[::-1]), alias="second")
    everything = caplog.text + repr(await rows(store)) + repr(await store.read(lambda tx: list(audit.export(tx, "T1"))))
    assert canary not in everything
    assert canary[::-1] not in everything
    if store.exclusive:
        folder = Path(database_url.removeprefix("sqlite:///")).parent
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert account.id.encode() in files["countersign.db-wal"] + files["countersign.db"]
        assert [name for name, data in files.items() if canary.encode() in data or canary[::-1].encode() in data] == []
