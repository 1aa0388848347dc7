"""The preview of a filled-in form: what will be sent, where, and who must agree; and the same to be copied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.blocks import Block, View, alert, context, divider, fields, modal, preformatted, section
from bot.cards import marks, requests
from bot.cards.values import Manner
from bot.domain import Account
from bot.forms import names
from bot.forms.views import verdict_words
from bot.policy import Ruling
from bot.slack_files import SlackFile
from bot.text import Mrkdwn, Style, bold, channel, code, escape, join, mention, template
from operations.curl import curl
from operations.forms.labels import phrase
from operations.grammar import Command, render
from operations.risk import Risk, assess
from operations.uploads import safe_name, size_words

RISKS: Final = {
    "read": "It only reads.",
    "write": "It changes something at Stripe.",
    "money": "It moves money.",
    "destructive": "It deletes or ends something.",
}
LONGEST_COPY: Final = 2_500
APPROVERS_SHOWN: Final = 8
NOBODY_ELSE: Final = (
    "It can't be asked for from here: nobody else reads along. Type it in a channel that I am in, or have an admin "
    "choose a channel for approvals in App Home."
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where a command waits for a second person, and for whom."""

    channel_id: str | None
    """None where nobody else would read it, so that it can't be asked for."""
    approvers: tuple[str, ...]
    """Those who may approve; empty where every full member may."""


def preview_view(
    command: Command,
    account: Account,
    ruling: Ruling,
    *,
    token: str,
    api_version: str,
    style: Style,
    waiting: Waiting | None = None,
    files: Sequence[SlackFile] = (),
) -> View:
    """What a command would send. ``token`` is what its submission hands back; ``waiting`` for what needs approval."""
    risk = assess(command.call)
    verb = "Ask for approval" if ruling.verdict == "approval" else "Run"
    stuck = ruling.verdict == "deny" or (waiting is not None and waiting.channel_id is None)
    return modal(
        "Preview",
        [
            *_head(command, account, risk, style),
            section(_consequences(risk, ruling)),
            *_who(waiting),
            section(template("*Exactly this is sent*\n{}", requests.endpoint(command.call))),
            *fields(requests.sent(command.call)),
            *_notes(command, files),
            divider(),
            *_copies(command, api_version, style),
        ],
        callback_id=names.PREVIEW_VIEW,
        submit=None if stuck else verb,
        close="Back",
        private_metadata=token,
    )


def _head(command: Command, account: Account, risk: Risk, style: Style) -> Iterator[Block]:
    mode = marks.mode_mark(livemode=account.livemode)
    amount = requests.amount(command.call, risk, command.stated, Manner(style))
    parts = (mode, bold(phrase(command.call.operation)), *([bold(amount)] if amount else []))
    yield section(join("\n", (join("  ·  ", parts), marks.account_mark(account))))
    if account.livemode and style == "rich":
        yield alert("This is LIVE: it is real money and real customers.", level="warning")


def _consequences(risk: Risk, ruling: Ruling) -> Mrkdwn:
    does = RISKS[risk.tier] if ruling.verdict == "allow" else ""
    irreversible = "It can't be taken back." if "irreversible" in risk.flags else ""
    said = " ".join(each for each in (does, irreversible, verdict_words(ruling)) if each)
    return escape(said)


def _who(waiting: Waiting | None) -> Iterator[Block]:
    """Where it waits and who may approve it."""
    if waiting is None:
        return
    if waiting.channel_id is None:
        yield section(template("{} {}", marks.ATTENTION, escape(NOBODY_ELSE)))
        return
    named = [mention(each) for each in waiting.approvers[:APPROVERS_SHOWN]]
    rest = len(waiting.approvers) - len(named)
    more = [escape(f"{rest} more")] if rest else []
    who = join(", ", [*named, *more]) if named else escape("Any full member but you")
    yield context(template("It waits in {}. {} may approve.", channel(waiting.channel_id), who))


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
