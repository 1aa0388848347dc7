"""What a command would send and what the policy says of it, told to the asker alone: the answer to ``--dry-run``."""

from dataclasses import replace
from typing import Final

from bot.blocks import Block, Message, actions, context, fields, section
from bot.cards import marks, requests
from bot.cards.buttons import run_button
from bot.domain import Account
from bot.policy import Ruling, Undecided, Verdict
from bot.text import code, escape, join, template
from operations.grammar import Command, render

_WOULD: Final[dict[Verdict, str]] = {
    "allow": "It would run at once.",
    "confirm": "It would run once you confirm it, because {}.",
    "approval": "It would wait for a second person's approval, because {}.",
    "deny": "It would not be run, because {}.",
}

_BECAUSE: Final = " --because {because}"
"""What a text ends with whose button asks for the reason."""


def preview(command: Command, account: Account, ruling: Ruling | Undecided) -> Message:
    """The request that a command stands for, on which account, and what would hold it back. Nothing was sent."""
    would = _would(ruling)
    mode = marks.mode_mark(livemode=account.livemode)
    head = join("  ·  ", (mode, template("*{}* nothing was sent", _headed(command)), marks.account_mark(account)))
    return Message(
        text=escape(f"{_headed(command)} nothing was sent. {would}"),
        blocks=(
            section(head),
            section(code(requests.endpoint(command.call))),
            *fields(requests.sent(command.call)),
            context(escape(would)),
            *_go_on(command, ruling),
        ),
    )


def reason_needed(command: Command, ruling: Ruling) -> Message:
    """That whoever asks must say why first, with a button that asks them."""
    said = f"Not asked for yet: say why it is wanted, because {ruling.why}. Add --because and the reason."
    text = f"{render(replace(command, dry_run=False))}{_BECAUSE}"
    go = None if requests.has_file(command.call) else run_button("Say why…", text, style="primary")
    blocks = (section(escape(said)), *([actions(go, block_id="say-why")] if go else []))
    return Message(text=escape(said), blocks=blocks)


def _headed(command: Command) -> str:
    return "Dry run:" if command.dry_run else "Not run yet:"


def _would(ruling: Ruling | Undecided) -> str:
    if isinstance(ruling, Undecided):
        return f"Stripe would be asked first what it is about: the rule “{ruling.rule}” goes by the amount."
    return _WOULD[ruling.verdict].format(ruling.why)


def _go_on(command: Command, ruling: Ruling | Undecided) -> tuple[Block, ...]:
    """The button for what was looked at. A file has no text to stand for it."""
    if isinstance(ruling, Undecided):
        verdict, label, why = "approval", "Go on", ""
    else:
        verdict = ruling.verdict
        label = "Ask for approval" if verdict == "approval" else "Run it"
        why = _BECAUSE if ruling.plan is not None and ruling.plan.reason and not command.because else ""
    if verdict == "deny" or requests.has_file(command.call):
        return ()
    text = render(replace(command, dry_run=False, confirmed=verdict == "confirm"))
    go = run_button(f"{label}…" if why else label, f"{text}{why}")
    return (actions(go, block_id="go-on"),) if go else ()
