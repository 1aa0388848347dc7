"""The fields of a form, for any operation: one for each value that a person can give, to full depth.

Objects are taken apart into the fields below them; lists of objects into the fields of an item, whose number stands as
``#`` in the name until there is one. What can't be taken apart is asked for as lines or as JSON.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final, Literal, TypeAlias

from rapidfuzz import fuzz, process

from operations.currencies import is_decided_elsewhere, names_for
from operations.forms import labels
from operations.forms.labels import ITEM
from operations.manual import common, needed
from operations.parameters import bracketed
from operations.prefixes import PREFIXES
from operations.samples import path_kinds
from operations.spec import Operation, Parameter, Shape
from operations.typed_money import is_code

Control: TypeAlias = Literal[
    "text",
    "long_text",
    "lines",
    "choice",
    "suggested",
    "choices",
    "suggested_choices",
    "object",
    "money",
    "currency",
    "whole",
    "decimal",
    "time",
    "switch",
    "email",
    "url",
    "pairs",
    "file",
    "json",
]
"""How a field is asked for.

``choice`` and ``choices`` take one or several of a closed list; ``suggested`` ones find theirs in a list that is too
long to be shown, or that takes others as well. ``lines`` takes one value a line, ``pairs`` a ``name=value`` a line.
"""

_Place: TypeAlias = tuple[str, ...]
_Around: TypeAlias = tuple[tuple[_Place, Sequence[Parameter]], ...]
"""The objects that a value stands in, outermost first: where each is, and what it has."""

MOST_CHOICES: Final = 100
"""What a select takes (Slack); longer lists are searched."""
MOST_FOUND: Final = 100
SHOWN_FIRST: Final = 10
"""Fields that a form begins with, the required ones aside."""
FEW: Final = 6
"""A form with fewer fields than this begins with parts of objects, too."""
_LONG: Final = ("description", "message", "notes", "footer", "explanation", "memo", "reason_message", "disclosure")


@dataclass(frozen=True, slots=True)
class Field:
    """One value that a form asks for."""

    name: str
    """As Stripe writes it, ``items[#][price]`` in the list of an operation's fields, ``items[0][price]`` in a form."""
    shape: Shape
    control: Control
    required: bool = False
    """Whether the call can't be made without it."""
    kind: str = ""
    """The kind of object whose id it takes, for the control ``object``; empty where nothing tells."""
    in_path: bool = False
    """Whether it is an id in the operation's path."""
    governed: str = ""
    """Of money: the name of the field that says its currency; empty where none does."""

    @property
    def currency(self) -> str:
        """Of money: the currency that its name says, ``tipping[eur][smart_tip_threshold]``; empty for none."""
        return currency_in(self.name) if self.control == "money" and not self.governed else ""

    @property
    def label(self) -> str:
        """What it is called, in plain words."""
        return labels.label(self.name) if not self.in_path else _path_label(self)

    @property
    def heading(self) -> str:
        """What it belongs to, in plain words; empty for what stands alone."""
        return labels.heading(labels.segments(self.name)[:-1]) if not self.in_path else ""

    @property
    def words(self) -> str:
        """Its whole name in plain words, for a search."""
        return labels.path(self.name) if not self.in_path else self.label

    @property
    def values(self) -> tuple[str, ...]:
        """The values that it is known to take; empty where it takes any."""
        return _values(self.shape)

    @property
    def open(self) -> bool:
        """Whether it takes other values than those."""
        variants = self.shape.variants or (self.shape.items or self.shape,)
        return any(each.open or each.kind not in ("enum", "boolean") for each in variants)

    @property
    def clearable(self) -> bool:
        """Whether a value that is there already can be taken away."""
        shapes = (self.shape, *self.shape.variants)
        return any(each.clearable or each.nullable for each in shapes)


class Fields:
    """All the fields of one operation."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.all: tuple[Field, ...] = (*_of_path(operation), *_of_parameters(operation))
        """In the order of the path, then of the registry; items of lists once, with ``#`` for their number."""
        self._by_name = {each.name: each for each in self.all}

    def get(self, name: str) -> Field | None:
        """The field of that name, ``items[0][price]`` or ``items[#][price]``; None where there is none."""
        found = self._by_name.get(name) or self._by_name.get(template(name))
        if found is None or found.name == name:
            return found
        governed = numbered(found.governed, numbers(name)) if found.governed else ""
        return replace(found, name=name, governed=governed)

    @cached_property
    def first(self) -> tuple[str, ...]:
        """What a form begins with: the ids, what is required, what people give most."""
        required = [each.name for each in self.all if each.in_path]
        for taken in needed(self.operation):
            required += self._shown_for(taken.name)
        usual = [name for taken in common(self.operation) for name in self._shown_for(taken.name)]
        plain = [each for each in self.all if not each.in_path and _is_usual(each)]
        usual += [each.name for each in plain if "[" not in each.name]
        if len(usual) < FEW:
            usual += [each.name for each in plain if each.name.count("[") == 1]
        if is_decided_elsewhere(self.operation.path):
            usual = [name for name in usual if name != "currency"]
        kept = list(dict.fromkeys(required))
        more = [name for name in dict.fromkeys(usual) if name not in kept]
        return tuple(numbered(name, ()) for name in (*kept, *more[:SHOWN_FIRST]))

    def search(self, query: str, without: Sequence[str] = ()) -> tuple[Field, ...]:
        """The fields that fit a query, best first; all in their order for an empty one. Those ``without`` last."""
        taken = {template(each) for each in without}
        left = [each for each in self.all if ITEM in each.name or each.name not in taken]
        asked = " ".join(query.lower().replace("_", " ").replace("[", " ").replace("]", " ").split())
        if not asked:
            return tuple(left[:MOST_FOUND])
        found = process.extract(
            asked,
            {each.name: each.words.lower() for each in left},
            scorer=fuzz.WRatio,
            limit=MOST_FOUND,
            score_cutoff=55,
        )
        whole = [each for each in left if asked in each.words.lower()]
        ranked = sorted(whole, key=lambda each: (not each.label.lower().startswith(asked), len(each.words)))
        near = [self._by_name[name] for _, _, name in found]
        return tuple({each.name: each for each in (*ranked, *near)}.values())[:MOST_FOUND]

    def below(self, group: str) -> tuple[Field, ...]:
        """The fields of the object or the item that a full name leads to; those of everything for the empty name."""
        start = f"{template(group)}[" if group else ""
        return tuple(each for each in self.all if each.name.startswith(start) and not (start == "" and each.in_path))

    def _shown_for(self, name: str) -> list[str]:
        """The fields to show so that a parameter can be given: itself, or the parts that it can't do without."""
        whole = template(name)
        if whole in self._by_name:
            return [whole]
        inner = self.below(whole)
        needed_inside = [each.name for each in inner if each.required]
        return needed_inside or ([each.name for each in inner] if len(inner) <= FEW else [])


@lru_cache(maxsize=256)
def fields_of(operation: Operation) -> Fields:
    """The fields of an operation, made once."""
    return Fields(operation)


def template(name: str) -> str:
    """A name with ``#`` for each number of an item."""
    first, *rest = labels.segments(name)
    return first + "".join(f"[{ITEM if each.isdigit() else each}]" for each in rest)


def currency_in(name: str) -> str:
    """The code of a currency among the segments of a name, the innermost; empty where there is none."""
    return next((each for each in reversed(labels.segments(name)) if is_code(each)), "")


def numbers(name: str) -> tuple[int, ...]:
    """The numbers of the items in a name, from 0."""
    return tuple(int(each) for each in labels.segments(name)[1:] if each.isdigit())


def numbered(name: str, at: Sequence[int]) -> str:
    """A name with its items numbered: the first ones as ``at`` says, the others 0."""
    left = list(at)
    first, *rest = labels.segments(name)
    said = [(str(left.pop(0)) if left else "0") if each == ITEM else each for each in rest]
    return first + "".join(f"[{each}]" for each in said)


# --- which fields there are ------------------------------------------------------------------------------------------


def _of_path(operation: Operation) -> Iterator[Field]:
    for parameter, kind in zip(operation.path_parameters, path_kinds(operation), strict=True):
        shape = Shape(kind="string", meaning="id", refers=kind)
        yield Field(parameter.name, shape, "object" if kind else "text", required=True, kind=kind, in_path=True)


def _of_parameters(operation: Operation) -> Iterator[Field]:
    # An amount whose currency the object decides has no field for it.
    outermost = () if is_decided_elsewhere(operation.path) else (((), operation.parameters),)
    for parameter in operation.parameters:
        yield from _fields((parameter.name,), parameter.shape, outermost, required=parameter.required)


def _fields(place: _Place, shape: Shape, around: _Around, *, required: bool) -> Iterator[Field]:
    match shape.kind:
        case "object" if shape.fields:
            yield from _parts(place, shape, around, required=required)
        case "array" if shape.items is not None and shape.items.kind == "object" and shape.items.fields:
            yield from _parts((*place, ITEM), shape.items, around, required=required)
        case "union" if parts := [each for each in shape.variants if each.fields and not in_short(each)]:
            yield from _whole(place, shape, around, required=required)
            seen: set[str] = set()
            for variant in parts:
                for each in _parts(place, variant, around, required=False):
                    if each.name not in seen:
                        seen.add(each.name)
                        yield each
        case _:
            yield from _whole(place, shape, around, required=required)


def _parts(place: _Place, shape: Shape, around: _Around, *, required: bool) -> Iterator[Field]:
    inside = (*around, (place, shape.fields))
    for parameter in shape.fields:
        yield from _fields((*place, parameter.name), parameter.shape, inside, required=required and parameter.required)


def _whole(place: _Place, shape: Shape, around: _Around, *, required: bool) -> Iterator[Field]:
    simple = _simplest(shape)
    control = _control(place[-1], shape)
    yield Field(
        bracketed(place),
        shape,
        control,
        required=required,
        kind=_kind(place[-1], simple) if control == "object" else "",
        governed=_governed(place, around) if control == "money" else "",
    )


def in_short(shape: Shape) -> bool:
    """Whether an object is written in one: a range of times or amounts."""
    return {each.name for each in shape.fields} == {"gt", "gte", "lt", "lte"}


def _simplest(shape: Shape) -> Shape:
    """The variant of a union that one value says; any other shape itself."""
    return next((each for each in shape.variants if not each.fields), shape)


def _governed(place: _Place, around: _Around) -> str:
    """The field that says an amount's currency: beside it, or beside what it stands in."""
    for above, siblings in reversed(around):
        names = {each.name for each in siblings if each.shape.meaning == "currency"}
        found = next((each for each in names_for(place[len(above)]) if each in names), None)
        if found is not None:
            return bracketed((*above, found))
    return ""


# --- how they are asked for ------------------------------------------------------------------------------------------

_BY_MEANING: Final[dict[str, Control]] = {
    "timestamp": "time",
    "datetime": "time",
    "money_minor": "money",
    "currency": "currency",
    "email": "email",
    "url": "url",
    "id": "object",
}
_BY_KIND: Final[dict[str, Control]] = {
    "boolean": "switch",
    "integer": "whole",
    "number": "decimal",
    "decimal": "decimal",
    "map": "pairs",
    "file": "file",
    "object": "json",
    "any": "text",
    "string": "text",
}


def _control(name: str, shape: Shape) -> Control:
    match shape.kind:
        case "union":
            return _union_control(name, shape)
        case "enum":
            return "suggested" if shape.open or len(shape.values) > MOST_CHOICES else "choice"
        case "array":
            return _list_control(shape.items or Shape(kind="any"))
        case "string" | "integer" if shape.meaning in _BY_MEANING:
            return "text" if shape.meaning == "id" and not _kind(name, shape) else _BY_MEANING[shape.meaning]
        case "string" if any(name.endswith(each) for each in _LONG):
            return "long_text"
    return _BY_KIND[shape.kind]


def _union_control(name: str, shape: Shape) -> Control:
    whole = [each for each in shape.variants if not each.fields or in_short(each)]
    if all(each.kind in ("enum", "boolean") for each in whole) and whole:
        fits = sum(len(_values(each)) for each in whole) <= MOST_CHOICES and not any(each.open for each in whole)
        return "choice" if fits else "suggested"
    if len(whole) == 1:
        return _control(name, whole[0])
    return "text"


def _kind(name: str, shape: Shape) -> str:
    """The kind of object whose id a value is: as the registry says, or as its name ends."""
    if shape.refers:
        return shape.refers
    parts = name.split("_")
    ends = ("_".join(parts[start:]) for start in range(len(parts)))
    return next((each for each in ends if PREFIXES.get(each)), "")


def _list_control(items: Shape) -> Control:
    match items.kind:
        case "enum":
            return "suggested_choices" if items.open or len(items.values) > MOST_CHOICES else "choices"
        case "string" | "integer" | "number" | "decimal" | "boolean":
            return "lines"
    return "json"


def _values(shape: Shape) -> tuple[str, ...]:
    match shape.kind:
        case "enum":
            return shape.values
        case "boolean":
            return ("true", "false")
        case "array":
            return _values(shape.items) if shape.items is not None else ()
        case "union":
            return tuple(dict.fromkeys(value for each in shape.variants for value in _values(each)))
    return ()


def _is_usual(field: Field) -> bool:
    """Whether a field that nobody ranks still belongs into a form that has room."""
    return field.control not in ("json", "pairs") and not field.name.startswith(("expand", "include", "metadata"))


def _path_label(field: Field) -> str:
    noun = field.kind.rpartition(".")[2] if field.kind and field.name == "id" else field.name
    return labels.words(noun)
