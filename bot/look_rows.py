"""The rows of calls about which Stripe is being asked, before the policy can say what becomes of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.approval import Bulk
from bot.domain import Place
from bot.store.engine import Transaction
from bot.store.tables import looks

LEASE = timedelta(seconds=120)
"""How long a process may look before another takes it on; longer than a call may take."""


@dataclass(frozen=True, slots=True)
class Look:
    """Calls on one account that wait for a look."""

    team_id: str
    id: str
    call_ids: tuple[str, ...]
    user_id: str
    place: Place
    confirmed: bool = False
    """Whether whoever asked has confirmed just these calls."""
    supersedes: str | None = None
    """The approval whose place they take."""
    bulk: Bulk | None = None
    """Of a list of calls."""


class LookRows:
    """Writes and reads them."""

    def __init__(self, *, ids: Callable[[], str]) -> None:
        self._ids = ids

    def add(
        self,
        tx: Transaction,
        *,
        team_id: str,
        call_ids: Sequence[str],
        user_id: str,
        place: Place,
        confirmed: bool,
        supersedes: str | None,
        bulk: Bulk | None = None,
    ) -> Look:
        """Write it down; for the length of the lease it is left to the process that does."""
        look = Look(team_id, self._ids(), tuple(call_ids), user_id, place, confirmed, supersedes, bulk)
        tx.connection.execute(
            insert(looks).values(
                team_id=team_id,
                id=look.id,
                call_ids=list(call_ids),
                user_id=user_id,
                channel_id=place.channel_id,
                thread_ts=place.thread_ts,
                thread_begun=place.begun,
                confirmed=confirmed,
                supersedes=supersedes,
                bulk=None if bulk is None else asdict(bulk),
                next_at=tx.now + LEASE,
                created_at=tx.now,
            )
        )
        return look

    def renew(self, tx: Transaction, look: Look) -> None:
        """Keep it for this process for the length of another lease: a list takes its time."""
        mine = (looks.c.team_id == look.team_id, looks.c.id == look.id)
        tx.connection.execute(update(looks).where(*mine).values(next_at=tx.now + LEASE))

    def remove(self, tx: Transaction, look: Look) -> bool:
        """Take it off the list; False where somebody else has."""
        gone = tx.connection.execute(delete(looks).where(looks.c.team_id == look.team_id, looks.c.id == look.id))
        return gone.rowcount == 1

    def claim_due(self, tx: Transaction, limit: int) -> Sequence[Look]:
        """Those whose time has come, each left to this process for the length of the lease."""
        due = tx.connection.execute(
            select(looks).where(looks.c.next_at <= tx.now).order_by(looks.c.next_at).limit(limit)
        ).all()
        claimed = []
        for row in due:
            mine = (looks.c.team_id == row.team_id, looks.c.id == row.id, looks.c.next_at == row.next_at)
            if tx.connection.execute(update(looks).where(*mine).values(next_at=tx.now + LEASE)).rowcount == 1:
                place = Place(row.channel_id, row.thread_ts, row.thread_begun)
                known = (row.team_id, row.id, tuple(row.call_ids), row.user_id, place, row.confirmed, row.supersedes)
                claimed.append(Look(*known, None if row.bulk is None else _bulk(row.bulk)))
        return claimed

    def release_all(self, tx: Transaction) -> None:
        """Make every one due at once: at the start of a process that has the database to itself."""
        tx.connection.execute(update(looks).where(looks.c.team_id.is_not(None)).values(next_at=tx.now))


def _bulk(kept: Mapping[str, Any]) -> Bulk:
    """What belongs to a list, from the JSON of its row."""
    return Bulk(**{**kept, "lines": tuple(kept["lines"]), "currencies": tuple(kept["currencies"])})
