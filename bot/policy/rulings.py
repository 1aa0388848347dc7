"""What the policy is asked, and what it answers.

Facts go in, a ruling comes out, and nothing else counts: the same facts give the same ruling when a command is typed,
when it is approved and again right before it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Literal, TypeAlias

from bot.domain import Account
from bot.roles import Role
from operations.call import Call
from operations.looks import Money
from operations.risk import Risk

Verdict: TypeAlias = Literal["allow", "confirm", "approval", "deny"]
Per: TypeAlias = Literal["person", "account", "workspace"]
Of: TypeAlias = Literal["refund", "money", "destructive", "any"]
"""Which movements a window counts: those that give money back, that move money (refunds too), that end or delete
something, or all of them."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a limit looks back over. Movements are what was recorded to be sent, and what waits to be."""

    per: Per
    of: Of
    hours: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What went through a window before, without the call in question."""

    count: int = 0
    amounts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Minor units by lower-case currency."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a ruling depends on."""

    call: Call
    risk: Risk
    account: Account
    requester_role: Role | None
    channel_id: str
    moves: Money | None = None
    """The money that it moves; of a refund without an amount, all that is left. None where it moves none, or where
    that isn't known."""
    looked: bool = False
    """Whether Stripe was asked what the call is about: what is unknown then stays so, and counts as too much."""
    spent: Mapping[Window, Spent] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Stage:
    """Signatures that are asked for together. Whoever fits any of ``role``, ``groups`` and ``people`` may give one."""

    count: int = 1
    role: Role | None = "approver"
    groups: tuple[str, ...] = ()
    """User groups, by Slack's id (``S…``)."""
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How a call comes to its signatures. Times that are None are the workspace's defaults."""

    stages: tuple[Stage, ...] = (Stage(),)
    """One after the other; each asks for signatures of people who have given none yet."""
    reason: bool = False
    """Whether whoever asks must say why."""
    expires: timedelta | None = None
    remind: timedelta | None = None
    """How long after it was asked for those who may decide are reminded."""
    escalate: timedelta | None = None
    """How long after it was asked for ``fallback`` may sign, too, and is told so."""
    fallback: Stage | None = None

    @property
    def needed(self) -> int:
        """How many signatures it takes in all."""
        return sum(stage.count for stage in self.stages)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the policy says of a call, and the rule that said it."""

    verdict: Verdict
    rule: str
    why: str
    """A clause that completes "… because", for cards and refusals."""
    plan: Plan | None = None
    """Where the verdict is ``approval``."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """A rule asks for the amount, and only Stripe knows it: look first, then ask again with ``looked``."""

    rule: str
