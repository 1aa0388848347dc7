"""Tables within Slack's limits, whatever is in their cells, and the same as lines of text."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import limits
from bot.blocks import Block, Message, visible_text
from bot.tables import CELL_SHOWN, Cell, Heading, Sheet, boxed, coded, data_table, table
from tests.block_rules import message_violations, plain_style_problems
from tests.examples import examples

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHEET = Sheet(
    (Heading("Amount", right=True), Heading("Name"), Heading("Created"), Heading("ID")),
    (
        (Cell("$5.00 USD", 5.0), Cell("Ada <!channel>"), Cell("2026-11-23 12:00 UTC", when=NOON), Cell("ch_1")),
        (Cell("$12.50 USD", 12.5), Cell(""), Cell("2026-11-23 12:00 UTC", when=NOON), Cell("ch_2")),
    ),
    key=3,
)


def violations(*blocks: Block) -> list[str]:
    return message_violations({"text": "x", "blocks": list(blocks)})


def test_a_data_table_sorts_numbers_and_names_its_rows() -> None:
    """Amounts by their value, whatever their text; the id is what a screen reader tells a row by."""
    block = data_table(SHEET, "2 charges", local=True)
    assert violations(block) == []
    assert block["caption"] == "2 charges"
    assert block["row_header_column_index"] == 3
    assert [row[0] for row in block["rows"][1:]] == [
        {"type": "raw_number", "value": 5.0, "text": "$5.00 USD"},
        {"type": "raw_number", "value": 12.5, "text": "$12.50 USD"},
    ]
    assert block["rows"][2][1] == {"type": "raw_text", "text": "—"}


def test_a_table_lines_amounts_up_on_the_right() -> None:
    """The older one, which sorts nothing."""
    block = table(SHEET, local=False)
    assert violations(block) == []
    assert [each["align"] for each in block["column_settings"]] == ["right", "left", "left", "left"]
    assert {cell["type"] for row in block["rows"] for cell in row} == {"raw_text"}


@pytest.mark.parametrize(
    "made", [lambda local: data_table(SHEET, "x", local=local), lambda local: table(SHEET, local=local)]
)
def test_moments_are_shown_in_each_readers_own_time(made: Any) -> None:
    """With the same in UTC for where that can't be; and in words alone, too."""
    local, universal = made(local=True), made(local=False)
    [moment] = local["rows"][1][2]["elements"][0]["elements"]
    assert (moment["type"], moment["timestamp"]) == ("date", int(NOON.timestamp()))
    assert moment["fallback"] == "2026-11-23 12:00 UTC"
    assert universal["rows"][1][2] == {"type": "raw_text", "text": "2026-11-23 12:00 UTC"}
    for block in (local, universal):
        assert "$5.00 USD · Ada &lt;!channel&gt; · 2026-11-23 12:00 UTC · ch_1" in visible_text(block)


def test_lines_stand_under_each_other() -> None:
    """Amounts on the right; a character of East Asia is as wide as two."""
    sheet = Sheet((Heading("Amount", right=True), Heading("Name"), Heading("ID")), (
        (Cell("$5.00"), Cell("東京"), Cell("a")),
        (Cell("$125.00"), Cell("Ada"), Cell("b")),
    ))  # fmt: skip
    [box] = boxed(sheet)
    assert box["elements"][0]["elements"][0]["text"].split("\n") == [
        " Amount  Name  ID",
        "  $5.00  東京  a",
        "$125.00  Ada   b",
    ]
    [section] = coded(sheet)
    assert section["text"]["text"].startswith("`Amount  Name  ID`\n`$5.00")
    assert plain_style_problems([section]) == []


def test_many_lines_take_many_blocks() -> None:
    """No line is lost, and none is cut in two."""
    sheet = Sheet((Heading("ID"),), tuple((Cell(f"row_{number:030}"),) for number in range(200)))
    for blocks in (boxed(sheet), coded(sheet)):
        assert len(blocks) > 1
        assert violations(*blocks) == [] or "msg_blocks_too_long" in violations(*blocks)[0]
        assert all(f"row_{number:030}" in str(blocks) for number in range(200))


@pytest.mark.parametrize("rows", [0, limits.DATA_TABLE_ROWS + 1])
def test_too_many_rows_or_none_are_a_mistake_of_ours(rows: int) -> None:
    """Whoever asks for a table chooses how many."""
    sheet = Sheet((Heading("ID"),), ((Cell("x"),),) * rows)
    with pytest.raises(ValueError, match="rows"):
        data_table(sheet, "x", local=False)
    with pytest.raises(ValueError, match="rows"):
        table(sheet, local=False)


cells = st.builds(
    Cell,
    st.text(max_size=200) | st.just("x" * 5_000) | st.just("\u202e<!here>&\ud800"),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 — hypothesis adds the zone
)


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.tuples(*[cells] * n), min_size=1, max_size=4)), st.text())
def test_whatever_is_in_a_cell_slack_takes_the_table(rows: list[tuple[Cell, ...]], label: str) -> None:
    """Clipped, cleaned, never empty."""
    sheet = Sheet(tuple(Heading(label, right=bool(at % 2)) for at in range(len(rows[0]))), tuple(rows))
    for local in (True, False):
        block = data_table(sheet, label, local=local)
        assert violations(block) == []
        assert all(len(cell.get("text", "")) <= CELL_SHOWN for row in block["rows"] for cell in row)
        assert violations(table(sheet, local=local)) == []
    assert violations(*boxed(sheet)) == []
    assert violations(*coded(sheet)) == []
    assert Message("x", coded(sheet)).without_blocks().text
