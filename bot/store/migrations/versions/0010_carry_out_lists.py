"""Keep what belongs to a list of calls while they are looked at, and what each of them came to."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("looks") as looks:
        looks.add_column(
            sa.Column("bulk", sa.JSON(), nullable=True, comment="what belongs to a list of calls; of others null")
        )
    op.create_table(
        "bulk_results",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False, comment="the run's"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="what Stripe made of it, or why it did not"),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_bulk_results")),
        sa.ForeignKeyConstraint(
            ["team_id", "id"], ["runs.team_id", "runs.id"], name=op.f("fk_bulk_results_team_id_id")
        ),
    )
