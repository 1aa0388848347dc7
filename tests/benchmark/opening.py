"""Opening a modal: from a command's delivery at the front door until ``views.open`` arrives at Slack.

Everything is in this process, the fake Slack behind a real socket. The floor is a bare Bolt app that opens a modal on
the command. The bot is measured as it is, and again with the surroundings slow: every statement waits half a second
before the database sees it, Stripe takes five seconds to answer, and Slack two to tell who somebody is.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from aiohttp import web
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.store.engine import Store
from operations.clock import SystemClock
from tests.benchmark.measuring import Column, Figures, Options, spread, table
from tests.fakes import slack_payloads
from tests.fakes.slack import TOKEN, FakeSlack, Workspace
from tests.world import SECRET, SUPPORT, TEAM, world

FLOOR = "floor: bare Bolt, views.open"
PICKER, FORM = "/stripe", "/stripe refunds create"
SLOW = ", all slow"
COUNT, PAUSE_SECONDS = 40, 0.1
STATEMENT_SECONDS, STRIPE_SECONDS, WHO_SECONDS = 0.5, 5.0, 2.0
VIEW = {"type": "modal", "title": {"type": "plain_text", "text": "Stripe"}, "blocks": [{"type": "divider"}]}


class WatchedSlack(FakeSlack):
    """A fake Slack that tells when a modal is asked for, and may be slow to tell who somebody is."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: asyncio.Queue[float] = asyncio.Queue()
        self.slow = False

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if method == "views.open":
            self.opened.put_nowait(time.perf_counter())
        if self.slow and method == "users.info":
            await asyncio.sleep(WHO_SECONDS)
        return await super()._api(request)


class Desk:
    """Where commands are typed to an app, and the moment is taken at which its modal arrives."""

    def __init__(self, app: Callable[..., Awaitable[None]], slack: WatchedSlack, workspace: Workspace) -> None:
        self._slack = slack
        self._workspace = workspace
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://countersign.test")
        self._sender = slack_payloads.Sender(self._client, SECRET, SystemClock())

    async def seconds(self, text: str) -> float:
        """From the delivery of a command until its modal is asked for."""
        begun = time.perf_counter()
        answer = await self._sender.command(
            text,
            user="U0ALICE",
            channel=SUPPORT,
            trigger=self._slack.trigger(self._workspace, "U0ALICE"),
            response_url=self._slack.response_url(),
        )
        answer.raise_for_status()
        return await self._slack.opened.get() - begun

    async def spread(self, text: str, count: int) -> dict[str, float]:
        """The spread over so many commands; what each leads to goes on while the next is typed."""
        taken = []
        for _ in range(count):
            taken.append(await self.seconds(text))
            await asyncio.sleep(PAUSE_SECONDS)
        return spread(taken)

    async def aclose(self) -> None:
        await self._client.aclose()


def run(options: Options) -> list[str]:
    """The section's table."""
    return [asyncio.run(_measure(options))]


async def _measure(options: Options) -> str:
    figures = Figures()
    count = options.some(COUNT)
    for _ in range(options.rounds):
        async with _bolt() as desk:
            await desk.seconds("")
            figures.note(FLOOR, await desk.spread("", count))
        for slow in (False, True):
            async with _bot(slow=slow) as desk:
                await desk.seconds("")
                for told, text in ((PICKER, ""), (FORM, "refunds create")):
                    figures.note(f"{told}{SLOW if slow else ''}", await desk.spread(text, count))
    return table("from delivery to views.open", figures, _COLUMNS)


_COLUMNS = [
    Column("p50", "p50 ms"),
    Column("p95", "p95 ms"),
    Column("p50", "p50 x floor", FLOOR),
    Column("p95", "p95 x floor", FLOOR),
]


@asynccontextmanager
async def _bolt() -> AsyncIterator[Desk]:
    slack = WatchedSlack()
    workspace = slack.workspace(TEAM, TOKEN)
    async with slack.serve():
        app = AsyncApp(client=AsyncWebClient(token=TOKEN, base_url=slack.api), signing_secret=SECRET)

        @app.command("/stripe")
        async def take(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=VIEW)

        handler = AsyncSlackRequestHandler(app)

        async def answer(request: Request) -> Response:
            return await handler.handle(request)

        desk = Desk(Starlette(routes=[Route("/slack/events", answer, methods=["POST"])]), slack, workspace)
        yield desk
        await desk.aclose()


@asynccontextmanager
async def _bot(*, slow: bool) -> AsyncIterator[Desk]:
    slack = WatchedSlack()
    with TemporaryDirectory() as folder:
        around = world(Path(folder), f"sqlite:///{folder}/opening.sqlite3", slack=slack)
        async with around as made:
            desk = Desk(made.bot.front_door(), slack, made.workspace)
            waiting = _waiting(made.bot.store)
            if slow:
                made.stripe.faults.add("", "delay", times=None, seconds=STRIPE_SECONDS)
                slack.slow, waiting.seconds = True, STATEMENT_SECONDS
            yield desk
            made.stripe.faults.clear()
            slack.slow, waiting.seconds = False, 0.0
            await made.settle()
            await desk.aclose()


@dataclass
class Waiting:
    """How long every statement waits before the database sees it."""

    seconds: float = 0.0


def _waiting(store: Store) -> Waiting:
    made = Waiting()
    for engine in store.engines:
        event.listen(engine, "before_cursor_execute", lambda *_: time.sleep(made.seconds))
    return made
