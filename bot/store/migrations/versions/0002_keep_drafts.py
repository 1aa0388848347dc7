"""Keep drafts of forms."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False, comment="who fills the form in"),
        sa.Column("operation", sa.String(length=200), nullable=False, comment="METHOD path template"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="what was filled in"),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows with each step"),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_team_id_user_id_changed_at"), "drafts", ["team_id", "user_id", "changed_at"])
    op.create_index(op.f("ix_drafts_changed_at"), "drafts", ["changed_at"])
