"""Sealing: AES-256-GCM under a data key of its own for every write, which a master key wraps.

What a value belongs to (purpose, workspace, row, and the caller's further fields) is authenticated with it, so a sealed
value that is copied to another row, workspace, mode or version doesn't open. Since a data key encrypts once, its nonce
can't repeat. The wrapped data key is bound to the master key, the workspace and the row: rotation wraps it anew
without knowing what the value is for, and leaves the value alone.

A blob is: format (1 byte), length of the master key's id (1), the id, nonce (12) and wrapped data key (48), nonce (12)
and ciphertext with its tag.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import KeyProblemError
from bot.keys.ring import KEY_BYTES, KeyRing

FORMAT = 1
_NONCE = 12
_WRAPPED = KEY_BYTES + 16


class UnreadableError(KeyProblemError):
    """A sealed value was changed, or belongs to another row, workspace, mode or version than where it was found."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What to keep in a row: the blob, and the id of the master key it depends on."""

    blob: bytes = field(repr=False)
    key_id: str


class Envelope:
    """Seals and opens. ``random`` gives that many bytes from a cryptographic source."""

    def __init__(self, ring: KeyRing, random: Callable[[int], bytes] = os.urandom) -> None:
        self._ring = ring
        self._random = random

    def seal(self, *, purpose: str, team_id: str, row_id: str, context: Sequence[str] = (), plaintext: bytes) -> Sealed:
        """Encrypt a value for one place. Whoever opens it must name the same place and the same ``context``."""
        data_key, nonce = self._random(KEY_BYTES), self._random(_NONCE)
        value = AESGCM(data_key).encrypt(nonce, plaintext, _bound("value", purpose, team_id, row_id, *context))
        return self._wrap(data_key, nonce + value, (team_id, row_id))

    def open(self, *, purpose: str, team_id: str, row_id: str, context: Sequence[str] = (), blob: bytes) -> bytes:
        """The value. Raises UnreadableError where blob and place don't belong together, UnknownMasterKeyError."""
        data_key, value = self._unwrap(blob, (team_id, row_id))
        return _decrypt(data_key, value, _bound("value", purpose, team_id, row_id, *context))

    def rewrap(self, *, team_id: str, row_id: str, blob: bytes) -> Sealed:
        """The same sealed value, dependent on the ring's first key; nothing is decrypted but the data key.

        Raises as :meth:`open` does. Each sealed row must have been sealed with its own ``id`` as ``row_id``.
        """
        place = (team_id, row_id)
        data_key, value = self._unwrap(blob, place)
        return self._wrap(data_key, value, place)

    def _wrap(self, data_key: bytes, value: bytes, place: tuple[str, str]) -> Sealed:
        key_id, nonce = self._ring.primary, self._random(_NONCE)
        wrapped = AESGCM(self._ring.wrapping_key(key_id)).encrypt(nonce, data_key, _bound("dek", key_id, *place))
        name = key_id.encode()
        return Sealed(bytes((FORMAT, len(name))) + name + nonce + wrapped + value, key_id)

    def _unwrap(self, blob: bytes, place: tuple[str, str]) -> tuple[bytes, bytes]:
        if len(blob) < 2 or blob[0] != FORMAT:
            raise UnreadableError("A sealed value is empty or of a form that this release doesn't know.")
        end = 2 + blob[1]
        key_id = blob[2:end].decode("ascii", "replace")
        wrapping_key = self._ring.wrapping_key(key_id)
        wrapped_end = end + _NONCE + _WRAPPED
        data_key = _decrypt(wrapping_key, blob[end:wrapped_end], _bound("dek", key_id, *place))
        return data_key, blob[wrapped_end:]


def _decrypt(key: bytes, data: bytes, bound: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(data[:_NONCE], data[_NONCE:], bound)
    except (InvalidTag, ValueError):  # ValueError: cut so short that not even the nonce is left
        raise UnreadableError(
            "A sealed value was changed, or belongs somewhere else than where it was found."
        ) from None


def _bound(label: str, *fields: str) -> bytes:
    """The authenticated fields, each behind its length, so that no two lists of them give the same bytes."""
    encoded = [field.encode() for field in (label, str(FORMAT), *fields)]
    return b"".join(len(each).to_bytes(4, "big") + each for each in encoded)
