"""A seeded sandbox on a clock that stands still, and a client that speaks to it as the executor would."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from operations.call import Call, bind
from operations.encoding import encode
from operations.sandbox import Sandbox, SandboxTransport, create_app
from operations.sandbox.keys import TEST_KEY
from tests.fakes.clock import ManualClock


class Client:
    """Sends calls as the encoder writes them, without a socket."""

    def __init__(self, app: Sandbox, http: httpx.AsyncClient) -> None:
        self.app = app
        self.http = http

    async def call(self, key: str, *path_ids: str, api_key: str = TEST_KEY, **parameters: Any) -> httpx.Response:
        """``await client.call("POST /v1/customers/{customer}", "cus_1", name="Jenny")``."""
        return await self.send(self.bound(key, *path_ids, **parameters), api_key=api_key)

    def bound(self, key: str, *path_ids: str, **parameters: Any) -> Call:
        """The call of an operation's key, path ids and parameters."""
        operation = self.app.registry.by_key(key)
        assert operation is not None, key
        names = [each.name for each in operation.path_parameters]
        return bind(operation, dict(zip(names, path_ids, strict=True)), parameters)

    async def send(
        self, call: Call, *, api_key: str = TEST_KEY, once: str | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Sends a call. ``once`` is its idempotency key."""
        request = encode(call, self.app.registry.api_version)
        sent = {**request.headers, **(headers or {}), "Authorization": f"Bearer {api_key}"}
        if request.content_type is not None:
            sent["Content-Type"] = request.content_type
        if once is not None:
            sent["Idempotency-Key"] = once
        return await self.http.request(request.method, request.target, content=request.content, headers=sent)


@pytest.fixture
def clock() -> ManualClock:
    """A clock that the test moves."""
    return ManualClock()


@pytest.fixture(scope="session")
def seeded() -> bytes:
    """The seeded state, made once."""
    return create_app(clock=ManualClock()).state.snapshot()


@pytest.fixture
def sandbox(clock: ManualClock, seeded: bytes) -> Sandbox:
    """A seeded sandbox."""
    app = create_app(seed=False, clock=clock)
    app.state.restore(seeded)
    return app


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    """A client with the test key."""
    async with httpx.AsyncClient(transport=SandboxTransport(sandbox), base_url="http://sandbox.test") as http:
        yield Client(sandbox, http)


def error_of(answer: httpx.Response) -> dict[str, Any]:
    """The error object of a refusal."""
    error: dict[str, Any] = answer.json()["error"]
    return error
