"""A list over time as a picture: Slack's own chart where messages are rich, else one that we draw; and what it says.

The chart stands in a message of its own below the list, with its sense in words above it: for notifications, for screen
readers, and for whoever sees no picture.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from bot.blocks import Block, Message, Posted, context, section
from bot.cards import marks
from bot.cards.values import Manner
from bot.charts import chart_block, picture_of
from bot.domain import FrozenCall
from bot.text import escape, join
from operations.call import Json
from operations.money import exponent, format_amount
from operations.series import Chart, Charted, Line, chart

_TOO_FEW: Final = "There is nothing to draw: fewer than two of these tell when they were."


def picture(frozen: FrozenCall, rows: Sequence[Json], kind: str, noun: str, manner: Manner) -> tuple[Posted, ...]:
    """What is posted of a list over time: a message, and in the plain style the pictures, too."""
    made = chart(rows, kind, noun)
    if not made.charts:
        return (_message(frozen, (_TOO_FEW,), ()),)
    said = tuple(sense(each, manner) for each in made.charts)
    blocks = tuple(chart_block(each) for each in made.charts)
    message = _message(frozen, (*said, *_left_out(made)), blocks if manner.style == "rich" else ())
    if manner.style == "rich":
        return (message,)
    return (message, *(picture_of(each) for each in blocks))


def sense(chart: Chart, manner: Manner) -> str:
    """What a chart says, in a sentence for each of its lines."""
    return f"{chart.title}, {chart.labels[0]} to {chart.labels[-1]}: " + "; ".join(
        _line(chart, line, manner) for line in chart.lines
    )


def _line(chart: Chart, line: Line, manner: Manner) -> str:
    most = max(range(len(line.values)), key=lambda at: line.values[at])
    peak, when = _shown(line.values[most], chart, manner), chart.labels[most]
    if chart.unit == "%":
        return f"{line.name.lower()} at most {peak} ({when})"
    if chart.drawn == "line":
        return f"{_shown(line.values[-1], chart, manner)} at the end, at most {peak} ({when})"
    return f"{_shown(sum(line.values, Decimal(0)), chart, manner)} in all, at most {peak} ({when})"


def _shown(value: Decimal, chart: Chart, manner: Manner) -> str:
    if chart.unit == "%":
        return f"{value.normalize():f}%"
    if chart.unit:
        return format_amount(value.scaleb(exponent(chart.unit)), chart.unit, manner.locale)
    return f"{value:,}"


def _left_out(made: Charted) -> tuple[str, ...]:
    said = []
    if made.currencies:
        said.append(f"Not drawn, for there is room for two currencies: {', '.join(made.currencies)}.")
    if made.undated:
        said.append(f"Not drawn, for they don't tell when they were: {made.undated:,}.")
    return tuple(said)


def _message(frozen: FrozenCall, said: Sequence[str], blocks: Sequence[Block]) -> Message:
    first, *more = [escape(each) for each in said]
    below = [context(each) for each in more]
    return Message(
        text=join(" · ", [escape(marks.mode_word(livemode=frozen.account.livemode)), first]),
        blocks=(section(marks.lead(frozen, first)), *blocks, *below, marks.footer(frozen)),
    )
