"""Answers as they were asked for: on lines, in tables, as JSON and CSV, always something that Slack takes."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import FileMessage, Message
from bot.cards.shaped import as_csv, shaped
from bot.cards.values import Manner
from bot.text import Style
from operations.call import Json
from operations.shaping import OUTPUTS, Output, Shaping
from tests.block_rules import message_violations
from tests.bot.cards import samples as made

PAGE: Json = {
    "object": "list",
    "has_more": False,
    "data": [
        {"id": "cus_1", "object": "customer", "email": "ada@example.com", "name": "<!channel> *Ada*"},
        {"id": "cus_2", "object": "customer", "email": None, "name": "=HYPERLINK(1)"},
    ],
}


def show(data: Json, style: Style = "rich", **asked: Any) -> tuple[Message | FileMessage, ...]:
    """What is posted of an answer, all of it valid."""
    frozen = made.frozen(made.CUSTOMERS_LIST, shaping=Shaping(**asked))
    shown = shaped(frozen, data, Manner(style))
    for each in shown:
        if isinstance(each, Message):
            assert message_violations({"text": each.text, "blocks": list(each.blocks)}) == []
    return shown


def words(shown: tuple[Message | FileMessage, ...]) -> str:
    first = shown[0]
    assert isinstance(first, Message)
    return first.without_blocks().text


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


@pytest.mark.parametrize("query", ["data[?id == 'no']", "nothing", "data[5]"])
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
    [block] = [block for block in first.blocks if block["type"] == "table"]
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
    assert "The rest is in the file" in str(message)
    assert isinstance(file, FileMessage)
    assert len(json.loads(file.content)) == 200


def test_csv_is_read_back_as_it_was() -> None:
    """With a header; nested values as JSON."""
    message, file = show(PAGE, output="csv")
    assert "2 rows as CSV" in words((message,))
    assert isinstance(file, FileMessage)
    rows = list(csv.DictReader(io.StringIO(file.content.decode(), newline="")))
    assert [row["id"] for row in rows] == ["cus_1", "cus_2"]
    assert rows[1]["name"] == "'=HYPERLINK(1)"


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=30), inner),
    max_leaves=30,
)


@given(JSON, st.sampled_from([None, *OUTPUTS]), st.sampled_from(["rich", "plain"]), st.booleans())
def test_whatever_comes_out_is_shown(data: Json, output: Output | None, style: Style, picked: bool) -> None:
    """No answer and no way of showing it makes a message that Slack refuses."""
    show(data, style, output=output, fields=("id", "a.b") if picked else ())


@given(st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=4), max_size=5))
def test_no_cell_of_a_csv_is_a_formula(rows: list[Json]) -> None:
    """A spreadsheet that opens it runs nothing."""
    for row in csv.reader(io.StringIO(as_csv(rows), newline="")):
        for cell in row:
            begins = cell.lstrip(" ")[:1] in tuple("=+@\t\r-")
            assert not begins or not cell or cell.lstrip("-")[:1].isdigit()


def test_numbers_in_a_csv_stay_numbers() -> None:
    """A refund below zero is no formula."""
    assert as_csv([{"a": -500, "b": "-1.5", "c": "-x", "d": "+1"}]).splitlines()[1] == "-500,-1.5,'-x,'+1"
