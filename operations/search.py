"""Search over operations: an index from words to operations, made once and asked in a millisecond or two."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz, process

from operations.spec import Operation

# What a hit is worth, by where the word stands. Only the order matters, and that the steps outweigh the small bonuses.
_RESOURCE, _VERB, _PART, _ALIAS, _OBJECT, _PATH, _PARAMETER = 12.0, 10.0, 7.0, 6.0, 5.0, 4.0, 2.0
_BY_PREFIX, _BY_LIKENESS = 0.7, 0.4
_LIKE = 78
_SPLIT = re.compile(r"[^a-z0-9]+")
# What people call the verbs of the API.
_SYNONYMS = {
    "get": "retrieve",
    "show": "retrieve",
    "fetch": "retrieve",
    "view": "retrieve",
    "all": "list",
    "add": "create",
    "new": "create",
    "make": "create",
    "edit": "update",
    "change": "update",
    "modify": "update",
    "set": "update",
    "remove": "delete",
}
_FILLERS = frozenset({"a", "an", "the", "of", "for", "to", "from", "in", "my", "our", "please", "stripe"})
# Between equals, what people do most.
_COMMON_VERBS = ("list", "retrieve", "create", "update", "search", "delete", "cancel")


class Index:
    """Words of operations with their weights."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations = operations
        self._weights: dict[str, dict[int, float]] = defaultdict(dict)
        for number, operation in enumerate(operations):
            for word, weight in _words(operation):
                rows = self._weights[word]
                rows[number] = max(rows.get(number, 0.0), weight)
        self._vocabulary = sorted(self._weights)
        self._bonus = [_bonus(each) for each in operations]

    def search(self, query: str, limit: int) -> tuple[Operation, ...]:
        """The operations that fit every word of the query; if there are none, those that fit most of them."""
        words = [word for word in _SPLIT.split(query.lower()) if word and word not in _FILLERS]
        scores: dict[int, float] = defaultdict(float)
        hits: dict[int, int] = defaultdict(int)
        for word in words:
            for number, weight in self._hits(word).items():
                scores[number] += weight
                hits[number] += 1
        if not hits:
            return ()
        most = max(hits.values())
        fitting = [number for number, count in hits.items() if count == most]
        fitting.sort(key=lambda number: (-scores[number] - self._bonus[number], self._operations[number].name))
        return tuple(self._operations[number] for number in fitting[:limit])

    def _hits(self, word: str) -> dict[int, float]:
        best: dict[int, float] = {}

        def take(found: str, factor: float) -> None:
            for number, weight in self._weights[found].items():
                best[number] = max(best.get(number, 0.0), weight * factor)

        for known in {word, _SYNONYMS.get(word, word), _singular(word)}:
            if known in self._weights:
                take(known, 1.0)
        for known in self._vocabulary:
            if known != word and known.startswith(word):
                take(known, _BY_PREFIX)
        if not best:
            for known, score, _ in process.extract(word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=_LIKE):
                take(known, _BY_LIKENESS * score / 100)
        return best


def _words(operation: Operation) -> Iterator[tuple[str, float]]:
    *resource, verb = operation.name.split()
    for place, word in enumerate(reversed(resource)):
        yield from _each(word, _RESOURCE - place, _PART - place)
    yield from _each(verb, _VERB, _PART)
    for alias in operation.aliases:
        for word in alias.split():
            yield from _each(word, _ALIAS, _ALIAS - 1)
    for name in operation.response.objects:
        for word in name.split("."):
            yield from _each(word, _OBJECT, _OBJECT - 1)
    for segment in operation.path.split("/"):
        if segment and not segment.startswith("{"):
            yield from _each(segment, _PATH, _PATH - 1)
    yield operation.method.lower(), _PATH
    for parameter in operation.parameters:
        yield from _each(parameter.name, _PARAMETER, _PARAMETER - 1)


def _each(word: str, whole: float, part: float) -> Iterator[tuple[str, float]]:
    """A word of several parts (``payment_intents``) counts by its parts; one of a single part counts whole."""
    parts = [each for each in _SPLIT.split(word.lower()) if each]
    weight = whole if len(parts) == 1 else part
    for each in parts:
        yield each, weight
        yield _singular(each), weight


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _bonus(operation: Operation) -> float:
    """Small differences between equals: current and common operations with short names come first."""
    verb = operation.name.split()[-1]
    common = (len(_COMMON_VERBS) - _COMMON_VERBS.index(verb)) * 0.1 if verb in _COMMON_VERBS else 0.0
    old = {"current": 0.0, "public-2025": 10.0, "legacy": 11.0}[operation.provenance]
    helper = 3.0 if "test_helpers" in operation.name else 0.0
    return common - old - helper - (1.0 if operation.deprecated else 0.0) - 0.5 * _length(operation.name.split())


def _length(words: Iterable[str]) -> float:
    return sum(1 + word.count("_") for word in words)
