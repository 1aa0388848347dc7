"""Master keys: what is taken for one, what is refused, and what the database remembers of them."""

import base64
import logging
import pickle
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select

from bot.errors import ConfigError
from bot.keys.ring import EXAMPLE, KeyRing, MasterKey, new_line
from bot.store.engine import Store, Transaction
from bot.store.tables import calls, master_keys

ONE, TWO = bytes(range(100, 132)), bytes(range(150, 182))


def line(key_id: str, secret: bytes) -> str:
    return f"{key_id}:{base64.b64encode(secret).decode()}"


def key_file(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    path = tmp_path / "master.key"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_the_first_line_encrypts_and_the_others_decrypt(tmp_path: Path) -> None:
    """The order of lines is the order of keys; blank lines and line ends of any kind don't matter."""
    ring = KeyRing.load(key_file(tmp_path, f"{line('b', TWO)}\r\n\n  {line('a', ONE)}\n"), None)
    assert ring.ids == ("b", "a")
    assert ring.primary == "b"


def test_a_variable_may_hold_the_lines_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """The environment works too, but it is easier to read for others than a file, and the log says so."""
    with caplog.at_level(logging.WARNING):
        ring = KeyRing.load(None, SecretStr(line("a", ONE)))
    assert ring.ids == ("a",)
    assert "COUNTERSIGN_MASTER_KEY_FILE" in caplog.text
    assert base64.b64encode(ONE).decode() not in caplog.text


BAD_LINES = {
    "nothing": ("", "holds no master key"),
    "blank lines": ("\n \n", "holds no master key"),
    "no id": (base64.b64encode(ONE).decode(), "id:base64"),
    "an empty id": (line("", ONE), "id:base64"),
    "an id with blanks": (line("my key", ONE), "id:base64"),
    "a long id": (line("k" * 65, ONE), "id:base64"),
    "31 bytes": (line("a", ONE[:31]), "31 bytes"),
    "33 bytes": (line("a", ONE + b"x"), "33 bytes"),
    "no base64": ("a:!!!", "base64"),
    "base64 broken over two lines": (line("a", ONE)[:20] + "\n" + line("a", ONE)[20:], "Line 1"),
    "URL-safe base64": (f"a:{base64.urlsafe_b64encode(bytes(range(224, 256))).decode()}", "base64"),
    "all zeros": (line("a", bytes(32)), "not random"),
    "a word over and over": (line("a", b"password" * 4), "not random"),
    "the documented example": (line("a", EXAMPLE), "example"),
    "one id twice": (f"{line('a', ONE)}\n{line('a', TWO)}", "Line 2"),
    "one key twice": (f"{line('a', ONE)}\n{line('b', ONE)}", "Line 2"),
}


@pytest.mark.parametrize(("text", "why"), BAD_LINES.values(), ids=BAD_LINES.keys())
def test_what_is_no_good_key_is_refused(tmp_path: Path, text: str, why: str) -> None:
    """The start is refused with the reason and the place, from a file or a variable, without repeating the key (F5)."""
    path = key_file(tmp_path, text)
    for source in ((path, None), (None, SecretStr(text))):
        with pytest.raises(ConfigError, match=why) as caught:
            KeyRing.load(*source)
        assert caught.value.__cause__ is None
        assert all(part not in str(caught.value) for part in text.replace(":", "\n").split() if len(part) > 8)


def test_no_key_at_all_is_refused() -> None:
    """There is no way to run without a master key: nothing is ever kept in clear (F5)."""
    with pytest.raises(ConfigError, match="COUNTERSIGN_MASTER_KEY_FILE"):
        KeyRing.load(None, None)


def test_two_sources_are_refused(tmp_path: Path) -> None:
    """With a file and a variable both set it would be unclear which counts."""
    with pytest.raises(ConfigError, match="both set"):
        KeyRing.load(key_file(tmp_path, line("a", ONE)), SecretStr(line("a", ONE)))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """Neither the group nor others may read or change the file."""
    with pytest.raises(ConfigError, match="chmod 600"):
        KeyRing.load(key_file(tmp_path, line("a", ONE), mode), None)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The operator is told which file."""
    with pytest.raises(ConfigError, match=r"none\.key can't be read: No such file"):
        KeyRing.load(tmp_path / "none.key", None)


def test_a_file_of_raw_bytes_is_refused(tmp_path: Path) -> None:
    """32 raw bytes are not the format, and the error says what is."""
    path = key_file(tmp_path, "")
    path.write_bytes(bytes(range(200, 232)))
    with pytest.raises(ConfigError, match="id:base64"):
        KeyRing.load(path, None)


def test_a_generated_file_is_its_owners_alone_and_loads(tmp_path: Path) -> None:
    """A new file has one random key and mode 0600; each is another one."""
    path = tmp_path / "secrets" / "master.key"
    ring = KeyRing.generate(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KeyRing.load(path, None).derive("x") == ring.derive("x")
    assert KeyRing.generate(tmp_path / "other.key").derive("x") != ring.derive("x")
    assert new_line() != new_line()


def test_a_file_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    """Losing a master key loses everything that it sealed."""
    path = key_file(tmp_path, line("a", ONE))
    with pytest.raises(ConfigError, match="never overwritten"):
        KeyRing.generate(path)
    assert path.read_text() == line("a", ONE)


def test_what_is_derived_differs_by_use_and_key_and_is_never_the_key() -> None:
    """Each use has its own bytes; the first of them all is the one that signs."""
    ring = KeyRing([MasterKey("a", ONE), MasterKey("b", TWO)])
    derived = [
        *ring.derive_all("tokens"),
        *ring.derive_all("fingerprint"),
        ring.wrapping_key("a"),
        ring.wrapping_key("b"),
    ]
    assert len({*derived, ONE, TWO}) == 8
    assert ring.derive("tokens") == ring.derive_all("tokens")[0]
    assert KeyRing([MasterKey("c", TWO)]).derive("tokens") == ring.derive_all("tokens")[1]


def test_a_ring_cannot_be_pickled() -> None:
    """A ring doesn't leave the process by accident."""
    with pytest.raises(TypeError):
        pickle.dumps(KeyRing([MasterKey("a", ONE)]))


async def test_a_wrong_key_under_a_known_id_is_found_at_start(store: Store) -> None:
    """The database knows a check value of each key: the wrong one is refused before anything is sealed with it."""
    await KeyRing([MasterKey("a", ONE)]).check(store)
    await KeyRing([MasterKey("a", ONE)]).check(store)
    with pytest.raises(ConfigError, match="'a' is not the one"):
        await KeyRing([MasterKey("a", TWO)]).check(store)
    kept = await store.read(lambda tx: tx.connection.execute(select(master_keys)).all())
    assert [row.key_id for row in kept] == ["a"]
    assert kept[0].check_value not in {ONE.hex(), base64.b64encode(ONE).decode()}


async def test_a_key_that_rows_still_need_cannot_be_taken_away(store: Store) -> None:
    """A line may go only when nothing is sealed under it any more (F8); an unneeded one goes without a word."""
    await KeyRing([MasterKey("b", TWO), MasterKey("a", ONE)]).check(store)
    await KeyRing([MasterKey("b", TWO)]).check(store)

    def seal(tx: Transaction) -> None:
        tx.connection.execute(
            insert(calls).values(
                team_id="T1",
                id="c1",
                operation="GET /v1/balance",
                tier="read",
                flags=[],
                account_id="a1",
                account_version=1,
                stripe_account_id="acct_1",
                livemode=False,
                digest="",
                sealed=b"x",
                key_id="a",
                created_at=tx.now,
            )
        )

    await store.transaction(seal)
    with pytest.raises(ConfigError, match=r"'a' is not set any more, but rows of calls .* countersign keys rotate"):
        await KeyRing([MasterKey("b", TWO)]).check(store)
