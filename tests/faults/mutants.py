"""Defences taken away, one each, to show that the judge would notice. ``patch`` is pytest's ``monkeypatch.setattr``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, select, update

from bot import run_rows
from bot.announcing import Announcer
from bot.approval import Approval
from bot.approval_rows import ApprovalRows
from bot.approvals import Approvals
from bot.bulk import turns
from bot.domain import ApprovalState, Run
from bot.store.engine import Transaction
from bot.store.tables import approvals, runs
from operations.executor import Executor
from operations.retries import TABLE

Patch = Callable[[str, object], None]


def new_key_per_attempt(patch: Patch) -> None:
    """Each time a run is taken up it goes out under another idempotency key."""
    perform, numbers = Executor.perform, count()

    async def mutated(self: Executor, *args: Any, idempotency_key: str, **kwargs: Any) -> Any:
        return await perform(self, *args, idempotency_key=f"{idempotency_key}-{next(numbers)}", **kwargs)

    patch("operations.executor.Executor.perform", mutated)


def executing_is_never_claimed_again(patch: Patch) -> None:
    """What a dead process was at stays as it is."""
    find = run_rows.due

    def mutated(tx: Transaction, limit: int) -> Sequence[tuple[str, str]]:
        dead = set(tx.connection.execute(select(runs.c.id).where(runs.c.state == "executing")).scalars())
        return [(team_id, run_id) for team_id, run_id in find(tx, limit) if run_id not in dead]

    patch("bot.run_rows.due", mutated)


def lost_is_failed(patch: Patch) -> None:
    """A lost answer is taken for a refusal."""
    mutated = {**TABLE, "lost": replace(TABLE["lost"], effect="no", again="never")}
    patch("operations.retries.TABLE", mutated)
    patch("operations.executor.TABLE", mutated)


def no_fence(patch: Patch) -> None:
    """Whoever comes back from a sleep writes over what another process has found out."""

    def mutated(run: Run) -> tuple[ColumnElement[bool], ...]:
        return runs.c.team_id == run.team_id, runs.c.id == run.id

    patch("bot.run_rows._held", mutated)


def no_compare_and_set(patch: Patch) -> None:
    """A decision looks first and writes then."""

    def moved(tx: Transaction, team_id: str, approval_id: str, _: object, to: ApprovalState, **values: object) -> bool:
        same = (approvals.c.team_id == team_id, approvals.c.id == approval_id)
        tx.connection.execute(update(approvals).where(*same).values(state=to, **values))
        return True

    load = ApprovalRows.load

    def loaded(rows: ApprovalRows, tx: Transaction, team_id: str, approval_id: str, **_: bool) -> Approval | None:
        return load(rows, tx, team_id, approval_id)

    patch("bot.approval_rows.move", moved)
    patch("bot.approvals.move", moved)
    patch("bot.approval_rows.ApprovalRows.load", loaded)


def deliveries_are_forgotten(patch: Patch) -> None:
    """What Slack delivers again is taken for new."""
    patch("bot.store.deliveries.first_time", lambda *_: True)


def nothing_is_announced(patch: Patch) -> None:
    """What a run came to is recorded and not said."""
    patch("bot.announcing.Announcer.settled", _silent)


def superseded_still_waits(patch: Patch) -> None:
    """What somebody changed can be signed beside what they changed it into."""

    def mutated(_: Approvals, __: Transaction, approval: Approval, by: Approval) -> Approval:
        return replace(approval, state="superseded", superseded_by=by.id)

    patch("bot.approvals.Approvals.supersede", mutated)


def lists_never_stop(patch: Patch) -> None:
    """After a failure the rest of a list is sent, whatever was asked for."""
    follows = turns.step
    patch("bot.bulk.carrying.step", lambda parts, **_: follows(parts, go_on=True))


def the_next_turn_is_forgotten(patch: Patch) -> None:
    """That it is the next line's turn stands nowhere."""
    patch("bot.run_rows.take_turn", lambda *_: True)


def _silent(_: Announcer, *__: object) -> None:
    pass


MUTANTS: Mapping[str, Callable[[Patch], None]] = {
    mutant.__name__: mutant
    for mutant in (
        new_key_per_attempt,
        executing_is_never_claimed_again,
        lost_is_failed,
        no_fence,
        no_compare_and_set,
        deliveries_are_forgotten,
        nothing_is_announced,
        superseded_still_waits,
        lists_never_stop,
        the_next_turn_is_forgotten,
    )
}
