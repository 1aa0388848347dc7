"""What changed between two catalogs, in lines a person can review."""

from collections.abc import Iterator, Mapping

from operations.catalog.load import Catalog
from operations.spec import Operation, Parameter, Shape


def compare(before: Catalog, after: Catalog) -> list[str]:
    """One line per change: ``-`` gone, ``+`` new, ``~`` changed. Empty when the operations are the same."""
    return list(_lines(before, after))


def disappeared(before: Catalog, after: Catalog) -> list[str]:
    """Keys of operations that ``before`` has and ``after`` lacks."""
    return sorted({each.key for each in before.operations} - {each.key for each in after.operations})


def _lines(before: Catalog, after: Catalog) -> Iterator[str]:
    if before.api_version != after.api_version:
        yield f"~ API version {before.api_version} → {after.api_version}"
    if before.source != after.source:
        yield f"~ source {before.source} → {after.source}"
    old = {each.key: each for each in before.operations}
    new = {each.key: each for each in after.operations}
    yield from (f"- operation {key} ({old[key].name})" for key in sorted(old.keys() - new.keys()))
    yield from (f"+ operation {key} ({new[key].name})" for key in sorted(new.keys() - old.keys()))
    for key in sorted(old.keys() & new.keys()):
        if old[key] != new[key]:
            yield from (f"{line[0]} {key}: {line[2:]}" for line in _operation(old[key], new[key]))
    yield from _tables("expandable fields of", before.expandable, after.expandable)
    yield from _tables("shared words", before.shared, after.shared)


def _operation(old: Operation, new: Operation) -> Iterator[str]:
    for member in old.__struct_fields__:
        if member == "parameters":
            continue
        was, now = getattr(old, member), getattr(new, member)
        if was != now:
            yield f"~ {member} {was!r} → {now!r}"
    before, after = dict(_flat(old.parameters, "")), dict(_flat(new.parameters, ""))
    yield from (f"- parameter {path} ({before[path]})" for path in before if path not in after)
    yield from (f"+ parameter {path} ({after[path]})" for path in after if path not in before)
    for path in before.keys() & after.keys():
        if before[path] != after[path]:
            yield f"~ parameter {path} ({before[path]} → {after[path]})"


def _flat(parameters: tuple[Parameter, ...], prefix: str) -> Iterator[tuple[str, str]]:
    """Every parameter by its bracketed path, with its type in words."""
    for each in parameters:
        path = f"{prefix}[{each.name}]" if prefix else each.name
        yield path, ("required " if each.required else "") + _words(each.shape)
        yield from _within(each.shape, path)


def _within(shape: Shape, path: str) -> Iterator[tuple[str, str]]:
    yield from _flat(shape.fields, path)
    if shape.items is not None:
        yield from _within(shape.items, f"{path}[]")
    for index, each in enumerate(shape.variants):
        yield from _within(each, f"{path}<{index}>")


def _words(shape: Shape) -> str:
    parts: list[str] = [shape.kind]
    if shape.items is not None:
        parts.append(f"of {_words(shape.items)}")
    if shape.variants:
        parts.append("of " + " or ".join(_words(each) for each in shape.variants))
    if shape.values:
        parts.append(f"{'open ' if shape.open else ''}{'|'.join(shape.values)}")
    marks = [name for name in ("clearable", "nullable") if getattr(shape, name)]
    marks += [f"{name} {getattr(shape, name)}" for name in ("meaning", "refers", "max_length") if getattr(shape, name)]
    return " ".join([*parts, *marks])


def _tables(what: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield f"~ {what} {key}: {old.get(key, 'none')} → {new.get(key, 'none')}"
