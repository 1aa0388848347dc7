"""The parts that what people are told of an object is put together from: each makes facts of what was read.

Nothing here trusts Stripe's answer: whatever a member holds, a part gives facts of a bounded length or none.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from operations.call import Call, Json
from operations.looks.amounts import asked
from operations.looks.snapshot import Answer, Fact, Kind, Money
from operations.members import at, currency_at, listed, text_at, whole
from operations.money import format_amount
from operations.secrets import scrub

MOST_CHARACTERS: Final = 200
"""Of a fact's value."""
ENTRIES_SHOWN: Final = 5
"""Of a list that is told of in one line."""
_ID: Final = re.compile(r"[A-Za-z0-9_.~:@+!*$,-]{1,255}", re.ASCII)
_BRANDS: Final[Mapping[str, str]] = MappingProxyType({"amex": "American Express", "jcb": "JCB", "unionpay": "UnionPay"})
"""Of brands that aren't written as Stripe's words for them."""
_LATEST: Final = 253_402_300_799
"""The last second that a date can be written of."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look saw."""

    call: Call
    kind: str
    """Of the object that the call is about, such as ``charge``."""
    object_id: str
    data: Json
    """The object, or the part of it that is being told of."""
    beside: Mapping[str, Answer]
    """The other reads, by their names."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A fact; whether a change of it matters, and whether people are told of it as it is."""

    fact: Fact
    watched: bool = False
    shown: bool = True


Part: TypeAlias = Callable[[Seen], Iterable[Noted]]


# --- values -----------------------------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """Text from outside in one line of bounded length, secrets masked, without what could be neither kept nor sent."""
    kept = "".join(" " if unicodedata.category(each) in ("Cc", "Cs") else each for each in text[: 4 * MOST_CHARACTERS])
    line = scrub(" ".join(kept.split()))
    return line if len(line) <= MOST_CHARACTERS else line[: MOST_CHARACTERS - 1] + "…"


def words_at(data: Json, *paths: str) -> str:
    """The first of these members that holds text, cleaned; empty where none does."""
    found = (value for path in paths if isinstance(value := at(data, path), str))
    return next((text for text in map(clean, found) if text), "")


def id_at(data: Json, *paths: str) -> str:
    """The first of these members that is an id, or an object with one; empty where none is."""
    found = (text_at(data, path) for path in paths)
    return next((each for each in found if each is not None and _ID.fullmatch(each)), "")


def money_at(data: Json, path: str, currency: str = "currency") -> Money | None:
    """The money at a member: a whole number in the currency beside it, or v2's object of both."""
    amount, code = whole(data, path), currency_at(data, currency)
    if amount is None:
        amount, code = whole(data, f"{path}.value"), currency_at(data, f"{path}.currency")
    return None if amount is None or code is None else Money(amount, code)


def moment_at(data: Json, *paths: str) -> int | None:
    """The first of these members that is a moment, in seconds since 1970: v1's number or v2's text."""
    for path in paths:
        value = whole(data, path)
        if value is not None and 0 < value <= _LATEST:
            return value
        try:
            read = datetime.fromisoformat(text_at(data, path) or "")
            seconds = int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())
        except (ValueError, OverflowError):
            continue
        if 0 < seconds <= _LATEST:
            return seconds
    return None


def said(money: Money) -> str:
    """Money as people read it."""
    return format_amount(money.amount, money.currency)


def read(fact: Fact) -> str:
    """A fact's value as people read it, wherever they are."""
    if fact.money is not None:
        return said(fact.money)
    if fact.kind == "moment":
        return f"{datetime.fromtimestamp(int(fact.value), UTC):%Y-%m-%d %H:%M} UTC"
    return fact.value


def spoken(word: str) -> str:
    """One of Stripe's words as people write it: ``requires_capture`` → ``requires capture``."""
    return word.replace("_", " ")


# --- parts ------------------------------------------------------------------------------------------------------------


def note(label: str, value: str, kind: Kind = "text", *, watched: bool = False, shown: bool = True) -> Iterator[Noted]:
    """A fact of this value; none where it is empty."""
    if value:
        yield Noted(Fact(label, kind, value), watched, shown)


def money(label: str, path: str, *, currency: str = "currency", watched: bool = False, always: bool = True) -> Part:
    """An amount. ``always`` says whether people are told of it also where it is nothing."""

    def part(seen: Seen) -> Iterator[Noted]:
        found = money_at(seen.data, path, currency)
        if found is not None:
            yield Noted(Fact(label, "money", money=found), watched, always or found.amount != 0)

    return part


def text(label: str, *paths: str, watched: bool = False, shown: bool = True) -> Part:
    """The first of these members that holds text, as it is."""
    return lambda seen: note(label, words_at(seen.data, *paths), watched=watched, shown=shown)


def word(label: str, *paths: str, watched: bool = False) -> Part:
    """One of Stripe's own words, as people write it."""
    return lambda seen: note(label, spoken(words_at(seen.data, *paths)), watched=watched)


def ident(label: str, *paths: str) -> Part:
    """The id of another object."""
    return lambda seen: note(label, id_at(seen.data, *paths), "id")


def moment(label: str, *paths: str, watched: bool = False) -> Part:
    """The first of these members that is a moment."""

    def part(seen: Seen) -> Iterator[Noted]:
        found = moment_at(seen.data, *paths)
        return note(label, "" if found is None else str(found), "moment", watched=watched)

    return part


def count(label: str, path: str, *, always: bool = False) -> Part:
    """A number of things."""

    def part(seen: Seen) -> Iterator[Noted]:
        found = whole(seen.data, path)
        return note(label, str(found) if found or (always and found is not None) else "", "count")

    return part


def percentage(label: str, path: str) -> Part:
    """A share of a hundred, which may have decimals."""

    def part(seen: Seen) -> Iterator[Noted]:
        value = at(seen.data, path)
        told = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 100
        return note(label, f"{value:g} %" if told else "")

    return part


def switch(label: str, path: str, tells: bool, says: str, *, watched: bool = True) -> Part:
    """A switch of which people are told where it stands at ``tells``."""

    def part(seen: Seen) -> Iterator[Noted]:
        value = at(seen.data, path)
        if isinstance(value, bool):
            other = "no" if tells else "yes"
            yield Noted(Fact(label, "text", says if value is tells else other), watched, value is tells)

    return part


def within(path: str, *parts: Part) -> Part:
    """These parts of an object that stands in the object."""

    def part(seen: Seen) -> Iterator[Noted]:
        inner = at(seen.data, path)
        if isinstance(inner, dict):
            held = Seen(seen.call, seen.kind, seen.object_id, inner, seen.beside)
            for each in parts:
                yield from each(held)

    return part


def person(label: str, *, names: tuple[str, ...] = (), emails: tuple[str, ...] = (), watched: bool = False) -> Part:
    """Who it is: the customer's name and address, by the expanded customer or by the object's own members, and id."""

    def part(seen: Seen) -> Iterator[Noted]:
        name = words_at(seen.data, "customer.name", *names)
        email = words_at(seen.data, "customer.email", *emails)
        yield from note(label, clean(", ".join(each for each in (name, email) if each)))
        yield from note("Customer", id_at(seen.data, "customer"), "id", watched=watched)

    return part


def card(label: str, *paths: str) -> Part:
    """A card by its brand and last digits, a bank account by its bank and those: of the first of these members that
    is one, or of the object itself where none is named.
    """

    def part(seen: Seen) -> Iterator[Noted]:
        for held in [at(seen.data, path) for path in paths] or [seen.data]:
            brand = words_at(held, "brand", "bank_name")
            last = words_at(held, "last4")
            if brand or last:
                name = _BRANDS.get(brand, f"{brand[:1].upper()}{brand[1:]}") or "Card"
                return note(label, clean(f"{name} ending {last}" if last else name))
        return iter(())

    return part


def entries(label: str, path: str) -> Part:
    """A list of texts in one line."""

    def part(seen: Seen) -> Iterator[Noted]:
        told = [words_at({"is": each}, "is") for each in listed(seen.data, path)[:ENTRIES_SHOWN]]
        return note(label, clean(", ".join(filter(None, told))))

    return part


def available(seen: Seen) -> Money | None:
    """What the balance has, by a read of it, in the currency that the call names; None where it doesn't tell."""
    named, answer = seen.call.parameters.get("currency"), seen.beside.get("balance")
    currency = currency_at({"currency": named}) if isinstance(named, str) else None
    if currency is None or answer is None:
        return None
    each = (whole(each, "amount") for each in listed(answer.data, "available") if currency_at(each) == currency)
    amounts = [amount for amount in each if amount is not None]
    return Money(sum(amounts[:ENTRIES_SHOWN]), currency) if amounts else None


def in_balance(label: str) -> Part:
    """What the balance has."""

    def part(seen: Seen) -> Iterator[Noted]:
        found = available(seen)
        if found is not None:
            yield Noted(Fact(label, "money", money=found))

    return part


def asked_money(label: str, parameter: str) -> Part:
    """An amount that the call asks for, in the object's currency."""

    def part(seen: Seen) -> Iterator[Noted]:
        amount, currency = asked(seen.call, parameter), currency_at(seen.data)
        if amount is not None and currency is not None:
            yield Noted(Fact(label, "money", money=Money(amount, currency)))

    return part


def counted(label: str, name: str, noun: str, *, watched: bool = True) -> Part:
    """How many another read lists; of a list that goes on, that there are more."""

    def part(seen: Seen) -> Iterator[Noted]:
        answer = seen.beside.get(name)
        if answer is None or answer.data is None:
            return iter(())
        number, more = len(listed(answer.data)), at(answer.data, "has_more") is True
        if not number:
            return note(label, "none", watched=watched, shown=False)
        things = noun if number == 1 and not more else f"{noun}s"
        return note(label, f"{'more than ' if more else ''}{number} {things}", watched=watched)

    return part


def latest(label: str, name: str, *paths: str) -> Part:
    """What the first that another read lists says in Stripe's words: ``product not received, under review``."""

    def part(seen: Seen) -> Iterator[Noted]:
        answer = seen.beside.get(name)
        first = next(iter(listed(answer.data)), None) if answer is not None else None
        told = (spoken(words_at(first, path)) for path in paths)
        return note(label, clean(", ".join(filter(None, told))), watched=True)

    return part


def summed(label: str, name: str) -> Part:
    """What the payments that another read lists come to, by currency: what was taken, less what was given back."""

    def part(seen: Seen) -> Iterator[Noted]:
        answer = seen.beside.get(name)
        sums: dict[str, int] = {}
        for each in [] if answer is None else listed(answer.data):
            taken, currency = whole(each, "amount_captured"), currency_at(each)
            if taken is not None and currency is not None and at(each, "status") == "succeeded":
                sums[currency] = sums.get(currency, 0) + taken - (whole(each, "amount_refunded") or 0)
        more = answer is not None and at(answer.data, "has_more") is True
        amounts = [said(Money(sums[each], each)) for each in sorted(sums) if sums[each]]
        return note(label, clean(f"{'more than ' if amounts and more else ''}{', '.join(amounts)}"))

    return part
