"""``countersign check``: what is missing or wrong, a line each, before somebody finds out in Slack."""

import argparse
import asyncio
import sys

from bot import logs
from bot.checks import Finding, check_all, check_names
from bot.cli.terminal import bold
from bot.errors import ConfigError
from bot.settings import load
from operations.clock import SystemClock


def run(arguments: argparse.Namespace) -> int:
    """Print the findings; 1 where anything that is needed is missing or wrong."""
    logs.configure("error")
    try:
        settings = load()
    except ConfigError as error:
        findings = [*check_names(), *(Finding("wrong", "settings", line) for line in str(error).splitlines())]
    else:
        findings = asyncio.run(check_all(settings, clock=SystemClock(), offline=arguments.offline))
    for finding in findings:
        print(f"{bold(f'{finding.state:<5}')}  {finding.subject:<12}  {finding.sentence}")
    wrong = sum(finding.state == "wrong" for finding in findings)
    if wrong:
        print(f"\n{wrong} to put right before `countersign serve` can work.", file=sys.stderr)
    return 1 if wrong else 0
