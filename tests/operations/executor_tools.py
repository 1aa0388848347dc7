"""What the executor's tests share: a clock that is told the time, answers by script, small Stripe-shaped requests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from operations.call import Json
from operations.encoding import FORM, Request
from operations.executor import Executor, Timeouts
from operations.outcome import Outcome
from operations.secrets import SecretKey

VERSION = {"Stripe-Version": "2026-10-28.endive"}
KEY = SecretKey.parse("sk_test_this_is_not_a_real_key")
IDEMPOTENCY_KEY = "run-1"

REFUND = Request("POST", "api", "/v1/refunds", b"charge=ch_1&amount=500", FORM, VERSION)
READ = Request("GET", "api", "/v1/customers?limit=3&expand[]=data.default_source", b"", None, VERSION)
DELETE = Request("DELETE", "api", "/v1/customers/cus_1", b"", None, VERSION)
DELETE_V2 = Request("DELETE", "api", "/v2/core/event_destinations/ed_1", b"", None, VERSION)


@dataclass
class FakeClock:
    """Time that passes only by sleeping, and remembers for how long."""

    time: float = 1_800_000_000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def answer(status: int, body: object = None, **headers: str) -> httpx.Response:
    """An answer of Stripe's; header names are written with underscores."""
    content = json.dumps({} if body is None else body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=content, headers={"content-type": "application/json", **named})


def error(
    status: int, *, kind: str = "invalid_request_error", code: str | None = None, **rest: object
) -> Mapping[str, object]:
    """The body of an error answer of Stripe's."""
    members = {"type": kind, "message": f"It went wrong with {status}.", **rest}
    return {"error": members if code is None else {**members, "code": code}}


def refusal(
    status: int, *, code: str | None = None, kind: str = "invalid_request_error", **headers: str
) -> httpx.Response:
    return answer(status, error(status, kind=kind, code=code), request_id=f"req_{status}", **headers)


DONE: dict[str, Json] = {"id": "re_1", "object": "refund", "status": "succeeded"}


class Script(httpx.AsyncBaseTransport):
    """A network that answers as told, one item per send, and keeps what was sent. An exception item is raised."""

    def __init__(self, *items: httpx.Response | Exception) -> None:
        self.items = list(items)
        self.sent: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        item = self.items.pop(0)
        if isinstance(item, Exception):
            raise item
        return item


async def perform(
    script: httpx.AsyncBaseTransport,
    request: Request = REFUND,
    *,
    unsettled: bool = False,
    clock: FakeClock | None = None,
    attempts: int = 4,
    timeouts: Timeouts | None = None,
    api_base: str | None = None,
    idempotency_key: str | None = IDEMPOTENCY_KEY,
) -> Outcome:
    """One call through a new executor, which is closed again."""
    executor = Executor(
        api_base=api_base,
        clock=clock or FakeClock(),
        random=lambda: 1.0,
        transport=script,
        attempts=attempts,
        timeouts=timeouts,
    )
    try:
        return await executor.perform(request, key=KEY, idempotency_key=idempotency_key, unsettled=unsettled)
    finally:
        await executor.aclose()
