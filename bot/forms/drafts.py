"""Where drafts of forms are kept: sealed, each one person's, for a day.

A step reads the draft and writes it back in one transaction, and only over the version that it read, so of two steps at
once none is lost: the later one is tried again on what the earlier one made.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Row, delete, insert, select, update

from bot.domain import Place
from bot.errors import KeyProblemError
from bot.forms.draft import Draft, begun
from bot.keys.envelope import Envelope
from bot.store.engine import Transaction
from bot.store.tables import drafts
from operations.forms import Answer, Filled
from operations.registry import Registry

PURPOSE: Final = "draft"
LIFETIME: Final = timedelta(days=1)
"""How long a form that nobody goes on with is kept."""
MOST: Final = 20
"""Forms that one person has open or left; the oldest goes when another is opened."""


class Drafts:
    """Keeps, changes and forgets drafts. It asks nobody for permission: its callers do."""

    def __init__(self, *, envelope: Envelope, registry: Registry, ids: Callable[[], str]) -> None:
        self._envelope = envelope
        self._registry = registry
        self._ids = ids

    def begin(
        self,
        tx: Transaction,
        *,
        team_id: str,
        user_id: str,
        place: Place,
        filled: Filled,
        supersedes: str | None = None,
    ) -> Draft:
        """Keep a new draft with what is answered already; ``supersedes``: the approval whose place it is to take."""
        draft = begun(
            team_id=team_id, id=self._ids(), user_id=user_id, place=place, filled=filled, supersedes=supersedes
        )
        tx.connection.execute(
            insert(drafts).values(
                team_id=team_id,
                id=draft.id,
                user_id=user_id,
                operation=draft.operation.key,
                version=draft.version,
                **self._sealed(draft),
                changed_at=tx.now,
            )
        )
        for row in self._rows(tx, team_id, user_id)[MOST:]:
            self.forget(tx, team_id, row.id)
        return draft

    def load(self, tx: Transaction, team_id: str, draft_id: str) -> Draft | None:
        """The draft of a workspace; None where it is gone, can't be read, or is of an operation that is no more."""
        found = select(drafts).where(drafts.c.team_id == team_id, drafts.c.id == draft_id)
        row = tx.connection.execute(found).one_or_none()
        return None if row is None or row.changed_at < tx.now - LIFETIME else self._opened(row)

    def keep(self, tx: Transaction, draft: Draft) -> Draft | None:
        """Write a changed draft back; None, and nothing changed, where somebody wrote it since it was read."""
        changed = replace(draft, version=draft.version + 1)
        done = tx.connection.execute(
            update(drafts)
            .where(drafts.c.team_id == draft.team_id, drafts.c.id == draft.id, drafts.c.version == draft.version)
            .values(version=changed.version, **self._sealed(changed), changed_at=tx.now)
        )
        return changed if done.rowcount == 1 else None

    def forget(self, tx: Transaction, team_id: str, draft_id: str) -> bool:
        """Remove a draft; False where it is gone already."""
        gone = tx.connection.execute(delete(drafts).where(drafts.c.team_id == team_id, drafts.c.id == draft_id))
        return gone.rowcount == 1

    def of_person(self, tx: Transaction, team_id: str, user_id: str, limit: int) -> tuple[Draft, ...]:
        """What a person has begun and not finished, the newest first; what can't be read is left out."""
        fresh = [row for row in self._rows(tx, team_id, user_id) if row.changed_at >= tx.now - LIFETIME]
        opened = (self._opened(row) for row in fresh)
        return tuple(each for each in opened if each is not None and each.answers)[:limit]

    def forget_old(self, tx: Transaction, team_id: str) -> None:
        """Remove what nobody went on with."""
        tx.connection.execute(
            delete(drafts).where(drafts.c.team_id == team_id, drafts.c.changed_at < tx.now - LIFETIME)
        )

    def _rows(self, tx: Transaction, team_id: str, user_id: str) -> list[Row[Any]]:
        found = select(drafts).where(drafts.c.team_id == team_id, drafts.c.user_id == user_id)
        return list(tx.connection.execute(found.order_by(drafts.c.changed_at.desc())).all())

    def _sealed(self, draft: Draft) -> dict[str, object]:
        kept = _Kept(
            channel=draft.place.channel_id,
            thread=draft.place.thread_ts,
            begun=draft.place.begun,
            shown=draft.shown,
            answers=dict(draft.answers),
            account=draft.account,
            live=draft.live,
            within=draft.within,
            page=draft.page,
            supersedes=draft.supersedes,
        )
        sealed = self._envelope.seal(
            purpose=PURPOSE,
            team_id=draft.team_id,
            row_id=draft.id,
            context=(draft.user_id, draft.operation.key, str(draft.version)),
            plaintext=_ENCODER.encode(kept),
        )
        return {"sealed": sealed.blob, "key_id": sealed.key_id}

    def _opened(self, row: Row[Any]) -> Draft | None:
        operation = self._registry.by_key(row.operation)
        if operation is None:
            return None
        try:
            plaintext = self._envelope.open(
                purpose=PURPOSE,
                team_id=row.team_id,
                row_id=row.id,
                context=(row.user_id, row.operation, str(row.version)),
                blob=row.sealed,
            )
            kept = _DECODER.decode(plaintext)
        except (KeyProblemError, msgspec.DecodeError):
            return None
        return Draft(
            team_id=row.team_id,
            id=row.id,
            user_id=row.user_id,
            place=Place(kept.channel, kept.thread, begun=kept.begun),
            operation=operation,
            shown=kept.shown,
            answers=kept.answers,
            account=kept.account,
            live=kept.live,
            within=kept.within,
            page=kept.page,
            supersedes=kept.supersedes,
            version=row.version,
        )


class _Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is sealed of a draft."""

    channel: str
    thread: str | None
    begun: bool
    shown: tuple[str, ...]
    answers: dict[str, Answer]
    account: str | None
    live: bool
    within: str
    page: int
    supersedes: str | None = None


# Made here, once: msgspec 0.22 crashes the process when several threads are the first to decode a type.
_DECODER = msgspec.json.Decoder(_Kept)
_ENCODER = msgspec.json.Encoder()
