"""The rooms for ``roles …`` and ``whoami``: who may do what, granting and revoking it, asking for it."""

from collections.abc import Sequence
from typing import Final

from bot import cards
from bot.blocks import Message
from bot.commands import Commands
from bot.domain import Account, Person
from bot.granting import words
from bot.granting.changing import RoleChanges
from bot.granting.form import TO, GrantForm
from bot.granting.requests import RoleRequests
from bot.granting.words import Scope, Typed, Unclear
from bot.people import People
from bot.replies import Asker, Replies
from bot.roles import ROLES, Grant, Role
from bot.slack_api import SlackError
from bot.store import accounts
from bot.store.engine import Store, Transaction
from bot.text import Mrkdwn, Style
from bot.workspaces import Workspaces, WorkspaceSettings

_ROOMS: Final = (
    "Type /stripe roles for the list, /stripe roles grant U012AB3CD approver on eu-store live, the same with revoke, "
    "or /stripe roles ask operator."
)


_CHANGES: Final = frozenset({"grant", "revoke", "decline"})


class RoleRooms:
    """Takes what is typed and pressed about roles. Anybody but a guest may look at them, and ask for one."""

    def __init__(
        self,
        *,
        store: Store,
        workspaces: Workspaces,
        people: People,
        changes: RoleChanges,
        requests: RoleRequests,
        form: GrantForm,
        replies: Replies,
        style: Style,
    ) -> None:
        self._store = store
        self._workspaces = workspaces
        self._people = people
        self._changes = changes
        self._requests = requests
        self._form = form
        self._replies = replies
        self._style: Style = style

    def open_rooms(self, commands: Commands) -> None:
        """Have ``roles …`` and ``whoami`` taken here."""
        commands.open_room(cards.ROLES_ROOM, self.roles)
        commands.open_room(cards.WHOAMI_ROOM, self.whoami)

    async def roles(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``roles``, ``roles grant …``, ``roles revoke …``, ``roles ask …``, ``roles decline …``."""
        word, _, rest = rest.partition(" ")
        person = await self._person(asker, fresh=word.lower() in _CHANGES)
        if person is None:
            return True
        match word.lower():
            case "grant" if not rest.strip():
                await self._form.open(asker, trigger_id)
                return True
            case "":
                told = await self._list(asker)
            case "grant" | "revoke" | "decline" as verb:
                told = await self._change(asker, verb, rest)
            case "ask":
                told = await self._ask(asker, person, rest)
            case _:
                told = cards.denied(_ROOMS)
        await self._replies.tell(asker, told)
        return True

    async def whoami(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """Somebody's role on each account, and through what they have it."""
        if rest:
            return False
        person = await self._person(asker)
        if person is not None:
            settings, connected = await self._read(asker.team_id)
            told = cards.whoami(person, settings, connected, asker.place, style=self._style)
            await self._replies.tell(asker, told)
        return True

    async def _list(self, asker: Asker) -> Message:
        settings, connected = await self._read(asker.team_id)
        admin = settings.is_admin(asker.user_id)
        return cards.roles_list(settings, connected, admin=admin, style=self._style)

    async def _change(self, asker: Asker, verb: str, rest: str) -> Message:
        settings, connected = await self._read(asker.team_id)
        if not settings.is_admin(asker.user_id):
            return cards.not_an_admin(asker.user_id, settings.admins, to=TO)
        typed = words.read(rest, connected, settings.grants, whom=True)
        if isinstance(typed, Unclear):
            return cards.by_form(typed.why) if typed.by_name else cards.denied(typed.why)
        if typed.role is None and (verb != "revoke" or typed.scope != Scope()):
            return cards.denied(f"Say which role: {', '.join(ROLES)}. {words.USAGE}")
        if verb == "decline":
            return cards.role_note(await self._changes.decline(asker.team_id, asker.user_id, typed.grants()))
        if verb == "revoke":
            changed = await self._changes.revoke(asker.team_id, asker.user_id, typed)
        else:
            changed = await self._changes.grant(asker.team_id, asker.user_id, typed.grants())
        if isinstance(changed, str):
            return cards.denied(changed)
        shown = changed.grants or typed.grants()
        return cards.roles_changed(shown, connected, granted=verb == "grant", already=not changed.grants)

    async def _ask(self, asker: Asker, person: Person, rest: str) -> Message:
        settings, connected = await self._read(asker.team_id)
        typed = words.read(rest, connected, whom=False)
        if isinstance(typed, Unclear):
            return cards.denied(typed.why)
        if typed.role is None:
            return cards.ask_which(*_scope_of(typed, connected))
        if not settings.admins:
            return cards.not_an_admin(asker.user_id, (), to=TO)
        wanted = typed.scope.of(typed.role, "person", asker.user_id)
        if not all(each.sound for each in wanted):
            return cards.denied("Admins are admins of every account: ask for that role without naming one.")
        if all(_has(settings, person, each) for each in wanted):
            return cards.role_note("You have that role already. /stripe whoami tells through what.")

        def work(tx: Transaction) -> list[tuple[Mrkdwn, bool]]:
            now = self._workspaces.read(tx, asker.team_id)
            return [self._requests.ask(tx, now, each, connected) for each in wanted]

        asked = await self._store.transaction(work)
        self._requests.wake()
        again = not any(new for _, new in asked)
        return cards.asked_for_role(wanted, connected, asked[0][0], again=again)

    async def _read(self, team_id: str) -> tuple[WorkspaceSettings, Sequence[Account]]:
        return await self._store.read(lambda tx: (self._workspaces.read(tx, team_id), accounts.active(tx, team_id)))

    async def _person(self, asker: Asker, *, fresh: bool = False) -> Person | None:
        """Who asks, if they are a full member; else None, and they are told why not."""
        try:
            person = await self._people.person(asker.team_id, asker.user_id, fresh=fresh)
        except SlackError:
            await self._replies.tell(asker, cards.denied("Slack could not tell who you are. Try again."))
            return None
        if person.barred is not None:
            await self._replies.tell(asker, cards.denied(f"Not possible: {person.barred} have a role here."))
            return None
        return person


def _has(settings: WorkspaceSettings, person: Person, wanted: Grant) -> bool:
    """Whether somebody has what a grant would give, wherever they are."""
    if settings.is_admin(person.user_id):
        return True
    return any(each.gives(person, None, None) and each.covers(wanted) for each in settings.grants)


def _scope_of(typed: Typed, connected: Sequence[Account]) -> tuple[str, tuple[Role, ...]]:
    """Where somebody wants a role, as it is typed, and which roles there are to be had there."""
    mode = f" {typed.scope.mode}" if typed.scope.mode else ""
    named = [words.where(each, connected) for each in typed.scope.of("viewer", "everyone", "")]
    scope = named[0] if len(named) == 1 else ""
    roles: tuple[Role, ...] = ROLES if not scope else ROLES[:-1]
    return scope or mode, roles
