"""Whose turn it is among the calls of a list, over everything that can become of them."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from bot.approval import Part
from bot.bulk.turns import step

ENDS: tuple[Part, ...] = ("succeeded", "failed", "unknown", "finding out")


def carried_out(ends: Iterable[Part], *, go_on: bool) -> list[Part]:
    """Where a list comes to whose calls end like this, by one step after the other."""
    ends = list(ends)
    parts: list[Part] = ["waiting"] * len(ends)
    while (found := step(parts, go_on=go_on)).next is not None:
        assert all(each != "waiting" for each in parts[: found.next])
        parts[found.next] = ends[found.next]
    if found.stops:
        parts = ["stopped" if each == "waiting" else each for each in parts]
    return parts


@given(st.lists(st.sampled_from(ENDS), min_size=1, max_size=12))
def test_going_on_carries_everything_out(ends: list[Part]) -> None:
    """Each once, in order, whatever became of those before it."""
    assert carried_out(ends, go_on=True) == ends


@given(st.lists(st.sampled_from(ENDS), min_size=1, max_size=12))
def test_stopping_sends_nothing_after_the_first_that_did_not_succeed(ends: list[Part]) -> None:
    """An outcome that can still be found out holds the rest up; any other end but success stops it."""
    first = next((at for at, each in enumerate(ends) if each != "succeeded"), len(ends) - 1)
    left: Part = "waiting" if ends[first] == "finding out" else "stopped"
    assert carried_out(ends, go_on=False) == [*ends[: first + 1], *[left] * (len(ends) - first - 1)]


@given(st.lists(st.sampled_from((*ENDS, "waiting", "running", "stopped")), min_size=1, max_size=12), st.booleans())
def test_nothing_begins_while_another_is_carried_out(parts: list[Part], go_on: bool) -> None:
    """And the whole has come to an end only where nothing waits and nothing is carried out."""
    found = step(parts, go_on=go_on)
    if "running" in parts:
        assert (found.next, found.stops, found.state) == (None, False, None)
    if found.state is not None:
        assert "waiting" not in parts or found.stops
    if found.state == "succeeded":
        assert set(parts) == {"succeeded"}
    assert found.next is None or (parts[found.next] == "waiting" and "waiting" not in parts[: found.next])
