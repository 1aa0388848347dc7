"""Keep each workspace's policy, with every version that it had or was to have."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False, comment="rules, or the name of a preset"),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False, comment="the version that was active when it was written"),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("proposed_at", UtcDateTime, nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True, comment="the second admin, where it took one"),
        sa.Column("decided_at", UtcDateTime, nullable=True),
        sa.CheckConstraint(
            "state in ('draft', 'proposed', 'active', 'replaced', 'rejected', 'superseded')",
            name=op.f("ck_policies_state"),
        ),
        sa.PrimaryKeyConstraint("team_id", "version", name=op.f("pk_policies")),
    )
    _keep_those_that_were_chosen()
    op.drop_column("workspace_settings", "policy")


def _keep_those_that_were_chosen() -> None:
    """Each workspace's choice becomes its first version. A name that nobody knows stays as strict as can be."""
    settings = sa.table(
        "workspace_settings",
        sa.column("team_id", sa.String),
        sa.column("policy", sa.String),
        sa.column("changed_by", sa.String),
        sa.column("changed_at", UtcDateTime),
    )
    policies = sa.table(
        "policies",
        sa.column("team_id", sa.String),
        sa.column("version", sa.Integer),
        sa.column("document", sa.JSON),
        sa.column("state", sa.String),
        sa.column("based_on", sa.Integer),
        sa.column("proposed_by", sa.String),
        sa.column("proposed_at", UtcDateTime),
    )
    chosen = op.get_bind().execute(sa.select(settings).where(settings.c.team_id.is_not(None))).all()
    op.bulk_insert(
        policies,
        [
            {
                "team_id": row.team_id,
                "version": 1,
                "document": {"preset": "standard" if row.policy == "standard" else "strict"},
                "state": "active",
                "based_on": 0,
                "proposed_by": row.changed_by,
                "proposed_at": row.changed_at,
            }
            for row in chosen
        ],
    )
