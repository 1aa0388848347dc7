"""Buttons that stand for a text: pressing one is typing ``/stripe`` and the text, blanks in it asked for by a form."""

from typing import Final

from bot import limits
from bot.blocks import ButtonStyle, Element, button

RUN: Final = "run"
"""The action id of such buttons, followed by a colon and what tells several in one block apart."""


def run_button(
    label: str, text: str, number: int = 0, *, style: ButtonStyle | None = None, ask: Element | None = None
) -> Element | None:
    """A button for a text, or None where the text is too long for one. It is whoever presses it that asks."""
    if not text or len(text) > limits.BUTTON_VALUE:
        return None
    return button(
        label, action_id=f"{RUN}:{number}", value=text, style=style, ask=ask, label=f"{label}: /stripe {text}"
    )
