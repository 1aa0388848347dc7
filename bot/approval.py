"""An approval: a call, or a list of them, that waits for signatures, or did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal, TypeAlias

from bot.domain import RELEASED, Account, ApprovalState, Decision, FrozenCall, Place
from bot.policy import Plan, Stage
from operations.looks import Difference, Money, Snapshot, moves


@dataclass(frozen=True, slots=True)
class Item:
    """One call of an approval, with what was seen at Stripe when it was asked for."""

    frozen: FrozenCall
    snapshot: Snapshot | None = None
    """None where there was nothing to look at."""

    @property
    def moves(self) -> Money | None:
        """The money that it moves, as far as is known."""
        return self.snapshot.moves if self.snapshot is not None else moves(self.frozen.call)


@dataclass(frozen=True, slots=True)
class Bulk:
    """What a list of calls has of its own, that were asked for as one."""

    lines: tuple[int, ...]
    """The line of each call in the list that somebody gave, counted from 1."""
    currencies: tuple[str, ...] = ()
    """The currency that each line says, in lower case; empty where it says none."""
    go_on: bool = False
    """Whether the rest is carried out after one that did not succeed."""
    rest_of: str | None = None
    """The approval that was stopped and whose rest this is."""
    stopped_by: str | None = None
    """Who had it stopped before its end."""
    rest_in: str | None = None
    """The approval that asks for what this one did not send."""


Part: TypeAlias = Literal["waiting", "running", "finding out", "succeeded", "failed", "unknown", "stopped"]
"""Where a call of a list stands. ``finding out``: its outcome is unknown, and a retry may settle it; ``unknown``: only
a person can. ``stopped``: it was not sent, because of what came before it, or because somebody had the list stopped.
"""


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a call of a list."""

    part: Part
    request_id: str
    object_id: str
    """What Stripe made or changed."""
    why: str
    """Why it did not succeed, in a sentence."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at a call's target came to. ``passing``: something could not be read for a reason that may pass."""

    snapshot: Snapshot | None
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said about an approval, without deciding."""

    user_id: str
    said_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said became of a call whose outcome no answer of Stripe's told."""

    user_id: str
    happened: bool
    said_at: datetime


class _Decided:
    """What follows from a state and decisions."""

    __slots__ = ()
    state: ApprovalState
    decisions: tuple[Decision, ...]

    @property
    def signed(self) -> tuple[Decision, ...]:
        """The signatures that it has."""
        return tuple(each for each in self.decisions if each.verdict == "approve")

    @property
    def overridden(self) -> Decision | None:
        """That the glass was broken for it."""
        return next((each for each in self.decisions if each.verdict == "override"), None)

    @property
    def released(self) -> bool:
        """Whether it has all that it needs to be sent, or was."""
        return self.state in RELEASED


@dataclass(frozen=True, slots=True)
class Mandate(_Decided):
    """An approval as far as one of its calls is concerned: all that giving leave to send that one asks for."""

    call_id: str
    snapshot: Snapshot | None
    """What was seen when it was asked for; None where there was nothing to look at."""
    requester_id: str
    place: Place
    plan: Plan
    state: ApprovalState
    decisions: tuple[Decision, ...]
    """About exactly the calls that it is about now, without what was said with them."""
    escalated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Approval(_Decided):
    """A call that waits for somebody else's signature, or did; of a bulk, several on one account."""

    team_id: str
    id: str
    items: tuple[Item, ...]
    requester_id: str
    place: Place
    rule: str
    plan: Plan
    state: ApprovalState
    created_at: datetime
    expires_at: datetime
    decisions: tuple[Decision, ...] = ()
    escalated_at: datetime | None = None
    """Since when the plan's fallback may sign, too."""
    supersedes: str | None = None
    """The approval whose place it took."""
    superseded_by: str | None = None
    """The approval that took its place."""
    differences: tuple[Difference, ...] = ()
    """What had changed at Stripe when it was to be sent; of one that is stale."""
    why_not: str = ""
    """Why nothing was sent after all, in a sentence; of one that is stale."""
    remarks: tuple[Remark, ...] = ()
    """What people said about it, in order."""
    said: Said | None = None
    """Who said what became of it, where nothing else told."""
    bulk: Bulk | None = None
    """Of a list of calls."""
    parts: tuple[Part, ...] = ()
    """Of a list of calls that was approved: where each of them stands."""

    @property
    def frozen(self) -> FrozenCall:
        """The call; of a bulk, its first one."""
        return self.items[0].frozen

    @property
    def snapshot(self) -> Snapshot | None:
        """What was seen of what the call is about; of a bulk, of its first one."""
        return self.items[0].snapshot

    @property
    def account(self) -> Account:
        return self.frozen.account

    @property
    def digest(self) -> str:
        """What is signed: SHA-256, hex, over every call."""
        return digest_of([item.frozen.digest for item in self.items])

    @property
    def reason(self) -> str:
        """Why it is wanted, in the words of whoever asked; may be empty."""
        return self.frozen.because

    @property
    def open_stage(self) -> int | None:
        """The place of the stage that the next signature counts for; None where all are complete."""
        given = [each.stage for each in self.signed]
        return next((at for at, stage in enumerate(self.plan.stages) if given.count(at) < stage.count), None)

    @property
    def asks(self) -> tuple[Stage, ...]:
        """Whom it asks now: the open stage, and the fallback once it was escalated."""
        at = self.open_stage
        if self.state != "pending" or at is None:
            return ()
        fallback = self.plan.fallback if self.escalated_at is not None else None
        return (self.plan.stages[at], *((fallback,) if fallback else ()))


def totals(items: Sequence[Item]) -> tuple[Money, ...]:
    """What calls move in all, by currency, in the order in which the currencies come first."""
    sums: dict[str, int] = {}
    for item in items:
        if item.moves is not None:
            sums[item.moves.currency] = sums.get(item.moves.currency, 0) + item.moves.amount
    return tuple(Money(amount, currency) for currency, amount in sums.items())


def digest_of(digests: Sequence[str]) -> str:
    """The digest of a list of calls: a single one's own, so that a call and an approval of it show the same."""
    if len(digests) == 1:
        return digests[0]
    return sha256(b"countersign bulk 1" + b"".join(bytes.fromhex(each) for each in digests)).hexdigest()
