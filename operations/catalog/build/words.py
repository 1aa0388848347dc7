"""Command words: the name of every operation and its other names.

The rules give the Stripe CLI's words from what the package says; ``words.json`` holds only what no rule gives, each row
with its reason. A name means one operation: two claims to one stop the build.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import msgspec

from operations.catalog.build.source import BuildError


class ResourceWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one object name, where adding an s is wrong."""

    object: str
    words: str
    why: str


class OperationWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The name of one operation, by its key."""

    operation: str
    name: str
    also: tuple[str, ...]
    why: str


class SharedWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that name one operation and mean ``operation`` when as many ids follow as its path takes."""

    words: str
    operation: str
    why: str


class WordsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``words.json``."""

    resources: tuple[ResourceWords, ...]
    operations: tuple[OperationWords, ...]
    shared: tuple[SharedWords, ...]

    @classmethod
    def reviewed(cls) -> "WordsFile":
        content = (resources.files("operations.catalog.build") / "words.json").read_bytes()
        return msgspec.json.decode(content, type=cls)


@dataclass(frozen=True, slots=True)
class Claim:
    """What the package says of one operation that words can be made of."""

    key: str
    service: tuple[tuple[str, ...], ...]
    """Service paths with their method; more than one when two methods send the same request."""
    answers: tuple[str, ...]
    """Object names of the answer."""
    methods: tuple[tuple[str, str], ...]
    """(object name, word) where a resource class has a word of its own for this request."""


@dataclass(frozen=True, slots=True)
class Names:
    """The name of one operation, and its other names."""

    name: str
    aliases: tuple[str, ...]


def assign(claims: Sequence[Claim], taken: Iterable[str], file: WordsFile) -> dict[str, Names]:
    """Names for all operations, by key. ``taken`` are names that are given already. Raises BuildError on any clash."""
    special = {each.object: each.words for each in file.resources}
    rows = {each.operation: each for each in file.operations}
    unknown = sorted(set(rows) - {each.key for each in claims})
    if unknown:
        raise BuildError(f"words.json names operations that don't exist: {', '.join(unknown)}")
    names = {claim.key: rows[claim.key].name if claim.key in rows else _name(claim, special) for claim in claims}
    _check_unique([*names.values(), *taken])

    wanted = {claim.key: _others(claim, special, rows.get(claim.key)) for claim in claims}
    claimed = Counter(alias for others in wanted.values() for alias in others)
    occupied = {*names.values(), *taken}
    return {
        key: Names(name, tuple(sorted(each for each in wanted[key] if claimed[each] == 1 and each not in occupied)))
        for key, name in names.items()
    }


def _name(claim: Claim, special: Mapping[str, str]) -> str:
    """A resource class's own words first, then the answer's resource with the service's verb, then the service path."""
    if claim.methods:
        object_name, word = claim.methods[0]
        return _helped(claim, f"{_resource(object_name, special)} {word}")
    if len(claim.answers) == 1 and not _is_v2_helper(claim):
        return _helped(claim, f"{_resource(claim.answers[0], special)} {claim.service[0][-1]}")
    return " ".join(claim.service[0])


def _others(claim: Claim, special: Mapping[str, str], row: OperationWords | None) -> set[str]:
    """Every other way to say it. Those that would name two operations are dropped by the caller."""
    others = {" ".join(words) for words in claim.service}
    others.add(_name(claim, special))
    for table in (special, {}):
        for object_name, word in claim.methods:
            others.add(_helped(claim, f"{_resource(object_name, table)} {word}"))
        if len(claim.answers) == 1 and not _is_v2_helper(claim):
            for words in claim.service:
                others.add(_helped(claim, f"{_resource(claim.answers[0], table)} {words[-1]}"))
    others |= {_helper_last(each) for each in others}
    return others | set(row.also if row else ())


def _resource(object_name: str, special: Mapping[str, str]) -> str:
    """``issuing.card`` is ``issuing cards``: the namespace as it is, what follows with an s."""
    if object_name in special:
        return special[object_name]
    parts = object_name.split(".")
    version, parts = (parts[:1], parts[1:]) if parts[0] == "v2" else ([], parts)
    namespace, parts = (parts[:1], parts[1:]) if len(parts) > 1 else ([], parts)
    return " ".join([*version, *namespace, *(f"{each}s" for each in parts)])


def _helped(claim: Claim, words: str) -> str:
    """Test helpers of ordinary resources stand under ``test_helpers``, as their paths do."""
    if "/test_helpers/" in claim.key and "test_helpers" not in words.split():
        return f"test_helpers {words}"
    return words


def _helper_last(words: str) -> str:
    """The Stripe CLI's second place for a test helper: ``issuing cards test_helpers ship_card``."""
    first, *rest = words.split()
    if first != "test_helpers" or len(rest) < 2 or rest[0] == "test_clocks":
        return words
    return " ".join([*rest[:-1], "test_helpers", rest[-1]])


def _is_v2_helper(claim: Claim) -> bool:
    return "/v2/" in claim.key and "test_helpers" in claim.key


def _check_unique(names: Iterable[str]) -> None:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise BuildError(f"names that would mean two operations, decide in words.json: {', '.join(twice)}")
