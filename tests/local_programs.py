"""Programs that some tests need and not every machine has: those tests are skipped with a reason, except in CI."""

import os
import shutil
from pathlib import Path

import pytest

from bot.demo.fetch import local_slack


def chromium() -> str:
    """The path of Chromium: ``CHROMIUM``, or the first on the search path."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    return found or _absent("Chromium is not installed (CHROMIUM may name it)")


def local_slack_program() -> Path:
    """The path of the local Slack, fetched if need be."""
    if shutil.which("npm") is None:
        _absent("npm is not installed, which fetches the local Slack")
    return local_slack(print)


def _absent(reason: str) -> str:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
