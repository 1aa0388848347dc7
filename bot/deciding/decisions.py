"""Carrying out what somebody wants of an approval: whether they may is asked anew each time, and what they saw must be
what is recorded.
"""

import logging
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from bot.announcing import Announcer
from bot.approval import Approval
from bot.approvals import Approvals, Refusal, Refused
from bot.cards import Choice
from bot.domain import Person, Run
from bot.errors import KeyProblemError
from bot.people import People
from bot.policy import Stage
from bot.quorum import fits
from bot.runs import Runs
from bot.store import deliveries
from bot.store.engine import Store, Transaction
from bot.tokens import Tokens
from bot.workspaces import Workspaces, WorkspaceSettings

logger = logging.getLogger(__name__)

Do: TypeAlias = Literal["approve", "deny"] | Choice
MOST_REMARKS: Final = 50
PURPOSE: Final = "approval"
"""What the tokens of cards are signed for."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of an approval, as it was shown to them."""

    do: Do
    team_id: str
    user_id: str
    user_team_id: str
    """The workspace that they belong to."""
    approval_id: str
    digest: str
    key: str
    """What makes its delivery unique."""
    said: str = field(default="", repr=False)
    """The words that go with it."""


@dataclass(frozen=True, slots=True)
class Done:
    """It is on record; the approval as it stands with it, and the run that is to be carried out, if any."""

    approval: Approval
    run: Run | None = None


class Decisions:
    """Looks whether people may do what they want, and writes it down."""

    def __init__(
        self,
        *,
        store: Store,
        tokens: Tokens,
        people: People,
        workspaces: Workspaces,
        approvals: Approvals,
        runs: Runs,
        announcer: Announcer,
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._people = people
        self._workspaces = workspaces
        self._approvals = approvals
        self._runs = runs
        self._announcer = announcer

    def marked(self, token: str) -> tuple[str, str] | None:
        """The approval that a card's token names, and the digest of what it shows; None for no token of ours."""
        marked = self._tokens.read(PURPOSE, token)
        return (marked["approval"], marked["digest"]) if marked is not None else None

    async def look(self, wish: Wish) -> Approval | Refused | str:
        """The approval that somebody wants something of; why they may not have it where that is sure already.

        Changes nothing. Raises StoreError.
        """
        person = await self._people.one_of_us(wish.team_id, wish.user_id, wish.user_team_id, "take part in approvals")
        if isinstance(person, str):
            return person
        try:
            return await self._store.read(lambda tx: self._look(tx, wish, person))
        except KeyProblemError as error:
            return _unreadable(wish, error)

    async def carry_out(self, wish: Wish) -> Done | Refused | str | None:
        """Write down what somebody wants, once; None where it was delivered before. Raises StoreError.

        A run that it leads to is on record, and left to the caller.
        """
        person = await self._people.one_of_us(wish.team_id, wish.user_id, wish.user_team_id, "take part in approvals")
        if isinstance(person, str):
            return person
        try:
            done = await self._store.transaction(lambda tx: self._carry_out(tx, wish, person))
        except KeyProblemError as error:
            return _unreadable(wish, error)
        self._announcer.wake()
        return done

    async def see_through(self, done: Done) -> None:
        """Send what was released, and record what comes of it."""
        if done.run is not None:
            await self._runs.carry_out(done.run.team_id, done.run.id)

    def _look(self, tx: Transaction, wish: Wish, person: Person) -> Approval | Refused:
        approval = self._approvals.load(tx, wish.team_id, wish.approval_id)
        if approval is None:
            return Refused("unknown")
        settings = self._workspaces.read(tx, wish.team_id)
        return self._refusal(tx, wish, person, approval, settings) or approval

    def _carry_out(self, tx: Transaction, wish: Wish, person: Person) -> Done | Refused | None:
        # Held before the clock is read: whoever had to wait for it is judged by the time at which the wait was over.
        approval = self._approvals.load(tx, wish.team_id, wish.approval_id, hold=True)
        if not deliveries.first_time(tx, wish.team_id, wish.key):
            return None
        if approval is None:
            return Refused("unknown")
        settings = self._workspaces.read(tx, wish.team_id, hold=True)
        refused = self._refusal(tx, wish, person, approval, settings)
        if refused is not None:
            return refused
        if wish.do == "comment":
            said = self._approvals.remark(tx, approval, person.user_id, wish.said)
            self._announcer.remark(tx, said)
            return Done(said)
        after = self._end(tx, wish, person, approval, settings)
        if isinstance(after, Refused):
            return after
        run = self._runs.record_approved(tx, after) if after.released else None
        self._announcer.approval(tx, after, run)
        return Done(after, run)

    def _end(
        self, tx: Transaction, wish: Wish, person: Person, approval: Approval, settings: WorkspaceSettings
    ) -> Approval | Refused:
        """What brings an approval nearer to its end."""

        def may(stage: Stage, who: Person) -> bool:
            return fits(stage, who, settings, approval.account, approval.place)

        match wish.do:
            case "approve":
                return self._approvals.sign(tx, approval, person, digest=wish.digest, may=may)
            case "deny":
                return self._approvals.deny(tx, approval, person, digest=wish.digest, may=may, comment=wish.said)
            case "withdraw":
                return self._approvals.withdraw(tx, approval)
            case "alone":
                return self._approvals.override(tx, approval, reason=wish.said)
        raise ValueError(f"nothing is written down for {wish.do}")

    def _refusal(
        self, tx: Transaction, wish: Wish, person: Person, approval: Approval, settings: WorkspaceSettings
    ) -> Refused | None:
        """Why somebody may not do this now; None where they may."""
        if wish.do in ("approve", "deny"):
            return self._undecided(tx, wish, person, approval, settings)
        if (reason := _why_not(tx, wish, person, approval, settings)) is not None:
            return Refused(reason, approval)
        return None

    def _undecided(
        self, tx: Transaction, wish: Wish, person: Person, approval: Approval, settings: WorkspaceSettings
    ) -> Refused | None:
        def may(stage: Stage, who: Person) -> bool:
            return fits(stage, who, settings, approval.account, approval.place)

        verdict: Literal["approve", "deny"] = "deny" if wish.do == "deny" else "approve"
        refused = self._approvals.why_not(tx, approval, person, verdict, digest=wish.digest, may=may)
        if refused is not None and refused.reason == "role":
            return replace(refused, approvers=settings.holders("approver", approval.account))
        return refused


def _unreadable(wish: Wish, error: KeyProblemError) -> str:
    """What is told where nobody can be shown what they would decide on."""
    logger.error("approval %s can't be decided on: %s", wish.approval_id, error)
    return "What is on record of it was changed or can't be read. Tell whoever runs the bot."


def _why_not(
    tx: Transaction, wish: Wish, person: Person, approval: Approval, settings: WorkspaceSettings
) -> Refusal | None:
    """Why somebody may not do something that is no decision of another's."""
    if wish.digest != approval.digest:
        return "forged"
    if wish.do != "withdraw" and not settings.may(person, "viewer", approval.account, approval.place):
        return "viewer"
    if wish.do == "exact":
        return None
    if approval.state != "pending":
        return "decided"
    if wish.do != "comment" and person.user_id != approval.requester_id:
        return "theirs"
    if approval.expires_at <= tx.now:
        return "expired"
    if wish.do == "comment" and len(approval.remarks) >= MOST_REMARKS:
        return "talked out"
    roles = settings.policy.break_glass_roles
    if wish.do == "alone" and settings.role_of(person, approval.account, approval.place) not in roles:
        return "glass role" if roles else "glass off"
    return None
