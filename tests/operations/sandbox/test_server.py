"""The sandbox behind real sockets, in this process and in another."""

import asyncio
import sys
from collections.abc import AsyncIterator

import httpx
import pytest

from operations.sandbox import RunningSandbox, Sandbox, serve
from operations.sandbox.app import NOTICE
from operations.sandbox.keys import TEST_KEY
from operations.sandbox.seed import HIGHLIGHTS

HEADERS = {"Authorization": f"Bearer {TEST_KEY}", "Content-Type": "application/x-www-form-urlencoded"}
BODY = f"charge={HIGHLIGHTS['refundable_charge']}&amount=100".encode()


@pytest.fixture
async def running(sandbox: Sandbox) -> AsyncIterator[RunningSandbox]:
    """A listening sandbox."""
    server = await serve(sandbox)
    yield server
    await server.aclose()


async def _raw(running: RunningSandbox, head: bytes, body: bytes = b"") -> bytes:
    """Sends bytes and reads until the server closes the connection."""
    host, port = running.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
    await writer.drain()
    received = b""
    try:
        while chunk := await reader.read(65_536):
            received += chunk
    except ConnectionResetError:
        pass
    writer.close()
    return received


HEAD = (
    b"POST /v1/refunds HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer "
    + TEST_KEY.encode()
    + b"\r\nContent-Type: application/x-www-form-urlencoded\r\n"
)


async def test_server_answers_on_its_url(running: RunningSandbox) -> None:
    """A free port, the banner, and Stripe's API."""
    async with httpx.AsyncClient(base_url=running.url) as client:
        assert (await client.get("/")).json() == {"notice": NOTICE}
        answer = await client.get("/v1/charges?limit=1", headers=HEADERS)
    assert (answer.status_code, len(answer.json()["data"])) == (200, 1)


@pytest.mark.parametrize(("kind", "effects"), [("drop_before", 0), ("drop_after", 1)])
async def test_dropped_connection_has_no_byte_of_an_answer(running: RunningSandbox, kind: str, effects: int) -> None:
    """The socket is closed, not answered; the server goes on."""
    running.app.faults.add("refunds", kind)  # type: ignore[arg-type] # one of the kinds
    assert await _raw(running, HEAD, BODY) == b""
    assert len(running.app.journal.effects) == effects
    assert (await _raw(running, HEAD, BODY)).startswith(b"HTTP/1.1 200")


async def test_dropped_connection_is_an_error_of_the_transport(running: RunningSandbox) -> None:
    """What an HTTP client makes of it: no answer, on a connection that was good a moment ago."""
    running.app.faults.add("refunds", "drop_after")
    async with httpx.AsyncClient(base_url=running.url) as client:
        await client.get("/v1/charges?limit=1", headers=HEADERS)
        with pytest.raises(httpx.TransportError):
            await client.post("/v1/refunds", content=BODY, headers=HEADERS)


async def test_truncated_answer_is_shorter_than_its_length(running: RunningSandbox) -> None:
    """The header promises more than comes."""
    running.app.faults.add("refunds", "truncated")
    head, _, body = (await _raw(running, HEAD, BODY)).partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    assert 0 < len(body) < length


async def test_two_servers_are_two_memories(sandbox: Sandbox, running: RunningSandbox) -> None:
    """Nothing is shared but the code."""
    other = await serve(sandbox)
    assert other.url != running.url
    await other.aclose()


async def test_sandbox_runs_as_a_process_of_its_own() -> None:
    """``python -m operations.sandbox`` says what it is and where it listens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "operations.sandbox", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        notice = (await process.stdout.readline()).decode().strip()
        url = (await process.stdout.readline()).decode().strip().removeprefix("Listening on ")
        async with httpx.AsyncClient(base_url=url) as client:
            answer = await client.get(f"/v1/charges/{HIGHLIGHTS['refundable_charge']}", headers=HEADERS)
    finally:
        process.terminate()
        await process.communicate()
    assert (notice, answer.json()["amount"]) == (NOTICE, 4200)
