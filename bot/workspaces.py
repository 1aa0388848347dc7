"""What a workspace has settled: who has which role, its policy, and where approvals go.

Roles are granted (:mod:`bot.roles`), and who has no grant has no role. Beside the admins who are granted there are
those whom the operator names in the environment, who can't be locked out. What somebody is at Slack (a guest, a bot,
deactivated) is asked of :mod:`bot.people`; here stands only what the workspace itself has said.

Settings are read in the transaction that acts on them, each time anew, so what an admin changes holds from then on. A
change, of grants as of anything else, is a compare-and-set on the version, with its lines on the audit trail.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from bot import audit, grants, placing
from bot.domain import Account, Person, Place
from bot.placing import AS_EVER, Answers
from bot.policy import DEFAULT_POLICY, Policy, shelf
from bot.roles import Grant, Holders, Role, Subject, holds, widest
from bot.store.engine import Store, Transaction
from bot.store.tables import workspace_settings
from operations.risk import Risk

Step: TypeAlias = Literal["connect", "approvers", "roles", "policy", "channel"]
"""A step of the set-up."""
STEPS: Final[tuple[Step, ...]] = get_args(Step)


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """The settings of a workspace at one moment; made without more than a team, what holds where nobody set any."""

    team_id: str
    version: int = 0
    """Grows with each change; 0 where there was none."""
    fixed_admins: tuple[str, ...] = ()
    """The admins whom the operator names in the environment."""
    grants: tuple[Grant, ...] = ()
    """In the order in which they were given."""
    policy: Policy = DEFAULT_POLICY
    policy_version: int = shelf.FIRST
    """The policy is changed by :mod:`bot.policy.shelf` alone."""
    approvals_channel_id: str | None = None
    """Where approvals go that are asked for where nobody else reads along."""
    answers: Answers = AS_EVER
    """Where answers go."""
    confirmed: frozenset[Step] = frozenset()
    """The steps of the set-up that an admin has saved, if only to leave all as it is."""

    @property
    def admins(self) -> tuple[str, ...]:
        """Everybody who is an admin."""
        return tuple(dict.fromkeys((*self.fixed_admins, *self.granted("admin", "person"))))

    @property
    def groups(self) -> frozenset[str]:
        """The user groups that something here depends on."""
        granted = (each.subject_id for each in self.grants if each.subject == "group")
        return frozenset((*granted, *self.policy.groups))

    def is_admin(self, user_id: str) -> bool:
        """Whether somebody is an admin of the bot in this workspace. There is no other way to tell."""
        return user_id in self.admins

    def granted(self, role: Role, subject: Subject) -> tuple[str, ...]:
        """Slack's ids of what has exactly this role on every account; an empty one where everyone has it."""
        return tuple(
            each.subject_id for each in self.grants if (each.role, each.subject) == (role, subject) and each.anywhere
        )

    def role_of(self, person: Person, account: Account | None, place: Place | None) -> Role | None:
        """The widest role that a full member has on an account, in what they do at a place; else None.

        On any account for None; at no place (in App Home, say) for None. Nobody of another workspace has one, and no
        role counts on another workspace's account.
        """
        if person.barred is not None or person.team_id != self.team_id:
            return None
        if account is not None and account.team_id != self.team_id:
            return None
        if self.is_admin(person.user_id):
            return "admin"
        return widest(each.role for each in self.grants_of(person, account, place))

    def grants_of(self, person: Person, account: Account | None, place: Place | None) -> tuple[Grant, ...]:
        """The grants that give somebody of this workspace a role on an account, in what they do at a place."""
        return tuple(each for each in self.grants if each.gives(person, account, place))

    def may(self, person: Person, role: Role, account: Account | None, place: Place | None) -> bool:
        """Whether somebody's role is at least as wide as this one; see :meth:`role_of`."""
        return holds(self.role_of(person, account, place), role)

    def someone(self, user_id: str) -> Person:
        """A full member of whom nothing else is known: whoever has a role through a user group has none as such."""
        return Person(team_id=self.team_id, user_id=user_id, barred=None, zone=ZoneInfo("UTC"))

    def holders(self, role: Role, account: Account | None) -> Holders:
        """Who has at least a role on an account, or on any for None; admins among the people."""
        counted = [each for each in self.grants if holds(each.role, role) and each.is_for(account) and each.sound]

        def of(subject: Subject) -> tuple[str, ...]:
            return tuple(dict.fromkeys(each.subject_id for each in counted if each.subject == subject))

        return Holders(
            people=tuple(dict.fromkeys((*of("person"), *self.admins))),
            groups=of("group"),
            channels=of("channel"),
            everyone=bool(of("everyone")),
        )

    def regranted(self, *, give: Iterable[Grant] = (), take: Iterable[Grant] = ()) -> "WorkspaceSettings":
        """The settings with some grants given and others taken away; one that stands already isn't doubled."""
        taken = set(take)
        kept = [each for each in self.grants if each not in taken]
        return replace(self, grants=tuple(dict.fromkeys((*kept, *give))))

    def answering(self, answers: Answers) -> "WorkspaceSettings":
        """The settings with answers going elsewhere."""
        return replace(self, answers=answers)

    def waits_at(self, place: Place) -> Place | None:
        """Where an approval waits that is asked for at that place; None where nobody else would read it."""
        if not place.private:
            return place
        return Place(self.approvals_channel_id) if self.approvals_channel_id is not None else None

    def done(self, *, connected: bool) -> frozenset[Step]:
        """The steps of the set-up that are done. ``connected``: whether there is a Stripe account."""
        return self.confirmed | {"connect"} if connected else self.confirmed


@dataclass(frozen=True, slots=True)
class Lacking:
    """A role that somebody lacks for what they want to do on an account, what they have, and who can grant one."""

    needed: Role
    has: Role | None
    account: Account
    admins: tuple[str, ...]


def lacks_role(
    settings: WorkspaceSettings, person: Person, risk: Risk, account: Account, place: Place
) -> Lacking | None:
    """What somebody lacks to run a call of this risk, or to ask for it; None where their role allows it.

    Reading takes a viewer, anything else an operator. The one place that says so.
    """
    needed: Role = "viewer" if risk.tier == "read" else "operator"
    has = settings.role_of(person, account, place)
    return None if holds(has, needed) else Lacking(needed, has, account, settings.admins)


class Workspaces:
    """Reads and changes the settings of all workspaces; every call names one."""

    def __init__(self, *, store: Store, admins: Sequence[str]) -> None:
        self._store = store
        self._admins = tuple(admins)

    def read(self, tx: Transaction, team_id: str, *, hold: bool = False) -> WorkspaceSettings:
        """The settings that hold now; with ``hold``, in a transaction that writes, until it ends."""
        query = select(workspace_settings).where(workspace_settings.c.team_id == team_id)
        row = tx.connection.execute(query.with_for_update(read=True) if hold else query).one_or_none()
        policy, policy_version = shelf.active(tx, team_id)
        if row is None:
            return WorkspaceSettings(team_id, fixed_admins=self._admins, policy=policy, policy_version=policy_version)
        return WorkspaceSettings(
            team_id=team_id,
            version=row.version,
            fixed_admins=self._admins,
            grants=grants.read(tx, team_id),
            policy=policy,
            policy_version=policy_version,
            approvals_channel_id=row.approvals_channel_id,
            answers=placing.read(row.answers),
            confirmed=frozenset(step for step in STEPS if step in row.confirmed),
        )

    async def now(self, team_id: str) -> WorkspaceSettings:
        """The settings that hold now, for what is only shown. Raises StoreError."""
        return await self._store.read(lambda tx: self.read(tx, team_id))

    async def is_admin(self, team_id: str, user_id: str) -> bool:
        """Whether somebody is an admin. For those of the environment no database is asked, so a trigger stays fresh."""
        named = WorkspaceSettings(team_id, fixed_admins=self._admins)
        return named.is_admin(user_id) or (await self.now(team_id)).is_admin(user_id)

    async def groups_named(self, team_id: str) -> frozenset[str]:
        """The user groups that something in a workspace depends on. Raises StoreError."""
        return (await self.now(team_id)).groups

    def change(
        self,
        tx: Transaction,
        before: WorkspaceSettings,
        after: WorkspaceSettings,
        *,
        step: Step | None = None,
        user_id: str,
    ) -> WorkspaceSettings | None:
        """Put ``after`` in place of ``before``; None, and nothing changed, where that is not what stands any more.

        Of the grants only those change that are in one of both. ``step`` is the step of the set-up that is confirmed by
        it, if any. Whether the person is an admin is for the caller to have checked, in this transaction.
        """
        confirmed = before.confirmed | {step} if step is not None else before.confirmed
        changed = replace(after, version=before.version + 1, confirmed=confirmed)
        row = {
            "version": changed.version,
            "approvals_channel_id": changed.approvals_channel_id,
            "answers": changed.answers.stored(),
            "confirmed": sorted(changed.confirmed),
            "changed_by": user_id,
            "changed_at": tx.now,
        }
        # The row before its grants, so that whoever holds it, and reads them, is waited for.
        if before.version == 0:
            if not tx.insert_once(workspace_settings, {"team_id": before.team_id, **row}):
                return None
        else:
            standing = (workspace_settings.c.team_id == before.team_id) & (
                workspace_settings.c.version == before.version
            )
            if tx.connection.execute(update(workspace_settings).where(standing).values(**row)).rowcount != 1:
                return None
        grants.replace(tx, before.team_id, before.grants, after.grants, user_id=user_id)
        difference = _difference(before, changed)
        if step is not None or difference:
            audit.append(
                tx,
                team_id=before.team_id,
                actor_id=user_id,
                event="settings changed",
                subject=f"settings:{step or 'answers'}",
                facts={"version": changed.version, **difference},
            )
        return self.read(tx, before.team_id)


def _difference(before: WorkspaceSettings, after: WorkspaceSettings) -> dict[str, object]:
    """What changed beside grants, which have lines of their own; nothing where a step was only confirmed."""
    facts: dict[str, object] = {}
    if before.approvals_channel_id != after.approvals_channel_id:
        facts["approvals channel"] = {
            "from": before.approvals_channel_id or "none",
            "to": after.approvals_channel_id or "none",
        }
    if before.answers != after.answers:
        facts["answers"] = {"from": placing.words(before.answers), "to": placing.words(after.answers)}
    return facts
