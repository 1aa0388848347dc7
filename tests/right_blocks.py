"""Blocks, elements and views that are right, and that a test makes wrong in one way."""

import copy
from typing import Any


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value.title() or "x"), "value": value}


OPTIONS = [option("one"), option("two")]
GROUPS = [{"label": plain("Group"), "options": OPTIONS}]
OTHERS = [{"label": plain("Others"), "options": [option("three")]}]
CONFIRM = {"title": plain("Sure?"), "text": plain("Really?"), "confirm": plain("Yes"), "deny": plain("No")}

# One right element of each kind that stands in inputs, with as many of its members as go together.
INPUTS: dict[str, dict[str, Any]] = {
    "plain_text_input": {
        "initial_value": "abc",
        "min_length": 1,
        "max_length": 10,
        "multiline": True,
        "placeholder": plain("Type"),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    },
    "number_input": {"is_decimal_allowed": True, "min_value": "-1", "initial_value": "0.5", "max_value": "10"},
    "email_text_input": {"initial_value": "a@b.example", "placeholder": plain("Address")},
    "url_text_input": {"initial_value": "https://a.example"},
    "rich_text_input": {"placeholder": plain("Write")},
    "datepicker": {"initial_date": "2026-02-28", "placeholder": plain("Day")},
    "timepicker": {"initial_time": "23:59", "timezone": "Europe/Madrid"},
    "datetimepicker": {"initial_date_time": 1767225600},
    "static_select": {"options": OPTIONS, "initial_option": OPTIONS[1], "confirm": CONFIRM},
    "multi_static_select": {"option_groups": GROUPS, "initial_options": OPTIONS, "max_selected_items": 2},
    "external_select": {"min_query_length": 0, "initial_option": option("elsewhere"), "placeholder": plain("Search")},
    "multi_external_select": {"min_query_length": 3, "initial_options": [option("x")], "max_selected_items": 1},
    "users_select": {"initial_user": "U1"},
    "multi_users_select": {"initial_users": ["U1", "U2"], "max_selected_items": 3},
    "conversations_select": {
        "default_to_current_conversation": True,
        "response_url_enabled": True,
        "filter": {"include": ["public"], "exclude_bot_users": True},
    },
    "multi_conversations_select": {"initial_conversations": ["C1"], "filter": {"include": ["im", "private"]}},
    "channels_select": {"initial_channel": "C1", "response_url_enabled": True},
    "multi_channels_select": {"initial_channels": ["C1"]},
    "checkboxes": {"options": OPTIONS, "initial_options": [OPTIONS[0]]},
    "radio_buttons": {"options": OPTIONS, "initial_option": OPTIONS[0]},
    "file_input": {"filetypes": ["pdf", "png"], "max_files": 10},
}


def element(kind: str, **members: Any) -> dict[str, Any]:
    """A right element, with other members; None leaves one out."""
    made = {"type": kind, "action_id": "a", **copy.deepcopy(INPUTS.get(kind, {})), **members}
    return {name: value for name, value in made.items() if value is not None}


def asking(inner: dict[str, Any], **members: Any) -> dict[str, Any]:
    """An input block."""
    made = {"type": "input", "block_id": "field", "label": plain("Label"), "element": inner, **members}
    return {name: value for name, value in made.items() if value is not None}


def modal(*blocks: Any, **members: Any) -> dict[str, Any]:
    made = {"type": "modal", "title": plain("Title"), "submit": plain("Go"), "blocks": list(blocks), **members}
    return {name: value for name, value in made.items() if value is not None}


def button(**members: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **members}


def actions(*inner: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(inner)}


def rich(*parts: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(parts)}


SECTION = {"type": "section", "text": plain("Text")}
OVERFLOW = {"type": "overflow", "action_id": "more", "options": [{**option("x"), "url": "https://a.example"}]}
LIST = {
    "type": "rich_text_list",
    "style": "bullet",
    "indent": 8,
    "elements": [{"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]}],
}
RICH = rich(
    {"type": "rich_text_section", "elements": [{"type": "text", "text": "a", "style": {"bold": True}}]},
    {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "b"}]},
    {"type": "rich_text_quote", "elements": [{"type": "link", "url": "https://a.example"}]},
    LIST,
)
ALERT = {"type": "alert", "text": plain("Live mode"), "level": "warning"}
RIGHT = modal(
    {**SECTION, "accessory": button(confirm=CONFIRM, style="danger"), "block_id": "s"},
    {"type": "section", "fields": [plain("x")] * 10, "expand": True},
    actions(button(value="v"), OVERFLOW, element("static_select", action_id="b")),
    {"type": "context", "elements": [plain("small"), {"type": "image", "image_url": "https://a", "alt_text": "a"}]},
    {"type": "header", "text": plain("Head")},
    {"type": "divider"},
    {"type": "image", "image_url": "https://a.example/a.png", "alt_text": "a", "title": plain("t")},
    RICH,
    ALERT,
    asking(element("plain_text_input", focus_on_load=True), hint=plain("h"), optional=True, dispatch_action=True),
    close=plain("Close"),
    private_metadata="m" * 3000,
    callback_id="c" * 255,
    external_id="e",
    notify_on_close=True,
    clear_on_close=False,
)
HOME = {"type": "home", "blocks": [SECTION, asking(element("plain_text_input")), actions(button())]}
