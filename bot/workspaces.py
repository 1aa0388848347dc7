"""What a workspace has settled: its admins, approvers and operators, its policy, and where approvals go.

Roles widen: an admin may do what an approver may, an approver what an operator may, and everybody may look at help. A
list that names nobody leaves its role to every full member, but for admins: those are named, by the operator in the
environment, who can't be locked out, or by another admin. What somebody is at Slack (a guest, a bot, deactivated) is
asked of :mod:`bot.people`; here stands only what the workspace itself has said.

Settings are read in the transaction that acts on them, each time anew, so what an admin changes holds from then on. A
change is a compare-and-set on the version, with its line on the audit trail.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, cast, get_args

from sqlalchemy import select, update

from bot import audit
from bot.domain import Place
from bot.policy import POLICIES, Policy, PolicyName
from bot.store.engine import Store, Transaction
from bot.store.tables import workspace_settings

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
    admin_ids: tuple[str, ...] = ()
    approver_ids: tuple[str, ...] = ()
    operator_ids: tuple[str, ...] = ()
    policy_name: PolicyName = "standard"
    approvals_channel_id: str | None = None
    """Where approvals go that are asked for where nobody else reads along."""
    confirmed: frozenset[Step] = frozenset()
    """The steps of the set-up that an admin has saved, if only to leave all as it is."""

    @property
    def admins(self) -> tuple[str, ...]:
        """Everybody who is an admin."""
        return tuple(dict.fromkeys((*self.fixed_admins, *self.admin_ids)))

    @property
    def approvers(self) -> tuple[str, ...]:
        """Everybody who may approve; empty where every full member may."""
        return tuple(dict.fromkeys((*self.approver_ids, *self.admins))) if self.approver_ids else ()

    @property
    def policy(self) -> Policy:
        return POLICIES[self.policy_name]

    def is_admin(self, user_id: str) -> bool:
        """Whether somebody is an admin of the bot in this workspace. There is no other way to tell."""
        return user_id in self.admins

    def may_approve(self, user_id: str) -> bool:
        """Whether a full member may decide on what others ask for."""
        return not self.approver_ids or user_id in self.approvers

    def may_run(self, user_id: str) -> bool:
        """Whether a full member may run commands, or ask for them."""
        return not self.operator_ids or user_id in (*self.operator_ids, *self.approver_ids, *self.admins)

    def waits_at(self, place: Place) -> Place | None:
        """Where an approval waits that is asked for at that place; None where nobody else would read it."""
        if not place.private:
            return place
        return Place(self.approvals_channel_id) if self.approvals_channel_id is not None else None

    def done(self, *, connected: bool) -> frozenset[Step]:
        """The steps of the set-up that are done. ``connected``: whether there is a Stripe account."""
        return self.confirmed | {"connect"} if connected else self.confirmed


class Workspaces:
    """Reads and changes the settings of all workspaces; every call names one."""

    def __init__(self, *, store: Store, admins: Sequence[str]) -> None:
        self._store = store
        self._admins = tuple(admins)

    def read(self, tx: Transaction, team_id: str) -> WorkspaceSettings:
        """The settings that hold now."""
        row = tx.connection.execute(
            select(workspace_settings).where(workspace_settings.c.team_id == team_id)
        ).one_or_none()
        if row is None:
            return WorkspaceSettings(team_id, fixed_admins=self._admins)
        return WorkspaceSettings(
            team_id=team_id,
            version=row.version,
            fixed_admins=self._admins,
            admin_ids=tuple(row.admin_ids),
            approver_ids=tuple(row.approver_ids),
            operator_ids=tuple(row.operator_ids),
            # A name that this release doesn't know was written by a newer one: the strictest policy stands in for it.
            policy_name=cast("PolicyName", row.policy) if row.policy in POLICIES else "strict",
            approvals_channel_id=row.approvals_channel_id,
            confirmed=frozenset(step for step in STEPS if step in row.confirmed),
        )

    async def now(self, team_id: str) -> WorkspaceSettings:
        """The settings that hold now, for what is only shown. Raises StoreError."""
        return await self._store.read(lambda tx: self.read(tx, team_id))

    async def is_admin(self, team_id: str, user_id: str) -> bool:
        """Whether somebody is an admin. For those of the environment no database is asked, so a trigger stays fresh."""
        named = WorkspaceSettings(team_id, fixed_admins=self._admins)
        return named.is_admin(user_id) or (await self.now(team_id)).is_admin(user_id)

    def change(
        self, tx: Transaction, before: WorkspaceSettings, after: WorkspaceSettings, *, step: Step, user_id: str
    ) -> WorkspaceSettings | None:
        """Put ``after`` in place of ``before``; None, and nothing changed, where that is not what stands any more.

        Whether the person is an admin is for the caller to have checked, in this transaction.
        """
        changed = replace(after, version=before.version + 1, confirmed=before.confirmed | {step})
        row = {
            "version": changed.version,
            "admin_ids": list(changed.admin_ids),
            "approver_ids": list(changed.approver_ids),
            "operator_ids": list(changed.operator_ids),
            "policy": changed.policy_name,
            "approvals_channel_id": changed.approvals_channel_id,
            "confirmed": sorted(changed.confirmed),
            "changed_by": user_id,
            "changed_at": tx.now,
        }
        if before.version == 0:
            if not tx.insert_once(workspace_settings, {"team_id": before.team_id, **row}):
                return None
        else:
            standing = (workspace_settings.c.team_id == before.team_id) & (
                workspace_settings.c.version == before.version
            )
            if tx.connection.execute(update(workspace_settings).where(standing).values(**row)).rowcount != 1:
                return None
        audit.append(
            tx,
            team_id=before.team_id,
            actor_id=user_id,
            event="settings changed",
            subject=f"settings:{step}",
            facts={"version": changed.version, **_difference(before, changed)},
        )
        return changed


def _difference(before: WorkspaceSettings, after: WorkspaceSettings) -> dict[str, object]:
    """What changed, in words and ids; nothing where a step was only confirmed."""
    facts: dict[str, object] = {}
    for name, old, new in (
        ("admins", before.admin_ids, after.admin_ids),
        ("approvers", before.approver_ids, after.approver_ids),
        ("operators", before.operator_ids, after.operator_ids),
    ):
        if added := [each for each in new if each not in old]:
            facts[f"{name} added"] = added
        if removed := [each for each in old if each not in new]:
            facts[f"{name} removed"] = removed
    if before.policy_name != after.policy_name:
        facts["policy"] = {"from": before.policy_name, "to": after.policy_name}
    if before.approvals_channel_id != after.approvals_channel_id:
        facts["approvals channel"] = {
            "from": before.approvals_channel_id or "none",
            "to": after.approvals_channel_id or "none",
        }
    return facts
