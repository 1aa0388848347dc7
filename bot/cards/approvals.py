"""The approval card: everything somebody needs to sign a call, from the frozen call alone, and what became of it.

The same card is rewritten as the approval goes on: the facts stay, the buttons go, a line says who decided what.
"""

from typing import Final

from bot.blocks import Block, Message, actions, button, confirm, context, divider, field, fields, header, section
from bot.cards import marks, requests
from bot.cards.errors import summary
from bot.cards.values import Manner, dig
from bot.domain import Approval, Run
from bot.text import Mrkdwn, Style, bold, channel, clip, code, date, escape, join, mention, template
from operations.outcome import Failed, Outcome, Succeeded, Unknown

APPROVE: Final = "approve"
DENY: Final = "deny"
NEEDED: Final = 1
"""How many approvals release a call."""
DIGEST_SHOWN: Final = 8


def approval_card(
    approval: Approval,
    *,
    token: str,
    command: str,
    run: Run | None = None,
    outcome: Outcome | None = None,
    style: Style,
) -> Message:
    """The card of an approval as it stands.

    ``token`` is what the buttons hand back; ``command`` the canonical text of the call; ``run`` and ``outcome`` are
    there once it was approved and once Stripe has answered.
    """
    manner = Manner(style)
    frozen = approval.frozen
    asked = requests.describe(frozen, manner)
    mode = marks.mode_word(livemode=frozen.account.livemode)
    title = " · ".join(part for part in (mode, asked.verb, asked.headline) if part)
    blocks: list[Block] = [
        header(title),
        section(_asks(approval, command)),
        *fields(_facts(approval, asked, manner)),
        *_irreversible(approval),
        section(template("*Exactly this is sent*\n{}", requests.endpoint(frozen.call))),
        *fields(requests.sent(frozen.call)),
        context(_small_print(approval)),
        *_below(approval, token, run, outcome, manner),
    ]
    return Message(text=_notice(approval, mode, asked, run, outcome), blocks=tuple(blocks), broadcast=True)


def approval_entry(approval: Approval, *, token: str, command: str, style: Style) -> tuple[Block, ...]:
    """A pending approval among others, to be decided right there: what its card shows, closer together."""
    manner = Manner(style)
    asked = requests.describe(approval.frozen, manner)
    return (
        section(join("\n", (_title(approval, asked), _asks(approval, command)))),
        *fields(_facts(approval, asked, manner)),
        *_irreversible(approval),
        context(template("*Exactly this is sent*  {}", requests.endpoint(approval.frozen.call))),
        *fields(requests.sent(approval.frozen.call)),
        _buttons(approval, token, manner),
    )


def approval_line(approval: Approval, style: Style) -> Block:
    """An approval among those that somebody asked for: what, and how it stands."""
    manner = Manner(style)
    if approval.state == "pending":
        until = date(approval.expires_at, style)
        stands = template("{} *Waits* in {} until {}", marks.WAITING, _where(approval), until)
    else:
        stands = _decided(approval, manner)
    return section(join("\n", (_title(approval, requests.describe(approval.frozen, manner)), stands)))


def waits_elsewhere(approval: Approval, *, run: Run | None = None, outcome: Outcome | None = None) -> Message:
    """Told where an approval was asked for in private: where it waits, and later what became of it.

    It has the card's dates in UTC, since it says little else.
    """
    asked = requests.describe(approval.frozen, Manner("plain"))
    if approval.state == "pending":
        stands = template("{} *Waits* in {} for a second person's approval.", marks.WAITING, _where(approval))
    else:
        told = (_decided(approval, Manner("plain")), *_carried_out(approval, run, outcome))
        stands = join("\n", (*told, template("The card stands in {}.", _where(approval))))
    lines = (_title(approval, asked), stands)
    return Message(text=join(": ", lines), blocks=(section(join("\n", lines)),))


def _where(approval: Approval) -> Mrkdwn:
    return channel(approval.place.channel_id)


def _title(approval: Approval, asked: requests.Asked) -> Mrkdwn:
    mode = marks.mode_mark(livemode=approval.frozen.account.livemode)
    return join("  ·  ", [mode, *(bold(part) for part in (asked.verb, asked.headline) if part)])


def _asks(approval: Approval, command: str) -> Mrkdwn:
    where = channel(approval.place.channel_id)
    asks = template("{} asks in {} for a second person's approval", mention(approval.requester_id), where)
    return join("\n", (asks, marks.command_mark(command)))


def _facts(approval: Approval, asked: requests.Asked, manner: Manner) -> list[Mrkdwn]:
    account = approval.frozen.account
    facts: list[tuple[str, str]] = [("Amount", asked.amount)] if asked.amount else []
    facts += [("Left after it", asked.left)] if asked.left else []
    facts += [(label, code(clip(value, 200))) for label, value in asked.objects]
    on = join("\n", (marks.mode_mark(livemode=account.livemode), marks.account_mark(account)))
    facts += [("Account", on)]
    named = approval.frozen.call.stripe_account or approval.frozen.call.stripe_context
    if named:
        facts.append(("On behalf of", code(named)))
    approved = sum(decision.verdict == "approve" for decision in approval.decisions)
    facts += [("Rule", approval.rule), ("Approvals", f"{approved} of {NEEDED}")]
    if approval.state == "pending":
        facts.append(("Expires", date(approval.expires_at, manner.style)))
    return [field(label, value) for label, value in facts]


def _irreversible(approval: Approval) -> tuple[Block, ...]:
    if "irreversible" not in approval.frozen.risk.flags:
        return ()
    return (section(template("{} *Irreversible:* Stripe can't undo this.", marks.ATTENTION)),)


def _small_print(approval: Approval) -> Mrkdwn:
    digest = approval.frozen.digest[:DIGEST_SHOWN]
    return template("Approval {}  ·  digest {}", code(approval.id), code(digest))


def _below(
    approval: Approval, token: str, run: Run | None, outcome: Outcome | None, manner: Manner
) -> tuple[Block, ...]:
    if approval.state == "pending":
        return (_buttons(approval, token, manner),)
    return (divider(), section(join("\n", (_decided(approval, manner), *_carried_out(approval, run, outcome)))))


def _buttons(approval: Approval, token: str, manner: Manner) -> Block:
    livemode = approval.frozen.account.livemode
    what = requests.summary(approval.frozen, manner)
    ask = confirm(
        "Approve this on LIVE?" if livemode else "Approve this test call?",
        what,
        yes="Approve",
        no="Back",
        style="danger" if livemode else "primary",
    )
    return actions(
        button("Approve", action_id=APPROVE, value=token, style="primary", ask=ask, label=f"Approve: {what}"),
        button("Deny", action_id=DENY, value=token, style="danger", label=f"Deny: {what}"),
        block_id=f"approval-{approval.id}",
    )


def _decided(approval: Approval, manner: Manner) -> Mrkdwn:
    last = approval.decisions[-1] if approval.decisions else None
    by = template("by {}, {}", mention(last.user_id), date(last.decided_at, manner.style)) if last else escape("")
    match approval.state:
        case "approved":
            return join(" ", (template("{} *Approved*", marks.GOOD), by))
        case "denied":
            return template("{} *Denied* {}. Nothing was sent to Stripe.", marks.BAD, by)
        case "withdrawn":
            asker = mention(approval.requester_id)
            return template("{} *Withdrawn* by {}. Nothing was sent to Stripe.", marks.NEUTRAL, asker)
    return template("{} *Expired* without a decision. Nothing was sent to Stripe.", marks.NEUTRAL)


def _carried_out(approval: Approval, run: Run | None, outcome: Outcome | None) -> tuple[Mrkdwn, ...]:
    if approval.state != "approved" or (run is None and outcome is None):
        return ()
    match outcome:
        case Succeeded():
            identity = dig(outcome.data, "id") if not isinstance(outcome.data, bytes) else None
            did = template("{} *Done*", marks.GOOD)
            made = code(clip(identity, 200)) if isinstance(identity, str) and identity else None
            return (join("  ·  ", [part for part in (did, made, _request(outcome)) if part]),)
        case Failed(error=error):
            did = template("{} *Failed:* {}. Nothing was changed.", marks.BAD, summary(error))
            return (join("  ·  ", [part for part in (did, _request(outcome)) if part]),)
        case Unknown(waiting_at_stripe=str()):
            return (template("{} *Waiting:* Stripe itself asks for an approval first.", marks.WAITING),)
        case Unknown(retry=True):
            return (template("{} *Outcome unknown;* finding out…", marks.UNKNOWN),)
        case Unknown():
            return (template("{} *Outcome unknown;* somebody has to look at Stripe.", marks.UNKNOWN),)
    return (template("{} running…", marks.WAITING),)


def _request(outcome: Succeeded | Failed) -> Mrkdwn | None:
    return code(clip(outcome.request_id, 80)) if outcome.request_id else None


def _notice(approval: Approval, mode: str, asked: requests.Asked, run: Run | None, outcome: Outcome | None) -> Mrkdwn:
    """The words of a notification: mode, what, and how it stands."""
    what = escape(" · ".join(part for part in (mode, asked.verb, asked.headline) if part))
    if approval.state == "pending":
        return template("{}: {} asks for approval", what, mention(approval.requester_id))
    stands = _carried_out(approval, run, outcome) or (escape(approval.state),)
    return template("{}: {}", what, stands[0])
