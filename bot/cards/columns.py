"""The columns that a table shows of each kind of object, and what may be added up below it, as data.

A kind that isn't here has the columns of its line in a list: those facts of :data:`~bot.cards.objects.OBJECTS` that are
marked for it. A kind that no table knows has its first facts. Columns that all rows leave empty are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from bot.cards.facts import Told, status_of, tell
from bot.cards.objects import OBJECTS, Fact
from bot.cards.values import Manner, dig, instant, show
from bot.tables import Cell, Heading, Sheet
from bot.text import Mrkdwn, unmarked
from operations.call import Json
from operations.members import currency_at, whole
from operations.money import exponent, format_amount

Part: TypeAlias = Literal["headline", "status", "id", "kind"]
"""What :func:`~bot.cards.facts.tell` makes of an object; its name or amount under the title of its kind."""
Column: TypeAlias = Fact | Part

MANNER: Final = Manner("plain", separator=", ")
"""How cells are written: in words alone, on one line, times in UTC."""
GUESSED: Final = 4
"""Columns of an object that no table knows, beside its name, status and id."""
TOTALS_SHOWN: Final = 6
_RIGHT: Final = frozenset({"money", "count", "percent", "size"})
_LARGEST: Final = 10**15
"""Up to which a number is exact enough for JSON."""

_CREATED: Final = Fact("created", "Created", "moment")
_AMOUNT: Final = Fact("amount", "Amount", "money")
_SUM: Final = Fact("amount", kind="money")
_CUSTOMER: Final = Fact("customer", "Customer", "id")
_DESCRIPTION: Final = Fact("description", "Description")

COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = MappingProxyType(
    {
        "account": ("headline", "status", Fact("email", "Email"), Fact("country", "Country"), _CREATED, "id"),
        "balance_transaction": (
            _AMOUNT,
            Fact("fee", "Fee", "money"),
            Fact("net", "Net", "money"),
            Fact("type", "Type", "words"),
            "status",
            Fact("source", "Source", "id"),
            _CREATED,
            "id",
        ),
        "charge": (
            _AMOUNT,
            "status",
            _CUSTOMER,
            Fact("payment_method_details", "Paid with", "method"),
            _DESCRIPTION,
            _CREATED,
            "id",
        ),
        "customer": (
            "headline",
            Fact("email", "Email"),
            "status",
            Fact("balance", "Balance", "money", quiet=True),
            _CREATED,
            "id",
        ),
        "dispute": (
            _AMOUNT,
            "status",
            Fact("reason", "Reason", "words"),
            Fact("evidence_details.due_by", "Evidence due", "moment"),
            Fact("charge", "Charge", "id"),
            _CREATED,
            "id",
        ),
        "event": ("headline", Fact("data.object", "About", "id"), _CREATED, "id"),
        "invoice": (
            Fact("number", "Number"),
            Fact("total", "Total", "money"),
            "status",
            Fact("amount_remaining", "Remaining", "money", quiet=True),
            Fact("due_date", "Due", "day"),
            _CUSTOMER,
            _CREATED,
            "id",
        ),
        "payment_intent": (_AMOUNT, "status", _CUSTOMER, _DESCRIPTION, _CREATED, "id"),
        "payout": (
            _AMOUNT,
            "status",
            Fact("arrival_date", "Arrives", "day"),
            Fact("method", "Method", "words"),
            _CREATED,
            "id",
        ),
        "price": (
            Fact("unit_amount", "Amount", "money"),
            Fact("recurring", "Billed", "period"),
            Fact("nickname", "Name"),
            "status",
            Fact("product", "Product", "id"),
            Fact("lookup_key", "Lookup key", "code"),
            _CREATED,
            "id",
        ),
        "refund": (
            _AMOUNT,
            "status",
            Fact("reason", "Reason", "words"),
            Fact("charge", "Charge", "id"),
            _CREATED,
            "id",
        ),
        "subscription": (
            "headline",
            "status",
            _CUSTOMER,
            Fact("items.data.0.current_period_end", "Period ends", "moment"),
            _CREATED,
            "id",
        ),
    }
)

TOTALLED: Final[Mapping[str, Fact]] = MappingProxyType(
    {
        "application_fee": _SUM,
        "balance_transaction": Fact("net", "net", "money"),
        "charge": _SUM,
        "checkout.session": Fact("amount_total", kind="money"),
        "credit_note": _SUM,
        "dispute": _SUM,
        "invoice": Fact("total", kind="money"),
        "invoiceitem": _SUM,
        "payment_intent": _SUM,
        "payout": _SUM,
        "refund": _SUM,
        "topup": _SUM,
        "transfer": _SUM,
    }
)
"""The amounts that mean something together: all of one kind, in one currency, in one state. Prices don't.

A label says what is added up, where that isn't what the table begins with.
"""


@dataclass(frozen=True, slots=True)
class Total:
    """What the rows of one state come to, in each of their currencies."""

    status: str
    """Empty where all rows are in the same state, or have none. What is added up, where it isn't simply the amount."""
    amounts: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(part for part in (self.status, ", ".join(self.amounts)) if part)


def sheet(items: Sequence[Json], expected: str = "", manner: Manner = MANNER) -> Sheet:
    """The rows as a table; ``expected`` is the kind of object that the operation promises."""
    manner = replace(manner, style="plain", separator=", ")
    told = [tell(item, manner, expected) for item in items]
    kinds = {_kind(item, expected) for item in items}
    kind = next(iter(kinds)) if len(kinds) == 1 else None
    columns = _mixed() if kind is None else _columns(kind)
    if columns is None:
        headings, rows = _guessed(told)
    else:
        headings = [Heading(*_named(column, told)) for column in columns]
        rows = [[_cell(column, item, one, manner) for column in columns] for item, one in zip(items, told, strict=True)]
    return filled(headings, rows)


def line(item: Json, expected: str = "") -> dict[str, str]:
    """What a table shows of one object, by its columns; nothing of those that are empty."""
    one = sheet([item], expected)
    return {heading.label: cell.text for heading, cell in zip(one.headings, one.rows[0], strict=True)}


def filled(headings: Sequence[Heading], rows: Sequence[Sequence[Cell]]) -> Sheet:
    """The columns that some row has something in; the last of them is what tells rows apart, where it is the id."""
    kept = [at for at in range(len(headings)) if any(row[at].text for row in rows)]
    shown = tuple(headings[at] for at in kept)
    key = next((place for place, heading in enumerate(shown) if heading.label == "ID"), 0)
    return Sheet(shown, tuple(tuple(row[at] for at in kept) for row in rows), key)


def totals(items: Sequence[Json], expected: str = "") -> tuple[Total, ...]:
    """What the rows come to, by state and currency; nothing where their amounts don't add up to anything.

    Rows whose amount can't be read would make every sum a wrong one, so then there is none.
    """
    kinds = {_kind(item, expected) for item in items}
    fact = TOTALLED.get(next(iter(kinds))) if len(kinds) == 1 else None
    if fact is None or len(items) < 2:
        return ()
    sums: dict[tuple[str, str], int] = {}
    for item in items:
        amount, currency = whole(item, fact.path), currency_at(item, fact.currency)
        if amount is None or currency is None:
            return ()
        status = status_of(item, expected)
        state = status.words if status else ""
        sums[state, currency] = sums.get((state, currency), 0) + amount
    if len(sums) > TOTALS_SHOWN:
        return ()
    states: dict[str, list[str]] = {}
    for (state, currency), amount in sums.items():
        states.setdefault(state, []).append(format_amount(amount, currency))
    shown = {state: state if len(states) > 1 else "" for state in states}
    return tuple(Total(f"{shown[state]} {fact.label}".strip(), tuple(amounts)) for state, amounts in states.items())


def _kind(item: Json, expected: str) -> str:
    stated = dig(item, "object")
    return stated if isinstance(stated, str) and stated else expected


def _columns(kind: str) -> tuple[Column, ...] | None:
    """The columns of a kind; None for one that no table knows."""
    if kind in COLUMNS:
        return COLUMNS[kind]
    card = OBJECTS.get(kind)
    return ("headline", "status", *(fact for fact in card.facts if fact.row), "id") if card else None


def _mixed() -> tuple[Column, ...]:
    """The columns of rows of several kinds: a customer's sources are cards and bank accounts."""
    return ("kind", "headline", "status", _CREATED, "id")


def _named(column: Column, told: Sequence[Told]) -> tuple[str, bool]:
    match column:
        case Fact():
            return column.label, column.kind in _RIGHT
        case "headline":
            titles = {one.title for one in told}
            return titles.pop() if len(titles) == 1 else "What", False
        case "id":
            return "ID", False
    return column.capitalize(), False


def _cell(column: Column, item: Json, told: Told, manner: Manner) -> Cell:
    match column:
        case Fact():
            return _of_fact(column, item, manner)
        case "headline":
            return Cell(told.headline)
        case "status":
            return Cell(told.status.words if told.status else "")
        case "kind":
            return Cell(told.title)
    return Cell(told.id or "")


def _of_fact(fact: Fact, item: Json, manner: Manner) -> Cell:
    text = show(fact, item, manner) or ""
    text = unmarked(text) if isinstance(text, Mrkdwn) else text
    value = dig(item, fact.path)
    match fact.kind:
        case "money" if text:
            return Cell(text, _units(value, dig(item, fact.currency)))
        case "count" | "percent" | "size" if isinstance(value, int | float) and not isinstance(value, bool) and text:
            return Cell(text, _finite(value))
        case "moment" if text:
            return Cell(text, when=instant(value))
    return Cell(text)


def _units(value: Json, currency: Json) -> float | None:
    """An amount in its currency's own units, to sort and to filter by."""
    if isinstance(value, dict):
        currency, value = value.get("currency"), value.get("value")
    if not isinstance(value, int) or isinstance(value, bool) or not isinstance(currency, str):
        return None
    try:
        return _finite(Decimal(value).scaleb(-exponent(currency)))
    except (ValueError, ArithmeticError):
        return None


def _finite(value: int | float | Decimal) -> float | None:
    return float(value) if -_LARGEST < value < _LARGEST else None


def _guessed(told: Sequence[Told]) -> tuple[list[Heading], list[list[Cell]]]:
    """The columns of objects that no table knows: name, status, the facts that most of them have, id."""
    counted: dict[str, int] = {}
    for one in told:
        for label, _ in one.facts:
            counted[label] = counted.get(label, 0) + 1
    labels = sorted(counted, key=lambda label: -counted[label])[:GUESSED]
    facts = [dict(one.facts) for one in told]
    headings = [Heading(label) for label in (_named("headline", told)[0], "Status", *labels, "ID")]
    rows = [
        [
            Cell("" if one.headline == one.id else one.headline),
            Cell(one.status.words if one.status else ""),
            *(Cell(_plain(each.get(label, ""))) for label in labels),
            Cell(one.id or ""),
        ]
        for one, each in zip(told, facts, strict=True)
    ]
    return headings, rows


def _plain(value: str) -> str:
    return unmarked(value) if isinstance(value, Mrkdwn) else value
