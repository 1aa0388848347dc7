"""The judge of approvals that went through everything: it reads the sandbox's effects with what held at each, the audit
trail, the rows and what stands in Slack, and asks none of the code that it judges.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row

from tests.faults.approval_driver import Driver
from tests.faults.approval_model import Case, Moment
from tests.faults.list_lines import judge_list
from tests.faults.oracle import Record, Report, answer_of, torn, unfinished
from tests.faults.rights import allowed, is_of, signed

ENDED = {"succeeded", "failed", "unknown", "denied", "expired", "withdrawn", "superseded", "stale"}
AT_ONCE = timedelta(seconds=5)
"""Longer than transactions wait for each other; time in schedules moves by more than that."""


def judge(driver: Driver) -> Report:
    """Judge a schedule that was drained."""
    report: Report = driver.read(lambda connection: _judged(connection, driver))
    return report


def _judged(connection: Connection, driver: Driver) -> Report:
    record = Record(connection, driver.workspace)
    report = Report(effects=len(driver.moments), repeated=record.repeated)
    for case in driver.cases:
        if case.lines:
            judge_list(case, driver.moments, record, connection, report)
        else:
            _judge(case, _effects(case, driver), record, connection, report)
        if case.changes is not None:
            _judge_change(case, case.changes, driver, record, report)
    report.lost += _unanswered(driver.cases, record)
    report.stuck += [f"{row.id} is {row.state}" for row in record.approvals.values() if row.state not in ENDED]
    report.stuck += [f"{left} left to be done" for left in [unfinished(connection)] if left]
    report.unsaid += [f"{row.about}: {row.failure}" for row in record.rows.values() if row.delivered < row.version]
    report.torn += torn(connection, record)
    return report


def _judge(case: Case, effects: Sequence[Moment], record: Record, connection: Connection, report: Report) -> None:
    abouts = record.abouts(case.mark)
    if len(effects) > 1 or len(abouts) > 1:
        report.doubled.append(case.mark)
    if not abouts:
        report.unapproved += [case.mark] * bool(effects)
        return
    kind, _, identity = abouts[0].partition(":")
    approval = record.approvals[identity] if kind == "approval" else None
    run = record.run_of.get(identity) if approval is not None else record.runs[identity]
    signers, glass = signed(connection, identity)
    for moment in effects:
        alone = approval is None
        if not allowed(moment, case.asker, signers, glass=glass, alone=alone):
            report.unapproved.append(f"{case.mark} under {moment.law} by {sorted(signers)}")
    if approval is not None:
        _judge_card(case, abouts[0], record, report)
        if signers != {vote.user_id for vote in record.decisions.get(identity, []) if vote.verdict == "approve"}:
            report.torn.append(f"{case.mark}: the audit trail has other signatures than the record")
    if run is not None:
        _judge_run(case, run, approval, effects=len(effects), report=report)
        if record.message(answer_of(run, approval.state if approval is not None else run.state)) is None:
            report.unsaid.append(case.mark)
    elif effects or (approval is not None and approval.state in {"succeeded", "failed", "unknown", "stale"}):
        report.lost.append(case.mark)


def _judge_change(new: Case, old: Case, driver: Driver, record: Record, report: Report) -> None:
    """What was asked for in the place of another: only one of them happens, and the other does not wait beside it."""
    asked, before = record.approval_of(new.mark), record.approval_of(old.mark)
    if asked is None or before is None:
        return  # it ran at once, which takes nobody's place; or one of them was never asked for
    if _effects(new, driver) and _effects(old, driver):
        report.doubled.append(f"{old.mark}, and {new.mark} in its place")
    if before.decided_at is None or before.decided_at > asked.created_at + AT_ONCE:
        report.doubled.append(f"{old.mark}, which still waited when {new.mark} took its place")


def _effects(case: Case, driver: Driver) -> list[Moment]:
    return [each for each in driver.moments if is_of(each, case.mark)]


def _judge_run(case: Case, run: Row[Any], approval: Row[Any] | None, *, effects: int, report: Report) -> None:
    if run.state == "unknown":
        report.for_a_person += 1
    elif (run.state == "succeeded") != bool(effects):
        report.wrong.append(f"{case.mark} is {run.state} with {effects} effects")
    ends = "stale" if run.state == "failed" and run.first_sent_at is None else run.state
    if approval is not None and approval.state != ends:
        report.torn.append(f"{case.mark} is {approval.state}, and its run {run.state}")


def _unanswered(cases: Sequence[Case], record: Record) -> list[str]:
    """What was accepted and is shown nowhere, without what was refused after a look and told to its asker then."""
    told = Counter(row.user_id for row in record.rows.values() if row.about.endswith(":told") and row.delivered)
    silent = [case for case in cases if case.accepted and not case.told and not record.abouts(case.mark)]
    asked = Counter(case.asker for case in silent)
    return [case.mark for case in silent if asked[case.asker] > told[case.asker]]


def _judge_card(case: Case, about: str, record: Record, report: Report) -> None:
    if record.message(about) is None or record.pressable(about.removeprefix("approval:")):
        report.unsaid.append(case.mark)
