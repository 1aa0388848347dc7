"""Looking at what calls are about: before anybody is asked to sign them, and again right before they are sent.

Each read is a recorded run like any other; its answer is nobody's result. What waits for a look before it is asked for
stands in a row of its own until it is: a process that dies while it looks leaves it to any other, which looks anew.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from bot import cards
from bot.announcing import Announcer
from bot.approval import Approval, Item, Seen
from bot.calls import Calls, UnreadableCallError
from bot.domain import FrozenCall, Person, Place, Run
from bot.look_rows import Look, LookRows
from bot.outbox import Outbox
from bot.people import People
from bot.runs import Runs
from bot.slack_errors import SlackError
from bot.store.engine import Store, Transaction
from bot.submitting import LOOK_RULE, NotTaken, Submitting
from operations.looks import Answer, Read, reads, snapshot
from operations.outcome import Failed, Outcome, Succeeded
from operations.registry import Registry
from operations.risk import assess

logger = logging.getLogger(__name__)

SIDE_BY_SIDE = 4
"""How many calls of a list are looked at at once, so that Stripe's rate limit is left to others, too."""
TOLD_EACH = 20
"""After how many of them it is said how far it is."""


class Looking:
    """Reads what calls are about, and goes on with those that wait for it."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        calls: Calls,
        runs: Runs,
        rows: LookRows,
        people: People,
        submitting: Submitting,
        outbox: Outbox,
        announcer: Announcer,
    ) -> None:
        self._store = store
        self._registry = registry
        self._calls = calls
        self._runs = runs
        self._rows = rows
        self._people = people
        self._submitting = submitting
        self._outbox = outbox
        self._announcer = announcer

    async def see(self, frozen: FrozenCall, *, user_id: str, place: Place) -> Seen:
        """What Stripe says now of what a call is about."""
        wanted = reads(frozen.call, self._registry)
        if not wanted:
            return Seen(None)
        answers, passing = await self.read(wanted, frozen, user_id=user_id, place=place)
        return Seen(snapshot(frozen.call, answers), passing)

    async def read(
        self, wanted: Sequence[Read], frozen: FrozenCall, *, user_id: str, place: Place
    ) -> tuple[Mapping[str, Answer], bool]:
        """What Stripe answers to reads about a call, by their names, each a recorded run; and whether another try may
        find out what this one did not.
        """
        recorded = await self._store.transaction(
            lambda tx: [self._record(tx, each, frozen, user_id, place) for each in wanted]
        )
        settled = await asyncio.gather(*(self._runs.carry_out(run.team_id, run.id) for run in recorded))
        outcomes = [each.outcome if each else None for each in settled]
        answers = {read.name: _answer(outcome) for read, outcome in zip(wanted, outcomes, strict=True)}
        return answers, any(map(_may_pass, outcomes))

    async def carry_out(self, look: Look) -> Run | Approval | NotTaken | None:
        """Look at what waits for it, and go on with it; None where another process has done so.

        Whoever asked is told what was refused. A run is carried out.
        """
        try:
            person = await self._people.person(look.team_id, look.user_id)
        except SlackError as error:
            logger.warning("look %s is put off: %s", look.id, error)
            return None
        try:
            frozen = await self._store.read(lambda tx: self._calls.load_all(tx, look.team_id, look.call_ids))
        except UnreadableCallError as error:
            logger.error("look %s is ended: %s", look.id, error)  # noqa: TRY400 — the sentence says all
            ended = await self._store.transaction(lambda tx: self._end(tx, look))
            self._announcer.wake()
            return ended
        gate = asyncio.Semaphore(SIDE_BY_SIDE)
        done = 0

        async def seen(each: FrozenCall) -> Item:
            nonlocal done
            async with gate:
                item = Item(each, (await self.see(each, user_id=look.user_id, place=look.place)).snapshot)
            done += 1
            if done % TOLD_EACH == 0:
                await self._store.transaction(lambda tx: self._get_on(tx, look, done))
                self._outbox.wake()
            return item

        items = await asyncio.gather(*map(seen, frozen))
        taken = await self._store.transaction(lambda tx: self._go_on(tx, look, items, person))
        self._announcer.wake()
        if isinstance(taken, Run):
            await self._runs.carry_out(taken.team_id, taken.id)
        return taken

    async def due(self, limit: int = 20) -> Sequence[Look]:
        """Those that nobody is at, each taken on for a while."""
        return await self._store.transaction(lambda tx: self._rows.claim_due(tx, limit))

    async def take_over(self) -> None:
        """At the start of a process that has the database to itself: what a dead process was at is due at once."""
        await self._store.transaction(self._rows.release_all)

    def _go_on(
        self, tx: Transaction, look: Look, items: Sequence[Item], person: Person
    ) -> Run | Approval | NotTaken | None:
        if not self._rows.remove(tx, look):
            return None
        taken = self._submitting.looked(tx, look, items, person)
        if look.bulk is not None:
            self._announcer.looking(tx, look, len(items), taken if isinstance(taken, Approval) else None)
        if isinstance(taken, NotTaken):
            self._tell(tx, look, taken)
        return taken

    def _end(self, tx: Transaction, look: Look) -> NotTaken | None:
        """Give up what can't be gone on with, since what is on record of it can't be read."""
        if not self._rows.remove(tx, look):
            return None
        taken = NotTaken(cards.unreadable(sent=False))
        self._tell(tx, look, taken)
        return taken

    def _tell(self, tx: Transaction, look: Look, taken: NotTaken) -> None:
        self._outbox.put(
            tx,
            team_id=look.team_id,
            about=f"look:{look.id}:told",
            place=look.place.alone,
            user_id=look.user_id,
            content=taken.alone,
            thread_of=None,
        )

    def _get_on(self, tx: Transaction, look: Look, done: int) -> None:
        """Keep a list that takes its time, and say how far it is."""
        self._rows.renew(tx, look)
        self._announcer.looking(tx, look, done)

    def _record(self, tx: Transaction, read: Read, frozen: FrozenCall, user_id: str, place: Place) -> Run:
        look = self._calls.freeze(tx, read.call, frozen.account, assess(read.call))
        return self._runs.record(tx, frozen=look, actor_id=user_id, place=place, rule=LOOK_RULE)


def _answer(outcome: Outcome | None) -> Answer:
    match outcome:
        case Succeeded(data=data) if not isinstance(data, bytes):
            gone = isinstance(data, dict) and data.get("deleted") is True
            return Answer(data=None if gone else data, gone=gone)
        case Failed(error=error) if error.status == 404 or error.code == "resource_missing":
            return Answer(gone=True)
        case Failed(error=error):
            return Answer(trouble=error.message)
    return Answer(trouble="Stripe did not answer.")


def _may_pass(outcome: Outcome | None) -> bool:
    """Whether another try may find out what this one did not."""
    if isinstance(outcome, Failed):
        return outcome.error.status >= 500 or outcome.error.status == 429
    return not isinstance(outcome, Succeeded)
