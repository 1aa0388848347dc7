"""Rich text: sections, lists, preformatted text and quotes, and what stands in them."""

from typing import Any

from tests.block_rules.checks import Checks

STYLES = "bold italic strike code underline"
# Element type -> required members, optional members; besides type.
INLINE: dict[str, tuple[str, str]] = {
    "text": ("text", "style"),
    "link": ("url", "text unsafe style"),
    "emoji": ("name", "unicode skin_tone"),
    "user": ("user_id", "style"),
    "channel": ("channel_id", "style"),
    "usergroup": ("usergroup_id", "style"),
    "broadcast": ("range", ""),
    "date": ("timestamp format", "url fallback"),
    "color": ("value", ""),
}
# Part type -> optional members; besides type and elements.
PARTS: dict[str, str] = {
    "rich_text_section": "",
    "rich_text_preformatted": "border language",
    "rich_text_quote": "border",
    "rich_text_list": "indent border offset",
}


class RichText(Checks):
    """Judges rich text blocks, and the cells of tables that are such."""

    def rich_text(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type elements", "block_id")
        for i, part in enumerate(self.count(value.get("elements"), f"{at}/elements", 1000)):
            self.part(part, f"{at}/elements/{i}", set(PARTS))

    def part(self, value: object, at: str, allowed: set[str]) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(kind, str) or kind not in allowed:
            self.say(at, f"{kind!r} can't stand here in rich text")
            return
        listed = kind == "rich_text_list"
        self.members(value, at, f"type elements{' style' if listed else ''}", PARTS[kind])
        self.whole(value, "indent", at, 0, 8)
        self.whole(value, "border", at, 0, 1)
        self.whole(value, "offset", at, 0, 10_000)
        if listed:
            self.one_of(value, "style", at, {"bullet", "ordered"})
        for i, inner in enumerate(self.count(value.get("elements"), f"{at}/elements", 1000)):
            if listed:
                self.part(inner, f"{at}/elements/{i}", {"rich_text_section"})
            else:
                self.inline(inner, f"{at}/elements/{i}", bare=kind == "rich_text_preformatted")

    def inline(self, value: object, at: str, *, bare: bool) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(kind, str) or kind not in INLINE:
            self.say(at, f"unknown element {kind!r} in rich text")
            return
        if bare and kind not in {"text", "link"}:
            self.say(at, f"{kind} can't stand in preformatted text")
        required, optional = INLINE[kind]
        self.members(value, at, f"type {required}", optional)
        for name in ("text", "url", "name", "user_id", "channel_id", "usergroup_id", "format", "fallback"):
            if name in value:
                self.string(value[name], f"{at}/{name}", 40_000)
        self.one_of(value, "range", at, {"here", "channel", "everyone"})
        self.whole(value, "timestamp", at, 0, 10**11)
        if "style" in value:
            style = self.members(value["style"], f"{at}/style", "", STYLES)
            for name in style:
                self.boolean(style, name, f"{at}/style")
