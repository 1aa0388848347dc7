"""The form of the message shortcut, and what is told to those who ask by a message."""

from collections.abc import Sequence
from typing import Final

from bot.blocks import Block, Message, View, modal, section
from bot.cards.problems import denied
from bot.finding import Find
from bot.inputs import Option, input_block, static_select, text_input

RUN_VIEW: Final = "run"
FOUND: Final = "found"
"""The block and action id of the choice among what was found in the message."""
COMMAND: Final = "command"
"""The action id of the field for the command."""


def run_view(found: Sequence[Find], text: str, draft: str, turn: int = 0) -> View:
    """The form that takes a command about a message.

    ``text`` is what stands in the field; ``turn`` counts how often that was exchanged, since Slack keeps what somebody
    typed where a block stays the same. ``draft`` is an opaque token that comes back.
    """
    field = input_block(
        "Command",
        text_input(
            COMMAND, initial=text or None, placeholder="refunds create --charge ch_… --amount 500", multiline=True
        ),
        block_id=f"{COMMAND}-{turn}",
        hint="What you would type behind /stripe. The answer stands in the thread of the message.",
    )
    return modal(
        "Run Stripe command",
        (*_choice(found), field),
        callback_id=RUN_VIEW,
        submit="Run",
        close="Cancel",
        private_metadata=draft,
    )


def _choice(found: Sequence[Find]) -> tuple[Block, ...]:
    """What else the message names. A single find stands in the field already."""
    if len(found) < 2:
        return ()
    options = [Option(f"{each.text} ({each.kind})" if each.kind else each.text, each.text) for each in found]
    select = static_select(FOUND, options, placeholder="Put into the command")
    return (section("Found in the message", accessory=select, block_id=FOUND),)


def run_form_not_opened() -> Message:
    """Slack opened no form for the message shortcut."""
    return denied("Slack did not open the form in time. Choose the shortcut once more.")


def exposed(kind: str) -> Message:
    """A secret stands in a message that others can read."""
    so = (
        "Card data must never pass through Slack."
        if "card" in kind
        else "Then roll it: a new one takes its place, and this one stops working. "
        "To connect a Stripe key, use /stripe connect, which asks for it in a form."
    )
    return denied(
        f"This looks like {kind}. Nothing was run, but everybody in this channel can read it: "
        f"delete your message now. {so}"
    )
