"""Looks at the seeded business, as its objects are answered over the sandbox's door."""

from collections.abc import AsyncIterator
from functools import cache

import httpx
import msgspec
import pytest

from operations.call import Call
from operations.looks import MOST_FACTS, Answer, Snapshot, reads, snapshot
from operations.looks.parts import MOST_CHARACTERS
from operations.sandbox import Sandbox, SandboxTransport
from tests.fakes.clock import ManualClock
from tests.operations.sandbox.conftest import Client
from tests.seeded import seeded


class Looker(Client):
    """Reads what a call is about and tells of it."""

    async def look(self, key: str, *path_ids: str, **parameters: object) -> Snapshot:
        """``await looker.look("POST /v1/refunds", charge="ch_1")``."""
        call = self.bound(key, *path_ids, **parameters)
        return snapshot(call, await self.answers(call))

    async def answers(self, call: Call) -> dict[str, Answer]:
        """What Stripe answers to what is read for a call."""
        answers = {}
        for each in reads(call, self.app.registry):
            answer = await self.send(each.call)
            assert answer.status_code in (200, 404), answer.text
            answers[each.name] = Answer(gone=True) if answer.status_code == 404 else Answer(answer.json())
        return answers


def assert_bounded(seen: Snapshot) -> None:
    """What was seen fits on a card, and is the same after it was kept."""
    assert len(seen.facts) <= MOST_FACTS
    assert all(0 < len(each.label) <= 30 and len(each.value) <= 255 for each in seen.facts)
    assert all(len(each.value) <= MOST_CHARACTERS for each in seen.facts if each.kind == "text")
    assert all(len(value) <= 255 for value in (seen.watched or {}).values())
    kept = msgspec.json.encode(seen)
    assert b"\\u0000" not in kept
    assert _DECODER.decode(kept) == seen


_DECODER = msgspec.json.Decoder(Snapshot)


@cache
def _looked_at() -> Sandbox:
    return seeded(ManualClock())


@pytest.fixture
async def onlooker() -> AsyncIterator[Looker]:
    """In a seeded sandbox that is shared, for tests that change nothing in it."""
    async with httpx.AsyncClient(transport=SandboxTransport(_looked_at()), base_url="http://sandbox.test") as http:
        yield Looker(_looked_at(), http)


@pytest.fixture
async def looker() -> AsyncIterator[Looker]:
    """In a seeded sandbox of its own."""
    app = seeded(ManualClock())
    async with httpx.AsyncClient(transport=SandboxTransport(app), base_url="http://sandbox.test") as http:
        yield Looker(app, http)
