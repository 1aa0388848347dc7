"""Slack's request signature, checked over the raw bytes before anything is parsed.

Base: ``v0:<timestamp>:<body>``; signature: ``v0=`` and the hex HMAC-SHA256 under the app's signing secret [D]. Several
secrets are taken so that one can be replaced without an outage.
"""

import hashlib
import hmac
import logging
import re
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from bot import limits
from operations.clock import Clock

logger = logging.getLogger(__name__)

Verdict: TypeAlias = Literal["genuine", "malformed", "forged", "stale"]

# ASCII digits only: int() would take other scripts' digits, signs and underscores.
_TIMESTAMP = re.compile(rb"[0-9]{1,12}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")


class Verifier:
    """Tells whether a request is Slack's. Raises ValueError when made without a secret, or with an empty one."""

    def __init__(self, secrets: Sequence[str], clock: Clock) -> None:
        if not secrets or not all(secrets):
            raise ValueError("a signing secret is needed")
        self._secrets = [secret.encode() for secret in secrets]
        self._clock = clock

    def judge(self, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> Verdict:
        """The verdict on a request by its headers (lower-case names, as ASGI gives them) and its raw body."""
        found = list(headers)
        timestamp = _only(found, b"x-slack-request-timestamp")
        signature = _only(found, b"x-slack-signature")
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            return "malformed"
        base = b"v0:" + timestamp + b":" + body
        genuine = False
        for secret in self._secrets:
            expected = b"v0=" + hmac.digest(secret, base, hashlib.sha256).hex().encode()
            genuine |= hmac.compare_digest(expected, signature)
        if not genuine:
            return "forged"
        skew = int(timestamp) - self._clock.now()
        if abs(skew) > limits.SIGNATURE_SKEW_SECONDS:
            # Slack signed it, at another time than our clock's: an old request sent again, or our clock is wrong.
            logger.error("a rightly signed request is off by %d seconds: is this machine's clock right?", skew)
            return "stale"
        return "genuine"


def _only(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes:
    """The one header of that name; empty for none or several."""
    values = [value for key, value in headers if key == name]
    return values[0] if len(values) == 1 else b""
