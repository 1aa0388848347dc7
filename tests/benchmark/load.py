"""A source of load in a process of its own: ``python -m tests.benchmark.load``.

It reads orders, a JSON object a line, and answers each with what it measured. It writes requests that were signed
before the clock started onto connections that stay open, and parses no more of an answer than it must, so that it takes
little of the machine from the server it measures.
"""

import asyncio
import itertools
import json
import sys
import time
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import uvloop

from tests.benchmark import SECRET, SUPPORT, TEAM
from tests.benchmark.measuring import spread
from tests.fakes.slack_payloads import FORM, command, signature

_numbers = itertools.count(1)


class Link(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answered: asyncio.Future[int] | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are asyncio's only in what they do.
        self._transport = cast(asyncio.Transport, transport)

    async def ask(self, request: bytes) -> int:
        """Send a request; the status of the answer."""
        assert self._transport is not None
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answered

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, body = self._buffer.partition(b"\r\n\r\n")
        if not end or self._answered is None:
            return
        [length] = [
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")[1:]
            if line.partition(b":")[0].lower() == b"content-length"
        ]
        if len(body) >= length:
            self._buffer = b""
            self._answered.set_result(int(head[9:12]))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(ConnectionError("the server closed the connection"))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def requests(host: str, text: str, responses: str, count: int) -> list[bytes]:
    """As many commands, each its own delivery, signed now."""
    made = []
    timestamp = str(int(time.time()))
    for number in itertools.islice(_numbers, count):
        fields = command(
            text, team=TEAM, channel=SUPPORT, trigger=f"{number}.load", response_url=f"{responses}/load-{number}"
        )
        body = urlencode(fields).encode()
        head = (
            f"POST /slack/events HTTP/1.1\r\nHost: {host}\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n"
            f"X-Slack-Request-Timestamp: {timestamp}\r\nX-Slack-Signature: {signature(SECRET, timestamp, body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


async def carry_out(order: dict[str, Any]) -> dict[str, float]:
    """One order: ``url``, ``count``, ``at_once``, ``text``, ``responses`` and, for a steady flow, ``rate`` a second.

    Without a rate each connection asks again as soon as it was answered. With one, requests leave at their times
    whatever the answers do, and latency counts from when a request was due.
    """
    parts = urlsplit(order["url"])
    waiting = requests(parts.netloc, order["text"], order["responses"], order["count"])
    loop = asyncio.get_running_loop()
    links = [(await loop.create_connection(Link, parts.hostname, parts.port))[1] for _ in range(order["at_once"])]
    seconds: list[float] = []
    wrong = 0

    async def ask(link: Link, request: bytes, due: float) -> None:
        nonlocal wrong
        wrong += await link.ask(request) != 200
        seconds.append(time.perf_counter() - due)

    async def keep_asking(link: Link) -> None:
        while waiting:
            await ask(link, waiting.pop(), time.perf_counter())

    async def flow(rate: float) -> None:
        free, tasks = list(links), []

        async def one(request: bytes, due: float) -> None:
            link = free.pop()
            await ask(link, request, due)
            free.append(link)

        begun = time.perf_counter()
        for place, request in enumerate(waiting):
            due = begun + place / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(one(request, due)))
        await asyncio.gather(*tasks)

    begun = time.perf_counter()
    if order.get("rate"):
        await flow(order["rate"])
    else:
        await asyncio.gather(*(keep_asking(link) for link in links))
    passed = time.perf_counter() - begun
    for link in links:
        link.close()
    if wrong:
        raise RuntimeError(f"{wrong} answers were not 200")
    return {"rate": order["count"] / passed, **spread(seconds)}


def main() -> None:
    """Carry out orders until there are no more."""
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(uvloop.run(carry_out(json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
