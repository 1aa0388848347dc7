"""What a `/stripe` text leads to: help, a form, a refusal told to the asker alone, an approval, or a run."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot import cards
from bot.announcing import Announcer
from bot.approval import Approval
from bot.asking import Asking, form_of
from bot.choosing import account_for
from bot.domain import Account, Person, Run
from bot.forms.filling import Filling
from bot.helping import offers, whole_offers
from bot.look_rows import Look
from bot.looking import Looking
from bot.looking_up import LookingUp
from bot.people import People
from bot.replies import Asker, Replies
from bot.runs import Runs
from bot.slack_api import SlackError
from bot.store import accounts, deliveries
from bot.store.engine import Store, Transaction
from bot.submitting import Asking as AskedFor
from bot.submitting import NotTaken, Submitting
from operations.clock import Clock
from operations.forms import Filled, partly, prefilled, says_nothing
from operations.grammar import Command, parse, with_blanks
from operations.manual import Manual
from operations.problem import Problem
from operations.registry import Registry
from operations.secrets import locate_secret
from operations.shortcuts import Lookup, confirm, read
from operations.when import When, moment


@dataclass(frozen=True, slots=True)
class Repeated:
    """Slack delivered the same thing before; nothing is to be done."""


Room: TypeAlias = Callable[[Asker, str, str | None], Awaitable[bool]]
"""Takes the asker, what follows the word, and a trigger where there is one; False leaves the text to the others."""
Recorded: TypeAlias = Callable[[Transaction, Run], None]
"""What else is to be noted in the transaction that records a run."""
Fallback: TypeAlias = Callable[[Asker, str, str | None, When, Problem], Awaitable[Problem | None]]
"""Takes the asker, a text that is no command, a trigger, the moment and why it is none; what is left to be told."""
Taken: TypeAlias = Run | Approval | Look | NotTaken | Repeated
_TOLD_WITH_MORE = frozenset({"unknown_operation", "missing_id"})
"""Problems that are answered with buttons, or with a form that asks for what lacks."""


class Commands:
    """Takes commands from the listeners and, once they are on record, sees them through."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        people: People,
        submitting: Submitting,
        looking_up: LookingUp,
        looking: Looking,
        runs: Runs,
        announcer: Announcer,
        replies: Replies,
        asking: Asking,
        filling: Filling,
        clock: Clock,
    ) -> None:
        self._store = store
        self._registry = registry
        self._manual = Manual(registry)
        self._people = people
        self._submitting = submitting
        self._looking_up = looking_up
        self._looking = looking
        self._runs = runs
        self._announcer = announcer
        self._replies = replies
        self._asking = asking
        self._filling = filling
        self._clock = clock
        self._rooms: dict[str, Room] = {}
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
        if locate_secret(text) is not None and isinstance(unsafe := parse(text, self._registry), Problem):
            await self._replies.tell(asker, cards.problem(unsafe))
            return
        word, _, rest = text.partition(" ")
        room = self._rooms.get(word.lower())
        if room is not None and await room(asker, rest.strip(), trigger_id):
            return
        if await self._ask_at_once(asker, text, trigger_id):
            return
        person = await self.person(asker)
        if person is None:
            return
        when = self.when(person)
        parsed = read(text, self._registry, when)
        if isinstance(parsed, Problem):
            left = await self._fallback(asker, text, trigger_id, when, parsed) if self._fallback else parsed
            if left is not None:
                await self._replies.tell(asker, cards.problem(left, offers(text, left, self._manual, when)))
        elif isinstance(parsed, Lookup):
            await self._submit(asker, parsed, person)
        elif parsed.missing:
            await self._replies.tell(asker, cards.missing(parsed))
        elif says_nothing(parsed):
            await self._replies.tell(asker, cards.nothing_given(parsed))
        else:
            await self._submit(asker, parsed, person)

    async def press(self, asker: Asker, text: str, trigger_id: str | None) -> None:
        """See the text of a button through: as if it was typed, or, where it has blanks, by a form that asks for them.

        Whoever presses it asks, so nothing in the text needs to be trusted.
        """
        word = text.strip().partition(" ")[0].lower()
        form = form_of(text, self._registry, self._rooms) if word not in self._verbatim else None
        if form is None:
            await self.take(asker, text, trigger_id)
            return
        person = await self.person(asker)
        if person is not None and not (
            trigger_id and await self._asking.open(asker, trigger_id, form, self.when(person))
        ):
            await self._replies.tell(asker, cards.form_not_opened(form))

    def wrong_with(self, text: str) -> Problem | None:
        """What is wrong with a text, as far as the text alone tells; None where :meth:`take` is to say it."""
        if text.partition(" ")[0].lower() in self._rooms:
            return None
        found = read(text, self._registry, When(now=moment(self._clock.now())))
        return found if isinstance(found, Problem) and found.code not in _TOLD_WITH_MORE else None

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

    async def answer(
        self,
        asker: Asker,
        command: Command | Lookup | str,
        *,
        confirmed: bool = False,
        supersedes: str | None = None,
        recorded: Recorded | None = None,
    ) -> bool:
        """Go on with a command that a form completed, or with a text for one of the rooms.

        ``confirmed``: they have seen just what will be sent, and said yes to it. ``supersedes``: the approval of theirs
        whose place it is to take. ``recorded`` is called where it becomes a run at once.

        False where it was refused: then whoever asked was told why, and nothing is on record.
        """
        if isinstance(command, str):
            await self.take(asker, command, None)
            return True
        person = await self.person(asker)
        return person is not None and await self._submit(
            asker, command, person, confirmed=confirmed, supersedes=supersedes, recorded=recorded
        )

    async def _ask_at_once(self, asker: Asker, text: str, trigger_id: str | None) -> bool:
        """Show the form of a text that needs one; False where it needs none, or Slack didn't open it.

        Before anybody is asked who this is and where: the trigger lives for three seconds. The form tells who may not.
        """
        filled = self._lacking(text, When(now=moment(self._clock.now())))
        if filled is None or trigger_id is None:
            return False
        return await self._filling.open(asker, trigger_id, lambda when: self._lacking(text, when) or filled)

    def _lacking(self, text: str, when: When) -> Filled | None:
        """What a text says that lacks ids or required parameters, or says nothing; None for any other text."""
        parsed = read(text, self._registry, when)
        if isinstance(parsed, Command):
            return prefilled(parsed) if parsed.missing or says_nothing(parsed) else None
        if isinstance(parsed, Lookup) or with_blanks(text, self._registry, when) is None:
            return None
        filled = partly(text, self._registry, when)
        return filled if isinstance(filled, Filled) else None

    async def _submit(
        self,
        asker: Asker,
        command: Command | Lookup,
        person: Person,
        *,
        confirmed: bool = False,
        supersedes: str | None = None,
        recorded: Recorded | None = None,
    ) -> bool:
        """Record a complete command, or what has to be looked up for it, and carry it as far as it may go now.

        False where it was refused.
        """
        wanted: Command | Lookup | Problem = command
        if isinstance(command, Command) and command.stated:
            wanted = confirm(command, self._registry)
        if isinstance(wanted, Problem):
            await self._replies.tell(asker, cards.problem(wanted, whole_offers(wanted)))
            return False
        ready, asking = wanted, AskedFor(person, asker.place, confirmed, supersedes)
        taken = await self._store.transaction(lambda tx: self._record(tx, asker, ready, asking, recorded))
        match taken:
            case NotTaken():
                await self._replies.tell(asker, taken.message)
                return False
            case Approval():
                self._announcer.wake()
            case Look():
                return not isinstance(await self._looking.carry_out(taken), NotTaken)
            case Run():
                self._announcer.wake()
                await self._runs.carry_out(taken.team_id, taken.id)
        return True

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

    def _record(
        self,
        tx: Transaction,
        asker: Asker,
        wanted: Command | Lookup,
        asking: AskedFor,
        recorded: Recorded | None,
    ) -> Taken:
        if not deliveries.first_time(tx, asker.team_id, asker.key):
            return Repeated()
        command = wanted.command if isinstance(wanted, Lookup) else wanted
        account = account_for(command, accounts.active(tx, asker.team_id))
        if not isinstance(account, Account):
            return NotTaken(account)
        if isinstance(wanted, Lookup):
            return self._looking_up.record(tx, wanted, account, asking)
        taken = self._submitting.submit(tx, wanted, account, asking)
        if recorded is not None and isinstance(taken, Run):
            recorded(tx, taken)
        return taken
