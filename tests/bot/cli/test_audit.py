"""`countersign audit`: the trail can be exported, and a change in it shows."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import audit
from bot.cli import main
from bot.settings import names
from bot.store.engine import Store, Transaction
from bot.store.tables import audit_events


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with two events of one workspace."""
    for name in names().values():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    monkeypatch.setenv("DATABASE_URL", url)
    asyncio.run(work(url, fill))
    return url


async def work(url: str, change: object) -> None:
    store = await Store.open(url)
    await store.transaction(change)  # type: ignore[arg-type] # any function of a transaction
    await store.close()


def fill(tx: Transaction) -> None:
    for number in (1, 2):
        audit.append(
            tx, team_id="T1", actor_id="U1", event="run recorded", subject=f"run:{number}", facts={"number": number}
        )


def test_export_prints_every_event(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON object a line, in order."""
    assert main(["audit", "export"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["facts"]["number"] for event in events] == [1, 2]


def test_verify_says_that_a_chain_is_whole(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With the digest that pins it."""
    assert main(["audit", "verify"]) == 0
    assert "whole: 2 events" in capsys.readouterr().out


def test_verify_fails_on_a_changed_event(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The first broken event is named."""

    def tamper(tx: Transaction) -> None:
        tx.connection.execute(
            update(audit_events).where(audit_events.c.team_id == "T1", audit_events.c.seq == 2).values(actor_id="U9")
        )

    asyncio.run(work(database, tamper))
    assert main(["audit", "verify"]) == 1
    assert "Event 2 was changed" in capsys.readouterr().err
