"""Answers as they were asked for: on lines, in tables, as JSON and CSV, always something that Slack takes."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import cards
from bot.blocks import FileMessage, Message, Posted
from bot.cards.shaped import as_csv
from bot.text import Style
from operations.call import Json
from operations.outcome import Outcome, Unknown
from operations.shaping import OUTPUTS, Output, Shaping
from tests.bot.cards import samples as made
from tests.bot.cards.hostile import answers
from tests.examples import examples
from tests.rungs import rung_violations
from tests.strategies import expressions

PAGE: Json = {
    "object": "list",
    "has_more": False,
    "data": [
        {"id": "cus_1", "object": "customer", "email": "ada@example.com", "name": "<!channel> *Ada*"},
        {"id": "cus_2", "object": "customer", "email": None, "name": "=HYPERLINK(1)"},
    ],
}


def show(data: Json, style: Style = "rich", **asked: Any) -> tuple[Posted, ...]:
    """What is posted of an answer, all of it valid."""
    frozen = made.frozen(made.CUSTOMERS_LIST, shaping=Shaping(**asked))
    shown = cards.result(made.run(frozen), made.succeeded(data), made.manner(style))
    for each in shown:
        if isinstance(each, Message):
            assert rung_violations(each) == []
    return shown


def words(shown: tuple[Posted, ...]) -> str:
    first = shown[0]
    assert isinstance(first, Message)
    return first.without_blocks().text


def blocks_of(kind: str, shown: tuple[Posted, ...]) -> list[Any]:
    first = shown[0]
    assert isinstance(first, Message)
    return [block for block in first.blocks if block["type"] == kind]


def test_one_value_stands_on_a_line() -> None:
    """Exactly, in a code span."""
    assert "`ada@example.com`" in words(show(PAGE, query="data[0].email"))


def test_values_stand_on_lines() -> None:
    """One each, with their number; what is empty too."""
    text = words(show(PAGE, query="[data[0].email, 'x', `7`]"))
    assert "3 results" in text
    assert "`ada@example.com`\n`x`\n`7`" in text


def test_fields_stand_with_their_names() -> None:
    """One line for each row, in the order that was asked for."""
    text = words(show(PAGE, fields=("email", "id")))
    assert "email `ada@example.com`  ·  id `cus_1`" in text
    assert "email `—`  ·  id `cus_2`" in text


def test_what_nothing_has_is_said() -> None:
    """So that a slip shows."""
    assert "Nothing here has `emial`" in words(show(PAGE, fields=("id", "emial")))


@pytest.mark.parametrize("query", ["data[?id == 'no'].id | [0]", "nothing", "data[5]"])
def test_nothing_found_is_said(query: str) -> None:
    """Not shown as an empty card."""
    assert "Nothing was found." in words(show(PAGE, query=query))


def test_a_query_that_does_not_fit_says_that_the_call_is_done() -> None:
    """It was carried out; only this view of its answer failed."""
    text = words(show(PAGE, query="sum(data[].id)"))
    assert "Done" in text
    assert "a list of numbers" in text


def test_a_table_has_the_columns_asked_for() -> None:
    """Header first; where no table can be shown, the rows on lines."""
    first = show(PAGE, fields=("id", "name"), output="table")[0]
    assert isinstance(first, Message)
    [block] = [block for block in first.blocks if block["type"] == "data_table"]
    assert [[cell["text"] for cell in row] for row in block["rows"]] == [
        ["id", "name"],
        ["cus_1", "<!channel> *Ada*"],
        ["cus_2", "=HYPERLINK(1)"],
    ]
    assert "name `&lt;!channel&gt; *Ada*`" in words(show(PAGE, "plain", fields=("id", "name"), output="table"))


def test_a_table_without_fields_has_those_of_the_kind() -> None:
    """What a card would tell of each object."""
    first = show(PAGE, output="table")[0]
    assert isinstance(first, Message)
    assert "Customer" in str(first.blocks)
    assert "ada@example.com" in str(first.blocks)


def test_a_table_of_objects_is_the_table_of_their_list() -> None:
    """With the columns of their kind, without markup, and none that all lack."""
    page = made.page(made.CUSTOMERS)
    [table] = blocks_of("data_table", show(page, output="table"))
    assert [cell["text"] for cell in table["rows"][0]] == ["Customer", "Email", "Status", "Created", "ID"]
    assert table["rows"] == blocks_of("data_table", show(page))[0]["rows"]
    [found] = blocks_of("data_table", show(page, query="data[?delinquent]", output="table"))
    assert [row[0]["text"] for row in found["rows"]] == ["Customer", "Tove Lindqvist & Søn"]


def test_numbers_in_a_table_of_fields_are_sorted_as_numbers() -> None:
    """Where each row of the column has one."""
    rows: Json = [{"amount": 500, "flag": True, "some": 1}, {"amount": 20, "flag": False, "some": None}]
    [table] = blocks_of("data_table", show(rows, output="table", fields=("amount", "flag", "some")))
    assert table["rows"][1] == [
        {"type": "raw_number", "value": 500, "text": "500"},
        {"type": "raw_text", "text": "true"},
        {"type": "raw_text", "text": "1"},
    ]


def test_columns_that_a_table_has_no_room_for_are_in_a_file() -> None:
    """Slack takes twenty; that there are more is said."""
    row: Json = {f"c{number}": number for number in range(25)}
    message, file = show([row], output="table")
    assert "left out" in words((message,))
    assert isinstance(file, FileMessage)
    assert json.loads(file.content) == [row]


@pytest.mark.parametrize(
    ("data", "asked"),
    [
        ({"object": "list", "data": [], "text": "x" * 5_000}, {"query": "text"}),
        ([{"text": "x" * 201}], {"fields": ("text",)}),
        (["x" * 201], {"query": "@"}),
        ({"text": "x" * 201}, {"fields": ("text",)}),
        ([{"text": "x" * 201}], {"output": "table", "fields": ("text",)}),
        ([{"text": "x", **{f"n{number}": "x" * 90 for number in range(30)}}], {"query": "@"}),
    ],
)
@pytest.mark.parametrize("style", ["rich", "plain"])
def test_nothing_is_cut_short_without_the_whole_in_a_file(data: Json, asked: dict[str, Any], style: Style) -> None:
    """What was asked for can always be had."""
    message, file = show(data, style, **asked)
    assert "in the file below" in words((message,))
    assert isinstance(file, FileMessage)
    assert "x" * 60 in file.content.decode()


@pytest.mark.parametrize(
    "asked", [{"query": "length(data)"}, {"fields": ("id",)}, {"output": "csv"}, {"output": "table"}]
)
def test_what_is_of_one_page_alone_says_so(asked: dict[str, Any]) -> None:
    """A sum over a page is not the sum over all."""
    message = show(made.page(made.CUSTOMERS, more=True), **asked)[0]
    assert "Of one page of 3; Stripe has more." in words((message,))
    assert "Stripe has more" not in words(show(made.page(made.CUSTOMERS), **asked))


def test_a_card_that_is_asked_for_is_the_card_that_there_is_anyway() -> None:
    """``--output card`` is the name of what one gets without it."""
    assert show(PAGE, output="card") == show(PAGE)


@pytest.mark.parametrize("length", range(20, 200, 20))
def test_absent_fields_leave_room_for_themselves(length: int) -> None:
    """Many of them, below rows that would fill the message alone."""
    names = tuple(f"no_such_field_with_a_rather_long_name_{number:02}" for number in range(29))
    rows: Json = {"object": "list", "has_more": False, "data": [{"id": "x" * length} for _ in range(60)]}
    assert "Nothing here has" in str(show(rows, fields=("id", *names))[0])


def test_no_rows_make_no_file() -> None:
    """An empty CSV says nothing."""
    [message] = show(made.page([]), output="csv")
    assert "Nothing was found." in words((message,))


def test_a_note_of_the_executor_is_kept() -> None:
    """What is said of how an answer was got is said of a shaped one, too."""
    call = made.frozen(made.CUSTOMERS_LIST, shaping=Shaping(fields=("id",)))
    outcome = replace(made.succeeded({"id": "cus_1"}), note="It was already deleted.")
    assert "It was already deleted." in words(cards.result(made.run(call), outcome, made.manner("rich")))


@pytest.mark.parametrize("outcome", [made.refused(400), Unknown(reason="Nobody knows.")])
def test_what_is_no_answer_is_not_shaped(outcome: Outcome) -> None:
    """Why there is none is told as ever."""
    call = made.frozen(made.CUSTOMERS_LIST, shaping=Shaping(query="data[0]", output="csv"))
    as_ever = made.frozen(made.CUSTOMERS_LIST)
    assert cards.result(made.run(call), outcome, made.manner("rich")) == cards.result(
        made.run(as_ever), outcome, made.manner("rich")
    )


@given(
    data=answers,
    query=st.just("") | expressions(),
    picked=st.sampled_from([(), ("id", "a.b"), ("client_secret", "data.0.id")]),
    output=st.sampled_from([None, *OUTPUTS]),
    style=st.sampled_from(["rich", "plain"]),
)
@settings(max_examples=examples(80), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_query_over_any_answer_makes_what_slack_refuses(
    data: Json, query: str, picked: tuple[str, ...], output: Output | None, style: Style
) -> None:
    """Nor does any raise, once the call has been carried out."""
    show(data, style, query=query, fields=picked, output=output)


@pytest.mark.parametrize(
    "asked",
    [
        {"query": "client_secret"},
        {"query": "*"},
        {"query": "to_string(@)"},
        {"query": "join('', [client_secret, ''])"},
        {"query": "reverse(client_secret)"},
        {"fields": ("client_secret",)},
        {"output": "json"},
        {"query": "[@]", "output": "csv"},
    ],
)
@pytest.mark.parametrize("style", ["rich", "plain"])
def test_no_query_carries_a_secret_out(asked: dict[str, Any], style: Style) -> None:
    """It was taken out of the answer before any query saw it."""
    secret = str(made.OBJECTS["payment_intent"]["client_secret"])
    shown = show(made.OBJECTS["payment_intent"], style, **asked)
    said = repr(shown) + "".join(each.content.decode() for each in shown if isinstance(each, FileMessage))
    assert secret not in said
    assert secret[::-1] not in said


def test_json_stands_in_a_box_or_goes_to_a_file() -> None:
    """Every character as it is."""
    assert "rich_text_preformatted" in str(show(PAGE, output="json")[0])
    _, file = show({"x": "y" * 5_000}, output="json")
    assert isinstance(file, FileMessage)
    assert json.loads(file.content) == {"x": "y" * 5_000}
    assert len(show(PAGE, "plain", output="json")) == 2


def test_what_does_not_fit_goes_along_whole() -> None:
    """The message holds the beginning, the file everything."""
    rows: Json = [{"id": f"ch_{number}", "text": "x" * 150} for number in range(200)]
    message, file = show(rows, fields=("id", "text"))
    assert "in the file below" in str(message)
    assert isinstance(file, FileMessage)
    assert len(json.loads(file.content)) == 200


def test_csv_is_read_back_as_it_was() -> None:
    """With a header and the mark that tells spreadsheets that it is UTF-8; nested values as JSON."""
    message, file = show(PAGE, output="csv")
    assert "2 rows as CSV" in words((message,))
    assert isinstance(file, FileMessage)
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in rows] == ["cus_1", "cus_2"]
    assert rows[1]["name"] == "'=HYPERLINK(1)"


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=30), inner), max_leaves=30
)
CELLS = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.text(max_size=5), LEAVES, max_size=2)


@given(JSON, st.sampled_from([None, *OUTPUTS]), st.sampled_from(["rich", "plain"]), st.booleans())
def test_whatever_comes_out_is_shown(data: Json, output: Output | None, style: Style, picked: bool) -> None:
    """No answer and no way of showing it makes a message that Slack refuses."""
    show(data, style, output=output, fields=("id", "a.b") if picked else ())


@given(st.lists(st.dictionaries(st.text(max_size=5), CELLS, max_size=4), max_size=5))
def test_no_cell_of_a_csv_is_a_formula(rows: list[Json]) -> None:
    """A spreadsheet that opens it runs nothing."""
    text = as_csv(rows)
    assert text.startswith("\ufeff")
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")):
        for cell in row:
            begins = cell.lstrip(" ")[:1] in tuple("=+@\t\r\n-＝＋－＠")
            assert not begins or not cell or cell.lstrip("-")[:1].isdigit()


def test_numbers_in_a_csv_stay_numbers() -> None:
    """A refund below zero is no formula."""
    assert as_csv([{"a": -500, "b": "-1.5", "c": "-x", "d": "+1"}]).splitlines()[1] == "-500,-1.5,'-x,'+1"
