"""The sandbox as an ASGI application: Stripe's API at ``/v1`` and ``/v2``, its own endpoints under ``/_sandbox/``."""

import random
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from operations.clock import Clock, SystemClock
from operations.registry import Registry, registry
from operations.sandbox import control
from operations.sandbox.asked import Incoming
from operations.sandbox.faults import Fault, Faults
from operations.sandbox.idempotency import Answer
from operations.sandbox.journal import Arrival, Journal
from operations.sandbox.seed import fill
from operations.sandbox.service import Cut, Service
from operations.sandbox.state import State

NOTICE = "This is Countersign's sandbox. It is not Stripe: no account, no card and no money behind it is real."

ABORT = "countersign.sandbox.abort"
"""The ASGI extension by which the server lets the sandbox cut a connection."""

_KEPT_HEADERS = ("idempotency-key", "stripe-version", "stripe-account", "stripe-context")
_MOST_BYTES = 20 * 1024 * 1024


class ConnectionCutError(Exception):
    """Raised where the server has no way to cut a connection: the request got no answer, or half of one."""


class Sandbox:
    """The application, with what tests ask of it: the ``journal``, the ``faults`` to plan, and the ``state``."""

    def __init__(self, registry: Registry, *, clock: Clock, rng: random.Random) -> None:
        self.registry = registry
        self.clock = clock
        self.state = State()
        self.journal = Journal()
        self.faults = Faults(rng)
        self._service = Service(
            registry, clock=clock, rng=rng, state=self.state, journal=self.journal, faults=self.faults
        )
        self._control = control.control(self.faults, self.journal)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI. Only HTTP is served."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        if scope["path"].startswith(control.PREFIX):
            await self._control(scope, receive, send)
        elif scope["path"] == "/":
            await JSONResponse({"notice": NOTICE})(scope, receive, send)
        else:
            await self._serve(request, scope, receive, send)

    async def _serve(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        content = await _body(request)
        if content is None:
            too_large = {"error": {"type": "invalid_request_error", "message": "The request is too large."}}
            await JSONResponse(too_large, status_code=413)(scope, receive, send)
            return
        incoming = Incoming(
            method=request.method,
            path=scope["raw_path"].decode("latin-1").partition("?")[0],
            query=scope["query_string"].decode("latin-1"),
            headers=dict(request.headers),
            content=content,
        )
        answer, fault = await self._service.handle(incoming)
        self._note(incoming, answer, fault)
        if isinstance(answer, Cut):
            await _cut(answer.answer, scope, receive, send)
            return
        await Response(answer.content, answer.status, dict(answer.headers))(scope, receive, send)

    def _note(self, incoming: Incoming, answer: Answer | Cut, fault: Fault | None) -> None:
        self.journal.requests.append(
            Arrival(
                at=self.clock.now(),
                method=incoming.method,
                path=incoming.path,
                headers={name: incoming.headers[name] for name in _KEPT_HEADERS if name in incoming.headers},
                status=None if isinstance(answer, Cut) else answer.status,
                fault=fault.kind if fault is not None else None,
                replayed=isinstance(answer, Answer) and "Idempotent-Replayed" in answer.headers,
            )
        )


async def _body(request: Request) -> bytes | None:
    """The whole body, or None for one that is too large."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > _MOST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


async def _cut(answer: Answer | None, scope: Scope, receive: Receive, send: Send) -> None:
    """Ends the connection without an answer, or in its middle. Raises ConnectionCutError where the server can't."""
    abort: Callable[[], Any] | None = scope.get("extensions", {}).get(ABORT)
    if abort is None:
        raise ConnectionCutError("the connection was cut")
    if answer is not None:
        headers = {**answer.headers, "content-length": str(len(answer.content))}
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send(
            {"type": "http.response.body", "body": answer.content[: len(answer.content) // 2], "more_body": True}
        )
    abort()
    await _until_gone(receive)


async def _until_gone(receive: Callable[[], Awaitable[Any]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def create_app(*, seed: bool = True, clock: Clock | None = None, rng: random.Random | None = None) -> Sandbox:
    """A new sandbox with its own memory. ``seed`` fills it with the same small business each time, its dates counted
    back from the clock's now; ``rng`` makes the ids of what is created later.
    """
    clock = clock or SystemClock()
    # Ids have to be repeatable, not secret.
    sandbox = Sandbox(registry(), clock=clock, rng=rng or random.Random(20_261_028))  # noqa: S311
    if seed:
        fill(sandbox.state, sandbox.registry, now=int(clock.now()))
    return sandbox
