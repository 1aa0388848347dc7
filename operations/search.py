"""Search over operations: an index from words to operations, made once and asked in a millisecond or two.

A query is read in three steps. Its words are told apart and slips in them put right; the longest phrases that people
use for Stripe's things (:mod:`operations.everyday`) are taken out; and what is left counts word by word, most where it
stands in a resource's name, least where it stands in a parameter. A word that many operations have says little about
any of them.
"""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import OSA

from operations.everyday import FILLERS, MEANINGS, OWNERS, VERBS
from operations.spec import Operation, Parameter, Shape
from operations.words import simpler, singular, words

# The work of one search is bounded: what follows is not read.
MAX_CHARACTERS, MAX_WORDS = 200, 12

# What a word is worth, by where it stands; of a name with several parts, each part is worth less.
_RESOURCE, _PART, _SPACE, _VERB, _VERB_PART, _ALIAS = 1.0, 0.6, 0.5, 0.8, 0.6, 0.45
_OBJECT, _PATH, _PARAMETER, _FIELD, _VALUE = 0.35, 0.3, 0.3, 0.12, 0.15
# So few letters in a field or a value are codes of countries and the like, which would be taken for words.
_CODE = 2
# What a phrase is worth to the operation that it means, to the others of its resource, and for each further word.
_MEANT, _SIBLING, _LONGER = 1.15, 0.7, 0.2
# What the words of a phrase, and a resource that is mostly named as the owner of what is meant, still say.
_WITHIN_PHRASE, _OWNER = 0.35, 0.6
# Another word for a verb is worth a little less than the verb, and the less the further back it stands.
_SAID, _SAID_STEP, _SAID_LEAST = 0.92, 0.03, 0.5
# A word half typed says less than a whole one, least where the word is one already; a long completion is a far one.
_BY_PREFIX, _BY_LONGER, _BY_LIKENESS = 0.75, 0.35, 0.85
_MOST_COMPLETIONS, _LONGEST_PHRASE, _SHORTEST_PREFIX = 40, 4, 2
# One slip in three letters may be any word, so those are taken as they are.
_SHORTEST_SLIP, _LIKE = 4, 0.74
# What reaches less than this part of the best score is noise.
_WORTH_SHOWING = 0.35

# Between equals: what people do most comes first, and names that say more than was asked come last.
_COMMON = {
    "list": 0.12,
    "retrieve": 0.11,
    "create": 0.1,
    "update": 0.08,
    "search": 0.07,
    "delete": 0.04,
    "cancel": 0.04,
}
_UNASKED = 0.1
_AGE = {"current": 1.0, "public-2025": 0.6, "legacy": 0.55}
_DEPRECATED, _HELPER = 0.9, 0.5
_HELPERS = frozenset({"test", "helper"})

_Weights: TypeAlias = Mapping[int, float]
_Table: TypeAlias = Mapping[str, _Weights]
_Said: TypeAlias = tuple[str, float]
"""A word, and how sure it is that it was meant; the empty word is the gap that a phrase left."""


@dataclass(slots=True)
class _Asked:
    """A query, read: what each part of it is worth to which operations, and the words of names that it accounts for."""

    hits: list[tuple[_Weights, float]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class Index:
    """Words of operations with their weights."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations = operations
        self._numbers = {operation.name: number for number, operation in enumerate(operations)}
        self._names = [_Name(operation) for operation in operations]
        sizes = Counter(name.resource for name in self._names)
        self._resources = len(sizes)
        self._shares = [1 / sizes[name.resource] for name in self._names]
        self._words = _weights(operations)
        self._verbs = _sayings(self._names)
        self._phrases, self._named, inside = _meanings(operations, self._numbers)
        self._known = self._words.keys() | self._verbs.keys() | self._phrases.keys() | inside | FILLERS
        self._tables = (self._words, self._verbs, self._phrases)
        self._sorted = sorted({word for table in self._tables for word in table})
        self._phrases_sorted = sorted(self._phrases)
        self._spelled = sorted(each for each in self._known if len(each) >= _SHORTEST_SLIP)

    def search(self, query: str, limit: int) -> tuple[Operation, ...]:
        """The operations that fit the query, best first; none where no word of it says anything.

        Reads at most the first ``MAX_CHARACTERS`` characters and ``MAX_WORDS`` words, so that no query is slow.
        """
        asked = self._read(words(query, MAX_CHARACTERS, MAX_WORDS))
        sums: dict[int, float] = defaultdict(float)
        for weights, worth in asked.hits:
            for number, weight in weights.items():
                sums[number] += worth * weight
        scores = {number: self._names[number].judged(total, asked.names) for number, total in sums.items()}
        self._put_successors_first(scores)
        least = max(scores.values(), default=0.0) * _WORTH_SHOWING
        fitting = [number for number, score in scores.items() if score >= least]
        fitting.sort(key=lambda number: (-scores[number], self._operations[number].name))
        return tuple(self._operations[number] for number in fitting[: max(limit, 0)])

    def _read(self, typed: Sequence[str]) -> _Asked:
        asked = _Asked()
        said = [self._spelling(word, last=place == len(typed) - 1) for place, word in enumerate(typed)]
        said = self._take_phrases(said, asked)
        said = self._take_phrases([each for each in said if each[0] not in FILLERS], asked)
        for word, trust in said:
            if word:
                self._take_word(word, trust, asked, self._tables, completed=word in simpler(typed[-1]))
        return asked

    def _spelling(self, word: str, *, last: bool) -> _Said:
        """The known word that was meant, and how sure that is; the word itself where it may be half typed."""
        for form in simpler(word):
            if form in self._known:
                return form, 1.0
        if len(word) < _SHORTEST_SLIP or word.isdigit() or (last and _completions(word, self._sorted, 1.0)):
            return word, 1.0
        near = process.extractOne(singular(word), self._spelled, scorer=OSA.normalized_similarity, score_cutoff=_LIKE)
        return (word, 1.0) if near is None else (singular(near[0]), _BY_LIKENESS * near[1])

    def _take_phrases(self, said: Sequence[_Said], asked: _Asked) -> list[_Said]:
        """Moves the longest phrases to what was asked. A gap stays where one was, so that no phrase spans it."""
        left: list[_Said] = []
        place = 0
        while place < len(said):
            for size in range(min(_LONGEST_PHRASE, len(said) - place), 1, -1):
                part = said[place : place + size]
                meant = self._meant([word for word, _ in part], last=place + size == len(said))
                if meant:
                    trust = min(trust for _, trust in part) * (1 + _LONGER * (size - 1))
                    asked.hits.append((self._best(meant, (self._phrases,), asked), trust))
                    for word, sure in part:
                        self._take_word(word, sure * _WITHIN_PHRASE, asked, (self._words, self._verbs))
                    left.append(("", 0.0))
                    place += size
                    break
            else:
                left.append(said[place])
                place += 1
        return left

    def _meant(self, said: Sequence[str], *, last: bool) -> dict[str, float]:
        """The phrase that the words are, or, where the last is half typed, those that they begin; with their worth."""
        joined = "".join(said) if all(said) else ""
        if joined in self._phrases:
            return {joined: 1.0}
        if last and joined and (said[-1] not in self._known or said[-1] in FILLERS):
            return _completions(joined, self._phrases_sorted, _BY_PREFIX)
        return {}

    def _take_word(
        self, word: str, trust: float, asked: _Asked, tables: Sequence[_Table], *, completed: bool = False
    ) -> None:
        factor = _BY_LONGER if word in self._known else _BY_PREFIX
        meant = {word: 1.0} | (_completions(word, self._sorted, factor) if completed else {})
        best = self._best(meant, tables, asked)
        if best:
            asked.hits.append((best, trust * self._rarity(best)))

    def _best(self, meant: Mapping[str, float], tables: Sequence[_Table], asked: _Asked) -> dict[int, float]:
        best: dict[int, float] = {}
        for known, factor in meant.items():
            for table in tables:
                for number, weight in table.get(known, {}).items():
                    if weight * factor > best.get(number, 0.0):
                        best[number] = weight * factor
            asked.names.add(known)
            if factor == 1.0:
                asked.names |= self._named.get(known, frozenset())
        return best

    def _rarity(self, weights: _Weights) -> float:
        """From 1 for a word of one resource, down to little for one of all; a resource counts once, however large."""
        found = sum(weight * weight * self._shares[number] for number, weight in weights.items())
        return math.log1p(self._resources / (1 + found)) / math.log1p(self._resources / 2)

    def _put_successors_first(self, scores: dict[int, float]) -> None:
        """What Stripe documents instead of an old operation stands before it, however well the old name fits."""
        for number, score in list(scores.items()):
            successor = self._numbers.get(self._operations[number].successor)
            if successor is not None and scores.get(successor, 0.0) <= score:
                scores[successor] = math.nextafter(score, math.inf)


class _Name:
    """What of an operation's name decides between equals."""

    def __init__(self, operation: Operation) -> None:
        *resource, verb = operation.name.split()
        self.resource = " ".join(resource)
        self.verb = _parts(verb)
        self._unasked_is_bad = frozenset(part for word in resource for part in _parts(word)) | (
            frozenset() if verb in _COMMON else frozenset(self.verb)
        )
        self._bonus = _COMMON.get(verb, 0.0)
        self._factor = _AGE[operation.provenance] * (_DEPRECATED if operation.deprecated else 1.0)
        self._helps_tests = "test_helpers" in resource

    def judged(self, score: float, asked: set[str]) -> float:
        """The score, less what the name says beyond the query; current and common operations gain."""
        factor = self._factor * (_HELPER if self._helps_tests and not asked & _HELPERS else 1.0)
        return max(0.0, factor * (score + self._bonus - _UNASKED * len(self._unasked_is_bad - asked)))


def _completions(word: str, known: Sequence[str], factor: float) -> dict[str, float]:
    """The words that begin with ``word``, itself apart, and what they are worth: most where little is left to type."""
    found: dict[str, float] = {}
    if len(word) >= _SHORTEST_PREFIX:
        start = bisect_left(known, word)
        for each in known[start : start + _MOST_COMPLETIONS]:
            if not each.startswith(word):
                break
            found[each] = factor * math.sqrt(len(word) / len(each))
    return {each: worth for each, worth in found.items() if each != word}


def _weights(operations: Sequence[Operation]) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for number, operation in enumerate(operations):
        for word, weight in _told(operation).items():
            found[word][number] = weight
    return dict(found)


def _told(operation: Operation) -> dict[str, float]:
    """Every word that an operation is told by, with the most that it is worth anywhere."""
    told: dict[str, float] = {}

    def tell(word: str, whole: float, part: float) -> None:
        """A word of several parts (``payment_intents``) counts by each, and whole where it is written as one."""
        parts = _parts(word)
        if len(parts) > 1:
            told["".join(parts)] = max(whole, told.get("".join(parts), 0.0))
        weight = whole if len(parts) == 1 else part
        for each in parts:
            told[each] = max(weight, told.get(each, 0.0))

    *spaces, resource, verb = operation.name.split()
    tell(resource, _RESOURCE, _PART)
    tell(verb, _VERB, _VERB_PART)
    for words_of, weight in (
        (spaces, _SPACE),
        ((word for alias in operation.aliases for word in alias.split()), _ALIAS),
        ((word for name in operation.response.objects for word in name.split(".")), _OBJECT),
        ((each for each in operation.path.split("/") if not each.startswith("{")), _PATH),
        ((parameter.name for parameter in operation.parameters), _PARAMETER),
    ):
        for word in words_of:
            tell(word, weight, weight)
    for word, weight in {
        each: weight for parameter in operation.parameters for each, weight in _within(parameter)
    }.items():
        for part in _parts(word):
            if len(part) > _CODE:
                told.setdefault(part, weight)
    return told


def _within(parameter: Parameter) -> Iterator[tuple[str, float]]:
    """The fields of a parameter, and the values that it and they may have."""
    for shape in _plain(parameter.shape):
        yield from ((value, _VALUE) for value in shape.values)
        for inner in shape.fields:
            yield inner.name, _FIELD
            yield from ((value, _FIELD) for value in inner.shape.values)


def _plain(shape: Shape) -> Iterator[Shape]:
    """A shape itself, or what stands in it: the variants of a union, the items of an array."""
    yield shape
    for each in shape.variants:
        yield from _plain(each)
    if shape.items is not None:
        yield from _plain(shape.items)


@lru_cache(maxsize=8192)
def _parts(word: str) -> tuple[str, ...]:
    return tuple(singular(each) for each in words(word, MAX_CHARACTERS, MAX_WORDS))


def _sayings(names: Sequence[_Name]) -> dict[str, dict[int, float]]:
    """What other words for a verb are worth to the operations that have it."""
    by_verb: dict[str, dict[int, float]] = defaultdict(dict)
    for number, name in enumerate(names):
        for part in name.verb:
            by_verb[part][number] = _VERB if len(name.verb) == 1 else _VERB_PART
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for verb, sayings in VERBS.items():
        for place, saying in enumerate(sayings.split()):
            factor = max(_SAID_LEAST, _SAID - _SAID_STEP * place)
            rows = found[singular(saying)]
            for number, weight in by_verb[verb].items():
                rows[number] = max(rows.get(number, 0.0), factor * weight)
    return dict(found)


def _meanings(
    operations: Sequence[Operation], numbers: Mapping[str, int]
) -> tuple[dict[str, dict[int, float]], dict[str, frozenset[str]], set[str]]:
    """By phrase, written as one word: what it is worth to operations, and the words of the names that it stands for.

    The third is the words that phrases are made of.
    """
    phrases: dict[str, dict[int, float]] = defaultdict(dict)
    named: dict[str, set[str]] = defaultdict(set)
    inside: set[str] = set()

    def mean(said: Sequence[str], name: str, worth: _Weights) -> None:
        inside.update(said)
        rows = phrases["".join(said)]
        for number, weight in worth.items():
            rows[number] = max(rows.get(number, 0.0), weight)
        named["".join(said)].update(part for word in name.split() for part in _parts(word))

    resources: dict[str, list[int]] = defaultdict(list)
    for number, operation in enumerate(operations):
        resources[operation.name.rpartition(" ")[0]].append(number)
    for resource, members in resources.items():
        parts = _parts(resource)
        for start in range(max(0, len(parts) - _LONGEST_PHRASE), len(parts) - 1):
            mean(parts[start:], resource, dict.fromkeys(members, 1.0))
        for number in members:
            verb = operations[number].name.split()[-1]
            if len(_parts(verb)) > 1 and _parts(verb)[0] not in _COMMON:
                mean(_parts(verb), operations[number].name, dict.fromkeys(members, _SIBLING) | {number: _MEANT})
    for name, sayings in MEANINGS.items():
        meant = numbers.get(name)
        resource = name if meant is None else name.rpartition(" ")[0]
        weight = (_OWNER if name in OWNERS else 1.0) if meant is None else _SIBLING
        worth = dict.fromkeys(resources[resource], weight) | ({} if meant is None else {meant: _MEANT})
        for saying in sayings.split(", "):
            stems = [singular(word) for word in saying.split()]
            mean(stems, name, worth)
            telling = [stem for stem in stems if stem not in FILLERS]
            if len(telling) > 1:
                mean(telling, name, worth)
    return dict(phrases), {joined: frozenset(each) for joined, each in named.items()}, inside
