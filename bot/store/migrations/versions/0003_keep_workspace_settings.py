"""Keep each workspace's settings, and find what a person asked for and ran."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "workspace_settings",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows with each change"),
        sa.Column("admin_ids", sa.JSON(), nullable=False, comment="beside those whom the operator names"),
        sa.Column("approver_ids", sa.JSON(), nullable=False, comment="empty: every full member may approve"),
        sa.Column("operator_ids", sa.JSON(), nullable=False, comment="empty: every full member may run commands"),
        sa.Column("policy", sa.String(length=40), nullable=False, comment="the name of a policy"),
        sa.Column(
            "approvals_channel_id",
            sa.String(length=32),
            nullable=True,
            comment="where approvals go that are asked for in private",
        ),
        sa.Column("confirmed", sa.JSON(), nullable=False, comment="the steps of the set-up that an admin has saved"),
        sa.Column("changed_by", sa.String(length=32), nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_workspace_settings")),
    )
    op.create_index(
        op.f("ix_approvals_team_id_requester_id_created_at"), "approvals", ["team_id", "requester_id", "created_at"]
    )
    op.create_index(op.f("ix_runs_team_id_actor_id_created_at"), "runs", ["team_id", "actor_id", "created_at"])
