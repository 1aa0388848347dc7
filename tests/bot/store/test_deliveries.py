"""What Slack delivers twice is taken once."""

import asyncio
from datetime import timedelta

import pytest

from bot.store import deliveries
from bot.store.engine import Store, Transaction
from tests.databases import DatabaseTime


async def first_time(store: Store, team_id: str, key: str) -> bool:
    return await store.transaction(lambda tx: deliveries.first_time(tx, team_id, key))


async def test_a_second_delivery_is_known(store: Store) -> None:
    """The same key of the same workspace is new once; other keys and other workspaces are their own."""
    seen = [await first_time(store, team, key) for team, key in (("T1", "a"), ("T1", "a"), ("T1", "b"), ("T2", "a"))]
    assert seen == [True, False, True, True]


async def test_of_many_at_once_one_is_first(store: Store) -> None:
    """A redelivery that arrives while the first is being taken waits and is then known."""
    assert sum(await asyncio.gather(*(first_time(store, "T1", "a") for _ in range(10)))) == 1


async def test_a_delivery_whose_work_failed_is_new_again(store: Store) -> None:
    """What was rolled back was not taken, so that Slack's next try has its effect."""

    def work(tx: Transaction) -> None:
        assert deliveries.first_time(tx, "T1", "a")
        raise LookupError

    with pytest.raises(LookupError):
        await store.transaction(work)
    assert await first_time(store, "T1", "a")


async def test_old_deliveries_of_a_workspace_are_forgotten(store: Store, database_time: DatabaseTime) -> None:
    """What is older than asked goes, by the database's time; the rest and other workspaces' stay."""
    await first_time(store, "T1", "old")
    await first_time(store, "T2", "old")
    database_time.forward(timedelta(hours=2))
    await first_time(store, "T1", "new")
    forgotten = await store.transaction(lambda tx: deliveries.forget_old(tx, "T1", timedelta(hours=1)))
    assert forgotten == 1
    assert [await first_time(store, team, key) for team, key in (("T1", "old"), ("T1", "new"), ("T2", "old"))] == [
        True,
        False,
        False,
    ]
