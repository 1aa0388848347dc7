"""A small world for stories: the bot in HTTP mode, a strict fake Slack and the sandbox Stripe, over real sockets.

Alice asks, Bob approves, Carla is a guest, Dora is deactivated, Evan belongs to a connected workspace.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import select

from bot.app import Countersign
from bot.cards import DENY, MORE, SAYING
from bot.keys.ring import KeyRing
from bot.roles import Grant
from bot.settings import FixedSettings, Settings
from bot.store.engine import Store, Transaction
from bot.store.tables import messages
from bot.workspaces import Workspaces
from operations.clock import SystemClock
from operations.sandbox import Sandbox
from operations.sandbox.keys import ACCOUNT, CONNECTED_ACCOUNTS, LIVE_KEY, TEST_KEY
from operations.sandbox.server import serve
from operations.secrets import SecretKey
from tests.fakes import slack_payloads
from tests.fakes.slack import TOKEN, FakeSlack, Message, Workspace
from tests.in_modals import InModals
from tests.seeded import seeded

SECRET = "a-signing-secret-for-tests"
TEAM = "T0CASA"
SUPPORT = "C0SUPPORT"
STRANGERS_TEAM = "T0OTHER"


@dataclass
class Person(InModals):
    """Somebody who types and clicks."""

    world: "World"
    user_id: str
    team_id: str = TEAM

    async def slash(self, text: str, *, channel: str = SUPPORT, **fields: Any) -> None:
        """Type ``/stripe text`` and let everything that follows happen."""
        trigger = self.world.slack.trigger(self.world.workspace, self.user_id)
        answer = await self.world.sender.command(
            text,
            user=self.user_id,
            channel=channel,
            trigger=fields.pop("trigger", trigger),
            response_url=self.world.slack.response_url(),
            **fields,
        )
        assert answer.status_code == 200, answer.text
        await self.world.settle()

    async def click(self, card: Message, action_id: str, *, value: str | None = None, **fields: Any) -> None:
        """Press a button of a message and let everything that follows happen."""
        await self.deliver(self.press(card, action_id, value=value, **fields))
        await self.world.settle()

    def press(self, card: Message, action_id: str, *, value: str | None = None, **fields: Any) -> dict[str, Any]:
        """The payload of a click, for delivering it in a way of one's own."""
        trigger = self.world.slack.trigger(self.world.workspace, self.user_id)
        payload = slack_payloads.click(
            action_id,
            card.button(action_id)["value"] if value is None else value,
            user=self.user_id,
            user_team=self.team_id,
            channel=card.channel,
            message={"ts": card.ts, "text": card.text} | ({"thread_ts": card.thread_ts} if card.thread_ts else {}),
            response_url=self.world.slack.response_url(),
            **fields,
        )
        return {**payload, "trigger_id": trigger}

    def choose_more(self, card: Message, choice: str, **fields: Any) -> dict[str, Any]:
        """The payload of a choice behind the three dots of an approval's card."""
        (row,) = (block for block in card.blocks if block["type"] == "actions")
        assert choice in [each["value"] for each in card.button(MORE)["options"]], f"{choice} is not offered"
        return self.press(card, MORE, value="", **{"option": choice, "block_id": row["block_id"], **fields})

    async def more(self, card: Message, choice: str, **fields: Any) -> None:
        """Choose behind the three dots of an approval's card and let everything that follows happen."""
        await self.deliver(self.choose_more(card, choice, **fields))
        await self.world.settle()

    async def deny(self, card: Message, reason: str = "not this one") -> None:
        """Deny an approval, and say why."""
        await self.click(card, DENY)
        self.fill({SAYING: reason})
        await self.submit()

    async def write(self, text: str, *, channel: str = SUPPORT, thread: str | None = None) -> Message:
        """Write a message that mentions nobody."""
        return self.world.workspace.say(f"1767225500.{next(self.world.numbers):06}", channel, text, thread)

    async def mention(self, text: str, *, thread: str | None = None, **fields: Any) -> Message:
        """Write ``@countersign text`` and let everything that follows happen; what was written."""
        written = await self.write(f"<@U0BOT> {text}", thread=thread)
        answer = await self.world.sender.event(self.mentioning(written, **fields))
        assert answer.status_code == 200, answer.text
        await self.world.settle()
        return written

    def mentioning(self, written: Message, **fields: Any) -> dict[str, Any]:
        """The event of a mention, for delivering it in a way of one's own."""
        about = {"ts": written.ts, "thread_ts": written.thread_ts, "channel": written.channel}
        return slack_payloads.mention(
            written.text, **{**about, "user": self.user_id, "user_team": self.team_id, **fields}
        )

    async def shortcut(self, message: Mapping[str, Any], *, channel: str = SUPPORT, **fields: Any) -> dict[str, Any]:
        """Choose the shortcut on a message and let everything that follows happen; the newest form, as it stands."""
        trigger = self.world.slack.trigger(self.world.workspace, self.user_id)
        payload = slack_payloads.message_action(
            message,
            user=self.user_id,
            user_team=self.team_id,
            channel=channel,
            **{"trigger": trigger, "response_url": self.world.slack.response_url(), **fields},
        )
        answer = await self.deliver(payload)
        assert answer.status_code == 200, answer.text
        await self.world.settle()
        return self.world.form

    @property
    def home(self) -> dict[str, Any]:
        """The Home tab as this person has it before them; empty where it was never shown."""
        return self.world.workspace.screens.homes.get(self.user_id, {})

    def home_button(self, label: str) -> dict[str, Any]:
        """The first button of the Home tab that says this; KeyError when there is none."""
        for block in self.home.get("blocks", []):
            for element in [*block.get("elements", []), block.get("accessory", {})]:
                if element.get("type") == "button" and element["text"]["text"] == label:
                    return dict(element)
        raise KeyError(label)

    async def press_home(self, label: str, **fields: Any) -> None:
        """Press a button of the Home tab and let everything that follows happen."""
        trigger = self.world.slack.trigger(self.world.workspace)
        payload = slack_payloads.home_click(
            self.home_button(label), user=self.user_id, user_team=self.team_id, trigger=trigger, **fields
        )
        answer = await self.deliver(payload)
        assert answer.status_code == 200, answer.text
        await self.world.settle()

    async def deliver(self, payload: Mapping[str, Any]) -> httpx.Response:
        return await self.world.sender.interaction(payload)


@dataclass
class World:
    """Everything at hand."""

    bot: Countersign
    slack: FakeSlack
    workspace: Workspace
    stripe: Sandbox
    sender: slack_payloads.Sender
    shift: "Shift"
    people: dict[str, Person] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def alice(self) -> Person:
        return self.people["U0ALICE"]

    @property
    def bob(self) -> Person:
        return self.people["U0BOB"]

    def said(self, channel: str = SUPPORT) -> list[Message]:
        """The messages of a channel that stand in no thread."""
        return [message for message in self.workspace.said(channel) if message.thread_ts is None]

    @property
    def card(self) -> Message:
        """The newest message of the support channel."""
        return self.said()[-1]

    @property
    def form(self) -> dict[str, Any]:
        """The newest modal, as it stands; empty where none was opened."""
        return next(iter(reversed(self.workspace.views.values())), {})

    def home(self, user_id: str) -> dict[str, Any]:
        """The Home tab that is published for somebody; empty where none is."""
        return self.workspace.screens.homes.get(user_id, {})

    @property
    def told(self) -> list[str]:
        """What was told to single people alone, in order."""
        return [each["text"] for each in [*self.workspace.ephemerals, *self.slack.responses]]

    def effects(self, operation: str) -> int:
        """How often an operation had its effect at Stripe."""
        return len(self.stripe.journal.of(operation))

    async def settle(self) -> None:
        """Wait until nothing goes on: no task, nothing due to be said."""
        while self.bot.supervisor.running or await self.bot.store.read(self._unsaid):
            self.bot.outbox.wake()
            await asyncio.sleep(0.01)

    def _unsaid(self, tx: Transaction) -> bool:
        waiting = select(messages.c.id).where(
            messages.c.team_id == self.bot.team_id,
            messages.c.delivered < messages.c.version,
            messages.c.failure.is_(None),
        )
        return tx.connection.execute(waiting.limit(1)).first() is not None


@dataclass
class Shift:
    """How far the database's clock is moved."""

    by: timedelta = field(default_factory=timedelta)

    def __call__(self) -> timedelta:
        return self.by


def settings(folder: Path, *, database_url: str, slack_url: str, stripe_url: str, **more: Any) -> Settings:
    """Settings for a bot in this world; the master key stands in the folder."""
    keys = folder / "master.keys"
    if not keys.exists():
        KeyRing.generate(keys)
    return FixedSettings(
        slack_bot_token=SecretStr(TOKEN),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=slack_url,
        stripe_api_base=stripe_url,
        database_url=SecretStr(database_url),
        master_key_file=keys,
        **{"admins": ("U0ALICE",), **more},
    )


@asynccontextmanager
async def world(
    folder: Path, database_url: str, *, connected: bool = True, slack: FakeSlack | None = None, **more: Any
) -> AsyncIterator[World]:
    """The world, with the seeded business connected in both modes and every full member an approver, unless told
    otherwise. ``more`` are settings.
    """
    slack = slack or FakeSlack()
    workspace = slack.workspace(TEAM, TOKEN)
    for user in ("U0ALICE", "U0BOB"):
        workspace.add_user(user)
    workspace.add_user("U0CARLA", is_restricted=True)
    workspace.add_user("U0DORA", deleted=True)
    workspace.add_user("U0EVAN", is_stranger=True, team_id=STRANGERS_TEAM)
    workspace.add_channel(SUPPORT, "U0ALICE", "U0BOB", "U0CARLA", "U0EVAN")
    stripe = seeded(SystemClock())
    shift = Shift()
    running = await serve(stripe)
    try:
        async with (
            slack.serve(),
            Countersign.start(
                settings(folder, database_url=database_url, slack_url=slack.api, stripe_url=running.url, **more),
                clock_shift=shift,
            ) as bot,
            httpx.AsyncClient(
                transport=httpx.ASGITransport(bot.front_door()), base_url="http://countersign.test"
            ) as client,
        ):
            if connected:
                await bot.store.transaction(lambda tx: connect(bot, tx))
                await let_everyone_approve(bot.store, bot.team_id)
            made = World(
                bot=bot,
                slack=slack,
                workspace=workspace,
                stripe=stripe,
                sender=slack_payloads.Sender(client, SECRET, SystemClock()),
                shift=shift,
            )
            made.people = {user: Person(made, user) for user in workspace.users}
            made.people["U0EVAN"].team_id = STRANGERS_TEAM
            yield made
    finally:
        await running.aclose()


def connect(bot: Countersign, tx: Transaction) -> None:
    """Connect the sandbox's business in both modes."""
    for key in (SecretKey.parse(TEST_KEY), SecretKey.parse(LIVE_KEY)):
        added = bot.keys.add(
            tx, team_id=bot.team_id, alias="default", key=key, created_by="U0ALICE", linked=CONNECTED_ACCOUNTS
        )
        bot.keys.activate(tx, added, stripe_account_id=ACCOUNT, name="Lanternfish", livemode=key.livemode)


async def let_everyone_approve(store: Store, team_id: str) -> None:
    """Grant every full member to run commands, and to decide on what others ask for."""
    workspaces = Workspaces(store=store, admins=())

    def grant(tx: Transaction) -> None:
        before = workspaces.read(tx, team_id)
        workspaces.change(tx, before, before.regranted(give=(Grant("approver", "everyone"),)), user_id="U0ALICE")

    await store.transaction(grant)
