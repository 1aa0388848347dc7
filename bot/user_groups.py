"""The user groups of each workspace, remembered for a minute at most; for a decision, for five seconds.

Where Slack doesn't tell (the app lacks ``usergroups:read``, or Slack can't be reached) there are none: nobody has a
role from a group that can't be looked into.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from bot.slack_api import SlackApi, SlackError, SlackRefusedError
from bot.slack_groups import UserGroup
from operations.clock import Clock

logger = logging.getLogger(__name__)

REMEMBERED_SECONDS: Final = 60.0
FRESH_SECONDS: Final = 5.0
"""Slack takes some twenty such questions a minute, so each decision can't have one of its own."""


@dataclass(frozen=True, slots=True)
class _Known:
    at: float
    groups: tuple[UserGroup, ...] | None


class UserGroups:
    """Asks Slack which user groups there are and who is in them. Used on one event loop."""

    def __init__(self, *, slack: SlackApi, clock: Clock) -> None:
        self._slack = slack
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._complained: set[tuple[str, str]] = set()

    async def all(self, team_id: str, *, fresh: bool = False) -> tuple[UserGroup, ...] | None:
        """The groups of a workspace; None where Slack doesn't tell."""
        async with self._locks.setdefault(team_id, asyncio.Lock()):
            known = self._known.get(team_id)
            age = FRESH_SECONDS if fresh else REMEMBERED_SECONDS
            if known is None or self._clock.monotonic() - known.at >= age:
                known = self._known[team_id] = _Known(self._clock.monotonic(), await self._ask(team_id))
            return known.groups

    def recalled(self, team_id: str, user_id: str) -> frozenset[str]:
        """The groups that somebody was in when Slack was last asked, within the last minute; else none."""
        known = self._known.get(team_id)
        if known is None or self._clock.monotonic() - known.at >= REMEMBERED_SECONDS:
            return frozenset()
        return _of(known.groups, user_id)

    async def of(self, team_id: str, user_id: str, *, fresh: bool = False) -> frozenset[str]:
        """The ids of the groups that somebody is in; none where Slack doesn't tell."""
        return _of(await self.all(team_id, fresh=fresh), user_id)

    async def _ask(self, team_id: str) -> tuple[UserGroup, ...] | None:
        try:
            groups = await self._slack.user_groups(team_id)
        except SlackError as error:
            reason = error.code if isinstance(error, SlackRefusedError) else type(error).__name__
            if (team_id, reason) not in self._complained:
                self._complained.add((team_id, reason))
                logger.warning("nobody has a role from a user group, since Slack doesn't tell of any: %s", reason)
            return None
        self._complained.clear()
        return groups


def _of(groups: tuple[UserGroup, ...] | None, user_id: str) -> frozenset[str]:
    return frozenset(each.id for each in groups or () if user_id in each.members)
