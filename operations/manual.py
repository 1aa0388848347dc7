"""What there is to say of Stripe's operations, made by rule from the registry: how one is written, with examples, what
it takes in plain words, and which operations a resource has.

Nothing here is Stripe's prose, and nothing is written for one operation: names, types and meanings say it all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rapidfuzz import fuzz, process

from operations import samples
from operations.grammar import quoted, shape_at
from operations.parameters import required_names
from operations.registry import Registry
from operations.spec import Operation, Shape

COMMON: Final = 8
"""How many parameters beside the required ones are told and asked for."""
VALUES_SHOWN: Final = 8
_IN_AN_EXAMPLE: Final = 2
_LISTED: Final = 12
"""Up to so many operations are listed as they are; more are told by what they belong to."""

_EVERYDAY: Final = (
    "charge", "payment_intent", "customer", "invoice", "subscription", "items[0][price]",
    "items[0][quantity]", "line_items[0][price]", "line_items[0][quantity]", "mode", "price", "quantity",
    "product", "name", "email", "phone", "percent_off", "amount_off", "amount", "unit_amount", "currency",
    "recurring[interval]", "duration", "duration_in_months", "coupon", "code", "reason", "status", "type",
    "payment_method", "source", "description", "destination", "title", "display_name", "nickname", "active",
    "country", "confirm", "capture_method", "receipt_email", "collection_method", "days_until_due",
    "due_date", "auto_advance", "trial_period_days", "cancel_at_period_end", "default_payment_method",
    "success_url", "cancel_url", "return_url", "refresh_url", "url", "statement_descriptor", "limit",
    "created[gte]",
)  # fmt: skip
"""What people give most, in the order in which they say it."""
_KINDS: Final = ("enum", "string", "integer", "decimal", "number", "boolean", "array", "union", "any")
"""And of other parameters, in which order by type."""

_RARE: Final = frozenset(
    {"created", "ending_before", "expand", "include", "metadata", "page", "starting_after", "test_clock"}
    | {"use_stripe_sdk", "validate"}
)
_TOLD_BY: Final = {
    "payment_intent": {"charge"},
    "customer": {"charge", "payment_intent", "invoice"},
    "currency": {"charge", "payment_intent", "customer", "percent_off", "source", "items[0][price]"},
    "customer_account": {"customer"},
    "amount_off": {"percent_off"},
    "source": {"payment_method"},
    "subscription": {"invoice"},
    "unit_amount": {"product"},
}
"""What an example leaves out, since something beside it says it already or stands in its place."""

_NEAR: Final = 70
"""Below this likeness a topic is not what was meant."""
_VERBS: Final = ("list", "search", "retrieve", "create", "update")
_ENDINGS: Final = ("cancel", "delete")


@dataclass(frozen=True, slots=True)
class Taken:
    """A parameter as somebody who is to give it needs it."""

    name: str
    """Its full name, as Stripe writes it: ``items[0][price]``."""
    shape: Shape
    required: bool

    @property
    def words(self) -> str:
        """What would do as its value, in words."""
        return takes(self.shape)


@dataclass(frozen=True, slots=True)
class Example:
    """A text that the grammar takes, and what it shows."""

    text: str
    shows: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manual says of one operation."""

    operation: Operation
    usage: str
    examples: tuple[Example, ...]
    """None for what no text can say, such as an upload."""
    needed: tuple[Taken, ...]
    """The required parameters, the ids in the path aside."""
    common: tuple[Taken, ...]
    others: int
    """How many parameters more there are."""
    trial: str | None
    """A text that only reads and needs nothing; None where there is none."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What begins with the same words: a resource, or a namespace of several."""

    words: str
    operations: tuple[Operation, ...]
    """In everyday order: looking first, ending last."""
    below: tuple[tuple[str, int], ...]
    """The words of what is told on a page of its own, with the number of its operations."""


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of an operation, asked about by name."""

    operation: Operation
    taken: Taken


class Manual:
    """All that there is to say, of one registry. Cheap to make; what it says is made when it is asked."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def topic(self, words: Sequence[str]) -> Operation | Field | Resource | None:
        """What words ask about: an operation, a parameter behind it, or the beginning of names; None for neither."""
        named = self.registry.longest_words(words)
        if named is not None:
            operation, count = named
            if count == len(words):
                return operation
            name = " ".join(words[count:]).lstrip("-")
            shape = shape_at(operation, name)
            if shape is not None and len(words) == count + 1:
                parameter = operation.parameter(name.replace("-", "_"))
                return Field(operation, Taken(name, shape, required=parameter is not None and parameter.required))
        return self.resource(" ".join(words))

    def resource(self, words: str) -> Resource | None:
        """The operations whose names begin with these words, which may be singular."""
        plain = " ".join(words.lower().replace("-", "_").split())
        forms = (plain, f"{plain}s", f"{plain}es", plain.removesuffix("s"))
        known = next((each for each in forms if each in self._beginnings), None)
        if known is None:
            return None
        found = self._beginnings[known]
        depth = len(known.split())
        own = [each for each in found if len(each.name.split()) == depth + 1]
        deeper: dict[str, int] = {}
        for each in found:
            if each not in own:
                name = " ".join(each.name.split()[: depth + 1])
                deeper[name] = deeper.get(name, 0) + 1
        listed = found if len(found) <= _LISTED else own
        ordered = tuple(sorted(listed, key=lambda each: (each.name.split()[:-1], _order(each))))
        return Resource(known, ordered, tuple(deeper.items()) if listed is own else ())

    def nearest_topics(self, words: str, limit: int = 3) -> tuple[str, ...]:
        """Topics that look like the words, nearest first."""
        near = process.extract(
            words.lower(), list(self._beginnings), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=limit
        )
        names = [name for name, _, _ in near]
        return tuple(dict.fromkeys((*names, *self.registry.nearest_names(words, limit))))[:limit]

    def entry(self, operation: Operation) -> Entry:
        """What the manual says of an operation."""
        asked, usual = tuple(needed(operation)), tuple(common(operation))
        told = {each.name.partition("[")[0] for each in (*asked, *usual)}
        return Entry(
            operation=operation,
            usage=_usage(operation, asked, usual),
            examples=tuple(self._examples(operation, asked, usual)),
            needed=asked,
            common=usual,
            others=sum(each.name not in told for each in operation.parameters),
            trial=_trial(operation, asked),
        )

    def _examples(
        self, operation: Operation, needed: tuple[Taken, ...], common: tuple[Taken, ...]
    ) -> Iterator[Example]:
        if not all(samples.can_be_typed(each.shape) for each in needed):
            return
        least = _written(operation, needed)
        more = _written(operation, (*needed, *_fitting(needed, common)))
        if operation.method != "POST" or needed or least == more:
            yield Example(least, "all that it needs")
        if more != least:
            yield Example(more, "with what is often given")
        if operation.method != "GET":
            yield Example(f"{least if needed else more} --dry-run", "shows what would be sent, and sends nothing")
        elif inner := self._expandable(operation):
            before = "data." if operation.response.kind in ("list", "search") else ""
            yield Example(f"{least} --expand {before}{inner}", "with what it refers to")

    def _expandable(self, operation: Operation) -> str | None:
        objects = operation.response.objects
        if not objects or operation.parameter("expand") is None:
            return None
        inner = self.registry.expandable(objects[0])
        return next((each for each in _EVERYDAY if each in inner), None) or next(iter(inner), None)

    @cached_property
    def _beginnings(self) -> dict[str, list[Operation]]:
        found: dict[str, list[Operation]] = {}
        for operation in self.registry.operations:
            words = operation.name.split()
            for count in range(1, len(words)):
                found.setdefault(" ".join(words[:count]), []).append(operation)
        return found


def takes(shape: Shape) -> str:
    """What would do as a value of this shape, in words that end a sentence."""
    if shape.values:
        return _one_of(shape)
    if shape.meaning in _MEANINGS and shape.kind not in ("array", "object", "map"):
        return _MEANINGS[shape.meaning]
    if shape.meaning == "id":
        return takes_id(shape.refers)
    if shape.kind == "array":
        return f"one or more, each {takes(shape.items or Shape(kind='any'))}"
    if shape.kind == "union":
        return ", or ".join(dict.fromkeys(takes(each) for each in shape.variants))
    if shape.kind == "object":
        return _parts(shape)
    return _KIND_WORDS[shape.kind]


def takes_id(kind: str) -> str:
    """What would do as an id of this kind of object; the empty kind is any."""
    if not kind:
        return "an id"
    noun = kind.rpartition(".")[2].replace("_", " ")
    article = "an" if noun[0] in "aeio" else "a"
    return f"the id of {article} {noun}, such as {samples.object_id(kind)}"


def _one_of(shape: Shape) -> str:
    shown = ", ".join(shape.values[:VALUES_SHOWN])
    if len(shape.values) > VALUES_SHOWN:
        return f"one of {len(shape.values)} values, such as {shown}"
    return f"one of {shown}{', or another' if shape.open else ''}" if len(shape.values) > 1 else f"only {shown}"


def _parts(shape: Shape) -> str:
    names = [each.name for each in shape.fields]
    rest = len(names) - VALUES_SHOWN
    more = f" and {rest} more" if rest > 0 else ""
    return f"several parts: {', '.join(names[:VALUES_SHOWN])}{more}" if names else "JSON in braces"


_MEANINGS: Final = {
    "calendar": "a whole number",
    "count": "a whole number",
    "currency": "a currency in three letters, such as usd",
    "datetime": "a time, such as 2026-12-01 or -7d",
    "duration": "a whole number",
    "email": "an e-mail address",
    "money_minor": "money, such as 12.50 usd; a bare 1250 counts the currency's smallest unit",
    "paging": "how many at once, from 1 to 100",
    "percentage": "a percentage, such as 10",
    "quantity": "how many",
    "sequence": "a whole number",
    "timestamp": "a time, such as 2026-12-01 or -7d",
    "url": "a web address that starts with https://",
}
_KIND_WORDS: Final = {
    "any": "a value",
    "boolean": "true or false",
    "decimal": "a number, such as 12.5",
    "enum": "a word",
    "file": "a file, which can't be typed",
    "integer": "a whole number",
    "map": "names and values of your own, such as [order]=6735",
    "number": "a number, such as 12.5",
    "string": "text",
}


# --- how it is written ------------------------------------------------------------------------------------------------


def _option(name: str, value: str) -> str:
    return f"-d {name}={value}" if "[" in name else f"--{name.replace('_', '-')} {value}"


def _written(operation: Operation, given: Sequence[Taken]) -> str:
    words = [operation.name, *map(quoted, samples.path_ids(operation))]
    for each in given:
        place = tuple(each.name.replace("]", "").split("["))
        words += [_option(name, quoted(value)) for name, value in samples.pairs(place, each.shape)]
    return " ".join(words)


def _usage(operation: Operation, needed: Sequence[Taken], common: Sequence[Taken]) -> str:
    words = [operation.name, *(f"<{each.name}>" for each in operation.path_parameters)]
    words += [_option(each.name, "…") for each in needed]
    words += [f"[{_option(each.name, '…')}]" for each in common[: _IN_AN_EXAMPLE + 1]]
    return " ".join(words)


def _trial(operation: Operation, needed: Sequence[Taken]) -> str | None:
    if operation.method != "GET" or operation.path_parameters or needed:
        return None
    return _written(operation, [each for each in common(operation) if each.name == "limit"])


# --- which parameters -------------------------------------------------------------------------------------------------


def needed(operation: Operation) -> Iterator[Taken]:
    """The required parameters, each by the parts that it can't do without."""
    for parameter in operation.parameters:
        for name in required_names(parameter) if parameter.required else ():
            yield Taken(name, shape_at(operation, name) or Shape(kind="any"), required=True)


def common(operation: Operation) -> list[Taken]:
    """The parameters that people give most beside the required ones, as far as one value says them."""
    found = [
        Taken(each.name, each.shape, required=False)
        for each in operation.parameters
        if not each.required and each.name not in _RARE and _is_simple(each.shape)
    ]
    for name in _EVERYDAY:
        head = operation.parameter(name.partition("[")[0]) if "[" in name else None
        if head is None or head.required or _needs_more(head.shape, name):
            continue
        shape = shape_at(operation, name)
        if shape is not None and _is_simple(shape):
            found.append(Taken(name, shape, required=False))
    return sorted(found, key=_rank)[:COMMON]


def _needs_more(whole: Shape, name: str) -> bool:
    """Whether the part ``name`` of a parameter is not enough, since another part is required beside it."""
    fields = (whole.items or whole).fields
    return any(each.required and not name.endswith(f"[{each.name}]") for each in fields)


def _is_simple(shape: Shape) -> bool:
    """Whether one typed value says it."""
    if shape.kind == "array":
        return shape.items is not None and shape.items.kind != "array" and _is_simple(shape.items)
    if shape.kind == "union":
        return any(_is_simple(each) for each in shape.variants)
    return shape.kind not in ("object", "map") and samples.can_be_typed(shape)


def _rank(taken: Taken) -> tuple[int, int, str]:
    everyday = _EVERYDAY.index(taken.name) if taken.name in _EVERYDAY else len(_EVERYDAY)
    return everyday, _KINDS.index(taken.shape.kind), taken.name


def _fitting(needed: Sequence[Taken], common: Sequence[Taken]) -> list[Taken]:
    """A few of the common ones that go together."""
    chosen: list[Taken] = []
    for each in common:
        names = {other.name for other in (*needed, *chosen)}
        if _TOLD_BY.get(each.name, set()).isdisjoint(names):
            chosen.append(each)
    return chosen[:_IN_AN_EXAMPLE]


def _order(operation: Operation) -> tuple[int, str]:
    verb = operation.name.split()[-1]
    if verb in _VERBS:
        return _VERBS.index(verb), verb
    return len(_VERBS) + 1 + (_ENDINGS.index(verb) if verb in _ENDINGS else -1), verb
