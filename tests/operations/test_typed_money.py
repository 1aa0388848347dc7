"""Amounts as people type them: what is taken, what is refused, and what would do instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.money import CURRENCIES, SIGNS, THREE_DECIMAL, WHOLE_UNITS, exponent
from operations.problem import RefusalError
from operations.typed_money import Amount, is_mark, read, typed

NBSP = "\N{NO-BREAK SPACE}"


def refusal(text: str, beside: str | None = None, *, payout: bool = False) -> RefusalError:
    with pytest.raises(RefusalError) as caught:
        read(text, beside, payout=payout)
    return caught.value


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("12.50usd", 1250, "usd"),
        ("12.50 usd", 1250, "usd"),
        ("12.50 USD", 1250, "usd"),
        (f"12.50{NBSP}usd", 1250, "usd"),
        ("USD 12.50", 1250, "usd"),
        ("usd12.50", 1250, "usd"),
        ("$12.50", 1250, "usd"),
        ("$ 12.50", 1250, "usd"),
        ("12.50$", 1250, "usd"),
        ("$12", 1200, "usd"),
        ("$12.5", 1250, "usd"),
        ("$0.05", 5, "usd"),
        ("12,50 eur", 1250, "eur"),
        ("12,50€", 1250, "eur"),
        ("€12,50", 1250, "eur"),
        ("£12.50", 1250, "gbp"),
        ("¥500", 500, "jpy"),
        ("￥500", 500, "jpy"),
        ("500jpy", 500, "jpy"),
        ("CA$12.50", 1250, "cad"),
        ("R$ 12,50", 1250, "brl"),
        ("12,50 zł", 1250, "pln"),
        ("-12.50usd", -1250, "usd"),
        ("-$12.50", -1250, "usd"),
    ],
)
def test_an_amount_with_its_currency_is_minor_units(text: str, minor: int, currency: str) -> None:
    """Code or sign, before or behind, point or comma."""
    assert read(text) == Amount(minor, currency, said=True)


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("1,234.50 usd", 123450, "usd"),
        ("1.234,50 eur", 123450, "eur"),
        ("1,234,567 usd", 123456700, "usd"),
        ("1.234.567,89 eur", 123456789, "eur"),
        ("1 234,50 €", 123450, "eur"),
        (f"1{NBSP}234,50 €", 123450, "eur"),
        ("1'234.50 chf", 123450, "chf"),
        ("1234.50 usd", 123450, "usd"),
        ("12345,6 eur", 1234560, "eur"),
    ],
)
def test_thousands_may_be_marked_where_that_is_plain(text: str, minor: int, currency: str) -> None:
    """By one sign throughout, and another for the decimals."""
    assert read(text) == Amount(minor, currency, said=True)


@pytest.mark.parametrize(
    ("text", "suggestions"),
    [
        ("1,234 usd", ("1234.00usd",)),
        ("1.234 eur", ("1234.00eur",)),
        ("12.500usd", ("12500.00usd", "12.50usd")),
        ("¥1,234", ("1234jpy",)),
        ("5.120 kwd", ("5120.00kwd", "5.12kwd")),
        ("5.123 kwd", ("5123.00kwd",)),
    ],
)
def test_thousands_or_decimals_is_a_question_and_so_refused(text: str, suggestions: tuple[str, ...]) -> None:
    """In every currency alike; what would do is offered and works."""
    assert refusal(text).suggestions == suggestions
    assert "thousands" in refusal(text).detail
    assert all(read(each) is not None for each in suggestions)


@pytest.mark.parametrize(
    ("text", "rule", "suggestions"),
    [
        ("10.00 jpy", "JPY has none", ("10jpy",)),
        ("10.5 jpy", "JPY has none", ()),
        ("1234.567 usd", "USD has 2", ()),
        ("1234.560 usd", "USD has 2", ("1234.56usd",)),
        ("10.0050 usd", "USD has 2", ()),
        ("1.2345 kwd", "KWD has 3", ()),
        ("0.125 kwd", "0 as the third decimal", ("0.12kwd", "0.13kwd")),
        ("5.00 isk", "ISK has none", ("5isk",)),
        ("3800.50 ugx", "UGX has none", ()),
    ],
)
def test_more_digits_than_the_currency_has_are_refused_with_its_rule(
    text: str, rule: str, suggestions: tuple[str, ...]
) -> None:
    """B10: never rounded, not even where the digits are zeros."""
    assert rule in refusal(text).detail
    assert refusal(text).suggestions == suggestions
    assert all(read(each) is not None for each in suggestions)


@pytest.mark.parametrize(
    ("text", "minor"), [("5isk", 500), ("3800 ugx", 380000), ("5.12kwd", 5120), ("0.120 kwd", 120), ("10.45huf", 1045)]
)
def test_stripes_special_cases(text: str, minor: int) -> None:
    """docs.stripe.com/currencies#special-cases: ISK and UGX keep two decimals that are always 00."""
    amount = read(text)
    assert amount is not None
    assert amount.minor == minor


def test_payouts_of_some_currencies_are_whole() -> None:
    """HUF and TWD have two decimals, but are paid out in whole units."""
    assert read("10.00huf", payout=True) == Amount(1000, "huf", said=True)
    assert refusal("800.45 twd", payout=True).suggestions == ("800.00twd", "801.00twd")
    assert read("10.45usd", payout=True) == Amount(1045, "usd", said=True)


@pytest.mark.parametrize(
    ("text", "beside", "currency"),
    [
        ("$12", "cad", "cad"),
        ("$12 cad", None, "cad"),
        ("¥5", "CNY", "cny"),
        ("12 kr", "sek", "sek"),
        ("USD $12", None, "usd"),
    ],
)
def test_a_shared_sign_means_the_currency_given_beside_it(text: str, beside: str | None, currency: str) -> None:
    """Else the most usual one, where that surprises nobody."""
    amount = read(text, beside)
    assert amount is not None
    assert amount.currency == currency


def test_a_sign_without_a_usual_currency_is_refused_with_the_choices() -> None:
    """Four countries have crowns."""
    assert "DKK, ISK, NOK or SEK" in refusal("12 kr").detail
    assert "CHF" in refusal("12 Fr").detail


@pytest.mark.parametrize(("text", "beside"), [("$12 eur", None), ("12usd eur", None), ("$12", "eur")])
def test_two_currencies_are_refused(text: str, beside: str | None) -> None:
    """Naming both."""
    detail = refusal(text, beside).detail.lower()
    assert "eur" in detail
    assert "$" in detail or "usd" in detail


@pytest.mark.parametrize(
    ("text", "beside", "minor"), [("12.50", "usd", 1250), ("12,50", "EUR", 1250), ("1,234.50", "usd", 123450)]
)
def test_a_bare_decimal_is_read_by_the_currency_beside_it(text: str, beside: str, minor: int) -> None:
    """Then it can mean one thing only."""
    assert read(text, beside) == Amount(minor, beside.lower(), said=False)


@pytest.mark.parametrize("beside", [None, "", "xyz", "nothing"])
def test_a_bare_decimal_without_a_known_currency_is_refused(beside: str | None) -> None:
    """Cents are the usual case, and what to type for them is offered."""
    assert refusal("12.50", beside).suggestions == ("1250",)
    assert "currency" in refusal("12.50", beside).detail


def test_a_currency_that_stripe_has_not_is_refused_by_name() -> None:
    """Its exponent is not known."""
    assert "XYZ" in refusal("12.50xyz").detail


@pytest.mark.parametrize(
    "text",
    [
        "１２.５０usd",
        "٣usd",
        "+5usd",
        "1e3",
        "1e3usd",
        "0x10",
        "NaN",
        "NaN usd",
        "1/2",
        "usd",
        "$",
        "",
        "5usd5",
        "5%",
        "(5usd)",
    ],
)
def test_what_is_no_amount_is_left_to_the_rule_for_whole_numbers(text: str) -> None:
    """B6, B8: other scripts' digits, plus signs, exponents and words."""
    assert read(text) is None


@pytest.mark.parametrize(
    "text", ["01.50usd", "1,23,456 inr", "1,234.567,8 usd", "1..5usd", "12.,50 eur", "1'234,50.1 chf"]
)
def test_a_number_with_signs_out_of_place_is_refused(text: str) -> None:
    """Rather than read somehow."""
    assert "can't be read for sure" in refusal(text).detail or "isn't" in refusal(text).detail


@given(st.sampled_from(sorted(CURRENCIES)), st.integers(-(10**12), 10**12))
def test_what_is_written_is_read_back(currency: str, minor: int) -> None:
    """Every amount that can be typed in a currency."""
    if currency in WHOLE_UNITS:
        minor -= minor % 100
    if currency in THREE_DECIMAL:
        minor -= minor % 10
    assert read(typed(minor, currency)) == Amount(minor, currency.lower(), said=True)


@given(st.text("0123456789.,'$€¥kr usdejpyw-+ ", max_size=14), st.sampled_from([None, "usd", "jpy", "kwd", "isk"]))
def test_whatever_is_taken_has_as_many_digits_as_were_typed(text: str, beside: str | None) -> None:
    """Nothing is lost or rounded: the minor units are the digits, with zeros for the decimals that were left out."""
    try:
        amount = read(text, beside)
    except RefusalError:
        return
    if amount is not None:
        digits = "".join(each for each in text if each.isdigit()).lstrip("0")
        minor = str(abs(amount.minor))
        zeros = exponent(amount.currency)
        assert minor in {(digits + "0" * more).lstrip("0") or "0" for more in range(zeros + 1)}


def test_every_currency_has_an_exponent_and_every_sign_a_currency() -> None:
    """The tables agree with each other."""
    assert all(sign.currencies <= CURRENCIES and sign.usual in {*sign.currencies, None} for sign in SIGNS.values())
    assert all(is_mark(each) for each in (*CURRENCIES, *SIGNS))
