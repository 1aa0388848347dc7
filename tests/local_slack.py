"""Acting as people in the local Slack without a browser: its control interface, and its web page's own socket."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp


class Acting:
    """What people do in a running local Slack. Made by :func:`acting`."""

    def __init__(self, session: aiohttp.ClientSession, url: str, page: aiohttp.ClientWebSocketResponse) -> None:
        self._session = session
        self._url = url
        self._page = page

    async def command(self, user: str, channel: str, text: str, command: str = "/stripe") -> None:
        """Type a slash command; returns when the bot has acknowledged it, or after the local Slack's five seconds."""
        await self._post("command", {"user": user, "channel": channel, "command": command, "text": text})

    async def click(self, user: str, message: Mapping[str, Any], label: str) -> None:
        """Press the button with this label on a message."""
        button = next(
            {**element, "block_id": block.get("block_id")}
            for block in message["blocks"]
            for element in [*block.get("elements", ()), block.get("accessory") or {}]
            if element.get("type") == "button" and element["text"]["text"] == label
        )
        wanted = {key: button.get(key) for key in ("type", "action_id", "block_id", "value", "text")}
        await self._post(
            "interact",
            {"user": user, "channel": message["channel"], "messageTs": message["ts"], "action": wanted},
        )

    async def upload(self, user: str, channel: str, name: str, content: bytes, content_type: str) -> dict[str, Any]:
        """Put a file into a channel; the file as Slack tells of it."""
        form = aiohttp.FormData({"user": user, "channel": channel})
        form.add_field("file", content, filename=name, content_type=content_type)
        async with self._session.post(f"{self._url}/_control/upload", data=form) as answer:
            answer.raise_for_status()
            return dict((await answer.json())["message"]["files"][0])

    async def messages(self, channel: str) -> list[dict[str, Any]]:
        """Every message of a channel, the oldest first, with those in threads and those shown to one person."""
        async with self._session.get(f"{self._url}/_control/messages/{channel}") as answer:
            return list((await answer.json())["messages"])

    async def state(self) -> dict[str, Any]:
        """The workspace: apps, users and channels."""
        async with self._session.get(f"{self._url}/_control/state") as answer:
            return dict(await answer.json())

    async def log(self) -> list[dict[str, Any]]:
        """What went to the bot and came from it, the oldest first."""
        async with self._session.get(f"{self._url}/_control/log") as answer:
            return list((await answer.json())["log"])

    async def open_home(self, user: str) -> None:
        """Open the bot's App Home."""
        await self._post("open-home", {"user": user})

    async def submit(self, user: str, values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Submit the modal on top with ``values`` (block id → action id → element's state); gives what became of it.

        That is the page's next event: ``view`` with the stack that is left, or ``view_errors`` with the sentences.
        """
        await self._page.send_json({"t": "view_submit", "user": user, "values": values})
        return await self.event("view", "view_errors")

    async def close_modal(self, user: str) -> None:
        """Close the modal with its X."""
        await self._page.send_json({"t": "view_close", "user": user})

    async def event(self, *kinds: str) -> dict[str, Any]:
        """The next event of one of these kinds that the page gets, such as ``message`` or ``view``."""
        async for received in self._page:
            event = json.loads(received.data)
            if event["t"] in kinds:
                return dict(event)
        raise ConnectionError("the local Slack closed the page's connection")

    async def message(self, *words: str, kind: str = "message") -> dict[str, Any]:
        """The next message, new or (``kind="message_update"``) changed, whose content holds all the words."""
        while True:
            found: dict[str, Any] = (await self.event(kind))["message"]
            content = json.dumps(found, ensure_ascii=False)
            if all(word in content for word in words):
                return found

    async def _post(self, path: str, body: Mapping[str, Any]) -> None:
        async with self._session.post(f"{self._url}/_control/{path}", json=body) as answer:
            answer.raise_for_status()


@asynccontextmanager
async def acting(url: str) -> AsyncIterator[Acting]:
    """People in the local Slack at ``url``; events are kept from the moment this begins."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/ui", max_msg_size=0) as page:
        await page.receive()  # the page's first event is the whole state; what follows is news
        yield Acting(session, url, page)
