"""Random schedules of approvals, by a state machine: people ask, for one call or for a list of them; they sign, refuse,
click at once and again, withdraw, break the glass, ask for something else in its place, stop a list and ask for what is
left of it; roles and the policy change; time goes by; Stripe, Slack and the database fail; bots are killed at any
await. Then the faults stop, and everything must come to an end that the judge (:mod:`tests.faults.signatures`) finds
true.

A schedule is one example. To run many, in as many rounds as it takes, each by the next seed:

    COUNTERSIGN_TEST_SCHEDULES=10000 pytest tests/faults/test_approval_machine.py -k many -n 2 -rP

It prints what each round did, with its seed; three quarters are played by one bot on SQLite, the rest by two bots on
PostgreSQL. To repeat a round:

    COUNTERSIGN_TEST_SEED=7 COUNTERSIGN_TEST_SCHEDULES=125 pytest tests/faults/test_approval_machine.py -k short

The order in which threads get to run is not in the seed's hands, so a repeated round is alike, not the same. Real
processes are killed in :mod:`tests.faults.test_kill_schedules`.
"""

import asyncio
import os
import random
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from bot.cards import APPROVE, DENY, REST_OF_LIST, STOP_LIST
from operations.sandbox.faults import Kind
from tests.databases import empty
from tests.fakes.slack import Fault
from tests.faults.approval_driver import Driver
from tests.faults.approval_hands import Kills, break_the_glass, change
from tests.faults.approval_model import ASKERS, DEEDS, LAWS, SIGNERS, Case, Deed
from tests.faults.approval_scene import Scene, fresh, scene
from tests.faults.lives import mortal_tasks
from tests.faults.mutants import MUTANTS
from tests.faults.signatures import judge

T = TypeVar("T")

SEED = int(os.environ.get("COUNTERSIGN_TEST_SEED", "20261126"))
SCHEDULES = int(os.environ.get("COUNTERSIGN_TEST_SCHEDULES", "0"))
SHORT = {"sqlite": 16, "postgresql": 6}
"""Schedules of the short run."""
SKIPS: Mapping[Deed, int] = {"refund": 13, "deletion": 13, "list": 37}
"""How far the moments of the short run are apart."""
ROUND = 125
"""Schedules of one seed in the long run."""
STEPS = 7
SHARDS = 8

KILLS = st.none() | st.integers(0, 15) | st.integers(0, 35) | st.integers(10, 60)
"""At which await of the step the bot dies, if at any; a signature up to its answer takes about so many."""
WHICH = st.integers(0, 1)
EACH_KILLS = st.lists(st.none() | KILLS, max_size=4)
"""The same for each step in front of a modal."""
WANTED: tuple[Deed, ...] = (
    "refund", "refund", "refund", "refund", "refund", "deletion", "deletion", "deletion", "deletion", "list",
)  # fmt: skip
"""Lists take several times as long as the others."""
LINES = st.integers(2, 4)
KINDS: tuple[Kind, ...] = (
    "429", "lock_timeout", "409", "500_before", "500_after", "502_after", "503_before", "504_after", "drop_before",
    "drop_after", "drop_after", "drop_after", "truncated",
)  # fmt: skip
STRIPE_FAULTS = st.sampled_from(KINDS)
STRIPE_REQUESTS = st.sampled_from(("^(POST|DELETE) ", "^(POST|DELETE) ", "^GET "))
TIMES = st.sampled_from((1, 2, 4, 8))
"""A call is sent four times or so before its outcome is left unknown for a while."""
SLACK_FAULTS = st.sampled_from(
    (Fault("cut"), Fault("cut", after_effect=True), Fault("status", 503), Fault("ratelimited", 1))
)


class Stage:
    """Where schedules are played: an event loop of their own, and the databases."""

    def __init__(self, folder: Path, template: Path | None, postgresql: str | None) -> None:
        self.template = template
        self.postgresql = postgresql
        self.loop = asyncio.new_event_loop()
        self.loop.set_task_factory(mortal_tasks)
        self.stack = AsyncExitStack()
        self.scene: Scene = self.do(self.stack.enter_async_context(scene(folder)))
        self.number = 0

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def database(self) -> tuple[str, int]:
        """An empty database, and how many bots share it."""
        self.number += 1
        if self.postgresql is not None:
            empty(self.postgresql)
            return self.postgresql, 2
        assert self.template is not None
        return fresh(self.scene.folder, self.template, self.number), 1

    def close(self) -> None:
        self.do(self.stack.aclose())
        self.loop.close()


class ApprovalMachine(RuleBasedStateMachine):
    """One schedule. ``stage`` is set on a class for each place to play it."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        url, replicas = self.stage.database()
        self.driver = self.do(Driver.begin(self.stage.scene, url, replicas))

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.stage.do(work)

    def of(self, index: int) -> Case:
        cases = self.driver.cases
        return cases[-1 - index % len(cases)]

    @initialize(law=st.sampled_from(("one", "one", "one", "two", "staged", "run")), asker=st.sampled_from(ASKERS),
                deed=st.sampled_from(WANTED), lines=LINES, go_on=st.booleans(),
                fault=st.randoms(use_true_random=False))  # fmt: skip
    def begins(self, law: Any, asker: str, deed: Deed, *, lines: int, go_on: bool, fault: random.Random) -> None:
        """Something is asked for that meets a fault in three of four schedules, as soon as it is sent. In the others, a
        line of a list can't be carried out any more.
        """
        self.do(self.driver.decree(law))
        self.asks(asker, deed, None, 0, lines=lines, go_on=go_on, again=False)
        if fault.random() < 0.75:
            times, skip = fault.choice((1, 2, 4, 8)), fault.randrange(3) if deed == "list" else 0
            self.driver.stripe_fails("^(POST|DELETE) ", fault.choice(KINDS), times, skip=skip)
        elif deed == "list":
            self.refunded_elsewhere(0, fault.randrange(3))

    @rule(asker=st.sampled_from(ASKERS), deed=st.sampled_from(WANTED), kill=KILLS, which=WHICH,
          lines=LINES, go_on=st.booleans(), again=st.booleans())  # fmt: skip
    def asks(
        self, asker: str, deed: Deed, kill: int | None, which: int, *, lines: int, go_on: bool, again: bool
    ) -> None:
        self.driver.kill_at = kill
        case = self.driver.scene.cases.make(deed, asker, lines=lines, go_on=go_on)
        self.do(self.driver.ask(case, which, again=again))

    @rule(index=st.integers(0, 2), by=st.lists(st.sampled_from(("U0ALICE", *SIGNERS)), min_size=1, max_size=3),
          kill=KILLS, which=WHICH)  # fmt: skip
    def sign(self, index: int, by: list[str], kill: int | None, which: int) -> None:
        self.driver.kill_at = kill
        self.do(self.driver.click(self.of(index), [(user, APPROVE) for user in by], which))

    @rule(kill=KILLS, which=WHICH)
    def all_sign(self, kill: int | None, which: int) -> None:
        """Everybody, one after the other, until it needs no more; with each click a bot may die."""
        for user in SIGNERS:
            self.driver.kill_at = kill
            self.do(self.driver.click(self.of(0), [(user, APPROVE)], which))

    @rule(match=STRIPE_REQUESTS, kind=STRIPE_FAULTS, times=TIMES, kill=KILLS, which=WHICH)
    def all_sign_while_stripe_fails(self, match: str, kind: Any, times: int, kill: int | None, which: int) -> None:
        """The same, with a fault that meets the looks before the request is sent, or the request."""
        self.driver.stripe_fails(match, kind, times)
        self.all_sign(kill, which)

    @rule(index=st.integers(0, 2), refuses=st.sampled_from(SIGNERS), signs=st.none() | st.sampled_from(SIGNERS),
          kill=KILLS, which=WHICH)  # fmt: skip
    def refuse(self, index: int, refuses: str, signs: str | None, kill: int | None, which: int) -> None:
        """Somebody says no, perhaps while somebody else says yes."""
        self.driver.kill_at = kill
        yes = [(signs, APPROVE)] if signs else []
        self.do(self.driver.click(self.of(index), [*yes, (refuses, DENY)], which))

    @rule(index=st.integers(0, 2), which=WHICH, kill=KILLS)
    def replay(self, index: int, which: int, kill: int | None) -> None:
        self.driver.kill_at = kill
        self.do(self.driver.replay(self.of(index), which))

    @rule(index=st.integers(0, 2), user=st.sampled_from(("U0ALICE", "U0ALICE", "U0BOB")), kills=EACH_KILLS, which=WHICH)
    def runs_it_alone(self, index: int, user: str, kills: Kills, which: int) -> None:
        self.do(break_the_glass(self.driver, self.of(index), user, which, kills=kills))

    @rule(index=st.integers(0, 2), signs=st.none() | st.sampled_from(SIGNERS), kill=KILLS, which=WHICH)
    def withdraw(self, index: int, signs: str | None, kill: int | None, which: int) -> None:
        """Whoever asked takes it back, perhaps while somebody signs it."""
        self.driver.kill_at = kill
        yes = [(signs, APPROVE)] if signs else []
        self.do(self.driver.click(self.of(index), [*yes, (self.of(index).asker, "withdraw")], which))

    @rule(index=st.integers(0, 2), signs=st.none() | st.sampled_from(SIGNERS), kills=EACH_KILLS, again=st.booleans(),
          sign=st.booleans(), which=WHICH)  # fmt: skip
    def change(self, index: int, signs: str | None, kills: Kills, which: int, *, again: bool, sign: bool) -> None:
        """Whoever asked asks for something else in its place, perhaps while somebody signs it; ``sign``: then everybody
        presses Approve on both, on the old card as they saw it before.
        """
        case = self.of(index)
        self.driver.pressed(case, [(user, APPROVE) for user in SIGNERS])
        beside = [(signs, APPROVE)] if signs else []
        changed = self.do(change(self.driver, case, which, kills=kills, again=again, beside=beside))
        if changed is not None and sign:
            self.do(self.driver.replay(case, which))
            self.all_sign(None, which)

    @precondition(lambda self: any(case.lines for case in self.driver.cases))
    @rule(kill=KILLS, which=WHICH, by=st.sampled_from((*ASKERS, *ASKERS, "U0FRED")), sign=st.booleans())
    def stop_or_rest(self, kill: int | None, which: int, by: str, *, sign: bool) -> None:
        """Somebody has the newest list stopped, or asks for what was left of it, whichever its card offers; ``sign``:
        then people sign what it offers.
        """
        case = next(case for case in reversed(self.driver.cases) if case.lines)
        self.driver.kill_at = kill
        case.stopped |= self.do(self.driver.click(case, [(by, STOP_LIST), (by, REST_OF_LIST)], which))
        for user in SIGNERS if sign else ():
            self.do(self.driver.click(case, [(user, APPROVE)], which))

    @rule(law=st.sampled_from(("one", "one", "one", *LAWS)))
    def decree(self, law: Any) -> None:
        self.do(self.driver.decree(law))

    @rule(user=st.sampled_from(SIGNERS), may=st.booleans())
    def grant(self, user: str, may: bool) -> None:
        self.do(self.driver.grant(user, may=may))

    @rule(minutes=st.sampled_from((0.1, 1, 2, 31, 250, 25 * 60)), which=WHICH, kill=KILLS)
    def later(self, minutes: float, which: int, kill: int | None) -> None:
        self.driver.kill_at = kill
        self.do(self.driver.later(timedelta(minutes=minutes), which))

    @rule(index=st.integers(0, 2), line=st.integers(0, 3))
    def refunded_elsewhere(self, index: int, line: int) -> None:
        """Somebody else refunds at Stripe what is asked for, so that what was signed is not how things stand."""
        self.driver.scene.cases.refund_elsewhere(self.of(index), line)

    @rule(match=STRIPE_REQUESTS, kind=STRIPE_FAULTS, times=TIMES)
    def stripe_fails(self, match: str, kind: Any, times: int) -> None:
        self.driver.stripe_fails(match, kind, times)

    @rule(method=st.sampled_from(("chat.postMessage", "chat.update", "users.info")), fault=SLACK_FAULTS)
    def slack_fails(self, method: str, fault: Fault) -> None:
        self.driver.slack_fails(method, fault)

    @rule(nth=st.integers(1, 12), committed=st.booleans())
    def database_fails(self, nth: int, committed: bool) -> None:
        """One transaction of the next step fails, undone or done."""
        self.driver.database_fails = (nth, committed)

    @precondition(lambda self: self.driver.replicas > 1)
    @rule()
    def sessions_are_cut(self) -> None:
        """The database server goes away and comes back."""
        self.driver.cut_sessions()

    def teardown(self) -> None:
        try:
            self.do(self.driver.drain())
            report = judge(self.driver)
            self.stage.scene.tally.add(report, self.driver.cases)
            if report.broken:
                raise AssertionError(f"{report.broken}; {self.driver.log}")
        finally:
            self.do(self.driver.close())


@pytest.fixture
def on_sqlite(sqlite_template: Path, fast_folder: Path) -> Iterator[Stage]:
    """A stage for one bot."""
    made = Stage(fast_folder, sqlite_template, None)
    yield made
    made.close()


@pytest.fixture
def on_postgresql(postgresql_scratch: str, fast_folder: Path) -> Iterator[Stage]:
    """A stage for two bots on one database."""
    made = Stage(fast_folder, None, postgresql_scratch)
    yield made
    made.close()


def play(stage: Stage, number: int, schedules: int) -> None:
    """Play so many schedules by one seed."""
    machine = seed(number)(type("Machine", (ApprovalMachine,), {"stage": stage}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=schedules,
            stateful_step_count=STEPS,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )


def test_short_run_of_one_bot_on_sqlite(on_sqlite: Stage) -> None:
    """Nothing unsigned, doubled, lost, falsely told or left waiting."""
    play(on_sqlite, SEED, min(SCHEDULES, ROUND) or SHORT["sqlite"])


@pytest.mark.postgres
def test_short_run_of_two_bots_on_postgresql(on_postgresql: Stage) -> None:
    """The same where each may take on what the other leaves behind."""
    play(on_postgresql, SEED, min(SCHEDULES, ROUND) or SHORT["postgresql"])


@pytest.mark.parametrize("deed", DEEDS)
def test_killed_at_each_await_between_a_signature_and_its_answer(on_sqlite: Stage, deed: Deed) -> None:
    """Wherever it dies, the next bot brings it to one effect, by a signature that is repeated at most.

    The short run takes one await in so many, the long one each.
    """
    moment, ended = 0, True
    while ended:
        ended = on_sqlite.do(_killed_at(on_sqlite, deed, moment))
        moment += 1 if SCHEDULES else SKIPS[deed]


async def _killed_at(stage: Stage, deed: Deed, moment: int) -> bool:
    """Whether the bot died of it."""
    url, replicas = stage.database()
    driver = await Driver.begin(stage.scene, url, replicas)
    case = await driver.ask(stage.scene.cases.make(deed, "U0ALICE"), 0)
    kills = stage.scene.tally.kills
    driver.kill_at = moment
    await driver.click(case, [("U0BOB", APPROVE)], 0)
    ended = stage.scene.tally.kills > kills
    await driver.click(case, [("U0BOB", APPROVE)], 0)
    await driver.drain()
    report = judge(driver)
    await driver.close()
    assert (moment, report.broken, report.effects, report.for_a_person) == (moment, {}, len(case.marks), 0)
    return ended


@pytest.mark.skipif(SCHEDULES == 0, reason="COUNTERSIGN_TEST_SCHEDULES says how many; it takes minutes")
@pytest.mark.timeout(0)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_many_schedules(request: pytest.FixtureRequest, shard: int) -> None:
    """Round after round; one shard in four with two bots on PostgreSQL."""
    kind = "on_postgresql" if shard % 4 == 3 else "on_sqlite"
    stage: Stage = request.getfixturevalue(kind)
    left, number = SCHEDULES // SHARDS, SEED + 1000 * shard
    while left > 0:
        began = time.monotonic()
        play(stage, number, min(left, ROUND))
        print(f"{kind}, seed {number}: {asdict(stage.scene.tally)}, {time.monotonic() - began:.1f} s", flush=True)
        left -= ROUND
        number += 1


@pytest.mark.skipif(SCHEDULES == 0, reason="COUNTERSIGN_TEST_SCHEDULES asks for it; it takes minutes")
@pytest.mark.timeout(0)
@pytest.mark.parametrize(
    ("mutant", "promise"),
    [
        ("new_key_per_attempt", "doubled"),
        ("executing_is_never_claimed_again", "stuck"),
        ("lost_is_failed", "wrong"),
        ("deliveries_are_forgotten", "doubled"),
        ("nothing_is_announced", "unsaid"),
        ("superseded_still_waits", "doubled"),
        ("lists_never_stop", "wrong"),
        ("the_next_turn_is_forgotten", "stuck"),
    ],
)
def test_schedules_find_a_mutant(on_sqlite: Stage, monkeypatch: pytest.MonkeyPatch, mutant: str, promise: str) -> None:
    """They notice that a defence is gone; the two that take an exact moment have stories of their own."""
    MUTANTS[mutant](monkeypatch.setattr)
    with pytest.raises(AssertionError, match=promise):
        play(on_sqlite, SEED, 600)
