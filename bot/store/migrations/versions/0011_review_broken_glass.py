"""Keep the reviews of broken glass, and find the events of one subject."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=False),
        sa.Column("broken_by", sa.String(length=32), nullable=False, comment="who broke the glass"),
        sa.Column("broken_at", UtcDateTime, nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("remind_at", UtcDateTime, nullable=True, comment="empty once it was reviewed"),
        sa.Column("reviewed_by", sa.String(length=32), nullable=True),
        sa.Column("reviewed_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id", "approval_id"],
            ["approvals.team_id", "approvals.id"],
            name=op.f("fk_reviews_team_id_approval_id_approvals"),
        ),
        sa.PrimaryKeyConstraint("team_id", "approval_id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_remind_at"), "reviews", ["remind_at"])
    op.create_index(op.f("ix_audit_events_team_id_subject"), "audit_events", ["team_id", "subject"])
