"""Where answers go: into the thread, to whoever asked alone, or to them by direct message.

What waits for an approval is told where it is signed, whoever asked for it; everything else goes where the workspace
has it: by what holds for the channel, else by what holds for reading in public channels, else by what is usual.
"""

import json
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias, get_args

from bot.domain import Place
from operations.risk import Risk

Way: TypeAlias = Literal["thread", "ephemeral", "dm"]
WAYS: Final[tuple[Way, ...]] = get_args(Way)
MOST_CHANNELS: Final = 200


@dataclass(frozen=True, slots=True)
class Answers:
    """Where a workspace has answers go; made without anything, into the thread."""

    usual: Way = "thread"
    quiet_reads: bool = False
    """In public channels, what only reads is answered to whoever asked alone."""
    channels: tuple[tuple[str, Way], ...] = ()
    """What holds in single channels, each by Slack's id."""

    def way(self, place: Place, risk: Risk) -> Way:
        """Where the answer to a call goes that is asked for at a place. Where nobody reads along, it stays there."""
        if place.private:
            return "thread"
        own = dict(self.channels).get(place.channel_id)
        if own is not None:
            return own
        if self.quiet_reads and risk.tier == "read" and not place.closed and self.usual == "thread":
            return "ephemeral"
        return self.usual

    def in_channel(self, channel_id: str, way: Way | None) -> "Answers":
        """The same with a channel's own way, or with none. Raises ValueError where too many have one."""
        kept = tuple(each for each in self.channels if each[0] != channel_id)
        channels = kept if way is None else (*kept, (channel_id, way))
        if len(channels) > MOST_CHANNELS:
            raise ValueError(f"{MOST_CHANNELS} channels at most can have a way of their own")
        return replace(self, channels=channels)

    def usually(self, way: Way) -> "Answers":
        """The same with another way wherever nothing else holds."""
        return replace(self, usual=way)

    def reading(self, *, quietly: bool) -> "Answers":
        """The same with what reads in public channels answered quietly, or not."""
        return replace(self, quiet_reads=quietly)

    def stored(self) -> dict[str, Any]:
        """As it is kept; :func:`read` gives it back."""
        return {"usual": self.usual, "quiet_reads": self.quiet_reads, "channels": dict(self.channels)}


AS_EVER: Final = Answers()
"""What holds where nobody said anything."""


def read(stored: Any) -> Answers:
    """What is kept; what means nothing to this release holds as if nobody had said it."""
    told = stored if isinstance(stored, dict) else {}
    channels = told.get("channels")
    ways = channels.items() if isinstance(channels, dict) else ()
    usual = told.get("usual")
    return Answers(
        usual=usual if usual in WAYS else "thread",
        quiet_reads=told.get("quiet_reads") is True,
        channels=tuple((str(name), way) for name, way in ways if way in WAYS),
    )


def words(answers: Answers) -> str:
    """The same in one line, for the audit trail."""
    return json.dumps(answers.stored(), sort_keys=True)
