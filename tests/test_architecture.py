"""The rooms of the house: who may know whom. Read from the source, so a forbidden import fails before it runs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for package in ("bot", "operations") for path in (ROOT / package).rglob("*.py"))
DOMAIN = (
    "domain",
    "roles",
    "calls",
    "approval",
    "approval_rows",
    "approvals",
    "clearance",
    "look_rows",
    "finding_out",
    "open_outcomes",
    "looking",
    "movements",
    "quorum",
    "runs",
    "receipt",
    "receipts",
    "reviews",
    "deciding/clicks",
    "deciding/decisions",
    "deciding/modals",
    "run_ends",
    "sending",
    "choosing",
    "commands",
    "submitting",
    "looking_up",
    "announcing",
    "audit",
    "workspaces",
    "policy/conditions",
    "policy/document",
    "policy/judging",
    "policy/presets",
    "policy/reading",
    "policy/shelf",
)
NETWORK = {"slack_bolt", "slack_sdk", "httpx", "aiohttp", "uvicorn", "starlette"}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def calls(path: Path, *names: str) -> list[str]:
    """The calls in a file whose dotted name is one of ``names``."""
    found = (
        ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
    )
    return [each for each in found if each in names or each.rpartition(".")[2] in names]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_operations_know_nothing_of_the_bot(path: Path) -> None:
    """Stripe, with no word of Slack."""
    if name_of(path).startswith("operations"):
        assert not [each for each in imports(path) if each.partition(".")[0] in {"bot", "slack_bolt", "slack_sdk"}]


@pytest.mark.parametrize("module", DOMAIN)
def test_the_domain_knows_neither_slack_nor_the_network(module: str) -> None:
    """Policy, approvals and runs are the same whoever speaks to them."""
    assert not {each.partition(".")[0] for each in imports(ROOT / "bot" / f"{module}.py")} & NETWORK


def test_only_runs_send_to_stripe() -> None:
    """One door: the executor is built by the application and used by the sending, which runs alone are given."""
    users = {name_of(path) for path in SOURCES if "operations.executor" in imports(path)}
    assert {each for each in users if each.startswith("bot")} == {"bot.sending", "bot.wiring.foundation"}
    senders = {name_of(path) for path in SOURCES if "bot.sending" in imports(path)}
    assert senders == {"bot.runs", "bot.wiring.domain"}


def test_only_the_key_store_and_the_executor_see_a_key() -> None:
    """Nobody else takes the wrapper off."""
    seen = {name_of(path) for path in SOURCES if ".reveal" in path.read_text("utf-8")}
    assert seen == {"bot.keys.store", "operations.executor", "operations.secrets"}


def test_time_ids_and_randomness_come_in_from_outside() -> None:
    """Logic takes them as arguments; only the rim asks the machine."""
    rim = {
        "operations.clock",
        "bot.app",
        "bot.wiring.foundation",
        "bot.keys.ring",
        "bot.keys.envelope",
        "bot.checks",
        "bot.logs",
    }
    asking = {
        name_of(path)
        for path in SOURCES
        if calls(path, "time.time", "time.monotonic", "datetime.now", "uuid4", "random.random", "SystemRandom")
    }
    assert asking <= rim


def test_the_policy_meets_commands_in_one_place() -> None:
    """Who records runs for people asks the policy first: only these do, and runs themselves ask it again."""
    recording = {
        name_of(path)
        for path in SOURCES
        if name_of(path).startswith("bot") and calls(path, "self._runs.record", "self._runs.record_approved")
    }
    assert recording == {
        "bot.connecting",
        "bot.deciding.decisions",
        "bot.forms.objects",
        "bot.looking",
        "bot.looking_up",
        "bot.submitting",
    }
