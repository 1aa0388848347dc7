"""Asking for what a text still needs: a small modal with a field for each blank, instead of a refusal.

A form is a text with blanks (:mod:`operations.grammar.blanks`) and a question for each. The text travels in the modal,
signed and bound to the person, the place and an hour; the answers are put into its blanks and the whole is parsed, so
that a completed command is the same call as one typed in full.
"""

import logging
from collections.abc import Container
from dataclasses import replace

from bot import cards
from bot.cards import Form, Question
from bot.domain import Place
from bot.inbound import Submission
from bot.limits import VIEW_METADATA
from bot.people import zone
from bot.replies import Asker
from bot.slack_api import SlackApi, SlackError
from bot.tokens import Tokens
from operations.clock import Clock
from operations.grammar import Blank, Command, blanks, fill, given
from operations.problem import Problem, ProblemError
from operations.registry import Registry
from operations.samples import path_kinds
from operations.shortcuts import REASONS, TIMES, Lookup, read, stands_for
from operations.spec import Operation
from operations.when import When, moment

logger = logging.getLogger(__name__)

LIFETIME_SECONDS = 3600
MOST_QUESTIONS = 20


class Asking:
    """Opens the modal, and reads what it submits."""

    def __init__(self, *, registry: Registry, tokens: Tokens, slack: SlackApi, clock: Clock) -> None:
        self._registry = registry
        self._tokens = tokens
        self._slack = slack
        self._clock = clock

    async def open(self, asker: Asker, trigger_id: str, form: Form, when: When) -> bool:
        """Show the form; False where it is too large or Slack didn't open it, and the asker is to be told in words.

        No database before the form is open: the trigger lives for three seconds.
        """
        draft = self._tokens.sign(
            "ask",
            {
                "text": form.text,
                "questions": "\n".join(f"{each.name}={each.parameter}" for each in form.questions),
                "optional": "\n".join(each.name for each in form.questions if each.optional),
                "team": asker.team_id,
                "user": asker.user_id,
                "channel": asker.place.channel_id,
                "thread": asker.place.thread_ts or "",
                "begun": "yes" if asker.place.begun else "",
                "room": "yes" if form.room else "",
                "zone": str(when.zone),
                "until": str(int(self._clock.now()) + LIFETIME_SECONDS),
            },
        )
        if len(draft) > VIEW_METADATA or len(form.questions) > MOST_QUESTIONS:
            return False
        try:
            await self._slack.open_view(asker.team_id, trigger_id, cards.ask_view(form, draft))
        except SlackError as error:
            logger.warning("a form was not opened: %s", error)
            return False
        return True

    def read(self, submission: Submission) -> tuple[Asker, Command | Lookup | str] | dict[str, str]:
        """Who asked and the completed command, or what is wrong with the answers: a sentence per field.

        A text that names no Stripe operation comes back as it is filled in, to be taken as if it was typed.
        """
        draft = self._tokens.read("ask", submission.private_metadata)
        first = cards.ask_block(0)
        if draft is None or draft["team"] != submission.team_id or draft["user"] != submission.user_id:
            return {first: "This form was opened by somebody else. Type the command again."}
        if int(draft["until"]) < self._clock.now():
            return {first: "This form is too old. Type the command again."}
        questions = dict(line.split("=", 1) for line in draft["questions"].split("\n"))
        optional = draft["optional"].split("\n")
        blocks = {name: cards.ask_block(index) for index, name in enumerate(questions)}
        answers = {name: submission.text(block).strip() for name, block in blocks.items()}
        empty = {blocks[name]: "This is required." for name in questions if not answers[name] and name not in optional}
        if empty:
            return empty
        when = When(now=moment(self._clock.now()), zone=zone(draft["zone"]))
        asker = Asker(
            team_id=submission.team_id,
            user_id=submission.user_id,
            place=Place(draft["channel"], draft["thread"] or None, begun=bool(draft["begun"])),
            response_url=None,
            key=submission.key,
        )
        filled = fill(draft["text"], answers)
        if draft["room"]:
            return asker, filled
        parsed = read(filled, self._registry, when)
        if isinstance(parsed, Problem):
            about = next((name for name, parameter in questions.items() if parameter == parsed.parameter), None)
            return {blocks[about] if about else first: parsed.message}
        if isinstance(parsed, Command) and parsed.missing:
            return {first: f"It also needs {', '.join(parsed.missing)}. Type the command again with them."}
        return asker, parsed


def form_of(text: str, registry: Registry, rooms: Container[str] = ()) -> Form | None:
    """The form that asks for the blanks of a text; None where it has none. ``rooms`` are first words of other texts."""
    try:
        found = blanks(text)
    except ProblemError:
        return None
    if not found:
        return None
    words = text.split()
    room = words[0].lower() in rooms
    named = None if room else registry.longest_words(words)
    operation = named[0] if named else None
    short = None if room or named else stands_for(text, registry)
    return Form(
        operation=operation.name if operation else text.partition("{")[0].strip() or words[0],
        text=text,
        questions=tuple(_question(each, operation) if operation else _about_shortcut(each, short) for each in found),
        live="--live" in words,
        given=given(text, registry) if operation else (),
        room=room,
    )


def _question(blank: Blank, operation: Operation) -> Question:
    if blank.parameter:
        asked = Question.about(blank.name, blank.parameter, operation, optional=blank.optional)
    elif blank.name in _path_kinds(operation):
        asked = Question.about_id(blank.name, _path_kinds(operation)[blank.name])
    else:
        asked = _plainly(blank)
    return replace(asked, initial=blank.default)


def _about_shortcut(blank: Blank, operation: Operation | None) -> Question:
    """The question for a blank of a shortcut; named as a parameter of the operation that it stands for, it is that."""
    parameter = blank.name if operation is not None and operation.parameter(blank.name) is not None else ""
    return replace(
        _plainly(blank),
        parameter=parameter,
        hint=_HINTS.get(blank.name),
        choices=_CHOICES.get(blank.name, ()),
        initial=blank.default,
    )


def _plainly(blank: Blank) -> Question:
    return Question(blank.name, "", label=cards.label(blank.name), optional=blank.optional)


_HINTS = {
    "amount": "Such as 12.50. Left empty, all that is left is given back.",
    "reason": "What Stripe records as the reason.",
}
_CHOICES = {"reason": tuple(REASONS), "when": TIMES}


def _path_kinds(operation: Operation) -> dict[str, str]:
    return {
        each.name.lower(): kind for each, kind in zip(operation.path_parameters, path_kinds(operation), strict=True)
    }
