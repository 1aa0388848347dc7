"""The stage of each test with real processes, and the one nursery of them all."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from operations import retries
from tests.faults.nursery import Nursery, nursery
from tests.faults.stage import Stage
from tests.faults.stage import stage as make_stage
from tests.world import World
from tests.world import world as make_world


@pytest.fixture(scope="session")
def bots() -> Iterator[Nursery]:
    """Where bot processes come from."""
    with nursery() as started:
        yield started


@pytest.fixture
def fast_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where the system has one."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.fixture
async def stage(database_url: str, tmp_path: Path, bots: Nursery) -> AsyncIterator[Stage]:
    """A stage on each database."""
    async with make_stage(tmp_path, database_url, bots) as made:
        yield made


@pytest.fixture
async def sqlite_stage(sqlite_url: str, tmp_path: Path, bots: Nursery) -> AsyncIterator[Stage]:
    """A stage on SQLite alone."""
    async with make_stage(tmp_path, sqlite_url, bots) as made:
        yield made


@pytest.fixture
async def postgresql_stage(postgresql_url: str, tmp_path: Path, bots: Nursery) -> AsyncIterator[Stage]:
    """A stage on PostgreSQL alone, where several bots share a database."""
    async with make_stage(tmp_path, postgresql_url, bots) as made:
        yield made


@pytest.fixture
def _quick_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    """The executor of this process waits next to nothing before it sends again."""
    monkeypatch.setattr(retries, "FLOOR_SECONDS", 0.005)
    monkeypatch.setattr(retries, "CEILING_SECONDS", 0.01)


@pytest.fixture
async def world(database_url: str, tmp_path: Path, _quick_repeats: None) -> AsyncIterator[World]:
    """The world of the stories, in this process, on each database."""
    async with make_world(tmp_path, database_url) as made:
        yield made


@pytest.fixture
async def sqlite_world(sqlite_url: str, tmp_path: Path, _quick_repeats: None) -> AsyncIterator[World]:
    """The same on SQLite alone, for what has nothing to do with databases."""
    async with make_world(tmp_path, sqlite_url) as made:
        yield made


@pytest.fixture
async def postgresql_world(postgresql_url: str, tmp_path: Path, _quick_repeats: None) -> AsyncIterator[World]:
    """The same on PostgreSQL alone, for what SQLite's single writer would hide."""
    async with make_world(tmp_path, postgresql_url) as made:
        yield made
