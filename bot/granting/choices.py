"""Who is to have a role, as it is chosen in the set-up: on every account, people, user groups or every full member."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot import cards
from bot.granting.words import subject_of
from bot.people import People
from bot.roles import Grant, Role, Subject
from bot.text import Style
from bot.user_groups import UserGroups
from bot.workspaces import WorkspaceSettings

Errors: TypeAlias = dict[str, str]
"""A sentence for each block_id whose input is wrong."""
Held: TypeAlias = Mapping[str, tuple[str, ...] | None]
"""What the inputs of a step hold, by block_id; None for what stays as it is."""


@dataclass(frozen=True, slots=True)
class Named:
    """Who is to have a role on every account. None stands for what stays as it is."""

    people: tuple[str, ...] | None = None
    groups: tuple[str, ...] | None = None
    everyone: bool | None = None

    def applied(self, settings: WorkspaceSettings, role: Role) -> WorkspaceSettings:
        """The settings with this put into them; grants to channels, or on one account or mode, stay."""
        everyone = None if self.everyone is None else ("",) if self.everyone else ()
        chosen: tuple[tuple[Subject, tuple[str, ...] | None], ...] = (
            ("person", self.people),
            ("group", self.groups),
            ("everyone", everyone),
        )
        for subject, ids in chosen:
            if ids is not None:
                # More than the form holds were granted otherwise, and stay.
                gone = [each for each in settings.granted(role, subject)[: cards.MOST_NAMED] if each not in ids]
                settings = settings.regranted(
                    give=[Grant(role, subject, each) for each in ids],
                    take=[Grant(role, subject, each) for each in gone],
                )
        return settings

    def typed(self) -> str | None:
        """What would be typed into a field for this; None for what stays as it is."""
        if self.people is None:
            return None
        ids = (*self.people, *(self.groups or ()), *((cards.EVERYONE,) if self.everyone else ()))
        return " ".join(ids) or cards.NOBODY


def read_named(held: Held, inputs: cards.RoleInputs, *, plain: bool) -> Named | str:
    """Who was chosen or typed for a role, or what is wrong with it. In the plain style one field takes everything."""
    chosen = held.get(inputs.people)
    if chosen is None and plain:
        return Named()
    subjects = [subject_of(each) for each in (*(chosen or ()), *(held.get(inputs.groups) or ()))]
    ids: dict[Subject, tuple[str, ...]] = {
        kind: tuple(dict.fromkeys(each[1] for each in subjects if each is not None and each[0] == kind))
        for kind in ("person", "group", "everyone", "channel")
    }
    admins = inputs.everyone == ""
    if None in subjects or ids["channel"] or (admins and (ids["group"] or ids["everyone"])):
        kinds = "member ids" if admins else "ids of people or user groups"
        return f"Use {kinds} such as U012AB3CD, with spaces between. A person's profile shows theirs."
    if len(subjects) > cards.MOST_NAMED:
        return f"{len(subjects)} are too many; name {cards.MOST_NAMED} at most."
    if admins:
        return Named(people=ids["person"])
    if plain:
        return Named(ids["person"], ids["group"], everyone=bool(ids["everyone"]))
    return Named(
        None if chosen is None else ids["person"],
        None if held.get(inputs.groups) is None else ids["group"],
        everyone=None if held.get(inputs.everyone) is None else bool(held[inputs.everyone]),
    )


class RoleChoices:
    """Tells what of the roles chosen in a step can't be."""

    def __init__(self, *, people: People, groups: UserGroups, style: Style) -> None:
        self._people = people
        self._groups = groups
        self._style: Style = style

    async def wrong(
        self, before: WorkspaceSettings, after: WorkspaceSettings, roles: Sequence[Role], about_approvers: str
    ) -> Errors:
        """What can't have a role; or that nobody would be left to approve what an approver asks for."""
        named = {cards.ROLE_INPUTS[role].people: after.granted(role, "person") for role in roles}
        pool = after.holders("approver", None)
        asked = dict.fromkeys((*pool.people, *(one for ids in named.values() for one in ids)))
        found = await asyncio.gather(*(self._people.why_no_role(after.team_id, each) for each in asked))
        unfit = {each: why for each, why in zip(asked, found, strict=True) if why is not None}
        errors = {
            block: " ".join(unfit[each] for each in ids if each in unfit)
            for block, ids in named.items()
            if any(each in unfit for each in ids)
        }
        errors |= await self._wrong_groups(before, after, roles)
        able = [each for each in pool.people if each not in unfit]
        chosen = "approver" in roles or any(each.role == "approver" for each in after.grants)
        if not errors and chosen and len(able) < 2 and not (pool.everyone or pool.groups or pool.channels):
            errors[about_approvers] = (
                f"Nobody could approve what {able[0]} asks for. Name one more approver, or every full member."
                if able
                else "Nobody of them could approve anything. Name somebody else."
            )
        return errors

    async def _wrong_groups(self, before: WorkspaceSettings, after: WorkspaceSettings, roles: Sequence[Role]) -> Errors:
        """User groups that are new and can't have a role."""
        named = {
            role: [each for each in after.granted(role, "group") if each not in before.granted(role, "group")]
            for role in roles
        }
        if not any(named.values()):
            return {}
        known = {each.id for each in await self._groups.all(after.team_id, fresh=True) or ()}
        where = {role: cards.ROLE_INPUTS[role] for role in roles}
        return {
            (where[role].people if self._style == "plain" else where[role].groups): (
                f"Slack tells of no user group {', '.join(each for each in ids if each not in known)}."
            )
            for role, ids in named.items()
            if not known.issuperset(ids)
        }
