"""What calls move, for the limits of policies: how much money, for whom, on which account, and when.

A call counts from the moment it is recorded to be sent or to wait for signatures, and no longer once it is certain that
it won't be sent. Amounts stand here in clear; they say nothing of whose money it is.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update

from bot import audit
from bot.domain import Account, FrozenCall
from bot.policy import Spent, Window
from bot.store.engine import Transaction
from bot.store.tables import movements
from operations.looks import Money
from operations.risk import Risk


def counts(risk: Risk) -> bool:
    """Whether a call is one that limits may count."""
    return risk.tier in ("money", "destructive") or "refund" in risk.flags


def record(
    tx: Transaction, frozen: FrozenCall, user_id: str, moves: Money | None, *, looked: bool, place: int = 0
) -> None:
    """Count a call that was just recorded; ``looked``: whether Stripe was asked what it moves.

    ``place``: its place in a list of calls that are recorded at once, of which each counts after those before it.
    """
    if not counts(frozen.risk):
        return
    tx.connection.execute(
        insert(movements).values(
            team_id=frozen.account.team_id,
            call_id=frozen.id,
            user_id=user_id,
            account_id=frozen.account.id,
            tier=frozen.risk.tier,
            refund="refund" in frozen.risk.flags,
            currency=moves.currency if moves else None,
            amount=moves.amount if moves else None,
            looked=looked,
            counted=True,
            recorded_at=tx.now + timedelta(microseconds=place),
        )
    )


def release(tx: Transaction, team_id: str, call_id: str) -> None:
    """Count a call no more: it is certain that it won't be sent, or that it had no effect."""
    mine = (movements.c.team_id == team_id, movements.c.call_id == call_id)
    tx.connection.execute(update(movements).where(*mine).values(counted=False))


def known(tx: Transaction, team_id: str, call_id: str) -> tuple[Money | None, bool]:
    """What a recorded call moves, as far as it was known then, and whether Stripe was asked."""
    row = tx.connection.execute(
        select(movements).where(movements.c.team_id == team_id, movements.c.call_id == call_id)
    ).one_or_none()
    if row is None:
        return None, False
    return (Money(row.amount, row.currency) if row.amount is not None else None), row.looked


def spent(
    tx: Transaction,
    windows: Iterable[Window],
    account: Account,
    user_id: str,
    *,
    before: str | None = None,
    hold: bool = True,
) -> Mapping[Window, Spent]:
    """What went through each window until now; ``before``: until that recorded call, which is left out.

    With ``hold`` nobody else in the workspace can record anything until the transaction ends, so that two at once can't
    both pass under a limit.
    """
    wanted = tuple(windows)
    if not wanted:
        return {}
    if hold:
        audit.hold(tx, account.team_id)
    limits = _until(tx, account.team_id, before)
    return {window: _through(tx, window, account, user_id, limits) for window in wanted}


def _until(tx: Transaction, team_id: str, before: str | None) -> tuple[Any, tuple[ColumnElement[bool], ...]]:
    """The moment that windows end at, and what leaves out whatever was recorded after it."""
    if before is None:
        return tx.now, ()
    at = tx.connection.execute(
        select(movements.c.recorded_at).where(movements.c.team_id == team_id, movements.c.call_id == before)
    ).scalar_one_or_none()
    return (at, (movements.c.recorded_at < at,)) if at is not None else (tx.now, ())


def _through(
    tx: Transaction,
    window: Window,
    account: Account,
    user_id: str,
    until: tuple[Any, tuple[ColumnElement[bool], ...]],
) -> Spent:
    end, earlier = until
    conditions = [
        movements.c.team_id == account.team_id,
        movements.c.counted.is_(True),
        movements.c.recorded_at > end - timedelta(hours=window.hours),
        *earlier,
    ]
    if window.per == "person":
        conditions.append(movements.c.user_id == user_id)
    elif window.per == "account":
        conditions.append(movements.c.account_id == account.id)
    match window.of:
        case "refund":
            conditions.append(movements.c.refund.is_(True))
        case "money":
            conditions.append((movements.c.tier == "money") | movements.c.refund.is_(True))
        case "destructive":
            conditions.append(movements.c.tier == "destructive")
    rows = tx.connection.execute(
        select(movements.c.currency, func.count(), func.sum(movements.c.amount))
        .where(*conditions)
        .group_by(movements.c.currency)
    ).all()
    amounts = {currency: int(total) for currency, _, total in rows if currency is not None}
    return Spent(count=sum(count for _, count, _ in rows), amounts=amounts)
