"""From the text of an event to what the person typed.

Slack hands over a message as it will be shown: addresses are links (``<mailto:a@b.example|a@b.example>``), inside of
code too, people and channels are tokens, and the marks of code, bold and italic stand around what they mark. A command
is meant as it reads, so the marks go and each token becomes what it shows. ``&``, ``<`` and ``>`` come as entities,
which is how a token is told from what was typed. Quotes and dashes stay: the grammar knows what phones make of them.
"""

import re

from bot.text import unescape

# A code block, or code within a line. What follows marks that nothing closes is text like any other.
_CODE = re.compile(r"```(?P<block>.*?)```|`(?P<span>[^`\n]+)`", re.DOTALL)
_TOKEN = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_PARTS = re.compile(r"([^\S\n]+|\n)")
_MARKS = "*_~"
_PUT_BY = "\0"
"""Stands for code while the rest is read; in no message of Slack's."""
_LINK = re.compile(r"https?://|mailto:|tel:", re.IGNORECASE)


def behind_mention(text: str, bot_user_id: str) -> str:
    """What was typed behind the first mention of the bot; empty where there is nothing, or no mention."""
    mention = re.search(rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>[ \t]*[:,]?", text)
    return typed(text[mention.end() :]).strip() if mention else ""


def typed(text: str) -> str:
    """An event's text as it was typed: no tokens, no entities, no marks of formatting."""
    codes: list[str] = []

    def put_by(code: re.Match[str]) -> str:
        block = code["block"]
        codes.append(_TOKEN.sub(_shown, code["span"] if block is None else block))
        # A block stands on lines of its own.
        return _PUT_BY if block is None else f"\n{_PUT_BY}\n"

    prose = _TOKEN.sub(_shown, _CODE.sub(put_by, text.replace(_PUT_BY, "")))
    found = iter(codes)
    return unescape(re.sub(_PUT_BY, lambda _: next(found), _unmarked(prose)))


def _shown(token: re.Match[str]) -> str:
    """What a token was typed as."""
    target, label = token[1], token[2] or ""
    kind = target[0]
    if kind in "@#":
        return f"{kind}{label.removeprefix(kind) or target[1:]}"
    if kind == "!":
        return label or f"@{target[1:].rpartition('^')[2]}"
    scheme = _LINK.match(target)
    if scheme is None or not label:
        return target if scheme is None or target.startswith("http") else target[scheme.end() :]
    # Slack makes links of what looks like one, and keeps what was typed as the label. Of a link that somebody made
    # under words of their own, the address is meant.
    bare = target[scheme.end() :]
    if scheme[0].lower() == "tel:" or label.rstrip("/") in {bare.rstrip("/"), target.rstrip("/")}:
        return label
    return bare if scheme[0].lower() == "mailto:" else target


def _unmarked(text: str) -> str:
    """The text without the marks that format it: those that open a word and close it, or a later one of its line."""
    if not any(mark in text for mark in _MARKS):
        return text
    parts = _PARTS.split(text)
    # Each may stand around each other, once.
    for mark in _MARKS * len(_MARKS):
        _take_off(parts, mark)
    return "".join(parts)


def _take_off(parts: list[str], mark: str) -> None:
    """Take one layer of a mark off, in place. Words and blanks alternate in ``parts``."""
    opened: int | None = None
    for at in range(0, len(parts), 2):
        word = parts[at]
        if opened is None and word.startswith(mark) and word.strip(mark):
            opened = at
        if opened is not None and word.endswith(mark) and word.strip(mark):
            parts[opened] = parts[opened][1:]
            parts[at] = parts[at][:-1]
            opened = None
        if parts[at + 1 : at + 2] == ["\n"]:
            opened = None
