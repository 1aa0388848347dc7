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
from bot.bulk.lists import Filled, Lists
from bot.bulk.pressing import ListButtons
from bot.commands import Commands
from bot.connecting import Connecting, Connection
from bot.deciding.clicks import Deciding
from bot.deciding.decisions import Decisions, Done
from bot.deciding.modals import Modals
from bot.finding_out import FindingOut
from bot.forms.agreeing import Agreeing
from bot.forms.filling import Filling
from bot.forms.listening import FormListeners
from bot.forms.picking import Picking
from bot.forms.suggesting import Suggesting
from bot.granting.form import GrantForm
from bot.home.home import Home
from bot.inbound import (
    Click,
    Submission,
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
from bot.page_buttons import PageButtons
from bot.policy.editing import PolicyEditing
from bot.reaching.rooms import ApprovalRooms
from bot.replies import Asker, Replies
from bot.reviews import Reviews
from bot.saved.editing import Editing
from bot.setting_up import SettingUp
from bot.tasks import Supervisor, describe

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listeners:
    """The rooms that payloads go to."""

    commands: Commands
    deciding: Deciding
    decisions: Decisions
    approval_modals: Modals
    finding_out: FindingOut
    reviews: Reviews
    connecting: Connecting
    asking: Asking
    filling: Filling
    agreeing: Agreeing
    picking: Picking
    suggesting: Suggesting
    editing: Editing
    setting_up: SettingUp
    grant_form: GrantForm
    policy_editing: PolicyEditing
    home: Home
    approval_rooms: ApprovalRooms
    mentions: Mentions
    message_shortcuts: MessageShortcuts
    lists: Lists
    list_buttons: ListButtons
    page_buttons: PageButtons
    replies: Replies
    supervisor: Supervisor
    ids: Callable[[], str]

    def register(self, app: AsyncApp) -> None:
        """Register every listener with Bolt."""
        app.command(COMMAND)(self._command)
        for action_id in (cards.APPROVE, cards.DENY, cards.MORE, re.compile(rf"{cards.CHOICE}:.+")):
            app.action(action_id)(self._click)
        app.view(cards.SAYING_VIEW)(self._said)
        app.action(cards.REVIEWED)(self._reviewed)
        app.action(cards.HAPPENED)(self._on_outcome(happened=True))
        app.action(cards.DID_NOT)(self._on_outcome(happened=False))
        app.action(cards.STOP_LIST)(self._on_list(stop=True))
        app.action(cards.REST_OF_LIST)(self._on_list(stop=False))
        app.view(cards.LIST_VIEW)(self._list)
        app.action(re.compile(rf"{cards.TURN}:.+"))(self._turn)
        app.action(re.compile(rf"{cards.RUN}(:.*)?"))(self._run)
        app.view(cards.CONNECT_VIEW)(self._connect)
        app.view(cards.ASK_VIEW)(self._ask)
        app.view(cards.EDIT_VIEW)(self._edit)
        app.event(MENTION)(self._mention)
        app.event(HOME_OPENED)(self._home_opened)
        app.action(cards.REFRESH)(self._refresh)
        app.action(re.compile(rf"{cards.SETUP}:.+"))(self._open_setup)
        app.view(cards.SETUP_VIEW)(self._set_up)
        app.view(cards.GRANT_VIEW)(self._grant)
        app.view(cards.POLICY_VIEW)(self._policy_text)
        app.view(cards.POLICY_PREVIEW)(self._policy_saved)
        app.action(cards.POLICY_AGREE)(self._on_policy(agree=True))
        app.action(cards.POLICY_REJECT)(self._on_policy(agree=False))
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

    async def _click(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = parse_click(body)
        self._spawn("click", Asker.of(click), self._and_shown(click, self.deciding.take(click)))

    async def _said(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        submission = parse_submission(body)
        answer, done, at_home = await self.approval_modals.submitted(submission)
        await ack(**answer)
        if done is not None:
            self._spawn("decision", Asker.by_direct_message(submission), self._decided(submission, done, at_home))

    async def _decided(self, submission: Submission, done: Done, at_home: bool) -> None:
        await self.decisions.see_through(done)
        if at_home:
            await self.home.show(submission.team_id, submission.user_id)

    async def _and_shown(self, click: Click, work: Coroutine[Any, Any, None]) -> None:
        """Decide, then show anew what it was decided on: the Home tab, or a list for the clicker alone."""
        await self._and_home(click, work)
        await self.approval_rooms.refresh(click)

    def _on_list(self, *, stop: bool) -> Callable[..., Any]:
        async def clicked(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()
            click = parse_click(body)
            pressed = self.list_buttons.stop(click) if stop else self.list_buttons.rest(click)
            self._spawn("list", Asker.of(click), pressed)

        return clicked

    async def _list(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        filled = self.lists.read(parse_submission(body))
        if not isinstance(filled, Filled):
            await ack(**filled)
            return
        await ack()
        self._spawn("list", filled.asker, self.lists.take(filled))

    async def _turn(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = parse_click(body)
        self._spawn("page", Asker.of(click), self.page_buttons.press(click))

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

    async def _grant(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        submission = parse_submission(body)
        errors = await self.grant_form.take(submission)
        if errors is not None:
            await ack(response_action="errors", errors=errors)
            return
        await ack()
        self.supervisor.spawn("home", self.home.show(submission.team_id, submission.user_id))

    async def _policy_text(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        answer = await self.policy_editing.take(parse_submission(body))
        match answer:
            case {"type": "modal"}:
                await ack(response_action="push", view=answer)
            case _:
                await ack(response_action="errors", errors=answer)

    async def _policy_saved(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        submission = parse_submission(body)
        answer = await self.policy_editing.save(submission)
        if answer is None:
            await ack(response_action="clear")
            self.supervisor.spawn("home", self.home.show(submission.team_id, submission.user_id))
        else:
            await ack(response_action="update", view=answer)

    def _on_policy(self, *, agree: bool) -> Callable[..., Any]:
        async def clicked(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()
            click = parse_click(body)
            pressed = self.policy_editing.press(click, agree=agree)
            self._spawn("policy", Asker.of(click), self._and_home(click, pressed))

        return clicked

    def _on_outcome(self, *, happened: bool) -> Callable[..., Any]:
        async def clicked(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()
            click = parse_click(body)
            self._spawn("outcome", Asker.of(click), self.finding_out.take(click, happened=happened))

        return clicked

    async def _reviewed(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = parse_click(body)
        self._spawn("review", Asker.of(click), self._and_home(click, self.reviews.take(click)))

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
