"""Granting, revoking and declining, as an admin wants it: looked into first, and done in one transaction.

Whoever does it is asked about again in the transaction that does it, and the last admin stays one.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain import Account
from bot.granting.requests import RoleRequests
from bot.granting.words import Typed
from bot.people import People
from bot.roles import Grant
from bot.store import accounts
from bot.store.engine import Store, Transaction
from bot.user_groups import UserGroups
from bot.workspaces import Workspaces, WorkspaceSettings

TRIES: Final = 5
RACED: Final = "Roles are being changed by others right now, so this changed nothing. Try again."
NO_ADMIN: Final = "Only an admin of this bot grants roles, and you are none (any more). Nothing was changed."


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change came to: the grants that it gave or took, and the accounts that they may be for."""

    grants: tuple[Grant, ...]
    accounts: Sequence[Account]


class RoleChanges:
    """Changes the grants of all workspaces; every call names one."""

    def __init__(
        self, *, store: Store, workspaces: Workspaces, people: People, groups: UserGroups, requests: RoleRequests
    ) -> None:
        self._store = store
        self._workspaces = workspaces
        self._people = people
        self._groups = groups
        self._requests = requests

    async def grant(self, team_id: str, user_id: str, wanted: Sequence[Grant]) -> Changed | str:
        """Grant what somebody who is an admin wants to; what was new of it, or why nothing was granted."""
        found = await asyncio.gather(*(self.unfit(team_id, each) for each in wanted))
        if wrong := " ".join(dict.fromkeys(each for each in found if each is not None)):
            return wrong
        return await self._change(team_id, user_id, lambda settings: settings.regranted(give=wanted))

    async def unfit(self, team_id: str, grant: Grant) -> str | None:
        """Why a grant can't be given, in a sentence; None where it can."""
        if not grant.sound:
            return "Admins are named one by one, and for every account: a group or a channel changes hands too easily."
        if grant.subject == "person":
            return await self._people.why_no_role(team_id, grant.subject_id)
        if grant.subject != "group":
            return None
        groups = await self._groups.all(team_id, fresh=True)
        if groups is None:
            return (
                "Slack doesn't tell me of user groups, so nobody could have a role from one. The app needs the scope "
                "usergroups:read; whoever runs the bot can add it."
            )
        known = any(each.id == grant.subject_id for each in groups)
        return None if known else f"There is no user group {grant.subject_id} in this workspace."

    async def revoke(self, team_id: str, user_id: str, typed: Typed) -> Changed | str:
        """Take away what was typed, or every role of whom it names where it says none; what it was, or why not."""

        def change(settings: WorkspaceSettings) -> WorkspaceSettings | str:
            theirs = [each for each in settings.grants if _of(typed, each)]
            gone = [each for each in theirs if typed.role is None or each in typed.grants()]
            if gone:
                left = settings.regranted(take=gone)
                return left if left.admins else "Somebody has to stay an admin. Make somebody else one first."
            if typed.subject_id in settings.fixed_admins:
                return f"{typed.subject_id} is an admin by the settings of whoever runs the bot, and stays one."
            if not theirs:
                return f"{typed.subject_id or 'Everyone'} has no such role. Nothing was changed."
            there = "; ".join(each.role + (" on one account or mode" if not each.anywhere else "") for each in theirs)
            return f"{typed.subject_id or 'Everyone'} has no such role, but: {there}. /stripe roles lists them."

        return await self._change(team_id, user_id, change)

    async def _change(
        self, team_id: str, user_id: str, change: Callable[[WorkspaceSettings], WorkspaceSettings | str]
    ) -> Changed | str:
        """Change the grants as they stand; which were given or taken, or why none."""

        def work(tx: Transaction) -> Changed | str:
            connected = accounts.active(tx, team_id)
            for _ in range(TRIES):
                before = self._workspaces.read(tx, team_id)
                if not before.is_admin(user_id):
                    return NO_ADMIN
                wanted = change(before)
                if isinstance(wanted, str):
                    return wanted
                given = tuple(each for each in wanted.grants if each not in before.grants)
                taken = tuple(each for each in before.grants if each not in wanted.grants)
                if not given and not taken:
                    return Changed((), connected)
                if self._workspaces.change(tx, before, wanted, user_id=user_id) is not None:
                    self._tell(tx, team_id, user_id, given, connected)
                    return Changed((*given, *taken), connected)
            return RACED

        done = await self._store.transaction(work)
        self._requests.wake()
        return done

    def _tell(
        self, tx: Transaction, team_id: str, user_id: str, given: Sequence[Grant], connected: Sequence[Account]
    ) -> None:
        for each in given:
            if each.subject == "person":
                self._requests.answered(tx, team_id, each, connected, by=user_id, granted=True)
                if each.subject_id != user_id:
                    self._requests.tell(tx, team_id, each, connected, by=user_id, granted=True)

    async def decline(self, team_id: str, user_id: str, wanted: Sequence[Grant]) -> str:
        """Say no to who asks for this; what came of it, in a sentence."""

        def work(tx: Transaction) -> str:
            if not self._workspaces.read(tx, team_id).is_admin(user_id):
                return NO_ADMIN
            connected = accounts.active(tx, team_id)
            declined = [
                each
                for each in wanted
                if self._requests.answered(tx, team_id, each, connected, by=user_id, granted=False)
            ]
            for each in declined:
                self._requests.tell(tx, team_id, each, connected, by=user_id, granted=False)
            return "Declined, and they are told so." if declined else "Nobody asks for that any more."

        said = await self._store.transaction(work)
        self._requests.wake()
        return said


def _of(subject: Typed, grant: Grant) -> bool:
    """Whether a grant is to whom the text names, in the role that it names, if any."""
    if (grant.subject, grant.subject_id) != (subject.subject, subject.subject_id):
        return False
    return subject.role in (None, grant.role)
