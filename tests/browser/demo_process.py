"""The demo as a person starts it: the command itself, in a process of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ADDRESSES = re.compile(r"Slack\s+(http://\S+).*?Stripe\s+(http://\S+)", re.DOTALL)
START_SECONDS = 60
STOP_SECONDS = 40


@dataclass(frozen=True)
class Demo:
    """A running demo."""

    process: "subprocess.Popen[str]"
    slack_url: str
    stripe_url: str
    said: str
    """What it printed until it was ready."""

    def effects(self, operation: str) -> list[dict[str, Any]]:
        """What the sandbox really did of an operation, such as ``POST /v1/refunds``."""
        journal = httpx.get(f"{self.stripe_url}/_sandbox/journal", trust_env=False).json()
        return [effect for effect in journal["effects"] if effect["operation"] == operation]

    def suggestion(self, words: str) -> str:
        """The command beginning with these words that the demo tells people to type."""
        return next(line.strip() for line in self.said.splitlines() if line.strip().startswith(words))


@contextmanager
def running_demo(*arguments: str) -> Iterator[Demo]:
    """``countersign demo --no-browser`` for the length of the block; ended by SIGTERM, and it must end well.

    A test may end it before, in its own way.
    """
    command = shutil.which("countersign", path=str(Path(sys.executable).parent))
    assert command is not None, "the package is not installed in this environment"
    process = subprocess.Popen(
        [command, "demo", "--no-browser", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        said = _until_ready(process)
        found = ADDRESSES.search(said)
        assert found is not None, f"the demo did not come up:\n{said}"
        yield Demo(process=process, slack_url=found[1], stripe_url=found[2], said=said)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            assert process.wait(STOP_SECONDS) == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _until_ready(process: "subprocess.Popen[str]") -> str:
    """What the demo says until it is ready; what it says later is read too, so that it never waits for us."""
    assert process.stdout is not None
    said: list[str] = []
    ready = threading.Event()

    def read(stream: Any = process.stdout) -> None:
        for line in stream:
            said.append(line)
            if "Ctrl-C ends everything" in line:
                ready.set()
        ready.set()

    threading.Thread(target=read, daemon=True).start()
    ready.wait(START_SECONDS)
    return "".join(said)
