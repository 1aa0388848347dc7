"""What became of each call of a list, kept sealed as it becomes known, so that any process can write the report."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import insert, select

from bot import run_rows
from bot.approval import Approval, Reported
from bot.keys.envelope import Envelope, UnreadableError
from bot.run_ends import Settled
from bot.store.engine import Transaction
from bot.store.tables import bulk_results
from operations.clock import Clock
from operations.members import text_at
from operations.outcome import Failed, Outcome, Succeeded, Unknown

PURPOSE: Final = "bulk result"
TOLD_SECONDS: Final = 3.0
"""How long the card of a running list stays as it is."""
_MOST: Final = 600
"""Characters of Stripe's sentence that are kept."""


class _Kept(msgspec.Struct, frozen=True):
    object_id: str
    why: str


# Made here, once: msgspec 0.22 crashes the process when several threads are the first to decode a type.
_KEPT = msgspec.json.Decoder(_Kept)
_ENCODER = msgspec.json.Encoder()


class Reports:
    """Keeps what calls of lists came to."""

    def __init__(self, *, envelope: Envelope, clock: Clock) -> None:
        self._envelope = envelope
        self._clock = clock
        self._told: dict[str, float] = {}

    def is_time(self, approval_id: str) -> bool:
        """Whether this process has not told for a while how far a list is."""
        now = self._clock.monotonic()
        self._told = {each: at for each, at in self._told.items() if now - at < TOLD_SECONDS}
        if approval_id in self._told:
            return False
        self._told[approval_id] = now
        return True

    def keep(self, tx: Transaction, settled: Settled) -> None:
        """Write down what a call has come to; what was written before is replaced."""
        run = settled.run
        sealed = self._envelope.seal(
            purpose=PURPOSE,
            team_id=run.team_id,
            row_id=run.id,
            context=(),
            plaintext=_ENCODER.encode(_kept(settled.outcome)),
        )
        tx.connection.execute(
            bulk_results.delete().where(bulk_results.c.team_id == run.team_id, bulk_results.c.id == run.id)
        )
        tx.connection.execute(
            insert(bulk_results).values(team_id=run.team_id, id=run.id, sealed=sealed.blob, key_id=sealed.key_id)
        )

    def rows(self, tx: Transaction, approval: Approval) -> Sequence[Reported]:
        """Where each call of an approved list stands, in order."""
        runs = run_rows.of_approval(tx, approval.team_id, approval.id)
        wanted = select(bulk_results).where(
            bulk_results.c.team_id == approval.team_id, bulk_results.c.id.in_([run.id for run in runs])
        )
        kept = {row.id: self._open(row.team_id, row.id, row.sealed) for row in tx.connection.execute(wanted)}
        nothing = _Kept("", "")
        return [
            Reported(
                part,
                run.request_id or "",
                kept.get(run.id, nothing).object_id,
                kept.get(run.id, nothing).why,
            )
            for part, run in zip(approval.parts, runs, strict=True)
        ]

    def _open(self, team_id: str, run_id: str, sealed: bytes) -> _Kept:
        try:
            return _KEPT.decode(
                self._envelope.open(purpose=PURPOSE, team_id=team_id, row_id=run_id, context=(), blob=sealed)
            )
        except (UnreadableError, ValueError):
            return _Kept("", "What is on record of it can't be read.")


def _kept(outcome: Outcome) -> _Kept:
    match outcome:
        case Succeeded(data=data) if not isinstance(data, bytes):
            return _Kept(_writable(text_at(data, "id") or ""), "")
        case Failed(error=error):
            return _Kept("", _writable(error.message))
        case Unknown(waiting_at_stripe=str()):
            return _Kept("", "Stripe itself asks for an approval first.")
        case Unknown(reason=reason):
            return _Kept("", reason)
    return _Kept("", "")


def _writable(text: str) -> str:
    """Text of Stripe's, of a bounded length, without the lone surrogates that UTF-8 has no form for."""
    return text[:_MOST].encode("utf-8", errors="replace").decode()
