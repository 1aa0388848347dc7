"""Random lines in the Stripe CLI's spelling, as people type them into a shell, for any operation of the registry.

What is never written, since the two sides mean different things by it and ours is meant so: a blank value, which we
leave out instead of clearing a field (but ``--address ""``, which the CLI's help documents); the bare word ``null``;
one plain parameter given twice, where the CLI silently takes the last; ``-d "items[][price]=…"``, which the CLI sends
rightly and its dry run shows wrongly; v2's times in another zone, which we send in UTC; files; and ``-i``, ``-v`` and
``-s``, which we refuse. Parameters that only the CLI has, from its older API version, don't come up.
"""

import json
import re
import string
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from operations.prefixes import PREFIXES
from operations.registry import Registry
from operations.spec import Operation, PathParameter, Shape

_LETTERS = string.ascii_letters + string.digits
_SAFE = re.compile(r"[A-Za-z0-9_.,:/@%+=-]+", re.ASCII)
_TEXTS = (
    "Jenny Rosen",
    "O'Brien & Sons",
    'the "big" one',
    'it\'s "both" \\ and more',
    "50 % off; $(id) `x` $HOME",
    "a=b&c[d]=e",
    "x&amount=1",
    "https://example.com/ok?id={CHECKOUT_SESSION_ID}&x=1#top",
    "日本 株式会社",
    "“curly” – quoted",
    "no\u00a0break",
    "two\nlines",
    " space around ",
    "--live",
    "-7",
    "{x",
    "#1 (first) <b>!",
    "*",
    "~/x",
    "C:\\new\\table",
    "null and void",
    "+5",
    "1.50",
    "jenny@example.com",
)
_KEYS = ("order_id", "order.id", "Order-No", "a b", "größe", "6735", "it's", "x_1")
_MANY_LEVELS = 4
_SHORT = {"limit": "-l", "starting_after": "-a", "ending_before": "-b"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One parameter of a line: where it goes and what it is given, an array of plain values being one."""

    place: tuple[str, ...]
    value: object
    """As JSON has it: text, a number, a boolean, None, or a list of these."""
    flag: bool
    """Written as ``--name value``; else as ``-d name=value``, or in the JSON of v2."""

    @property
    def dotted(self) -> str:
        """Its name as the CLI's flags have it."""
        return ".".join(self.place).replace("_", "-")


@dataclass(frozen=True, slots=True)
class Line:
    """A line for one operation. The same seed spells it in the same way."""

    operation: Operation
    words: str
    """The command's words, or a method and a path."""
    ids: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    options: tuple[tuple[str, ...], ...]
    seed: int
    raw: bool = field(default=False)

    def text(self) -> str:
        """The line as it is typed behind ``stripe``."""
        rng = Random(self.seed)  # noqa: S311 - the same text for the same seed
        pieces = [*self._options(rng), *self._flags(rng), *self._data(rng)]
        rng.shuffle(pieces)
        ids = " ".join(_word(rng, each) for each in self.ids)
        pieces.insert(0 if rng.random() < 0.8 else len(pieces), ids)
        gap = " \\\n  " if rng.random() < 0.2 else " "
        return gap.join([self.words, *filter(None, pieces)])

    def with_data(self, dotted: str) -> "Line | None":
        """The line with that flag's parameter written as data; None where there is no such flag."""
        names = {each.place[0] for each in self.leaves if each.flag and each.dotted == dotted}
        return replace(self, leaves=_as_data(self.leaves, names)) if names else None

    def _options(self, rng: Random) -> Iterator[str]:
        for name, *values in self.options:
            for value in values:
                yield _option(rng, name, value)
            if not values:
                yield name

    def _flags(self, rng: Random) -> Iterator[str]:
        for leaf in self.leaves:
            if leaf.flag:
                name = self._flag_name(rng, leaf)
                for value in leaf.value if isinstance(leaf.value, list) else [leaf.value]:
                    if isinstance(value, bool):
                        yield name if value and rng.random() < 0.6 else f"{name}={_text(value)}"
                    else:
                        yield _option(rng, name, _text(value))

    def _flag_name(self, rng: Random, leaf: Leaf) -> str:
        if self.raw and rng.random() < 0.5:
            return _SHORT[leaf.place[0]]
        if len(leaf.place) > 1 and rng.random() < 0.4:
            first, *rest = leaf.dotted.split(".")
            return f"--{first}" + "".join(f"[{each}]" for each in rest)
        return f"--{leaf.dotted}"

    def _data(self, rng: Random) -> Iterator[str]:
        given = [leaf for leaf in self.leaves if not leaf.flag]
        if self.operation.api == "v2":
            if given:
                body: dict[str, object] = {}
                for leaf in given:
                    _put(body, leaf.place, leaf.value)
                text = json.dumps(_lists(body), ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 2]))
                yield f"{rng.choice(['-d', '--data'])} {_quoted(rng, text)}"
            return
        for leaf in given:
            name = leaf.place[0] + "".join(f"[{each}]" for each in leaf.place[1:])
            if isinstance(leaf.value, list):
                # Of one array, so that they keep their order.
                yield " ".join(_pair(rng, f"{name}[]={_text(each)}") for each in leaf.value)
            else:
                yield _pair(rng, f"{name}={_text(leaf.value)}")


class Lines:
    """An endless stream of lines, the same for the same seed."""

    def __init__(self, registry: Registry, commands: Sequence[str], seed: int) -> None:
        self._registry = registry
        self._rng = Random(seed)  # noqa: S311 - the same lines for the same seed
        self._worded = [(words, operation) for words in commands for operation in _candidates(registry, words.split())]

    @property
    def worded(self) -> int:
        """How many of the CLI's commands are operations of the registry."""
        return len({words for words, _ in self._worded})

    def __iter__(self) -> Iterator[Line]:
        while True:
            worded = self._rng.sample(self._worded, len(self._worded))
            bare = self._rng.sample(self._registry.operations, len(self._registry.operations))
            for index, (words, operation) in enumerate(worded):
                if index % 3 == 0:
                    yield self._line(bare[index % len(bare)], "")
                yield self._line(operation, words)

    def _line(self, operation: Operation, words: str) -> Line:
        rng = self._rng
        ids = tuple(_id(rng, each, operation) for each in operation.path_parameters)
        leaves = list(self._leaves(operation, words))
        options = list(self._options(operation))
        if not words:
            words, ids = _target(rng, self._registry, operation, ids), ()
        return Line(operation, words, ids, tuple(leaves), tuple(options), rng.getrandbits(32), words.startswith(_RAW))

    def _leaves(self, operation: Operation, words: str) -> Iterator[Leaf]:
        rng = self._rng
        possible = [each for each in operation.parameters if each.name != "expand" and _can_be_typed(each.shape)]
        chosen = [each for each in possible if each.required or rng.random() < 0.15]
        chosen += rng.sample(possible, min(len(possible), rng.randrange(3)))
        for parameter in {each.name: each for each in chosen}.values():
            paging = operation.method == "GET" and parameter.name in _SHORT
            leaves = list(_leaves(rng, parameter.shape, (parameter.name,), v2=operation.api == "v2"))
            written = (paging or words != "") and rng.random() < 0.85 and all(each.flag for each in leaves)
            yield from leaves if written else _as_data(leaves, {parameter.name})

    def _options(self, operation: Operation) -> Iterator[tuple[str, ...]]:
        rng = self._rng
        if operation.parameter("expand") is not None and rng.random() < 0.3:
            objects = operation.response.objects
            known = [path for name in objects for path in self._registry.expandable(name)] or ["data.customer"]
            yield (rng.choice(["-e", "--expand"]), *rng.sample(known, min(len(known), rng.randint(1, 2))))
        if rng.random() < 0.2:
            yield "--stripe-account", "acct_" + "".join(rng.choices(_LETTERS, k=16))
        if rng.random() < 0.1:
            yield "--stripe-context", "/".join("".join(rng.choices(_LETTERS, k=8)) for _ in range(rng.randint(1, 2)))
        if rng.random() < 0.1:
            yield ("--live",)
        if operation.parameter("confirm") is None and rng.random() < 0.1:
            yield (rng.choice(["-c", "--confirm"]),)


_RAW = ("get ", "post ", "delete ")


def _as_data(leaves: Sequence[Leaf], names: Collection[str]) -> tuple[Leaf, ...]:
    """With these parameters written as data, each as a whole: a dry run doesn't show what is given to one parameter by
    flags and by data. The clearing of an object is left out, since no data says it as the flag does.
    """
    as_data = (replace(each, flag=each.flag and each.place[0] not in names) for each in leaves)
    return tuple(each for each in as_data if each.flag or each.value not in ("", "{}"))


def _candidates(registry: Registry, words: Sequence[str]) -> list[Operation]:
    """The operations that these words name, told apart by the number of ids."""
    found = [(registry.longest_words([*words, *["x_1"] * ids]), ids) for ids in range(4)]
    return [
        match[0]
        for match, ids in found
        if match is not None and match[1] == len(words) and len(match[0].path_parameters) == ids
    ]


def _target(rng: Random, registry: Registry, operation: Operation, ids: Sequence[str]) -> str:
    path = operation.path
    by_id = _by_id(rng, registry, operation)
    if by_id and rng.random() < 0.5:
        return f"{operation.method.lower()} {by_id}"
    for parameter, value in zip(operation.path_parameters, ids, strict=True):
        path = path.replace("{" + parameter.name + "}", value)
    forms = [path, path, path.lstrip("/")]
    if operation.api == "v1":
        forms.append(path.removeprefix("/v1"))
        bare = path.removeprefix("/v1/")
        # tax_rates alone is an id to the CLI, of a kind that it doesn't know.
        forms += [bare] if "/" in bare or "_" not in bare else []
    return f"{operation.method.lower()} {_word(rng, rng.choice(forms))}"


def _by_id(rng: Random, registry: Registry, operation: Operation) -> str:
    """An id that alone names what the operation is about; empty where none does."""
    known = PREFIXES.get(next(iter(operation.response.objects), ""), ())
    if not known or operation.api == "v2":
        return ""
    made = f"{known[0]}_{''.join(rng.choices(_LETTERS, k=rng.randint(3, 24)))}"
    retrieving = registry.by_id(made)
    return made if retrieving is not None and retrieving.path == operation.path else ""


def _id(rng: Random, parameter: PathParameter, operation: Operation) -> str:
    plain = f"{parameter.name[:3]}_" + "".join(rng.choices(_LETTERS, k=rng.randint(3, 20)))
    before = operation.path[: operation.path.index("{" + parameter.name + "}")].rstrip("/")
    if before.endswith(("/coupons", "/products", "/plans")) and rng.random() < 0.5:
        return rng.choice(["SUMMER-25.OFF", "gold~plan", "a@b", "x:y", "10$,20$"])
    return plain


def _can_be_typed(shape: Shape) -> bool:
    """Whether a line can give it a value: no file, no object without fields, nothing that can only be cleared."""
    return shape.kind != "file" and not (shape.kind == "object" and not shape.fields) and shape.max_length != 0


def _leaves(rng: Random, shape: Shape, place: tuple[str, ...], *, v2: bool, flag: bool = True) -> Iterator[Leaf]:
    if shape.kind == "union":
        shape = rng.choice(shape.variants)
    if v2 and shape.nullable and rng.random() < 0.1:
        yield Leaf(place, None, flag=False)
        return
    if not v2 and flag and shape.kind == "object" and shape.clearable and len(place) == 1 and rng.random() < 0.2:
        yield Leaf(place, rng.choice(["", "{}"]), flag=True)
        return
    items = shape.items or Shape(kind="any")
    match shape.kind:
        case "object":
            required = [each for each in shape.fields if each.required and _can_be_typed(each.shape)]
            possible = [each for each in shape.fields if _can_be_typed(each.shape)]
            more = rng.sample(possible, min(len(possible), rng.randint(0 if required else 1, 2)))
            if len(place) > _MANY_LEVELS:
                more = more[: 0 if required else 1]
            for each in {field.name: field for field in (*required, *more)}.values():
                yield from _leaves(rng, each.shape, (*place, each.name), v2=v2, flag=flag)
        case "map":
            for key in rng.sample(_KEYS, rng.randint(1, 2)):
                yield from _leaves(rng, items, (*place, key), v2=v2, flag=False)
        case "array" if items.kind in ("object", "map", "array", "union"):
            for index in range(rng.randint(1, 2)):
                yield from _leaves(rng, items, (*place, str(index)), v2=v2, flag=False)
        case "array":
            yield Leaf(place, [_scalar(rng, items, place) for _ in range(rng.randint(1, 3))], flag)
        case _:
            yield Leaf(place, _scalar(rng, shape, place), flag)


def _scalar(rng: Random, shape: Shape, place: tuple[str, ...]) -> object:
    if shape.meaning == "datetime":
        return rng.choice(["2026-11-01T14:00:00Z", "2026-11-01T14:00:00.000Z", "2027-02-28T23:59:59Z"])
    match shape.kind:
        case "integer" if shape.meaning == "paging":
            return rng.randint(1, 100)
        case "integer":
            return rng.choice([0, 1, 7, 500, 1999, 1_798_761_600, rng.randrange(10**6)])
        case "number":
            return rng.choice([0, 3, 12.5, 0.25, 99.99])
        case "decimal":
            return rng.choice(["0", "12.50", "0.125", "7"])
        case "boolean":
            return rng.random() < 0.7
        case "enum" if shape.values and not (shape.open and rng.random() < 0.1):
            return rng.choice(shape.values)
        case "string" if shape.meaning == "datetime":
            # v2 takes RFC 3339 and nothing else; so do we, but for words that the CLI doesn't have.
            return f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:30:00Z"
        case "string" if rng.random() < 0.4:
            fitting = [each for each in _TEXTS if len(each) <= (shape.max_length or 500)]
            return rng.choice(fitting)
    return "w" + "".join(rng.choices(string.ascii_lowercase + "_", k=min(shape.max_length or 12, 12) - 1))


def _text(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _put(node: dict[str, object], place: Sequence[str], value: object) -> None:
    for name in place[:-1]:
        inner = node.setdefault(name, {})
        assert isinstance(inner, dict)
        node = inner
    node[place[-1]] = value


def _lists(value: object) -> object:
    """With lists for what is numbered from 0."""
    if not isinstance(value, Mapping):
        return value
    items = {key: _lists(item) for key, item in value.items()}
    numbered = list(items) == [str(index) for index in range(len(items))]
    return list(items.values()) if numbered else items


# --- as a shell reads it ----------------------------------------------------------------------------------------------


def _option(rng: Random, name: str, value: str) -> str:
    # One that starts with a dash is behind an equals sign: elsewhere we take it for an option.
    if value.startswith("-") or rng.random() < 0.3:
        if len(name) == 2:
            return f"{name}{_word(rng, value)}"
        return f"{name}={_word(rng, value)}"
    return f"{name} {_word(rng, value)}"


def _pair(rng: Random, pair: str) -> str:
    name = rng.choice(["-d ", "-d ", "--data ", "--data=", "-d"])
    head, _, value = pair.partition("=")
    if rng.random() < 0.3 and _SAFE.fullmatch(head.replace("[", "").replace("]", "")):
        return f"{name}{head}={_word(rng, value)}"
    return f"{name}{_word(rng, pair)}"


def _word(rng: Random, text: str) -> str:
    """A word that the shell reads as the text: bare where it can be, mostly; in quotes, or with backslashes."""
    if _SAFE.fullmatch(text) and rng.random() < 0.8:
        return text
    if text and text.isascii() and "\n" not in text and rng.random() < 0.15:
        return re.sub(r"([^A-Za-z0-9_.,:/@%+=-])", r"\\\1", text)
    return _quoted(rng, text)


def _quoted(rng: Random, text: str) -> str:
    if rng.random() < 0.5 and "'" not in text:
        return f"'{text}'"
    if rng.random() < 0.3:
        return "'" + text.replace("'", rng.choice(["'\\''", "'\"'\"'"])) + "'"
    return '"' + re.sub(r'(["\\$`])', r"\\\1", text) + '"'
