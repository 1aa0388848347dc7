"""Whose turn it is among the calls of an approved list. Pure, so that any process comes to the same from the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.approval import Part


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from where the calls of a list stand."""

    next: int | None = None
    """The place of the call whose turn it is."""
    stops: bool = False
    """Whether what waits is not carried out."""
    state: Literal["succeeded", "failed", "unknown"] | None = None
    """What the whole has come to, where nothing more begins."""


def over(parts: Sequence[Part]) -> bool:
    """Whether every call has come to an end that no retry changes."""
    return not {"waiting", "running", "finding out"}.intersection(parts)


def step(parts: Sequence[Part], *, go_on: bool) -> Step:
    """What to do next. One at a time, in order; ``go_on``: also after one that did not succeed.

    Where it is to stop after a failure, an outcome that can still be found out holds the rest up.
    """
    if "running" in parts:
        return Step()
    if "waiting" not in parts:
        return Step(state=_state(parts))
    turn = parts.index("waiting")
    if go_on or all(each in ("succeeded", "waiting") for each in parts):
        return Step(next=turn)
    if "finding out" in parts:
        return Step()
    return Step(stops=True, state=_state(parts))


def _state(parts: Sequence[Part]) -> Literal["succeeded", "failed", "unknown"]:
    if "unknown" in parts or "finding out" in parts:
        return "unknown"
    return "succeeded" if all(each == "succeeded" for each in parts) else "failed"
