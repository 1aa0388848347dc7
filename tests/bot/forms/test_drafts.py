"""Keeping drafts: sealed, one person's, for a day, and never the one written over the other."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select, update

from bot.domain import Place
from bot.forms.draft import Draft
from bot.forms.drafts import LIFETIME, MOST, Drafts
from bot.keys.envelope import Envelope
from bot.keys.ring import SEALED_TABLES, KeyRing, MasterKey
from bot.keys.rotation import rotate
from bot.store.engine import Store, Transaction
from bot.store.tables import drafts as table
from operations.forms import EXTRA, Answer, Filled
from operations.registry import registry
from operations.spec import Operation
from tests.databases import DatabaseTime

REGISTRY = registry()
ANSWERS: dict[str, Answer] = {
    "name": "Jenny Rosen",
    "preferred_locales": ("de", "fr"),
    EXTRA: "--expand default_source",
}


def operation(name: str) -> Operation:
    found = REGISTRY.longest_words(name.split())
    assert found is not None
    return found[0]


def numbered_ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"d{next(numbers):03}"


@pytest.fixture
def kept(envelope: Envelope) -> Drafts:
    return Drafts(envelope=envelope, registry=REGISTRY, ids=numbered_ids())


async def begin(store: Store, kept: Drafts, *, team: str = "T1", user: str = "U1", live: bool = False) -> Draft:
    filled = Filled(operation("customers create"), ANSWERS, account="acme", live=live)
    place = Place("C1", "1767225600.000001", begun=False)
    return await store.transaction(lambda tx: kept.begin(tx, team_id=team, user_id=user, place=place, filled=filled))


async def load(store: Store, kept: Drafts, draft: Draft, team: str = "T1") -> Draft | None:
    return await store.read(lambda tx: kept.load(tx, team, draft.id))


async def changed_row(store: Store, draft: Draft, **values: object) -> None:
    """Somebody with the database in hand changes a row."""

    def work(tx: Transaction) -> None:
        tx.connection.execute(
            update(table).where(table.c.team_id == draft.team_id, table.c.id == draft.id).values(**values)
        )

    await store.transaction(work)


async def mine(store: Store, kept: Drafts, *, team: str = "T1", user: str = "U1") -> list[str]:
    return [each.id for each in await store.read(lambda tx: kept.of_person(tx, team, user, 100))]


async def test_a_draft_comes_back_as_it_was(store: Store, kept: Drafts) -> None:
    """With its place, its account, what is shown and what is answered."""
    draft = await begin(store, kept, live=True)
    assert await load(store, kept, draft) == draft
    further = draft.with_answers({"email": "日本@example.com", "name": ""}).with_field("address[city]")
    written = await store.transaction(lambda tx: kept.keep(tx, further))
    assert written is not None
    assert written.version == 2
    assert await load(store, kept, draft) == written


async def test_nothing_that_was_typed_stands_in_the_row(store: Store, kept: Drafts) -> None:
    """Nor where the answer goes."""
    draft = await begin(store, kept)

    def row(tx: Transaction) -> object:
        return tx.connection.execute(select(table).where(table.c.team_id == "T1", table.c.id == draft.id)).one()

    said = str(await store.read(row))
    for word in ("Jenny", "Rosen", "expand", "acme", "C1", "1767225600"):
        assert word not in said


@pytest.mark.parametrize(
    "values", [{"user_id": "U2"}, {"operation": "POST /v1/refunds"}, {"version": 2}, {"sealed": b"x" * 80}]
)
async def test_a_row_that_was_moved_or_changed_does_not_open(
    store: Store, kept: Drafts, values: dict[str, object]
) -> None:
    """It is bound to workspace, row, person, operation and version."""
    draft = await begin(store, kept)
    await changed_row(store, draft, **values)
    assert await load(store, kept, draft) is None
    assert await mine(store, kept) == []


async def test_what_is_sealed_in_one_row_does_not_open_in_another(store: Store, kept: Drafts) -> None:
    """Not even of the same person."""
    first, second = await begin(store, kept), await begin(store, kept)

    def swap(tx: Transaction) -> None:
        found = select(table.c.sealed).where(table.c.team_id == "T1", table.c.id == first.id)
        sealed = tx.connection.execute(found).scalar_one()
        tx.connection.execute(
            update(table).where(table.c.team_id == "T1", table.c.id == second.id).values(sealed=sealed)
        )

    await store.transaction(swap)
    assert await load(store, kept, second) is None
    assert await load(store, kept, first) == first


async def test_of_two_changes_to_what_both_saw_one_is_made(store: Store, kept: Drafts) -> None:
    """The other is told, so that it can be tried again on top."""
    draft = await begin(store, kept)

    def write(tx: Transaction, name: str) -> Draft | None:
        return kept.keep(tx, draft.with_answers({"name": name}))

    done = await asyncio.gather(
        *(store.transaction(lambda tx, name=name: write(tx, name)) for name in ("A", "B", "C"))  # type: ignore[misc]
    )
    [made] = [each for each in done if each is not None]
    assert await load(store, kept, draft) == made


async def test_what_was_forgotten_is_not_written_again(store: Store, kept: Drafts) -> None:
    """A step that comes late finds nothing."""
    draft = await begin(store, kept)
    assert await store.transaction(lambda tx: kept.forget(tx, "T1", draft.id))
    assert not await store.transaction(lambda tx: kept.forget(tx, "T1", draft.id))
    assert await store.transaction(lambda tx: kept.keep(tx, draft)) is None
    assert await load(store, kept, draft) is None


async def test_a_draft_is_forgotten_a_day_after_its_last_step(
    store: Store, kept: Drafts, database_time: DatabaseTime
) -> None:
    """A step in between makes it a day from then."""
    old, gone_on_with = await begin(store, kept), await begin(store, kept)
    database_time.forward(LIFETIME - timedelta(hours=1))
    written = await store.transaction(lambda tx: kept.keep(tx, gone_on_with))
    database_time.forward(timedelta(hours=2))
    assert await load(store, kept, old) is None
    assert await mine(store, kept) == [gone_on_with.id]
    await store.transaction(lambda tx: kept.forget_old(tx, "T1"))
    assert await load(store, kept, gone_on_with) == written

    def rows(tx: Transaction) -> list[str]:
        return list(tx.connection.scalars(select(table.c.id).where(table.c.team_id == "T1")))

    assert await store.read(rows) == [gone_on_with.id]


async def test_the_oldest_goes_when_somebody_has_too_many(
    store: Store, kept: Drafts, database_time: DatabaseTime
) -> None:
    """Each person for themselves."""
    others = await begin(store, kept, user="U2")
    first = newest = await begin(store, kept)
    for _ in range(MOST):
        database_time.forward(timedelta(minutes=1))
        newest = await begin(store, kept)
    found = await mine(store, kept)
    assert len(found) == MOST
    assert found[0] == newest.id
    assert first.id not in found
    assert await mine(store, kept, user="U2") == [others.id]


async def test_another_workspace_sees_and_changes_nothing(store: Store, kept: Drafts) -> None:
    """Though it knows the id."""
    draft = await begin(store, kept)
    assert await load(store, kept, draft, team="T2") is None
    assert await mine(store, kept, team="T2") == []
    assert not await store.transaction(lambda tx: kept.forget(tx, "T2", draft.id))
    await store.transaction(lambda tx: kept.forget_old(tx, "T2"))
    assert await load(store, kept, draft) == draft


async def test_a_draft_of_an_operation_that_is_no_more_is_left_out(store: Store, kept: Drafts) -> None:
    """A release may take one away while somebody fills in its form."""
    draft = await begin(store, kept)
    await changed_row(store, draft, operation="POST /v1/was_there_once")
    assert await load(store, kept, draft) is None
    assert await mine(store, kept) == []


async def test_rotation_reaches_them(store: Store, ring: KeyRing) -> None:
    """They open under the new key alone."""
    old, new = MasterKey("old", bytes(range(100, 132))), MasterKey("new", bytes(range(150, 182)))
    ids = numbered_ids()

    def under(*keys: MasterKey) -> Drafts:
        return Drafts(envelope=Envelope(KeyRing(keys)), registry=REGISTRY, ids=ids)

    draft = await begin(store, under(old))
    assert table in SEALED_TABLES
    await rotate(store, KeyRing([new, old]))
    assert await load(store, under(new), draft) == draft
    assert await load(store, under(old), draft) is None
