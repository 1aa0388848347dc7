"""Whose signatures are enough, and for what several plans ask together."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.policy import Plan, Stage
from bot.quorum import joined, satisfied
from bot.roles import ROLES, Role, holds

PEOPLE = ("U1", "U2", "U3", "U4", "U5")
GROUPS = ("S1", "S2")
ROLE_OF: dict[str, Role] = {"U1": "operator", "U2": "approver", "U3": "approver", "U4": "admin", "U5": "admin"}
GROUPS_OF = {"U1": {"S1"}, "U2": {"S1", "S2"}, "U3": {"S2"}, "U4": set[str](), "U5": {"S1"}}
some = st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True).map(tuple)
stages = st.builds(
    Stage,
    count=st.integers(1, 2),
    role=st.sampled_from((None, *ROLES)),
    groups=st.lists(st.sampled_from(GROUPS), max_size=1).map(tuple),
    people=some,
)
plans = st.builds(Plan, stages=st.lists(stages, min_size=1, max_size=2).map(tuple), reason=st.booleans())


def may(stage: Stage, user: str) -> bool:
    by_role = stage.role is not None and holds(ROLE_OF[user], stage.role)
    return by_role or user in stage.people or bool(GROUPS_OF[user] & set(stage.groups))


@given(st.lists(plans, min_size=1, max_size=4), st.sets(st.sampled_from(PEOPLE)))
def test_who_is_enough_for_the_join_is_enough_for_each(several: list[Plan], signers: set[str]) -> None:
    """So that no call of a list fails for a signature that nobody asked for."""
    if satisfied(joined(several), sorted(signers), may, escalated=False):
        assert all(satisfied(plan, sorted(signers), may, escalated=False) for plan in several)


def test_the_join_asks_for_nobody_whom_it_can_do_without() -> None:
    """An admin signs for an approver, too; groups and people only for themselves."""
    approver, admin, finance, ops = Stage(), Stage(role="admin"), group("S1"), group("S2")
    assert joined([Plan((approver,)), Plan((Stage(2),))]).stages == (Stage(2),)
    assert joined([Plan((approver,)), Plan((admin,))]).stages == (admin,)
    assert joined([Plan((finance,)), Plan((ops,))]).stages == (finance, ops)
    assert joined([Plan((finance, approver)), Plan((finance,))]).stages == (finance, approver)
    assert joined([Plan((approver,)), Plan((approver,), reason=True)]).reason


def test_a_fallback_is_kept_only_where_all_have_it() -> None:
    """Else it would sign for a call that it may not sign for."""
    with_it = Plan(escalate=timedelta(hours=1), fallback=group("S1"))
    assert joined([with_it, with_it]) == with_it
    other = joined([with_it, Plan()])
    assert (other.fallback, other.escalate) == (None, None)


def group(group_id: str) -> Stage:
    return Stage(role=None, groups=(group_id,))
