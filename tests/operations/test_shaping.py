"""What an answer is made into: fields by dotted names, rows of a page, and how it is asked for."""

import json
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from operations.call import Json
from operations.grammar import Command, parse, render
from operations.problem import Problem, RefusalError
from operations.queries import QueryRefusal, check
from operations.registry import registry
from operations.secrets import find_secret
from operations.shaping import OUTPUTS, Output, Shaped, Shaping, read_fields, rows_of, shape
from tests.strategies import expressions

CHARGE: Json = {"id": "ch_1", "amount": 500, "customer": {"email": "a@b.c"}, "refunds": {"data": [{"id": "re_1"}]}}
PAGE: Json = {"object": "list", "has_more": False, "data": [CHARGE, {"id": "ch_2"}]}


def test_fields_are_picked_in_the_order_asked_for() -> None:
    """Of an object; dotted names lead into it, numbers into lists."""
    shaped = shape(CHARGE, Shaping(fields=("customer.email", "id", "refunds.data.0.id")))
    assert shaped == Shaped({"customer.email": "a@b.c", "id": "ch_1", "refunds.data.0.id": "re_1"})


def test_fields_of_a_page_are_those_of_its_rows() -> None:
    """One row each; what one of them lacks is empty there."""
    shaped = shape(PAGE, Shaping(fields=("id", "amount")))
    assert shaped == Shaped([{"id": "ch_1", "amount": 500}, {"id": "ch_2", "amount": None}])


def test_what_nothing_has_is_told() -> None:
    """A misspelt field shows as one, not as an empty column alone."""
    assert shape(PAGE, Shaping(fields=("id", "amont"))).absent == ("amont",)
    assert shape(CHARGE, Shaping(fields=("id", "amont"))).absent == ("amont",)


def test_a_query_comes_before_the_fields() -> None:
    """The fields are those of what it found."""
    assert shape(PAGE, Shaping(query="data[?amount]", fields=("id",))).value == [{"id": "ch_1"}]


def test_an_object_that_happens_to_hold_data_is_no_page() -> None:
    """An event's ``data`` is an object, and a list of rows needs the marks of a page."""
    assert rows_of({"data": [1]}) is None
    assert rows_of({"object": "event", "data": {"object": {}}}) is None
    assert rows_of(PAGE) is not None


@pytest.mark.parametrize("text", ["a..b", "", ",", "a b", "a=b", "1a", ",".join(f"f{n}" for n in range(31))])
def test_what_is_no_list_of_fields_is_refused(text: str) -> None:
    """While it is typed."""
    with pytest.raises(RefusalError):
        read_fields(text)


def command(text: str) -> Command:
    parsed = parse(text, registry())
    assert isinstance(parsed, Command), parsed
    return parsed


def refusal(text: str) -> Problem:
    parsed = parse(text, registry())
    assert isinstance(parsed, Problem)
    return parsed


@pytest.mark.parametrize(
    "text",
    [
        "customers list --query 'data[].{id: id}'",
        "customers list --fields id,email --output csv",
        "customers retrieve cus_1 -o json",
        "customers search --query \"email:'a@b.c'\" --jmespath data[0]",
        "customers list --query='data[0]' --output table",
        "customers list --fields id --fields email",
        "customers list --fields id --fields email,id",
        'customers list --query "data[?name==\'it\\"s\'].id"',
        "customers list --query 'data[?status==`open`]'",
        "get /v1/customers --query data[].id",
    ],
)
def test_how_an_answer_is_to_be_shown_survives_being_written_down(text: str) -> None:
    """What is rendered and read again is the same command."""
    first = command(text)
    assert first.shaping != Shaping()
    assert command(render(first)) == first


@given(
    query=st.just("") | expressions() | st.text(max_size=40).map(lambda text: f"[data, `{json.dumps(text)}`]"),
    fields=st.lists(st.sampled_from(["id", "email", "a-b.0.c"]), unique=True).map(tuple),
    output=st.sampled_from([None, *OUTPUTS]),
    words=st.sampled_from(["customers list", "customers search --query x"]),
)
def test_any_way_of_showing_survives_being_written_down(
    query: str, fields: tuple[str, ...], output: Output | None, words: str
) -> None:
    """Whatever quotes, backslashes and blanks an expression has."""
    shaping = Shaping(query, fields, output)
    try:
        check(query or "@")
    except QueryRefusal:
        return
    asked = replace(command(words), shaping=shaping)
    assume(find_secret(render(asked)) is None)
    assert command(render(asked)) == asked


def test_a_parameter_called_query_goes_first() -> None:
    """Stripe's searches have one; ours is then ``--jmespath``."""
    found = command("customers search --query \"email:'a@b.c'\"")
    assert found.call.parameters["query"] == "email:'a@b.c'"
    assert found.shaping == Shaping()


@pytest.mark.parametrize(
    ("text", "says", "points_at"),
    [
        ("customers list --query data[?", "ends too early", ""),
        ('customers list --query "data[] id"', "makes no sense", "id"),
        ("customers list --query='lowr(id)'", "lowr()", "lowr"),
        ('customers list --query "data[?x==\'a\\"b\'] id"', "makes no sense", "id"),
        ("customers list --query \"'lowr(' || lowr (id)\"", "lowr()", "lowr"),
        ("customers list --query 'data[?status==‘paid’]'", "its quotes are curly", "‘paid’]"),
        ("customers list --query=data[?a=b]", "compares with ==", "="),
        ("customers search --query x --jmespath 'a b'", "makes no sense", "b"),
        ("customers list --query a --jmespath b", "given twice", "b"),
        ("customers list --query data --query id", "given twice", "id"),
        ("customers list --output cvs", 'not "cvs"', "cvs"),
        ("customers list --output csv --output json", "given twice", "json"),
        ("customers list --fields id,,a..b", 'not "a..b"', "id,,a..b"),
        ("customers retrieve cus_1 --output csv", "is for lists", "--output csv"),
        ("quotes pdf qt_1 --fields id", "answers with a file", ""),
    ],
)
def test_what_can_not_be_asked_of_an_answer_is_refused(text: str, says: str, points_at: str) -> None:
    """With its place in the text."""
    found = refusal(text)
    assert says in found.message
    if points_at:
        assert found.position is not None
        assert text[slice(*found.position)].rstrip("'\"").strip() == points_at


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("charges retrieve ch_1 --fields customer.email", ("customer",)),
        ("charges list --fields id,customer.email", ("data.customer",)),
        ("charges list --fields id,billing_details.email", None),
        ("charges list --fields customer.email --expand data.customer", ("data.customer",)),
        ("payment_intents retrieve pi_1 --fields latest_charge.balance_transaction.fee", ("latest_charge",)),
    ],
)
def test_a_field_of_what_is_only_an_id_expands_it(text: str, expanded: tuple[str, ...] | None) -> None:
    """Where the registry says that it can be; it stands in the command that is shown and sent."""
    assert command(text).call.parameters.get("expand") == expanded
