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

from sqlalchemy import insert, select, update

from bot import audit
from bot.calls import Calls, UnreadableCallError
from bot.domain import Approval, ApprovalState, Decision, FrozenCall, Place, Verdict
from bot.store.engine import Transaction
from bot.store.tables import approvals, decisions

logger = logging.getLogger(__name__)

Refusal: TypeAlias = Literal["unknown", "forged", "own", "expired", "decided"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A click that decided nothing, and why; ``approval`` is as it stands, where there is one of that id."""

    reason: Refusal
    approval: Approval | None = None


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

    def is_signed(self, tx: Transaction, team_id: str, approval_id: str, digest: str) -> bool:
        """Whether the approval stands approved, signed for exactly this digest by somebody other than the requester."""
        row = tx.connection.execute(
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
        ).first()
        return row is not None

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
