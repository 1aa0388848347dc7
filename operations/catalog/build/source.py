"""The source of the official `stripe` package: located and parsed, never imported.

Everything the compiler knows of Stripe comes through :class:`Source`, which remembers what it read, so that the catalog
can carry a hash of exactly that.
"""

import ast
import hashlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path


class BuildError(Exception):
    """The source holds something the compiler doesn't understand. The message says what and where."""


@dataclass(frozen=True, slots=True)
class Module:
    """One parsed file: its classes, the names it imports, and the values assigned at its top level."""

    name: str
    classes: dict[str, ast.ClassDef]
    imports: dict[str, tuple[str, str]]
    """Local name to (module, name there)."""
    assigned: dict[str, ast.expr]

    def where(self, node: ast.AST) -> str:
        """``module:line``, for messages."""
        return f"{self.name}:{getattr(node, 'lineno', '?')}"


@dataclass(frozen=True, slots=True)
class Source:
    """A package on disk, by module name."""

    root: Path
    package: str
    version: str
    _modules: dict[str, Module] = field(default_factory=dict, repr=False)
    _read: dict[str, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def installed(cls) -> "Source":
        """The `stripe` package of this environment. Raises BuildError if there is none."""
        found = importlib.util.find_spec("stripe")
        if found is None or found.origin is None:
            raise BuildError("the stripe package is not installed: it is a development dependency (uv sync)")
        return cls(Path(found.origin).parent, "stripe", metadata.version("stripe"))

    def module(self, name: str) -> Module:
        """The parsed module. Raises BuildError if the package has none of that name."""
        if name not in self._modules:
            path = self._path(name)
            if path is None:
                raise BuildError(f"the source has no module {name}")
            content = path.read_bytes()
            self._read[path.relative_to(self.root).as_posix()] = content
            self._modules[name] = _parse(name, content, is_package=path.name == "__init__.py")
        return self._modules[name]

    def resolve(self, module: Module, name: str, node: ast.AST) -> tuple[Module, str]:
        """Where the class that ``module`` calls ``name`` is defined, through any re-exports."""
        while name not in module.classes:
            if name not in module.imports:
                raise BuildError(f"{module.where(node)}: no class or import called {name}")
            target, original = module.imports[name]
            if not target.startswith(self.package):
                raise BuildError(f"{module.where(node)}: {name} comes from {target}, which is outside the package")
            module, name = self.module(target), original
        return module, name

    def files(self) -> Iterator[str]:
        """The name of every module of the package, sorted."""
        for path in sorted(self.root.rglob("*.py")):
            parts = path.relative_to(self.root).with_suffix("").parts
            yield ".".join((self.package, *(parts[:-1] if parts[-1] == "__init__" else parts)))

    def digest(self) -> str:
        """SHA-256 over the names and contents of all files read so far."""
        total = hashlib.sha256()
        for name, content in sorted(self._read.items()):
            total.update(f"{len(name)} {len(content)} {name}\n".encode())
            total.update(content)
        return total.hexdigest()

    def _path(self, module: str) -> Path | None:
        first, *rest = module.split(".")
        if first != self.package:
            return None
        base = self.root.joinpath(*rest)
        candidates = [base / "__init__.py"] if not rest else [base.with_suffix(".py"), base / "__init__.py"]
        return next((path for path in candidates if path.is_file()), None)


def _parse(name: str, content: bytes, *, is_package: bool) -> Module:
    module = Module(name, {}, {}, {})
    for statement in _statements(ast.parse(content).body):
        match statement:
            case ast.ClassDef():
                module.classes[statement.name] = statement
            case ast.ImportFrom(module=target, names=names, level=level):
                origin = _absolute(name, target, level, is_package=is_package)
                for each in names:
                    module.imports[each.asname or each.name] = (origin, each.name)
            case ast.Assign(targets=[ast.Name(id=assigned)], value=value):
                module.assigned[assigned] = value
            case _:
                pass
    return module


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Top-level statements, including those under ``if TYPE_CHECKING``."""
    for statement in body:
        if isinstance(statement, ast.If):
            yield from _statements(statement.body)
        else:
            yield statement


def _absolute(name: str, target: str | None, level: int, *, is_package: bool) -> str:
    if level == 0:
        return target or ""
    parts = name.split(".")
    base = parts[: len(parts) - level + (1 if is_package else 0)]
    return ".".join([*base, *([target] if target else [])])
