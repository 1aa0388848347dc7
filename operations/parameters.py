"""A call's parameters against what the registry declares: read from text, or checked, to full depth.

:func:`coerce` turns what a person typed into the values that are sent and says what is wrong or missing;
:func:`validate` checks values that are there already: decoded from a form body, or with their types.

How a person clears a field, keeps it and leaves it out:

- a blank (``name=``, ``--name ""``) is left out; it is never sent, so that no field is emptied by accident;
- the unquoted word ``null``, or ``null`` in JSON, clears a field that can be cleared: the empty string for v1, null for
  v2, and the empty string for one key of a v1 map such as ``metadata``;
- where a field can't be cleared, the word ``null`` is text like any other, and refused where text is; ``"null"`` in
  quotes is always text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from operations import human
from operations.call import FileContent
from operations.places import places_of
from operations.problem import Problem, RefusalError
from operations.scalars import (
    Context,
    Source,
    Word,
    describe,
    escaped,
    nearest,
    parse_json,
    read_scalar,
    shown,
)
from operations.spec import Parameter, Shape
from operations.typed_money import Amount
from operations.when import NOBODY_KNOWS, When

MAX_DEPTH = 12
"""Levels of nesting; the deepest parameter of the registry has seven."""
MAX_ITEMS = 1_000
"""Items in one list or map."""
MAX_METADATA_KEYS = 50
MAX_METADATA_KEY = 40
MAX_METADATA_VALUE = 500
"""Stripe's limits on metadata (docs.stripe.com/api/metadata)."""
_MAX_MAP_KEY = 255

Place: TypeAlias = tuple[str, ...]


class _Absent:
    """The type of :data:`ABSENT`."""


ABSENT: Final = _Absent()
"""What a value comes to that is left out."""


class Repeated(list[object]):
    """The values of an option that was given more than once, or of ``name[]=…``; each is an item of a list."""


@dataclass(slots=True)
class Reading:
    """What came of reading parameters: the values to send, what is wrong, and which required ones are not given."""

    values: dict[str, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    stated: dict[str, Amount] = field(default_factory=dict)
    """By the parameter's full name: amounts that a person typed with a currency, where no parameter takes that."""


def coerce(
    parameters: Mapping[str, object],
    declared: Sequence[Parameter],
    *,
    source: Source = "person",
    path: str = "",
    untyped: bool = False,
    asked: When = NOBODY_KNOWS,
) -> Reading:
    """Read parameters by their declared shapes.

    A person's amounts (``12.50usd``) and times (``yesterday 14:00``, as of ``asked``) become what is sent; a currency
    that an amount says fills in the parameter for it.

    ``path`` is the operation's path template; it tells v1 from v2 and where an amount may be below zero. ``untyped`` is
    for the operations of which no source tells the parameters: others than the declared are then let through as they
    are. Leaves are :class:`~operations.scalars.Word` where a person typed them bare, else plain values.
    """
    reader = _Reader(source, path, human.Human(path, asked))
    known = {each.name for each in declared}
    free = [Parameter(name=name, shape=Shape(kind="any")) for name in parameters if name not in known]
    values = reader.fields((*declared, *free) if untyped else tuple(declared), parameters, ())
    stated = {bracketed(place): amount for place, amount in reader.human.currencies.stated.items()}
    return Reading(values, reader.problems, reader.missing, stated)


def validate(
    parameters: Mapping[str, object],
    declared: Sequence[Parameter],
    *,
    source: Source = "typed",
    path: str = "",
    untyped: bool = False,
) -> list[Problem]:
    """Everything that is wrong with parameters: unknown ones, wrong types, and required ones that are missing.

    ``source`` is ``wire`` for the strings of :func:`operations.encoding.decode_form`, ``typed`` for JSON and for the
    values of a call. The problems' codes are ``unknown_parameter``, ``invalid_value`` and ``missing_parameter``.
    """
    reading = coerce(parameters, declared, source=source, path=path, untyped=untyped)
    missing = [Problem("missing_parameter", f"{name} is required.", parameter=name) for name in reading.missing]
    return reading.problems + missing


def bracketed(place: Sequence[str]) -> str:
    """A parameter's full name as Stripe writes it: ``items[0][price]``."""
    return place[0] + "".join(f"[{segment}]" for segment in place[1:]) if place else ""


def required_names(parameter: Parameter, above: Place = ()) -> Iterator[str]:
    """The names to ask for so that a required parameter is given: its own required fields, or itself if it has none."""
    place = (*above, parameter.name)
    if parameter.shape.kind == "object":
        inner = [name for each in parameter.shape.fields if each.required for name in required_names(each, place)]
        yield from inner or [bracketed(place)]
    else:
        yield bracketed(place)


class _Reader:
    """One pass over one call's parameters. Problems and missing names gather as it goes."""

    def __init__(self, source: Source, path: str, human_values: human.Human) -> None:
        self.source = source
        self.path = path
        self.v2 = path.startswith("/v2/")
        self.human = human_values
        self.problems: list[Problem] = []
        self.missing: list[str] = []

    def fields(self, declared: tuple[Parameter, ...], values: Mapping[str, object], above: Place) -> dict[str, object]:
        """The fields of an object, or the top-level parameters."""
        known = {each.name: each for each in declared}
        read: dict[str, object] = {}
        wanting = {each.name: each for each in declared if each.required and each.name not in values}
        self.human.currencies.enter(above, declared, values)
        for name, value in values.items():
            parameter = known.get(name)
            if parameter is None:
                self._unknown(declared, name, value, above)
                continue
            troubles = len(self.problems)
            result = self.guarded(parameter.shape, value, (*above, name))
            if not isinstance(result, _Absent):
                read[name] = result
            elif parameter.required and len(self.problems) == troubles:
                wanting[name] = parameter
        read.update(self.human.currencies.leave())
        for name, parameter in wanting.items():
            if name not in read:
                self.missing.extend(required_names(parameter, above))
        return read

    def guarded(self, shape: Shape, value: object, place: Place) -> object:
        """The value read, or ABSENT with the problem noted."""
        try:
            return self._value(shape, value, place)
        except RefusalError as refusal:
            given = "" if isinstance(value, Mapping | list | tuple | None) else ": " + shown(value)
            message = f"{escaped(bracketed(place))}{given} {refusal.detail}".rstrip(".") + "."
            self.problems.append(Problem(refusal.code, message, bracketed(place), refusal.suggestions))
            return ABSENT

    def _value(self, shape: Shape, value: object, place: Place) -> object:
        if len(place) > MAX_DEPTH:
            raise RefusalError(f"is nested deeper than {MAX_DEPTH} levels")
        if isinstance(value, Repeated) and shape.kind not in ("array", "union", "any"):
            times = f"given {len(value)} times" if len(value) > 1 else "given as a list"
            raise RefusalError(f"is {times} and takes one value", code="duplicate_parameter")
        if self.source == "person" and isinstance(value, str) and not value.strip():
            return ABSENT
        if (cleared := self._cleared(shape, value, place)) is not None:
            return cleared[0]
        if shape.kind == "union":
            return self._union(shape, value, place)
        if shape.kind in ("object", "map", "array", "any", "file"):
            return self._compound(shape, value, place)
        if isinstance(value, Mapping | list | tuple | FileContent):
            raise RefusalError(f"takes {describe(shape)}, and is given parts")
        if self.source == "person" and isinstance(value, str):
            value = self.human.value(shape, value, place)
        return read_scalar(shape, value, self._context(place))

    def _compound(self, shape: Shape, value: object, place: Place) -> object:
        match shape.kind:
            case "object":
                return self._object(shape, value, place)
            case "map":
                return self._map(shape, value, place)
            case "array":
                return self._array(shape, value, place)
            case "any":
                return self._any(shape, value, place)
        if isinstance(value, FileContent):
            return value
        raise RefusalError("is a file, which can't be typed as text: upload it through the form")

    def _context(self, place: Place) -> Context:
        name = next((segment for segment in reversed(place) if not segment.isdigit()), "")
        signed = self.v2 or any(self.path.startswith(start) and name in names for start, names in _SIGNED_MONEY)
        return Context(self.source, name, signed)

    def _cleared(self, shape: Shape, value: object, place: Place) -> tuple[object] | None:
        """The value that clears the field, in a tuple, if that is what is meant."""
        clearable = shape.clearable or any(variant.clearable for variant in shape.variants)
        nullable = shape.nullable or any(variant.nullable for variant in shape.variants)
        if value == "" and isinstance(value, str):
            if clearable:
                return ("",)
            raise RefusalError("is empty, and this field can't be cleared")
        if self.source == "person" and (value is None or (isinstance(value, Word) and value == "null")):
            if clearable or nullable:
                return (None,) if self.v2 and nullable else ("",)
            if value is None:
                raise RefusalError("is null, and this field can't be cleared")
        elif value is None:
            if nullable:
                return (None,)
            raise RefusalError("is null, and this field can't be cleared")
        return None

    def _object(self, shape: Shape, value: object, place: Place) -> object:
        if self.source == "person" and isinstance(value, str):
            if (short := self.human.in_short(shape, value)) is not None:
                value = short
            elif not value.lstrip().startswith("{"):
                first = shape.fields[0].name if shape.fields else "name"
                hint = bracketed((*place, first))
                raise RefusalError(f"isn't {describe(shape)}: write {hint}=… or JSON in braces", (hint,))
            else:
                value = parse_json(value)
        if self.source == "wire" and value == []:
            value = {}
        if not isinstance(value, Mapping):
            raise RefusalError(f"isn't {describe(shape)}")
        if not value:
            # An object without fields says nothing that form encoding could send.
            return ABSENT if self.source == "person" and not shape.fields and not self.v2 else self._empty({}, "fields")
        troubles = len(self.problems) + len(self.missing)
        read = self.fields(shape.fields, value, place)
        if not read and not self.v2 and len(self.problems) + len(self.missing) == troubles:
            return ABSENT
        return read

    def _empty(self, value: object, of: str) -> object:
        """An empty object or list, which JSON can say and form encoding can't."""
        if self.v2:
            return value
        raise RefusalError(f"is empty: give at least one of its {of}")

    def _map(self, shape: Shape, value: object, place: Place) -> object:
        if self.source == "person" and isinstance(value, str):
            if not value.lstrip().startswith("{"):
                hint = bracketed((*place, "name"))
                raise RefusalError(f"isn't {describe(shape)}: write {hint}=… or JSON in braces", (hint,))
            value = parse_json(value)
        if self.source == "wire" and isinstance(value, list):
            # A form can't tell a map with the keys 0, 1, 2 from a list; the shape does.
            value = {str(index): item for index, item in enumerate(value)}
        if not isinstance(value, Mapping):
            raise RefusalError(f"isn't {describe(shape)}")
        if not value:
            return self._empty({}, "keys")
        metadata = place[-1] == "metadata"
        _check_size(value, MAX_METADATA_KEYS if metadata else MAX_ITEMS)
        items = shape.items or Shape(kind="any")
        if not self.v2 and items.kind == "string":
            # Stripe unsets one key of a v1 map when it is posted as the empty string.
            items = Shape(kind="string", clearable=True, max_length=items.max_length)
        read: dict[str, object] = {}
        for key, item in value.items():
            _check_key(key, MAX_METADATA_KEY if metadata else _MAX_MAP_KEY)
            result = self.guarded(items, item, (*place, key))
            if metadata and isinstance(result, str) and len(result) > MAX_METADATA_VALUE:
                raise RefusalError(f"has a value of {len(result)} characters; {MAX_METADATA_VALUE} are allowed")
            if not isinstance(result, _Absent):
                read[key] = result
        return read or ABSENT

    def _array(self, shape: Shape, value: object, place: Place) -> object:
        items = shape.items or Shape(kind="any")
        if self.source == "person" and isinstance(value, str) and value.lstrip().startswith("["):
            value = parse_json(value)
            if not isinstance(value, list):
                raise RefusalError("isn't a list")
        elif isinstance(value, Mapping):
            value = self._indexed(value, place, items)
        elif self.source == "person" and not isinstance(value, list | tuple):
            value = [value]
        if not isinstance(value, list | tuple):
            raise RefusalError("isn't a list")
        if not value:
            return self._empty([], "items")
        _check_size(value, MAX_ITEMS)
        read = [self.guarded(items, item, (*place, str(index))) for index, item in enumerate(value)]
        return [each for each in read if not isinstance(each, _Absent)] or ABSENT

    def _indexed(self, value: Mapping[str, object], place: Place, items: Shape) -> list[object]:
        """The items of ``{"0": …, "1": …}``, which is how ``items[0][price]=…`` arrives."""
        if not all(key.isascii() and key.isdigit() for key in value):
            if self.source == "person" and items.kind == "object" and items.field(next(iter(value))) is not None:
                hint = bracketed((*place, "0", next(iter(value))))
                raise RefusalError(f"is a list: number its items from 0, as in {hint}=…", (hint,))
            raise RefusalError("is a list: number its items from 0")
        if self.source != "wire":
            gap = next((index for index in range(len(value)) if str(index) not in value), None)
            if gap is not None:
                raise RefusalError(f"is a list whose items are numbered from 0 without gaps: {gap} is missing")
        return [value[key] for key in sorted(value, key=int)]

    def _union(self, shape: Shape, value: object, place: Place) -> object:
        """The first variant that takes the value; text variants last, since they take anything."""
        best: _Reader | None = None
        for variant in sorted(shape.variants, key=lambda each: each.kind == "string" or each.open):
            trial = _Reader(self.source, self.path, self.human.copy())
            result = trial.guarded(variant, value, place)
            if not trial.problems:
                self.missing.extend(trial.missing)
                self.human = trial.human
                return result
            inside = any(problem.parameter != bracketed(place) for problem in trial.problems)
            meant = self.source == "person" and human.reads(variant, value)
            if best is None and (inside or meant or len(shape.variants) == 1):
                best = trial
        enums = [variant for variant in shape.variants if variant.kind == "enum"]
        suggestions = nearest(str(value), enums[0].values) if enums and isinstance(value, str) else ()
        if best is not None and not suggestions:
            self.problems.extend(best.problems)
            return ABSENT
        raise RefusalError(f"isn't {describe(shape)}", suggestions)

    def _any(self, shape: Shape, value: object, place: Place) -> object:
        if self.source == "person" and isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            value = parse_json(value)
        if isinstance(value, Mapping):
            return self._map(Shape(kind="map", items=shape), value, place)
        if isinstance(value, list | tuple):
            return self._array(Shape(kind="array", items=shape), value, place)
        if isinstance(value, FileContent):
            raise RefusalError("is a file, which can't be sent here")
        return read_scalar(shape, value, self._context(place))

    def _unknown(self, declared: tuple[Parameter, ...], name: str, value: object, above: Place) -> None:
        place = bracketed((*above, name))
        plain = escaped(place)
        names = [each.name for each in declared]
        other = {"expand": "include", "include": "expand"}.get(name) if not above else None
        if other is not None and ((other == "include") == self.v2):
            api = "v2" if self.v2 else "v1"
            taken = f"{api} operations take {other} instead" if other in names else f"nor does it take {other}"
            message = f"{plain}: this is a {api} operation and doesn't take {name}; {taken}."
            suggestions: tuple[str, ...] = (other,) if other in names else ()
        else:
            inner = [bracketed(place) for place in places_of(name, declared, above)[:3]]
            near = tuple(bracketed((*above, each)) for each in nearest(name, names)) if len(name) > 1 else ()
            suggestions = tuple(dict.fromkeys([*inner, *near]))[:3]
            given = f" (given {shown(value)})" if isinstance(value, str | bool) else ""
            there = f"{bracketed(above)} has no field" if above else "there is no parameter"
            message = f"{plain}: {there} of this name{given}." + (
                f" Did you mean {suggestions[0]}?" if suggestions else ""
            )
        self.problems.append(Problem("unknown_parameter", message, plain, suggestions))


# Where Stripe documents an amount below zero: credits to a customer, discounting invoice lines, reversals of tax.
_SIGNED_MONEY: tuple[tuple[str, frozenset[str]], ...] = (
    ("/v1/customers", frozenset({"balance", "amount"})),
    ("/v1/invoice", frozenset({"amount", "unit_amount"})),
    ("/v1/subscription", frozenset({"unit_amount"})),
    ("/v1/tax/", frozenset({"amount", "amount_tax", "flat_amount"})),
)


def _check_size(value: Mapping[str, object] | Sequence[object], limit: int) -> None:
    if len(value) > limit:
        raise RefusalError(f"has {len(value)} entries; {limit} are allowed")


def _check_key(key: str, limit: int) -> None:
    if not key:
        raise RefusalError("has an empty name in it")
    if len(key) > limit:
        raise RefusalError(f"has a name of {len(key)} characters; {limit} are allowed")
    if "[" in key or "]" in key:
        raise RefusalError("has a bracket in a name, which would change what the request says")
    if not key.isprintable():
        raise RefusalError("has a control character in a name")
