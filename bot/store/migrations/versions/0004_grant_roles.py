"""Grant roles to people, user groups and channels, for each account and mode, in place of lists of people; and keep
what people ask for until an admin has answered.

An empty list of approvers or operators meant every full member, as did no settings at all. Nobody loses what they had:
that becomes a grant to everyone.
"""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0004"
down_revision = "0003"

_LISTS = (("admin", "admin_ids"), ("approver", "approver_ids"), ("operator", "operator_ids"))


def upgrade() -> None:
    op.create_table(
        "role_grants",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False, comment="what has the role"),
        sa.Column("subject_id", sa.String(length=32), nullable=False, comment="Slack's; empty for everyone"),
        sa.Column(
            "account_id",
            sa.String(length=36),
            nullable=False,
            comment="the account that it is for; empty for every one",
        ),
        sa.Column("mode", sa.String(length=8), nullable=False, comment="live or test; empty for both"),
        sa.Column(
            "granted_by",
            sa.String(length=32),
            nullable=False,
            comment="empty for what held before there were grants",
        ),
        sa.Column("granted_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("role in ('viewer', 'operator', 'approver', 'admin')", name=op.f("ck_role_grants_role")),
        sa.CheckConstraint(
            "subject in ('person', 'group', 'channel', 'everyone')", name=op.f("ck_role_grants_subject")
        ),
        sa.CheckConstraint("mode in ('', 'live', 'test')", name=op.f("ck_role_grants_mode")),
        sa.PrimaryKeyConstraint(
            "team_id", "role", "subject", "subject_id", "account_id", "mode", name=op.f("pk_role_grants")
        ),
    )
    op.create_table(
        "role_requests",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False, comment="who asks for it"),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column(
            "account_id",
            sa.String(length=36),
            nullable=False,
            comment="the account that it is for; empty for every one",
        ),
        sa.Column("mode", sa.String(length=8), nullable=False, comment="live or test; empty for both"),
        sa.Column("id", sa.String(length=36), nullable=False, comment="names the messages that ask the admins"),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("role in ('viewer', 'operator', 'approver', 'admin')", name=op.f("ck_role_requests_role")),
        sa.CheckConstraint("mode in ('', 'live', 'test')", name=op.f("ck_role_requests_mode")),
        sa.PrimaryKeyConstraint("team_id", "user_id", "role", "account_id", "mode", name=op.f("pk_role_requests")),
    )
    _settle_what_held_unsaid()
    _grant_what_the_lists_said()
    for _, column in _LISTS:
        op.drop_column("workspace_settings", column)


def _settle_what_held_unsaid() -> None:
    """Give workspaces that have accounts and no settings the settings that held for them."""
    accounts = sa.table("accounts", sa.column("team_id"), sa.column("created_at", UtcDateTime))
    settings = _settings()
    settled = sa.select(settings.c.team_id)
    unsaid = (
        sa.select(accounts.c.team_id, sa.func.min(accounts.c.created_at, type_=UtcDateTime()))
        .where(accounts.c.team_id.not_in(settled))
        .group_by(accounts.c.team_id)
    )
    for team_id, since in op.get_bind().execute(unsaid).all():
        op.get_bind().execute(
            sa.insert(settings).values(
                team_id=team_id,
                version=1,
                admin_ids=[],
                approver_ids=[],
                operator_ids=[],
                policy="standard",
                confirmed=[],
                changed_by="",
                changed_at=since,
            )
        )


def _grant_what_the_lists_said() -> None:
    settings = _settings()
    grants = sa.table(
        "role_grants",
        *(sa.column(name) for name in ("team_id", "role", "subject", "subject_id", "account_id", "mode", "granted_by")),
        sa.column("granted_at", UtcDateTime),
    )
    for row in op.get_bind().execute(sa.select(settings)).all():
        for role, column in _LISTS:
            named = [("person", each) for each in dict.fromkeys(getattr(row, column))]
            for subject, subject_id in named or ([] if role == "admin" else [("everyone", "")]):
                op.get_bind().execute(
                    sa.insert(grants).values(
                        team_id=row.team_id,
                        role=role,
                        subject=subject,
                        subject_id=subject_id,
                        account_id="",
                        mode="",
                        granted_by=row.changed_by,
                        granted_at=row.changed_at,
                    )
                )


def _settings() -> sa.TableClause:
    return sa.table(
        "workspace_settings",
        *(sa.column(name) for name in ("team_id", "version", "policy", "changed_by")),
        *(sa.column(name, sa.JSON) for name in ("admin_ids", "approver_ids", "operator_ids", "confirmed")),
        sa.column("changed_at", UtcDateTime),
    )
