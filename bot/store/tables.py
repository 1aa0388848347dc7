"""Every table, on SQLite and PostgreSQL alike.

Every row belongs to a workspace, and every query names ``team_id``. What a database dump must not give (keys, frozen
calls, message contents) is kept sealed under the key ring, in columns named ``sealed``. Times are the database's own.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite keeps it naive, so that texts compare in order of time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

SLACK_ID = 32
UUID = 36

accounts = Table(
    "accounts",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("id", String(UUID), nullable=False),
    Column("version", Integer, nullable=False),
    Column("alias", String(40), nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("stripe_account_id", String(64), nullable=False, comment="empty until Stripe has told it"),
    Column("name", Text, nullable=False, comment="the business name that Stripe told"),
    Column("key_kind", String(8), nullable=False, comment="sk or rk"),
    Column("tail4", String(4), nullable=False),
    Column("fingerprint", String(64), nullable=False, comment="keyed; finds the same key again without revealing it"),
    Column("linked", JSON, nullable=False, comment="connected accounts that calls may name, acct_…"),
    Column("status", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", String(64), nullable=False, comment="the master key that seals it"),
    Column("created_by", String(SLACK_ID), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("verified_at", UtcDateTime),
    PrimaryKeyConstraint("team_id", "id", "version"),
    UniqueConstraint("team_id", "alias", "livemode", "version"),
    CheckConstraint("status in ('checking', 'active', 'replaced', 'dead')", name="status"),
)

calls = Table(
    "calls",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("id", String(UUID), nullable=False),
    Column("operation", String(200), nullable=False, comment="METHOD path template"),
    Column("tier", String(16), nullable=False),
    Column("flags", JSON, nullable=False),
    Column("account_id", String(UUID), nullable=False),
    Column("account_version", Integer, nullable=False),
    Column("stripe_account_id", String(64), nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False, comment="the canonical call, and what goes along with it"),
    Column("key_id", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("team_id", "id"),
)

approvals = Table(
    "approvals",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("id", String(UUID), nullable=False),
    Column("call_id", String(UUID), nullable=False, comment="of a bulk, the first of its calls"),
    Column("requester_id", String(SLACK_ID), nullable=False),
    Column("channel_id", String(SLACK_ID), nullable=False),
    Column("thread_ts", String(32), comment="the thread that it was asked for in, if any"),
    Column("rule", String(80), nullable=False, comment="the policy rule that asked for it"),
    Column("state", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False, comment="the plan, the calls, what was seen, what people said"),
    Column("key_id", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("remind_at", UtcDateTime, comment="empty once it was done"),
    Column("escalate_at", UtcDateTime, comment="empty once it was done"),
    Column("escalated_at", UtcDateTime, comment="since when the plan's fallback may sign"),
    Column("decided_at", UtcDateTime),
    Column("superseded_by", String(UUID)),
    Column("reach_at", UtcDateTime, comment="when those asked by name are to be told; empty once they were"),
    PrimaryKeyConstraint("team_id", "id"),
    ForeignKeyConstraint(["team_id", "call_id"], ["calls.team_id", "calls.id"]),
    CheckConstraint(
        "state in ('pending', 'approved', 'executing', 'succeeded', 'failed', 'unknown', "
        "'denied', 'expired', 'withdrawn', 'superseded', 'stale')",
        name="state",
    ),
    Index(None, "state", "expires_at"),
    Index(None, "team_id", "requester_id", "created_at"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("approval_id", String(UUID), nullable=False),
    Column("user_id", String(SLACK_ID), nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("stage", Integer, nullable=False, comment="the stage of the plan that it was given for"),
    Column("digest", String(64), nullable=False, comment="what was signed"),
    Column("decided_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("team_id", "approval_id", "user_id"),
    ForeignKeyConstraint(["team_id", "approval_id"], ["approvals.team_id", "approvals.id"]),
    CheckConstraint("verdict in ('approve', 'deny', 'override')", name="verdict"),
)

approval_copies = Table(
    "approval_copies",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("approval_id", String(UUID), nullable=False),
    Column("user_id", String(SLACK_ID), nullable=False, comment="who has its card in their direct messages"),
    Column("signs", Boolean, nullable=False, comment="whether it has buttons there"),
    PrimaryKeyConstraint("team_id", "approval_id", "user_id"),
)

homes = Table(
    "homes",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("user_id", String(SLACK_ID), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("shows", JSON, nullable=False, comment="the approvals on it, as far as is known"),
    Column("due_at", UtcDateTime, comment="when to publish it anew; empty where it is as things stand"),
    Column("changes", Integer, nullable=False, comment="grows with each change of what is to be on it"),
    Column("lease_until", UtcDateTime, comment="while somebody publishes it"),
    Column("fence", Integer, nullable=False, comment="grows with each claim; a stale holder's record counts less"),
    Column("attempts", Integer, nullable=False, comment="that failed since it was published last"),
    PrimaryKeyConstraint("team_id", "user_id"),
    Index(None, "due_at"),
)

movements = Table(
    "movements",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("call_id", String(UUID), nullable=False),
    Column("user_id", String(SLACK_ID), nullable=False, comment="who asked"),
    Column("account_id", String(UUID), nullable=False),
    Column("tier", String(16), nullable=False),
    Column("refund", Boolean, nullable=False),
    Column("currency", String(3), comment="empty where it moves no money, or how much is not known"),
    Column("amount", BigInteger, comment="in minor units"),
    Column("looked", Boolean, nullable=False, comment="whether Stripe was asked what it moves"),
    Column("counted", Boolean, nullable=False, comment="false once it is certain that it had no effect"),
    Column("recorded_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("team_id", "call_id"),
    ForeignKeyConstraint(["team_id", "call_id"], ["calls.team_id", "calls.id"]),
    Index(None, "team_id", "recorded_at"),
)

looks = Table(
    "looks",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("id", String(UUID), nullable=False),
    Column("call_ids", JSON, nullable=False, comment="the calls that Stripe is being asked about"),
    Column("user_id", String(SLACK_ID), nullable=False, comment="who asked"),
    Column("channel_id", String(SLACK_ID), nullable=False),
    Column("thread_ts", String(32)),
    Column("thread_begun", Boolean, nullable=False),
    Column("confirmed", Boolean, nullable=False, comment="whether whoever asked has confirmed just this"),
    Column("supersedes", String(UUID), comment="the approval whose place this takes"),
    Column("bulk", JSON(none_as_null=True), comment="what belongs to a list of calls; of others null"),
    Column("next_at", UtcDateTime, nullable=False, comment="when any process may take it on"),
    Column("created_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("team_id", "id"),
    Index(None, "next_at"),
)

runs = Table(
    "runs",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("id", String(UUID), nullable=False),
    Column("call_id", String(UUID), nullable=False),
    Column("approval_id", String(UUID)),
    Column("position", Integer, nullable=False, comment="among the calls of its approval"),
    Column("actor_id", String(SLACK_ID), nullable=False, comment="who asked"),
    Column("channel_id", String(SLACK_ID), nullable=False),
    Column("thread_ts", String(32), comment="the thread that it was asked for in, if any"),
    Column("thread_begun", Boolean, nullable=False, comment="whether that thread had replies"),
    Column("channel_closed", Boolean, comment="whether Slack said it's a private channel"),
    Column("rule", String(80), nullable=False, comment="the policy rule that allowed it"),
    Column("idempotency_key", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fence", Integer, nullable=False, comment="grows with each claim; a stale holder changes nothing"),
    Column("holder", String(64), comment="the process that carries it out"),
    Column("next_at", UtcDateTime, comment="when any process may take it on; empty when settled or left to a person"),
    Column("first_sent_at", UtcDateTime),
    Column("request_id", String(64), comment="Stripe's"),
    Column("http_status", Integer),
    Column("error_code", String(80)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    PrimaryKeyConstraint("team_id", "id"),
    UniqueConstraint("team_id", "approval_id", "position"),
    UniqueConstraint("idempotency_key"),
    ForeignKeyConstraint(["team_id", "call_id"], ["calls.team_id", "calls.id"]),
    ForeignKeyConstraint(["team_id", "approval_id"], ["approvals.team_id", "approvals.id"]),
    CheckConstraint("state in ('recorded', 'executing', 'succeeded', 'failed', 'unknown')", name="state"),
    Index(None, "state", "next_at"),
    Index(None, "team_id", "actor_id", "created_at"),
)

open_outcomes = Table(
    "open_outcomes",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("id", String(UUID), nullable=False, comment="the run's"),
    Column("sealed", LargeBinary, nullable=False, comment="what Stripe shows of it"),
    Column("key_id", String(64), nullable=False),
    Column("next_at", UtcDateTime, comment="when any process may look at Stripe; empty once people were asked"),
    Column("attempts", Integer, nullable=False, comment="looks that told nothing"),
    Column("happened", Boolean, comment="what somebody said; empty before they did"),
    Column("said_by", String(SLACK_ID)),
    Column("said_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("team_id", "id"),
    ForeignKeyConstraint(["team_id", "id"], ["runs.team_id", "runs.id"]),
    Index(None, "next_at"),
)

bulk_results = Table(
    "bulk_results",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("id", String(UUID), nullable=False, comment="the run's"),
    Column("sealed", LargeBinary, nullable=False, comment="what Stripe made of it, or why it did not"),
    Column("key_id", String(64), nullable=False),
    PrimaryKeyConstraint("team_id", "id"),
    ForeignKeyConstraint(["team_id", "id"], ["runs.team_id", "runs.id"]),
)

reviews = Table(
    "reviews",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("approval_id", String(UUID), nullable=False),
    Column("broken_by", String(SLACK_ID), nullable=False, comment="who broke the glass"),
    Column("broken_at", UtcDateTime, nullable=False),
    Column("reminders", Integer, nullable=False),
    Column("remind_at", UtcDateTime, comment="empty once it was reviewed"),
    Column("reviewed_by", String(SLACK_ID)),
    Column("reviewed_at", UtcDateTime),
    PrimaryKeyConstraint("team_id", "approval_id"),
    ForeignKeyConstraint(["team_id", "approval_id"], ["approvals.team_id", "approvals.id"]),
    Index(None, "remind_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("id", String(UUID), nullable=False),
    Column("about", String(80), nullable=False, comment="run:… or approval:…, with the part it plays"),
    Column("kind", String(9), nullable=False),
    Column("channel_id", String(SLACK_ID), nullable=False),
    Column("moved_from", String(SLACK_ID), comment="the channel that it was for, where it could not be posted"),
    Column("user_id", String(SLACK_ID), nullable=False, comment="whose it is: told by DM where the channel can't be"),
    Column("thread_of", String(UUID), comment="the message of ours in whose thread it stands"),
    Column("thread_ts", String(32), comment="somebody's thread that it stands in; Slack's ts"),
    Column("ts", String(32), comment="Slack's, once posted"),
    Column("sealed", LargeBinary, nullable=False, comment="what it should say"),
    Column("key_id", String(64), nullable=False),
    Column("version", Integer, nullable=False, comment="of what it should say"),
    Column("delivered", Integer, nullable=False, comment="the version that Slack has"),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime, comment="when to try; empty when delivered or given up"),
    Column("lease_until", UtcDateTime),
    Column("failure", String(80), comment="why it was given up"),
    Column("created_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("team_id", "id"),
    UniqueConstraint("team_id", "about"),
    CheckConstraint("kind in ('message', 'file', 'ephemeral')", name="kind"),
    Index(None, "next_at"),
)

saved_commands = Table(
    "saved_commands",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("id", String(UUID), nullable=False),
    Column("owner_id", String(SLACK_ID), nullable=False, comment="whose it is; empty for the whole workspace's"),
    Column("name", String(40), nullable=False),
    Column("sealed", LargeBinary, nullable=False, comment="the text, with its blanks"),
    Column("key_id", String(64), nullable=False),
    Column("version", Integer, nullable=False, comment="grows with each edit"),
    Column("created_by", String(SLACK_ID), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("team_id", "id"),
    UniqueConstraint("team_id", "owner_id", "name"),
)

workspace_settings = Table(
    "workspace_settings",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("version", Integer, nullable=False, comment="grows with each change"),
    Column("approvals_channel_id", String(SLACK_ID), comment="where approvals go that are asked for in private"),
    Column("answers", JSON(none_as_null=True), comment="where answers go; none as long as nobody said it"),
    Column("confirmed", JSON, nullable=False, comment="the steps of the set-up that an admin has saved"),
    Column("changed_by", String(SLACK_ID), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("team_id"),
)

role_grants = Table(
    "role_grants",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("role", String(16), nullable=False),
    Column("subject", String(16), nullable=False, comment="what has the role"),
    Column("subject_id", String(SLACK_ID), nullable=False, comment="Slack's; empty for everyone"),
    Column("account_id", String(UUID), nullable=False, comment="the account that it is for; empty for every one"),
    Column("mode", String(8), nullable=False, comment="live or test; empty for both"),
    Column("granted_by", String(SLACK_ID), nullable=False, comment="empty for what held before there were grants"),
    Column("granted_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("team_id", "role", "subject", "subject_id", "account_id", "mode"),
    CheckConstraint("role in ('viewer', 'operator', 'approver', 'admin')", name="role"),
    CheckConstraint("subject in ('person', 'group', 'channel', 'everyone')", name="subject"),
    CheckConstraint("mode in ('', 'live', 'test')", name="mode"),
)

role_requests = Table(
    "role_requests",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("user_id", String(SLACK_ID), nullable=False, comment="who asks for it"),
    Column("role", String(16), nullable=False),
    Column("account_id", String(UUID), nullable=False, comment="the account that it is for; empty for every one"),
    Column("mode", String(8), nullable=False, comment="live or test; empty for both"),
    Column("id", String(UUID), nullable=False, comment="names the messages that ask the admins"),
    Column("asked_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("team_id", "user_id", "role", "account_id", "mode"),
    CheckConstraint("role in ('viewer', 'operator', 'approver', 'admin')", name="role"),
    CheckConstraint("mode in ('', 'live', 'test')", name="mode"),
)

policies = Table(
    "policies",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", JSON, nullable=False, comment="rules, or the name of a preset"),
    Column("state", String(16), nullable=False),
    Column("based_on", Integer, nullable=False, comment="the version that was active when it was written"),
    Column("proposed_by", String(SLACK_ID), nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("decided_by", String(SLACK_ID), comment="the second admin, where it took one"),
    Column("decided_at", UtcDateTime),
    PrimaryKeyConstraint("team_id", "version"),
    CheckConstraint("state in ('draft', 'proposed', 'active', 'replaced', 'rejected', 'superseded')", name="state"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("key", String(128), nullable=False, comment="what makes one delivery by Slack unique"),
    Column("seen_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("team_id", "key"),
    Index(None, "seen_at"),
)

audit_events = Table(
    "audit_events",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", String(SLACK_ID), nullable=False, comment="empty for the bot itself"),
    Column("event", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    PrimaryKeyConstraint("team_id", "seq"),
    Index(None, "team_id", "subject"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    PrimaryKeyConstraint("team_id"),
)

master_keys = Table(
    "master_keys",
    metadata,
    Column("key_id", String(64), nullable=False),
    Column("check_value", String(64), nullable=False, comment="tells a wrong key at start, not at the first call"),
    PrimaryKeyConstraint("key_id"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("id", String(UUID), nullable=False),
    Column("user_id", String(SLACK_ID), nullable=False, comment="who fills the form in"),
    Column("operation", String(200), nullable=False, comment="METHOD path template"),
    Column("sealed", LargeBinary, nullable=False, comment="what was filled in"),
    Column("key_id", String(64), nullable=False),
    Column("version", Integer, nullable=False, comment="grows with each step"),
    Column("changed_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("team_id", "id"),
    Index(None, "team_id", "user_id", "changed_at"),
    Index(None, "changed_at"),
)

pages = Table(
    "pages",
    metadata,
    Column("team_id", String(SLACK_ID), nullable=False),
    Column("id", String(UUID), nullable=False, comment="the run that got the page"),
    Column("number", Integer, nullable=False),
    Column("before_id", String(UUID), comment="the run that got the page before it"),
    Column("sealed", LargeBinary, nullable=False, comment="where the next page begins; empty at the end"),
    Column("key_id", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("team_id", "id"),
    ForeignKeyConstraint(["team_id", "id"], ["runs.team_id", "runs.id"]),
    Index(None, "created_at"),
)
