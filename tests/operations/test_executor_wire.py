"""The executor over real sockets: what breaks on the way, and what exactly goes out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.encoding import FORM, Request, form_text
from operations.executor import Executor, Timeouts
from operations.outcome import Failed, Outcome, Succeeded, Unknown
from operations.transport import AiohttpTransport
from tests.examples import examples
from tests.operations.executor_tools import DELETE, IDEMPOTENCY_KEY, KEY, READ, REFUND, VERSION, FakeClock

OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"id":"re_1"}'
CUT = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"id":'
CUT_WITHOUT_LENGTH = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{"id":'
CUT_CHUNKED = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\n'
NOT_HTTP = b"SSH-2.0-OpenSSH_9.2\r\n\r\n"
MISSING = (
    b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 69\r\n\r\n"
    b'{"error":{"type":"invalid_request_error","code":"resource_missing"}}\r\n'
)
DROP = b""
SILENCE = None


@dataclass
class Wire:
    """A server that answers request number n of its life with item n, byte for byte, and keeps the requests.

    An empty item closes the connection without an answer, None never answers; after an item that isn't whole the
    connection is closed.
    """

    items: list[bytes | None]
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
                )
                self.requests.append(head + await reader.readexactly(length))
                self.arrived.set()
                item = self.items.pop(0)
                if item is None:
                    await reader.read()
                    return
                writer.write(item)
                await writer.drain()
                if item not in (OK, MISSING):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def wire(*items: bytes | None) -> AsyncIterator[Wire]:
    served = Wire(list(items))
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    async with server:
        yield served


def executor_for(served: Wire, **options: object) -> Executor:
    timeouts = Timeouts(connect=5.0, read=0.1, attempt=5.0)
    return Executor(
        api_base=f"http://127.0.0.1:{served.port}",
        clock=FakeClock(),
        random=lambda: 0.0,
        **{"timeouts": timeouts, **options},  # type: ignore[arg-type]  # a test's own keywords
    )


async def perform(served: Wire, *requests: Request, **options: object) -> list[Outcome]:
    executor = executor_for(served, **options)
    try:
        return [await executor.perform(each, key=KEY, idempotency_key=IDEMPOTENCY_KEY) for each in requests]
    finally:
        await executor.aclose()


@pytest.mark.parametrize(
    "fault", [DROP, SILENCE, CUT, CUT_WITHOUT_LENGTH, CUT_CHUNKED, NOT_HTTP], ids=lambda item: repr(item)[-20:]
)
async def test_a_broken_answer_is_asked_for_again_byte_for_byte(fault: bytes | None) -> None:
    """Dropped, silent, cut and garbled answers may all follow an effect."""
    async with wire(fault, OK) as served:
        [outcome] = await perform(served, REFUND)
    assert isinstance(outcome, Succeeded)
    assert outcome.data == {"id": "re_1"}
    first, second = served.requests
    assert first == second
    assert first.endswith(REFUND.content)


@pytest.mark.parametrize("fault", [DROP, SILENCE, CUT, CUT_CHUNKED, NOT_HTTP], ids=lambda item: repr(item)[-20:])
async def test_answers_that_keep_breaking_leave_a_write_unknown_and_a_read_failed(fault: bytes | None) -> None:
    """Never a guess: a connection that broke after the request left is not 'no connection'."""
    async with wire(*[fault] * 8) as served:
        write, read = await perform(served, REFUND, READ)
    assert isinstance(write, Unknown)
    assert isinstance(read, Failed)
    assert len(served.requests) == 8


async def test_a_connection_that_dies_while_it_is_kept_is_not_used_to_send_behind_our_back() -> None:
    """An HTTP client that resends a DELETE by itself would turn a done deletion into a plain 404."""
    async with wire(OK, DROP, MISSING, MISSING) as served:
        warm_up, outcome = await perform(served, READ, DELETE)
    assert isinstance(warm_up, Succeeded)
    methods = [request.split(b" ", 1)[0] for request in served.requests]
    assert methods == [b"GET", b"DELETE", b"DELETE", b"GET"]
    assert isinstance(outcome, Succeeded)
    assert outcome.note is not None, "the lost answer was noticed, so success was established by a look"


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
async def test_the_transport_sends_once(method: str) -> None:
    """One owner of retries: the executor."""
    async with wire(OK, DROP, OK) as served, httpx.AsyncClient(transport=AiohttpTransport()) as client:
        address = f"http://127.0.0.1:{served.port}/v1/customers"
        await client.get(address)
        with pytest.raises(httpx.ReadError):
            await client.request(method, address)
        assert len(served.requests) == 2


async def test_nobody_listening_is_a_failure() -> None:
    """A refused connection proves that no byte was taken."""
    async with wire() as served:
        pass
    [outcome] = await perform(served, REFUND)
    assert isinstance(outcome, Failed)
    assert "no connection" in outcome.error.message


async def test_a_name_that_does_not_exist_is_a_failure() -> None:
    """DNS comes before any byte; .invalid never resolves."""
    executor = Executor(api_base="http://stripe.invalid", clock=FakeClock(), random=lambda: 0.0)
    outcome = await executor.perform(REFUND, key=KEY, idempotency_key="k")
    await executor.aclose()
    assert isinstance(outcome, Failed)


async def test_tls_that_fails_is_a_failure_and_shows_no_key() -> None:
    """The handshake comes before the request, so whoever answers in its place gets no key."""
    seen: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.read(4096))
        writer.write(NOT_HTTP)
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        executor = Executor(api_base=f"https://127.0.0.1:{port}", clock=FakeClock(), random=lambda: 0.0)
        outcome = await executor.perform(REFUND, key=KEY, idempotency_key="k")
        await executor.aclose()
    assert isinstance(outcome, Failed)
    assert len(seen) == 4
    assert KEY.reveal().encode() not in b"".join(seen)


async def test_a_send_that_takes_too_long_in_all_is_given_up() -> None:
    """A server that sends a byte now and then never meets the read timeout; the attempt's own does."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(CUT_WITHOUT_LENGTH)
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.01)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        served = Wire([], server.sockets[0].getsockname()[1])
        timeouts = Timeouts(read=5.0, attempt=0.1)
        [outcome] = await perform(served, REFUND, timeouts=timeouts, attempts=2)
    assert isinstance(outcome, Unknown)


async def test_environment_proxies_and_credentials_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """C15: a proxy is used only where it is configured on purpose."""
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent")
    async with wire(OK) as served:
        [outcome] = await perform(served, READ)
    assert isinstance(outcome, Succeeded)


async def test_a_configured_proxy_is_used() -> None:
    """A plain HTTP base goes to the proxy in absolute form."""
    async with wire(OK) as proxy:
        executor = Executor(
            api_base="http://stripe.invalid",
            clock=FakeClock(),
            random=lambda: 0.0,
            proxy=f"http://127.0.0.1:{proxy.port}",
        )
        outcome = await executor.perform(READ, key=KEY, idempotency_key=None)
        await executor.aclose()
    assert isinstance(outcome, Succeeded)
    assert proxy.requests[0].startswith(f"GET http://stripe.invalid{READ.target} ".encode())


async def test_connections_are_kept_between_calls() -> None:
    """A new connection for each call would cost a TLS handshake each."""
    async with wire(OK, OK, OK) as served:
        await perform(served, READ, REFUND, READ)
    assert served.connections == 1


PARAMETERS = st.dictionaries(
    st.sampled_from(["email", "query", "created", "expand"]),
    st.text(max_size=20).filter(lambda text: not any(0xD800 <= ord(character) <= 0xDFFF for character in text))
    | st.lists(st.sampled_from(["data.customer", "a+b"]), min_size=1, max_size=2).map(tuple)
    | st.fixed_dictionaries({"gte": st.integers(0, 9)}),
    max_size=4,
)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PARAMETERS, st.sampled_from(["/v1/customers", "/v1/coupons/a%20b%2Bc%40", "/v1/plans/~.x"]))
def test_the_target_on_the_wire_is_the_target_that_was_signed(parameters: dict[str, object], path: str) -> None:
    """No library on the way requotes brackets, blanks, plus signs or anything else."""
    query = form_text(parameters)  # type: ignore[arg-type]  # generated
    target = f"{path}?{query}" if query else path

    async def send() -> bytes:
        async with wire(OK) as served:
            [outcome] = await perform(served, Request("GET", "api", target, b"", None, VERSION))
            assert isinstance(outcome, Succeeded)
            return served.requests[0]

    line = asyncio.run(send()).split(b"\r\n", 1)[0]
    assert line == f"GET {target} HTTP/1.1".encode()


async def test_headers_on_the_wire_are_ours_alone() -> None:
    """Nothing is added that could change what a call means."""
    async with wire(OK) as served:
        await perform(served, Request("POST", "api", "/v1/refunds", b"a=b", FORM, VERSION))
    lines = served.requests[0].split(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    names = sorted(line.split(":", 1)[0].lower() for line in lines)
    assert names == [
        "accept",
        "accept-encoding",
        "authorization",
        "content-length",
        "content-type",
        "host",
        "idempotency-key",
        "stripe-version",
        "user-agent",
    ]


async def test_a_cancelled_call_stops_and_leaves_the_executor_usable() -> None:
    """Draining cancels what hangs; the next call isn't blocked by it."""
    async with wire(SILENCE, OK) as served:
        executor = executor_for(served, timeouts=Timeouts(read=30.0))
        hanging = asyncio.create_task(executor.perform(REFUND, key=KEY, idempotency_key="k"))
        await served.arrived.wait()
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        assert isinstance(await executor.perform(READ, key=KEY, idempotency_key=None), Succeeded)
        await executor.aclose()
