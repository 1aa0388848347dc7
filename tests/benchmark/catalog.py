"""The catalog and the grammar: size, loading, parsing, explaining, searching."""

import gc
import json
import time
from collections.abc import Callable
from importlib import resources
from typing import Any

from bot.cli.explain import explained
from operations.catalog.load import load
from operations.grammar import parse
from operations.registry import Registry, registry
from tests.benchmark.lines import RIGHT, WRONG, searches, typed
from tests.benchmark.measuring import Column, Figures, Options, spread, table, timed
from tests.benchmark.processes import AROUND, COUNTERSIGN, python, whole

LINES = 1000
SEARCH = "registry.search (goal: 5 ms at p99)"
_MEMORY = """
import sys
from tests.benchmark.processes import resident
{prepare}
before = resident()
kept = {work}
print(resident() - before)
"""
_LOADERS = {
    "json.loads of the file": ("import json; content = open({path!r}, 'rb').read()", "json.loads(content)"),
    "registry()": ("from operations.registry import registry", "registry()"),
}
_PASS = ("-c", "pass")


def run(options: Options) -> list[str]:
    """The section's tables."""
    return [_loading(options), _processes(options), _in_process(options)]


def _loading(options: Options) -> str:
    file = resources.files("operations.catalog") / "catalog.json"
    content = file.read_bytes()
    catalog = registry()
    work: dict[str, Callable[[], Any]] = {
        "json.loads of the file": lambda: json.loads(content),
        "registry()": lambda: Registry(load()),
    }
    figures = Figures()
    for _ in range(options.rounds):
        for name, each in work.items():
            gc.collect()
            figures.note(name, {"load": min(timed(each) for _ in range(3)) * 1e3, "memory": _memory(name, str(file))})
    size = f"{len(content) / 1e6:.2f} MB, {len(catalog.operations)} operations"
    columns = [
        Column("load", "ms"),
        Column("load", "x json.loads", "json.loads of the file"),
        Column("memory", "MB added"),
        Column("memory", "x json.loads", "json.loads of the file"),
    ]
    return table(f"catalog.json: {size}", figures, columns)


def _memory(name: str, path: str) -> float:
    prepare, work = (part.format(path=path) for part in _LOADERS[name])
    with python("-c", _MEMORY.format(prepare=prepare, work=work), core=AROUND, says_ready=False) as child:
        assert child.process.stdout is not None
        return float(child.process.stdout.read())


def _processes(options: Options) -> str:
    lines = "".join(f"{line}\n" for line in typed(LINES))
    figures = Figures()
    for _ in range(options.rounds):
        for name, seconds in {
            "python -c pass": whole(_PASS),
            "countersign explain, one text": whole((*COUNTERSIGN, "explain", "--json", "customers list")),
            f"countersign explain --stdin, {LINES:,} lines": whole((*COUNTERSIGN, "explain", "--stdin"), lines),
        }.items():
            figures.note(name, {"seconds": seconds})
    return table(
        "whole processes",
        figures,
        [Column("seconds", "s"), Column("seconds", "x python -c pass", "python -c pass")],
    )


def _in_process(options: Options) -> str:
    catalog = registry()
    figures = Figures()

    def note(name: str, work: Callable[[str], object], texts: tuple[str, ...]) -> None:
        for text in texts:
            work(text.format(n=1))  # what is made on the first use, such as the index of the search
        seconds = []
        for n in range(1000, 1000 + options.some(100)):
            for text in texts:
                line = text.format(n=n)
                begun = time.perf_counter()
                work(line)
                seconds.append(time.perf_counter() - begun)
        figures.note(name, spread(seconds))

    for _ in range(options.rounds):
        note("parse a right line", lambda text: parse(text, catalog), RIGHT)
        note("parse a wrong line", lambda text: parse(text, catalog), WRONG)
        note("explain a right line", lambda text: explained(text, catalog), RIGHT)
        note(SEARCH, catalog.search, searches())
    columns = [Column("p50", "p50 ms"), Column("p95", "p95 ms"), Column("p99", "p99 ms")]
    return table("in a process", figures, columns)
