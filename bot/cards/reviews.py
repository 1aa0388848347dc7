"""That somebody broke the glass, said loudly, and who has looked at it since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.approval import Approval
from bot.blocks import Block, Element, Message, actions, button, confirm, header, section
from bot.cards import bulk_words, marks
from bot.cards.approval_plans import quoted
from bot.cards.values import Manner
from bot.text import Mrkdwn, Style, bold, date, escape, group, join, mention, template

REVIEWED: Final = "reviewed"
NAMED: Final = 20
WHY_SHOWN: Final = 600


def glass_broken(approval: Approval, token: str, people: Sequence[str], groups: Sequence[str]) -> Message:
    """Who broke the glass, for what and why; and that somebody else has to review it."""
    named = [*map(mention, people[:NAMED]), *map(group, groups[:NAMED])]
    must = template(
        "{} *Somebody else who may approve has to review this*, and is reminded each day until then.", join(", ", named)
    )
    return Message(
        text=template(
            ":rotating_light: Glass broken by {}: {}", mention(approval.requester_id), escape(_what(approval))
        ),
        blocks=(
            header(f"🚨 Glass broken · {marks.mode_word(livemode=approval.account.livemode)}"),
            section(_told(approval)),
            section(must),
            actions(_button(token), block_id=f"review-{approval.id}"),
        ),
        broadcast=True,
    )


def glass_reviewed(approval: Approval, user_id: str, when: datetime, style: Style) -> Message:
    """The same once it was reviewed, and by whom."""
    by = template("{} *Reviewed* by {}, {}.", marks.GOOD, mention(user_id), date(when, style))
    return Message(
        text=template("Glass broken by {}, reviewed by {}.", mention(approval.requester_id), mention(user_id)),
        blocks=(
            header(f"Glass broken · {marks.mode_word(livemode=approval.account.livemode)}"),
            section(_told(approval)),
            section(by),
        ),
        broadcast=True,
    )


def review_reminder(approval: Approval, people: Sequence[str], groups: Sequence[str], *, days: int) -> Message:
    """Said each day until it is reviewed."""
    named = [*map(mention, people[:NAMED]), *map(group, groups[:NAMED])]
    since = "a day" if days == 1 else f"{days} days"
    text = template(
        "{} {} broke the glass {} ago, and nobody has reviewed it. {}",
        marks.ATTENTION,
        mention(approval.requester_id),
        escape(since),
        join(", ", named),
    )
    return Message(text=text, blocks=(section(text),), broadcast=True)


def reviewed_before(user_id: str | None) -> Message:
    """Told to whoever comes second."""
    by = template(" {} was first.", mention(user_id)) if user_id else escape("")
    text = template(":no_entry: This is reviewed already.{}", by)
    return Message(text=text, blocks=(section(text),))


def review_entry(approval: Approval, token: str, *, own: bool) -> Block:
    """An open review in a list; without a button for whoever broke the glass."""
    return section(_told(approval), accessory=None if own else _button(token))


def _told(approval: Approval) -> Mrkdwn:
    broken = approval.overridden
    lines = [
        join("  ·  ", (marks.mode_mark(livemode=approval.account.livemode), bold(_what(approval)))),
        template("{} ran it without the signatures that it needed.", mention(approval.requester_id)),
    ]
    if broken is not None and broken.comment.strip():
        lines.append(template("*Why:* {}", quoted(broken.comment, WHY_SHOWN)))
    return join("\n", lines)


def _what(approval: Approval) -> str:
    return bulk_words.summary(approval, Manner("plain"))


def _button(token: str) -> Element:
    sure = confirm(
        "Reviewed?", "You have looked at what was done and why. It goes on record.", yes="Reviewed", no="Back"
    )
    return button("Reviewed", action_id=REVIEWED, value=token, style="primary", ask=sure)
