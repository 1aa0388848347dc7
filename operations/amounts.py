"""Amounts as people say them: ``12.50``, ``12,50 eur``, ``$12.50``, ``¥500``. Read exactly, never rounded.

What is said is one thing, what it is worth in a currency's minor units another: ``12.50`` is 1250 of a dollar's and no
amount of yen.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from babel.numbers import list_currencies

from operations import money

_DOLLARS = frozenset(
    {
        "usd",
        "aud",
        "brl",
        "bsd",
        "bzd",
        "cad",
        "clp",
        "cop",
        "dop",
        "fjd",
        "hkd",
        "jmd",
        "kyd",
        "mxn",
        "nzd",
        "sgd",
        "twd",
    }
)
SYMBOLS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "$": _DOLLARS,
        "US$": frozenset({"usd"}),
        "CA$": frozenset({"cad"}),
        "A$": frozenset({"aud"}),
        "€": frozenset({"eur"}),
        "£": frozenset({"gbp", "egp", "fkp", "gip", "lbp", "shp"}),
        "¥": frozenset({"jpy", "cny"}),
        "₹": frozenset({"inr"}),
        "₩": frozenset({"krw"}),
        "₫": frozenset({"vnd"}),
        "₺": frozenset({"try"}),
        "₪": frozenset({"ils"}),
        "฿": frozenset({"thb"}),
        "₱": frozenset({"php", "cup"}),
    }
)
"""The currencies that a sign may mean; which, the object says that the amount is for."""

_SIGN = "|".join(sorted(map(re.escape, SYMBOLS), key=len, reverse=True))
_SPOKEN = re.compile(
    rf"(?:(?P<sign>{_SIGN})|(?P<before>[A-Za-z]{{3}}))?\s*"
    rf"(?P<number>[0-9]{{1,12}}(?:[.,][0-9]{{1,4}})?)\s*"
    rf"(?:(?P<after>[A-Za-z]{{3}})|(?P<sign_after>{_SIGN}))?",
    re.ASCII,
)


class AmountError(ValueError):
    """Why an amount can't be said in a currency; the message is a clause that follows the amount."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """An amount as it was said."""

    number: Decimal
    decimals: int
    """Digits behind the point; 0 for a whole number, which may mean units or minor units."""
    said: str
    currency: str = ""
    """The currency's code in lower case, where it was said."""
    sign: str = ""

    def fits(self, currency: str) -> bool:
        """Whether it can be an amount in this currency, by the code or the sign that was said with it."""
        if self.currency:
            return self.currency == currency.lower()
        return not self.sign or currency.lower() in SYMBOLS[self.sign]

    def is_ambiguous(self, currency: str) -> bool:
        """Whether it may be units or minor units: a bare whole number, where the two differ."""
        bare = not self.decimals and not self.currency and not self.sign
        return bare and money.exponent(currency) > 0 and currency.upper() not in money.WHOLE_UNITS

    def minor(self, currency: str) -> int:
        """The amount in minor units of a currency. Raises AmountError for more decimals than it has."""
        exponent = money.exponent(currency)
        whole_only = exponent == 0 or currency.upper() in money.WHOLE_UNITS
        minor = self.number.scaleb(exponent)
        fits = self.number == self.number.to_integral_value() if whole_only else minor == minor.to_integral_value()
        if not fits:
            has = "no decimals" if whole_only else f"{exponent} decimals"
            raise AmountError(f"can't be paid in {currency.upper()}, which has {has}; nothing is rounded")
        return int(minor)


def read_spoken(text: str) -> Spoken | None:
    """The amount that a text says, or None where it says none. A comma is a decimal one: ``12,50``."""
    match = _SPOKEN.fullmatch(text.strip())
    if match is None or (match["before"] and match["after"]) or (match["sign"] and match["sign_after"]):
        return None
    number = match["number"].replace(",", ".")
    code = (match["before"] or match["after"] or "").lower()
    if code and not is_currency(code):
        return None
    return Spoken(
        number=Decimal(number),
        decimals=len(number.partition(".")[2]),
        said=text.strip(),
        currency=code,
        sign=match["sign"] or match["sign_after"] or "",
    )


def is_currency(text: str) -> bool:
    """Whether a word is the code of a currency, in any case."""
    return text.upper() in _codes()


@cache
def _codes() -> frozenset[str]:
    return frozenset(list_currencies())


def in_units(minor: int, currency: str) -> str:
    """Minor units as somebody types them: ``12.50usd``, ``500jpy``."""
    exponent = money.exponent(currency)
    return f"{Decimal(minor).scaleb(-exponent):.{exponent}f}{currency.lower()}"
