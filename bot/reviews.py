"""Reviews: whenever somebody breaks the glass, somebody else who may approve has to look at it afterwards.

Begun by the approvals themselves in the transaction that breaks it, so that no way around the signatures is without:
with an event of its own in the audit trail, a loud message in the thread of the card and where approvals wait, and from
then on a reminder each day until it is reviewed.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from bot import audit, cards
from bot.announcing import Announcer
from bot.approval import Approval
from bot.approvals import Approvals
from bot.blocks import Message
from bot.calls import UnreadableCallError
from bot.domain import Person, Place
from bot.home.shown import touch_for
from bot.inbound import Click
from bot.outbox import Outbox
from bot.people import People
from bot.policy import Stage
from bot.reaching.asked import named_in
from bot.reaching.notes import card_of
from bot.replies import Asker, Replies
from bot.store import deliveries
from bot.store.engine import Store, Transaction
from bot.store.tables import reviews
from bot.text import Style
from bot.tokens import Tokens
from bot.workspaces import Workspaces, WorkspaceSettings

logger = logging.getLogger(__name__)

PURPOSE: Final = "review"
EACH: Final = timedelta(days=1)
"""Between reminders."""


@dataclass(frozen=True, slots=True)
class Review:
    """An approval for which the glass was broken; ``token`` is what its button hands back."""

    approval: Approval
    token: str


class Reviews:
    """Asks for reviews, reminds of them and takes them."""

    def __init__(
        self,
        *,
        store: Store,
        approvals: Approvals,
        workspaces: Workspaces,
        people: People,
        announcer: Announcer,
        outbox: Outbox,
        tokens: Tokens,
        replies: Replies,
        style: Style,
    ) -> None:
        self._store = store
        self._approvals = approvals
        self._workspaces = workspaces
        self._people = people
        self._announcer = announcer
        self._outbox = outbox
        self._tokens = tokens
        self._replies = replies
        self._style: Style = style

    def begin(self, tx: Transaction, approval: Approval) -> None:
        """Require a review of an approval for which the glass was just broken, and say loudly that it was."""
        tx.connection.execute(
            reviews.insert().values(
                team_id=approval.team_id,
                approval_id=approval.id,
                broken_by=approval.requester_id,
                broken_at=tx.now,
                reminders=0,
                remind_at=tx.now + EACH,
            )
        )
        self._note(tx, approval, "", "review required", {"broken_by": approval.requester_id})
        settings = self._workspaces.read(tx, approval.team_id)
        people, groups = _asked(approval, settings)
        self._tell(tx, approval, settings, cards.glass_broken(approval, self._token(approval), people, groups))
        touch_for(tx, approval, settings.admins)

    def open(self, tx: Transaction, team_id: str, limit: int) -> Sequence[Review]:
        """Those that nobody has reviewed, the oldest first."""
        rows = tx.connection.execute(
            select(reviews.c.approval_id)
            .where(reviews.c.team_id == team_id, reviews.c.reviewed_by.is_(None))
            .order_by(reviews.c.broken_at, reviews.c.approval_id)
            .limit(limit)
        ).scalars()
        found = (self._readable(tx, team_id, each) for each in rows.all())
        return [Review(each, self._token(each)) for each in found if each is not None]

    def remind_due(self, tx: Transaction, limit: int = 20) -> None:
        """Remind of those whose day is over, each by one process."""
        due = tx.connection.execute(
            select(reviews)
            .where(reviews.c.remind_at <= tx.now)
            .order_by(reviews.c.remind_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        for row in due:
            mine = (reviews.c.team_id == row.team_id, reviews.c.approval_id == row.approval_id)
            number = row.reminders + 1
            tx.connection.execute(update(reviews).where(*mine).values(reminders=number, remind_at=tx.now + EACH))
            approval = self._readable(tx, row.team_id, row.approval_id)
            if approval is not None:
                people, groups = _asked(approval, self._workspaces.read(tx, row.team_id))
                told = cards.review_reminder(approval, people, groups, days=number)
                self._put(tx, approval, f"review:{number}", told, in_thread=True)

    async def take(self, click: Click) -> None:
        """See a click on Reviewed through; whoever it doesn't count for is told why, alone."""
        asker = Asker.of(click)
        marked = self._tokens.read(PURPOSE, click.value)
        if marked is None:
            await self._replies.tell(asker, cards.denied("That button is not one of ours. Nothing was reviewed."))
            return
        person = await self._people.one_of_us(click.team_id, click.user_id, click.user_team_id, "review this")
        if isinstance(person, str):
            await self._replies.tell(asker, cards.denied(f"Not reviewed. {person}"))
            return
        refused = await self._store.transaction(lambda tx: self._review(tx, click, marked["approval"], person))
        if refused is not None:
            await self._replies.tell(asker, refused)
        self._announcer.wake()

    def _review(self, tx: Transaction, click: Click, approval_id: str, person: Person) -> Message | None:
        if not deliveries.first_time(tx, click.team_id, click.key):
            return None
        approval = self._approvals.load(tx, click.team_id, approval_id)
        if approval is None:
            return cards.denied("This approval doesn't exist in this workspace.")
        settings = self._workspaces.read(tx, click.team_id, hold=True)
        if person.user_id == approval.requester_id:
            return cards.denied("Not reviewed: you broke the glass yourself, so somebody else has to look at it.")
        if not settings.may(person, "approver", approval.account, approval.place):
            return cards.denied("Not reviewed: only those who may approve on this account can review it.")
        mine = (reviews.c.team_id == approval.team_id, reviews.c.approval_id == approval.id)
        done = tx.connection.execute(
            update(reviews)
            .where(*mine, reviews.c.reviewed_by.is_(None))
            .values(reviewed_by=person.user_id, reviewed_at=tx.now, remind_at=None)
        )
        if done.rowcount != 1:
            by = tx.connection.execute(select(reviews.c.reviewed_by).where(*mine)).scalar_one_or_none()
            return cards.reviewed_before(by)
        self._note(tx, approval, person.user_id, "glass reviewed", {"broken_by": approval.requester_id})
        self._tell(tx, approval, settings, cards.glass_reviewed(approval, person.user_id, tx.now, self._style))
        touch_for(tx, approval, settings.admins)
        return None

    def _tell(self, tx: Transaction, approval: Approval, settings: WorkspaceSettings, content: Message) -> None:
        """Say it in the thread of the card, and where approvals wait if the card isn't there."""
        self._put(tx, approval, "glass", content, in_thread=True)
        channel_id = settings.approvals_channel_id
        if channel_id is not None and channel_id != approval.place.channel_id:
            self._put(tx, approval, "glass:here", content, in_thread=False, place=Place(channel_id))

    def _put(
        self,
        tx: Transaction,
        approval: Approval,
        part: str,
        content: Message,
        *,
        in_thread: bool,
        place: Place | None = None,
    ) -> None:
        self._outbox.put(
            tx,
            team_id=approval.team_id,
            about=f"{card_of(approval.id)}:{part}",
            place=place or approval.place,
            user_id=approval.requester_id,
            content=content,
            thread_of=card_of(approval.id) if in_thread else None,
        )

    def _token(self, approval: Approval) -> str:
        return self._tokens.sign(PURPOSE, {"approval": approval.id})

    def _readable(self, tx: Transaction, team_id: str, approval_id: str) -> Approval | None:
        """The approval; None, and it is logged, where what is on record of it can't be read."""
        try:
            return self._approvals.load(tx, team_id, approval_id)
        except UnreadableCallError as error:
            logger.error("the review of approval %s is not asked for: %s", approval_id, error)  # noqa: TRY400
            return None

    def _note(self, tx: Transaction, approval: Approval, actor_id: str, event: str, facts: dict[str, object]) -> None:
        audit.append(
            tx,
            team_id=approval.team_id,
            actor_id=actor_id,
            event=event,
            subject=f"approval:{approval.id}",
            facts={"livemode": approval.account.livemode, "digest": approval.digest, **facts},
        )


def _asked(approval: Approval, settings: WorkspaceSettings) -> tuple[Sequence[str], Sequence[str]]:
    """Whom to name: the approvers, people and groups; where no grant names any, the other admins."""
    asked = named_in(Stage(), approval, settings)
    if asked.people or asked.groups:
        return asked.people, asked.groups
    return [each for each in settings.admins if each != approval.requester_id], ()
