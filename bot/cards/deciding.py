"""What can be pressed below an approval that waits, and the modals that it opens. Whoever presses is checked elsewhere,
each time anew.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

from bot import limits
from bot.approval import Approval, Remark
from bot.blocks import Block, Element, Message, View, actions, button, confirm, context, modal, section
from bot.cards import bulk_words, marks
from bot.cards.values import Manner
from bot.inputs import Option, input_block, overflow, text_input
from bot.text import Style, bold, clip, escape, join, mention, template

APPROVE: Final = "approve"
DENY: Final = "deny"
MORE: Final = "approval_more"
"""The action id of the menu; its options' values are the choices."""
CHOICE: Final = "approval"
"""The action id of a choice that is a button of its own, followed by a colon and the choice."""
Choice: TypeAlias = Literal["comment", "exact", "change", "withdraw", "alone"]
CHOICES: Final[tuple[Choice, ...]] = get_args(Choice)
_LABELS: Final[Mapping[Choice, str]] = MappingProxyType(
    {
        "comment": "Comment…",
        "exact": "Exact request",
        "change": "Change…",
        "withdraw": "Withdraw",
        "alone": "Run alone…",
    }
)

Saying: TypeAlias = Literal["deny", "comment", "alone"]
"""What one has to say something for."""
SAYING_VIEW: Final = "approval_saying"
SAID_VIEW: Final = "approval_said"
SAYING: Final = "said"
"""The block id of the field for what is said."""
LONGEST_SAID: Final = 500
NOTIFIED: Final = 10
_INPUT: Final = "value"
_TITLES: Final[Mapping[Saying, tuple[str, str, str, str]]] = MappingProxyType(
    {
        "deny": ("Deny", "Why not?", "Whoever asked reads it, and so does everybody who sees the card.", "Deny"),
        "comment": ("Comment", "Comment", "It decides nothing. It stands in the thread of the card.", "Send"),
        "alone": (
            "Run without approval",
            "Why can't it wait?",
            "It is sent at once, without the signatures that it lacks. That is told, recorded and reviewed afterwards.",
            "Run it alone",
        ),
    }
)


def buttons(approval: Approval, token: str, what: str, *, style: Style, glass: bool = False) -> Block:
    """The row of a pending approval. ``token`` is what each part of it hands back, buttons as their value and the
    others as the block's id; ``what`` names what is decided, with its amount, as the question after Approve does.

    ``glass``: whether somebody may run it without the signatures.
    """
    livemode = approval.account.livemode
    ask = confirm(
        "Approve this on LIVE?" if livemode else "Approve this test call?",
        what,
        yes="Approve",
        no="Back",
        style="danger" if livemode else "primary",
    )
    offered = [each for each in CHOICES if each != "alone" or glass]
    return actions(
        button("Approve", action_id=APPROVE, value=token, style="primary", ask=ask, label=f"Approve: {what}"),
        button("Deny…", action_id=DENY, value=token, style="danger", label=f"Deny: {what}"),
        *_further(offered, what, style),
        # An option's value is too short for the token.
        block_id=token,
    )


def _further(offered: list[Choice], what: str, style: Style) -> list[Element]:
    if style == "rich":
        return [overflow(MORE, [Option(_LABELS[each], each) for each in offered])]
    return [
        button(_LABELS[each], action_id=f"{CHOICE}:{each}", value=each, label=f"{_LABELS[each]}: {what}")
        for each in offered
    ]


def saying_view(do: Saying, token: str, approval: Approval) -> View:
    """The modal that asks what somebody has to say about an approval."""
    title, label, hint, submit = _TITLES[do]
    return modal(
        title,
        (
            _about(approval),
            input_block(
                label,
                text_input(_INPUT, multiline=True, most=LONGEST_SAID),
                block_id=SAYING,
                hint=hint,
            ),
        ),
        callback_id=SAYING_VIEW,
        submit=submit,
        close="Cancel",
        private_metadata=token,
    )


def waiting_view(title: str) -> View:
    """What stands in a modal until it is known what to show; nothing can be submitted with it."""
    return modal(title, (section("One moment…"),), callback_id=SAID_VIEW)


def said_view(title: str, message: Message) -> View:
    """A modal that only says what a message says; what can be pressed is left out, since it stays on screen."""
    blocks = [block for block in message.blocks if block["type"] != "actions"]
    return modal(title, blocks or [section(message.unmarked())], callback_id=SAID_VIEW)


def title_of(do: Saying) -> str:
    """The title of the modal for it."""
    return _TITLES[do][0]


def _about(approval: Approval) -> Block:
    mode = marks.mode_mark(livemode=approval.account.livemode)
    what = bold(clip(bulk_words.summary(approval, Manner("plain")), limits.CONFIRM_TEXT))
    asks = template("{} asks for it.", mention(approval.requester_id))
    return section(join("\n", (join("  ·  ", (mode, what)), asks)))


def signed_so_far(approval: Approval) -> Message:
    """Told to whoever signed: it counts, and others still have to."""
    said = f"Signed, {len(approval.signed)} of {approval.plan.needed}. It waits for others now."
    return Message(text=said, blocks=(section(template("{} {}", marks.GOOD, escape(said))),))


def remark_said(approval: Approval, remark: Remark) -> Message:
    """A comment, for the thread of the card; whoever asked and whoever said something before is notified."""
    signed, spoke = [each.user_id for each in approval.decisions], [each.user_id for each in approval.remarks]
    earlier = (approval.requester_id, *signed, *spoke)
    others = [each for each in dict.fromkeys(earlier) if each != remark.user_id][:NOTIFIED]
    said = template("{} comments: {}", mention(remark.user_id), escape(remark.text))
    blocks = [section(said)]
    if others:
        blocks.append(context(join(" ", map(mention, others))))
    return Message(text=said, blocks=tuple(blocks))
