"""The world of each story: on SQLite, and where it says so on PostgreSQL, too.

What is said and shown comes of the same code on both. Marked ``both_databases`` are the stories in which several people
or processes are at work at once, those that end and begin again, and others that together send PostgreSQL every
statement there is; COUNTERSIGN_TEST_EVERY_STORY_ON_BOTH=1 tells all of them on both.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World
from tests.world import world as make_world

EVERY_STORY = os.environ.get("COUNTERSIGN_TEST_EVERY_STORY_ON_BOTH") == "1"
BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tell a story on each database that it is to be told on; some name one themselves."""
    if "database_url" not in metafunc.fixturenames:
        return
    named = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if "database_url" not in named:
        both = EVERY_STORY or metafunc.definition.get_closest_marker("both_databases") is not None
        metafunc.parametrize("database_url", BOTH if both else BOTH[:1], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database of the kind that the story is told on."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with make_world(tmp_path, database_url) as made:
        yield made
