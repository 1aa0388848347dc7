"""Resources: object names, deletion marks, expandable fields, and the requests that resource classes have words for."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from operations.catalog.build.source import BuildError, Module, Source

_SKIPPED = ("stripe.params.", "stripe.events.")


@dataclass(frozen=True, slots=True)
class Resource:
    """What one resource class says of its object."""

    object_name: str
    deletable: bool
    """It carries ``deleted``: the answer to its deletion is a mark, not the object."""
    expandable: dict[str, tuple[str, ...]]
    """Dotted field path to the object names it may expand to."""
    methods: dict[tuple[str, str], str]
    """(method, path) to the class's own word for that request."""


@dataclass(frozen=True, slots=True)
class Resources:
    """All resources, by the module and name of their class."""

    by_class: dict[tuple[str, str], Resource]

    @classmethod
    def read(cls, source: Source) -> "Resources":
        named = dict(_named_classes(source))
        resources: dict[tuple[str, str], Resource] = {}
        for (module_name, class_name), object_name in named.items():
            module = source.module(module_name)
            definition = module.classes[class_name]
            resources[module_name, class_name] = Resource(
                object_name=object_name,
                deletable=_has_field(definition, "deleted"),
                expandable=dict(_expandable(source, module, definition, named, ())),
                methods=dict(_methods(module, definition)),
            )
        return cls(resources)

    def find(self, source: Source, module: Module, name: str, node: ast.AST) -> Resource:
        """The resource that ``module`` calls ``name``. Raises BuildError if that class is none."""
        target, original = source.resolve(module, name, node)
        found = self.by_class.get((target.name, original))
        if found is None:
            raise BuildError(f"{module.where(node)}: {original} is answered and has no object name")
        return found


def _named_classes(source: Source) -> Iterator[tuple[tuple[str, str], str]]:
    for name in source.files():
        last = name.rsplit(".", 1)[-1]
        if name.startswith(_SKIPPED) or last.endswith("_service") or not last.startswith("_"):
            continue
        module = source.module(name)
        for class_name, definition in module.classes.items():
            object_name = _object_name(module, definition)
            if object_name is not None:
                yield (name, class_name), object_name


def _object_name(module: Module, definition: ast.ClassDef) -> str | None:
    """The value of an annotated ``OBJECT_NAME``; containers such as lists don't annotate theirs and are left out."""
    for statement in definition.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id="OBJECT_NAME"), value=ast.Constant(value=str(value))):
                return value
            case ast.AnnAssign(target=ast.Name(id="OBJECT_NAME"), value=value) if value is not None:
                raise BuildError(f"{module.where(statement)}: an object name that is not a string")
            case _:
                pass
    return None


def _has_field(definition: ast.ClassDef, name: str) -> bool:
    return any(
        isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.target.id == name
        for statement in definition.body
    )


def _expandable(
    source: Source,
    module: Module,
    definition: ast.ClassDef,
    named: dict[tuple[str, str], str],
    prefix: tuple[str, ...],
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Fields typed as expandable, in the class and in the plain classes nested in it."""
    nested = {each.name: each for each in definition.body if isinstance(each, ast.ClassDef)}
    for statement in definition.body:
        if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)):
            continue
        path = (*prefix, statement.target.id.rstrip("_"))
        annotation = statement.annotation
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        marks = [
            node
            for node in ast.walk(annotation)
            if isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id == "ExpandableField"
        ]
        for mark in marks:
            # A class nested in this one has no object name of its own (a charge's radar rule).
            names = [name for name in _names(mark.slice) if name not in nested]
            targets = [source.resolve(module, name, mark) for name in names]
            yield ".".join(path), tuple(sorted({named[each.name, name] for each, name in targets}))
        if not marks:
            for inner in dict.fromkeys(name for name in _names(annotation) if name in nested):
                yield from _expandable(source, module, nested[inner], named, path)


def _names(node: ast.expr) -> Iterator[str]:
    """Class names in an annotation, quoted or not; typing's own words are dropped."""
    for each in ast.walk(node):
        match each:
            case ast.Constant(value=str(name)) | ast.Name(id=name) if name not in {"Optional", "List", "Union", "Dict"}:
                yield name
            case _:
                pass


def _methods(module: Module, definition: ast.ClassDef) -> Iterator[tuple[tuple[str, str], str]]:
    """Requests with a path of their own (``_cls_list_payment_methods``), here and in the nested test helpers."""
    for statement in definition.body:
        match statement:
            case ast.FunctionDef(name=name) if name.startswith("_cls_"):
                request = _request(module, statement)
                if request is not None:
                    yield request, name.removeprefix("_cls_")
            case ast.ClassDef(name="TestHelpers"):
                yield from _methods(module, statement)
            case _:
                pass


def _request(module: Module, function: ast.FunctionDef) -> tuple[str, str] | None:
    for node in ast.walk(function):
        if not (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"_static_request", "_static_request_stream"}
        ):
            continue
        match node.args:
            case [ast.Constant(value=str(method)), ast.Constant(value=str(path)), *_]:
                return method.upper(), path
            case [
                ast.Constant(value=str(method)),
                ast.Call(func=ast.Attribute(value=ast.Constant(value=str(path)), attr="format")),
                *_,
            ]:
                return method.upper(), path
            case [ast.Constant(value=str()), ast.Name(), *_]:
                # The class's own address, worked out at run time: the service says the same with a path.
                return None
            case _:
                raise BuildError(f"{module.where(node)}: a request of unknown form")
    return None
