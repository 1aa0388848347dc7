"""What is told of a call whose outcome nobody knows: what Stripe shows of it, the question, and what somebody said.

Whoever presses is checked elsewhere, each time anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.approval import Said
from bot.blocks import Block, Message, actions, button, confirm, section
from bot.cards import marks, requests
from bot.cards.facts import page_of
from bot.cards.roles import a_role, who_may
from bot.cards.values import Manner, money
from bot.domain import FrozenCall
from bot.roles import Holders, Role
from bot.text import Mrkdwn, Style, bold, clip, code, date, escape, join, link, may_link, mention, template
from operations.looks import Difference, Evidence, Found, Snapshot

HAPPENED: Final = "it_happened"
DID_NOT: Final = "it_did_not"
SAYS_SHOWN: Final = 600
VALUE_SHOWN: Final = 80
CHANGES_SHOWN: Final = 6
_SEEMS: Final = {"for": "So it seems to have happened.", "against": "So it seems not to have happened.", "open": ""}


@dataclass(frozen=True, slots=True)
class Open:
    """A call whose outcome nobody knows, as it is told of."""

    frozen: FrozenCall
    before: Snapshot | None
    """What was seen when it was asked for."""
    shown: Evidence | None
    """What Stripe shows of it; None where nobody looked, since it waits for an approval at Stripe."""
    waiting_at_stripe: str = ""
    """The page where that waits."""


def outcome_question(open_: Open, *, token: str, who: Holders, asker_id: str, style: Style) -> Message:
    """What Stripe shows of a call, and two buttons for whoever can tell how it was; ``who`` may press them."""
    manner = Manner(style)
    may = who_may(who) or escape("Whoever has the role for it")
    if open_.waiting_at_stripe:
        now = escape("It waits for an approval at Stripe itself. It is not sent again.")
        asks = template("{} Once it is decided there, {} can say here how it went.", mention(asker_id), may)
    else:
        now = escape("It is not sent again.")
        asks = template("{} Look in the Dashboard, too. Then {} can say here how it was.", mention(asker_id), may)
    what = template("{} *Did this happen?* {}", marks.UNKNOWN, bold(_what(open_, manner)))
    lines = (marks.lead(open_.frozen, what), *_shown(open_, manner), now, asks)
    return Message(
        text=template("{}: did this happen?", escape(_words(open_, manner))),
        blocks=(section(join("\n", lines)), _buttons(open_, token, manner), _footer(open_)),
        broadcast=True,
    )


def outcome_said(open_: Open, said: Said, *, style: Style) -> Message:
    """In place of the question: who said how it was, below what they had before them."""
    manner, told = Manner(style), said_line(said, style)
    lines = (marks.lead(open_.frozen, bold(_what(open_, manner))), *_shown(open_, manner), told)
    return Message(
        text=template("{}: {}", escape(_words(open_, manner)), told),
        blocks=(section(join("\n", lines)), _footer(open_)),
    )


def unreadable_question(
    run_id: str,
    *,
    idempotency_key: str,
    sent_at: datetime,
    asker_id: str,
    admins: Sequence[str],
    token: str,
    style: Style,
) -> Message:
    """Of a call that was sent and can't be read any more: by what it is found at Stripe, and two buttons for admins."""
    may = who_may(Holders(people=tuple(admins))) or escape("An admin")
    lines = (
        template("{} *Did this happen?* What is on record of it can't be read, so I can't look for it.", marks.UNKNOWN),
        template(
            "Sent {} under the idempotency key {}; it is not sent again.", date(sent_at, style), code(idempotency_key)
        ),
        template("{} asked for it. Look in the Dashboard. Then {} can say here how it was.", mention(asker_id), may),
    )
    return Message(
        text=escape("Something that can't be read any more: did it happen?"),
        blocks=(section(join("\n", lines)), _answers("The call that can't be read any more.", token, run_id)),
        broadcast=True,
    )


def unreadable_said(said: Said, style: Style) -> Message:
    """In place of that question, and of what was told of the call: who said how it was."""
    lines = (escape("What is on record of this call was changed or can't be read."), said_line(said, style))
    return Message(text=said_line(said, style), blocks=(section(join("\n", lines)),))


def said_line(said: Said, style: Style) -> Mrkdwn:
    """Who said how it was, as an outcome."""
    who, when = mention(said.user_id), date(said.said_at, style)
    if said.happened:
        return template("{} *It happened,* says {}, {}.", marks.GOOD, who, when)
    return template("{} *It did not happen,* says {}, {}.", marks.BAD, who, when)


def outcome_said_already(said: Said) -> Message:
    """Somebody else was first."""
    how = "it happened" if said.happened else "it did not happen"
    text = template("{} has said already: {}. Nothing else was recorded.", mention(said.user_id), escape(how))
    return Message(text=text, blocks=(section(template(":no_entry: {}", text)),))


def may_not_say(role: Role, who: Holders) -> Message:
    """Somebody's word counts for nothing here; whose would."""
    others = who_may(who)
    may = (template("{} may.", others),) if others else ()
    takes = template(":no_entry: Nothing was recorded: saying how it was takes {} there.", a_role(role))
    return Message(text="Nothing was recorded.", blocks=(section(join(" ", (takes, *may))),))


def _shown(open_: Open, manner: Manner) -> list[Mrkdwn]:
    """What Stripe shows of it, or where it waits there."""
    page, shown = open_.waiting_at_stripe, open_.shown
    lines = [link(page, "Open the approval at Stripe")] if may_link(page) else []
    if shown is not None:
        lines.append(escape(clip(" ".join(filter(None, (shown.says, _SEEMS[shown.speaks]))), SAYS_SHOWN)))
        lines += [_found(open_.frozen, each, manner) for each in shown.found]
        lines += [_change(each) for each in shown.changes[:CHANGES_SHOWN]]
    return lines


def _found(frozen: FrozenCall, found: Found, manner: Manner) -> Mrkdwn:
    amount = money(found.money.amount, found.money.currency, manner) if found.money is not None else None
    parts = (
        code(found.object_id),
        escape(amount) if amount else None,
        date(datetime.fromtimestamp(found.made_at, UTC), manner.style),
        escape(found.status) if found.status else None,
        marks.dashboard_link(frozen, page_of(found.object_id)),
    )
    return template("• {}", join("  ·  ", [part for part in parts if part]))


def _change(change: Difference) -> Mrkdwn:
    told = (clip(escape(" ".join(part.split()) or "nothing"), VALUE_SHOWN) for part in (change.before, change.after))
    return template("• {}: {} → {}", escape(change.label), *told)


def _buttons(open_: Open, token: str, manner: Manner) -> Block:
    return _answers(requests.summary(open_.frozen, manner, open_.before), token, open_.frozen.id)


def _answers(what: str, token: str, name: str) -> Block:
    did = confirm("Did it happen?", f"{what} Your name is recorded with it.", yes="It happened", no="Back")
    did_not = confirm(
        "Did it not happen?",
        f"{what} Your name is recorded with it, and whoever wants it can ask for it again.",
        yes="It did not",
        no="Back",
    )
    return actions(
        button("It happened", action_id=HAPPENED, value=token, ask=did, label=f"It happened: {what}"),
        button("It did not", action_id=DID_NOT, value=token, ask=did_not, label=f"It did not happen: {what}"),
        block_id=f"outcome-{name}",
    )


def _footer(open_: Open) -> Block:
    seen = open_.before.object_id if open_.before is not None else ""
    return marks.footer(open_.frozen, marks.dashboard_link(open_.frozen, page_of(seen)) if seen else None)


def _what(open_: Open, manner: Manner) -> str:
    asked = requests.describe(open_.frozen, manner, open_.before)
    return " · ".join(part for part in (asked.verb, asked.headline) if part)


def _words(open_: Open, manner: Manner) -> str:
    return f"{marks.mode_word(livemode=open_.frozen.account.livemode)} · {_what(open_, manner)}"
