"""The rooms of `/stripe policy`: the rules that hold, which of them answers a command, and all of it as a file."""

from dataclasses import replace
from typing import Final

from bot import cards
from bot.blocks import FileMessage, Message
from bot.calls import Calls
from bot.choosing import account_for, as_itself
from bot.commands import Commands
from bot.domain import Account, Person, Place
from bot.outbox import Outbox
from bot.policy import shelf
from bot.policy.asking import facts_of
from bot.policy.document import Document
from bot.policy.editing import PolicyEditing
from bot.policy.judging import Tried
from bot.policy.presets import rules_of
from bot.policy.proposals import Proposals
from bot.policy.reading import write
from bot.policy.rehearsal import amount_said
from bot.replies import Asker, Replies
from bot.store import accounts, deliveries
from bot.store.engine import Store, Transaction
from bot.text import Style
from bot.workspaces import Workspaces, lacks_role
from operations.grammar import Command
from operations.problem import Problem
from operations.registry import Registry
from operations.shortcuts import Lookup, read

FILE: Final = "policy.yaml"
PROPOSED_FILE: Final = "policy-proposed.yaml"
NO_COMMAND: Final = Problem(
    "invalid_value",
    "Behind policy explain stands a command, as you would type it.",
    suggestions=("policy explain refunds create --charge ch_123 --amount 500",),
)


class PolicyRooms:
    """Tells of the policy."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        workspaces: Workspaces,
        calls: Calls,
        commands: Commands,
        proposals: Proposals,
        editing: PolicyEditing,
        outbox: Outbox,
        replies: Replies,
        style: Style,
    ) -> None:
        self._store = store
        self._registry = registry
        self._workspaces = workspaces
        self._calls = calls
        self._commands = commands
        self._proposals = proposals
        self._editing = editing
        self._outbox = outbox
        self._replies = replies
        self._style: Style = style

    async def room(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``policy``, ``policy explain <command>``, ``policy export``, ``policy import``."""
        word, _, behind = rest.partition(" ")
        match word.lower():
            case "import" | "edit":
                await self._editing.open(asker, trigger_id)
                return True
            case "" | "explain" | "export":
                person = await self._commands.person(asker)
            case _:
                return False
        if person is None:
            return True
        if word.lower() == "export":
            await self._store.transaction(lambda tx: self._export(tx, asker))
            self._outbox.wake()
        else:
            explaining = word.lower() == "explain"
            told = await (self._explain(asker, person, behind.strip()) if explaining else self._show(asker))
            await self._replies.tell(asker, told)
        return True

    async def _show(self, asker: Asker) -> Message:
        def look(tx: Transaction) -> Message:
            settings = self._workspaces.read(tx, asker.team_id)
            return cards.policy_shown(
                shelf.current(tx, asker.team_id),
                settings.policy,
                self._proposals.waiting(tx, asker.team_id),
                admin=settings.is_admin(asker.user_id),
                user_id=asker.user_id,
                style=self._style,
            )

        return await self._store.read(look)

    def _export(self, tx: Transaction, asker: Asker) -> None:
        """The file goes to whoever asks alone, by direct message; to an admin with that of a change that waits."""
        if not deliveries.first_time(tx, asker.team_id, asker.key):
            return
        policy, version = shelf.active(tx, asker.team_id)
        self._send(tx, asker, "policy-file", FileMessage(FILE, f"Policy, version {version}", _yaml(policy.document)))
        waits = shelf.waiting(tx, asker.team_id)
        if (
            waits is None
            or waits.document is None
            or not self._workspaces.read(tx, asker.team_id).is_admin(asker.user_id)
        ):
            return
        title = f"A change of the policy that waits, version {waits.version}"
        self._send(tx, asker, "policy-next", FileMessage(PROPOSED_FILE, title, _yaml(waits.document)))

    def _send(self, tx: Transaction, asker: Asker, about: str, file: FileMessage) -> None:
        self._outbox.put(
            tx,
            team_id=asker.team_id,
            about=f"{about}:{asker.key.rpartition(':')[2][:64]}",
            place=Place(asker.user_id),
            user_id=asker.user_id,
            content=file,
            thread_of=None,
        )

    async def _explain(self, asker: Asker, person: Person, text: str) -> Message:
        if not text:
            return cards.problem(NO_COMMAND)
        parsed = read(text, self._registry, self._commands.when(person))
        if isinstance(parsed, Problem):
            return cards.problem(parsed)
        command = parsed.command if isinstance(parsed, Lookup) else parsed
        return await self._store.read(lambda tx: self._explained(tx, asker, person, command))

    def _explained(self, tx: Transaction, asker: Asker, person: Person, command: Command) -> Message:
        account = account_for(command, accounts.active(tx, asker.team_id))
        if not isinstance(account, Account):
            return account
        command = replace(command, call=as_itself(command.call, account))
        settings = self._workspaces.read(tx, asker.team_id)
        facts = facts_of(
            tx,
            settings,
            command.call,
            account,
            person=person,
            place=asker.place,
            moves=amount_said(command.call, command.stated),
            hold=False,
        )
        tried: list[Tried] = list(settings.policy.try_rules(facts))
        lacking = lacks_role(settings, person, facts.risk, account, asker.place)
        return cards.policy_explained(
            command, account, tried, settings.policy.judge(facts), lacking=lacking.needed if lacking else None
        )


def _yaml(document: Document) -> bytes:
    return write(rules_of(document)).encode()
