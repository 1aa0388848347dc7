"""Choosing what to do: `/stripe` alone opens the picker, `/stripe form …` a form, and what is chosen becomes a form.

The trigger of a modal lives for three seconds, so nothing is awaited before it is open but, in the plain style and for
a fifth of a second, what is the person's own; whatever else needs the database or Slack is put into it afterwards. The
place where somebody asked travels in the modal, signed and bound to them for an hour.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from bot import cards
from bot.blocks import View
from bot.commands import Commands, Room
from bot.domain import Place
from bot.errors import StoreError
from bot.forms.answers import AGAIN, Answer, instead, wrong
from bot.forms.at_hand import AtHand
from bot.forms.filling import Filling
from bot.forms.names import OPERATION, PICKER_VIEW
from bot.forms.options import A_DRAFT, A_RUN, A_SAVED, AN_OPERATION, Group, find_operations
from bot.forms.picker import OWN, RUN_VIEW, SEARCH, TOPIC, list_view, of_topic, picker_view, run_view
from bot.forms.views import trouble_view, waiting_view
from bot.inbound import Click, Submission
from bot.people import People
from bot.policy import Policy
from bot.replies import Asker, Replies
from bot.saved.shelf import Shelf
from bot.slack_api import OpenView, SlackApi, SlackError
from bot.store.engine import Store
from bot.text import Style
from bot.tokens import Tokens
from operations.clock import Clock
from operations.forms import Filled, partly, prefilled
from operations.forms.labels import words
from operations.grammar import Command
from operations.problem import Problem
from operations.registry import Registry
from operations.secrets import find_secret
from operations.shortcuts import read_shortcut
from operations.spec import Operation

logger = logging.getLogger(__name__)

Said: TypeAlias = Mapping[str, str]
"""What a modal carries, once its signature was found right."""
Make: TypeAlias = Callable[[Asker, str], Awaitable[Filled | View]]
"""Makes of a choice or a text what a form is to begin with, or another view."""

LIFETIME_SECONDS: Final = 3600
OWN_SECONDS: Final = 0.2
"""How long the database may take to tell what is a person's own before the plain picker opens without it."""
FOUND: Final = 25
"""Operations that a search lists in the plain style."""
_PURPOSE: Final = "picker"

NOT_OPENED: Final = "Slack did not open the form in time. Type it once more."
NOT_YOURS: Final = "Somebody else opened this. Type /stripe to open one of your own."
TOO_OLD: Final = "This was open for too long. Type /stripe once more."
NOT_THERE: Final = "This is not there any more. Type /stripe and choose something else."
NOTHING_CHOSEN: Final = "Search for what you want to do, and choose it."
NOTHING_SEARCHED: Final = "Type what you look for, or choose below."
NOTHING_FOUND: Final = "Nothing is called like that. Try other words, or choose below."
A_SECRET: Final = "This looks like a secret, and Slack has seen it: roll it now. Nothing was looked for."  # noqa: S105


class Picking:
    """Opens the picker, and makes a form of what is chosen."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        policy: Policy,
        people: People,
        filling: Filling,
        at_hand: AtHand,
        shelf: Shelf,
        tokens: Tokens,
        slack: SlackApi,
        replies: Replies,
        clock: Clock,
        style: Style,
        help_: Room,
    ) -> None:
        self._store = store
        self._registry = registry
        self._policy = policy
        self._people = people
        self._filling = filling
        self._at_hand = at_hand
        self._shelf = shelf
        self._tokens = tokens
        self._slack = slack
        self._replies = replies
        self._clock = clock
        self._style: Style = style
        self._help = help_

    def open_rooms(self, commands: Commands) -> None:
        """Have nothing at all, and the word ``form``, taken here."""
        commands.open_room("", self.pick)
        commands.open_room("form", self.form, verbatim=True)

    async def pick(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``/stripe``: the picker; where nothing opens a modal, as in a message, help."""
        if trigger_id is None:
            return await self._help(asker, rest, trigger_id)
        # No search brings what is a person's own to a plain picker, and an update would take away what they type.
        own = await self._own(asker) if self._style == "plain" else ()
        opened = await self._open(asker, trigger_id, picker_view(self._signed(asker), self._registry, self._style, own))
        why_not = None if opened is None else await self._people.why_not(asker.team_id, asker.user_id)
        if opened is not None and why_not is not None:
            await self._filling.show(asker.team_id, opened.id, trouble_view(why_not))
        return True

    async def form(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``/stripe form refunds create --charge ch_1``: that form, with what was typed in it."""
        if not rest:
            return await self.pick(asker, rest, trigger_id)
        if trigger_id is None:
            await self._replies.tell(asker, cards.form_by_button(f"form {rest}"))
            return True
        opened = await self._open(asker, trigger_id, waiting_view("Stripe"))
        if opened is not None:
            view = await self._safely(asker, rest, self._typed)
            await self._filling.show(asker.team_id, opened.id, view)
        return True

    async def chosen(self, click: Click) -> None:
        """Put the form of what was chosen in the place of the picker."""
        said = self._read(click.private_metadata, click.team_id, click.user_id)
        if click.view_id is None:
            return
        if isinstance(said, str):
            view = trouble_view(said)
        else:
            view = await self._safely(_asker(said, click.key), click.value, self._of_choice)
        try:
            await self._slack.update_view(click.team_id, click.view_id, view, hash=click.view_hash or None)
        except SlackError as error:
            logger.warning("a form was not shown in the place of the picker: %s", error)

    async def submitted(self, submission: Submission) -> Answer | tuple[Asker, str]:
        """What a submitted picker is answered with; who asks and the text to be run, where that was agreed to."""
        said = self._read(submission.private_metadata, submission.team_id, submission.user_id)
        if isinstance(said, str):
            return instead(trouble_view(said))
        asker = _asker(said, submission.key)
        if submission.callback_id == RUN_VIEW:
            return await self._agreed(asker, said)
        chosen = submission.text(OWN) or submission.text(OPERATION)
        if chosen:
            return instead(await self._safely(asker, chosen, self._of_choice))
        if submission.callback_id == PICKER_VIEW and self._style == "plain":
            return await self._listed(asker, submission)
        return wrong(OPERATION, NOTHING_CHOSEN)

    # --- opening ------------------------------------------------------------------------------------------------------

    async def _open(self, asker: Asker, trigger_id: str, view: View) -> OpenView | None:
        try:
            return await self._slack.open_view(asker.team_id, trigger_id, view)
        except SlackError as error:
            logger.warning("a picker or a form was not opened: %s", error)
            await self._replies.tell(asker, cards.denied(NOT_OPENED))
            return None

    async def _own(self, asker: Asker) -> tuple[Group, ...]:
        try:
            async with asyncio.timeout(OWN_SECONDS):
                return await self._store.read(lambda tx: self._at_hand.groups(tx, asker.team_id, asker.user_id))
        except (StoreError, TimeoutError):
            return ()

    # --- from a choice to a form -------------------------------------------------------------------------------------

    async def _safely(self, asker: Asker, text: str, make: Make) -> View:
        """The view that comes of a choice or a text; where there is none, one that says why."""
        why_not = await self._people.why_not(asker.team_id, asker.user_id)
        if why_not is not None:
            return trouble_view(why_not)
        try:
            made = await make(asker, text)
            return await self._filling.begin(asker, made) if isinstance(made, Filled) else made
        except StoreError:
            return trouble_view(AGAIN)

    async def _of_choice(self, asker: Asker, value: str) -> Filled | View:
        kind, _, rest = value.partition(":")
        match f"{kind}:":
            case kind if kind == AN_OPERATION:
                operation = self._registry.by_key(rest)
                return Filled(operation, {}) if operation is not None else trouble_view(NOT_THERE)
            case kind if kind == A_DRAFT:
                return await self._filling.resume(asker, rest) or trouble_view(NOT_THERE)
            case kind if kind == A_RUN:
                return await self._again(asker, rest)
            case kind if kind == A_SAVED:
                return await self._of_saved(asker, rest)
        return trouble_view(NOT_THERE)

    async def _again(self, asker: Asker, run_id: str) -> Filled | View:
        """The form of what the person ran before, on the same account."""
        frozen = await self._store.read(lambda tx: self._at_hand.frozen(tx, asker.team_id, asker.user_id, run_id))
        if frozen is None:
            return trouble_view(NOT_THERE)
        account = frozen.account
        alias = None if account.alias == "default" else account.alias
        return prefilled(Command(frozen.call, account=alias, live=account.livemode, shaping=frozen.shaping))

    async def _of_saved(self, asker: Asker, saved_id: str) -> Filled | View:
        """The form of a saved command; of a text that is no single operation, the question whether to run it."""
        saved = await self._store.read(lambda tx: self._shelf.by_id(tx, asker.team_id, asker.user_id, saved_id))
        if saved is None or saved.text is None:
            return trouble_view(NOT_THERE)
        filled = partly(saved.text, self._registry, await self._people.when(asker.team_id, asker.user_id))
        return filled if isinstance(filled, Filled) else run_view(saved.name, saved.text, self._signed(asker, saved_id))

    async def _typed(self, asker: Asker, text: str) -> Filled | View:
        """The form of a text that says some of a command, or is short for one."""
        when = await self._people.when(asker.team_id, asker.user_id)
        filled = partly(text, self._registry, when)
        if isinstance(filled, Filled):
            return filled
        short = read_shortcut(text, self._registry, when) if filled.code == "unknown_operation" else None
        return prefilled(short) if isinstance(short, Command) else trouble_view(_told(filled))

    async def _agreed(self, asker: Asker, said: Said) -> Answer | tuple[Asker, str]:
        try:
            saved = await self._store.read(
                lambda tx: self._shelf.by_id(tx, asker.team_id, asker.user_id, said.get("saved", ""))
            )
        except StoreError:
            return instead(trouble_view(AGAIN))
        return (asker, saved.text) if saved is not None and saved.text else instead(trouble_view(NOT_THERE))

    # --- the plain style ---------------------------------------------------------------------------------------------

    async def _listed(self, asker: Asker, submission: Submission) -> Answer:
        """What follows a search or the choice of a topic: a list, or at once the form of what was typed in full."""
        text, topic = submission.text(SEARCH).strip(), submission.text(TOPIC)
        if find_secret(text) is not None:
            return wrong(SEARCH, A_SECRET)
        found: tuple[Operation, ...] = ()
        about = text
        if text:
            named = self._registry.longest_words(text.split())
            if named is not None and len(text.split()) > named[1]:
                return instead(await self._safely(asker, text, self._typed))
            found = find_operations(text, self._registry, FOUND)
        elif topic:
            found, about = of_topic(topic, self._registry), words(topic)
        if not found:
            return wrong(SEARCH, NOTHING_FOUND if text else NOTHING_SEARCHED)
        return instead(list_view(found, about, self._signed(asker), self._policy))

    # --- who and where -----------------------------------------------------------------------------------------------

    def _signed(self, asker: Asker, saved_id: str = "") -> str:
        place = asker.place
        said = {
            "team": asker.team_id,
            "user": asker.user_id,
            "channel": place.channel_id,
            "thread": place.thread_ts or "",
            "begun": "yes" if place.begun else "",
            "saved": saved_id,
            "until": str(int(self._clock.now()) + LIFETIME_SECONDS),
        }
        return self._tokens.sign(_PURPOSE, said)

    def _read(self, token: str, team_id: str, user_id: str) -> Said | str:
        """What a modal carries, or why it means nothing for this person."""
        said = self._tokens.read(_PURPOSE, token)
        if said is None or said["team"] != team_id or said["user"] != user_id:
            return NOT_YOURS
        return said if int(said["until"]) >= self._clock.now() else TOO_OLD


def _asker(said: Said, key: str) -> Asker:
    return Asker(
        team_id=said["team"],
        user_id=said["user"],
        place=Place(said["channel"], said["thread"] or None, begun=bool(said["begun"])),
        response_url=None,
        key=key,
    )


def _told(problem: Problem) -> str:
    nearest = f" Nearest: {', '.join(problem.suggestions)}." if problem.suggestions else ""
    return f"{problem.message}{nearest}"
