"""One call to Stripe through the executor, beside plain httpx and raw aiohttp, against an echo in its own process.

All of them post the same form with the same headers and read the JSON of the answer. The executor lets a key have only
so many calls in flight (``CALLS_IN_FLIGHT_PER_KEY``), so it is given as many keys as the calls at once need.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeAlias

import aiohttp
import httpx

from operations.clock import SystemClock
from operations.encoding import Request, encode
from operations.executor import CALLS_IN_FLIGHT_PER_KEY, Executor
from operations.grammar import Command, parse
from operations.outcome import Succeeded
from operations.registry import registry
from operations.secrets import SecretKey
from tests.benchmark.measuring import Column, Figures, Options, spread, table
from tests.benchmark.processes import AROUND, MEASURED, pin, server

HTTPX, AIOHTTP, EXECUTOR = "plain httpx.AsyncClient", "raw aiohttp", "our executor"
COUNTS = {1: 300, 16: 400, 64: 400}
"""How many calls, by how many at once."""
KEY = "sk_test_BenchmarkNotARealKey"

Send: TypeAlias = Callable[[int], Awaitable[object]]
"""Sends the call of a number and reads its answer."""


def run(options: Options) -> list[str]:
    """The section's tables."""
    with server("echo", AROUND) as echo:
        pin(0, MEASURED)
        return asyncio.run(_run(options, echo.addresses[0]))


async def _run(options: Options, url: str) -> list[str]:
    request = _request()
    async with AsyncExitStack() as stack:
        senders: dict[str, Send] = {
            HTTPX: await stack.enter_async_context(_httpx(request, url)),
            AIOHTTP: await stack.enter_async_context(_aiohttp(request, url)),
            EXECUTOR: await stack.enter_async_context(_executor(request, url)),
        }
        for send in senders.values():
            await _calls(send, 128, 64)
        return [await _table(options, senders, count, at_once) for at_once, count in COUNTS.items()]


async def _table(options: Options, senders: dict[str, Send], count: int, at_once: int) -> str:
    figures = Figures()
    for _ in range(options.rounds):
        for name, send in senders.items():
            figures.note(name, await _calls(send, options.some(count), at_once))
    columns = [
        Column("rate", "calls/s"),
        Column("rate", "x httpx", HTTPX),
        Column("p50", "p50 ms"),
        Column("p95", "p95 ms"),
        Column("p99", "p99 ms"),
        Column("p50", "p50 x httpx", HTTPX),
        Column("p50", "p50 x aiohttp", AIOHTTP),
        Column("processor", "CPU ms"),
    ]
    return table(f"one call to Stripe, {at_once} at once", figures, columns)


async def _calls(send: Send, count: int, at_once: int) -> dict[str, float]:
    numbers = list(range(count))
    seconds: list[float] = []

    async def keep_sending() -> None:
        while numbers:
            begun = time.perf_counter()
            await send(numbers.pop())
            seconds.append(time.perf_counter() - begun)

    begun, processor = time.perf_counter(), time.process_time()
    await asyncio.gather(*(keep_sending() for _ in range(at_once)))
    passed, processor = time.perf_counter() - begun, time.process_time() - processor
    return {"rate": count / passed, "processor": processor / count * 1e3, **spread(seconds)}


def _request() -> Request:
    catalog = registry()
    command = parse(
        "refunds create --charge ch_3Benchmark --amount 500 --reason requested_by_customer -d metadata[ticket]=4711",
        catalog,
    )
    assert isinstance(command, Command)
    return encode(command.call, catalog.api_version)


def _headers(request: Request, number: int) -> dict[str, str]:
    assert request.content_type is not None
    return {
        **request.headers,
        "Authorization": f"Bearer {KEY}",
        "Content-Type": request.content_type,
        "Idempotency-Key": f"countersign-{number}",
    }


@asynccontextmanager
async def _httpx(request: Request, url: str) -> AsyncIterator[Send]:
    async with httpx.AsyncClient(trust_env=False) as client:

        async def send(number: int) -> object:
            answer = await client.post(url + request.target, content=request.content, headers=_headers(request, number))
            return answer.raise_for_status().json()

        yield send


@asynccontextmanager
async def _aiohttp(request: Request, url: str) -> AsyncIterator[Send]:
    async with aiohttp.ClientSession() as session:

        async def send(number: int) -> object:
            headers = _headers(request, number)
            async with session.post(url + request.target, data=request.content, headers=headers) as answer:
                answer.raise_for_status()
                return await answer.json()

        yield send


@asynccontextmanager
async def _executor(request: Request, url: str) -> AsyncIterator[Send]:
    keys = [SecretKey.parse(f"{KEY}{number}") for number in range(max(COUNTS) // CALLS_IN_FLIGHT_PER_KEY)]
    executor = Executor(api_base=url, clock=SystemClock(), random=random.random)

    async def send(number: int) -> object:
        outcome = await executor.perform(request, key=keys[number % len(keys)], idempotency_key=f"countersign-{number}")
        if not isinstance(outcome, Succeeded):
            raise TypeError(f"the echo answered {outcome}")
        return outcome.data

    try:
        yield send
    finally:
        await executor.aclose()
