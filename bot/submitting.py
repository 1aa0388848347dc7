"""What becomes of a complete command on an account: refused, shown, asked for, or recorded as a run.

The one place where the policy meets a command, wherever it comes from: typed, pressed, filled in, or gone on with after
something was looked up for it.
"""

from dataclasses import dataclass, replace

from bot import cards
from bot.announcing import Announcer
from bot.approvals import Approvals
from bot.blocks import Message
from bot.calls import Calls
from bot.choosing import as_itself
from bot.domain import Account, Approval, Place, Run
from bot.runs import Runs
from bot.store.engine import Transaction
from bot.workspaces import Workspaces
from operations.grammar import Command
from operations.risk import assess

NOBODY_ELSE = (
    "it needs a second person's approval, and nobody else reads along here. Type it in a channel that I am in; "
    "an admin can also choose a channel in App Home where such approvals wait."
)


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Nothing was recorded; what the asker alone is told."""

    message: Message


class Submitting:
    """Takes commands to what the policy says of them."""

    def __init__(
        self, *, workspaces: Workspaces, calls: Calls, approvals: Approvals, runs: Runs, announcer: Announcer
    ) -> None:
        self._workspaces = workspaces
        self._calls = calls
        self._approvals = approvals
        self._runs = runs
        self._announcer = announcer

    def submit(
        self, tx: Transaction, command: Command, account: Account, *, user_id: str, place: Place
    ) -> Run | Approval | NotTaken:
        """Record the command as the policy has it, and what people are told of it. A run is still to be carried out."""
        settings = self._workspaces.read(tx, account.team_id)
        if not settings.may_run(user_id):
            return NotTaken(cards.not_an_operator(settings.admins))
        command = replace(command, call=as_itself(command.call, account))
        risk = assess(command.call)
        ruling = settings.policy.decide(risk, livemode=account.livemode)
        if command.dry_run:
            return NotTaken(cards.preview(command, account, ruling))
        if ruling.verdict == "deny":
            return NotTaken(cards.denied(f"Not run, because {ruling.why}."))
        waits_at = settings.waits_at(place)
        if ruling.verdict == "approval" and waits_at is None:
            return NotTaken(cards.denied(f"Not asked for: {NOBODY_ELSE}"))
        frozen = self._calls.freeze(tx, command.call, account, risk, shaping=command.shaping, stated=command.stated)
        if ruling.verdict == "approval" and waits_at is not None:
            approval = self._approvals.request(
                tx, frozen=frozen, requester_id=user_id, place=waits_at, rule=ruling.rule
            )
            self._announcer.approval(tx, approval)
            if waits_at != place:
                self._announcer.asked_in_private(tx, approval, place)
            return approval
        run = self._runs.record(tx, frozen=frozen, actor_id=user_id, place=place, rule=ruling.rule)
        self._announcer.run(tx, run)
        return run
