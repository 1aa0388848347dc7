"""What drives approvals through everything that can happen to them, in one process and as fast as it goes: bots that
can be killed at any await, time that nobody waits for, a Slack and a Stripe that fail when told to.

It holds a model of what people, roles and the policy were at each effect, for :mod:`tests.faults.signatures` to judge.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, func, make_url, select

from bot.errors import CountersignError, StoreError
from bot.roles import Grant
from bot.settings import Settings
from bot.store.engine import Store, Transaction
from bot.store.tables import approvals, looks, runs
from bot.submitting import LOOK_RULE
from bot.workspaces import Workspaces
from operations.sandbox.faults import Kind
from operations.sandbox.journal import Effect
from tests.fakes import slack_payloads
from tests.fakes.slack import Fault, Message, Workspace
from tests.faults.approval_model import LAWS, PEOPLE, SIGNERS, Case, Law, Moment
from tests.faults.approval_scene import Scene, offered
from tests.faults.lives import Life, Time
from tests.faults.oracle import unfinished
from tests.faults.stage import cut_sessions
from tests.faults.stories import failing
from tests.policies import put_policy
from tests.world import SECRET, SUPPORT, TEAM, connect, settings


class _Effects(list[Effect]):
    """The effects of the sandbox's journal, and what held at each."""

    def __init__(self, note: Callable[[Effect], None]) -> None:
        super().__init__()
        self._note = note

    def append(self, effect: Effect) -> None:
        super().append(effect)
        self._note(effect)


@dataclass
class Driver:
    """One schedule on an empty database, by one bot or by two."""

    scene: Scene
    workspace: Workspace
    settings: Settings
    database: Engine
    time: Time
    replicas: int
    lives: list[Life] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    law: Law = "one"
    approvers: set[str] = field(default_factory=lambda: set(SIGNERS))
    log: list[str] = field(default_factory=list)
    kill_at: int | None = None
    database_fails: tuple[int, bool] | None = None
    """At which transaction of the next step, and whether it had committed."""

    @classmethod
    async def begin(cls, scene: Scene, database_url: str, replicas: int) -> "Driver":
        """Everything connected, and one signature asked for."""
        workspace = scene.cleared()
        for user in PEOPLE:
            workspace.add_user(user)
        workspace.add_channel(SUPPORT, *PEOPLE)
        made = cls(
            scene=scene,
            workspace=workspace,
            settings=settings(
                scene.folder, database_url=database_url, slack_url=scene.slack.api, stripe_url=scene.stripe_url
            ),
            database=create_engine(make_url(database_url).set(drivername=_driver(database_url))),
            time=Time(),
            replicas=replicas,
        )
        scene.stripe.journal.effects = _Effects(made._note)
        life = await made.living(0)
        await life.bot.store.transaction(lambda tx: connect(life.bot, tx))
        await made.decree("one")
        await made._grant(life.bot.store, give=[Grant("operator", "everyone"), *map(_approver, SIGNERS)])
        return made

    async def living(self, which: int = 0) -> Life:
        """The bot of that number, or one in its place where it is dead."""
        while len(self.lives) < self.replicas:
            self.lives.append(await Life.begin(self.settings, self.time, self.time))
        at = which % self.replicas
        if not self.lives[at].lives:
            await self.lives[at].bury()
            self.scene.tally.kills += 1
            self.lives[at] = await Life.begin(self.settings, self.time, self.time)
        return self.lives[at]

    async def ask(self, case: Case, which: int, *, again: bool = False) -> Case:
        """Somebody types a command; ``again``: what nobody answered is delivered once more."""
        self.cases.append(case)
        trigger = self.scene.slack.trigger(self.workspace, case.asker)
        for _ in range(2 if again else 1):
            seen, told = self.read(recorded), self.told
            done = await self.step(
                which,
                lambda sender: sender.command(
                    case.text,
                    user=case.asker,
                    channel=SUPPORT,
                    trigger=trigger,
                    response_url=self.scene.slack.response_url(),
                ),
            )
            case.told |= self.told > told
            case.accepted |= done or self.read(recorded) > seen
        return case

    async def click(self, case: Case, by: Sequence[tuple[str, str]], which: int) -> bool:
        """People press what a case's card offers, at the same moment; with two bots, at one each. Whether any."""
        pressed = self.pressed(case, by)
        await self.step(which, *(lambda sender, payload=each: sender.interaction(payload) for each in pressed))
        return bool(pressed)

    def pressed(self, case: Case, by: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """What people press, of what a case's card offers them, for it to be delivered now or by :meth:`replay`."""
        card = self.card(case)
        new = [self.scene.press(self.workspace, card, do, user) for user, do in by if offered(card, do)] if card else []
        case.clicks += new
        return new

    async def replay(self, case: Case, which: int) -> None:
        """All clicks of a case are delivered again, byte for byte and at once."""
        await self.step(which, *(lambda sender, payload=each: sender.interaction(payload) for each in case.clicks))

    async def decree(self, law: Law) -> None:
        """Have another policy hold."""
        await put_policy((await self.living()).bot.store, LAWS[law])
        self.law = law

    async def grant(self, user_id: str, *, may: bool) -> None:
        """Make somebody an approver, or take that from them."""
        life = await self.living()
        grant = [_approver(user_id)]
        await self._grant(life.bot.store, give=grant if may else [], take=[] if may else grant)
        self.approvers = self.approvers | {user_id} if may else self.approvers - {user_id}

    async def later(self, step: timedelta, which: int) -> None:
        """Let time go by, and what comes due in it happen."""
        self.time.by += step
        await self._act(which, [lambda life: life.bot.sweep()])

    def cut_sessions(self) -> None:
        """End every session of the bots with PostgreSQL."""
        cut_sessions(self.database)

    def stripe_fails(self, match: str, kind: Kind, times: int, *, skip: int = 0) -> None:
        self.scene.stripe.faults.add(match, kind, times=times, skip=skip)

    def slack_fails(self, method: str, fault: Fault) -> None:
        self.scene.slack.fail(method, fault)

    async def step(self, which: int, *deliveries: Callable[[slack_payloads.Sender], Any]) -> bool:
        """Have Slack deliver things at once, and everything happen that follows; False where a bot died of it."""

        def one(send: Callable[[slack_payloads.Sender], Any]) -> Callable[[Life], Any]:
            return lambda life: send(slack_payloads.Sender(life.client, SECRET, self.time))

        return await self._act(which, [one(each) for each in deliveries])

    async def drain(self) -> None:
        """No more faults; everything comes to rest, and then a day goes by, so that nothing may be waited for."""
        self.scene.stripe.faults.clear()
        self.scene.slack.faults.clear()
        self.kill_at = self.database_fails = None
        for _ in range(12):
            if not self.read(unfinished):
                break
            await self.later(timedelta(minutes=31), 0)
        for _ in range(2):
            await self.later(timedelta(hours=25), 0)

    async def close(self) -> None:
        for life in self.lives:
            self.scene.tally.awaits += life.passed
            await life.bury()
        self.database.dispose()

    def read(self, work: Callable[[Connection], Any]) -> Any:
        """What ``work`` reads of the database, past every bot."""
        with self.database.connect() as connection:
            return work(connection)

    def card(self, case: Case) -> Message | None:
        """The message that shows a case to all, where there is one; of a list, of what is left of it once that is asked
        for. Copies of it stand where only one approver reads them.
        """
        heads = [m for m in self.workspace.said(SUPPORT) if m.thread_ts is None and _shows(m, case)]
        return (heads[-1] if case.lines else heads[0]) if heads else None

    async def _act(self, which: int, works: Sequence[Callable[[Life], Any]]) -> bool:
        """Do things side by side, in one life or in two, see them through, and bring back who died of it."""
        lives = [await self.living(each) for each in range(self.replicas)]
        first = lives[which % self.replicas]
        first.left = self.kill_at
        if self.database_fails is not None:
            nth, committed = self.database_fails
            fails = failing(Store.transaction, nth, committed=committed)
            store = first.bot.store
            store.transaction = lambda work: fails(store, work)  # type: ignore[method-assign]
        ran = [lives[(which + at) % self.replicas].run(self._told_apart(each, lives, which + at))
               for at, each in enumerate(works)]  # fmt: skip
        whole = all(await asyncio.gather(*ran))
        for life in lives:
            whole = await life.run(_settle(life)) and whole
        first.left = None
        first.bot.store.__dict__.pop("transaction", None)
        self.kill_at = self.database_fails = None
        if not whole:
            for life in [await self.living(each) for each in range(self.replicas)]:
                await life.run(_settle(life))
        return whole

    async def _told_apart(self, work: Callable[[Life], Any], lives: list[Life], at: int) -> None:
        """The database's trouble reaches whoever delivers as an answer, and the rest as nothing at all."""
        life = lives[at % self.replicas]
        try:
            await work(life)
        except CountersignError as error:
            self.log.append(str(error))

    def _note(self, effect: Effect) -> None:
        self.moments.append(Moment(effect, self.law, frozenset(self.approvers | {"U0ALICE"})))

    @property
    def told(self) -> int:
        """How often somebody was told something alone."""
        return len(self.workspace.ephemerals) + len(self.scene.slack.responses)

    async def _grant(self, store: Store, *, give: Sequence[Grant] = (), take: Sequence[Grant] = ()) -> None:
        workspaces = Workspaces(store=store, admins=())

        def change(tx: Transaction) -> None:
            before = workspaces.read(tx, TEAM)
            workspaces.change(tx, before, before.regranted(give=give, take=take), user_id="U0ALICE")

        await store.transaction(change)


async def _settle(life: Life) -> None:
    """Until nothing goes on and nothing could be said now."""
    while True:
        while life.bot.supervisor._tasks:
            await asyncio.wait(list(life.bot.supervisor._tasks))
        try:
            tried = await life.bot.outbox.deliver_due()
        except StoreError:
            continue
        if not tried and not life.bot.supervisor._tasks:
            return


def recorded(connection: Connection) -> int:
    """How much is on record that people asked for. A look that has been made is an approval or a run instead."""
    asked = select(func.count()).select_from(runs).where(runs.c.rule != LOOK_RULE, runs.c.approval_id.is_(None))
    others = [select(func.count()).select_from(table) for table in (looks, approvals)]
    return sum(connection.execute(each).scalar_one() for each in (asked, *others))


def _shows(message: Message, case: Case) -> bool:
    shown = str(message.blocks)
    return any(mark in shown for mark in case.marks)


def _approver(user_id: str) -> Grant:
    return Grant("approver", "person", user_id)


def _driver(database_url: str) -> str:
    return "sqlite" if database_url.startswith("sqlite") else "postgresql+psycopg"
