"""What a list says over time: sums of money, numbers and rates by hour, day, week, month or year. Pure.

Which members count is declared by the kind of object. Nothing is guessed of what isn't there: an object without a
moment or an amount is left out, and how many were is part of the answer.
"""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from itertools import accumulate
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from operations.call import Json
from operations.members import currency_at, whole
from operations.money import exponent

MOST_LABELS: Final = 20
"""Points of one line: what Slack's chart block takes."""
MOST_CURRENCIES: Final = 2
"""Charts of money, each in its own currency: what Slack takes of chart blocks in one message."""

Step: TypeAlias = Literal["hour", "day", "week", "month", "year"]
Drawn: TypeAlias = Literal["bar", "line"]


@dataclass(frozen=True, slots=True)
class Line:
    """One value for each label of its chart."""

    name: str
    values: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a list over time."""

    title: str
    drawn: Drawn
    unit: str
    """What its values are in: a currency's code (major units), ``%``, or nothing for a number of objects."""
    labels: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Charted:
    """What came of charting a list."""

    charts: tuple[Chart, ...]
    undated: int = 0
    """Objects that no chart shows, having no moment."""
    currencies: tuple[str, ...] = ()
    """Currencies that no chart shows, there being too many."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """How a kind of object is charted: the member that sums up, its title, and when an object counts at all."""

    title: str
    amount: str = "amount"
    moment: str = "created"
    counts: tuple[str, frozenset[Json]] | None = None
    """A member and the values of it with which an object counts; None for all."""
    running: bool = False
    """Whether each point holds all before it, too."""
    rates: tuple[tuple[str, Callable[[dict[str, Json]], bool]], ...] = ()
    """Shares of the objects, by name."""


def _refunded(charge: dict[str, Json]) -> bool:
    return (whole(charge, "amount_refunded") or 0) > 0


def _disputed(charge: dict[str, Json]) -> bool:
    return charge.get("disputed") is True


_SUCCEEDED: Final = ("status", frozenset[Json]({"succeeded"}))
_MEASURES: Final[Mapping[str, _Measure]] = MappingProxyType(
    {
        "application_fee": _Measure("Application fees"),
        "balance_transaction": _Measure("Change of the balance", amount="net", running=True),
        "charge": _Measure("Paid", counts=_SUCCEEDED, rates=(("Refunded", _refunded), ("Disputed", _disputed))),
        "credit_note": _Measure("Credited", amount="total"),
        "customer_balance_transaction": _Measure("Change of the balance", running=True),
        "dispute": _Measure("Disputed"),
        "invoice": _Measure("Invoiced", amount="total"),
        "issuing.transaction": _Measure("Spent"),
        "payment_intent": _Measure("Paid", amount="amount_received", counts=_SUCCEEDED),
        "payout": _Measure("Paid out", moment="arrival_date"),
        "refund": _Measure("Refunded", counts=("status", frozenset[Json]({"succeeded", "pending", "requires_action"}))),
        "topup": _Measure("Topped up"),
        "transfer": _Measure("Transferred"),
    }
)
_BEYOND: Final = 9000
"""A year that no moment of Stripe's is in; from there on, no calendar could go on."""
_NUMBER: Final = _Measure("", amount="")
"""Of what has no amount: how many there are."""


def chart(rows: Sequence[Json], kind: str, noun: str, zone: tzinfo = UTC) -> Charted:
    """The charts of a list of objects; none where fewer than two of them tell when they were.

    ``noun`` names the objects where their number is charted. Days are those of ``zone``.
    """
    measure = _MEASURES.get(kind, _NUMBER)
    dated = [
        (when, row)
        for row in rows
        if isinstance(row, dict) and (when := _moment(row.get(measure.moment), zone)) is not None
    ]
    undated = len(rows) - len(dated)
    if len(dated) < 2:
        return Charted((), undated)
    step, starts = _starts([when for when, _ in dated])
    labels = tuple(_label(start, step) for start in starts)
    places = [(max(0, bisect(starts, _start(when, step)) - 1), row) for when, row in dated]
    counted = [(at, row) for at, row in places if measure.counts is None or _counts(row, measure.counts)]
    money, left = _money(measure, labels, counted)
    charts = money or (_numbers(noun, labels, places),)
    if len(charts) < MOST_CURRENCIES and measure.rates and counted:
        charts = (*charts, _rates(measure, labels, counted))
    return Charted(charts, undated, left)


def _money(
    measure: _Measure, labels: tuple[str, ...], rows: Sequence[tuple[int, dict[str, Json]]]
) -> tuple[tuple[Chart, ...], tuple[str, ...]]:
    """A chart for each currency, the most used first, and the currencies for which there is no room."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(labels))
    used: Counter[str] = Counter()
    for at, row in rows:
        amount, currency = whole(row, measure.amount), currency_at(row)
        if amount is not None and currency is not None:
            sums[currency.upper()][at] += amount
            used[currency.upper()] += 1
    first = [currency for currency, _ in used.most_common()]
    charts = tuple(
        Chart(
            title=f"{measure.title} ({currency})",
            drawn="line" if measure.running else "bar",
            unit=currency,
            labels=labels,
            lines=(Line(measure.title, _major(sums[currency], currency, running=measure.running)),),
        )
        for currency in first[:MOST_CURRENCIES]
    )
    return charts, tuple(first[MOST_CURRENCIES:])


def _major(values: Sequence[int], currency: str, *, running: bool) -> tuple[Decimal, ...]:
    totals = accumulate(values) if running else values
    return tuple(Decimal(each).scaleb(-exponent(currency)) for each in totals)


def _numbers(noun: str, labels: tuple[str, ...], rows: Sequence[tuple[int, dict[str, Json]]]) -> Chart:
    many = Counter(at for at, _ in rows)
    values = tuple(Decimal(many[at]) for at in range(len(labels)))
    return Chart(f"Number of {noun}", "bar", "", labels, (Line(noun, values),))


def _rates(measure: _Measure, labels: tuple[str, ...], rows: Sequence[tuple[int, dict[str, Json]]]) -> Chart:
    """Of the objects of each step, how many are so, in percent; 0 where there are none."""
    all_ = Counter(at for at, _ in rows)
    lines = []
    for name, holds in measure.rates:
        some = Counter(at for at, row in rows if holds(row))
        shares = (Decimal(100 * some[at]) / all_[at] if all_[at] else Decimal(0) for at in range(len(labels)))
        lines.append(Line(name, tuple(round(share, 1) for share in shares)))
    return Chart("Share that was refunded or disputed", "line", "%", labels, tuple(lines))


def _counts(row: dict[str, Json], counts: tuple[str, frozenset[Json]]) -> bool:
    member, values = counts
    value = row.get(member)
    return isinstance(value, str | bool) and value in values


def _moment(value: Json, zone: tzinfo) -> datetime | None:
    """Seconds since the epoch (v1), or a text in ISO 8601 (v2)."""
    try:
        match value:
            case bool():
                return None
            case int() if value > 0:
                read = datetime.fromtimestamp(value, zone)
            case str():
                read = datetime.fromisoformat(value).astimezone(zone)
            case _:
                return None
    except (ValueError, OverflowError, OSError):
        return None
    return read if read.year < _BEYOND else None


def _starts(moments: Sequence[datetime]) -> tuple[Step, list[datetime]]:
    """The finest step with which all moments have room, and where each of its spans starts, without a gap."""
    first, last = min(moments), max(moments)
    for step in _STEPS:
        starts = [_start(first, step)]
        while len(starts) <= MOST_LABELS and starts[-1] < _start(last, step):
            starts.append(_following(starts[-1], step))
        if len(starts) <= MOST_LABELS:
            # When clocks are set back, an hour of the wall comes twice, and is one here.
            return step, list(dict.fromkeys(starts))
    # More than twenty years: the last twenty, and what is older with the first of them.
    return "year", [_start(last, "year").replace(year=last.year - back) for back in reversed(range(MOST_LABELS))]


_STEPS: Final[tuple[Step, ...]] = ("hour", "day", "week", "month", "year")


def _start(when: datetime, step: Step) -> datetime:
    """The start of the span that a moment is in, by the clock on the wall."""
    hour = when.replace(minute=0, second=0, microsecond=0, fold=0)
    if step == "hour":
        return hour
    day = hour.replace(hour=0)
    match step:
        case "week":
            return _on(day, day.date() - timedelta(days=day.weekday()))
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def _following(start: datetime, step: Step) -> datetime:
    match step:
        case "hour":
            return (start.astimezone(UTC) + timedelta(hours=1)).astimezone(start.tzinfo)
        case "day":
            return _on(start, start.date() + timedelta(days=1))
        case "week":
            return _on(start, start.date() + timedelta(days=7))
        case "month":
            return _start(_on(start, start.date() + timedelta(days=32)), "month")
    return start.replace(year=start.year + 1)


def _on(when: datetime, day: date) -> datetime:
    return when.replace(year=day.year, month=day.month, day=day.day)


def _label(start: datetime, step: Step) -> str:
    """A span in figures that sort and that no country reads otherwise."""
    match step:
        case "hour":
            return start.strftime("%m-%d %H:00")
        case "month":
            return start.strftime("%Y-%m")
        case "year":
            return start.strftime("%Y")
    return start.strftime("%Y-%m-%d")
