"""Where answers go, told to anybody and changed by admins: what `/stripe answers` shows."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.blocks import Block, Element, Message, actions, context, section
from bot.cards.buttons import run_button
from bot.domain import Place
from bot.placing import WAYS, Answers, Way
from bot.text import Mrkdwn, bold, channel, code, escape, join, template

ANSWERS_ROOM: Final = "answers"
CHANNELS_SHOWN: Final = 20

_WAYS: Final[dict[Way, str]] = {
    "thread": "in a thread that everybody in the channel reads, with personal data masked",
    "ephemeral": "to whoever asked alone, where they asked",
    "dm": "to whoever asked, by direct message",
}
_LABELS: Final[dict[Way, str]] = {"thread": "In a thread", "ephemeral": "To the asker alone", "dm": "By direct message"}


def answers_in_short(answers: Answers) -> str:
    """Where answers go, in one sentence."""
    reads = "; what only reads, in public channels to whoever asked alone" if answers.quiet_reads else ""
    own = len(answers.channels)
    others = f"; otherwise in {own} channel{'' if own == 1 else 's'}" if own else ""
    return f"Answers go {_WAYS[answers.usual]}{reads}{others}."


def answers_shown(answers: Answers, place: Place, *, admin: bool, changed: str = "") -> Message:
    """What holds in the workspace and at a place; for an admin, with what changes it. ``changed``: if it just did."""
    said = changed or answers_in_short(answers)
    blocks: list[Block] = [section(escape(changed))] if changed else []
    blocks += [section(join("\n", tuple(_lines(answers, place))))]
    if admin:
        blocks += _controls(answers, place)
    hint = template("Whatever holds, {} behind a command has it answered to you alone.", code("--private"))
    return Message(said, (*blocks, context(hint)))


def _lines(answers: Answers, place: Place) -> Iterator[Mrkdwn]:
    yield join(" ", (bold("Answers go"), escape(f"{_WAYS[answers.usual]}.")))
    if answers.quiet_reads:
        yield escape("In public channels, what only reads is answered to whoever asked alone.")
    own = dict(answers.channels).get(place.channel_id)
    if own is not None:
        yield escape(f"In this channel: {_WAYS[own]}.")
    others = [(name, way) for name, way in answers.channels if name != place.channel_id]
    for name, way in others[:CHANNELS_SHOWN]:
        yield template("In {}: {}.", channel(name), escape(_WAYS[way]))
    if len(others) > CHANNELS_SHOWN:
        yield escape(f"And otherwise in {len(others) - CHANNELS_SHOWN} channels more.")
    yield escape("What needs an approval is told where it is approved.")


def _controls(answers: Answers, place: Place) -> Iterator[Block]:
    """Buttons for all that is otherwise than it is; those of the channel first, since that is where one is."""
    if not place.private:
        own = dict(answers.channels).get(place.channel_id)
        here = [(f"{_LABELS[way]}, here", f"here {way}") for way in WAYS if way != own]
        yield _row([*here, *([("As elsewhere", "here usual")] if own is not None else [])], "answers-here")
    usual = [(f"{_LABELS[way]}, everywhere", way) for way in WAYS if way != answers.usual]
    reads = ("Reads to all", "reads open") if answers.quiet_reads else ("Reads to the asker alone", "reads private")
    yield _row([*usual, reads], "answers")


def _row(texts: Sequence[tuple[str, str]], block_id: str) -> Block:
    made: list[Element | None] = [
        run_button(label, f"{ANSWERS_ROOM} {text}", number) for number, (label, text) in enumerate(texts)
    ]
    return actions(*(each for each in made if each is not None), block_id=block_id)
