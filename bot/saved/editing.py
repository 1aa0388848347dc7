"""Editing a saved command in a modal: whoever submits it changes what they have seen, or nothing."""

import logging
from dataclasses import dataclass

from bot import cards
from bot.asking import LIFETIME_SECONDS
from bot.blocks import Message
from bot.commands import Commands
from bot.domain import Place
from bot.inbound import Submission
from bot.outbox import Outbox
from bot.people import zone
from bot.replies import Asker, Replies
from bot.saved import telling
from bot.saved.shelf import EVERYBODY, Shelf
from bot.saved.words import WORKSPACE, checked, read_named, text_to_save
from bot.slack_api import SlackApi, SlackError
from bot.store import deliveries
from bot.store.engine import Store, Transaction
from bot.tokens import Tokens
from bot.workspaces import Workspaces
from operations.clock import Clock
from operations.problem import Problem
from operations.registry import Registry
from operations.when import When, moment

logger = logging.getLogger(__name__)

PURPOSE = "edit saved"


@dataclass(frozen=True, slots=True)
class Edit:
    """What the edit modal asks for. None stands for what nobody touched."""

    saved_id: str
    words: str
    """What named it when the form was opened."""
    version: int
    text: str | None
    shared: bool | None
    when: When


class Editing:
    """Opens the modal, reads what it submits, and carries it out."""

    def __init__(
        self,
        *,
        store: Store,
        shelf: Shelf,
        registry: Registry,
        commands: Commands,
        replies: Replies,
        outbox: Outbox,
        tokens: Tokens,
        slack: SlackApi,
        clock: Clock,
        workspaces: Workspaces,
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._registry = registry
        self._commands = commands
        self._replies = replies
        self._outbox = outbox
        self._tokens = tokens
        self._slack = slack
        self._clock = clock
        self._workspaces = workspaces

    async def open(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``edit [--workspace] <name>``: opens the modal. One read comes before it: the trigger lives three seconds."""
        person = await self._commands.person(asker)
        if person is not None:
            await self._tell(asker, await self._open(asker, rest, trigger_id, str(person.zone)))
        return True

    async def _open(self, asker: Asker, rest: str, trigger_id: str | None, zone_name: str) -> Message | None:
        named = read_named(rest, WORKSPACE)
        if isinstance(named, Problem):
            return cards.problem(named)
        (saved, names), settings = await self._store.read(
            lambda tx: (
                self._shelf.look(tx, asker.team_id, asker.user_id, named.name, shared=named.shared),
                self._workspaces.read(tx, asker.team_id),
            )
        )
        if saved is None:
            return cards.problem(telling.not_saved(named.name, names))
        if not saved.may_change(asker.user_id, admin=settings.is_admin(asker.user_id)):
            return cards.saved_others(saved, settings.admins)
        if saved.text is None:
            return cards.problem(telling.unreadable(saved))
        token = self._tokens.sign(
            PURPOSE,
            {
                "saved": saved.id,
                "words": saved.words,
                "version": str(saved.version),
                "team": asker.team_id,
                "user": asker.user_id,
                "channel": asker.place.channel_id,
                "thread": asker.place.alone.thread_ts or "",
                "zone": zone_name,
                "until": str(int(self._clock.now()) + LIFETIME_SECONDS),
            },
        )
        try:
            if trigger_id is not None:
                await self._slack.open_view(asker.team_id, trigger_id, cards.edit_view(saved, token))
                return None
        except SlackError as error:
            logger.warning("a saved command was not opened for editing: %s", error)
        return cards.problem(telling.not_opened(saved))

    def read(self, submission: Submission) -> tuple[Asker, Edit] | dict[str, str]:
        """Who wants what changed, or what is wrong with the text: a sentence at its field."""
        token = self._tokens.read(PURPOSE, submission.private_metadata)
        if token is None or token["team"] != submission.team_id or token["user"] != submission.user_id:
            return {cards.EDIT_TEXT: "This form was opened by somebody else. Open it again from /stripe saved."}
        if int(token["until"]) < self._clock.now():
            return {cards.EDIT_TEXT: "This form is too old. Open it again from /stripe saved."}
        when = When(now=moment(self._clock.now()), zone=zone(token["zone"]))
        text = text_to_save(submission.text(cards.EDIT_TEXT)) or None
        drafted = None if text is None else checked(text, self._registry, when)
        if isinstance(drafted, Problem):
            return {cards.EDIT_TEXT: drafted.message}
        scope = submission.text(cards.EDIT_SCOPE)
        asker = Asker(
            team_id=submission.team_id,
            user_id=submission.user_id,
            place=Place(token["channel"], token["thread"] or None),
            response_url=None,
            key=submission.key,
        )
        shared = scope == cards.SCOPE_WORKSPACE if scope else None
        return asker, Edit(
            saved_id=token["saved"],
            words=token["words"],
            version=int(token["version"]),
            text=text,
            shared=shared,
            when=when,
        )

    async def change(self, asker: Asker, edit: Edit) -> None:
        """Carry out an edit, unless somebody else changed the command since the form was opened."""
        if await self._commands.person(asker) is not None:
            await self._tell(asker, await self._store.transaction(lambda tx: self._change(tx, asker, edit)))

    def _change(self, tx: Transaction, asker: Asker, edit: Edit) -> Message | None:
        if not deliveries.first_time(tx, asker.team_id, asker.key):
            return None
        saved = self._shelf.by_id(tx, asker.team_id, asker.user_id, edit.saved_id)
        if saved is None:
            return cards.saved_raced(edit.words, edit.text)
        settings = self._workspaces.read(tx, asker.team_id)
        if not saved.may_change(asker.user_id, admin=settings.is_admin(asker.user_id)):
            return cards.saved_others(saved, settings.admins)
        text = edit.text if edit.text is not None else saved.text
        if saved.version != edit.version or text is None:
            return cards.saved_raced(edit.words, edit.text)
        shared = saved.shared if edit.shared is None else edit.shared
        moved = shared != saved.shared
        owner_id = saved.owner_id if not moved else EVERYBODY if shared else asker.user_id
        if moved:
            standing = self._shelf.of_owner(tx, asker.team_id, owner_id, saved.name)
            if standing is not None:
                return cards.saved_taken(standing, text)
        drafted = checked(text, self._registry, edit.when)
        if isinstance(drafted, Problem):
            return cards.problem(drafted)
        changed = self._shelf.change(
            tx, saved, owner_id=owner_id, text=text, operation=drafted.call.operation.name, user_id=asker.user_id
        )
        if changed is None:
            return cards.saved_raced(edit.words, edit.text)
        telling.say(self._outbox, tx, asker, changed, cards.saved_done(cards.Listed(changed, drafted), changed=True))
        return None

    async def _tell(self, asker: Asker, answer: Message | None) -> None:
        if answer is None:
            self._outbox.wake()
        else:
            await self._replies.tell(asker, answer)
