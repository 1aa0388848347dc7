"""``countersign manifest``: the Slack app's manifest, printed or compared."""

import argparse
from pathlib import Path

from bot import manifest
from bot.errors import ConfigError


def run(arguments: argparse.Namespace) -> int:
    """Print the manifest, or compare a file with it."""
    wanted = manifest.as_yaml(arguments.url)
    if arguments.check is None:
        print(wanted, end="")
        return 0
    try:
        found = Path(arguments.check).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{arguments.check} can't be read: {error.strerror}.") from None
    if found != wanted:
        raise ConfigError(f"{arguments.check} is out of date: write it anew with `countersign manifest`.")
    return 0
