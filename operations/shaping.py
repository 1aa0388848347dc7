"""What an answer is made into before it is shown: a query over it, rows of it, some of its fields, a form of output."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Literal, TypeAlias, get_args

from operations import queries
from operations.call import Json
from operations.filters import FIELD, Filter, chosen
from operations.problem import RefusalError
from operations.scalars import nearest, shown

Output: TypeAlias = Literal["card", "table", "json", "csv"]
OUTPUTS: Final[tuple[Output, ...]] = get_args(Output)
MOST_FIELDS: Final = 30
_FIELD = re.compile(FIELD, re.ASCII)
_LIKELY: Final = 3
_NAMES_LOOKED_AT: Final = 500


@dataclass(frozen=True, slots=True)
class Shaping:
    """How an answer is to be shown. It changes nothing of what is sent, and so is no part of a call's digest."""

    query: str = ""
    """A JMESPath expression over the answer."""
    fields: tuple[str, ...] = ()
    """Dotted names of the fields to show, in this order."""
    output: Output | None = None
    """None leaves it to the answer: a card for an object, rows for a list."""
    filters: tuple[Filter, ...] = ()
    """Comparisons that the rows of a list have to pass, all of them."""
    sort: str = ""
    """The field to sort these rows by, behind a minus for the largest first."""
    everything: bool = False
    """Whether all pages of a list are got."""
    chart: bool = False
    """Whether a picture of the list over time is drawn."""
    private: bool = False
    """Whether the answer is for whoever asked alone."""

    @property
    def of_answer(self) -> "Shaping":
        """What is asked of the answer itself, and not of where it is shown."""
        return replace(self, private=False)

    @property
    def picks(self) -> bool:
        """Whether anything is asked for that is looked for in the answer."""
        return bool(self.query or self.filters or self.sort)

    @property
    def leaves_form(self) -> bool:
        """Whether what is found is to be shown in the form that it has anyway."""
        return not self.fields and self.output in (None, "card")


AS_IT_IS = Shaping()
"""Nothing is asked for but the answer."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """What came of shaping an answer."""

    value: Json
    absent: tuple[str, ...] = ()
    """Fields that were asked for and that nothing in the answer has."""
    likely: tuple[str, ...] = ()
    """What may have been meant by them: names that are there."""
    seen: int | None = None
    """How many rows there were before the filters; None where there were none to pass."""


def read_fields(text: str) -> tuple[str, ...]:
    """The names in ``id,amount,customer.email``. Raises RefusalError."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    wrong = next((name for name in names if not _FIELD.fullmatch(name)), None)
    if wrong is not None or not names:
        given = f", not {shown(wrong)}" if wrong is not None else ""
        raise RefusalError(f"takes names with commas between them, such as id,amount,customer.email{given}")
    if len(names) > MOST_FIELDS:
        raise RefusalError(f"takes {MOST_FIELDS} names at most")
    return names


def read_query(text: str, *, given: str = "") -> str:
    """A JMESPath expression; ``given`` is one that stands already. Raises RefusalError."""
    if given:
        raise RefusalError("is given twice")
    queries.check(text)
    return text


def read_output(text: str, *, given: Output | None = None) -> Output:
    """The form of output that a word names; ``given`` is one that stands already. Raises RefusalError."""
    found = next((each for each in OUTPUTS if each == text.lower()), None)
    if given not in (None, found):
        raise RefusalError(f"is given twice, as {given} and as {shown(text)}")
    if found is None:
        raise RefusalError(f"is {', '.join(OUTPUTS[:-1])} or {OUTPUTS[-1]}, not {shown(text)}", nearest(text, OUTPUTS))
    return found


def shape(answer: Json, shaping: Shaping, veil: Callable[[Json], Json] | None = None) -> Shaped:
    """The answer as it was asked for. Raises QueryRefusal where the query doesn't fit it.

    ``veil`` masks what others must not read. What is looked for is looked for behind it; yet what a query makes of an
    answer can't be masked any more, so such a query sees no more than the mask shows.
    """
    value = queries.evaluate(shaping.query, answer) if shaping.query else answer
    if veil is not None and shaping.query and not _are_of(value, answer):
        value, veil = queries.evaluate(shaping.query, veil(answer)), None
    rows = rows_of(value)
    looked_for = dict.fromkeys((*shaping.fields, *(each.field for each in shaping.filters), shaping.sort.lstrip("-")))
    among = [value] if rows is None else rows
    absent = tuple(name for name in looked_for if name and among and all(_dig(row, name) is _ABSENT for row in among))
    seen = None
    if rows is not None and (shaping.filters or shaping.sort):
        seen = len(rows) if shaping.filters else None
        rows = chosen(rows, shaping.filters, shaping.sort)
        value = rows
    if veil is not None:
        value = veil(value)
        rows = rows_of(value)
    if shaping.fields:
        value = _pick(value, shaping.fields) if rows is None else [_pick(row, shaping.fields) for row in rows]
    return Shaped(value, absent, _likely(absent, among), seen)


def _are_of(value: Json, answer: Json) -> bool:
    """Whether a query has only chosen among the objects of an answer, each as it was."""
    known = {
        row["id"]: row for row in rows_of(answer) or () if isinstance(row, dict) and isinstance(row.get("id"), str)
    }
    return isinstance(value, list) and all(
        isinstance(row, dict) and isinstance(row.get("id"), str) and row == known.get(row["id"]) for row in value
    )


def _likely(absent: Sequence[str], among: Sequence[Json]) -> tuple[str, ...]:
    """Names that are there and look like those that aren't."""
    if not absent:
        return ()
    names = dict.fromkeys(name for row in among if isinstance(row, dict) for name in islice(row, _NAMES_LOOKED_AT))
    present = [name for name in islice(names, _NAMES_LOOKED_AT) if _FIELD.fullmatch(name)]
    return tuple(dict.fromkeys(near for name in absent for near in nearest(name, present, 1)))[:_LIKELY]


def rows_of(value: Json) -> Sequence[Json] | None:
    """The rows of a list, or of a page of one as Stripe answers it; None for what has none."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and isinstance(value.get("data"), list):
        data = value["data"]
        paged = {"object", "has_more", "next_page_url", "previous_page_url"} & value.keys()
        return data if paged and isinstance(data, list) else None
    return None


class _Absent:
    """The type of what isn't there."""


_ABSENT: Final = _Absent()


def _dig(value: Json, name: str) -> "Json | _Absent":
    for step in name.split("."):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return _ABSENT
    return value


def _pick(value: Json, names: Sequence[str]) -> dict[str, Json]:
    found = {name: _dig(value, name) for name in names}
    return {name: None if isinstance(item, _Absent) else item for name, item in found.items()}
