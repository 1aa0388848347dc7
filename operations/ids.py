"""The ids that stand in a path: which are let in, and how they are written, so that none reaches another endpoint.

Encoding alone is no defence: ``..`` and ``.`` survive every percent-encoder and are resolved by HTTP clients, so that
``customers retrieve ..`` would read ``/v1``. A narrow pattern is, together with the check that the finished path still
names the operation that was meant (``search`` is a well-formed id, and ``/v1/customers/search`` another endpoint).
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Protocol
from urllib.parse import quote

from operations.spec import Operation

MAX_ID_LENGTH = 255

_ID = re.compile(r"[A-Za-z0-9_]{1,255}", re.ASCII)
_CHOSEN_ID = re.compile(r"(?!\.+\Z)[A-Za-z0-9_.~:@+!*$,-]{1,255}", re.ASCII)
# The collections whose ids people, not Stripe, make up: coupon codes, the ids given to products and plans (and, with
# them, to the prices that took the plans' place), domain names, and report types (``balance.summary.1``).
_CHOSEN_COLLECTIONS = frozenset({"coupons", "plans", "prices", "products", "skus", "apple_pay/domains", "report_types"})
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


class PathMatcher(Protocol):
    """The part of the registry that tells which operation a concrete path belongs to."""

    def match_path(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None: ...


@cache
def placeholders(path: str) -> tuple[str, ...]:
    """The names in a path template, in order."""
    return tuple(_PLACEHOLDER.findall(path))


@cache
def _is_chosen(path: str, name: str) -> bool:
    before = path[: path.index("{" + name + "}")].rstrip("/")
    return any(before.endswith("/" + collection) for collection in _CHOSEN_COLLECTIONS)


def is_valid(path: str, name: str, value: str) -> bool:
    """Whether ``value`` may stand for ``{name}`` in the template ``path``."""
    return (_CHOSEN_ID if _is_chosen(path, name) else _ID).fullmatch(value) is not None


def rule(path: str, name: str) -> str:
    """What an id in this place is made of, as the end of a sentence."""
    if _is_chosen(path, name):
        return f"1 to {MAX_ID_LENGTH} letters, digits and _ . - ~ : @ + ! * $ ,"
    return f"1 to {MAX_ID_LENGTH} letters, digits and underscores"


def fill(path: str, values: Mapping[str, str]) -> str:
    """The concrete path, percent-encoded. Raises ValueError for a missing, superfluous or ill-formed id."""
    names = placeholders(path)
    if set(names) != set(values):
        raise ValueError(f"{path} takes exactly the ids {', '.join(names) or 'none'}")
    for name in names:
        if not is_valid(path, name, values[name]):
            raise ValueError(f"{name} in {path} must be {rule(path, name)}")
    return _PLACEHOLDER.sub(lambda match: quote(values[match[1]], safe=""), path)


def reaches(matcher: PathMatcher, operation: Operation, values: Mapping[str, str]) -> bool:
    """Whether the path filled with these ids is still one of this operation, and not of another one."""
    matched = matcher.match_path(operation.method, fill(operation.path, values))
    return matched is not None and matched[0].key == operation.key
