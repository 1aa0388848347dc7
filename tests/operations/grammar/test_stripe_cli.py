"""Judged by Stripe's own CLI: random lines for all operations mean to us what its ``--dry-run`` says they mean.

``COUNTERSIGN_TEST_CLI_LINES`` is the number of lines to compare, ``COUNTERSIGN_TEST_CLI_SEED`` another seed for them.
With ``-s`` the report says how often each rule of :data:`RULES` was used.
"""

import os
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import pytest

from bot.cli.explain import explained
from operations.registry import registry
from tests.local_programs import stripe_cli_program
from tests.stripe_cli import Meaning, Refused, StripeCli, explained_meaning
from tests.stripe_lines import Line, Lines

LINES = int(os.environ.get("COUNTERSIGN_TEST_CLI_LINES", "40"))
SEED = int(os.environ.get("COUNTERSIGN_TEST_CLI_SEED", "20261125"))
AT_ONCE = 4

REGISTRY = registry()
_FLAG = re.compile(r'(?:unknown flag: |for ")--([^\s"]+)')

RULES = {
    "undeclared": "the CLI has no flag for this parameter (one of a list of objects or of a map): written with -d",
    "narrow": "the CLI's flag takes one of the kinds of value that Stripe takes: written with -d",
    "ids": "words that name two operations to us, and to the CLI only the one with another number of ids",
    "kind": "get, post or delete with the id of a kind of object whose path the CLI doesn't know",
    "own": "words under which the CLI has a command of its own, which has no dry run",
    "card": "card data, which we never take from a text",
}
"""Why a line was written in another way or not compared."""

_NOT_COMPARED = frozenset({"ids", "kind", "own", "card"})
_EXCUSED = {"positional argument": "ids", "unrecognized object id": "kind"}
_NO_DRY_RUN = Refused("unknown flag: --dry-run")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one line."""

    text: str
    rules: tuple[str, ...]
    difference: str = ""

    @property
    def compared(self) -> bool:
        """Whether both sides said what it means, or should have."""
        return not _NOT_COMPARED.intersection(self.rules)


def judge(cli: StripeCli, line: Line) -> Verdict:
    """Ask both sides; a flag that the CLI hasn't got is written as data, as its users do."""
    rules: list[str] = []
    theirs = cli.dry_run(line.text())
    while isinstance(theirs, Refused) and (flag := _FLAG.search(theirs.why)):
        rewritten = line.with_data(flag[1].replace("[", ".").replace("]", ""))
        if rewritten is None:
            break
        rules.append("undeclared" if "unknown" in theirs.why else "narrow")
        line = rewritten
        theirs = cli.dry_run(line.text())
    if isinstance(theirs, Refused) and cli.dry_run(line.words) == _NO_DRY_RUN:
        return Verdict(line.text(), (*rules, "own"))
    return _compared(line.text(), theirs, tuple(rules))


def _compared(text: str, theirs: Meaning | Refused, rules: tuple[str, ...]) -> Verdict:
    if isinstance(theirs, Refused):
        excused = next((rule for words, rule in _EXCUSED.items() if words in theirs.why), None)
        if excused is not None:
            return Verdict(text, (*rules, excused))
        return Verdict(text, rules, f"the CLI refuses it: {theirs.why}")
    if theirs.path.count("/") == 2 and REGISTRY.match_path(theirs.method, theirs.path) is None:
        # It has taken the id for a path, /v1/credgr_…, where there is nothing.
        return Verdict(text, (*rules, "kind"))
    told = explained(text, REGISTRY)
    if not told["ok"]:
        if told["error"]["code"] == "secret" and "Card data" in told["error"]["message"]:
            return Verdict(text, (*rules, "card"))
        return Verdict(text, rules, f"we refuse it: {told['error']['message']}")
    ours = explained_meaning(told)
    return Verdict(text, rules, "" if ours == theirs else f"theirs {theirs}\n  ours   {ours}")


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> StripeCli:
    """The CLI with a home that holds nothing."""
    return StripeCli(stripe_cli_program(), tmp_path_factory.mktemp("home"))


@pytest.mark.timeout(1800)
def test_every_line_means_what_it_means_to_the_stripe_cli(cli: StripeCli) -> None:
    """Method, path, parameters to full depth, and the account it is for."""
    lines = Lines(REGISTRY, cli.commands(), SEED)
    stream, verdicts = iter(lines), list[Verdict]()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while (left := LINES - sum(each.compared for each in verdicts)) > 0:
            verdicts += pool.map(lambda line: judge(cli, line), islice(stream, left))
    used = Counter(rule for verdict in verdicts for rule in verdict.rules)
    different = [f"{each.text}\n  {each.difference}" for each in verdicts if each.difference]
    print(f"\n{LINES} of {len(verdicts)} lines compared, seed {SEED};", end=" ")
    print(f"{lines.worded} of the CLI's commands are operations of the registry")
    for rule, reason in RULES.items():
        print(f"  {used[rule]:5} times: {reason}")
    assert different == [], "\n\n".join(different)
