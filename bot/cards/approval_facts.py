"""What an approval's card tells of the call: how much of what, what was seen at Stripe, and all else that is sent.

A signer must never sign what the card hides: whatever isn't told in words stands there as it is sent, and where that
is too much, the card says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.approval import Approval
from bot.blocks import Block, context, field, fields, section
from bot.cards import marks, requests
from bot.cards.facts import page_of
from bot.cards.requests import Asked
from bot.cards.values import Manner, money
from bot.cards.values import moment as shown_moment
from bot.text import Mrkdwn, bold, clip, code, date, escape, join, template
from operations.looks import Fact, Snapshot

ID_SHOWN: Final = 100
SENTENCE_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Room:
    """How much a card may take."""

    facts: int
    fact: int
    """Characters of each."""
    lines: int
    """Of what is sent beside."""
    remarks: int


AMPLE: Final = Room(facts=12, fact=160, lines=requests.LINES_SHOWN, remarks=4)
CLOSE: Final = Room(facts=8, fact=100, lines=9, remarks=1)
"""For a card among others."""
SCANT: Final = Room(facts=6, fact=60, lines=6, remarks=1)
"""For a card on which everything is as long as can be."""


def told(approval: Approval, asked: Asked, manner: Manner, room: Room = AMPLE) -> tuple[Block, ...]:
    """The blocks that tell of the call."""
    said = asked.said | _acting(approval)
    sent = requests.sent(approval.frozen.call, said, room.lines)
    return (
        section(join("\n", _about(approval, asked))),
        *fields(_seen(approval, asked, manner, room)),
        *((section(bold("Also sent")),) if sent else ()),
        *fields(sent),
        *_warnings(approval, hidden=requests.hides(approval.frozen.call, said, room.lines)),
    )


def small_print(approval: Approval, digest_shown: int, manner: Manner) -> Block:
    """The endpoint, what the card goes by, and when it was looked at."""
    parts = [
        code(clip(requests.endpoint(approval.frozen.call), 2 * ID_SHOWN)),
        template("digest {}", approval.digest[:digest_shown]),
        template("approval {}", approval.id) if approval.state == "pending" else code(f"/stripe receipt {approval.id}"),
    ]
    if approval.supersedes is not None:
        parts.append(template("takes the place of {}", approval.supersedes))
    if approval.snapshot is not None:
        again = ", and looked at again before it is sent" if approval.state == "pending" else ""
        parts.append(template("seen at Stripe {}{}", date(approval.created_at, manner.style), escape(again)))
    return context(join("  ·  ", parts))


def _about(approval: Approval, asked: Asked) -> Iterator[Mrkdwn]:
    """How much, of what, whose, and on which account: a line each."""
    frozen, snapshot = approval.frozen, approval.snapshot
    amount = asked.headline or asked.amount
    if amount:
        yield join(", ", (bold(amount), *([asked.share] if asked.share else [])))
    for label, value in asked.objects:
        yield _object(approval, label, value)
    customer = snapshot.customer_id if snapshot is not None else ""
    if customer and all(customer != value for _, value in asked.objects):
        yield _object(approval, "Customer", customer)
    mode = marks.mode_mark(livemode=frozen.account.livemode)
    on = (mode, marks.account_mark(frozen.account), marks.on_behalf(frozen))
    yield join("  ·  ", (part for part in on if part))


def _object(approval: Approval, label: str, object_id: str) -> Mrkdwn:
    page = marks.dashboard_link(approval.frozen, page_of(object_id))
    shown = template("{} {}", escape(label), code(clip(object_id, ID_SHOWN)))
    return join("  ·  ", (shown, page)) if page else shown


def _acting(approval: Approval) -> frozenset[str]:
    """The header that :func:`bot.cards.marks.on_behalf` tells all of."""
    call = approval.frozen.call
    return frozenset({"Stripe-Account"} if call.stripe_account else {"Stripe-Context"})


def _seen(approval: Approval, asked: Asked, manner: Manner, room: Room) -> Iterator[Mrkdwn]:
    """What was seen at Stripe, but for what the lines above say already."""
    snapshot = approval.snapshot
    if snapshot is None:
        return
    left_out = [each for each in snapshot.facts if not _is_told(each, snapshot, asked)]
    for each in left_out[: room.facts]:
        yield field(each.label, _value(each, manner, room))


def _is_told(fact: Fact, snapshot: Snapshot, asked: Asked) -> bool:
    by_money = fact.money is not None and fact.money == snapshot.of and asked.share is not None
    return by_money or (fact.kind == "id" and fact.value in (snapshot.customer_id, snapshot.object_id))


def _value(fact: Fact, manner: Manner, room: Room) -> str:
    match fact.kind:
        case "money" if fact.money is not None:
            return money(fact.money.amount, fact.money.currency, manner) or ""
        case "moment" if fact.value.isdecimal():
            return shown_moment(int(fact.value), manner) or ""
        case "id":
            return code(clip(fact.value, room.fact))
    return clip(escape(" ".join(fact.value.split())), room.fact)


def _warnings(approval: Approval, *, hidden: bool) -> tuple[Block, ...]:
    lines = list(_warned(approval, hidden=hidden))
    return (section(join("\n", lines)),) if lines else ()


def _warned(approval: Approval, *, hidden: bool) -> Iterator[Mrkdwn]:
    """What whoever signs has to know before anything else."""
    flags, snapshot = approval.frozen.risk.flags, approval.snapshot
    if "irreversible" in flags:
        yield template("{} *Irreversible:* Stripe can't undo this.", marks.ATTENTION)
    if "exfil" in flags:
        yield template("{} *Gives something out:* data, or access to it, leaves your Stripe account.", marks.ATTENTION)
    if hidden:
        yield template("{} *More is sent than fits here.* Read the exact request before you decide.", marks.ATTENTION)
    if snapshot is not None and snapshot.refused:
        refused = escape(clip(snapshot.refused, SENTENCE_SHOWN))
        yield template("{} *Stripe would refuse it as things stood:* {}", marks.ATTENTION, refused)
    if snapshot is not None and snapshot.trouble:
        trouble = escape(clip(snapshot.trouble, SENTENCE_SHOWN))
        yield template("{} *Not all could be read at Stripe:* {}", marks.ATTENTION, trouble)
