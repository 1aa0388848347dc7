"""Compiles ``objects.json``: what Stripe's objects are made of, from the source of the official ``stripe`` package.

Facts only: field names and types. The package is parsed, never imported; it is a build-time dependency. The build stops
on an annotation it does not know. Run ``python -m operations.sandbox.objects.compile`` after a new SDK; a test compares
the committed file with what this gives.

Each field is a word, or a mapping of fields for an object that is always there. Words: ``string``, ``integer``,
``boolean``, ``number``, ``decimal``, ``enum:a|b``, ``id:customer`` (an id that can be expanded), ``object:card`` (a
resource, in place), ``list:refund`` (a list object), ``array``, ``map``. A question mark after it: it can be null.
"""

import ast
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).with_name("objects.json")

Fields = dict[str, "str | Fields"]

SCALARS = {"str": "string", "int": "integer", "bool": "boolean", "float": "number", "Decimal": "decimal"}
MAPS = {"UntypedStripeObject", "Dict", "Mapping", "Any", "object"}


def compile_objects() -> dict[str, Fields]:
    """The fields of every resource that has an object name. Raises ValueError on source it does not understand."""
    spec = importlib.util.find_spec("stripe")
    if spec is None or not spec.submodule_search_locations:
        raise ValueError("the stripe package is not installed; it is needed to compile the objects, not to run")
    root = Path(spec.submodule_search_locations[0])
    modules = {
        ".".join(["stripe", *path.relative_to(root).with_suffix("").parts]): ast.parse(path.read_text("utf-8"))
        for path in sorted(root.rglob("*.py"))
        if "params" not in path.parts and "events" not in path.relative_to(root).parts
    }
    compiler = _Compiler(modules)
    found = {name: compiler.fields(node, module) for module, node, name in compiler.resources}
    return dict(sorted(found.items()))


def render(objects: dict[str, Fields]) -> str:
    """The committed form: one object a line, so that a difference can be read."""
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(fields, sort_keys=True)}" for name, fields in objects.items())
    return f"{{\n{lines}\n}}\n"


class _Compiler:
    def __init__(self, modules: dict[str, ast.Module]) -> None:
        self._classes: dict[tuple[str, str], ast.ClassDef] = {}
        self._imports: dict[str, dict[str, tuple[str, str]]] = {}
        self.resources: list[tuple[str, ast.ClassDef, str]] = []
        self._names: dict[tuple[str, str], str] = {}
        for module, tree in modules.items():
            self._imports[module] = dict(_imported(tree))
            for node in tree.body:
                if isinstance(node, ast.ClassDef):
                    self._classes[module, node.name] = node
                    name = _object_name(node)
                    if name and name not in {"list", "search_result"}:
                        self.resources.append((module, node, name))
                        self._names[module, node.name] = name

    def fields(self, node: ast.ClassDef, module: str, outer: tuple[ast.ClassDef, ...] = ()) -> Fields:
        scope = (*outer, node)
        found: Fields = {}
        for statement in node.body:
            if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)):
                continue
            name = statement.target.id
            if name in {"OBJECT_NAME", "deleted"} or name.startswith("_"):
                continue
            found[name.rstrip("_")] = self._word(statement.annotation, module, scope, f"{node.name}.{name}")
        return found

    def _word(self, node: ast.expr, module: str, scope: tuple[ast.ClassDef, ...], where: str) -> "str | Fields":
        match node:
            case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
                word = self._word(inner, module, scope, where)
                return "map?" if isinstance(word, dict) else f"{word.removesuffix('?')}?"
            case ast.Subscript(value=ast.Name(id="Literal")):
                return _enum(node)
            case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=variants)):
                return self._union(variants, module, scope, where)
            case ast.Subscript(value=ast.Name(id="List")):
                return "array"
            case ast.Subscript(value=ast.Name(id="ExpandableField"), slice=inner):
                return f"id:{self._resource(inner, module, where)}"
            case ast.Subscript(value=ast.Name(id="ListObject"), slice=inner):
                return f"list:{self._resource(inner, module, where)}"
            case ast.Subscript(value=ast.Name(id=name)) if name in MAPS:
                return "map"
            case ast.Constant(value=str(text)):
                return self._word(ast.parse(text, mode="eval").body, module, scope, where)
            case ast.Name(id=name) if name in SCALARS:
                return SCALARS[name]
            case ast.Name(id=name) if name in MAPS:
                return "map"
            case ast.Name(id=name):
                return self._named(name, module, scope, where)
        raise ValueError(f"{module} {where}: unknown annotation {ast.unparse(node)}")

    def _union(
        self, variants: list[ast.expr], module: str, scope: tuple[ast.ClassDef, ...], where: str
    ) -> "str | Fields":
        literal = next((each for each in variants if ast.unparse(each).startswith("Literal")), None)
        if literal is not None:
            return _enum(literal)
        return self._word(variants[0], module, scope, where)

    def _named(self, name: str, module: str, scope: tuple[ast.ClassDef, ...], where: str) -> "str | Fields":
        for depth in range(len(scope), 0, -1):
            for inner in scope[depth - 1].body:
                if isinstance(inner, ast.ClassDef) and inner.name == name:
                    return self.fields(inner, module, scope[:depth])
        home, original = self._find(name, module, where)
        resource = self._names.get((home, original))
        return f"object:{resource}" if resource else self.fields(self._classes[home, original], home)

    def _resource(self, node: ast.expr, module: str, where: str) -> str:
        match node:
            case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=[first, *_])):
                return self._resource(first, module, where)
            case ast.Constant(value=str(text)):
                return self._resource(ast.parse(text, mode="eval").body, module, where)
            case ast.Name(id=name):
                # A name that is no resource is a class inside the object, such as the Radar rule of a charge's outcome.
                return self._names.get(self._imports[module].get(name, (module, name)), "")
        raise ValueError(f"{module} {where}: unknown resource {ast.unparse(node)}")

    def _find(self, name: str, module: str, where: str) -> tuple[str, str]:
        if (module, name) in self._classes:
            return module, name
        found = self._imports[module].get(name)
        if found is None or found not in self._classes:
            raise ValueError(f"{module} {where}: unknown class {name}")
        return found


def _imported(tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, (node.module, alias.name)


def _object_name(node: ast.ClassDef) -> str:
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id="OBJECT_NAME"), value=ast.Constant(value=str(name))):
                return name
    return ""


def _enum(node: ast.expr) -> str:
    values = ast.literal_eval(node.slice) if isinstance(node, ast.Subscript) else ()
    values = values if isinstance(values, tuple) else (values,)
    if all(isinstance(value, bool) for value in values):
        return "boolean"
    return "enum:" + "|".join(str(value) for value in values)


if __name__ == "__main__":
    TARGET.write_text(render(compile_objects()), "utf-8")
