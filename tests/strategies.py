"""Hypothesis strategies for calls: valid values for any operation, made from its shapes alone."""

import string
from datetime import UTC, datetime

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from operations import ids
from operations.call import Call, bind
from operations.queries import FUNCTIONS
from operations.registry import Registry
from operations.risk import assess
from operations.secrets import find_secret
from operations.spec import Operation, Parameter, Shape

_WORD_LETTERS = string.ascii_lowercase + "_"
_TRICKY = (
    "null",
    "true",
    "-7",
    "--live",
    "{x",
    "[1",
    "a=b",
    "x&amount=1",
    "a[b]=c",
    "O'Brien",
    'say "hi"',
    'it\'s "both" \\',
    "“Jane”",
    "no\u00a0break",
    "line\nbreak",
    "\u202ereversed",
    "50 % off; rm -rf $(id) `x`",
    "–amount",
    "日本",
    "+5",
    "1.50",
)
MAX_FIELDS = 4
"""Optional fields drawn for one object; some operations have hundreds."""


def words() -> SearchStrategy[str]:
    """Plain words, which no other type reads as its own."""
    return st.text(_WORD_LETTERS, min_size=5, max_size=20).map(lambda text: "w" + text)


def texts(max_length: int | None = None) -> SearchStrategy[str]:
    """Text that can be sent: anything but blanks alone, secrets, NUL and lone surrogates."""
    size = 30 if max_length is None else min(max_length, 30)
    characters: SearchStrategy[str] = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    anything = st.sampled_from(_TRICKY) | st.text(characters, min_size=1, max_size=size) | words()
    return anything.filter(lambda text: bool(text.strip()) and len(text) <= size and find_secret(text) is None)


def moments() -> SearchStrategy[str]:
    """Moments as the v2 API writes them."""
    return st.integers(0, 2**32).map(lambda seconds: f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}")


def integers(shape: Shape) -> SearchStrategy[int]:
    """Whole numbers that make sense for a shape's meaning."""
    if shape.meaning == "paging":
        return st.integers(1, 100)
    # At most twelve digits: longer ones may pass for card numbers.
    return st.integers(0, 10**12 - 1)


@st.composite
def values(draw: DrawFn, shape: Shape, *, v2: bool = False, in_union: bool = False) -> object:
    """A value of a shape, with its type, as :func:`operations.call.bind` takes it."""
    if shape.clearable and (shape.max_length == 0 or draw(st.integers(0, 9)) == 0):
        return ""
    if shape.nullable and draw(st.integers(0, 9)) == 0:
        return None
    items = shape.items or Shape(kind="any")
    match shape.kind:
        case "array":
            return draw(st.lists(values(items, v2=v2), min_size=0 if v2 else 1, max_size=3))
        case "map":
            return draw(st.dictionaries(keys(), values(items, v2=v2), min_size=1, max_size=3))
        case "union":
            return draw(values(draw(st.sampled_from(shape.variants)), v2=v2, in_union=True))
        case "object":
            return draw(fields(shape.fields, v2=v2, least=0 if v2 else 1))
        case "string" if in_union:
            return draw(words())
    return draw(scalars(shape))


def scalars(shape: Shape) -> SearchStrategy[object]:
    """Single values of a shape."""
    known = st.sampled_from(shape.values) if shape.values else words()
    return {
        "string": moments() if shape.meaning == "datetime" else texts(shape.max_length),
        "any": words(),
        "integer": integers(shape),
        "number": st.integers(-1000, 1000) | st.integers(1, 10**6).map(lambda each: each / 100),
        "decimal": st.decimals(-(10**6), 10**6, places=3).filter(bool).map(str),
        "boolean": st.booleans(),
        "enum": known | words() if shape.open else known,
    }[shape.kind]


def keys() -> SearchStrategy[str]:
    """Names in a map such as metadata: anything that can be seen, but brackets."""
    visible: SearchStrategy[str] = st.characters(exclude_categories=("Cs", "Cc", "Z"), exclude_characters="[]")
    return st.text(visible, min_size=1, max_size=12).filter(lambda key: key.isprintable() and find_secret(key) is None)


def _can_be_sent(parameter: Parameter) -> bool:
    """Files have no text form, and form encoding has none for an object without fields."""
    shape = parameter.shape
    return shape.kind != "file" and not (shape.kind == "object" and not shape.fields)


@st.composite
def fields(
    draw: DrawFn, declared: tuple[Parameter, ...], *, v2: bool = False, least: int = 0, required: bool = True
) -> dict[str, object]:
    """Values for the required fields of an object and for a few others."""
    possible = {each.name: each for each in declared if _can_be_sent(each)}
    chosen = [each.name for each in possible.values() if each.required and required]
    # Names, not parameters: a strategy's repr is made when it gives up, and that of a big shape is a warning.
    others = [name for name in possible if name not in chosen]
    least = min(max(0, least - len(chosen)), len(others))
    if others:
        most = max(least, MAX_FIELDS)
        chosen += draw(st.lists(st.sampled_from(others), unique=True, min_size=least, max_size=most))
    return {name: draw(values(possible[name].shape, v2=v2)) for name in chosen}


@st.composite
def path_ids(draw: DrawFn, operation: Operation) -> dict[str, str]:
    """Well-formed ids for the placeholders of an operation's path."""
    made = {}
    for name in ids.placeholders(operation.path):
        text = draw(st.text(string.ascii_letters + string.digits + "_", min_size=3, max_size=24))
        made[name] = "x" + text
    return made


@st.composite
def calls(draw: DrawFn, operation: Operation, registry: Registry, *, required: bool = True) -> Call:
    """A valid call of ``operation``: the required parameters (unless told otherwise) and some of the others.

    No card data and nothing that looks like a secret, which no door lets in; no files.
    """
    path_values = draw(path_ids(operation))
    v2 = operation.api == "v2"
    query = operation.method != "POST"
    parameters = draw(fields(operation.parameters, v2=v2 and not query, required=required))
    account = draw(st.none() | st.text(string.ascii_letters + string.digits, min_size=3, max_size=16))
    call = bind(operation, path_values, parameters, stripe_account=account and f"acct_{account}")
    assume(assess(call).rule != "P9")
    assume(not any(find_secret(value) for value in path_values.values()))
    assume(ids.reaches(registry, operation, path_values) if path_values else True)
    return call


def expressions() -> SearchStrategy[str]:
    """JMESPath that is nearly always valid, over names that answers have."""
    names = st.sampled_from(["data", "id", "a", "@", "data[]", "data[0]", "*", "data[*].id", "`1`", "'x'", "[id, a]"])
    return st.recursive(
        names,
        lambda inner: st.one_of(
            st.tuples(inner, names).map(" | ".join),
            st.tuples(inner, inner).map(" || ".join),
            st.tuples(st.sampled_from(FUNCTIONS), inner).map(lambda call: f"{call[0]}({call[1]})"),
            inner.map(lambda text: f"[{text}]"),
            inner.map(lambda text: f"{{x: {text}}}"),
            inner.map(lambda text: f"data[?{text}]"),
        ),
        max_leaves=8,
    )
