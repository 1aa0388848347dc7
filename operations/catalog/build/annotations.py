"""Parameter types: from the annotations of the package's TypedDicts to shapes.

Nothing here guesses. An annotation that isn't one of the forms below stops the build, because a shape we don't
understand would silently let wrong input through or refuse right input.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from operations.catalog.build.source import BuildError, Module, Source
from operations.spec import Kind, Parameter, Shape

_SCALARS: dict[str, Kind] = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "Decimal": "decimal",
}
_ROOTS = frozenset({"TypedDict", "RequestOptions"})
# The one parameter the package types as Any: the file of POST /v1/files.
_FILE = ("FileCreateParams", "file")


@dataclass(frozen=True, slots=True)
class Annotations:
    """Reads TypedDict classes of a source into parameters; each class is read once and its shape shared."""

    source: Source
    _known: dict[tuple[str, str], tuple[Parameter, ...]] = field(default_factory=dict, repr=False)
    _open: list[tuple[str, str]] = field(default_factory=list, repr=False)

    def parameters(self, module: Module, name: str) -> tuple[Parameter, ...]:
        """The fields of the class ``name`` defined in ``module``, to full depth."""
        key = (module.name, name)
        if key not in self._known:
            if key in self._open:
                raise BuildError(f"{module.name}: {name} holds itself, and a catalog can't")
            self._open.append(key)
            self._known[key] = tuple(self._fields(module, name))
            self._open.pop()
        return self._known[key]

    def _fields(self, module: Module, name: str) -> Iterable[Parameter]:
        definition = module.classes[name]
        for base in definition.bases:
            yield from self._inherited(module, base)
        for statement in definition.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=field_name), annotation=annotation, value=None):
                    yield self._parameter(module, name, field_name, annotation)
                case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
                    pass
                case _:
                    raise BuildError(f"{module.where(statement)}: {name} holds something that is not a field")

    def _inherited(self, module: Module, base: ast.expr) -> Iterable[Parameter]:
        """Fields of a base: none for the two roots; those of a functional TypedDict, which is how ``from`` is spelt."""
        match base:
            case ast.Name(id=known) if known in _ROOTS:
                return
            case ast.Name(id=assigned) if assigned in module.assigned:
                match module.assigned[assigned]:
                    case ast.Call(
                        func=ast.Name(id="TypedDict"),
                        args=[ast.Constant(value=str()), ast.Dict(keys=keys, values=values)],
                        keywords=[],
                    ):
                        for key, annotation in zip(keys, values, strict=True):
                            if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                                raise BuildError(f"{module.where(base)}: a field name of {assigned} is not a string")
                            yield self._parameter(module, assigned, key.value, annotation)
                        return
        raise BuildError(f"{module.where(base)}: base class {ast.unparse(base)} is not understood")

    def _parameter(self, module: Module, owner: str, name: str, annotation: ast.expr) -> Parameter:
        expression = _expression(module, annotation)
        required = True
        if isinstance(expression, ast.Subscript) and _head(expression) == "NotRequired":
            required = False
            expression = _expression(module, expression.slice)
        if isinstance(expression, ast.Name) and expression.id == "Any" and (owner, name) == _FILE:
            return Parameter(name=name, shape=Shape(kind="file"), required=required)
        return Parameter(name=name, shape=self._shape(module, expression), required=required)

    def _shape(self, module: Module, expression: ast.expr) -> Shape:
        members = list(_members(module, expression))
        clearable = any(_literals(module, each) == [""] for each in members)
        nullable = any(_is_none(each) for each in members)
        rest = [each for each in members if _literals(module, each) != [""] and not _is_none(each)]
        bare = self._union(module, expression, rest)
        if not (clearable or nullable):
            return bare
        return msgspec.structs.replace(bare, clearable=clearable or bare.clearable, nullable=nullable or bare.nullable)

    def _union(self, module: Module, whole: ast.expr, members: Sequence[ast.expr]) -> Shape:
        """One shape for what remains when ``''`` and None are set aside."""
        enums = [each for each in members if _literals(module, each) is not None]
        strings = [each for each in members if isinstance(each, ast.Name) and each.id == "str"]
        maps = [each for each in members if isinstance(each, ast.Subscript) and _head(each) == "Dict"]
        untyped = [each for each in members if isinstance(each, ast.Subscript) and _head(each) == "UntypedStripeObject"]
        others = [each for each in members if each not in [*enums, *untyped] and not (enums and each in strings)]
        if len(enums) > 1 or len(strings) > 1 or len(maps) > 1 or len(untyped) > 1 or (untyped and not maps):
            raise self._unknown(module, whole)
        variants: list[Shape] = []
        if enums:
            values = tuple(_literals(module, enums[0]) or ())
            if "" in values:
                raise self._unknown(module, whole)
            variants.append(Shape(kind="enum", values=values, open=bool(strings)))
        variants += [self._single(module, whole, each) for each in others]
        match variants:
            case []:
                # Only the empty string: a field that can be cleared and nothing else.
                return Shape(kind="string", max_length=0)
            case [only]:
                return only
        return Shape(kind="union", variants=tuple(variants))

    def _single(self, module: Module, whole: ast.expr, expression: ast.expr) -> Shape:
        match expression:
            case ast.Name(id=scalar) if scalar in _SCALARS:
                return Shape(kind=_SCALARS[scalar])
            case ast.Name(id=name):
                target, original = self.source.resolve(module, name, expression)
                return Shape(kind="object", fields=self.parameters(target, original))
            case ast.Subscript(slice=ast.Tuple(elts=[ast.Name(id="str"), value])) if _head(expression) == "Dict":
                return Shape(kind="map", items=self._shape(module, _expression(module, value)))
            case ast.Subscript(slice=item) if _head(expression) == "List":
                return Shape(kind="array", items=self._shape(module, _expression(module, item)))
        raise self._unknown(module, whole)

    @staticmethod
    def _unknown(module: Module, expression: ast.expr) -> BuildError:
        return BuildError(f"{module.where(expression)}: annotation not understood: {ast.unparse(expression)}")


def _expression(module: Module, node: ast.expr) -> ast.expr:
    """The expression behind an annotation, which may be a string that holds one."""
    while isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            parsed = ast.parse(node.value, mode="eval").body
        except SyntaxError as error:
            raise BuildError(f"{module.where(node)}: annotation is not an expression: {node.value}") from error
        node = ast.copy_location(parsed, node)
    return node


def _members(module: Module, node: ast.expr) -> Iterable[ast.expr]:
    """The alternatives of ``A | B``, ``Union[A, B]`` and ``Optional[A]``, flattened, in source order."""
    node = _expression(module, node)
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _members(module, left)
            yield from _members(module, right)
        case ast.Subscript(slice=ast.Tuple(elts=elements)) if _head(node) == "Union":
            for each in elements:
                yield from _members(module, each)
        case ast.Subscript(slice=only) if _head(node) == "Optional":
            yield from _members(module, only)
            yield ast.copy_location(ast.Constant(None), node)
        case _:
            yield node


def _head(node: ast.Subscript) -> str:
    return node.value.id if isinstance(node.value, ast.Name) else ""


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _literals(module: Module, node: ast.expr) -> list[str] | None:
    """The values of ``Literal[...]``, or None if the node is something else."""
    if not (isinstance(node, ast.Subscript) and _head(node) == "Literal"):
        return None
    elements = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    values = [each.value for each in elements if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if len(values) != len(elements):
        raise BuildError(f"{module.where(node)}: a literal that is not a string: {ast.unparse(node)}")
    return values
