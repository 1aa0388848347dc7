"""The application: everything built once, in order, and taken down in reverse.

:meth:`Countersign.start` builds it from the settings; then either door lets Slack in. Both doors acknowledge first and
hand payloads to the same Bolt listeners.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import uvicorn
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltError

from bot.announcing import Announcer
from bot.approvals import Approvals
from bot.bolt_bridge import bolt_dispatch
from bot.connecting import Connecting
from bot.errors import ConfigError, CountersignError, StoreError
from bot.finding_out import FindingOut
from bot.forms.drafts import Drafts
from bot.forms.suggesting import Suggesting, warm
from bot.front_door import FrontDoor
from bot.home import shown
from bot.intake import Intake
from bot.keys.store import KeyStore
from bot.limits import SIGNATURE_SKEW_SECONDS
from bot.looking import Looking
from bot.outbox import Outbox
from bot.page_rows import PageRows
from bot.reaching.timing import Reaching
from bot.runs import Runs
from bot.serving import Server, stop_asked
from bot.settings import Settings
from bot.signature import Verifier
from bot.slack_api import SlackApi, Workspace
from bot.socket_door import SocketDoor
from bot.store import deliveries
from bot.store.engine import Store, Transaction
from bot.tasks import Supervisor, describe
from bot.wiring import build_domain, build_rooms, lay_foundation
from operations.clock import Clock, SystemClock
from operations.registry import registry

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 25.0
"""How long accepted work may go on after SIGTERM; platforms commonly kill after thirty."""
SWEEP_SECONDS = 2.0
FORGET_AFTER = timedelta(days=1)
"""Deliveries are remembered this long; Slack redelivers within minutes."""


def new_id() -> str:
    """An unguessable id."""
    return str(uuid.uuid4())


@dataclass(frozen=True)
class Countersign:
    """The running bot."""

    settings: Settings
    clock: Clock
    team_id: str
    store: Store
    keys: KeyStore
    slack: SlackApi
    outbox: Outbox
    runs: Runs
    looking: Looking
    finding_out: FindingOut
    approvals: Approvals
    announcer: Announcer
    page_rows: PageRows
    reaching: Reaching
    connecting: Connecting
    drafts: Drafts
    suggesting: Suggesting
    supervisor: Supervisor
    intake: Intake

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        settings: Settings,
        *,
        clock: Clock | None = None,
        ids: Callable[[], str] = new_id,
        clock_shift: Callable[[], timedelta] = timedelta,
    ) -> AsyncIterator["Countersign"]:
        """Everything built and its background work going; on leaving, accepted work is finished first.

        ``clock_shift`` is added to the database's time, for tests that move it.
        Raises ConfigError where a setting can't work, StoreError where the database can't be used.
        """
        clock = clock or SystemClock()
        async with AsyncExitStack() as stack:
            bot = await cls._build(settings, clock, ids, clock_shift, stack)
            await asyncio.to_thread(warm, registry())
            if bot.store.exclusive:
                await bot.runs.take_over()
                await bot.looking.take_over()
                await bot.finding_out.take_over()
            background = [
                asyncio.create_task(bot.outbox.run(), name="outbox"),
                asyncio.create_task(bot._keep_sweeping(), name="sweep"),
            ]
            try:
                yield bot
            finally:
                await bot.supervisor.drain(DRAIN_SECONDS)
                for task in background:
                    task.cancel()
                await asyncio.gather(*background, return_exceptions=True)
                await bot.outbox.deliver_due()

    @classmethod
    async def _build(
        cls,
        settings: Settings,
        clock: Clock,
        ids: Callable[[], str],
        clock_shift: Callable[[], timedelta],
        stack: AsyncExitStack,
    ) -> "Countersign":
        base = await lay_foundation(settings, clock, ids, clock_shift, stack)
        domain = build_domain(base)
        rooms = build_rooms(base, domain)
        bolt = _bolt_app(base.workspace)
        rooms.listeners.register(bolt)
        return cls(
            settings=settings,
            clock=clock,
            team_id=base.workspace.team_id,
            store=base.store,
            keys=base.keys,
            slack=base.slack,
            outbox=base.outbox,
            runs=domain.runs,
            looking=domain.looking,
            finding_out=domain.finding_out,
            approvals=domain.approvals,
            announcer=domain.announcer,
            page_rows=domain.page_rows,
            reaching=rooms.reaching,
            connecting=domain.connecting,
            drafts=rooms.drafts,
            suggesting=rooms.listeners.suggesting,
            supervisor=base.supervisor,
            intake=Intake(dispatch=bolt_dispatch(bolt, base.supervisor), supervisor=base.supervisor),
        )

    async def serve_socket(self, *, ready: Callable[[], None] = lambda: None) -> None:
        """Take what Slack sends over Socket Mode, until SIGINT or SIGTERM."""
        if self.settings.slack_app_token is None:
            raise ConfigError("SLACK_APP_TOKEN is not set; Socket Mode needs it.")
        door = SocketDoor(
            app_token=self.settings.slack_app_token.get_secret_value(),
            web_client=self.slack.client(),
            intake=self.intake,
        )
        stop = stop_asked()
        await door.open()
        try:
            ready()
            await stop.wait()
        finally:
            await door.close()

    def front_door(self) -> FrontDoor:
        """The ASGI application that Slack posts to in HTTP mode."""
        if self.settings.slack_signing_secret is None:
            raise ConfigError("SLACK_SIGNING_SECRET is not set; HTTP mode needs it.")
        return FrontDoor(
            verifier=Verifier([self.settings.slack_signing_secret.get_secret_value()], clock=self.clock),
            intake=self.intake,
            clock=self.clock,
            not_ready=self._not_ready,
        )

    async def serve_http(self, *, ready: Callable[[], None] = lambda: None) -> None:
        """Take what Slack posts to ``/slack/events``, until SIGINT or SIGTERM."""
        config = uvicorn.Config(
            self.front_door(),
            host=self.settings.host,
            port=self.settings.port,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        server = Server(config, ready)
        stopping = asyncio.create_task(stop_asked().wait(), name="stop signal")
        serving = asyncio.create_task(server.serve(), name="http")
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        server.should_exit = True
        await serving

    async def _not_ready(self) -> str | None:
        if self.supervisor.draining:
            return "shutting down"
        if abs(self.slack.clock_skew) > SIGNATURE_SKEW_SECONDS:
            return "this machine's clock is wrong, so Slack's requests look forged"
        try:
            await self.store.read(lambda tx: tx.now)
        except StoreError:
            return "the database can't be used now"
        return None

    async def sweep(self) -> None:
        """Begin to carry on whatever is due and nobody holds, be it a run or a look; turn approvals with the time."""
        for team_id, run_id in await self.runs.due():
            # Side by side, so that one answer which doesn't come holds up nothing else.
            self.supervisor.spawn("run", self.runs.carry_on(team_id, run_id))
        for look in await self.looking.due():
            self.supervisor.spawn("look", self.looking.carry_out(look))
        for team_id, run_id in await self.finding_out.due():
            self.supervisor.spawn("outcome", self.finding_out.carry_out(team_id, run_id))
        await self.store.transaction(self.reaching.turn)
        await self.store.transaction(self._forget)
        self.outbox.wake()
        self.reaching.wake()

    async def _keep_sweeping(self) -> None:
        while True:
            try:
                await self.sweep()
            except CountersignError as error:
                logger.warning("the sweep is put off: %s", error)
            except Exception as error:  # the loop must outlive whatever one sweep meets
                logger.error("the sweep failed and goes on: %s", describe(error))  # noqa: TRY400 — no messages in logs
            await self.clock.sleep(SWEEP_SECONDS)

    def _forget(self, tx: Transaction) -> None:
        deliveries.forget_old(tx, self.team_id, FORGET_AFTER)
        self.drafts.forget_old(tx, self.team_id)
        self.page_rows.forget_old(tx, self.team_id)
        shown.forget_old(tx, self.team_id)


def _bolt_app(workspace: Workspace) -> AsyncApp:
    """Bolt, for matching and listeners alone: the doors have verified and acknowledged before it is asked."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        if team_id != workspace.team_id and (enterprise_id is None or enterprise_id != workspace.enterprise_id):
            raise BoltError("the app is not installed in that workspace")
        return AuthorizeResult(
            enterprise_id=workspace.enterprise_id,
            team_id=workspace.team_id,
            bot_user_id=workspace.user_id,
            bot_id=workspace.bot_id,
        )

    return AsyncApp(authorize=authorize, request_verification_enabled=False, process_before_response=True)
