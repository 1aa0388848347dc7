"""The catalog as text: deterministic to the byte, and laid out so that a change reads as one."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping

import msgspec

from operations.catalog.build.source import BuildError
from operations.catalog.load import FORMAT, MARK, Catalog, OperationRow, ShapeRow
from operations.spec import Operation, Parameter, Shape

_NAME_LENGTH = 7


def dump(catalog: Catalog) -> str:
    """The text of a catalog file; ``parse(dump(catalog).encode())`` is the catalog again."""
    table = _Table()
    operations = [_line(table.operation(each)) for each in catalog.operations]
    head = {
        "mark": MARK,
        "format": FORMAT,
        "api_version": catalog.api_version,
        "source": catalog.source,
        "source_hash": catalog.source_hash,
    }
    lines = [f"{_line(key)}: {_line(value)}" for key, value in head.items()]
    lines.append(_block("shared", catalog.shared))
    lines.append(_block("expandable", catalog.expandable))
    lines.append(_block("shapes", table.rows))
    lines.append('"operations": [\n' + ",\n".join(operations) + "\n]")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _block(name: str, rows: Mapping[str, object]) -> str:
    return f'"{name}": {{\n' + ",\n".join(f"{_line(key)}: {_line(value)}" for key, value in rows.items()) + "\n}"


def _line(value: object) -> str:
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False, separators=(",", ":"))


class _Table:
    """Shapes by name, in the order in which they may be read."""

    def __init__(self) -> None:
        self.rows: dict[str, ShapeRow] = {}
        self._names: dict[int, tuple[Shape, str]] = {}

    def operation(self, operation: Operation) -> OperationRow:
        return OperationRow(
            name=operation.name,
            aliases=operation.aliases,
            method=operation.method,
            path=operation.path,
            path_parameters=operation.path_parameters,
            parameters=self._fields(operation.parameters),
            response=operation.response,
            host=operation.host,
            encoding=operation.encoding,
            provenance=operation.provenance,
            deprecated=operation.deprecated,
            successor=operation.successor,
            untyped=operation.untyped,
        )

    def _fields(self, parameters: Iterable[Parameter]) -> dict[str, str]:
        return {f"{each.name}{'!' if each.required else ''}": self._shape(each.shape) for each in parameters}

    def _shape(self, shape: Shape) -> str:
        known = self._names.get(id(shape))
        if known is not None:
            return known[1]
        row = ShapeRow(
            kind=shape.kind,
            values=shape.values,
            open=shape.open,
            clearable=shape.clearable,
            nullable=shape.nullable,
            fields=self._fields(shape.fields),
            items=self._shape(shape.items) if shape.items is not None else "",
            variants=tuple(self._shape(each) for each in shape.variants),
            meaning=shape.meaning,
            refers=shape.refers,
            max_length=shape.max_length,
        )
        digest = hashlib.sha256(msgspec.json.encode(row)).digest()
        name = base64.b32encode(digest).decode().lower()[:_NAME_LENGTH]
        if self.rows.setdefault(name, row) != row:
            raise BuildError(f"two shapes have the name {name}: make the names longer")
        # The shape is kept beside its name so that its identity stays taken.
        self._names[id(shape)] = (shape, name)
        return name
