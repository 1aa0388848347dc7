"""A list of calls of one operation, read from what a spreadsheet saves as CSV.

The first line names the columns: parameters of the operation, and the id where the path takes one. Every other line is
one call. Nothing is guessed: what is wrong is said with its line and column, all of it at once, and then there is no
list at all.

Amounts: with a ``currency`` they are written with its decimals (``12.50``), without one they are minor units, as in
commands. A bare whole number beside a currency that has decimals may be either, and is refused. The currency of a
refund is no parameter that Stripe takes; whoever runs the list makes sure that the payment is in it.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from operations import money, prefixes
from operations.call import Call, Frozen, thaw
from operations.grammar import Command, Stated, shape_at
from operations.grammar.arguments import assigned, is_name
from operations.grammar.binding import bound, check_ids
from operations.problem import Problem, ProblemError
from operations.registry import Registry
from operations.risk import assess, assess_operation
from operations.scalars import escaped, nearest, shown
from operations.secrets import locate_secret
from operations.spec import Operation
from operations.when import NOBODY_KNOWS, When

MOST_ROWS: Final = 200
MOST_BYTES: Final = 100_000
NEW_LINE: Final = "|"
"""What parts the lines where a text is all on one line."""

CURRENCY: Final = "currency"
_DELIMITERS: Final = (",", ";", "\t")
_FORMULA: Final = re.compile(r"[=+@\t\r]|-(?![0-9])")
_BROKEN: Final = re.compile(r"#(?:REF|N/A|VALUE|NAME\?|DIV/0|NULL|NUM)[!?]?", re.IGNORECASE)
_NUMBER: Final = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?", re.ASCII)
_WHOLE: Final = re.compile(r"-?[0-9]+", re.ASCII)
_SEPARATED: Final = re.compile(r"-?[0-9][0-9.,'’ \u00a0\u202f]*[0-9]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One call of a list."""

    number: int
    """Of the line in the text, counted from 1."""
    call: Call
    stated: tuple[Stated, ...]
    currency: str
    """The currency that the line says what it is about is in, in lower case; empty where it says none."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is wrong with a list, as one sentence."""

    said: str
    line: int | None = None
    column: str = ""

    def __str__(self) -> str:
        where = [f"line {self.line}" if self.line is not None else "", self.column and escaped(self.column)]
        told = ", ".join(part for part in where if part)
        return f"{told[0].upper()}{told[1:]}: {self.said}" if told else self.said


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a text says: its lines, or what is wrong with them."""

    lines: tuple[Line, ...] = ()
    flaws: tuple[Flaw, ...] = ()


def decoded(data: bytes) -> str | Flaw:
    """The text of a file."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return Flaw("This is a spreadsheet and no CSV. Save it as CSV (UTF-8) first.")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return Flaw("This file is not UTF-8 text. Save it as CSV (UTF-8).")


def read_list(text: str, operation: Operation, registry: Registry, when: When = NOBODY_KNOWS) -> Sheet:
    """The calls of an operation that a text lists. Never raises."""
    found = locate_secret(text)
    if found is not None:
        advice = "Nothing of it was run or kept, but Slack has seen it: roll it now."
        return Sheet(flaws=(Flaw(f"The list holds what looks like {found.kind}. {advice}"),))
    unfit = _unfit(text, operation)
    if unfit is not None:
        return Sheet(flaws=(unfit,))
    try:
        rows = list(_rows(text))
    except csv.Error as error:
        return Sheet(flaws=(Flaw(f"The list can't be read as CSV: {error}. Look at its quotes."),))
    if not rows:
        return Sheet(
            flaws=(Flaw(f"The list is empty. Its first line names the columns, such as {example(operation)}"),)
        )
    columns = _columns(rows[0], operation)
    if isinstance(columns, tuple):
        return Sheet(flaws=columns)
    if not rows[1:]:
        return Sheet(flaws=(Flaw("The list names columns, and has no line below them."),))
    if len(rows) - 1 > MOST_ROWS:
        return Sheet(flaws=(Flaw(f"The list has {len(rows) - 1} lines; {MOST_ROWS} at once are the most. Part it."),))
    read = [_line(row, columns, operation, registry, when) for row in rows[1:]]
    lines = tuple(each for each in read if isinstance(each, Line))
    flaws = [flaw for each in read if not isinstance(each, Line) for flaw in each]
    flaws += _twice(lines)
    if flaws:
        return Sheet(flaws=tuple(sorted(flaws, key=lambda each: each.line or 0)))
    return Sheet(lines)


def example(operation: Operation) -> str:
    """The first line of a list of this operation, and one below it."""
    if operation.path_parameters:
        return f"{','.join(each.refers or each.name for each in operation.path_parameters)}"
    if "refund" in assess_operation(operation).flags and operation.parameter("charge") is not None:
        return "charge,amount,currency"
    return ",".join(each.name for each in operation.parameters if each.required) or "the names of its parameters"


def _unfit(text: str, operation: Operation) -> Flaw | None:
    """Why there can be no list of it at all."""
    if operation.encoding == "multipart" or operation.response.kind == "binary":
        return Flaw(f"{operation.name} is about files, and takes no list.")
    if operation.method == "GET":
        return Flaw(f"{operation.name} only reads, and needs no list.")
    if len(text.encode(errors="replace")) > MOST_BYTES:
        return Flaw(f"The list is larger than {MOST_BYTES // 1000} kB; {MOST_ROWS} lines at once are the most.")
    return None


# --- rows -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: tuple[str, ...]


def _rows(text: str) -> Iterator[_Row]:
    """The rows that hold anything, with the number of the line that each begins at. Raises csv.Error."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\n" not in text.strip() and NEW_LINE in text:
        text = "\n".join(part.strip() for part in text.split(NEW_LINE))
    if "\x00" in text:
        raise csv.Error("it holds a character that no text has")
    lines = text.split("\n")
    declared = re.fullmatch(r"sep=(.)", lines[0].strip(), re.IGNORECASE)
    begins = next((line for line in lines if line.strip() and not (declared and line is lines[0])), "")
    delimiter = declared[1] if declared else max(_DELIMITERS, key=_outside_quotes(begins).count)
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True, skipinitialspace=True)
    number = 1
    for cells in reader:
        kept = tuple(cell.strip() for cell in cells)
        if any(kept) and not (declared and number == 1):
            yield _Row(number, kept)
        number = reader.line_num + 1


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    """As it is written in the first line."""
    path: str = ""
    """The placeholder in the path that it fills; empty for a parameter."""


def _columns(row: _Row, operation: Operation) -> Mapping[int, _Column] | tuple[Flaw, ...]:
    columns: dict[int, _Column] = {}
    flaws: list[Flaw] = []
    if all(prefixes.prefix_of(cell) in prefixes.KINDS or _NUMBER.fullmatch(cell) for cell in row.cells if cell):
        return (Flaw(f"The first line must name the columns, such as {example(operation)}", row.number),)
    for at, cell in enumerate(row.cells):
        if not cell:
            continue
        column = _column(cell, operation)
        if isinstance(column, Flaw):
            flaws.append(Flaw(column.said, row.number))
        elif any((each.path or each.name) == (column.path or column.name) for each in columns.values()):
            flaws.append(Flaw(f"{shown(cell)} names a column that is there already.", row.number))
        else:
            columns[at] = column
    filled = {each.path for each in columns.values()}
    flaws += [
        Flaw(f"There is no column for the {each.refers or each.name}.", row.number)
        for each in operation.path_parameters
        if each.name not in filled
    ]
    return tuple(flaws) if flaws else columns


def _column(cell: str, operation: Operation) -> _Column | Flaw:
    plain = cell.lower().replace("-", "_").replace(" ", "_")
    path = operation.path_parameters
    for each in path:
        if plain in (each.name, each.refers) or (plain == "id" and len(path) == 1):
            return _Column(cell, each.name)
    name = cell if "[" in cell or "." in cell else plain
    if is_name(name) and (operation.untyped or shape_at(operation, name) is not None):
        return _Column(name)
    if plain == CURRENCY and operation.parameter("amount") is not None:
        return _Column(CURRENCY)
    known = [each.name for each in operation.parameters]
    near = nearest(plain, [*known, *(each.refers or each.name for each in path)])
    meant = f" Did you mean {near[0]}?" if near else f" Columns are named like parameters: {example(operation)}."
    return Flaw(f"{shown(cell)} is no parameter of {operation.name}.{meant}")


# --- lines ------------------------------------------------------------------------------------------------------------


def _line(
    row: _Row, columns: Mapping[int, _Column], operation: Operation, registry: Registry, when: When
) -> Line | list[Flaw]:
    flaws = []
    for at, cell in enumerate(row.cells):
        if cell and at not in columns:
            flaws.append(Flaw(f"{shown(cell)} stands under no name.", row.number))
        elif why := _spoilt(cell):
            flaws.append(Flaw(f"{shown(cell)} {why}.", row.number, columns[at].name))
    given = {column: row.cells[at] for at, column in columns.items() if at < len(row.cells) and row.cells[at]}
    currency = next((value for column, value in given.items() if column.name == CURRENCY), "").lower()
    if currency and currency.upper() not in money.CURRENCIES:
        flaws.append(Flaw(f"{shown(currency)} is none of Stripe's currencies.", row.number, CURRENCY))
    values: dict[str, str] = {}
    pairs: list[tuple[str, object]] = []
    gives_back = "refund" in assess_operation(operation).flags
    for column, value in given.items():
        if column.path:
            values[column.path] = value
        elif column.name == CURRENCY and (gives_back or operation.parameter(CURRENCY) is None):
            continue
        elif (shape := shape_at(operation, column.name)) is not None and shape.meaning == "money_minor":
            why = _unclear(value, currency, gives_back=gives_back)
            flaws += [Flaw(f"{shown(value)} {why}", row.number, column.name)] if why else []
            pairs.append((column.name, f"{value} {currency}" if currency else value))
        else:
            pairs.append((column.name, value))
    if flaws:
        return flaws
    found = _bound(values, pairs, operation, registry, when)
    if not isinstance(found, Command):
        return [Flaw(_without_name(each), row.number, each.parameter or "") for each in found]
    flaws = [Flaw("is missing.", row.number, name) for name in found.missing]
    flaws += [
        Flaw("is missing.", row.number, each.refers or each.name)
        for each in operation.path_parameters
        if each.name not in values
    ]
    if not flaws and gives_back and not values and not _ids(found.call):
        flaws.append(Flaw("This line names nothing to give back: fill in charge or payment_intent.", row.number))
    return flaws or Line(row.number, found.call, found.stated, currency)


def _bound(
    values: Mapping[str, str],
    pairs: Sequence[tuple[str, object]],
    operation: Operation,
    registry: Registry,
    when: When,
) -> Command | tuple[Problem, ...]:
    try:
        if len(values) == len(operation.path_parameters):
            check_ids(operation, values, dict.fromkeys(values, (0, 0)), registry)
        return bound(operation, values, assigned(operation, pairs), when, registry)
    except ProblemError as error:
        return (error.problem,)


def _without_name(problem: Problem) -> str:
    return problem.message.removeprefix(f"{problem.parameter}: ")


def _spoilt(cell: str) -> str:
    """Why a cell is nothing that anybody meant."""
    if _FORMULA.match(cell):
        return "begins as a spreadsheet formula does: put the value itself there"
    return "is what a spreadsheet writes for a broken formula" if _BROKEN.match(cell) else ""


def _unclear(value: str, currency: str, *, gives_back: bool) -> str:
    """Why an amount is not taken as it is written, where its form alone tells."""
    if _NUMBER.fullmatch(value) is None:
        if _SEPARATED.fullmatch(value):
            return "has signs for thousands: write it without, as in 1234.50."
        return ""
    if value.startswith("-") and gives_back:
        return "is below zero."
    exponent = money.exponent(currency) if currency else 0
    if currency and exponent and currency.upper() not in money.WHOLE_UNITS and _WHOLE.fullmatch(value):
        units = f"{value}.{'0' * min(exponent, 2)}"
        minor = money.format_amount(int(value), currency)
        return (
            f"may be {units} {currency.upper()} or {minor}: write {units}, or leave the currency out to say it in "
            "minor units."
        )
    return ""


def _twice(lines: Sequence[Line]) -> Iterator[Flaw]:
    """That two lines are about the same thing; where an operation makes something new, that they say just the same."""
    first: dict[object, int] = {}
    for line in lines:
        key = _subject(line.call)
        if key in first:
            about = next(iter((*line.call.path_values.values(), *_ids(line.call))), "This")
            yield Flaw(f"{escaped(about)} stands in line {first[key]} already. Each may be listed once.", line.number)
        else:
            first[key] = line.number


def _subject(call: Call) -> object:
    if call.path_values:
        return tuple(call.path_values.items())
    if "refund" in assess(call).flags and _ids(call):
        return _ids(call)
    return repr(sorted((name, _plain(value)) for name, value in call.parameters.items()))


def _ids(call: Call) -> tuple[str, ...]:
    """The ids of the objects that a call names by its parameters."""
    found = ((each, call.parameters.get(each.name)) for each in call.operation.parameters)
    return tuple(value for each, value in found if each.shape.meaning == "id" and isinstance(value, str) and value)


def _plain(value: Frozen) -> str:
    return repr(thaw(value))
