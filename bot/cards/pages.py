"""Leafing through a list: which page is shown, and the buttons that lead on and back."""

from dataclasses import dataclass
from typing import Final

from bot.blocks import Element, button
from bot.text import Mrkdwn, bold

TURN: Final = "page"
"""The action id of such buttons, followed by a colon and the way."""


@dataclass(frozen=True, slots=True)
class Paged:
    """Where a page stands among the others. The buttons hand the tokens back; empty where there is no such page."""

    number: int
    next: str = ""
    previous: str = ""


def page_number(paged: Paged | None) -> Mrkdwn | None:
    """Which page it is, from the second on."""
    return bold(f"Page {paged.number}") if paged is not None and paged.number > 1 else None


def page_buttons(paged: Paged | None) -> list[Element]:
    """The buttons for the pages beside this one."""
    ways = (("Previous page", "previous", paged.previous), ("Next page", "next", paged.next)) if paged else ()
    return [button(label, action_id=f"{TURN}:{way}", value=token) for label, way, token in ways if token]
