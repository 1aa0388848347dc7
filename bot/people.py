"""Who a person is in a workspace: whether they may act at all, and their time zone; remembered for a minute at most.

Full members may ask and approve. Guests, bots, deactivated people and members of connected workspaces may not. When
Slack can't be asked the answer is no: who somebody is is never guessed.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from bot.slack_api import SlackApi, SlackError
from operations.clock import Clock
from operations.when import When, moment

REMEMBERED_SECONDS = 60.0
REMEMBERED_PEOPLE = 10_000
SLACKBOT = "USLACKBOT"
"""The one bot that Slack doesn't mark as one."""


class _SlackUser(BaseModel):
    """The members of Slack's user object that tell what somebody is. Absent marks mean no."""

    id: str
    team_id: str | None = None
    deleted: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    tz: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person of a workspace."""

    team_id: str
    user_id: str
    barred: str | None
    """A clause that says why they may not act; None for a full member."""
    zone: ZoneInfo
    """The time zone that they set in Slack."""


class People:
    """Asks Slack who somebody is."""

    def __init__(self, *, slack: SlackApi, clock: Clock) -> None:
        self._slack = slack
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[float, Person]] = {}

    async def person(self, team_id: str, user_id: str, *, fresh: bool = False) -> Person:
        """The person, as Slack says now where ``fresh``, else as it said within the last minute.

        Raises SlackError where Slack can't be asked.
        """
        known = self._known.get((team_id, user_id))
        if known is not None and not fresh and self._clock.monotonic() - known[0] < REMEMBERED_SECONDS:
            return known[1]
        user = _SlackUser.model_validate(await self._slack.user_info(team_id, user_id))
        person = Person(team_id=team_id, user_id=user_id, barred=_barred(user), zone=zone(user.tz or ""))
        if len(self._known) >= REMEMBERED_PEOPLE:
            self._known.clear()
        self._known[team_id, user_id] = (self._clock.monotonic(), person)
        return person

    async def why_not(self, team_id: str, user_id: str, *, fresh: bool = False) -> str | None:
        """Why somebody may not fill in a form, as a sentence; None for who may."""
        try:
            person = await self.person(team_id, user_id, fresh=fresh)
        except SlackError:
            return "Slack could not tell who you are. Try again."
        return f"Not possible: {person.barred} run Stripe commands here." if person.barred else None

    async def when(self, team_id: str, user_id: str) -> When:
        """Now, where somebody is; in no zone of theirs where Slack can't be asked."""
        now = moment(self._clock.now())
        try:
            return When(now=now, zone=(await self.person(team_id, user_id)).zone)
        except SlackError:
            return When(now=now)


def zone(name: str) -> ZoneInfo:
    """The time zone of that name; UTC for a name that this machine's zone data doesn't have."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError):
        return ZoneInfo("UTC")


def _barred(user: _SlackUser) -> str | None:
    if user.deleted:
        return "deactivated people can't"
    if user.is_bot or user.id == SLACKBOT:
        return "bots can't"
    if user.is_stranger:
        return "people from other workspaces can't"
    if user.is_restricted or user.is_ultra_restricted:
        return "guests can't"
    return None
