"""What people ask for: kept until an admin grants or declines it, and asked of admins where they read it."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, select

from bot import audit, cards
from bot.domain import Account, Place
from bot.outbox import Outbox
from bot.roles import Grant
from bot.store.engine import Transaction
from bot.store.tables import role_requests
from bot.text import Mrkdwn, channel, join, mention
from bot.workspaces import WorkspaceSettings

MOST_ASKED: Final = 5
"""How many admins are asked directly, where there is no channel for approvals."""


class RoleRequests:
    """The requests of all workspaces; every call names one."""

    def __init__(self, *, outbox: Outbox, ids: Callable[[], str]) -> None:
        self._outbox = outbox
        self._ids = ids

    def ask(
        self, tx: Transaction, settings: WorkspaceSettings, grant: Grant, accounts: Sequence[Account]
    ) -> tuple[Mrkdwn, bool]:
        """Ask the admins, of whom there is one, for a grant to a person; where they read it, and whether it is new."""
        where = settings.approvals_channel_id
        places = [Place(where)] if where is not None else [Place(each) for each in settings.admins[:MOST_ASKED]]
        names = join(", ", [channel(each.channel_id) if where else mention(each.channel_id) for each in places])
        request_id = self._ids()
        row = {
            "team_id": settings.team_id,
            "user_id": grant.subject_id,
            "role": grant.role,
            "account_id": grant.account_id or "",
            "mode": grant.mode or "",
            "id": request_id,
            "asked_at": tx.now,
        }
        if not tx.insert_once(role_requests, row):
            return names, False
        for number, place in enumerate(places):
            self._outbox.put(
                tx,
                team_id=settings.team_id,
                about=_about(request_id, number),
                place=place,
                user_id=settings.admins[0],
                content=cards.role_request(grant, accounts),
                thread_of=None,
            )
        self._note(tx, settings.team_id, grant.subject_id, "role asked for", grant)
        return names, True

    def answered(
        self,
        tx: Transaction,
        team_id: str,
        grant: Grant,
        accounts: Sequence[Account],
        *,
        by: str,
        granted: bool,
    ) -> bool:
        """Take the buttons from what asks for this grant, or for what it covers; whether anything does.

        Declined is what asks for just this.
        """
        theirs = tx.connection.execute(
            select(role_requests).where(role_requests.c.team_id == team_id, role_requests.c.user_id == grant.subject_id)
        ).all()
        for row in theirs:
            asked = Grant(row.role, "person", row.user_id, row.account_id or None, row.mode or None)
            if not (grant.covers(asked) if granted else grant == asked):
                continue
            tx.connection.execute(delete(role_requests).where(_is(team_id, asked)))
            answer = cards.role_request_answered(asked, accounts, by, granted=granted)
            for number in range(MOST_ASKED):
                self._outbox.amend(tx, team_id=team_id, about=_about(row.id, number), content=answer)
            if not granted:
                self._note(tx, team_id, by, "role declined", asked)
                return True
        return False

    def tell(
        self, tx: Transaction, team_id: str, grant: Grant, accounts: Sequence[Account], *, by: str, granted: bool
    ) -> None:
        """Tell the person whom a grant, or its refusal, is about."""
        self._outbox.put(
            tx,
            team_id=team_id,
            about=f"role-told:{self._ids()}",
            place=Place(grant.subject_id),
            user_id=grant.subject_id,
            content=cards.role_told(grant, accounts, by, granted=granted),
            thread_of=None,
        )

    def wake(self) -> None:
        """Have what was put delivered now."""
        self._outbox.wake()

    def _note(self, tx: Transaction, team_id: str, actor_id: str, event: str, grant: Grant) -> None:
        facts = {
            "role": grant.role,
            "to": grant.subject_id,
            "account": grant.account_id or "every",
            "mode": grant.mode or "both",
        }
        subject = f"role:{grant.role}:{grant.subject_id}"
        audit.append(tx, team_id=team_id, actor_id=actor_id, event=event, subject=subject, facts=facts)


def _about(request_id: str, number: int) -> str:
    return f"role-asked:{request_id}:{number}"


def _is(team_id: str, grant: Grant) -> ColumnElement[bool]:
    return and_(
        role_requests.c.team_id == team_id,
        role_requests.c.user_id == grant.subject_id,
        role_requests.c.role == grant.role,
        role_requests.c.account_id == (grant.account_id or ""),
        role_requests.c.mode == (grant.mode or ""),
    )
