"""``countersign policy``: policies as YAML, without a database: checked, printed, and their schema."""

import argparse
import json
import sys
from pathlib import Path

from bot.errors import ConfigError
from bot.policy import POLICIES, rules_of
from bot.policy.reading import PolicyError, read, write
from operations.registry import registry


def run(arguments: argparse.Namespace) -> int:
    """Do what ``arguments.action`` says; 1 where a file is no policy."""
    match arguments.action:
        case "schema":
            from bot.policy.document import schema

            print(json.dumps(schema(), indent=2))
            return 0
        case "export":
            print(write(rules_of(POLICIES[arguments.preset].document)), end="")
            return 0
    return _check(arguments.file)


def _check(name: str) -> int:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"{name} can't be read: {reason}.") from None
    try:
        document = read(text, registry())
    except PolicyError as error:
        for problem in error.problems:
            print(f"{name}: {problem}", file=sys.stderr)
        return 1
    count = len(rules_of(document).rules)
    print(f"{name} is a policy of {count} {'rule' if count == 1 else 'rules'}.")
    return 0
