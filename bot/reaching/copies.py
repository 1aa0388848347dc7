"""The card of an approval in the direct messages of those whom it asks by name, with the same buttons.

Copies that are there are rewritten in the transaction that changes the approval. Who is to get one is only marked in
it: whether each of them may decide is asked of Slack first, so that no guest reads what only approvers should, and a
process that dies in between leaves the mark to the others.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, TypeAlias

from sqlalchemy import Update, select, update

from bot.approval import Approval
from bot.approvals import Approvals
from bot.blocks import Message
from bot.domain import Person, Place
from bot.errors import KeyProblemError
from bot.outbox import Outbox
from bot.people import People
from bot.quorum import fits
from bot.reaching.asked import MOST_ASKED, asked_by, settled_with
from bot.slack_errors import SlackError, SlackRefusedError
from bot.store.engine import Store, Transaction
from bot.store.tables import approval_copies, approvals
from bot.text import template
from bot.user_groups import UserGroups
from bot.workspaces import Workspaces, WorkspaceSettings

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=30)
"""How long who claims an approval may take to ask Slack; where it can't be asked, when it is tried again."""
BATCH: Final = 20
CardOf: TypeAlias = Callable[[Approval, WorkspaceSettings], Message]
_OTHERS: Final = template("It waits for others now.")


class Copies:
    """The copies of one process; several may work on one database."""

    def __init__(
        self,
        *,
        store: Store,
        outbox: Outbox,
        approvals: Approvals,
        workspaces: Workspaces,
        people: People,
        groups: UserGroups,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._approvals = approvals
        self._workspaces = workspaces
        self._people = people
        self._groups = groups

    def follow(self, tx: Transaction, approval: Approval, card: Message, settings: WorkspaceSettings) -> None:
        """Have every copy say what the card says, and whoever it asks now by name get one soon.

        Whoever may not sign any more, or not yet, sees no button.
        """
        waits = approval.state == "pending"
        for user_id in _having(tx, approval.team_id, approval.id):
            signs = waits and self._may_sign(self._people.recalled(approval.team_id, user_id), approval, settings)
            _note(tx, approval, user_id, signs=signs)
            self._put(tx, approval, user_id, card if signs or not waits else card.without_controls(_OTHERS))
        if waits:
            tx.connection.execute(_of(approval).values(reach_at=tx.now))

    def unreadable(self, tx: Transaction, team_id: str, approval_id: str, content: Message) -> None:
        """Say in place of every copy that the approval can't be read."""
        for user_id in _having(tx, team_id, approval_id):
            self._outbox.amend(tx, team_id=team_id, about=_about(approval_id, user_id), content=content)

    async def due(self) -> Sequence[tuple[str, str]]:
        """Approvals, by workspace and id, of which somebody is still to be told."""
        return await self._store.read(
            lambda tx: [
                (row.team_id, row.id)
                for row in tx.connection.execute(
                    select(approvals.c.team_id, approvals.c.id)
                    .where(approvals.c.state == "pending", approvals.c.reach_at <= tx.now)
                    .order_by(approvals.c.reach_at)
                    .limit(BATCH)
                )
            ]
        )

    async def reach(self, team_id: str, approval_id: str, card: CardOf) -> None:
        """Bring an approval to those whom it asks by name and who may decide. ``card`` makes what they get."""
        found = await self._store.transaction(lambda tx: self._claim(tx, team_id, approval_id))
        if found is None:
            return
        approval, settings = found
        try:
            people = await self._who(approval, settings)
        except SlackError as error:
            logger.warning("nobody was told of approval %s yet: %s", approval_id, error)
            return
        await self._store.transaction(lambda tx: self._copy(tx, approval, people, card))
        self._outbox.wake()

    def _claim(self, tx: Transaction, team_id: str, approval_id: str) -> tuple[Approval, WorkspaceSettings] | None:
        """The approval, if somebody is still to be told of it and nobody else is at it."""
        claimed = tx.connection.execute(
            update(approvals)
            .where(
                approvals.c.team_id == team_id,
                approvals.c.id == approval_id,
                approvals.c.state == "pending",
                approvals.c.reach_at <= tx.now,
            )
            .values(reach_at=tx.now + LEASE)
        )
        if claimed.rowcount != 1:
            return None
        try:
            approval = self._approvals.load(tx, team_id, approval_id)
        except KeyProblemError as error:
            logger.error("approval %s is brought to nobody: %s", approval_id, error)  # noqa: TRY400 — it says all
            return None
        return None if approval is None else (approval, self._workspaces.read(tx, team_id))

    async def _who(self, approval: Approval, settings: WorkspaceSettings) -> tuple[Person, ...]:
        """Those whom it asks by name and whom Slack knows, at most so many. Raises SlackError."""
        asked = asked_by(approval, settings)
        known = (await self._groups.all(approval.team_id) or ()) if asked.groups else ()
        members = {group.id: group.members for group in known}
        named = asked.with_members(lambda group: members.get(group, ()), without=settled_with(approval))
        found = await asyncio.gather(*(self._person(approval.team_id, each) for each in named[:MOST_ASKED]))
        return tuple(each for each in found if each is not None)

    async def _person(self, team_id: str, user_id: str) -> Person | None:
        try:
            return await self._people.person(team_id, user_id)
        except SlackRefusedError:
            return None  # nobody of that id here

    def _copy(self, tx: Transaction, was: Approval, people: Sequence[Person], card: CardOf) -> None:
        """See that each of them has a copy with buttons, if the approval still asks them."""
        approval = self._approvals.load(tx, was.team_id, was.id, hold=True)
        if approval is None or (approval.asks, approval.decisions) != (was.asks, was.decisions):
            return  # whoever changed it has marked it anew
        settings = self._workspaces.read(tx, approval.team_id)
        having = _having(tx, approval.team_id, approval.id)
        for person in people:
            room = person.user_id in having or len(having) < MOST_ASKED
            if room and not having.get(person.user_id) and self._may_sign(person, approval, settings):
                having[person.user_id] = True
                _note(tx, approval, person.user_id, signs=True)
                self._put(tx, approval, person.user_id, card(approval, settings))
        tx.connection.execute(_of(approval).values(reach_at=None))

    def _may_sign(self, person: Person, approval: Approval, settings: WorkspaceSettings) -> bool:
        return person.user_id not in settled_with(approval) and any(
            fits(stage, person, settings, approval.account, approval.place) for stage in approval.asks
        )

    def _put(self, tx: Transaction, approval: Approval, user_id: str, content: Message) -> None:
        self._outbox.put(
            tx,
            team_id=approval.team_id,
            about=_about(approval.id, user_id),
            place=Place(user_id),
            user_id=user_id,
            content=content,
            thread_of=None,
        )


def _about(approval_id: str, user_id: str) -> str:
    return f"approval:{approval_id}:to:{user_id}"


def _having(tx: Transaction, team_id: str, approval_id: str) -> dict[str, bool]:
    """Who has a copy, and whether theirs has buttons."""
    rows = tx.connection.execute(
        select(approval_copies.c.user_id, approval_copies.c.signs)
        .where(approval_copies.c.team_id == team_id, approval_copies.c.approval_id == approval_id)
        .order_by(approval_copies.c.user_id)
    )
    return {row.user_id: row.signs for row in rows}


def _note(tx: Transaction, approval: Approval, user_id: str, *, signs: bool) -> None:
    row = {"team_id": approval.team_id, "approval_id": approval.id, "user_id": user_id}
    if not tx.insert_once(approval_copies, {**row, "signs": signs}):
        tx.connection.execute(
            update(approval_copies)
            .where(*(approval_copies.c[name] == value for name, value in row.items()))
            .values(signs=signs)
        )


def _of(approval: Approval) -> Update:
    return update(approvals).where(approvals.c.team_id == approval.team_id, approvals.c.id == approval.id)
