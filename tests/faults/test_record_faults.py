"""The record itself fails, is changed behind everybody's back, or comes back from a backup: nothing is doubled or lost,
and nothing is sent that was not signed.
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table

from bot.cards import APPROVE
from bot.runs import GRACE
from bot.store.engine import Store, Transaction
from bot.store.tables import accounts, approvals, calls, decisions, runs
from operations.sandbox.keys import ACCOUNT, TEST_KEY
from operations.secrets import SecretKey
from tests.faults import stories
from tests.faults.oracle import buttons
from tests.faults.stories import DELETION, REFUND, approved_but_not_begun, asked, rest, states, verdict
from tests.world import TEAM, World

TRANSACTIONS = 8
"""More than a click leads to, the sweeps that go on meanwhile included."""


async def test_the_database_fails_once_in_each_place(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever transaction after the click fails: one effect, a true verdict, everything said."""
    await _fails_once_in_each_place(sqlite_world, monkeypatch, committed=False)


@pytest.mark.postgres
async def test_a_commit_is_lost_once_in_each_place(postgresql_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever transaction is done and said to have failed: the same."""
    await _fails_once_in_each_place(postgresql_world, monkeypatch, committed=True)


async def _fails_once_in_each_place(world: World, monkeypatch: pytest.MonkeyPatch, *, committed: bool) -> None:
    for nth in range(1, TRANSACTIONS + 1):
        case = await stories.another(world, REFUND, nth)
        card = await asked(world, case)
        with monkeypatch.context() as patch:
            patch.setattr(Store, "transaction", stories.failing(Store.transaction, nth, committed=committed))
            await world.bob.deliver(world.bob.press(card, APPROVE))
            await stories.idle(world)
        await rest(world)
        if buttons(card):
            assert "logged" in world.told[-1]
            await world.bob.click(card, APPROVE)
            await rest(world)
        assert (nth, await states(world)) == (nth, ["succeeded"] * nth)
        assert (nth, (await verdict(world, case)).broken) == (nth, {})


def _flipped(value: Any) -> Any:
    """Another value of the same kind, by as little as possible."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case bytes():
            middle = len(value) // 2
            return value[:middle] + bytes((value[middle] ^ 1,)) + value[middle + 1 :]
        case list():
            return [*value, "irreversible"]
    return {"money": "write", "destructive": "read", "approve": "deny"}.get(value) or value[:-1] + "~"


FROZEN: dict[Table, tuple[str, ...]] = {
    calls: (
        "operation", "tier", "flags", "account_id", "account_version", "stripe_account_id", "livemode", "digest",
        "sealed",
    ),
    decisions: ("verdict", "digest"),
    accounts: ("stripe_account_id", "livemode", "sealed"),
}  # fmt: skip
"""What was signed, where it is kept."""


async def _belongs(world: World, table: Table) -> dict[str, str]:
    """What tells a table's rows that belong to the newest run."""
    run = (await stories.wanted(world))[-1]
    return {"calls": {"id": run.call_id}, "decisions": {"approval_id": run.approval_id}}.get(table.name, {})


async def test_what_was_signed_was_changed(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One flipped bit between the approval and the run: nothing reaches Stripe, the run ends, and people are told."""
    world = sqlite_world
    await world.bot.store.transaction(lambda tx: tx.connection.execute(accounts.delete().where(accounts.c.livemode)))
    number = 0
    for table, columns in FROZEN.items():
        for column in columns:
            number += 1
            card = await approved_but_not_begun(world, monkeypatch, await stories.another(world, REFUND, number))
            row = (await stories.rows(world, table, **await _belongs(world, table)))[-1]
            same = [key == getattr(row, key.name) for key in table.primary_key]
            true = getattr(row, column)
            await stories.change(world, table, *same, **{column: _flipped(true)})
            await stories.later(world, GRACE)
            what = f"{table.name}.{column}"
            assert (what, stories.writes(world)) == (what, [])
            assert (what, await states(world)) == (what, ["failed"] * number)
            assert "othing was sent" in f"{card.blocks} {world.workspace.thread(card.ts)}", what
            assert buttons(card) == [], what
            assert {row.state for row in await stories.rows(world, approvals)} == {"stale"}, what
            await stories.change(world, table, *same, **{column: true})
    await stories.approved(world, REFUND)
    assert (await states(world))[-1] == "succeeded", "the changes were undone, and all is well again"


async def test_the_swap_of_two_signed_calls(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is pointed at another call that was signed, too: the approval's own digest doesn't cover it."""
    world = sqlite_world
    await approved_but_not_begun(world, monkeypatch, REFUND)
    await approved_but_not_begun(world, monkeypatch, DELETION)
    first, second = await stories.wanted(world)
    await stories.change(world, runs, runs.c.id == first.id, call_id=second.call_id)
    await stories.later(world, GRACE)
    assert sorted(await states(world)) == ["failed", "succeeded"]
    assert sorted(row.state for row in await stories.rows(world, approvals)) == ["stale", "succeeded"]
    assert len(world.stripe.journal.effects) == 1


async def test_a_run_that_was_sent_and_can_not_be_read_is_left_to_a_person(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have happened: that is said, and others go on."""
    world = sqlite_world
    world.stripe.faults.add("POST ", "drop_before", times=4)
    card = await stories.approved(world, REFUND)
    await stories.change(world, calls, digest="0" * 64)
    await approved_but_not_begun(world, monkeypatch, DELETION)
    await stories.later(world)
    assert sorted(await states(world)) == ["succeeded", "unknown"]
    assert sorted(row.state for row in await stories.rows(world, approvals)) == ["succeeded", "unknown"]
    assert "look in the Dashboard" in str(card.blocks)
    assert (await verdict(world, DELETION)).broken == {}


async def test_an_approval_that_can_not_be_read_expires_and_holds_up_nobody(sqlite_world: World) -> None:
    """Its click decides nothing, and when its time is up the others' time is up as well."""
    world = sqlite_world
    card = await asked(world, REFUND)
    await stories.change(world, calls, tier="read")
    await world.bob.click(card, APPROVE)
    assert "changed or can't be read" in world.told[-1]
    other = await asked(world, DELETION)
    await stories.later(world, world.bot.approvals.lifetime)
    assert [row.state for row in await stories.rows(world, approvals)] == ["expired", "expired"]
    assert buttons(other) == []
    assert stories.writes(world) == []


async def test_a_key_replaced_between_the_card_and_the_click(sqlite_world: World) -> None:
    """What was asked was asked for that key: with another one it is not sent, and the thread says why."""
    world = sqlite_world
    card = await asked(world, REFUND)

    def replace(tx: Transaction) -> None:
        key = SecretKey.parse(TEST_KEY)
        added = world.bot.keys.add(tx, team_id=TEAM, alias="default", key=key, created_by="U0ALICE")
        world.bot.keys.activate(tx, added, stripe_account_id=ACCOUNT, name="Lanternfish", livemode=False)

    await world.bot.store.transaction(replace)
    await world.bob.click(card, APPROVE)
    assert stories.writes(world) == []
    assert await states(world) == ["failed"]
    assert "was replaced" in str(world.workspace.thread(card.ts)[0].blocks)
    assert (await verdict(world, REFUND)).broken == {}


async def test_a_backup_from_before_the_click_doubles_nothing(world: World) -> None:
    """Restored to before the approval and approved once more, the look before sending sees that it has happened."""
    card = await asked(world, REFUND)
    click, again = (world.bob.press(card, APPROVE) for _ in range(2))
    await world.bob.deliver(click)
    await stories.idle(world)
    assert await states(world) == ["succeeded"]

    def restore(tx: Transaction) -> None:
        tx.connection.execute(runs.delete().where(runs.c.approval_id.is_not(None)))
        tx.connection.execute(decisions.delete())
        tx.connection.execute(approvals.update().values(state="pending", decided_at=None))

    await world.bot.store.transaction(restore)
    await world.bob.deliver(again)
    await stories.idle(world)
    assert [row.state for row in await stories.rows(world, approvals)] == ["stale"]
    assert "What it is about has changed" in str(card.blocks)
    assert stories.effects(world, REFUND) == 1


async def test_the_database_s_clock_alone_counts(sqlite_world: World) -> None:
    """An approval runs out by the database's time: half an hour before the end it can be given, and after it can't."""
    world = sqlite_world
    first, second = await asked(world, REFUND), await asked(world, DELETION)
    world.shift.by += world.bot.approvals.lifetime - timedelta(minutes=30)
    await stories.clicked(world, first)
    world.shift.by += timedelta(minutes=31)
    await stories.clicked(world, second)
    assert stories.effects(world, REFUND) == 1
    assert stories.effects(world, DELETION) == 0
