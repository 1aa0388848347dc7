"""What people are told of approvals and runs, put into the outbox in the transaction that makes it true.

A run's answer stands in the thread of the message that says who ran what; an approved run's, in the thread of its card.
"""

from bot import cards
from bot.approvals import Approvals
from bot.blocks import FileMessage, Message
from bot.domain import Approval, Place, Run
from bot.outbox import Outbox
from bot.runs import Settled, Unreadable
from bot.store.engine import Transaction
from bot.text import Style
from bot.tokens import Tokens
from operations.outcome import Outcome


class Announcer:
    """Writes and rewrites the messages about an approval or a run."""

    def __init__(self, *, outbox: Outbox, approvals: Approvals, tokens: Tokens, style: Style) -> None:
        self._outbox = outbox
        self._approvals = approvals
        self._tokens = tokens
        self._style = style

    def wake(self) -> None:
        """Have what was put delivered now rather than at the next round."""
        self._outbox.wake()

    def token(self, approval: Approval) -> str:
        """What the buttons of an approval hand back: which one it is, and what its card shows."""
        return self._tokens.sign("approval", {"approval": approval.id, "digest": approval.frozen.digest})

    def approval(
        self, tx: Transaction, approval: Approval, run: Run | None = None, outcome: Outcome | None = None
    ) -> None:
        """The card of an approval as it stands, with its run and that run's outcome where there are any."""
        self._outbox.put(
            tx,
            team_id=approval.team_id,
            about=f"approval:{approval.id}",
            place=approval.place,
            user_id=approval.requester_id,
            content=cards.approval_card(
                approval,
                token=self.token(approval),
                command=cards.typed_on(approval.frozen),
                run=run,
                outcome=outcome,
                style=self._style,
            ),
            thread_of=None,
        )
        self._outbox.amend(
            tx,
            team_id=approval.team_id,
            about=_asked(approval),
            content=cards.waits_elsewhere(approval, run=run, outcome=outcome),
        )

    def asked_in_private(self, tx: Transaction, approval: Approval, place: Place) -> None:
        """Where an approval waits, told where it was asked for; from then on with what becomes of it."""
        self._outbox.put(
            tx,
            team_id=approval.team_id,
            about=_asked(approval),
            place=place,
            user_id=approval.requester_id,
            content=cards.waits_elsewhere(approval),
            thread_of=None,
        )

    def run(self, tx: Transaction, run: Run, outcome: Outcome | None = None) -> None:
        """The message that says who ran what, as the run stands."""
        self._put(
            tx,
            run,
            f"run:{run.id}",
            cards.run_head(run, cards.typed_on(run.frozen), outcome),
            thread_of=None,
        )

    def settled(self, tx: Transaction, settled: Settled) -> None:
        """A run's outcome: on its head or its approval's card, and in the thread below."""
        run = settled.run
        approval = self._approvals.load(tx, run.team_id, run.approval_id) if run.approval_id else None
        if approval is None:
            head = f"run:{run.id}"
            self.run(tx, run, settled.outcome)
        else:
            head = f"approval:{approval.id}"
            self.approval(tx, approval, run, settled.outcome)
        for part, content in enumerate(cards.result(run, settled.outcome, style=self._style)):
            self._put(tx, run, f"run:{run.id}:{part}", content, thread_of=head)

    def unreadable(self, tx: Transaction, run: Unreadable) -> None:
        """A run that has ended because its call can't be read: said in place of its head or its approval's card."""
        about = f"approval:{run.approval_id}" if run.approval_id else f"run:{run.id}"
        self._outbox.put(
            tx,
            team_id=run.team_id,
            about=about,
            place=run.place,
            user_id=run.actor_id,
            content=cards.unreadable(sent=run.sent),
            thread_of=None,
        )

    def _put(
        self, tx: Transaction, run: Run, about: str, content: Message | FileMessage, *, thread_of: str | None
    ) -> None:
        self._outbox.put(
            tx,
            team_id=run.team_id,
            about=about,
            place=run.place,
            user_id=run.actor_id,
            content=content,
            thread_of=thread_of,
        )


def _asked(approval: Approval) -> str:
    return f"approval:{approval.id}:asked"
