"""The rows of runs that have ended with their outcome unknown: what Stripe shows of each, and what somebody said.

While ``next_at`` is set, Stripe is still to be looked at; after that people are asked, until one of them has said it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, Update, select, update

from bot.approval import Said
from bot.calls import UnreadableCallError
from bot.keys.envelope import Envelope, UnreadableError
from bot.store.engine import Transaction
from bot.store.tables import open_outcomes
from operations.looks import Evidence

PURPOSE = "outcome"
LEASE = timedelta(seconds=120)
"""How long a process may look before another takes it on; longer than a call may take."""


@dataclass(frozen=True, slots=True)
class OpenOutcome:
    """What is known of a run whose outcome nobody knew when it ended."""

    team_id: str
    run_id: str
    waiting_at_stripe: str = ""
    """The page where Stripe's own approval waits, if that is why."""
    evidence: Evidence | None = None
    """What Stripe shows; None before it was looked at, and where it waits there."""
    asked: bool = False
    attempts: int = 0
    said: Said | None = None


class _Kept(msgspec.Struct, frozen=True):
    waiting_at_stripe: str
    evidence: Evidence | None


# Made here, once: msgspec 0.22 crashes the process when several threads are the first to decode a type.
_KEPT = msgspec.json.Decoder(_Kept)
_ENCODER = msgspec.json.Encoder()


class OpenOutcomes:
    """Writes and reads them, each step a compare-and-set."""

    def __init__(self, *, envelope: Envelope) -> None:
        self._envelope = envelope

    def add(self, tx: Transaction, outcome: OpenOutcome) -> bool:
        """Write it down; for the length of the lease it is left to the process that does. False where it stands."""
        row = {
            "team_id": outcome.team_id,
            "id": outcome.run_id,
            "next_at": tx.now + LEASE,
            "attempts": 0,
            "created_at": tx.now,
        }
        return tx.insert_once(open_outcomes, {**row, **self._seal(outcome)})

    def load(self, tx: Transaction, team_id: str, run_id: str, *, hold: bool = False) -> OpenOutcome | None:
        """That of a run, or None. ``hold``: nobody else says anything of it meanwhile. Raises UnreadableCallError."""
        wanted = select(open_outcomes).where(open_outcomes.c.team_id == team_id, open_outcomes.c.id == run_id)
        row = tx.connection.execute(wanted.with_for_update() if hold else wanted).one_or_none()
        return None if row is None else self._read(row)

    def claim_due(self, tx: Transaction, limit: int) -> Sequence[tuple[str, str]]:
        """Those still to be looked at whose time has come, each left to this process for the length of the lease."""
        due = tx.connection.execute(
            select(open_outcomes.c.team_id, open_outcomes.c.id, open_outcomes.c.next_at)
            .where(open_outcomes.c.next_at <= tx.now)
            .order_by(open_outcomes.c.next_at)
            .limit(limit)
        ).all()
        return [
            (row.team_id, row.id)
            for row in due
            if self._move(tx, row.team_id, row.id, open_outcomes.c.next_at == row.next_at, next_at=tx.now + LEASE)
        ]

    def put_off(self, tx: Transaction, outcome: OpenOutcome, pause: timedelta) -> None:
        """A look has told nothing; the next one comes after the pause."""
        unasked = open_outcomes.c.next_at.is_not(None)
        values = {"next_at": tx.now + pause, "attempts": open_outcomes.c.attempts + 1}
        self._move(tx, outcome.team_id, outcome.run_id, unasked, **values)

    def ask(self, tx: Transaction, outcome: OpenOutcome) -> bool:
        """People are asked from now on; False where they are already."""
        unasked = open_outcomes.c.next_at.is_not(None)
        return self._move(tx, outcome.team_id, outcome.run_id, unasked, next_at=None, **self._seal(outcome))

    def give_up(self, tx: Transaction, team_id: str, run_id: str) -> bool:
        """Nobody can be asked, since what is on record can't be read; False where that was done already."""
        return self._move(tx, team_id, run_id, open_outcomes.c.next_at.is_not(None), next_at=None)

    def say(self, tx: Transaction, outcome: OpenOutcome, said: Said) -> bool:
        """Write down what somebody said, if nobody has before."""
        values = {"happened": said.happened, "said_by": said.user_id, "said_at": said.said_at}
        return self._move(tx, outcome.team_id, outcome.run_id, open_outcomes.c.said_by.is_(None), **values)

    def release_all(self, tx: Transaction) -> None:
        """Make every look due at once: at the start of a process that has the database to itself."""
        waiting = (open_outcomes.c.team_id.is_not(None), open_outcomes.c.next_at.is_not(None))
        tx.connection.execute(update(open_outcomes).where(*waiting).values(next_at=tx.now))

    def _move(self, tx: Transaction, team_id: str, run_id: str, condition: Any, **values: object) -> bool:
        return tx.connection.execute(_of(team_id, run_id).where(condition).values(**values)).rowcount == 1

    def _seal(self, outcome: OpenOutcome) -> dict[str, Any]:
        sealed = self._envelope.seal(
            purpose=PURPOSE,
            team_id=outcome.team_id,
            row_id=outcome.run_id,
            context=(),
            plaintext=_ENCODER.encode(_Kept(outcome.waiting_at_stripe, outcome.evidence)),
        )
        return {"sealed": sealed.blob, "key_id": sealed.key_id}

    def _read(self, row: Row[Any]) -> OpenOutcome:
        try:
            kept = _KEPT.decode(
                self._envelope.open(purpose=PURPOSE, team_id=row.team_id, row_id=row.id, context=(), blob=row.sealed)
            )
        except (UnreadableError, ValueError) as error:
            raise UnreadableCallError(f"What was seen of run {row.id} can't be read: {error}") from error
        return OpenOutcome(
            team_id=row.team_id,
            run_id=row.id,
            waiting_at_stripe=kept.waiting_at_stripe,
            evidence=kept.evidence,
            asked=row.next_at is None,
            attempts=row.attempts,
            said=Said(row.said_by, row.happened, row.said_at) if row.said_by is not None else None,
        )


def _of(team_id: str, run_id: str) -> Update:
    return update(open_outcomes).where(open_outcomes.c.team_id == team_id, open_outcomes.c.id == run_id)
