"""Whom an approval asks now, as far as somebody or something is named. Pure.

A stage that asks for a role asks those whom grants of just that role name; only where nobody has it as such, those with
the next wider one, so that admins aren't asked to sign each refund. Where everybody may sign, or whoever is in the
channel where it waits, nobody is named through a role: they read it there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from bot.approval import Approval
from bot.policy import Stage
from bot.roles import ROLES, Role
from bot.workspaces import WorkspaceSettings

MOST_ASKED: Final = 20
"""How many people an approval is brought to by direct message."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is named. Whether each may sign is another matter, and told by :func:`bot.quorum.fits`."""

    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def with_members(self, members: Callable[[str], Iterable[str]], *, without: Iterable[str]) -> tuple[str, ...]:
        """The people, and those in the groups, but for some."""
        everybody = (*self.people, *(each for group in self.groups for each in sorted(members(group))))
        left_out = frozenset(without)
        return tuple(each for each in dict.fromkeys(everybody) if each not in left_out)


def asked_by(approval: Approval, settings: WorkspaceSettings) -> Asked:
    """Whom the open stage names, and the fallback once it was escalated; nobody once it is decided."""
    return together(named_in(stage, approval, settings) for stage in approval.asks)


def together(several: Iterable[Asked]) -> Asked:
    """All of them, each once."""
    named = list(several)
    return Asked(
        people=tuple(dict.fromkeys(each for asked in named for each in asked.people)),
        groups=tuple(dict.fromkeys(each for asked in named for each in asked.groups)),
    )


def named_in(stage: Stage, approval: Approval, settings: WorkspaceSettings) -> Asked:
    """Whom one stage of it names, without whoever asked and those who have decided."""
    out = settled_with(approval)
    by_role = _by_role(stage.role, approval, settings, out) if stage.role is not None else Asked()
    people = tuple(each for each in stage.people if each not in out)
    return together((Asked(people, stage.groups), by_role))


def settled_with(approval: Approval) -> frozenset[str]:
    """Those who can't sign any more: whoever asked, and who has decided."""
    return frozenset((approval.requester_id, *(each.user_id for each in approval.decisions)))


def _by_role(wanted: Role, approval: Approval, settings: WorkspaceSettings, out: frozenset[str]) -> Asked:
    holders = settings.holders(wanted, approval.account)
    if holders.everyone or approval.place.channel_id in holders.channels:
        return Asked()
    for role in ROLES[ROLES.index(wanted) :]:
        having = [each for each in settings.grants if each.role == role and each.is_for(approval.account)]
        people = [each.subject_id for each in having if each.subject == "person" and each.sound]
        if role == "admin":
            people += settings.admins
        groups = [each.subject_id for each in having if each.subject == "group" and each.sound]
        asked = Asked(tuple(each for each in dict.fromkeys(people) if each not in out), tuple(dict.fromkeys(groups)))
        if asked.people or asked.groups:
            return asked
    return Asked()
