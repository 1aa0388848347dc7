"""Slack's numbers stand in bot/limits.py and nowhere else."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bot import limits

TELLING = {24, 75, 150, 1800, 2000, 3000, 4000, 9000, 12_000, 15_000, 30_000, 40_000}
SPEAKS = ("blocks", "text", "limits", "slack_api")
BOT = Path(limits.__file__).parent


def unnamed_numbers(source: str) -> Iterator[ast.Constant]:
    """The integers of a module that are not simply given a name in capitals."""
    tree = ast.parse(source)
    named = {
        id(node.value)
        for node in tree.body
        if (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper())
        or (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id.isupper())
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) is int and id(node) not in named:
            yield node


def test_no_module_writes_a_limit_of_slack_as_a_bare_number() -> None:
    """A number that stands twice drifts. Looked at are the modules that speak to Slack, by what they import."""
    found = []
    for path in BOT.rglob("*.py"):
        source = path.read_text()
        if path.name == "limits.py" or not any(f"bot.{name}" in source for name in SPEAKS):
            continue
        lines = source.splitlines()
        found += [
            f"{path.name}:{number.lineno}: {number.value!r}"
            for number in unnamed_numbers(source)
            if number.value in TELLING and "hours" not in lines[number.lineno - 1]
        ]
    assert found == []


def test_each_limit_names_its_source() -> None:
    """Each number says where it comes from, on its line or in the heading above it."""
    lines = Path(limits.__file__).read_text().splitlines()
    heading = ""
    for line in lines:
        if line.startswith("#"):
            heading = line
        elif " = " in line:
            assert any(mark in line + heading for mark in ("[D]", "[S]", "[M]", "[ours]")), line


def test_our_budgets_stay_under_slacks_limits() -> None:
    """What we chose leaves room below what Slack states or was seen to refuse."""
    assert limits.MESSAGE_BLOCKS_BUDGET < limits.MESSAGE_BLOCKS
    assert limits.ANSWER_SECONDS < limits.ACK_SECONDS
    assert limits.REPLAY_SECONDS >= 2 * limits.SIGNATURE_SKEW_SECONDS
