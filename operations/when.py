"""When and where somebody types, and the moments that ``now``, ``yesterday 14:00`` and ``-7d`` mean to them.

The grammar is small and strict, and our own, because the libraries that know such words guess: dateparser and dateutil
take ``1.2.2026``, ``10`` and even ``12.50`` for some date, and need a third of a second and a twentieth to be imported.
What is hard is left to the standard library: the calendar to ``datetime``, time zones to ``zoneinfo``. (whenever is as
strict as this and as light; it would save the comparison of two offsets, and none of the words.)

The rules where a clock change makes a local time odd:

- a time of day that happens twice, or not at all, is refused with both moments it may mean;
- a day without a time is the first moment of that day, which is not 00:00 where the clocks go forward at midnight;
- ``-7d`` and ``+1w`` go along the calendar and keep the time of day (the earlier one if it happens twice, the later one
  if it is left out); hours, minutes and seconds are exact.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from operations.problem import RefusalError

_STAMP = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}|today|tomorrow|yesterday)"
    r"(?:[ t](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<offset> ?z| ?utc|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_SHIFT = re.compile(r"(?P<sign>[+-])?(?P<count>[0-9]{1,6})(?P<unit>[smhdw])(?P<ago> ago)?")
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:z|[+-][0-9]{2}:?[0-9]{2})?", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|today|tomorrow|yesterday", re.IGNORECASE)
_LENGTH = re.compile(r"[0-9]{1,6}[smhdw]", re.IGNORECASE)
_UNIVERSAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}

WHAT_WOULD_DO = "write 2026-11-01, 2026-11-01 14:00, yesterday 14:00, now or -7d"


@dataclass(frozen=True, slots=True)
class When:
    """The moment and the time zone of the asker, for values that depend on them."""

    now: datetime | None = None
    """Aware; None where nobody knows, and then nothing that is relative to it is taken."""
    zone: tzinfo = UTC


def moment(seconds: float) -> datetime:
    """A clock's seconds since the epoch as an aware datetime."""
    return datetime.fromtimestamp(seconds, UTC)


NOBODY_KNOWS = When()
"""No moment and UTC: enough for everything that says itself when it is."""


def unix_seconds(text: str, when: When) -> int | None:
    """The Unix seconds that a text means; None if it is no time. Raises RefusalError for a time that won't do."""
    moment = _meant(text, when)
    if moment is None:
        return None
    if moment.microsecond:
        raise RefusalError("has a fraction of a second, and Stripe counts whole ones")
    return int(moment.timestamp())


def universal_time(text: str, when: When) -> str | None:
    """The time that a text means in RFC 3339 and UTC; as it stands if it is that already. Else as above."""
    moment = _meant(text, when)
    if moment is None or _UNIVERSAL.fullmatch(text):
        return None if moment is None else text
    precision = "microseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def day_after(text: str, when: When) -> str | None:
    """The day after one that is written without a time of day; None for everything else."""
    word = text.strip().lower()
    if not _DAY.fullmatch(word):
        return None
    try:
        return (_day(word, when) + timedelta(days=1)).isoformat()
    except (RefusalError, OverflowError):
        return None


def goes_on(first: str, second: str) -> bool:
    """Whether two words are one time: ``yesterday 14:00``, ``2026-11-01 14:00:30``, ``7d ago``."""
    first = first.lstrip("<>=")
    if _DAY.fullmatch(first):
        return _CLOCK.fullmatch(second) is not None
    return second.lower() == "ago" and _LENGTH.fullmatch(first) is not None


def _meant(text: str, when: When) -> datetime | None:
    plain = " ".join(text.lower().split())
    try:
        if plain == "now":
            return _now(when).replace(microsecond=0)
        if (stamp := _STAMP.fullmatch(plain)) is not None:
            return _stamped(stamp, when)
        if (shift := _SHIFT.fullmatch(plain)) is not None:
            return _shifted(shift, when)
    except OverflowError:
        raise RefusalError("is further away than calendars go") from None
    return None


def _now(when: When) -> datetime:
    if when.now is None:
        raise RefusalError("depends on the present moment, which isn't known here: write the date, as in 2026-11-01")
    return when.now.astimezone(when.zone)


def _stamped(stamp: re.Match[str], when: When) -> datetime:
    day = _day(stamp["day"], when)
    if stamp["hour"] is None:
        return _settled(datetime.combine(day, time.min, when.zone))
    wall = datetime.combine(day, _time_of_day(stamp))
    offset = stamp["offset"]
    if offset is None:
        return _local(wall, when.zone)
    try:
        zone = datetime.strptime("+0000" if offset.strip() in ("z", "utc") else offset, "%z").tzinfo
    except ValueError:
        raise RefusalError("has an offset from UTC that no place has") from None
    return _settled(wall.replace(tzinfo=zone))


def _day(word: str, when: When) -> date:
    if word in _DAYS:
        return _now(when).date() + timedelta(days=_DAYS[word])
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise RefusalError("is no day of the calendar") from None


def _time_of_day(stamp: re.Match[str]) -> time:
    fraction = stamp["fraction"] or ""
    if fraction[6:].strip("0"):
        raise RefusalError("is finer than a microsecond")
    try:
        return time(
            int(stamp["hour"]), int(stamp["minute"]), int(stamp["second"] or 0), int(fraction[:6].ljust(6, "0"))
        )
    except ValueError:
        raise RefusalError("has no time of day in it: hours go from 0 to 23, minutes and seconds to 59") from None


def _local(wall: datetime, zone: tzinfo) -> datetime:
    """The one moment at which clocks in the zone show ``wall``."""
    earlier, later = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if earlier.utcoffset() == later.utcoffset():
        return _settled(earlier)
    happens = earlier.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall
    how = "happens twice" if happens else "doesn't happen"
    either = tuple(each.astimezone(UTC).astimezone(zone).isoformat() for each in (earlier, later))
    raise RefusalError(f"{how} in {zone}, where the clocks change: write {' or '.join(either)}", either)


def _shifted(shift: re.Match[str], when: When) -> datetime:
    sign, ago, length = shift["sign"], shift["ago"] is not None, f"{shift['count']}{shift['unit']}"
    if ago == (sign is not None):
        raise RefusalError(
            "goes neither back nor on: write -7d for the past or +7d for the future".replace("7d", length),
            (f"-{length}", f"+{length}"),
        )
    amount = timedelta(**{_UNITS[shift["unit"]]: int(shift["count"]) * (1 if sign == "+" else -1)})
    now = _now(when).replace(microsecond=0)
    if shift["unit"] in "dw":
        return _settled(now + amount)
    return _settled(now.astimezone(UTC) + amount)


def _settled(moment: datetime) -> datetime:
    """In UTC, where a moment of the year 1 or 9999 may not exist: OverflowError then."""
    return moment.astimezone(UTC)
