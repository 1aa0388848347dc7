"""What Bolt listens for. Each listener acknowledges, reads the payload into a value, and hands it on as a task.

A task that fails leaves nobody without an answer: the person is told a reference, which stands in the log beside the
reason. What was recorded by then is carried on by the sweep.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot import cards
from bot.asking import Asking
from bot.commands import Commands
from bot.connecting import Connecting, Connection
from bot.deciding import Deciding
from bot.domain import Verdict
from bot.forms.agreeing import Agreeing
from bot.forms.filling import Filling
from bot.forms.listening import FormListeners
from bot.forms.picking import Picking
from bot.forms.suggesting import Suggesting
from bot.home.home import Home
from bot.inbound import (
    Click,
    parse_click,
    parse_command,
    parse_home_opened,
    parse_mention,
    parse_message_shortcut,
    parse_submission,
)
from bot.manifest import COMMAND, HOME_OPENED, MENTION, MESSAGE_SHORTCUT
from bot.mentions import Mentions
from bot.message_shortcuts import MessageShortcuts
from bot.replies import Asker, Replies
from bot.saved.editing import Editing
from bot.setting_up import SettingUp
from bot.tasks import Supervisor, describe

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listeners:
    """The rooms that payloads go to."""

    commands: Commands
    deciding: Deciding
    connecting: Connecting
    asking: Asking
    filling: Filling
    agreeing: Agreeing
    picking: Picking
    suggesting: Suggesting
    editing: Editing
    setting_up: SettingUp
    home: Home
    mentions: Mentions
    message_shortcuts: MessageShortcuts
    replies: Replies
    supervisor: Supervisor
    ids: Callable[[], str]

    def register(self, app: AsyncApp) -> None:
        """Register every listener with Bolt."""
        app.command(COMMAND)(self._command)
        app.action(cards.APPROVE)(self._click("approve"))
        app.action(cards.DENY)(self._click("deny"))
        app.action(re.compile(rf"{cards.RUN}(:.*)?"))(self._run)
        app.view(cards.CONNECT_VIEW)(self._connect)
        app.view(cards.ASK_VIEW)(self._ask)
        app.view(cards.EDIT_VIEW)(self._edit)
        app.event(MENTION)(self._mention)
        app.event(HOME_OPENED)(self._home_opened)
        app.action(cards.REFRESH)(self._refresh)
        app.action(re.compile(rf"{cards.SETUP}:.+"))(self._open_setup)
        app.view(cards.SETUP_VIEW)(self._set_up)
        app.shortcut(MESSAGE_SHORTCUT)(self._message_shortcut)
        app.action(cards.FOUND)(self._found)
        app.view(cards.RUN_VIEW)(self._run_form)
        FormListeners(
            filling=self.filling,
            picking=self.picking,
            suggesting=self.suggesting,
            agreeing=self.agreeing,
            commands=self.commands,
            replies=self.replies,
            home=self.home,
            spawn=self._spawn,
        ).register(app)
        app.error(_failed)

    async def _command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        received = parse_command(body)
        self._spawn(
            "command", Asker.of(received), self.commands.take(Asker.of(received), received.text, received.trigger_id)
        )

    def _click(self, verdict: Verdict) -> Callable[..., Any]:
        async def clicked(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()
            click = parse_click(body)
            self._spawn("click", Asker.of(click), self._and_home(click, self.deciding.take(click, verdict)))

        return clicked

    async def _run(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = parse_click(body)
        asker = Asker.of(click)
        pressed = self.commands.press(asker, click.value, click.trigger_id or None)
        self._spawn("pressed command", asker, self._and_home(click, pressed))

    async def _connect(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        submission = parse_submission(body)
        wanted = self.connecting.read(submission)
        if isinstance(wanted, Connection):
            await ack()
            asker = Asker.by_direct_message(submission)
            self._spawn("connect", asker, self._connected(asker, self.connecting.connect(submission, wanted)))
        else:
            await ack(response_action="errors", errors=wanted)

    async def _ask(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        submission = parse_submission(body)
        answered = self.asking.read(submission)
        if isinstance(answered, dict):
            await ack(response_action="errors", errors=answered)
            return
        await ack()
        asker, command = answered
        self._spawn("answer", asker, self.commands.answer(asker, command))

    async def _edit(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        submission = parse_submission(body)
        wanted = self.editing.read(submission)
        if isinstance(wanted, dict):
            await ack(response_action="errors", errors=wanted)
            return
        await ack()
        asker, edit = wanted
        self._spawn("edit", asker, self.editing.change(asker, edit))

    async def _mention(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        mention = parse_mention(body)
        if mention is not None:
            work = self.mentions.take(mention, context.bot_user_id or "")
            self._spawn("mention", Asker.in_thread(mention), work)

    async def _message_shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        shortcut = parse_message_shortcut(body)
        self._spawn("message shortcut", Asker.in_thread(shortcut), self.message_shortcuts.open(shortcut))

    async def _found(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = parse_click(body)
        self._spawn("choice", Asker.of(click), self.message_shortcuts.choose(click))

    async def _run_form(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        submission = parse_submission(body)
        answered = self.message_shortcuts.read(submission)
        if isinstance(answered, dict):
            await ack(response_action="errors", errors=answered)
            return
        await ack()
        asker, text = answered
        self._spawn("command", asker, self.commands.take(asker, text, submission.trigger_id or None))

    async def _home_opened(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        opened = parse_home_opened(body)
        if opened is not None:
            self.supervisor.spawn("home", self.home.show(opened.team_id, opened.user_id))

    async def _refresh(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = parse_click(body)
        self._spawn("refresh", Asker.of(click), self.home.show(click.team_id, click.user_id))

    async def _open_setup(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = parse_click(body)
        asker = Asker.of(click)
        self._spawn("set-up", asker, self.setting_up.press(asker, click.value, click.trigger_id or None))

    async def _set_up(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        submission = parse_submission(body)
        answer = await self.setting_up.take(submission)
        match answer:
            case None:
                await ack()
                self.supervisor.spawn("home", self.home.show(submission.team_id, submission.user_id))
            case {"type": "modal"}:
                await ack(response_action="update", view=answer)
            case _:
                await ack(response_action="errors", errors=answer)

    async def _and_home(self, click: Click, work: Coroutine[Any, Any, None]) -> None:
        """Do what was pressed, then show the Home tab anew if it was pressed there."""
        await work
        if click.at_home:
            await self.home.show(click.team_id, click.user_id)

    async def _connected(self, asker: Asker, work: Coroutine[Any, Any, None]) -> None:
        await work
        await self.home.show(asker.team_id, asker.user_id)

    def _spawn(self, name: str, asker: Asker, work: Coroutine[Any, Any, object]) -> None:
        self.supervisor.spawn(name, self._see_through(name, asker, work))

    async def _see_through(self, name: str, asker: Asker, work: Awaitable[object]) -> None:
        try:
            await work
        except Exception as error:  # whatever it is, the person who waits is told
            reference = self.ids()[:8]
            logger.error("%s failed, reference %s: %s", name, reference, describe(error))  # noqa: TRY400 — no messages
            await self.replies.tell(asker, cards.internal_error(reference))


async def _failed(error: Exception) -> None:
    """Bolt's own handler would log the message of an exception, which may quote what was typed."""
    logger.error("a listener failed: %s", describe(error))
