"""Amounts, currencies and the balance: every movement of money writes a balance transaction."""

from typing import Any

from babel.numbers import list_currencies

from operations.money import exponent, format_amount
from operations.sandbox.errors import RefusalError, invalid
from operations.sandbox.state import Book, StripeObject
from operations.sandbox.work import Work

SETTLING = 2 * 86_400
"""Seconds until a payment's money is available."""

MAX_AMOUNT = 99_999_999
MINIMUM = {"usd": 50, "eur": 50, "gbp": 30, "jpy": 50}
DEFAULT_MINIMUM = 50

CURRENCIES = frozenset(code.lower() for code in list_currencies())


def checked_currency(currency: str) -> str:
    """A currency in lower case. Raises RefusalError for one that is none."""
    if currency.lower() not in CURRENCIES:
        raise invalid(
            f"Invalid currency: {currency}. Stripe currently supports these currencies: usd, eur, gbp, jpy …",
            param="currency",
        )
    return currency.lower()


def checked_amount(amount: int, currency: str, *, param: str = "amount") -> int:
    """An amount that can be charged. Raises RefusalError for one too small or too large."""
    positive(amount, param)
    least = MINIMUM.get(currency, DEFAULT_MINIMUM)
    if amount < least:
        raise invalid(f"Amount must be at least {money(least, currency)}", param=param, code="amount_too_small")
    if amount > MAX_AMOUNT:
        raise invalid(
            f"Amount must be no more than {money(MAX_AMOUNT, currency)}", param=param, code="amount_too_large"
        )
    return amount


def positive(amount: int, param: str = "amount") -> int:
    """An amount of at least one minor unit. Raises RefusalError for less."""
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", param=param, code="parameter_invalid_integer")
    return amount


def money(amount: int, currency: str) -> str:
    """An amount as Stripe's messages write it: ``$12.50``, and the code where there is no symbol."""
    text = format_amount(amount, currency).replace("\N{NO-BREAK SPACE}", " ")
    return text.removesuffix(f" {currency.upper()}") if not text[0].isalpha() else text


def fee_of(amount: int, currency: str) -> int:
    """The sandbox's price for a payment: 2.9 percent and 30 minor units, or 3 of a currency without decimals."""
    return round(amount * 0.029) + (30 if exponent(currency) else 3)


def move(
    work: Work, type_: str, amount: int, currency: str, source: str, *, fee: int = 0, now: bool = False, **values: Any
) -> str:
    """Writes a balance transaction; its id. ``now``: the money is available, or gone, at once."""
    fees = [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    made = work.make(
        "balance_transaction", amount=amount, currency=currency, fee=fee, net=amount - fee, source=source, type=type_,
        reporting_category=type_ if type_ != "adjustment" else "dispute", fee_details=fees if fee else [],
        created=work.now,
        available_on=work.now if now else work.now + SETTLING, status="available" if now else "pending",
        balance_type="payments", description=None, exchange_rate=None, **values,
    )  # fmt: skip
    return str(made["id"])


def settle(book: Book, now: int) -> list[StripeObject]:
    """All balance transactions, the newest first, those whose day has come made available."""
    transactions = list(book.newest("balance_transaction"))
    for each in transactions:
        if each["status"] == "pending" and each["available_on"] <= now:
            each["status"] = "available"
    return transactions


def balances(book: Book, now: int) -> dict[str, dict[str, int]]:
    """Net sums by status (``available``, ``pending``) and currency."""
    sums: dict[str, dict[str, int]] = {"available": {}, "pending": {}}
    for each in settle(book, now):
        part = sums[each["status"]]
        part[each["currency"]] = part.get(each["currency"], 0) + each["net"]
    return sums


def insufficient(param: str | None = None) -> RefusalError:
    """The account has not enough available money."""
    return invalid(
        "You have insufficient available funds in your Stripe account. Try adding funds directly to your available "
        "balance.",
        param=param,
        code="balance_insufficient",
    )
