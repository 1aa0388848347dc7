"""The small checks, each of which reports what is wrong and goes on, and Slack's composition objects."""

import re
from collections.abc import Mapping
from typing import Any

TOKEN = re.compile(
    r"<(?:@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+|#[CDG][A-Z0-9]+|!date\^[0-9]+\^[^<>|^]*\{[^<>|]*\|[^<>|]+|https://[^<>|\s]+\|[^<>]+)>"
)
ENTITY = re.compile(r"&(?:amp|lt|gt);")
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class Checks:
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

    def what_was_typed(self, value: object, at: str, most: int, least: int) -> None:
        """What somebody typed, in an input of their own, where it may hold what it likes but for controls."""
        if not isinstance(value, str):
            self.say(at, f"must be a string, is {type(value).__name__}")
        elif not least <= len(value) <= most:
            self.say(at, f"must have {least} to {most} characters, has {len(value)}")
        elif CONTROLS.search(value):
            self.say(at, "holds a control character")

    def count(self, value: object, at: str, most: int, least: int = 1) -> list[Any]:
        if not isinstance(value, list):
            self.say(at, f"must be a list, is {type(value).__name__}")
            return []
        if not least <= len(value) <= most:
            self.say(at, f"must have {least} to {most} items, has {len(value)}")
        return value

    def boolean(self, holder: Mapping[str, Any], name: str, at: str) -> None:
        if name in holder and not isinstance(holder[name], bool):
            self.say(f"{at}/{name}", "must be true or false")

    def one_of(self, holder: Mapping[str, Any], name: str, at: str, allowed: set[str]) -> None:
        if name in holder and not (isinstance(holder[name], str) and holder[name] in allowed):
            self.say(f"{at}/{name}", f"must be one of {sorted(allowed)}")

    def whole(self, holder: Mapping[str, Any], name: str, at: str, least: int, most: int) -> None:
        if name in holder and not (type(holder[name]) is int and least <= holder[name] <= most):
            self.say(f"{at}/{name}", f"must be an integer from {least} to {most}")

    def strings(self, holder: Mapping[str, Any], name: str, at: str, most: int = 100) -> None:
        if name in holder:
            for i, item in enumerate(self.count(holder[name], f"{at}/{name}", most)):
                self.string(item, f"{at}/{name}/{i}", 255)

    def mrkdwn(self, text: str, at: str) -> None:
        rest = ENTITY.sub("", TOKEN.sub("", text))
        for mark in sorted(set(rest) & set("<>&")):
            self.say(at, f"holds an unescaped {mark!r}")

    # Composition objects.

    def plain(self, value: object, at: str, most: int) -> None:
        text = self.members(value, at, "type text", "emoji")
        self.one_of(text, "type", at, {"plain_text"})
        self.boolean(text, "emoji", at)
        self.shown(text.get("text"), f"{at}/text", most)

    def text(self, value: object, at: str, most: int) -> None:
        if isinstance(value, dict) and value.get("type") == "mrkdwn":
            self.members(value, at, "type text", "verbatim")
            self.boolean(value, "verbatim", at)
            self.mrkdwn(self.shown(value.get("text"), f"{at}/text", most), f"{at}/text")
        else:
            self.plain(value, at, most)

    def shown(self, value: object, at: str, most: int) -> str:
        text = self.string(value, at, most)
        if text and not text.strip():
            self.say(at, "shows nothing")
        return text

    def confirm(self, value: object, at: str) -> None:
        dialog = self.members(value, at, "title text confirm deny", "style")
        self.plain(dialog.get("title"), f"{at}/title", 100)
        self.text(dialog.get("text"), f"{at}/text", 300)
        self.plain(dialog.get("confirm"), f"{at}/confirm", 30)
        self.plain(dialog.get("deny"), f"{at}/deny", 30)
        self.one_of(dialog, "style", at, {"primary", "danger"})

    def option(self, value: object, at: str, *, marked: bool = False, url: bool = False) -> str:
        """One option; ``marked`` where its texts may be mrkdwn, ``url`` where it may have one. Its value."""
        option = self.members(value, at, "text value", "description url" if url else "description")
        text = self.text if marked else self.plain
        text(option.get("text"), f"{at}/text", 75)
        if "description" in option:
            text(option["description"], f"{at}/description", 75)
        if "url" in option:
            self.string(option["url"], f"{at}/url", 3000)
        return self.string(option.get("value"), f"{at}/value", 150)

    def options(
        self, value: object, at: str, most: int = 100, *, least: int = 1, marked: bool = False, url: bool = False
    ) -> list[str]:
        items = self.count(value, at, most, least)
        return [self.option(item, f"{at}/{i}", marked=marked, url=url) for i, item in enumerate(items)]

    def groups(self, value: object, at: str) -> list[str]:
        values: list[str] = []
        for i, item in enumerate(self.count(value, at, 100)):
            group = self.members(item, f"{at}/{i}", "label options")
            self.plain(group.get("label"), f"{at}/{i}/label", 75)
            values += self.options(group.get("options"), f"{at}/{i}/options")
        return values

    def different(self, values: list[str], at: str, what: str) -> None:
        for value in sorted({each for each in values if values.count(each) > 1}):
            self.say(at, f"two {what}: {value!r}")
