"""Endpoints: from the package's service classes to methods, paths, hosts, parameter classes and answers."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from operations.catalog.build.source import BuildError, Module, Source

_ROOTS = (
    ("stripe._v1_services", "V1Services", ()),
    ("stripe._v2_services", "V2Services", ("v2",)),
)
_HOSTS = frozenset({"api", "files", "meter_events"})
_METHODS = frozenset({"GET", "POST", "DELETE"})
_REQUESTS = frozenset({"_request", "_request_stream"})
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Numbers that go over the wire as strings; shapes already say so for Decimal, and no request uses another kind.
_WIRE_STRINGS = frozenset({"decimal_string"})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What one service method says of the request it sends."""

    words: tuple[str, ...]
    """The service path and the method: ``("customers", "payment_methods", "list")``."""
    method: str
    path: str
    host: str
    params: tuple[str, str] | None
    """Module and class of its parameters."""
    answer: tuple[str, ast.expr | None]
    """Module and annotation of what it returns; None for an empty answer."""
    streams: bool
    multipart: bool
    deprecated: bool


def endpoints(source: Source) -> Iterator[Endpoint]:
    """Every request of every service, walked from the v1 and the v2 root. Two methods may send the same request."""
    for module, name, words in _ROOTS:
        yield from _service(source, source.module(module), name, words)


def _service(source: Source, module: Module, name: str, words: tuple[str, ...]) -> Iterator[Endpoint]:
    for statement in module.classes[name].body:
        if isinstance(statement, ast.FunctionDef) and not statement.name.startswith("_"):
            yield _endpoint(module, statement, words)
    match module.assigned.get("_subservices"):
        case None:
            return
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                match key, value:
                    case (
                        ast.Constant(value=str(word)),
                        ast.List(elts=[ast.Constant(value=str(target)), ast.Constant(value=str(child))]),
                    ):
                        yield from _service(source, source.module(target), child, (*words, word))
                    case _:
                        raise BuildError(f"{module.where(value)}: a row of the sub-service table is not understood")
        case other:
            raise BuildError(f"{module.where(other)}: the sub-service table is not a dict")


def _endpoint(module: Module, function: ast.FunctionDef, words: tuple[str, ...]) -> Endpoint:
    requests = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr.startswith("_request")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "self"
    ]
    where = module.where(function)
    if len(requests) != 1 or len(requests[0].args) != 2:
        raise BuildError(f"{where}: {function.name} sends {len(requests)} requests, or one of unknown form")
    request = requests[0]
    sender = request.func.attr if isinstance(request.func, ast.Attribute) else ""
    method = _text(where, request.args[0]).upper()
    keywords = {each.arg: each.value for each in request.keywords}
    host = _text(where, keywords.get("base_address"))
    if sender not in _REQUESTS or method not in _METHODS or host not in _HOSTS:
        raise BuildError(f"{where}: {function.name} sends {sender} {method} to {host!r}, which is not understood")
    _check_coercion(where, keywords.get("params"))
    doc = ast.get_docstring(function) or ""
    return Endpoint(
        words=(*words, function.name),
        method=method,
        path=_path(where, request.args[1]),
        host=host,
        params=_params(module, function),
        answer=(module.name, _returns(where, function)),
        streams=sender == "_request_stream",
        multipart=_is_multipart(function),
        deprecated=doc.startswith("[Deprecated]") or "This method is deprecated" in doc,
    )


def _text(where: str, node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise BuildError(f"{where}: expected a string, found {ast.unparse(node) if node else 'nothing'}")


def _path(where: str, node: ast.expr) -> str:
    """The path template, checked against the keywords that fill it."""
    match node:
        case ast.Constant(value=str(path)):
            filled: list[str | None] = []
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str(path)), attr="format"), args=[], keywords=keywords
        ):
            filled = [each.arg for each in keywords]
        case _:
            raise BuildError(f"{where}: a path that is neither a string nor a format: {ast.unparse(node)}")
    if sorted(_PLACEHOLDER.findall(path)) != sorted(each or "" for each in filled):
        raise BuildError(f"{where}: {path} is filled with {filled}")
    return path


def _params(module: Module, function: ast.FunctionDef) -> tuple[str, str] | None:
    for argument in function.args.args:
        if argument.arg != "params":
            continue
        annotation = argument.annotation
        if isinstance(annotation, ast.Subscript):
            annotation = annotation.slice
        name = _text(module.where(function), annotation)
        if name not in module.imports:
            raise BuildError(f"{module.where(function)}: parameter class {name} is not imported")
        return module.imports[name]
    return None


def _returns(where: str, function: ast.FunctionDef) -> ast.expr | None:
    match function.returns:
        case ast.Constant(value=str(text)):
            expression = ast.parse(text, mode="eval").body
            return None if isinstance(expression, ast.Constant) and expression.value is None else expression
        case None:
            raise BuildError(f"{where}: {function.name} doesn't say what it returns")
        case other:
            return other


def _is_multipart(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Constant) and node.value == "multipart/form-data" for node in ast.walk(function))


def _check_coercion(where: str, node: ast.expr | None) -> None:
    """``params`` as given, or a table of numbers sent as strings, of a kind we know."""
    match node:
        case ast.Name(id="params"):
            return
        case ast.Call(func=ast.Name(id="_coerce_v2_params"), args=[ast.Name(id="params"), ast.Dict() as table]):
            _check_table(where, table)
        case _:
            raise BuildError(f"{where}: parameters are passed in a way that is not understood")


def _check_table(where: str, table: ast.expr) -> None:
    match table:
        case ast.Dict(values=values):
            for value in values:
                _check_table(where, value)
        case ast.List(elts=elements):
            for element in elements:
                _check_table(where, element)
        case ast.Constant(value=str(kind)) if kind in _WIRE_STRINGS:
            return
        case _:
            raise BuildError(f"{where}: a wire format that is not understood: {ast.unparse(table)}")
