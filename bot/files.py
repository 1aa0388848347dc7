"""Files on their way from Slack to Stripe: fetched for the person who put them into Slack, and for nobody else.

Slack lets the bot see whatever was shared where it is, so the bot minds whose a file is: by its id, nobody can have a
file sent on that they could not see themselves.
"""

import re
from typing import Final

from bot.slack_api import SlackApi, SlackError, SlackRefusedError
from bot.slack_files import TOO_LARGE, SlackFile
from operations import uploads
from operations.call import FileContent

_ID: Final = re.compile(r"F[A-Z0-9]{2,30}")
_IN_LINK: Final = re.compile(
    r"https?://[^/\s]+/(?:files/[A-Z0-9]+/|files-pri/[A-Z0-9]+-)(F[A-Z0-9]{2,30})(?:[/?#]\S*)?"
)
"""A file's permalink, or the address of its content. Only the id counts; nothing is fetched from a typed address."""
_GONE: Final = frozenset({"file_not_found", "file_deleted"})
_ELSEWHERE: Final = frozenset({"external", "remote"})
_NO_FILES: Final = frozenset({"canvas", "list", "post", "quip", "space"})
_NO_SCOPE: Final = frozenset({"missing_scope", "no_permission", "not_allowed_token_type"})
_SHOWN: Final = 60

NOT_YOURS: Final = "Somebody else put {} into Slack. Upload the file yourself, so that it is plain that you may see it."
NOT_FOUND: Final = "Slack has no file {} that I may see. It may be deleted; upload it again."
NOT_ASKED: Final = "Slack can't be asked for {} now. Nothing is lost: try again in a moment."
NOT_ALLOWED: Final = (
    "Slack doesn't let me read {}: the app lacks the scope files:read. Whoever runs me can add it and install it anew."
)


class Files:
    """Fetches files out of Slack."""

    def __init__(self, slack: SlackApi) -> None:
        self._slack = slack

    async def fetch(self, team_id: str, user_id: str, file_id: str, *, purpose: str = "") -> FileContent | str:
        """The file that an id or a link names, ready to be sent; or why not, as one sentence for its person.

        ``purpose`` is Stripe's: with it, what Stripe would not take is refused, before its content is fetched where
        that can be. It may take a minute for a large file, so nobody's acknowledgement waits for it.
        """
        file = await self.look(team_id, user_id, file_id, purpose=purpose)
        if isinstance(file, str):
            return file
        try:
            data = await self._slack.download(team_id, file, at_most=uploads.most_bytes(purpose))
        except SlackError as error:
            return _untold(error, file.id, purpose)
        content = uploads.content(file.name, file.mimetype, data)
        return uploads.problem(purpose, content) or content

    async def look(self, team_id: str, user_id: str, file_id: str, *, purpose: str = "") -> SlackFile | str:
        """What Slack tells of the file that an id or a link names; or why it isn't taken, as one sentence."""
        named = named_file(file_id)
        if named is None:
            shown = uploads.safe_name(file_id)[:_SHOWN]
            return f"{shown} is no file of Slack's: take the link to a file that you have uploaded, or its id (F…)."
        try:
            file = await self._slack.file_info(team_id, named)
        except SlackError as error:
            return _untold(error, named, purpose)
        return _refusal(file, user_id, purpose) or file


def named_file(text: str) -> str | None:
    """The id of the file that a text names: itself an id, or a link to a file in Slack; None for any other text."""
    text = text.strip()
    found = _IN_LINK.fullmatch(text)
    return found[1] if found else text if _ID.fullmatch(text) else None


def _refusal(file: SlackFile, user_id: str, purpose: str) -> str | None:
    """Why a file isn't fetched, by what Slack tells of it."""
    if file.mode == "tombstone":
        return NOT_FOUND.format(file.id)
    # Whose it is comes first: nothing more is said of another's file, not even what it is called.
    if not user_id or file.user_id != user_id:
        return NOT_YOURS.format(file.id)
    name = uploads.safe_name(file.name)
    if file.is_external or file.mode in _ELSEWHERE:
        return f"{name} is only a link to a file outside of Slack. Upload the file itself."
    if file.mode in _NO_FILES or not file.url:
        return f"{name} is a page of Slack's and no file. Export it as a PDF, and upload that."
    return uploads.size_problem(purpose, name, file.size)


def _untold(error: SlackError, file_id: str, purpose: str) -> str:
    match error:
        case SlackRefusedError(code=code) if code in _GONE:
            return NOT_FOUND.format(file_id)
        case SlackRefusedError(code=code) if code == TOO_LARGE:
            return f"The file {file_id} is larger than Slack says, and {uploads.most_words(purpose)}."
        case SlackRefusedError(code=code) if code in _NO_SCOPE:
            return NOT_ALLOWED.format(file_id)
        case SlackRefusedError():
            return f"Slack didn't give me the file {file_id}. Upload it again."
    return NOT_ASKED.format(file_id)
