"""The options that say what is to be made of the answer, as data: how each is read, and how it is written down.

The reader of arguments, the writer of commands and the explanation know no such option by name. One more is one more
entry here, and a member of :class:`~operations.shaping.Shaping`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from operations.filters import MOST_FILTERS, read_filter, read_sort
from operations.problem import RefusalError
from operations.scalars import escaped
from operations.shaping import Shaping, read_fields, read_output, read_query

Told: TypeAlias = str | list[str]


@dataclass(frozen=True, slots=True)
class ShapingSwitch:
    """An option about the answer that takes no value. No operation has a parameter of such a name."""

    name: str
    turn: Callable[[Shaping, bool], Shaping]
    given: Callable[[Shaping], bool]
    lists: bool = False
    """Whether it means something for lists alone."""


@dataclass(frozen=True, slots=True)
class ShapingOption:
    """An option about the answer.

    Where an operation has a parameter of this name, the name means that. ``instead`` is another name for the option,
    for those that such an operation can do with.
    """

    name: str
    read: Callable[[Shaping, str], Shaping]
    """What stands already with the value that is given now. Raises RefusalError."""
    told: Callable[[Shaping], Told | None]
    """What was asked for, in the words that :attr:`read` takes."""
    instead: str = ""
    together: bool = False
    """Whether several values stand behind the option, with commas between them, rather than each behind its own."""
    signed: bool = False
    """Whether a value may begin with a hyphen, as what follows the option is its value in any case."""

    def written(self, shaping: Shaping, *, taken: bool) -> Iterator[tuple[str, str]]:
        """The option with its values. ``taken``: the operation has a parameter of this name."""
        told = self.told(shaping)
        if isinstance(told, list) and self.together:
            told = ",".join(told)
        for value in told if isinstance(told, list) else (told,):
            if value:
                yield f"--{self.instead if taken and self.instead else self.name}", value


def _with_query(shaping: Shaping, text: str) -> Shaping:
    return replace(shaping, query=read_query(text, given=shaping.query))


def _with_fields(shaping: Shaping, text: str) -> Shaping:
    return replace(shaping, fields=read_fields(",".join((*shaping.fields, text))))


def _with_output(shaping: Shaping, text: str) -> Shaping:
    return replace(shaping, output=read_output(text, given=shaping.output))


def _with_filter(shaping: Shaping, text: str) -> Shaping:
    found = read_filter(text)
    if len(shaping.filters) >= MOST_FILTERS:
        raise RefusalError(f"is taken {MOST_FILTERS} times at most")
    return shaping if found in shaping.filters else replace(shaping, filters=(*shaping.filters, found))


def _with_sort(shaping: Shaping, text: str) -> Shaping:
    found = read_sort(text)
    if shaping.sort not in ("", found):
        raise RefusalError(f"is given twice, as {shaping.sort} and as {escaped(found)}")
    return replace(shaping, sort=found)


SHAPING_OPTIONS: Final[tuple[ShapingOption, ...]] = (
    ShapingOption("query", _with_query, lambda shaping: shaping.query, instead="jmespath"),
    ShapingOption("filter", _with_filter, lambda shaping: [str(each) for each in shaping.filters]),
    ShapingOption("sort", _with_sort, lambda shaping: shaping.sort, signed=True),
    ShapingOption("fields", _with_fields, lambda shaping: list(shaping.fields), together=True),
    ShapingOption("output", _with_output, lambda shaping: shaping.output),
)
"""In the order in which they are written down, which is the one in which they act."""

SHAPERS: Final = {name: each for each in SHAPING_OPTIONS for name in (each.name, each.instead) if name}
"""The options by each of their names."""


SHAPING_SWITCHES: Final[tuple[ShapingSwitch, ...]] = (
    ShapingSwitch(
        "all",
        lambda shaping, on: replace(shaping, everything=on),
        lambda shaping: shaping.everything,
        lists=True,
    ),
    ShapingSwitch("chart", lambda shaping, on: replace(shaping, chart=on), lambda shaping: shaping.chart, lists=True),
    ShapingSwitch("private", lambda shaping, on: replace(shaping, private=on), lambda shaping: shaping.private),
)
SWITCHES: Final = {each.name: each for each in SHAPING_SWITCHES}
"""The switches by their names."""


def told(shaping: Shaping) -> dict[str, Told | bool]:
    """What is asked of the answer, as far as anything is, by the names of the options."""
    said = {each.name: each.told(shaping) for each in SHAPING_OPTIONS}
    switched = {each.name: True for each in SHAPING_SWITCHES if each.given(shaping)}
    return {name: value for name, value in said.items() if value} | switched
