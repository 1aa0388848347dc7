"""Payloads as Slack sends them, signed as Slack signs them, and a client that posts them to a front door."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from itertools import count
from typing import Any
from urllib.parse import urlencode

import httpx

from operations.clock import Clock

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

_numbers = count(1)


def command(
    text: str,
    *,
    command: str = "/stripe",
    team: str = "T0CASA",
    user: str = "U0ALICE",
    channel: str = "C0GENERAL",
    channel_name: str = "general",
    trigger: str | None = None,
    response_url: str = "https://hooks.slack.com/commands/fake",
) -> dict[str, str]:
    """The form of a slash command."""
    return {
        "token": "legacy-verification-token",
        "team_id": team,
        "team_domain": "casa",
        "channel_id": channel,
        "channel_name": channel_name,
        "user_id": user,
        "user_name": user.lower(),
        "command": command,
        "text": text,
        "api_app_id": "A0APP",
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger or f"{next(_numbers)}.trigger",
    }


def _who(team: str | None, user: str, user_team: str | None, enterprise: str | None) -> dict[str, Any]:
    person = {"id": user, "username": user.lower(), "name": user.lower()}
    return {
        "user": person | ({"team_id": user_team or team} if user_team or team else {}),
        "team": {"id": team, "domain": "casa"} if team else None,
        "enterprise": {"id": enterprise, "name": "Casa"} if enterprise else None,
        "is_enterprise_install": enterprise is not None,
        "api_app_id": "A0APP",
        "token": "legacy-verification-token",
        "trigger_id": f"{next(_numbers)}.trigger",
    }


def click(
    action_id: str,
    value: str | None = None,
    *,
    team: str | None = "T0CASA",
    user: str = "U0BOB",
    user_team: str | None = None,
    enterprise: str | None = None,
    channel: str = "C0GENERAL",
    message: Mapping[str, Any] | None = None,
    action_ts: str | None = None,
    block_id: str = "actions",
    option: str | None = None,
    response_url: str = "https://hooks.slack.com/actions/fake",
) -> dict[str, Any]:
    """A block_actions payload of one button in a message, or of an ``option`` of a menu."""
    message = message or {"ts": "1767225600.000100", "text": "card"}
    action = {
        "type": "button",
        "action_id": action_id,
        "block_id": block_id,
        "text": {"type": "plain_text", "text": "Go", "emoji": False},
        "action_ts": action_ts or f"1767225601.{next(_numbers):06}",
    }
    if option is not None:
        chosen = {"text": {"type": "plain_text", "text": option, "emoji": False}, "value": option}
        action = {**action, "type": "overflow", "selected_option": chosen}
    thread = {"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {}
    return {
        "type": "block_actions",
        **_who(team, user, user_team, enterprise),
        "container": {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel,
            "is_ephemeral": False,
            **thread,
        },
        "channel": {"id": channel, "name": "general"},
        "message": dict(message),
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action | ({"value": value} if value is not None else {})],
    }


def submission(
    view: Mapping[str, Any],
    values: Mapping[str, Mapping[str, Any]],
    *,
    team: str | None = "T0CASA",
    user: str = "U0ALICE",
    user_team: str | None = None,
    enterprise: str | None = None,
    trigger: str | None = None,
) -> dict[str, Any]:
    """A view_submission payload; ``values`` are element states by block_id and action_id."""
    who = _who(team, user, user_team, enterprise)
    return {
        "type": "view_submission",
        **who,
        "trigger_id": trigger or who["trigger_id"],
        "view": _view(view, values, team),
        "response_urls": [],
    }


def state(element: Mapping[str, Any], given: Any) -> dict[str, Any]:
    """The state of an input in a submission: what is ``given``, or what it held from the beginning where None is."""
    kind = element["type"]
    match kind:
        case "multi_users_select":
            held = {"selected_users": element.get("initial_users", []) if given is None else list(given)}
        case "conversations_select":
            held = {"selected_conversation": element.get("initial_conversation") if given is None else given or None}
        case "radio_buttons":
            chosen = element.get("initial_option")
            if given is not None:
                chosen = next(option for option in element["options"] if option["value"] == given)
            held = {"selected_option": chosen}
        case _:
            held = {"value": given}
    return {"type": kind, **held}


def event(event: Mapping[str, Any], *, event_id: str, team: str = "T0CASA") -> dict[str, Any]:
    """The envelope of an Events API delivery."""
    return {
        "token": "legacy-verification-token",
        "team_id": team,
        "api_app_id": "A0APP",
        "event": dict(event),
        "type": "event_callback",
        "event_id": event_id,
        "event_time": 1767225600,
        "authorizations": [{"team_id": team, "user_id": "U0BOT", "is_bot": True}],
    }


def mention(
    text: str,
    *,
    ts: str,
    event_id: str | None = None,
    team: str = "T0CASA",
    user: str = "U0ALICE",
    channel: str = "C0GENERAL",
    thread_ts: str | None = None,
    shared: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """An app_mention of somebody of the workspace, with what else the event says; None leaves a member out."""
    said = {
        "client_msg_id": "28c3e1f0-5b6f-4d7b-9d31-3f5b2f0f7d11",
        "type": "app_mention",
        "user": user,
        "text": text,
        "ts": ts,
        "team": team,
        "channel": channel,
        "event_ts": ts,
        "thread_ts": thread_ts,
        "blocks": [{"type": "rich_text", "block_id": "b1", "elements": []}],
        **more,
    }
    event_id = event_id or f"Ev{next(_numbers):08}"
    delivered = event({name: value for name, value in said.items() if value is not None}, event_id=event_id, team=team)
    return {**delivered, "is_ext_shared_channel": shared, "event_context": "4-opaque"}


def home_click(
    button: Mapping[str, Any],
    *,
    user: str = "U0ALICE",
    user_team: str | None = None,
    trigger: str | None = None,
    local: bool = False,
) -> dict[str, Any]:
    """A block_actions payload of a button in the Home tab; ``local`` as the local Slack sends it."""
    pressed = click(button["action_id"], button.get("value"), user=user, user_team=user_team or "T0CASA")
    for member in ("message", "response_url", "state"):
        del pressed[member]
    where: dict[str, Any] = (
        {"container": {"type": "message", "message_ts": "", "channel_id": ""}, "channel": {"id": ""}}
        if local
        else {
            "container": {"type": "view", "view_id": f"V0HOME{user}"},
            "view": {"id": f"V0HOME{user}", "type": "home", "team_id": "T0CASA", "state": {"values": {}}},
        }
    )
    del pressed["channel"]
    return {**pressed, **where, **({"trigger_id": trigger} if trigger else {})}


def message_action(
    message: Mapping[str, Any],
    *,
    callback_id: str = "run_stripe_command",
    team: str | None = "T0CASA",
    user: str = "U0ALICE",
    user_team: str | None = None,
    enterprise: str | None = None,
    channel: str = "C0GENERAL",
    trigger: str | None = None,
    response_url: str = "https://hooks.slack.com/app/fake",
) -> dict[str, Any]:
    """A shortcut chosen on a message."""
    who = _who(team, user, user_team, enterprise)
    return {
        "type": "message_action",
        **who,
        "trigger_id": trigger or who["trigger_id"],
        "action_ts": f"1767225601.{next(_numbers):06}",
        "callback_id": callback_id,
        "channel": {"id": channel, "name": "general"},
        "message_ts": message["ts"],
        "message": {"type": "message", "user": "U0BOB", "team": team, **message},
        "response_url": response_url,
    }


def choice(
    view: Mapping[str, Any],
    action_id: str,
    value: str,
    values: Mapping[str, Mapping[str, Any]],
    *,
    user: str = "U0ALICE",
) -> dict[str, Any]:
    """A block_actions payload of a select in a modal, with what the modal's inputs hold."""
    chosen = {"text": {"type": "plain_text", "text": value, "emoji": False}, "value": value}
    element = {"type": "static_select", "action_id": action_id}
    return view_action(view, action_id, element, {"selected_option": chosen}, values, user=user)


def _view(view: Mapping[str, Any], values: Mapping[str, Mapping[str, Any]], team: str | None) -> dict[str, Any]:
    """A view as payloads carry it: what Slack adds, unless it stands there already, and the state."""
    given = {
        "id": "V0VIEW",
        "type": "modal",
        "team_id": team,
        "app_installed_team_id": team,
        "hash": "1767225600.hash",
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "root_view_id": view.get("id", "V0VIEW"),
        "previous_view_id": None,
        "app_id": "A0APP",
        "bot_id": "B0BOT",
    }
    return {**given, **view, "state": {"values": values}}


def view_action(
    view: Mapping[str, Any],
    block_id: str,
    element: Mapping[str, Any],
    chosen: Mapping[str, Any],
    values: Mapping[str, Mapping[str, Any]],
    *,
    team: str | None = "T0CASA",
    user: str = "U0ALICE",
    user_team: str | None = None,
    enterprise: str | None = None,
    trigger: str | None = None,
) -> dict[str, Any]:
    """A block_actions payload of an element of a modal or a Home tab.

    ``chosen`` is the element's own member, such as ``{"selected_date": "2026-01-01"}`` or a button's ``{"value": …}``;
    ``values`` are the states of all inputs, this one included.
    """
    who = _who(team, user, user_team, enterprise)
    shown = {name: element[name] for name in ("text", "style", "placeholder", "confirm") if name in element}
    action = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        **shown,
        **chosen,
        "action_ts": f"1767225601.{next(_numbers):06}",
    }
    return {
        "type": "block_actions",
        **who,
        "trigger_id": trigger or who["trigger_id"],
        "container": {"type": "view", "view_id": view["id"]},
        "view": _view(view, values, team),
        "actions": [action],
    }


def local_home_click(action_id: str, value: str | None = None, *, user: str = "U0ALICE") -> dict[str, Any]:
    """A press in a Home tab as the local Slack delivers it: a message's container, an empty channel, and no view."""
    payload = click(action_id, value, user=user)
    del payload["message"]
    container = {"type": "message", "message_ts": "", "channel_id": "", "is_ephemeral": False}
    return {**payload, "container": container, "channel": {"id": "", "name": ""}}


def suggestion(
    view: Mapping[str, Any],
    block_id: str,
    action_id: str,
    typed: str,
    values: Mapping[str, Mapping[str, Any]],
    *,
    team: str | None = "T0CASA",
    user: str = "U0ALICE",
    user_team: str | None = None,
    enterprise: str | None = None,
) -> dict[str, Any]:
    """A block_suggestion payload: somebody types into an external select of a modal. It has no trigger."""
    who = _who(team, user, user_team, enterprise)
    del who["trigger_id"]
    return {
        "type": "block_suggestion",
        **who,
        "container": {"type": "view", "view_id": view["id"]},
        "action_id": action_id,
        "block_id": block_id,
        "value": typed,
        "view": _view(view, values, team),
    }


def view_closed(
    view: Mapping[str, Any],
    values: Mapping[str, Mapping[str, Any]],
    *,
    cleared: bool = False,
    team: str | None = "T0CASA",
    user: str = "U0ALICE",
    user_team: str | None = None,
    enterprise: str | None = None,
) -> dict[str, Any]:
    """A view_closed payload, of a view that asks for it; ``cleared`` where its whole stack was closed."""
    who = _who(team, user, user_team, enterprise)
    del who["trigger_id"]
    return {"type": "view_closed", **who, "view": _view(view, values, team), "is_cleared": cleared}


def home_opened(
    *,
    team: str = "T0CASA",
    user: str = "U0ALICE",
    tab: str = "home",
    view: Mapping[str, Any] | None = None,
    event_id: str | None = None,
) -> dict[str, Any]:
    """An app_home_opened event; ``view`` is what is published for the person, None before the first time."""
    opened = {
        "type": "app_home_opened",
        "user": user,
        "channel": "D" + user[1:],
        "tab": tab,
        "event_ts": f"1767225601.{next(_numbers):06}",
    }
    shown = {"view": _view(view, {}, team)} if view is not None and tab == "home" else {}
    return event({**opened, **shown}, event_id=event_id or f"Ev{next(_numbers):08}", team=team)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's signature, written from its documentation and independent of the code under test."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class Sender:
    """Posts to a front door as Slack does. ``http`` has the front door's address as its base."""

    def __init__(self, http: httpx.AsyncClient, secret: str, clock: Clock) -> None:
        self.http = http
        self.secret = secret
        self.clock = clock

    def headers(self, body: bytes, kind: str, **more: str) -> dict[str, str]:
        timestamp = str(int(self.clock.now()))
        return {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.secret, timestamp, body),
            **more,
        }

    async def post(self, body: bytes, kind: str = FORM, **more: str) -> httpx.Response:
        return await self.http.post("/slack/events", content=body, headers=self.headers(body, kind, **more))

    async def command(self, text: str, **fields: Any) -> httpx.Response:
        return await self.post(urlencode(command(text, **fields)).encode())

    async def interaction(self, payload: Mapping[str, Any]) -> httpx.Response:
        """A click, a submission, a search of a select: the form with one field that Slack sends."""
        return await self.post(urlencode({"payload": json.dumps(payload)}).encode())

    async def event(self, payload: Mapping[str, Any], **headers: str) -> httpx.Response:
        return await self.post(json.dumps(payload).encode(), JSON, **headers)
