"""Who a person is in a workspace: whether they may act at all, their user groups, their time zone and language;
remembered for a minute at most.

Full members may ask and approve. Guests, bots, deactivated people and members of connected workspaces may not. When
Slack can't be asked the answer is no: who somebody is is never guessed.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from bot.domain import Person
from bot.errors import StoreError
from bot.slack_api import SlackApi, SlackError, SlackRefusedError
from bot.user_groups import UserGroups
from operations.clock import Clock
from operations.money import DEFAULT_LOCALE, locale_named
from operations.when import When, moment

logger = logging.getLogger(__name__)

REMEMBERED_SECONDS = 60.0
REMEMBERED_PEOPLE = 10_000
SLACKBOT = "USLACKBOT"
"""The one bot that Slack doesn't mark as one."""


GroupsNamed: TypeAlias = Callable[[str], Awaitable[frozenset[str]]]
"""Gives the user groups that something in a workspace depends on, by its team id; of others it doesn't matter who is in
them. Raises StoreError where that can't be found out."""


class _SlackUser(BaseModel):
    """The members of Slack's user object that tell what somebody is. Absent marks mean no."""

    id: str
    deleted: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_admin: bool = False
    is_owner: bool = False
    tz: str | None = None
    locale: str | None = None


class People:
    """Asks Slack who somebody is."""

    def __init__(self, *, slack: SlackApi, groups: UserGroups, groups_named: GroupsNamed, clock: Clock) -> None:
        self._slack = slack
        self._groups = groups
        self._groups_named = groups_named
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[float, Person]] = {}

    async def person(self, team_id: str, user_id: str, *, fresh: bool = False) -> Person:
        """The person, as Slack says now where ``fresh``, else as it said within the last minute.

        Who is in which group may be five seconds older. Raises SlackError where Slack can't be asked.
        """
        person = await self._member(team_id, user_id, fresh=fresh)
        return replace(person, groups=await self._groups_of(team_id, user_id, fresh=fresh))

    def recalled(self, team_id: str, user_id: str) -> Person:
        """A full member with the groups that were last seen, within the last minute; without any where none were.

        Time zone and language are as they were last seen, whenever that was; where this process never saw them, the
        usual ones. For where Slack can't be asked, such as in a transaction, of somebody who was looked at before.
        """
        _, seen = self._known.get((team_id, user_id), (0.0, None))
        return Person(
            team_id=team_id,
            user_id=user_id,
            barred=None,
            zone=seen.zone if seen else zone(""),
            locale=seen.locale if seen else DEFAULT_LOCALE,
            groups=self._groups.recalled(team_id, user_id),
        )

    async def _groups_of(self, team_id: str, user_id: str, *, fresh: bool) -> frozenset[str]:
        try:
            named = await self._groups_named(team_id)
        except StoreError as error:
            logger.warning("nobody has a role from a user group for now: %s", error)
            return frozenset()
        return named & await self._groups.of(team_id, user_id, fresh=fresh) if named else frozenset()

    async def _member(self, team_id: str, user_id: str, *, fresh: bool = False) -> Person:
        """The person without their groups, which only matter for roles."""
        known = self._known.get((team_id, user_id))
        if known is not None and not fresh and self._clock.monotonic() - known[0] < REMEMBERED_SECONDS:
            return known[1]
        user = _SlackUser.model_validate(await self._slack.user_info(team_id, user_id))
        person = Person(
            team_id=team_id,
            user_id=user_id,
            barred=_barred(user),
            zone=zone(user.tz or ""),
            locale=locale_named(user.locale or ""),
            leads=user.is_admin or user.is_owner,
        )
        if len(self._known) >= REMEMBERED_PEOPLE:
            self._known.clear()
        self._known[team_id, user_id] = (self._clock.monotonic(), person)
        return person

    async def one_of_us(self, team_id: str, user_id: str, user_team_id: str, doing: str) -> Person | str:
        """Who does something that only full members of the workspace itself may, as Slack says now; else why they may
        not, in a sentence. ``user_team_id`` is the workspace that they belong to, ``doing`` completes "you can't …".
        """
        if user_team_id != team_id:
            return f"People from other workspaces can't {doing}."
        try:
            person = await self.person(team_id, user_id, fresh=True)
        except SlackError:
            return "Slack could not tell who you are. Try again."
        return f"{person.barred[:1].upper()}{person.barred[1:]} {doing}." if person.barred else person

    async def why_not(self, team_id: str, user_id: str, *, fresh: bool = False) -> str | None:
        """Why somebody may not fill in a form, as a sentence; None for who may."""
        try:
            person = await self._member(team_id, user_id, fresh=fresh)
        except SlackError:
            return "Slack could not tell who you are. Try again."
        return f"Not possible: {person.barred} run Stripe commands here." if person.barred else None

    async def why_no_role(self, team_id: str, user_id: str) -> str | None:
        """Why somebody can't have a role, in a sentence; None for who can."""
        try:
            person = await self._member(team_id, user_id)
        except SlackRefusedError:
            return f"{user_id} is nobody in this workspace."
        except SlackError:
            return f"Slack could not tell who {user_id} is. Try again."
        return f"{user_id} can't be chosen: {person.barred} have a role here." if person.barred else None

    async def when(self, team_id: str, user_id: str) -> When:
        """Now, where somebody is; in no zone of theirs where Slack can't be asked."""
        now = moment(self._clock.now())
        try:
            return When(now=now, zone=(await self._member(team_id, user_id)).zone)
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
