"""Who may sign, and whether signatures are enough. Pure: the same answer at the click and again before sending."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

from bot.domain import Account, Person, Place
from bot.policy import Plan, Stage
from bot.roles import holds
from bot.workspaces import WorkspaceSettings

T = TypeVar("T")


def fits(stage: Stage, person: Person, settings: WorkspaceSettings, account: Account, place: Place) -> bool:
    """Whether somebody may sign for a stage: by their role on the account, by a user group, or by name.

    Whoever is barred at Slack may sign nothing; whoever is named still has to have some role here.
    """
    role = settings.role_of(person, account, place)
    if person.barred is not None or role is None:
        return False
    by_role = stage.role is not None and holds(role, stage.role)
    return by_role or person.user_id in stage.people or bool(person.groups & frozenset(stage.groups))


def satisfied(plan: Plan, signers: Sequence[T], may: Callable[[Stage, T], bool], *, escalated: bool) -> bool:
    """Whether these people, each signing once, fill every stage of a plan; ``escalated``: its fallback counts, too."""
    seats = _seats(plan)
    seated: dict[int, int] = {}

    def seat(signer: int, tried: set[int]) -> bool:
        """Find a seat for one more, moving others where that makes room."""
        for at, stage in enumerate(seats):
            fallback = plan.fallback if escalated else None
            fitting = may(stage, signers[signer]) or (fallback is not None and may(fallback, signers[signer]))
            if at in tried or not fitting:
                continue
            tried.add(at)
            if at not in seated or seat(seated[at], tried):
                seated[at] = signer
                return True
        return False

    for signer in range(len(signers)):
        seat(signer, set())
    return len(seated) == len(seats)


def joined(plans: Sequence[Plan]) -> Plan:
    """A plan whose signatures are enough for each of these. It is the first one, where that is enough for all.

    It asks for nobody whom it could do without, and for somebody instead of them only where all plans would.
    """
    first, *others = dict.fromkeys(plans)
    seats = [seat for plan in (first, *others) for seat in _seats(plan)]
    for at in reversed(range(len(seats))):
        without = [*seats[:at], *seats[at + 1 :]]
        if all(satisfied(plan, without, _within, escalated=False) for plan in (first, *others)):
            seats = without
    if seats == _seats(first):
        stages = first.stages
    else:
        stages = tuple(replace(stage, count=len(list(alike))) for stage, alike in groupby(seats))
    same = all(plan.fallback == first.fallback for plan in others)
    escalate = max((plan.escalate for plan in plans if plan.escalate is not None), default=None)
    return replace(
        first,
        stages=stages,
        reason=any(plan.reason for plan in plans),
        escalate=escalate if same else None,
        fallback=first.fallback if same else None,
    )


def _seats(plan: Plan) -> list[Stage]:
    """The signatures that a plan asks for, each as a stage of its own."""
    return [replace(stage, count=1) for stage in plan.stages for _ in range(stage.count)]


def _within(wide: Stage, narrow: Stage) -> bool:
    """Whether whoever may sign for the narrow stage may surely sign for the wide one."""
    by_role = narrow.role is None or (wide.role is not None and holds(narrow.role, wide.role))
    return by_role and set(narrow.groups) <= set(wide.groups) and set(narrow.people) <= set(wide.people)
