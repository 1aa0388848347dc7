"""Drawing charts for where Slack takes none. It takes a while, so it is done when they are delivered, in a thread."""

from io import BytesIO
from typing import Any, Final

from bot.blocks import Block

_INCHES: Final = (8.0, 3.6)
_DPI: Final = 160
_COLOURS: Final = ("#635bff", "#d97706", "#0e9f6e", "#b91c1c", "#0369a1", "#6b7280")
"""One for each line; they differ in brightness, too, for whoever sees no colours."""
_UPRIGHT_LABELS: Final = 8


def draw(block: Block) -> bytes:
    """The chart of a ``data_visualization`` block as a PNG."""
    # Importing it takes half a second and 40 MB, which most processes never need.
    from matplotlib.figure import Figure

    chart, labels = block["chart"], block["chart"]["axis_config"]["categories"]
    figure = Figure(figsize=_INCHES, dpi=_DPI, layout="constrained")
    axes: Any = figure.subplots()
    places = range(len(labels))
    width = 0.8 / len(chart["series"])
    for number, line in enumerate(chart["series"]):
        values, colour = [each["value"] for each in line["data"]], _COLOURS[number % len(_COLOURS)]
        if chart["type"] == "bar":
            shifted = [place + (number - (len(chart["series"]) - 1) / 2) * width for place in places]
            axes.bar(shifted, values, width=width, color=colour, label=line["name"])
        else:
            axes.plot(places, values, color=colour, marker="o", markersize=4, linewidth=2, label=line["name"])
    axes.set_title(block["title"], loc="left", fontsize=13, parse_math=False)
    axes.set_ylabel(chart["axis_config"].get("y_label", ""), parse_math=False)
    turned = len(labels) > _UPRIGHT_LABELS
    axes.set_xticks(places, labels, rotation=45 if turned else 0, ha="right" if turned else "center", parse_math=False)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e5e7eb")
    axes.set_axisbelow(True)
    axes.yaxis.set_major_formatter("{x:,.10g}")
    if len(chart["series"]) > 1:
        axes.legend(frameon=False)
    made = BytesIO()
    figure.savefig(made, format="png")
    return made.getvalue()
