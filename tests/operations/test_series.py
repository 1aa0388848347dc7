"""Lists over time: the right sums in the right spans, nothing guessed, nothing that a chart could not take."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from operations.series import MOST_CURRENCIES, MOST_LABELS, chart

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def charge(when: datetime, amount: int = 1000, currency: str = "eur", **more: Any) -> dict[str, Any]:
    created = int(when.timestamp())
    return {
        "object": "charge",
        "created": created,
        "amount": amount,
        "currency": currency,
        "status": "succeeded",
    } | more


def values(charted: Any, number: int = 0, line: int = 0) -> dict[str, float]:
    """What a line of a chart shows, by label, without the spans that have nothing."""
    chosen = charted.charts[number]
    pairs = zip(chosen.labels, chosen.lines[line].values, strict=True)
    return {label: float(value) for label, value in pairs if value}


def test_money_is_summed_by_day_in_major_units() -> None:
    """What was not paid doesn't count; a day without anything has its place."""
    rows = [charge(NOON), charge(NOON, 250), charge(NOON + timedelta(days=2)), charge(NOON, status="failed")]
    charted = chart(rows, "charge", "charges")
    assert charted.charts[0].labels == ("2026-11-03", "2026-11-04", "2026-11-05")
    assert values(charted) == {"2026-11-03": 12.5, "2026-11-05": 10.0}
    assert (charted.charts[0].unit, charted.charts[0].title) == ("EUR", "Paid (EUR)")


@pytest.mark.parametrize(
    ("span", "labels"),
    [
        (timedelta(hours=3), ["11-03 12:00", "11-03 13:00", "11-03 14:00", "11-03 15:00"]),
        (timedelta(days=1), ["2026-11-03", "2026-11-04"]),
        (timedelta(days=21), ["2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23"]),
        (timedelta(days=200), [f"2026-{month}" for month in (11, 12)] + [f"2027-0{month}" for month in range(1, 6)]),
        (timedelta(days=366 * 3), ["2026", "2027", "2028", "2029"]),
    ],
)
def test_the_finest_step_that_has_room_is_taken(span: timedelta, labels: list[str]) -> None:
    """Hours, days, weeks from Monday on, months, years."""
    assert list(chart([charge(NOON), charge(NOON + span)], "charge", "charges").charts[0].labels) == labels


def test_days_are_those_of_whoever_asks() -> None:
    """What was paid at 23:30 in London was paid on the next day in Berlin."""
    late = datetime(2026, 11, 3, 23, 30, tzinfo=UTC)
    rows = [charge(late), charge(late + timedelta(days=3))]
    assert "2026-11-03" in values(chart(rows, "charge", "charges"))
    assert "2026-11-04" in values(chart(rows, "charge", "charges", ZoneInfo("Europe/Berlin")))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"])
def test_no_hour_is_lost_or_twice_when_clocks_are_set(zone: str) -> None:
    """Labels are one of each, and every object has its place."""
    start = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    rows = [charge(start + timedelta(hours=each)) for each in range(12)]
    [first, *_] = chart(rows, "charge", "charges", ZoneInfo(zone)).charts
    assert len(set(first.labels)) == len(first.labels)
    assert sum(first.lines[0].values) == Decimal(120)


def test_a_balance_runs_on() -> None:
    """Each point holds what was before it."""
    times = [int((NOON + timedelta(days=each)).timestamp()) for each in range(3)]
    rows: list[Any] = [{"created": each, "net": 100, "currency": "jpy"} for each in times]
    charted = chart(rows, "balance_transaction", "transactions")
    assert [int(each) for each in charted.charts[0].lines[0].values] == [100, 200, 300]
    assert charted.charts[0].drawn == "line"


def test_rates_are_shares_of_what_was_paid() -> None:
    """Of two, one refunded in part and one disputed; none on the day without any."""
    rows = [charge(NOON, amount_refunded=1), charge(NOON, disputed=True), charge(NOON + timedelta(days=2))]
    charted = chart(rows, "charge", "charges")
    assert charted.charts[1].unit == "%"
    assert [line.name for line in charted.charts[1].lines] == ["Refunded", "Disputed"]
    assert values(charted, 1, 0) == values(charted, 1, 1) == {"2026-11-03": 50.0}


def test_currencies_are_never_added_up() -> None:
    """Each has its chart, the most used first; those for which there is no room are named."""
    rows = [charge(NOON + timedelta(days=n), currency=each) for n, each in enumerate(["usd", "eur", "eur", "gbp"])]
    charted = chart(rows, "charge", "charges")
    assert [each.unit for each in charted.charts] == ["EUR", "USD"]
    assert charted.currencies == ("GBP",)


def test_what_has_no_amount_is_counted() -> None:
    """How many there were, whatever they are."""
    rows: list[Any] = [{"created": int((NOON + timedelta(days=n // 2)).timestamp())} for n in range(4)]
    charted = chart(rows, "customer", "customers")
    assert charted.charts[0].title == "Number of customers"
    assert values(charted) == {"2026-11-03": 2.0, "2026-11-04": 2.0}


def test_v2_tells_moments_as_texts() -> None:
    """In ISO 8601."""
    rows: list[Any] = [{"created": "2026-11-03T12:00:00.000Z"}, {"created": "2026-11-04T12:00:00Z"}]
    assert len(chart(rows, "v2.core.account", "accounts").charts[0].labels) == 2


def test_what_has_no_moment_is_told_apart() -> None:
    """It is in no chart, and the answer says how many are not."""
    charted = chart([charge(NOON), charge(NOON + timedelta(days=1)), {"created": None}, 7], "charge", "charges")
    assert charted.undated == 2
    assert chart([charge(NOON)], "charge", "charges").charts == ()


_JUNK = some.one_of(some.none(), some.booleans(), some.integers(), some.floats(), some.text(max_size=5))
_ROW = some.dictionaries(
    some.sampled_from(["created", "amount", "currency", "status", "net", "disputed", "amount_refunded"]), _JUNK
)


@given(some.lists(some.one_of(_ROW, _JUNK), max_size=20), some.sampled_from(["charge", "balance_transaction", "plan"]))
def test_no_answer_is_too_odd(rows: list[Any], kind: str) -> None:
    """Whatever stands where a moment or an amount should, and however far apart they are."""
    for each in chart(rows, kind, "things").charts:
        assert 1 <= len(each.labels) <= MOST_LABELS
        assert all(len(line.values) == len(each.labels) for line in each.lines)
        assert len(set(each.labels)) == len(each.labels)
    assert len(chart(rows, kind, "things").charts) <= MOST_CURRENCIES
