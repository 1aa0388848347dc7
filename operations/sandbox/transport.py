"""The sandbox without a socket: an httpx transport for tests that need no server."""

import httpx

from operations.sandbox.app import ConnectionCutError, Sandbox


class SandboxTransport(httpx.AsyncBaseTransport):
    """Carries requests straight into a sandbox. A cut connection is what httpx makes of a real one."""

    def __init__(self, app: Sandbox) -> None:
        self._inner = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises httpx.RemoteProtocolError where the sandbox cuts the connection."""
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionCutError:
            raise httpx.RemoteProtocolError(
                "Server disconnected without sending a response.", request=request
            ) from None
