"""A bot that dies with a file in its hands: the next one sends the very file, once."""

import signal
from datetime import timedelta

import pytest

from bot.app import Countersign
from operations.call import FileContent
from operations.sandbox.keys import ACCOUNT
from operations.sandbox.seed import HIGHLIGHTS
from tests.faults.stage import Stage, until
from tests.uploading import UPLOAD, pdf_of, record
from tests.world import settings

FILE = FileContent("proof.pdf", "application/pdf", pdf_of(5_000_000))


def said(stage: Stage) -> str:
    """The head and what is below it."""
    return str([message.blocks for head in stage.heads for message in (head, *stage.workspace.thread(head.ts))])


@pytest.mark.parametrize(
    ("moment", "fell"),
    [
        ("bot.runs:Runs._claim after", 0),
        ("operations.executor:Executor._send before", 0),
        ("operations.executor:Executor._send after", 1),
    ],
)
async def test_killed_with_an_upload_on_its_way(sqlite_stage: Stage, moment: str, fell: int) -> None:
    """Whether Stripe had it or not, after the restart there is one file with all its bytes, and the thread says so."""
    stage = sqlite_stage
    made = settings(
        stage.folder, database_url=stage.database_url, slack_url=stage.slack.api, stripe_url=stage.stripe_url
    )
    # Recorded a minute ago, so that the next process takes it on at once.
    async with Countersign.start(made, clock_shift=lambda: timedelta(minutes=-1)) as bot:
        await bot.store.transaction(lambda tx: record(bot, tx, FILE))
    mortal = stage.start(moment=moment)
    assert await mortal.ended() == -signal.SIGKILL
    assert len(stage.stripe.journal.of(UPLOAD)) == fell
    stage.start()
    await until(lambda: "proof.pdf" in said(stage) and "succeeded" in said(stage), "the answer")
    assert len(stage.stripe.journal.of(UPLOAD)) == 1
    contents = stage.stripe.state.book(ACCOUNT, livemode=False).contents
    assert [each for id_, each in contents.items() if id_ != HIGHLIGHTS["file"]] == [FILE.data]
