"""Freezing calls: what is signed is what is sent, so both read this one row.

A frozen call is written once and never changed. Its digest covers every byte of the request, the workspace, the
account, its mode and the version of its key; approvers sign that digest, and it is computed anew before anything is
sent. The call is sealed together with every other column of its row, so a row that was changed doesn't open. What is
no part of the request, such as how its answer is to be shown, is sealed with it.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, cast

import msgspec
from sqlalchemy import Row, insert, select

from bot.domain import Account, FrozenCall
from bot.errors import KeyProblemError, StoreError
from bot.keys.envelope import Envelope, UnreadableError
from bot.store import accounts
from bot.store.engine import Transaction
from bot.store.tables import calls
from operations.call import Call
from operations.encoding import Request, canonical, encode, restore
from operations.grammar import Stated
from operations.registry import Registry
from operations.risk import Flag, Risk, Tier
from operations.shaping import AS_IT_IS, Shaping

PURPOSE = "call"


class UnreadableCallError(KeyProblemError):
    """What is on record of a call was changed, is gone, or means nothing to this release. It can't be carried out."""


def digest_of(request: Request, account: Account) -> str:
    """SHA-256, hex, of a request on an account. Fields are length-prefixed, so that no two lists of them collide.

    The request's own digest covers its API version.
    """
    fields = (
        "countersign call 2",
        request.digest(),
        account.team_id,
        account.id,
        str(account.version),
        account.fingerprint,
        account.stripe_account_id,
        "live" if account.livemode else "test",
    )
    joined = b"".join(len(field.encode()).to_bytes(4, "big") + field.encode() for field in fields)
    return sha256(joined).hexdigest()


class Calls:
    """Writes frozen calls and reads them back."""

    def __init__(self, *, envelope: Envelope, registry: Registry, ids: Callable[[], str]) -> None:
        self._envelope = envelope
        self._registry = registry
        self._ids = ids

    def request(self, call: Call) -> Request:
        """The request that carries the call, with the registry's API version pinned."""
        return encode(call, self._registry.api_version)

    def freeze(
        self,
        tx: Transaction,
        call: Call,
        account: Account,
        risk: Risk,
        *,
        shaping: Shaping = AS_IT_IS,
        stated: tuple[Stated, ...] = (),
        then: str = "",
        supersedes: str | None = None,
        because: str = "",
    ) -> FrozenCall:
        """Write the call down for good."""
        frozen = FrozenCall(
            id=self._ids(),
            call=call,
            account=account,
            risk=risk,
            digest=digest_of(self.request(call), account),
            shaping=shaping,
            stated=stated,
            then=then,
            supersedes=supersedes,
            because=because,
        )
        row = {
            "operation": call.operation.key,
            "tier": risk.tier,
            "flags": sorted(risk.flags),
            "account_id": account.id,
            "account_version": account.version,
            "stripe_account_id": account.stripe_account_id,
            "livemode": account.livemode,
            "digest": frozen.digest,
        }
        sealed = self._envelope.seal(
            purpose=PURPOSE,
            team_id=account.team_id,
            row_id=frozen.id,
            context=_context(row),
            plaintext=_ENCODER.encode(_Kept(msgspec.Raw(canonical(call)), shaping, stated, then, because, supersedes)),
        )
        tx.connection.execute(
            insert(calls).values(
                team_id=account.team_id,
                id=frozen.id,
                sealed=sealed.blob,
                key_id=sealed.key_id,
                created_at=tx.now,
                **row,
            )
        )
        return frozen

    def load(self, tx: Transaction, team_id: str, call_id: str) -> FrozenCall:
        """The frozen call of a workspace. Raises UnreadableCallError, UnknownMasterKeyError."""
        return self.load_all(tx, team_id, [call_id])[0]

    def load_all(self, tx: Transaction, team_id: str, call_ids: Sequence[str]) -> Sequence[FrozenCall]:
        """The frozen calls of a workspace, in this order. Raises UnreadableCallError, UnknownMasterKeyError."""
        wanted = select(calls).where(calls.c.team_id == team_id, calls.c.id.in_(call_ids))
        rows = _by_id(tx.connection.execute(wanted), call_ids)
        known: dict[tuple[str, int], Account] = {}
        return [self._open(tx, rows[each], known) for each in call_ids]

    def digests(self, tx: Transaction, team_id: str, call_ids: Sequence[str]) -> Sequence[str]:
        """Their digests as they stand on record, without opening the calls: enough to tell what a signature is about.

        Whatever is sent is loaded besides. Raises UnreadableCallError.
        """
        wanted = select(calls.c.id, calls.c.digest).where(calls.c.team_id == team_id, calls.c.id.in_(call_ids))
        rows = _by_id(tx.connection.execute(wanted), call_ids)
        return [rows[each].digest for each in call_ids]

    def _open(self, tx: Transaction, row: Row[Any], known: dict[tuple[str, int], Account]) -> FrozenCall:
        """The call that a row holds; ``known`` are accounts that were read already."""
        team_id, call_id, at = row.team_id, row.id, (row.account_id, row.account_version)
        try:
            plaintext = self._envelope.open(
                purpose=PURPOSE, team_id=team_id, row_id=call_id, context=_context(row._asdict()), blob=row.sealed
            )
            kept = _KEPT.decode(plaintext)
            call = restore(bytes(kept.call), self._registry)
            account = known.get(at) or known.setdefault(at, accounts.version_of(tx, team_id, *at))
        except (UnreadableError, StoreError, ValueError) as error:
            raise UnreadableCallError(f"The call {call_id} can't be read: {error}") from error
        return FrozenCall(
            id=call_id,
            call=call,
            account=account,
            risk=Risk(tier=cast("Tier", row.tier), flags=frozenset(cast("list[Flag]", row.flags)), rule="as recorded"),
            digest=row.digest,
            shaping=kept.shaping,
            stated=kept.stated,
            then=kept.then,
            supersedes=kept.supersedes,
            because=kept.because,
        )


def _by_id(found: Iterable[Row[Any]], call_ids: Sequence[str]) -> Mapping[str, Row[Any]]:
    """The rows of calls by their ids. Raises UnreadableCallError where one is missing."""
    rows = {row.id: row for row in found}
    missing = next((each for each in call_ids if each not in rows), None)
    if missing is not None:
        raise UnreadableCallError(f"There is no call {missing} in this workspace.")
    return rows


class _Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is sealed: the canonical call, and what goes along with it."""

    call: msgspec.Raw
    shaping: Shaping
    stated: tuple[Stated, ...]
    then: str
    because: str = ""
    supersedes: str | None = None


# Made here, once: msgspec 0.22 crashes the process when several threads are the first to decode a type.
_KEPT = msgspec.json.Decoder(_Kept)
_ENCODER = msgspec.json.Encoder()

_BOUND = (
    "operation",
    "tier",
    "flags",
    "account_id",
    "account_version",
    "stripe_account_id",
    "livemode",
    "digest",
)


def _context(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that are sealed with the call, as text."""
    return tuple(json.dumps(row[name]) for name in _BOUND)
