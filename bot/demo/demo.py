"""``countersign demo``: the bot between a local Slack and a sandbox Stripe, on one machine, until Ctrl-C.

Everything it keeps is in a temporary directory. The sandbox listens on the loopback address alone; the local Slack
listens on all addresses (it can't do otherwise), so whoever can reach this machine can play along with invented data.
"""

import asyncio
import os
import socket
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from pydantic import SecretStr

from bot.app import Countersign
from bot.demo import fetch, local_slack
from bot.demo.local_slack import ALICE, BOB, FINANCE, SUPPORT, LocalSlack
from bot.errors import ConfigError
from bot.keys.ring import KeyRing
from bot.roles import Grant
from bot.settings import FixedSettings, Settings
from bot.store.engine import Transaction
from bot.workspaces import Workspaces
from operations.sandbox import create_app, serve
from operations.sandbox.keys import ACCOUNT, CONNECTED_ACCOUNTS, LIVE_KEY, TEST_KEY
from operations.sandbox.seed import HIGHLIGHTS
from operations.secrets import SecretKey

FIRST_PORT = 3000
PORTS_TRIED = 20
BUSINESS = "Lanternfish Coffee Roasters"


async def demo(*, port: int | None, open_browser: bool, say: Callable[[str], None]) -> None:
    """Run the demo until SIGINT or SIGTERM. ``port`` is the web page's; None takes 3000 or the next free one.

    ``say`` is called with what a person should read. Raises ConfigError where a part can't start.
    """
    program = await asyncio.to_thread(fetch.local_slack, say)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="countersign-demo-")))
        stripe = await serve(create_app())
        stack.push_async_callback(stripe.aclose)
        slack = await stack.enter_async_context(
            local_slack.running(program, folder, port=free_port() if port is None else port)
        )
        KeyRing.generate(folder / "master.keys")
        bot = await stack.enter_async_context(Countersign.start(settings(folder, slack, stripe.url)))
        await bot.store.transaction(lambda tx: connect_account(bot, tx))
        await bot.store.transaction(lambda tx: grant_roles(bot, tx))

        def ready() -> None:
            say(welcome(slack.url, stripe.url))
            # Without a screen the standard library may start a browser for terminals, in this one.
            if open_browser and has_screen(sys.platform, os.environ):
                webbrowser.open(slack.url)

        await _serve(bot, slack, ready)


def settings(folder: Path, slack: LocalSlack, stripe_url: str) -> Settings:
    """The bot's settings: the local Slack and the sandbox, and a store that goes with the folder."""
    return FixedSettings(
        slack_bot_token=SecretStr(slack.workspace.bot_token),
        slack_app_token=SecretStr(slack.workspace.app_token),
        slack_api_url=slack.api_url,
        stripe_api_base=stripe_url,
        database_url=SecretStr(f"sqlite:///{folder / 'countersign.sqlite3'}"),
        master_key_file=folder / "master.keys",
        admins=(ALICE.id, BOB.id),
        block_style="plain",
    )


def connect_account(bot: Countersign, tx: Transaction) -> None:
    """Connect the sandbox's business, in test and in live mode, as `/stripe connect` would after asking Stripe."""
    for key in (SecretKey.parse(TEST_KEY), SecretKey.parse(LIVE_KEY)):
        added = bot.keys.add(
            tx, team_id=bot.team_id, alias="default", key=key, created_by=ALICE.id, linked=CONNECTED_ACCOUNTS
        )
        bot.keys.activate(tx, added, stripe_account_id=ACCOUNT, name=BUSINESS, livemode=key.livemode)


def grant_roles(bot: Countersign, tx: Transaction) -> None:
    """Let Bob decide on what Alice asks for, and whoever else there is look things up, and change them in test mode."""
    workspaces = Workspaces(store=bot.store, admins=bot.settings.admins)
    before = workspaces.read(tx, bot.team_id)
    grants = (
        Grant("approver", "person", BOB.id),
        Grant("viewer", "everyone"),
        Grant("operator", "everyone", mode="test"),
    )
    workspaces.change(tx, before, before.regranted(give=grants), user_id=ALICE.id)


async def _serve(bot: Countersign, slack: LocalSlack, ready: Callable[[], None]) -> None:
    serving = asyncio.create_task(bot.serve_socket(ready=ready))
    await asyncio.wait((serving, slack.ended), return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        serving.cancel()
        await asyncio.wait((serving,))
        raise ConfigError("The local Slack has ended by itself.")
    await serving


def free_port() -> int:
    """3000, or the next port that nothing listens on. Raises ConfigError where none of twenty is free."""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return port
    raise ConfigError(f"The ports {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} are taken; choose one with --port.")


def has_screen(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether there is a screen to show a browser on."""
    return not platform.startswith("linux") or any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def welcome(slack_url: str, stripe_url: str) -> str:
    """What a person should know and may type first."""
    return f"""
Countersign is running, with invented data of {BUSINESS}.

  Slack   {slack_url}   choose who you are at the top right: {ALICE.real_name} or {BOB.real_name}
  Stripe  {stripe_url}   a sandbox; it is not Stripe, and nothing here reaches Stripe

As {ALICE.real_name}, type in #{SUPPORT.name}:

  /stripe                              asks what to do, with a form for everything there is
  /stripe jenny@example.com
  /stripe help
  /stripe customers list --limit 3
  /stripe refunds create --charge {HIGHLIGHTS["refundable_charge"]} --amount 500
  /stripe customers delete {HIGHLIGHTS["customer_to_delete"]}

The last two wait for a second person: press Approve as {BOB.real_name}.

Under Apps, countersign is its Home tab: what waits for you, what you ran, and the set-up. Where that asks for ids,
{ALICE.real_name} is {ALICE.id}, {BOB.real_name} is {BOB.id}, and #{FINANCE.name} is {FINANCE.id}.

The local Slack listens on all addresses of this machine and asks nobody for a password. Ctrl-C ends everything.
"""
