"""A strict judge of Slack messages and views, written from Slack's documentation and independent of ``bot``.

:func:`message_violations` and :func:`view_violations` return what Slack would refuse (or garble), one sentence with a
JSON pointer each; an empty list is a pass. It is stricter than Slack in three ways: unknown members are refused,
mrkdwn may hold no stray ``<``, ``>`` or ``&``, and every message needs a text.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

TOKEN = re.compile(
    r"<(?:@[UW][A-Z0-9]+|#[CDG][A-Z0-9]+|!date\^[0-9]+\^[^<>|^]*\{[^<>|]*\|[^<>|]+|https://[^<>|\s]+\|[^<>]+)>"
)
ENTITY = re.compile(r"&(?:amp|lt|gt);")
INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")

EVERYWHERE = {"section", "header", "context", "divider", "actions", "image", "rich_text"}
ON_MESSAGE = EVERYWHERE | {"markdown", "table", "data_table", "container"}
ON_MODAL = EVERYWHERE | {"input", "alert"}
ON_HOME = EVERYWHERE | {"input", "table", "data_table", "container"}


class _Judge:
    """Collects violations while walking one payload."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.block_ids: list[str] = []
        self.focused = 0

    def say(self, at: str, what: str) -> None:
        self.found.append(f"{what} [{at or '/'}]")

    # Small checks, each of which reports and goes on.

    def members(self, value: object, at: str, required: str, optional: str = "") -> dict[str, Any]:
        if not isinstance(value, dict):
            self.say(at, f"must be an object, is {type(value).__name__}")
            return {}
        needed, known = set(required.split()), set(required.split()) | set(optional.split())
        for name in sorted(needed - value.keys()):
            self.say(at, f"missing {name}")
        for name in sorted(value.keys() - known):
            self.say(f"{at}/{name}", "unknown member")
        return value

    def string(self, value: object, at: str, most: int, least: int = 1) -> str:
        if not isinstance(value, str):
            self.say(at, f"must be a string, is {type(value).__name__}")
            return ""
        if not least <= len(value) <= most:
            self.say(at, f"must have {least} to {most} characters, has {len(value)}")
        if INVISIBLE.search(value):
            self.say(at, "holds a control, bidi or zero-width character")
        return value

    def count(self, value: object, at: str, most: int, least: int = 1) -> list[Any]:
        if not isinstance(value, list):
            self.say(at, f"must be a list, is {type(value).__name__}")
            return []
        if not least <= len(value) <= most:
            self.say(at, f"must have {least} to {most} items, has {len(value)}")
        return value

    def boolean(self, holder: dict[str, Any], name: str, at: str) -> None:
        if name in holder and not isinstance(holder[name], bool):
            self.say(f"{at}/{name}", "must be true or false")

    def one_of(self, holder: dict[str, Any], name: str, at: str, allowed: set[str]) -> None:
        if name in holder and holder[name] not in allowed:
            self.say(f"{at}/{name}", f"must be one of {sorted(allowed)}")

    def mrkdwn(self, text: str, at: str) -> None:
        rest = ENTITY.sub("", TOKEN.sub("", text))
        for mark in sorted(set(rest) & set("<>&")):
            self.say(at, f"holds an unescaped {mark!r}")

    # Composition objects.

    def plain(self, value: object, at: str, most: int) -> None:
        text = self.members(value, at, "type text", "emoji")
        self.one_of(text, "type", at, {"plain_text"})
        self.boolean(text, "emoji", at)
        self.string(text.get("text"), f"{at}/text", most)

    def text(self, value: object, at: str, most: int) -> None:
        if isinstance(value, dict) and value.get("type") == "mrkdwn":
            self.members(value, at, "type text", "verbatim")
            self.boolean(value, "verbatim", at)
            self.mrkdwn(self.string(value.get("text"), f"{at}/text", most), f"{at}/text")
        else:
            self.plain(value, at, most)

    def confirm(self, value: object, at: str) -> None:
        dialog = self.members(value, at, "title text confirm deny", "style")
        self.plain(dialog.get("title"), f"{at}/title", 100)
        self.text(dialog.get("text"), f"{at}/text", 300)
        self.plain(dialog.get("confirm"), f"{at}/confirm", 30)
        self.plain(dialog.get("deny"), f"{at}/deny", 30)
        self.one_of(dialog, "style", at, {"primary", "danger"})

    def option(self, value: object, at: str, *, url: bool = False) -> str:
        option = self.members(value, at, "text value", "description url" if url else "description")
        self.text(option.get("text"), f"{at}/text", 75)
        if "description" in option:
            self.text(option["description"], f"{at}/description", 75)
        return self.string(option.get("value"), f"{at}/value", 150)

    def options(self, value: object, at: str, most: int = 100, *, url: bool = False) -> None:
        values = [self.option(item, f"{at}/{i}", url=url) for i, item in enumerate(self.count(value, at, most))]
        if len(set(values)) != len(values):
            self.say(at, "two options have one value")

    # Elements.

    def element(self, value: object, at: str) -> str:
        if not isinstance(value, dict) or value.get("type") not in ELEMENTS:
            self.say(at, f"unknown element {value.get('type') if isinstance(value, dict) else value!r}")
            return ""
        kind = value["type"]
        required, optional = ELEMENTS[kind]
        self.members(value, at, f"type {required}", f"{optional} confirm focus_on_load")
        if "confirm" in value:
            self.confirm(value["confirm"], f"{at}/confirm")
        if value.get("focus_on_load"):
            self.focused += 1
        if "placeholder" in value:
            self.plain(value["placeholder"], f"{at}/placeholder", 150)
        if kind == "image":
            self.image_members(value, at)
        elif kind == "button":
            self.button(value, at)
        elif kind.endswith("_text_input") or kind == "number_input":
            self.typed(value, at)
        else:
            self.choice(value, at)
        return self.string(value["action_id"], f"{at}/action_id", 255) if "action_id" in value else ""

    def button(self, value: dict[str, Any], at: str) -> None:
        self.plain(value.get("text"), f"{at}/text", 75)
        self.one_of(value, "style", at, {"primary", "danger"})
        for name, most in (("value", 2000), ("url", 3000), ("accessibility_label", 75)):
            if name in value:
                self.string(value[name], f"{at}/{name}", most)
        if "visible_to_user_ids" in value:
            self.count(value["visible_to_user_ids"], f"{at}/visible_to_user_ids", 10)

    def typed(self, value: dict[str, Any], at: str) -> None:
        self.boolean(value, "multiline", at)
        self.boolean(value, "is_decimal_allowed", at)
        if value["type"] == "number_input":
            for name in ("min_value", "max_value", "initial_value"):
                if name in value:
                    self.string(value[name], f"{at}/{name}", 150)
            return
        if "initial_value" in value:
            self.string(value["initial_value"], f"{at}/initial_value", 3000)
        for name, least in (("min_length", 0), ("max_length", 1)):
            if name in value and not (type(value[name]) is int and least <= value[name] <= 3000):
                self.say(f"{at}/{name}", f"must be an integer from {least} to 3000")

    def choice(self, value: dict[str, Any], at: str) -> None:
        kind = value["type"]
        if "select" in kind and ("options" in value) and ("option_groups" in value):
            self.say(at, "has options and option_groups")
        if kind in {"static_select", "multi_static_select"} and not {"options", "option_groups"} & value.keys():
            self.say(at, "missing options")
        if "options" in value:
            most = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}.get(kind, 100)
            self.options(value["options"], f"{at}/options", most, url=kind == "overflow")
        for i, group in enumerate(self.count(value.get("option_groups", [{}]), f"{at}/option_groups", 100)):
            if "option_groups" in value:
                self.members(group, f"{at}/option_groups/{i}", "label options")
                self.plain(group.get("label"), f"{at}/option_groups/{i}/label", 75)
                self.options(group.get("options"), f"{at}/option_groups/{i}/options")
        if "initial_option" in value:
            self.option(value["initial_option"], f"{at}/initial_option")
            offered = [*value.get("options", []), *(o for g in value.get("option_groups", []) for o in g["options"])]
            if kind in {"static_select", "radio_buttons"} and value["initial_option"] not in offered:
                self.say(f"{at}/initial_option", "is not among the options")

    def image_members(self, value: dict[str, Any], at: str) -> None:
        self.string(value.get("image_url"), f"{at}/image_url", 3000)
        self.string(value.get("alt_text"), f"{at}/alt_text", 2000)

    # Blocks.

    def blocks(self, value: object, at: str, most: int, allowed: set[str]) -> None:
        for i, block in enumerate(self.count(value, at, most)):
            self.block(block, f"{at}/{i}", allowed)
        for block_id in sorted({b for b in self.block_ids if self.block_ids.count(b) > 1}):
            self.say(at, f"block_id {block_id!r} is used twice")

    def block(self, value: object, at: str, allowed: set[str]) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict) or kind not in allowed:
            self.say(at, f"block {kind!r} is not allowed here")
            return
        if "block_id" in value:
            self.block_ids.append(self.string(value["block_id"], f"{at}/block_id", 255))
        check: Callable[[dict[str, Any], str], None] = getattr(self, f"block_{kind}", self.block_other)
        check(value, at)

    def block_other(self, value: dict[str, Any], at: str) -> None:
        self.say(at, f"no rule is written for block {value['type']!r}; write one")

    def block_divider(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type", "block_id")

    def block_header(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type text", "block_id")
        self.plain(value.get("text"), f"{at}/text", 150)

    def block_section(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type", "block_id text fields accessory expand")
        self.boolean(value, "expand", at)
        if not {"text", "fields"} & value.keys():
            self.say(at, "a section needs text or fields")
        if "text" in value:
            self.text(value["text"], f"{at}/text", 3000)
        if "fields" in value:
            for i, item in enumerate(self.count(value["fields"], f"{at}/fields", 10)):
                self.text(item, f"{at}/fields/{i}", 2000)
        if "accessory" in value:
            self.element(value["accessory"], f"{at}/accessory")

    def block_context(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type elements", "block_id")
        for i, item in enumerate(self.count(value.get("elements"), f"{at}/elements", 10)):
            if isinstance(item, dict) and item.get("type") == "image":
                self.element(item, f"{at}/elements/{i}")
            else:
                self.text(item, f"{at}/elements/{i}", 3000)

    def block_actions(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type elements", "block_id")
        elements = self.count(value.get("elements"), f"{at}/elements", 25)
        ids = [self.element(item, f"{at}/elements/{i}") for i, item in enumerate(elements)]
        if len(set(ids)) != len(ids):
            self.say(at, "two elements have one action_id")

    def block_input(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type label element block_id", "hint optional dispatch_action")
        self.plain(value.get("label"), f"{at}/label", 2000)
        if "hint" in value:
            self.plain(value["hint"], f"{at}/hint", 2000)
        self.boolean(value, "optional", at)
        self.boolean(value, "dispatch_action", at)
        element = value.get("element")
        if isinstance(element, dict) and element.get("type") in {"button", "overflow", "image"}:
            self.say(f"{at}/element", f"{element['type']} is no input")
        self.element(element, f"{at}/element")

    def block_image(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type image_url alt_text", "title block_id")
        self.image_members(value, at)
        if "title" in value:
            self.plain(value["title"], f"{at}/title", 2000)

    def block_markdown(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type text", "block_id")
        self.mrkdwn(self.string(value.get("text"), f"{at}/text", 12000), f"{at}/text")

    def block_alert(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type text", "level block_id")
        self.one_of(value, "level", at, {"default", "info", "warning", "error", "success"})
        self.text(value.get("text"), f"{at}/text", 200)

    def block_container(self, value: dict[str, Any], at: str) -> None:
        names = "title rich_text_title subtitle width is_collapsible default_collapsed has_header_divider block_id"
        self.members(value, at, "type child_blocks", names)
        self.one_of(value, "width", at, {"narrow", "standard", "wide", "full"})
        for name in ("title", "subtitle"):
            if name in value:
                self.plain(value[name], f"{at}/{name}", 150)
        inside = {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table"}
        for i, child in enumerate(self.count(value.get("child_blocks"), f"{at}/child_blocks", 10)):
            self.block(child, f"{at}/child_blocks/{i}", inside)

    def block_rich_text(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type elements", "block_id")
        kinds = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
        for i, item in enumerate(self.count(value.get("elements"), f"{at}/elements", 1000)):
            self.one_of(self.members(item, f"{at}/elements/{i}", "type elements", "style indent border offset"),
                        "type", f"{at}/elements/{i}", kinds)  # fmt: skip

    def block_table(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type rows", "column_settings block_id")
        for i, row in enumerate(self.count(value.get("rows"), f"{at}/rows", 100)):
            self.cells(row, f"{at}/rows/{i}")

    def block_data_table(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type caption rows", "page_size row_header_column_index block_id")
        rows = self.count(value.get("rows"), f"{at}/rows", 101, 2)
        if len({len(row) for row in rows if isinstance(row, list)}) > 1:
            self.say(f"{at}/rows", "rows have different lengths")
        for i, row in enumerate(rows):
            self.cells(row, f"{at}/rows/{i}")

    def cells(self, row: object, at: str) -> None:
        for i, cell in enumerate(self.count(row, at, 20)):
            kind = cell.get("type") if isinstance(cell, dict) else None
            if kind == "raw_text":
                self.members(cell, f"{at}/{i}", "type text")
                self.string(cell.get("text"), f"{at}/{i}/text", 10_000)
            elif kind not in {"rich_text", "raw_number"}:
                self.say(f"{at}/{i}", f"cell {kind!r} is not known")


# Element type -> (required members, optional members), besides type, confirm and focus_on_load.
ELEMENTS: dict[str, tuple[str, str]] = {
    "image": ("image_url alt_text", ""),
    "button": ("text action_id", "value url style accessibility_label visible_to_user_ids"),
    "overflow": ("action_id options", ""),
    "static_select": ("action_id", "options option_groups initial_option placeholder"),
    "multi_static_select": ("action_id", "options option_groups initial_options placeholder max_selected_items"),
    "external_select": ("action_id", "initial_option placeholder min_query_length"),
    "multi_external_select": ("action_id", "initial_options placeholder min_query_length max_selected_items"),
    "multi_users_select": ("action_id", "initial_users placeholder max_selected_items"),
    "users_select": ("action_id", "initial_user placeholder"),
    "conversations_select": (
        "action_id",
        "initial_conversation default_to_current_conversation placeholder response_url_enabled filter",
    ),
    "checkboxes": ("action_id options", "initial_options"),
    "radio_buttons": ("action_id options", "initial_option"),
    "datepicker": ("action_id", "initial_date placeholder"),
    "timepicker": ("action_id", "initial_time placeholder timezone"),
    "datetimepicker": ("action_id", "initial_date_time"),
    "plain_text_input": (
        "action_id",
        "initial_value multiline min_length max_length placeholder dispatch_action_config",
    ),
    "email_text_input": ("action_id", "initial_value placeholder dispatch_action_config"),
    "url_text_input": ("action_id", "initial_value placeholder dispatch_action_config"),
    "number_input": (
        "action_id is_decimal_allowed",
        "initial_value min_value max_value placeholder dispatch_action_config",
    ),
    "file_input": ("action_id", "filetypes max_files"),
}


def message_violations(payload: dict[str, Any]) -> list[str]:
    """What is wrong with a message: ``text`` and ``blocks`` of chat.postMessage, other members are not looked at."""
    judge = _Judge()
    text = payload.get("text")
    judge.mrkdwn(judge.string(text, "/text", 40_000), "/text")
    blocks = payload.get("blocks") or []
    if blocks:
        judge.blocks(blocks, "/blocks", 50, ON_MESSAGE)
        visible, size = sum(map(len, _texts(blocks))), len(json.dumps(blocks, ensure_ascii=False))
        if visible > 9_600 or size > 15_600:
            judge.say("/blocks", f"msg_blocks_too_long: {visible} visible characters, {size} of JSON")
        if sum(len(b.get("text", "")) for b in blocks if b.get("type") == "markdown") > 12_000:
            judge.say("/blocks", "markdown blocks have more than 12000 characters together")
    return judge.found


def view_violations(view: dict[str, Any]) -> list[str]:
    """What is wrong with a modal or home view."""
    judge = _Judge()
    if view.get("type") not in {"modal", "home"}:
        return ["type must be modal or home [/type]"]
    common = "callback_id private_metadata external_id"
    if view["type"] == "home":
        judge.members(view, "", "type blocks", common)
        allowed = ON_HOME
    else:
        more = "submit close clear_on_close notify_on_close submit_disabled"
        judge.members(view, "", "type title blocks", f"{common} {more}")
        for name in ("title", "submit", "close"):
            if name in view:
                judge.plain(view[name], f"/{name}", 24)
        allowed = ON_MODAL
        inputs = [b for b in view.get("blocks", []) if isinstance(b, dict) and b.get("type") == "input"]
        if inputs and "submit" not in view:
            judge.say("/submit", "a view with inputs needs submit")
    judge.blocks(view.get("blocks"), "/blocks", 100, allowed)
    judge.string(view.get("private_metadata", ""), "/private_metadata", 3000, 0)
    judge.string(view.get("callback_id", ""), "/callback_id", 255, 0)
    judge.string(view.get("external_id", ""), "/external_id", 255, 0)
    if judge.focused > 1:
        judge.say("/blocks", "two elements want the focus")
    if len(json.dumps(view)) > 250_000:
        judge.say("", "view_too_large")
    return judge.found


def _texts(part: object) -> Iterator[str]:
    """Every text that is shown, at any depth."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in {"text", "alt_text"} and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(part, list):
        for item in part:
            yield from _texts(item)
