"""Fixtures for every suite: a store on each database, with the database's time in the test's hands."""

import asyncio
import gc
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.keys.envelope import Envelope
from bot.keys.ring import KeyRing, MasterKey
from bot.store.engine import Store
from tests.databases import DatabaseTime, empty, scratch_database, strays, watch
from tests.examples import examples

# No test is about how long it takes: the machine may be busy with others.
settings.register_profile("countersign", deadline=None, max_examples=examples(50), database=None)
settings.load_profile("countersign")
# What is imported and collected stays to the end: until it is, nothing of it is worth looking for.
gc.disable()

_FIRST = ("tests/operations/grammar/test_stripe_cli.py", "tests/faults/", "tests/browser/", "tests/stories/")
"""Where the files stand that take long. Begun last, one of them would keep one worker busy and the others idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long; ``--no-loadscope-reorder`` has the workers keep to that."""

    def rank(item: pytest.Item) -> int:
        return next((place for place, start in enumerate(_FIRST) if item.nodeid.startswith(start)), len(_FIRST))

    items.sort(key=rank)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: tens of thousands of tests and operations."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


async def _migrated(url: str) -> None:
    store = await Store.open(url)
    await store.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to be copied."""
    path = tmp_path_factory.mktemp("template") / "countersign.db"
    asyncio.run(_migrated(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgresql_scratch() -> Iterator[str]:
    """The URL of this session's own database on the PostgreSQL server, with all tables."""
    with scratch_database() as url:
        asyncio.run(_migrated(url))
        yield url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a SQLite file of the test's own, with all tables and no rows."""
    path = tmp_path / "countersign.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_scratch: str) -> str:
    """The URL of a PostgreSQL database with all tables and no rows."""
    empty(postgresql_scratch)
    return postgresql_scratch


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database_time() -> DatabaseTime:
    """How far the store's clock is from the database's own."""
    return DatabaseTime()


@pytest.fixture
async def store(database_url: str, database_time: DatabaseTime) -> AsyncIterator[Store]:
    """An empty store, once on each database. No statement of the test may mix workspaces (the design's promise 6)."""
    opened = await Store.open(database_url, clock_shift=database_time)
    seen = watch(opened)
    yield opened
    await opened.close()
    assert [statement for statement in seen if strays(statement)] == []


@pytest.fixture
def ring() -> KeyRing:
    """A ring of one key that is no secret."""
    return KeyRing([MasterKey("test", bytes(range(100, 132)))])


@pytest.fixture
def envelope(ring: KeyRing) -> Envelope:
    """What seals under :func:`ring`."""
    return Envelope(ring)
