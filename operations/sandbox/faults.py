"""Faults on demand: what a network and a large service do to a client, one request at a time."""

import random
import re
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "delay", "delay_after", "429", "lock_timeout", "409", "500_before", "500_after", "424_before", "424_after",
    "502_before", "502_after", "503_before", "503_after", "504_before", "504_after", "drop_before", "drop_after",
    "truncated", "redirect", "approval_required",
]  # fmt: skip
"""What can happen to a request.

``delay`` waits before the effect, with the idempotency key in flight, and ``delay_after`` before the answer; ``429``,
``lock_timeout`` and ``409`` refuse without an effect and store nothing; ``500`` and ``424`` come from Stripe itself and
are stored under the idempotency key, without the effect or after it; ``502``, ``503`` and ``504`` come from a gateway
as HTML and are not stored (after the effect the true answer is); ``drop_before`` and ``drop_after`` cut the connection;
``truncated`` cuts it in the middle of the answer, after the effect; ``redirect`` answers with another host;
``approval_required`` is Stripe's own approval standing in the way.
"""

KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(slots=True)
class Fault:
    """A plan for requests whose ``METHOD /path`` matches; used up after ``times`` requests."""

    match: re.Pattern[str]
    kind: Kind
    times: int | None = 1
    """How many more requests it meets; None: without end."""
    skip: int = 0
    """How many matching requests pass first."""
    probability: float = 1.0
    seconds: float = 0.0
    """For the delays."""
    should_retry: bool | None = None
    """The ``Stripe-Should-Retry`` header of the answer, where it is to have one."""


class Faults:
    """The plans that are in force, asked in the order in which they were added."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._plans: list[Fault] = []

    def add(
        self,
        match: str,
        kind: Kind,
        *,
        times: int | None = 1,
        skip: int = 0,
        probability: float = 1.0,
        seconds: float = 0.0,
        should_retry: bool | None = None,
    ) -> Fault:
        """Plans a fault for requests whose ``METHOD /path`` contains the regular expression ``match``.

        Raises ValueError for an unknown kind or a bad expression.
        """
        if kind not in KINDS:
            raise ValueError(f"unknown kind of fault: {kind!r}; known are {', '.join(KINDS)}")
        try:
            pattern = re.compile(match)
        except re.error as error:
            raise ValueError(f"not a regular expression: {match!r}: {error}") from None
        fault = Fault(pattern, kind, times, skip, probability, seconds, should_retry)
        self._plans.append(fault)
        return fault

    def clear(self) -> None:
        """No more faults."""
        self._plans.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that this request meets, if any; it counts as met."""
        for fault in self._plans:
            if not fault.match.search(f"{method} {path}"):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.probability < 1 and self._rng.random() >= fault.probability:
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._plans.remove(fault)
            return fault
        return None
