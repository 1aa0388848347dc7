"""Amounts: the exponents are Stripe's, the writing is the locale's, and nothing is lost between them."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.money import MAX_DIGITS, THREE_DECIMAL, WHOLE_UNITS, ZERO_DECIMAL, exponent, format_amount

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("minor", "currency", "expected"),
    [
        (1250, "usd", f"$12.50{NBSP}USD"),
        (1250, "CAD", f"CA$12.50{NBSP}CAD"),
        (123456789, "eur", f"€1,234,567.89{NBSP}EUR"),
        (-1250, "usd", f"-$12.50{NBSP}USD"),
        (0, "usd", f"$0.00{NBSP}USD"),
        (5, "usd", f"$0.05{NBSP}USD"),
        (300, "chf", f"CHF{NBSP}3.00"),
        (500, "jpy", f"¥500{NBSP}JPY"),
        (5000, "mga", f"MGA{NBSP}5,000"),
        (5120, "kwd", f"KWD{NBSP}5.120"),
    ],
)
def test_an_amount_is_written_with_symbol_and_code(minor: int, currency: str, expected: str) -> None:
    """The ISO code always stands there, once, and the decimals are Stripe's."""
    assert format_amount(minor, currency) == expected


@pytest.mark.parametrize(
    ("minor", "currency", "expected"),
    [
        (500, "isk", f"ISK{NBSP}5"),
        (380000, "ugx", f"UGX{NBSP}3,800"),
        (550, "ugx", f"UGX{NBSP}5.50"),
        (1045, "huf", f"HUF{NBSP}10.45"),
        (80045, "twd", f"NT$800.45{NBSP}TWD"),
    ],
)
def test_stripes_special_cases_keep_two_decimals(minor: int, currency: str, expected: str) -> None:
    """ISK and UGX are whole in life and two-decimal at Stripe; HUF and TWD are whole for payouts only."""
    assert format_amount(minor, currency) == expected


def test_a_fraction_of_a_minor_unit_is_shown_in_full() -> None:
    """Stripe's unit_amount_decimal of 0.05 cents must not read as nothing."""
    assert format_amount(Decimal("0.05"), "usd") == f"$0.0005{NBSP}USD"
    assert format_amount(Decimal("1250.0"), "usd") == f"$12.50{NBSP}USD"


def test_the_locale_decides_only_the_writing() -> None:
    """German separators, the same digits."""
    assert format_amount(123456789, "eur", "de_DE") == f"1.234.567,89{NBSP}€{NBSP}EUR"


@pytest.mark.parametrize("currency", ["", "us", "usdx", "u$d", "<!channel>", "ＵＳＤ", "usd\n"])
def test_what_is_no_currency_code_is_refused(currency: str) -> None:
    """Text from outside can't get into an amount by way of its currency."""
    with pytest.raises(ValueError, match="three letters"):
        format_amount(1, currency)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999999999", "1e-999999999", "9" * (MAX_DIGITS + 1)])
def test_a_number_that_no_amount_can_be_is_refused(number: str) -> None:
    """A hostile number costs neither time nor memory."""
    with pytest.raises(ValueError, match="digits"):
        format_amount(Decimal(number), "usd")


def test_the_special_lists_do_not_overlap() -> None:
    """Each currency has one exponent; the whole-unit ones are two-decimal at Stripe."""
    assert ZERO_DECIMAL.isdisjoint(THREE_DECIMAL | WHOLE_UNITS)
    assert {exponent(code) for code in WHOLE_UNITS} == {2}


@given(
    minor=st.integers(min_value=-(10**30), max_value=10**30),
    currency=st.sampled_from(sorted(ZERO_DECIMAL | THREE_DECIMAL | WHOLE_UNITS | {"USD", "EUR", "HUF", "ZZZ"})),
)
def test_reading_the_text_back_gives_the_amount(minor: int, currency: str) -> None:
    """Whatever the size, no digit is added, moved or dropped."""
    text = format_amount(minor, currency)
    digits = "".join(re.findall(r"[-\d.]", text))
    whole, _, decimals = digits.partition(".")
    assert int(whole + decimals.ljust(exponent(currency), "0")) == minor
