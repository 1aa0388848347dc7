"""Runs whose record can't be read any more, after they were sent: the one thing left is that a person says how it was.

What they are about nobody can be shown, nor whom the policy would have ask; so it takes an admin, who finds the request
in Stripe's Dashboard by its idempotency key. As with any outcome that is found out, nothing is ever sent again for it.
"""

from typing import Any, Final

from sqlalchemy import Row, select

from bot import audit, cards, movements, run_rows
from bot.announcing import Announcer
from bot.approval import Said
from bot.approvals import Approvals
from bot.blocks import Message
from bot.domain import Person, RunState
from bot.open_outcomes import OpenOutcome, OpenOutcomes
from bot.outbox import Outbox
from bot.reaching.notes import card_of
from bot.run_ends import Unreadable
from bot.store.engine import Transaction
from bot.store.tables import calls
from bot.text import Style
from bot.tokens import Tokens
from bot.workspaces import Workspaces

OPEN: Final[frozenset[RunState]] = frozenset({"recorded", "executing", "unknown"})
"""The states of runs of which it isn't known, or not yet, what they came to."""


class UnreadableRuns:
    """Asks how such runs ended, and takes an admin's word for it."""

    def __init__(
        self,
        *,
        approvals: Approvals,
        rows: OpenOutcomes,
        workspaces: Workspaces,
        announcer: Announcer,
        outbox: Outbox,
        tokens: Tokens,
        style: Style,
    ) -> None:
        self._approvals = approvals
        self._rows = rows
        self._workspaces = workspaces
        self._announcer = announcer
        self._outbox = outbox
        self._tokens = tokens
        self._style: Style = style

    def begin(self, tx: Transaction, run: Unreadable) -> None:
        """Ask about a run that has just ended so, if it may have changed something at Stripe."""
        row = run_rows.find(tx, run.team_id, run.id)
        operation, _ = _recorded(tx, row)
        if run.sent and not operation.startswith("GET "):
            self._rows.add(tx, OpenOutcome(run.team_id, run.id))
            self.ask(tx, run.team_id, run.id)

    def ask(self, tx: Transaction, team_id: str, run_id: str) -> None:
        """Ask the admins how a run was, once."""
        row = run_rows.search(tx, team_id, run_id)
        if not self._rows.give_up(tx, team_id, run_id) or row is None:
            return
        run = run_rows.unreadable_of(row)
        _, digest = _recorded(tx, row)
        self._outbox.put(
            tx,
            team_id=team_id,
            about=f"run:{run_id}:outcome",
            place=run.place,
            user_id=run.actor_id,
            content=cards.unreadable_question(
                run_id,
                idempotency_key=row.idempotency_key,
                sent_at=row.first_sent_at,
                asker_id=run.actor_id,
                admins=self._workspaces.read(tx, team_id).admins,
                token=self._tokens.sign("outcome", {"run": run_id, "digest": digest}),
                style=self._style,
            ),
            thread_of=card_of(run.approval_id) if run.approval_id else f"run:{run_id}",
        )

    def settle(self, tx: Transaction, team_id: str, run_id: str, person: Person, *, happened: bool) -> Message | None:
        """Take an admin's word for it; what somebody is told alone whose word counts for nothing."""
        run_rows.hold_approval(tx, team_id, run_id)
        settings = self._workspaces.read(tx, team_id, hold=True)
        if not settings.is_admin(person.user_id):
            return cards.may_not_say("admin", settings.holders("admin", None))
        said = Said(person.user_id, happened, tx.now)
        row = run_rows.find(tx, team_id, run_id)
        state: RunState = "succeeded" if happened else "failed"
        if not self._rows.say(tx, OpenOutcome(team_id, run_id), said) or not run_rows.find_out(
            tx, team_id, run_id, state
        ):
            return cards.denied("It is known by now. Nothing was recorded.")
        if not happened:
            movements.release(tx, team_id, row.call_id)
        self._note(tx, row, said)
        alone = self._follow(tx, row, said)
        self._outbox.amend(
            tx, team_id=team_id, about=f"run:{run_id}:outcome", content=cards.unreadable_said(said, self._style)
        )
        if alone:
            self._announcer.unreadable(tx, run_rows.unreadable_of(row), said)
        return None

    def _follow(self, tx: Transaction, row: Row[Any], said: Said) -> bool:
        """Let the approval follow; whether its card, or the run's head, is about this run alone."""
        if row.approval_id is None:
            return True
        states = run_rows.states_of(tx, row.team_id, row.approval_id)
        if not OPEN.intersection(states):
            self._approvals.find_out_unread(tx, row.team_id, row.approval_id, said, failed="failed" in states)
        return len(states) == 1

    def _note(self, tx: Transaction, row: Row[Any], said: Said) -> None:
        operation, digest = _recorded(tx, row)
        audit.append(
            tx,
            team_id=row.team_id,
            actor_id=said.user_id,
            event="outcome said",
            subject=f"run:{row.id}",
            facts={
                "operation": operation,
                "digest": digest,
                "happened": said.happened,
                "stripe showed": "nothing",
                "error": "unreadable",
            },
        )


def _recorded(tx: Transaction, row: Row[Any]) -> tuple[str, str]:
    """The operation and the digest of a run's call as its row says, which nothing vouches for."""
    wanted = select(calls.c.operation, calls.c.digest).where(calls.c.team_id == row.team_id, calls.c.id == row.call_id)
    found = tx.connection.execute(wanted).one()
    return found.operation, found.digest
