"""Block Kit as plain dicts, always within Slack's limits, and the two things the bot says: a message or a file.

Words that are shown are clipped or split where they are too long. What a program reads back (ids, button values,
option values, metadata) is never cut: too long is a mistake of ours, and raises ValueError.

A text given as ``str`` becomes a plain_text element, where Slack reads nothing; as :class:`~bot.text.Mrkdwn` it
becomes mrkdwn with ``verbatim``, so that bare names and addresses in it are not turned into links.
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bot import limits
from bot.text import NOTHING, Mrkdwn, bold, clean, clip, escape, join, may_link, restored, unmarked

Block: TypeAlias = dict[str, Any]
Element: TypeAlias = dict[str, Any]
View: TypeAlias = dict[str, Any]
ButtonStyle: TypeAlias = Literal["primary", "danger"]


def plain(text: str, limit: int) -> Element:
    """A plain_text object, never empty. Emoji names in it stay letters; write an emoji as itself."""
    return {"type": "plain_text", "text": clip(clean(text).strip(), limit) or NOTHING, "emoji": False}


def words(text: str, limit: int) -> Element:
    """A text object: mrkdwn for Mrkdwn, plain_text for any other text."""
    if not isinstance(text, Mrkdwn):
        return plain(text, limit)
    shown = clip(text, limit) if text.strip() else escape(NOTHING)
    return {"type": "mrkdwn", "text": str(shown), "verbatim": True}


def identifier(text: str, limit: int, what: str) -> str:
    """A text that a program reads back. Raises ValueError where Slack takes none of this length."""
    if not 0 < len(text) <= limit:
        raise ValueError(f"{what} must have 1 to {limit} characters, not {len(text)}")
    return text


def named(block: Block, block_id: str | None) -> Block:
    """A block with its id, where it is to have one."""
    if block_id is not None:
        block["block_id"] = identifier(block_id, limits.BLOCK_ID, "block_id")
    return block


def header(text: str, *, block_id: str | None = None) -> Block:
    """A headline, in plain text."""
    return named({"type": "header", "text": plain(text, limits.HEADER_TEXT)}, block_id)


def section(text: str, *, accessory: Element | None = None, block_id: str | None = None) -> Block:
    """One paragraph, clipped; an accessory is a button or a select beside it."""
    block: Block = {"type": "section", "text": words(text, limits.SECTION_TEXT)}
    if accessory is not None:
        block["accessory"] = accessory
    return named(block, block_id)


def fields(items: Iterable[str]) -> tuple[Block, ...]:
    """Short texts in two columns, in as many blocks as they need; none for no items."""
    shown = [words(item, limits.SECTION_FIELD_TEXT) for item in items]
    step = limits.SECTION_FIELDS
    return tuple({"type": "section", "fields": shown[at : at + step]} for at in range(0, len(shown), step))


def field(label: str, value: str) -> Mrkdwn:
    """A label of ours in bold over a value; the value, where not Mrkdwn, is escaped as prose."""
    return join("\n", (bold(label), escape(value)))


def context(*items: str, block_id: str | None = None) -> Block:
    """Small print. More items than Slack takes are joined into the last."""
    kept = list(items[: limits.CONTEXT_ELEMENTS])
    if len(items) > len(kept):
        kept[-1] = join(" · ", items[len(kept) - 1 :])
    return named({"type": "context", "elements": [words(item, limits.CONTEXT_TEXT) for item in kept]}, block_id)


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def alert(text: str, *, level: Literal["info", "warning", "error", "success"]) -> Block:
    """A banner, in modals only. Not for the plain style."""
    return {"type": "alert", "level": level, "text": plain(text, limits.ALERT_TEXT)}


def preformatted(text: str) -> Block:
    """Text in a box, every character as it is; nothing in it is read as markup. Not for the plain style."""
    kept = clip(clean(text), limits.SECTION_TEXT) or NOTHING
    inner = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": kept}]}
    return {"type": "rich_text", "elements": [inner]}


def container(title: str, blocks: Sequence[Block]) -> Block:
    """Blocks folded away behind a title, until a reader opens it. Not for the plain style.

    Raises ValueError for none or too many.
    """
    if not 0 < len(blocks) <= limits.CONTAINER_CHILDREN:
        raise ValueError(f"a container takes 1 to {limits.CONTAINER_CHILDREN} blocks, not {len(blocks)}")
    return {
        "type": "container",
        "title": plain(title, limits.CONTAINER_TITLE),
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": list(blocks),
    }


def actions(*elements: Element, block_id: str) -> Block:
    """Buttons and selects in a row. Raises ValueError for none or too many, or two with one action_id."""
    if not 0 < len(elements) <= limits.ACTIONS_ELEMENTS:
        raise ValueError(f"actions take 1 to {limits.ACTIONS_ELEMENTS} elements, not {len(elements)}")
    if len({element["action_id"] for element in elements}) != len(elements):
        raise ValueError("each element of a block needs an action_id of its own")
    return named({"type": "actions", "elements": list(elements)}, block_id)


def button(
    text: str,
    *,
    action_id: str,
    value: str = "",
    style: ButtonStyle | None = None,
    ask: Element | None = None,
    url: str | None = None,
    label: str | None = None,
) -> Element:
    """A button. ``ask`` is a :func:`confirm` dialog, ``label`` what a screen reader says in place of the text.

    A ``url`` that may not be linked is left out; a click on the button is delivered all the same.
    """
    element: Element = {
        "type": "button",
        "text": plain(text, limits.BUTTON_TEXT),
        "action_id": identifier(action_id, limits.ACTION_ID, "action_id"),
    }
    if value:
        element["value"] = identifier(value, limits.BUTTON_VALUE, "a button's value")
    if style is not None:
        element["style"] = style
    if ask is not None:
        element["confirm"] = ask
    if url is not None and len(url) <= limits.BUTTON_URL and may_link(url):
        element["url"] = url
    if label is not None:
        element["accessibility_label"] = clip(clean(label), limits.BUTTON_TEXT)
    return element


def confirm(title: str, text: str, *, yes: str, no: str, style: ButtonStyle | None = None) -> Element:
    """The question that Slack asks before it delivers a click. The local Slack never asks it."""
    dialog: Element = {
        "title": plain(title, limits.CONFIRM_TITLE),
        "text": words(text, limits.CONFIRM_TEXT),
        "confirm": plain(yes, limits.CONFIRM_BUTTON),
        "deny": plain(no, limits.CONFIRM_BUTTON),
    }
    if style is not None:
        dialog["style"] = style
    return dialog


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    callback_id: str,
    submit: str | None = None,
    close: str = "Close",
    private_metadata: str = "",
    notify_on_close: bool = False,
) -> View:
    """A modal view. Raises ValueError for too many blocks, or inputs without ``submit``, which Slack refuses.

    ``private_metadata`` reaches the person's own client: an opaque token, nothing secret.
    """
    if not 0 < len(blocks) <= limits.VIEW_BLOCKS:
        raise ValueError(f"a modal takes 1 to {limits.VIEW_BLOCKS} blocks, not {len(blocks)}")
    if submit is None and any(block["type"] == "input" for block in blocks):
        raise ValueError("a modal with inputs needs a submit button")
    if len(private_metadata) > limits.VIEW_METADATA:
        raise ValueError(f"private_metadata takes {limits.VIEW_METADATA} characters, not {len(private_metadata)}")
    view: View = {
        "type": "modal",
        "title": plain(title, limits.VIEW_TITLE),
        "close": plain(close, limits.VIEW_TITLE),
        "callback_id": identifier(callback_id, limits.CALLBACK_ID, "callback_id"),
        "private_metadata": private_metadata,
        "notify_on_close": notify_on_close,
        "blocks": list(blocks),
    }
    if submit is not None:
        view["submit"] = plain(submit, limits.VIEW_TITLE)
    return view


def home(blocks: Sequence[Block]) -> View:
    """A Home tab. Raises ValueError for too many blocks."""
    if not 0 < len(blocks) <= limits.VIEW_BLOCKS:
        raise ValueError(f"a Home tab takes 1 to {limits.VIEW_BLOCKS} blocks, not {len(blocks)}")
    return {"type": "home", "blocks": list(blocks)}


@dataclass(frozen=True, slots=True)
class Message:
    """Something to say: blocks, and the text for notifications, screen readers and search.

    The text is escaped unless it is Mrkdwn, and clipped to what its part in the message allows.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    broadcast: bool = False
    """In a thread, shown in the channel, too: for what people beside those in the thread have to act on."""
    fallback: "Message | None" = None
    """The same by older blocks, for where Slack refuses these."""

    def __post_init__(self) -> None:
        limit = limits.MESSAGE_TEXT_BUDGET if self.blocks else limits.MESSAGE_TEXT_ADVISED
        object.__setattr__(self, "text", clip(escape(self.text), limit) or escape(NOTHING))

    def with_note(self, note: Mrkdwn) -> "Message":
        """The same with small print below."""
        if not self.blocks:
            return Message(join("\n", (restored(self.text), note)))
        return self.followed_by(context(note))

    def followed_by(self, *blocks: Block) -> "Message":
        """The same with more below, on every rung."""
        return self._of(lambda shown: (*shown, *blocks))

    def led_by(self, *blocks: Block) -> "Message":
        """The same with more above, on every rung."""
        return self._of(lambda shown: (*blocks, *shown))

    def without_controls(self, note: Mrkdwn) -> "Message":
        """The same with nothing to press or choose, and small print below in its place."""
        return self._of(_uncontrolled).with_note(note)

    def _of(self, change: Callable[[tuple[Block, ...]], tuple[Block, ...]]) -> "Message":
        """The same with its blocks changed, and those of its fallback likewise."""
        fallback = self.fallback._of(change) if self.fallback is not None else None
        return Message(restored(self.text), change(self.blocks), self.broadcast, fallback)

    def rung_below(self) -> "Message | None":
        """The same by the next simpler means, for when Slack refuses the blocks; None where there are only words."""
        if not self.blocks:
            return None
        return self.fallback or self.without_blocks()

    def unmarked(self) -> str:
        """What it says in words alone, for where no markup is read."""
        return unmarked(restored(self.without_blocks().text))

    def without_blocks(self) -> "Message":
        """The same in words alone: the lowest rung."""
        shown = [restored(self.text), *(visible_text(block) for block in self.blocks)]
        return Message(join("\n", (part for part in shown if part.strip())), broadcast=self.broadcast)


@dataclass(frozen=True, slots=True)
class FileMessage:
    """A file to put into a thread: results too large for blocks, and exports."""

    filename: str
    title: str
    content: bytes


@dataclass(frozen=True, slots=True)
class EphemeralMessage:
    """What one person alone is shown, in the channel where they are, until they reload."""

    message: Message


def _uncontrolled(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(
        {name: part for name, part in block.items() if name != "accessory"}
        for block in blocks
        if block["type"] != "actions"
    )


@dataclass(frozen=True, slots=True)
class PictureMessage:
    """A chart as a picture, drawn when it is delivered: for where Slack takes no chart block."""

    filename: str
    title: str
    chart: Block


Posted: TypeAlias = Message | FileMessage | PictureMessage
"""What stands in a channel or a thread for all who read it."""
Content: TypeAlias = Posted | EphemeralMessage


def pack(content: Content) -> bytes:
    """The content as bytes, to be sealed and stored; :func:`unpack` gives it back."""
    fields_: dict[str, Any]
    match content:
        case FileMessage():
            encoded = base64.b64encode(content.content).decode("ascii")
            fields_ = {"filename": content.filename, "title": content.title, "content": encoded}
        case PictureMessage():
            fields_ = {"picture": content.filename, "title": content.title, "chart": content.chart}
        case EphemeralMessage(message):
            fields_ = {"ephemeral": True, **_packed(message)}
        case Message():
            fields_ = _packed(content)
    return json.dumps(fields_, ensure_ascii=False, separators=(",", ":")).encode()


def _packed(message: Message) -> dict[str, Any]:
    fallback = {"fallback": _packed(message.fallback)} if message.fallback is not None else {}
    return {"text": message.text, "blocks": message.blocks, "broadcast": message.broadcast, **fallback}


def unpack(data: bytes) -> Content:
    """The inverse of :func:`pack`, for bytes that were sealed by us; KeyError or ValueError for any other."""
    stored = json.loads(data)
    if "filename" in stored:
        return FileMessage(stored["filename"], stored["title"], base64.b64decode(stored["content"], validate=True))
    if "picture" in stored:
        return PictureMessage(stored["picture"], stored["title"], stored["chart"])
    message = _unpacked(stored)
    return EphemeralMessage(message) if stored.get("ephemeral") else message


def _unpacked(stored: Mapping[str, Any]) -> Message:
    below = stored.get("fallback")
    fallback = _unpacked(below) if below is not None else None
    return Message(restored(stored["text"]), tuple(stored["blocks"]), stored.get("broadcast", False), fallback)


@dataclass(frozen=True, slots=True)
class Size:
    """How much of Slack's patience a message takes."""

    blocks: int
    """With those inside of others."""
    visible: int
    json: int

    def fits(self) -> bool:
        return (
            self.blocks <= limits.MESSAGE_BLOCKS_BUDGET
            and self.visible <= limits.MESSAGE_VISIBLE_BUDGET
            and self.json <= limits.MESSAGE_JSON_BUDGET
        )


def measure(blocks: Sequence[Block]) -> Size:
    """The size of the blocks against our budget, which stays under what Slack was seen to refuse."""
    return Size(
        blocks=sum(1 + len(block.get("child_blocks", ())) for block in blocks),
        visible=sum(sum(map(len, _shown(block))) for block in blocks),
        # With blanks, as most write JSON: it isn't known how Slack counts.
        json=len(json.dumps(list(blocks), ensure_ascii=False)),
    )


def fit(blocks: Sequence[Block], *, reserve: int = 0, below: Sequence[Block] = ()) -> tuple[tuple[Block, ...], int]:
    """As many of the first blocks as the budget allows, and how many were left out.

    ``below`` is what will stand under them, for which room is kept, as for ``reserve`` blocks more.
    """
    kept = list(blocks[: limits.MESSAGE_BLOCKS_BUDGET - reserve - len(below)])
    while kept and not measure([*kept, *below]).fits():
        kept.pop()
    return tuple(kept), len(blocks) - len(kept)


def visible_text(block: Block) -> Mrkdwn:
    """What a block shows, in words: its texts, one a line, plain text escaped; controls are left out."""
    if block["type"] in {"actions", "container", "input"}:
        return escape("")
    if block["type"] == "data_visualization":
        return escape(block["title"])
    if block["type"] in {"table", "data_table"}:
        return join("\n", [join(" · ", [" ".join(_shown(cell)) for cell in row]) for row in block["rows"]])
    if block["type"] == "rich_text":
        return join("\n", list(_shown(block)))
    texts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
    found = [text for text in texts if isinstance(text, Mapping)]
    return join(
        "\n",
        (
            restored(text["text"]) if text["type"] == "mrkdwn" else escape(text["text"])
            for text in found
            if "text" in text
        ),
    )


def _shown(part: object) -> Iterable[str]:
    """Every text in a block that a reader sees: the ``text`` of objects at any depth, and what stands for others."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key in {"text", "alt_text", "fallback"} and isinstance(value, str):
                yield value
            elif key != "value":
                yield from _shown(value)
    elif isinstance(part, list | tuple):
        for item in part:
            yield from _shown(item)
