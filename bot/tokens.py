"""Opaque, signed texts for what passes through people's clients: button values and modal metadata.

Slack hands these back as they were, but a client can forge them; a token that we did not sign reads as nothing. They
are signed, not encrypted: they hold ids and digests, never a secret.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from itsdangerous import BadSignature, URLSafeSerializer


class Tokens:
    """Signs and reads tokens. ``keys`` come newest first: the newest signs, the others only verify."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = list(reversed(keys))

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._keys,
            salt=purpose,
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )

    def sign(self, purpose: str, values: Mapping[str, str]) -> str:
        """A token that only :meth:`read` with the same ``purpose`` understands."""
        return self._serializer(purpose).dumps(dict(values))

    def read(self, purpose: str, token: str) -> dict[str, str] | None:
        """The values of a token of ours, or None for anything else."""
        try:
            values: object = self._serializer(purpose).loads(token)
        except BadSignature:
            return None
        if not isinstance(values, dict):
            return None
        return {str(key): str(value) for key, value in values.items()}
