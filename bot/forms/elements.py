"""From a field to the blocks that ask for it, and from what these hold to an answer.

The plain style is for the local Slack, which renders few elements and takes no initial values: there a value that comes
back empty was not touched, and what was answered before stays. There a short list of known values is all that a field
lists, though Stripe may take another: that one is written under what takes anything.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot import inputs, limits
from bot.blocks import Block, Element
from bot.borders import InputValue
from bot.forms.names import FIND_CURRENCY, FIND_OBJECT, FIND_VALUE, INPUT, UNSET, found_by
from bot.forms.options import value_option
from bot.inbound import InputValues
from bot.inputs import Option, input_block, static_select, text_input
from bot.text import Style
from operations.forms import CLEARS, CURRENCY, Answer, Field, hint
from operations.forms.labels import words
from operations.samples import object_id

FEW_CHOICES: Final = 25
"""What a form lists; longer lists are searched, so that forms stay small."""
_WHOLE: Final = re.compile(r"-?[0-9]+", re.ASCII)
_DECIMAL: Final = re.compile(r"-?[0-9]*\.?[0-9]+", re.ASCII)
_LIST: Final = frozenset({"lines", "pairs", "json", "long_text"})
_PLACEHOLDERS: Final = {
    "lines": "one a line",
    "pairs": "order=6735",
    "email": "jenny@example.com",
    "url": "https://…",
    "object": "Search, or type the id",
    "suggested": "Search, or type another",
    "currency": "usd",
    "suggested_choices": "Search",
}


def blocks_for(field: Field, answer: Answer, currency: str, key: str, style: Style) -> Iterator[Block]:
    """The input for a field with what was answered; for an amount that no field says the currency of, one more.

    ``key`` is the operation's, ``currency`` what was chosen for the amount.
    """
    # What is not there yet can't be taken away.
    updates = key.startswith("POST") and "{" in key
    element = _plain(field, answer) if style == "plain" else _rich(field, answer, key)
    yield input_block(
        _label(field, style),
        element,
        block_id=field.name,
        hint=_hint(field, style, updates=updates),
        optional=not field.required,
    )
    if asks_currency(field, style):
        chosen = Option(currency.upper(), currency) if currency else None
        search = inputs.external_select(FIND_CURRENCY, placeholder="usd", initial=chosen)
        yield input_block(
            f"{field.label}: currency", search, block_id=f"{field.name}{CURRENCY}", optional=not field.required
        )


def asks_currency(field: Field, style: Style) -> bool:
    """Whether a block of its own asks for an amount's currency; in the plain style the amount says it itself."""
    return field.control == "money" and not (field.governed or field.currency) and style == "rich"


def block_ids(field: Field, style: Style) -> tuple[str, ...]:
    """The block ids of a field's inputs."""
    return (field.name, f"{field.name}{CURRENCY}") if asks_currency(field, style) else (field.name,)


def read(fields: Sequence[Field], values: InputValues, style: Style) -> dict[str, Answer]:
    """What the inputs of these fields hold, as far as they were shown; an empty text where one was emptied."""
    answers: dict[str, Answer] = {}
    for field in fields:
        for name in block_ids(field, style):
            held = next(iter(values[name].values()), None) if name in values else None
            if name in values and not (held is None and style == "plain"):
                answers[name] = _answer(field, held, style)
    return answers


def _answer(field: Field, held: InputValue, style: Style) -> Answer:
    match held:
        case None:
            return ""
        case int():
            return str(held)
        case tuple() if field.control == "file":
            return held[0] if held else ""
        case str() if held == UNSET and (
            field.control in ("choice", "switch") or (style == "plain" and _plainly_listed(field))
        ):
            return ""
    return held


# --- labels and hints ------------------------------------------------------------------------------------------------


def _label(field: Field, style: Style) -> str:
    return field.label if style == "rich" or not field.required else f"{field.label} (required)"


def _hint(field: Field, style: Style, *, updates: bool) -> str | None:
    said = [hint(field)]
    if style == "rich":
        if field.control in ("whole", "object", "suggested", "suggested_choices") or asks_currency(field, style):
            said = []
        if field.control == "time":
            said = ["In your own time zone."]
    elif _plainly_listed(field) or (field.control == "object" and words(field.kind) == field.label):
        said = []
    elif field.control == "choices" and not _fits_checkboxes(field):
        said = [f"One a line, such as {', '.join(field.values[:4])}."]
    elif field.control == "choice" and len(field.values) > limits.OPTIONS - 2:
        said = [f"Such as {', '.join(field.values[:4])}."]
    elif field.control == "currency":
        said = ["Three letters, such as usd."]
    elif field.control == "file":
        said = ["The link to a file that you have put into Slack, or its id."]
    if updates and field.clearable and field.control in ("text", "long_text", "lines", "pairs"):
        said.append(f"The word {CLEARS} takes away what is there.")
    return " ".join(each for each in said if each) or None


# --- elements --------------------------------------------------------------------------------------------------------


def _rich(field: Field, answer: Answer, key: str) -> Element:
    text = answer if isinstance(answer, str) else ""
    match field.control:
        case "choice" | "suggested" | "switch":
            return _one(field, text, key)
        case "choices" | "suggested_choices":
            return _any(field, answer, key)
        case "object":
            return _search(found_by(FIND_OBJECT, key), field, text)
        case "currency":
            return _search(FIND_CURRENCY, field, text)
        case "money" | "whole" | "decimal" | "time" | "email" | "url" | "file":
            return _precise(field, text)
    return _typed(field, answer)


def _one(field: Field, text: str, key: str) -> Element:
    if field.control == "switch":
        return inputs.radio_buttons(INPUT, _switch(field), initial=_chosen(_switch(field), text))
    if field.control == "choice" and len(field.values) <= FEW_CHOICES:
        return static_select(INPUT, _choices(field), initial=_chosen(_choices(field), text))
    return _search(found_by(FIND_VALUE, key), field, text)


def _any(field: Field, answer: Answer, key: str) -> Element:
    if field.control == "choices" and len(field.values) <= limits.CHECKBOX_OPTIONS:
        return inputs.checkboxes(INPUT, _values(field), initial=_several(answer))
    if field.control == "choices" and len(field.values) <= FEW_CHOICES:
        return inputs.multi_select(INPUT, _values(field), initial=_several(answer))
    return inputs.multi_external_select(
        found_by(FIND_VALUE, key), placeholder=_PLACEHOLDERS["suggested_choices"], initial=_several(answer)
    )


def _search(action_id: str, field: Field, text: str) -> Element:
    chosen = value_option(text) if text and len(text) <= limits.OPTION_VALUE else None
    return inputs.external_select(
        action_id, placeholder=_PLACEHOLDERS.get(field.control, _PLACEHOLDERS["suggested_choices"]), initial=chosen
    )


def _precise(field: Field, text: str) -> Element:
    initial = text or None
    match field.control:
        case "money" | "whole" | "decimal" if text and not _is_number(text, field):
            # As somebody wrote it elsewhere: no field for numbers shows it.
            return text_input(INPUT, initial=text)
        case "money":
            return inputs.number_input(INPUT, decimal=True, placeholder="12.50", initial=initial)
        case "time" if not text or _is_ten_digits(text):
            return inputs.datetime_picker(INPUT, initial=int(text) if text else None)
        case "time":
            # Before 2001 and after 2286, which no picker shows.
            return text_input(INPUT, initial=text)
        case "email":
            return inputs.email_input(INPUT, placeholder=_PLACEHOLDERS["email"], initial=initial)
        case "url":
            return inputs.url_input(INPUT, placeholder=_PLACEHOLDERS["url"], initial=initial)
        case "file":
            return inputs.file_input(INPUT)
    return inputs.number_input(INPUT, decimal=field.control == "decimal", initial=initial)


def _plain(field: Field, answer: Answer) -> Element:
    text = answer if isinstance(answer, str) else ""
    match field.control:
        case "choice" if len(field.values) <= limits.OPTIONS - 2:
            return static_select(INPUT, _choices(field), initial=_chosen(_choices(field), text))
        case "suggested" if _plainly_listed(field) and (not text or _chosen(_choices(field), text)):
            return static_select(INPUT, _choices(field), initial=_chosen(_choices(field), text))
        case "choices" if _fits_checkboxes(field):
            return inputs.checkboxes(INPUT, _values(field), initial=_several(answer))
        case "suggested_choices" if _plainly_listed(field) and {*_given(answer)} <= {*field.values}:
            return inputs.checkboxes(INPUT, _values(field), initial=_several(answer))
        case "switch":
            return inputs.radio_buttons(INPUT, _switch(field), initial=_chosen(_switch(field), text))
    return _typed(field, answer)


def _typed(field: Field, answer: Answer) -> Element:
    text = answer if isinstance(answer, str) else "\n".join(answer)
    return text_input(
        INPUT,
        initial=text or None,
        placeholder=_typed_placeholder(field),
        multiline=field.control in _LIST or (field.control in ("choices", "suggested_choices")),
    )


def _typed_placeholder(field: Field) -> str | None:
    match field.control:
        case "object":
            return object_id(field.kind)
        case "suggested" | "suggested_choices":
            return next(iter(field.values), None)
        case "money":
            return "12.50" if field.governed or field.currency else "12.50 usd"
    return _PLACEHOLDERS.get(field.control)


def _plainly_listed(field: Field) -> bool:
    """Whether the plain style lists the known values of a field that takes others, too."""
    most = {"suggested": FEW_CHOICES, "suggested_choices": limits.CHECKBOX_OPTIONS}.get(field.control, 0)
    return 0 < len(field.values) <= most


def _fits_checkboxes(field: Field) -> bool:
    return len(field.values) <= limits.CHECKBOX_OPTIONS


def _is_number(text: str, field: Field) -> bool:
    return (_WHOLE if field.control == "whole" else _DECIMAL).fullmatch(text) is not None


def _is_ten_digits(text: str) -> bool:
    return len(text) == 10 and text.isascii() and text.isdigit()


def _values(field: Field) -> list[Option]:
    return [value_option(each) for each in field.values]


def _choices(field: Field) -> list[Option]:
    clears = [Option("Clear it", CLEARS)] if field.clearable and CLEARS not in field.values else []
    unset = [] if field.required else [Option("Not set", UNSET)]
    return [*unset, *_values(field), *clears]


def _switch(field: Field) -> list[Option]:
    clears = [Option("Clear it", CLEARS)] if field.clearable else []
    unset = [] if field.required else [Option("Not set", UNSET)]
    return [Option("Yes", "true"), Option("No", "false"), *unset, *clears]


def _chosen(options: Sequence[Option], text: str) -> Option | None:
    return next((each for each in options if each.value == (text or UNSET)), None)


def _several(answer: Answer) -> list[Option]:
    return [value_option(each) for each in _given(answer)]


def _given(answer: Answer) -> list[str]:
    return [each for each in (answer.splitlines() if isinstance(answer, str) else answer) if each]
