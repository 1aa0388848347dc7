"""Ids that look like Stripe's: the prefix of each kind of object, and letters from the sandbox's own generator."""

import random
import string

from operations.prefixes import PREFIXES

ALPHABET = string.ascii_letters + string.digits


def prefix_of(kind: str) -> str:
    """The prefix of a kind's ids. Kinds without a known one get the beginnings of the words of their last name."""
    known = PREFIXES.get(kind)
    if known is not None:
        return known[0] if known else ""
    return "".join(word[:3] for word in kind.rpartition(".")[2].split("_"))


class Ids:
    """New ids from a seeded generator, so that the same seed gives the same business."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def new(self, kind: str, *, livemode: bool = False) -> str:
        """A new id for an object of this kind, such as ``ch_3Qm…``. A few kinds tell their mode by it."""
        prefix = prefix_of(kind) or "obj"
        if livemode:
            prefix = prefix.replace("_test", "_live")
        return f"{prefix}_{self.letters(24 if prefix in {'ch', 'pi', 'in', 'sub', 'txn', 're', 'evt'} else 14)}"

    def request(self) -> str:
        """A request id, such as ``req_…``."""
        return f"req_{self.letters(14)}"

    def letters(self, count: int) -> str:
        """Random letters and digits: client secrets, tokens, page cursors."""
        return "".join(self._rng.choices(ALPHABET, k=count))
