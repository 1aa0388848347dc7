"""The sandbox as a real HTTP server, in the running loop, with connections that can really be cut."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from operations.sandbox.app import ABORT, Sandbox


class _CuttingProtocol(HttpToolsProtocol):
    """Hands the application the means to cut its own connection, as an ASGI extension."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn says so too
        super().connection_made(transport)
        app = self.app

        async def with_abort(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})[ABORT] = transport.abort
            await app(scope, receive, send)

        self.app = with_abort


class _QuietServer(uvicorn.Server):
    """A server that leaves the process's signals to its owner and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class RunningSandbox:
    """A sandbox that listens. ``url`` has no slash at its end."""

    def __init__(self, app: Sandbox, url: str, server: _QuietServer, task: asyncio.Task[None]) -> None:
        self.app = app
        self.url = url
        self._server = server
        self._task = task

    async def wait(self) -> None:
        """Until the server ends."""
        await self._task

    async def aclose(self) -> None:
        """Stops listening, and cuts what is still open."""
        for listener in self._server.servers:
            listener.close()
        for connection in list(self._server.server_state.connections):
            connection.shutdown()
            if connection.transport is not None:
                connection.transport.abort()
        # uvicorn's own way out sleeps twice, which thousands of tests would wait for.
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task


def _listen(host: str, port: int) -> socket.socket:
    # The protocol is named because asyncio turns Nagle's algorithm off only where it is; else each answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


async def serve(app: Sandbox, host: str = "127.0.0.1", port: int = 0) -> RunningSandbox:
    """Listens in the running loop, on IPv4; port 0 takes a free one. Raises OSError if the port is taken."""
    listener = _listen(host, port)
    config = uvicorn.Config(
        app, http=_CuttingProtocol, ws="none", lifespan="off", log_config=None, access_log=False, server_header=False
    )
    server = _QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="sandbox")
    await server.listening.wait()
    return RunningSandbox(app, f"http://{host}:{listener.getsockname()[1]}", server, task)
