"""What a member of an object is, told by its name and its looks: for objects and members that no table knows.

Nothing here raises, whatever the object holds.
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.cards.objects import Fact
from bot.cards.values import Manner, dig, instant, show, text, words
from bot.text import clip
from operations.call import Json

LABEL_SHOWN: Final = 60
"""Longer than any member of Stripe's."""
NAME_SHOWN: Final = 120

_ID: Final = re.compile(r"[a-z][a-z0-9_]{1,20}_[A-Za-z0-9_]{6,}")
_LINK: Final = re.compile(r"https?://\S+")
_NAMES: Final = ("name", "display_name", "title", "nickname", "number", "email", "description", "type")
_PERSON: Final = (("first_name", "last_name"), ("given_name", "surname"))
_UNTOLD: Final = frozenset({"id", "object", "livemode", "metadata", "deleted", "status"})
_MOMENT_NAMES: Final = re.compile(r"created|updated|(.*_)?date|.*(_at|_on|_by|_start|_end|_until)")
_MONEY_NAMES: Final = re.compile(r"(.*_)?(amount|balance|fee|net|subtotal|total)(_.*)?")
_EARLIEST: Final = 10**9
"""Seconds since the epoch before which (September 2001) a number is taken for a count, not for a moment."""


def headline(data: Json, manner: Manner) -> str | None:
    """What an object probably is: its amount, its name, or both; None where it has neither."""
    amount = show(Fact("amount", kind="money"), data, manner) if _has_currency(data, "amount") else None
    people = (" ".join(part for each in names if (part := text(dig(data, each), manner))) for names in _PERSON)
    named = (text(dig(data, each), manner) for each in _NAMES)
    name = next((each for each in (*people, *named) if each), None)
    return clip(" · ".join(" ".join(part.split()) for part in (amount, name) if part), NAME_SHOWN) or None


def facts(data: Json, manner: Manner) -> Iterator[tuple[Fact, str]]:
    """Those of an object's own members that have a short form, in their order."""
    if not isinstance(data, dict):
        return
    has_currency = isinstance(data.get("currency"), str)
    for name, value in data.items():
        if name in _UNTOLD or "." in name or len(name) > LABEL_SHOWN:
            continue
        fact = guess(name, value, has_currency=has_currency)
        shown = show(fact, data, manner) if fact else None
        if fact and shown:
            yield fact, shown


def guess(name: str, value: Json, *, has_currency: bool) -> Fact | None:
    """How a member is told when no table says so; None for what has no short form."""
    label = words(name)
    match value:
        case bool():
            return Fact(name, label, "flag")
        case int() if _MOMENT_NAMES.fullmatch(name) and value > _EARLIEST:
            return Fact(name, label, "moment")
        case int() if has_currency and _MONEY_NAMES.fullmatch(name):
            return Fact(name, label, "money")
        case int() | float():
            return Fact(name, label, "count")
        case str() if _ID.fullmatch(value):
            return Fact(name, label, "id")
        case str() if _LINK.fullmatch(value):
            return Fact(name, label, "code")
        case str() if _MOMENT_NAMES.fullmatch(name) and instant(value):
            return Fact(name, label, "moment")
        case str():
            return Fact(name, label, "text")
        case {"value": int(), "currency": str()}:
            return Fact(name, label, "money")
        case {"id": str()}:
            return Fact(name, label, "id")
        case [str(), *rest] if all(isinstance(each, str) for each in rest):
            return Fact(name, label, "list")
    return None


def _has_currency(data: Json, name: str) -> bool:
    return isinstance(dig(data, "currency"), str) or isinstance(dig(data, f"{name}.currency"), str)
