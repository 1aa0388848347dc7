"""What becomes of an approval as its calls are carried out; of a list, whose turn is next and when the rest is dropped.

Each step is part of the transaction that ends a run, or that stops a list.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot import movements
from bot import run_rows as rows
from bot.approval import Approval
from bot.approvals import Approvals, Ended
from bot.bulk.turns import step
from bot.domain import RunState
from bot.run_ends import Settled
from bot.store.engine import Transaction

_ENDED: Final[Mapping[RunState, Ended]] = MappingProxyType(
    {"succeeded": "succeeded", "failed": "failed", "unknown": "unknown"}
)


class Carrying:
    """Moves approvals after their runs."""

    def __init__(self, *, approvals: Approvals) -> None:
        self._approvals = approvals

    def follow(self, tx: Transaction, settled: Settled, *, turn_until: datetime) -> str | None:
        """Let the approval of a run, which is held, follow where it came to; the id of the run whose turn it is then.

        None for no run's. Until ``turn_until`` that one is left to the process that was told of it.
        """
        run = settled.run
        if run.approval_id is None:
            return None
        bulk = self._approvals.bulk(tx, run.team_id, run.approval_id)
        if bulk is not None:
            return self._go_on(tx, run.team_id, run.approval_id, go_on=bulk.go_on, turn_until=turn_until)
        outdated = settled.outdated
        if outdated is None:
            self._approvals.settle(tx, run.team_id, run.approval_id, _ENDED[run.state])
            return None
        approval = self._approvals.load(tx, run.team_id, run.approval_id)
        if approval is not None:
            self._approvals.outdate(tx, approval, why_not=outdated.why, differences=outdated.differences)
        return None

    def stop(self, tx: Transaction, approval: Approval) -> int:
        """Carry out no more of a list than was begun; how many of its calls will not be sent. The approval is held."""
        stopped = self._drop(tx, approval.team_id, approval.id)
        if stopped:
            self._settle(tx, approval.team_id, approval.id)
        return stopped

    def lose(self, tx: Transaction, team_id: str, approval_id: str, *, sent: bool) -> None:
        """End an approval with its call that can't be read; of a list, with what the others have come to."""
        if len(rows.parts(tx, team_id, approval_id)) == 1:
            self._approvals.lose(tx, team_id, approval_id, sent=sent)
            return
        self._drop(tx, team_id, approval_id)
        self._settle(tx, team_id, approval_id)

    def _go_on(
        self, tx: Transaction, team_id: str, approval_id: str, *, go_on: bool, turn_until: datetime
    ) -> str | None:
        """Give the next call of a list its turn, or end the list."""
        standing = rows.standing(tx, team_id, approval_id)
        follows = step([part for _, part in standing], go_on=go_on)
        if follows.stops:
            self._drop(tx, team_id, approval_id)
        if follows.state is not None:
            self._approvals.settle(tx, team_id, approval_id, follows.state)
        if follows.next is None:
            return None
        run_id, _ = standing[follows.next]
        rows.take_turn(tx, team_id, run_id, turn_until)
        return run_id

    def _settle(self, tx: Transaction, team_id: str, approval_id: str) -> None:
        """End a list of which nothing more is begun, once nothing of it is on its way."""
        ended = step(rows.parts(tx, team_id, approval_id), go_on=False)
        if ended.state is not None:
            self._approvals.settle(tx, team_id, approval_id, ended.state)

    def _drop(self, tx: Transaction, team_id: str, approval_id: str) -> int:
        """Have nothing sent any more that was not begun; how many calls that were."""
        call_ids = rows.stop(tx, team_id, approval_id)
        for call_id in call_ids:
            movements.release(tx, team_id, call_id)
        return len(call_ids)
