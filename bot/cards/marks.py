"""The marks that every card shares: test or LIVE, the account, what state something is in, links to the Dashboard."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.blocks import Block, context
from bot.cards.facts import Status
from bot.cards.objects import Tone
from bot.domain import Account, FrozenCall
from bot.text import Mrkdwn, clip, code, escape, join, link, template
from operations.call import Call
from operations.grammar import Command, render

COMMAND_SHOWN: Final = 600
"""Characters of a command on a card; the exact request stands on an approval's card."""
NAME_SHOWN: Final = 80
DASHBOARD: Final = "https://dashboard.stripe.com/"

GOOD: Final = template(":white_check_mark:")
WAITING: Final = template(":hourglass_flowing_sand:")
ATTENTION: Final = template(":warning:")
BAD: Final = template(":x:")
UNKNOWN: Final = template(":question:")
NEUTRAL: Final = template(":white_circle:")

_TONES: Mapping[Tone, Mrkdwn] = MappingProxyType(
    {"good": GOOD, "waiting": WAITING, "attention": ATTENTION, "bad": BAD, "neutral": NEUTRAL}
)


def mode_mark(*, livemode: bool) -> Mrkdwn:
    """LIVE or test, by word, colour and case."""
    return template(":red_circle: *LIVE*") if livemode else template(":test_tube: test")


def mode_word(*, livemode: bool) -> str:
    """LIVE or Test, for headers and notifications, where no markup is read."""
    return "🔴 LIVE" if livemode else "🧪 Test"


def lead(frozen: FrozenCall, *parts: Mrkdwn | None) -> Mrkdwn:
    """The first line of whatever is said about a call: its mode, then the rest."""
    mode = mode_mark(livemode=frozen.account.livemode)
    return join("  ·  ", [part for part in (mode, *parts) if part])


def account_mark(account: Account) -> Mrkdwn:
    """The account by the name it has at Stripe, its alias here and its id."""
    name = clip(escape(account.name.strip()), NAME_SHOWN)
    shown = (name, code(account.alias), code(account.stripe_account_id))
    return join(" · ", [part for part in shown if part])


def status_mark(status: Status) -> Mrkdwn:
    """A status with the sign of its tone."""
    return join(" ", (_TONES[status.tone], escape(status.words)))


def command_mark(command: str) -> Mrkdwn:
    """A command as one would type it, in a code span. It is clipped before it is escaped, so no entity is cut."""
    return code(typed(command))


def typed_on(frozen: FrozenCall, call: Call | None = None) -> str:
    """A frozen call as somebody would type it, whole; or another call on its account, shown in the same way."""
    account = frozen.account
    alias = None if account.alias == "default" else account.alias
    command = Command(call or frozen.call, account=alias, live=account.livemode, shaping=frozen.shaping)
    return f"/stripe {render(command)}"


def typed(command: str) -> str:
    """The canonical words of a call with the slash command before them, clipped."""
    words = command if command.startswith("/") else f"/stripe {command}"
    return words if len(words) <= COMMAND_SHOWN else words[: COMMAND_SHOWN - 1] + "…"


def dashboard_link(frozen: FrozenCall, page: str | None, label: str = "Open in Dashboard") -> Mrkdwn | None:
    """A link to a page of the account, in its mode; None where it isn't sure that the page is this account's.

    A call on a connected account shows what belongs to that account, whose pages have addresses of their own.
    """
    call = frozen.call
    own = f"connect/accounts/{frozen.account.stripe_account_id}"
    if page is None or page == own or call.stripe_account is not None or call.stripe_context is not None:
        return None
    mode = "" if frozen.account.livemode else "test/"
    return link(f"{DASHBOARD}{mode}{page}", label)


def footer(frozen: FrozenCall, *more: Mrkdwn | None) -> Block:
    """The last line of a card in a thread: the account in short, and what else belongs there."""
    account = frozen.account
    name = clip(escape(account.name.strip()), NAME_SHOWN)
    parts = (join(" ", [part for part in (name, code(account.alias)) if part]), on_behalf(frozen), *more)
    return context(join("  ·  ", [part for part in parts if part]))


def on_behalf(frozen: FrozenCall) -> Mrkdwn | None:
    """The connected account that a call acts for, where it names one."""
    named = frozen.call.stripe_account or frozen.call.stripe_context
    return template("on behalf of {}", named) if named else None


def noted(note: str | None) -> tuple[Block, ...]:
    """A line of small print; none where there is nothing to say."""
    return (context(escape(note)),) if note else ()


def notice(frozen: FrozenCall, *parts: str) -> Mrkdwn:
    """The words of a notification: mode first, then what it is about."""
    mode = mode_word(livemode=frozen.account.livemode)
    return join(" · ", [escape(part) for part in (mode, *parts) if part])
