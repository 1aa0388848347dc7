"""What is said of an error: what happened, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """``headline`` says in a few words what happened, ``next`` what to do about it."""

    headline: str
    next: str
    passes: bool = False
    """Whether the same call may well succeed a little later, with nothing changed."""


ASK_THE_BANK = "Ask the customer to call their bank, or to pay with another card."
OTHER_CARD = "Ask the customer to check the card's details or to pay with another card."
OTHER_METHOD = "Ask the customer for another payment method."
QUIETLY = "Tell the customer only that the card was declined, not why; treat the payment as possible fraud."
DASHBOARD = "Look at the account's settings and requirements in the Dashboard."
MINOR_UNITS = "Check the amount: it is in the currency's minor unit, so 1250 is 12.50."
LOOK_FIRST = "Look at the object's status first, and do what its state allows."
NEW_KEY = "An admin connects a new key for this account with /stripe connect."
LATER = "Try again in a minute."
