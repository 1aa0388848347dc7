"""Approvals: calls that wait for somebody else's yes or no.

States: ``pending`` → ``approved`` | ``denied`` | ``expired`` | ``withdrawn``. Each step is one compare-and-set by the
database's clock, together with the decision, the audit line and what is to be said about it; so of two people who click
at once one decides and the other is told who did. An approval leads to at most one run: ``runs`` has one row for it.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, TypeAlias

from sqlalchemy import func, insert, or_, select, update

from bot import audit
from bot.calls import Calls, UnreadableCallError
from bot.domain import Approval, ApprovalState, Decision, FrozenCall, Place, Verdict
from bot.errors import KeyProblemError
from bot.store.engine import Transaction
from bot.store.tables import approvals, decisions

logger = logging.getLogger(__name__)

Refusal: TypeAlias = Literal["unknown", "forged", "own", "expired", "decided", "role"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A click that decided nothing, and why; ``approval`` is as it stands, where there is one of that id."""

    reason: Refusal
    approval: Approval | None = None
    approvers: tuple[str, ...] = ()
    """Who may decide, where the person's role is what is wrong."""


class Approvals:
    """The approvals of all workspaces; every call names one."""

    def __init__(self, *, calls: Calls, ids: Callable[[], str], lifetime: timedelta) -> None:
        self._calls = calls
        self._ids = ids
        self.lifetime = lifetime

    def request(self, tx: Transaction, *, frozen: FrozenCall, requester_id: str, place: Place, rule: str) -> Approval:
        """Record that a call waits for a signature."""
        approval = Approval(
            team_id=frozen.account.team_id,
            id=self._ids(),
            frozen=frozen,
            requester_id=requester_id,
            place=place,
            rule=rule,
            state="pending",
            created_at=tx.now,
            expires_at=tx.now + self.lifetime,
        )
        tx.connection.execute(
            insert(approvals).values(
                team_id=approval.team_id,
                id=approval.id,
                call_id=frozen.id,
                requester_id=requester_id,
                channel_id=place.channel_id,
                thread_ts=place.thread_ts,
                rule=rule,
                state=approval.state,
                created_at=approval.created_at,
                expires_at=approval.expires_at,
            )
        )
        self._note(tx, approval, requester_id, "approval requested")
        return approval

    def load(self, tx: Transaction, team_id: str, approval_id: str) -> Approval | None:
        """The approval of a workspace with its decisions, or None."""
        row = tx.connection.execute(
            select(approvals).where(approvals.c.team_id == team_id, approvals.c.id == approval_id)
        ).one_or_none()
        if row is None:
            return None
        votes = tx.connection.execute(
            select(decisions)
            .where(decisions.c.team_id == team_id, decisions.c.approval_id == approval_id)
            .order_by(decisions.c.decided_at)
        ).all()
        return Approval(
            team_id=team_id,
            id=approval_id,
            frozen=self._calls.load(tx, team_id, row.call_id),
            requester_id=row.requester_id,
            place=Place(row.channel_id, row.thread_ts),
            rule=row.rule,
            state=row.state,
            created_at=row.created_at,
            expires_at=row.expires_at,
            decisions=tuple(Decision(vote.user_id, vote.verdict, vote.decided_at) for vote in votes),
        )

    def decide(
        self, tx: Transaction, *, team_id: str, approval_id: str, user_id: str, verdict: Verdict, digest: str
    ) -> Approval | Refused:
        """One person's yes or no. The approval as decided, or why the click decides nothing.

        ``digest`` is what the clicked card showed; it must be that of the approval. Whether the person is a full member
        of the workspace is for the caller to have checked, freshly.
        """
        approval = self.load(tx, team_id, approval_id)
        if approval is None:
            return Refused("unknown")
        if digest != approval.frozen.digest:
            return Refused("forged", approval)
        if approval.state != "pending":
            return Refused("decided", approval)
        if user_id == approval.requester_id:
            return Refused("own", approval)
        if approval.expires_at <= tx.now:
            return Refused("expired", approval)
        state: ApprovalState = "approved" if verdict == "approve" else "denied"
        if not self._advance(tx, team_id, approval_id, state):
            return Refused("decided", self.load(tx, team_id, approval_id))
        tx.connection.execute(
            insert(decisions).values(
                team_id=team_id,
                approval_id=approval_id,
                user_id=user_id,
                verdict=verdict,
                digest=digest,
                decided_at=tx.now,
            )
        )
        decided = replace(approval, state=state, decisions=(Decision(user_id, verdict, tx.now),))
        self._note(tx, decided, user_id, f"approval {state}")
        return decided

    def expire_due(self, tx: Transaction, limit: int = 20) -> Sequence[Approval]:
        """Turn pending approvals whose time is up into expired ones; returns those that this call turned."""
        due = tx.connection.execute(
            select(approvals.c.team_id, approvals.c.id)
            .where(approvals.c.state == "pending", approvals.c.expires_at <= tx.now)
            .limit(limit)
        ).all()
        expired = []
        for team_id, approval_id in due:
            try:
                approval = self.load(tx, team_id, approval_id)
            except UnreadableCallError as error:
                # Nobody can be shown it anew, yet it must not keep the others from their turn.
                logger.error("approval %s expires unseen: %s", approval_id, error)  # noqa: TRY400 — it says all
                self._advance(tx, team_id, approval_id, "expired")
                continue
            if approval is not None and self._advance(tx, team_id, approval_id, "expired"):
                expired.append(replace(approval, state="expired"))
                self._note(tx, approval, "", "approval expired")
        return expired

    def signers(self, tx: Transaction, team_id: str, approval_id: str, digest: str) -> tuple[str, ...]:
        """Who approved exactly this digest, other than the requester; nobody, where it doesn't stand approved.

        Whether they still may is for the caller to check.
        """
        found = tx.connection.execute(
            select(decisions.c.user_id)
            .join(
                approvals,
                (approvals.c.team_id == decisions.c.team_id) & (approvals.c.id == decisions.c.approval_id),
            )
            .where(
                decisions.c.team_id == team_id,
                decisions.c.approval_id == approval_id,
                decisions.c.verdict == "approve",
                decisions.c.digest == digest,
                decisions.c.user_id != approvals.c.requester_id,
                approvals.c.state == "approved",
            )
        )
        return tuple(found.scalars())

    def waiting_for(self, tx: Transaction, team_id: str, user_id: str, limit: int) -> tuple[Sequence[Approval], int]:
        """What others have asked for and nobody has decided: those that expire first, and how many there are.

        Whether the person may decide at all is for the caller to check.
        """
        condition = (
            (approvals.c.team_id == team_id)
            & (approvals.c.state == "pending")
            & (approvals.c.expires_at > tx.now)
            & (approvals.c.requester_id != user_id)
        )
        ids = select(approvals.c.id).where(condition).order_by(approvals.c.expires_at, approvals.c.id).limit(limit)
        total = tx.connection.execute(select(func.count()).select_from(approvals).where(condition)).scalar_one()
        return self._readable(tx, team_id, tx.connection.execute(ids).scalars().all()), total

    def asked_by(
        self, tx: Transaction, team_id: str, user_id: str, limit: int, *, decided_within: timedelta
    ) -> Sequence[Approval]:
        """What somebody asked for, newest first: what is pending, and what was decided lately."""
        ids = (
            select(approvals.c.id)
            .where(
                approvals.c.team_id == team_id,
                approvals.c.requester_id == user_id,
                or_(approvals.c.state == "pending", approvals.c.decided_at > tx.now - decided_within),
            )
            .order_by(approvals.c.created_at.desc(), approvals.c.id)
            .limit(limit)
        )
        return self._readable(tx, team_id, tx.connection.execute(ids).scalars().all())

    def _readable(self, tx: Transaction, team_id: str, approval_ids: Sequence[str]) -> Sequence[Approval]:
        """Those whose calls can be read; one that was tampered with must not hide the others."""
        found = []
        for approval_id in approval_ids:
            try:
                approval = self.load(tx, team_id, approval_id)
            except KeyProblemError as error:
                logger.error("approval %s is not shown: %s", approval_id, error)  # noqa: TRY400 — it says all
                continue
            if approval is not None:
                found.append(approval)
        return found

    def _advance(self, tx: Transaction, team_id: str, approval_id: str, state: ApprovalState) -> bool:
        done = tx.connection.execute(
            update(approvals)
            .where(
                approvals.c.team_id == team_id,
                approvals.c.id == approval_id,
                approvals.c.state == "pending",
            )
            .values(state=state, decided_at=tx.now)
        )
        return done.rowcount == 1

    def _note(self, tx: Transaction, approval: Approval, actor_id: str, event: str) -> None:
        audit.append(
            tx,
            team_id=approval.team_id,
            actor_id=actor_id,
            event=event,
            subject=f"approval:{approval.id}",
            facts={
                "operation": approval.frozen.call.operation.key,
                "account": approval.frozen.account.stripe_account_id,
                "livemode": approval.frozen.account.livemode,
                "digest": approval.frozen.digest,
                "rule": approval.rule,
            },
        )
