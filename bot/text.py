"""The one door for text from outside.

Slack reads three characters as markup (``&``, ``<``, ``>``) and a handful as formatting (``*``, ``_``, ``~``, the
backtick, ``:emoji:``, a leading ``>``). Names, descriptions and metadata are written by people who would like to use
them on an approval card. So text reaches mrkdwn only as :class:`Mrkdwn`, which only this module makes, and by one of
three ways:

- :func:`code` for values: shown exactly, in a code span, where nothing is read;
- :func:`escape` for prose: shown as text, its formatting marks replaced by look-alikes;
- a ``str`` handed to :mod:`bot.blocks`: shown in a plain_text element, where nothing is read either.

Everything that passes is first rid of what cannot be seen: controls, bidi overrides, zero-width characters.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Final, Literal, LiteralString, TypeAlias, overload

Style: TypeAlias = Literal["rich", "plain"]
"""What the Slack in front of us can show: ``plain`` for the local Slack, which prints newer markup literally."""

ELLIPSIS: Final = "…"
NOTHING: Final = "—"
LINK_HOSTS: Final = frozenset({"dashboard.stripe.com"})

_BACKTICK: Final = "\u02cb"
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# "_" stays between letters and digits, where Slack does not read it and ids (ch_1, pm_card_visa) need it.
_LOOKALIKES: Final = str.maketrans({"*": "\u2217", "~": "\u223c", "`": _BACKTICK})
_UNDERSCORE: Final = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
# Emoji names; a time of day such as 12:30:45 is none.
_EMOJI: Final = re.compile(r"(?<![0-9]):(?=[\w+'-]+:)")
_QUOTE: Final = re.compile(r"(?m)^([ \t]*)((?:&gt;)+)")
# Invisible though not of Unicode's format category: fillers, the grapheme joiner, variation selectors.
_FILLERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {
    chr(point) for point in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
_ATOM: Final = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);|.", re.DOTALL)
_SIGN: Final = re.compile(r"^(?=[+-])")
_USER: Final = re.compile(r"[UW][A-Z0-9]{1,31}")
_CHANNEL: Final = re.compile(r"[CDG][A-Z0-9]{1,31}")
_GROUP: Final = re.compile(r"S[A-Z0-9]{1,31}")
_URL: Final = re.compile(r"https://([a-z0-9.-]+)(?:/[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?")


class Mrkdwn(str):
    """Text that Slack may read as mrkdwn: nothing in it is anybody's but ours. Made only in this module."""

    __slots__ = ()


def clean(text: str) -> str:
    """The text without what cannot be seen or could reorder it. Line ends become ``\\n``, a tab becomes a space."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(kept for character in text if (kept := _visible(character)))


def _visible(character: str) -> str:
    if character == "\n":
        return character
    if character == "\t":
        return " "
    # Cc controls, Cf format characters (bidi, zero-width, tags), Cs lone surrogates, which no JSON can carry.
    if unicodedata.category(character) in {"Cc", "Cf", "Cs"} or character in _FILLERS:
        return ""
    return character


def escape(text: str) -> Mrkdwn:
    """Prose, shown as it is: no token, no formatting, no emoji. What is Mrkdwn already stays as it is.

    Formatting marks are replaced by look-alikes, so a value that somebody may want to copy belongs in :func:`code`.
    """
    if isinstance(text, Mrkdwn):
        return text
    inert = _UNDERSCORE.sub("\u02cd", clean(text).translate(_LOOKALIKES))
    inert = _EMOJI.sub("\ua789", inert)
    return Mrkdwn(_QUOTE.sub(lambda m: m[1] + "\u203a" * (len(m[2]) // len("&gt;")), _entities(inert)))


def unescape(text: str) -> str:
    """Text as it was typed: Slack hands over ``&``, ``<`` and ``>`` as entities."""
    for character, entity in reversed(_ENTITIES.items()):
        text = text.replace(entity, character)
    return text


def code(text: str) -> Mrkdwn:
    """A value in a code span, on one line, a backtick in it replaced by a look-alike.

    Slack reads a code span only after a space or punctuation: don't put one right behind a letter.
    """
    value = " ".join(clean(text).replace("`", _BACKTICK).split("\n")).strip()
    return Mrkdwn(f"`{_entities(value) or NOTHING}`")


def bold(text: str) -> Mrkdwn:
    """A label of ours in bold, escaped unless it is Mrkdwn. Line ends become spaces, as bold can't span them."""
    inner = " ".join(escape(text).split())
    return Mrkdwn(f"*{inner or NOTHING}*")


def mention(user_id: str) -> Mrkdwn:
    """Names a person by id, which is shown as their name and notifies them where the message is new."""
    return Mrkdwn(f"<@{user_id}>") if _USER.fullmatch(user_id) else code(user_id)


def group(group_id: str) -> Mrkdwn:
    """Names a user group by id; shown by its handle, and where the message is new it notifies those in it.

    The local Slack shows it as it is written, and has no user groups.
    """
    return Mrkdwn(f"<!subteam^{group_id}>") if _GROUP.fullmatch(group_id) else code(group_id)


def channel(channel_id: str) -> Mrkdwn:
    """Names a channel by id; shown as its name to those who may see it."""
    return Mrkdwn(f"<#{channel_id}>") if _CHANNEL.fullmatch(channel_id) else code(channel_id)


def date(when: datetime, style: Style, zone: tzinfo = UTC) -> Mrkdwn:
    """A moment, to the minute: in each reader's own time zone where the style is rich, else in ``zone``.

    Raises ValueError for a datetime without a time zone, OverflowError for one that no calendar has there.
    """
    if when.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    local = when.astimezone(zone)
    # Zones without a name of their own are called by their distance: "+0530" would be read as part of the time.
    fallback = f"{local:%Y-%m-%d %H:%M} {_SIGN.sub('UTC', f'{local:%Z}')}"
    if style == "plain":
        return Mrkdwn(fallback)
    return Mrkdwn(f"<!date^{int(when.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>")


def may_link(url: str) -> bool:
    """Whether an address may stand behind a link or a button: https, a host that we chose, nothing odd in it."""
    match = _URL.fullmatch(url)
    return match is not None and match[1] in LINK_HOSTS


def link(url: str, label: str) -> Mrkdwn:
    """A link to an address that :func:`may_link` allows; with any other address only the label."""
    words = escape(" ".join(clean(label).split()) or NOTHING)
    if not may_link(url):
        return words
    # "|" would end the address early; it is not among the characters that may_link allows there.
    return Mrkdwn(f"<{_entities(url)}|{words}>")


def unmarked(text: Mrkdwn) -> str:
    """What a reader sees of mrkdwn that has no markup but code spans, for where Slack reads none."""
    return unescape(text.replace("`", ""))


def template(pattern: LiteralString, *values: str) -> Mrkdwn:
    """Our own words with values put in for each ``{}``: Mrkdwn as it is, any other text as :func:`code`.

    The pattern is written in our source and trusted, formatting marks included:
    ``template(":lock: {} asks for *{}*", mention(user_id), escape("a refund"))``.
    """
    return Mrkdwn(pattern.format(*(value if isinstance(value, Mrkdwn) else code(value) for value in values)))


def join(separator: LiteralString, parts: Iterable[str]) -> Mrkdwn:
    """The parts with a separator of ours between them; what is not Mrkdwn is escaped."""
    return Mrkdwn(separator.join(escape(part) for part in parts))


@overload
def clip(text: Mrkdwn, limit: int) -> Mrkdwn: ...
@overload
def clip(text: str, limit: int) -> str: ...
def clip(text: str, limit: int) -> str:
    """The text in at most ``limit`` code points, with an ellipsis where something is left out.

    Mrkdwn stays Mrkdwn: no entity and no token is cut in two, and a code span that was open is closed.
    """
    if len(text) <= limit:
        return text
    if not isinstance(text, Mrkdwn):
        return text[: max(limit - 1, 0)].rstrip() + ELLIPSIS[: max(limit, 0)]
    room = limit - len(ELLIPSIS) - 1  # one for the backtick that may have to close a code span
    kept: list[str] = []
    for atom in _ATOM.findall(text):
        if len(atom) > room:
            break
        kept.append(atom)
        room -= len(atom)
    shorter = "".join(kept).rstrip()
    closing = "`" if shorter.count("`") % 2 else ""
    return Mrkdwn((shorter + ELLIPSIS + closing)[: max(limit, 0)])


def restored(text: str) -> Mrkdwn:
    """Marks text as Mrkdwn that was Mrkdwn before it was stored; for :mod:`bot.blocks` alone."""
    return Mrkdwn(text)


def _entities(text: str) -> str:
    return "".join(_ENTITIES.get(character, character) for character in text)
