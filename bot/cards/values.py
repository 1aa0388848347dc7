"""One value of a Stripe object as a person reads it.

Each function takes whatever Stripe may have put there and answers with text, or None where there is nothing to show.
A plain ``str`` is somebody's text, to be escaped where it is put into a message; :class:`~bot.text.Mrkdwn` is ours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final, Literal

from bot.cards.objects import Fact, Kind, When
from bot.text import Style, clip, code, date, join
from operations.call import Json
from operations.money import DEFAULT_LOCALE, format_amount, format_number
from operations.uploads import size_words

TEXT_SHOWN: Final = 200
"""Characters of somebody's text on a card; the whole is in the JSON."""
PARTS_SHOWN: Final = 5
_DOTS: Final = "••••"
_INITIALISMS: Final = {
    "acss": "ACSS",
    "api": "API",
    "bacs": "Bacs",
    "eps": "EPS",
    "id": "ID",
    "p24": "P24",
    "sepa": "SEPA",
    "us": "US",
}
_BEYOND_BYTES: Final = 10**15
"""What no file has; such a number is shown as it is."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 30, tzinfo=UTC)
"""The last moment that the calendar has in every time zone."""
_HOUR, _DAY = 3_600, 86_400
_INTERVALS: Final = {"day": "daily", "week": "weekly", "month": "monthly", "year": "yearly"}


@dataclass(frozen=True, slots=True)
class Manner:
    """How values are written: for which Slack, for whom, when, and what stands between several of them."""

    style: Style
    locale: str = DEFAULT_LOCALE
    """One that :func:`operations.money.locale_named` gives."""
    separator: Literal["\n", ", "] = "\n"
    zone: tzinfo = UTC
    """Where whoever asked is, for what can't show each reader their own time."""
    now: float | None = None
    """Seconds since the epoch; without it no deadline says how much time is left."""
    masked: bool = False
    """Whether others read along, so that nobody is to be named."""


def dig(data: Json, path: str) -> Json:
    """The value at a dotted path, a number being a place in a list; None where the path leads nowhere."""
    for step in path.split(".") if path else ():
        match data:
            case dict():
                data = data.get(step)
            case list() if step.isdecimal() and int(step) < len(data):
                data = data[int(step)]
            case _:
                return None
    return data


def show(fact: Fact, data: Json, manner: Manner) -> str | None:
    """What ``fact`` tells of the object, or None where it tells nothing."""
    value = dig(data, fact.path)
    if value is None or value in ("", [], {}) or (fact.quiet and not value) or not holds(fact.when, data):
        return None
    if fact.kind == "money":
        return money(value, dig(data, fact.currency), manner)
    return _READERS[fact.kind](value, manner)


def holds(when: When, data: Json) -> bool:
    """Whether an object is in a state: each member named has one of the values, or any where there are none."""
    return all(dig(data, path) in values if values else bool(dig(data, path)) for path, values in when.items())


def text(value: Json, manner: Manner) -> str | None:
    """Somebody's words, clipped. An expanded object is told by its name or id."""
    match value:
        case str():
            return clip(value.strip(), TEXT_SHOWN) or None
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return number(value, manner)
        case dict():
            return text(value.get("name"), manner) or identifier(value)
    return None


def words(value: str) -> str:
    """One of Stripe's enum values as words: ``requested_by_customer`` → ``Requested by customer``."""
    parts = [_INITIALISMS.get(part, part) for part in value.replace(".", "_").split("_") if part]
    joined = clip(" ".join(parts), TEXT_SHOWN)
    return joined[:1].upper() + joined[1:]


def identifier(value: Json) -> str | None:
    """An id in a code span; of an expanded object, its id."""
    if isinstance(value, dict):
        value = value.get("id")
    return code(clip(value, TEXT_SHOWN)) if isinstance(value, str) and value else None


def copyable(value: Json) -> str | None:
    """A value that people copy, in a code span."""
    return code(clip(str(value), TEXT_SHOWN)) if isinstance(value, str | int | float) else None


def count(value: Json, manner: Manner) -> str | None:
    """A number, or how many a list has."""
    return str(len(value)) if isinstance(value, list) else number(value, manner)


def percent(value: Json, manner: Manner) -> str | None:
    """A percentage, as Stripe gives it: 12.5 is 12.5%."""
    shown = number(value, manner)
    return f"{shown}%" if shown else None


def size(value: Json, manner: Manner) -> str | None:
    """A number of bytes in words: 5.2 MB."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _BEYOND_BYTES:
        return number(value, manner)
    return size_words(value)


def flag(value: Json) -> str | None:
    """Yes or no."""
    return ("yes" if value else "no") if isinstance(value, bool) else None


def number(value: Json, manner: Manner) -> str | None:
    """A count as it is; a fraction without the digits that mean nothing. None for what is too large to read."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        return clip(value, TEXT_SHOWN)
    try:
        return format_number(Decimal(f"{value:g}") if isinstance(value, float) else value, manner.locale)
    except (ValueError, ArithmeticError):
        return f"{value:g}" if isinstance(value, float) else None


def money(value: Json, currency: Json, manner: Manner) -> str | None:
    """Minor units in a currency, or v2's ``{value, currency}``. Where the currency isn't known, plainly minor units."""
    if isinstance(value, dict):
        currency = value.get("currency")
        value = value.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value) if isinstance(value, float) else value)
    except (InvalidOperation, ValueError):
        return None
    if isinstance(currency, str):
        try:
            return format_amount(amount, currency, manner.locale)
        except ValueError:
            pass
    shown = number(value, manner)
    return f"{shown} minor units" if shown else None


def sums(value: Json, manner: Manner) -> str | None:
    """A list of amounts, one for each currency."""
    if not isinstance(value, list):
        return money(value, None, manner)
    lines = [money(dig(each, "amount"), dig(each, "currency"), manner) for each in value]
    return _joined([line for line in lines if line], manner)


def moment(value: Json, manner: Manner, *, day: bool = False) -> str | None:
    """A moment: to the minute, or only its date (by UTC, as Stripe means it). What is no moment is shown as it is."""
    when = instant(value)
    if when is None:
        return text(value, manner)
    return when.strftime("%Y-%m-%d") if day else date(when, manner.style, manner.zone)


def deadline(value: Json, manner: Manner) -> str | None:
    """A moment until which somebody has to act, and what that means now: "3 days left", "overdue"."""
    when, shown = instant(value), moment(value, manner)
    if when is None or shown is None or manner.now is None:
        return shown
    return join(", ", (shown, time_left(when.timestamp() - manner.now)))


def time_left(seconds: float) -> str:
    """How long there is to act, in whole hours or days, never said to be more than it is."""
    if seconds <= 0:
        return "overdue"
    if seconds < _HOUR:
        return "less than an hour left"
    unit, words = (_HOUR, "hour") if seconds < 2 * _DAY else (_DAY, "day")
    whole = int(seconds // unit)
    return f"{whole} {words}{'' if whole == 1 else 's'} left"


def instant(value: Json) -> datetime | None:
    """Seconds since the epoch (v1) or ISO 8601 (v2) as a datetime, or None for anything else."""
    try:
        match value:
            case bool():
                return None
            case int() | float():
                when = datetime.fromtimestamp(value, UTC)
            case str():
                when = datetime.fromisoformat(value)
                when = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
            case _:
                return None
    except (ValueError, OverflowError, OSError):
        return None
    return when if _EPOCH <= when <= _LAST else None


def method(value: Json) -> str | None:
    """A payment method, or a charge's details of one: its kind or brand, and its last four digits."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return None
    kind = str(value["type"])
    details = value.get(kind)
    details = details if isinstance(details, dict) else {}
    brand = details.get("brand") or details.get("bank_name")
    last4 = details.get("last4")
    return " ".join(
        part
        for part in (
            words(brand) if isinstance(brand, str) else words(kind),
            f"{_DOTS} {clip(last4, 8)}" if isinstance(last4, str) and last4 else "",
        )
        if part
    )


def expiry(value: Json) -> str | None:
    """The last month that a card is good for: ``04/2030``."""
    month, year = dig(value, "exp_month"), dig(value, "exp_year")
    if not isinstance(month, int) or not isinstance(year, int) or not 1 <= month <= 12 or not 1 <= year <= 9999:
        return None
    return f"{month:02}/{year}"


def period(value: Json, manner: Manner) -> str | None:
    """A recurring interval: ``monthly``, ``every 3 months``."""
    if not isinstance(value, Mapping) or not isinstance(value.get("interval"), str):
        return None
    interval, count = clip(str(value["interval"]), 20), value.get("interval_count")
    if isinstance(count, int) and not isinstance(count, bool) and count > 1:
        return f"every {number(count, manner)} {interval}s"
    return _INTERVALS.get(interval, interval)


def several(value: Json, manner: Manner) -> str | None:
    """A few short values of a list, or how many there are where they are none."""
    if not isinstance(value, list):
        return text(value, manner)
    shown = [text(each, manner) for each in value if isinstance(each, str | int | float)]
    return _joined([each for each in shown if each], manner) or count(value, manner)


def items(value: Json, manner: Manner) -> str | None:
    """The items of a subscription, or the lines of what is sold: what, how many, for how much."""
    data = dig(value, "data")
    if not isinstance(data, list):
        return None
    return _joined([line for line in (_item(each, manner) for each in data) if line], manner)


def _item(value: Json, manner: Manner) -> str | None:
    price = dig(value, "price")
    named = (dig(price, "nickname"), dig(price, "product.name"), dig(value, "description"))
    what = next((shown for each in named if (shown := text(each, manner))), None)
    amount = dig(price, "unit_amount")
    cost = money(amount if amount is not None else dig(price, "unit_amount_decimal"), dig(price, "currency"), manner)
    quantity = number(dig(value, "quantity"), manner)
    interval = period(dig(price, "recurring"), manner)
    parts = [
        what or "",
        " ".join(part for part in (f"{quantity} ×" if quantity and quantity != "1" else "", cost or "") if part),
        interval or "",
    ]
    return " ".join(", ".join(part for part in parts if part).split()) or None


def _joined(parts: list[str], manner: Manner) -> str | None:
    """The first few of several values; the rest is counted."""
    if len(parts) > PARTS_SHOWN:
        parts = [*parts[:PARTS_SHOWN], f"and {len(parts) - PARTS_SHOWN} more"]
    return manner.separator.join(parts) or None


_READERS: Mapping[Kind, Callable[[Json, Manner], str | None]] = MappingProxyType(
    {
        "text": text,
        "words": lambda value, manner: words(value) if isinstance(value, str) else text(value, manner),
        "id": lambda value, _: identifier(value),
        "code": lambda value, _: copyable(value),
        "sums": sums,
        "moment": moment,
        "day": lambda value, manner: moment(value, manner, day=True),
        "deadline": deadline,
        "count": count,
        "list": several,
        "percent": percent,
        "size": size,
        "flag": lambda value, _: flag(value),
        "method": lambda value, _: method(value),
        "expiry": lambda value, _: expiry(value),
        "period": period,
        "items": items,
    }
)
