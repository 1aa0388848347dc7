"""How connecting a Stripe account went, told to the admin alone."""

from typing import Final

from bot.blocks import Message, context, section
from bot.cards import marks
from bot.cards.advice import advise
from bot.domain import Account
from bot.text import Mrkdwn, bold, clip, code, escape, join, template
from operations.outcome import Failed, Unknown

REASON_SHOWN: Final = 600


def connected(account: Account, *, strict: bool = False) -> Message:
    """The key works, and this is whose it is; ``strict``: what became of the policy by it."""
    mode = marks.mode_mark(livemode=account.livemode)
    said = f"Connected {account.name or account.stripe_account_id} as {account.alias}."
    first = template("{} *Connected.* {}", marks.GOOD, join("  ·  ", (mode, marks.account_mark(account))))
    kind = "restricted" if account.key_kind == "rk" else "secret"
    key = code(f"{account.key_kind}_{'live' if account.livemode else 'test'}_…{account.tail4}")
    lines = [first, template("{} key {}", escape(kind.capitalize()), key)]
    if account.linked:
        lines.append(template("May act for {}", join(", ", map(code, account.linked[:10]))))
    if account.key_kind == "sk":
        lines.append(
            template(
                "{} A secret key may do everything. A restricted key does less harm if it gets lost.", marks.ATTENTION
            )
        )
    if strict:
        lines.append(
            template(
                "{} The policy here was made by one admin alone, and this account is live: so the {} policy holds now, "
                "and yours waits until another admin agrees to it. {} shows both.",
                marks.ATTENTION,
                bold("strict"),
                code("/stripe policy"),
            )
        )
    return Message(text=said, blocks=(section(join("\n", lines)), context(_try(account))))


def _try(account: Account) -> Mrkdwn:
    words = ["/stripe balance retrieve"]
    if account.alias != "default":
        words.append(f"--on {account.alias}")
    if account.livemode:
        words.append("--live")
    return template("Try {}", code(" ".join(words)))


def connection_failed(alias: str, outcome: Failed | Unknown) -> Message:
    """The key wasn't taken, and why; it has been thrown away."""
    if isinstance(outcome, Failed):
        advice = advise(outcome.error)
        why, then = outcome.error.message or advice.headline, advice.next
    else:
        why, then = outcome.reason, "Try /stripe connect again in a few minutes."
    said = template("{} {}", marks.BAD, bold(f"{alias} was not connected"))
    lines = (said, escape(clip(why, REASON_SHOWN)), template("*What to do:* {}", escape(then)))
    return Message(
        text=f"{alias} was not connected.",
        blocks=(section(join("\n", lines)), context(escape("The key that was typed is not kept."))),
    )
