"""JMESPath over an answer: what it finds, where an expression makes no sense, and that none makes too much."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.call import Json
from operations.queries import FUNCTIONS, MOST_CHARACTERS, QueryRefusal, check, evaluate

PAGE: Json = {
    "object": "list",
    "data": [
        {"id": "ch_1", "amount": 500, "currency": "usd", "customer": {"email": "Ada@example.com"}},
        {"id": "ch_2", "amount": 1250, "currency": "eur", "customer": None},
    ],
}


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("data[].id", ["ch_1", "ch_2"]),
        ("data[?amount > `600`].id | [0]", "ch_2"),
        ("data[].{id: id, is: currency}", [{"id": "ch_1", "is": "usd"}, {"id": "ch_2", "is": "eur"}]),
        ("sum(data[].amount)", 1750),
        ("data[?contains(lower(to_string(@)), 'ada')].id", ["ch_1"]),
        ("nothing.at.all", None),
        ("not_null(nothing, data[0].id)", "ch_1"),
    ],
)  # fmt: skip
def test_a_query_finds_what_it_says(expression: str, found: Json) -> None:
    """The library's language, and ``lower``."""
    assert evaluate(expression, PAGE) == found


@pytest.mark.parametrize(
    ("expression", "at", "says"),
    [
        ("data[?", 6, "ends too early"),
        ("data[].{id:", 11, "ends too early"),
        ("data id", 5, 'makes no sense from "id" on'),
        ("data[].`x", 7, "makes no sense"),
        ("lowr(id)", 0, "calls lowr(), which isn't there"),
        ("data[].length(id, id)", 7, "length() 2 values, and it takes 1"),
        ("a" * (MOST_CHARACTERS + 1), MOST_CHARACTERS, "are allowed"),
        ("(" * 30, 30, "ends too early"),
    ],
)
def test_what_is_no_query_is_refused_with_its_place(expression: str, at: int, says: str) -> None:
    """While it is typed, before anything is sent."""
    with pytest.raises(QueryRefusal) as refused:
        check(expression)
    assert says in refused.value.detail
    assert refused.value.at == at


def test_the_nearest_function_is_offered() -> None:
    """As for every other name."""
    with pytest.raises(QueryRefusal) as refused:
        check("lowr(id)")
    assert refused.value.suggestions[0] == "lower"


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("sum(data[].id)", "gives sum() a text, and it takes a list of numbers"),
        ("lower(data)", "gives lower() a list, and it takes a text"),
        ("&data", "isn't a value"),
        ("`NaN`", "isn't a value"),
    ],
)
def test_what_does_not_fit_the_answer_says_so(expression: str, says: str) -> None:
    """In words of ours, which repeat nothing of the answer."""
    with pytest.raises(QueryRefusal) as refused:
        evaluate(expression, PAGE)
    assert says in refused.value.detail


@pytest.mark.parametrize(
    "expression",
    [
        "|".join(["[@,@][]"] * 60),
        "|".join(["[@,@]"] * 80),
        "|".join(["[@,@]"] * 60) + "|to_string(@)",
        "|".join(["join('xxxxxxxxxxxxxxxxxxxx',[@,@])"] * 14),
        "|".join(["{a:@,b:@}"] * 50),
        "|".join(["map(&[@,@],[@,@])[]"] * 24),
    ],
)
def test_a_query_that_makes_too_much_is_stopped(expression: str) -> None:
    """Each of them would need more memory than there is."""
    with pytest.raises(QueryRefusal) as refused:
        evaluate(expression, "abc" * 300)
    assert "far more" in refused.value.detail


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "data", "a"]), inner),
    max_leaves=20,
)
NAMES = st.sampled_from(["data", "id", "a", "@", "data[]", "data[0]", "*", "data[*].id", "`1`", "'x'", "[id, a]"])
EXPRESSIONS: st.SearchStrategy[str] = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.tuples(inner, NAMES).map(" | ".join),
        st.tuples(inner, inner).map(" || ".join),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(lambda call: f"{call[0]}({call[1]})"),
        inner.map(lambda text: f"[{text}]"),
        inner.map(lambda text: f"{{x: {text}}}"),
        inner.map(lambda text: f"data[?{text}]"),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS | st.text(max_size=60), VALUES)
def test_any_expression_over_anything_gives_json_or_is_refused(expression: str, value: Json) -> None:
    """It never raises anything else, and what it gives can be written down."""
    try:
        found = evaluate(expression, value)
    except QueryRefusal as refused:
        found = refused.at
    json.dumps(found, allow_nan=False)
