"""The many ways to write one command: a strategy that spells a canonical text anew, without changing what it means."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from operations.call import Call
from operations.grammar import render, shape_at
from operations.grammar.lexer import split
from operations.registry import Registry
from operations.spec import Operation, Shape

_FORMS = ("--{} {}", "--{}={}", "\u2014{} {}", "\u2013{}={}", "-d {}={}", "{}={}", "--data {}={}", "--{}\u00a0{}")
_GAPS = (" ", " ", "  ", "\n", " \\\n  ")


@st.composite
def spelled(draw: DrawFn, call: Call, registry: Registry) -> str:
    """A text that means the call: another word order, another form of each option, other names for the same places."""
    text = render(call)
    pieces = [text[token.start : token.end] for token in split(text)]
    operation = call.operation
    count = len(operation.name.split())
    ids, options = pieces[count : count + len(call.path_values)], pieces[count + len(call.path_values) :]
    groups: dict[str, list[str]] = {}
    while options:
        option, hangs, value = options.pop(0).partition("=")
        value = value if hangs else options.pop(0)
        spelling = draw(_option(operation, option[2:], value, hangs=bool(hangs)))
        groups.setdefault(option.partition("[")[0], []).append(spelling)
    ordered = [piece for name in draw(st.permutations(list(groups))) for piece in groups[name]]
    head = draw(_head(call, ids, registry))
    return draw(st.sampled_from(_GAPS)).join([*head, *ordered])


@st.composite
def _head(draw: DrawFn, call: Call, ids: Sequence[str], registry: Registry) -> list[str]:
    """The words and ids that name the operation: its name, a phrase that finds it, or method and path."""
    operation = call.operation
    if draw(st.integers(0, 3)) == 0:
        path = operation.path
        for parameter in operation.path_parameters:
            path = path.replace(f"{{{parameter.name}}}", call.path_values[parameter.name])
        return [draw(_capital(operation.method.lower())), path]
    *resource, verb = operation.name.split()
    lines = [
        operation.name,
        operation.name.replace("_", "-"),
        operation.name.replace("_", " "),
        f"{verb} {' '.join(resource)}",
        f"{verb.replace('_', ' ')} {' '.join(resource).replace('_', ' ')}",
    ]
    possible = [words for line in lines if _names(words := [*line.split(), *ids], operation, len(ids), registry)]
    first, *rest = draw(st.sampled_from(possible))
    return [draw(st.sampled_from(["", "/stripe ", "stripe "])) + draw(_capital(first)), *rest]


def _names(words: Sequence[str], operation: Operation, ids: int, registry: Registry) -> bool:
    """Whether these words name the operation, exactly or as a phrase."""
    exact = registry.longest_words(words)
    found, count = ((exact[0],), exact[1]) if exact is not None else registry.by_phrase(words)
    return found == (operation,) and count == len(words) - ids


def _capital(word: str) -> st.SearchStrategy[str]:
    return st.sampled_from([word, word.capitalize()])


@st.composite
def _option(draw: DrawFn, operation: Operation, option: str, value: str, *, hangs: bool) -> str:
    name = option.replace("-", "_", option.partition("[")[0].count("-"))
    if operation.parameter(name.partition("[")[0]) is None:
        # --stripe-account is no parameter.
        return f"--{option}{draw(st.sampled_from([' ', '=']))}{value}"
    shape = shape_at(operation, name)
    if value == "true" and shape is not None and shape.kind == "boolean" and draw(st.booleans()):
        return f"--{option}"
    forms = [each for each in _FORMS if "=" in each] if hangs else _FORMS
    return draw(st.sampled_from(forms)).format(draw(_name(operation, name)), value)


@st.composite
def _name(draw: DrawFn, operation: Operation, name: str) -> str:
    """A full name with hyphens for underscores, dots for brackets and capitals, where the registry knows them."""
    first, *others = name.replace("]", "").split("[")
    written = draw(_segment(first))
    parameter = operation.parameter(first)
    shape = parameter.shape if parameter is not None else None
    for segment in others:
        shape = _step(shape, segment)
        known = shape is not None
        spelling = draw(_segment(segment)) if known else segment
        written += f".{spelling}" if known and segment and draw(st.booleans()) else f"[{spelling}]"
    return written


def _segment(segment: str) -> st.SearchStrategy[str]:
    return st.sampled_from([segment, segment.replace("_", "-"), segment.capitalize()])


def _step(shape: Shape | None, segment: str) -> Shape | None:
    """The shape of a field or an item; None for the key of a map, which is spelled in one way only."""
    if shape is None:
        return None
    if shape.kind == "array":
        return shape.items
    for each in (shape, *shape.variants):
        found = each.field(segment)
        if found is not None:
            return found.shape
    return None
