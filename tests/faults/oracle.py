"""The judge: compares what Stripe did with what is on record and with what people were told. It asks none of the code
that it judges; it reads the sandbox's journal, the database's rows and the fake Slack's messages.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, Table, func, select

from bot import audit
from bot.store.engine import Transaction
from bot.store.tables import approvals, audit_events, decisions, looks, messages, runs
from bot.submitting import LOOK_RULE
from operations.sandbox.journal import Journal
from tests.fakes.slack import File, Message, Workspace

Wish: TypeAlias = Literal["run", "approve", "deny", "race", "leave"]
"""What people want of a case: that it runs at once, a yes, a no, both at the same moment, or no decision at all."""

_SAID = {
    "succeeded": ("Done", "succeeded"),
    "failed": ("Failed", "failed"),
    "unknown": ("unknown", "Waiting"),
    "stale": ("Stopped",),
}
"""The words of a head for each end of a run, or of the approval that it had."""
_DECISIONS = ("approval signed", "approval denied", "glass broken")
"""How the audit trail tells of a decision."""
_RELEASED = {"approved", "executing", "succeeded", "failed", "unknown"}
"""The states of an approval that has its signatures, and for which something may have been sent."""


@dataclass(frozen=True, slots=True)
class Case:
    """What one person asked for, once. ``mark`` is a text that only this call holds, in its parameters or its path."""

    mark: str
    text: str
    operation: str
    wish: Wish


@dataclass
class Report:
    """What was found; each list names the cases. ``for_a_person`` and ``repeated`` are counts of what may happen."""

    doubled: list[str] = field(default_factory=list)
    """More than one effect, or asked about twice."""
    lost: list[str] = field(default_factory=list)
    """Accepted, and no trace of it; or approved, and no run."""
    unapproved: list[str] = field(default_factory=list)
    """An effect, or a run, that nobody else has signed."""
    wrong: list[str] = field(default_factory=list)
    """Said to have succeeded without an effect, or to have failed with one."""
    stuck: list[str] = field(default_factory=list)
    """Neither ended nor left to a person."""
    unsaid: list[str] = field(default_factory=list)
    """Slack does not show what is on record."""
    torn: list[str] = field(default_factory=list)
    """Breaks of the audit chain, and decisions without their line in it."""
    effects: int = 0
    for_a_person: int = 0
    """Outcomes that nobody could find out."""
    repeated: int = 0
    """Messages that stand in Slack more than once."""

    @property
    def broken(self) -> dict[str, list[str]]:
        """The promises that were broken, with the cases."""
        lists = ("doubled", "lost", "unapproved", "wrong", "stuck", "unsaid", "torn")
        return {name: getattr(self, name) for name in lists if getattr(self, name)}


def judge(connection: Connection, journal: Journal, workspace: Workspace, cases: Sequence[Case]) -> Report:
    """Judge a story that has come to its end."""
    record = Record(connection, workspace)
    report = Report(effects=len(journal.effects), repeated=record.repeated)
    for case in cases:
        _judge(case, record, effects_of(journal, case), report)
    report.unsaid += [f"undelivered {row.about}" for row in record.rows.values() if row.delivered < row.version]
    report.torn += torn(connection, record)
    return report


def torn(connection: Connection, record: "Record") -> list[str]:
    """Breaks of the audit chain, and how many decisions stand in it where that is not how many there are."""
    problem = audit.verify(Transaction(connection, timedelta), record.team_id).problem
    decided = _count(connection, audit_events, audit_events.c.event.in_(_DECISIONS))
    whole = decided == sum(map(len, record.decisions.values()))
    return ([problem] if problem else []) + ([] if whole else [f"{decided} decisions on the audit trail"])


def due(connection: Connection, now: datetime) -> int:
    """How many messages could be delivered right now."""
    unclaimed = messages.c.lease_until.is_(None) | (messages.c.lease_until <= now)
    unsaid = (messages.c.delivered < messages.c.version) & messages.c.failure.is_(None)
    return _count(connection, messages, unsaid & unclaimed & (messages.c.next_at <= now))


def unfinished(connection: Connection) -> int:
    """How much is still to be done or said, by the record."""
    open_runs = runs.c.state.in_(("recorded", "executing")) | runs.c.next_at.is_not(None)
    open_messages = (messages.c.delivered < messages.c.version) & messages.c.failure.is_(None)
    waiting = _count(connection, looks, looks.c.id.is_not(None))
    return waiting + _count(connection, runs, open_runs) + _count(connection, messages, open_messages)


def buttons(message: Message) -> list[str]:
    """The buttons that a message holds."""
    return [each["action_id"] for block in message.blocks for each in block.get("elements", []) if "action_id" in each]


class Record:
    """What is on record, and how it stands in Slack."""

    rows: Mapping[str, Row[Any]]
    """The messages, by id."""
    approvals: Mapping[str, Row[Any]]
    runs: Mapping[str, Row[Any]]
    """Those of what people asked for, without looks."""
    run_of: Mapping[str, Row[Any]]
    """The run of an approval."""
    repeated: int
    """Messages that stand in Slack more than once."""
    files: Sequence[File]
    """What was shared, in the order in which it was uploaded."""

    def __init__(self, connection: Connection, workspace: Workspace) -> None:
        self.team_id = workspace.team_id
        self.rows = {row.id: row for row in _all(connection, messages)}
        self.by_about = {row.about: row for row in self.rows.values()}
        self.approvals = {row.id: row for row in _all(connection, approvals)}
        self.runs = {row.id: row for row in _all(connection, runs) if row.rule != LOOK_RULE}
        self.run_of = {row.approval_id: row for row in self.runs.values() if row.approval_id}
        self.decisions: dict[str, list[Row[Any]]] = {}
        """By approval."""
        for row in _all(connection, decisions):
            self.decisions.setdefault(row.approval_id, []).append(row)
        self.files = [each for each in workspace.files.values() if each.channel is not None]
        self._standing = {message.ts: message for message in workspace.messages if not message.deleted}
        marks = Counter(_mark(message) for message in workspace.messages)
        self.repeated = marks.total() - len(marks)
        self._heads = [
            (row.about, str(message.blocks))
            for row in self.rows.values()
            if row.thread_of is None and (message := self._standing.get(row.ts)) is not None
        ]

    def abouts(self, mark: str) -> list[str]:
        """What the heads in Slack that show a mark are about, but for copies of a card."""
        return [about for about, shown in self._heads if mark in shown and ":to:" not in about]

    def approval_of(self, mark: str) -> Row[Any] | None:
        """The approval that the first head with this mark is about."""
        about = next((about for about in self.abouts(mark) if about.startswith("approval:")), "")
        return self.approvals.get(about.partition(":")[2])

    def runs_of(self, approval_id: str) -> list[Row[Any]]:
        """The runs of an approval, in the order of its calls."""
        mine = (row for row in self.runs.values() if row.approval_id == approval_id)
        return sorted(mine, key=lambda row: int(row.position))

    def pressable(self, approval_id: str) -> list[Message]:
        """The messages about an approval, its card and the copies of it, that have buttons."""
        card = f"approval:{approval_id}"
        abouts = [about for about in self.by_about if about == card or about.startswith(f"{card}:to:")]
        return [found for about in abouts if (found := self.message(about)) is not None and buttons(found)]

    def message(self, about: str) -> Message | None:
        """The message about something that Slack shows and we know of. One that was posted twice stands there too."""
        row = self.by_about.get(about)
        return self._standing.get(row.ts) if row is not None else None


def _judge(case: Case, record: Record, effects: int, report: Report) -> None:
    abouts = record.abouts(case.mark)
    if effects > 1 or len(abouts) > 1:
        report.doubled.append(case.mark)
    if not abouts:
        report.lost.append(case.mark)
        return
    kind, _, identity = abouts[0].partition(":")
    approval = record.approvals[identity] if kind == "approval" else None
    run = record.run_of.get(identity) if approval else record.runs[identity]
    if approval is not None:
        _judge_approval(case, approval, effects, record, report)
    elif case.wish != "run":
        report.unapproved.append(case.mark)
    if run is not None:
        _judge_ending(case, run, effects, report)
        _judge_words(case, run, abouts[0], record, report)
    elif effects:
        report.unapproved.append(case.mark)


def _judge_approval(case: Case, approval: Row[Any], effects: int, record: Record, report: Report) -> None:
    run = record.run_of.get(approval.id)
    votes = record.decisions.get(approval.id, [])
    signed = [vote for vote in votes if vote.verdict == "approve" and vote.user_id != approval.requester_id]
    if (run is not None or effects) and not signed:
        report.unapproved.append(case.mark)
    if effects and approval.state not in _RELEASED:
        report.unapproved.append(case.mark)
    if len(votes) > 1:
        report.doubled.append(case.mark)
    if approval.state in _RELEASED and run is None:
        report.lost.append(case.mark)
    elif run is not None and approval.state != _ends(run):
        report.torn.append(f"{case.mark} is {approval.state}, and its run {run.state}")
    if (approval.state == "pending") != (case.wish == "leave"):
        report.stuck.append(case.mark)
    head = record.message(f"approval:{approval.id}")
    if head is None or bool(buttons(head)) != (approval.state == "pending"):
        report.unsaid.append(case.mark)
    if approval.state != "pending" and record.pressable(approval.id):
        report.unsaid.append(case.mark)
    if approval.state == "denied" and head is not None and "Denied" not in str(head.blocks):
        report.unsaid.append(case.mark)


def _judge_ending(case: Case, run: Row[Any], effects: int, report: Report) -> None:
    if run.state in {"recorded", "executing"} or run.next_at is not None:
        report.stuck.append(case.mark)
    elif run.state == "unknown":
        report.for_a_person += 1
    elif (run.state == "succeeded") != (effects > 0):
        report.wrong.append(case.mark)


def _judge_words(case: Case, run: Row[Any], about: str, record: Record, report: Report) -> None:
    ends = _ends(run) if about.startswith("approval:") else run.state
    head, answer = record.message(about), record.message(answer_of(run, ends))
    if head is None or answer is None or answer.thread_ts != head.ts:
        report.unsaid.append(case.mark)
        return
    doubtful = "unknown" in answer.text or "Stripe itself asks" in answer.text
    not_sent = "· Failed: " in answer.text or "stopped before it was sent" in answer.text
    told = "failed" if not_sent else "unknown" if doubtful else "succeeded"
    if told != run.state or not any(word in str(head.blocks) for word in _SAID[ends]):
        report.unsaid.append(case.mark)


def answer_of(run: Row[Any], ends: str) -> str:
    """What the message with the answer is about."""
    return f"approval:{run.approval_id}:ended" if ends == "stale" else f"run:{run.id}:0"


def _ends(run: Row[Any]) -> str:
    """The state of an approval that a run has brought to its end. What was stopped before it was sent is stale."""
    return "stale" if run.state == "failed" and run.first_sent_at is None else str(run.state)


def effects_of(journal: Journal, case: Case) -> int:
    """How often a case had its effect."""
    done = journal.of(case.operation)
    return sum(case.mark in effect.path or case.mark in str(effect.parameters) for effect in done)


def _count(connection: Connection, table: Table, condition: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one()


def _all(connection: Connection, table: Table) -> Iterable[Row[Any]]:
    return connection.execute(select(table)).all()


def _mark(message: Message) -> str:
    return str((message.metadata or {}).get("event_payload"))
