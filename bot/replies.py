"""Telling one person something alone: refusals, problems, help.

Through the response URL first, since it works in channels that the bot isn't in; then as an ephemeral message; then by
direct message. Nothing that was recorded is told this way: that goes through the outbox.
"""

from dataclasses import dataclass

from bot.blocks import Message
from bot.domain import Place
from bot.inbound import Click, Closed, CommandReceived, Mention, MessageShortcut, Submission
from bot.outbox import from_elsewhere
from bot.slack_api import SlackApi, SlackError


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, and where an answer for them alone can go. ``key`` is what makes the delivery unique."""

    team_id: str
    user_id: str
    place: Place
    response_url: str | None
    key: str

    @classmethod
    def of(cls, received: CommandReceived | Click) -> "Asker":
        """Somebody who typed or pressed; from App Home and modals, which are in no channel, by direct message."""
        if not received.channel_id:
            return cls.by_direct_message(received)
        return cls(
            team_id=received.team_id,
            user_id=received.user_id,
            place=Place(received.channel_id, received.thread_ts, closed=received.closed),
            response_url=received.response_url,
            key=received.key,
        )

    @classmethod
    def in_thread(cls, received: Mention | MessageShortcut) -> "Asker":
        """Somebody who asked by a message or at one: it is answered in the thread that it is in, or begins."""
        return cls(
            team_id=received.team_id,
            user_id=received.user_id,
            place=Place(
                received.channel_id,
                received.thread_ts or received.ts,
                begun=received.thread_ts is not None,
                closed=received.closed,
            ),
            response_url=received.response_url,
            key=received.key,
        )

    @classmethod
    def alone(cls, closed: Closed) -> "Asker":
        """Somebody who closed a modal: what there is to tell reaches them directly."""
        return cls(closed.team_id, closed.user_id, Place(closed.user_id), response_url=None, key="")

    @classmethod
    def by_direct_message(cls, received: CommandReceived | Click | Submission) -> "Asker":
        """Somebody who acted in no channel, such as in a modal: answers go to them directly."""
        return cls(
            team_id=received.team_id,
            user_id=received.user_id,
            place=Place(received.user_id),
            response_url=None,
            key=received.key,
        )


class Replies:
    """Sends what only the asker should see."""

    def __init__(self, *, slack: SlackApi) -> None:
        self._slack = slack

    async def tell(self, asker: Asker, message: Message) -> None:
        """Tell the asker alone. Raises SlackError when every way there failed."""
        if asker.response_url is not None:
            try:
                await self._slack.respond(asker.response_url, message)
            except SlackError:
                pass
            else:
                return
        place = asker.place.alone
        if place.channel_id == asker.user_id:
            await self._slack.post(asker.team_id, asker.user_id, message)
            return
        try:
            await self._slack.ephemeral(
                asker.team_id, place.channel_id, asker.user_id, message, thread_ts=place.thread_ts
            )
        except SlackError:
            await self._slack.post(asker.team_id, asker.user_id, from_elsewhere(message, place.channel_id))
