"""Handing a bearer value over to whoever asked for it: straight to Slack, past the outbox, which would keep it.

It happens before the run is ended. A process that dies in between sends the call again under the same idempotency key,
so Stripe answers with the same value, and it is shown once more rather than never.
"""

import logging
from collections.abc import Awaitable, Callable

from bot import cards
from bot.blocks import Message
from bot.domain import Run
from bot.slack_api import SlackApi, SlackError, SlackRefusedError
from operations.outcome import Outcome, Succeeded

logger = logging.getLogger(__name__)


class HandingOver:
    """Shows people what was made for them alone."""

    def __init__(self, *, slack: SlackApi) -> None:
        self._slack = slack

    async def show(self, run: Run, outcome: Outcome) -> bool | None:
        """Whether what a run was for has been shown to whoever asked; None where it was for nothing of that kind."""
        if not isinstance(outcome, Succeeded) or isinstance(outcome.data, bytes):
            return None
        values = cards.purpose(run.frozen.call, outcome.data, cards.redacted(run.frozen, outcome.data))
        if not values:
            return None
        message = cards.handed_over(run, values)
        return await self._alone(run, message) or await self._directly(run, message)

    async def _alone(self, run: Run, message: Message) -> bool:
        """In the channel, to them alone; False where it can't be shown there."""
        place = run.place.alone
        if place.private:
            return False
        return await self._said(
            lambda each: self._slack.ephemeral(
                run.team_id, place.channel_id, run.actor_id, each, thread_ts=place.thread_ts
            ),
            message,
        )

    async def _directly(self, run: Run, message: Message) -> bool:
        return await self._said(lambda each: self._slack.post(run.team_id, run.actor_id, each), message)

    async def _said(self, say: Callable[[Message], Awaitable[str]], message: Message) -> bool:
        try:
            try:
                await say(message)
            except SlackRefusedError as refused:
                if "blocks" not in refused.code:
                    raise
                await say(message.without_blocks())
        except SlackError as error:
            logger.warning("what a run was for was not shown: %s", error)
            return False
        return True
