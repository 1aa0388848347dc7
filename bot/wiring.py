"""What the bot is made of, put together once: each part is given what it needs, and nothing looks anything up.

In three layers, each of which knows those below it: what everything stands on (the database, Slack, Stripe, keys), the
domain (runs, approvals, what is said of them), and the rooms that payloads go to.
"""

import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

from bot.announcing import Announcer
from bot.approvals import Approvals
from bot.asking import Asking
from bot.calls import Calls
from bot.commands import Commands
from bot.connecting import Connecting
from bot.deciding import Deciding
from bot.domain import Run
from bot.errors import ConfigError
from bot.files import Files
from bot.forms.agreeing import Agreeing
from bot.forms.at_hand import AtHand
from bot.forms.drafts import Drafts
from bot.forms.filling import Filling
from bot.forms.objects import SUGGEST_RULE, Objects
from bot.forms.picking import Picking
from bot.forms.suggesting import Suggesting
from bot.helping import Helping
from bot.home.home import Home
from bot.home.overview import Overviews
from bot.keys.envelope import Envelope
from bot.keys.ring import KeyRing
from bot.keys.store import KeyStore
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
from bot.setting_up import SettingUp
from bot.settings import Settings
from bot.slack_api import SlackApi, Workspace
from bot.store.engine import Store, Transaction
from bot.submitting import Submitting
from bot.tasks import Supervisor
from bot.text import Style
from bot.tokens import Tokens
from bot.workspaces import Workspaces
from operations.clock import Clock
from operations.executor import Executor
from operations.registry import Registry, registry


@dataclass(frozen=True, slots=True)
class Foundation:
    """What everything stands on."""

    settings: Settings
    clock: Clock
    ids: Callable[[], str]
    registry: Registry
    store: Store
    envelope: Envelope
    keys: KeyStore
    tokens: Tokens
    slack: SlackApi
    workspace: Workspace
    executor: Executor
    files: Files
    supervisor: Supervisor
    people: People
    workspaces: Workspaces
    replies: Replies
    outbox: Outbox

    @property
    def style(self) -> Style:
        """What the Slack in front of us can show."""
        return self.settings.block_style


@dataclass(frozen=True, slots=True)
class Domain:
    """Runs and approvals, and what leads to them."""

    calls: Calls
    approvals: Approvals
    announcer: Announcer
    runs: Runs
    connecting: Connecting
    submitting: Submitting
    looking_up: LookingUp


@dataclass(frozen=True, slots=True)
class Rooms:
    """What payloads go to, and the drafts that forms keep."""

    listeners: Listeners
    drafts: Drafts


async def lay_foundation(
    settings: Settings,
    clock: Clock,
    ids: Callable[[], str],
    clock_shift: Callable[[], timedelta],
    stack: AsyncExitStack,
) -> Foundation:
    """Open the database, greet Slack, read the keys; ``stack`` closes what was opened.

    Raises ConfigError where a setting can't work, StoreError where the database can't be used.
    """
    if settings.slack_bot_token is None:
        raise ConfigError("SLACK_BOT_TOKEN is not set.")
    ring = KeyRing.load(settings.master_key_file, settings.master_key)
    store = await Store.open(settings.database_url.get_secret_value(), clock=clock, clock_shift=clock_shift)
    stack.push_async_callback(store.close)
    await ring.check(store)
    slack = SlackApi(token=settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url, clock=clock)
    stack.push_async_callback(slack.aclose)
    workspace = await slack.auth_test()
    executor = Executor(
        api_base=settings.stripe_api_base,
        clock=clock,
        random=secrets.SystemRandom().random,
        proxy=settings.proxy.get_secret_value() if settings.proxy else None,
    )
    stack.push_async_callback(executor.aclose)
    envelope = Envelope(ring)
    return Foundation(
        settings=settings,
        clock=clock,
        ids=ids,
        registry=registry(),
        store=store,
        envelope=envelope,
        keys=KeyStore(store=store, envelope=envelope, ring=ring, ids=ids),
        tokens=Tokens(ring.derive_all("tokens")),
        slack=slack,
        workspace=workspace,
        executor=executor,
        files=Files(slack),
        supervisor=Supervisor(),
        people=People(slack=slack, clock=clock),
        workspaces=Workspaces(store=store, admins=settings.admins),
        replies=Replies(slack=slack),
        outbox=Outbox(store=store, envelope=envelope, slack=slack, clock=clock, ids=ids),
    )


def build_domain(base: Foundation) -> Domain:
    """Runs, approvals and what leads to them."""
    calls = Calls(envelope=base.envelope, registry=base.registry, ids=base.ids)
    lifetime = timedelta(hours=base.settings.approval_hours)
    approvals = Approvals(calls=calls, ids=base.ids, lifetime=lifetime)
    announcer = Announcer(outbox=base.outbox, approvals=approvals, tokens=base.tokens, style=base.style)
    runs = Runs(
        store=base.store,
        calls=calls,
        approvals=approvals,
        keys=base.keys,
        executor=base.executor,
        workspaces=base.workspaces,
        clock=base.clock,
        ids=base.ids,
        holder=base.ids(),
        # Whom it goes to is built further down, since they need the runs.
        announce=lambda tx, settled: _announce(tx, settled, domain),
        announce_unreadable=lambda tx, run: None if run.rule == SUGGEST_RULE else announcer.unreadable(tx, run),
        told=base.outbox.wake,
    )
    submitting = Submitting(
        workspaces=base.workspaces, calls=calls, approvals=approvals, runs=runs, announcer=announcer
    )
    domain = Domain(
        calls=calls,
        approvals=approvals,
        announcer=announcer,
        runs=runs,
        connecting=Connecting(
            store=base.store,
            registry=base.registry,
            calls=calls,
            runs=runs,
            keys=base.keys,
            outbox=base.outbox,
            slack=base.slack,
            replies=base.replies,
            people=base.people,
            workspaces=base.workspaces,
        ),
        submitting=submitting,
        looking_up=LookingUp(
            registry=base.registry,
            workspaces=base.workspaces,
            calls=calls,
            runs=runs,
            submitting=submitting,
            outbox=base.outbox,
        ),
    )
    return domain


def _announce(tx: Transaction, settled: Settled, domain: Domain) -> Run | None:
    """Have told what a run came to, by whoever the run was for; the run that it led to, if any."""
    match settled.run.rule:
        case rule if rule == LOOKUP_RULE:
            return domain.looking_up.settled(tx, settled)
        case rule if rule == CONNECT_RULE:
            domain.connecting.settled(tx, settled)
        case rule if rule != SUGGEST_RULE:
            domain.announcer.settled(tx, settled)
    return None


def build_rooms(base: Foundation, domain: Domain) -> Rooms:
    """The rooms that payloads go to."""
    asking = Asking(registry=base.registry, tokens=base.tokens, slack=base.slack, clock=base.clock)
    drafts = Drafts(envelope=base.envelope, registry=base.registry, ids=base.ids)
    filling = Filling(
        store=base.store,
        registry=base.registry,
        drafts=drafts,
        people=base.people,
        slack=base.slack,
        files=base.files,
        tokens=base.tokens,
        workspaces=base.workspaces,
        style=base.style,
    )
    commands = Commands(
        store=base.store,
        registry=base.registry,
        people=base.people,
        submitting=domain.submitting,
        looking_up=domain.looking_up,
        runs=domain.runs,
        announcer=domain.announcer,
        replies=base.replies,
        asking=asking,
        filling=filling,
        clock=base.clock,
    )
    shelf = Shelf(envelope=base.envelope, ids=base.ids)
    at_hand = AtHand(drafts=drafts, calls=domain.calls, shelf=shelf)
    helping = Helping(
        store=base.store, registry=base.registry, workspaces=base.workspaces, replies=base.replies, asking=asking
    )
    picking = Picking(
        store=base.store,
        registry=base.registry,
        policy=POLICIES["standard"],
        people=base.people,
        filling=filling,
        at_hand=at_hand,
        shelf=shelf,
        tokens=base.tokens,
        slack=base.slack,
        replies=base.replies,
        clock=base.clock,
        style=base.style,
        help_=helping.help,
    )
    setting_up = SettingUp(
        store=base.store,
        workspaces=base.workspaces,
        people=base.people,
        tokens=base.tokens,
        slack=base.slack,
        replies=base.replies,
        clock=base.clock,
        style=base.style,
    )
    editing = _saved_commands(base, shelf, commands)
    commands.open_room("connect", domain.connecting.open)
    commands.open_room("help", helping.help)
    commands.open_room("search", helping.search)
    commands.open_room("setup", setting_up.room)
    picking.open_rooms(commands)
    listeners = Listeners(
        commands=commands,
        deciding=Deciding(
            store=base.store,
            tokens=base.tokens,
            people=base.people,
            workspaces=base.workspaces,
            approvals=domain.approvals,
            runs=domain.runs,
            announcer=domain.announcer,
            replies=base.replies,
        ),
        connecting=domain.connecting,
        asking=asking,
        filling=filling,
        agreeing=Agreeing(
            store=base.store,
            registry=base.registry,
            drafts=drafts,
            people=base.people,
            files=base.files,
            tokens=base.tokens,
        ),
        picking=picking,
        suggesting=_suggesting(base, domain, drafts, at_hand),
        editing=editing,
        setting_up=setting_up,
        home=_home(base, domain, shelf),
        mentions=Mentions(commands=commands, replies=base.replies),
        message_shortcuts=MessageShortcuts(
            commands=commands, tokens=base.tokens, slack=base.slack, replies=base.replies, clock=base.clock
        ),
        replies=base.replies,
        supervisor=base.supervisor,
        ids=base.ids,
    )
    return Rooms(listeners=listeners, drafts=drafts)


def _saved_commands(base: Foundation, shelf: Shelf, commands: Commands) -> Editing:
    editing = Editing(
        store=base.store,
        shelf=shelf,
        registry=base.registry,
        commands=commands,
        replies=base.replies,
        outbox=base.outbox,
        tokens=base.tokens,
        slack=base.slack,
        clock=base.clock,
        workspaces=base.workspaces,
    )
    Saved(
        store=base.store,
        shelf=shelf,
        registry=base.registry,
        commands=commands,
        replies=base.replies,
        outbox=base.outbox,
        workspaces=base.workspaces,
    ).open_rooms(editing)
    return editing


def _suggesting(base: Foundation, domain: Domain, drafts: Drafts, at_hand: AtHand) -> Suggesting:
    return Suggesting(
        store=base.store,
        registry=base.registry,
        policy=POLICIES["standard"],
        people=base.people,
        at_hand=at_hand,
        objects=Objects(
            store=base.store,
            registry=base.registry,
            workspaces=base.workspaces,
            calls=domain.calls,
            runs=domain.runs,
            drafts=drafts,
            supervisor=base.supervisor,
            clock=base.clock,
        ),
    )


def _home(base: Foundation, domain: Domain, shelf: Shelf) -> Home:
    overviews = Overviews(
        workspaces=base.workspaces,
        approvals=domain.approvals,
        announcer=domain.announcer,
        calls=domain.calls,
        shelf=shelf,
        registry=base.registry,
        clock=base.clock,
    )
    return Home(store=base.store, people=base.people, overviews=overviews, slack=base.slack, style=base.style)
