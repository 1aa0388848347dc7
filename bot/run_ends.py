"""What runs come to: the values that whoever tells of them is given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain import Person, Place, Run
from operations.looks import Difference, Snapshot, differences
from operations.outcome import Outcome

Following: TypeAlias = Callable[[], Awaitable[object]]
"""How what a run led to is carried out, once it is on record."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """What was approved is not how things stand any more."""

    why: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """A run whose attempt has ended, with its outcome."""

    run: Run
    outcome: Outcome
    actor: Person
    """Who asked for it, as Slack said when it was taken on."""
    outdated: Outdated | None = None
    """Where nothing was sent because it was no longer as signed."""
    handed: bool | None = None
    """Whether what gives access, which it was for, was shown to whoever asked; None where it was for nothing such."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A run that has ended because what is on record of its call can't be read. ``sent``: it may have been sent."""

    team_id: str
    id: str
    approval_id: str | None
    actor_id: str
    place: Place
    rule: str
    sent: bool


def outdated(before: Snapshot | None, after: Snapshot | None) -> Outdated | None:
    """What keeps a call from being sent as it was signed; None where all that was watched is as it was."""
    before, after = before or Snapshot(), after or Snapshot()
    changed = differences(before, after)
    if changed:
        return Outdated("What it is about has changed since it was asked for, so it was not sent.", changed)
    if after.refused and not before.refused:
        return Outdated(f"{after.refused} So it was not sent.")
    if after.trouble and not before.trouble:
        return Outdated(f"What it is about could not be read again, so it was not sent. {after.trouble}")
    return None
