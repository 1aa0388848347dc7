"""``countersign catalog build``: the registry's data, from the source of the `stripe` package."""

import argparse

from bot.errors import ConfigError


def run(arguments: argparse.Namespace) -> int:
    """Compile the catalog, or with ``--check`` only say whether the committed one is current."""
    try:
        from operations.catalog.build import build
    except ModuleNotFoundError as error:
        raise ConfigError(f"The catalog is built in a development checkout; {error.name} is not installed.") from None
    return build(check=arguments.check, allow_removals=arguments.allow_removals)
