"""A call: an operation with its arguments bound. Immutable, and the same whichever door it came through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from operations.spec import Operation

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Frozen: TypeAlias = "bool | int | float | str | FileContent | tuple[Frozen, ...] | Mapping[str, Frozen] | None"


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file to upload, for the multipart operations."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


def freeze(value: object) -> Frozen:
    """A deep, read-only copy of plain JSON values: dicts become read-only mappings, lists become tuples."""
    match value:
        case None | bool() | int() | float() | str() | FileContent():
            return value
        case Mapping():
            return MappingProxyType({str(key): freeze(item) for key, item in value.items()})
        case list() | tuple():
            return tuple(freeze(item) for item in value)
    raise TypeError(f"a call can't hold a {type(value).__name__}")


def thaw(value: Frozen) -> Json:
    """The plain JSON value of what :func:`freeze` made. Raises TypeError for a file, which has no JSON form."""
    match value:
        case FileContent():
            raise TypeError("a file has no JSON form")
        case Mapping():
            return {key: thaw(item) for key, item in value.items()}
        case tuple():
            return [thaw(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Call:
    """An operation with its path ids and parameters.

    ``parameters`` holds the nested values as they will be encoded: absent keys are not sent; the empty string clears a
    v1 field and None a v2 field, and neither gets in by accident. Build one with :func:`bind`, which freezes values.
    """

    operation: Operation
    path_values: Mapping[str, str]
    parameters: Mapping[str, Frozen]
    stripe_account: str | None = None
    """Sent as ``Stripe-Account``: a connected account, ``acct_…``."""
    stripe_context: str | None = None
    """Sent as ``Stripe-Context``."""

    @property
    def query(self) -> Mapping[str, Frozen]:
        return {} if self.operation.method == "POST" else self.parameters

    @property
    def body(self) -> Mapping[str, Frozen]:
        return self.parameters if self.operation.method == "POST" else {}


def bind(
    operation: Operation,
    path_values: Mapping[str, str] | None = None,
    parameters: Mapping[str, object] | None = None,
    *,
    stripe_account: str | None = None,
    stripe_context: str | None = None,
) -> Call:
    """A call with its values frozen. It checks nothing: the grammar and the forms validate before they bind."""
    return Call(
        operation=operation,
        path_values=MappingProxyType(dict(path_values or {})),
        parameters=MappingProxyType({key: freeze(value) for key, value in (parameters or {}).items()}),
        stripe_account=stripe_account,
        stripe_context=stripe_context,
    )
