"""What people do in the modals of an approval, step by step, while bots die: run it alone, and ask for something else
in its place. A step that is not answered leaves the modal open, and is done once more, as people do.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from bot.cards import SAYING, SAYING_VIEW, Choice
from bot.forms.names import FORM_VIEW
from tests.fakes import slack_payloads
from tests.fakes.slack import FakeSlack, Workspace
from tests.faults.approval_driver import Driver, recorded
from tests.faults.approval_model import Case
from tests.faults.approval_scene import offered
from tests.in_modals import InModals
from tests.world import SECRET, TEAM

Kills = Sequence[int | None]
"""At which await of each step the bot dies, if at any; no kill after those that are told."""


class UnansweredError(Exception):
    """Slack had no answer to show, so the person still has before them what they pressed."""


class _Hand(slack_payloads.Sender):
    """Delivers what a person does as steps of a schedule."""

    def __init__(self, driver: Driver, which: int, kills: Kills) -> None:
        super().__init__(driver.lives[0].client, SECRET, driver.time)
        self._driver = driver
        self._which = which
        self._kills = iter(kills)
        self.delivered: list[dict[str, Any]] = []
        self.done = True
        """Whether the bot lived through the last one."""
        self.beside: Sequence[dict[str, Any]] = ()
        """What others do in the moment of the next one."""

    async def interaction(self, payload: Mapping[str, Any]) -> httpx.Response:
        answers: list[httpx.Response] = []

        async def deliver(sender: slack_payloads.Sender) -> None:
            answers.append(await sender.interaction(payload))

        self.delivered.append(dict(payload))
        self._driver.kill_at = next(self._kills, None)
        others = [lambda sender, other=each: sender.interaction(other) for each in self.beside]
        self.beside = ()
        self.done = await self._driver.step(self._which, deliver, *others)
        if not answers or answers[0].status_code != 200:
            raise UnansweredError
        return answers[0]


@dataclass
class _Around:
    """What somebody in front of a modal needs around them."""

    slack: FakeSlack
    workspace: Workspace
    sender: slack_payloads.Sender

    async def settle(self) -> None:
        """A step sees through what it leads to."""


async def break_the_glass(driver: Driver, case: Case, user: str, which: int, *, kills: Kills = ()) -> None:
    """Somebody presses Run alone…, and says why it can't wait."""
    hand, person = _at_work(driver, user, which, kills)
    if await _open(driver, case, "alone", hand, person) == SAYING_VIEW:
        person.fill({SAYING: "the house is on fire"})
        await _submitted(person)
    case.clicks += hand.delivered


async def change(
    driver: Driver,
    case: Case,
    which: int,
    *,
    kills: Kills = (),
    again: bool = False,
    beside: Sequence[tuple[str, str]] = (),
) -> Case | None:
    """Whoever asked for a case presses Change…, says otherwise in the form, and agrees to its preview; the new case.

    None where they did not come to that. ``beside``: what others press on the old card in the moment of the last step;
    ``again``: that one is delivered twice.
    """
    hand, person = _at_work(driver, case.asker, which, kills)
    if await _open(driver, case, "change", hand, person) != FORM_VIEW:
        return None
    changed, said = driver.scene.cases.change(case)
    person.fill(said)
    if (await _submitted(person)).get("response_action") != "push":
        return None
    hand.beside = driver.pressed(case, beside)
    driver.cases.append(changed)
    seen, told = driver.read(recorded), driver.told
    agreed = await _submitted(person)
    if again:
        await driver.step(which, lambda sender: sender.interaction(hand.delivered[-1]))
    changed.told = driver.told > told
    changed.accepted = (agreed.get("response_action") == "clear" and hand.done) or driver.read(recorded) > seen
    changed.clicks += hand.delivered
    return changed


def _at_work(driver: Driver, user: str, which: int, kills: Kills) -> tuple[_Hand, InModals]:
    hand = _Hand(driver, which, kills)
    return hand, InModals(_Around(driver.scene.slack, driver.workspace, hand), user, TEAM)


async def _open(driver: Driver, case: Case, choice: Choice, hand: _Hand, person: InModals) -> str:
    """What opens for a person who chooses something of a card, by its callback id; empty where nothing does."""
    card, before = driver.card(case), len(driver.workspace.views)
    if card is None or not offered(card, choice):
        return ""
    with suppress(UnansweredError):
        await hand.interaction(driver.scene.press(driver.workspace, card, choice, person.user_id))
    opened = person.in_modal and len(driver.workspace.views) > before
    return str(person.modal["callback_id"]) if opened else ""


async def _submitted(person: InModals) -> Mapping[str, Any]:
    """What the modal in front of somebody is answered with when it is submitted, if need be twice; else nothing."""
    for _ in range(2):
        with suppress(UnansweredError):
            return await person.submit()
    return {}
