"""JMESPath over an answer: what it finds, where an expression makes no sense, and that none makes too much."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.call import Json
from operations.queries import MOST_CHARACTERS, QueryRefusal, check, evaluate
from tests.strategies import expressions

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
        ("data[].`x", 7, "never closed"),
        ("data[?amount=5]", 12, "compares with =="),
        ("data[?name==“x”]", 12, "its quotes are curly"),
        ("data[name]", 5, "where a number, * or ? between the brackets is expected"),
        ("{a id}", 3, "where a colon is expected"),
        ("data.", 5, "something has to follow"),
        ("data[0:1:", 9, "the [ in it is never closed"),
        ("'lowr(' || lowr (id)", 11, "calls lowr(), which isn't there"),
        ("join(id)", 0, "gives join() 1 value, and it takes 2"),
        ("not_null()", 0, "it takes at least 1"),
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
        ("data[].sum(`1`)", "gives sum() a number"),
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


def test_a_long_text_between_very_many_is_not_made() -> None:
    """Both are small by themselves; together they would be gigabytes."""
    text = "@" + "".join("|join('',[@,@])" for _ in range(13))
    items = "'x'|[@,@]" + "".join("|[@,@][]" for _ in range(12))
    with pytest.raises(QueryRefusal) as refused:
        evaluate(f"[({text}),({items})]|join(@[0],@[1])", "x" * 40)
    assert "far more" in refused.value.detail


def test_a_number_that_could_not_be_written_is_refused() -> None:
    """Python writes no number of more than 4,300 digits, and what is found has to be written."""
    with pytest.raises(QueryRefusal) as refused:
        evaluate(f"to_number(join('', [{','.join(['@'] * 43)}])) | sum([@, @])", "9" * 100)
    assert "too long" in refused.value.detail


def test_texts_between_backticks_are_read() -> None:
    """As other command lines have it, though JMESPath has moved on to single quotes."""
    assert evaluate("data[?currency==`eur`].id", PAGE) == ["ch_2"]


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "data", "a"]), inner),
    max_leaves=20,
)


@given(expressions() | st.text(max_size=60), VALUES)
def test_any_expression_over_anything_gives_json_or_is_refused(expression: str, value: Json) -> None:
    """It never raises anything else, and what it gives can be written down."""
    try:
        found = evaluate(expression, value)
    except QueryRefusal as refused:
        found = refused.at
    json.dumps(found, allow_nan=False)
