"""The master keys, and what is derived from them.

A source is lines of ``id:base64`` of 32 random bytes. The first line encrypts; the others still decrypt, which is what
rotation without a pause needs. No master key is used for two things: each use has its own key derived from it.
"""

import base64
import binascii
import logging
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr
from sqlalchemy import Table, select

from bot.errors import ConfigError, KeyProblemError
from bot.store.engine import Store, Transaction
from bot.store.tables import master_keys, metadata

logger = logging.getLogger(__name__)

SEALED_TABLES = tuple(table for table in metadata.sorted_tables if "sealed" in table.c)

KEY_BYTES = 32
EXAMPLE = bytes(range(KEY_BYTES))
"""The key that documentation may show; it is refused wherever it turns up."""
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# 32 random bytes have about 30 different values; fewer than 16 doesn't happen by chance.
_DISTINCT = 16
_FILE, _VALUE = "COUNTERSIGN_MASTER_KEY_FILE", "COUNTERSIGN_MASTER_KEY"


class UnknownMasterKeyError(KeyProblemError):
    """A value is sealed under a master key that is not in the ring."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """One master key; its ``repr`` shows the id alone."""

    id: str
    secret: bytes = field(repr=False)

    def derive(self, label: str) -> bytes:
        """32 bytes for one use, by HKDF-SHA256."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=b"countersign", info=label.encode()).derive(self.secret)


class KeyRing:
    """The master keys of this process. It can't be pickled or printed."""

    def __init__(self, keys: Sequence[MasterKey]) -> None:
        self._keys = {key.id: key for key in keys}
        self.primary = keys[0].id
        """The id of the key that encrypts."""

    @classmethod
    def load(cls, path: Path | None, value: SecretStr | None) -> "KeyRing":
        """The ring from a file or from an environment variable's value, of which exactly one must be set.

        Raises ConfigError, with a sentence that repeats nothing of a key, for anything that can't be a good key.
        """
        if path is not None and value is not None:
            raise ConfigError(f"{_FILE} and {_VALUE} are both set; set one of them, so that it is clear which counts.")
        if path is not None:
            return cls(_parse(_read(path), str(path)))
        if value is not None:
            logger.warning(
                "The master key comes from %s, which container tools and other processes can read; prefer %s.",
                _VALUE,
                _FILE,
            )
            return cls(_parse(value.get_secret_value(), _VALUE))
        raise ConfigError(
            f"No master key is set, and without one no Stripe key can be kept: make one with countersign keys generate "
            f"and keep it in a file; name that in {_FILE}."
        )

    @classmethod
    def generate(cls, path: Path) -> "KeyRing":
        """Write a file with one new random key, readable by its owner alone, and load it.

        Raises ConfigError where the file can't be made; one that exists is never touched.
        """
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                file.write(new_line() + "\n")
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            raise ConfigError(f"{path} exists already; a master key is never overwritten.") from None
        except OSError as error:
            raise ConfigError(f"The master key file {path} can't be written: {error.strerror}.") from None
        return cls.load(path, None)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the keys, the one that encrypts first."""
        return tuple(self._keys)

    def derive(self, label: str) -> bytes:
        """32 bytes for one use, from the key that encrypts."""
        return self._keys[self.primary].derive(label)

    def derive_all(self, label: str) -> list[bytes]:
        """The same use's bytes from every key: the first signs, all of them verify, so that rotation breaks no link."""
        return [key.derive(label) for key in self._keys.values()]

    def wrapping_key(self, key_id: str) -> bytes:
        """The key that wraps data keys under the master key ``key_id``. Raises UnknownMasterKeyError."""
        if key_id not in self._keys:
            raise UnknownMasterKeyError(
                f"It is sealed under the master key {key_id!r}, which is not among those that are set."
            )
        return self._keys[key_id].derive("wrap")

    async def check(self, store: Store) -> None:
        """Compare the ring with what the database knows, so that a wrong key is found now and not at the first call.

        Raises ConfigError where a key's id is known with other bytes, or a key is gone while rows still need it.
        """
        await store.transaction(self._check)

    def _check(self, tx: Transaction) -> None:
        for key in self._keys.values():
            value = key.derive("check").hex()
            if tx.insert_once(master_keys, {"key_id": key.id, "check_value": value}):
                continue
            known = tx.connection.execute(
                select(master_keys.c.check_value).where(master_keys.c.key_id == key.id)
            ).scalar_one()
            if not secrets.compare_digest(known, value):
                raise ConfigError(
                    f"The master key {key.id!r} is not the one that this database was sealed with under that name. "
                    "Put the right one back, or give a new key a new id."
                )
        retired = tx.connection.execute(
            select(master_keys.c.key_id).where(master_keys.c.key_id.not_in(self.ids)).order_by(master_keys.c.key_id)
        ).scalars()
        for key_id in retired.all():
            needed_by = next((table.name for table in SEALED_TABLES if _needs(tx, table, key_id)), None)
            if needed_by is not None:
                raise ConfigError(
                    f"The master key {key_id!r} is not set any more, but rows of {needed_by} are still sealed under "
                    "it: put its line back, run countersign keys rotate, then take it away. If it is lost for good, "
                    "delete its row from the table master_keys; what it sealed stays unreadable."
                )

    def __repr__(self) -> str:
        return f"<KeyRing {', '.join(self.ids)}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a KeyRing can't be pickled")


def _needs(tx: Transaction, table: Table, key_id: str) -> bool:
    return tx.connection.execute(select(table.c.team_id).where(table.c.key_id == key_id).limit(1)).first() is not None


def new_line() -> str:
    """A line for a master key file, with a new random key."""
    return f"key-{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def _read(path: Path) -> str:
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise ConfigError(f"Other users may read or change the master key file {path}: run chmod 600 on it.")
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise ConfigError(f"The master key file {path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"The master key file {path} is no text of lines such as id:base64.") from None


def _parse(text: str, source: str) -> list[MasterKey]:
    keys: list[MasterKey] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            key = _parse_line(line.strip(), f"Line {number} of {source}")
            if any(key.id == other.id or key.secret == other.secret for other in keys):
                raise ConfigError(f"Line {number} of {source} repeats the id or the key of a line before it.")
            keys.append(key)
    if not keys:
        raise ConfigError(f"{source} holds no master key; it takes lines of id:base64 of {KEY_BYTES} random bytes.")
    return keys


def _parse_line(line: str, where: str) -> MasterKey:
    key_id, colon, encoded = line.partition(":")
    if not colon or not _KEY_ID.fullmatch(key_id):
        raise ConfigError(f"{where} is not of the form id:base64, with an id of letters, digits, dots and hyphens.")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ConfigError(f"{where} holds no valid base64 after the id.") from None
    if len(secret) != KEY_BYTES:
        raise ConfigError(f"{where} holds a key of {len(secret)} bytes; it must be {KEY_BYTES}.")
    if secret == EXAMPLE:
        raise ConfigError(f"{where} is the example of the documentation, which everybody knows. Make one of your own.")
    if len(set(secret)) < _DISTINCT:
        raise ConfigError(f"{where} is not random. Make one with countersign keys generate.")
    return MasterKey(key_id, secret)
