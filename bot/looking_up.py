"""Looking up what a command is about, before anybody is asked for it: the read, and going on with its answer.

The read is a recorded run like any other, so whatever dies in between is carried on, and it is settled once. What it
leads to is recorded in the transaction that settles it: a refusal that the asker alone is told, an approval, or another
run. Nothing is announced of the read itself.
"""

from bot import cards
from bot.blocks import EphemeralMessage, Message
from bot.calls import Calls
from bot.cards import Offer
from bot.choosing import as_itself
from bot.domain import Account, Run
from bot.helping import whole_offers
from bot.look_rows import Look
from bot.outbox import Outbox
from bot.policy import Undecided
from bot.policy.asking import facts_of
from bot.run_ends import Settled
from bot.runs import Runs
from bot.store.engine import Transaction
from bot.submitting import Asking, NotTaken, Submitting
from bot.workspaces import Workspaces, lacks_role
from operations.forms import Filled, partly
from operations.outcome import Succeeded
from operations.problem import Problem
from operations.registry import Registry
from operations.risk import assess
from operations.shortcuts import Lookup, go_on

LOOKUP_RULE = "looking up what a command is about"
"""The rule of such a run: its answer is nobody's result, but what a command goes on with."""


class LookingUp:
    """Records the reads that commands need first, and goes on with the commands."""

    def __init__(
        self,
        *,
        registry: Registry,
        workspaces: Workspaces,
        calls: Calls,
        runs: Runs,
        submitting: Submitting,
        outbox: Outbox,
    ) -> None:
        self._registry = registry
        self._workspaces = workspaces
        self._calls = calls
        self._runs = runs
        self._submitting = submitting
        self._outbox = outbox

    def record(self, tx: Transaction, lookup: Lookup, account: Account, asking: Asking) -> Run | NotTaken:
        """Record the read, which is still to be carried out; the command is sealed with it."""
        settings = self._workspaces.read(tx, account.team_id)
        call = as_itself(lookup.command.call, account)
        risk = assess(call)
        if lacking := lacks_role(settings, asking.person, risk, account, asking.place):
            return NotTaken(cards.lacks_role(lacking))
        facts = facts_of(
            tx, settings, call, account, person=asking.person, place=asking.place, moves=None, looked=True, risk=risk
        )
        ruling = settings.policy.judge(facts)
        if isinstance(ruling, Undecided) or ruling.verdict != "allow":
            why = "" if isinstance(ruling, Undecided) else f", because {ruling.why}"
            return NotTaken(cards.denied(f"Not looked up{why}."))
        frozen = self._calls.freeze(
            tx, call, account, risk, shaping=lookup.shaping, then=lookup.then, supersedes=asking.supersedes
        )
        return self._runs.record(
            tx, frozen=frozen, actor_id=asking.person.user_id, place=asking.place, rule=LOOKUP_RULE
        )

    def settled(self, tx: Transaction, settled: Settled) -> Run | Look | None:
        """Go on with the command, where and by whom it was asked for; what it became, to be carried out."""
        run, frozen, outcome = settled.run, settled.run.frozen, settled.outcome
        if not isinstance(outcome, Succeeded) or isinstance(outcome.data, bytes):
            self._tell(tx, run, cards.not_looked_up(run, outcome, self._form(frozen.then)))
            return None
        command = go_on(frozen.then, outcome.data, self._registry, frozen.shaping)
        if isinstance(command, Problem):
            self._tell(tx, run, cards.problem(command, (*whole_offers(command), *self._form(frozen.then))))
            return None
        asking = Asking(settled.actor, run.place, supersedes=frozen.supersedes)
        taken = self._submitting.submit(tx, command, frozen.account, asking)
        match taken:
            case NotTaken(message):
                self._tell(tx, run, message)
            case Run() | Look():
                return taken
        return None

    def _form(self, then: str) -> tuple[Offer, ...]:
        """The form with all that the command said, so that what was wrong is put right and nothing typed anew."""
        named = isinstance(partly(then, self._registry), Filled)
        return (Offer(cards.FILL_IN_AGAIN, f"form {then}"),) if named else ()

    def _tell(self, tx: Transaction, run: Run, message: Message) -> None:
        self._outbox.put(
            tx,
            team_id=run.team_id,
            about=f"run:{run.id}:told",
            place=run.place.alone,
            user_id=run.actor_id,
            content=EphemeralMessage(message),
            thread_of=None,
        )
