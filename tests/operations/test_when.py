"""Times as people type them, in their time zone."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.problem import RefusalError
from operations.when import NOBODY_KNOWS, When, goes_on, universal_time, unix_seconds

NOW = datetime(2026, 11, 25, 7, 30, 5, 900, tzinfo=UTC)
BERLIN = When(NOW, ZoneInfo("Europe/Berlin"))


def at(text: str, when: When = BERLIN) -> str | None:
    """The moment that a text means, in UTC and to be read."""
    seconds = unix_seconds(text, when)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def refusal(text: str, when: When = BERLIN) -> RefusalError:
    with pytest.raises(RefusalError) as caught:
        unix_seconds(text, when)
    return caught.value


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", "2026-11-25 07:30:05"),
        ("Now", "2026-11-25 07:30:05"),
        ("today", "2026-11-24 23:00:00"),
        ("tomorrow", "2026-11-25 23:00:00"),
        ("yesterday", "2026-11-23 23:00:00"),
        ("yesterday 14:00", "2026-11-24 13:00:00"),
        ("Yesterday\u00a014:00", "2026-11-24 13:00:00"),
        ("today 9:05:30", "2026-11-25 08:05:30"),
        ("-7d", "2026-11-18 07:30:05"),
        ("7d ago", "2026-11-18 07:30:05"),
        ("+1w", "2026-12-02 07:30:05"),
        ("+2h", "2026-11-25 09:30:05"),
        ("-30m", "2026-11-25 07:00:05"),
        ("-45s", "2026-11-25 07:29:20"),
        ("2026-11-01", "2026-10-31 23:00:00"),
        ("2026-07-01", "2026-06-30 22:00:00"),
        ("2026-11-01 14:00", "2026-11-01 13:00:00"),
        ("2026-11-01T14:00", "2026-11-01 13:00:00"),
        ("2026-11-01 14:00:30", "2026-11-01 13:00:30"),
        ("2026-11-01T14:00:00Z", "2026-11-01 14:00:00"),
        ("2026-11-01 14:00 utc", "2026-11-01 14:00:00"),
        ("2026-11-01T14:00:00+02:00", "2026-11-01 12:00:00"),
        ("2026-11-01T14:00:00-0530", "2026-11-01 19:30:00"),
        ("2026-11-01T14:00:00.000Z", "2026-11-01 14:00:00"),
    ],
)
def test_a_time_is_the_askers(text: str, moment: str) -> None:
    """Days and times of day are of their zone, unless an offset says otherwise."""
    assert at(text) == moment


@pytest.mark.parametrize("text", ["now", "today", "yesterday 14:00", "-7d", "2h ago"])
def test_what_depends_on_the_present_needs_to_know_it(text: str) -> None:
    """Where nobody knows the moment, the date is asked for."""
    assert "present moment" in refusal(text, NOBODY_KNOWS).detail


def test_a_date_needs_no_present() -> None:
    """It says itself when it is."""
    assert at("2026-11-01", NOBODY_KNOWS) == "2026-11-01 00:00:00"


@pytest.mark.parametrize(
    ("text", "either"),
    [
        ("2026-10-25 02:30", ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")),
        ("2026-03-29 02:30", ("2026-03-29T03:30:00+02:00", "2026-03-29T01:30:00+01:00")),
    ],
)
def test_a_time_of_day_that_the_clocks_make_odd_is_refused(text: str, either: tuple[str, str]) -> None:
    """Twice or never: with both moments that may be meant, which are taken."""
    assert refusal(text).suggestions == either
    assert all(at(each) is not None for each in either)


def test_a_day_starts_with_its_first_moment() -> None:
    """In Brazil the clocks went from 0:00 to 1:00; in Cuba they show 0:00 to 1:00 twice."""
    assert at("2018-11-04", When(zone=ZoneInfo("America/Sao_Paulo"))) == "2018-11-04 03:00:00"
    assert at("2026-11-01", When(zone=ZoneInfo("America/Havana"))) == "2026-11-01 04:00:00"


def test_days_keep_the_time_of_day_and_hours_are_exact() -> None:
    """Over the end of summer time, a day has 25 hours."""
    assert at("-31d") == "2026-10-25 07:30:05"
    assert at("-32d") == "2026-10-24 06:30:05"
    assert at(f"-{32 * 24}h") == "2026-10-24 07:30:05"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-02-30", "no day"),
        ("2026-13-01", "no day"),
        ("2026-11-01 24:00", "no time of day"),
        ("2026-11-01 14:60", "no time of day"),
        ("2026-11-01T14:00:00.5Z", "fraction"),
        ("2026-11-01T14:00+99:00", "offset"),
        ("0001-01-01", "further away"),
        ("+999999w", "further away"),
        ("-999999w", "further away"),
    ],
)
def test_times_that_cannot_be_are_refused(text: str, reason: str) -> None:
    """With what is wrong about them."""
    assert reason in refusal(text).detail


@pytest.mark.parametrize("text", ["7d", "-7d ago", "+7d ago"])
def test_a_length_of_time_needs_a_direction(text: str) -> None:
    """The past or the future."""
    assert refusal(text).suggestions == ("-7d", "+7d")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "1.11.2026",
        "11/01/2026",
        "2026-11",
        "20261101T14",
        "２０２６-11-01",
        "last monday",
        "-7",
        "1793487600",
    ],
)
def test_nothing_else_is_a_time(text: str) -> None:
    """No guesses at day and month."""
    assert unix_seconds(text, BERLIN) is None
    assert universal_time(text, BERLIN) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("yesterday 14:00", "2026-11-24T13:00:00Z"),
        ("2026-11-01T14:00:00Z", "2026-11-01T14:00:00Z"),
        ("2026-11-01T14:00:00.123Z", "2026-11-01T14:00:00.123Z"),
        ("2026-11-01T14:00:00.5+02:00", "2026-11-01T12:00:00.500000Z"),
        ("0000-00-00T99:99:99Z", None),
    ],
)
def test_a_text_for_a_moment_is_universal_time(text: str, moment: str | None) -> None:
    """RFC 3339, in UTC; one that is that already is not touched, but checked."""
    if moment is None:
        with pytest.raises(RefusalError):
            universal_time(text, BERLIN)
    else:
        assert universal_time(text, BERLIN) == moment


@given(st.integers(0, 2**32), st.integers(-14 * 60, 14 * 60))
def test_a_written_moment_is_that_moment(seconds: int, minutes: int) -> None:
    """Whatever the offset."""
    moment = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes)))
    assert unix_seconds(moment.isoformat(), NOBODY_KNOWS) == seconds


@given(
    st.text(max_size=20)
    | st.from_regex(r"[-+]?[0-9]{1,7}[smhdw]( ago)?|[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2})?", fullmatch=True)
)
def test_any_text_is_a_time_or_none_or_refused(text: str) -> None:
    """Nothing else comes of it."""
    with suppress(RefusalError):
        seconds = unix_seconds(text, BERLIN)
        assert seconds is None or at(text) is not None


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        ("yesterday", "14:00", True),
        ("2026-11-01", "14:00:30", True),
        (">=2026-11-01", "14:00", True),
        ("2026-11-01", "14:00Z", True),
        ("7d", "ago", True),
        ("now", "14:00", False),
        ("14:00", "14:00", False),
        ("2026-11-01", "ch_1", False),
        ("ago", "7d", False),
    ],
)
def test_two_words_are_one_time_only_where_they_can_be_nothing_else(first: str, second: str, *, one: bool) -> None:
    """A time of day behind a day, or ``ago`` behind a length."""
    assert goes_on(first, second) is one
