"""Remember who has a card in their direct messages, whom to tell still, and what each Home tab shows."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0008"
down_revision = "0006"


def upgrade() -> None:
    op.add_column(
        "approvals",
        sa.Column(
            "reach_at",
            UtcDateTime,
            nullable=True,
            comment="when those asked by name are to be told; empty once they were",
        ),
    )
    op.create_table(
        "approval_copies",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False, comment="who has its card in their direct messages"),
        sa.Column("signs", sa.Boolean(), nullable=False, comment="whether it has buttons there"),
        sa.PrimaryKeyConstraint("team_id", "approval_id", "user_id", name=op.f("pk_approval_copies")),
    )
    op.create_table(
        "homes",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("shows", sa.JSON(), nullable=False, comment="the approvals on it, as far as is known"),
        sa.Column(
            "due_at", UtcDateTime, nullable=True, comment="when to publish it anew; empty where it is as things stand"
        ),
        sa.Column("changes", sa.Integer(), nullable=False, comment="grows with each change of what is to be on it"),
        sa.Column("lease_until", UtcDateTime, nullable=True, comment="while somebody publishes it"),
        sa.Column(
            "fence",
            sa.Integer(),
            nullable=False,
            comment="grows with each claim; a stale holder's record counts less",
        ),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="that failed since it was published last"),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_homes")),
    )
    op.create_index(op.f("ix_homes_due_at"), "homes", ["due_at"])
