"""The message shortcut: a form that takes a command about a message, and answers in the message's thread.

What the message names is offered, the first of it stands in the field. The place travels in the form, signed and bound
to the person and an hour.
"""

import logging

from bot import cards
from bot.commands import Commands
from bot.domain import Place
from bot.finding import Find, exchanged, finds
from bot.inbound import Click, InputValues, MessageShortcut, Submission
from bot.limits import INPUT_TEXT
from bot.replies import Asker, Replies
from bot.slack_api import SlackApi, SlackError
from bot.tokens import Tokens
from operations.clock import Clock

logger = logging.getLogger(__name__)

LIFETIME_SECONDS = 3600
_PURPOSE = "message_shortcut"


class MessageShortcuts:
    """Opens the form, exchanges what stands in it, and reads what it submits."""

    def __init__(self, *, commands: Commands, tokens: Tokens, slack: SlackApi, replies: Replies, clock: Clock) -> None:
        self._commands = commands
        self._tokens = tokens
        self._slack = slack
        self._replies = replies
        self._clock = clock

    async def open(self, shortcut: MessageShortcut) -> None:
        """Show the form. Nothing is asked before that: the trigger lives for three seconds."""
        asker = Asker.in_thread(shortcut)
        found = finds(shortcut.texts)
        draft = {
            "team": asker.team_id,
            "user": asker.user_id,
            "channel": asker.place.channel_id,
            "thread": asker.place.thread_ts or "",
            "begun": "yes" if asker.place.begun else "",
            "found": "\n".join(each.text for each in found),
            "turn": "0",
            "until": str(int(self._clock.now()) + LIFETIME_SECONDS),
        }
        view = cards.run_view(found, found[0].text if found else "", self._tokens.sign(_PURPOSE, draft))
        try:
            await self._slack.open_view(asker.team_id, shortcut.trigger_id, view)
        except SlackError as error:
            logger.warning("the form of a message shortcut was not opened: %s", error)
            await self._replies.tell(asker, cards.run_form_not_opened())

    async def choose(self, click: Click) -> None:
        """Put what was chosen in the place of what stands in the field. A form that is gone by then stays as it was."""
        draft = self._tokens.read(_PURPOSE, click.private_metadata)
        if draft is None or draft["user"] != click.user_id or click.view_id is None:
            return
        found = draft["found"].split("\n")
        if click.value not in found:
            return
        text = exchanged(_typed(click.values)[1], found, click.value)
        if len(text) > INPUT_TEXT:
            return
        turn = int(draft["turn"]) + 1
        view = cards.run_view(
            [Find.named(each) for each in found],
            text,
            self._tokens.sign(_PURPOSE, {**draft, "turn": str(turn)}),
            turn,
        )
        try:
            await self._slack.update_view(draft["team"], click.view_id, view)
        except SlackError as error:
            logger.warning("the form of a message shortcut was not changed: %s", error)

    def read(self, submission: Submission) -> tuple[Asker, str] | dict[str, str]:
        """Who asked for what, or what is wrong with it: a sentence at the field."""
        draft = self._tokens.read(_PURPOSE, submission.private_metadata)
        field, text = _typed(submission.values)
        if draft is None or draft["team"] != submission.team_id or draft["user"] != submission.user_id:
            return {field: "This form was opened by somebody else. Choose the shortcut yourself."}
        if int(draft["until"]) < self._clock.now():
            return {field: "This form is too old. Choose the shortcut once more."}
        if not text:
            return {field: "Type a command."}
        wrong = self._commands.wrong_with(text)
        if wrong is not None:
            nearest = f" Nearest that would work: {', '.join(wrong.suggestions)}" if wrong.suggestions else ""
            return {field: f"{wrong.message}{nearest}"}
        asker = Asker(
            team_id=submission.team_id,
            user_id=submission.user_id,
            place=Place(draft["channel"], draft["thread"], begun=bool(draft["begun"])),
            response_url=None,
            key=submission.key,
        )
        return asker, text


def _typed(values: InputValues) -> tuple[str, str]:
    """The block id of the command's field, and what stands in it."""
    for block_id, inputs in values.items():
        if cards.COMMAND in inputs:
            value = inputs[cards.COMMAND]
            return block_id, value.strip() if isinstance(value, str) else ""
    return f"{cards.COMMAND}-0", ""
