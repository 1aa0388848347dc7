"""The approval card: everything somebody needs to sign a call, from the frozen call and what was seen, and what became
of it.

The same card is rewritten as the approval goes on: the facts stay, the buttons go, and what was decided stands on top.
"""

from typing import Final

from bot.approval import Approval, Remark
from bot.blocks import Block, Message, context, header, measure, section
from bot.cards import approval_facts, bulk_words, marks, requests
from bot.cards.approval_ends import became, outline
from bot.cards.approval_facts import AMPLE, CLOSE, SCANT, Room
from bot.cards.approval_plans import quoted, signatures
from bot.cards.deciding import buttons
from bot.cards.values import Manner
from bot.domain import Run
from bot.text import Mrkdwn, Style, bold, channel, clip, code, date, escape, join, mention, template
from operations.outcome import Outcome

DIGEST_SHOWN: Final = 8
REASON_SHOWN: Final = 600
REMARK_SHOWN: Final = 200
COMMAND_SHOWN: Final = 150
"""Characters of the command in the small print; the exact request tells all of it."""


def approval_card(
    approval: Approval,
    *,
    token: str,
    command: str,
    run: Run | None = None,
    outcome: Outcome | None = None,
    style: Style,
    glass: bool = False,
) -> Message:
    """The card of an approval as it stands.

    ``token`` is what the buttons hand back; ``command`` the canonical text of the call; ``run`` and ``outcome`` are
    there once it was approved and once Stripe has answered. ``glass``: see :func:`bot.cards.deciding.buttons`.
    """
    manner = Manner(style)
    asked = requests.describe(approval.frozen, manner, approval.snapshot)
    what = _words(approval, asked)
    stands = [] if approval.state == "pending" else [section(join("\n", became(approval, run, outcome, manner)))]

    def whole(room: Room) -> list[Block]:
        body = _body(approval, asked, manner, room, token=token, glass=glass, below=(context(_typed(command)),))
        return [header(what), *stands, section(_asks(approval)), *body]

    blocks = whole(AMPLE)
    if not measure(blocks).fits():
        blocks = whole(SCANT)
    return Message(text=_notice(approval, what, run, outcome, manner), blocks=tuple(blocks), broadcast=True)


def approval_entry(approval: Approval, *, token: str, command: str, style: Style) -> tuple[Block, ...]:
    """A pending approval among others, to be decided right there: what its card shows, under a smaller title."""
    manner = Manner(style)
    asked = requests.describe(approval.frozen, manner, approval.snapshot)
    lines = (_title(approval, asked), _asks(approval), _typed(command))
    return (section(join("\n", lines)), *_body(approval, asked, manner, CLOSE, token=token))


def approval_line(approval: Approval, style: Style) -> Block:
    """An approval among those that somebody asked for: what, and how it stands."""
    manner = Manner(style)
    if approval.state == "pending":
        until = date(approval.expires_at, style)
        stands = template("{} *Waits* in {} until {}", marks.WAITING, _where(approval), until)
    else:
        stands = join("\n", became(approval, None, None, manner))
    return section(join("\n", (_title(approval, _described(approval, manner)), stands)))


def waits_elsewhere(approval: Approval, *, run: Run | None = None, outcome: Outcome | None = None) -> Message:
    """Told where an approval was asked for in private: where it waits, and later what became of it.

    It has the card's dates in UTC, since it says little else.
    """
    manner = Manner("plain")
    asked = _described(approval, manner)
    if approval.state == "pending":
        had = escape(f"{len(approval.signed)} of {approval.plan.needed}")
        stands = template(
            "{} *Waits* in {} for other people's approval: {} so far.", marks.WAITING, _where(approval), had
        )
    else:
        told = became(approval, run, outcome, manner)
        stands = join("\n", (*told, template("The card stands in {}.", _where(approval))))
    lines = (_title(approval, asked), stands)
    return Message(text=join(": ", lines), blocks=(section(join("\n", lines)),))


def _words(approval: Approval, asked: requests.Asked) -> str:
    """Mode, verb and amount, for headers and notifications."""
    mode = marks.mode_word(livemode=approval.account.livemode)
    return " · ".join(part for part in (mode, asked.verb, asked.headline) if part)


def _title(approval: Approval, asked: requests.Asked) -> Mrkdwn:
    mode = marks.mode_mark(livemode=approval.account.livemode)
    return join("  ·  ", [mode, *(bold(part) for part in (asked.verb, asked.headline) if part)])


def _described(approval: Approval, manner: Manner) -> requests.Asked:
    if approval.bulk is not None:
        return bulk_words.asked(approval, manner)
    return requests.describe(approval.frozen, manner, approval.snapshot)


def _where(approval: Approval) -> Mrkdwn:
    return channel(approval.place.channel_id)


def _body(
    approval: Approval,
    asked: requests.Asked,
    manner: Manner,
    room: Room,
    *,
    token: str,
    glass: bool = False,
    below: tuple[Block, ...] = (),
) -> tuple[Block, ...]:
    """What stands below who asks for what; ``below``, what stands above the small print."""
    what = requests.summary(approval.frozen, manner, approval.snapshot)
    return (
        *approval_facts.told(approval, asked, manner, room),
        section(signatures(approval, manner)),
        *_remarks(approval, manner, room),
        *below,
        approval_facts.small_print(approval, DIGEST_SHOWN, manner),
        *((buttons(approval, token, what, style=manner.style, glass=glass),) if approval.state == "pending" else ()),
    )


def _typed(command: str) -> Mrkdwn:
    return code(clip(marks.typed(command), COMMAND_SHOWN))


def _asks(approval: Approval) -> Mrkdwn:
    asks = template("{} asks in {} for approval", mention(approval.requester_id), _where(approval))
    if not approval.reason.strip():
        return asks
    return join("\n", (asks, template("*Why:* {}", quoted(approval.reason, REASON_SHOWN))))


def _remarks(approval: Approval, manner: Manner, room: Room) -> tuple[Block, ...]:
    """What people said about it, the latest of it where that is a lot."""
    shown = approval.remarks[-room.remarks :]
    rest = len(approval.remarks) - len(shown)
    earlier = [escape(f"{rest} earlier {'remark' if rest == 1 else 'remarks'}")] if rest else []
    lines = [*earlier, *(_remark(each, manner) for each in shown)]
    return (section(join("\n", lines)),) if lines else ()


def _remark(remark: Remark, manner: Manner) -> Mrkdwn:
    said = quoted(remark.text, REMARK_SHOWN)
    return template(":speech_balloon: {}, {}: {}", mention(remark.user_id), date(remark.said_at, manner.style), said)


def _notice(approval: Approval, what: str, run: Run | None, outcome: Outcome | None, manner: Manner) -> Mrkdwn:
    """The words of a notification: mode, what, and how it stands."""
    if approval.state == "pending":
        return template("{}: {} asks for approval", escape(what), mention(approval.requester_id))
    return template("{}: {}", escape(what), outline(approval, run, outcome, manner))
