"""What an answer is made into before it is shown: a query, some of its fields, a form of output."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Output: TypeAlias = Literal["card", "table", "json", "csv"]


@dataclass(frozen=True, slots=True)
class Shaping:
    """How an answer is to be shown. It changes nothing of what is sent, and so is no part of a call's digest."""

    query: str = ""
    """A JMESPath expression over the answer."""
    fields: tuple[str, ...] = ()
    """Dotted names of the fields to show, in this order."""
    output: Output | None = None
    """None leaves it to the answer: a card for an object, rows for a list."""


AS_IT_IS = Shaping()
"""Nothing is asked for but the answer."""
