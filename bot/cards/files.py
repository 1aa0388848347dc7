"""Files that go along with an answer: JSON and others, under names that every system takes."""

import json
import re
from typing import Final

from bot.blocks import FileMessage
from operations.call import Json

_FILE_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")


def pretty(data: Json) -> str:
    """JSON for people to read."""
    return json.dumps(data, ensure_ascii=False, indent=2)


def json_file(text: str, name: str, title: str) -> FileMessage:
    """A JSON file."""
    # A lone surrogate in Stripe's JSON has no UTF-8; it is shown as its escape.
    return named_file(name, "json", title, text.encode("utf-8", errors="backslashreplace"))


def named_file(name: str, ending: str, title: str, content: bytes) -> FileMessage:
    """A file whose name is made of somebody's text."""
    stem = _FILE_NAME.sub("-", name).strip("-.")[:80] or "result"
    return FileMessage(filename=f"{stem}.{ending}", title=title, content=content)
