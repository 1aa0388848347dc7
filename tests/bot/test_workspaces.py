"""A workspace's settings: who may do what, changed by compare-and-set, apart from every other workspace's."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import update

from bot import audit
from bot.policy import DEFAULT_POLICY, POLICIES, STRICT_POLICY
from bot.store.engine import Store, Transaction
from bot.store.tables import workspace_settings
from bot.workspaces import STEPS, Workspaces, WorkspaceSettings
from operations.registry import registry
from operations.risk import assess_operation

NOBODY_SET = WorkspaceSettings("T1", fixed_admins=("UBOSS",))


@pytest.fixture
def workspaces(store: Store) -> Workspaces:
    return Workspaces(store=store, admins=("UBOSS",))


async def change(workspaces: Workspaces, store: Store, seen: WorkspaceSettings, **chosen: object) -> object:
    """Change what was seen; the settings, or None where somebody else was quicker."""
    after = replace(seen, **chosen)  # type: ignore[arg-type]  # fields by name
    return await store.transaction(lambda tx: workspaces.change(tx, seen, after, step="roles", user_id="UBOSS"))


def test_where_nobody_set_anything_every_full_member_runs_and_approves() -> None:
    """Only admins are named, by the operator."""
    assert NOBODY_SET.may_run("U1")
    assert NOBODY_SET.may_approve("U1")
    assert NOBODY_SET.is_admin("UBOSS")
    assert not NOBODY_SET.is_admin("U1")
    assert NOBODY_SET.policy is DEFAULT_POLICY


@pytest.mark.parametrize(
    ("user", "runs", "approves", "admin"),
    [
        ("UBOSS", True, True, True),
        ("UADMIN", True, True, True),
        ("UAPPROVER", True, True, False),
        ("UOPERATOR", True, False, False),
        ("UVIEWER", False, False, False),
    ],
)
def test_roles_widen(user: str, runs: bool, approves: bool, admin: bool) -> None:
    """An admin may what an approver may, an approver what an operator may."""
    named = replace(NOBODY_SET, admin_ids=("UADMIN",), approver_ids=("UAPPROVER",), operator_ids=("UOPERATOR",))
    assert (named.may_run(user), named.may_approve(user), named.is_admin(user)) == (runs, approves, admin)


async def test_what_is_changed_is_read_back(store: Store, workspaces: Workspaces) -> None:
    """Every member, with the step that was saved."""
    chosen = {
        "admin_ids": ("U2",),
        "approver_ids": ("U3", "U4"),
        "operator_ids": ("U5",),
        "policy_name": "strict",
        "approvals_channel_id": "C1",
    }
    assert await workspaces.now("T1") == NOBODY_SET
    changed = await change(workspaces, store, NOBODY_SET, **chosen)
    assert await workspaces.now("T1") == changed
    assert changed == replace(NOBODY_SET, **chosen, version=1, confirmed=frozenset({"roles"}))  # type: ignore[arg-type]
    assert await workspaces.now("T2") == WorkspaceSettings("T2", fixed_admins=("UBOSS",))


async def test_of_two_who_have_seen_the_same_one_is_too_late(store: Store, workspaces: Workspaces) -> None:
    """At the first change as at any later one, and the trail has one line for each that counted."""
    for version in (0, 1):
        seen = await workspaces.now("T1")
        done = await asyncio.gather(
            *(change(workspaces, store, seen, operator_ids=(f"U{version}{number}",)) for number in range(4))
        )
        assert sum(each is not None for each in done) == 1
    lines = await store.read(lambda tx: list(audit.export(tx, "T1")))
    assert len(lines) == (await workspaces.now("T1")).version == 2


async def test_an_admin_of_the_environment_is_one_without_the_database(store: Store, workspaces: Workspaces) -> None:
    """They can't be locked out, and their trigger waits for nothing."""
    await change(workspaces, store, NOBODY_SET, admin_ids=("U2",))
    assert await workspaces.is_admin("T1", "U2")
    assert not await workspaces.is_admin("T2", "U2")
    await store.close()
    assert await workspaces.is_admin("T1", "UBOSS")


async def test_a_policy_of_a_newer_release_counts_as_the_strictest(store: Store, workspaces: Workspaces) -> None:
    """What isn't understood is never more than what is."""
    await change(workspaces, store, NOBODY_SET)

    def rename(tx: Transaction) -> None:
        tx.connection.execute(
            update(workspace_settings).where(workspace_settings.c.team_id == "T1").values(policy="rules of 2028")
        )

    await store.transaction(rename)
    assert (await workspaces.now("T1")).policy is STRICT_POLICY


def test_the_strict_policy_holds_back_every_live_change_and_is_nowhere_laxer() -> None:
    """Over every operation of the registry, in both modes."""
    order = ("allow", "approval", "deny")
    for operation in registry().operations:
        risk = assess_operation(operation)
        for live in (False, True):
            strict = STRICT_POLICY.decide(risk, livemode=live).verdict
            standard = DEFAULT_POLICY.decide(risk, livemode=live).verdict
            assert order.index(strict) >= order.index(standard), operation.key
            assert live or strict == standard, operation.key
            assert not live or risk.tier == "read" or strict != "allow", operation.key
    assert set(POLICIES) == {"standard", "strict"}


def test_a_step_is_done_once_it_was_saved_or_an_account_is_there() -> None:
    """Saving a step unchanged confirms it."""
    assert NOBODY_SET.done(connected=False) == frozenset()
    assert replace(NOBODY_SET, confirmed=frozenset(STEPS[1:])).done(connected=True) == set(STEPS)
