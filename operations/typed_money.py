"""Amounts as people type them (``12.50usd``, ``€12,50``, ``1.234,50 eur``), to Stripe's minor units.

Nothing is guessed and nothing rounded. An amount needs a currency: one that is typed with it, or one that is given
beside it. A single separator with exactly three digits behind it (``1,234 usd``) may part thousands or
decimals, so it is refused in every currency. More decimals than a currency has are refused, zeros too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from operations import money
from operations.problem import RefusalError

_MARK = r"[^\W\d_]{0,3}[^\w\s.,'’+\-/()\[\]{}<>=&%#@!?*:;\"\\|~^`]|[^\W\d_]{1,3}"
_SPACES = " \u00a0\u202f"
_TYPED = re.compile(
    rf"(?P<minus>-?)(?P<first>{_MARK})?\s*(?P<second>{_MARK})?\s*"
    rf"(?P<number>[0-9](?:[0-9.,'’{_SPACES}]{{0,40}}[0-9])?)"
    rf"\s*(?P<third>{_MARK})?\s*(?P<fourth>{_MARK})?"
)
_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")
_PLAIN = re.compile(r"(0|[1-9][0-9]{0,17})[.,]([0-9]{1,20})")
_GROUPED = re.compile(
    rf"([1-9][0-9]{{0,2}}(?:([.,'’{_SPACES}])[0-9]{{3}})(?:\2[0-9]{{3}}){{0,5}})(?:(?!\2)[.,]([0-9]{{1,20}}))?"
)
_NUMBER = re.compile(r"-?[0-9][0-9.,'’]*")
_NOT_DIGITS = re.compile(r"[^0-9]")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in minor units of a currency, which is written in lower case."""

    minor: int
    currency: str
    said: bool
    """Whether the text itself said the currency."""


def read(text: str, beside: str | None = None, *, payout: bool = False) -> Amount | None:
    """The amount that a text says; None if it is none. Raises RefusalError for one that is not to be taken.

    ``beside`` is the code of a currency that is given beside it; ``payout`` says that whole units are needed where
    Stripe pays out in such only.
    """
    match = _TYPED.fullmatch(text.strip())
    if match is None:
        return None
    marks = [mark for mark in match.group("first", "second", "third", "fourth") if mark]
    beside = beside.upper() if beside and beside.upper() in money.CURRENCIES else None
    number = match["number"]
    if marks and any(_meaning(mark) is None for mark in marks):
        unknown = next(mark for mark in marks if _meaning(mark) is None)
        if len(unknown) == 3 and unknown.isascii() and unknown.isalpha():
            raise RefusalError(f"is in {unknown.upper()}, which is none of Stripe's currencies")
        return None
    currency = _currency(marks, beside)
    whole, fraction = _digits(number, currency)
    if currency is None:
        raise _without_currency(whole, fraction)
    minor = _minor(whole, fraction, currency, payout=payout)
    return Amount(-minor if match["minus"] else minor, currency.lower(), bool(marks))


def is_mark(text: str) -> bool:
    """Whether a word is exactly a currency's code or sign."""
    return _meaning(text) is not None


def is_number(text: str) -> bool:
    """Whether a word is a number without a currency, as people write it."""
    return _NUMBER.fullmatch(text) is not None


def is_code(text: str) -> bool:
    """Whether a word is the code of a currency that Stripe charges in, in any case."""
    return text.isascii() and text.upper() in money.CURRENCIES


def typed(minor: int, currency: str) -> str:
    """The text that :func:`read` takes for an amount: ``12.50usd``, ``500jpy``, ``5.12kwd``."""
    code, exponent = currency.upper(), money.exponent(currency)
    units, rest = divmod(abs(minor), 10**exponent)
    if exponent == 0 or (code in money.WHOLE_UNITS and not rest):
        number = str(units)
    else:
        # Three decimals would read as thousands; the last is 0 in what Stripe takes.
        number = f"{units}.{rest:0{exponent}}"[: None if exponent == 2 or rest % 10 else -1]
    return f"{'-' * (minor < 0)}{number}{currency.lower()}"


def _meaning(mark: str) -> money.Sign | None:
    if is_code(mark):
        return money.Sign(mark.upper(), frozenset((mark.upper(),)))
    return money.SIGNS.get(mark) or money.SIGNS.get(mark.upper()) or money.SIGNS.get(mark.lower())


def _currency(marks: Sequence[str], beside: str | None) -> str | None:
    """The one currency that all marks agree on, or the usual meaning of a sign that stands alone."""
    if not marks:
        return beside
    meanings = [meaning for meaning in map(_meaning, marks) if meaning is not None]
    common = frozenset.intersection(*(meaning.currencies for meaning in meanings))
    if not common:
        raise RefusalError(f"names two currencies, {marks[0]} and {marks[1]}")
    if beside in common:
        return beside
    if beside is not None and len(common) > 1:
        raise RefusalError(f"is in {marks[0]}, but the currency given beside it is {beside}")
    usual = next((meaning.usual for meaning in meanings if meaning.usual in common), None)
    if len(common) > 1 and usual is None:
        choices = sorted(common)
        raise RefusalError(
            f"is in {marks[0]}, which several currencies share:"
            f" write {', '.join(choices[:-1])} or {choices[-1]} with it"
        )
    return next(iter(common)) if len(common) == 1 else usual


def _digits(number: str, currency: str | None) -> tuple[str, str]:
    """The digits before and behind the decimal sign."""
    if _WHOLE.fullmatch(number):
        return number, ""
    plain = _PLAIN.fullmatch(number)
    if plain is not None:
        whole, fraction = plain.groups()
        if len(fraction) == 3 and whole != "0" and len(whole) <= 3:
            raise _ambiguous(whole, fraction, currency)
        return whole, fraction
    grouped = _GROUPED.fullmatch(number)
    if grouped is None:
        raise RefusalError("isn't a number that can be read for sure: write it without thousands signs, as in 1234.50")
    return _NOT_DIGITS.sub("", grouped[1]), grouped[3] or ""


def _ambiguous(whole: str, fraction: str, currency: str | None) -> RefusalError:
    suggestions: list[str] = []
    exponent = money.exponent(currency or "usd")
    if currency is not None:
        suggestions = [typed(int(whole + fraction) * 10**exponent, currency)]
        if exponent >= 2 and fraction.endswith("0") and currency not in money.WHOLE_UNITS:
            suggestions.append(f"{whole}.{fraction[:2]}{currency.lower()}")
    either = f": write {' or '.join(suggestions)}" if len(suggestions) > 1 else ""
    rule = f" ({currency} has {exponent or 'none'})" if currency is not None else ""
    return RefusalError(
        f"may be {whole}{fraction} with a sign for thousands or {whole} with three decimals{rule}{either}", suggestions
    )


def _without_currency(whole: str, fraction: str) -> RefusalError:
    if not fraction:
        raise RefusalError("says no currency: write it with one, as in 12.50usd")
    said = f"say its currency, as in {whole}.{fraction:0<2}usd"
    if len(fraction) > 2:
        return RefusalError(f"isn't a whole number, in which Stripe counts money, and nothing is rounded; {said}")
    cents = str(int(f"{whole}{fraction:0<2}"))
    return RefusalError(
        "isn't a whole number: Stripe counts money in the currency's smallest unit, such as cents. If the currency has"
        f" cents, type {cents}; or {said}",
        (cents,),
    )


def _minor(whole: str, fraction: str, currency: str, *, payout: bool) -> int:
    near: tuple[str, ...]
    exponent = money.exponent(currency)
    whole_units = exponent == 0 or currency in money.WHOLE_UNITS
    code = currency.lower()
    if whole_units and fraction:
        near = (f"{whole}{code}",) if not int(fraction) else ()
        raise RefusalError(f"has decimals, and {currency} has none; nothing is rounded", near)
    if len(fraction) > exponent:
        near = (f"{whole}.{fraction[:2]}{code}",) if not int(fraction[2:]) else ()
        raise RefusalError(f"has {len(fraction)} decimals, and {currency} has {exponent}; nothing is rounded", near)
    minor = int(whole + fraction.ljust(exponent, "0"))
    if exponent == 3 and minor % 10:
        near = tuple(typed(each, currency) for each in (minor - minor % 10, minor - minor % 10 + 10))
        raise RefusalError(f"can't be sent: Stripe takes {currency} with 0 as the third decimal only", near)
    if payout and currency in money.WHOLE_PAYOUTS and minor % 100:
        near = tuple(typed(each, currency) for each in (minor - minor % 100, minor - minor % 100 + 100))
        raise RefusalError(f"has decimals, and Stripe pays {currency} out in whole units only", near)
    return minor
