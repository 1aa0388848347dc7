"""What the inputs of a view hold: the form that each element's state has in Slack's payloads."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

State: TypeAlias = dict[str, dict[str, dict[str, Any]]]
"""``state.values``: element states by block_id and action_id."""

# Element type -> the member of its state that holds what was typed or chosen, and the member that it begins with.
HELD: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
FIXED = {"static_select", "multi_static_select", "radio_buttons", "checkboxes"}
NUMBER = re.compile(r"-?[0-9]*\.?[0-9]+")


def elements(view: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each block of a view with each of its elements, in order."""
    for block in view["blocks"]:
        inner = [block.get("accessory"), block.get("element"), *block.get("elements", [])]
        yield from ((block, element) for element in inner if isinstance(element, dict) and "action_id" in element)


def several(element: Mapping[str, Any]) -> bool:
    """Whether the element holds a list."""
    return HELD[element["type"]][0].endswith("s")


def state_of(element: Mapping[str, Any], held: object) -> dict[str, Any]:
    """The element's state where it holds this: a member's value in Slack's own form, None for nothing."""
    return {"type": element["type"], HELD[element["type"]][0]: [] if held is None and several(element) else held}


def first_state(view: Mapping[str, Any]) -> State:
    """The state of a view that nobody has touched."""
    values: State = {}
    for block, element in elements(view):
        if element["type"] in HELD:
            initial = element.get(HELD[element["type"]][1])
            values.setdefault(block["block_id"], {})[element["action_id"]] = state_of(element, initial)
    return values


def filled(element: Mapping[str, Any], value: object) -> dict[str, Any]:
    """The element's state after a person typed or chose this; AssertionError where no client would let them.

    A text for what is typed, picked by day or time, or a user, channel or conversation id; the value of an option, or
    the option itself of an external select; whole seconds for a moment; ids of files, or files; a sequence of these
    where several can be chosen; None to empty it.
    """
    kind = element["type"]
    if value is None:
        return state_of(element, None)
    if not several(element):
        return state_of(element, _one(element, value))
    assert isinstance(value, Sequence), f"{kind} takes several"
    assert not isinstance(value, str), f"{kind} takes several"
    most = element.get("max_selected_items", element.get("max_files", 10 if kind == "file_input" else None))
    assert most is None or len(value) <= most, f"{kind} takes {most} at most"
    return state_of(element, [_one(element, each) for each in value])


def _one(element: Mapping[str, Any], value: object) -> object:
    kind, member = element["type"], HELD[element["type"]][0]
    if member.startswith("selected_option"):
        return _option(element, value)
    if kind == "file_input":
        return value if isinstance(value, Mapping) else _file(str(value))
    if kind == "datetimepicker":
        assert isinstance(value, int), "a moment is whole seconds"
        return value
    if kind == "rich_text_input":
        return value
    assert isinstance(value, str), f"{kind} takes text, not {value!r}"
    if kind == "number_input":
        assert NUMBER.fullmatch(value), f"{value!r} can't be typed into a number_input"
        assert element["is_decimal_allowed"] or "." not in value, "decimals are not allowed"
    if kind == "plain_text_input":
        assert len(value) <= element.get("max_length", 3000), "longer than max_length"
        assert element.get("multiline") or "\n" not in value, "one line only"
    # Slack sends an emptied field as null.
    return value or None


def _option(element: Mapping[str, Any], value: object) -> object:
    if element["type"] not in FIXED:
        text = {"type": "plain_text", "text": str(value)[:75], "emoji": False}
        return value if isinstance(value, Mapping) else {"text": text, "value": value}
    groups = element.get("option_groups", [])
    offered = [*element.get("options", []), *(option for group in groups for option in group["options"])]
    chosen = [option for option in offered if option["value"] == value]
    assert chosen, f"{value!r} is not offered, only {[option['value'] for option in offered]}"
    return chosen[0]


def _file(file_id: str) -> dict[str, Any]:
    """A file as it comes in a file_input's state: much more than its id."""
    return {
        "id": file_id,
        "created": 1767225600,
        "name": f"{file_id}.pdf",
        "title": file_id,
        "mimetype": "application/pdf",
        "filetype": "pdf",
        "user": "U0ALICE",
        "size": 1024,
        "mode": "hosted",
        "is_external": False,
        "url_private": f"https://files.slack.com/files-pri/T0CASA-{file_id}/file.pdf",
        "url_private_download": f"https://files.slack.com/files-pri/T0CASA-{file_id}/download/file.pdf",
        "permalink": f"https://casa.slack.com/files/U0ALICE/{file_id}/file.pdf",
    }
