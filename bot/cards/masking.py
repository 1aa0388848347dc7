"""Personal data, masked: for answers that stand where others read along.

Enough stays for those who know the person to see which one it is: the first letter of each name, the host of an e-mail
address, the last two digits of a phone number.
"""

import re
from typing import Final

from bot.cards.personal import BY_NAME, NAMED_KINDS, NAMED_PARTS, VALUED_KINDS, How
from operations.call import Json

DOTS: Final = "•••"
MAX_DEPTH: Final = 60
_EMAIL: Final = re.compile(r"(?<![\w.%+'&-])([\w.%+'&-])[\w.%+'&-]*+@((?:[\w-]++\.)+[\w-]{2,})")
"""Begun where a word begins and never gone back in: a megabyte of letters is read once."""
_KEPT_DIGITS: Final = 2


def mask(data: Json) -> Json:
    """A copy of an answer with personal data masked. Applying it twice changes nothing more."""
    return _mask(data, how=None, named=False, depth=0)


def mask_text(text: str) -> str:
    """A text with the e-mail addresses in it masked: ``jenny@example.com`` → ``j•••@example.com``."""
    return _EMAIL.sub(rf"\1{DOTS}@\2", text) if "@" in text else text


def mask_name(name: str) -> str:
    """A person's name by its first letters: ``Jenny Rosen`` → ``J••• R•••``."""
    return " ".join(part if part.endswith(DOTS) else f"{part[0]}{DOTS}" for part in mask_text(name).split())


def _mask(value: Json, *, how: How | None, named: bool, depth: int) -> Json:
    if depth > MAX_DEPTH:
        return DOTS
    match value:
        case dict():
            return _members(value, how=how, named=named, depth=depth)
        case list():
            return [_mask(each, how=how, named=named, depth=depth + 1) for each in value]
        case str():
            return _masked(value, how)
        case bool() | None:
            return value
    return DOTS if how is not None else value


def _members(members: dict[str, Json], *, how: How | None, named: bool, depth: int) -> dict[str, Json]:
    kind = members.get("object")
    by_kind = isinstance(kind, str) and kind in NAMED_KINDS
    numbered = isinstance(kind, str) and kind in VALUED_KINDS
    masked: dict[str, Json] = {}
    for name, value in members.items():
        # What kind of thing it is stays told, so that a card is still a card.
        own = None if name in ("object", "id") else how or BY_NAME.get(name)
        if own is None and ((name == "name" and (named or by_kind)) or (name == "value" and numbered)):
            own = "hidden" if numbered else "name"
        inner = named or name in NAMED_PARTS
        masked[name] = _mask(value, how=own, named=inner, depth=depth + 1)
    return masked


def _masked(text: str, how: How | None) -> str:
    match how:
        case _ if not text.strip():
            return text
        case None:
            return mask_text(text)
        case "name":
            return mask_name(text)
        case "phone" if text.startswith(DOTS):
            return text
        case "phone":
            digits = [each for each in text if each.isdigit()]
            return f"{DOTS} {''.join(digits[-_KEPT_DIGITS:])}" if len(digits) > 2 * _KEPT_DIGITS else DOTS
        case _:
            return DOTS
