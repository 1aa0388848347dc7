"""Objects at Stripe, found while somebody types: the live search behind the fields that take an id.

Each search is a recorded run like any other, which the policy has allowed, and nothing is announced of it. What came of
one is remembered for a minute, for everybody of the workspace. Slack waits for an answer for three seconds and takes
none later; so after two the answer is what is in memory, and the run goes on for whoever types next.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.calls import Calls
from bot.cards import marks
from bot.cards.columns import line
from bot.cards.facts import kind_words
from bot.choosing import account_for, as_itself
from bot.domain import Account, Place
from bot.forms.drafts import Drafts
from bot.inputs import Option
from bot.runs import Runs
from bot.store import accounts
from bot.store.engine import Store, Transaction
from bot.tasks import Supervisor
from bot.text import clean, clip
from bot.workspaces import Workspaces
from operations import prefixes
from operations.call import Call, Json
from operations.clock import Clock
from operations.grammar import Command
from operations.outcome import Failed, Outcome, Succeeded
from operations.registry import Registry
from operations.risk import assess
from operations.shortcuts import Look, look

SUGGEST_RULE: Final = "suggesting what a field takes"
"""The rule of such a run: its answer is nobody's result, but what somebody chooses from."""

REMEMBERED_SECONDS: Final = 60.0
REMEMBERED_SEARCHES: Final = 200
_WORDS_KEPT: Final = 1_000
_TIME: Final = re.compile(r" \d\d:\d\d UTC$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who looks for what: objects of a kind by a text, for a form of theirs."""

    team_id: str
    user_id: str
    kind: str
    text: str = field(repr=False)
    draft_id: str
    chosen: str = ""
    """The account that is chosen in the form, as ``alias|live`` or ``alias|test``; empty for the draft's own."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and where: the mode and the account, for people."""

    options: tuple[Option, ...]
    where: str


@dataclass(frozen=True, slots=True)
class _Thing:
    """An object as it is offered, and the words that it is found by."""

    option: Option
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Key:
    team_id: str
    account_id: str
    version: int
    kind: str
    asked: str

    def of(self, asked: str) -> "_Key":
        return _Key(self.team_id, self.account_id, self.version, self.kind, asked.lower())


class _Memory:
    """What searches found, for a minute, the latest of them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[_Key, tuple[float, tuple[_Thing, ...]]] = OrderedDict()

    def put(self, key: _Key, things: tuple[_Thing, ...]) -> None:
        self._kept.pop(key, None)
        self._kept[key] = (self._clock.monotonic() + REMEMBERED_SECONDS, things)
        while len(self._kept) > REMEMBERED_SEARCHES:
            self._kept.popitem(last=False)

    def get(self, key: _Key) -> tuple[_Thing, ...] | None:
        until, things = self._kept.get(key, (0.0, ()))
        return things if key in self._kept and self._clock.monotonic() < until else None


@dataclass(slots=True)
class _Line:
    """The searches of one person, one behind the other; only the latest of those that wait is still wanted."""

    turn: int = 0
    inside: int = 0
    free: asyncio.Lock = field(default_factory=asyncio.Lock)


class Objects:
    """Looks for objects at Stripe, and remembers what it found. Used on one event loop."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        workspaces: Workspaces,
        calls: Calls,
        runs: Runs,
        drafts: Drafts,
        supervisor: Supervisor,
        clock: Clock,
    ) -> None:
        self._store = store
        self._registry = registry
        self._workspaces = workspaces
        self._calls = calls
        self._runs = runs
        self._drafts = drafts
        self._supervisor = supervisor
        self._memory = _Memory(clock)
        self._flights: dict[_Key, asyncio.Task[None]] = {}
        self._lines: dict[tuple[str, str], _Line] = {}

    async def find(self, wanted: Wanted, until: float) -> Found | None:
        """What there is, by that moment of the loop's time; None where the form isn't theirs or nothing can be found.

        Raises StoreError where the database can't be asked, DrainingError while shutting down.
        """
        try:
            async with asyncio.timeout_at(until):
                account, policy = await self._store.read(
                    lambda tx: (self._account(tx, wanted), self._workspaces.read(tx, wanted.team_id).policy)
                )
        except TimeoutError:
            return None
        way = look(wanted.kind, wanted.text, self._registry) if account is not None else None
        if account is None or way is None:
            return None
        call = as_itself(way.command.call, account)
        risk = assess(call)
        if risk.tier != "read" or policy.decide(risk, livemode=account.livemode).verdict != "allow":
            return None
        key = _Key(wanted.team_id, account.id, account.version, wanted.kind, way.asked.lower())
        if self._memory.get(key) is None:
            await self._search(key, wanted.user_id, call, account, until)
        things = self._remembered(key, wanted.text, way)
        where = f"{marks.mode_word(livemode=account.livemode)} · {account.alias}"
        return Found(tuple({each.option.value: each.option for each in things}.values()), where)

    def _account(self, tx: Transaction, wanted: Wanted) -> Account | None:
        draft = self._drafts.load(tx, wanted.team_id, wanted.draft_id)
        if draft is None or draft.user_id != wanted.user_id:
            return None
        alias, bar, mode = wanted.chosen.partition("|")
        command = Command(
            Call(draft.operation, {}, {}),
            account=alias if bar else draft.account,
            live=mode == "live" if bar else draft.live,
        )
        found = account_for(command, accounts.active(tx, wanted.team_id))
        return found if isinstance(found, Account) else None

    # --- searching ---------------------------------------------------------------------------------------------------

    async def _search(self, key: _Key, user_id: str, call: Call, account: Account, until: float) -> None:
        """Have it searched, and wait as long as may be. Where somebody else's search was given up, once more."""
        try:
            async with asyncio.timeout_at(until):
                for _ in range(2):
                    own = key not in self._flights
                    await asyncio.wait({self._flight(key, user_id, call, account)})
                    if own or self._memory.get(key) is not None:
                        return
        except TimeoutError:
            return

    def _flight(self, key: _Key, user_id: str, call: Call, account: Account) -> "asyncio.Task[None]":
        """The search that is going on for this already, or a new one. It ends whoever waits for it."""
        flight = self._flights.get(key)
        if flight is None:
            flight = self._supervisor.spawn("object search", self._fly(key, user_id, call, account))
            self._flights[key] = flight
            flight.add_done_callback(lambda _: self._flights.pop(key, None))
        return flight

    async def _fly(self, key: _Key, user_id: str, call: Call, account: Account) -> None:
        person = (key.team_id, user_id)
        line = self._lines.setdefault(person, _Line())
        line.inside += 1
        line.turn = turn = line.turn + 1
        try:
            async with line.free:
                if turn == line.turn:
                    await self._run(key, user_id, call, account)
        finally:
            line.inside -= 1
            if not line.inside:
                self._lines.pop(person, None)

    async def _run(self, key: _Key, user_id: str, call: Call, account: Account) -> None:
        run_id = await self._store.transaction(lambda tx: self._record(tx, user_id, call, account))
        settled = await self._runs.carry_out(key.team_id, run_id)
        things = None if settled is None else _things(settled.outcome, key.kind)
        if things is not None:
            self._memory.put(key, things)

    def _record(self, tx: Transaction, user_id: str, call: Call, account: Account) -> str:
        frozen = self._calls.freeze(tx, call, account, assess(call))
        return self._runs.record(tx, frozen=frozen, actor_id=user_id, place=Place(user_id), rule=SUGGEST_RULE).id

    # --- from memory -------------------------------------------------------------------------------------------------

    def _remembered(self, key: _Key, text: str, way: Look) -> Iterator[_Thing]:
        """What the search found, and what shorter searches found that has the text in it."""
        if way.asked:
            yield from self._memory.get(key) or ()
        parts = clean(text).lower().split()
        for asked in _beginnings(key.asked or text.lower()):
            for each in self._memory.get(key.of(asked)) or ():
                if all(part in each.words for part in parts):
                    yield each


def _beginnings(text: str) -> Iterator[str]:
    """A text, then without its last characters, one by one, down to the empty one."""
    for count in range(len(text), -1, -1):
        yield text[:count]


def _things(outcome: Outcome, kind: str) -> tuple[_Thing, ...] | None:
    """What an answer holds; nothing for one that would be refused again, None for one that may come yet."""
    match outcome:
        case Succeeded(data=dict() as data):
            listed = data.get("data")
            objects = listed if isinstance(listed, list) else [data]
            return tuple(thing for each in objects if (thing := _thing(each, kind)) is not None)
        case Failed(error=error) if 400 <= error.status < 500 and error.status != 429:
            return ()
    return None


def _thing(data: Json, kind: str) -> _Thing | None:
    identity = data.get("id") if isinstance(data, dict) else None
    if not isinstance(identity, str) or not identity:
        return None
    return _Thing(Option(_shown(data, kind), identity, description=identity), _words(data))


def _shown(data: Json, kind: str) -> str:
    """An object in a line: its headline, its state, and what a table tells of it beside ids, moments by their days."""
    parts = [*_owners(data)]
    for label, value in line(data, kind).items():
        shown = _TIME.sub("", value)
        if label != "ID" and shown and not prefixes.is_id(shown) and shown not in ("yes", "no"):
            parts.append(f"{label.lower()} {shown}" if shown.isdecimal() else shown)
    return " · ".join(dict.fromkeys(parts)) or kind_words(kind)


def _owners(data: Json) -> Iterator[str]:
    """The names of what an object belongs to, where that was expanded."""
    for each in data.values() if isinstance(data, dict) else ():
        name = (each.get("name") or each.get("email")) if isinstance(each, dict) and "object" in each else None
        if isinstance(name, str) and name:
            yield name


def _words(data: Json) -> str:
    """The texts in an object, in lower case, as far as they are kept."""
    return clip(" ".join(_texts(data)), _WORDS_KEPT).lower()


def _texts(data: Json) -> Iterator[str]:
    match data:
        case str():
            yield data
        case Mapping():
            for value in data.values():
                yield from _texts(value)
        case list():
            for value in data:
                yield from _texts(value)
