"""A stage for real processes: a fake Slack and a sandbox Stripe served here, bots served by processes that can die."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
from aiohttp import web
from sqlalchemy import Engine, create_engine, make_url, text

from bot.cards import APPROVE, DENY
from bot.keys.envelope import Envelope
from bot.keys.ring import KeyRing
from bot.keys.store import KeyStore
from bot.store.engine import Store
from operations.clock import SystemClock
from operations.sandbox import Sandbox
from operations.sandbox.keys import ACCOUNT, TEST_KEY
from operations.sandbox.server import serve
from operations.secrets import SecretKey
from tests.fakes import slack_payloads
from tests.fakes.slack import TOKEN, FakeSlack, Message, Workspace
from tests.faults.denials import denial
from tests.faults.nursery import Nursery
from tests.seeded import seeded
from tests.world import SECRET, SUPPORT, TEAM, let_everyone_approve

PEOPLE = ("U0ALICE", "U0BOB", "U0FRED")
_PORTS = cycle(range(20_000 + os.getpid() % 100 * 100, 32_000))
PATIENCE_SECONDS = 30.0
"""What takes longer than that does not happen any more."""


class SlowSlack(FakeSlack):
    """A fake Slack that takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    async def _api(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(self.seconds)
        return await super()._api(request)


@dataclass
class Bot:
    """A bot in a process of its own."""

    pid: int
    client: httpx.AsyncClient
    """Has the bot's address as its base."""
    log: Path
    _ended: Callable[[], int | None]
    status: int | None = None

    @property
    def lives(self) -> bool:
        if self.status is None:
            self.status = self._ended()
        return self.status is None

    def send(self, number: int) -> None:
        """Send the process a signal; nothing where it is dead already."""
        if self.lives:
            os.kill(self.pid, number)

    async def end(self, number: int = signal.SIGKILL) -> int:
        """Send a signal, once, and wait for the end; the exit status, or the number of the signal below zero."""
        self.send(number)
        return await self.ended()

    async def ended(self) -> int:
        """Wait for the end; the exit status, or the number of the signal that brought it below zero."""
        await until(lambda: not self.lives, "the bot's end")
        assert self.status is not None
        return self.status


@dataclass
class Stage:
    """Everything at hand. What happens at Slack and at Stripe happens in this process, where tests look at it."""

    folder: Path
    database_url: str
    nursery: Nursery
    slack: SlowSlack
    workspace: Workspace
    stripe: Sandbox
    stripe_url: str
    database: Engine
    bots: list[Bot] = field(default_factory=list)

    def start(self, **fitting: Any) -> Bot:
        """A bot with the short times, and dying as :mod:`tests.faults.fitting` says; it needs a moment to be ready."""
        port = _free_port()
        folder = self.folder / f"bot-{len(self.bots)}"
        folder.mkdir()
        pid = self.nursery.start(folder, self._environment(port), {"quick": True, **fitting})
        return self._keep(Bot(pid, _client(port), folder / "bot.log", lambda: self.nursery.status(pid)))

    def start_command(self) -> Bot:
        """The installed command as an operator starts it, with its own times."""
        command = shutil.which("countersign", path=str(Path(sys.executable).parent))
        assert command is not None, "the package is not installed in this environment"
        port = _free_port()
        log = self.folder / f"command-{len(self.bots)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [command, "serve", "--http"],
                cwd=self.folder,
                env=self._environment(port),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
        return self._keep(Bot(process.pid, _client(port), log, process.poll))

    async def ready(self, bot: Bot) -> Bot:
        """Wait until the bot takes requests, or is dead."""

        async def answers() -> bool:
            try:
                return (await bot.client.get("/readyz")).status_code == 200
            except httpx.TransportError:
                return False

        while bot.lives and not await answers():  # noqa: ASYNC110 — what is awaited happens in another process
            await asyncio.sleep(0.02)
        return bot

    async def command(
        self, bot: Bot, text: str, *, trigger: str | None = None, user: str = "U0ALICE"
    ) -> httpx.Response | None:
        """What the bot answers to ``/stripe text``; None where it doesn't answer."""
        return await self._post(
            bot,
            lambda sender: sender.command(
                text,
                user=user,
                channel=SUPPORT,
                trigger=trigger or self.slack.trigger(self.workspace),
                response_url=self.slack.response_url(),
            ),
        )

    def press(self, card: Message, action_id: str = APPROVE, *, user: str = "U0BOB") -> dict[str, Any]:
        """The payload of a click, or of the modal behind it that asks why."""
        if action_id == DENY:
            trigger = self.slack.trigger(self.workspace, user)
            return denial(self.folder / "master.keys", card, user=user, trigger=trigger)
        return slack_payloads.click(
            action_id,
            card.button(action_id)["value"],
            user=user,
            channel=card.channel,
            message={"ts": card.ts, "text": card.text},
            response_url=self.slack.response_url(),
        )

    async def click(self, bot: Bot, payload: Mapping[str, Any]) -> httpx.Response | None:
        """What the bot answers to a click; None where it doesn't answer."""
        return await self._post(bot, lambda sender: sender.interaction(payload))

    @property
    def heads(self) -> Sequence[Message]:
        """What stands in the channel and in no thread."""
        return [message for message in self.workspace.said(SUPPORT) if message.thread_ts is None]

    async def head(self) -> Message:
        """The first message of the channel, once it is there."""
        await until(lambda: bool(self.heads), "the first message")
        return self.heads[0]

    async def _post(self, bot: Bot, send: Callable[[slack_payloads.Sender], Any]) -> httpx.Response | None:
        try:
            answer: httpx.Response = await send(slack_payloads.Sender(bot.client, SECRET, SystemClock()))
        except httpx.TransportError:
            return None
        return answer

    def _keep(self, bot: Bot) -> Bot:
        self.bots.append(bot)
        return bot

    def _environment(self, port: int) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder),
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": self.slack.api,
            "STRIPE_API_BASE": self.stripe_url,
            "DATABASE_URL": self.database_url,
            "COUNTERSIGN_HOST": "127.0.0.1",
            "PORT": str(port),
            "COUNTERSIGN_MASTER_KEY_FILE": str(self.folder / "master.keys"),
        }


@asynccontextmanager
async def stage(folder: Path, database_url: str, nursery: Nursery) -> AsyncIterator[Stage]:
    """A stage on an empty, migrated database, with the seeded business connected in test mode and no bot yet."""
    slack = SlowSlack()
    workspace = slack.workspace(TEAM, TOKEN)
    for user in PEOPLE:
        workspace.add_user(user)
    workspace.add_channel(SUPPORT, *PEOPLE)
    await _connect(folder, database_url)
    running = await serve(seeded(SystemClock()))
    database = create_engine(make_url(database_url).set(drivername=_driver(database_url)))
    async with slack.serve():
        made = Stage(
            folder=folder,
            database_url=database_url,
            nursery=nursery,
            slack=slack,
            workspace=workspace,
            stripe=running.app,
            stripe_url=running.url,
            database=database,
        )
        try:
            yield made
        finally:
            for bot in made.bots:
                await bot.end()
                await bot.client.aclose()
            database.dispose()
            await running.aclose()


async def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until a condition holds. Fails, saying ``what`` was waited for, where it doesn't come true."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():  # noqa: ASYNC110 — what is awaited happens in another process
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"waited for {what} in vain") from None


def cut_sessions(database: Engine) -> None:
    """End every session that bots have with PostgreSQL."""
    with database.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name = 'countersign'"
            )
        )


async def _connect(folder: Path, database_url: str) -> None:
    ring_file = folder / "master.keys"
    KeyRing.generate(ring_file)
    ring = KeyRing.load(ring_file, None)
    ids = iter(("the-account",))
    store = await Store.open(database_url)
    try:
        await ring.check(store)
        keys = KeyStore(store=store, envelope=Envelope(ring), ring=ring, ids=lambda: next(ids))
        key = SecretKey.parse(TEST_KEY)
        account = await store.transaction(
            lambda tx: keys.add(tx, team_id=TEAM, alias="default", key=key, created_by="U0ALICE")
        )
        await store.transaction(
            lambda tx: keys.activate(tx, account, stripe_account_id=ACCOUNT, name="Lanternfish", livemode=False)
        )
        await let_everyone_approve(store, TEAM)
    finally:
        await store.close()


def _driver(database_url: str) -> str:
    return "sqlite" if database_url.startswith("sqlite") else "postgresql+psycopg"


def _free_port() -> int:
    """A port that nobody has, from below those that the system gives to outgoing connections in the meantime."""
    for port in _PORTS:
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("no port is free")


def _client(port: int) -> httpx.AsyncClient:
    # Without certificates, whose loading would take longer than everything else about it.
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, verify=False, timeout=5)  # noqa: S501
