"""What the local Slack of the demo can't show, or shows and never delivers: the plain style does without it.

It takes any blocks, and shows those it doesn't know as their type in red. What is shown and works, only poorer than in
Slack, is no problem here: a button with ``confirm`` acts without asking, and initial options and values count for
nothing until somebody touches them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

SHOWN = {
    "message": {"section", "context", "actions", "header", "divider", "image"},
    "modal": {"section", "context", "header", "divider", "image", "input"},
    "home": {"section", "context", "actions", "header", "divider", "image"},
}
PRESSED = {"button", "overflow", "static_select", "datepicker", "image"}
"""In messages and App Home."""
FILLED_IN = {"plain_text_input", "static_select", "checkboxes", "radio_buttons", "datepicker"}
"""In inputs of modals."""


def plain_style_problems(shown: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> list[str]:
    """What the local Slack can't show of a view, a message or a message's blocks, one sentence each."""
    if isinstance(shown, Mapping):
        surface, blocks = shown.get("type", "message"), shown.get("blocks") or []
    else:
        surface, blocks = "message", shown
    found: list[str] = []
    for i, block in enumerate(blocks):
        found += [f"{what} [/blocks/{i}]" for what in _block(block, str(surface))]
    return found


def _block(block: Mapping[str, Any], surface: str) -> Iterator[str]:
    kind = block.get("type")
    inner = [*block.get("elements", []), *(block[name] for name in ("accessory", "element") if name in block)]
    elements = [each for each in inner if each.get("type") not in {"mrkdwn", "plain_text", "image"}]
    if kind not in SHOWN[surface] and not (kind == "actions" and surface == "modal"):
        yield f"{kind} is not shown on a {surface}"
    elif surface == "modal" and kind != "input":
        for element in elements:
            yield f"{element.get('type')} outside of an input is dead in a modal"
    else:
        for element in elements:
            yield from _element(element, FILLED_IN if kind == "input" else PRESSED)
    if block.get("dispatch_action"):
        yield "dispatch_action is never delivered"
    yield from _texts(block)


def _element(element: Mapping[str, Any], shown: set[str]) -> Iterator[str]:
    kind = element.get("type")
    if kind not in shown:
        yield f"{kind} is not shown here"
    if "option_groups" in element:
        yield f"{kind} shows no option_groups"


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        if part.get("type") == "mrkdwn":
            for mark in ("```", "<!"):
                if mark in str(part.get("text")):
                    yield f"{mark} is shown as it is"
        for inner in part.values():
            yield from _texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _texts(inner)
