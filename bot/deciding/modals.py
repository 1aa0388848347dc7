"""The modals of an approval: saying why not, saying something, running it alone, the exact request, a changed one.

Something is open before anybody is asked who this is, or the database anything: the trigger lives for three seconds.
What was shown is checked again when a modal is submitted.
"""

import logging
from dataclasses import replace
from typing import Final, get_args

from bot import cards
from bot.approval import Approval
from bot.approvals import Refused
from bot.asking import LIFETIME_SECONDS
from bot.blocks import View
from bot.cards import Saying
from bot.deciding.decisions import Decisions, Do, Done, Wish
from bot.errors import StoreError
from bot.forms.answers import AGAIN, ERROR_SHOWN, Answer, instead, wrong
from bot.forms.filling import Filling
from bot.inbound import Submission
from bot.replies import Asker
from bot.slack_api import SlackApi, SlackError
from bot.text import Style
from bot.tokens import Tokens
from operations.clock import Clock
from operations.forms import prefilled
from operations.grammar import Command, Stated
from operations.grammar.binding import secret_problem
from operations.registry import Registry
from operations.secrets import locate_secret

logger = logging.getLogger(__name__)

PURPOSE: Final = "approval modal"
NOT_OPENED: Final = "Slack did not open the form in time. Press it once more."
NOT_YOURS: Final = "This form was opened by somebody else. Press the button on the card yourself."
TOO_OLD: Final = "This form is too old. Press the button on the card again."
EMPTY: Final = "This is required."
TOO_LONG: Final = f"At most {cards.LONGEST_SAID} characters."
SEVERAL: Final = "It asks for several calls at once, which no form shows. Withdraw it, and ask for the changed ones."
NO_FORM: Final = "No form shows this call. Withdraw it, and type the changed command."
SAYINGS: Final[tuple[Saying, ...]] = get_args(Saying)
_TITLES: Final = {"exact": "Exact request", "change": "Change"}


class Modals:
    """Opens them, and reads what they submit."""

    def __init__(
        self,
        *,
        decisions: Decisions,
        filling: Filling,
        registry: Registry,
        tokens: Tokens,
        slack: SlackApi,
        clock: Clock,
        style: Style,
    ) -> None:
        self._decisions = decisions
        self._filling = filling
        self._registry = registry
        self._tokens = tokens
        self._slack = slack
        self._clock = clock
        self._style: Style = style

    async def open(self, asker: Asker, wish: Wish, trigger_id: str, *, at_home: bool) -> str | None:
        """Show the modal of what somebody wants to do; a sentence where Slack opened none."""
        saying = next((each for each in SAYINGS if each == wish.do), None)
        token = self._signed(wish, at_home=at_home)
        try:
            # Without a field yet: the local Slack forgets what was typed when a modal changes.
            opened = await self._slack.open_view(asker.team_id, trigger_id, cards.waiting_view(_title(wish.do)))
        except SlackError as error:
            logger.warning("a modal of an approval was not opened: %s", error)
            return NOT_OPENED
        try:
            looked = await self._decisions.look(wish)
            match looked:
                case Approval() if saying is not None:
                    view = cards.saying_view(saying, token, looked)
                case Approval() if wish.do == "exact":
                    view = cards.exact_request(looked, self._registry.api_version, self._style)
                case Approval():
                    view = await self._form(asker, looked)
                case _:
                    view = _refused(wish.do, looked)
        except StoreError:
            view = _said(wish.do, AGAIN)
        await self._filling.show(asker.team_id, opened.id, view)
        return None

    async def submitted(self, submission: Submission) -> tuple[Answer, Done | None, bool]:
        """What a submission is answered with, what it led to, and whether the modal was opened from the Home tab.

        Raises nothing: where the database can't be reached, the modal says so and keeps what was typed.
        """
        read = self._read(submission)
        if isinstance(read, str):
            return wrong(cards.SAYING, read), None, False
        wish, at_home = read
        try:
            done = await self._decisions.carry_out(wish)
        except StoreError:
            return wrong(cards.SAYING, AGAIN), None, at_home
        if isinstance(done, Refused | str):
            return instead(_refused(wish.do, done)), None, at_home
        return {}, done, at_home

    async def _form(self, asker: Asker, approval: Approval) -> View:
        """The form of a call, whose submission takes the place of what is asked for now."""
        if len(approval.items) > 1:
            return _said("change", SEVERAL)
        filled = prefilled(_in_real_money(approval))
        try:
            return await self._filling.begin(asker, filled, supersedes=approval.id)
        except ValueError as error:
            logger.warning("approval %s is shown in no form: %s", approval.id, type(error).__name__)
            return _said("change", NO_FORM)

    def _signed(self, wish: Wish, *, at_home: bool) -> str:
        return self._tokens.sign(
            PURPOSE,
            {
                "do": wish.do,
                "approval": wish.approval_id,
                "digest": wish.digest,
                "team": wish.team_id,
                "user": wish.user_id,
                "home": "yes" if at_home else "",
                "until": str(int(self._clock.now()) + LIFETIME_SECONDS),
            },
        )

    def _read(self, submission: Submission) -> tuple[Wish, bool] | str:
        """What a submission wants, and whether from the Home tab; a sentence for its field where it wants nothing."""
        token = self._tokens.read(PURPOSE, submission.private_metadata)
        if token is None or token["team"] != submission.team_id or token["user"] != submission.user_id:
            return NOT_YOURS
        if int(token["until"]) < self._clock.now():
            return TOO_OLD
        said = submission.text(cards.SAYING).strip()
        if not said:
            return EMPTY
        if len(said) > cards.LONGEST_SAID:
            return TOO_LONG
        if (secret := locate_secret(said)) is not None:
            return secret_problem(secret.kind, (0, 0)).problem.message[:ERROR_SHOWN]
        wish = Wish(
            do=next(each for each in SAYINGS if each == token["do"]),
            team_id=submission.team_id,
            user_id=submission.user_id,
            user_team_id=submission.user_team_id,
            approval_id=token["approval"],
            digest=token["digest"],
            key=submission.key,
            said=said,
        )
        return wish, bool(token["home"])


def _in_real_money(approval: Approval) -> Command:
    """What was asked for, its amount with the currency that was seen at Stripe, as somebody would type it."""
    command, snapshot = approval.frozen.command, approval.snapshot
    moves = snapshot.moves if snapshot is not None else None
    if moves is None or command.stated or command.call.parameters.get("amount") != moves.amount:
        return command
    if "currency" in command.call.parameters:
        return command
    return replace(command, stated=(Stated("amount", moves.amount, moves.currency),))


def _refused(do: Do, why: Refused | str) -> View:
    """Why somebody may not do it, in the place of its modal."""
    if isinstance(why, str):
        return _said(do, f"Nothing was done. {why}")
    return cards.said_view(_title(do), cards.decision_refused(why))


def _said(do: Do, sentence: str) -> View:
    return cards.said_view(_title(do), cards.denied(sentence))


def _title(do: Do) -> str:
    return next((cards.title_of(each) for each in SAYINGS if each == do), "") or _TITLES[do]
