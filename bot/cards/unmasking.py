"""The button below a masked answer: it has the same shown whole, to whoever presses it alone.

It stands for a command, so it goes the way of any: through the policy, by the presser's own role, and on record.
"""

from dataclasses import replace
from typing import Final

from bot.blocks import Block, section
from bot.cards import marks, steps
from bot.cards.buttons import run_button
from bot.domain import FrozenCall
from bot.text import escape
from operations.call import Json

_SAID: Final = "Personal data is masked where others read along."


def shown_whole(frozen: FrozenCall, data: Json) -> Block:
    """What is said below a masked answer. What changed something isn't done again: what it changed is shown."""
    text = _again(frozen) if frozen.risk.tier == "read" else steps.shown_alone(frozen, data)
    return section(escape(_SAID), accessory=run_button("Show to me alone", text) if text else None)


def _again(frozen: FrozenCall) -> str:
    """The same command, for whoever types it alone."""
    asked = replace(frozen, shaping=replace(frozen.shaping, private=True, chart=False))
    return marks.typed_on(asked).removeprefix("/stripe ")
