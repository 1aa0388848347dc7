"""Approvals: calls that wait for other people's signatures.

States: ``pending`` → ``approved`` → ``executing`` → ``succeeded`` | ``failed`` | ``unknown`` (and back to ``executing``
while a retry can settle it); ``pending`` → ``denied`` | ``expired`` | ``withdrawn`` | ``superseded``; ``approved`` →
``stale`` where something had changed before anything was sent; ``unknown`` → ``succeeded`` | ``failed`` where a person
says so (:mod:`bot.finding_out`). Each step is one compare-and-set by the database's
clock, in one transaction with the decision, the audit line and what is to be said about it; so of two people who click
at once one decides and the other is told who did.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from sqlalchemy import func, or_, select

from bot import audit
from bot.approval import Approval, Bulk, Item, Mandate, Remark, Said
from bot.approval_rows import ApprovalRows, move
from bot.approval_trail import note, release
from bot.domain import ApprovalState, Decision, Person, Place
from bot.errors import KeyProblemError
from bot.policy import Plan, Stage
from bot.roles import Holders
from bot.store.engine import Transaction
from bot.store.tables import approvals
from operations.looks import Difference

logger = logging.getLogger(__name__)

Ended: TypeAlias = Literal["succeeded", "failed", "unknown"]
Refusal: TypeAlias = Literal[
    "unknown",
    "forged",
    "own",
    "theirs",
    "expired",
    "decided",
    "role",
    "signed",
    "viewer",
    "talked out",
    "glass off",
    "glass role",
]
PENDING: Final[tuple[ApprovalState, ...]] = ("pending",)
UNKNOWN: Final[tuple[ApprovalState, ...]] = ("unknown",)
UNSENT: Final[tuple[ApprovalState, ...]] = ("denied", "expired", "withdrawn", "superseded", "stale")
"""The ends at which nothing was sent."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A click that decided nothing, and why; ``approval`` is as it stands, where there is one of that id."""

    reason: Refusal
    approval: Approval | None = None
    approvers: Holders | None = None
    """Who may decide, where the person's role is what is wrong."""


class Approvals:
    """The approvals of all workspaces; every call names one."""

    def __init__(
        self,
        *,
        rows: ApprovalRows,
        ids: Callable[[], str],
        lifetime: timedelta,
        glass_broken: Callable[[Transaction, Approval], None],
    ) -> None:
        """``glass_broken`` sees to it, in the transaction that breaks the glass, that it is told and reviewed."""
        self._rows = rows
        self._glass_broken = glass_broken
        self._ids = ids
        self.lifetime = lifetime

    def request(
        self,
        tx: Transaction,
        *,
        items: Sequence[Item],
        requester_id: str,
        place: Place,
        rule: str,
        plan: Plan,
        supersedes: str | None = None,
        bulk: Bulk | None = None,
    ) -> Approval:
        """Record that calls on one account wait for the signatures of a plan; ``supersedes``: in which one's place."""
        approval = Approval(
            team_id=items[0].frozen.account.team_id,
            id=self._ids(),
            items=tuple(items),
            requester_id=requester_id,
            place=place,
            rule=rule,
            plan=plan,
            state="pending",
            created_at=tx.now,
            expires_at=tx.now + (plan.expires or self.lifetime),
            supersedes=supersedes,
            bulk=bulk,
        )
        self._rows.add(
            tx,
            approval,
            remind_at=tx.now + plan.remind if plan.remind else None,
            escalate_at=tx.now + plan.escalate if plan.escalate and plan.fallback else None,
        )
        note(tx, approval, requester_id, "approval requested", {"needed": plan.needed, "calls": len(items)})
        return approval

    def load(self, tx: Transaction, team_id: str, approval_id: str, *, hold: bool = False) -> Approval | None:
        """The approval of a workspace with its decisions, or None. ``hold``: nobody else changes it meanwhile."""
        return self._rows.load(tx, team_id, approval_id, hold=hold)

    def mandate(self, tx: Transaction, team_id: str, approval_id: str, position: int) -> Mandate | None:
        """What was signed of one call of an approval; the others are not opened. Raises UnreadableCallError."""
        return self._rows.mandate(tx, team_id, approval_id, position)

    def bulk(self, tx: Transaction, team_id: str, approval_id: str) -> Bulk | None:
        """What an approval has of its own as a list of calls; None for one that is none. Raises UnreadableCallError."""
        return self._rows.bulk(tx, team_id, approval_id)

    def sign(
        self,
        tx: Transaction,
        approval: Approval,
        person: Person,
        *,
        digest: str,
        may: Callable[[Stage, Person], bool],
        comment: str = "",
    ) -> Approval | Refused:
        """One person's yes. The approval as it stands with it, or why it counts for nothing.

        ``approval`` was loaded with ``hold``; ``digest`` is what the clicked card showed. Who the person is was asked
        of Slack freshly; ``may`` says whether they fit a stage now.
        """
        refused = self.why_not(tx, approval, person, "approve", digest=digest, may=may)
        if refused is not None:
            return refused
        decision = Decision(person.user_id, "approve", tx.now, approval.open_stage or 0, comment)
        return self._decided(tx, approval, decision)

    def deny(
        self,
        tx: Transaction,
        approval: Approval,
        person: Person,
        *,
        digest: str,
        may: Callable[[Stage, Person], bool],
        comment: str,
    ) -> Approval | Refused:
        """One person's no, which ends it. Whoever may sign now or at a later stage may deny; see :meth:`sign`."""
        refused = self.why_not(tx, approval, person, "deny", digest=digest, may=may)
        if refused is not None:
            return refused
        return self._decided(tx, approval, Decision(person.user_id, "deny", tx.now, approval.open_stage or 0, comment))

    def why_not(
        self,
        tx: Transaction,
        approval: Approval,
        person: Person,
        verdict: Literal["approve", "deny"],
        *,
        digest: str,
        may: Callable[[Stage, Person], bool],
    ) -> Refused | None:
        """Why somebody's yes or no would count for nothing now; None where it would count."""
        if digest != approval.digest:
            return Refused("forged", approval)
        if approval.state != "pending":
            return Refused("decided", approval)
        if person.user_id == approval.requester_id:
            return Refused("own", approval)
        if approval.expires_at <= tx.now:
            return Refused("expired", approval)
        if any(person.user_id == each.user_id for each in approval.decisions):
            return Refused("signed", approval)
        later = approval.plan.stages[approval.open_stage or 0 :] if verdict == "deny" else ()
        if not any(may(stage, person) for stage in (*approval.asks, *later)):
            return Refused("role", approval)
        return None

    def override(self, tx: Transaction, approval: Approval, *, reason: str) -> Approval | Refused:
        """Release it without the signatures that it lacks, by whoever asked. That they may is for the caller to say."""
        if approval.state != "pending":
            return Refused("decided", approval)
        if approval.expires_at <= tx.now:
            return Refused("expired", approval)
        broken = self._decided(tx, approval, Decision(approval.requester_id, "override", tx.now, 0, reason))
        if isinstance(broken, Approval):
            self._glass_broken(tx, broken)
        return broken

    def withdraw(self, tx: Transaction, approval: Approval) -> Approval | Refused:
        """Take back what is pending, for whoever asked for it."""
        if not self._rows.move(tx, approval, PENDING, "withdrawn", decided_at=tx.now):
            return Refused("decided", self.load(tx, approval.team_id, approval.id))
        return self._taken_back(tx, replace(approval, state="withdrawn"))

    def supersede(self, tx: Transaction, approval: Approval, by: Approval) -> Approval:
        """End a pending one, which was loaded with ``hold``, in favour of what its requester asks for in its place."""
        self._rows.move(tx, approval, PENDING, "superseded", decided_at=tx.now, superseded_by=by.id)
        return self._taken_back(tx, replace(approval, state="superseded", superseded_by=by.id))

    def remark(self, tx: Transaction, approval: Approval, user_id: str, text: str) -> Approval:
        """Add what somebody says about it, without deciding; ``approval`` was loaded with ``hold``."""
        said = replace(approval, remarks=(*approval.remarks, Remark(user_id, tx.now, text)))
        self._rows.keep(tx, said)
        note(tx, said, user_id, "approval commented")
        return said

    def begin(self, tx: Transaction, team_id: str, approval_id: str) -> bool:
        """Something of it may be sent from now on; False where it doesn't stand approved."""
        return move(tx, team_id, approval_id, ("approved", "executing", "unknown"), "executing")

    def settle(self, tx: Transaction, team_id: str, approval_id: str, to: Ended) -> None:
        """What was sent of it, or may have been, has come to this."""
        move(tx, team_id, approval_id, ("approved", "executing", "unknown"), to)

    def lose(self, tx: Transaction, team_id: str, approval_id: str, *, sent: bool) -> None:
        """What is on record of it can't be read, so nothing more is sent of it; ``sent``: something may have been."""
        move(tx, team_id, approval_id, ("approved", "executing", "unknown"), "unknown" if sent else "stale")

    def find_out(self, tx: Transaction, approval: Approval, said: Said, *, failed: bool) -> Approval:
        """A person said what became of the last of its calls whose outcome nobody knew; ``approval`` is held.

        ``failed``: one of them has failed. Where it stands otherwise than unknown, it stays as it is.
        """
        to: ApprovalState = "failed" if failed else "succeeded"
        if not self._rows.move(tx, approval, UNKNOWN, to):
            return approval
        found = replace(approval, state=to, said=said)
        self._rows.keep(tx, found)
        note(tx, found, said.user_id, f"approval {to}", {"said": "it happened" if said.happened else "it did not"})
        return found

    def find_out_unread(self, tx: Transaction, team_id: str, approval_id: str, said: Said, *, failed: bool) -> None:
        """The same, of one that can't be read and so is kept as it is; its row is held."""
        to: ApprovalState = "failed" if failed else "succeeded"
        if move(tx, team_id, approval_id, UNKNOWN, to):
            audit.append(
                tx,
                team_id=team_id,
                actor_id=said.user_id,
                event=f"approval {to}",
                subject=f"approval:{approval_id}",
                facts={"error": "unreadable"},
            )

    def keep_list(self, tx: Transaction, approval: Approval, bulk: Bulk, *, user_id: str, event: str) -> Approval:
        """Note something about a list of calls; ``approval`` was loaded with ``hold``."""
        kept = replace(approval, bulk=bulk)
        self._rows.keep(tx, kept)
        note(tx, kept, user_id, event)
        return kept

    def outdate(
        self, tx: Transaction, approval: Approval, *, why_not: str, differences: Sequence[Difference] = ()
    ) -> Approval:
        """Stop an approved one for which nothing has been sent: what was signed is not how things stand any more."""
        stale = replace(approval, state="stale", why_not=why_not, differences=tuple(differences))
        if self._rows.move(tx, approval, ("approved", "executing"), "stale"):
            self._rows.keep(tx, stale)
            release(tx, stale)
            note(tx, stale, "", "approval stale", {"why": why_not})
        return stale

    def pending(self, tx: Transaction, team_id: str, *, without: str | None, limit: int) -> Sequence[Approval]:
        """What others than ``without`` have asked for and nobody has decided: those that expire first.

        Whether the person may decide on each is for the caller to check.
        """
        ids = (
            select(approvals.c.id)
            .where(
                approvals.c.team_id == team_id,
                approvals.c.state == "pending",
                approvals.c.expires_at > tx.now,
                *(() if without is None else (approvals.c.requester_id != without,)),
            )
            .order_by(approvals.c.expires_at, approvals.c.id)
            .limit(limit)
        )
        return self._readable(tx, team_id, tx.connection.execute(ids).scalars().all())

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

    def find(self, tx: Transaction, team_id: str, beginning: str, limit: int = 2) -> Sequence[str]:
        """The ids of a workspace's approvals that begin so, at most ``limit``."""
        found = select(approvals.c.id).where(
            approvals.c.team_id == team_id, func.substr(approvals.c.id, 1, len(beginning)) == beginning
        )
        return tx.connection.execute(found.limit(limit)).scalars().all()

    def _decided(self, tx: Transaction, approval: Approval, decision: Decision) -> Approval | Refused:
        after = replace(approval, decisions=(*approval.decisions, decision))
        complete = decision.verdict == "override" or after.open_stage is None
        state: ApprovalState = "denied" if decision.verdict == "deny" else "approved" if complete else "pending"
        values = {} if state == "pending" else {"decided_at": tx.now}
        if not self._rows.move(tx, approval, PENDING, state, **values):
            return Refused("decided", self.load(tx, approval.team_id, approval.id))
        after = replace(after, state=state)
        self._rows.sign(tx, after, decision)
        self._rows.keep(tx, after)
        event = {"deny": "approval denied", "override": "glass broken"}.get(decision.verdict, "approval signed")
        note(tx, after, decision.user_id, event, {"stage": decision.stage})
        if state == "approved":
            note(tx, after, "", "approval approved")
        elif state == "denied":
            release(tx, after)
        return after

    def _taken_back(self, tx: Transaction, ended: Approval) -> Approval:
        release(tx, ended)
        by = {"by": ended.superseded_by} if ended.superseded_by else None
        note(tx, ended, ended.requester_id, f"approval {ended.state}", by)
        return ended

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
