"""Shortcuts: commands by what somebody has in hand, an id, a link, an e-mail address, and what they want with it.

    ch_1                     show ch_1 --expand customer      a link to the Dashboard        jenny@example.com
    refund ch_1 12.50 requested_by_customer                   cancel sub_1 at period end     find customers jenny

All pure: a text becomes the command that it is short for, or a :class:`Lookup` where that takes something from Stripe
first, or a problem. The exact name of an operation always wins over a shortcut.
"""

from operations.shortcuts.currencies import confirm
from operations.shortcuts.endings import TIMES
from operations.shortcuts.finding import Look, is_filter, look
from operations.shortcuts.lookups import Lookup
from operations.shortcuts.reading import go_on, read, read_shortcut, sketch, stands_for
from operations.shortcuts.refunds import REASONS

__all__ = [
    "REASONS",
    "TIMES",
    "Look",
    "Lookup",
    "confirm",
    "go_on",
    "is_filter",
    "look",
    "read",
    "read_shortcut",
    "sketch",
    "stands_for",
]
