"""Whole messages and whole views."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.block_rules.blocks import Blocks

VIEW_BYTES = 250_000


def message_problems(payload: Mapping[str, Any]) -> list[str]:
    """What is wrong with a message: ``text`` and ``blocks`` of chat.postMessage, other members are not looked at."""
    judge = Blocks("message")
    text = payload.get("text")
    judge.mrkdwn(judge.string(text, "/text", 40_000), "/text")
    blocks = payload.get("blocks") or []
    if blocks:
        judge.blocks(blocks, "/blocks", 50)
        visible, size = sum(map(len, _texts(blocks))), len(json.dumps(blocks, ensure_ascii=False))
        if visible > 9_600 or size > 15_600:
            judge.say("/blocks", f"msg_blocks_too_long: {visible} visible characters, {size} of JSON")
        if sum(len(b.get("text", "")) for b in blocks if b.get("type") == "markdown") > 12_000:
            judge.say("/blocks", "markdown blocks have more than 12000 characters together")
    return judge.found


def view_problems(view: Mapping[str, Any]) -> list[str]:
    """What is wrong with a modal or home view, as given to views.open, update, push and publish."""
    if view.get("type") not in {"modal", "home"}:
        return ["type must be modal or home [/type]"]
    judge = Blocks(view["type"])
    common = "callback_id private_metadata external_id"
    if view["type"] == "home":
        judge.members(view, "", "type blocks", common)
    else:
        more = "submit close clear_on_close notify_on_close submit_disabled"
        judge.members(view, "", "type title blocks", f"{common} {more}")
        for name in ("title", "submit", "close"):
            if name in view:
                judge.plain(view[name], f"/{name}", 24)
        for name in ("clear_on_close", "notify_on_close", "submit_disabled"):
            judge.boolean(view, name, "")
        if inputs_of(view) and "submit" not in view:
            judge.say("/submit", "a view with inputs needs submit")
    judge.blocks(view.get("blocks"), "/blocks", 100)
    judge.string(view.get("private_metadata", ""), "/private_metadata", 3000, 0)
    judge.string(view.get("callback_id", ""), "/callback_id", 255, 0)
    judge.string(view.get("external_id", ""), "/external_id", 255, 0)
    if len(json.dumps(view)) > VIEW_BYTES:
        judge.say("", f"view_too_large: more than {VIEW_BYTES} characters of JSON")
    return judge.found


def inputs_of(view: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The input blocks of a view, in order."""
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return []
    return [block for block in blocks if isinstance(block, dict) and block.get("type") == "input"]


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
