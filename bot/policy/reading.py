"""Policies as YAML: read with errors that say where and what would do, and written so that reading gives the same.

Only what a policy needs is taken of YAML: mappings, lists and plain values, which are words unless they are numbers,
``true``, ``false`` or ``null``. So ``off`` and ``no`` are words, there are no tags, and nothing stands for something
that was said elsewhere.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, TypeAlias

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.policy.conditions import names
from bot.policy.document import MEMBERS, Document, Preset, plain, validated
from operations.registry import Registry
from operations.scalars import nearest, shown
from operations.secrets import find_secret

LARGEST: Final = 64 * 1024
"""Characters of a document."""
DEEPEST: Final = 12
MOST_NODES: Final = 20_000
MOST_PROBLEMS: Final = 20

Place: TypeAlias = tuple[str | int, ...]

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,30})")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,30})\.[0-9]{1,30}")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong at one place of a document."""

    place: str
    """``rules[2].when.amount.over.eur``; empty where it is the document as a whole."""
    line: int | None
    """From 1; None where it is in no line."""
    message: str
    """A sentence that says what was given and what would do."""

    def __str__(self) -> str:
        where = [each for each in (self.place, f"line {self.line}" if self.line is not None else "") if each]
        return f"{', '.join(where)}: {self.message}" if where else self.message


class PolicyError(Exception):
    """A text is no policy. ``problems`` are the first of what is wrong, in the order of the lines."""

    def __init__(self, problems: Sequence[Wrong]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(slots=True)
class _Node:
    """A value as it was written."""

    line: int
    value: Any = None
    """Of a plain value."""
    items: list["_Node"] | None = None
    members: dict[str, "_Node"] | None = None
    lines: dict[str, int] = field(default_factory=dict)
    """Where each member is named."""

    def thawed(self) -> Any:
        if self.items is not None:
            return [each.thawed() for each in self.items]
        if self.members is not None:
            return {name: each.thawed() for name, each in self.members.items()}
        return self.value


def read(text: str, registry: Registry | None = None) -> Document:
    """The document that a text says. Raises PolicyError.

    With a ``registry``, an operation that names none of Stripe's is wrong, too.
    """
    if find_secret(text) is not None:
        # What is wrong is told in words of the text, and none of them may be a key.
        raise PolicyError([Wrong("", None, "It holds what looks like a secret key: roll that now, and take it out.")])
    root = _parsed(text)
    try:
        document = validated(root.thawed())
    except ValidationError as error:
        problems = [_told(each, root) for each in error.errors(include_url=False) if not _follows(each)]
        raise PolicyError(sorted(problems, key=lambda each: each.line or 0)[:MOST_PROBLEMS]) from None
    unknown = list(_unknown_operations(document, root, registry)) if registry is not None else []
    if unknown:
        raise PolicyError(unknown[:MOST_PROBLEMS])
    return document


def write(document: Document) -> str:
    """A document as YAML, which :func:`read` takes for the same."""
    return str(
        yaml.dump(
            plain(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, default_flow_style=None
        )
    )


class _Dumper(yaml.SafeDumper):
    """Lists are indented, as people do; every text that could be read as something else is in quotes anyway."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        # In its other styles PyYAML loses some line ends.
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')


_Dumper.add_representer(str, _Dumper.represent_text)


# --- from text to values ----------------------------------------------------------------------------------------------


def _parsed(text: str) -> _Node:
    if len(text) > LARGEST:
        raise PolicyError([Wrong("", None, f"It has {len(text):,} characters; {LARGEST:,} are the most.")])
    try:
        return _Builder(text).root()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        said = f"It isn't YAML here: {error.problem or error.context}."
        hint = " Indent with spaces." if "'\\t'" in said else ""
        raise PolicyError([Wrong("", line, said + hint)]) from None
    except yaml.YAMLError:
        raise PolicyError([Wrong("", None, "It holds characters that YAML doesn't take.")]) from None


class _Builder:
    """Makes nodes of YAML's events, so that nothing is built which the document doesn't say in full."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=yaml.SafeLoader)
        self._made = 0

    def root(self) -> _Node:
        """The one document. Raises PolicyError, yaml's YAMLError."""
        root: _Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise _refused(event, "A second document begins here; a policy is one.")
                root = self._node(next(self._events), (), 0)
        if root is None or (root.members is None and root.items is None and root.value is None):
            raise PolicyError([Wrong("", None, "It is empty. Begin with version: 1 and rules:, or preset: standard.")])
        if root.members is None:
            raise PolicyError(
                [
                    Wrong(
                        "", root.line, "It must be a mapping that begins with version: 1 and rules:, or preset: strict."
                    )
                ]
            )
        return root

    def _node(self, event: Any, place: Place, depth: int) -> _Node:
        self._made += 1
        if self._made > MOST_NODES or depth > DEEPEST:
            raise _refused(event, "There is too much here for a policy.", place)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _refused(event, "It uses an anchor (&) or an alias (*); write it out, or put it in quotes.", place)
        if event.tag is not None:
            raise _refused(event, f"It has a tag, {shown(event.tag)}; leave it out.", place)
        line = _line(event)
        match event:
            case yaml.ScalarEvent():
                return _Node(line, _value(event))
            case yaml.SequenceStartEvent():
                return self._sequence(line, place, depth)
        return self._mapping(line, place, depth)

    def _sequence(self, line: int, place: Place, depth: int) -> _Node:
        items: list[_Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*place, len(items)), depth + 1))
        return _Node(line, items=items)

    def _mapping(self, line: int, place: Place, depth: int) -> _Node:
        members: dict[str, _Node] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _refused(event, "The name of a member must be a word.", place)
            self._node(event, place, depth + 1)
            name = event.value
            if name in members:
                raise _refused(event, f"{shown(name)} is here twice.", place)
            lines[name] = _line(event)
            members[name] = self._node(next(self._events), (*place, name), depth + 1)
        return _Node(line, members=members, lines=lines)


def _value(event: yaml.ScalarEvent) -> str | int | Decimal | bool | None:
    """A plain value; in quotes it is a text."""
    text: str = event.value
    if event.style is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return Decimal(text) if _NUMBER.fullmatch(text) else text


def _refused(event: Any, said: str, place: Place = ()) -> PolicyError:
    return PolicyError([Wrong(_path(place), _line(event), said)])


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


# --- telling what is wrong --------------------------------------------------------------------------------------------


def _follows(error: ErrorDetails) -> bool:
    """Whether it only follows from what is wrong with the entries of a list: those that are right are too few."""
    return error["type"] == "too_short" and bool(error["input"])


def _told(error: ErrorDetails, root: _Node) -> Wrong:
    """What pydantic found, at its place and in our words."""
    context = error.get("ctx", {})
    place, node, line = _find(root, (*error["loc"], *context.get("at", ())))
    given = shown(place[-1]) if context.get("of_name") else _given(node)
    match error["type"]:
        case "policy":
            said = f"{given} {context['said']}."
        case "extra_forbidden":
            said = _unknown_member(place)
        case "missing":
            said = f"{shown(error['loc'][-1])} is missing."
        case "literal_error":
            said = _no_such_word(node, str(context["expected"]))
        case kind:
            said = f"{given} {_MUST_BE.get(kind, error['msg']).format(**context)}."
    return Wrong(_path(place), line, said[:1].upper() + said[1:])


_MUST_BE: Final[dict[str, str]] = {
    "tuple_type": "must be a list: put it in [brackets]",
    "model_type": "must be a mapping, with a name and a colon before each member",
    "model_attributes_type": "must be a mapping, with a name and a colon before each member",
    "dict_type": "must be a mapping, with a name and a colon before each member",
    "string_type": "must be a text; put it in quotes",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "too_short": "must have {min_length} or more entries",
    "too_long": "must have {max_length} or fewer entries",
}


def _find(root: _Node, loc: Sequence[str | int]) -> tuple[Place, _Node, int]:
    """The place that pydantic means. What it says of branches and keys names no member, and is passed over."""
    node, line = root, root.line
    place: list[str | int] = []
    for step in loc:
        if node.members is not None and isinstance(step, str) and step in node.members:
            node, line = node.members[step], node.lines[step]
        elif node.items is not None and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            line = node.line
        else:
            continue
        place.append(step)
    return tuple(place), node, line


def _path(place: Place) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")


def _given(node: _Node) -> str:
    if node.members is not None:
        return "this"
    return "this list" if node.items is not None else "nothing" if node.value is None else shown(str(node.value))


def _unknown_member(place: Place) -> str:
    """A word that a policy has not, with those that it has there."""
    name = str(place[-1])
    kind = next((step for step in reversed(place[:-1]) if isinstance(step, str)), "")
    allowed = MEMBERS.get(kind, MEMBERS["parameters"])
    near = nearest(name, allowed, 1)
    return f"{shown(name)} is unknown here; {f'perhaps {near[0]}' if near else 'it takes ' + ', '.join(allowed)}."


def _no_such_word(node: _Node, expected: str) -> str:
    words = re.findall(r"'([^']*)'|\b(\d+)\b", expected)
    allowed = [quoted or number for quoted, number in words]
    near = nearest(str(node.value), allowed, 1) if isinstance(node.value, str) else ()
    perhaps = f"; perhaps {near[0]}" if near else ""
    one_of = allowed[0] if len(allowed) == 1 else f"{', '.join(allowed[:-1])} or {allowed[-1]}"
    return f"{_given(node)} must be {one_of}{perhaps}."


def _unknown_operations(document: Document, root: _Node, registry: Registry) -> Iterator[Wrong]:
    if isinstance(document, Preset):
        return
    for number, rule in enumerate(document.rules):
        for index, pattern in enumerate(rule.when.operations or ()):
            if any(names(pattern, each) for each in registry.operations):
                continue
            place, node, line = _find(root, ("rules", number, "when", "operations", index))
            near = registry.nearest_names(pattern.replace("*", " ").strip(), 3)
            perhaps = f"; perhaps {' or '.join(near)}" if near else ""
            yield Wrong(_path(place), line, f"{_given(node)} names no operation of Stripe's{perhaps}.")
