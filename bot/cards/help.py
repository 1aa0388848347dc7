"""What `/stripe` alone and `/stripe help` say: what there is to type, and on which accounts."""

from collections.abc import Sequence
from typing import Final

from bot.blocks import Message, context, divider, header, section
from bot.cards import marks
from bot.domain import Account
from bot.text import Mrkdwn, bold, code, escape, join, template

EXAMPLES: Final[tuple[tuple[str, str], ...]] = (
    ("look around", "customers list --limit 3"),
    ("one object, by its id", "charges retrieve ch_123"),
    ("and what it refers to", "payment_intents retrieve pi_123 --expand latest_charge"),
    ("the same as a path", "get /v1/charges/ch_123"),
    ("nested values", "customers create --name Jenny -d address[city]=Berlin"),
    ("waits for a second person", "refunds create --charge ch_123 --amount 500"),
)
"""What each shows, and a text that the grammar takes; a test reads every one of them."""

ACCOUNTS_SHOWN: Final = 10


def help_overview(accounts: Sequence[Account]) -> Message:
    """How to use the bot, with examples that work, and the accounts that are connected."""
    examples = [join("  ", (code(f"/stripe {text}"), what)) for what, text in EXAMPLES]
    return Message(
        text="How to use /stripe",
        blocks=(
            header("Stripe, from Slack"),
            section(
                "Type a Stripe operation in the words of the Stripe CLI. The answer stands in a thread here. "
                "Refunds, deletions and live money wait until a second person approves."
            ),
            section(join("\n", examples)),
            divider(),
            section(join("\n", (bold("Accounts"), *_accounts(accounts)))),
            context(
                template(
                    "Test is the default; {} chooses a live account, {} one by its alias. "
                    "Amounts are in minor units: 500 is 5.00.",
                    code("--live"),
                    code("--on"),
                )
            ),
        ),
    )


def _accounts(accounts: Sequence[Account]) -> list[Mrkdwn]:
    if not accounts:
        return [template("None yet. An admin connects one with {}.", code("/stripe connect"))]
    lines = [
        join("  ·  ", (marks.mode_mark(livemode=account.livemode), marks.account_mark(account)))
        for account in accounts[:ACCOUNTS_SHOWN]
    ]
    rest = len(accounts) - len(lines)
    return [*lines, *([escape(f"and {rest} more")] if rest else [])]
