"""Killed in the middle of a list, and again in the middle of what was left: each line happens once, in its order."""

import csv
import io
import signal

from bot.cards import APPROVE
from tests.faults.oracle import buttons
from tests.faults.stage import Stage, until
from tests.faults.stories import make_charge

REFUND = "POST /v1/refunds"
LOOKS = 2
"""How many reads come before a refund is asked for, and again right before it is sent."""


async def test_a_list_whose_bots_are_killed_is_carried_out_line_by_line(sqlite_stage: Stage) -> None:
    """One dies with Stripe's answer to the second line in its hands, the next as it begins with the third."""
    stage = sqlite_stage
    charges = [await make_charge(stage.stripe_url) for _ in range(3)]
    listed = "\n".join(("charge,amount,currency", *(f"{each},1.00,usd" for each in charges)))
    reads_before = LOOKS * len(charges)
    answered = reads_before + 2 * (LOOKS + 1)
    first = await stage.ready(stage.start(moment="operations.executor:Executor._send after", nth=answered))
    await stage.command(first, f"bulk refunds\n{listed}")
    await stage.click(first, stage.press(await stage.head(), APPROVE))
    assert await first.ended() == -signal.SIGKILL
    assert refunded(stage) == charges[:2]
    assert await stage.start(moment="bot.runs:Runs._claim after", nth=2).ended() == -signal.SIGKILL
    assert refunded(stage) == charges[:2]
    stage.start()
    await until(lambda: "3 of 3 done" in str(stage.heads[0].blocks) and bool(reported(stage)), "the end of the list")
    assert refunded(stage) == charges
    assert reported(stage) == [(each, "done") for each in charges]
    assert buttons(stage.heads[0]) == []


def refunded(stage: Stage) -> list[str]:
    """The charges that refunds were made of, in the order in which they were."""
    return [str(each.parameters["charge"]) for each in stage.stripe.journal.of(REFUND)]


def reported(stage: Stage) -> list[tuple[str, str]]:
    """What the report in the thread says of each line; nothing as long as there is none."""
    found = [each for each in stage.workspace.files.values() if each.filename.startswith("report-") and each.thread_ts]
    content = (found[-1].content or b"").decode() if found else ""
    return [(each["object"], each["state"]) for each in csv.DictReader(io.StringIO(content))]
