"""From a command to the form that says it: what was typed, or asked for before, is not typed again.

What no field can show exactly stands beside the fields, as arguments.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

from operations import typed_money
from operations.call import FileContent, Frozen, thaw
from operations.forms.compose import CLEARS, CURRENCY, EXTRA, Answer, Filled
from operations.forms.fields import Field, Fields, currency_in, fields_of
from operations.grammar.binding import Command
from operations.grammar.render import options, written
from operations.money import CURRENCIES

LONGEST = 2_900
"""What a field holds, with room for what people add; Slack's inputs take 3,000 characters."""
MOST = 20
"""How many fields are filled in; a form with too many is no form."""
LONGEST_CHOICE = 150
"""What a choice can be (Slack's option values)."""

_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z", re.ASCII)


def prefilled(command: Command) -> Filled:
    """The form that says a command, but for what no form can show: that is named as left out."""
    filler = _Filler(command)
    filler.fill()
    answers: dict[str, Answer] = {**command.call.path_values, **filler.answers}
    extra = "\n".join(line for line in (*filler.extra, options(command)) if line)
    if extra:
        answers[EXTRA] = extra
    return Filled(command.call.operation, answers, command.account, command.live, tuple(filler.left_out))


class _Filler:
    def __init__(self, command: Command) -> None:
        self._call = command.call
        self._stated = {each.parameter: each for each in command.stated}
        self._fields: Fields = fields_of(command.call.operation)
        self._count = 0
        self.answers: dict[str, Answer] = {}
        self.extra: list[str] = []
        self.left_out: list[str] = []

    def fill(self) -> None:
        for name, value in self._call.parameters.items():
            self._at(name, value)

    def _at(self, name: str, value: Frozen) -> None:
        field = self._fields.get(name)
        answer = None if field is None else self._answer(field, value)
        if field is not None and answer is not None and self._count < MOST:
            self._count += 1
            self.answers[name] = answer
            return
        match value:
            case FileContent():
                self.left_out.append(name)
            case Mapping() if value and field is None and all(map(_is_plain_key, value)):
                for key, item in value.items():
                    self._at(f"{name}[{key}]", item)
            case tuple() if value and all(isinstance(each, Mapping) for each in value):
                for index, item in enumerate(value):
                    self._at(f"{name}[{index}]", item)
            case _:
                self._beside(name, written(self._call.operation, name, value))

    def _beside(self, name: str, argument: str) -> None:
        if _has_controls(argument) or sum(map(len, self.extra)) + len(argument) > LONGEST:
            self.left_out.append(name)
        else:
            self.extra.append(argument)

    def _answer(self, field: Field, value: Frozen) -> Answer | None:
        """The answer that comes to this value; None where there is none."""
        if value == "" or value is None:
            return CLEARS if field.clearable and CLEARS not in field.values else None
        match field.control:
            case "choice" | "switch":
                said = _scalar(value)
                return said if said in field.values else None
            case "choices" | "lines" | "suggested_choices":
                return _several(field, value)
            case "pairs":
                return _lines(field, value)
            case "money":
                return self._money(field, value)
            case "time":
                return _time(field, value)
            case "json":
                return _json(value)
            case "file":
                return None
        return _text(field, value)

    def _money(self, field: Field, value: Frozen) -> str | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        stated = self._stated.get(field.name)
        currency = stated.currency if stated is not None else field.currency or self._currency(field)
        if currency is None or currency.upper() not in CURRENCIES or currency != currency.strip().lower():
            return None
        text = typed_money.typed(value, currency)
        if stated is not None and self._count < MOST:
            self.answers[f"{field.name}{CURRENCY}"] = currency
        return text.removesuffix(currency).strip()

    def _currency(self, field: Field) -> str | None:
        value: Frozen = self._call.parameters
        for part in field.governed.replace("]", "").split("[") if field.governed else ("",):
            if isinstance(value, Mapping):
                value = value.get(part)
            elif isinstance(value, tuple) and part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            else:
                return None
        return value if isinstance(value, str) else None


def _has_controls(text: str) -> bool:
    """Whether a text holds what can't be typed: controls, but for line ends, and halves of characters."""
    return any(unicodedata.category(each) in ("Cc", "Cs") and each != "\n" for each in text)


def _is_plain_key(key: str) -> bool:
    return not set("[]") & set(key)


def _scalar(value: Frozen) -> str | None:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | str():
            return str(value)
        case float():
            return json.dumps(value)
    return None


def _amount(value: Frozen, currency: str) -> str | None:
    """An amount with its currency; None where that can't be told."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return typed_money.typed(value, currency) if whole and typed_money.is_code(currency) else None  # type: ignore[arg-type]  # whole


def _text(field: Field, value: Frozen) -> str | None:
    said = _scalar(value)
    if said is None or not said.strip() or said.strip() == CLEARS or len(said) > LONGEST or _has_controls(said):
        return None
    if field.control in ("text", "long_text"):
        fits = field.control == "long_text" or not set("\r\n") & set(said)
        structured = field.shape.kind in ("any", "union") and (said.lstrip()[:1] in ("{", "[") or value != said)
        return said if fits and not structured else None
    if field.control in ("suggested", "object", "currency") and len(said) > LONGEST_CHOICE:
        return None
    return said if said == said.strip() and said.isprintable() else None


def _several(field: Field, value: Frozen) -> Answer | None:
    if not isinstance(value, tuple) or not value:
        return None
    items = field.shape.items
    if items is not None and items.meaning == "money_minor" and (currency := currency_in(field.name)):
        said = tuple(each for each in (_amount(item, currency) for item in value) if each is not None)
    else:
        said = tuple(each for each in map(_scalar, value) if each is not None)
    plain = all(each.strip() == each and each.isprintable() and each and each != CLEARS for each in said)
    if len(said) != len(value) or not plain or sum(map(len, said)) + len(said) > LONGEST:
        return None
    if field.control == "lines":
        return "\n".join(said)
    unique = len(set(said)) == len(said)
    known = field.control == "suggested_choices" or set(said) <= set(field.values)
    return said if unique and known and max(map(len, said)) <= LONGEST_CHOICE else None


def _lines(field: Field, value: Frozen) -> str | None:
    if not isinstance(value, Mapping) or not value:
        return None
    lines: list[str] = []
    money = field.shape.items is not None and field.shape.items.meaning == "money_minor"
    for key, item in value.items():
        said = CLEARS if item == "" or item is None else _scalar(item)
        if money and said is not None and said != CLEARS:
            said = _amount(item, key)
        plain_key = _is_plain_key(key) and "=" not in key and key == key.strip() and key.isprintable()
        if said is None or not plain_key or said != said.strip() or not said.isprintable() or not said:
            return None
        if said == CLEARS and item not in ("", None):
            return None
        lines.append(f"{key}={said}")
    text = "\n".join(lines)
    return text if len(text) <= LONGEST and not text.startswith("{") else None


def _time(field: Field, value: Frozen) -> str | None:
    if field.shape.kind == "union":
        return _text(field, value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**10:
        return str(value)
    match = _ISO.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        return str(int(datetime.fromisoformat(match[1]).replace(tzinfo=UTC).timestamp()))
    except ValueError:
        return None


def _json(value: Frozen) -> str | None:
    if isinstance(value, str | FileContent) or value in ((), {}):
        return None
    try:
        said = json.dumps(_nulls(thaw(value)), ensure_ascii=False)
    except TypeError:
        return None
    return said if len(said) <= LONGEST else None


def _nulls(value: object) -> object:
    """JSON in which the empty string means left out, and null cleared."""
    match value:
        case dict():
            return {key: _nulls(item) for key, item in value.items()}
        case list():
            return [_nulls(item) for item in value]
        case "":
            return None
    return value
