"""Make every table."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("alias", sa.String(length=40), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("stripe_account_id", sa.String(length=64), nullable=False, comment="empty until Stripe has told it"),
        sa.Column("name", sa.Text(), nullable=False, comment="the business name that Stripe told"),
        sa.Column("key_kind", sa.String(length=8), nullable=False, comment="sk or rk"),
        sa.Column("tail4", sa.String(length=4), nullable=False),
        sa.Column(
            "fingerprint",
            sa.String(length=64),
            nullable=False,
            comment="keyed; finds the same key again without revealing it",
        ),
        sa.Column("linked", sa.JSON(), nullable=False, comment="connected accounts that calls may name, acct_…"),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False, comment="the master key that seals it"),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("verified_at", UtcDateTime, nullable=True),
        sa.CheckConstraint("status in ('checking', 'active', 'replaced', 'dead')", name=op.f("ck_accounts_status")),
        sa.PrimaryKeyConstraint("team_id", "id", "version", name=op.f("pk_accounts")),
        sa.UniqueConstraint(
            "team_id", "alias", "livemode", "version", name=op.f("uq_accounts_team_id_alias_livemode_version")
        ),
    )
    op.create_table(
        "audit_events",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False, comment="empty for the bot itself"),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "seq", name=op.f("pk_audit_events")),
    )
    op.create_table(
        "audit_heads",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "calls",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=200), nullable=False, comment="METHOD path template"),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("account_version", sa.Integer(), nullable=False),
        sa.Column("stripe_account_id", sa.String(length=64), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "sealed", sa.LargeBinary(), nullable=False, comment="the canonical call, and what goes along with it"
        ),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_calls")),
    )
    op.create_table(
        "deliveries",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False, comment="what makes one delivery by Slack unique"),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "key", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_seen_at"), "deliveries", ["seen_at"])

    op.create_table(
        "master_keys",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column(
            "check_value",
            sa.String(length=64),
            nullable=False,
            comment="tells a wrong key at start, not at the first call",
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_master_keys")),
    )
    op.create_table(
        "messages",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False, comment="run:… or approval:…, with the part it plays"),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column(
            "moved_from",
            sa.String(length=32),
            nullable=True,
            comment="the channel that it was for, where it could not be posted",
        ),
        sa.Column(
            "user_id",
            sa.String(length=32),
            nullable=False,
            comment="whose it is: told by DM where the channel can't be",
        ),
        sa.Column(
            "thread_of", sa.String(length=36), nullable=True, comment="the message of ours in whose thread it stands"
        ),
        sa.Column(
            "thread_ts", sa.String(length=32), nullable=True, comment="somebody's thread that it stands in; Slack's ts"
        ),
        sa.Column("ts", sa.String(length=32), nullable=True, comment="Slack's, once posted"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="what it should say"),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="of what it should say"),
        sa.Column("delivered", sa.Integer(), nullable=False, comment="the version that Slack has"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime, nullable=True, comment="when to try; empty when delivered or given up"),
        sa.Column("lease_until", UtcDateTime, nullable=True),
        sa.Column("failure", sa.String(length=80), nullable=True, comment="why it was given up"),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("kind in ('message', 'file', 'ephemeral')", name=op.f("ck_messages_kind")),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_messages")),
        sa.UniqueConstraint("team_id", "about", name=op.f("uq_messages_team_id_about")),
    )
    op.create_index(op.f("ix_messages_next_at"), "messages", ["next_at"])

    op.create_table(
        "saved_commands",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "owner_id",
            sa.String(length=32),
            nullable=False,
            comment="whose it is; empty for the whole workspace's",
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="the text, with its blanks"),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows with each edit"),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_saved_commands")),
        sa.UniqueConstraint("team_id", "owner_id", "name", name=op.f("uq_saved_commands_team_id_owner_id_name")),
    )
    op.create_table(
        "approvals",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("requester_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column(
            "thread_ts", sa.String(length=32), nullable=True, comment="the thread that it was asked for in, if any"
        ),
        sa.Column("rule", sa.String(length=80), nullable=False, comment="the policy rule that asked for it"),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("decided_at", UtcDateTime, nullable=True),
        sa.CheckConstraint(
            "state in ('pending', 'approved', 'denied', 'expired', 'withdrawn')", name=op.f("ck_approvals_state")
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "call_id"], ["calls.team_id", "calls.id"], name=op.f("fk_approvals_team_id_call_id")
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_approvals")),
    )
    op.create_index(op.f("ix_approvals_state_expires_at"), "approvals", ["state", "expires_at"])

    op.create_table(
        "decisions",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="what was signed"),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("verdict in ('approve', 'deny')", name=op.f("ck_decisions_verdict")),
        sa.ForeignKeyConstraint(
            ["team_id", "approval_id"],
            ["approvals.team_id", "approvals.id"],
            name=op.f("fk_decisions_team_id_approval_id"),
        ),
        sa.PrimaryKeyConstraint("team_id", "approval_id", "user_id", name=op.f("pk_decisions")),
    )
    op.create_table(
        "runs",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=True),
        sa.Column("actor_id", sa.String(length=32), nullable=False, comment="who asked"),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column(
            "thread_ts", sa.String(length=32), nullable=True, comment="the thread that it was asked for in, if any"
        ),
        sa.Column("thread_begun", sa.Boolean(), nullable=False, comment="whether that thread had replies"),
        sa.Column("rule", sa.String(length=80), nullable=False, comment="the policy rule that allowed it"),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "fence", sa.Integer(), nullable=False, comment="grows with each claim; a stale holder changes nothing"
        ),
        sa.Column("holder", sa.String(length=64), nullable=True, comment="the process that carries it out"),
        sa.Column(
            "next_at",
            UtcDateTime,
            nullable=True,
            comment="when any process may take it on; empty when settled or left to a person",
        ),
        sa.Column("first_sent_at", UtcDateTime, nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True, comment="Stripe's"),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("error_code", sa.String(length=80), nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("finished_at", UtcDateTime, nullable=True),
        sa.CheckConstraint(
            "state in ('recorded', 'executing', 'succeeded', 'failed', 'unknown')", name=op.f("ck_runs_state")
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "approval_id"], ["approvals.team_id", "approvals.id"], name=op.f("fk_runs_team_id_approval_id")
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "call_id"], ["calls.team_id", "calls.id"], name=op.f("fk_runs_team_id_call_id")
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_runs")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_runs_idempotency_key")),
        sa.UniqueConstraint("team_id", "approval_id", name=op.f("uq_runs_team_id_approval_id")),
    )
    op.create_index(op.f("ix_runs_state_next_at"), "runs", ["state", "next_at"])
