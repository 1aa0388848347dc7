"""What stands behind ``bulk``: an operation, options, and the list itself where it was pasted along. Pure.

bulk <operation> [--on account] [--live] [--go-on|--stop] [--because "why"] [the list]
"""

import re
from dataclasses import dataclass
from typing import Final

from operations.grammar.arguments import LONGEST_REASON
from operations.problem import Problem
from operations.registry import Registry
from operations.scalars import escaped, shown
from operations.spec import Operation

USUAL: Final = ("bulk refunds", "bulk subscriptions cancel")
_OPTION: Final = re.compile(r"(?:--|—|–)(?P<name>[a-z-]+)", re.IGNORECASE)
_VALUE: Final = re.compile(
    r"(?:\s+|=)(?:\"(?P<double>[^\"\n]*)\"|“(?P<curly>[^”\n]*)”|'(?P<single>[^'\n]*)'|(?P<bare>\S+))"
)
_SWITCHES: Final = frozenset({"live", "go-on", "stop"})
_VALUED: Final = frozenset({"on", "because"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list that somebody asks for."""

    operation: Operation
    text: str = ""
    """The list; empty where it is still to be given."""
    alias: str | None = None
    live: bool = False
    go_on: bool = False
    because: str = ""


def read_words(rest: str, registry: Registry) -> Wanted | Problem:
    """What was typed behind ``bulk``."""
    words = list(re.finditer(r"\S+", rest.partition("\n")[0]))
    named = _named([word[0] for word in words], registry)
    if named is None:
        said = " ".join(word[0] for word in words[:3])
        message = f"{shown(said)} is no operation." if said else "Behind bulk stands what is to be done to each line."
        near = tuple(f"bulk {each}" for each in registry.nearest_names(said)) if said else ()
        return Problem("unknown_operation", message, suggestions=near or USUAL)
    operation, count = named
    if operation.method == "GET":
        message = f"{operation.name} only reads, and needs no list."
        return Problem("unknown_operation", message, suggestions=USUAL)
    at = words[count - 1].end()
    given: dict[str, str] = {}
    while True:
        at += len(rest[at:]) - len(rest[at:].lstrip())
        option = _OPTION.match(rest, at)
        if option is None:
            break
        name = option["name"].lower()
        at = option.end()
        if name in _VALUED:
            value = _VALUE.match(rest, at)
            if value is None:
                return Problem("missing_value", f"--{name} needs a value.", parameter=name)
            given[name] = next(each for each in value.groups() if each is not None)
            at = value.end()
        elif name in _SWITCHES:
            given[name] = "yes"
        else:
            message = (
                f"--{escaped(name)} is no option of a list: there are --on, --live, --go-on, --stop and --because."
            )
            return Problem("invalid_option", message, parameter=name)
    because = given.get("because", "").strip()
    if len(because) > LONGEST_REASON:
        return Problem("invalid_option", f"The reason is longer than {LONGEST_REASON} characters.", parameter="because")
    if "go-on" in given and "stop" in given:
        return Problem("invalid_option", "--go-on and --stop can't both be.")
    alias = given["on"].lower() if "on" in given else None
    return Wanted(operation, rest[at:], alias, "live" in given, "go-on" in given, because)


def _named(words: list[str], registry: Registry) -> tuple[Operation, int] | None:
    """The operation that words begin with, and how many of them name it; a resource alone is created."""
    plain = [word for word in words if not word.startswith("-")] if words else []
    found = registry.longest_words(words)
    if found is not None and (found[1] > 1 or not words[:1]):
        return found
    for name in plain[:1]:
        for resource in (name, f"{name}s"):
            created = registry.by_name(f"{resource.lower()} create")
            if created is not None:
                return created, 1
    return found
