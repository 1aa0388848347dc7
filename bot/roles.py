"""Roles: what somebody may do, from looking to running the place; and the grants that give them.

Each role holds those before it: an approver may run what an operator may, and look at what a viewer may. A grant gives
a role to a person, a user group, everybody in what they do in one channel, or every full member; on every account, or
on one, or on those in one mode. Admins are granted one by one and for the whole workspace: whoever edits a user group
at Slack must not be able to hand out roles here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

from bot.domain import Account, Person, Place

Role: TypeAlias = Literal["viewer", "operator", "approver", "admin"]
"""A viewer reads; an operator also changes things and asks for approvals; an approver also decides on them; an admin
also sets the workspace up."""
ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""From the narrowest to the widest."""

Subject: TypeAlias = Literal["person", "group", "channel", "everyone"]
"""What has a role. ``everyone`` is every full member of the workspace; a channel is whoever acts in it."""
SUBJECTS: Final[tuple[Subject, ...]] = get_args(Subject)
Mode: TypeAlias = Literal["live", "test"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)


def holds(role: Role | None, wanted: Role) -> bool:
    """Whether a role, or none, is as wide as the wanted one."""
    return role is not None and ROLES.index(role) >= ROLES.index(wanted)


def widest(roles: Iterable[Role]) -> Role | None:
    """The widest of some roles; None of none."""
    return max(roles, key=ROLES.index, default=None)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that a workspace has given. Two grants are equal where they give the same."""

    role: Role
    subject: Subject
    subject_id: str = ""
    """Slack's id of the person, group or channel; empty for everyone."""
    account_id: str | None = None
    """The account that it is for; None for every one."""
    mode: Mode | None = None
    """The mode that it is for; None for both."""
    granted_by: str = field(default="", compare=False)
    """Who gave it; empty for the bot itself, which keeps what held before there were grants."""
    granted_at: datetime | None = field(default=None, compare=False)
    """When, by the database's clock; None before it is on record."""

    @property
    def anywhere(self) -> bool:
        """Whether it is for every account in both modes."""
        return self.account_id is None and self.mode is None

    def is_for(self, account: Account | None) -> bool:
        """Whether it counts on an account; for None, on any."""
        if account is None:
            return True
        mode: Mode = "live" if account.livemode else "test"
        return self.account_id in (None, account.id) and self.mode in (None, mode)

    def gives(self, person: Person, account: Account | None, place: Place | None) -> bool:
        """Whether a full member of the workspace has its role from it, on an account, in what they do at a place."""
        if not self.sound or not self.is_for(account):
            return False
        match self.subject:
            case "person":
                return self.subject_id == person.user_id
            case "group":
                return self.subject_id in person.groups
            case "channel":
                return place is not None and place.channel_id == self.subject_id
            case "everyone":
                return True

    def covers(self, other: "Grant") -> bool:
        """Whether it gives at least the other's role, on everything that the other names."""
        return (
            holds(self.role, other.role)
            and self.account_id in (None, other.account_id)
            and self.mode in (None, other.mode)
        )

    @property
    def sound(self) -> bool:
        """Whether such a grant counts at all: admins are people, of the whole workspace."""
        return self.role != "admin" or (self.subject == "person" and self.anywhere)


@dataclass(frozen=True, slots=True)
class Holders:
    """Who has at least some role, as far as grants name them."""

    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    """Whoever acts in these."""
    everyone: bool = False
    """Every full member."""

    def without(self, user_id: str) -> "Holders":
        """The same, without naming that person."""
        return Holders(
            tuple(each for each in self.people if each != user_id), self.groups, self.channels, self.everyone
        )
