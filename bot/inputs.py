"""Block Kit's inputs beyond plain texts and selects, as plain dicts within Slack's limits.

As in :mod:`bot.blocks`, words that are shown are clipped, and what a program reads back is never cut. The local Slack
renders only checkboxes and radio buttons of these.
"""

from collections.abc import Sequence

from bot import limits
from bot.blocks import Element, Option, named_action, plain


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


def _element(kind: str, action_id: str, placeholder: str | None) -> Element:
    element: Element = {"type": kind, "action_id": named_action(action_id)}
    return element | ({"placeholder": plain(placeholder, limits.PLACEHOLDER)} if placeholder else {})


def _options(options: Sequence[Option], most: int) -> list[Element]:
    if not 0 < len(options) <= most:
        raise ValueError(f"it takes 1 to {most} options, not {len(options)}")
    return [each.block() for each in options]
