"""Block Kit's inputs, as plain dicts within Slack's limits: what somebody types into and chooses from.

As in :mod:`bot.blocks`, words that are shown are clipped, and what a program reads back is never cut. The local Slack
renders plain texts, static selects, checkboxes and radio buttons alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import limits
from bot.blocks import Block, Element, identifier, named, plain


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a select: what is shown, and what comes back."""

    text: str
    value: str
    description: str | None = None

    def block(self) -> Element:
        option: Element = {
            "text": plain(self.text, limits.OPTION_TEXT),
            "value": identifier(self.value, limits.OPTION_VALUE, "an option's value"),
        }
        if self.description:
            option["description"] = plain(self.description, limits.OPTION_DESCRIPTION)
        return option


def input_block(
    label: str,
    element: Element,
    *,
    block_id: str,
    hint: str | None = None,
    optional: bool = False,
    dispatch: bool = False,
) -> Block:
    """A labelled input of a modal. The block_id is needed: the local Slack loses what is typed without one.

    ``dispatch``: a choice is told at once, not only with the submission.
    """
    block: Block = {
        "type": "input",
        "label": plain(label, limits.INPUT_LABEL),
        "element": element,
        "optional": optional,
    }
    if dispatch:
        block["dispatch_action"] = True
    if hint:
        block["hint"] = plain(hint, limits.INPUT_LABEL)
    return named(block, block_id)


def text_input(
    action_id: str,
    *,
    placeholder: str | None = None,
    initial: str | None = None,
    multiline: bool = False,
    most: int = limits.INPUT_TEXT,
) -> Element:
    """A field to type at most so many characters in.

    The local Slack shows an initial value, yet submits nothing unless somebody types.
    """
    element: Element = {
        "type": "plain_text_input",
        "action_id": identifier(action_id, limits.ACTION_ID, "action_id"),
        "multiline": multiline,
        "max_length": most,
    }
    if placeholder is not None:
        element["placeholder"] = plain(placeholder, limits.PLACEHOLDER)
    if initial:
        element["initial_value"] = identifier(initial, most, "an initial value")
    return element


def static_select(
    action_id: str, options: Sequence[Option], *, placeholder: str | None = None, initial: Option | None = None
) -> Element:
    """A select over a fixed list. Raises ValueError for no options or more than Slack takes."""
    if not 0 < len(options) <= limits.OPTIONS:
        raise ValueError(f"a select takes 1 to {limits.OPTIONS} options, not {len(options)}")
    element: Element = {
        "type": "static_select",
        "action_id": identifier(action_id, limits.ACTION_ID, "action_id"),
        "options": [option.block() for option in options],
    }
    if placeholder is not None:
        element["placeholder"] = plain(placeholder, limits.PLACEHOLDER)
    if initial is not None:
        element["initial_option"] = initial.block()
    return element


def overflow(action_id: str, options: Sequence[Option]) -> Element:
    """A menu behind three dots, whose choice is told at once. Raises ValueError for more than Slack takes."""
    return _element("overflow", action_id, None) | {"options": _options(options, limits.OVERFLOW_OPTIONS)}


def number_input(
    action_id: str, *, decimal: bool, placeholder: str | None = None, initial: str | None = None
) -> Element:
    """A field for a number, which comes back as text."""
    element = _element("number_input", action_id, placeholder)
    element["is_decimal_allowed"] = decimal
    return element | ({"initial_value": initial} if initial else {})


def email_input(action_id: str, *, placeholder: str | None = None, initial: str | None = None) -> Element:
    """A field for an e-mail address."""
    element = _element("email_text_input", action_id, placeholder)
    return element | ({"initial_value": initial} if initial else {})


def url_input(action_id: str, *, placeholder: str | None = None, initial: str | None = None) -> Element:
    """A field for a web address."""
    element = _element("url_text_input", action_id, placeholder)
    return element | ({"initial_value": initial} if initial else {})


def datetime_picker(action_id: str, *, initial: int | None = None) -> Element:
    """A day and a time in the person's own zone, which come back as Unix seconds; ``initial`` has ten digits."""
    element = _element("datetimepicker", action_id, None)
    return element | ({"initial_date_time": initial} if initial is not None else {})


def file_input(action_id: str, *, most: int = 1) -> Element:
    """A place for files, whose ids come back."""
    return _element("file_input", action_id, None) | {"max_files": most}


def radio_buttons(action_id: str, options: Sequence[Option], *, initial: Option | None = None) -> Element:
    """One of a few. Raises ValueError for more than Slack takes."""
    element = _element("radio_buttons", action_id, None) | {"options": _options(options, limits.CHECKBOX_OPTIONS)}
    return element | ({"initial_option": initial.block()} if initial is not None else {})


def checkboxes(action_id: str, options: Sequence[Option], *, initial: Sequence[Option] = ()) -> Element:
    """Any of a few. Raises ValueError for more than Slack takes."""
    element = _element("checkboxes", action_id, None) | {"options": _options(options, limits.CHECKBOX_OPTIONS)}
    return element | ({"initial_options": [each.block() for each in initial]} if initial else {})


def multi_select(
    action_id: str, options: Sequence[Option], *, placeholder: str | None = None, initial: Sequence[Option] = ()
) -> Element:
    """Any of a list. Raises ValueError for more than Slack takes."""
    element = _element("multi_static_select", action_id, placeholder) | {"options": _options(options, limits.OPTIONS)}
    return element | ({"initial_options": [each.block() for each in initial]} if initial else {})


def external_select(
    action_id: str, *, placeholder: str | None = None, initial: Option | None = None, least: int = 0
) -> Element:
    """One of what a search finds; we are asked for options when ``least`` letters are typed."""
    element = _element("external_select", action_id, placeholder) | {"min_query_length": least}
    return element | ({"initial_option": initial.block()} if initial is not None else {})


def multi_external_select(
    action_id: str, *, placeholder: str | None = None, initial: Sequence[Option] = (), least: int = 0
) -> Element:
    """Any of what a search finds."""
    element = _element("multi_external_select", action_id, placeholder) | {"min_query_length": least}
    return element | ({"initial_options": [each.block() for each in initial]} if initial else {})


def multi_users_select(
    action_id: str, *, initial: Sequence[str] = (), most: int, placeholder: str | None = None
) -> Element:
    """A choice of people, ``most`` of them. Not for the plain style."""
    element: Element = {
        "type": "multi_users_select",
        "action_id": identifier(action_id, limits.ACTION_ID, "action_id"),
        "max_selected_items": most,
    }
    if placeholder is not None:
        element["placeholder"] = plain(placeholder, limits.PLACEHOLDER)
    if initial:
        element["initial_users"] = list(initial)
    return element


def channel_select(action_id: str, *, initial: str | None = None, placeholder: str | None = None) -> Element:
    """A choice of one channel of this workspace alone, public or private. Not for the plain style."""
    element: Element = {
        "type": "conversations_select",
        "action_id": identifier(action_id, limits.ACTION_ID, "action_id"),
        "filter": {
            "include": ["public", "private"],
            "exclude_external_shared_channels": True,
            "exclude_bot_users": True,
        },
    }
    if placeholder is not None:
        element["placeholder"] = plain(placeholder, limits.PLACEHOLDER)
    if initial is not None:
        element["initial_conversation"] = initial
    return element


def _element(kind: str, action_id: str, placeholder: str | None) -> Element:
    element: Element = {"type": kind, "action_id": identifier(action_id, limits.ACTION_ID, "action_id")}
    return element | ({"placeholder": plain(placeholder, limits.PLACEHOLDER)} if placeholder else {})


def _options(options: Sequence[Option], most: int) -> list[Element]:
    if not 0 < len(options) <= most:
        raise ValueError(f"it takes 1 to {most} options, not {len(options)}")
    return [each.block() for each in options]
