"""``@countersign …``: what is written behind a mention of the bot is taken as if it was typed behind ``/stripe``."""

from bot import cards
from bot.commands import Commands
from bot.event_text import behind_mention
from bot.inbound import Mention
from bot.replies import Asker, Replies
from bot.text import unescape
from operations.secrets import find_secret


class Mentions:
    """Takes mentions from the listeners. They bring no trigger, so nothing that they lead to opens a form at once."""

    def __init__(self, *, commands: Commands, replies: Replies) -> None:
        self._commands = commands
        self._replies = replies

    async def take(self, mention: Mention, bot_user_id: str) -> None:
        """See a mention through; its answers stand in the thread that it is in, or begins."""
        asker = Asker.in_thread(mention)
        if mention.user_team_id != mention.team_id:
            sentence = "Not run: people from other workspaces can't run Stripe commands here."
            await self._replies.tell(asker, cards.denied(sentence))
            return
        secret = find_secret(unescape(mention.text))
        if secret is not None:
            await self._replies.tell(asker, cards.exposed(secret))
            return
        await self._commands.take(asker, behind_mention(mention.text, bot_user_id), None)
