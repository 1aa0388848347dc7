"""What was seen of the object that a call is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from operations.call import Call, Json

Kind: TypeAlias = Literal["text", "id", "money", "count", "moment"]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units, with its lower-case currency."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Read:
    """One read at Stripe. Those of one call don't depend on each other."""

    name: str
    """What it is called among the call's reads: ``charge``, ``subscriptions``."""
    call: Call


@dataclass(frozen=True, slots=True)
class Answer:
    """What a read came to: what Stripe answered, that there is no such object, or why it could not be read."""

    data: Json = None
    gone: bool = False
    trouble: str = ""
    """A sentence; empty where there is data or the object is gone."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that somebody who signs should know. ``value`` is untrusted text, an id, or what ``money`` holds."""

    label: str
    kind: Kind
    value: str = ""
    """Of a moment, seconds since 1970."""
    money: Money | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is no longer as it was."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was seen. Plain data, so that it can be kept and compared later."""

    facts: tuple[Fact, ...] = ()
    """In the order in which people should read them."""
    moves: Money | None = None
    """The money that the call moves: of a refund without an amount, all that is left."""
    of: Money | None = None
    """What it is taken from in all, where that tells a full one from a part."""
    left: Money | None = None
    """What stays after it."""
    object_id: str = ""
    """The object that the Dashboard's link goes to."""
    customer_id: str = ""
    refused: str = ""
    """Why Stripe would refuse the call as things stand, in a sentence; empty where nothing speaks against it."""
    trouble: str = ""
    """Why something could not be read, in a sentence; empty where all was."""
    watched: Mapping[str, str] | None = None
    """What must still be so when the call is sent: a label and its value, as people read it."""


def whole(snapshot: Snapshot) -> bool | None:
    """Whether the call takes all of the object (True) or a part of it (False); None where that can't be told."""
    moves, of = snapshot.moves, snapshot.of
    if moves is None or of is None or moves.currency != of.currency:
        return None
    return moves.amount >= of.amount


def differences(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """What has changed of what is watched, in the order of ``before``; a value that is gone is empty.

    Where something could not be read before, what has no former value may have been so all along.
    """
    was, now = before.watched or {}, after.watched or {}
    names = [*was, *(name for name in now if name not in was and not before.trouble)]
    return tuple(
        Difference(name, was.get(name, ""), now.get(name, "")) for name in names if was.get(name) != now.get(name)
    )
