"""A receipt: all that is on record of an approval or a run, in one value."""

from dataclasses import dataclass
from datetime import datetime

from bot.approval import Approval, Reported
from bot.domain import Account, FrozenCall, Place, Run
from bot.open_outcomes import OpenOutcome


@dataclass(frozen=True, slots=True)
class Attempt:
    """A run of a receipt, with what Stripe said to it."""

    run: Run
    request_id: str | None
    http_status: int | None
    error_code: str | None
    finished_at: datetime | None
    outcome: OpenOutcome | None
    """Where its outcome could not be found out by sending."""
    reported: Reported | None = None
    """Of a call of a list: what it came to."""


@dataclass(frozen=True, slots=True)
class Event:
    """A link of the audit trail's chain."""

    number: int
    at: datetime
    event: str
    actor_id: str
    subject: str
    digest: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """All that is on record of an approval, or of a run that needed none."""

    approval: Approval | None
    attempts: tuple[Attempt, ...]
    events: tuple[Event, ...]
    api_version: str | None
    """None where the digest isn't that of what this release would send: an earlier one wrote the calls down."""

    @property
    def id(self) -> str:
        return self.approval.id if self.approval is not None else self.attempts[0].run.id

    @property
    def calls(self) -> tuple[FrozenCall, ...]:
        """What is sent, in its order."""
        if self.approval is not None:
            return tuple(each.frozen for each in self.approval.items)
        return tuple(each.run.frozen for each in self.attempts)

    @property
    def account(self) -> Account:
        return self.approval.account if self.approval is not None else self.attempts[0].run.frozen.account

    @property
    def place(self) -> Place:
        return self.approval.place if self.approval is not None else self.attempts[0].run.place

    @property
    def concerned(self) -> frozenset[str]:
        """Who asked for it, and who decided."""
        if self.approval is None:
            return frozenset(each.run.actor_id for each in self.attempts)
        return frozenset((self.approval.requester_id, *(each.user_id for each in self.approval.decisions)))
