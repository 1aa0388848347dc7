"""Acknowledging commands: latency and throughput, beside a bare Bolt app and a floor.

Like beside like are the floor, Bolt and our door with a listener that only acknowledges. The whole bot is
``countersign serve --http`` as it is run: each command that it acknowledges it also answers (``help``: a read of the
database and a message to Slack), and that work shares its one core with the acknowledgements that follow.
"""

import asyncio
import time
from contextlib import ExitStack
from typing import Any

import httpx

from tests.benchmark.house import House, house
from tests.benchmark.measuring import Column, Figures, Options, table
from tests.benchmark.processes import AROUND, MEASURED, Child, python, server

FLOOR, BOLT, FIRST = "floor: Starlette and the signature", "bare Bolt", "bare Bolt, process_before_response"
DOOR, BOT = "our door, acknowledging only", "whole bot, /stripe help"
READING = "whole bot, /stripe customers list"
COUNTS = {1: 250, 16: 1000, 64: 2000}
"""How many requests, by how many at once."""
BOT_COUNT = 250
"""Fewer for the whole bot, which has to answer them all before the next subject's turn."""
FLOW, FLOW_COUNT = 10.0, 50
"""Commands a second, and how many, in the steady flow."""


class Subjects:
    """The servers, and who asks them."""

    def __init__(self, load: Child, around: House, urls: dict[str, str]) -> None:
        self._load = load
        self._around = around
        self._urls = urls

    def ask(self, subject: str, count: int, at_once: int, rate: float | None = None) -> dict[str, float]:
        """One round of one subject; returns when all that it led to has been done."""
        order: dict[str, Any] = {
            "url": self._urls[subject],
            "count": count,
            "at_once": at_once,
            "text": "customers list --limit 3" if subject == READING else "help",
            "responses": self._around.responses,
            "rate": rate,
        }
        figures: dict[str, float] = self._load.ask(order)
        if subject in {BOT, READING}:
            self._let_finish()
        return figures

    def _seen(self) -> dict[str, int]:
        seen: dict[str, int] = httpx.get(f"{self._around.slack_door}/seen").json()
        return seen

    def _let_finish(self) -> None:
        """Until Slack hears no more from the bot."""
        before: dict[str, int] = {}
        now = self._seen()
        while before != now:
            time.sleep(0.5)
            before, now = now, self._seen()


def run(options: Options) -> list[str]:
    """The section's tables."""
    with ExitStack() as stack:
        around = stack.enter_context(house())
        database = f"sqlite:///{around.folder / 'acknowledging.sqlite3'}"
        asyncio.run(_prepare(around, database))
        bot = stack.enter_context(around.serving(database, MEASURED)).url
        names = {FLOOR: "floor", BOLT: "bolt", FIRST: "bolt-first", DOOR: "door"}
        urls = {subject: stack.enter_context(server(name)).addresses[0] for subject, name in names.items()}
        load = stack.enter_context(python("-m", "tests.benchmark.load", core=AROUND))
        subjects = Subjects(load, around, {**urls, BOT: bot, READING: bot})
        for subject in (*urls, BOT, READING):
            subjects.ask(subject, 20, 4)
        closed = [_at_once(options, subjects, count, at_once) for at_once, count in COUNTS.items()]
        return [*closed, _flowing(options, subjects)]


def _at_once(options: Options, subjects: Subjects, count: int, at_once: int) -> str:
    figures = Figures()
    for _ in range(options.rounds):
        for subject in (FLOOR, BOLT, FIRST, DOOR, BOT):
            wanted = min(count, BOT_COUNT) if subject == BOT else count
            figures.note(subject, subjects.ask(subject, options.some(wanted), at_once))
    return table(f"acknowledging, {at_once} at once", figures, _COLUMNS)


def _flowing(options: Options, subjects: Subjects) -> str:
    figures = Figures()
    for _ in range(options.rounds):
        for subject in (FLOOR, BOLT, FIRST, DOOR, BOT, READING):
            figures.note(subject, subjects.ask(subject, options.some(FLOW_COUNT), 64, FLOW))
    return table(f"acknowledging a flow of {FLOW:.0f} commands a second", figures, _COLUMNS[2:])


_COLUMNS = [
    Column("rate", "acks/s"),
    Column("rate", "x bare Bolt", BOLT),
    Column("p50", "p50 ms"),
    Column("p95", "p95 ms"),
    Column("p99", "p99 ms"),
    Column("p50", "p50 x bare Bolt", BOLT),
    Column("p50", "p50 x floor", FLOOR),
]


async def _prepare(around: House, database: str) -> None:
    async with around.bot(database):
        pass
