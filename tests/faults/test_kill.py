"""Killed, ended or stopped in the middle: real processes of ``countersign serve --http``, and exactly one effect.

Slack is answered before anything is on record, so what is killed in the milliseconds between is gone; Slack's user sees
the button, or no answer, and repeats it. From the record on nothing may be lost, and nothing done twice.
"""

import json
import signal
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from bot.cards import APPROVE, DENY
from bot.store.tables import audit_events, messages, runs
from bot.submitting import LOOK_RULE
from operations.clock import SystemClock
from operations.sandbox.faults import Kind
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.slack import Fault, Message
from tests.fakes.slack_payloads import FORM, Sender
from tests.faults.oracle import Case, Report, buttons, judge, unfinished
from tests.faults.stage import Bot, Stage, until
from tests.world import SECRET

REFUND = "POST /v1/refunds"
DELETION = "DELETE /v1/customers/{customer}"
CUSTOMER = HIGHLIGHTS["customer_to_delete"]
ASKS_REFUND = f"refunds create --charge {HIGHLIGHTS['refundable_charge']} --amount 500"
ASKS_DELETION = f"customers delete {CUSTOMER}"
LOOKS = {REFUND: 2, DELETION: 3}
"""How many reads come before each is asked for, and again right before it is sent."""
STEPS = (
    ("bot.looking:Looking.see before", 1),
    ("bot.looking:Looking._go_on after", 1),
    ("bot.slack_api:SlackApi.post after", 1),
    ("bot.approvals:Approvals.sign after", 1),
    ("bot.runs:Runs._look_again before", 1),
    ("operations.executor:Executor._send before", 5),
    ("operations.executor:Executor._send after", 5),
    ("bot.runs:Runs._finish after", 5),
)
"""Those moments of :mod:`tests.faults.fitting` that leave most behind, in order, and which time it is: the looks before
a refund is asked for pass them twice, those before it is sent twice more, and then itself. Every await has its turn in
:mod:`tests.faults.test_approval_machine`."""
LOOKING = ("bot.runs:Runs.carry_out before", "operations.executor:Executor._send after")
"""Two of those between the record of a look-up and what it leads to."""
WHERE = ("kind", "fell", "text", "operation")
"""The fault that holds a request up, and whether Stripe has done it by then."""


def card(stage: Stage) -> Message:
    """The first head that is on record. One that was posted twice, by a bot that died in between, stands there too."""
    with stage.database.connect() as connection:
        ts = connection.execute(select(messages.c.ts).where(messages.c.thread_of.is_(None))).scalars().first()
    return next((message for message in stage.heads if message.ts == ts), stage.heads[0])


def done(stage: Stage) -> bool:
    """Whether the head says that it succeeded, without a button, and the thread has the answer."""
    if not stage.heads:
        return False
    head = card(stage)
    said = str(head.blocks)
    return ("Done" in said or "succeeded" in said) and not buttons(head) and bool(stage.workspace.thread(head.ts))


def answers(stage: Stage) -> set[str]:
    """The answers in the thread of the first head, each once however often it was posted."""
    return {str(message.metadata) for message in stage.workspace.thread(card(stage).ts)}


async def asked(stage: Stage, bot: Bot, text: str) -> Message:
    await stage.ready(bot)
    assert (answer := await stage.command(bot, text)) is not None
    assert answer.status_code == 200
    return await stage.head()


async def approved(stage: Stage, bot: Bot, head: Message) -> None:
    assert (answer := await stage.click(bot, stage.press(head))) is not None
    assert answer.status_code == 200


def effects(stage: Stage, operation: str) -> int:
    return len(stage.stripe.journal.of(operation))


@pytest.mark.parametrize(WHERE, [("delay_after", 1, ASKS_REFUND, REFUND), ("delay", 0, ASKS_DELETION, DELETION)])
async def test_killed_between_the_approval_and_the_answer(
    sqlite_stage: Stage, kind: Kind, fell: int, text: str, operation: str
) -> None:
    """Whether Stripe had done it or not, after the restart it happened once, and card and thread say so."""
    await _killed_between(sqlite_stage, kind, fell, text, operation)


@pytest.mark.parametrize(WHERE, [("delay", 0, ASKS_REFUND, REFUND), ("delay_after", 1, ASKS_DELETION, DELETION)])
async def test_killed_between_the_approval_and_the_answer_on_postgresql(
    postgresql_stage: Stage, kind: Kind, fell: int, text: str, operation: str
) -> None:
    """The same where the next process has to wait for the dead one's lease to end."""
    await _killed_between(postgresql_stage, kind, fell, text, operation)


async def _killed_between(stage: Stage, kind: Kind, fell: int, text: str, operation: str) -> None:
    fault = stage.stripe.faults.add(operation.partition("{")[0], kind, seconds=0.4)
    bot = stage.start()
    await approved(stage, bot, await asked(stage, bot, text))
    await until(lambda: fault.times == 0 and effects(stage, operation) == fell, "Stripe at work")
    assert await bot.end(signal.SIGKILL) == -signal.SIGKILL
    stage.start()
    await until(lambda: done(stage), "the answer")
    assert effects(stage, operation) == 1
    assert len(answers(stage)) == 1


async def test_the_installed_command_killed_and_started_again(sqlite_stage: Stage) -> None:
    """As an operator runs it, with the product's own times: kill -9, the same command again, one refund, said so."""
    stage = sqlite_stage
    fault = stage.stripe.faults.add("POST /v1/refunds", "delay_after", seconds=60)
    bot = stage.start_command()
    await approved(stage, bot, await asked(stage, bot, ASKS_REFUND))
    await until(lambda: fault.times == 0, "Stripe at work")
    assert await bot.end(signal.SIGKILL) == -signal.SIGKILL
    again = stage.start_command()
    await until(lambda: done(stage), "the answer")
    assert effects(stage, REFUND) == 1
    assert len(stage.workspace.thread(stage.heads[0].ts)) == 1
    assert await again.end(signal.SIGTERM) == 0


async def test_killed_at_each_step(sqlite_stage: Stage) -> None:
    """Whichever step is the last one, the person repeats at most what nobody answered, and it happens once."""
    stage = sqlite_stage
    cases = []
    for number, (moment, nth) in enumerate(STEPS):
        mark = f"case{number:05}end"
        text = f"refunds create --charge {HIGHLIGHTS['large_charge']} --amount 1 --metadata[case]={mark}"
        cases.append(Case(mark, text, REFUND, "approve"))
        mortal = stage.start(moment=moment, nth=nth)
        last = await _seen_through(stage, mortal, cases[-1])
        await until(lambda bot=mortal: not bot.lives, f"the moment {moment}")  # type: ignore[misc]  # of the default
        assert mortal.status == -signal.SIGKILL, moment
        await last.end(signal.SIGKILL)
        report = _judged(stage, cases)
        assert (moment, report.broken, report.for_a_person) == (moment, {}, 0)
        assert report.effects == len(cases), moment


async def _seen_through(stage: Stage, bot: Bot, case: Case) -> Bot:
    """Ask and approve, again where that died with the bot, until all is done and said; the bot that lives then."""
    trigger = stage.slack.trigger(stage.workspace)

    def heads() -> list[Message]:
        return [head for head in stage.heads if case.mark in str(head.blocks)]

    while not heads():
        bot = await _living(stage, bot)
        await stage.command(bot, case.text, trigger=trigger)
        await _until_dead_or(bot, lambda: bool(heads()))
    click = stage.press(heads()[0])
    while all(map(buttons, heads())):
        bot = await _living(stage, bot)
        await stage.click(bot, click)
        await _until_dead_or(bot, lambda: not all(map(buttons, heads())))
    while _unfinished(stage):
        bot = await _living(stage, bot)
        await _until_dead_or(bot, lambda: not _unfinished(stage))
    return await _living(stage, bot)


async def test_a_card_that_was_posted_twice_decides_nothing_more(sqlite_stage: Stage) -> None:
    """Killed between Slack's answer and its record, the card stands twice; either one's button tells who decided."""
    stage = sqlite_stage
    bot = await stage.ready(stage.start(moment="bot.slack_api:SlackApi.post after"))
    await stage.command(bot, ASKS_REFUND)
    await bot.ended()
    bot = await stage.ready(stage.start())
    await until(lambda: len(stage.heads) == 2, "the second card")
    first, second = stage.heads
    await approved(stage, bot, second)
    await until(lambda: done(stage), "the answer")
    await stage.click(bot, stage.press(first, user="U0FRED"))
    await until(lambda: bool(stage.slack.responses), "the refusal")
    assert "<@U0BOB>" in str(stage.slack.responses[0])
    assert effects(stage, REFUND) == 1


async def test_the_same_bytes_mean_nothing_to_the_next_process(sqlite_stage: Stage) -> None:
    """A signed click that was recorded byte for byte, and is sent again to the process after a restart."""
    stage = sqlite_stage
    bot = stage.start()
    click = stage.press(await asked(stage, bot, ASKS_REFUND))
    body = urlencode({"payload": json.dumps(click)}).encode()
    headers = Sender(bot.client, SECRET, SystemClock()).headers(body, FORM)
    assert (await bot.client.post("/slack/events", content=body, headers=headers)).status_code == 200
    await until(lambda: done(stage), "the answer")
    settled = _rows(stage)
    await bot.end()
    bot = await stage.ready(stage.start())
    assert (await bot.client.post("/slack/events", content=body, headers=headers)).status_code == 200
    assert await bot.end(signal.SIGTERM) == 0
    assert _rows(stage) == settled
    assert effects(stage, REFUND) == 1


async def test_a_command_on_record_is_sent_after_a_restart(sqlite_stage: Stage) -> None:
    """A command without an approval: recorded, killed before it was sent, carried out after the restart."""
    stage = sqlite_stage
    bot = stage.start(moment="bot.runs:Runs.carry_out before")
    await stage.ready(bot)
    await stage.command(bot, "customers create --name Ada")
    await until(lambda: not bot.lives, "the end")
    assert effects(stage, "POST /v1/customers") == 0
    stage.start()
    await until(lambda: done(stage), "the answer")
    assert effects(stage, "POST /v1/customers") == 1
    assert len(answers(stage)) == 1


@pytest.mark.parametrize("moment", LOOKING)
async def test_a_command_is_gone_on_with_after_what_it_is_about_was_looked_up(stage: Stage, moment: str) -> None:
    """Wherever the look-up dies, those that start next ask for the approval, once, and it can be given."""
    bot = stage.start(moment=moment)
    await stage.ready(bot)
    await stage.command(bot, f"refund {HIGHLIGHTS['refundable_charge']} 5.00")
    await until(lambda: not bot.lives, "the end")
    assert stage.heads == []
    several = 1 if stage.database_url.startswith("sqlite") else 2
    others = [await stage.ready(stage.start()) for _ in range(several)]
    await approved(stage, others[0], await stage.head())
    await until(lambda: done(stage), "the answer")
    assert len(stage.heads) == 1
    assert effects(stage, REFUND) == 1


async def test_a_result_that_slack_did_not_take_is_posted_after_a_restart(sqlite_stage: Stage) -> None:
    """Slack fails while the result is due, the bot is killed, Slack works again: the restarted bot says it."""
    stage = sqlite_stage
    bot = stage.start()
    head = await asked(stage, bot, ASKS_REFUND)
    for method in ("chat.postMessage", "chat.update"):
        stage.slack.fail(method, *[Fault("status", 503)] * 1000)
    await approved(stage, bot, head)
    await until(lambda: _states(stage) == ["succeeded"], "the record")
    await bot.end()
    assert buttons(head)[:2] == [APPROVE, DENY]
    stage.slack.faults.clear()
    stage.start()
    await until(lambda: done(stage), "the answer")
    assert effects(stage, REFUND) == 1
    assert len(answers(stage)) == 1


async def test_a_card_that_slack_did_not_take_is_posted_after_a_restart(sqlite_stage: Stage) -> None:
    """An approval on record whose card could not be posted is asked for after the restart, and can be given."""
    stage = sqlite_stage
    stage.slack.fail("chat.postMessage", *[Fault("cut")] * 1000)
    bot = await stage.ready(stage.start())
    await stage.command(bot, ASKS_REFUND)
    await until(lambda: stage.slack.called("chat.postMessage") > 0, "a try")
    await bot.end()
    assert stage.heads == []
    stage.slack.faults.clear()
    bot = await stage.ready(stage.start())
    await approved(stage, bot, await stage.head())
    await until(lambda: done(stage), "the answer")
    assert len(stage.heads) == 1
    assert effects(stage, REFUND) == 1


async def test_sigterm_finishes_what_was_accepted(stage: Stage) -> None:
    """Asked to end while Stripe works: the refund is finished and said, nothing new is taken, the status is 0."""
    fault = stage.stripe.faults.add("POST /v1/refunds", "delay", seconds=0.5)
    bot = stage.start()
    await approved(stage, bot, await asked(stage, bot, ASKS_REFUND))
    await until(lambda: fault.times == 0, "Stripe at work")
    bot.send(signal.SIGTERM)
    answer = await stage.command(bot, "customers list")
    assert answer is None or answer.status_code in {200, 503}
    assert await bot.ended() == 0
    assert done(stage)
    assert effects(stage, REFUND) == 1


async def test_sigterm_finishes_what_is_being_said(sqlite_stage: Stage) -> None:
    """Asked to end while a slow Slack is told the result: it is told whole before the process ends."""
    stage = sqlite_stage
    bot = stage.start()
    head = await asked(stage, bot, ASKS_REFUND)
    stage.slack.seconds = 0.2
    await approved(stage, bot, head)
    await until(lambda: _states(stage) == ["succeeded"], "the record")
    assert await bot.end(signal.SIGTERM) == 0
    assert _unfinished(stage) == 0
    assert done(stage)


@pytest.mark.parametrize(
    ("asleep", "text", "operation", "awake"),
    [
        ("bot.runs:Runs._claim after", ASKS_REFUND, REFUND, ""),
        ("bot.keys.store:KeyStore.open after", ASKS_REFUND, REFUND, "settled by another process"),
        ("bot.keys.store:KeyStore.open after", ASKS_DELETION, DELETION, "settled by another process"),
        ("operations.executor:Executor._send after", ASKS_DELETION, DELETION, "settled by another process"),
    ],
    ids=["in-a-transaction", "before-POST", "before-DELETE", "after-DELETE"],
)
async def test_a_holder_that_slept_through_its_lease_changes_nothing(
    postgresql_stage: Stage, asleep: str, text: str, operation: str, awake: str
) -> None:
    """Stopped wherever it holds the run; another replica settles it; woken up, what the sleeper does is void.

    A transaction in which it was stopped holds its locks until the database ends the idle session.
    """
    stage = postgresql_stage
    looks = LOOKS[operation]
    nth = looks + 1 if asleep.startswith("bot.runs:Runs._claim") else 2 * looks + 1
    sleeper = stage.start(moment=asleep, nth=nth, signal=int(signal.SIGSTOP))
    await approved(stage, sleeper, await asked(stage, sleeper, text))
    await until(lambda: _is_stopped(sleeper), "the sleep")
    stage.start()
    await until(lambda: done(stage), "the answer")
    settled, said = _rows(stage), _said(stage)
    sleeper.send(signal.SIGCONT)
    assert await sleeper.end(signal.SIGTERM) == 0
    assert awake in sleeper.log.read_text()
    assert effects(stage, operation) == 1
    assert _rows(stage) == settled
    # It may have slept in the middle of saying something, which is then put right.
    await until(lambda: _said(stage) == said, "the same to be said as before")


async def test_a_late_update_of_a_card_does_not_stay(postgresql_stage: Stage) -> None:
    """Stopped right before it tells Slack that the run goes on; by the time it does, the run has long been settled."""
    stage = postgresql_stage
    sleeper = stage.start(moment="bot.slack_api:SlackApi.update before", signal=int(signal.SIGSTOP))
    await approved(stage, sleeper, await asked(stage, sleeper, ASKS_REFUND))
    await until(lambda: _is_stopped(sleeper), "the sleep")
    stage.start()
    await until(lambda: done(stage), "the answer")
    said = _said(stage)
    updates = stage.slack.called("chat.update")
    sleeper.send(signal.SIGCONT)
    await until(lambda: stage.slack.called("chat.update") > updates, "the late update")
    await until(lambda: _said(stage) == said, "the same to be said as before")
    assert await sleeper.end(signal.SIGTERM) == 0
    assert "too late" in sleeper.log.read_text()
    assert _said(stage) == said


def _judged(stage: Stage, cases: list[Case]) -> Report:
    with stage.database.connect() as connection:
        return judge(connection, stage.stripe.journal, stage.workspace, cases)


def _unfinished(stage: Stage) -> int:
    with stage.database.connect() as connection:
        return unfinished(connection)


async def _living(stage: Stage, bot: Bot) -> Bot:
    """This bot, or one in its place where it is dead."""
    return await stage.ready(bot if bot.lives else stage.start())


async def _until_dead_or(bot: Bot, reached: Callable[[], bool]) -> None:
    await until(lambda: reached() or not bot.lives, "the next step")


def _states(stage: Stage) -> list[str]:
    with stage.database.connect() as connection:
        return list(connection.execute(select(runs.c.state).where(runs.c.rule != LOOK_RULE)).scalars())


def _rows(stage: Stage) -> list[str]:
    """Everything on record of runs, and the audit trail, but for looks: to look again harms nobody."""
    with stage.database.connect() as connection:
        ran = connection.execute(select(runs).where(runs.c.rule != LOOK_RULE)).all()
        told = connection.execute(select(audit_events).order_by(audit_events.c.seq)).all()
    return [*map(str, ran), *(str(row) for row in told if not str(row.facts.get("operation", "")).startswith("GET "))]


def _said(stage: Stage) -> list[tuple[str, str, str]]:
    """What stands in Slack, however often it was edited."""
    return [(message.ts, message.text, str(message.blocks)) for message in stage.workspace.messages]


def _is_stopped(bot: Bot) -> bool:
    return Path(f"/proc/{bot.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "T"
