"""Every operation's tier, flags and rule, compared with the committed list.

A catalog that adds, removes or re-tiers an operation fails here until somebody has read the difference. Having read it,
``python -m tests.operations.test_risk_golden`` writes the list anew.
"""

import difflib
from pathlib import Path

from operations.registry import registry
from operations.risk import assess_operation
from operations.spec import Operation

GOLDEN = Path(__file__).parent / "golden" / "risk.txt"


def line(operation: Operation) -> str:
    risk = assess_operation(operation)
    return f"{operation.method} {operation.path} {risk.tier} {','.join(sorted(risk.flags)) or '-'} {risk.rule}"


def current() -> list[str]:
    return sorted(line(operation) for operation in registry().operations)


def test_every_operation_has_the_risk_that_was_reviewed() -> None:
    """One line per operation; the difference is the list to review."""
    difference = difflib.unified_diff(
        GOLDEN.read_text().splitlines(), current(), "reviewed", "current", n=0, lineterm=""
    )
    changed = "\n".join(difference)
    assert not changed, f"read this, then run python -m tests.operations.test_risk_golden:\n{changed}"


def test_nothing_rests_on_the_rules_for_the_unknown() -> None:
    """R10 and R12 stand for 'nobody looked at this yet'; each such operation needs a decision in the data."""
    assert [each for each in current() if each.endswith((" R10", " R12"))] == []


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(current()) + "\n")
