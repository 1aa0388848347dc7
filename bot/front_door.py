"""The front door of HTTP mode: a small ASGI application that stands before Bolt.

In this order: the path, the size while streaming, the signature over the raw bytes, the replay of a signature, and only
then the parsing. What passes is acknowledged at once (or answered within the deadline, see :mod:`bot.intake`) and
handed on as a ready payload. Whatever comes in, nothing of it is logged, and no answer is a 500.

``POST /slack/events`` takes everything Slack sends; ``GET /healthz`` says the process lives, ``GET /readyz`` whether it
should get traffic.
"""

import asyncio
import json
import logging
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from bot import limits
from bot.inbound import event_key
from bot.intake import Intake, waits_for_answer
from bot.payloads import BadBodyError, parse_body
from bot.signature import Verifier
from bot.tasks import DrainingError
from operations.clock import Clock

logger = logging.getLogger(__name__)

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

EVENTS_PATH = "/slack/events"
REMEMBERED = 100_000
"""How many signatures and events are remembered at most; the database's own keys hold beyond that."""


class Refused(Exception):  # noqa: N818 — it is an answer, not an error
    """Ends the handling of a request with a status; ``why`` is counted and logged."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class _Seen:
    """Remembers keys for a while."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._until: OrderedDict[str, float] = OrderedDict()

    def first_time(self, key: str) -> bool:
        now = self._clock.monotonic()
        while self._until:
            oldest, until = next(iter(self._until.items()))
            if until > now and len(self._until) < REMEMBERED:
                break
            del self._until[oldest]
        if key in self._until:
            return False
        self._until[key] = now + self._seconds
        return True


class FrontDoor:
    """The ASGI application.

    ``not_ready`` says in a sentence why this process should get no traffic, or None.
    """

    def __init__(
        self,
        *,
        verifier: Verifier,
        intake: Intake,
        clock: Clock,
        not_ready: Callable[[], Awaitable[str | None]],
        body_seconds: float = limits.BODY_SECONDS,
    ) -> None:
        self._verifier = verifier
        self._intake = intake
        self._not_ready = not_ready
        self._body_seconds = body_seconds
        self._signatures = _Seen(clock, limits.REPLAY_SECONDS)
        self._events = _Seen(clock, limits.EVENT_MEMORY_SECONDS)
        self.refusals: Counter[str] = Counter()
        """How many requests were refused, by reason."""
        self.accepted = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close"})
        elif scope["path"] == EVENTS_PATH:
            await self._events_path(scope, receive, send)
        else:
            await self._probe(scope, send)

    async def _probe(self, scope: Scope, send: Send) -> None:
        if scope["path"] not in {"/healthz", "/readyz"}:
            await _reply(send, 404)
        elif scope["method"] not in {"GET", "HEAD"}:
            await _reply(send, 405)
        elif scope["path"] == "/readyz" and (why := await self._not_ready()) is not None:
            await _reply(send, 503, why)
        else:
            await _reply(send, 200, "ok")

    async def _events_path(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self._read(scope, receive)
            if body is None:
                return
            answer = await self._take(scope["headers"], body)
        except Refused as refused:
            self.refusals[refused.why] += 1
            logger.warning("refused a request with %d: %s", refused.status, refused.why)
            await _reply(send, refused.status)
        else:
            await _reply(send, 200, answer)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body of a POST, or None when the client went away."""
        if scope["method"] != "POST":
            raise Refused(405, "method")
        declared = [value for name, value in scope["headers"] if name == b"content-length"]
        if declared and declared[0].isdigit() and (len(declared[0]) > 9 or int(declared[0]) > limits.BODY_BYTES):
            raise Refused(413, "too large")
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._body_seconds):
                while True:
                    event = await receive()
                    if event["type"] == "http.disconnect":
                        return None
                    chunk = event.get("body", b"")
                    size += len(chunk)
                    if size > limits.BODY_BYTES:
                        raise Refused(413, "too large")
                    chunks.append(chunk)
                    if not event.get("more_body", False):
                        return b"".join(chunks)
        except TimeoutError:
            raise Refused(408, "too slow") from None

    async def _take(self, headers: list[tuple[bytes, bytes]], body: bytes) -> dict[str, Any] | str:
        """The answer to a request: JSON, or a text that is usually empty."""
        verdict = self._verifier.judge(headers, body)
        if verdict != "genuine":
            raise Refused(401, f"signature {verdict}")
        named = {name: value.decode("latin-1") for name, value in headers}
        if not self._signatures.first_time(named[b"x-slack-signature"]):
            return ""
        try:
            payload = parse_body(named.get(b"content-type", ""), body)
        except BadBodyError as problem:
            raise Refused(400, f"body: {problem}") from None
        self.accepted += 1
        if payload.get("type") == "url_verification":
            return {"challenge": str(payload.get("challenge", ""))}
        if payload.get("ssl_check") == "1":
            return ""
        if "command" not in payload and not isinstance(payload.get("type"), str):
            raise Refused(400, "body: neither a command nor of any type")
        key = event_key(payload)
        if key is not None and not self._events.first_time(key):
            return ""
        try:
            return await self._hand_on(payload, _redelivery(named))
        except DrainingError:
            # Slack redelivers events after this; of a command or a click the person is told that it failed.
            raise Refused(503, "draining") from None

    async def _hand_on(self, payload: dict[str, Any], headers: dict[str, str]) -> dict[str, Any] | str:
        if waits_for_answer(payload):
            return await self._intake.answer(payload, headers) or ""
        self._intake.hand_over(payload, headers)
        return ""


def _redelivery(named: dict[bytes, str]) -> dict[str, str]:
    """The headers that tell of a redelivery, the only ones that listeners get to see."""
    wanted = ("x-slack-retry-num", "x-slack-retry-reason")
    return {name: named[name.encode()] for name in wanted if name.encode() in named}


async def _lifespan(receive: Receive, send: Send) -> None:
    """Nothing begins or ends with the server: whoever runs it builds and drains the rest."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def _reply(send: Send, status: int, answer: dict[str, Any] | str = "") -> None:
    if isinstance(answer, dict):
        content, kind = json.dumps(answer).encode(), b"application/json; charset=utf-8"
    else:
        content, kind = answer.encode(), b"text/plain; charset=utf-8"
    headers = [(b"content-length", str(len(content)).encode())]
    if content:
        headers.append((b"content-type", kind))
    if status in {408, 413}:
        # What is left of the body is not read; the connection can't be used again.
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
