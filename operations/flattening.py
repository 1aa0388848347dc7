"""Nested parameters as a flat list of names and texts, for people to read and for rules to compare."""

from collections.abc import Iterator, Mapping

from operations.call import FileContent, Frozen


def flat(parameters: Mapping[str, Frozen]) -> Iterator[tuple[str, str]]:
    """Nested values as bracketed names with texts, named and ordered as Stripe's form encoding does, yet legible."""
    for name in sorted(parameters):
        yield from _flat(name, parameters[name])


def _flat(name: str, value: Frozen) -> Iterator[tuple[str, str]]:
    match value:
        case Mapping() | tuple() if not value:
            yield name, "{}" if isinstance(value, Mapping) else "[]"
        case Mapping():
            for key in sorted(value):
                yield from _flat(f"{name}[{key}]", value[key])
        case tuple():
            for place, item in enumerate(value):
                yield from _flat(f"{name}[{place if isinstance(item, Mapping | tuple) else ''}]", item)
        case FileContent():
            # Without content where it is still to be fetched.
            size = f", {len(value.data):,} bytes" if value.data else ""
            yield name, f"{value.name} ({value.content_type}{size})"
        case bool():
            yield name, "true" if value else "false"
        case None:
            yield name, "null"
        case _:
            yield name, str(value)
