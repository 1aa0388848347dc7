"""Whole commands in this process: from Slack's delivery until everything has been said, on SQLite and on PostgreSQL.

The fake Slack and the sandbox Stripe are processes of their own. Beside each command stand the exchanges that it led to
(one call to Stripe, the messages to Slack), made one after another by plain httpx without any record; what is more is
the price of the record, the encryption, the policy and the cards.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import pytest
from sqlalchemy import Connection, event, select

from bot.app import Countersign
from bot.cards import APPROVE
from bot.store.engine import Transaction
from bot.store.tables import messages
from operations.clock import SystemClock
from operations.sandbox.keys import TEST_KEY
from operations.sandbox.seed import HIGHLIGHTS
from tests.benchmark import SUPPORT
from tests.benchmark.house import House, house
from tests.benchmark.measuring import Column, Figures, Options, percentile, table
from tests.benchmark.processes import MEASURED, pin
from tests.databases import scratch_database
from tests.fakes import slack_payloads
from tests.fakes.slack import TOKEN
from tests.world import SECRET

COUNT, AT_ONCE = 40, 16
READ = "customers list --limit 3"
REFUND = f"refunds create --charge {HIGHLIGHTS['large_charge']} --amount 1"
_SLACK_CALLS = 3
"""Messages to Slack that a read leads to: the head, the answer in its thread, the head with the outcome."""


class Desk:
    """A bot in this process, what is typed to it, and a count of its transactions."""

    def __init__(self, bot: Countersign, around: House, http: httpx.AsyncClient, plain: httpx.AsyncClient) -> None:
        self._bot = bot
        self._around = around
        self._plain = plain
        self._sender = slack_payloads.Sender(http, SECRET, SystemClock())
        self._numbers = 0
        self.transactions: Counter[str] = Counter()
        write = bot.store.engines[0]

        def begun(connection: Connection) -> None:
            self.transactions["writes" if connection.engine is write else "reads"] += 1

        for engine in bot.store.engines:
            event.listen(engine, "begin", begun)

    async def type(self, text: str) -> None:
        """Deliver a command; returns when it is acknowledged."""
        self._numbers += 1
        answer = await self._sender.command(
            text,
            user="U0ALICE",
            channel=SUPPORT,
            trigger=f"{self._numbers}.{time.time_ns()}",
            response_url=f"{self._around.responses}/desk-{self._numbers}",
        )
        answer.raise_for_status()

    async def approve(self) -> None:
        """Have the second person press Approve on the newest card."""
        card = (await self._plain.get(f"{self._around.slack_door}/card")).json()
        [value] = [
            element["value"]
            for block in card["blocks"]
            for element in block.get("elements", [])
            if element.get("action_id") == APPROVE
        ]
        click = slack_payloads.click(
            APPROVE,
            value,
            user="U0BOB",
            channel=SUPPORT,
            message={"ts": card["ts"], "text": card["text"]},
            response_url=f"{self._around.responses}/click-{self._numbers}",
        )
        (await self._sender.interaction(click)).raise_for_status()

    async def worked(self) -> None:
        """Until no task goes on: what was to be carried out at Stripe has been, and is recorded."""
        while self._bot.supervisor.running:  # noqa: ASYNC110 - an instrument must not change what it measures
            await asyncio.sleep(0.0005)

    async def said(self) -> None:
        """Until nothing is left to be said, either."""
        await self.worked()
        while True:
            unsaid = await self._bot.store.read(self._unsaid)
            self.transactions["reads"] -= 1
            if not unsaid:
                return
            await asyncio.sleep(0.001)

    def _unsaid(self, tx: Transaction) -> bool:
        waiting = select(messages.c.id).where(
            messages.c.team_id == self._bot.team_id, messages.c.delivered < messages.c.version
        )
        return tx.connection.execute(waiting.limit(1)).first() is not None

    async def transaction(self) -> None:
        """A transaction that reads the database's clock."""
        await self._bot.store.transaction(lambda tx: tx.now)

    async def exchanges(self) -> None:
        """What a read command exchanges with Stripe and Slack, and nothing else."""
        url = f"{self._around.stripe}/v1/customers?limit=3"
        customers = (await self._plain.get(url, headers={"Authorization": f"Bearer {TEST_KEY}"})).raise_for_status()
        text = f"{len(customers.json()['data'])} customers"
        for _ in range(_SLACK_CALLS):
            said = {"channel": SUPPORT, "text": text, "unfurl_links": False, "unfurl_media": False}
            answer = await self._plain.post(
                f"{self._around.slack}/api/chat.postMessage", json=said, headers={"Authorization": f"Bearer {TOKEN}"}
            )
            answer.raise_for_status()


def run(options: Options) -> list[str]:
    """The section's tables, one for each database that is there."""
    told = []
    with house() as around:
        pin(0, MEASURED)
        url = f"sqlite:///{around.folder / 'commands.sqlite3'}"
        told += asyncio.run(_on_database("SQLite", url, around, options))
        try:
            with scratch_database() as url:
                told += asyncio.run(_on_database("PostgreSQL", url, around, options))
        except pytest.skip.Exception as skipped:
            told.append(f"not on PostgreSQL: {skipped}")
    return told


async def _on_database(name: str, url: str, around: House, options: Options) -> list[str]:
    figures = Figures()
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(around.bot(url))
        door = httpx.ASGITransport(bot.front_door())
        http = await stack.enter_async_context(httpx.AsyncClient(transport=door, base_url="http://countersign.test"))
        plain = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        desk = Desk(bot, around, http, plain)
        await _read(desk)
        await _refund(desk)
        for _ in range(options.rounds):
            await _round(desk, figures, options.some(COUNT))
    columns = [
        Column("worked", "ms to done"),
        Column("said", "ms to said"),
        Column("p95", "p95"),
        Column("said", "x exchanges", _EXCHANGES),
        Column("writes", "write transactions"),
        Column("reads", "read transactions"),
        Column("processor", "CPU ms"),
    ]
    return [table(f"whole commands on {name}", figures, columns)]


_EXCHANGES = "the read's exchanges alone"
Work = Callable[["Desk"], Awaitable[float]]


async def _round(desk: Desk, figures: Figures, count: int) -> None:
    works: dict[str, Work] = {
        _EXCHANGES: _exchanges,
        "an empty write transaction": _transaction,
        f"a read: {READ}": _read,
        "a refund, asked for": _ask,
        "the same, from the click": _click,
    }
    taken: dict[str, list[tuple[float, float, float, int, int]]] = {name: [] for name in works}
    for _ in range(count):
        for name, work in works.items():
            desk.transactions.clear()
            processor, begun = time.process_time(), time.perf_counter()
            worked = await work(desk)
            said, processor = time.perf_counter(), time.process_time() - processor
            await asyncio.sleep(0.01)  # the outbox looks once more whether anything is due; that is counted, not timed
            taken[name].append(
                (
                    (worked - begun) * 1e3,
                    (said - begun) * 1e3,
                    processor * 1e3,
                    desk.transactions["writes"],
                    desk.transactions["reads"],
                )
            )
    for name, rows in taken.items():
        middle = [percentile(column, 0.5) for column in zip(*rows, strict=True)]
        figures.note(
            name,
            {
                **dict(zip(("worked", "said", "processor", "writes", "reads"), middle, strict=True)),
                "p95": percentile([row[1] for row in rows], 0.95),
            },
        )
    begun = time.perf_counter()
    for _ in range(AT_ONCE):
        await desk.type(READ)
    await desk.said()
    passed = (time.perf_counter() - begun) * 1e3
    figures.note(f"{AT_ONCE} reads at once, each", {"said": passed / AT_ONCE})


async def _exchanges(desk: Desk) -> float:
    await desk.exchanges()
    return time.perf_counter()


async def _transaction(desk: Desk) -> float:
    await desk.transaction()
    return time.perf_counter()


async def _read(desk: Desk) -> float:
    await desk.type(READ)
    return await _until_said(desk)


async def _ask(desk: Desk) -> float:
    await desk.type(REFUND)
    return await _until_said(desk)


async def _click(desk: Desk) -> float:
    await desk.approve()
    return await _until_said(desk)


async def _refund(desk: Desk) -> float:
    await _ask(desk)
    return await _click(desk)


async def _until_said(desk: Desk) -> float:
    await desk.worked()
    worked = time.perf_counter()
    await desk.said()
    return worked
