"""What a `/stripe` text leads to: help, a form, a refusal told to the asker alone, an approval, or a run."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot import cards
from bot.announcing import Announcer
from bot.approvals import Approvals
from bot.asking import Asking, for_missing, form_of
from bot.blocks import Message
from bot.calls import Calls
from bot.domain import DIRECT_MESSAGE, Account, Approval, Run
from bot.people import People, Person
from bot.policy import Policy
from bot.replies import Asker, Replies
from bot.runs import Runs
from bot.slack_api import SlackError
from bot.store import accounts, deliveries
from bot.store.engine import Store, Transaction
from operations.clock import Clock
from operations.grammar import Command, parse, render
from operations.problem import Problem
from operations.registry import Registry
from operations.risk import assess
from operations.when import When, moment

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


Room: TypeAlias = Callable[[Asker, str, str | None], Awaitable[bool]]
"""Takes the asker, what follows the word, and a trigger where there is one; False leaves the text to the others."""
Fallback: TypeAlias = Callable[[Asker, str, str | None, When, Problem], Awaitable[Problem | None]]
"""Takes the asker, a text that is no command, a trigger, the moment and why it is none; what is left to be told."""
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
        clock: Clock,
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
        self._clock = clock
        self._rooms: dict[str, Room] = {"": self._help, "help": self._help}
        self._verbatim: set[str] = set()
        self._fallback: Fallback | None = None

    @property
    def rooms(self) -> frozenset[str]:
        """The words that a room is open under."""
        return frozenset(self._rooms)

    async def take(self, asker: Asker, text: str, trigger_id: str | None) -> None:
        """See a text through to its answer, wherever it was typed or which button stands for it.

        ``trigger_id`` is what Slack opens a modal for; None where it gives none.
        """
        text = text.strip()
        word, _, rest = text.partition(" ")
        room = self._rooms.get(word.lower())
        if room is not None and await room(asker, rest.strip(), trigger_id):
            return
        person = await self.person(asker)
        if person is None:
            return
        when = self.when(person)
        parsed = parse(text, self._registry, when)
        if isinstance(parsed, Problem):
            left = await self._fallback(asker, text, trigger_id, when, parsed) if self._fallback else parsed
            if left is not None:
                await self._replies.tell(asker, cards.problem(left))
        elif parsed.missing:
            await self._complete(asker, parsed, trigger_id, when)
        else:
            await self._submit(asker, parsed)

    async def press(self, asker: Asker, text: str, trigger_id: str | None) -> None:
        """See the text of a button through: as if it was typed, or, where it has blanks, by the form that asks for them.

        Whoever presses it asks, so nothing in the text needs to be trusted.
        """
        word = text.strip().partition(" ")[0].lower()
        form = form_of(text, self._registry) if word not in self._verbatim else None
        if form is None:
            await self.take(asker, text, trigger_id)
            return
        person = await self.person(asker)
        if person is not None and not (
            trigger_id and await self._asking.open(asker, trigger_id, form, self.when(person))
        ):
            await self._replies.tell(asker, cards.form_not_opened(form))

    def open_room(self, word: str, room: Room, *, verbatim: bool = False) -> None:
        """Have what begins with this word taken by a room of its own before it is read as a Stripe command.

        ``verbatim``: blanks in what follows are the room's own affair, and no form asks for them.
        """
        self._rooms[word] = room
        if verbatim:
            self._verbatim.add(word)

    def fall_back(self, fallback: Fallback) -> None:
        """Have a text that is no command looked at by another room before its asker is told so."""
        self._fallback = fallback

    async def answer(self, asker: Asker, command: Command) -> None:
        """Go on with a command that a form completed."""
        if await self.person(asker) is not None:
            await self._submit(asker, command)

    async def _complete(self, asker: Asker, command: Command, trigger_id: str | None, when: When) -> None:
        """Ask for what the command lacks; where no form can be shown, say it."""
        form = for_missing(command, render(command))
        if trigger_id is None or not await self._asking.open(asker, trigger_id, form, when):
            await self._replies.tell(asker, cards.missing(command))

    async def _submit(self, asker: Asker, command: Command) -> None:
        """Record a complete command and carry it as far as it may go now."""
        taken = await self._store.transaction(lambda tx: self._record(tx, asker, command))
        match taken:
            case NotTaken():
                await self._replies.tell(asker, taken.message)
            case Approval():
                self._announcer.wake()
            case Run():
                self._announcer.wake()
                await self._runs.carry_out(taken.team_id, taken.id)

    def when(self, person: Person) -> When:
        """Now, where the person is."""
        return When(now=moment(self._clock.now()), zone=person.zone)

    async def person(self, asker: Asker) -> Person | None:
        """Who asks, if they may; else None, and they are told why not."""
        try:
            person = await self._people.person(asker.team_id, asker.user_id)
        except SlackError:
            await self._replies.tell(asker, cards.denied("Not run: Slack could not tell who you are. Try again."))
            return None
        if person.barred:
            await self._replies.tell(asker, cards.denied(f"Not run: {person.barred} run Stripe commands here."))
            return None
        return person

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
        if ruling.verdict == "approval" and asker.place.channel_id.startswith(DIRECT_MESSAGE):
            return NotTaken(cards.denied(f"Not asked for: {NOBODY_ELSE}"))
        frozen = self._calls.freeze(tx, command.call, account, risk, shaping=command.shaping, stated=command.stated)
        if ruling.verdict == "approval":
            approval = self._approvals.request(
                tx, frozen=frozen, requester_id=asker.user_id, place=asker.place, rule=ruling.rule
            )
            self._announcer.approval(tx, approval)
            return approval
        run = self._runs.record(tx, frozen=frozen, actor_id=asker.user_id, place=asker.place, rule=ruling.rule)
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

    async def _help(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        connected = await self._store.read(lambda tx: accounts.active(tx, asker.team_id))
        await self._replies.tell(asker, cards.help_overview(connected))
        return True
