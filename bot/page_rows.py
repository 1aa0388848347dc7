"""What is kept of the pages of a list: where the next one begins, and which one was before.

A cursor stays on our side: search cursors are long and opaque, and an object's id in a button would be one more thing
that passes through people's clients. No cursor of Stripe's leads back in the same order, so the page before is the call
that got it, made again.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal, TypeAlias

import msgspec
from sqlalchemy import delete, insert, select, update

from bot.calls import Calls
from bot.cards import Paged
from bot.domain import FrozenCall, Run
from bot.errors import KeyProblemError
from bot.keys.envelope import Envelope
from bot.run_ends import Settled
from bot.run_rows import search
from bot.store.engine import Transaction
from bot.store.tables import pages
from bot.tokens import Tokens
from operations.outcome import Succeeded
from operations.pages import Cursor, moved, read_page

PURPOSE: Final = "page"
LIFETIME: Final = timedelta(days=1)
"""How long a list can be leafed through after its page was shown; what is new at Stripe has moved it by then."""

Way: TypeAlias = Literal["next", "previous"]
_SEALED: Final = msgspec.json.Decoder(tuple[str, str])


@dataclass(frozen=True, slots=True)
class Turned:
    """A page that is to be got: its call, and where it stands among the others."""

    frozen: FrozenCall
    number: int
    before: str | None
    """The run that got the page before it."""


class PageRows:
    """Keeps and finds pages. It asks nobody for permission: its callers do."""

    def __init__(self, *, envelope: Envelope, calls: Calls, tokens: Tokens) -> None:
        self._envelope = envelope
        self._calls = calls
        self._tokens = tokens

    def begin(self, tx: Transaction, run: Run, turned: Turned) -> None:
        """Note which page a run is to get."""
        tx.connection.execute(
            insert(pages).values(
                team_id=run.team_id,
                id=run.id,
                number=turned.number,
                before_id=turned.before,
                sealed=b"",
                key_id="",
                created_at=tx.now,
            )
        )

    def settled(self, tx: Transaction, settled: Settled) -> Paged | None:
        """Keep where the list of a run goes on; which page it is and what leads on and back, None for what has none."""
        run, outcome = settled.run, settled.outcome
        if not isinstance(outcome, Succeeded) or isinstance(outcome.data, bytes):
            return None
        page = read_page(run.frozen.call, outcome.data)
        row = tx.connection.execute(
            select(pages).where(pages.c.team_id == run.team_id, pages.c.id == run.id)
        ).one_or_none()
        if page is None or (page.next is None and row is None):
            return None
        if row is None:
            self.begin(tx, run, Turned(run.frozen, 1, None))
        if page.next is not None:
            self._keep(tx, run, page.next)
        return Paged(
            number=row.number if row is not None else 1,
            next=self._token(run, "next") if page.next is not None else "",
            previous=self._token(run, "previous") if row is not None and row.before_id else "",
        )

    def turn(self, tx: Transaction, team_id: str, token: str) -> Turned | None:
        """The page that a button leads to; None where nothing of it is kept. Raises UnreadableCallError."""
        named = self._tokens.read(PURPOSE, token)
        if named is None or named["team"] != team_id:
            return None
        row = tx.connection.execute(
            select(pages).where(pages.c.team_id == team_id, pages.c.id == named["run"])
        ).one_or_none()
        if row is None or row.created_at < tx.now - LIFETIME:
            return None
        if named["way"] == "previous":
            before = None if row.before_id is None else self._frozen(tx, team_id, row.before_id)
            return None if before is None else Turned(before, row.number - 1, self._before(tx, team_id, row.before_id))
        frozen = self._frozen(tx, team_id, row.id)
        cursor = self._cursor(team_id, row.id, row.sealed)
        if frozen is None or cursor is None:
            return None
        return Turned(replace(frozen, call=moved(frozen.call, cursor)), row.number + 1, row.id)

    def forget_old(self, tx: Transaction, team_id: str) -> None:
        """Remove what nobody leafs through any more."""
        tx.connection.execute(delete(pages).where(pages.c.team_id == team_id, pages.c.created_at < tx.now - LIFETIME))

    def _keep(self, tx: Transaction, run: Run, cursor: Cursor) -> None:
        sealed = self._envelope.seal(
            purpose=PURPOSE,
            team_id=run.team_id,
            row_id=run.id,
            context=(),
            plaintext=msgspec.json.encode(tuple(cursor)),
        )
        tx.connection.execute(
            update(pages)
            .where(pages.c.team_id == run.team_id, pages.c.id == run.id)
            .values(sealed=sealed.blob, key_id=sealed.key_id, created_at=tx.now)
        )

    def _cursor(self, team_id: str, row_id: str, sealed: bytes) -> Cursor | None:
        try:
            opened = self._envelope.open(purpose=PURPOSE, team_id=team_id, row_id=row_id, context=(), blob=sealed)
        except KeyProblemError:
            return None
        return Cursor(*_SEALED.decode(opened))

    def _frozen(self, tx: Transaction, team_id: str, run_id: str) -> FrozenCall | None:
        run = search(tx, team_id, run_id)
        return None if run is None else self._calls.load(tx, team_id, run.call_id)

    def _before(self, tx: Transaction, team_id: str, run_id: str) -> str | None:
        mine = (pages.c.team_id == team_id, pages.c.id == run_id)
        return tx.connection.execute(select(pages.c.before_id).where(*mine)).scalar_one_or_none()

    def _token(self, run: Run, way: Way) -> str:
        return self._tokens.sign(PURPOSE, {"team": run.team_id, "run": run.id, "way": way})
