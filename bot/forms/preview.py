"""The preview of a filled-in form: what will be sent, where, and who must agree; and the same to be copied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.blocks import Block, View, alert, context, divider, fields, modal, preformatted, section
from bot.cards import marks, requests
from bot.cards.approval_plans import stages_words
from bot.cards.roles import who_may
from bot.cards.values import Manner
from bot.domain import Account, Place
from bot.forms import names
from bot.forms.views import verdict_words
from bot.inputs import input_block, text_input
from bot.policy import Plan, Ruling, Stage, Undecided
from bot.roles import Holders
from bot.slack_files import SlackFile
from bot.text import Mrkdwn, Style, bold, channel, code, escape, join, template
from bot.workspaces import WorkspaceSettings
from operations.curl import curl
from operations.forms.labels import phrase
from operations.grammar import Command, render
from operations.grammar.arguments import LONGEST_REASON
from operations.risk import Risk, assess
from operations.uploads import safe_name, size_words

RISKS: Final = {
    "read": "It only reads.",
    "write": "It changes something at Stripe.",
    "money": "It moves money.",
    "destructive": "It deletes or ends something.",
}
LONGEST_COPY: Final = 2_500
NOBODY_ELSE: Final = (
    "It can't be asked for from here: nobody else reads along. Type it in a channel that I am in, or have an admin "
    "choose a channel for approvals in App Home."
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where a command waits for a second person, and for whom."""

    channel_id: str | None
    """None where nobody else would read it, so that it can't be asked for."""
    approvers: Holders
    """Those who may approve, but for who asks."""
    plan: Plan
    """How it comes to its signatures."""


def waiting_for(
    ruling: Ruling | Undecided, settings: WorkspaceSettings, account: Account, user_id: str, place: Place
) -> Waiting | None:
    """Where and for whom what somebody asks for at a place waits, or would; None where it doesn't."""
    if not isinstance(ruling, Undecided) and ruling.verdict != "approval":
        return None
    there = settings.waits_at(place)
    return Waiting(
        there.channel_id if there else None,
        settings.holders("approver", account).without(user_id),
        (None if isinstance(ruling, Undecided) else ruling.plan) or Plan(),
    )


def preview_view(
    command: Command,
    account: Account,
    ruling: Ruling | Undecided,
    *,
    token: str,
    api_version: str,
    style: Style,
    waiting: Waiting | None = None,
    files: Sequence[SlackFile] = (),
) -> View:
    """What a command would send. ``token`` is what its submission hands back; ``waiting`` for what needs approval, or
    may need it.
    """
    risk = assess(command.call)
    stuck = not isinstance(ruling, Undecided) and (
        ruling.verdict == "deny" or (waiting is not None and waiting.channel_id is None)
    )
    return modal(
        "Preview",
        [
            *_head(command, account, risk, style),
            section(_consequences(risk, ruling)),
            *_who(waiting, ruling),
            *(() if stuck else _why(command, ruling)),
            section(template("*Exactly this is sent*\n{}", requests.endpoint(command.call))),
            *fields(requests.sent(command.call)),
            *_notes(command, files),
            divider(),
            *_copies(command, api_version, style),
        ],
        callback_id=names.PREVIEW_VIEW,
        submit=None if stuck else _verb(ruling),
        close="Back",
        private_metadata=token,
    )


def must_say_why(command: Command, ruling: Ruling | Undecided) -> bool:
    """Whether a command can't be asked for before its reason is given."""
    plan = None if isinstance(ruling, Undecided) else ruling.plan
    return plan is not None and plan.reason and not command.because


def _verb(ruling: Ruling | Undecided) -> str:
    if isinstance(ruling, Undecided):
        return "Go on"
    return "Ask for approval" if ruling.verdict == "approval" else "Run"


def _why(command: Command, ruling: Ruling | Undecided) -> Iterator[Block]:
    """The field for the reason, of what somebody else has to sign or may have to."""
    if not isinstance(ruling, Undecided) and ruling.verdict != "approval":
        return
    yield input_block(
        "Why?",
        text_input(names.INPUT, initial=command.because or None, multiline=True, most=LONGEST_REASON),
        block_id=names.BECAUSE,
        hint="Whoever signs it reads this.",
        optional=not must_say_why(command, ruling),
    )


def _head(command: Command, account: Account, risk: Risk, style: Style) -> Iterator[Block]:
    mode = marks.mode_mark(livemode=account.livemode)
    amount = requests.amount(command.call, risk, command.stated, Manner(style))
    parts = (mode, bold(phrase(command.call.operation)), *([bold(amount)] if amount else []))
    yield section(join("\n", (join("  ·  ", parts), marks.account_mark(account))))
    if account.livemode and style == "rich":
        yield alert("This is LIVE: it is real money and real customers.", level="warning")


def _consequences(risk: Risk, ruling: Ruling | Undecided) -> Mrkdwn:
    held = not isinstance(ruling, Undecided) and ruling.verdict in ("approval", "deny")
    does = "" if held else RISKS[risk.tier]
    irreversible = "It can't be taken back." if "irreversible" in risk.flags else ""
    said = " ".join(each for each in (does, irreversible, verdict_words(ruling)) if each)
    return escape(said)


def _who(waiting: Waiting | None, ruling: Ruling | Undecided) -> Iterator[Block]:
    """Where it waits and who may approve it."""
    if waiting is None:
        return
    if waiting.channel_id is None:
        if not isinstance(ruling, Undecided):
            yield section(template("{} {}", marks.ATTENTION, escape(NOBODY_ELSE)))
        return
    waits = "If it has to wait, it waits" if isinstance(ruling, Undecided) else "It waits"
    yield context(template("{} in {}. {}", escape(waits), channel(waiting.channel_id), _signers(waiting)))


def _signers(waiting: Waiting) -> Mrkdwn:
    """Who may approve, by name where that is whoever is an approver; else whom the plan asks."""
    if waiting.plan.stages != (Stage(),):
        return template("It asks {}.", stages_words(waiting.plan.stages))
    who = escape("Any full member but you") if waiting.approvers.everyone else who_may(waiting.approvers)
    return template("{} may approve.", who or escape("Nobody but you"))


def _notes(command: Command, files: Sequence[SlackFile]) -> Iterator[Block]:
    if command.stated:
        yield context("The currency of the amount is compared with the payment's before anything is asked for.")
    for file in files:
        yield context(f"{safe_name(file.name)}, {size_words(file.size)}, is fetched from Slack when you go on.")


def _copies(command: Command, api_version: str, style: Style) -> Iterator[Block]:
    yield from _copy("As a command", f"/stripe {render(command)}", style)
    yield from _copy("As curl, without the key", curl(command.call, api_version), style)


def _copy(title: str, text: str, style: Style) -> Iterator[Block]:
    yield section(bold(title))
    if len(text) > LONGEST_COPY:
        yield context("It is too long to be shown here.")
    elif style == "rich":
        yield preformatted(text)
    else:
        yield section(join("\n", [code(line) for line in text.split("\n")]))
