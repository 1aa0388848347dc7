"""Each workspace's policy, with every version that it had or was to have.

Only an admin changes it. While a live account is connected, a change waits until a second admin says yes to it: never
the one who proposed it. Who is an admin is read in the transaction that acts, and so is what the change was made to:
where that is not what holds any more, nothing is changed.

Without a live account one admin is enough. So that nobody loosens the policy alone and connects a live account then,
rules of one's own that no second admin agreed to wait for that when one is connected, and the strict policy holds until
they have.

A workspace that never changed its policy has the standard one as its first version, whether or not a row says so.
"""

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Row, delete, func, select, update

from bot import audit
from bot.policy.changes import Changes, changes
from bot.policy.document import Document, Preset, digest, plain, validated
from bot.policy.judging import Policy
from bot.policy.presets import STRICT_POLICY, policy_of, rules_of
from bot.store import accounts
from bot.store.engine import Transaction
from bot.store.tables import policies

logger = logging.getLogger(__name__)

FIRST: Final = 1
"""The version that a workspace begins with."""
STANDARD: Final = Preset(preset="standard")
STRICT: Final = Preset(preset="strict")

State: TypeAlias = Literal["draft", "proposed", "active", "replaced", "rejected", "superseded"]
Why: TypeAlias = Literal["not_admin", "alone", "own", "waiting", "raced", "same", "gone"]

REFUSALS: Final[Mapping[Why, str]] = MappingProxyType(
    {
        "not_admin": "Only an admin of this bot may change the policy, and you are none (any more). "
        "Nothing was changed.",
        "alone": "A live account is connected, so a second admin has to agree to a change of the policy, and you are "
        "the only one. Name a second admin first; then propose it again.",
        "own": "You proposed this change, so another admin has to agree to it.",
        "waiting": "Another change of the policy waits for an admin's yes already. Have that decided first.",
        "raced": "The policy was changed in the meantime, so this change was not made. Look at what holds now, "
        "and begin again from there.",
        "same": "This is what holds already. Nothing was changed.",
        "gone": "This change doesn't wait any more. Nothing was changed.",
    }
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a workspace's policy."""

    version: int
    state: State
    document: Document | None
    """None where this release can't read it."""
    based_on: int
    proposed_by: str
    """Empty for what the bot came with."""
    proposed_at: datetime | None
    decided_by: str | None = None
    """The second admin, where it took one."""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change has come to: it holds now, or waits for a second admin."""

    version: Version
    changes: Changes
    """Against what held when it was written."""
    superseded: int | None = None
    """The version that waited and was overtaken by this one."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed."""

    why: Why

    @property
    def message(self) -> str:
        return REFUSALS[self.why]


def active(tx: Transaction, team_id: str) -> tuple[Policy, int]:
    """The policy that holds, and its version. What this release can't read counts as the strict one."""
    held = current(tx, team_id)
    return (STRICT_POLICY if held.document is None else _policy(json.dumps(plain(held.document)))), held.version


def current(tx: Transaction, team_id: str) -> Version:
    """The version that holds."""
    row = tx.connection.execute(select(policies).where(_of(team_id), policies.c.state == "active")).one_or_none()
    return _version(row) if row is not None else Version(FIRST, "active", STANDARD, 0, "", None)


def waiting(tx: Transaction, team_id: str) -> Version | None:
    """The change that waits for a second admin."""
    row = tx.connection.execute(select(policies).where(_of(team_id), policies.c.state == "proposed")).one_or_none()
    return None if row is None else _version(row)


def find(tx: Transaction, team_id: str, version: int) -> Version | None:
    """One version, whatever became of it."""
    row = tx.connection.execute(select(policies).where(_of(team_id), policies.c.version == version)).one_or_none()
    return None if row is None else _version(row)


def keep_draft(tx: Transaction, *, team_id: str, document: Document, based_on: int, user_id: str) -> int:
    """Keep what somebody looks at before they save it; its version. They have one draft at a time."""
    _begin(tx, team_id)
    _forget_drafts(tx, team_id, user_id)
    return _add(tx, team_id, document, state="draft", based_on=based_on, user_id=user_id)


def change(
    tx: Transaction, *, team_id: str, document: Document, based_on: int, user_id: str, admins: Collection[str]
) -> Changed | Refused:
    """Put a policy in the place of the version it was written from; with a live account, propose that.

    ``admins`` are everybody who is one, as read in this transaction.
    """
    if user_id not in admins:
        return Refused("not_admin")
    held = _lock(tx, team_id)
    if held is None or held.version != based_on:
        return Refused("raced")
    if held.document is not None and digest(document) == digest(held.document):
        return Refused("same")
    live = any(each.livemode for each in accounts.active(tx, team_id))
    stands = waiting(tx, team_id)
    if live and len(set(admins)) < 2:
        return Refused("alone")
    if live and stands is not None:
        return Refused("waiting")
    _forget_drafts(tx, team_id, user_id)
    if not live:
        _move(tx, team_id, held.version, "active", "replaced")
    state: State = "proposed" if live else "active"
    number = _add(tx, team_id, document, state=state, based_on=based_on, user_id=user_id)
    superseded = None if live else _supersede(tx, team_id)
    changed = Changed(_found(tx, team_id, number), _changes(held.document, document), superseded)
    _note(tx, team_id, user_id, "policy proposed" if live else "policy changed", changed)
    return changed


def decide(
    tx: Transaction, *, team_id: str, version: int, user_id: str, admins: Collection[str], agree: bool
) -> Changed | Refused:
    """An admin's yes or no to the change that waits. Whoever proposed it may take it back, and no more.

    ``admins`` are everybody who is one, as read in this transaction. A yes that comes when another policy holds than
    the change was made to ends the change, too: it is superseded.
    """
    if user_id not in admins:
        return Refused("not_admin")
    held = _lock(tx, team_id)
    stands = find(tx, team_id, version)
    if held is None or stands is None or stands.state != "proposed":
        return Refused("gone")
    if agree and user_id == stands.proposed_by:
        return Refused("own")
    if not agree:
        state: State = "rejected"
    elif held.version == stands.based_on and stands.document is not None:
        _move(tx, team_id, held.version, "active", "replaced")
        state = "active"
    else:
        state = "superseded"
    if not _move(tx, team_id, version, "proposed", state, decided_by=user_id, decided_at=tx.now):
        return Refused("gone")
    changed = Changed(_found(tx, team_id, version), _changes(held.document, stands.document))
    _note(tx, team_id, user_id, "policy changed" if state == "active" else f"policy {state}", changed)
    return changed


def go_live(tx: Transaction, team_id: str, user_id: str) -> Changed | None:
    """Before a live account is put to use: the strict policy in the place of rules that one admin alone made.

    ``user_id`` is who connects it. Those rules then wait for a second admin, in the place of whatever waited before.
    None where what holds may stay.
    """
    held = None
    while held is None:
        held = _lock(tx, team_id)
    if isinstance(held.document, Preset) or held.decided_by is not None:
        return None
    superseded = _supersede(tx, team_id)
    _move(tx, team_id, held.version, "active", "proposed")
    number = _add(tx, team_id, STRICT, state="active", based_on=held.version, user_id=user_id)
    _move(tx, team_id, held.version, "proposed", "proposed", based_on=number)
    strict = Changed(_found(tx, team_id, number), _changes(held.document, STRICT))
    waits = Changed(_found(tx, team_id, held.version), _changes(STRICT, held.document), superseded)
    _note(tx, team_id, user_id, "policy changed", strict)
    _note(tx, team_id, user_id, "policy proposed", waits)
    return waits


# --- rows -------------------------------------------------------------------------------------------------------------


def _of(team_id: str) -> ColumnElement[bool]:
    return policies.c.team_id == team_id


def _begin(tx: Transaction, team_id: str) -> None:
    """Write the first version down, where nobody has yet, so that there is a row to lock."""
    first = _row(team_id, FIRST, STANDARD, state="active", based_on=0, user_id="", at=tx.now)
    tx.insert_once(policies, first)


def _lock(tx: Transaction, team_id: str) -> Version | None:
    """The version that holds, locked until the transaction ends; None where somebody has just changed it."""
    _begin(tx, team_id)
    row = tx.connection.execute(
        select(policies).where(_of(team_id), policies.c.state == "active").with_for_update()
    ).one_or_none()
    return None if row is None else _version(row)


def _add(tx: Transaction, team_id: str, document: Document, *, state: State, based_on: int, user_id: str) -> int:
    while True:
        newest = tx.connection.execute(select(func.max(policies.c.version)).where(_of(team_id))).scalar_one() or 0
        row = _row(team_id, newest + 1, document, state=state, based_on=based_on, user_id=user_id, at=tx.now)
        if tx.insert_once(policies, row):
            return int(newest) + 1


def _row(
    team_id: str, version: int, document: Document, *, state: State, based_on: int, user_id: str, at: datetime
) -> dict[str, Any]:
    return {
        "team_id": team_id,
        "version": version,
        "document": plain(document),
        "state": state,
        "based_on": based_on,
        "proposed_by": user_id,
        "proposed_at": at,
    }


def _move(tx: Transaction, team_id: str, version: int, before: State, after: State, **values: object) -> bool:
    standing = (_of(team_id), policies.c.version == version, policies.c.state == before)
    return tx.connection.execute(update(policies).where(*standing).values(state=after, **values)).rowcount == 1


def _supersede(tx: Transaction, team_id: str) -> int | None:
    """End the change that waits, since what it was made to is gone; its version."""
    stands = waiting(tx, team_id)
    return stands.version if stands and _move(tx, team_id, stands.version, "proposed", "superseded") else None


def _forget_drafts(tx: Transaction, team_id: str, user_id: str) -> None:
    theirs = (_of(team_id), policies.c.state == "draft", policies.c.proposed_by == user_id)
    tx.connection.execute(delete(policies).where(*theirs))


def _found(tx: Transaction, team_id: str, version: int) -> Version:
    return _version(tx.connection.execute(select(policies).where(_of(team_id), policies.c.version == version)).one())


def _version(row: Row[Any]) -> Version:
    return Version(
        version=row.version,
        state=row.state,
        document=_document(row),
        based_on=row.based_on,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def _document(row: Row[Any]) -> Document | None:
    read = _read(json.dumps(row.document))
    if read is None:
        logger.error("version %s of a policy can't be read; the strict one counts in its place", row.version)
    return read


@lru_cache(maxsize=256)
def _read(text: str) -> Document | None:
    """The document that a row holds; None where a newer release wrote it, or somebody else."""
    try:
        return validated(json.loads(text))
    except ValidationError:
        return None


@lru_cache(maxsize=256)
def _policy(text: str) -> Policy:
    return policy_of(validated(json.loads(text)))


def _changes(before: Document | None, after: Document | None) -> Changes:
    """What a change changes; nothing can be told of a policy that can't be read."""
    return changes(rules_of(before), rules_of(after)) if before is not None and after is not None else Changes()


def _note(tx: Transaction, team_id: str, user_id: str, event: str, changed: Changed) -> None:
    version = changed.version
    audit.append(
        tx,
        team_id=team_id,
        actor_id=user_id,
        event=event,
        subject=f"policy:{version.version}",
        facts={
            "digest": digest(version.document) if version.document is not None else "unreadable",
            "instead of": version.based_on,
            "proposed by": version.proposed_by,
            **({"preset": version.document.preset} if isinstance(version.document, Preset) else {}),
            **changed.changes.facts(),
        },
    )
