"""The judge of lists: of each line whether it happened, by whose signatures, how often, and what was told of it.

What is left of a list that stopped can be asked for as a list of its own, and so on; of a line, one of these sends it.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from bot.cards import REST_OF_LIST
from bot.run_rows import STOPPED
from tests.faults.approval_model import Case, Moment
from tests.faults.oracle import Record, Report, buttons
from tests.faults.rights import allowed, is_of, signed

RELEASED = {"approved", "executing", "succeeded", "failed", "unknown"}


@dataclass(frozen=True)
class _Sheet:
    """One approval of a list, or of what was left of one."""

    approval: Row[Any]
    lines: tuple[str, ...]
    runs: Sequence[Row[Any]]

    @property
    def left(self) -> tuple[str, ...]:
        """The lines that it did not send."""
        return tuple(line for line, run in zip(self.lines, self.runs, strict=False) if run.error_code == STOPPED)

    def run_of(self, line: str) -> Row[Any] | None:
        """The run that was to send a line; None where it stopped before, or was never released."""
        found = dict(zip(self.lines, self.runs, strict=False)).get(line)
        return found if found is not None and found.error_code != STOPPED else None


def judge_list(case: Case, moments: Sequence[Moment], record: Record, connection: Connection, report: Report) -> None:
    """Judge a list with all that was left of it."""
    sheets = list(_sheets(case, record))
    for sheet in sheets:
        if not sheet.lines:
            report.doubled.append(f"{case.mark} is asked for once more, as {sheet.approval.id}")
        _judge_sheet(case, sheet, record, connection, report)
    for line in case.lines:
        effects = [each for each in moments if is_of(each, line)]
        sent_by = [(sheet, run) for sheet in sheets if (run := sheet.run_of(line)) is not None]
        if len(effects) > 1 or len(sent_by) > 1:
            report.doubled.append(f"{line} of {case.mark}")
        if effects and not sent_by:
            report.unapproved.append(f"{line} of {case.mark}")
        for sheet, run in sent_by:
            signatures = signed(connection, sheet.approval.id)
            _judge_line(case, f"{line} of {case.mark}", run, (effects, *signatures), report)


def _sheets(case: Case, record: Record) -> Iterator[_Sheet]:
    """The approvals of a list in the order in which they were asked for."""
    abouts = dict.fromkeys(about for mark in case.marks for about in record.abouts(mark))
    asked = [record.approvals[about.partition(":")[2]] for about in abouts]
    lines = case.lines
    for approval in sorted(asked, key=lambda row: row.created_at):
        sheet = _Sheet(approval, lines, record.runs_of(approval.id))
        yield sheet
        lines = sheet.left


def _judge_sheet(case: Case, sheet: _Sheet, record: Record, connection: Connection, report: Report) -> None:
    approval, runs = sheet.approval, sheet.runs
    about = f"approval:{approval.id}"
    signers, _ = signed(connection, approval.id)
    if signers != {vote.user_id for vote in record.decisions.get(approval.id, []) if vote.verdict == "approve"}:
        report.torn.append(f"{case.mark}: the audit trail has other signatures than the record")
    left = [each for message in record.pressable(approval.id) for each in buttons(message) if each != REST_OF_LIST]
    if record.message(about) is None or left:
        report.unsaid.append(f"{case.mark} offers {left}")
    if approval.state not in RELEASED:
        report.unapproved += [f"{case.mark} is {approval.state}, with runs"] * bool(runs)
        return
    if len(runs) != len(sheet.lines):
        report.lost.append(f"{case.mark} has {len(runs)} runs for {len(sheet.lines)} lines")
        return
    states = [run.state for run in runs]
    ends = "unknown" if "unknown" in states else "succeeded" if set(states) == {"succeeded"} else "failed"
    if approval.state != ends:
        report.torn.append(f"{case.mark} is {approval.state}, and its runs {states}")
    first = next((at for at, state in enumerate(states) if state != "succeeded"), len(states))
    if not case.go_on and any(run.first_sent_at for run in runs[first + 1 :]):
        report.wrong.append(f"{case.mark} went on after line {first}: {states}")
    if case.go_on and sheet.left and not case.stopped:
        report.lost.append(f"{sheet.left} of {case.mark}, which nobody stopped")
    if _told(record, approval.id) != [_word(run) for run in runs]:
        report.unsaid.append(f"{case.mark}: its report says {_told(record, approval.id)} of {states}")


def _judge_line(
    case: Case, line: str, run: Row[Any], happened: tuple[Sequence[Moment], frozenset[str], bool], report: Report
) -> None:
    """Judge a line by its run; ``happened``: its effects, who had signed the list, and whether the glass was broken."""
    effects, signers, glass = happened
    for moment in effects:
        if not allowed(moment, case.asker, signers, glass=glass, alone=False):
            report.unapproved.append(f"{line} under {moment.law} by {sorted(signers)}")
    if run.state == "unknown":
        report.for_a_person += 1
    elif (run.state == "succeeded") != bool(effects):
        report.wrong.append(f"{line} is {run.state} with {len(effects)} effects")


def _told(record: Record, approval_id: str) -> list[str]:
    """What the newest report in the thread of a list says of its lines."""
    row, head = record.by_about.get(f"approval:{approval_id}:report"), record.message(f"approval:{approval_id}")
    if row is None or not row.delivered or head is None:
        return []
    named = f"report-{approval_id[:8]}.csv"
    found = [each for each in record.files if each.filename == named and each.thread_ts == head.ts]
    content = found[-1].content if found else None
    return [each["state"] for each in csv.DictReader(io.StringIO((content or b"").decode()))]


def _word(run: Row[Any]) -> str:
    if run.error_code == STOPPED:
        return "not sent"
    return {"succeeded": "done", "failed": "failed"}.get(run.state, "outcome unknown")
