"""`countersign keys`: a new key that works, and a rotation that leaves nothing under the old one."""

import asyncio
import uuid
from pathlib import Path

import pytest

from bot.cli import main
from bot.keys.envelope import Envelope
from bot.keys.ring import KeyRing
from bot.keys.store import KeyStore
from bot.settings import names
from bot.store.engine import Store
from operations.secrets import SecretKey

KEY = "sk_" + "test_" + "NotARealKeyAtAll"


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key file with one key, and a database with one Stripe key sealed under it."""
    for name in names().values():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "master.keys"
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    monkeypatch.setenv("COUNTERSIGN_MASTER_KEY_FILE", str(file))
    monkeypatch.setenv("DATABASE_URL", url)

    async def fill() -> None:
        ring = KeyRing.generate(file)
        store = await Store.open(url)
        await ring.check(store)
        keys = KeyStore(store=store, envelope=Envelope(ring), ring=ring, ids=lambda: str(uuid.UUID(int=1)))
        await store.transaction(
            lambda tx: keys.add(tx, team_id="T1", alias="default", key=SecretKey.parse(KEY), created_by="U1")
        )
        await store.close()

    asyncio.run(fill())
    return file


def test_a_generated_line_is_a_key_that_the_ring_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`countersign keys generate >> master.keys` is all there is to it."""
    assert main(["keys", "generate"]) == 0
    captured = capsys.readouterr()
    file = tmp_path / "keys"
    file.write_text(captured.out, encoding="ascii")
    file.chmod(0o600)
    assert len(KeyRing.load(file, None).ids) == 1
    assert "chmod 600" in captured.err


def test_status_tells_what_is_sealed_under_which_key(key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So that one knows when an old key may go."""
    key_id = key_file.read_text().partition(":")[0]
    assert main(["keys", "status"]) == 0
    assert capsys.readouterr().out == f"{key_id}  encrypts; 1 of accounts\n"


def test_rotation_moves_everything_to_the_first_key(key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Afterwards the old line can be taken away."""
    old = key_file.read_text()
    main(["keys", "generate"])
    key_file.write_text(capsys.readouterr().out + old)
    assert main(["keys", "rotate"]) == 0
    assert capsys.readouterr().out.startswith("1 rows are now sealed under ")
    key_file.write_text(key_file.read_text().removesuffix(old))
    assert main(["keys", "status"]) == 0
    assert capsys.readouterr().out.endswith("encrypts; 1 of accounts\n")


def test_a_key_that_is_still_needed_may_not_go(key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The refusal says what to do instead."""
    main(["keys", "generate"])
    key_file.write_text(capsys.readouterr().out)
    assert main(["keys", "rotate"]) == 1
    assert "put its line back" in capsys.readouterr().err
