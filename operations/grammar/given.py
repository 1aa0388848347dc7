"""What a text with blanks gives already, for whoever is asked for the rest."""

from collections.abc import Iterator, Mapping

from operations.grammar import arguments
from operations.grammar.blanks import BLANK
from operations.grammar.lexer import split
from operations.problem import ProblemError
from operations.registry import Registry


def given(text: str, registry: Registry) -> tuple[tuple[str, str], ...]:
    """The names and values that a text has, blanks aside: its ids, its parameters, its account. Nothing is checked."""
    try:
        tokens = split(text)
        named = registry.longest_words(["-" if token.is_option else token.text for token in tokens])
        if named is None:
            return ()
        operation, count = named
        read = arguments.read(operation, tokens[count:])
    except ProblemError:
        return ()
    names = [each.name for each in operation.path_parameters]
    pairs = [*zip(names, (token.text for token in read.ids), strict=False), *_flat("", read.parameters)]
    accounts = (("account", read.account), ("stripe_account", read.stripe_account))
    pairs += [(name, value) for name, value in accounts if value is not None]
    return tuple((name, value) for name, value in pairs if not BLANK.search(value))


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(f"{name}[{key}]" if name else key, item)
    elif isinstance(value, list):
        for item in value:
            yield from _flat(name, item)
    else:
        yield name, str(value).lower() if isinstance(value, bool) else str(value)
