"""The audit trail: complete, in order, and any tampering shows."""

import asyncio
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update

from bot import audit
from bot.store.engine import Store, Transaction
from bot.store.tables import audit_events, audit_heads
from operations.secrets import find_secret

APPEND = """
import asyncio, sys
from bot import audit
from bot.store.engine import Store

async def main():
    store = await Store.open(sys.argv[1])
    print("open", flush=True)
    sys.stdin.readline()
    await asyncio.gather(*(
        store.transaction(lambda tx: audit.append(
            tx, team_id="T1", actor_id=sys.argv[2], event="test", subject="s", facts={}))
        for _ in range(60)
    ))
    await store.close()

asyncio.run(main())
"""


def note(tx: Transaction, team_id: str = "T1", **facts: object) -> int:
    return audit.append(tx, team_id=team_id, actor_id="U1", event="run recorded", subject="run:1", facts=facts)


async def write(store: Store, count: int = 5) -> None:
    def work(tx: Transaction) -> None:
        for number in range(count):
            note(tx, number=number)

    await store.transaction(work)


async def verify(store: Store, team_id: str = "T1") -> audit.AuditReport:
    return await store.read(lambda tx: audit.verify(tx, team_id))


async def test_events_follow_each_other_per_workspace(store: Store) -> None:
    """Each workspace counts from one and has a chain of its own."""
    numbers = await store.transaction(lambda tx: [note(tx), note(tx), note(tx, "T2"), note(tx)])
    assert numbers == [1, 2, 1, 3]
    assert [(await verify(store, team)).events for team in ("T1", "T2", "T3")] == [3, 1, 0]
    assert [(await verify(store, team)).problem for team in ("T1", "T2", "T3")] == [None, None, None]


async def test_an_export_tells_all_and_hangs_together(store: Store) -> None:
    """What is exported are plain JSON values, each with its digest and the one before it."""
    facts: dict[str, Any] = {
        "amount": 1250,
        "live": False,
        "none": None,
        "names": ["ä", "\u2028", "\0"],
        "deep": {"b": 1.5, "a": 2**60},
    }
    await store.transaction(lambda tx: [note(tx, **facts), note(tx)])
    first, second = await store.read(lambda tx: list(audit.export(tx, "T1")))
    assert first["facts"] == facts
    assert (first["seq"], first["actor_id"], first["event"], first["subject"]) == (1, "U1", "run recorded", "run:1")
    assert first["at"].endswith("+00:00")
    assert first["previous"] == audit.START
    assert second["previous"] == first["digest"]
    assert (await verify(store)).digest == second["digest"]


async def test_a_long_chain_is_gone_through_in_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export is read in pages and misses nothing at their borders."""
    monkeypatch.setattr(audit, "_PAGE", 5)
    await write(store, 15)
    assert [row["seq"] for row in await store.read(lambda tx: list(audit.export(tx, "T1")))] == list(range(1, 16))
    assert await verify(store) == audit.AuditReport(15, (await verify(store)).digest)


async def test_an_event_undone_with_its_transaction_leaves_no_gap(store: Store) -> None:
    """An event is on record exactly when what it tells of is."""

    def work(tx: Transaction) -> None:
        note(tx)
        raise LookupError

    await write(store, 1)
    with pytest.raises(LookupError):
        await store.transaction(work)
    await write(store, 1)
    assert await verify(store) == audit.AuditReport(2, (await verify(store)).digest)


CHANGES: list[dict[str, Any]] = [
    {"actor_id": "U2"},
    {"event": "run denied"},
    {"subject": "run:2"},
    {"facts": {"number": 9}},
    {"digest": "0" * 64},
    {"previous": "0" * 64},
    {"seq": 77},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
@pytest.mark.parametrize("seq", [1, 3, 5])
async def test_a_changed_event_shows(store: Store, change: dict[str, Any], seq: int) -> None:
    """No member of any event can be changed without the check saying where."""
    if seq == 1 and "previous" in change:
        change = {"previous": "1" * 64}
    await write(store)
    await store.transaction(
        lambda tx: tx.connection.execute(
            update(audit_events).where(audit_events.c.team_id == "T1", audit_events.c.seq == seq).values(**change)
        )
    )
    report = await verify(store)
    assert report.events == seq - 1
    assert str(seq) in (report.problem or "")


async def test_an_event_rewritten_with_a_fitting_digest_shows(store: Store) -> None:
    """Somebody who computes digests anew must go on to the end of the chain, whose last digest is known elsewhere."""
    await write(store)
    rows = await store.read(lambda tx: list(audit.export(tx, "T1")))
    forged = audit._digest({**rows[1], "actor_id": "U2"})

    def rewrite(tx: Transaction) -> None:
        for seq, change in ((2, {"actor_id": "U2", "digest": forged}), (3, {"previous": forged})):
            tx.connection.execute(
                update(audit_events).where(audit_events.c.team_id == "T1", audit_events.c.seq == seq).values(**change)
            )

    await store.transaction(rewrite)
    assert (await verify(store)).problem == "Event 3 was changed after it was written."


async def test_a_changed_time_shows(store: Store) -> None:
    """Neither can the moment be changed, by however little."""
    await write(store)
    await store.transaction(
        lambda tx: tx.connection.execute(
            update(audit_events)
            .where(audit_events.c.team_id == "T1", audit_events.c.seq == 2)
            .values(at=tx.now - timedelta(microseconds=1))
        )
    )
    assert (await verify(store)).problem == "Event 2 was changed after it was written."


@pytest.mark.parametrize("seq", [1, 3, 5])
async def test_a_removed_event_shows(store: Store, seq: int) -> None:
    """An event can't be taken out at the beginning, in the middle or at the end."""
    await write(store)
    await store.transaction(
        lambda tx: tx.connection.execute(
            delete(audit_events).where(audit_events.c.team_id == "T1", audit_events.c.seq == seq)
        )
    )
    assert (await verify(store)).problem is not None


async def test_events_that_changed_places_show(store: Store) -> None:
    """Two events can't be swapped."""
    await write(store)

    def swap(tx: Transaction) -> None:
        for seq, to in ((2, 99), (3, 2), (99, 3)):
            tx.connection.execute(
                update(audit_events).where(audit_events.c.team_id == "T1", audit_events.c.seq == seq).values(seq=to)
            )

    await store.transaction(swap)
    assert (await verify(store)).problem == "Event 2 does not follow from the one before it."


async def test_an_event_of_another_workspace_does_not_fit(store: Store) -> None:
    """A chain moved to another workspace shows, even with its head."""
    await write(store)

    def move(tx: Transaction) -> None:
        for table in (audit_events, audit_heads):
            tx.connection.execute(update(table).where(table.c.team_id == "T1").values(team_id="T2"))

    await store.transaction(move)
    assert (await verify(store, "T2")).problem is not None


async def test_a_missing_head_shows(store: Store) -> None:
    """The head can't be taken away, and a chain can't be taken away whole under its head."""
    await write(store)
    await store.transaction(
        lambda tx: tx.connection.execute(delete(audit_events).where(audit_events.c.team_id == "T1"))
    )
    assert (await verify(store)).problem == "The chain ends at event 0, but its recorded head is 5."
    await store.transaction(lambda tx: tx.connection.execute(delete(audit_heads).where(audit_heads.c.team_id == "T1")))
    await write(store)
    await store.transaction(lambda tx: tx.connection.execute(delete(audit_heads).where(audit_heads.c.team_id == "T1")))
    assert (await verify(store)).problem == "The chain ends at event 5, but its recorded head is unknown."


@pytest.mark.postgres
async def test_two_processes_write_one_chain(postgresql_url: str) -> None:
    """Replicas that append at the same time neither break the chain nor lose an event."""
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", APPEND, postgresql_url, actor, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for actor in ("U1", "U2")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert await writer.stdout.readline() == b"open\n"
    ended = await asyncio.gather(*(writer.communicate(b"go\n") for writer in writers))
    assert [output for output, _ in ended] == [b"", b""]
    store = await Store.open(postgresql_url)
    report = await verify(store)
    actors = await store.read(lambda tx: [event["actor_id"] for event in audit.export(tx, "T1")])
    await store.close()
    assert (report.events, report.problem) == (120, None)
    assert (actors.count("U1"), actors.count("U2")) == (60, 60)


async def test_secrets_in_facts_are_replaced(store: Store) -> None:
    """A secret can't get onto the trail, at whatever depth or as whatever it comes; ids of ours stay (promise 5)."""
    secret, card = "sk_test_" + "fake0fake0fake0fake", "4242 4242 4242 4242"
    own = "countersign-42424242-4242-4242-8888-42424242aaaa"
    await store.transaction(
        lambda tx: note(tx, note=f"key {secret}", deep=[{card: (secret,)}], idempotency_key=own, digest="4" * 64)
    )
    facts = (await store.read(lambda tx: list(audit.export(tx, "T1"))))[0]["facts"]
    assert find_secret(repr(facts["note"]) + repr(facts["deep"])) is None
    assert facts["note"].startswith("key ")
    assert facts["idempotency_key"] == own
    assert facts["digest"] == "4" * 64
    assert (await verify(store)).problem is None


async def test_facts_that_are_no_json_are_refused(store: Store) -> None:
    """A value that JSON can't hold is a mistake of ours and never becomes something else on the trail."""
    for value in (float("nan"), object(), b"bytes"):
        with pytest.raises((TypeError, ValueError)):
            await store.transaction(lambda tx, value=value: note(tx, value=value))  # type: ignore[misc]  # mypy can't infer a lambda with a default


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), min_size=2, max_size=2, unique=True))
def test_digests_differ_where_members_do(pairs: list[tuple[str, str]]) -> None:
    """No two events have one digest, however their members border on each other."""
    base = {
        "team_id": "T1",
        "seq": 1,
        "at": "2026-01-01T00:00:00.000000+00:00",
        "actor_id": "",
        "facts": {},
        "previous": "",
    }
    digests = {audit._digest({**base, "event": event, "subject": subject}) for event, subject in pairs}
    assert len(digests) == 2
