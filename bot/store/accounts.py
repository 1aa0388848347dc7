"""Connected Stripe accounts, as everybody but the key store sees them: never with a key."""

from typing import Any

from sqlalchemy import Row, Select, select

from bot.domain import Account
from bot.errors import StoreError
from bot.store.engine import Transaction
from bot.store.tables import accounts

# Whatever may be shown, so that the sealed key isn't even read.
_SHOWN = select(
    accounts.c.team_id,
    accounts.c.id,
    accounts.c.version,
    accounts.c.alias,
    accounts.c.livemode,
    accounts.c.stripe_account_id,
    accounts.c.name,
    accounts.c.key_kind,
    accounts.c.tail4,
    accounts.c.linked,
    accounts.c.fingerprint,
    accounts.c.status,
)


def active(tx: Transaction, team_id: str) -> list[Account]:
    """The accounts that a workspace can use, test before live, by alias."""
    usable = _of(team_id).where(accounts.c.status == "active").order_by(accounts.c.livemode, accounts.c.alias)
    return [account_of(row) for row in tx.connection.execute(usable)]


def find(tx: Transaction, team_id: str, alias: str, *, livemode: bool) -> Account | None:
    """The account that a workspace can use under that alias, or None."""
    row = tx.connection.execute(
        _of(team_id).where(accounts.c.alias == alias, accounts.c.livemode.is_(livemode), accounts.c.status == "active")
    ).one_or_none()
    return None if row is None else account_of(row)


def version_of(tx: Transaction, team_id: str, account_id: str, version: int) -> Account:
    """The account as it was with that version of its key, whatever became of it. Raises StoreError if it never was."""
    row = tx.connection.execute(
        _of(team_id).where(accounts.c.id == account_id, accounts.c.version == version)
    ).one_or_none()
    if row is None:
        raise StoreError(f"There is no account {account_id} with a key of version {version} in this workspace.")
    return account_of(row)


def _of(team_id: str) -> Select[Any]:
    return _SHOWN.where(accounts.c.team_id == team_id)


def account_of(row: Row[Any]) -> Account:
    """The account that a row of the table tells of."""
    return Account(
        team_id=row.team_id,
        id=row.id,
        version=row.version,
        alias=row.alias,
        livemode=row.livemode,
        stripe_account_id=row.stripe_account_id,
        name=row.name,
        key_kind=row.key_kind,
        tail4=row.tail4,
        linked=tuple(row.linked),
        fingerprint=row.fingerprint,
    )
