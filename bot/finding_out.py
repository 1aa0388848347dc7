"""Finding out what became of a run that ended with its outcome unknown and can't be sent again.

Stripe is looked at first: by reads that are recorded runs like any other. What it shows is told in the thread, and
people are asked to say how it was. That is the one way by which ``unknown`` becomes ``succeeded`` or ``failed`` without
an answer of Stripe's, and nothing is ever sent again for it. A process that dies while it looks leaves that to any
other; what is asked and what is said stand in the outbox with the state that they tell of.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot import audit, cards, movements, run_rows
from bot.announcing import Announcer
from bot.approval import Approval, Said
from bot.approvals import Approvals
from bot.blocks import Message
from bot.calls import Calls, UnreadableCallError
from bot.domain import Person, Run
from bot.inbound import Click
from bot.looking import Looking
from bot.open_outcomes import OpenOutcome, OpenOutcomes
from bot.outbox import Outbox
from bot.people import People
from bot.quorum import fits
from bot.reaching.notes import card_of
from bot.replies import Asker, Replies
from bot.roles import Role
from bot.run_ends import Following, Settled
from bot.store import deliveries
from bot.store.engine import Store, Transaction
from bot.text import Style
from bot.tokens import Tokens
from bot.unreadable import OPEN, UnreadableRuns
from bot.workspaces import Workspaces, WorkspaceSettings
from operations.looks import Evidence, Snapshot, evidence, traces
from operations.outcome import Unknown
from operations.registry import Registry

logger = logging.getLogger(__name__)

MOST_LOOKS: Final = 5
"""How often Stripe is looked at where it doesn't answer; then people are asked all the same."""
PAUSE: Final = timedelta(minutes=1)
"""Between two of those."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A run whose outcome is open, with all that a person who may settle it is told."""

    outcome: OpenOutcome
    run: Run
    approval: Approval | None

    @property
    def role(self) -> Role:
        """What it takes to say how it was."""
        return "operator" if self.approval is None else "approver"

    @property
    def before(self) -> Snapshot | None:
        """What was seen when it was asked for."""
        return self.approval.items[self.run.position].snapshot if self.approval is not None else None

    @property
    def shown(self) -> cards.Open:
        """What people are told of it."""
        return cards.Open(self.run.frozen, self.before, self.outcome.evidence, self.outcome.waiting_at_stripe)


class FindingOut:
    """Looks at Stripe for runs that ended unknown, asks people, and takes what they say."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        calls: Calls,
        approvals: Approvals,
        looking: Looking,
        rows: OpenOutcomes,
        unreadable: UnreadableRuns,
        workspaces: Workspaces,
        people: People,
        announcer: Announcer,
        outbox: Outbox,
        tokens: Tokens,
        replies: Replies,
        told: Callable[[], None],
        style: Style,
    ) -> None:
        self._store = store
        self._registry = registry
        self._calls = calls
        self._approvals = approvals
        self._looking = looking
        self._rows = rows
        self._unreadable = unreadable
        self._workspaces = workspaces
        self._people = people
        self._announcer = announcer
        self._outbox = outbox
        self._tokens = tokens
        self._replies = replies
        self._told = told
        self._style: Style = style

    def begin(self, tx: Transaction, settled: Settled) -> Following | None:
        """Write down that a run which has just ended is to be found out about; how that is done, if it is one."""
        run, outcome = settled.run, settled.outcome
        if not isinstance(outcome, Unknown) or outcome.retry or run.frozen.call.operation.method == "GET":
            return None
        self._rows.add(tx, OpenOutcome(run.team_id, run.id, outcome.waiting_at_stripe or ""))
        return lambda: self.carry_out(run.team_id, run.id)

    async def due(self, limit: int = 20) -> list[tuple[str, str]]:
        """Runs, by workspace and id, for which Stripe is to be looked at, each taken on for a while."""
        return list(await self._store.transaction(lambda tx: self._rows.claim_due(tx, limit)))

    async def take_over(self) -> None:
        """At the start of a process that has the database to itself: what a dead process was at is due at once."""
        await self._store.transaction(self._rows.release_all)

    async def carry_out(self, team_id: str, run_id: str) -> None:
        """Look at Stripe, tell what it shows, and ask people how it was."""
        try:
            question = await self._store.read(lambda tx: self._load(tx, team_id, run_id))
        except UnreadableCallError as error:
            logger.error("run %s can't be looked for: %s", run_id, error)  # noqa: TRY400 — the sentence says all
            await self._store.transaction(lambda tx: self._unreadable.ask(tx, team_id, run_id))
            self._told()
            return
        if question is None or question.outcome.asked:
            return
        outcome = question.outcome
        if not outcome.waiting_at_stripe:
            seen = await self._look(question)
            if seen is None:
                await self._store.transaction(lambda tx: self._rows.put_off(tx, outcome, PAUSE))
                return
            outcome = replace(outcome, evidence=seen)
        await self._store.transaction(lambda tx: self._ask(tx, replace(question, outcome=outcome)))
        self._told()

    async def take(self, click: Click, *, happened: bool) -> None:
        """Take somebody's word: who may give it is asked anew, of Slack and of the workspace's settings."""
        asker = Asker.of(click)
        marked = self._tokens.read("outcome", click.value)
        if marked is None:
            await self._replies.tell(asker, cards.denied("That button is not one of ours. Nothing was recorded."))
            return
        person = await self._people.one_of_us(click.team_id, click.user_id, click.user_team_id, "say how it was")
        if isinstance(person, str):
            await self._replies.tell(asker, cards.denied(f"Nothing was recorded. {person}"))
            return
        refused = await self._store.transaction(
            lambda tx: (
                self._settle(tx, click, marked, person, happened=happened)
                if deliveries.first_time(tx, click.team_id, click.key)
                else None
            )
        )
        if refused is not None:
            await self._replies.tell(asker, refused)
        else:
            self._announcer.wake()

    async def _look(self, question: _Question) -> Evidence | None:
        """What Stripe shows; None where that is to be asked once more."""
        run = question.run
        wanted = traces(run.frozen.call, self._registry)
        answers, passing = (
            await self._looking.read(wanted, run.frozen, user_id=run.actor_id, place=run.place)
            if wanted
            else ({}, False)
        )
        if passing and question.outcome.attempts + 1 < MOST_LOOKS:
            return None
        expected, _ = await self._store.read(lambda tx: movements.known(tx, run.team_id, run.frozen.id))
        return evidence(
            run.frozen.call,
            answers,
            since=int((run.first_sent_at or run.created_at).timestamp()),
            expected=expected,
            before=question.before,
        )

    def _load(self, tx: Transaction, team_id: str, run_id: str, *, hold: bool = False) -> _Question | None:
        """The question about a run, if there is one. Raises UnreadableCallError."""
        row = run_rows.search(tx, team_id, run_id)
        if row is None:
            return None
        # The approval before anything else, as whoever decides on one holds it.
        approval = self._approvals.load(tx, team_id, row.approval_id, hold=hold) if row.approval_id else None
        outcome = self._rows.load(tx, team_id, run_id, hold=hold)
        if outcome is None:
            return None
        return _Question(outcome, run_rows.run_of(row, self._calls.load(tx, team_id, row.call_id)), approval)

    def _ask(self, tx: Transaction, question: _Question) -> None:
        run = question.run
        if not self._rows.ask(tx, question.outcome):
            return
        settings = self._workspaces.read(tx, run.team_id)
        self._outbox.put(
            tx,
            team_id=run.team_id,
            about=_question_of(run.id),
            place=run.place,
            user_id=run.actor_id,
            content=cards.outcome_question(
                question.shown,
                token=self._tokens.sign("outcome", {"run": run.id, "digest": run.frozen.digest}),
                who=settings.holders(question.role, run.frozen.account),
                asker_id=run.actor_id,
                style=self._style,
            ),
            thread_of=card_of(run.approval_id) if run.approval_id else f"run:{run.id}",
        )

    def _settle(
        self, tx: Transaction, click: Click, marked: dict[str, str], person: Person, *, happened: bool
    ) -> Message | None:
        """Take a person's word for it; what they are told alone where it counts for nothing."""
        try:
            question = self._load(tx, click.team_id, marked["run"], hold=True)
        except UnreadableCallError as error:
            logger.error("an admin is to say how run %s was: %s", marked["run"], error)  # noqa: TRY400 — it says all
            return self._unreadable.settle(tx, click.team_id, marked["run"], person, happened=happened)
        if question is None or marked["digest"] != question.run.frozen.digest:
            return cards.denied("That button is about something else. Nothing was recorded.")
        if question.outcome.said is not None:
            return cards.outcome_said_already(question.outcome.said)
        settings = self._workspaces.read(tx, click.team_id, hold=True)
        if not _may(person, question, settings):
            return cards.may_not_say(question.role, settings.holders(question.role, question.run.frozen.account))
        said = Said(person.user_id, happened, tx.now)
        run = replace(question.run, state="succeeded" if happened else "failed")
        if not run_rows.find_out(tx, run.team_id, run.id, run.state) or not self._rows.say(tx, question.outcome, said):
            return cards.denied("It is known by now. Nothing was recorded.")
        if not happened:
            movements.release(tx, run.team_id, run.frozen.id)
        self._note(tx, question, said)
        self._tell(tx, replace(question, run=run), said)
        return None

    def _note(self, tx: Transaction, question: _Question, said: Said) -> None:
        run, seen = question.run, question.outcome.evidence
        audit.append(
            tx,
            team_id=run.team_id,
            actor_id=said.user_id,
            event="outcome said",
            subject=f"run:{run.id}",
            facts={
                "operation": run.frozen.call.operation.key,
                "livemode": run.frozen.account.livemode,
                "digest": run.frozen.digest,
                "happened": said.happened,
                "stripe showed": seen.speaks if seen is not None else "nothing",
            },
        )

    def _tell(self, tx: Transaction, question: _Question, said: Said) -> None:
        """Have the question, the answer above it, and the head or the card say how it was."""
        run, approval = question.run, question.approval
        told = cards.outcome_said(question.shown, said, style=self._style)
        for about in (_question_of(run.id), f"run:{run.id}:0"):
            self._outbox.amend(tx, team_id=run.team_id, about=about, content=told)
        if approval is None:
            head = cards.run_head(run, cards.typed_on(run.frozen), said=said)
            self._outbox.amend(tx, team_id=run.team_id, about=f"run:{run.id}", content=head)
            return
        states = run_rows.states_of(tx, run.team_id, approval.id)
        if not OPEN.intersection(states):
            approval = self._approvals.find_out(tx, approval, said, failed="failed" in states)
        # Anew, since where the calls of a list stand has changed with this.
        stands = self._approvals.load(tx, approval.team_id, approval.id) if approval.bulk is not None else approval
        self._announcer.approval(tx, stands or approval, run)


def _may(person: Person, question: _Question, settings: WorkspaceSettings) -> bool:
    """Whether somebody may say how it was: who may approve there, or else who may run such a thing."""
    approval, run = question.approval, question.run
    account = run.frozen.account
    if approval is None:
        return settings.may(person, question.role, account, run.place)
    stages = (*approval.plan.stages, *((approval.plan.fallback,) if approval.plan.fallback else ()))
    by_plan = any(fits(stage, person, settings, account, approval.place) for stage in stages)
    return by_plan or settings.may(person, question.role, account, approval.place)


def _question_of(run_id: str) -> str:
    """What names the message that asks how a run ended."""
    return f"run:{run_id}:outcome"
