"""When and where somebody types: what ``now`` and ``yesterday 14:00`` are measured from."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo


@dataclass(frozen=True, slots=True)
class When:
    """The moment and the time zone of the asker, for values that depend on them."""

    now: datetime | None = None
    """Aware; None where nobody knows, and then nothing that is relative to it is taken."""
    zone: tzinfo = UTC


def moment(seconds: float) -> datetime:
    """A clock's seconds since the epoch as an aware datetime."""
    return datetime.fromtimestamp(seconds, UTC)


NOBODY_KNOWS = When()
"""No moment and UTC: enough for everything that says itself when it is."""
