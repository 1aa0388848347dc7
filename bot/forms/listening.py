"""What Bolt listens for while a form is open. Each listener answers inside Slack's three seconds."""

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import cards
from bot.commands import Commands
from bot.forms import names
from bot.forms.agreeing import Agreed, Agreeing
from bot.forms.filling import Filling
from bot.forms.options import payload
from bot.forms.picker import LIST_VIEW, RUN_VIEW
from bot.forms.picking import Picking
from bot.forms.suggesting import Suggesting
from bot.home.home import Home
from bot.inbound import parse_click, parse_submission, parse_suggestion, parse_view_closed
from bot.replies import Asker, Replies
from operations.grammar import Command

Spawn: TypeAlias = Callable[[str, Asker, Coroutine[Any, Any, object]], None]
"""Begins a task, by its name and who waits for it."""


@dataclass(frozen=True, slots=True)
class FormListeners:
    """The rooms that payloads of forms go to."""

    filling: Filling
    agreeing: Agreeing
    picking: Picking
    suggesting: Suggesting
    commands: Commands
    replies: Replies
    home: Home
    spawn: Spawn

    def register(self, app: AsyncApp) -> None:
        """Register every listener with Bolt."""
        app.action(names.ACCOUNT_CHOSEN)(self._step)
        app.action(names.ANOTHER)(self._step)
        app.action(re.compile(rf"{names.FIND_FIELD}\|.*"))(self._step)
        app.view(names.FORM_VIEW)(self._submitted)
        app.view(names.PREVIEW_VIEW)(self._agreed)
        app.view_closed(names.FORM_VIEW)(self._closed)
        app.action(names.PICK)(self._picked)
        for callback_id in (names.PICKER_VIEW, LIST_VIEW, RUN_VIEW):
            app.view(callback_id)(self._picker)
        app.options(re.compile(rf"{names.PICK}|find:.*"))(self._suggest)

    async def _step(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = parse_click(body)
        self.spawn("a step of a form", Asker.of(click), self.filling.step(click))

    async def _submitted(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(**await self.filling.submit(parse_submission(body)))

    async def _agreed(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        agreed = await self.agreeing.read(parse_submission(body))
        if not isinstance(agreed, Agreed):
            await ack(**agreed)
            return
        await ack(response_action="clear")
        self.spawn("form", agreed.asker, self._carry_on(agreed))

    async def _carry_on(self, agreed: Agreed) -> None:
        command = await self.agreeing.command(agreed)
        if isinstance(command, Command):
            recorded = await self.commands.answer(
                agreed.asker, command, confirmed=True, supersedes=agreed.draft.supersedes
            )
        else:
            await self.replies.tell(agreed.asker, cards.denied(command))
            recorded = False
        await self.agreeing.finish(agreed, recorded=recorded)
        asker = agreed.asker
        if asker.place.channel_id == asker.user_id:
            # It was asked for from the Home tab, which tells of it.
            await self.home.show(asker.team_id, asker.user_id)

    async def _picked(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = parse_click(body)
        self.spawn("choice of an operation", Asker.of(click), self.picking.chosen(click))

    async def _picker(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        submission = parse_submission(body)
        answered = await self.picking.submitted(submission)
        if not isinstance(answered, tuple):
            await ack(**answered)
            return
        await ack(response_action="clear")
        asker, text = answered
        self.spawn("saved command", asker, self.commands.press(asker, text, submission.trigger_id or None))

    async def _suggest(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(**payload(await self.suggesting.answer(parse_suggestion(body))))

    async def _closed(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        closed = parse_view_closed(body)
        self.spawn("a closed form", Asker.alone(closed), self.filling.closed(closed))
