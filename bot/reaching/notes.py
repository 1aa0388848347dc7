"""What is said in the thread of an approval's card as it goes on, each thing once."""

from typing import Final

from bot import cards
from bot.approval import Approval
from bot.blocks import Message
from bot.domain import ApprovalState, Place
from bot.outbox import Outbox
from bot.reaching.asked import Asked, asked_by, named_in
from bot.store.engine import Transaction
from bot.text import Style
from bot.workspaces import WorkspaceSettings

ENDED: Final[frozenset[ApprovalState]] = frozenset({"denied", "expired", "stale"})
"""The ends that whoever asked did not bring about, and that no answer of Stripe's tells of."""


class Notes:
    """Puts them, in the transaction that makes them true."""

    def __init__(self, *, outbox: Outbox, style: Style) -> None:
        self._outbox = outbox
        self._style: Style = style

    def follow(self, tx: Transaction, approval: Approval, settings: WorkspaceSettings) -> None:
        """Say what there is to say of the state that it has come to."""
        at = approval.open_stage
        if approval.state in ENDED:
            stale = approval.state == "stale"
            told = cards.stopped(approval, approval.frozen.command) if stale else cards.approval_ended(approval)
            self._say(tx, approval, told, "ended")
            # In their direct messages, where it was asked for there.
            asked_there = Place(approval.requester_id)
            self._say(tx, approval, told, "ended", under=asked_of(approval.id), place=asked_there)
        elif approval.state == "pending" and at:
            asked = asked_by(approval, settings)
            told = cards.next_stage(approval, asked.people, asked.groups)
            self._say(tx, approval, told, f"stage:{at}")

    def remark(self, tx: Transaction, approval: Approval) -> None:
        """Tell what somebody just said about it."""
        told = cards.remark_said(approval, approval.remarks[-1])
        self._say(tx, approval, told, f"remark:{len(approval.remarks)}")

    def remind(self, tx: Transaction, approval: Approval, settings: WorkspaceSettings) -> None:
        """Remind those who are asked, as far as they are named."""
        asked = asked_by(approval, settings)
        told = cards.reminder(
            approval, asked.people, asked.groups, left=approval.expires_at - tx.now, style=self._style
        )
        self._say(tx, approval, told, "reminder")

    def escalate(self, tx: Transaction, approval: Approval, settings: WorkspaceSettings) -> None:
        """Tell the plan's fallback that it may sign, too."""
        fallback = approval.plan.fallback
        asked = named_in(fallback, approval, settings) if fallback is not None else Asked()
        told = cards.escalated(
            approval, asked.people, asked.groups, left=approval.expires_at - tx.now, style=self._style
        )
        self._say(tx, approval, told, "escalated")

    def _say(
        self,
        tx: Transaction,
        approval: Approval,
        told: Message,
        part: str,
        *,
        under: str | None = None,
        place: Place | None = None,
    ) -> None:
        """Say it in the thread of the card, or of another message about the approval."""
        head = under or card_of(approval.id)
        self._outbox.reply(
            tx,
            team_id=approval.team_id,
            about=f"{head}:{part}",
            under=head,
            place=place or approval.place,
            user_id=approval.requester_id,
            content=told,
        )


def card_of(approval_id: str) -> str:
    """What names the card of an approval among messages."""
    return f"approval:{approval_id}"


def asked_of(approval_id: str) -> str:
    """What names the message that tells where an approval waits that was asked for elsewhere."""
    return f"approval:{approval_id}:asked"
