"""The values that go from room to room: accounts, frozen calls, approvals, decisions, runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from operations.call import Call
from operations.grammar import Command, Stated
from operations.money import DEFAULT_LOCALE
from operations.risk import Risk
from operations.shaping import AS_IT_IS, Shaping

Verdict: TypeAlias = Literal["approve", "deny", "override"]
"""What somebody decided. ``override``: whoever asked broke the glass, and nobody else signed."""
ApprovalState: TypeAlias = Literal[
    "pending",
    "approved",
    "executing",
    "succeeded",
    "failed",
    "unknown",
    "denied",
    "expired",
    "withdrawn",
    "superseded",
    "stale",
]
RELEASED: Final[tuple[ApprovalState, ...]] = ("approved", "executing", "succeeded", "failed", "unknown")
"""The states of an approval that has all its signatures, and was not found outdated before anything was sent."""
RunState: TypeAlias = Literal["recorded", "executing", "succeeded", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Account:
    """A connected Stripe account of a workspace, in one mode. It never holds the key, only what may be shown of it."""

    team_id: str
    id: str
    version: int
    """Grows by one each time the key is replaced."""
    alias: str
    livemode: bool
    stripe_account_id: str
    name: str
    key_kind: Literal["sk", "rk"]
    tail4: str
    linked: tuple[str, ...] = ()
    """Connected accounts (``acct_…``) that calls on this account may name."""
    fingerprint: str = ""
    """Keyed; tells this key from any other without revealing it."""


DIRECT_MESSAGE = "D"
"""How Slack's ids of direct-message channels begin."""
PEOPLE = ("U", "W")
"""How Slack's ids of people begin; one in a channel's place means the direct messages with them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was asked for, and so where it is answered."""

    channel_id: str
    thread_ts: str | None = None
    """The thread, if it was asked for in one."""
    begun: bool = True
    """Whether the thread has replies: in no other does Slack show what is for one person alone."""
    closed: bool = False
    """Whether Slack said that it is a private channel; of many places it says nothing."""

    @property
    def alone(self) -> "Place":
        """Where one person sees what is for them alone: in the thread, or in the channel where it is none yet."""
        return self if self.begun else Place(self.channel_id, closed=self.closed)

    @property
    def private(self) -> bool:
        """Whether nobody else reads along: direct messages, or App Home."""
        return self.channel_id.startswith((DIRECT_MESSAGE, *PEOPLE))


@dataclass(frozen=True, slots=True)
class Person:
    """A person of a workspace, as Slack says."""

    team_id: str
    user_id: str
    barred: str | None
    """A clause that says why they may not act; None for a full member."""
    zone: ZoneInfo
    """The time zone that they set in Slack."""
    locale: str = DEFAULT_LOCALE
    """How numbers and amounts are written in the language that they set in Slack."""
    groups: frozenset[str] = frozenset()
    """The user groups (``S…``) that they are in, of those that this workspace grants something to."""
    leads: bool = False
    """Whether Slack says that they own or administer the workspace."""


@dataclass(frozen=True, slots=True)
class FrozenCall:
    """A call as it was recorded: what is signed, and what is sent."""

    id: str
    call: Call
    account: Account
    """The account as it was when the call was frozen."""
    risk: Risk
    digest: str
    """SHA-256, hex, over the request's bytes, the account, its mode and its key's version."""
    shaping: Shaping = AS_IT_IS
    """How the answer is to be shown."""
    stated: tuple[Stated, ...] = ()
    """Amounts with the currency that they were stated in, which was found to be so."""
    then: str = ""
    """The command that this call was made for, to be gone on with when the answer is there; else empty."""
    supersedes: str | None = None
    """The approval whose place that command is to take."""
    because: str = ""
    """Why it is wanted, in the words of whoever asked."""

    @property
    def command(self) -> Command:
        """The command that it was, on the account that it was asked for on."""
        account = self.account
        return Command(
            self.call,
            account=None if account.alias == "default" else account.alias,
            live=account.livemode,
            shaping=self.shaping,
            stated=self.stated,
            because=self.because,
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's yes or no."""

    user_id: str
    verdict: Verdict
    decided_at: datetime
    stage: int = 0
    """The place in the plan's stages that it was given for."""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt to carry out a call."""

    team_id: str
    id: str
    frozen: FrozenCall
    actor_id: str
    place: Place
    rule: str
    idempotency_key: str
    state: RunState
    attempts: int
    fence: int
    created_at: datetime
    approval_id: str | None = None
    position: int = 0
    """Among the calls of its approval."""
    first_sent_at: datetime | None = None

    @property
    def alone(self) -> bool:
        """Whether its answer is for whoever asked alone, where others read along."""
        return self.frozen.shaping.private and self.approval_id is None and not self.place.private


@dataclass(frozen=True, slots=True)
class SavedCommand:
    """A text that somebody saved under a name, to be run as if it was typed."""

    team_id: str
    id: str
    owner_id: str
    """Whose it is; empty for the whole workspace's."""
    name: str
    text: str | None
    """With its blanks. None where it can't be read: it was changed in the database, or its master key is gone."""
    version: int
    """Grows with each edit."""
    created_by: str

    @property
    def shared(self) -> bool:
        """Whether it is the whole workspace's."""
        return not self.owner_id

    @property
    def words(self) -> str:
        """What names this one and no other behind ``run``, ``edit`` and ``unsave``."""
        return f"--workspace {self.name}" if self.shared else self.name

    def may_change(self, user_id: str, *, admin: bool) -> bool:
        """Whether somebody may edit or remove it: its owner, who made it for everybody, or an admin."""
        if not self.shared:
            return user_id == self.owner_id
        return user_id == self.created_by or admin
