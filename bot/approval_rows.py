"""The rows of approvals: every statement about them, each a compare-and-set on the state.

What is sealed in a row (the plan, what was seen at Stripe, what people said) is bound to its calls, its requester and
its rule, so that a row which somebody changed in the database doesn't open.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Row, insert, select, update

from bot import run_rows
from bot.approval import Approval, Bulk, Item, Mandate, Remark, Said, digest_of
from bot.calls import Calls, UnreadableCallError
from bot.domain import ApprovalState, Decision, Place
from bot.keys.envelope import Envelope, UnreadableError
from bot.policy import Plan
from bot.store.engine import Transaction
from bot.store.tables import approvals, decisions
from operations.looks import Difference, Snapshot

T = TypeVar("T")

PURPOSE = "approval"


class _ItemKept(msgspec.Struct, frozen=True):
    call_id: str
    snapshot: Snapshot | None


class _Kept(msgspec.Struct, frozen=True):
    """What is sealed in a row."""

    plan: Plan
    items: tuple[_ItemKept, ...]
    comments: dict[str, str]
    """What people said with their decision, by user id."""
    remarks: tuple[Remark, ...]
    differences: tuple[Difference, ...]
    why_not: str
    supersedes: str | None = None
    said: Said | None = None
    bulk: Bulk | None = None


class _ItemInBrief(msgspec.Struct, frozen=True):
    call_id: str
    snapshot: msgspec.Raw


class _InBrief(msgspec.Struct, frozen=True):
    """What is sealed in a row, without what takes long to read."""

    plan: Plan
    items: tuple[_ItemInBrief, ...]
    bulk: Bulk | None = None


# Made here, once: msgspec 0.22 crashes the process when several threads are the first to decode a type.
_KEPT = msgspec.json.Decoder(_Kept)
_IN_BRIEF = msgspec.json.Decoder(_InBrief)
_SNAPSHOT = msgspec.json.Decoder(Snapshot | None)
_ENCODER = msgspec.json.Encoder()


class ApprovalRows:
    """Writes and reads the rows of approvals."""

    def __init__(self, *, envelope: Envelope, calls: Calls) -> None:
        self._envelope = envelope
        self._calls = calls

    def add(
        self, tx: Transaction, approval: Approval, *, remind_at: datetime | None, escalate_at: datetime | None
    ) -> None:
        """Write a new approval down."""
        tx.connection.execute(
            insert(approvals).values(
                team_id=approval.team_id,
                id=approval.id,
                call_id=approval.frozen.id,
                requester_id=approval.requester_id,
                channel_id=approval.place.channel_id,
                thread_ts=approval.place.thread_ts,
                rule=approval.rule,
                state=approval.state,
                created_at=approval.created_at,
                expires_at=approval.expires_at,
                remind_at=remind_at,
                escalate_at=escalate_at,
                **self._seal(approval),
            )
        )

    def load(self, tx: Transaction, team_id: str, approval_id: str, *, hold: bool = False) -> Approval | None:
        """The approval of a workspace, or None. ``hold``: nobody else decides on it until the transaction ends.

        Raises UnreadableCallError, UnknownMasterKeyError.
        """
        wanted = select(approvals).where(approvals.c.team_id == team_id, approvals.c.id == approval_id)
        row = tx.connection.execute(wanted.with_for_update() if hold else wanted).one_or_none()
        return None if row is None else self._read(tx, row)

    def mandate(self, tx: Transaction, team_id: str, approval_id: str, position: int) -> Mandate | None:
        """What was signed of one call of an approval, or None where there is no such approval.

        The other calls are not opened: signatures count where they are about the digests of all of them as they stand
        on record, and each is opened, and held against its own, when its turn comes. Raises UnreadableCallError,
        UnknownMasterKeyError.
        """
        row = _find(tx, team_id, approval_id)
        if row is None:
            return None
        kept = self._open(row, _IN_BRIEF)
        digest = digest_of(self._calls.digests(tx, team_id, [each.call_id for each in kept.items]))
        item = kept.items[position]
        return Mandate(
            call_id=item.call_id,
            snapshot=_SNAPSHOT.decode(item.snapshot),
            requester_id=row.requester_id,
            place=Place(row.channel_id, row.thread_ts),
            plan=kept.plan,
            state=row.state,
            decisions=_decisions(_votes(tx, team_id, approval_id), digest, {}),
            escalated_at=row.escalated_at,
        )

    def bulk(self, tx: Transaction, team_id: str, approval_id: str) -> Bulk | None:
        """What an approval has of its own as a list of calls. Raises UnreadableCallError, UnknownMasterKeyError."""
        row = _find(tx, team_id, approval_id)
        return None if row is None else self._open(row, _IN_BRIEF).bulk

    def move(
        self, tx: Transaction, approval: Approval, was: Collection[ApprovalState], to: ApprovalState, **values: object
    ) -> bool:
        """Move an approval on, if it is still in one of these states."""
        return move(tx, approval.team_id, approval.id, was, to, **values)

    def keep(self, tx: Transaction, approval: Approval) -> None:
        """Seal anew what an approval holds; the caller holds its row."""
        mine = (approvals.c.team_id == approval.team_id, approvals.c.id == approval.id)
        tx.connection.execute(update(approvals).where(*mine).values(**self._seal(approval)))

    def sign(self, tx: Transaction, approval: Approval, decision: Decision) -> None:
        """Write a decision down, with the digest that it is about."""
        tx.connection.execute(
            insert(decisions).values(
                team_id=approval.team_id,
                approval_id=approval.id,
                user_id=decision.user_id,
                verdict=decision.verdict,
                stage=decision.stage,
                digest=approval.digest,
                decided_at=decision.decided_at,
            )
        )

    def _seal(self, approval: Approval) -> dict[str, Any]:
        kept = _Kept(
            plan=approval.plan,
            items=tuple(_ItemKept(item.frozen.id, item.snapshot) for item in approval.items),
            comments={each.user_id: each.comment for each in approval.decisions if each.comment},
            remarks=approval.remarks,
            differences=approval.differences,
            why_not=approval.why_not,
            supersedes=approval.supersedes,
            said=approval.said,
            bulk=approval.bulk,
        )
        sealed = self._envelope.seal(
            purpose=PURPOSE,
            team_id=approval.team_id,
            row_id=approval.id,
            context=(approval.frozen.id, approval.requester_id, approval.rule),
            plaintext=_ENCODER.encode(kept),
        )
        return {"sealed": sealed.blob, "key_id": sealed.key_id}

    def _open(self, row: Row[Any], decoder: msgspec.json.Decoder[T]) -> T:
        """What is sealed in a row, as far as a decoder reads it. Raises UnreadableCallError, UnknownMasterKeyError."""
        try:
            plaintext = self._envelope.open(
                purpose=PURPOSE,
                team_id=row.team_id,
                row_id=row.id,
                context=(row.call_id, row.requester_id, row.rule),
                blob=row.sealed,
            )
            return decoder.decode(plaintext)
        except (UnreadableError, ValueError) as error:
            raise UnreadableCallError(f"The approval {row.id} can't be read: {error}") from error

    def _read(self, tx: Transaction, row: Row[Any]) -> Approval:
        kept = self._open(row, _KEPT)
        votes = _votes(tx, row.team_id, row.id)
        calls = self._calls.load_all(tx, row.team_id, [each.call_id for each in kept.items])
        items = tuple(Item(frozen, each.snapshot) for frozen, each in zip(calls, kept.items, strict=True))
        approval = Approval(
            team_id=row.team_id,
            id=row.id,
            items=items,
            requester_id=row.requester_id,
            place=Place(row.channel_id, row.thread_ts),
            rule=row.rule,
            plan=kept.plan,
            state=row.state,
            created_at=row.created_at,
            expires_at=row.expires_at,
            escalated_at=row.escalated_at,
            supersedes=kept.supersedes,
            superseded_by=row.superseded_by,
            differences=kept.differences,
            why_not=kept.why_not,
            remarks=kept.remarks,
            said=kept.said,
            bulk=kept.bulk,
            parts=run_rows.parts(tx, row.team_id, row.id) if kept.bulk is not None else (),
        )
        return replace(approval, decisions=_decisions(votes, approval.digest, kept.comments))


def move(
    tx: Transaction,
    team_id: str,
    approval_id: str,
    was: Collection[ApprovalState],
    to: ApprovalState,
    **values: object,
) -> bool:
    """Move an approval on, if it is still in one of these states, whether or not it can be read."""
    moved = tx.connection.execute(
        update(approvals)
        .where(approvals.c.team_id == team_id, approvals.c.id == approval_id, approvals.c.state.in_(tuple(was)))
        .values(state=to, **values)
    )
    return moved.rowcount == 1


def _find(tx: Transaction, team_id: str, approval_id: str) -> Row[Any] | None:
    wanted = select(approvals).where(approvals.c.team_id == team_id, approvals.c.id == approval_id)
    return tx.connection.execute(wanted).one_or_none()


def _votes(tx: Transaction, team_id: str, approval_id: str) -> Sequence[Row[Any]]:
    return tx.connection.execute(
        select(decisions)
        .where(decisions.c.team_id == team_id, decisions.c.approval_id == approval_id)
        .order_by(decisions.c.decided_at, decisions.c.user_id)
    ).all()


def _decisions(votes: Sequence[Row[Any]], digest: str, comments: dict[str, str]) -> tuple[Decision, ...]:
    """The decisions about exactly this; one about another digest was tampered with, and counts for nothing."""
    return tuple(
        Decision(vote.user_id, vote.verdict, vote.decided_at, vote.stage, comments.get(vote.user_id, ""))
        for vote in votes
        if vote.digest == digest
    )
