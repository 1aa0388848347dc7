"""Keeping saved commands: by workspace, by owner, sealed, on the trail."""

import asyncio
from itertools import count

import pytest
from sqlalchemy import select, update

from bot import audit
from bot.domain import SavedCommand
from bot.keys.envelope import Envelope
from bot.keys.ring import SEALED_TABLES
from bot.saved import shelf as shelves
from bot.saved.shelf import EVERYBODY, Shelf
from bot.store.engine import Store, Transaction
from bot.store.tables import audit_events, saved_commands

TEXT = "customers list --email jenny@example.com"


@pytest.fixture
def shelf(envelope: Envelope) -> Shelf:
    numbers = count(1)
    return Shelf(envelope=envelope, ids=lambda: f"s{next(numbers)}")


async def add(
    store: Store, shelf: Shelf, name: str, *, owner: str = "U1", team: str = "T1", text: str = TEXT
) -> SavedCommand:
    def work(tx: Transaction) -> object:
        return shelf.add(
            tx, team_id=team, owner_id=owner, name=name, text=text, operation="customers list", user_id=owner or "U9"
        )

    added = await store.transaction(work)
    assert isinstance(added, SavedCommand)
    return added


async def look(
    store: Store, shelf: Shelf, name: str, *, user: str = "U1", team: str = "T1", shared: bool = False
) -> str:
    saved, names = await store.read(lambda tx: shelf.look(tx, team, user, name, shared=shared))
    return f"{saved.owner_id or 'everybody'}'s" if saved else f"none of {sorted(names)}"


async def change(store: Store, shelf: Shelf, saved: SavedCommand, text: str) -> SavedCommand | None:
    return await store.transaction(
        lambda tx: shelf.change(tx, saved, owner_id=saved.owner_id, text=text, operation="customers list", user_id="U1")
    )


async def test_a_persons_own_comes_before_the_workspaces(store: Store, shelf: Shelf) -> None:
    """Each finds their own under the name, everybody else the workspace's."""
    await add(store, shelf, "vip")
    await add(store, shelf, "vip", owner=EVERYBODY)
    assert await look(store, shelf, "vip") == "U1's"
    assert await look(store, shelf, "vip", shared=True) == "everybody's"
    assert await look(store, shelf, "vip", user="U2") == "everybody's"


async def test_nobody_finds_what_is_somebody_elses_or_another_workspaces(store: Store, shelf: Shelf) -> None:
    """Neither by name nor by id, nor among the names."""
    saved = await add(store, shelf, "vip")
    await add(store, shelf, "all", owner=EVERYBODY)
    assert await look(store, shelf, "vip", user="U2") == "none of ['all']"
    assert await look(store, shelf, "all", team="T2") == "none of []"
    for team, user in (("T1", "U2"), ("T2", "U1")):
        assert await store.read(lambda tx, team=team, user=user: shelf.by_id(tx, team, user, saved.id)) is None  # type: ignore[misc]
        assert (await store.read(lambda tx, user=user: shelf.page(tx, "T2", user, offset=0, limit=9))).total == 0  # type: ignore[misc]


async def test_a_page_holds_ones_own_first_by_name(store: Store, shelf: Shelf) -> None:
    """And how many there are in all."""
    for name, owner in (("c", "U1"), ("a", EVERYBODY), ("b", "U1"), ("d", "U2")):
        await add(store, shelf, name, owner=owner)
    page = await store.read(lambda tx: shelf.page(tx, "T1", "U1", offset=0, limit=2))
    assert ([each.name for each in page.items], page.total) == (["b", "c"], 3)
    page = await store.read(lambda tx: shelf.page(tx, "T1", "U1", offset=2, limit=2))
    assert [(each.name, each.text) for each in page.items] == [("a", TEXT)]


async def test_of_two_changes_to_what_both_saw_one_is_made(store: Store, shelf: Shelf) -> None:
    """The other is told, and nothing of the first is lost."""
    saved = await add(store, shelf, "vip")
    done = await asyncio.gather(*(change(store, shelf, saved, f"customers list --limit {n}") for n in (1, 2)))
    [made] = [each for each in done if each is not None]
    assert made.version == 2
    assert await store.read(lambda tx: shelf.by_id(tx, "T1", "U1", saved.id)) == made
    assert not await store.transaction(lambda tx: shelf.remove(tx, saved, "U1"))
    assert await store.transaction(lambda tx: shelf.remove(tx, made, "U1"))


async def test_of_two_saves_under_one_name_one_stands(store: Store, shelf: Shelf) -> None:
    """Even at the same moment."""

    def work(tx: Transaction) -> object:
        return shelf.add(
            tx, team_id="T1", owner_id="U1", name="vip", text=TEXT, operation="customers list", user_id="U1"
        )

    done = await asyncio.gather(*(store.transaction(work) for _ in range(3)))
    assert [each for each in done if each == "raced"] == ["raced"] * 2


async def test_there_is_an_end_to_how_many_one_may_have(
    store: Store, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each person, and the workspace, for themselves."""
    monkeypatch.setattr(shelves, "MOST", 2)
    await add(store, shelf, "a")
    await add(store, shelf, "b")
    full = await store.transaction(
        lambda tx: shelf.add(tx, team_id="T1", owner_id="U1", name="c", text=TEXT, operation="x", user_id="U1")
    )
    assert full == "full"
    await add(store, shelf, "c", owner="U2")
    await add(store, shelf, "c", owner=EVERYBODY)


async def test_the_trail_has_name_and_operation_and_never_the_text(store: Store, shelf: Shelf) -> None:
    """Saved, changed, removed; the chain holds."""
    saved = await add(store, shelf, "vip")
    changed = await change(store, shelf, saved, "customers list --limit 1")
    assert changed is not None
    await store.transaction(lambda tx: shelf.remove(tx, changed, "U1"))

    def events(tx: Transaction) -> list[tuple[str, str]]:
        rows = tx.connection.execute(
            select(audit_events).where(audit_events.c.team_id == "T1").order_by(audit_events.c.seq)
        )
        return [(row.event, str(row.facts)) for row in rows]

    told = await store.read(events)
    assert [event for event, _ in told] == ["command saved", "command changed", "command removed"]
    assert all("vip" in facts and "--" not in facts for _, facts in told)
    assert "customers list" in told[0][1]
    assert (await store.read(lambda tx: audit.verify(tx, "T1"))).problem is None


async def test_a_row_that_was_moved_to_another_owner_can_not_be_read(store: Store, shelf: Shelf) -> None:
    """Its text is bound to workspace, row, owner, name and version."""
    saved = await add(store, shelf, "vip")
    await store.transaction(
        lambda tx: tx.connection.execute(
            update(saved_commands)
            .where(saved_commands.c.team_id == "T1", saved_commands.c.id == saved.id)
            .values(owner_id="U2")
        )
    )
    stolen, _ = await store.read(lambda tx: shelf.look(tx, "T1", "U2", "vip", shared=False))
    assert stolen is not None
    assert stolen.text is None


def test_rotation_covers_them() -> None:
    """They are among what is sealed."""
    assert saved_commands in SEALED_TABLES


@pytest.mark.parametrize("text", ["customers list --email 'a\0b'", "customers list --email \ud800", "日本 “x”"])
async def test_a_text_comes_back_as_it_was(store: Store, shelf: Shelf, text: str) -> None:
    """Whatever characters it holds."""
    saved = await add(store, shelf, "vip", text=text)
    assert await store.read(lambda tx: shelf.by_id(tx, "T1", "U1", saved.id)) == saved
