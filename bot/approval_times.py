"""What time does to approvals that wait: their end, their fallback, a reminder; each is for one process to turn."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Column, select

from bot import audit
from bot.approval import Approval
from bot.approval_rows import ApprovalRows, move
from bot.approval_trail import note, release
from bot.approvals import PENDING
from bot.errors import KeyProblemError
from bot.store.engine import Transaction
from bot.store.tables import approvals

logger = logging.getLogger(__name__)


class ApprovalTimes:
    """Turns those of all workspaces whose time has come."""

    def __init__(self, *, rows: ApprovalRows) -> None:
        self._rows = rows

    def expire_due(self, tx: Transaction, limit: int = 20) -> Sequence[Approval]:
        """Turn pending approvals whose time is up into expired ones; returns those that this call turned."""
        expired = []
        for approval in self._due(tx, approvals.c.expires_at, limit):
            if self._rows.move(tx, approval, PENDING, "expired", decided_at=tx.now):
                turned = replace(approval, state="expired")
                release(tx, turned)
                note(tx, turned, "", "approval expired")
                expired.append(turned)
        return expired

    def remind_due(self, tx: Transaction, limit: int = 20) -> Sequence[Approval]:
        """Pending approvals of which those who may decide are to be reminded now, each once."""
        return [
            approval
            for approval in self._due(tx, approvals.c.remind_at, limit)
            if self._rows.move(tx, approval, PENDING, "pending", remind_at=None)
        ]

    def escalate_due(self, tx: Transaction, limit: int = 20) -> Sequence[Approval]:
        """Open pending approvals to their plan's fallback where it is time; returns those that this call opened."""
        opened = []
        for approval in self._due(tx, approvals.c.escalate_at, limit):
            if self._rows.move(tx, approval, PENDING, "pending", escalate_at=None, escalated_at=tx.now):
                escalated = replace(approval, escalated_at=tx.now)
                note(tx, escalated, "", "approval escalated")
                opened.append(escalated)
        return opened

    def _due(self, tx: Transaction, when: Column[datetime], limit: int) -> Sequence[Approval]:
        due = tx.connection.execute(
            select(approvals.c.team_id, approvals.c.id)
            .where(approvals.c.state == "pending", when <= tx.now)
            .order_by(when)
            .limit(limit)
            # Held, so that of two processes at the same moment one takes each; who decides just now goes first.
            .with_for_update(skip_locked=True)
        ).all()
        found = []
        for team_id, approval_id in due:
            try:
                approval = self._rows.load(tx, team_id, approval_id)
            except KeyProblemError as error:
                # Nobody can be shown it, yet it must not keep the others from their turn.
                logger.error("approval %s passes unseen: %s", approval_id, error)  # noqa: TRY400 — it says all
                self._pass_unseen(tx, team_id, approval_id, when)
                continue
            if approval is not None:
                found.append(approval)
        return found

    def _pass_unseen(self, tx: Transaction, team_id: str, approval_id: str, when: Column[datetime]) -> None:
        """Let the moment of one that can't be read pass: it ends only where its own time is up."""
        if when is not approvals.c.expires_at:
            move(tx, team_id, approval_id, PENDING, "pending", **{when.name: None})
        elif move(tx, team_id, approval_id, PENDING, "expired", decided_at=tx.now):
            audit.append(
                tx,
                team_id=team_id,
                actor_id="",
                event="approval expired",
                subject=f"approval:{approval_id}",
                facts={"error": "unreadable"},
            )
