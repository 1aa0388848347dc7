"""Walking parameter trees, for tests that count and look."""

from collections.abc import Iterator

from operations.spec import Operation, Parameter, Shape


def parameters(operation: Operation) -> Iterator[tuple[str, Parameter]]:
    """Every parameter of an operation, to full depth, with its bracketed path."""
    yield from _fields(operation.parameters, "")


def shapes(shape: Shape) -> Iterator[Shape]:
    """The shape of one parameter, with its items and variants, not the fields of objects in it."""
    yield shape
    if shape.items is not None:
        yield from shapes(shape.items)
    for variant in shape.variants:
        yield from shapes(variant)


def at(operation: Operation, path: str) -> Parameter:
    """The parameter at a bracketed path; StopIteration if there is none."""
    return next(parameter for found, parameter in parameters(operation) if found == path)


def _fields(fields: tuple[Parameter, ...], prefix: str) -> Iterator[tuple[str, Parameter]]:
    for each in fields:
        path = f"{prefix}[{each.name}]" if prefix else each.name
        yield path, each
        for shape in shapes(each.shape):
            yield from _fields(shape.fields, path)
