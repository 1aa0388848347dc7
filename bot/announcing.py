"""What people are told of approvals and runs, put into the outbox in the transaction that makes it true.

A run's answer stands in the thread of the message that says who ran what; an approved run's, in the thread of its card.
"""

from collections.abc import Callable, Sequence

from bot import cards, run_rows
from bot.approval import Approval, Said
from bot.approvals import Approvals
from bot.blocks import Content, EphemeralMessage, FileMessage, Message, Posted
from bot.bulk.reports import Reports
from bot.bulk.turns import over
from bot.domain import Place, Run
from bot.home.shown import touch
from bot.look_rows import Look
from bot.outbox import Outbox
from bot.page_rows import PageRows
from bot.people import People
from bot.reaching.copies import Copies
from bot.reaching.notes import Notes, asked_of, card_of
from bot.run_ends import Settled, Unreadable
from bot.store.engine import Transaction
from bot.text import Style
from bot.tokens import Tokens
from bot.workspaces import Workspaces, WorkspaceSettings
from operations.clock import Clock
from operations.outcome import Outcome


class Announcer:
    """Writes and rewrites the messages about an approval or a run."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        approvals: Approvals,
        workspaces: Workspaces,
        people: People,
        copies: Copies,
        notes: Notes,
        reports: Reports,
        page_rows: PageRows,
        tokens: Tokens,
        style: Style,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._approvals = approvals
        self._workspaces = workspaces
        self._people = people
        self._copies = copies
        self._notes = notes
        self._reports = reports
        self._page_rows = page_rows
        self._tokens = tokens
        self._style: Style = style
        self._clock = clock
        self._woken: Callable[[], None] = lambda: None

    def on_wake(self, woken: Callable[[], None]) -> None:
        """Have this called, too, when what was put is to be delivered."""
        self._woken = woken

    def wake(self) -> None:
        """Have what was put delivered now rather than at the next round. To be called on the event loop."""
        self._outbox.wake()
        self._woken()

    def token(self, approval: Approval) -> str:
        """What the buttons of an approval hand back: which one it is, and what its card shows."""
        return self._tokens.sign("approval", {"approval": approval.id, "digest": approval.digest})

    def card(
        self,
        approval: Approval,
        settings: WorkspaceSettings,
        run: Run | None = None,
        outcome: Outcome | None = None,
    ) -> Message:
        """The card of an approval as it stands, the same wherever it is shown."""
        return cards.approval_card(
            approval,
            token=self.token(approval),
            command=cards.typed_on(approval.frozen),
            run=run,
            outcome=outcome,
            style=self._style,
            glass=bool(settings.policy.break_glass_roles),
        )

    def approval(
        self, tx: Transaction, approval: Approval, run: Run | None = None, outcome: Outcome | None = None
    ) -> None:
        """Tell of an approval as it stands, with its run and that run's outcome where there are any.

        By its card, the copies of it, a note in its thread where whoever asked or is asked has to hear of it, where it
        was asked for, and on every Home tab that shows it.
        """
        settings = self._workspaces.read(tx, approval.team_id)
        card = self.card(approval, settings, run, outcome)
        self._outbox.put(
            tx,
            team_id=approval.team_id,
            about=card_of(approval.id),
            place=approval.place,
            user_id=approval.requester_id,
            content=card,
            thread_of=None,
        )
        self._copies.follow(tx, approval, card, settings)
        self._outbox.amend(
            tx,
            team_id=approval.team_id,
            about=asked_of(approval.id),
            content=cards.waits_elsewhere(approval, run=run, outcome=outcome),
        )
        self._notes.follow(tx, approval, settings)
        touch(tx, approval, settings, self._people.recalled)

    def remark(self, tx: Transaction, approval: Approval) -> None:
        """What was just said about an approval: in the thread of its card, and on it."""
        self.approval(tx, approval)
        self._notes.remark(tx, approval)

    def asked_in_private(self, tx: Transaction, approval: Approval, place: Place) -> None:
        """Where an approval waits, told where it was asked for; from then on with what becomes of it."""
        self._outbox.put(
            tx,
            team_id=approval.team_id,
            about=asked_of(approval.id),
            place=place,
            user_id=approval.requester_id,
            content=cards.waits_elsewhere(approval),
            thread_of=None,
        )

    def looking(self, tx: Transaction, look: Look, done: int, approval: Approval | None = None) -> None:
        """Tell whoever asked for a list how many of its calls were looked at, and what is asked for then."""
        self._outbox.put(
            tx,
            team_id=look.team_id,
            about=f"look:{look.id}:progress",
            place=Place(look.user_id),
            user_id=look.user_id,
            content=cards.list_looked_at(done, len(look.call_ids), approval),
            thread_of=None,
        )

    def listed(self, tx: Transaction, approval: Approval) -> None:
        """The whole list that an approval is about, as a file in the thread of its card."""
        self._attach(tx, approval, "list", cards.list_file(approval))

    def carried_on(self, tx: Transaction, approval: Approval) -> None:
        """How far an approved list is, and where each of its calls has come to an end, a report of all of them."""
        self.approval(tx, approval)
        if over(approval.parts):
            rows = self._reports.rows(tx, approval)
            self._attach(tx, approval, "report", cards.list_report(approval, rows))

    def run(self, tx: Transaction, run: Run, outcome: Outcome | None = None) -> None:
        """The message that says who ran what, as the run stands; of what one person alone is answered there is none."""
        if not run.alone:
            head = cards.run_head(run, cards.typed_on(run.frozen), outcome)
            self._put(tx, run, f"run:{run.id}", head, thread_of=None)

    def elsewhere(self, tx: Transaction, run: Run, place: Place) -> None:
        """Tell whoever asked, where they asked, that the answer comes by direct message."""
        self._outbox.put(
            tx,
            team_id=run.team_id,
            about=f"run:{run.id}:elsewhere",
            place=place.alone,
            user_id=run.actor_id,
            content=EphemeralMessage(cards.by_direct_message()),
            thread_of=None,
        )

    def so_far(self, tx: Transaction, run: Run, count: int) -> None:
        """How many objects a run has got that gets all pages of a list; an approval's card doesn't tell."""
        if run.approval_id is None and not run.alone:
            head = cards.run_head(run, cards.typed_on(run.frozen), so_far=count)
            self._put(tx, run, f"run:{run.id}", head, thread_of=None)

    def settled(self, tx: Transaction, settled: Settled) -> None:
        """A run's outcome: on its head or its approval's card, and in the thread below."""
        run = settled.run
        if run.approval_id and self._approvals.bulk(tx, run.team_id, run.approval_id) is not None:
            self._settled_of_list(tx, settled, run.approval_id)
            return
        approval = self._approvals.load(tx, run.team_id, run.approval_id) if run.approval_id else None
        if approval is None:
            head = f"run:{run.id}"
            self.run(tx, run, settled.outcome)
        else:
            head = card_of(approval.id)
            self.approval(tx, approval, run, settled.outcome)
            if approval.state == "stale":
                return
        paged = self._page_rows.settled(tx, settled)
        told, *more = cards.result(run, settled.outcome, self._manner(run), paged=paged, handed=settled.handed)
        if run.alone:
            self._tell_alone(tx, run, (told, *more))
            return
        if approval is not None and run.state != "unknown" and isinstance(told, Message):
            told = cards.with_receipt(told, approval.id)
        for part, content in enumerate((told, *more)):
            self._put(tx, run, f"run:{run.id}:{part}", content, thread_of=head)

    def _tell_alone(self, tx: Transaction, run: Run, parts: Sequence[Posted]) -> None:
        """An answer for whoever asked alone: messages where they asked, files by direct message.

        What they saw can't be changed any more, so each state of the run is told by messages of its own.
        """
        for part, content in enumerate(parts):
            shown: Content = content
            if isinstance(content, Message):
                shown = EphemeralMessage(content if part else content.led_by(cards.only_you(run)))
            self._outbox.put(
                tx,
                team_id=run.team_id,
                about=f"run:{run.id}:{run.state}:{part}",
                place=run.place.alone if isinstance(content, Message) else Place(run.actor_id),
                user_id=run.actor_id,
                content=shown,
                thread_of=None,
            )

    def _manner(self, run: Run) -> cards.Manner:
        """How an answer is written: for whoever asked, as far as they are remembered, and as of now."""
        asker = self._people.recalled(run.team_id, run.actor_id)
        return cards.Manner(
            self._style,
            locale=asker.locale,
            zone=asker.zone,
            now=self._clock.now(),
            masked=not (run.alone or run.place.private),
        )

    def _settled_of_list(self, tx: Transaction, settled: Settled, approval_id: str) -> None:
        """Keep what a call of a list came to; said, as it takes reading all of the list, only every now and then."""
        self._reports.keep(tx, settled)
        ended = over(run_rows.parts(tx, settled.run.team_id, approval_id))
        if ended or self._reports.is_time(approval_id):
            approval = self._approvals.load(tx, settled.run.team_id, approval_id)
            if approval is not None:
                self.carried_on(tx, approval)

    def unreadable(self, tx: Transaction, run: Unreadable, said: Said | None = None) -> None:
        """A run that has ended because its call can't be read: told in place of its head or its approval's card.

        ``said``: what somebody has said became of it.
        """
        told = cards.unreadable(sent=run.sent) if said is None else cards.unreadable_said(said, self._style)
        self._outbox.put(
            tx,
            team_id=run.team_id,
            about=card_of(run.approval_id) if run.approval_id else f"run:{run.id}",
            place=run.place,
            user_id=run.actor_id,
            content=told,
            thread_of=None,
        )
        if run.approval_id:
            self._copies.unreadable(tx, run.team_id, run.approval_id, told)

    def _attach(self, tx: Transaction, approval: Approval, part: str, content: FileMessage) -> None:
        self._outbox.put(
            tx,
            team_id=approval.team_id,
            about=f"approval:{approval.id}:{part}",
            place=approval.place,
            user_id=approval.requester_id,
            content=content,
            thread_of=f"approval:{approval.id}",
        )

    def _put(self, tx: Transaction, run: Run, about: str, content: Posted, *, thread_of: str | None) -> None:
        self._outbox.put(
            tx,
            team_id=run.team_id,
            about=about,
            place=run.place,
            user_id=run.actor_id,
            content=content,
            thread_of=thread_of,
        )
