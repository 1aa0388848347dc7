"""The grants of roles on record: read, added and taken away, each with its line on the audit trail.

Only :mod:`bot.workspaces` changes them, under its lock: the version of a workspace's settings grows with each change.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, delete, select

from bot import audit
from bot.roles import Grant
from bot.store.engine import Transaction
from bot.store.tables import role_grants


def read(tx: Transaction, team_id: str) -> tuple[Grant, ...]:
    """The grants of a workspace, in the order in which they were given."""
    rows = tx.connection.execute(
        select(role_grants)
        .where(role_grants.c.team_id == team_id)
        .order_by(role_grants.c.granted_at, role_grants.c.role, role_grants.c.subject, role_grants.c.subject_id)
    )
    return tuple(
        Grant(
            role=row.role,
            subject=row.subject,
            subject_id=row.subject_id,
            account_id=row.account_id or None,
            mode=row.mode or None,
            granted_by=row.granted_by,
            granted_at=row.granted_at,
        )
        for row in rows
    )


def replace(tx: Transaction, team_id: str, before: Iterable[Grant], after: Iterable[Grant], *, user_id: str) -> None:
    """Take away what is in ``before`` alone, and give what is in ``after`` alone. What both have keeps its giver."""
    old, new = dict.fromkeys(before), dict.fromkeys(after)
    for grant in old:
        if grant not in new and tx.connection.execute(delete(role_grants).where(_is(team_id, grant))).rowcount:
            _note(tx, team_id, user_id, "role revoked", grant)
    for grant in new:
        if grant not in old and tx.insert_once(
            role_grants,
            {
                "team_id": team_id,
                "role": grant.role,
                "subject": grant.subject,
                "subject_id": grant.subject_id,
                "account_id": grant.account_id or "",
                "mode": grant.mode or "",
                "granted_by": user_id,
                "granted_at": tx.now,
            },
        ):
            _note(tx, team_id, user_id, "role granted", grant)


def _is(team_id: str, grant: Grant) -> ColumnElement[bool]:
    return and_(
        role_grants.c.team_id == team_id,
        role_grants.c.role == grant.role,
        role_grants.c.subject == grant.subject,
        role_grants.c.subject_id == grant.subject_id,
        role_grants.c.account_id == (grant.account_id or ""),
        role_grants.c.mode == (grant.mode or ""),
    )


def _note(tx: Transaction, team_id: str, user_id: str, event: str, grant: Grant) -> None:
    to = grant.subject_id or "every full member"
    facts = {"role": grant.role, "to": to, "account": grant.account_id or "every", "mode": grant.mode or "both"}
    audit.append(tx, team_id=team_id, actor_id=user_id, event=event, subject=f"role:{grant.role}:{to}", facts=facts)
