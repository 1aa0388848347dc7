"""The compiler of the catalog: from the source of the official `stripe` package to ``catalog.json``.

The package is parsed and never imported, and is needed only here. Anything the compiler doesn't understand stops it;
what it did understand is compared with the committed catalog and told.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from operations.catalog.build.assemble import assemble
from operations.catalog.build.compare import compare, disappeared
from operations.catalog.build.source import BuildError, Source
from operations.catalog.build.supplement import supplement
from operations.catalog.build.words import WordsFile
from operations.catalog.build.write import dump
from operations.catalog.load import Catalog, parse

__all__ = ["BuildError", "build", "compile_catalog", "main"]

COMMITTED = Path(__file__).parent.parent / "catalog.json"


def compile_catalog(source: Source) -> Catalog:
    """The catalog of a source, with the reviewed words, meanings and supplement. Raises BuildError."""
    return assemble(source, WordsFile.reviewed(), supplement())


def build(
    *,
    check: bool = False,
    allow_removals: bool = False,
    committed: Path = COMMITTED,
    source: Source | None = None,
    out: TextIO | None = None,
) -> int:
    """Compiles the catalog and tells what changed against the committed one. Returns a process exit status.

    With ``check`` nothing is written, and 1 means that the committed catalog is not what the source gives. Without, the
    new one is written, unless an operation disappeared and ``allow_removals`` is not set. ``out`` is standard output
    unless given.
    """
    out = out or sys.stdout
    try:
        new = compile_catalog(source or Source.installed())
        text = dump(new)
    except BuildError as error:
        print(f"catalog build stopped: {error}", file=out)
        return 1
    old_text = committed.read_text(encoding="utf-8") if committed.exists() else ""
    old = parse(old_text.encode()) if old_text else None
    if old is not None:
        for line in compare(old, new):
            print(line, file=out)
    print(f"{len(new.operations)} operations of API version {new.api_version}, from {new.source}", file=out)
    if text == old_text:
        print("the committed catalog is up to date", file=out)
        return 0
    if check:
        print("the committed catalog is not what the source gives: run `countersign catalog build`", file=out)
        return 1
    gone = disappeared(old, new) if old is not None else []
    if gone and not allow_removals:
        print(f"nothing written: {len(gone)} operations disappeared; --allow-removals accepts that", file=out)
        return 1
    committed.write_text(text, encoding="utf-8")
    print(f"wrote {committed.name}", file=out)
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """The command line: ``[--check] [--allow-removals]``."""
    parser = argparse.ArgumentParser(prog="catalog build", description="Compile the catalog of Stripe's operations.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the committed catalog is stale")
    parser.add_argument("--allow-removals", action="store_true", help="accept that operations disappeared")
    options = parser.parse_args(argv)
    return build(check=options.check, allow_removals=options.allow_removals)
