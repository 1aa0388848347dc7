"""What is said of an approval that ended stale: what had changed, and the way to ask anew."""

from typing import Final

from bot.approval import Approval
from bot.blocks import Block, Message, actions, context, section
from bot.cards import marks, requests
from bot.cards.buttons import run_button
from bot.text import Mrkdwn, bold, clip, escape, join, mention, template
from operations.grammar import Command, render

DIFFERENCES_SHOWN: Final = 10
VALUE_SHOWN: Final = 80


def stopped(approval: Approval, command: Command) -> Message:
    """Told in the thread of its card to whoever asked. ``command`` is what they asked for."""
    asker = mention(approval.requester_id)
    head = template("{} {} This was stopped before it was sent: {}", marks.BAD, asker, escape(approval.why_not))
    changed = _differences(approval)
    return Message(
        text=head,
        blocks=(section(head), *((section(join("\n", changed)),) if changed else ()), *_again(approval, command)),
    )


def _differences(approval: Approval) -> list[Mrkdwn]:
    shown = approval.differences[:DIFFERENCES_SHOWN]
    lines = [
        template(
            "{}: {} → {}",
            escape(each.label),
            escape(clip(each.before or "nothing", VALUE_SHOWN)),
            bold(clip(each.after or "nothing", VALUE_SHOWN)),
        )
        for each in shown
    ]
    more = len(approval.differences) - len(shown)
    return [*lines, template("… and {} more", str(more))] if more else lines


def _again(approval: Approval, command: Command) -> tuple[Block, ...]:
    """The button that asks anew, by the same door as any command; or why there is none."""
    if len(approval.items) > 1:
        return (context("Nothing more of it is sent. Ask anew for what is still wanted."),)
    if requests.has_file(command.call):
        return (context("It sends a file, for which no text stands: type the command again, and add the file."),)
    again = run_button("Ask again", render(command), style="primary")
    if again is None:
        return (context("It is too long for a button: type the command again, if it is still wanted."),)
    note = "It is looked at and judged anew, and no signature carries over."
    return (actions(again, block_id="ask-again"), context(note))
