"""Buttons that stand for a text: pressing one is typing ``/stripe`` and the text, blanks in it asked for by a form."""

from typing import Final

from bot import limits
from bot.blocks import ButtonStyle, Element, button
from bot.cards.masking import mask_text
from bot.text import clean

RUN: Final = "run"
"""The action id of such buttons, followed by a colon and what tells several in one block apart."""


def run_button(
    label: str, text: str, number: int = 0, *, style: ButtonStyle | None = None, ask: Element | None = None
) -> Element | None:
    """A button for a text, pressed by whoever asks; None where it is too long for one, or holds what nobody sees.

    The empty text stands for ``/stripe`` alone.
    """
    if len(text) > limits.BUTTON_VALUE or clean(text) != text:
        return None
    said = f"{label}: /stripe {mask_text(text)}".rstrip()
    return button(label, action_id=f"{RUN}:{number}", value=text, style=style, ask=ask, label=said)
