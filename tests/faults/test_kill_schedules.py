"""Random schedules: people ask and decide, Stripe and Slack fail, bots are killed again and again; then the faults stop
and everything must come to an end that the judge (:mod:`tests.faults.oracle`) finds true.

Everything random comes from one seed for each round. To repeat a round, or to run many:

    COUNTERSIGN_TEST_SEED=7 pytest tests/faults/test_kill_schedules.py
    COUNTERSIGN_TEST_SCHEDULES=1000 pytest tests/faults/test_kill_schedules.py -k many -s

The second goes on, round after round with the next seed, until so many commands were seen through; it prints figures.
The order in which processes get to run is not in the seed's hands, so a repeated round is alike, not the same.
"""

import asyncio
import os
import random
import re
import shutil
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.cards import APPROVE, DENY
from operations.sandbox.faults import Kind
from tests.databases import empty
from tests.fakes.slack import Fault, Message
from tests.faults.nursery import Nursery
from tests.faults.oracle import Case, Report, Wish, buttons, judge, unfinished
from tests.faults.stage import Bot, Stage, cut_sessions, stage, until
from tests.faults.stories import make_charge, make_customer

SEED = int(os.environ.get("COUNTERSIGN_TEST_SEED", "20261028"))
SCHEDULES = int(os.environ.get("COUNTERSIGN_TEST_SCHEDULES", "0"))

FAULTS: tuple[tuple[Kind, float], ...] = (
    ("drop_after", 0.08), ("truncated", 0.02), ("drop_before", 0.08), ("500_before", 0.03), ("500_after", 0.03),
    ("429", 0.06), ("lock_timeout", 0.02), ("502_before", 0.01), ("503_after", 0.01), ("delay", 0.06),
)  # fmt: skip
"""What a request meets, and how often: two in five don't get their answer."""
READ_SECONDS = 0.6
SLOW_SECONDS = 0.9
"""Longer than a bot waits for an answer."""
MARK = re.compile(r"case[0-9]{5}end|cus_[A-Za-z0-9]+")
"""What tells cases apart, in the message that heads each."""
AT_ONCE = 12
"""People who are at it at the same time."""
PATIENCE_SECONDS = 90
"""How long people insist while everybody is being killed; without that it takes one."""
REPEAT_SECONDS = 0.7
"""How long a person waits before pressing again."""


@dataclass(frozen=True)
class Plan:
    """One round. ``chance`` is that of dying at each moment of :data:`tests.faults.fitting.MOMENTS`."""

    seed: int
    cases: int
    bots: int
    chance: float = 0.005
    outside_seconds: float = 1.0
    """The mean time between kills from outside, which come at any instruction."""
    cuts: float = 0.0
    """How often, on PostgreSQL, the database cuts off every bot instead of one being killed. For the long runs."""
    mutant: str | None = None
    """A defence that the bots lack, see :mod:`tests.faults.mutants`."""


@dataclass
class Round:
    """A round as it goes on."""

    stage: Stage
    plan: Plan
    dice: random.Random
    bots: list[Bot] = field(default_factory=list)
    heads: dict[str, list[Message]] = field(default_factory=dict)
    """The heads of each case: one, or more where it was posted more than once."""
    kills: int = 0
    _looked_at: int = 0

    async def play(self, cases: list[Case]) -> None:
        """Let people ask for and decide on everything, while bots die and come back."""
        self._fail()
        waiting = iter(cases)
        going_on = [asyncio.create_task(work) for work in (self._people(waiting), self._keep_alive(), self._kill())]
        await asyncio.wait(going_on, return_when=asyncio.FIRST_COMPLETED)
        for task in going_on:
            task.cancel()
        for ended in await asyncio.gather(*going_on, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
        await self._end()

    async def _people(self, cases: Iterator[Case]) -> None:
        await asyncio.gather(*(self._person(cases) for _ in range(AT_ONCE)))

    def _fail(self) -> None:
        passed = 1.0
        for kind, share in FAULTS:
            self.stage.stripe.faults.add(
                "^(POST|DELETE) /v1/", kind, times=None, probability=share / passed, seconds=SLOW_SECONDS
            )
            passed -= share
        self.stage.stripe.faults.add("^GET /v1/", "drop_after", times=None, probability=0.2)

    async def _keep_alive(self) -> None:
        while True:
            self._bury()
            while len(self.bots) < self.plan.bots:
                self.bots.append(self._mortal())
            await asyncio.sleep(0.02)

    def _mortal(self) -> Bot:
        return self._start(chance=self.plan.chance, seed=self.dice.getrandbits(32))

    def _start(self, **dying: object) -> Bot:
        return self.stage.start(read_seconds=READ_SECONDS, mutant=self.plan.mutant, **dying)

    def _bury(self) -> None:
        dead = [bot for bot in self.bots if not bot.lives]
        for bot in dead:
            # One whose database went away while it started says so and leaves.
            assert bot.status == -signal.SIGKILL or "countersign: The database" in bot.log.read_text()
        self.bots = [bot for bot in self.bots if bot.status is None]
        self.kills += len(dead)

    async def _kill(self) -> None:
        while True:
            await asyncio.sleep(self.dice.expovariate(1 / self.plan.outside_seconds))
            if self.dice.random() < self.plan.cuts:
                await asyncio.to_thread(cut_sessions, self.stage.database)
            elif self.bots:
                self.dice.choice(self.bots).send(signal.SIGKILL)

    async def _person(self, cases: Iterator[Case]) -> None:
        try:
            for case in cases:
                await self._see_through(case)
        except TimeoutError:
            return  # the judge says what is wrong with what was waited for in vain

    async def _see_through(self, case: Case) -> None:
        """What people do about a case: the same again, as Slack would redeliver it, until it shows."""
        trigger = self.stage.slack.trigger(self.stage.workspace)
        if self.dice.random() < 0.1:
            self.stage.slack.fail("chat.postMessage", self.dice.choice((Fault("cut"), Fault("status", 503))))
        if self.dice.random() < 0.1:
            self.stage.slack.fail("chat.update", Fault("cut", after_effect=True))
        await self._until(
            lambda: bool(self._heads(case)),
            lambda bot: self.stage.command(bot, case.text, trigger=trigger),
        )
        if case.wish in {"run", "leave"}:
            return
        clicks = [
            self.stage.press(self._heads(case)[0], action, user=user)
            for user, action in {
                "approve": (("U0ALICE", APPROVE), ("U0BOB", APPROVE)),
                "deny": (("U0BOB", DENY),),
                "race": (("U0BOB", APPROVE), ("U0FRED", DENY), ("U0BOB", APPROVE), ("U0FRED", APPROVE)),
            }[case.wish]
        ]
        await self._until(
            # One that was posted twice keeps its buttons.
            lambda: any(not buttons(head) for head in self._heads(case)),
            lambda _: asyncio.gather(*(self.stage.click(self.dice.choice(self.bots), each) for each in clicks)),
        )

    async def _until(self, reached: Callable[[], bool], act: Callable[[Bot], Awaitable[object]]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not reached():
                if self.bots:
                    await act(self.dice.choice(self.bots))
                end = time.monotonic() + REPEAT_SECONDS
                while not reached() and time.monotonic() < end:  # noqa: ASYNC110 — it happens in other processes
                    await asyncio.sleep(0.02)

    def _heads(self, case: Case) -> list[Message]:
        said = self.stage.workspace.messages
        for message in said[self._looked_at :]:
            if message.thread_ts is None and (mark := MARK.search(str(message.blocks))) is not None:
                self.heads.setdefault(mark.group(), []).append(message)
        self._looked_at = len(said)
        return self.heads.get(case.mark, [])

    async def _end(self) -> None:
        """No more faults; the bots of the end live, and everything comes to rest."""
        self.stage.stripe.faults.clear()
        self.stage.slack.faults.clear()
        for bot in self.bots:
            bot.send(signal.SIGKILL)
        await until(lambda: not any(bot.lives for bot in self.bots), "the last kills")
        self._bury()
        self.bots = [self._start() for _ in range(self.plan.bots)]
        try:
            await until(self._rests, "rest")
        except AssertionError:
            return  # the judge says what is stuck

    def _rests(self) -> bool:
        with self.stage.database.connect() as connection:
            return unfinished(connection) == 0


async def play(folder: Path, url: str, nursery: Nursery, plan: Plan) -> tuple[Report, int]:
    """Play one round on an empty database; what the judge says, and how many processes were killed."""
    dice = random.Random(plan.seed)  # noqa: S311 — repeatable, not secret
    async with stage(folder, url, nursery) as made:
        cases = await _cases(made, plan, dice)
        going = Round(made, plan, dice)
        await going.play(cases)
        with made.database.connect() as connection:
            return judge(connection, made.stripe.journal, made.workspace, cases), going.kills


async def _cases(stage: Stage, plan: Plan, dice: random.Random) -> list[Case]:
    """Refunds, deletions and creations, each with a mark of its own. What is to be deleted is made first."""
    cases = []
    wishes: tuple[Wish, ...] = ("approve",) * 6 + ("race",) * 2 + ("deny", "leave")
    for number in range(plan.cases):
        mark = f"case{number:05}end"
        kind = dice.choice(("refund", "refund", "deletion", "creation"))
        if kind == "refund":
            charge = await make_charge(stage.stripe_url)
            text = f"refunds create --charge {charge} --amount 1 --metadata[case]={mark}"
            cases.append(Case(mark, text, "POST /v1/refunds", dice.choice(wishes)))
        elif kind == "deletion":
            mark = await make_customer(stage.stripe_url)
            text = f"customers delete {mark}"
            cases.append(Case(mark, text, "DELETE /v1/customers/{customer}", dice.choice(wishes)))
        else:
            text = f"customers create --name Ada --metadata[case]={mark}"
            cases.append(Case(mark, text, "POST /v1/customers", "run"))
    stage.stripe.journal.clear()
    return cases


def told(report: Report, plan: Plan, kills: int, seconds: float) -> str:
    """A line of figures."""
    return (
        f"seed {plan.seed}: {plan.cases} cases, {plan.bots} bots, {kills} kills, {report.effects} effects, "
        f"{report.for_a_person} for a person, {report.repeated} posted twice, {seconds:.1f} s: "
        f"{report.broken or 'whole'}"
    )


async def test_one_process_on_sqlite_killed_again_and_again(sqlite_url: str, tmp_path: Path, bots: Nursery) -> None:
    """Nothing doubled, lost, unapproved, falsely told or stuck, and every answer said."""
    report, kills = await play(tmp_path, sqlite_url, bots, Plan(SEED, cases=3, bots=1))
    assert report.broken == {}
    assert kills >= 1


async def test_two_replicas_on_postgresql_killed_again_and_again(
    postgresql_url: str, tmp_path: Path, bots: Nursery
) -> None:
    """The same where each replica may take on what the other leaves behind."""
    report, kills = await play(tmp_path, postgresql_url, bots, Plan(SEED, cases=3, bots=2))
    assert report.broken == {}
    assert kills >= 1


@pytest.mark.skipif(SCHEDULES == 0, reason="COUNTERSIGN_TEST_SCHEDULES says how many; it takes minutes")
@pytest.mark.timeout(0)
async def test_many_kills(
    sqlite_template: Path, postgresql_scratch: str, tmp_path_factory: pytest.TempPathFactory, bots: Nursery
) -> None:
    """Round after round, on both databases in turn, until so many commands were seen through as asked for."""
    seen, seed = 0, SEED
    while seen < SCHEDULES:
        folder = tmp_path_factory.mktemp("round")
        began = time.monotonic()
        if seed % 3 == 0:
            shutil.copy(sqlite_template, folder / "countersign.db")
            plan, url = Plan(seed, cases=100, bots=1), f"sqlite:///{folder / 'countersign.db'}"
        else:
            empty(postgresql_scratch)
            plan, url = Plan(seed, cases=100, bots=2, cuts=0.25), postgresql_scratch
        report, kills = await play(folder, url, bots, plan)
        print(told(report, plan, kills, time.monotonic() - began), flush=True)
        assert report.broken == {}
        seen += plan.cases
        seed += 1


@pytest.mark.skipif(SCHEDULES == 0, reason="COUNTERSIGN_TEST_SCHEDULES asks for it; it takes a minute")
@pytest.mark.timeout(0)
@pytest.mark.parametrize(
    ("mutant", "promise"),
    [
        ("new_key_per_attempt", "doubled"),
        ("executing_is_never_claimed_again", "stuck"),
        ("lost_is_failed", "wrong"),
        ("deliveries_are_forgotten", "doubled"),
        ("nothing_is_announced", "unsaid"),
    ],
)
async def test_many_kills_find_a_mutant(
    postgresql_url: str, tmp_path: Path, bots: Nursery, mutant: str, promise: str
) -> None:
    """The schedules notice that a defence is gone; the two that take an exact moment have stories of their own."""
    plan = Plan(SEED, cases=40, bots=2, mutant=mutant)
    began = time.monotonic()
    report, kills = await play(tmp_path, postgresql_url, bots, plan)
    print(mutant, told(report, plan, kills, time.monotonic() - began), flush=True)
    assert promise in report.broken
