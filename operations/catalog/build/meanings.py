"""What values mean where their type doesn't say: times, amounts, currencies, ids.

Numbers follow ``meanings.json``, which was reviewed by hand: a number whose name is not in it stops the build, because
an amount taken for a count is an amount nobody is asked to approve. Strings follow rules.
"""

from collections.abc import Iterable, Mapping
from importlib import resources

import msgspec

from operations.catalog.build.source import BuildError
from operations.spec import Parameter, Shape

_NUMBERS = frozenset({"integer", "number", "decimal"})


class MeaningsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``meanings.json``: by kind, meaning to names; ``integer_under`` decides by ``parent.name``."""

    integer: dict[str, list[str]]
    integer_under: dict[str, str]
    number: dict[str, list[str]]
    decimal: dict[str, list[str]]
    bounds: list[str]
    """Names of range bounds, which mean what the range they stand in means."""
    own_namespace_only: list[str]
    """Expandable names that mean something else elsewhere: a `card` is an issuing card only among issuing's own."""
    v2_datetimes: list[str]
    """Names of v2 strings that are RFC 3339 times."""


class Meanings:
    """Adds meanings to parameters."""

    def __init__(
        self, file: MeaningsFile, expandable: Iterable[tuple[str, tuple[str, ...]]], objects: Iterable[str]
    ) -> None:
        self._by_name = {
            "integer": _by_name(file.integer),
            "number": _by_name(file.number),
            "decimal": _by_name(file.decimal),
        }
        self._under = file.integer_under
        self._bounds = frozenset(file.bounds)
        self._own_namespace_only = frozenset(file.own_namespace_only)
        self._datetimes = frozenset(file.v2_datetimes)
        self._objects = frozenset(objects)
        self._ids: dict[str, set[str]] = {}
        for path, targets in expandable:
            self._ids.setdefault(path.rsplit(".", 1)[-1], set()).update(targets)

    @classmethod
    def reviewed(cls, expandable: Iterable[tuple[str, tuple[str, ...]]], objects: Iterable[str]) -> "Meanings":
        """The reviewed data, with the (path, objects) of all expandable fields, whose names are those of ids, and all
        object names."""
        content = (resources.files("operations.catalog.build") / "meanings.json").read_bytes()
        return cls(msgspec.json.decode(content, type=MeaningsFile), expandable, objects)

    def names(self) -> frozenset[str]:
        """Every parameter name that was decided by hand."""
        numbers = {name for names in self._by_name.values() for name in names}
        under = {word for row in self._under for word in row.split(".")}
        return frozenset(numbers | under | self._bounds | self._datetimes | self._own_namespace_only)

    def add(self, path: str, parameters: Iterable[Parameter]) -> tuple[Parameter, ...]:
        """The parameters of the operation at ``path`` with meanings, to full depth."""
        return self._fields(path, parameters, "")

    def _fields(self, path: str, parameters: Iterable[Parameter], parent: str) -> tuple[Parameter, ...]:
        return tuple(
            Parameter(name=each.name, shape=self._shape(path, each.shape, each.name, parent), required=each.required)
            for each in parameters
        )

    def _shape(self, path: str, shape: Shape, name: str, parent: str) -> Shape:
        meaning = refers = ""
        if shape.kind in _NUMBERS:
            meaning = self._number(path, shape, name, parent)
        elif shape.kind == "string":
            meaning, refers = self._string(path, name, parent)
        return msgspec.structs.replace(
            shape,
            meaning=meaning,
            refers=refers,
            fields=self._fields(path, shape.fields, name),
            items=None if shape.items is None else self._shape(path, shape.items, name, parent),
            variants=tuple(self._shape(path, each, name, parent) for each in shape.variants),
        )

    def _number(self, path: str, shape: Shape, name: str, parent: str) -> str:
        names = self._by_name[shape.kind]
        found = names.get(parent if name in self._bounds else name)
        if found is None and shape.kind == "integer":
            found = self._under.get(f"{parent}.{name}")
        if found is None:
            raise BuildError(
                f"{path}: what does the {shape.kind} {parent}.{name} mean? Decide by hand in build/meanings.json"
            )
        return found

    def _string(self, path: str, name: str, parent: str) -> tuple[str, str]:
        if path.startswith("/v2/") and name in self._datetimes:
            return "datetime", ""
        if name == "currency" or name.endswith("_currency"):
            return "currency", ""
        if name.endswith("email"):
            return "email", ""
        if name == "url" or name.endswith("_url"):
            return "url", ""
        namespace = _namespace(path)
        neighbour = f"{namespace}.{name}"
        # `account` of a Financial Connections request is one of its own, but the account_holder's is an ordinary one.
        if neighbour in self._objects and (not parent or name not in self._objects):
            return "id", neighbour
        if name in self._ids:
            objects = self._ids[name]
            known = len(objects) == 1 and name not in self._own_namespace_only
            return ("id", next(iter(objects))) if known else ("id", "")
        return "", ""


def _namespace(path: str) -> str:
    """``/v1/issuing/cards`` is ``issuing``, ``/v2/core/accounts`` is ``v2.core``."""
    version, *rest = [each for each in path.split("/") if each and each != "test_helpers"]
    return rest[0] if version == "v1" else f"{version}.{rest[0]}"


def _by_name(meanings: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: meaning for meaning, names in meanings.items() for name in names}
