"""Keep where lists go on, so that people can leaf through them."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "pages",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False, comment="the run that got the page"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("before_id", sa.String(length=36), nullable=True, comment="the run that got the page before it"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="where the next page begins; empty at the end"),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["team_id", "id"], ["runs.team_id", "runs.id"], name=op.f("fk_pages_team_id_id_runs")),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_pages")),
    )
    op.create_index(op.f("ix_pages_created_at"), "pages", ["created_at"])
