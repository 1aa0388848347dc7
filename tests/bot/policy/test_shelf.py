"""A workspace's policy and its changes: by whom, agreed to by whom, one after the other, and on the trail."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot import audit
from bot.policy import DEFAULT_POLICY, STRICT_POLICY, Document, Preset, shelf
from bot.policy.shelf import Changed, Refused
from bot.store.engine import Store, Transaction
from bot.store.tables import accounts, policies
from tests.bot.policy.made import rules

STRICT = Preset(preset="strict")
OWN = rules({"name": "no live refunds", "when": {"mode": "live", "flags": ["refund"]}, "then": "deny"})
ADMINS = ("UADA", "UBEN")


async def change(
    store: Store, document: Document = OWN, *, based_on: int = 1, by: str = "UADA", admins: Sequence[str] = ADMINS
) -> Changed | Refused:
    return await store.transaction(
        lambda tx: shelf.change(tx, team_id="T1", document=document, based_on=based_on, user_id=by, admins=admins)
    )


async def decide(
    store: Store, version: int, *, by: str = "UBEN", agree: bool = True, admins: Sequence[str] = ADMINS
) -> Changed | Refused:
    return await store.transaction(
        lambda tx: shelf.decide(tx, team_id="T1", version=version, user_id=by, admins=admins, agree=agree)
    )


async def holds(store: Store, team: str = "T1") -> tuple[Document, int]:
    policy, version = await store.read(lambda tx: shelf.active(tx, team))
    return policy.document, version


async def go_live(store: Store) -> None:
    """Connect a live account."""
    row: dict[str, Any] = {
        "team_id": "T1", "id": "a1", "version": 1, "alias": "default", "livemode": True, "stripe_account_id": "acct_1",
        "name": "", "key_kind": "sk", "tail4": "abcd", "fingerprint": "", "linked": [], "status": "active",
        "sealed": b"", "key_id": "k", "created_by": "UADA",
    }  # fmt: skip
    await store.transaction(lambda tx: tx.connection.execute(insert(accounts).values(created_at=tx.now, **row)))


def proposed(answer: Changed | Refused) -> int:
    assert isinstance(answer, Changed)
    assert answer.version.state == "proposed"
    return answer.version.version


async def test_a_workspace_that_chose_none_has_the_standard_policy(store: Store) -> None:
    """As its first version, which nobody proposed."""
    assert await holds(store) == (DEFAULT_POLICY.document, 1)


async def test_without_a_live_account_a_change_holds_at_once(store: Store) -> None:
    """In this workspace and no other; what is told names the rules."""
    changed = await change(store)
    assert isinstance(changed, Changed)
    assert changed.version.state == "active"
    assert changed.changes.added == ("no live refunds", "the rest")
    assert "refunds need a second person" in changed.changes.removed
    assert await holds(store) == (OWN, 2)
    assert await holds(store, "T2") == (DEFAULT_POLICY.document, 1)


async def test_with_a_live_account_a_second_admin_has_to_agree(store: Store) -> None:
    """Never whoever proposed it, nor anybody who is no admin by then; the decision counts once."""
    await go_live(store)
    version = proposed(await change(store))
    assert await holds(store) == (DEFAULT_POLICY.document, 1)
    assert await decide(store, version, by="UADA") == Refused("own")
    assert await decide(store, version, by="UEVE") == Refused("not_admin")
    assert await decide(store, version, by="UBEN", admins=("UADA",)) == Refused("not_admin")
    agreed = await decide(store, version)
    assert isinstance(agreed, Changed)
    assert (agreed.version.state, agreed.version.decided_by) == ("active", "UBEN")
    assert await holds(store) == (OWN, version)
    assert await decide(store, version) == Refused("gone")


async def test_a_proposal_is_rejected_or_taken_back(store: Store) -> None:
    """By another admin, or by whoever made it; then the next may be made."""
    await go_live(store)
    for by in ("UBEN", "UADA"):
        version = proposed(await change(store))
        assert await change(store, STRICT, by="UBEN") == Refused("waiting")
        rejected = await decide(store, version, by=by, agree=False)
        assert isinstance(rejected, Changed)
        assert rejected.version.state == "rejected"
    assert await holds(store) == (DEFAULT_POLICY.document, 1)


async def test_with_one_admin_alone_a_change_of_a_live_workspace_is_refused(store: Store) -> None:
    """They are told to name a second one first."""
    await go_live(store)
    refused = await change(store, admins=("UADA",))
    assert refused == Refused("alone")
    assert "Name a second admin first" in refused.message


async def connect(store: Store) -> Changed | None:
    """What becomes of the policy where Ada connects a live account."""
    return await store.transaction(lambda tx: shelf.go_live(tx, "T1", "UADA"))


async def test_what_one_admin_alone_made_does_not_hold_for_a_live_account(store: Store) -> None:
    """The strict policy does, until a second admin agrees; then it may stay, whoever connects the next one."""
    await change(store)
    waits = await connect(store)
    await go_live(store)
    assert waits is not None
    assert (waits.version.document, waits.version.state, waits.version.proposed_by) == (OWN, "proposed", "UADA")
    assert (await holds(store))[0] == STRICT
    assert await decide(store, waits.version.version, by="UADA") == Refused("own")
    assert isinstance(await decide(store, waits.version.version), Changed)
    assert (await holds(store))[0] == OWN
    assert await connect(store) is None
    assert (await holds(store))[0] == OWN


async def test_what_came_with_the_bot_may_stay_for_a_live_account(store: Store) -> None:
    """As nobody could choose less than that with one."""
    assert await connect(store) is None
    await change(store, STRICT)
    assert await connect(store) is None
    assert (await holds(store))[0] == STRICT


async def test_of_two_live_accounts_at_once_one_finds_what_one_admin_alone_made(store: Store) -> None:
    """It waits once, and the strict policy holds."""
    await change(store)
    async with asyncio.TaskGroup() as group:
        both = [group.create_task(connect(store)) for _ in range(2)]
    assert sorted(task.result() is None for task in both) == [False, True]
    assert (await holds(store))[0] == STRICT


async def test_a_change_that_waited_gives_way_to_what_one_admin_alone_made(store: Store) -> None:
    """One of when there was a live account; the admins are told of both."""
    await change(store)
    await go_live(store)
    waited = proposed(await change(store, STRICT, based_on=2))
    waits = await connect(store)
    assert waits is not None
    assert waits.superseded == waited
    assert await decide(store, waited) == Refused("gone")


async def test_only_admins_change_what_they_have_seen(store: Store) -> None:
    """And what is no change is none."""
    assert await change(store, by="UEVE") == Refused("not_admin")
    assert await change(store, Preset(preset="standard")) == Refused("same")
    await change(store, STRICT)
    assert await change(store, OWN, based_on=1) == Refused("raced")
    assert await holds(store) == (STRICT, 2)


async def test_of_many_at_once_one_is_made(store: Store) -> None:
    """The first change as any later one; and of many decisions, one."""
    for based_on in (1, 2):
        made = await asyncio.gather(
            *(change(store, rules({"when": {"channels": [f"C0{based_on}{each}"]}, "then": "deny"}), based_on=based_on)
              for each in range(4))
        )  # fmt: skip
        assert sum(isinstance(each, Changed) for each in made) == 1
    await go_live(store)
    version = proposed(await change(store, STRICT, based_on=3))
    decided = await asyncio.gather(*(decide(store, version, agree=bool(each % 2)) for each in range(4)))
    assert sum(isinstance(each, Changed) for each in decided) == 1


async def test_a_yes_to_what_was_overtaken_changes_nothing(store: Store) -> None:
    """A change that holds at once ends the one that waits."""
    await go_live(store)
    version = proposed(await change(store))

    def leave(tx: Transaction) -> None:
        tx.connection.execute(update(accounts).where(accounts.c.team_id == "T1").values(status="dead"))

    await store.transaction(leave)
    changed = await change(store, STRICT, by="UBEN")
    assert isinstance(changed, Changed)
    assert changed.superseded == version
    assert await decide(store, version) == Refused("gone")
    assert (await holds(store))[0] == STRICT


async def test_what_this_release_cannot_read_counts_as_the_strict_policy(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """A newer release wrote it, or somebody else; it is logged, and can be replaced."""
    await change(store)

    def rewrite(tx: Transaction) -> None:
        active = (policies.c.team_id == "T1") & (policies.c.state == "active")
        tx.connection.execute(update(policies).where(active).values(document={"version": 2028}))

    await store.transaction(rewrite)
    assert await holds(store) == (STRICT_POLICY.document, 2)
    assert "can't be read" in caplog.text
    assert isinstance(await change(store, based_on=2), Changed)


async def test_an_admin_has_one_draft_which_holds_for_nothing(store: Store) -> None:
    """It is kept while they look at what it would do."""
    keep = {"team_id": "T1", "based_on": 1, "user_id": "UADA"}
    first = await store.transaction(lambda tx: shelf.keep_draft(tx, document=OWN, **keep))  # type: ignore[arg-type]
    second = await store.transaction(lambda tx: shelf.keep_draft(tx, document=STRICT, **keep))  # type: ignore[arg-type]
    found = await store.read(lambda tx: [shelf.find(tx, "T1", each) for each in (first, second)])
    assert [each and each.document for each in found] in ([None, STRICT], [STRICT, STRICT])
    assert await holds(store) == (DEFAULT_POLICY.document, 1)
    assert await decide(store, second) == Refused("gone")


async def test_the_trail_tells_of_every_change(store: Store) -> None:
    """Who, what rules, and a digest of the whole."""
    await go_live(store)
    await decide(store, proposed(await change(store, STRICT)), agree=False)
    await decide(store, proposed(await change(store, OWN)))
    lines = await store.read(lambda tx: list(audit.export(tx, "T1")))
    assert [(each["event"], each["actor_id"]) for each in lines] == [
        ("policy proposed", "UADA"),
        ("policy rejected", "UBEN"),
        ("policy proposed", "UADA"),
        ("policy changed", "UBEN"),
    ]
    assert lines[0]["facts"]["rules added"] == ["every live change needs a second person"]
    assert lines[0]["facts"]["preset"] == "strict"
    assert lines[-1]["facts"]["proposed by"] == "UADA"
    assert len(lines[-1]["facts"]["digest"]) == 64
