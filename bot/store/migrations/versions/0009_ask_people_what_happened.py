"""Keep the runs whose outcome nobody knows, until a person has said how it was."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "open_outcomes",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False, comment="the run's"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="what Stripe shows of it"),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column(
            "next_at",
            UtcDateTime,
            nullable=True,
            comment="when any process may look at Stripe; empty once people were asked",
        ),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="looks that told nothing"),
        sa.Column("happened", sa.Boolean(), nullable=True, comment="what somebody said; empty before they did"),
        sa.Column("said_by", sa.String(length=32), nullable=True),
        sa.Column("said_at", UtcDateTime, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_open_outcomes")),
        sa.ForeignKeyConstraint(
            ["team_id", "id"], ["runs.team_id", "runs.id"], name=op.f("fk_open_outcomes_team_id_id")
        ),
    )
    op.create_index(op.f("ix_open_outcomes_next_at"), "open_outcomes", ["next_at"])
