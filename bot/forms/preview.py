"""The preview of a filled-in form: what will be sent, where, and who must agree; and the same to be copied."""

from collections.abc import Iterator
from typing import Final

from bot.blocks import Block, View, alert, context, divider, fields, modal, preformatted, section
from bot.cards import marks, requests
from bot.domain import Account
from bot.forms import names
from bot.forms.views import verdict_words
from bot.policy import Ruling
from bot.text import Mrkdwn, Style, bold, code, escape, join, template
from operations.curl import curl
from operations.forms.labels import phrase
from operations.grammar import Command, render
from operations.risk import Risk, assess

RISKS: Final = {
    "read": "It only reads.",
    "write": "It changes something at Stripe.",
    "money": "It moves money.",
    "destructive": "It deletes or ends something.",
}
LONGEST_COPY: Final = 2_500


def preview_view(
    command: Command, account: Account, ruling: Ruling, *, token: str, api_version: str, style: Style
) -> View:
    """What a command would send. ``token`` is what its submission hands back."""
    risk = assess(command.call)
    verb = "Ask for approval" if ruling.verdict == "approval" else "Run"
    return modal(
        "Preview",
        [
            *_head(command, account, style),
            section(_consequences(risk, ruling)),
            section(template("*Exactly this is sent*\n{}", requests.endpoint(command.call))),
            *fields(requests.sent(command.call)),
            *_notes(command),
            divider(),
            *_copies(command, api_version, style),
        ],
        callback_id=names.PREVIEW_VIEW,
        submit=None if ruling.verdict == "deny" else verb,
        close="Back",
        private_metadata=token,
    )


def _head(command: Command, account: Account, style: Style) -> Iterator[Block]:
    mode = marks.mode_mark(livemode=account.livemode)
    yield section(join("  ·  ", (mode, bold(phrase(command.call.operation)), marks.account_mark(account))))
    if account.livemode and style == "rich":
        yield alert("This is LIVE: it is real money and real customers.", level="warning")


def _consequences(risk: Risk, ruling: Ruling) -> Mrkdwn:
    irreversible = "It can't be taken back." if "irreversible" in risk.flags else ""
    said = " ".join(each for each in (RISKS[risk.tier], irreversible, verdict_words(ruling)) if each)
    return escape(said)


def _notes(command: Command) -> Iterator[Block]:
    if command.stated:
        yield context("The currency of the amount is compared with the payment's before anything is asked for.")


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
