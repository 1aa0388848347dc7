"""Let approvals ask for several signatures, tell what was seen at Stripe, and follow what is sent to its end.

What was pending under the release before ends as expired: what it holds was not sealed, so it can't be signed any more.
"""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0006"
down_revision = "0005"

_STATES = (
    "state in ('pending', 'approved', 'executing', 'succeeded', 'failed', 'unknown', "
    "'denied', 'expired', 'withdrawn', 'superseded', 'stale')"
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        # A table that others refer to can be rebuilt only while they hold nothing.
        for table in ("runs", "decisions"):
            op.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}")  # noqa: S608 — our own two names
            op.execute(f"DELETE FROM {table}")  # noqa: S608 — our own two names
    op.execute("UPDATE approvals SET state = 'expired' WHERE state = 'pending'")
    _approvals()
    _decisions()
    _runs()
    if sqlite:
        for table, added in (("decisions", "stage"), ("runs", "position")):
            names = ", ".join(column["name"] for column in sa.inspect(op.get_bind()).get_columns(table))
            kept = names.replace(added, f"0 AS {added}", 1)
            op.execute(f"INSERT INTO {table} ({names}) SELECT {kept} FROM kept_{table}")  # noqa: S608 — our own names
            op.execute(f"DROP TABLE kept_{table}")
    _movements()
    _looks()


def _approvals() -> None:
    with op.batch_alter_table("approvals") as approvals:
        approvals.drop_constraint(op.f("ck_approvals_state"), type_="check")
        approvals.create_check_constraint(op.f("ck_approvals_state"), _STATES)
        approvals.add_column(
            sa.Column(
                "sealed",
                sa.LargeBinary(),
                nullable=False,
                server_default="",
                comment="the plan, the calls, what was seen, what people said",
            )
        )
        approvals.add_column(sa.Column("key_id", sa.String(length=64), nullable=False, server_default=""))
        approvals.add_column(sa.Column("remind_at", UtcDateTime, nullable=True, comment="empty once it was done"))
        approvals.add_column(sa.Column("escalate_at", UtcDateTime, nullable=True, comment="empty once it was done"))
        approvals.add_column(
            sa.Column("escalated_at", UtcDateTime, nullable=True, comment="since when the plan's fallback may sign")
        )
        approvals.add_column(sa.Column("superseded_by", sa.String(length=36), nullable=True))
    with op.batch_alter_table("approvals") as approvals:
        approvals.alter_column("call_id", comment="of a bulk, the first of its calls")
        approvals.alter_column("sealed", server_default=None)
        approvals.alter_column("key_id", server_default=None)


def _decisions() -> None:
    with op.batch_alter_table("decisions") as decisions:
        decisions.drop_constraint(op.f("ck_decisions_verdict"), type_="check")
        decisions.create_check_constraint(op.f("ck_decisions_verdict"), "verdict in ('approve', 'deny', 'override')")
        decisions.add_column(
            sa.Column(
                "stage",
                sa.Integer(),
                nullable=False,
                server_default="0",
                comment="the stage of the plan that it was given for",
            )
        )
    with op.batch_alter_table("decisions") as decisions:
        decisions.alter_column("stage", server_default=None)


def _runs() -> None:
    with op.batch_alter_table("runs") as runs:
        runs.drop_constraint(op.f("uq_runs_team_id_approval_id"), type_="unique")
        runs.add_column(
            sa.Column(
                "position",
                sa.Integer(),
                nullable=False,
                server_default="0",
                comment="among the calls of its approval",
            )
        )
        runs.create_unique_constraint(
            op.f("uq_runs_team_id_approval_id_position"), ["team_id", "approval_id", "position"]
        )
    with op.batch_alter_table("runs") as runs:
        runs.alter_column("position", server_default=None)


def _movements() -> None:
    op.create_table(
        "movements",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False, comment="who asked"),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("refund", sa.Boolean(), nullable=False),
        sa.Column(
            "currency",
            sa.String(length=3),
            nullable=True,
            comment="empty where it moves no money, or how much is not known",
        ),
        sa.Column("amount", sa.BigInteger(), nullable=True, comment="in minor units"),
        sa.Column("looked", sa.Boolean(), nullable=False, comment="whether Stripe was asked what it moves"),
        sa.Column("counted", sa.Boolean(), nullable=False, comment="false once it is certain that it had no effect"),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "call_id"], ["calls.team_id", "calls.id"], name=op.f("fk_movements_team_id_call_id_calls")
        ),
        sa.PrimaryKeyConstraint("team_id", "call_id", name=op.f("pk_movements")),
    )
    op.create_index(op.f("ix_movements_team_id_recorded_at"), "movements", ["team_id", "recorded_at"])


def _looks() -> None:
    op.create_table(
        "looks",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("call_ids", sa.JSON(), nullable=False, comment="the calls that Stripe is being asked about"),
        sa.Column("user_id", sa.String(length=32), nullable=False, comment="who asked"),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=True),
        sa.Column("thread_begun", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False, comment="whether whoever asked has confirmed just this"),
        sa.Column("supersedes", sa.String(length=36), nullable=True, comment="the approval whose place this takes"),
        sa.Column("next_at", UtcDateTime, nullable=False, comment="when any process may take it on"),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_looks")),
    )
    op.create_index(op.f("ix_looks_next_at"), "looks", ["next_at"])
