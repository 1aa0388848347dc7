"""The application: everything built once, in order, and taken down in reverse.

:meth:`Countersign.start` builds it from the settings; then either door lets Slack in. Both doors acknowledge first and
hand payloads to the same Bolt listeners.
"""

import asyncio
import logging
import secrets
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
from bot.asking import Asking
from bot.bolt_bridge import bolt_dispatch
from bot.calls import Calls
from bot.commands import Commands
from bot.connecting import Connecting
from bot.deciding import Deciding
from bot.domain import Run
from bot.errors import ConfigError, CountersignError, StoreError
from bot.forms.at_hand import AtHand
from bot.forms.drafts import Drafts
from bot.forms.filling import Filling
from bot.forms.objects import SUGGEST_RULE, Objects
from bot.forms.picking import Picking
from bot.forms.suggesting import Suggesting, warm
from bot.front_door import FrontDoor
from bot.helping import Helping
from bot.home.home import Home
from bot.home.overview import Overviews
from bot.intake import Intake
from bot.keys.envelope import Envelope
from bot.keys.ring import KeyRing
from bot.keys.store import KeyStore
from bot.limits import SIGNATURE_SKEW_SECONDS
from bot.listeners import Listeners
from bot.looking_up import LOOKUP_RULE, LookingUp
from bot.mentions import Mentions
from bot.message_shortcuts import MessageShortcuts
from bot.outbox import Outbox
from bot.people import People
from bot.policy import POLICIES
from bot.replies import Replies
from bot.runs import CONNECT_RULE, Runs, Settled
from bot.saved.editing import Editing
from bot.saved.rooms import Saved
from bot.saved.shelf import Shelf
from bot.serving import Server, stop_asked
from bot.setting_up import SettingUp
from bot.settings import Settings
from bot.signature import Verifier
from bot.slack_api import SlackApi, Workspace
from bot.socket_door import SocketDoor
from bot.store import deliveries
from bot.store.engine import Store, Transaction
from bot.submitting import Submitting
from bot.tasks import Supervisor, describe
from bot.text import Style
from bot.tokens import Tokens
from bot.workspaces import Workspaces
from operations.clock import Clock, SystemClock
from operations.executor import Executor
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
    approvals: Approvals
    announcer: Announcer
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
        if settings.slack_bot_token is None:
            raise ConfigError("SLACK_BOT_TOKEN is not set.")
        ring = KeyRing.load(settings.master_key_file, settings.master_key)
        store = await Store.open(settings.database_url.get_secret_value(), clock=clock, clock_shift=clock_shift)
        stack.push_async_callback(store.close)
        await ring.check(store)
        slack = SlackApi(
            token=settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url, clock=clock
        )
        stack.push_async_callback(slack.aclose)
        workspace = await slack.auth_test()
        executor = Executor(
            api_base=settings.stripe_api_base,
            clock=clock,
            random=secrets.SystemRandom().random,
            proxy=settings.proxy.get_secret_value() if settings.proxy else None,
        )
        stack.push_async_callback(executor.aclose)

        catalog = registry()
        envelope = Envelope(ring)
        tokens = Tokens(ring.derive_all("tokens"))
        style: Style = settings.block_style
        supervisor = Supervisor()
        people = People(slack=slack, clock=clock)
        workspaces = Workspaces(store=store, admins=settings.admins)
        replies = Replies(slack=slack)
        keys = KeyStore(store=store, envelope=envelope, ring=ring, ids=ids)
        outbox = Outbox(store=store, envelope=envelope, slack=slack, clock=clock, ids=ids)
        calls = Calls(envelope=envelope, registry=catalog, ids=ids)
        approvals = Approvals(calls=calls, ids=ids, lifetime=timedelta(hours=settings.approval_hours))
        announcer = Announcer(outbox=outbox, approvals=approvals, tokens=tokens, style=style)

        runs = Runs(
            store=store,
            calls=calls,
            approvals=approvals,
            keys=keys,
            executor=executor,
            workspaces=workspaces,
            clock=clock,
            ids=ids,
            holder=ids(),
            # What it goes to is built further down, since that needs the runs.
            announce=lambda tx, settled: _announce(tx, settled, announcer, connecting, looking_up),
            announce_unreadable=announcer.unreadable,
            told=outbox.wake,
        )
        connecting = Connecting(
            store=store,
            registry=catalog,
            calls=calls,
            runs=runs,
            keys=keys,
            outbox=outbox,
            slack=slack,
            replies=replies,
            people=people,
            workspaces=workspaces,
        )
        submitting = Submitting(workspaces=workspaces, calls=calls, approvals=approvals, runs=runs, announcer=announcer)
        looking_up = LookingUp(
            registry=catalog, workspaces=workspaces, calls=calls, runs=runs, submitting=submitting, outbox=outbox
        )
        asking = Asking(registry=catalog, tokens=tokens, slack=slack, clock=clock)
        drafts = Drafts(envelope=envelope, registry=catalog, ids=ids)
        filling = Filling(
            store=store,
            registry=catalog,
            drafts=drafts,
            people=people,
            slack=slack,
            tokens=tokens,
            workspaces=workspaces,
            clock=clock,
            style=style,
        )
        commands = Commands(
            store=store,
            registry=catalog,
            people=people,
            submitting=submitting,
            looking_up=looking_up,
            runs=runs,
            announcer=announcer,
            replies=replies,
            asking=asking,
            filling=filling,
            clock=clock,
        )
        commands.open_room("connect", connecting.open)
        helping = Helping(store=store, registry=catalog, workspaces=workspaces, replies=replies, asking=asking)
        commands.open_room("help", helping.help)
        commands.open_room("search", helping.search)
        shelf = Shelf(envelope=envelope, ids=ids)
        at_hand = AtHand(drafts=drafts, calls=calls, shelf=shelf)
        picking = Picking(
            store=store,
            registry=catalog,
            policy=POLICIES["standard"],
            people=people,
            filling=filling,
            at_hand=at_hand,
            shelf=shelf,
            tokens=tokens,
            slack=slack,
            replies=replies,
            clock=clock,
            style=style,
            help_=helping.help,
        )
        picking.open_rooms(commands)
        suggesting = Suggesting(
            store=store,
            registry=catalog,
            policy=POLICIES["standard"],
            people=people,
            at_hand=at_hand,
            objects=Objects(
                store=store,
                registry=catalog,
                workspaces=workspaces,
                calls=calls,
                runs=runs,
                drafts=drafts,
                supervisor=supervisor,
                clock=clock,
            ),
        )
        editing = Editing(
            store=store,
            shelf=shelf,
            registry=catalog,
            commands=commands,
            replies=replies,
            outbox=outbox,
            tokens=tokens,
            slack=slack,
            clock=clock,
            workspaces=workspaces,
        )
        Saved(
            store=store,
            shelf=shelf,
            registry=catalog,
            commands=commands,
            replies=replies,
            outbox=outbox,
            workspaces=workspaces,
        ).open_rooms(editing)
        deciding = Deciding(
            store=store,
            tokens=tokens,
            people=people,
            workspaces=workspaces,
            approvals=approvals,
            runs=runs,
            announcer=announcer,
            replies=replies,
        )
        setting_up = SettingUp(
            store=store,
            workspaces=workspaces,
            people=people,
            tokens=tokens,
            slack=slack,
            replies=replies,
            clock=clock,
            style=style,
        )
        commands.open_room("setup", setting_up.room)
        overviews = Overviews(
            workspaces=workspaces,
            approvals=approvals,
            announcer=announcer,
            calls=calls,
            shelf=shelf,
            registry=catalog,
            clock=clock,
        )
        bolt = _bolt_app(workspace)
        Listeners(
            commands=commands,
            deciding=deciding,
            connecting=connecting,
            asking=asking,
            filling=filling,
            picking=picking,
            suggesting=suggesting,
            editing=editing,
            setting_up=setting_up,
            home=Home(store=store, people=people, overviews=overviews, slack=slack, style=style),
            mentions=Mentions(commands=commands, replies=replies),
            message_shortcuts=MessageShortcuts(
                commands=commands, tokens=tokens, slack=slack, replies=replies, clock=clock
            ),
            replies=replies,
            supervisor=supervisor,
            ids=ids,
        ).register(bolt)
        return cls(
            settings=settings,
            clock=clock,
            team_id=workspace.team_id,
            store=store,
            keys=keys,
            slack=slack,
            outbox=outbox,
            runs=runs,
            approvals=approvals,
            announcer=announcer,
            connecting=connecting,
            drafts=drafts,
            suggesting=suggesting,
            supervisor=supervisor,
            intake=Intake(dispatch=bolt_dispatch(bolt, supervisor), supervisor=supervisor),
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
        """Begin to carry on the runs that are due and that nobody holds, and expire approvals."""
        for team_id, run_id in await self.runs.due():
            # Side by side, so that one answer which doesn't come holds up nothing else.
            self.supervisor.spawn("run", self.runs.carry_on(team_id, run_id))
        await self.store.transaction(self._expire)
        self.outbox.wake()

    async def _keep_sweeping(self) -> None:
        while True:
            try:
                await self.sweep()
            except CountersignError as error:
                logger.warning("the sweep is put off: %s", error)
            except Exception as error:  # the loop must outlive whatever one sweep meets
                logger.error("the sweep failed and goes on: %s", describe(error))  # noqa: TRY400 — no messages in logs
            await self.clock.sleep(SWEEP_SECONDS)

    def _expire(self, tx: Transaction) -> None:
        for approval in self.approvals.expire_due(tx):
            self.announcer.approval(tx, approval)
        deliveries.forget_old(tx, self.team_id, FORGET_AFTER)
        self.drafts.forget_old(tx, self.team_id)


def _announce(
    tx: Transaction, settled: Settled, announcer: Announcer, connecting: Connecting, looking_up: LookingUp
) -> Run | None:
    """Have told what a run came to, by whoever the run was for; the run that it led to, if any."""
    match settled.run.rule:
        case rule if rule == LOOKUP_RULE:
            return looking_up.settled(tx, settled)
        case rule if rule == CONNECT_RULE:
            connecting.settled(tx, settled)
        case rule if rule != SUGGEST_RULE:
            announcer.settled(tx, settled)
    return None


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
