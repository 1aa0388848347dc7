"""``countersign operations``: Stripe's operations as this bot knows them."""

import argparse
import json
import sys
from typing import Any

from bot.cli.terminal import bold, dim
from operations.registry import Registry, registry
from operations.risk import assess_operation
from operations.spec import Operation, Parameter, Shape

SEARCH_LIMIT = 50


def run(arguments: argparse.Namespace) -> int:
    """Print every operation, or those that match, best first. Fails where nothing matches."""
    catalog = registry()
    found = matching(catalog, " ".join(arguments.query).strip())
    width = max((len(operation.name) for operation in found), default=0)
    for operation in found:
        print(json.dumps(as_json(operation), ensure_ascii=False) if arguments.json else _line(operation, width))
    if not found:
        print("No operation matches.", file=sys.stderr)
        return 1
    if not arguments.json:
        print(dim(f"{len(found)} of {len(catalog.operations)} operations, Stripe API {catalog.api_version}"))
    return 0


def matching(catalog: Registry, query: str) -> tuple[Operation, ...]:
    """All operations where there is no query; else what the search finds, best first."""
    return catalog.search(query, limit=SEARCH_LIMIT) if query else catalog.operations


def as_json(operation: Operation) -> dict[str, Any]:
    """The operation as plain values, with its parameters to full depth."""
    risk = assess_operation(operation)
    place = "body" if operation.method == "POST" else "query"
    return {
        "name": operation.name,
        "names": [operation.name, *operation.aliases],
        "method": operation.method,
        "path": operation.path,
        "risk": risk.tier,
        "flags": sorted(risk.flags),
        "provenance": operation.provenance,
        "deprecated": operation.deprecated,
        "list": operation.response.kind == "list",
        "encoding": operation.encoding,
        "host": operation.host,
        "parameters": [
            *(
                {"name": each.name, "in": "path", "required": True, "type": "string"}
                for each in operation.path_parameters
            ),
            *({"in": place, **_parameter(each)} for each in operation.parameters),
        ],
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {"name": parameter.name, "required": parameter.required, **_shape(parameter.shape)}


def _shape(shape: Shape) -> dict[str, Any]:
    told: dict[str, Any] = {"type": shape.kind}
    if shape.values:
        told |= {"values": list(shape.values), "open": shape.open}
    for name in ("clearable", "nullable", "meaning", "refers", "max_length"):
        if value := getattr(shape, name):
            told[name] = value
    if shape.fields:
        told["fields"] = [_parameter(each) for each in shape.fields]
    if shape.items is not None:
        told["items"] = _shape(shape.items)
    if shape.variants:
        told["variants"] = [_shape(each) for each in shape.variants]
    return told


def _line(operation: Operation, width: int) -> str:
    risk = assess_operation(operation)
    marks = [risk.tier, *sorted(risk.flags), *(["deprecated"] if operation.deprecated else [])]
    return f"{bold(operation.name.ljust(width))}  {operation.method:<6} {operation.path}  {dim(', '.join(marks))}"
