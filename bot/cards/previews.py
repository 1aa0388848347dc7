"""What a command would send and what the policy says of it, told to the asker alone: the answer to ``--dry-run``."""

from dataclasses import replace
from typing import Final

from bot.blocks import Block, Message, actions, context, fields, section
from bot.cards import marks, requests
from bot.cards.buttons import run_button
from bot.domain import Account
from bot.policy import Ruling, Verdict
from bot.text import code, escape, join, template
from operations.grammar import Command, render

_WOULD: Final[dict[Verdict, str]] = {
    "allow": "It would run at once.",
    "approval": "It would wait for a second person's approval, because {}.",
    "deny": "It would not be run, because {}.",
}


def preview(command: Command, account: Account, ruling: Ruling) -> Message:
    """The request that a command stands for, on which account, and what would hold it back. Nothing was sent."""
    would = _WOULD[ruling.verdict].format(ruling.why)
    mode = marks.mode_mark(livemode=account.livemode)
    head = join("  ·  ", (mode, template("*Dry run:* nothing was sent"), marks.account_mark(account)))
    return Message(
        text=escape(f"Dry run: nothing was sent. {would}"),
        blocks=(
            section(head),
            section(code(requests.endpoint(command.call))),
            *fields(requests.sent(command.call)),
            context(escape(would)),
            *_go_on(command, ruling),
        ),
    )


def _go_on(command: Command, ruling: Ruling) -> tuple[Block, ...]:
    """The button for what was looked at. A file has no text to stand for it."""
    if ruling.verdict == "deny" or requests.has_file(command.call):
        return ()
    label = "Run it" if ruling.verdict == "allow" else "Ask for approval"
    go = run_button(label, render(replace(command, dry_run=False)))
    return (actions(go, block_id="go-on"),) if go else ()
