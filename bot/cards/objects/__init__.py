"""What matters of each Stripe object, as data: a card reads this table and knows no object by name.

An object that isn't here gets the generic card of :mod:`bot.cards.facts`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.cards.objects import billing, catalogue, connect, customers, events, files, movements, payments, refunds
from bot.cards.objects.model import TONES, Fact, Kind, ObjectCard, State, Tone, When

__all__ = ["OBJECTS", "TONES", "Fact", "Kind", "ObjectCard", "State", "Tone", "When"]

OBJECTS: Final[Mapping[str, ObjectCard]] = MappingProxyType(
    {
        **customers.CARDS,
        **payments.CARDS,
        **refunds.CARDS,
        **billing.CARDS,
        **catalogue.CARDS,
        **movements.CARDS,
        **connect.CARDS,
        **events.CARDS,
        **files.CARDS,
    }
)
"""The card of each kind of object that has one."""
