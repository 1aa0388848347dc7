"""Say where answers go, and whether a run was asked for in a private channel."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    answers = sa.Column("answers", sa.JSON(), nullable=True, comment="where answers go; none as long as nobody said it")
    op.add_column("workspace_settings", answers)
    closed: sa.Column[bool] = sa.Column(
        "channel_closed", sa.Boolean(), nullable=True, comment="whether Slack said it's a private channel"
    )
    op.add_column("runs", closed)
