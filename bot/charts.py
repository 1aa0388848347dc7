"""Slack's chart block, and the picture of it for where Slack takes none."""

import re
from decimal import Decimal
from typing import Final

from bot import limits
from bot.blocks import Block, PictureMessage
from bot.text import clip
from operations.series import Chart

CHART: Final = "data_visualization"


def chart_block(chart: Chart) -> Block:
    """A chart as Slack draws it; not for the plain style. Raises ValueError for more lines or points than it takes."""
    if len(chart.lines) > limits.CHART_SERIES or not 0 < len(chart.labels) <= limits.CHART_POINTS:
        raise ValueError(f"a chart takes {limits.CHART_SERIES} lines of {limits.CHART_POINTS} points")
    labels = [clip(label, limits.CHART_LABEL) for label in chart.labels]
    series = [
        {
            "name": clip(line.name, limits.CHART_LABEL),
            "data": [
                {"label": label, "value": _number(value)} for label, value in zip(labels, line.values, strict=True)
            ],
        }
        for line in chart.lines
    ]
    axes = {"categories": labels} | ({"y_label": chart.unit} if chart.unit else {})
    return {
        "type": CHART,
        "title": clip(chart.title, limits.CHART_TITLE),
        "chart": {"type": chart.drawn, "series": series, "axis_config": axes},
    }


def picture_of(block: Block) -> PictureMessage:
    """The chart of a block as a picture."""
    name = "-".join(re.findall(r"[a-z0-9]+", block["title"].lower())) or "chart"
    return PictureMessage(filename=f"{name}.png", title=block["title"], chart=block)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
