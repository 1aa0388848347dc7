"""What people type, and what it should find: read from the files beside this module."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from operations.registry import registry

FIRST = 3
"""How far down a list people look."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text, and the names of the operations that a person who typed it would be glad of."""

    text: str
    wanted: tuple[str, ...]

    def found(self) -> tuple[str, ...]:
        """The first names that the search finds for it."""
        return tuple(each.name for each in registry().search(self.text, FIRST))

    def hits(self) -> bool:
        return not set(self.wanted).isdisjoint(self.found())

    def __str__(self) -> str:
        return f"{self.text!r} should find {' or '.join(self.wanted)}, found {', '.join(self.found()) or 'nothing'}"


def _read(name: str) -> Iterator[Phrase]:
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, _, wanted = line.partition(" -> ")
            yield Phrase(text, tuple(wanted.split(" | ")))


EVERYDAY = tuple(_read("everyday_phrases.txt"))
HELD_OUT = tuple(_read("held_out_phrases.txt"))
