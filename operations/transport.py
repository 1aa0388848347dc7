"""How bytes get to Stripe: an httpx transport over aiohttp that resends nothing and says whether anything left.

aiohttp holds its speed where httpx's own transport slows down with every concurrent call. A general adapter won't do
for calls that move money, so this one is ours: the target goes out byte for byte as it was signed (no requoting), a
broken connection is never resent behind the executor's back, no cookie of one workspace's answers reaches another's
calls, and :class:`httpx.ConnectError` means that no byte of the request left, which nothing else here raises.
"""

import io
import ssl
from collections.abc import AsyncIterator
from functools import cache

import aiohttp
import httpx
from yarl import URL

_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)
_IN_FLIGHT = (aiohttp.ClientError, TimeoutError, OSError)


@cache
def _authorities() -> ssl.SSLContext:
    """Whom connections are checked against; read once, since that takes a while."""
    return httpx.create_ssl_context(trust_env=False)


class AiohttpTransport(httpx.AsyncBaseTransport):
    """A transport whose connections open with the first request, inside the running loop.

    ``proxy`` is the address of an HTTP proxy; the environment is not asked for one. Connections to Stripe are checked
    against certifi's authorities.
    """

    def __init__(self, *, proxy: str | None = None, connections: int = 100) -> None:
        self._proxy = proxy
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ssl=_authorities()),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
            )
            # No public switch turns this off: a DELETE whose connection broke would be sent again, and the second
            # answer ("no such object") would hide that the first was carried out.
            self._session._retry_connection = False
        return self._session

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        timeout = request.extensions.get("timeout", {})
        try:
            answer = await self._open().request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=request.headers.multi_items(),
                # In pieces: a large body in one would hold up everything else on the event loop.
                data=io.BytesIO(request.content) if request.content else None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    connect=timeout.get("pool"), sock_connect=timeout.get("connect"), sock_read=timeout.get("read")
                ),
                proxy=self._proxy,
            )
        except _NEVER_SENT as error:
            raise httpx.ConnectError(type(error).__name__) from error
        except _IN_FLIGHT as error:
            raise httpx.ReadError(type(error).__name__) from error
        return httpx.Response(answer.status, headers=list(answer.raw_headers), stream=_Body(answer), request=request)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()


class _Body(httpx.AsyncByteStream):
    """The body of an answer as it arrives. Raises httpx.ReadError where it breaks off."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._answer.content.iter_any():
                yield chunk
        except _IN_FLIGHT as error:
            raise httpx.ReadError(type(error).__name__) from error

    async def aclose(self) -> None:
        if self._answer.content.at_eof():
            self._answer.release()
        else:
            self._answer.close()
