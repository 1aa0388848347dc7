"""Where in an operation's parameters a name is found: ``price`` is known as ``items[0][price]``."""

from collections.abc import Iterator, Sequence

from operations.spec import Parameter, Shape

_DEEPEST = 5


def places_of(name: str, declared: Sequence[Parameter], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Where deeper fields have exactly this name, the nearest first."""
    found = _places_of(name, declared, above, _DEEPEST)
    return sorted(found, key=lambda place: (len(place), sum(map(len, place))))


def _places_of(
    name: str, declared: Sequence[Parameter], above: tuple[str, ...], depth: int
) -> Iterator[tuple[str, ...]]:
    for parameter in declared:
        yield from _places_in(name, parameter.shape, (*above, parameter.name), depth)


def _places_in(name: str, shape: Shape, place: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
    if shape.kind == "array" and shape.items is not None:
        shape, place = shape.items, (*place, "0")
    for variant in shape.variants:
        yield from _places_in(name, variant, place, depth)
    if shape.field(name) is not None:
        yield (*place, name)
    elif depth:
        yield from _places_of(name, shape.fields, place, depth - 1)
