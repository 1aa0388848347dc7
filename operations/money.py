"""Stripe's amounts as people read them.

Stripe counts money in the *minor unit* of a currency, and which unit that is follows Stripe's own list
(docs.stripe.com/currencies), not ISO 4217 and not CLDR: the three disagree for a handful of currencies, and a wrong
exponent shows a hundred times too much. Only the way the number is written comes from CLDR, through Babel.
"""

import re
from copy import copy
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import NumberPattern, format_decimal

ZERO_DECIMAL = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
"""The amount is the charge: 500 is 500 JPY. Stripe's list has UGX too, but its special cases take that back."""

THREE_DECIMAL = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
"""5120 is 5.120 KWD. Payments, refunds and disputes need the last digit to be 0."""

WHOLE_UNITS = frozenset(("ISK", "UGX"))
"""No fraction exists, yet Stripe keeps two decimals that are always 00: 500 is 5 ISK.

HUF and TWD are whole for payouts only: see :data:`WHOLE_PAYOUTS`.
"""

WHOLE_PAYOUTS = frozenset(("HUF", "TWD"))
"""Charges have two decimals, payouts are whole: their amounts are divisible by 100."""

_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY
COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD
JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD
NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL
THB TJS TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW
"""
CURRENCIES = frozenset(_CODES.split())
"""Those that Stripe charges in (docs.stripe.com/currencies#presentment-currencies), so that their exponent is known."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a currency sign may mean. ``usual`` is what it means alone, where that surprises nobody."""

    usual: str | None
    currencies: frozenset[str]


def _sign(usual: str | None, *others: str) -> Sign:
    return Sign(usual, frozenset((*others, usual)) if usual else frozenset(others))


SIGNS = {
    "$": _sign(
        "USD", "AUD", "BBD", "BMD", "BND", "BSD", "BZD", "CAD", "CLP", "COP", "FJD", "GYD", "HKD", "JMD", "KYD", "LRD",
        "MXN", "NAD", "NZD", "SBD", "SGD", "SRD", "TTD", "TWD", "UYU", "XCD", "ARS",
    ),
    "€": _sign("EUR"),
    "£": _sign("GBP", "EGP", "FKP", "GIP", "LBP", "SHP"),
    "¥": _sign("JPY", "CNY"),
    "￥": _sign("JPY", "CNY"),
    "kr": _sign(None, "SEK", "NOK", "DKK", "ISK"),
    "Fr": _sign(None, "CHF", "XAF", "XOF", "XPF"),
    "US$": _sign("USD"),
    "CA$": _sign("CAD"),
    "C$": _sign("CAD", "NIO"),
    "AU$": _sign("AUD"),
    "A$": _sign("AUD"),
    "NZ$": _sign("NZD"),
    "HK$": _sign("HKD"),
    "NT$": _sign("TWD"),
    "S$": _sign("SGD"),
    "MX$": _sign("MXN"),
    "R$": _sign("BRL"),
    "₹": _sign("INR"),
    "₩": _sign("KRW"),
    "₫": _sign("VND"),
    "₪": _sign("ILS"),
    "₺": _sign("TRY"),
    "₴": _sign("UAH"),
    "₱": _sign("PHP"),
    "₦": _sign("NGN"),
    "₸": _sign("KZT"),
    "฿": _sign("THB"),
    "zł": _sign("PLN"),
    "Kč": _sign("CZK"),
}  # fmt: skip
"""The signs that people write for currencies. Phones in Japan and China type the wide yen sign."""

DEFAULT_LOCALE = "en_US"
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,4}){0,2}")
_LATIN_AMERICA = {"es_LA": "es_419"}
"""Slack's name for a region that CLDR calls by its number."""

MAX_DIGITS = 40
"""More than any sum of money has; it keeps a hostile ``1e999999999`` from filling the memory."""

_CODE = re.compile(r"[A-Za-z]{3}")
_LETTER_BEFORE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")


def exponent(currency: str) -> int:
    """How many decimals Stripe's minor unit of ``currency`` has. Raises ValueError for what is no currency code."""
    code = _code(currency)
    if code in ZERO_DECIMAL:
        return 0
    return 3 if code in THREE_DECIMAL else 2


def format_amount(minor: int | Decimal, currency: str, locale: str = DEFAULT_LOCALE) -> str:
    """``minor`` units as money with symbol and ISO code: ``$12.50 USD``, ``¥500 JPY``, ``CHF 3.00``.

    The code always stands there, because a ``$`` alone is five currencies. Where the locale writes the code in place of
    a symbol it is not said twice. No digit is ever rounded away: a fraction of a minor unit (Stripe's ``…_decimal``
    fields) is shown in full. Raises ValueError for what is no currency code, or no number
    of a sane size.
    """
    code = _code(currency)
    number = Decimal(minor)
    _refuse_odd(number)
    with localcontext(prec=2 * MAX_DIGITS + 10):
        units = number.scaleb(-exponent(code)).normalize()
        decimals = max(0, -int(units.as_tuple().exponent))
        shown = 0 if code in WHOLE_UNITS and not decimals else exponent(code)
        pattern = copy(_pattern(locale))
        pattern.frac_prec = (shown, max(shown, decimals))
        text = pattern.apply(units, locale, currency=code, currency_digits=False)
    # CLDR wants a space between a symbol of letters and the digits; Babel leaves it out ("CHF3.00").
    text = _LETTER_BEFORE_DIGIT.sub("\N{NO-BREAK SPACE}", text)
    return text if code in text else f"{text}\N{NO-BREAK SPACE}{code}"


@lru_cache(maxsize=64)
def locale_named(name: str) -> str:
    """The locale that a name such as Slack's ``de-DE`` stands for, or else its language; the default for any other."""
    name = name.replace("-", "_") if _LOCALE.fullmatch(name) else ""
    for candidate in (_LATIN_AMERICA.get(name, name), name.partition("_")[0]):
        try:
            return str(Locale.parse(candidate))
        except (UnknownLocaleError, ValueError):
            continue
    return DEFAULT_LOCALE


def format_number(number: int | Decimal, locale: str = DEFAULT_LOCALE) -> str:
    """A number with the locale's marks between its digits, none of them rounded away. Raises ValueError as above."""
    number = Decimal(number)
    _refuse_odd(number)
    return str(format_decimal(number, locale=locale, decimal_quantization=False))


def _refuse_odd(number: Decimal) -> None:
    if not number.is_finite() or len(number.as_tuple().digits) > MAX_DIGITS or abs(number.adjusted()) > MAX_DIGITS:
        raise ValueError(f"a number must be finite and of at most {MAX_DIGITS} digits")


def _code(currency: str) -> str:
    if not _CODE.fullmatch(currency):
        raise ValueError("a currency is a code of three letters")
    return currency.upper()


@lru_cache(maxsize=64)
def _pattern(locale: str) -> NumberPattern:
    pattern: NumberPattern = Locale.parse(locale).currency_formats["standard"]
    return pattern
