"""The buttons that lead to the next page of a list and back. Whoever presses one asks for that page, as if typed."""

from bot import cards
from bot.calls import UnreadableCallError
from bot.commands import Commands
from bot.domain import Run
from bot.inbound import Click
from bot.page_rows import PageRows, Turned
from bot.replies import Asker, Replies
from bot.store.engine import Store, Transaction
from operations.grammar import Command

GONE = "This list was shown too long ago to be leafed through. Ask for it again."


class PageButtons:
    """Takes clicks from the listeners."""

    def __init__(self, *, store: Store, rows: PageRows, commands: Commands, replies: Replies) -> None:
        self._store = store
        self._rows = rows
        self._commands = commands
        self._replies = replies

    async def press(self, click: Click) -> None:
        """Get the page that a button leads to, in the thread where it was pressed."""
        asker = Asker.of(click)
        turned = await self._store.read(lambda tx: self._turned(tx, click))
        if turned is None:
            await self._replies.tell(asker, cards.denied(GONE))
            return
        frozen = turned.frozen
        command = Command(
            frozen.call, account=frozen.account.alias, live=frozen.account.livemode, shaping=frozen.shaping
        )

        def recorded(tx: Transaction, run: Run) -> None:
            self._rows.begin(tx, run, turned)

        await self._commands.answer(asker, command, recorded=recorded)

    def _turned(self, tx: Transaction, click: Click) -> Turned | None:
        try:
            return self._rows.turn(tx, click.team_id, click.value)
        except UnreadableCallError:
            return None
