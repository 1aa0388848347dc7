"""What is said in the thread of an approval's card, to reach people whom a rewritten card doesn't."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.approval import Approval
from bot.blocks import Message, section
from bot.cards import marks
from bot.text import Mrkdwn, Style, date, escape, group, join, mention, template

NAMED: Final = 20
_UNITS: Final = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


def reminder(
    approval: Approval, people: Sequence[str], groups: Sequence[str], *, left: timedelta, style: Style
) -> Message:
    """It still waits; who is asked, and how long is left."""
    until = date(approval.expires_at, style)
    stands = template("{} Still waits, for {} more: until {}.", marks.WAITING, escape(_long(left)), until)
    return _said(stands, *_named(people, groups, "You can decide on it, on the card above."))


def escalated(
    approval: Approval, people: Sequence[str], groups: Sequence[str], *, left: timedelta, style: Style
) -> Message:
    """Nobody has signed in time; who may sign, too, from now on."""
    until = date(approval.expires_at, style)
    stands = template(
        "{} *Nobody has decided yet, so others may, too.* It waits for {} more: until {}.",
        marks.ATTENTION,
        escape(_long(left)),
        until,
    )
    return _said(stands, *_named(people, groups, "From now on you can decide on it, on the card above."))


def next_stage(approval: Approval, people: Sequence[str], groups: Sequence[str]) -> Message:
    """A stage of the plan is complete; who is asked next."""
    last = approval.signed[-1]
    stands = template("{} Signed by {}. The next signature is asked for now.", marks.GOOD, mention(last.user_id))
    return _said(stands, *_named(people, groups, "You can decide on it, on the card above."))


def ended(approval: Approval) -> Message:
    """It ended without anything being sent, told to whoever asked."""
    asker = mention(approval.requester_id)
    match approval.state:
        case "denied":
            last = approval.decisions[-1]
            said = template("{} {} {} has denied this.", marks.BAD, asker, mention(last.user_id))
            why = (template("Why: {}", escape(last.comment)),) if last.comment else ()
        case "stale":
            said = template("{} {} This was stopped before it was sent.", marks.BAD, asker)
            why = (escape(approval.why_not),)
        case _:
            said = template("{} {} Nobody has decided in time, so this counts as denied.", marks.NEUTRAL, asker)
            why = ()
    return _said(said, *why, escape("Nothing was sent to Stripe."))


def _named(people: Sequence[str], groups: Sequence[str], what: Mrkdwn | str) -> tuple[Mrkdwn, ...]:
    named = [*map(mention, people[:NAMED]), *map(group, groups[:NAMED])]
    return (join(" ", (join(", ", named), escape(what))),) if named else ()


def _said(*lines: Mrkdwn) -> Message:
    text = join("\n", lines)
    return Message(text=text, blocks=(section(text),))


def _long(left: timedelta) -> str:
    """How long that is, in the largest unit that it has two of."""
    for unit, length in _UNITS:
        if left >= 2 * length:
            return f"{left // length} {unit}s"
    return "a few minutes"
