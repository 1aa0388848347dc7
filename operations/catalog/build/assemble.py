"""The catalog put together: endpoints, parameters, answers, names, meanings, and the supplement."""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from operations.catalog.build.annotations import Annotations
from operations.catalog.build.meanings import Meanings
from operations.catalog.build.resources import Resources
from operations.catalog.build.services import Endpoint, endpoints
from operations.catalog.build.source import BuildError, Source
from operations.catalog.build.words import Claim, Names, WordsFile, assign
from operations.catalog.load import Catalog
from operations.spec import Encoding, Operation, Parameter, PathParameter, Response, ResponseKind, Shape

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_CONTAINERS: Mapping[str, ResponseKind] = {"ListObject": "list", "SearchResultObject": "search"}
# v2 lists take the token of the next page, which the package keeps to its own iterators.
_PAGE = Parameter(name="page", shape=Shape(kind="string"))


@dataclass(frozen=True, slots=True)
class _Request:
    """One operation of the package: its endpoints (two methods may send the same request) and what was read of them."""

    endpoints: tuple[Endpoint, ...]
    parameters: tuple[Parameter, ...]
    response: Response

    @property
    def first(self) -> Endpoint:
        return self.endpoints[0]

    @property
    def key(self) -> str:
        return f"{self.first.method} {self.first.path}"


def shape_of(path: str) -> str:
    """The path with its placeholders unnamed: sources call them differently."""
    return _PLACEHOLDER.sub("{}", path)


def assemble(source: Source, words: WordsFile, supplement: Sequence[Operation]) -> Catalog:
    """The whole catalog. Raises BuildError on anything that is not understood."""
    found = Resources.read(source)
    requests = _requests(source, found)
    _check_disjoint(requests, supplement)
    expandable = {
        each.object_name: each.expandable
        for each in sorted(found.by_class.values(), key=lambda each: each.object_name)
        if each.expandable
    }
    meanings = Meanings.reviewed(
        (row for rows in expandable.values() for row in rows.items()),
        (each.object_name for each in found.by_class.values()),
    )
    names = assign(_claims(requests, found), [each.name for each in supplement], words)
    referred = _referred(requests)
    operations = [_operation(each, names[each.key], meanings, referred) for each in requests]
    by_shape = {f"{each.method} {shape_of(each.path)}": each.name for each in operations}
    taken = {word for each in operations for word in (each.name, *each.aliases)}
    operations += [_supplementary(each, meanings, by_shape, taken) for each in supplement]
    return Catalog(
        api_version=_api_version(source),
        source=f"{source.package} {source.version}",
        source_hash=source.digest(),
        operations=tuple(sorted(operations, key=lambda each: each.name)),
        expandable={name: tuple(sorted(paths)) for name, paths in expandable.items()},
        shared={row.words: by_shape[_shape_of_key(row.operation)] for row in words.shared},
    )


def _requests(source: Source, found: Resources) -> list[_Request]:
    annotations = Annotations(source)
    grouped: dict[tuple[str, str], list[Endpoint]] = {}
    for endpoint in endpoints(source):
        grouped.setdefault((endpoint.method, shape_of(endpoint.path)), []).append(endpoint)
    requests = []
    for group in grouped.values():
        read = [(_parameters(source, annotations, each), _response(source, found, each)) for each in group]
        if any(each != read[0] for each in read):
            raise BuildError(f"{group[0].method} {group[0].path} is described in {len(group)} different ways")
        requests.append(_Request(tuple(group), *read[0]))
    return requests


def _parameters(source: Source, annotations: Annotations, endpoint: Endpoint) -> tuple[Parameter, ...]:
    if endpoint.params is None:
        return ()
    module, name = endpoint.params
    target, original = source.resolve(source.module(module), name, ast.Pass())
    return annotations.parameters(target, original)


def _response(source: Source, found: Resources, endpoint: Endpoint) -> Response:
    module_name, annotation = endpoint.answer
    module = source.module(module_name)
    if annotation is None:
        return Response(kind="empty")
    if endpoint.streams:
        return Response(kind="binary")
    kind: ResponseKind = "object"
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name):
        container = annotation.value.id
        if container in _CONTAINERS:
            kind, annotation = _CONTAINERS[container], annotation.slice
    names = _class_names(module.where(annotation), annotation)
    if names == ["DeletedObject"]:
        return Response(kind="deleted")
    answers = [found.find(source, module, name, annotation) for name in names]
    if endpoint.method == "DELETE" and all(each.deletable for each in answers):
        kind = "deleted"
    return Response(kind=kind, objects=tuple(sorted({each.object_name for each in answers})))


def _class_names(where: str, annotation: ast.expr) -> list[str]:
    match annotation:
        case ast.Name(id=name) | ast.Constant(value=str(name)):
            return [name]
        case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=elements)):
            return [name for each in elements for name in _class_names(where, each)]
    raise BuildError(f"{where}: an answer that is not understood: {ast.unparse(annotation)}")


def _claims(requests: Iterable[_Request], found: Resources) -> list[Claim]:
    methods: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for resource in found.by_class.values():
        for (method, path), word in resource.methods.items():
            methods.setdefault((method, shape_of(path)), []).append((resource.object_name, word))
    kept = _kept(requests)
    return [
        Claim(
            key=each.key,
            service=tuple(endpoint.words for endpoint in each.endpoints),
            # A v2 deletion answers a mark: it is named after what the same path retrieves.
            answers=each.response.objects or kept.get(each.first.path, ()),
            methods=tuple(methods.get((each.first.method, shape_of(each.first.path)), [])),
        )
        for each in requests
    ]


def _kept(requests: Iterable[_Request]) -> dict[str, tuple[str, ...]]:
    """Path to the objects that a GET of it answers."""
    return {
        each.first.path: each.response.objects
        for each in requests
        if each.first.method == "GET" and each.response.kind == "object"
    }


def _referred(requests: Sequence[_Request]) -> dict[str, str]:
    """Path shape up to and with an id, to the resource that the id names: what that path answers, to a GET first."""
    referred: dict[str, str] = {}
    for method in ("GET", "DELETE", "POST"):
        for each in requests:
            path, response = each.first.path, each.response
            if each.first.method == method and path.endswith("}") and len(response.objects) == 1:
                referred.setdefault(shape_of(path), response.objects[0])
    return referred


def _operation(request: _Request, names: Names, meanings: Meanings, referred: Mapping[str, str]) -> Operation:
    endpoint = request.first
    v2 = endpoint.path.startswith("/v2/")
    parameters = request.parameters
    response = request.response
    if v2 and response.kind == "list" and not any(each.name == "page" for each in parameters):
        parameters = (*parameters, _PAGE)
    if response.kind == "deleted" and not response.objects:
        owner = referred.get(shape_of(endpoint.path))
        response = Response(kind="deleted", objects=(owner,) if owner else ())
    encoding: Encoding = "multipart" if endpoint.multipart else "json" if v2 else "form"
    return Operation(
        name=names.name,
        aliases=names.aliases,
        method=endpoint.method,  # type: ignore[arg-type]  # checked against the methods we know where it is read
        path=endpoint.path,
        path_parameters=tuple(_path_parameters(endpoint.path, referred)),
        parameters=meanings.add(endpoint.path, parameters),
        response=response,
        host=endpoint.host,  # type: ignore[arg-type]  # likewise
        encoding=encoding,
        deprecated=any(each.deprecated for each in request.endpoints),
    )


def _path_parameters(path: str, referred: Mapping[str, str]) -> Iterable[PathParameter]:
    for match in _PLACEHOLDER.finditer(path):
        shape = shape_of(path[: match.end()])
        # A test helper takes the ids of the resource that it helps with.
        refers = referred.get(shape) or referred.get(shape.replace("/test_helpers", ""), "")
        yield PathParameter(name=match[1], refers=refers)


def _supplementary(operation: Operation, meanings: Meanings, by_shape: Mapping[str, str], taken: set[str]) -> Operation:
    successor = ""
    if operation.successor:
        successor = by_shape.get(_shape_of_key(operation.successor), "")
        if not successor:
            raise BuildError(f"{operation.key}: its successor {operation.successor} doesn't exist any more")
    return msgspec.structs.replace(
        operation,
        aliases=tuple(each for each in operation.aliases if each not in taken),
        parameters=meanings.add(operation.path, operation.parameters),
        successor=successor,
    )


def _check_disjoint(requests: Iterable[_Request], supplement: Iterable[Operation]) -> None:
    known = {_shape_of_key(each.key) for each in requests}
    both = sorted(each.key for each in supplement if _shape_of_key(each.key) in known)
    if both:
        raise BuildError(f"in the package now, take out of supplement.json: {', '.join(both)}")


def _shape_of_key(key: str) -> str:
    method, path = key.split(" ", 1)
    return f"{method} {shape_of(path)}"


def _api_version(source: Source) -> str:
    module = source.module("stripe._api_version")
    for statement in module.classes["_ApiVersion"].body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="CURRENT")], value=ast.Constant(value=str(version))):
                return version
            case _:
                pass
    raise BuildError("stripe._api_version doesn't say which API version it is for")
