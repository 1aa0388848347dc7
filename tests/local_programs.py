"""Programs that some tests need and not every machine has: those tests are skipped with a reason, except in CI."""

import os
import platform
import shutil
from pathlib import Path

import pytest

from bot.demo.fetch import local_slack
from tests import stripe_cli


def chromium() -> str:
    """The path of Chromium: ``CHROMIUM``, or the first on the search path."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    return found or _absent("Chromium is not installed (CHROMIUM may name it)")


def curl_program() -> str:
    """The path of curl."""
    return shutil.which("curl") or _absent("curl is not installed")


def local_slack_program() -> Path:
    """The path of the local Slack, fetched if need be."""
    if shutil.which("npm") is None:
        _absent("npm is not installed, which fetches the local Slack")
    return local_slack(print)


def stripe_cli_program() -> Path:
    """The path of Stripe's CLI, fetched if need be."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        _absent("Stripe's CLI is pinned for Linux on x64 only")
    kept = stripe_cli.PACKAGE.place()
    if kept.is_file():
        return kept
    if shutil.which("npm") is None:
        _absent("npm is not installed, which fetches Stripe's CLI")
    return stripe_cli.PACKAGE.fetch()


def _absent(reason: str) -> str:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
