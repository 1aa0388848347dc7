"""Saved commands: saving one under a name, listing, running, editing and removing them.

Running one is typing its text: it is read, judged by the policy and approved like any other. Nothing here gives anybody
a power that they haven't got.
"""

from dataclasses import replace
from typing import TypeAlias

from bot import cards
from bot.blocks import Message
from bot.commands import Commands
from bot.domain import SavedCommand
from bot.outbox import Outbox
from bot.replies import Asker, Replies
from bot.saved import telling
from bot.saved.editing import Editing
from bot.saved.shelf import EVERYBODY, Shelf
from bot.saved.words import REPLACE, WORKSPACE, Named, checked, is_name, read_named, taken, text_to_save, with_typed
from bot.store import deliveries
from bot.store.engine import Store, Transaction
from bot.workspaces import Workspaces
from operations.grammar import Command, parse
from operations.problem import Problem, ProblemError
from operations.registry import Registry
from operations.scalars import nearest
from operations.shortcuts import sketch
from operations.when import When

Answer: TypeAlias = Message | None
"""What the asker alone is told; None where all is said."""


class Saved:
    """The rooms of saved commands."""

    def __init__(
        self,
        *,
        store: Store,
        shelf: Shelf,
        registry: Registry,
        commands: Commands,
        replies: Replies,
        outbox: Outbox,
        workspaces: Workspaces,
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._registry = registry
        self._commands = commands
        self._replies = replies
        self._outbox = outbox
        self._workspaces = workspaces

    def open_rooms(self, editing: Editing) -> None:
        """Have the words of saved commands taken here, and any name where a text is no command of Stripe's."""
        self._commands.open_room("save", self.save, verbatim=True)
        self._commands.open_room("saved", self.list)
        self._commands.open_room("run", self.run, verbatim=True)
        self._commands.open_room("edit", editing.open)
        self._commands.open_room("unsave", self.unsave)
        self._commands.fall_back(self.by_name)

    # --- saving -------------------------------------------------------------------------------------------------------

    async def save(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``save [--workspace] [--replace] <name> <text>``."""
        person = await self._commands.person(asker)
        if person is not None:
            await self._tell(asker, await self._save(asker, rest, self._commands.when(person)))
        return True

    async def _save(self, asker: Asker, rest: str, when: When) -> Answer:
        unsafe = parse(rest, self._registry, when)
        if isinstance(unsafe, Problem) and unsafe.code == "secret":
            return cards.problem(unsafe)
        named = read_named(rest, WORKSPACE, REPLACE)
        if isinstance(named, Problem):
            return cards.problem(named)
        forbidden = taken(named.name, self._registry, self._commands.rooms)
        if forbidden is not None:
            return cards.problem(forbidden)
        text = text_to_save(named.rest)
        drafted = checked(text, self._registry, when)
        if isinstance(drafted, Problem):
            return cards.problem(drafted)
        return await self._store.transaction(lambda tx: self._put(tx, asker, named, text, drafted))

    def _put(self, tx: Transaction, asker: Asker, named: Named, text: str, drafted: Command) -> Answer:
        if not deliveries.first_time(tx, asker.team_id, asker.key):
            return None
        owner_id = EVERYBODY if named.shared else asker.user_id
        operation = drafted.call.operation.name
        standing = self._shelf.of_owner(tx, asker.team_id, owner_id, named.name)
        if standing is None:
            added = self._shelf.add(
                tx,
                team_id=asker.team_id,
                owner_id=owner_id,
                name=named.name,
                text=text,
                operation=operation,
                user_id=asker.user_id,
            )
            if isinstance(added, SavedCommand):
                telling.say(
                    self._outbox, tx, asker, added, cards.saved_done(cards.Listed(added, drafted), changed=False)
                )
                return None
            return cards.problem(telling.full(shared=named.shared) if added == "full" else telling.RACED)
        settings = self._workspaces.read(tx, asker.team_id)
        if not standing.may_change(asker.user_id, admin=settings.is_admin(asker.user_id)):
            return cards.saved_others(standing, settings.admins)
        if REPLACE not in named.options:
            return cards.saved_taken(standing, text)
        changed = self._shelf.change(
            tx, standing, owner_id=owner_id, text=text, operation=operation, user_id=asker.user_id
        )
        if changed is None:
            return cards.problem(telling.RACED)
        telling.say(self._outbox, tx, asker, changed, cards.saved_done(cards.Listed(changed, drafted), changed=True))
        return None

    # --- listing ------------------------------------------------------------------------------------------------------

    async def list(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``saved``, or ``saved 2`` for the second page."""
        person = await self._commands.person(asker)
        if person is None:
            return True
        if rest and not (rest.isascii() and rest.isdigit() and len(rest) < 4):
            await self._tell(asker, cards.problem(telling.NO_PAGE))
            return True
        number = max(1, int(rest or "1"))
        page = await self._store.read(
            lambda tx: self._shelf.page(
                tx,
                asker.team_id,
                asker.user_id,
                offset=(number - 1) * cards.SAVED_SHOWN,
                limit=cards.SAVED_SHOWN,
            )
        )
        if not page.items and number > 1:
            return await self.list(asker, "", trigger_id)
        when = self._commands.when(person)
        listed = [
            cards.Listed(each, None if each.text is None else sketch(each.text, self._registry, when))
            for each in page.items
        ]
        await self._tell(asker, cards.saved_list(listed, page=number, total=page.total))
        return True

    # --- running ------------------------------------------------------------------------------------------------------

    async def run(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``run [--workspace] <name> [values]``."""
        person = await self._commands.person(asker)
        if person is None:
            return True
        named = read_named(rest, WORKSPACE)
        if isinstance(named, Problem):
            await self._tell(asker, cards.problem(named))
            return True
        saved, names = await self._store.read(
            lambda tx: self._shelf.look(tx, asker.team_id, asker.user_id, named.name, shared=named.shared)
        )
        if saved is None:
            await self._tell(asker, cards.problem(telling.not_saved(named.name, names)))
        else:
            await self._tell(asker, await self._run(asker, saved, named.rest, trigger_id, self._commands.when(person)))
        return True

    async def by_name(
        self, asker: Asker, text: str, trigger_id: str | None, when: When, problem: Problem
    ) -> Problem | None:
        """``<name> [values]``, where that is no command of Stripe's; else the problem, near names among its own."""
        first, *others = text.split(maxsplit=1)
        name = first.lower()
        if problem.code != "unknown_operation" or not is_name(name):
            return problem
        saved, names = await self._store.read(
            lambda tx: self._shelf.look(tx, asker.team_id, asker.user_id, name, shared=False)
        )
        if saved is None:
            return replace(problem, suggestions=(*problem.suggestions, *nearest(name, names)))
        await self._tell(asker, await self._run(asker, saved, "".join(others), trigger_id, when))
        return None

    async def _run(self, asker: Asker, saved: SavedCommand, typed: str, trigger_id: str | None, when: When) -> Answer:
        if saved.text is None:
            return cards.problem(telling.unreadable(saved))
        try:
            text = with_typed(saved.text, typed)
        except ProblemError as error:
            return cards.problem(error.problem)
        # Before a form asks for its blanks: what is wrong with the rest is told now.
        drafted = sketch(text, self._registry, when)
        if isinstance(drafted, Problem):
            return cards.problem(drafted)
        await self._commands.press(asker, text, trigger_id)
        return None

    # --- removing ----------------------------------------------------------------------------------------------------

    async def unsave(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``unsave [--workspace] <name>``. A name alone means the person's own, so no click too many takes another."""
        if await self._commands.person(asker) is None:
            return True
        named = read_named(rest, WORKSPACE)
        if isinstance(named, Problem):
            await self._tell(asker, cards.problem(named))
        else:
            await self._tell(asker, await self._store.transaction(lambda tx: self._remove(tx, asker, named)))
        return True

    def _remove(self, tx: Transaction, asker: Asker, named: Named) -> Answer:
        if not deliveries.first_time(tx, asker.team_id, asker.key):
            return None
        owner_id = EVERYBODY if named.shared else asker.user_id
        saved = self._shelf.of_owner(tx, asker.team_id, owner_id, named.name)
        if saved is None:
            return cards.problem(self._nothing_to_remove(tx, asker, named))
        settings = self._workspaces.read(tx, asker.team_id)
        if not saved.may_change(asker.user_id, admin=settings.is_admin(asker.user_id)):
            return cards.saved_others(saved, settings.admins)
        if not self._shelf.remove(tx, saved, asker.user_id):
            return cards.problem(telling.RACED)
        telling.say(self._outbox, tx, asker, saved, cards.saved_removed(saved), what="removed")
        return None

    def _nothing_to_remove(self, tx: Transaction, asker: Asker, named: Named) -> Problem:
        shared = self._shelf.of_owner(tx, asker.team_id, EVERYBODY, named.name)
        if shared is not None:
            message = f"You have no {named.name} of your own; there is one that everyone has."
            return Problem("not_saved", message, suggestions=(f"unsave {shared.words}",))
        return telling.not_saved(named.name, self._shelf.names(tx, asker.team_id, asker.user_id))

    async def _tell(self, asker: Asker, answer: Answer) -> None:
        if answer is None:
            self._outbox.wake()
        else:
            await self._replies.tell(asker, answer)
