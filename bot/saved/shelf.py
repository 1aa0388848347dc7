"""Where saved commands are kept: their texts sealed, each change on the audit trail by name and operation alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Row, delete, func, select, update

from bot import audit
from bot.domain import SavedCommand
from bot.errors import KeyProblemError
from bot.keys.envelope import Envelope
from bot.store.engine import Transaction
from bot.store.tables import saved_commands

PURPOSE = "saved command"
EVERYBODY = ""
"""The owner of what is the whole workspace's."""
MOST = 100
"""How many a person, and how many the workspace, may have. Two who save at the same moment may go one beyond."""

Unkept: TypeAlias = Literal["full", "raced"]
"""Why nothing was kept: there are enough, or somebody else was quicker."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what a person can run, and how much there is in all."""

    items: tuple[SavedCommand, ...]
    total: int


class Shelf:
    """Keeps, finds and changes saved commands. It asks nobody for permission: its callers do."""

    def __init__(self, *, envelope: Envelope, ids: Callable[[], str]) -> None:
        self._envelope = envelope
        self._ids = ids

    def look(
        self, tx: Transaction, team_id: str, user_id: str, name: str, *, shared: bool
    ) -> tuple[SavedCommand | None, tuple[str, ...]]:
        """What a name means to a person: their own before the workspace's, or the workspace's alone if ``shared``.

        Where it means nothing, all the names that would mean something.
        """
        owner_ids = (EVERYBODY,) if shared else (user_id, EVERYBODY)
        found = select(saved_commands).where(_owned(team_id, *owner_ids), saved_commands.c.name == name)
        row = tx.connection.execute(found.order_by(saved_commands.c.owner_id.desc()).limit(1)).one_or_none()
        return (None, self.names(tx, team_id, user_id)) if row is None else (self._opened(row), ())

    def of_owner(self, tx: Transaction, team_id: str, owner_id: str, name: str) -> SavedCommand | None:
        """What stands under a name with one owner."""
        row = tx.connection.execute(
            select(saved_commands).where(_owned(team_id, owner_id), saved_commands.c.name == name)
        ).one_or_none()
        return None if row is None else self._opened(row)

    def by_id(self, tx: Transaction, team_id: str, user_id: str, saved_id: str) -> SavedCommand | None:
        """One that the person can run, by its id."""
        row = tx.connection.execute(
            select(saved_commands).where(_owned(team_id, user_id, EVERYBODY), saved_commands.c.id == saved_id)
        ).one_or_none()
        return None if row is None else self._opened(row)

    def names(self, tx: Transaction, team_id: str, user_id: str) -> tuple[str, ...]:
        """Every name that means something to a person."""
        return tuple(
            tx.connection.execute(select(saved_commands.c.name).where(_owned(team_id, user_id, EVERYBODY)).distinct())
            .scalars()
            .all()
        )

    def page(self, tx: Transaction, team_id: str, user_id: str, *, offset: int, limit: int) -> Page:
        """What a person can run, their own first, by name."""
        mine = _owned(team_id, user_id, EVERYBODY)
        rows = tx.connection.execute(
            select(saved_commands)
            .where(mine)
            .order_by(saved_commands.c.owner_id.desc(), saved_commands.c.name)
            .offset(offset)
            .limit(limit)
        ).all()
        return Page(tuple(map(self._opened, rows)), _count(tx, mine))

    def add(
        self, tx: Transaction, *, team_id: str, owner_id: str, name: str, text: str, operation: str, user_id: str
    ) -> SavedCommand | Unkept:
        """Keep a text under a name that is free. ``operation`` is what the trail says that it runs."""
        if _count(tx, _owned(team_id, owner_id)) >= MOST:
            return "full"
        saved = SavedCommand(
            team_id=team_id,
            id=self._ids(),
            owner_id=owner_id,
            name=name,
            text=text,
            version=1,
            created_by=user_id,
        )
        row = {
            "team_id": team_id,
            "id": saved.id,
            "owner_id": owner_id,
            "name": name,
            "version": 1,
            "created_by": user_id,
            "changed_at": tx.now,
            **self._sealed(saved, text),
        }
        if not tx.insert_once(saved_commands, row):
            return "raced"
        _note(tx, saved, user_id, "command saved", operation)
        return saved

    def change(
        self, tx: Transaction, saved: SavedCommand, *, owner_id: str, text: str, operation: str, user_id: str
    ) -> SavedCommand | None:
        """Give it another text or owner; None, and nothing changed, where it is not any more as ``saved`` says.

        The caller has made sure that the name is free with the new owner.
        """
        changed = replace(saved, owner_id=owner_id, text=text, version=saved.version + 1)
        done = tx.connection.execute(
            update(saved_commands)
            .where(_is(saved))
            .values(owner_id=owner_id, version=changed.version, changed_at=tx.now, **self._sealed(changed, text))
        )
        if done.rowcount != 1:
            return None
        _note(tx, changed, user_id, "command changed", operation)
        return changed

    def remove(self, tx: Transaction, saved: SavedCommand, user_id: str) -> bool:
        """Take it away; False where it is not any more as ``saved`` says."""
        if tx.connection.execute(delete(saved_commands).where(_is(saved))).rowcount != 1:
            return False
        _note(tx, saved, user_id, "command removed")
        return True

    def _sealed(self, saved: SavedCommand, text: str) -> dict[str, Any]:
        sealed = self._envelope.seal(
            purpose=PURPOSE,
            team_id=saved.team_id,
            row_id=saved.id,
            context=_context(saved.owner_id, saved.name, saved.version),
            # What people type may hold half a character.
            plaintext=text.encode(errors="surrogatepass"),
        )
        return {"sealed": sealed.blob, "key_id": sealed.key_id}

    def _opened(self, row: Row[Any]) -> SavedCommand:
        try:
            plaintext = self._envelope.open(
                purpose=PURPOSE,
                team_id=row.team_id,
                row_id=row.id,
                context=_context(row.owner_id, row.name, row.version),
                blob=row.sealed,
            )
        except KeyProblemError:
            plaintext = None
        return SavedCommand(
            team_id=row.team_id,
            id=row.id,
            owner_id=row.owner_id,
            name=row.name,
            text=None if plaintext is None else plaintext.decode(errors="surrogatepass"),
            version=row.version,
            created_by=row.created_by,
        )


def _owned(team_id: str, *owner_ids: str) -> ColumnElement[bool]:
    return (saved_commands.c.team_id == team_id) & saved_commands.c.owner_id.in_(owner_ids)


def _is(saved: SavedCommand) -> ColumnElement[bool]:
    """The row, as long as nobody has changed it."""
    return (
        (saved_commands.c.team_id == saved.team_id)
        & (saved_commands.c.id == saved.id)
        & (saved_commands.c.version == saved.version)
    )


def _count(tx: Transaction, condition: ColumnElement[bool]) -> int:
    return tx.connection.execute(select(func.count()).select_from(saved_commands).where(condition)).scalar_one()


def _context(owner_id: str, name: str, version: int) -> tuple[str, str, str]:
    return owner_id, name, str(version)


def _note(tx: Transaction, saved: SavedCommand, user_id: str, event: str, operation: str = "") -> None:
    facts = {"name": saved.name, "shared": saved.shared, "version": saved.version, "operation": operation}
    audit.append(
        tx,
        team_id=saved.team_id,
        actor_id=user_id,
        event=event,
        subject=f"saved:{saved.id}",
        facts={name: value for name, value in facts.items() if value != ""},
    )
