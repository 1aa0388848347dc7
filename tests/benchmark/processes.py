"""Processes that the benchmark starts: each says ``ready`` with its addresses, and ends with its block.

On Linux, what is measured has the first core to itself as far as the system allows, and everything around it the
second; memory is read from ``/proc``.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEASURED, AROUND = 0, 1
"""Cores."""
COUNTERSIGN = ("-c", "from bot.cli import main; raise SystemExit(main())")
"""The command line, as arguments of Python."""
ROOT = Path(__file__).parents[2]


def pin(pid: int, core: int) -> None:
    """Keep a process on one core, where the system can and has it; 0 is this process."""
    if sys.platform == "linux" and {MEASURED, AROUND} <= os.sched_getaffinity(0) | os.sched_getaffinity(pid):
        os.sched_setaffinity(pid, {core})


@dataclass(frozen=True)
class Child:
    """A running process."""

    process: subprocess.Popen[str]
    addresses: tuple[str, ...] = ()

    def ask(self, question: Mapping[str, Any]) -> Any:
        """Write a line of JSON to it and read one back."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    @property
    def resident(self) -> float:
        """MB of memory that it holds now."""
        return resident(self.process.pid)


def resident(pid: int | str = "self") -> float:
    """MB of memory that a process holds now."""
    [line] = [each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


@contextmanager
def python(
    *arguments: str, core: int, says_ready: bool = True, env: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator[Child]:
    """Python with these arguments. Its standard error goes to the file ``log``, if one is given."""
    with open(log, "a") if log else open(os.devnull, "a") as errors:  # noqa: PTH123 - one of two files
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors if log else None,
            env={**os.environ, **(env or {})},
            cwd=ROOT,
            text=True,
        )
    try:
        pin(process.pid, core)
        yield Child(process, _addresses(process) if says_ready else ())
    finally:
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def server(name: str, core: int = MEASURED) -> AbstractContextManager[Child]:
    """A server of :mod:`tests.benchmark.servers`."""
    return python("-m", "tests.benchmark.servers", name, core=core)


def _addresses(process: subprocess.Popen[str]) -> tuple[str, ...]:
    assert process.stdout is not None
    for line in process.stdout:
        word, *addresses = line.split()
        if word == "ready":
            return tuple(addresses)
    raise RuntimeError(f"a process ended with {process.wait()} before it was ready")


def wait_until_healthy(url: str, child: Child, seconds: float = 30.0) -> float:
    """Wait until a server answers ``url``; how many seconds that took."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds and child.process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - an address of this machine
                return time.perf_counter() - begun
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    raise RuntimeError(f"nothing healthy at {url}")


def whole(arguments: Sequence[str], given: str = "") -> float:
    """How many seconds a whole Python process takes, with this standard input."""
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], input=given, stdout=subprocess.DEVNULL, cwd=ROOT, text=True, check=True
    )
    return time.perf_counter() - begun
