"""Shows people their Home tab: when they open it, when they changed something, and when an approval on it changed.

What is on it is read after it was claimed, so the last one published is true; see :mod:`bot.home.shown`.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot import cards
from bot.cards import Overview
from bot.domain import ApprovalState
from bot.home import shown
from bot.home.overview import Overviews
from bot.home.shown import Claim
from bot.people import People
from bot.slack_api import PATIENCE_SECONDS, SlackApi, SlackBusyError, SlackError
from bot.store.engine import Store
from bot.text import Style

logger = logging.getLogger(__name__)

BATCH: Final = 10
_MOVING: Final[frozenset[ApprovalState]] = frozenset({"pending", "approved", "executing", "unknown"})
"""The states of an approval in which it isn't at its end."""


class Home:
    """Publishes Home tabs."""

    def __init__(self, *, store: Store, people: People, overviews: Overviews, slack: SlackApi, style: Style) -> None:
        self._store = store
        self._people = people
        self._overviews = overviews
        self._slack = slack
        self._style: Style = style

    async def show(self, team_id: str, user_id: str) -> None:
        """Show somebody their Home tab as things stand now. Where Slack can't be reached it is tried again later."""
        new = await self._store.transaction(lambda tx: shown.opened(tx, team_id, user_id))
        claim = await self._store.transaction(lambda tx: shown.claim(tx, team_id, user_id, new=new))
        if claim is not None and not await self._publish(claim, PATIENCE_SECONDS):
            await self.publish_due()

    async def publish_due(self) -> None:
        """Publish the tabs on which something has changed, one after the other, until none is due."""
        while await self._store.read(shown.is_due):
            claims = await self._store.transaction(lambda tx: shown.claim_due(tx, BATCH))
            for claim in claims:
                await self._publish(claim, patience=0)
            if not claims:
                return

    async def _publish(self, claim: Claim, patience: float) -> bool:
        """Publish a claimed tab; False where it has changed meanwhile."""
        try:
            person = await self._people.person(claim.team_id, claim.user_id)
            seen = await self._store.read(lambda tx: self._overviews.of(tx, person))
            moving = _moving(seen)
            await self._store.transaction(lambda tx: shown.about_to_show(tx, claim, moving))
            view = cards.home_view(seen, style=self._style)
            await self._slack.publish_home(claim.team_id, claim.user_id, view, patience=patience)
        except SlackError as error:
            logger.warning("a Home tab was not shown: %s", error)
            pause = timedelta(seconds=error.retry_after) if isinstance(error, SlackBusyError) else None
            await self._store.transaction(lambda tx: shown.put_off(tx, claim, pause))
            return True
        return await self._store.transaction(lambda tx: shown.published(tx, claim, moving))


def _moving(seen: Overview) -> Sequence[str]:
    """The approvals on a tab of which something may still change."""
    listed = [*(each.approval for each in seen.waiting), *seen.asked]
    to_review = [each.id for each, _ in seen.reviews]
    return list(dict.fromkeys([*to_review, *(each.id for each in listed if each.state in _MOVING)]))
