"""A bot's surroundings: a fake Slack and a sandbox Stripe in processes of their own, keys, and a connected account."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import Countersign
from tests.benchmark import SECRET
from tests.benchmark.processes import AROUND, COUNTERSIGN, Child, pin, python, server, wait_until_healthy
from tests.fakes.slack import TOKEN
from tests.world import connect, let_everyone_approve, settings


@dataclass(frozen=True)
class House:
    """Where everything is."""

    folder: Path
    slack: str
    slack_door: str
    """What the fake Slack has seen: ``/seen`` and ``/card``."""
    stripe: str

    @property
    def responses(self) -> str:
        """Where response URLs begin."""
        return f"{self.slack}/response"

    @asynccontextmanager
    async def bot(self, database_url: str) -> AsyncIterator[Countersign]:
        """The bot in this process, with the sandbox's account connected."""
        chosen = settings(
            self.folder, database_url=database_url, slack_url=f"{self.slack}/api/", stripe_url=self.stripe
        )
        async with Countersign.start(chosen) as bot:
            await bot.store.transaction(lambda tx: connect(bot, tx))
            await let_everyone_approve(bot.store, bot.team_id)
            yield bot

    @contextmanager
    def serving(self, database_url: str, core: int) -> Iterator["Serving"]:
        """``countersign serve --http`` as an operator runs it."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        environment = {
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": f"{self.slack}/api/",
            "STRIPE_API_BASE": self.stripe,
            "DATABASE_URL": database_url,
            "COUNTERSIGN_MASTER_KEY_FILE": str(self.folder / "master.keys"),
            "COUNTERSIGN_HOST": "127.0.0.1",
            "PORT": str(port),
        }
        log = self.folder / "serve.log"
        arguments = (*COUNTERSIGN, "serve", "--http")
        with python(*arguments, core=core, says_ready=False, env=environment, log=log) as child:
            url = f"http://127.0.0.1:{port}"
            seconds = wait_until_healthy(f"{url}/healthz", child)
            yield Serving(child, url, seconds)


@dataclass(frozen=True)
class Serving:
    """A bot that serves; ``seconds`` from its start until it did."""

    child: Child
    url: str
    seconds: float


@contextmanager
def house() -> Iterator[House]:
    """Everything around a bot, for as long as the block lasts."""
    sandbox = python("-c", _SANDBOX, core=AROUND)
    with TemporaryDirectory() as folder, server("slack", AROUND) as slack, sandbox as stripe:
        pin(0, AROUND)
        yield House(Path(folder), slack.addresses[0], slack.addresses[1], stripe.addresses[0])


_SANDBOX = """
import asyncio
from operations.sandbox import create_app, serve

async def run():
    running = await serve(create_app())
    print("ready", running.url, flush=True)
    await running.wait()

asyncio.run(run())
"""
