"""The key store: the only place that sees a Stripe key in clear, and hands it out for the length of one call.

A key is kept as ``checking`` until Stripe has told whose it is, then ``active``; the next one for the same alias and
mode makes it ``replaced``, and Stripe's refusal makes it ``dead``. Every step is on the audit trail. A key that can't
be used any more is destroyed: its row stays, for what refers to it, and its sealed bytes go.

An alias and mode keep their account id for good, so an approval that names id and version can't be carried out with a
later key; and they keep their Stripe account, so a key of another account is refused.
"""

import hmac
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select, update

from bot import audit
from bot.domain import Account
from bot.errors import KeyProblemError
from bot.keys.envelope import Envelope
from bot.keys.ring import KeyRing
from bot.store.accounts import account_of, version_of
from bot.store.engine import Store, Transaction
from bot.store.tables import accounts
from operations.secrets import SecretKey

PURPOSE = "stripe key"
DESTROYED = {"sealed": b"", "key_id": ""}
"""What a row holds in place of a key that is gone."""


class KeyGoneError(KeyProblemError):
    """The key was replaced, found dead or never verified, and can't be used."""


class KeyBelongsElsewhereError(KeyProblemError):
    """The key opens another Stripe account, or another mode, than the alias stands for."""


class KeyStore:
    """The Stripe keys of all workspaces. ``ids`` gives unguessable ids of at most 36 characters."""

    def __init__(self, *, store: Store, envelope: Envelope, ring: KeyRing, ids: Callable[[], str]) -> None:
        self._store = store
        self._envelope = envelope
        self._fingerprint_key = ring.derive("fingerprint")
        self._ids = ids

    def add(
        self,
        tx: Transaction,
        *,
        team_id: str,
        alias: str,
        key: SecretKey,
        created_by: str,
        linked: Sequence[str] = (),
    ) -> Account:
        """Keep a key that somebody typed, as ``checking``: nothing may be asked with it but whose it is."""
        while True:
            account = self._next(tx, team_id, alias, key, linked)
            row = {
                "team_id": team_id,
                "id": account.id,
                "version": account.version,
                "alias": alias,
                "livemode": account.livemode,
                "stripe_account_id": account.stripe_account_id,
                "name": account.name,
                "key_kind": account.key_kind,
                "tail4": account.tail4,
                "fingerprint": account.fingerprint,
                "linked": list(linked),
                "status": "checking",
                "created_by": created_by,
                "created_at": tx.now,
                **self._seal(account, key),
            }
            # Somebody else may be adding the same version at this moment; then it is theirs, and ours is the next.
            if tx.insert_once(accounts, row):
                break
        _note(tx, account, created_by, "key added")
        return account

    def activate(
        self, tx: Transaction, account: Account, *, stripe_account_id: str, name: str, livemode: bool
    ) -> Account:
        """Put a checked key to use, with what Stripe told of it, and destroy the one that it replaces.

        Raises KeyBelongsElsewhereError where the alias stands for another Stripe account or mode, KeyGoneError where
        the key isn't waiting any more; then nothing was changed, and the caller discards the key.
        """
        rows = self._locked(tx, account)
        mine = next((row for row in rows if row.version == account.version and row.status == "checking"), None)
        verified = [row for row in rows if row.verified_at is not None]
        if mine is None or any(row.version > account.version for row in verified):
            raise KeyGoneError(f"The key for {account.alias} is no longer waiting: a newer one was connected.")
        if livemode != account.livemode:
            raise KeyBelongsElsewhereError("Stripe says that this key's mode is not the one that its prefix tells.")
        if verified and verified[-1].stripe_account_id != stripe_account_id:
            raise KeyBelongsElsewhereError(
                f"That key belongs to {stripe_account_id}, but {account.alias} stands for "
                f"{verified[-1].stripe_account_id}. Connect it under another alias."
            )
        for row in verified:
            if row.status == "active":
                self._set(tx, account_of(row), status="replaced", **DESTROYED)
                _note(tx, account_of(row), "", "key replaced")
        self._set(
            tx,
            account,
            status="active",
            stripe_account_id=stripe_account_id,
            # PostgreSQL's text can't hold the character NUL.
            name=name.replace("\0", ""),
            verified_at=tx.now,
            **self._seal(account, self._reveal(mine), stripe_account_id),
        )
        activated = version_of(tx, account.team_id, account.id, account.version)
        _note(tx, activated, "", "key verified")
        return activated

    def discard(self, tx: Transaction, account: Account) -> None:
        """Destroy a key that is still ``checking``: Stripe refused it, or it belongs elsewhere."""
        if self._end(tx, account, "checking"):
            _note(tx, account, "", "key discarded")

    def mark_dead(self, tx: Transaction, account: Account) -> bool:
        """Destroy a key that Stripe no longer accepts; False where it wasn't in use any more."""
        if not self._end(tx, account, "active"):
            return False
        _note(tx, account, "", "key dead")
        return True

    def is_current(self, tx: Transaction, account: Account, *, checking: bool = False) -> bool:
        """Whether this version of the key is the one in use (or, for ``checking``, still waits to be verified)."""
        row = tx.connection.execute(
            select(accounts.c.status).where(
                *_is(account),
                accounts.c.stripe_account_id == account.stripe_account_id,
                accounts.c.livemode.is_(account.livemode),
            )
        ).one_or_none()
        return row is not None and row.status == ("checking" if checking else "active")

    async def open(self, account: Account) -> SecretKey:
        """The key itself, for one call; the caller has put the use on the audit trail and keeps no reference.

        Raises KeyGoneError where that version is not in use, UnreadableError where the row was tampered with,
        UnknownMasterKeyError where its master key is not set.
        """
        row = await self._store.read(
            lambda tx: tx.connection.execute(select(accounts).where(*_is(account))).one_or_none()
        )
        if row is None or row.status not in {"checking", "active"} or account_of(row) != account:
            raise KeyGoneError(f"The key of account {account.alias} was replaced or removed.")
        return self._reveal(row)

    def _next(self, tx: Transaction, team_id: str, alias: str, key: SecretKey, linked: Sequence[str]) -> Account:
        """The account with the version that follows what the workspace has under this alias and mode."""
        named = (accounts.c.team_id == team_id, accounts.c.alias == alias, accounts.c.livemode.is_(key.livemode))
        last = tx.connection.execute(
            select(accounts.c.id, accounts.c.version).where(*named).order_by(accounts.c.version.desc()).limit(1)
        ).one_or_none()
        return Account(
            team_id=team_id,
            id=last.id if last else self._ids(),
            version=last.version + 1 if last else 1,
            alias=alias,
            livemode=key.livemode,
            stripe_account_id="",
            name="",
            key_kind=key.kind,
            tail4=key.tail4,
            linked=tuple(linked),
            fingerprint=self._fingerprint(key),
        )

    def _locked(self, tx: Transaction, account: Account) -> Sequence[Row[Any]]:
        every = select(accounts).where(accounts.c.team_id == account.team_id, accounts.c.id == account.id)
        return tx.connection.execute(every.order_by(accounts.c.version).with_for_update()).all()

    def _end(self, tx: Transaction, account: Account, status: str) -> bool:
        done = tx.connection.execute(
            update(accounts).where(*_is(account), accounts.c.status == status).values(status="dead", **DESTROYED)
        )
        return done.rowcount == 1

    def _set(self, tx: Transaction, account: Account, **values: object) -> None:
        tx.connection.execute(update(accounts).where(*_is(account)).values(**values))

    def _seal(self, account: Account, key: SecretKey, stripe_account_id: str = "") -> dict[str, Any]:
        sealed = self._envelope.seal(
            purpose=PURPOSE,
            team_id=account.team_id,
            row_id=account.id,
            context=_context(stripe_account_id, account.livemode, account.version),
            plaintext=key.reveal().encode(),
        )
        return {"sealed": sealed.blob, "key_id": sealed.key_id}

    def _reveal(self, row: Row[Any]) -> SecretKey:
        # In one expression, so that no local variable holds the plain key when something here fails.
        return SecretKey.parse(
            self._envelope.open(
                purpose=PURPOSE,
                team_id=row.team_id,
                row_id=row.id,
                context=_context(row.stripe_account_id, row.livemode, row.version),
                blob=row.sealed,
            ).decode()
        )

    def _fingerprint(self, key: SecretKey) -> str:
        return hmac.digest(self._fingerprint_key, key.reveal().encode(), sha256)[:16].hex()


def _context(stripe_account_id: str, livemode: bool, version: int) -> tuple[str, str, str]:
    return stripe_account_id, "live" if livemode else "test", str(version)


def _is(account: Account) -> tuple[Any, ...]:
    return (
        accounts.c.team_id == account.team_id,
        accounts.c.id == account.id,
        accounts.c.version == account.version,
    )


def _note(tx: Transaction, account: Account, actor_id: str, event: str) -> None:
    audit.append(
        tx,
        team_id=account.team_id,
        actor_id=actor_id,
        event=event,
        subject=f"account:{account.id}",
        facts={
            "alias": account.alias,
            "livemode": account.livemode,
            "version": account.version,
            "account": account.stripe_account_id,
            "key_kind": account.key_kind,
            "tail4": account.tail4,
        },
    )
