"""Makes whole objects: every field that Stripe's object of that kind has, with a believable value."""

import datetime
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from operations.sandbox.ids import Ids
from operations.sandbox.state import StripeObject

Fields = Mapping[str, Any]

TEXTS: dict[str, str] = {
    "account_holder_name": "Jenny Rosen", "account_number": "000123456789", "bank_name": "Sandbox Bank",
    "brand": "visa", "city": "Lisbon", "country": "US", "currency": "usd", "default_currency": "usd",
    "description": "Made up by the sandbox", "display_name": "Sandbox", "domain_name": "shop.example",
    "email": "jenny@example.com", "exp_month": "12", "filename": "sandbox.txt", "funding": "credit",
    "language": "en", "last4": "4242", "line1": "1 Quay Street", "name": "Sandbox example", "postal_code": "1100",
    "routing_number": "110000000", "state": "complete", "status": "active", "timezone": "Etc/UTC", "title": "Sandbox",
    "type": "standard", "value": "sandbox",
}  # fmt: skip
"""What a string field holds, by the field's name."""

NUMBERS: dict[str, int] = {
    "exp_month": 12, "exp_year": 2030, "quantity": 1, "attempt_count": 1, "version": 1, "year": 2026, "month": 11,
    "day": 1, "interval_count": 1, "times_redeemed": 0, "size": 128,
}  # fmt: skip

MONEY_WORDS = ("amount", "total", "subtotal", "balance", "unit_amount", "net")

TRUE_FIELDS = {
    "active", "charges_enabled", "details_submitted", "enabled", "payouts_enabled", "valid", "captured", "paid",
    "is_charge_refundable",
}  # fmt: skip

GOOD_STATUSES = (
    "active", "succeeded", "open", "complete", "completed", "available", "paid", "enabled", "posted", "ready", "online",
    "verified", "pending", "processing", "draft",
)  # fmt: skip
"""Which value of a closed status a new object has, the first that exists."""


@cache
def shapes() -> Mapping[str, Fields]:
    """The committed fields of every kind of object."""
    found: Mapping[str, Fields] = json.loads(Path(__file__).with_name("objects.json").read_text("utf-8"))
    return found


def fields_of(kind: str) -> Fields:
    """The fields of a kind, or the few that every object has where the kind is not in the current SDK."""
    basic = {"id": "string", "object": f"enum:{kind}", "created": "integer", "livemode": "boolean", "metadata": "map"}
    return shapes().get(kind, basic)


class Maker:
    """Makes objects for one account and mode at one time."""

    def __init__(self, ids: Ids, *, livemode: bool, now: int) -> None:
        self._ids = ids
        self._livemode = livemode
        self._now = now

    def make(self, kind: str, **values: Any) -> StripeObject:
        """A whole object; ``values`` win over what is made up. An ``id`` is made where the kind has one."""
        fields = fields_of(kind)
        own_id = values.get("id") or self._ids.new(kind, livemode=self._livemode)
        made = {name: self._value(name, word, own_id) for name, word in fields.items() if _shown(word)}
        if "id" in fields:
            made["id"] = own_id
        made["object"] = kind
        return {**made, **values}

    def _value(self, name: str, word: Any, own_id: str) -> Any:
        if isinstance(word, Mapping):
            return {inner: self._value(inner, each, own_id) for inner, each in word.items()}
        if word.endswith("?"):
            return {} if name == "metadata" else None
        match word.partition(":"):
            case "enum", _, values:
                return _choose(name, values.split("|"))
            case "id", _, kind:
                return self._ids.new(kind) if kind else None
            case "list", _, _:
                return {"object": "list", "data": [], "has_more": False, "url": f"/v1/{name}"}
            case "object", _, kind:
                return self.make(kind) if kind else {}
        return self._plain(name, word, own_id)

    def _plain(self, name: str, word: str, own_id: str) -> Any:
        match word:
            case "integer":
                return self._integer(name)
            case "boolean":
                return self._livemode if name == "livemode" else name in TRUE_FIELDS
            case "number" | "decimal":
                return 20.0 if word == "number" else "20.00"
            case "array":
                return []
            case "map":
                return {}
        return self._text(name, own_id)

    def _integer(self, name: str) -> int:
        if name in NUMBERS:
            return NUMBERS[name]
        if name == "created" or name.endswith(("_start", "_on")):
            return self._now
        if name.endswith(("_at", "_end", "_date")) or name in {"expires", "date"}:
            return self._now + 86_400
        return 2_000 if any(word in name for word in MONEY_WORDS) else 0

    def _text(self, name: str, own_id: str) -> str:
        if name in TEXTS:
            return TEXTS[name]
        if name == "created" or name.endswith("_at"):
            return iso(self._now)
        if name.endswith("secret"):
            return f"{own_id}_secret_{self._ids.letters(24)}"
        if name.endswith("url"):
            return f"https://pages.sandbox.example/{own_id}"
        return f"sandbox {name.replace('_', ' ')}"


def merge(value: StripeObject, parameters: Mapping[str, Any]) -> StripeObject:
    """Takes into an object the request's parameters that are fields of it, in place. Others say nothing about it.

    The empty string (v1) and null (v2) clear a field. Metadata is merged key by key; an empty value removes the key.
    """
    fields = fields_of(value["object"])
    for name, given in parameters.items():
        word = fields.get(name)
        if name == "metadata":
            value[name] = merged_metadata(value.get(name), given)
        elif isinstance(word, Mapping) and isinstance(given, Mapping):
            value[name] = {**(value.get(name) or {}), **given}
        elif isinstance(word, str) and _fits(word, given):
            value[name] = None if given == "" else given
    return value


def merged_metadata(before: Mapping[str, Any] | None, given: Any) -> dict[str, Any]:
    """Metadata after an update: given keys set, keys with an empty value gone, all gone by the empty string."""
    if not isinstance(given, Mapping):
        return {}
    return {key: value for key, value in {**(before or {}), **given}.items() if value not in ("", None)}


def iso(seconds: float) -> str:
    """A time as v2 writes it: ISO 8601 with milliseconds, UTC."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shown(word: Any) -> bool:
    # Lists that can be null, such as a charge's refunds, are only in an answer when they are expanded.
    return not (isinstance(word, str) and word.startswith("list:") and word.endswith("?"))


def _choose(name: str, values: list[str]) -> str:
    if name in {"status", "state"}:
        return next((good for good in GOOD_STATUSES if good in values), values[0])
    return values[0]


def _fits(word: str, given: Any) -> bool:
    kind = word.removesuffix("?").partition(":")[0]
    if given in ("", None):
        return word.endswith("?")
    match given:
        case bool():
            return kind == "boolean"
        case int() | float():
            return kind in {"integer", "number"}
        case str():
            return kind in {"string", "enum", "id", "decimal"}
        case list():
            return kind == "array"
        case Mapping():
            return kind == "map"
    return False
