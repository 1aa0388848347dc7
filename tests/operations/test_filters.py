"""Rows by what they hold: filters as they are typed, what they find, and the order that rows are put in."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from operations.call import Json
from operations.filters import COMPARISONS, Filter, chosen, read_filter, read_sort, settled
from operations.grammar import Command, parse, render
from operations.grammar.corrections import corrections
from operations.grammar.explain import explain
from operations.problem import Problem, RefusalError
from operations.registry import registry
from operations.secrets import find_secret
from operations.shaping import Shaping, shape
from operations.when import When

NOON = When(datetime(2026, 11, 23, 12, 0, tzinfo=UTC), ZoneInfo("Europe/Madrid"))
CREATED = 1795348800  # 2026-11-22 12:00 UTC

ROWS: list[Json] = [
    {
        "id": "ch_1",
        "amount": 500,
        "status": "succeeded",
        "created": CREATED,
        "customer": {"id": "cus_1", "name": "Ada"},
    },
    {"id": "ch_2", "amount": 20_000, "status": "failed", "created": CREATED - 86_400, "customer": "cus_2"},
    {"id": "ch_3", "amount": None, "status": "Succeeded", "paid": True, "tags": ["a", "B"], "customer": None},
]


def found(*filters: str, rows: list[Json] = ROWS) -> list[Any]:
    """The ids of the rows that pass filters that were typed at noon in Madrid."""
    read = settled([read_filter(each) for each in filters], NOON)
    return [row.get("id") if isinstance(row, dict) else row for row in chosen(rows, read)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount>500", ["ch_2"]),
        ("amount>=500", ["ch_1", "ch_2"]),
        ("amount < 501", ["ch_1"]),
        ("amount<=500", ["ch_1"]),
        ("amount!=500", ["ch_2", "ch_3"]),
        ("amount=null", ["ch_3"]),
        ("amount!=null", ["ch_1", "ch_2"]),
        ("status=succeeded", ["ch_1"]),
        ("status~SUCC", ["ch_1", "ch_3"]),
        ("paid=true", ["ch_3"]),
        ("paid=null", ["ch_1", "ch_2"]),
        ("tags=a", ["ch_3"]),
        ("tags~b", ["ch_3"]),
        ("tags=null", ["ch_1", "ch_2"]),
        ("tags>a", []),
        ("customer=cus_1", ["ch_1"]),
        ("customer.name~ad", ["ch_1"]),
        ("tags.0=a", ["ch_3"]),
        ("no.such=1", []),
        ("id>=ch_2", ["ch_2", "ch_3"]),
    ],
)
def test_a_filter_finds_the_rows_that_pass_it(text: str, expected: list[str]) -> None:
    """Numbers as numbers, texts as texts; an expanded object is its id, and of a list one is enough."""
    assert found(text) == expected


def test_all_filters_have_to_be_passed() -> None:
    """Several narrow it down."""
    assert found("amount>100", "status=failed") == ["ch_2"]
    assert found("amount>100", "status=nothing") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("created>=-1d", ["ch_1"]),
        ("created>-1d", []),
        ("created>-2d", ["ch_1"]),
        ("created=yesterday", ["ch_1"]),
        ("created<2026-11-22", ["ch_2"]),
        ("created<=2026-11-22", ["ch_1", "ch_2"]),
        ("created>2026-11-21", ["ch_1"]),
        ("created>=2026-11-22 13:00", ["ch_1"]),
        ("created>2026-11-22 13:00", []),
        (f"created={CREATED}", ["ch_1"]),
    ],
)
def test_times_are_moments_to_whoever_types_them(text: str, expected: list[str]) -> None:
    """A day is all of it, in their own time zone."""
    assert found(text) == expected


def test_times_of_v2_are_compared_as_moments() -> None:
    """They are texts, and finer or coarser than what was typed."""
    rows: list[Json] = [{"id": "a", "created": "2026-11-22T12:00:00.123Z"}, {"id": "b", "created": "nonsense"}]
    assert found("created>=2026-11-22", rows=rows) == ["a"]
    assert found("created>=2026-11-23", rows=rows) == []


def test_money_of_v2_is_compared_by_its_value() -> None:
    """An amount there is an object."""
    rows: list[Json] = [{"id": "a", "amount": {"value": 1500, "currency": "usd"}}]
    assert found("amount>1000", rows=rows) == ["a"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("amount", ["ch_1", "ch_2", "ch_3"]),
        ("-amount", ["ch_2", "ch_1", "ch_3"]),
        ("created", ["ch_2", "ch_1", "ch_3"]),
        ("-customer", ["ch_2", "ch_1", "ch_3"]),
        ("status", ["ch_2", "ch_1", "ch_3"]),
        ("no.such", ["ch_1", "ch_2", "ch_3"]),
    ],
)
def test_rows_are_sorted_by_a_field(sort: str, expected: list[str]) -> None:
    """What lacks it comes last, whichever way round, and equals stay as they were."""
    assert [row["id"] for row in chosen(ROWS, (), sort) if isinstance(row, dict)] == expected


@pytest.mark.parametrize(
    ("text", "says", "suggestion"),
    [
        ("amount", "takes a field, a comparison and a value", None),
        ("", "such as amount>1000", None),
        ("amount=>1000", 'not "=>"', "amount>=1000"),
        ("status==open", 'not "=="', "status=open"),
        ("status:open", 'not ":"', "status=open"),
        ("a<>b", 'not "<>"', "a!=b"),
        ("amount≥5", 'not "≥"', "amount>=5"),
        ("status=", "null stands for none", None),
        ("amount>10.00", "smallest unit of their currency", None),
        ("amount_due<12.50 usd", "write 1250 for 12.50 USD", None),
        ("total>€5", "smallest unit", None),
    ],
)
def test_what_is_no_filter_is_refused(text: str, says: str, suggestion: str | None) -> None:
    """With what would do, where that can be told. Amounts in dollars would find nothing, so they are no filter."""
    with pytest.raises(RefusalError) as refused:
        read_filter(text)
    assert says in refused.value.detail
    assert refused.value.suggestions == ((suggestion,) if suggestion else ())


@pytest.mark.parametrize("text", ["unit_amount_decimal=12.5", "amount=null", "amount>-500", "metadata.price~5 usd"])
def test_what_only_looks_like_money_is_a_filter(text: str) -> None:
    """Decimals, nothing, a negative amount, and words."""
    assert str(read_filter(text)) == text


@pytest.mark.parametrize("text", ["created=soon", "created!=yesterday", "created>=7d"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    """Compared as a word it would find nothing, or everything."""
    with pytest.raises(RefusalError):
        settled([read_filter(text)], NOON)


@pytest.mark.parametrize("text", ["", "-", "--amount", "amount desc", "a..b"])
def test_what_is_no_field_to_sort_by_is_refused(text: str) -> None:
    """The name alone, and a minus for the other way round."""
    with pytest.raises(RefusalError):
        read_sort(text)


def command(text: str) -> Command:
    parsed = parse(text, registry(), NOON)
    assert isinstance(parsed, Command), parsed
    return parsed


def refusal(text: str) -> Problem:
    parsed = parse(text, registry(), NOON)
    assert isinstance(parsed, Problem)
    return parsed


def test_options_say_what_is_shown() -> None:
    """Repeated, all of them count; a sort may begin with a minus, as nothing else may."""
    asked = command("charges list --filter amount>1000 --filter 'status = failed' --sort -amount --limit 5").shaping
    assert asked == Shaping(filters=(Filter("amount", ">", "1000"), Filter("status", "=", "failed")), sort="-amount")
    assert command("charges list --sort=created").shaping.sort == "created"
    assert command("charges list —sort -created").shaping.sort == "-created"


def test_a_day_is_settled_when_it_is_typed() -> None:
    """So the next page is filtered by the same days, whoever asks for it tomorrow."""
    asked = command("charges list --filter created=yesterday")
    assert asked.shaping.filters == (
        Filter("created", ">=", "2026-11-21T23:00:00Z"),
        Filter("created", "<", "2026-11-22T23:00:00Z"),
    )
    assert parse(render(asked), registry()) == asked


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("charges retrieve ch_1 --filter amount>5", "--filter is for lists"),
        ("charges retrieve ch_1 --sort amount", "--sort is for lists"),
        ("charges list --sort", "needs a value"),
        ("charges list --sort created --sort -amount", "given twice"),
        ("charges list --filter created>soon", "write 2026-11-01"),
        ("charges list " + " ".join(f"--filter a{n}=1" for n in range(11)), "10 times at most"),
    ],
)
def test_what_can_not_be_asked_is_refused(text: str, says: str) -> None:
    """While it is typed."""
    assert says in refusal(text).message


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("charges list --filter amount=>1000", "charges list --filter amount>=1000"),
        ("charges list --filter=status==open --live", "charges list --filter=status=open --live"),
        ("charges list --filter 'name == it is'", "charges list --filter 'name=it is'"),
        ("charges list --output cvs", "charges list --output csv"),
    ],
)
def test_a_slip_is_put_right(text: str, corrected: str) -> None:
    """As a whole command to press."""
    assert corrected in [each.text for each in corrections(text, refusal(text), registry())]


def test_a_parameter_called_filter_goes_first() -> None:
    """One operation has one."""
    asked = command("billing credit_balance_summaries retrieve --customer cus_1 --filter[type]=applicability_scope")
    assert asked.call.parameters["filter"] == {"type": "applicability_scope"}
    assert asked.shaping == Shaping()


def test_an_explanation_names_them() -> None:
    """In the words in which they are typed."""
    told = explain("charges list --filter amount>5 --filter status=failed --sort -amount", registry())
    assert told["shaping"] == {"filter": ["amount>5", "status=failed"], "sort": "-amount"}


def test_what_is_looked_for_in_an_expanded_object_is_expanded() -> None:
    """As for fields."""
    assert command("charges list --filter customer.email~jenny").call.parameters["expand"] == ("data.customer",)
    assert command("charges list --sort -customer.email").call.parameters["expand"] == ("data.customer",)


def test_shaping_filters_before_it_picks_fields() -> None:
    """How many there were is kept, and what nothing has is told with what may have been meant."""
    page: Json = {"object": "list", "data": ROWS}
    shaped = shape(page, Shaping(filters=(Filter("amount", ">", "1"),), sort="-amount", fields=("id",)))
    assert shaped.value == [{"id": "ch_2"}, {"id": "ch_1"}]
    assert shaped.seen == 3
    slip = shape(page, Shaping(filters=(Filter("amont", ">", "1"),)))
    assert (slip.value, slip.absent, slip.likely) == ([], ("amont",), ("amount",))


names = st.sampled_from(["id", "amount", "a-b.0.c", "created", "customer.email", "metadata.created_at"])
values = st.text(min_size=1, max_size=20) | st.sampled_from(
    ["null", "-7d", "2026-11-01", "1000", "it's", 'a"b', "true"]
)


def read(field: str, comparison: str, value: str) -> Filter | None:
    try:
        return read_filter(f"{field}{comparison}{value}")
    except RefusalError:
        return None


@given(
    st.lists(st.tuples(names, st.sampled_from(COMPARISONS), values), max_size=4), st.sampled_from(["", "id", "-a.b"])
)
def test_any_filter_survives_being_written_down(asked: list[tuple[str, str, str]], sort: str) -> None:
    """Whatever it compares with."""
    filters = tuple(each for each in (read(*parts) for parts in asked) if each)
    assert all(read_filter(str(each)) == each for each in filters)
    try:
        shaping = Shaping(filters=tuple(dict.fromkeys(settled(filters, NOON))), sort=sort)
    except RefusalError:
        return
    first = replace(command("customers list"), shaping=shaping)
    text = render(first)
    assume(find_secret(text) is None and "\0" not in text)
    parsed = parse(text, registry())
    assert isinstance(parsed, Command), parsed
    assert parsed.shaping == shaping


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.builds(lambda: 10**5000)
anything: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "amount", "created", "value", "currency", "customer"]), inner)
    ),
    max_leaves=15,
)


@given(
    st.lists(anything, max_size=6),
    st.sampled_from(["id", "amount", "created", "customer.id"]),
    st.sampled_from(COMPARISONS),
    st.sampled_from(["1000", "x", "null", "true", "2026-11-01T00:00:00Z", "2026-13-01T00:00:00Z"]),
    st.sampled_from(["amount", "-created", "-customer.id"]),
)
def test_no_answer_is_too_odd_to_be_filtered_and_sorted(
    rows: list[Any], field: str, comparison: Any, value: str, sort: str
) -> None:
    """Nothing raises, nothing is made up, and what is left is sorted and not lost."""
    passed = chosen(rows, [Filter(field, comparison, value)], sort)
    assert all(any(row is each for each in rows) for row in passed)
    assert len(chosen(rows, (), sort)) == len(rows)
