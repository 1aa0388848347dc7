"""Members of what Stripe answers, read by somebody who trusts none of it: any may be missing, or of another type."""

import re
from typing import Final

from operations.call import Json

_CODE: Final = re.compile(r"[A-Za-z]{3}", re.ASCII)
_MOST: Final = 10**18
"""No number of Stripe's is that large; larger ones could be neither kept nor shown."""


def at(data: Json, path: str) -> Json:
    """What stands at a dotted path (``payment_method_details.card``); None where nothing does. A number is a place."""
    for step in path.split("."):
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data


def text_at(data: Json, path: str) -> str | None:
    """A member that is a text; of an expanded object, its id."""
    value = at(data, path)
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and value else None


def whole(data: Json, path: str) -> int | None:
    """A member that is a whole number of a sane size."""
    value = at(data, path)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST else None


def currency_at(data: Json, path: str = "currency") -> str | None:
    """A member that is a currency's code, in lower case."""
    value = text_at(data, path)
    return value.lower() if value is not None and _CODE.fullmatch(value) else None


def listed(data: Json, path: str = "") -> list[Json]:
    """The entries of a member that is a list, be it Stripe's kind with ``data`` or a plain one; of data itself too."""
    value = at(data, path) if path else data
    if isinstance(value, dict):
        value = value.get("data")
    return value if isinstance(value, list) else []
