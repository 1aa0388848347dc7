"""Runs: the one door through which requests leave for Stripe.

A run is recorded, with its idempotency key, before anything is sent; then one process claims it, sends it and records
the outcome. States: ``recorded`` → ``executing`` → ``succeeded`` | ``failed`` | ``unknown``; an unknown outcome goes
back to ``executing`` while sending the same key again can still settle it. ``next_at`` tells when any process may take
a run on: shortly after recording, when the holder's lease ends, or when a retry is due. The fence grows with each
claim, so a holder that lost its lease changes nothing. Whatever dies in between is found by :meth:`Runs.due`.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import audit
from bot import run_rows as rows
from bot.approvals import Approvals
from bot.calls import Calls, UnreadableCallError, digest_of
from bot.domain import FrozenCall, Place, Run, RunState
from bot.errors import KeyProblemError, StoreError
from bot.keys.store import KeyStore
from bot.store.engine import Store, Transaction
from bot.workspaces import Workspaces, WorkspaceSettings
from operations.call import Call
from operations.clock import Clock
from operations.encoding import Request
from operations.executor import Executor
from operations.outcome import Failed, Outcome, StripeError, Succeeded, Unknown
from operations.risk import TIERS, assess

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=10)
"""How long a recorded run is left to the process that recorded it."""
LEASE = timedelta(seconds=30)
"""How long a claim holds without a heartbeat; renewed at a third of it."""
WINDOW = timedelta(hours=20)
"""Stripe forgets idempotency keys after 24 hours at the earliest; nothing is sent again this long after its start."""
PAUSES = tuple(timedelta(seconds=each) for each in (5, 15, 30, 60, 120, 300, 600, 1800))
"""Pauses between attempts to settle an unknown outcome; the last one repeats until the window closes."""
ATTEMPTS = 60
PUT_OFF = timedelta(minutes=1)
"""How long a run that can't even be claimed waits, so that it doesn't keep others from their turn."""

KEY_EXPIRED = "api_key_expired"
"""Stripe's code for a key that was rolled or has ended; it never works again."""

_LATE = (
    "It waited for more than 20 hours. If the database has come back from a backup since, it may have been sent "
    "before, so it is not sent now."
)

CONNECT_RULE = "connecting an account"
"""The rule of the run that checks a newly typed key: an admin's act, not a command."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A run whose attempt has ended, with its outcome."""

    run: Run
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A run that has ended because what is on record of its call can't be read. ``sent``: it may have been sent."""

    team_id: str
    id: str
    approval_id: str | None
    actor_id: str
    place: Place
    rule: str
    sent: bool


class Runs:
    """The runs of all workspaces.

    ``announce`` and ``announce_unreadable`` write what people are told, in the transaction that ends a run. Where
    ``announce`` records another run for what this one found out, it returns that one, and it is carried out next.
    """

    def __init__(
        self,
        *,
        store: Store,
        calls: Calls,
        approvals: Approvals,
        keys: KeyStore,
        executor: Executor,
        workspaces: Workspaces,
        clock: Clock,
        ids: Callable[[], str],
        holder: str,
        announce: Callable[[Transaction, Settled], Run | None],
        announce_unreadable: Callable[[Transaction, Unreadable], None],
        told: Callable[[], None],
    ) -> None:
        self._store = store
        self._calls = calls
        self._approvals = approvals
        self._keys = keys
        self._executor = executor
        self._workspaces = workspaces
        self._clock = clock
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
    ) -> Run:
        """Write down that a call is to be carried out, with the key that every send of it will use.

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
        )
        rows.insert_recorded(tx, run, next_at=tx.now + GRACE)
        self._note(tx, run, actor_id, "run recorded", {"idempotency_key": run.idempotency_key, "rule": rule})
        return run

    async def carry_out(self, team_id: str, run_id: str, *, fresh: bool = True) -> Settled | None:
        """Claim the run, send it, record the outcome. None where another process has it, or it needs no more.

        ``fresh`` is False when a sweep takes it on: then it must be due.
        """
        try:
            claimed = await self._store.transaction(lambda tx: self._claim(tx, team_id, run_id, fresh=fresh))
        except UnreadableCallError as error:
            logger.error("run %s is ended: %s", run_id, error)  # noqa: TRY400 — the sentence says all
            await self._store.transaction(lambda tx: self._end_unreadable(tx, team_id, run_id, fresh=fresh))
            self._told()
            return None
        if claimed is None:
            return None
        run, refusal = claimed
        outcome = refusal or await self._send(run)
        finished = await self._store.transaction(lambda tx: self._finish(tx, run, outcome))
        self._told()
        if finished is None:
            return None
        settled, following = finished
        if following is not None:
            await self.carry_out(following.team_id, following.id)
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

    def _claim(self, tx: Transaction, team_id: str, run_id: str, *, fresh: bool) -> tuple[Run, Outcome | None] | None:
        if not rows.claim(tx, team_id, run_id, holder=self._holder, lease_until=tx.now + LEASE, fresh=fresh):
            return None
        run = self._load(tx, team_id, run_id)
        refusal = self._refusal(tx, run)
        if refusal is None:
            run = self._mark_sent(tx, run)
        return run, refusal

    def _end_unreadable(self, tx: Transaction, team_id: str, run_id: str, *, fresh: bool) -> None:
        """End a run whose call can't be read: failed where it was never sent, else unknown and left to a person."""
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
        self._announce_unreadable(
            tx,
            Unreadable(
                team_id=team_id,
                id=run_id,
                approval_id=row.approval_id,
                actor_id=row.actor_id,
                place=Place(row.channel_id, row.thread_ts),
                rule=row.rule,
                sent=sent,
            ),
        )

    def _mark_sent(self, tx: Transaction, run: Run) -> Run:
        if run.first_sent_at is not None:
            return run
        rows.mark_sent(tx, run)
        account = run.frozen.account
        self._note(tx, run, "", "key used", {"account": account.id, "version": account.version})
        return run

    def _refusal(self, tx: Transaction, run: Run) -> Outcome | None:
        """Why the run must not be sent (again), as its outcome; None when all is as it was signed."""
        why = self._not_as_recorded(tx, run)
        if run.first_sent_at is None:
            if run.created_at + WINDOW <= tx.now:
                return Unknown(reason=_LATE, retry=False)
            return Failed(StripeError(type="not_sent", message=why, status=0)) if why else None
        if run.first_sent_at + WINDOW <= tx.now:
            why = "Stripe may have forgotten the first send by now, so it is not repeated."
        elif run.attempts > ATTEMPTS:
            why = "It was tried too often without an answer."
        return Unknown(reason=why, retry=False) if why else None

    def _not_as_recorded(self, tx: Transaction, run: Run) -> str | None:
        frozen = run.frozen
        if digest_of(self._calls.request(frozen.call), frozen.account) != frozen.digest:
            return "The recorded call no longer matches what was signed, so it was not sent."
        if not self._keys.is_current(tx, frozen.account, checking=run.rule == CONNECT_RULE):
            return f"The key of account {frozen.account.alias} was replaced or removed, so it was not sent."
        if run.rule == CONNECT_RULE:
            return None
        risk = assess(frozen.call)
        if TIERS.index(risk.tier) > TIERS.index(frozen.risk.tier):
            return "The call is now rated riskier than when it was asked, so it was not sent. Ask again."
        settings = self._workspaces.read(tx, run.team_id)
        if not settings.may_run(run.actor_id):
            return "Who asked for it may not run commands here any more, so it was not sent."
        ruling = settings.policy.decide(risk, livemode=frozen.account.livemode)
        if ruling.verdict == "deny":
            return f"The policy does not allow it: {ruling.why}."
        return self._unsigned(tx, run, settings, ruling.why) if ruling.verdict == "approval" else None

    def _unsigned(self, tx: Transaction, run: Run, settings: WorkspaceSettings, why: str) -> str | None:
        """Why no signature on the run counts now; None where one does."""
        signers = (
            self._approvals.signers(tx, run.team_id, run.approval_id, run.frozen.digest) if run.approval_id else ()
        )
        if not signers:
            return f"It needs somebody else's approval, because {why}."
        if not any(map(settings.may_approve, signers)):
            return "Who approved it may not approve here any more, so it was not sent. Ask again."
        return None

    async def _send(self, run: Run) -> Outcome:
        heartbeat = asyncio.create_task(self._keep_lease(run), name=f"lease of run {run.id}")
        try:
            key = await self._keys.open(run.frozen.account)
            return await self._executor.perform(
                await self._request(run.frozen.call),
                key=key,
                idempotency_key=run.idempotency_key,
                unsettled=run.first_sent_at is not None,
            )
        except KeyProblemError as problem:
            return _unsendable(run, str(problem))
        finally:
            heartbeat.cancel()

    async def _request(self, call: Call) -> Request:
        if call.operation.encoding != "multipart":
            return self._calls.request(call)
        # A file takes a while to encode, and on the event loop everybody else would wait for it.
        return await asyncio.to_thread(self._calls.request, call)

    async def _keep_lease(self, run: Run) -> None:
        while True:
            await self._clock.sleep(LEASE.total_seconds() / 3)
            try:
                await self._store.transaction(lambda tx: rows.renew(tx, run, tx.now + LEASE))
            except StoreError as error:
                logger.warning("the lease of run %s was not renewed: %s", run.id, error)

    def _finish(self, tx: Transaction, run: Run, outcome: Outcome) -> tuple[Settled, Run | None] | None:
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
        settled = Settled(replace(run, state=state), outcome)
        facts = {"request_id": outcome.request_id, "error": (error.code or error.type) if error else None}
        self._note(tx, settled.run, "", f"run {state}", facts)
        if error is not None and error.code == KEY_EXPIRED:
            self._keys.mark_dead(tx, run.frozen.account)
        return settled, self._announce(tx, settled)

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


def _unsendable(run: Run, why: str) -> Outcome:
    if run.first_sent_at is None:
        return Failed(StripeError(type="not_sent", message=why, status=0))
    return Unknown(reason=why, retry=False)


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
