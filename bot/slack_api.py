"""Slack's Web API, as far as the bot uses it: one shared session, typed errors, and a gate for rate limits.

A call that may have had its effect is never sent again from here: the caller is told that it is uncertain, and decides.
What Slack says was not done (429) is tried again within ``patience`` seconds, or told with the time to wait.

Neither tokens nor what is said appear in logs or errors.
"""

import io
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import FileMessage, Message, View
from bot.slack_errors import (
    SlackBusyError,
    SlackError,
    SlackRefusedError,
    SlackUncertainError,
    judge_status,
    raise_answer,
    raise_transport,
)
from bot.slack_files import SlackFile, read_content, read_file
from bot.slack_gate import Gate
from bot.slack_groups import UserGroup, read_groups
from bot.slack_hosts import FILE_HOSTS, RESPONSE_HOST, leads_to
from operations.clock import Clock

__all__ = [
    "OpenView",
    "SlackApi",
    "SlackBusyError",
    "SlackError",
    "SlackRefusedError",
    "SlackUncertainError",
    "TokenFor",
    "Workspace",
]

TokenFor: TypeAlias = Callable[[str], Awaitable[str]]
"""Gives the bot token of a workspace by its team id."""

PATIENCE_SECONDS = 3.0
"""How long a call for somebody who is waiting may wait for a rate limit to pass."""
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=4)
UPLOAD_TIMEOUT = aiohttp.ClientTimeout(total=30, connect=4)
DOWNLOAD_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=4)


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a token belongs, as ``auth.test`` tells."""

    team_id: str
    enterprise_id: str | None
    team: str
    user_id: str
    bot_id: str | None


@dataclass(frozen=True, slots=True)
class OpenView:
    """A view as Slack has it; ``hash`` guards an update against another's."""

    id: str
    hash: str


class SlackApi:
    """The Web API of every workspace the app is in. Used on one event loop; :meth:`aclose` at the end.

    ``token`` is one bot token for all, or gives each workspace's own. ``proxy`` is the only proxy that is used; the
    environment's are not.
    """

    def __init__(
        self,
        *,
        token: str | TokenFor,
        base_url: str,
        clock: Clock,
        proxy: str | None = None,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
    ) -> None:
        self._token = token
        self._base_url = base_url
        self._clock = clock
        self._proxy = proxy
        self._timeout = timeout
        self._gate = Gate(clock)
        self._session: aiohttp.ClientSession | None = None
        self._logger = logging.Logger("slack_sdk, silenced", logging.CRITICAL)
        self.clock_skew = 0.0
        """Seconds by which our clock was ahead of Slack's at its last answer. Signatures allow 300."""

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def client(self, token: str | None = None) -> AsyncWebClient:
        """A client of Slack's library on the shared session, without its retries, its proxy guess and its logs."""
        if self._session is None:
            # Made here and not in the constructor: a session belongs to the loop it is first used on.
            self._session = aiohttp.ClientSession(timeout=self._timeout, trust_env=False)
        client = AsyncWebClient(
            token=token, base_url=self._base_url, session=self._session, logger=self._logger, retry_handlers=[]
        )
        # The client reads proxies from the environment when it is given none.
        client.proxy = self._proxy
        return client

    async def auth_test(self, team_id: str = "") -> Workspace:
        """Where the token belongs. Raises SlackError."""
        answer = await self._call(team_id, "auth.test", {}, repeatable=True)
        return Workspace(
            team_id=_text(answer, "team_id"),
            enterprise_id=answer.get("enterprise_id") or None,
            team=_text(answer, "team"),
            user_id=_text(answer, "user_id"),
            bot_id=answer.get("bot_id"),
        )

    async def post(
        self,
        team_id: str,
        channel_id: str,
        message: Message,
        *,
        thread_ts: str | None = None,
        mark: str | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> str:
        """Post a message; its ts. ``mark`` travels in its metadata, to tell apart what was posted twice.

        A user id as channel is their direct message. Raises SlackError.
        """
        if channel_id.startswith(("U", "W")):
            channel_id = await self.open_dm(team_id, channel_id, patience=patience)
        arguments = {"channel": channel_id, **_said(message), "unfurl_links": False, "unfurl_media": False}
        if thread_ts is not None:
            arguments |= {"thread_ts": thread_ts, "reply_broadcast": message.broadcast}
        if mark is not None:
            arguments["metadata"] = {"event_type": "countersign_message", "event_payload": {"id": mark}}
        answer = await self._call(team_id, "chat.postMessage", arguments, limited_by=(channel_id,), patience=patience)
        return _text(answer, "ts")

    async def update(
        self, team_id: str, channel_id: str, ts: str, message: Message, *, patience: float = PATIENCE_SECONDS
    ) -> None:
        """Make a message of ours say something else. Raises SlackError."""
        # An update that names no blocks may keep the old ones.
        arguments = {"channel": channel_id, "ts": ts, "blocks": [], **_said(message)}
        await self._call(team_id, "chat.update", arguments, patience=patience, repeatable=True)

    async def ephemeral(
        self,
        team_id: str,
        channel_id: str,
        user_id: str,
        message: Message,
        *,
        thread_ts: str | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> str:
        """Show a message to one member of a channel until they reload; its ts. Raises SlackError."""
        arguments = {"channel": channel_id, "user": user_id, **_said(message)}
        if thread_ts is not None:
            arguments["thread_ts"] = thread_ts
        answer = await self._call(team_id, "chat.postEphemeral", arguments, patience=patience)
        return _text(answer, "message_ts")

    async def open_dm(self, team_id: str, user_id: str, *, patience: float = PATIENCE_SECONDS) -> str:
        """The id of the direct-message channel with a person. Raises SlackError."""
        answer = await self._call(team_id, "conversations.open", {"users": user_id}, patience=patience, repeatable=True)
        channel = answer.get("channel")
        return _text(channel if isinstance(channel, Mapping) else {}, "id")

    async def open_view(self, team_id: str, trigger_id: str, view: View) -> OpenView:
        """Open a modal. The trigger lives for three seconds and works once, so a rate limit is not waited for.

        Raises SlackError.
        """
        return _view(await self._call(team_id, "views.open", {"trigger_id": trigger_id, "view": view}, patience=0))

    async def update_view(self, team_id: str, view_id: str, view: View, *, hash: str | None = None) -> OpenView:  # noqa: A002
        """Replace a modal's content; with ``hash``, only if nobody else did meanwhile. Raises SlackError."""
        arguments: dict[str, Any] = {"view_id": view_id, "view": view}
        if hash is not None:
            arguments["hash"] = hash
        return _view(await self._call(team_id, "views.update", arguments))

    async def publish_home(self, team_id: str, user_id: str, view: View, *, patience: float = PATIENCE_SECONDS) -> None:
        """Show a person their Home tab. Raises SlackError."""
        arguments = {"user_id": user_id, "view": view}
        await self._call(team_id, "views.publish", arguments, patience=patience, repeatable=True)

    async def user_info(self, team_id: str, user_id: str) -> Mapping[str, Any]:
        """Slack's user object of a person, with the language that they read. Raises SlackError."""
        arguments = {"user": user_id, "include_locale": "true"}
        answer = await self._call(team_id, "users.info", arguments, as_form=True, repeatable=True)
        user = answer.get("user")
        if not isinstance(user, Mapping):
            raise SlackUncertainError("Slack's answer lacks user.")
        return user

    async def user_groups(self, team_id: str) -> tuple[UserGroup, ...]:
        """The user groups of a workspace, with who is in them. Raises SlackError; ``missing_scope`` where it is so."""
        arguments = {"include_users": "true"}
        return read_groups(await self._call(team_id, "usergroups.list", arguments, as_form=True, repeatable=True))

    async def upload(
        self,
        team_id: str,
        channel_id: str,
        file: FileMessage,
        *,
        thread_ts: str | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> str:
        """Put a file into a channel or a thread; its id. Nothing is visible before the last of three steps.

        Raises SlackError.
        """
        announced = {"filename": file.filename, "length": str(len(file.content))}
        place = await self._call(
            team_id, "files.getUploadURLExternal", announced, as_form=True, patience=patience, repeatable=True
        )
        await self._send_bytes(_text(place, "upload_url"), file.content)
        finish: dict[str, Any] = {
            "files": json.dumps([{"id": _text(place, "file_id"), "title": file.title}]),
            "channel_id": channel_id,
        }
        if thread_ts is not None:
            finish["thread_ts"] = thread_ts
        await self._call(team_id, "files.completeUploadExternal", finish, as_form=True, patience=patience)
        return _text(place, "file_id")

    async def file_info(self, team_id: str, file_id: str) -> SlackFile:
        """What Slack tells of a file, where the bot may see it. Raises SlackError; ``file_not_found`` where not."""
        return read_file(await self._call(team_id, "files.info", {"file": file_id}, as_form=True, repeatable=True))

    async def download(self, team_id: str, file: SlackFile, *, at_most: int) -> bytes:
        """The content of a file. The token goes to Slack's own hosts alone (or the configured Slack's).

        Raises SlackError: ``file_too_large`` as soon as more than ``at_most`` bytes have come, whatever size was told
        before; ``file_not_given`` where something else comes in the file's place, such as a login page.
        """
        if not leads_to(FILE_HOSTS, file.url, self._base_url):
            raise SlackRefusedError("untrusted_file_url")
        client = self.client(await self._token_of(team_id))
        if client.session is None:
            raise SlackUncertainError("The session is closed.")
        # Asked for as it is, since a few bytes that are compressed can be any number when they are not.
        headers = {"Authorization": f"Bearer {client.token}", "Accept-Encoding": "identity"}
        try:
            async with client.session.get(
                file.url, headers=headers, timeout=DOWNLOAD_TIMEOUT, allow_redirects=False, proxy=self._proxy
            ) as answer:
                return await read_content(answer, file, at_most=at_most)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise_transport(error)

    async def respond(
        self,
        response_url: str,
        message: Message,
        *,
        in_channel: bool = False,
        replace_original: bool = False,
        delete_original: bool = False,
    ) -> None:
        """Answer through the response_url of a payload, to the person alone unless ``in_channel``.

        Posts to Slack's own host alone (or the configured Slack's). Raises SlackError; ``expired_url`` for one that was
        used up.
        """
        if not leads_to(RESPONSE_HOST, response_url, self._base_url):
            raise SlackRefusedError("untrusted_response_url")
        said = {
            **_said(message),
            "response_type": "in_channel" if in_channel else "ephemeral",
            "replace_original": replace_original,
            "delete_original": delete_original,
        }
        status, headers = await self._send(response_url, TIMEOUT, json=said)
        judge_status(status, headers, gone="expired_url")

    async def _call(
        self,
        team_id: str,
        method: str,
        arguments: dict[str, Any],
        *,
        as_form: bool = False,
        limited_by: tuple[str, ...] = (),
        patience: float = PATIENCE_SECONDS,
        repeatable: bool = False,
    ) -> Mapping[str, Any]:
        """One method call; what Slack answered.

        Sent again only where Slack says that it was not done, or once, without an answer, where it is ``repeatable``:
        where doing it twice is the same as doing it once.
        """
        client = self.client(await self._token_of(team_id))
        key = (team_id, method, *limited_by)
        while True:
            wait = self._gate.wait(key)
            if wait > patience:
                raise SlackBusyError(wait)
            if wait:
                patience -= wait
                await self._clock.sleep(wait)
            try:
                return await self._once(client, method, arguments, as_form=as_form)
            except SlackBusyError as busy:
                self._gate.close(key, busy.retry_after)
            except SlackUncertainError:
                if not repeatable:
                    raise
                repeatable = False

    async def _token_of(self, team_id: str) -> str:
        return self._token if isinstance(self._token, str) else await self._token(team_id)

    async def _once(
        self, client: AsyncWebClient, method: str, arguments: dict[str, Any], *, as_form: bool
    ) -> Mapping[str, Any]:
        try:
            if as_form:
                answer = await client.api_call(method, data=dict(arguments))
            else:
                answer = await client.api_call(method, json=dict(arguments))
        except SlackApiError as error:
            raise_answer(error)
        except SlackRequestError:
            raise SlackUncertainError("Slack's answer could not be read.") from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise_transport(error)
        self._compare_clocks(answer.headers)
        data = answer.data
        if not isinstance(data, Mapping):
            raise SlackUncertainError("Slack's answer is no JSON object.")
        return data

    async def _send_bytes(self, url: str, content: bytes) -> None:
        if not leads_to(FILE_HOSTS, url, self._base_url):
            raise SlackRefusedError("untrusted_upload_url")
        status, headers = await self._send(url, UPLOAD_TIMEOUT, data=io.BytesIO(content))
        judge_status(status, headers, gone="upload_refused")

    async def _send(self, url: str, timeout: aiohttp.ClientTimeout, **content: Any) -> tuple[int, Mapping[str, str]]:  # noqa: ASYNC109
        session = self.client().session
        if session is None:
            raise SlackUncertainError("The session is closed.")
        try:
            async with session.post(
                url, timeout=timeout, allow_redirects=False, proxy=self._proxy, **content
            ) as answer:
                await answer.read()
                return answer.status, answer.headers
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise_transport(error)

    def _compare_clocks(self, headers: Mapping[str, str]) -> None:
        try:
            theirs = parsedate_to_datetime(headers["Date"]).timestamp()
        except (KeyError, ValueError):
            return
        self.clock_skew = self._clock.now() - theirs


def _said(message: Message) -> dict[str, Any]:
    # parse "none" keeps Slack from making names and addresses in the text into mentions and links.
    said = {"text": message.text, "parse": "none", "link_names": False}
    return {**said, "blocks": list(message.blocks)} if message.blocks else said


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise SlackUncertainError(f"Slack's answer lacks {name}.")
    return value


def _view(answer: Mapping[str, Any]) -> OpenView:
    view = answer.get("view")
    if not isinstance(view, Mapping):
        raise SlackUncertainError("Slack's answer lacks view.")
    return OpenView(_text(view, "id"), str(view.get("hash", "")))
