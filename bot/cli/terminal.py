"""Plain words on a terminal: bold and dim where it can show them, never elsewhere."""

import os
import sys


def bold(text: str) -> str:
    """Strong, on a terminal."""
    return _styled(text, "1")


def dim(text: str) -> str:
    """Faint, on a terminal."""
    return _styled(text, "2")


def _styled(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else text
