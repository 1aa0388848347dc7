"""The nursery: a process that has the bot imported and forks bots out of itself, so that a restart costs milliseconds.

Each bot is a process of its own that runs ``countersign serve --http`` from its start to its end, and dies as any other
does. Orders come in on standard input and are answered on standard output, one line of JSON each. The end of standard
input ends the nursery and what it has started.
"""

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from operations.registry import registry

ROOT = Path(__file__).parents[2]

LOADED = (
    "bot.app",
    "bot.cli.serve",
    "bot.store.migrations",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "tests.faults.fitting",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.httptools_impl",
    "uvicorn.protocols.websockets.auto",
)
"""What a bot would otherwise load at each start."""


class Nursery:
    """What tests ask of the nursery."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def start(self, folder: Path, environment: Mapping[str, str], fitting: Mapping[str, Any]) -> int:
        """Start a bot in ``folder`` with exactly this environment and :mod:`tests.faults.fitting`; its process id."""
        order = {"folder": str(folder), "environment": dict(environment), "fitting": dict(fitting)}
        return int(self._ask(order)["pid"])

    def status(self, pid: int) -> int | None:
        """How that bot ended: its exit status, a signal's number below zero, None while it lives. Ask till it has."""
        status = self._ask({"status": pid})["status"]
        return None if status is None else os.waitstatus_to_exitcode(int(status))

    def _ask(self, order: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery for the length of the block."""
    command = [sys.executable, "-m", "tests.faults.nursery"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        yield Nursery(process)


def _serve_orders() -> None:
    living: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "status" in order:
            pid, status = os.waitpid(order["status"], os.WNOHANG)
            living.discard(pid)
            _answer({"status": status if pid else None})
            continue
        pid = os.fork()
        if pid == 0:
            sys.exit(_be_a_bot(order))
        living.add(pid)
        _answer({"pid": pid})
    for pid in living:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _answer(answer: Mapping[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


def _be_a_bot(order: Mapping[str, Any]) -> int:
    from bot.cli import main
    from tests.faults.fitting import fit

    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    log = os.open("bot.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for wanted, stream in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(wanted, stream)
    fit(order["fitting"])
    return main(["serve", "--http"])


if __name__ == "__main__":
    for module in LOADED:
        importlib.import_module(module)
    registry()
    gc.freeze()
    _serve_orders()
