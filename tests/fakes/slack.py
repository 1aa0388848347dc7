"""A strict Slack Web API for tests, served on a real port of 127.0.0.1.

It keeps workspaces apart, checks tokens, membership, blocks (by :mod:`tests.block_rules`), triggers and view hashes,
and refuses in Slack's words. Faults are ordered by method: a 429, a server error, a code, an answer that gets lost
after the effect, a connection cut before it.
"""

import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from aiohttp import web

from operations.clock import Clock
from tests.block_rules import message_violations
from tests.fakes.refusal import Refusal
from tests.fakes.slack_views import Screens, Trigger

TOKEN = "-".join(("xoxb", "fake", "casa"))


@dataclass
class Channel:
    """A channel: who is in it, the bot included, and whether it is archived."""

    id: str
    members: set[str] = field(default_factory=set)
    bot_in: bool = True
    archived: bool = False


@dataclass
class Message:
    """A message as it stands."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    edits: int = 0
    deleted: bool = False
    broadcast: bool = False

    def button(self, action_id: str) -> dict[str, Any]:
        """The button with that action_id; KeyError when the message has none."""
        for block in self.blocks:
            for element in [*block.get("elements", []), block.get("accessory", {})]:
                if element.get("action_id") == action_id:
                    return dict(element)
        raise KeyError(action_id)


@dataclass
class File:
    """An uploaded file, and where it was shared."""

    id: str
    filename: str
    length: int
    content: bytes | None = None
    title: str = ""
    channel: str | None = None
    thread_ts: str | None = None
    marks: dict[str, Any] = field(default_factory=dict)
    """What ``files.info`` tells of a person's file, or tells otherwise than it is."""


@dataclass
class Workspace:
    """One workspace, with everything that was said in it."""

    team_id: str
    token: str
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    ephemerals: list[dict[str, Any]] = field(default_factory=list)
    unseen: list[dict[str, Any]] = field(default_factory=list)
    """Ephemeral messages into threads without replies, which Slack takes and shows to nobody."""
    files: dict[str, File] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    """User groups, by id: who is in them."""

    def __post_init__(self) -> None:
        self.screens = Screens(self.team_id)

    @property
    def views(self) -> dict[str, dict[str, Any]]:
        """The modals that were opened, as they stand, by view id and in order."""
        return self.screens.views

    def add_user(self, user_id: str, **marks: Any) -> str:
        plain = {"id": user_id, "team_id": self.team_id, "name": user_id.lower(), "deleted": False, "is_bot": False}
        self.users[user_id] = plain | marks
        return user_id

    def add_channel(self, channel_id: str, *members: str, bot_in: bool = True) -> Channel:
        channel = self.channels[channel_id] = Channel(channel_id, set(members), bot_in)
        return channel

    def add_file(self, file_id: str, user_id: str, name: str, content: bytes, mimetype: str, **marks: Any) -> File:
        """Somebody uploads a file. ``marks`` are members of its object that are not as they should be."""
        told = {"user": user_id, "mimetype": mimetype, "mode": "hosted", "is_external": False, **marks}
        file = self.files[file_id] = File(file_id, name, len(content), content, marks=told)
        return file

    def say(self, ts: str, channel_id: str, text: str, thread_ts: str | None = None) -> Message:
        """Somebody writes a message."""
        self.messages.append(Message(channel_id, ts, text, [], thread_ts))
        return self.messages[-1]

    def said(self, channel_id: str) -> list[Message]:
        """The messages that stand in a channel, replies included, in order."""
        return [m for m in self.messages if m.channel == channel_id and not m.deleted]

    def thread(self, ts: str) -> list[Message]:
        """The replies to a message, in order."""
        return [m for m in self.messages if m.thread_ts == ts and not m.deleted]

    def message(self, ts: str) -> Message:
        return next(m for m in self.messages if m.ts == ts and not m.deleted)


@dataclass(frozen=True)
class Fault:
    """What happens to one call instead of an answer. ``after_effect``: what it asked for is done all the same."""

    kind: Literal["ratelimited", "status", "code", "cut"]
    value: int | str = 0
    after_effect: bool = False


class FakeSlack:
    """The server, and what tests look at."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock
        """By which triggers expire; without one they don't."""
        self.workspaces: dict[str, Workspace] = {}
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        """Each call that reached Slack: method, team id, arguments."""
        self.responses: list[dict[str, Any]] = []
        """What was posted to response URLs."""
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.url = ""
        self.connections: set[Any] = set()
        self.response_url_uses: dict[str, int] = defaultdict(int)
        self.downloads: list[tuple[str, str]] = []
        """Each download that was asked for: the file's id, and the Authorization header."""
        self.served: dict[str, web.Response | bytes] = {}
        """What a download is answered with instead of the file, by the file's id."""
        self.unknown_blocks: set[str] = set()
        """Types of blocks that have not been rolled out here yet."""
        self._numbers = count(1)

    def workspace(self, team_id: str = "T0CASA", token: str = TOKEN) -> Workspace:
        """A workspace with two people and a channel they and the bot are in."""
        made = self.workspaces[team_id] = Workspace(team_id, token)
        made.add_user("U0ALICE")
        made.add_user("U0BOB")
        made.add_channel("C0GENERAL", "U0ALICE", "U0BOB")
        return made

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of that method meet these faults, one each."""
        self.faults[method].extend(faults)

    def trigger(self, workspace: Workspace, user_id: str = "", *, view_id: str = "") -> str:
        """A fresh trigger id: of somebody's interaction, in a modal or outside of one."""
        trigger = f"{next(self._numbers)}.{workspace.team_id}"
        workspace.screens.triggers[trigger] = Trigger(user_id, view_id, self.clock.now() if self.clock else 0)
        return trigger

    def response_url(self) -> str:
        return f"{self.url}/response/{next(self._numbers)}"

    def called(self, method: str) -> int:
        return sum(1 for name, _, _ in self.calls if name == method)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["FakeSlack"]:
        """Listen on a free port for as long as the context lasts; ``url`` is the address, ``api`` the Web API's."""
        app = web.Application()
        app.router.add_post("/api/{method}", self._api)
        app.router.add_post("/upload/{file_id}", self._upload)
        app.router.add_post("/response/{number}", self._response)
        app.router.add_get("/files-pri/{place}/download/{name}", self._download)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        try:
            yield self
        finally:
            await runner.cleanup()

    @property
    def api(self) -> str:
        return f"{self.url}/api/"

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.connections.add(request.transport)
        arguments = await _arguments(request)
        workspace = self._whose(request)
        self.calls.append((method, workspace.team_id if workspace else "", arguments))
        fault = self.faults[method].popleft() if self.faults[method] else None
        if fault is not None and not fault.after_effect:
            return _broken(request, fault)
        answer = self._answer(method, workspace, arguments)
        return web.json_response(answer) if fault is None else _broken(request, fault)

    def _whose(self, request: web.Request) -> Workspace | None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return next((w for w in self.workspaces.values() if w.token == token), None)

    def _answer(self, method: str, workspace: Workspace | None, arguments: dict[str, Any]) -> dict[str, Any]:
        handler = getattr(self, "do_" + method.replace(".", "_"), None)
        if workspace is None or handler is None:
            return {"ok": False, "error": "unknown_method" if workspace else "invalid_auth"}
        try:
            return {"ok": True, **handler(workspace, arguments)}
        except Refusal as refusal:
            return refusal.answer

    # Methods, each named for Slack's.

    def do_auth_test(self, workspace: Workspace, _: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": workspace.team_id, "team": "Casa", "user_id": "U0BOT", "bot_id": "B0BOT", "url": self.url}

    def do_users_info(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        user = workspace.users.get(arguments["user"])
        if user is None:
            raise Refusal("user_not_found")
        return {"user": user}

    def do_usergroups_list(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        told = arguments.get("include_users") == "true"
        return {
            "usergroups": [
                {"id": each, "name": each.title(), "handle": each.lower(), "date_delete": 0}
                | ({"users": sorted(members)} if told else {})
                for each, members in workspace.groups.items()
            ]
        }

    def do_conversations_open(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        user = arguments["users"]
        if user not in workspace.users:
            raise Refusal("user_not_found")
        channel_id = "D0" + user[1:]
        if channel_id not in workspace.channels:
            workspace.add_channel(channel_id, user)
        return {"channel": {"id": channel_id}}

    def do_chat_postMessage(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        channel = self._channel(workspace, arguments)
        self._judge(arguments)
        if arguments.get("unfurl_links") is not False or arguments.get("unfurl_media") is not False:
            raise Refusal("this_fake_wants_unfurling_off")
        if (thread := arguments.get("thread_ts")) is not None and not any(
            m.ts == thread and m.channel == channel.id for m in workspace.messages
        ):
            raise Refusal("thread_not_found")
        message = Message(
            channel=channel.id,
            ts=f"1767225600.{next(self._numbers):06}",
            text=arguments["text"],
            blocks=arguments.get("blocks") or [],
            thread_ts=arguments.get("thread_ts"),
            metadata=arguments.get("metadata"),
            broadcast=arguments.get("reply_broadcast") is True,
        )
        workspace.messages.append(message)
        return {"channel": channel.id, "ts": message.ts, "message": {"text": message.text}}

    def do_chat_update(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(workspace, arguments)
        found = [m for m in workspace.said(channel.id) if m.ts == arguments["ts"]]
        if not found:
            raise Refusal("message_not_found")
        self._judge(arguments)
        found[0].text, found[0].blocks = arguments["text"], arguments["blocks"]
        found[0].edits += 1
        return {"channel": channel.id, "ts": found[0].ts}

    def do_chat_postEphemeral(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        channel = self._channel(workspace, arguments)
        if arguments["user"] not in channel.members:
            raise Refusal("user_not_in_channel")
        self._judge(arguments)
        thread = arguments.get("thread_ts")
        shown = thread is None or workspace.thread(thread)
        (workspace.ephemerals if shown else workspace.unseen).append(arguments)
        return {"message_ts": f"1767225600.{next(self._numbers):06}"}

    def do_views_open(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        trigger = workspace.screens.exchange(arguments["trigger_id"], self.clock.now() if self.clock else None)
        return {"view": workspace.screens.open(trigger, arguments["view"])}

    def do_views_push(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        trigger = workspace.screens.exchange(arguments["trigger_id"], self.clock.now() if self.clock else None)
        return {"view": workspace.screens.push(trigger, arguments["view"])}

    def do_views_update(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        which, hash_ = (arguments.get("view_id"), arguments.get("external_id")), arguments.get("hash")
        return {"view": workspace.screens.update(*which, arguments["view"], hash_)}

    def do_views_publish(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        if arguments["user_id"] not in workspace.users:
            raise Refusal("user_not_found")
        hash_ = arguments.get("hash")
        return {"view": workspace.screens.publish(arguments["user_id"], arguments["view"], hash_)}

    def do_files_getUploadURLExternal(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        file = File(f"F{next(self._numbers):06}", arguments["filename"], int(arguments["length"]))
        workspace.files[file.id] = file
        return {"upload_url": f"{self.url}/upload/{file.id}", "file_id": file.id}

    def do_files_completeUploadExternal(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        channel = self._channel(workspace, {"channel": arguments["channel_id"]})
        for entry in arguments["files"]:
            file = workspace.files.get(entry["id"])
            if file is None or file.content is None:
                raise Refusal("file_not_found")
            file.title, file.channel, file.thread_ts = entry["title"], channel.id, arguments.get("thread_ts")
        return {"files": [{"id": entry["id"]} for entry in arguments["files"]]}

    # Files that people have put into Slack.

    def do_files_info(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        file = workspace.files.get(arguments["file"])
        if file is None:
            raise Refusal("file_not_found")
        url = f"{self.url}/files-pri/{workspace.team_id}-{file.id}/download/file"
        told = {"id": file.id, "name": file.filename, "size": file.length, "url_private_download": url}
        return {"file": told | file.marks}

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """The content for a bearer of the workspace's token; for anybody else the page to sign in at, with 200."""
        team_id, _, file_id = request.match_info["place"].partition("-")
        self.downloads.append((file_id, request.headers.get("Authorization", "")))
        workspace = self._whose(request)
        if workspace is None or workspace.team_id != team_id or file_id not in workspace.files:
            return web.Response(text="<!DOCTYPE html><title>Sign in</title>", content_type="text/html")
        file = workspace.files[file_id]
        served = self.served.get(file_id, file.content or b"")
        if not isinstance(served, bytes):
            return served
        answer = web.StreamResponse(headers={"Content-Type": str(file.marks["mimetype"])})
        await answer.prepare(request)
        for at in range(0, len(served), 1_000_000):
            await answer.write(served[at : at + 1_000_000])
        return answer

    # Everything beside the methods.

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        content = await request.read()
        for workspace in self.workspaces.values():
            file = workspace.files.get(request.match_info["file_id"])
            if file is not None:
                if "Authorization" in request.headers or len(content) != file.length:
                    return web.Response(status=400)
                file.content = content
                return web.Response(text=f"OK - {len(content)}")
        return web.Response(status=404)

    async def _response(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["number"]
        self.response_url_uses[number] += 1
        fault = self.faults["response_url"].popleft() if self.faults["response_url"] else None
        if fault is not None:
            return _broken(request, fault)
        if self.response_url_uses[number] > 5:
            return web.Response(status=404, text="used_url")
        said = await request.json()
        if message_violations(said):
            return web.Response(status=400, text="invalid_blocks")
        self.responses.append(said)
        return web.Response(text="ok")

    def _channel(self, workspace: Workspace, arguments: dict[str, Any]) -> Channel:
        channel = workspace.channels.get(arguments["channel"])
        if channel is None:
            raise Refusal("channel_not_found")
        if channel.archived:
            raise Refusal("is_archived")
        if not channel.bot_in:
            raise Refusal("not_in_channel")
        return channel

    def _judge(self, arguments: Mapping[str, Any]) -> None:
        violations = message_violations(dict(arguments))
        shown = {block["type"] for block in arguments.get("blocks") or ()}
        violations += [f"unsupported type: {each}" for each in sorted(shown & self.unknown_blocks)]
        if not violations:
            return
        if any(v.startswith("msg_blocks_too_long") for v in violations):
            raise Refusal("msg_blocks_too_long")
        raise Refusal("invalid_blocks", response_metadata={"messages": [f"[ERROR] {v}" for v in violations]})


async def _arguments(request: web.Request) -> dict[str, Any]:
    """The arguments, from JSON or a form, in which Slack takes nested values as JSON."""
    if request.content_type == "application/json":
        return dict(await request.json())
    form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return {name: json.loads(value) if name in {"files", "blocks", "view"} else value for name, value in form.items()}


def _broken(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.kind == "ratelimited":
        answer = {"ok": False, "error": "ratelimited"}
        return web.json_response(answer, status=429, headers={"Retry-After": str(fault.value)})
    if fault.kind == "status":
        return web.Response(status=int(fault.value), text="<html>trouble</html>", content_type="text/html")
    if fault.kind == "code":
        return web.json_response({"ok": False, "error": fault.value})
    if request.transport is not None:
        request.transport.close()
    return web.Response()
