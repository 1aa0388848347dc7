"""Where schedules of approvals are played: what outlives each of them, and what they press there."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, get_args

from bot import cards
from operations.sandbox import Sandbox
from operations.sandbox.server import serve
from tests.fakes import slack_payloads
from tests.fakes.slack import TOKEN, FakeSlack, Message, Workspace
from tests.faults.approval_cases import Cases
from tests.faults.approval_model import Tally
from tests.faults.denials import denial
from tests.faults.lives import Time
from tests.faults.oracle import buttons
from tests.seeded import seeded
from tests.world import TEAM

CHOICES: tuple[str, ...] = get_args(cards.Choice)


class Scene:
    """What outlives a schedule: the servers, the folder, and what was counted."""

    def __init__(self, folder: Path, slack: FakeSlack, stripe: Sandbox, stripe_url: str) -> None:
        self.folder = folder
        self.slack = slack
        self.stripe = stripe
        self.stripe_url = stripe_url
        self.cases = Cases(stripe)
        self.tally = Tally()

    def cleared(self) -> Workspace:
        """A new workspace, and nothing left of a schedule before."""
        self.slack.clock = None
        self.slack.calls.clear()
        self.slack.responses.clear()
        self.slack.faults.clear()
        self.stripe.faults.clear()
        self.stripe.journal.requests.clear()
        return self.slack.workspace(TEAM, TOKEN)

    def press(self, workspace: Workspace, card: Message, action: str, user: str) -> dict[str, Any]:
        """The payload of a button, of a choice behind the three dots, or of the modal that asks why not."""
        trigger = self.slack.trigger(workspace, user)
        if action == cards.DENY:
            return denial(self.folder / "master.keys", card, user=user, trigger=trigger)
        chosen: dict[str, Any] = {"value": None} if action in CHOICES else {"value": card.button(action)["value"]}
        if action in CHOICES:
            (row,) = (block for block in card.blocks if block["type"] == "actions")
            chosen |= {"option": action, "block_id": row["block_id"]}
        payload = slack_payloads.click(
            cards.MORE if action in CHOICES else action,
            user=user,
            channel=card.channel,
            message={"ts": card.ts, "text": card.text},
            response_url=self.slack.response_url(),
            **chosen,
        )
        return {**payload, "trigger_id": trigger}


def offered(card: Message, action: str) -> bool:
    """Whether a card lets people do this: decide while it waits, or what else it has a button for."""
    return (cards.APPROVE if action in (*CHOICES, cards.DENY) else action) in buttons(card)


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    """Servers for any number of schedules."""
    slack = FakeSlack()
    running = await serve(seeded(Time()))
    try:
        async with slack.serve():
            yield Scene(folder, slack, running.app, running.url)
    finally:
        await running.aclose()


def fresh(folder: Path, template: Path, number: int) -> str:
    """The URL of a SQLite file with all tables and no rows."""
    path = folder / f"schedule-{number}.db"
    shutil.copy(template, path)
    return f"sqlite:///{path}"
