"""Runs: the one door through which requests leave for Stripe.

A run is recorded, with its idempotency key, before anything is sent; then one process claims it, sends it and records
the outcome. States: ``recorded`` → ``executing`` → ``succeeded`` | ``failed`` | ``unknown``; an unknown outcome goes
back to ``executing`` while sending the same key again can still settle it, and becomes ``succeeded`` | ``failed`` by
a person's word when it can't (:mod:`bot.finding_out`). ``next_at`` tells when any process may take
a run on: shortly after recording, when the holder's lease ends, or when a retry is due. The fence grows with each
claim, so a holder that lost its lease changes nothing. Whatever dies in between is found by :meth:`Runs.due`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot import audit, movements
from bot import run_rows as rows
from bot.approval import Approval, Mandate, Seen
from bot.approvals import Approvals
from bot.bulk.carrying import Carrying
from bot.calls import Calls, UnreadableCallError
from bot.clearance import NOT_SENT, Clearance, not_sent
from bot.domain import FrozenCall, Person, Place, Run, RunState
from bot.errors import StoreError
from bot.keys.store import KeyStore
from bot.people import People
from bot.run_ends import Following, Outdated, Settled, Unreadable, outdated
from bot.sending import Sending
from bot.slack_errors import SlackError
from bot.store.engine import Store, Transaction
from operations.looks import Snapshot
from operations.outcome import Failed, Outcome, Succeeded, Unknown

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=10)
"""How long a recorded run is left to the process that recorded it."""
LEASE = timedelta(seconds=30)
"""How long a claim holds without a heartbeat; renewed at a third of it."""
PAUSES = tuple(timedelta(seconds=each) for each in (5, 15, 30, 60, 120, 300, 600, 1800))
"""Pauses between attempts to settle an unknown outcome; the last one repeats until the window closes."""
PUT_OFF = timedelta(minutes=1)
"""How long a run that can't even be claimed waits, so that it doesn't keep others from their turn."""
LOOK_PAUSE = timedelta(seconds=30)
"""How long an approved run waits where Stripe could not be asked whether things still stand as they were signed."""

KEY_EXPIRED = "api_key_expired"
"""Stripe's code for a key that was rolled or has ended; it never works again."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A run that this process holds."""

    run: Run
    refusal: Outcome | None = None
    """Why it must not be sent (again)."""
    before: Snapshot | None = None
    """What was seen when it was asked for, where that is to be looked at again before it is sent for the first time."""
    outdated: Outdated | None = None


class Runs:
    """The runs of all workspaces.

    ``announce`` and ``announce_unreadable`` write what people are told, in the transaction that ends a run. Where
    ``announce`` records what this one leads to, it returns how that is carried out, which is done next. ``see`` looks
    again at what an approved call is about, by runs of its own. ``hand_over`` shows whoever asked what was made for
    them alone, and says whether it could. ``begin`` sees to it that the next call of a list is carried out, or leaves
    it to whoever finds it due.
    """

    def __init__(
        self,
        *,
        store: Store,
        calls: Calls,
        approvals: Approvals,
        keys: KeyStore,
        sending: Sending,
        people: People,
        clearance: Clearance,
        carrying: Carrying,
        see: Callable[[Run], Awaitable[Seen]],
        hand_over: Callable[[Run, Outcome], Awaitable[bool | None]],
        begin: Callable[[Coroutine[Any, Any, object]], None],
        ids: Callable[[], str],
        holder: str,
        announce: Callable[[Transaction, Settled], Following | None],
        announce_unreadable: Callable[[Transaction, Unreadable], None],
        told: Callable[[], None],
    ) -> None:
        self._store = store
        self._calls = calls
        self._approvals = approvals
        self._keys = keys
        self._people = people
        self._clearance = clearance
        self._carrying = carrying
        self._see = see
        self._hand_over = hand_over
        self._begin = begin
        self._sending = sending
        self._ids = ids
        self._holder = holder
        self._announce = announce
        self._announce_unreadable = announce_unreadable
        self._told = told

    def record(
        self,
        tx: Transaction,
        *,
        frozen: FrozenCall,
        actor_id: str,
        place: Place,
        rule: str,
        approval_id: str | None = None,
        position: int = 0,
        waits: bool = False,
    ) -> Run:
        """Write down that a call is to be carried out, with the key that every send of it will use.

        ``waits``: it is nobody's turn to carry it out yet.

        The key is that of the frozen call: should a backup bring back the time before this record, the same call goes
        out under the same key again.
        """
        run_id = self._ids()
        run = Run(
            team_id=frozen.account.team_id,
            id=run_id,
            frozen=frozen,
            actor_id=actor_id,
            place=place,
            rule=rule,
            idempotency_key=f"countersign-{frozen.id}",
            state="recorded",
            attempts=0,
            fence=0,
            created_at=tx.now,
            approval_id=approval_id,
            position=position,
        )
        rows.insert_recorded(tx, run, next_at=None if waits else tx.now + GRACE)
        alone = {"personal data": "shown to the actor alone"} if run.alone else {}
        facts = {"idempotency_key": run.idempotency_key, "rule": rule, **alone}
        self._note(tx, run, actor_id, "run recorded", facts)
        return run

    def record_approved(self, tx: Transaction, approval: Approval) -> Run:
        """Write down that what was approved is to be carried out, one call after the other; the first call's run."""
        recorded = [
            self.record(
                tx,
                frozen=item.frozen,
                actor_id=approval.requester_id,
                place=approval.place,
                rule=approval.rule,
                approval_id=approval.id,
                position=position,
                waits=position > 0,
            )
            for position, item in enumerate(approval.items)
        ]
        return recorded[0]

    async def carry_out(self, team_id: str, run_id: str, *, fresh: bool = True) -> Settled | None:
        """Claim the run, send it, record the outcome. None where another process has it, or it needs no more.

        ``fresh`` is False when a sweep takes it on: then it must be due.
        """
        people = await self._involved(team_id, run_id)
        if people is None:
            return None
        try:
            claimed = await self._store.transaction(lambda tx: self._claim(tx, team_id, run_id, people, fresh=fresh))
        except UnreadableCallError as error:
            logger.error("run %s is ended: %s", run_id, error)  # noqa: TRY400 — the sentence says all
            await self._store.transaction(lambda tx: self._end_unreadable(tx, team_id, run_id, fresh=fresh))
            self._told()
            return None
        if claimed is not None and claimed.before is not None:
            claimed = await self._look_again(claimed, claimed.before, people)
        if claimed is None:
            return None
        outcome, handed = claimed.refusal, None
        if outcome is None:
            async with self._sending.holding(claimed.run, LEASE):
                outcome = await self._sending.send(claimed.run)
                handed = await self._hand_over(claimed.run, outcome)
        finished = await self._store.transaction(lambda tx: self._finish(tx, claimed, outcome, people, handed))
        self._told()
        if finished is None:
            return None
        settled, following = finished
        if following is not None:
            await following()
        return settled

    async def due(self, limit: int = 20) -> Sequence[tuple[str, str]]:
        """Runs, by workspace and id, that are due and that nobody holds: each to be carried on."""
        return await self._store.read(lambda tx: rows.due(tx, limit))

    async def carry_on(self, team_id: str, run_id: str) -> None:
        """Carry on a run that is due. Where that fails, it waits a while, so that others get their turn."""
        try:
            await self.carry_out(team_id, run_id, fresh=False)
        except StoreError:
            raise  # the database's trouble is not this run's
        except Exception:  # whatever it is, it is told by whoever runs this; the others' turn comes first
            await self._store.transaction(lambda tx: rows.put_off(tx, team_id, run_id, tx.now + PUT_OFF))
            raise

    async def take_over(self) -> None:
        """At the start of a process that has the database to itself: what a dead process held is due at once."""
        await self._store.transaction(rows.release_all)

    async def _involved(self, team_id: str, run_id: str) -> Mapping[str, Person] | None:
        """Whom a run involves; None, and it waits a while, where Slack can't be asked.

        As Slack says now where something approved begins, else as it said within the last minute: it is asked for
        neither each read nor each call of a list.
        """
        ids, fresh = await self._store.read(
            lambda tx: (rows.involved(tx, team_id, run_id), rows.begins_approved(tx, team_id, run_id))
        )
        try:
            found = await asyncio.gather(*(self._people.person(team_id, each, fresh=fresh) for each in ids))
        except SlackError as error:
            logger.warning("run %s waits: Slack could not tell who it involves: %s", run_id, error)
            await self._store.transaction(lambda tx: rows.put_off(tx, team_id, run_id, tx.now + PUT_OFF))
            return None
        return {each.user_id: each for each in found}

    def _claim(
        self, tx: Transaction, team_id: str, run_id: str, people: Mapping[str, Person], *, fresh: bool
    ) -> _Claimed | None:
        rows.hold_approval(tx, team_id, run_id)
        if not rows.claim(tx, team_id, run_id, holder=self._holder, lease_until=tx.now + LEASE, fresh=fresh):
            return None
        run = self._load(tx, team_id, run_id)
        mandate = self._mandate(tx, run)
        refusal = self._clearance.refusal(tx, run, people, mandate)
        if refusal is not None:
            return _Claimed(run, refusal)
        if mandate is not None and run.first_sent_at is None and mandate.snapshot is not None:
            return _Claimed(run, before=mandate.snapshot)
        sent = self._mark_sent(tx, run)
        return None if sent is None else _Claimed(sent)

    async def _look_again(self, claimed: _Claimed, before: Snapshot, people: Mapping[str, Person]) -> _Claimed | None:
        """What is to be done with an approved run, now that its target was looked at again."""
        run = claimed.run
        async with self._sending.holding(run, LEASE):
            seen = await self._see(run)
        if seen.passing:
            await self._store.transaction(lambda tx: rows.let_go(tx, run, tx.now + LOOK_PAUSE))
            return None
        stale = outdated(before, seen.snapshot)
        if stale is not None:
            return replace(claimed, refusal=not_sent(stale.why), outdated=stale)
        return await self._store.transaction(lambda tx: self._clear(tx, run, people))

    def _clear(self, tx: Transaction, run: Run, people: Mapping[str, Person]) -> _Claimed | None:
        """Give an approved run leave to be sent, after the look; None where somebody else has claimed it meanwhile."""
        rows.hold_approval(tx, run.team_id, run.id)
        refusal = self._clearance.refusal(tx, run, people, self._mandate(tx, run))
        if refusal is not None:
            return _Claimed(run, refusal)
        sent = self._mark_sent(tx, run)
        return None if sent is None else _Claimed(sent)

    def _end_unreadable(self, tx: Transaction, team_id: str, run_id: str, *, fresh: bool) -> None:
        """End a run whose call can't be read: failed where it was never sent, else unknown and left to a person."""
        rows.hold_approval(tx, team_id, run_id)
        row = rows.end_unreadable(tx, team_id, run_id, fresh=fresh)
        if row is None:
            return
        audit.append(
            tx,
            team_id=team_id,
            actor_id="",
            event=f"run {row.state}",
            subject=f"run:{run_id}",
            facts={"error": "unreadable"},
        )
        sent = row.first_sent_at is not None
        if not sent:
            movements.release(tx, team_id, row.call_id)
        if row.approval_id is not None:
            self._carrying.lose(tx, team_id, row.approval_id, sent=sent)
        self._announce_unreadable(tx, rows.unreadable_of(row))

    def _mark_sent(self, tx: Transaction, run: Run) -> Run | None:
        """From now on the request may have reached Stripe; None where somebody else has claimed the run since."""
        # Whoever has lost the run moves its approval no more.
        if run.first_sent_at is None and not rows.mark_sent(tx, run):
            return None
        if run.approval_id is not None and not self._approvals.begin(tx, run.team_id, run.approval_id):
            raise UnreadableCallError(f"The approval {run.approval_id} does not stand approved.")
        if run.first_sent_at is not None:
            return run
        account = run.frozen.account
        self._note(tx, run, "", "key used", {"account": account.id, "version": account.version})
        return run

    def _finish(
        self,
        tx: Transaction,
        claimed: _Claimed,
        outcome: Outcome,
        people: Mapping[str, Person],
        handed: bool | None,
    ) -> tuple[Settled, Following | None] | None:
        run = claimed.run
        rows.hold_approval(tx, run.team_id, run.id)
        state, next_at = _state_of(run, outcome, tx.now)
        error = outcome.error if isinstance(outcome, Failed | Unknown) else None
        settled_now = rows.settle(
            tx,
            run,
            state=state,
            next_at=next_at,
            request_id=outcome.request_id,
            http_status=outcome.status if isinstance(outcome, Succeeded) else (error.status if error else None),
            error_code=(error.code or error.type)[:80] if error else None,
        )
        if not settled_now:
            logger.warning("run %s was settled by another process; this answer changes nothing", run.id)
            return None
        stale = claimed.outdated
        if stale is None and run.approval_id and isinstance(outcome, Failed) and outcome.error.type == NOT_SENT:
            stale = Outdated(outcome.error.message)
        settled = Settled(replace(run, state=state), outcome, people[run.actor_id], stale, handed)
        facts = {"request_id": outcome.request_id, "error": (error.code or error.type) if error else None}
        self._note(tx, settled.run, "", f"run {state}", facts)
        if error is not None and error.code == KEY_EXPIRED:
            self._keys.mark_dead(tx, run.frozen.account)
        next_id = self._carrying.follow(tx, settled, turn_until=tx.now + GRACE)
        if state == "failed":
            movements.release(tx, run.team_id, run.frozen.id)
        led_to = self._announce(tx, settled)
        return settled, led_to if next_id is None else self._beginning(run.team_id, next_id, led_to)

    def _beginning(self, team_id: str, run_id: str, led_to: Following | None) -> Following:
        """How the next call of a list is begun, which has its turn now, whatever the one before it led to besides."""

        async def begin() -> None:
            self._begin(self.carry_out(team_id, run_id))
            if led_to is not None:
                await led_to()

        return begin

    def _mandate(self, tx: Transaction, run: Run) -> Mandate | None:
        """What was signed of it, if it was approved; read anew each time. Raises UnreadableCallError."""
        if run.approval_id is None:
            return None
        return self._approvals.mandate(tx, run.team_id, run.approval_id, run.position)

    def _load(self, tx: Transaction, team_id: str, run_id: str) -> Run:
        row = rows.find(tx, team_id, run_id)
        return rows.run_of(row, self._calls.load(tx, team_id, row.call_id))

    def _note(self, tx: Transaction, run: Run, actor_id: str, event: str, facts: Mapping[str, object]) -> None:
        audit.append(
            tx,
            team_id=run.team_id,
            actor_id=actor_id,
            event=event,
            subject=f"run:{run.id}",
            facts={
                "operation": run.frozen.call.operation.key,
                "livemode": run.frozen.account.livemode,
                "digest": run.frozen.digest,
                **facts,
            },
        )


def _state_of(run: Run, outcome: Outcome, now: datetime) -> tuple[RunState, datetime | None]:
    match outcome:
        case Succeeded():
            return "succeeded", None
        case Failed():
            return "failed", None
        case Unknown(retry=True):
            return "unknown", now + PAUSES[min(run.attempts, len(PAUSES)) - 1]
        case _:
            return "unknown", None
