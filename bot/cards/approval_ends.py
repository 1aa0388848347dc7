"""What became of an approval, in the same words on its card, in lists, and where it was asked for in private."""

from typing import Final

from bot.approval import Approval
from bot.cards import bulk_words, marks
from bot.cards.approval_plans import quoted
from bot.cards.errors import summary
from bot.cards.facts import page_of
from bot.cards.finding_out import said_line
from bot.cards.values import Manner, dig
from bot.domain import Decision, Run
from bot.text import Mrkdwn, clip, code, date, escape, join, link, may_link, mention, template
from operations.outcome import Failed, Outcome, Succeeded, Unknown

WORDS_SHOWN: Final = 400
CHANGES_SHOWN: Final = 6
VALUE_SHOWN: Final = 80
_UNSENT: Final = "Nothing was sent to Stripe."


def became(approval: Approval, run: Run | None, outcome: Outcome | None, manner: Manner) -> tuple[Mrkdwn, ...]:
    """What was decided and what came of it, a line each; of one that is not pending any more."""
    if not approval.released:
        return tuple(_unsent(approval, manner))
    broken = approval.overridden
    decided = _broken(broken, manner) if broken is not None else (_approved(approval, manner),)
    if approval.said is not None and approval.bulk is None:
        return (*decided, said_line(approval.said, manner.style))
    return (*decided, *_carried_out(approval, run, outcome, manner))


def outline(approval: Approval, run: Run | None, outcome: Outcome | None, manner: Manner) -> Mrkdwn:
    """The one line of it that says most, for a notification."""
    lines = became(approval, run, outcome, manner)
    return lines[-1] if approval.released and approval.overridden is None else lines[0]


def _approved(approval: Approval, manner: Manner) -> Mrkdwn:
    signers = [mention(each.user_id) for each in approval.signed]
    if not signers:
        return template("{} *Approved*", marks.GOOD)
    when = date(approval.signed[-1].decided_at, manner.style)
    return template("{} *Approved* by {}, {}", marks.GOOD, join(", ", signers), when)


def _broken(decision: Decision, manner: Manner) -> tuple[Mrkdwn, ...]:
    who, when = mention(decision.user_id), date(decision.decided_at, manner.style)
    said = template(":rotating_light: *Glass broken by {}*, {}. :rotating_light: Nobody else signed this.", who, when)
    return (said, *_because(decision.comment))


def _unsent(approval: Approval, manner: Manner) -> list[Mrkdwn]:
    last = approval.decisions[-1] if approval.decisions else None
    sent = escape(_UNSENT)
    match approval.state:
        case "denied" if last is not None:
            by = template("by {}, {}", mention(last.user_id), date(last.decided_at, manner.style))
            return [template("{} *Denied* {}. {}", marks.BAD, by, sent), *_because(last.comment)]
        case "withdrawn":
            asker = mention(approval.requester_id)
            return [template("{} *Withdrawn* by {}. {}", marks.NEUTRAL, asker, sent)]
        case "superseded":
            other = template("approval {}", approval.superseded_by) if approval.superseded_by else escape("another one")
            return [template("{} *Replaced* by {}. {}", marks.NEUTRAL, other, sent)]
        case "stale":
            return [*_stopped(approval), template("{} Ask again if it is still wanted.", sent)]
    had = escape(f"{len(approval.signed)} of {approval.plan.needed}")
    return [template("{} *Expired* with {} approvals. {}", marks.NEUTRAL, had, sent)]


def _stopped(approval: Approval) -> list[Mrkdwn]:
    why = escape(clip(approval.why_not, WORDS_SHOWN))
    changed = approval.differences[:CHANGES_SHOWN]
    lines = [
        template("{}: {} → {}", *(_value(part) for part in (each.label, each.before, each.after))) for each in changed
    ]
    rest = len(approval.differences) - len(changed)
    more = [escape(f"and {rest} more")] if rest else []
    return [template("{} *Stopped:* {}", marks.BAD, why), *lines, *more]


def _value(text: str) -> Mrkdwn:
    return clip(escape(" ".join(text.split()) or "nothing"), VALUE_SHOWN)


def _because(comment: str) -> tuple[Mrkdwn, ...]:
    return (template("*Why:* {}", quoted(comment, WORDS_SHOWN)),) if comment.strip() else ()


def _carried_out(approval: Approval, run: Run | None, outcome: Outcome | None, manner: Manner) -> tuple[Mrkdwn, ...]:
    """What came of it at Stripe; by its state alone where its outcome isn't at hand."""
    if approval.bulk is not None:
        return (bulk_words.stands(approval, manner),)
    if outcome is not None:
        return (_came_out(approval, outcome),)
    match approval.state:
        case "succeeded":
            return (_done(),)
        case "failed":
            return (template("{} *Failed.* Nothing was changed.", marks.BAD),)
        case "unknown":
            return (template("{} *Outcome unknown;* its thread says more.", marks.UNKNOWN),)
    return (template("{} running…", marks.WAITING),) if run is not None else ()


def _came_out(approval: Approval, outcome: Outcome) -> Mrkdwn:
    match outcome:
        case Succeeded():
            return join("  ·  ", [part for part in (_done(), _made(approval, outcome), _request(outcome)) if part])
        case Failed(error=error):
            did = template("{} *Failed:* {}. Nothing was changed.", marks.BAD, summary(error))
            return join("  ·  ", [part for part in (did, _request(outcome)) if part])
        case Unknown(waiting_at_stripe=str(url)):
            where = link(url, "Open it at Stripe") if may_link(url) else escape("Decide on it in the Dashboard.")
            return template("{} *Waiting:* Stripe itself asks for an approval first. {}", marks.WAITING, where)
        case Unknown(retry=True):
            return template("{} *Outcome unknown;* finding out…", marks.UNKNOWN)
    return template("{} *Outcome unknown;* somebody has to look, and say in its thread how it was.", marks.UNKNOWN)


def _done() -> Mrkdwn:
    return template("{} *Done*", marks.GOOD)


def _made(approval: Approval, outcome: Succeeded) -> Mrkdwn | None:
    """The object that Stripe answered with, and its page."""
    identity = dig(outcome.data, "id") if not isinstance(outcome.data, bytes) else None
    if not isinstance(identity, str) or not identity:
        return None
    page = marks.dashboard_link(approval.frozen, page_of(identity))
    return join("  ·  ", [part for part in (code(clip(identity, 100)), page) if part])


def _request(outcome: Succeeded | Failed) -> Mrkdwn | None:
    return code(clip(outcome.request_id, 80)) if outcome.request_id else None
