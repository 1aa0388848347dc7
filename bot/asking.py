"""Asking for required parameters that a command lacks: a small modal with a field for each, instead of a refusal.

What was typed travels in the modal as a signed text, bound to the person, the workspace and an hour; the answers are
appended to it and the whole is parsed again, so a completed command is the same call as one typed in full.
"""

import logging
import shlex

from bot import cards
from bot.inbound import CommandReceived, Submission
from bot.limits import VIEW_METADATA
from bot.replies import Asker, Replies
from bot.slack_api import SlackApi, SlackError
from bot.tokens import Tokens
from operations.clock import Clock
from operations.grammar import Command, parse, render
from operations.problem import Problem
from operations.registry import Registry

logger = logging.getLogger(__name__)

LIFETIME_SECONDS = 3600
MOST_FIELDS = 20


class Asking:
    """Opens the modal, and reads what it submits."""

    def __init__(self, *, registry: Registry, tokens: Tokens, slack: SlackApi, replies: Replies, clock: Clock) -> None:
        self._registry = registry
        self._tokens = tokens
        self._slack = slack
        self._replies = replies
        self._clock = clock

    async def open(self, received: CommandReceived, command: Command) -> None:
        """Ask for what is missing. No database before the form is open: the trigger lives for three seconds."""
        draft = self._tokens.sign(
            "ask",
            {
                "text": render(command),
                "missing": "\n".join(command.missing),
                "team": received.team_id,
                "user": received.user_id,
                "channel": received.channel_id,
                "until": str(int(self._clock.now()) + LIFETIME_SECONDS),
            },
        )
        if len(draft) <= VIEW_METADATA and len(command.missing) <= MOST_FIELDS:
            try:
                await self._slack.open_view(received.team_id, received.trigger_id, cards.ask_view(command, draft))
            except SlackError as error:
                logger.warning("a form was not opened: %s", error)
            else:
                return
        await self._replies.tell(Asker.of(received), cards.missing(command))

    def read(self, submission: Submission) -> tuple[Asker, Command] | dict[str, str]:
        """Who asked and the completed command, or what is wrong with the answers: a sentence per field."""
        draft = self._tokens.read("ask", submission.private_metadata)
        first = cards.ask_block(0)
        if draft is None or draft["team"] != submission.team_id or draft["user"] != submission.user_id:
            return {first: "This form was opened by somebody else. Type the command again."}
        if int(draft["until"]) < self._clock.now():
            return {first: "This form is too old. Type the command again."}
        names = draft["missing"].split("\n")
        answers = {name: submission.text(cards.ask_block(index)).strip() for index, name in enumerate(names)}
        blocks = {name: cards.ask_block(index) for index, name in enumerate(names)}
        empty = {blocks[name]: "This is required." for name, answer in answers.items() if not answer}
        if empty:
            return empty
        text = " ".join([draft["text"], *(f"-d {shlex.quote(f'{name}={value}')}" for name, value in answers.items())])
        parsed = parse(text, self._registry)
        if isinstance(parsed, Problem):
            return {blocks.get(parsed.parameter or "", first): parsed.message}
        if parsed.missing:
            return {first: f"It also needs {', '.join(parsed.missing)}. Type the command again with them."}
        asker = Asker(
            team_id=submission.team_id,
            user_id=submission.user_id,
            channel_id=draft["channel"],
            response_url=None,
            key=submission.key,
        )
        return asker, parsed
