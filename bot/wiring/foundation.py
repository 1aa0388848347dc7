"""What everything stands on: the database, Slack, Stripe, keys."""

import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import ConfigError
from bot.files import Files
from bot.keys.envelope import Envelope
from bot.keys.ring import KeyRing
from bot.keys.store import KeyStore
from bot.outbox import Outbox
from bot.people import People
from bot.replies import Replies
from bot.settings import Settings
from bot.slack_api import SlackApi, Workspace
from bot.store.engine import Store
from bot.tasks import Supervisor
from bot.text import Style
from bot.tokens import Tokens
from bot.user_groups import UserGroups
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
    user_groups: UserGroups
    workspaces: Workspaces
    replies: Replies
    outbox: Outbox

    @property
    def style(self) -> Style:
        """What the Slack in front of us can show."""
        return self.settings.block_style


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
    workspaces = Workspaces(store=store, admins=settings.admins)
    user_groups = UserGroups(slack=slack, clock=clock)
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
        people=People(slack=slack, groups=user_groups, groups_named=workspaces.groups_named, clock=clock),
        user_groups=user_groups,
        workspaces=workspaces,
        replies=Replies(slack=slack),
        outbox=Outbox(store=store, envelope=envelope, slack=slack, clock=clock, ids=ids),
    )
