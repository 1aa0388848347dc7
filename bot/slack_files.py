"""Files that people have put into Slack: what Slack tells of one, and its content as it comes in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from bot.slack_errors import SlackRefusedError, SlackUncertainError, judge_status

TOO_LARGE: Final = "file_too_large"
NOT_GIVEN: Final = "file_not_given"
_CHUNK_BYTES: Final = 65_536
_HTML: Final = "text/html"


@dataclass(frozen=True, slots=True)
class SlackFile:
    """A file as ``files.info`` tells of it. Names and types are its owner's words, the size is Slack's."""

    id: str
    name: str
    mimetype: str
    size: int
    """In bytes; 0 where Slack tells none."""
    user_id: str
    """Who put it into Slack."""
    mode: str
    """``hosted`` for an ordinary file; ``external``, ``tombstone`` (deleted) and others have no content here."""
    is_external: bool
    url: str = field(repr=False)
    """Where its content is, for whoever has the token; empty where Slack has none."""


def read_file(answer: Mapping[str, Any]) -> SlackFile:
    """The file of an answer of ``files.info``. Raises SlackUncertainError where it holds none."""
    file = answer.get("file")
    if not isinstance(file, Mapping) or not _text(file, "id"):
        raise SlackUncertainError("Slack's answer lacks file.")
    size = file.get("size")
    return SlackFile(
        id=_text(file, "id"),
        name=_text(file, "name"),
        mimetype=_text(file, "mimetype"),
        size=size if isinstance(size, int) else 0,
        user_id=_text(file, "user"),
        mode=_text(file, "mode"),
        is_external=file.get("is_external") is True,
        url=_text(file, "url_private_download") or _text(file, "url_private"),
    )


async def read_content(answer: aiohttp.ClientResponse, file: SlackFile, *, at_most: int) -> bytes:
    """The bytes of an answer to a download. Raises SlackError, and reads no further than ``at_most`` bytes."""
    judge_status(answer.status, answer.headers, gone=NOT_GIVEN)
    # Without the right to a file Slack answers 200 with the page to sign in at.
    if answer.content_type == _HTML and file.mimetype != _HTML:
        raise SlackRefusedError(NOT_GIVEN)
    if "Content-Encoding" in answer.headers:
        raise SlackRefusedError(NOT_GIVEN)
    content = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
        content += chunk
        if len(content) > at_most:
            answer.close()
            raise SlackRefusedError(TOO_LARGE)
    return bytes(content)


def _text(file: Mapping[str, Any], name: str) -> str:
    value = file.get(name)
    return value if isinstance(value, str) else ""
