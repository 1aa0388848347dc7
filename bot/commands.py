"""What a `/stripe` text leads to: help, a form, a refusal told to the asker alone, an approval, or a run."""

from dataclasses import dataclass
from typing import TypeAlias

from bot import cards
from bot.announcing import Announcer
from bot.approvals import Approvals
from bot.asking import Asking
from bot.blocks import Message
from bot.calls import Calls
from bot.connecting import Connecting
from bot.domain import Account, Approval, Run
from bot.inbound import CommandReceived
from bot.people import People
from bot.policy import Policy
from bot.replies import Asker, Replies
from bot.runs import Runs
from bot.slack_api import SlackError
from bot.store import accounts, deliveries
from bot.store.engine import Store, Transaction
from operations.grammar import Command, parse
from operations.problem import Problem
from operations.registry import Registry
from operations.risk import assess

DIRECT_MESSAGE = "D"
"""How Slack's ids of direct messages begin."""
NOBODY_ELSE = (
    "it needs a second person's approval, and nobody else reads along here. Type it in a channel that I am in."
)


@dataclass(frozen=True, slots=True)
class Repeated:
    """Slack delivered the same thing before; nothing is to be done."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Nothing was recorded; what the asker alone is told."""

    message: Message


Taken: TypeAlias = Run | Approval | NotTaken | Repeated


class Commands:
    """Takes commands from the listeners and, once they are on record, sees them through."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        policy: Policy,
        people: People,
        calls: Calls,
        approvals: Approvals,
        runs: Runs,
        announcer: Announcer,
        replies: Replies,
        asking: Asking,
        connecting: Connecting,
    ) -> None:
        self._store = store
        self._registry = registry
        self._policy = policy
        self._people = people
        self._calls = calls
        self._approvals = approvals
        self._runs = runs
        self._announcer = announcer
        self._replies = replies
        self._asking = asking
        self._connecting = connecting

    async def take(self, received: CommandReceived) -> None:
        """See a typed command through to its answer."""
        asker = Asker.of(received)
        text = received.text.strip()
        match text.lower():
            case "" | "help":
                await self._replies.tell(asker, await self._help(asker))
                return
            case "connect":
                await self._connecting.open(received)
                return
        parsed = parse(text, self._registry)
        if isinstance(parsed, Problem):
            await self._replies.tell(asker, cards.problem(parsed))
        elif parsed.missing:
            await self._asking.open(received, parsed)
        else:
            await self.submit(asker, parsed)

    async def submit(self, asker: Asker, command: Command) -> None:
        """Record a complete command and carry it as far as it may go now."""
        try:
            person = await self._people.person(asker.team_id, asker.user_id)
        except SlackError:
            await self._replies.tell(asker, cards.denied("Not run: Slack could not tell who you are. Try again."))
            return
        if person.barred:
            await self._replies.tell(asker, cards.denied(f"Not run: {person.barred} run Stripe commands here."))
            return
        taken = await self._store.transaction(lambda tx: self._record(tx, asker, command))
        match taken:
            case NotTaken():
                await self._replies.tell(asker, taken.message)
            case Approval():
                self._announcer.wake()
            case Run():
                self._announcer.wake()
                await self._runs.carry_out(taken.team_id, taken.id)

    def _record(self, tx: Transaction, asker: Asker, command: Command) -> Taken:
        if not deliveries.first_time(tx, asker.team_id, asker.key):
            return Repeated()
        account = self._account(tx, asker, command)
        if isinstance(account, Message):
            return NotTaken(account)
        risk = assess(command.call)
        ruling = self._policy.decide(risk, livemode=account.livemode)
        if command.dry_run:
            return NotTaken(cards.preview(command, account, ruling))
        if ruling.verdict == "deny":
            return NotTaken(cards.denied(f"Not run, because {ruling.why}."))
        if ruling.verdict == "approval" and asker.channel_id.startswith(DIRECT_MESSAGE):
            return NotTaken(cards.denied(f"Not asked for: {NOBODY_ELSE}"))
        frozen = self._calls.freeze(tx, command.call, account, risk)
        if ruling.verdict == "approval":
            approval = self._approvals.request(
                tx, frozen=frozen, requester_id=asker.user_id, channel_id=asker.channel_id, rule=ruling.rule
            )
            self._announcer.approval(tx, approval)
            return approval
        run = self._runs.record(
            tx, frozen=frozen, actor_id=asker.user_id, channel_id=asker.channel_id, rule=ruling.rule
        )
        self._announcer.run(tx, run)
        return run

    def _account(self, tx: Transaction, asker: Asker, command: Command) -> Account | Message:
        """The account that the command means, or why there is none."""
        connected = accounts.active(tx, asker.team_id)
        fitting = [each for each in connected if each.livemode == command.live]
        if command.account is not None:
            fitting = [each for each in fitting if each.alias == command.account]
        elif len(fitting) > 1:
            fitting = [each for each in fitting if each.alias == "default"]
        if len(fitting) != 1:
            return cards.no_account(command.account, live=command.live, connected=connected)
        account = fitting[0]
        for named in (command.call.stripe_account, command.call.stripe_context):
            if named is not None and named not in account.linked:
                return cards.denied(
                    f"{named} is not linked to the account {account.alias}. "
                    "An admin lists the connected accounts that may be named with /stripe connect."
                )
        return account

    async def _help(self, asker: Asker) -> Message:
        return cards.help_overview(await self._store.read(lambda tx: accounts.active(tx, asker.team_id)))
