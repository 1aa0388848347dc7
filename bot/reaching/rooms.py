"""``/stripe approvals``: what waits for somebody, and how what they asked for stands."""

from datetime import timedelta
from typing import Final

from bot import cards
from bot.approvals import Approvals
from bot.blocks import Message
from bot.commands import Commands
from bot.domain import Person
from bot.home.overview import MOST_LOOKED_AT, Overviews
from bot.inbound import Click
from bot.people import People
from bot.replies import Asker, Replies
from bot.roles import holds
from bot.slack_api import SlackApi, SlackError
from bot.store.engine import Store, Transaction
from bot.text import Style
from bot.workspaces import Workspaces

ASKED_WITHIN: Final = timedelta(days=30)
_USAGE: Final = (
    "Behind approvals stands nothing, or the number of a page; or all, for everything that waits, and the number of "
    "its page."
)
_NOT_ALL: Final = "Only approvers and admins see all that waits. /stripe approvals shows what you asked for."


class ApprovalRooms:
    """The room of approvals."""

    def __init__(
        self,
        *,
        store: Store,
        approvals: Approvals,
        workspaces: Workspaces,
        overviews: Overviews,
        commands: Commands,
        people: People,
        replies: Replies,
        slack: SlackApi,
        style: Style,
    ) -> None:
        self._store = store
        self._approvals = approvals
        self._workspaces = workspaces
        self._overviews = overviews
        self._commands = commands
        self._people = people
        self._replies = replies
        self._slack = slack
        self._style: Style = style

    async def room(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``approvals``, ``approvals 2``, ``approvals all``, ``approvals all 2``."""
        everything, number = _read(rest)
        if number is None:
            await self._replies.tell(asker, cards.denied(_USAGE))
            return True
        person = await self._commands.person(asker)
        if person is not None:
            page = number
            made = await self._store.read(
                lambda tx: self._all(tx, person, page) if everything else self._mine(tx, person, page)
            )
            await self._replies.tell(asker, made)
        return True

    async def refresh(self, click: Click) -> None:
        """Put what waits now in place of the list in which a button was pressed: there the bot can't reach it else."""
        if not click.alone or click.response_url is None:
            return
        try:
            person = await self._people.person(click.team_id, click.user_id)
            made = await self._store.read(lambda tx: self._mine(tx, person, 1))
            await self._slack.respond(click.response_url, made, replace_original=True)
        except SlackError:
            return  # it stays as it was, and its buttons are checked

    def _mine(self, tx: Transaction, person: Person, page: int) -> Message:
        settings = self._workspaces.read(tx, person.team_id)
        waiting = self._overviews.waiting(tx, person, settings) if person.barred is None else []
        until = page * cards.ASKED_A_PAGE
        asked = self._approvals.asked_by(tx, person.team_id, person.user_id, until + 1, decided_within=ASKED_WITHIN)
        first = (page - 1) * cards.WAITING_A_PAGE
        if page > 1 and first >= len(waiting) and len(asked) <= until - cards.ASKED_A_PAGE:
            return self._mine(tx, person, 1)
        return cards.approvals_list(
            waiting[first : first + cards.WAITING_A_PAGE],
            asked[until - cards.ASKED_A_PAGE : until],
            total=len(waiting),
            page=page,
            more=len(waiting) > first + cards.WAITING_A_PAGE or len(asked) > until,
            everyone=page == 1 and holds(settings.role_of(person, None, None), "approver"),
            style=self._style,
        )

    def _all(self, tx: Transaction, person: Person, page: int) -> Message:
        settings = self._workspaces.read(tx, person.team_id)
        if not holds(settings.role_of(person, None, None), "approver"):
            return cards.denied(_NOT_ALL)
        pending = [
            each
            for each in self._approvals.pending(tx, person.team_id, without=None, limit=MOST_LOOKED_AT)
            if settings.may(person, "approver", each.account, each.place)
        ]
        first = (page - 1) * cards.ALL_A_PAGE
        if page > 1 and first >= len(pending):
            return self._all(tx, person, 1)
        return cards.approvals_all(
            pending[first : first + cards.ALL_A_PAGE],
            total=len(pending),
            page=page,
            more=len(pending) > first + cards.ALL_A_PAGE,
            style=self._style,
        )


def _read(rest: str) -> tuple[bool, int | None]:
    """Whether all is asked for, and which page; None for what is neither."""
    words = rest.lower().split()
    everything = words[:1] == ["all"]
    numbers = words[1:] if everything else words
    if not numbers:
        return everything, 1
    number = numbers[0]
    if len(numbers) > 1 or not (number.isascii() and number.isdigit() and len(number) < 4):
        return everything, None
    return everything, max(1, int(number))
