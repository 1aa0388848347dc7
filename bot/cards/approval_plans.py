"""What an approval's card tells of its signatures: the rule, how many there are, who gave them, and who is asked."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.approval import Approval
from bot.cards.values import Manner
from bot.domain import Decision
from bot.policy import Stage
from bot.text import Mrkdwn, clip, date, escape, group, join, mention, template

COMMENT_SHOWN: Final = 120
NAMED: Final = 5
SIGNERS_SHOWN: Final = 6


def signatures(approval: Approval, manner: Manner) -> Mrkdwn:
    """The lines about its signatures; whom it asks and until when, only while it waits."""
    needed = approval.plan.needed
    lines = [template("*Rule:* {}", escape(approval.rule))]
    signed = [_signed(each, manner) for each in approval.signed[:SIGNERS_SHOWN]]
    rest = len(approval.signed) - len(signed)
    signed += [escape(f"{rest} more")] if rest else []
    counted = escape(f"{len(approval.signed)} of {needed}")
    lines.append(join("  ·  ", (template("*Approvals:* {}", counted), *signed)))
    if approval.state == "pending":
        lines += [*_asked(approval, manner), template("*Expires:* {}", date(approval.expires_at, manner.style))]
    return join("\n", lines)


def quoted(text: str, limit: int) -> Mrkdwn:
    """Somebody's words in one line, between quotation marks that none of theirs can pass for."""
    words = " ".join(text.split()).replace("”", "’").replace("“", "‘")
    return template("“{}”", clip(escape(words), limit))


def stages_words(stages: Sequence[Stage]) -> Mrkdwn:
    """Whom stages ask, one after the other: ``an approver, then 2 admins``."""
    return join(", then ", [_who(stage, stage.count) for stage in stages])


def _signed(decision: Decision, manner: Manner) -> Mrkdwn:
    by = template("{}, {}", mention(decision.user_id), date(decision.decided_at, manner.style))
    return template("{} {}", by, quoted(decision.comment, COMMENT_SHOWN)) if decision.comment.strip() else by


def _asked(approval: Approval, manner: Manner) -> Iterator[Mrkdwn]:
    """Whom the open stage asks, and what comes next."""
    at, stages = approval.open_stage, approval.plan.stages
    if at is None:
        return
    missing = stages[at].count - [each.stage for each in approval.signed].count(at)
    yield template("*Asks now:* {}", _who(stages[at], missing))
    if at + 1 < len(stages):
        yield template("*Then:* {}", stages_words(stages[at + 1 :]))
    if approval.escalated_at is not None and approval.plan.fallback is not None:
        since = date(approval.escalated_at, manner.style)
        yield template("*Escalated* {}: {} may sign, too", since, _who(approval.plan.fallback, 1))


def _who(stage: Stage, count: int) -> Mrkdwn:
    """Whose signatures a stage asks for: ``an approver or somebody in @finance``, ``2 of: approvers, @bob``."""
    one = count == 1
    kinds = [escape(_role(stage.role, one=one))] if stage.role is not None else []
    in_group = "somebody in" if one else "people in"
    named = [
        *kinds,
        *(join(" ", (in_group, group(each))) for each in stage.groups),
        *map(mention, stage.people),
    ]
    rest = len(named) - NAMED
    shown = [*named[:NAMED], *([escape(f"{rest} more")] if rest > 0 else [])]
    if one:
        return join(" or ", shown)
    return join(" ", (str(count), *kinds) if named == kinds else (f"{count} of:", join(", ", shown)))


def _role(role: str, *, one: bool) -> str:
    article = "a" if role == "viewer" else "an"
    return f"{article} {role}" if one else f"{role}s"
