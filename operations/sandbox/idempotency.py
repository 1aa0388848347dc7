"""Stripe's idempotency layer: the first answer is kept, the same request gets it again, another request is refused.

v1 keeps what a POST came to once execution began, a 500 included,
for 24 hours. v2 keeps only successes of POST and DELETE,
for 30 days, and carries failed work out again. Keys are told apart by account and mode.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from operations.clock import Clock
from operations.sandbox.errors import RefusalError, invalid, key_in_use, key_reused

WINDOW = {"v1": 24 * 3600.0, "v2": 30 * 24 * 3600.0}
"""Seconds after which the same key runs again."""

MAX_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished HTTP answer."""

    status: int
    content: bytes
    headers: Mapping[str, str]


@dataclass(slots=True)
class _Entry:
    fingerprint: str
    since: float
    answer: Answer | None = None


class Slot:
    """The place of one request in the layer, taken before its execution: to be filled or to be given back."""

    def __init__(self, entries: dict[tuple[str, ...], _Entry], name: tuple[str, ...], entry: _Entry) -> None:
        self._entries = entries
        self._name = name
        self._entry = entry

    def fill(self, answer: Answer) -> None:
        """Keeps the answer for whoever comes with the same key."""
        self._entry.answer = answer

    def release(self) -> None:
        """Forgets the key: nothing was begun, so the next request with it may run."""
        self._entries.pop(self._name, None)


class IdempotencyLayer:
    """All keys of all accounts."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[tuple[str, ...], _Entry] = {}

    def find(self, scope: tuple[str, ...], key: str, fingerprint: str) -> Answer | None:
        """The stored answer, or None for a new key. Raises RefusalError if it is in flight or was used otherwise."""
        if len(key) > MAX_LENGTH:
            raise _too_long(key)
        name = (*scope, key)
        entry = self._entries.get(name)
        if entry is None:
            return None
        if self._clock.now() - entry.since >= WINDOW[scope[0]]:
            del self._entries[name]
            return None
        if entry.fingerprint != fingerprint:
            raise key_reused(key)
        if entry.answer is None:
            raise key_in_use()
        return entry.answer

    def begin(self, scope: tuple[str, ...], key: str, fingerprint: str) -> Slot:
        """Takes the key for a request that is about to run. :meth:`find` has to have said None in the same step."""
        name = (*scope, key)
        entry = _Entry(fingerprint, self._clock.now())
        self._entries[name] = entry
        return Slot(self._entries, name, entry)


def fingerprint(method: str, path: str, parameters: Mapping[str, Any], context: Mapping[str, str]) -> str:
    """What has to be the same for a request to count as the same one."""
    text = json.dumps([method, path, parameters, dict(context)], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _too_long(key: str) -> RefusalError:
    return invalid(f"Idempotency keys can be at most {MAX_LENGTH} characters; this one has {len(key)}.")
