"""Shows people their Home tab: when they open it, and again after they have changed something on it."""

import logging

from bot import cards
from bot.home.overview import Overviews
from bot.people import People
from bot.slack_api import SlackApi, SlackError
from bot.store.engine import Store
from bot.text import Style

logger = logging.getLogger(__name__)


class Home:
    """Publishes Home tabs. What is on them is read anew each time, so the last one published is true."""

    def __init__(self, *, store: Store, people: People, overviews: Overviews, slack: SlackApi, style: Style) -> None:
        self._store = store
        self._people = people
        self._overviews = overviews
        self._slack = slack
        self._style: Style = style

    async def show(self, team_id: str, user_id: str) -> None:
        """Show somebody their Home tab as things stand now. Where Slack can't be reached it stays as it was."""
        try:
            person = await self._people.person(team_id, user_id)
            seen = await self._store.read(lambda tx: self._overviews.of(tx, person))
            await self._slack.publish_home(team_id, user_id, cards.home_view(seen, style=self._style))
        except SlackError as error:
            logger.warning("a Home tab was not shown: %s", error)
