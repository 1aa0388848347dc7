"""A workspace's settings: who may do what, changed by compare-and-set, apart from every other workspace's."""

import asyncio
import threading
from dataclasses import replace
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from bot import audit
from bot.domain import Person
from bot.policy import DEFAULT_POLICY, POLICIES, STRICT_POLICY
from bot.roles import Grant
from bot.store.engine import Store, Transaction
from bot.workspaces import STEPS, Workspaces, WorkspaceSettings
from operations.registry import registry
from operations.risk import assess_operation

NOBODY_SET = WorkspaceSettings("T1", fixed_admins=("UBOSS",))


@pytest.fixture
def workspaces(store: Store) -> Workspaces:
    return Workspaces(store=store, admins=("UBOSS",))


def member(user_id: str) -> Person:
    return Person("T1", user_id, barred=None, zone=ZoneInfo("UTC"))


async def change(workspaces: Workspaces, store: Store, seen: WorkspaceSettings, **chosen: object) -> object:
    """Change what was seen; the settings, or None where somebody else was quicker."""
    after = replace(seen, **chosen)  # type: ignore[arg-type]  # fields by name
    return await store.transaction(lambda tx: workspaces.change(tx, seen, after, step="roles", user_id="UBOSS"))


def test_where_nobody_set_anything_nobody_has_a_role_but_the_admins_of_the_environment() -> None:
    """And the default policy holds."""
    assert NOBODY_SET.role_of(member("U1"), None, None) is None
    assert NOBODY_SET.role_of(member("UBOSS"), None, None) == "admin"
    assert NOBODY_SET.policy is DEFAULT_POLICY


async def test_what_is_changed_is_read_back(store: Store, workspaces: Workspaces) -> None:
    """Every member, with the step that was saved; of the grants, who gave them and when."""
    chosen = {
        "grants": (Grant("admin", "person", "U2"), Grant("viewer", "group", "S1", "acct-1", "live")),
        "approvals_channel_id": "C1",
    }
    assert await workspaces.now("T1") == NOBODY_SET
    changed = await change(workspaces, store, NOBODY_SET, **chosen)
    now = await workspaces.now("T1")
    assert now == changed
    assert set(now.grants) == set(chosen["grants"])
    assert {each.granted_by for each in now.grants} == {"UBOSS"}
    assert all(each.granted_at for each in now.grants)
    assert replace(now, grants=()) == replace(
        NOBODY_SET,
        approvals_channel_id="C1",
        version=1,
        confirmed=frozenset({"roles"}),
    )
    assert await workspaces.now("T2") == WorkspaceSettings("T2", fixed_admins=("UBOSS",))


async def test_of_two_who_have_seen_the_same_one_is_too_late(store: Store, workspaces: Workspaces) -> None:
    """At the first change as at any later one, and the trail has the lines of those that counted."""
    for version in (0, 1):
        seen = await workspaces.now("T1")
        grants = [Grant("operator", "person", f"U{version}{number}") for number in range(4)]
        done = await asyncio.gather(*(change(workspaces, store, seen, grants=(each,)) for each in grants))
        assert sum(each is not None for each in done) == 1
    lines = await store.read(lambda tx: list(audit.export(tx, "T1")))
    assert [each["event"] for each in lines] == [
        "role granted",
        "settings changed",
        "role revoked",
        "role granted",
        "settings changed",
    ]
    now = await workspaces.now("T1")
    assert (now.version, len(now.grants)) == (2, 1)


async def test_an_admin_of_the_environment_is_one_without_the_database(store: Store, workspaces: Workspaces) -> None:
    """They can't be locked out, and their trigger waits for nothing."""
    await change(workspaces, store, NOBODY_SET, grants=(Grant("admin", "person", "U2"),))
    assert await workspaces.is_admin("T1", "U2")
    assert not await workspaces.is_admin("T2", "U2")
    await store.close()
    assert await workspaces.is_admin("T1", "UBOSS")


@pytest.mark.postgres
async def test_what_a_decision_has_read_holds_until_it_is_made(postgresql_url: str) -> None:
    """Whoever revokes a role at the same moment waits for it, so nobody decides without one."""
    store = await Store.open(postgresql_url)
    workspaces = Workspaces(store=store, admins=("UBOSS",))
    seen = cast(WorkspaceSettings, await change(workspaces, store, NOBODY_SET, grants=(Grant("approver", "everyone"),)))
    read, decide = threading.Event(), threading.Event()
    order: list[str] = []

    def decision(tx: Transaction) -> None:
        workspaces.read(tx, "T1", hold=True)
        read.set()
        decide.wait(10)
        order.append("decided")

    deciding = asyncio.create_task(store.transaction(decision))
    await asyncio.to_thread(read.wait, 10)
    revoking = asyncio.create_task(change(workspaces, store, seen, grants=()))
    revoking.add_done_callback(lambda _: order.append("revoked"))
    await asyncio.sleep(0.1)
    decide.set()
    await asyncio.gather(deciding, revoking)
    await store.close()
    assert order == ["decided", "revoked"]


def test_the_strict_policy_holds_back_every_live_change_and_is_nowhere_laxer() -> None:
    """Over every operation of the registry, in both modes."""
    order = ("allow", "confirm", "approval", "deny")
    for operation in registry().operations:
        risk = assess_operation(operation)
        for live in (False, True):
            strict = STRICT_POLICY.decide(risk, livemode=live).verdict
            standard = DEFAULT_POLICY.decide(risk, livemode=live).verdict
            assert order.index(strict) >= order.index(standard), operation.key
            assert live or strict == standard, operation.key
            assert not live or risk.tier == "read" or strict in {"approval", "deny"}, operation.key
    assert set(POLICIES) == {"standard", "strict"}


def test_a_step_is_done_once_it_was_saved_or_an_account_is_there() -> None:
    """Saving a step unchanged confirms it."""
    assert NOBODY_SET.done(connected=False) == frozenset()
    assert replace(NOBODY_SET, confirmed=frozenset(STEPS[1:])).done(connected=True) == set(STEPS)
