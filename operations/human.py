"""What a person's amounts and times come to, for parameters of which the registry says that they are one.

``12.50usd`` becomes minor units and ``yesterday 14:00`` Unix seconds; whole numbers are what is sent, as in the Stripe
CLI, and stay as they are.
"""

import re
from collections.abc import Mapping
from copy import copy

from operations import typed_money, when
from operations.currencies import Currencies
from operations.problem import RefusalError
from operations.scalars import Word, is_loosely_whole, is_whole
from operations.spec import Shape
from operations.when import When

_MONEY = frozenset({"value", "currency"})
_BOUNDS = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
_COMPARED = re.compile(r"([<>]=?)\s*(.+)", re.DOTALL)
_PAYOUTS = "/v1/payouts"


class Human:
    """Reads the amounts and times of one call to ``path``, by somebody for whom it is ``asked``."""

    def __init__(self, path: str, asked: When) -> None:
        self._asked = asked
        self._payout = path.startswith(_PAYOUTS)
        self.currencies = Currencies(path)

    def copy(self) -> "Human":
        """An equal one, for an attempt that may fail."""
        other = copy(self)
        other.currencies = self.currencies.copy()
        return other

    def value(self, shape: Shape, text: str, place: tuple[str, ...]) -> int | str:
        """What a text comes to; the text itself where it is neither an amount nor a time. Raises RefusalError."""
        match shape.kind, shape.meaning:
            case "integer", "money_minor" if not is_whole(text):
                return self._amount(text, place)
            case "integer", "timestamp" if not is_whole(text) and not is_loosely_whole(text):
                seconds = when.unix_seconds(text, self._asked)
                if seconds is None:
                    raise RefusalError(f"isn't a time: {when.WHAT_WOULD_DO}, or Unix seconds")
                return seconds
            case "string", "datetime":
                moment = when.universal_time(text, self._asked)
                if moment is None:
                    raise RefusalError(f"isn't a time: {when.WHAT_WOULD_DO}")
                return moment
        return text

    def in_short(self, shape: Shape, text: str) -> Mapping[str, object] | None:
        """The fields of an object that is written in one: ``12.50usd``, ``>=2026-11-01``, ``2026-11-01..2026-11-08``.

        Of a range between two days, both belong to it. None for any other text or object.
        """
        names = {each.name for each in shape.fields}
        if names == _MONEY:
            amount = typed_money.read(text)
            return None if amount is None else {"value": amount.minor, "currency": amount.currency}
        if names != set(_BOUNDS.values()):
            return None
        if (compared := _COMPARED.fullmatch(text.strip())) is not None:
            return {_BOUNDS[compared[1]]: Word(compared[2])}
        first, dots, last = map(str.strip, text.partition(".."))
        if not (first and dots and last):
            return None
        after = when.day_after(last, self._asked)
        return {"gte": Word(first), "lte": Word(last)} if after is None else {"gte": Word(first), "lt": Word(after)}

    def _amount(self, text: str, place: tuple[str, ...]) -> int | str:
        governing = self.currencies.governing(place)
        amount = typed_money.read(text, governing.currency, payout=self._payout)
        if amount is None:
            return text
        if amount.said:
            self.currencies.take(amount, governing, place)
        return amount.minor


def reads(shape: Shape, value: object) -> bool:
    """Whether a value is a text that is read as an amount or a time."""
    return isinstance(value, str) and shape.kind == "integer" and shape.meaning in ("money_minor", "timestamp")
