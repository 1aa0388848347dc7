"""The words in which an object's card is declared: facts, states and the card itself.

Paths are dotted, a number is a place in a list (``items.data.0.current_period_end``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from operations.call import Json

Kind: TypeAlias = Literal[
    "text",  # somebody's words, shown as text
    "words",  # one of Stripe's enum values, shown as words: requested_by_customer
    "id",  # an id, or an expanded object of which the id is shown
    "code",  # a value that people copy
    "money",  # minor units with a currency beside them, or v2's {value, currency}
    "sums",  # a list of amounts, one for each currency
    "moment",  # seconds since the epoch, or v2's ISO 8601
    "day",  # a moment of which only the date means something
    "deadline",  # a moment until which somebody has to act: with it, how much time is left
    "count",  # a number, or how many a list has
    "list",  # a few short values
    "percent",
    "size",  # a number of bytes
    "flag",  # yes or no
    "method",  # a payment method's details: Visa •••• 4242
    "expiry",  # a card's last month
    "period",  # a price's recurring interval
    "items",  # the items of a subscription, or the lines of what is sold
]
Tone: TypeAlias = Literal["good", "waiting", "attention", "bad", "neutral"]

When: TypeAlias = Mapping[str, tuple[Json, ...]]
"""The values, of which each of some members must have one; no values stand for any that isn't empty, zero or false."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of an object with the label it is shown under.

    ``row`` puts it on the line that the object has in a list. ``quiet`` leaves it out when it is zero, false or empty:
    for facts that are news only when there is something to tell. ``when`` is the state of the object in which it means
    something.
    """

    path: str
    label: str = ""
    kind: Kind = "text"
    currency: str = "currency"
    row: bool = False
    quiet: bool = False
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """A status that one member tells by its value: where ``path`` holds ``value`` the object is ``words``.

    True stands for any value that isn't empty, zero or false.
    """

    path: str
    value: bool | str
    words: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class ObjectCard:
    """How an object is shown: its headline (an amount, a name, or both), its status, its facts, its Dashboard page.

    Of ``name`` and of ``dashboard`` the first that can be filled is taken. ``states`` come before ``status``; the first
    that holds is the status.
    """

    title: str
    amount: tuple[Fact, ...] = ()
    name: tuple[Fact, ...] = ()
    states: tuple[State, ...] = ()
    status: str = "status"
    facts: tuple[Fact, ...] = ()
    dashboard: tuple[str, ...] = ()


CREATED: Final = Fact("created", "Created", "moment", row=True)
CUSTOMER: Final = Fact("customer", "Customer", "id", row=True)
AMOUNT: Final = (Fact("amount", kind="money"),)
PAYMENT_PAGES: Final = ("payments/{payment_intent}", "payments/{charge}")

TONES: Final[Mapping[str, Tone]] = MappingProxyType(
    {
        "accepted": "good",
        "active": "good",
        "available": "good",
        "complete": "good",
        "enabled": "good",
        "issued": "good",
        "paid": "good",
        "succeeded": "good",
        "trialing": "good",
        "won": "good",
        "appeal_under_review": "waiting",
        "in_transit": "waiting",
        "open": "waiting",
        "pending": "waiting",
        "processing": "waiting",
        "requires_action": "waiting",
        "requires_capture": "waiting",
        "requires_confirmation": "waiting",
        "requires_payment_method": "waiting",
        "under_review": "waiting",
        "warning_under_review": "waiting",
        "appeal_needs_response": "attention",
        "incomplete": "attention",
        "needs_response": "attention",
        "past_due": "attention",
        "paused": "attention",
        "warning_needs_response": "attention",
        "failed": "bad",
        "lost": "bad",
        "uncollectible": "bad",
        "unpaid": "bad",
    }
)
"""What Stripe's status words mean for the reader. A word that isn't here is neutral."""
