"""What a Stripe operation is, as values.

Everything that names an endpoint is data of these types, kept in ``operations/catalog/catalog.json``; the grammar, the
forms, the policy, the executor and the sandbox take an :class:`Operation` and know no endpoint by name.
"""

from typing import Literal, TypeAlias

import msgspec

Method: TypeAlias = Literal["GET", "POST", "DELETE"]
Kind: TypeAlias = Literal[
    "string", "integer", "number", "decimal", "boolean", "enum", "object", "array", "map", "union", "file", "any"
]
Host: TypeAlias = Literal["api", "files", "meter_events"]
Encoding: TypeAlias = Literal["form", "json", "multipart"]
Provenance: TypeAlias = Literal["current", "public-2025", "legacy"]
ResponseKind: TypeAlias = Literal["object", "list", "search", "deleted", "binary", "empty"]


class Shape(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The type of one value, to full depth.

    ``kind`` decides which other members matter: ``values`` and ``open`` for an enum (an open enum suggests its values
    and accepts others), ``fields`` for an object, ``items`` for an array or a map (a map's keys are free text),
    ``variants`` for a union. A ``decimal`` is a string on the wire. ``any`` takes whatever is given: no source tells
    its type.
    """

    kind: Kind
    values: tuple[str, ...] = ()
    open: bool = False
    clearable: bool = False
    """The empty string is allowed and clears the field (v1)."""
    nullable: bool = False
    """JSON null is allowed and clears the field (v2)."""
    fields: "tuple[Parameter, ...]" = ()
    items: "Shape | None" = None
    variants: "tuple[Shape, ...]" = ()
    meaning: str = ""
    """What the value means where the type alone doesn't say: ``timestamp``, ``money_minor``, ``currency``, ``id``, …"""
    refers: str = ""
    """For ``meaning == "id"``: the resource that the id names, such as ``customer``."""
    max_length: int | None = None

    def field(self, name: str) -> "Parameter | None":
        """The field called ``name`` of an object, or None."""
        return next((each for each in self.fields if each.name == name), None)


class Parameter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A named value: a query or body parameter, or a field of an object."""

    name: str
    shape: Shape
    required: bool = False


class PathParameter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A ``{name}`` in a path template. ``refers`` is the resource whose id it takes, where one is known."""

    name: str
    refers: str = ""


class Response(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a successful answer holds: one object, a page of them, a deletion mark or bytes.

    ``objects`` are Stripe's object names (``customer``); more than one where the answer is one of several kinds.
    """

    kind: ResponseKind
    objects: tuple[str, ...] = ()


class Operation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One Stripe endpoint."""

    name: str
    """The Stripe CLI's command words, such as ``issuing cards update``."""
    aliases: tuple[str, ...] = ()
    """Other words that name the same operation, such as the SDK's service path."""
    method: Method
    path: str
    """The template, such as ``/v1/customers/{customer}``."""
    path_parameters: tuple[PathParameter, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    """Sent in the query for GET and DELETE, in the body for POST."""
    response: Response
    host: Host = "api"
    encoding: Encoding = "form"
    provenance: Provenance = "current"
    deprecated: bool = False
    successor: str = ""
    """The name of the current operation that Stripe documents instead of this one, if there is one."""
    untyped: bool = False
    """No source lists its parameters: whatever is given is sent as given, and nothing can be checked."""

    def __repr__(self) -> str:
        return f"Operation({self.key!r})"

    @property
    def key(self) -> str:
        """``METHOD path``: what identifies the operation in the database, in risk rules and in golden files."""
        return f"{self.method} {self.path}"

    @property
    def api(self) -> Literal["v1", "v2"]:
        return "v2" if self.path.startswith("/v2/") else "v1"

    def parameter(self, name: str) -> Parameter | None:
        """The top-level parameter called ``name``, or None."""
        return next((each for each in self.parameters if each.name == name), None)
