"""``countersign explain``: what a ``/stripe`` text means, without running it."""

import argparse
import json
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.cli.terminal import bold, dim
from bot.policy import DEFAULT_POLICY
from operations import money
from operations.clock import SystemClock
from operations.grammar import parse
from operations.grammar.explain import meaning, refused
from operations.problem import Problem
from operations.registry import Registry, registry
from operations.risk import assess
from operations.when import NOBODY_KNOWS, When, moment


def run(arguments: argparse.Namespace) -> int:
    """Explain the text given, or each text of standard input; 1 where a single text means nothing."""
    catalog = registry()
    if arguments.stdin:
        for text in texts(sys.stdin):
            told = explained(text, catalog, _here_and_now())
            print(json.dumps(told, ensure_ascii=False), flush=True)
        return 0
    told = explained(one_text(arguments.text), catalog, _here_and_now())
    print(json.dumps(told, ensure_ascii=False) if arguments.json else readable(told))
    return 0 if told["ok"] else 1


def _here_and_now() -> When:
    return When(moment(SystemClock().now()))


def texts(lines: Iterable[str]) -> Iterator[str]:
    """The texts of some lines: one each, but a line that ends with a backslash goes on with the next, as in a shell."""
    begun = ""
    for line in lines:
        text = begun + line.rstrip("\r\n")
        goes_on = (len(text) - len(text.rstrip("\\"))) % 2 == 1
        begun = f"{text}\n" if goes_on else ""
        if not goes_on:
            yield text
    if begun:
        yield begun


def explained(text: str, catalog: Registry, when: When = NOBODY_KNOWS) -> dict[str, Any]:
    """What a text means or what is wrong with it, and what the default policy says of it."""
    parsed = parse(text, catalog, when)
    if isinstance(parsed, Problem):
        return refused(parsed)
    ruling = DEFAULT_POLICY.decide(assess(parsed.call), livemode=parsed.live)
    return {
        **meaning(parsed, catalog),
        "approval": ruling.verdict == "approval",
        "policy": {"verdict": ruling.verdict, "rule": ruling.rule, "why": ruling.why},
    }


def one_text(words: Sequence[str]) -> str:
    """The text that the shell has cut into words. A single word is the whole text, quoted for the shell."""
    if len(words) == 1:
        return words[0]
    return " ".join(shlex.quote(word) if not word or any(map(str.isspace, word)) else word for word in words)


def readable(told: dict[str, Any]) -> str:
    """For a person: a line each for what is asked, what is sent, and what the policy says."""
    if not told["ok"]:
        error = told["error"]
        lines = [bold(error["message"])]
        if error["suggestions"]:
            lines.append(dim("Perhaps: ") + ", ".join(error["suggestions"]))
        return "\n".join(lines)
    lines = [
        f"{bold(told['operation'])}  {told['method']} {told['path']}",
        *_sent(told),
        f"{dim('risk')}     {', '.join((told['risk'], *told['flags']))}",
        f"{dim('policy')}   {_ruled(told['policy'])}",
    ]
    return "\n".join(lines)


def _sent(told: dict[str, Any]) -> list[str]:
    lines = [f"{dim(name)}  {value}" for name, value in told["headers"].items() if name != "Content-Type"]
    for name in ("query", "body"):
        if told[name]:
            lines.append(f"{dim(name.ljust(5))}    {json.dumps(told[name], ensure_ascii=False)}")
            lines.append(f"{dim('sent')}     {told['encoded']}")
    for each in told["stated"]:
        meant = money.format_amount(each["amount"], each["currency"])
        lines.append(f"{dim('stated')}   {each['parameter']} is {meant}")
    for name, value in told.get("shaping", {}).items():
        lines.append(f"{dim('answer')}   {name} {','.join(value) if isinstance(value, list) else value}")
    if told["missing"]:
        lines.append(f"{dim('missing')}  {', '.join(told['missing'])}")
    return lines


def _ruled(policy: dict[str, str]) -> str:
    match policy["verdict"]:
        case "allow":
            return "runs at once"
        case "confirm":
            return f"runs once it is confirmed: {policy['rule']}"
        case "approval":
            return f"waits for a second person: {policy['rule']}"
    return f"refused: {policy['rule']}"
