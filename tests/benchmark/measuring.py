"""Rounds, medians and ratios: how figures are gathered, and how they are told.

Subjects take turns within a round (A B A B …), so that a slow moment of the machine falls on all of them; a ratio is
taken within its round and told as its median with the least and the greatest.
"""

import math
import os
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

QUIET = 0.85
"""The share of idle time at which the machine counts as quiet."""


@dataclass(frozen=True, slots=True)
class Options:
    """How thorough to be."""

    rounds: int
    quick: bool
    patience: float
    """How many seconds to wait, before each section, for other work on the machine to end."""

    def some(self, count: int) -> int:
        """A number of repetitions: ``count``, or a fraction of it when in a hurry."""
        return max(count // 5, 10) if self.quick else count


@dataclass
class Figures:
    """Values by subject and figure, one a round."""

    values: dict[str, dict[str, list[float]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def note(self, subject: str, figures: Mapping[str, float]) -> None:
        """One round's figures of a subject."""
        for name, value in figures.items():
            self.values[subject][name].append(value)

    def median(self, subject: str, figure: str) -> float | None:
        """The median over the rounds; None where the subject has no such figure."""
        values = self.values[subject].get(figure)
        return median(values) if values else None

    def ratio(self, subject: str, peer: str, figure: str) -> tuple[float, float, float] | None:
        """Least, median and greatest of subject by peer, each pair from one round."""
        ours, theirs = self.values[subject].get(figure), self.values[peer].get(figure)
        if not ours or not theirs:
            return None
        ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
        return min(ratios), median(ratios), max(ratios)


@dataclass(frozen=True, slots=True)
class Column:
    """A figure as a column: its unit or name above it, and, with a peer, the ratio to that peer instead of itself."""

    figure: str
    title: str
    peer: str | None = None


def table(title: str, figures: Figures, columns: Sequence[Column]) -> str:
    """A readable table with a line for each subject, in the order in which they were first noted."""
    lines = [[title, *(column.title for column in columns)]]
    lines.extend([subject, *(_cell(figures, subject, column) for column in columns)] for subject in figures.values)
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    told = [
        "  ".join(
            [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        ).rstrip()
        for line in lines
    ]
    return "\n".join([told[0], "-" * len(told[0]), *told[1:]])


def _cell(figures: Figures, subject: str, column: Column) -> str:
    if column.peer is None:
        value = figures.median(subject, column.figure)
        return "" if value is None else _number(value)
    if subject == column.peer:
        return "1"
    ratio = figures.ratio(subject, column.peer, column.figure)
    if ratio is None:
        return ""
    least, middle, greatest = (_number(each) for each in ratio)
    return middle if least == greatest else f"{middle} ({least}..{greatest})"


def _number(value: float) -> str:
    """Three digits that count, and whole numbers whole."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of the values don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


def spread(seconds: Sequence[float], *, scale: float = 1e3) -> dict[str, float]:
    """p50, p95 and p99 of durations; in milliseconds unless told otherwise."""
    return {name: percentile(seconds, share) * scale for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}


def timed(work: Callable[[], object]) -> float:
    """How many seconds ``work`` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def quiet_moment(options: Options) -> str:
    """Wait for a quiet moment as long as the options allow; how quiet it is, in words."""
    until = time.monotonic() + options.patience
    idle = _idle_share()
    while idle < QUIET and time.monotonic() < until:
        idle = _idle_share()
    return f"machine {idle:.0%} idle before, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def _idle_share(seconds: float = 1.0) -> float:
    """The share of idle time over the next second; 1 where the system doesn't tell."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 1.0

    def read() -> list[int]:
        return [int(each) for each in stat.read_text().splitlines()[0].split()[1:]]

    before = read()
    time.sleep(seconds)
    passed = [after - earlier for after, earlier in zip(read(), before, strict=True)]
    return (passed[3] + passed[4]) / max(1, sum(passed))
