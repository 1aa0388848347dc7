"""Stripe's search query language, as far as people use it: clauses joined by AND or by OR.

``email:"jenny@example.com"`` matches exactly, ``name~"rosen"`` a part, ``amount>1000`` a number,
``-status:"failed"`` the
rest, ``metadata["order"]:"6"`` a metadata value, ``email:null`` a missing value.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from operations.sandbox.errors import RefusalError, invalid
from operations.sandbox.state import StripeObject

FIELDS: dict[str, frozenset[str]] = {
    "charge": frozenset({
        "amount", "billing_details.address.postal_code", "created", "currency", "customer", "disputed", "metadata",
        "payment_method_details.card.brand", "payment_method_details.card.exp_month",
        "payment_method_details.card.exp_year",
        "payment_method_details.card.fingerprint", "payment_method_details.card.last4", "refunded", "status",
    }),
    "customer": frozenset({"created", "email", "metadata", "name", "phone"}),
    "invoice": frozenset({"created", "currency", "customer", "metadata", "number", "receipt_number", "status",
    "subscription", "total"}),
    "payment_intent": frozenset({"amount", "created", "currency", "customer", "metadata", "status"}),
    "price": frozenset({"active", "currency", "lookup_key", "metadata", "product", "type"}),
    "product": frozenset({"active", "description", "metadata", "name", "shippable", "url"}),
    "subscription": frozenset({"canceled_at", "created", "metadata", "status"}),
}  # fmt: skip
"""What can be searched for, by kind of object."""

_CLAUSE = re.compile(
    r"""\s*(?P<not>-)?(?P<field>[a-z_][a-z0-9_.]*)(?:\[(?P<quote>["'])(?P<key>.*?)(?P=quote)\])?\s*"""
    r"""(?P<operator><=|>=|[:~<>])\s*"""
    r"""(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<bare>[^\s"']+))\s*""",
)
_JOINER = re.compile(r"(AND|OR)\b\s*", re.IGNORECASE)

Test = Callable[[StripeObject], bool]


def search(kind: str, items: Iterable[StripeObject], query: str) -> list[StripeObject]:
    """The objects that a query means, in their order. Raises RefusalError for a query that Stripe couldn't read."""
    clauses, any_of = _parse(kind, query)
    judge = any if any_of else all
    return [item for item in items if judge(clause(item) for clause in clauses)]


def _parse(kind: str, query: str) -> tuple[list[Test], bool]:
    clauses: list[Test] = []
    joiners: set[str] = set()
    position = 0
    while True:
        match = _CLAUSE.match(query, position)
        if match is None:
            raise _unreadable(query)
        clauses.append(_clause(kind, match))
        position = match.end()
        if position == len(query):
            break
        joiner = _JOINER.match(query, position)
        if joiner is not None:
            joiners.add(joiner[1].upper())
            position = joiner.end()
        else:
            joiners.add("AND")
    if len(joiners) > 1:
        raise invalid("You cannot combine AND and OR in a search query.", param="query")
    return clauses, joiners == {"OR"}


def _clause(kind: str, match: re.Match[str]) -> Test:
    name, key, operator = match["field"], match["key"], match["operator"]
    if name not in FIELDS.get(kind, frozenset({name})) or (key is not None) != (name == "metadata"):
        raise invalid(f"Field `{name}` is an unsupported search field for resource `{kind}`.", param="query")
    quoted = match["double"] if match["double"] is not None else match["single"]
    wanted = quoted if quoted is not None else match["bare"]
    wanted = re.sub(r"\\(.)", r"\1", wanted)
    path = ["metadata", key] if key is not None else name.split(".")
    if operator == "~" and len(wanted) < 3:
        raise invalid("Substring search needs at least three characters.", param="query")
    missing = quoted is None and wanted == "null"

    def test(item: StripeObject) -> bool:
        value = _look(item, path)
        result = value is None if missing else value is not None and _compare(value, operator, wanted)
        return result != bool(match["not"])

    return test


def _compare(value: Any, operator: str, wanted: str) -> bool:
    if operator == "~":
        return wanted.casefold() in str(value).casefold()
    if operator == ":":
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return text.casefold() == wanted.casefold()
    try:
        number, limit = float(value), float(wanted)
    except (TypeError, ValueError):
        raise _unreadable(wanted) from None
    return {"<": number < limit, "<=": number <= limit, ">": number > limit, ">=": number >= limit}[operator]


def _look(item: Any, path: list[str]) -> Any:
    for step in path:
        item = item.get(step) if isinstance(item, dict) else None
    return item


def _unreadable(query: str) -> RefusalError:
    return invalid(
        f'We were unable to parse your search query: {query}. Try using the format `metadata["key"]:"value"` to '
        'search metadata or `field:"value"` for other fields.',
        param="query",
    )
