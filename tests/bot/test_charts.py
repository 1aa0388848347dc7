"""Charts: within what Slack takes, and the same drawn by ourselves."""

from decimal import Decimal

import pytest

from bot.charts import CHART, chart_block, picture_of
from bot.limits import CHART_POINTS, CHART_SERIES
from bot.pictures import draw
from operations.series import Chart, Line
from tests.block_rules import message_violations

LABELS = ("2026-11-03", "2026-11-04")


def made(drawn: str = "bar", lines: int = 1, labels: tuple[str, ...] = LABELS, unit: str = "EUR") -> Chart:
    values = tuple(Decimal(each) + Decimal("0.5") for each in range(len(labels)))
    return Chart(
        title="Paid (EUR)",
        drawn="line" if drawn == "line" else "bar",
        unit=unit,
        labels=labels,
        lines=tuple(Line(f"line {number}", values) for number in range(lines)),
    )


def test_a_chart_names_each_point() -> None:
    """Every line has a value for every label of the axis; whole numbers stay whole."""
    block = chart_block(made())
    assert message_violations({"text": "x", "blocks": [block]}) == []
    assert block["chart"]["series"][0]["data"][0] == {"label": "2026-11-03", "value": 0.5}
    assert block["chart"]["axis_config"] == {"categories": list(LABELS), "y_label": "EUR"}


@pytest.mark.parametrize(
    "chart",
    [made(lines=CHART_SERIES + 1), made(labels=tuple(map(str, range(CHART_POINTS + 1)))), made(labels=())],
)
def test_more_than_slack_takes_is_a_mistake_of_ours(chart: Chart) -> None:
    """It is refused here rather than there."""
    with pytest.raises(ValueError, match="a chart takes"):
        chart_block(chart)


@pytest.mark.parametrize(
    "chart", [made(), made("line", 2), made(unit="", labels=tuple(map(str, range(20)))), made(lines=2)]
)
def test_the_same_chart_is_drawn(chart: Chart) -> None:
    """As a PNG, for where Slack takes none; marks of markup in it are drawn as they are."""
    picture = picture_of(chart_block(chart) | {"title": "Paid $x_1$ (EUR)"})
    assert picture.filename == "paid-x-1-eur.png"
    assert picture.chart["type"] == CHART
    assert draw(picture.chart).startswith(b"\x89PNG")
