"""All of Stripe's operations, found by words, by method and path, by search, or by the prefix of an object's id.

Built once from the committed catalog; immutable and cheap to ask, so everything that needs an operation takes it from
here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property

from rapidfuzz import fuzz, process

from operations import prefixes
from operations.catalog.load import Catalog, load
from operations.phrases import Phrases, leading_words
from operations.search import Index
from operations.spec import Operation

_PLACEHOLDER = re.compile(r"\{[^/{}]*\}")
# Below this likeness a suggestion confuses more than it helps.
_NEAR = 60


class Registry:
    """The operations of one catalog. Raises ValueError when two operations claim one name or one path."""

    def __init__(self, catalog: Catalog) -> None:
        self.api_version: str = catalog.api_version
        """Stripe's API version that the catalog describes, such as ``2026-10-28.endive``."""
        self.operations: tuple[Operation, ...] = catalog.operations
        """All operations, sorted by name."""
        self._expandable = catalog.expandable
        self._names = _by_name(catalog.operations)
        self._keys = _by_key(catalog.operations)
        self._paths = _PathTree(catalog.operations)
        self._shared: dict[str, list[Operation]] = {}
        for words, name in catalog.shared.items():
            self._shared.setdefault(words, []).append(self._names[name])
        self._longest = max((len(name.split()) for name in self._names), default=0)

    def by_name(self, words: str) -> Operation | None:
        """The operation of that name or alias. Hyphens are underscores; capitals and extra spaces don't matter."""
        return self._names.get(_normal(words))

    def by_key(self, key: str) -> Operation | None:
        """The operation of ``POST /v1/refunds``, whatever the placeholders are called."""
        method, _, path = key.strip().partition(" ")
        return self._keys.get((method.upper(), _PLACEHOLDER.sub("{}", path.strip())))

    def by_id(self, object_id: str) -> Operation | None:
        """The operation that retrieves what an id names, told by its prefix, if the id alone is enough for it."""
        kind = prefixes.kind_of(object_id)
        return None if kind is None else self.retrieving(kind)

    def retrieving(self, object_name: str, ids: int = 1) -> Operation | None:
        """The operation that retrieves an object by so many ids, its own the last; None where there is none."""
        return self._retrieving.get((object_name, ids))

    def match_path(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation that a concrete path reaches, and its path values as they stand in the path (still encoded).

        ``path`` has no query. Where a fixed segment and an id would both fit (``/v1/charges/search``), the fixed one
        wins, as it does at Stripe.
        """
        return self._paths.match(method.upper(), path)

    def longest_words(self, words: Sequence[str]) -> tuple[Operation, int] | None:
        """The operation that the longest beginning of ``words`` names, and how many words that took.

        Give it what follows as well: some words name two operations, told apart by the number of ids behind them
        (``accounts retrieve`` is the acting account, ``accounts retrieve acct_1`` that one). Ids are the words up to
        the first flag (``--limit``) or pair (``limit=3``).
        """
        for count in range(min(len(words), self._longest), 0, -1):
            name = _normal(" ".join(words[:count]))
            found = self._names.get(name)
            if found is not None:
                return self._meant(name, found, words[count:]), count
        return None

    def by_phrase(self, words: Sequence[str]) -> tuple[tuple[Operation, ...], int]:
        """What the beginning of ``words`` may mean in everyday words (``create refund``), and how many words that took.

        More than one operation where that is open, none and 0 where it means nothing. Ask for exact names first.
        """
        return self._phrases.find(words)

    def search(self, query: str, limit: int = 20) -> tuple[Operation, ...]:
        """At most ``limit`` operations that fit the query, best first; an exact name or path before all others.

        Takes everyday words, slips and half-typed words, and any text whatever; see :mod:`operations.search`.
        """
        text = " ".join(query.split())
        exact = [each for each in (self.by_name(text), self.by_key(text), *self._reached(text)) if each is not None]
        return tuple({each.key: each for each in (*exact, *self._index.search(text, limit))}.values())[:limit]

    def nearest_names(self, words: str, limit: int = 3) -> tuple[str, ...]:
        """Names of operations that look like ``words``, nearest first: what was perhaps meant."""
        wanted = _normal(words)
        near = process.extract(wanted, self._names.keys(), scorer=_likeness, score_cutoff=_NEAR, limit=4 * limit)
        return tuple(dict.fromkeys(self._names[name].name for name, _, _ in near))[:limit]

    def expandable(self, object_name: str) -> tuple[str, ...]:
        """The dotted paths that can be given to ``expand`` on an object (``customer``); empty if there are none."""
        return self._expandable.get(object_name, ())

    @cached_property
    def _phrases(self) -> Phrases:
        """Made when words are first no exact name."""
        return Phrases(self.operations)

    @cached_property
    def _index(self) -> Index:
        """Made on the first search: the grammar never needs it."""
        return Index(self.operations)

    @cached_property
    def _retrieving(self) -> Mapping[tuple[str, int], Operation]:
        """By object and number of ids. Current operations first, and those that name the object in their path."""
        found: dict[tuple[str, int], Operation] = {}
        for each in sorted(self.operations, key=_less_direct):
            own = each.method == "GET" and each.response.kind == "object" and each.path.endswith("}")
            if own and each.provenance != "legacy":  # those take the ids of the acting account's own things only
                for name in each.response.objects:
                    found.setdefault((name, len(each.path_parameters)), each)
        return found

    def _reached(self, text: str) -> Iterator[Operation]:
        """What a concrete path reaches, by the method in front of it or by any."""
        method, _, path = text.rpartition(" ")
        if path.startswith("/"):
            for each in [method] if method else ["GET", "POST", "DELETE"]:
                matched = self.match_path(each, path)
                if matched is not None:
                    yield matched[0]

    def _meant(self, name: str, found: Operation, rest: Sequence[str]) -> Operation:
        others = self._shared.get(name)
        if others is None:
            return found
        ids = leading_words(rest)
        return next((each for each in (found, *others) if len(each.path_parameters) == ids), found)


@cache
def registry() -> Registry:
    """The registry of the committed catalog, loaded on the first call and kept."""
    return Registry(load())


class _PathTree:
    """Paths by segment, fixed segments apart from ids."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        for operation in operations:
            node = self._root
            for segment in operation.path.split("/"):
                if _PLACEHOLDER.fullmatch(segment):
                    node.any = node.any or _Node()
                    node = node.any
                else:
                    node = node.fixed.setdefault(segment, _Node())
            node.here[operation.method] = operation

    def match(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        found = self._find(self._root, method, path.split("/"), [])
        if found is None:
            return None
        operation, values = found
        return operation, dict(zip((each.name for each in operation.path_parameters), values, strict=True))

    def _find(
        self, node: "_Node", method: str, segments: Sequence[str], values: list[str]
    ) -> tuple[Operation, list[str]] | None:
        if not segments:
            operation = node.here.get(method)
            return None if operation is None else (operation, values)
        first, rest = segments[0], segments[1:]
        if first in node.fixed:
            found = self._find(node.fixed[first], method, rest, values)
            if found is not None:
                return found
        if node.any is None or not first:
            return None
        return self._find(node.any, method, rest, [*values, first])


class _Node:
    __slots__ = ("any", "fixed", "here")

    def __init__(self) -> None:
        self.fixed: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.here: dict[str, Operation] = {}


def _normal(words: str) -> str:
    return " ".join(words.lower().replace("-", "_").split())


def _likeness(left: str, right: str, *, score_cutoff: float | None = None) -> float:
    """Likeness by letters, or by letters with the words in any order, whichever is greater."""
    return max(fuzz.ratio(left, right, score_cutoff=score_cutoff), fuzz.token_sort_ratio(left, right))


def _less_direct(operation: Operation) -> tuple[bool, bool, bool, int]:
    """Sorts what retrieves an object: the operation of today, of one kind of object, by its customer, the shortest."""
    by_customer = any(each.refers == "customer" for each in operation.path_parameters)
    return (
        operation.provenance != "current",
        len(operation.response.objects) > 1,
        not by_customer,
        len(operation.path),
    )


def _by_name(operations: Iterable[Operation]) -> Mapping[str, Operation]:
    names: dict[str, Operation] = {}
    for operation in operations:
        for name in (operation.name, *operation.aliases):
            if names.setdefault(name, operation) is not operation:
                raise ValueError(f"{name!r} names both {names[name].key} and {operation.key}")
    return names


def _by_key(operations: Iterable[Operation]) -> Mapping[tuple[str, str], Operation]:
    keys: dict[tuple[str, str], Operation] = {}
    for operation in operations:
        key = (operation.method, _PLACEHOLDER.sub("{}", operation.path))
        if keys.setdefault(key, operation) is not operation:
            raise ValueError(f"{keys[key].key} and {operation.key} are one path")
    return keys
