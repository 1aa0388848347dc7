"""What Slack delivers, as values: who did what, where, and what makes the delivery unique.

The only code that looks into a payload, by the models of :mod:`bot.borders`. It takes real Slack's payloads, those of
an org-wide install (whose ``team`` is null) and the local Slack's, which leaves members out. Ids are checked in form;
text is kept as it came.

The ``key`` of each value goes to :func:`bot.store.deliveries.first_time` in the transaction that has the effect, and
not before: a submission that was answered with errors may come again as it was.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from pydantic import ValidationError

from bot import borders
from bot.borders import InputValue
from bot.errors import CountersignError
from bot.text import unescape

InputValues: TypeAlias = Mapping[str, Mapping[str, InputValue]]
"""What the inputs of a view hold, by block_id and action_id."""


PRIVATE_CHANNEL = "privategroup"
"""What Slack calls a private channel where it would name one of its channels."""


class PayloadError(CountersignError):
    """A payload is not of the form Slack documents. The message names members, never what they hold."""


@dataclass(frozen=True, slots=True)
class CommandReceived:
    """Somebody typed ``/stripe …``."""

    team_id: str
    enterprise_id: str | None
    user_id: str
    user_team_id: str
    """The workspace the person belongs to; of commands, always the one they were typed in."""
    channel_id: str
    thread_ts: None
    """Slash commands don't run in threads."""
    text: str = field(repr=False)
    trigger_id: str = field(repr=False)
    response_url: str | None = field(repr=False)
    """Secret-like, and not checked yet: :meth:`bot.slack_api.SlackApi.respond` posts only where Slack is."""
    key: str
    closed: bool = False
    """Whether it was typed in a private channel, as far as Slack says."""


@dataclass(frozen=True, slots=True)
class Click:
    """Somebody clicked a button or chose from a select."""

    team_id: str
    """The workspace of the card."""
    enterprise_id: str | None
    user_id: str
    user_team_id: str
    """The workspace the clicker belongs to, another one in a channel shared by Slack Connect; empty when not told."""
    channel_id: str
    """Empty in App Home and modals."""
    at_home: bool
    """Whether the element stands in the Home tab."""
    message_ts: str | None
    thread_ts: str | None
    block_id: str
    action_id: str
    value: str = field(repr=False)
    """The button's value or the chosen option's; made by us, yet forgeable. Of several, joined by commas."""
    chosen: InputValue = field(repr=False)
    """What the element holds now, of whatever kind it is."""
    view_id: str | None
    """The modal's or the Home tab's, where the element stands in one."""
    view_hash: str
    """For an update that is to fail where the view has changed since; like callback_id, empty outside of views."""
    callback_id: str
    private_metadata: str
    values: InputValues = field(repr=False)
    """What the inputs beside it hold, in a view."""
    trigger_id: str = field(repr=False)
    response_url: str | None = field(repr=False)
    key: str
    alone: bool = False
    """Whether it stands in a message that the clicker alone sees."""
    closed: bool = False
    """Whether it stands in a private channel, as far as Slack says."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody wrote ``@countersign …`` in a channel that the bot is in."""

    team_id: str
    enterprise_id: str | None
    user_id: str
    user_team_id: str
    """The workspace the person belongs to; in a channel shared by Slack Connect empty where Slack doesn't tell."""
    channel_id: str
    ts: str
    thread_ts: str | None
    text: str = field(repr=False)
    """As Slack writes it: see :mod:`bot.event_text`."""
    response_url: None
    """Events have none, and no trigger either."""
    key: str
    closed: bool = False
    """Whether it was written in a private channel, as far as Slack says."""


@dataclass(frozen=True, slots=True)
class MessageShortcut:
    """Somebody chose a shortcut on a message."""

    team_id: str
    enterprise_id: str | None
    user_id: str
    user_team_id: str
    callback_id: str
    channel_id: str
    ts: str
    """The message's."""
    thread_ts: str | None
    """The thread that the message is in, or has begun."""
    texts: tuple[str, ...] = field(repr=False)
    """What the message shows and links to: the first of it, where there is a lot."""
    trigger_id: str = field(repr=False)
    response_url: str | None = field(repr=False)
    key: str
    closed: bool = False
    """Whether the message stands in a private channel, as far as Slack says."""


@dataclass(frozen=True, slots=True)
class Submission:
    """Somebody submitted a modal."""

    team_id: str
    enterprise_id: str | None
    user_id: str
    user_team_id: str
    callback_id: str
    view_id: str
    view_hash: str
    private_metadata: str
    """As it came back from the person's client: forgeable."""
    values: InputValues = field(repr=False)
    """It can hold a Stripe key."""
    trigger_id: str = field(repr=False)
    key: str

    def value(self, block_id: str) -> InputValue:
        """What the block's input holds; None where it is empty, or the block isn't there."""
        return next(iter(self.values.get(block_id, {}).values()), None)

    def text(self, block_id: str) -> str:
        """What the block's input holds as text; empty where it is empty, or the block isn't there."""
        return _text(self.value(block_id))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody types into an external select, and Slack wants the options at once."""

    team_id: str
    enterprise_id: str | None
    user_id: str
    user_team_id: str
    action_id: str
    block_id: str
    query: str = field(repr=False)
    """What was typed, which may be nothing yet."""
    view_id: str | None
    """None where the select stands in a message."""
    callback_id: str
    private_metadata: str
    values: InputValues = field(repr=False)


@dataclass(frozen=True, slots=True)
class Closed:
    """Somebody closed a modal that asks to be told, without submitting it."""

    team_id: str
    user_id: str
    user_team_id: str
    callback_id: str
    view_id: str
    private_metadata: str
    values: InputValues = field(repr=False)
    cleared: bool
    """The whole stack was closed. The local Slack closes all of it, and says False."""


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody opened the app's Home tab."""

    team_id: str
    enterprise_id: str | None
    user_id: str
    user_team_id: str
    tab: str
    key: str


def parse_command(body: Mapping[str, Any]) -> CommandReceived:
    """A slash command's form. Raises PayloadError."""
    form = _read(borders.Command, body)
    return CommandReceived(
        team_id=form.team_id,
        enterprise_id=form.enterprise_id,
        user_id=form.user_id,
        user_team_id=form.team_id,
        channel_id=form.channel_id,
        thread_ts=None,
        text=unescape(form.text),
        trigger_id=form.trigger_id,
        response_url=form.response_url,
        key=_key("command", form.user_id, form.trigger_id),
        closed=form.channel_name == PRIVATE_CHANNEL,
    )


def parse_click(body: Mapping[str, Any]) -> Click:
    """A block_actions payload, its first action. Raises PayloadError."""
    payload = _read(borders.BlockActions, body)
    action = payload.actions[0]
    message_ts = payload.container.message_ts or (payload.message.ts if payload.message else None) or None
    channel_id = payload.container.channel_id or (payload.channel.id if payload.channel else None) or ""
    view = payload.view
    chosen = action.held()
    return Click(
        team_id=_installed(payload, view),
        enterprise_id=_enterprise(payload),
        user_id=payload.user.id,
        user_team_id=payload.user.team_id or "",
        channel_id=channel_id,
        # The local Slack names neither a channel nor a view there.
        at_home=not channel_id and (view is None or view.type == "home"),
        message_ts=message_ts,
        thread_ts=payload.container.thread_ts or (payload.message.thread_ts if payload.message else None),
        block_id=action.block_id,
        action_id=action.action_id,
        value=_text(chosen),
        chosen=chosen,
        view_id=view.id if view else None,
        view_hash=view.hash if view else "",
        callback_id=view.callback_id if view else "",
        private_metadata=view.private_metadata if view else "",
        values=_values(view),
        trigger_id=payload.trigger_id,
        response_url=payload.response_url,
        key=_key("click", payload.user.id, action.action_id, action.action_ts, message_ts or (view.id if view else "")),
        alone=payload.container.is_ephemeral,
        closed=payload.channel is not None and payload.channel.name == PRIVATE_CHANNEL,
    )


def parse_mention(body: Mapping[str, Any]) -> Mention | None:
    """An app_mention event; None for one that nobody just wrote: a bot's, an edit, a notice. Raises PayloadError."""
    envelope = _read(borders.Mention, body)
    event = envelope.event
    if event.user is None or event.bot_id is not None or event.edited is not None or event.subtype not in _WRITTEN:
        return None
    team_id, enterprise_id = _where(envelope)
    told = [team for team in (event.user_team, event.source_team, event.team) if team is not None]
    others = [team for team in told if team != team_id]
    return Mention(
        team_id=team_id,
        enterprise_id=enterprise_id,
        user_id=event.user,
        user_team_id=others[0] if others else team_id if told or not envelope.is_ext_shared_channel else "",
        channel_id=event.channel,
        ts=event.ts,
        thread_ts=event.thread_ts,
        text=event.text,
        response_url=None,
        key=_key("event", envelope.event_id),
        closed=event.channel_type == "group",
    )


def parse_message_shortcut(body: Mapping[str, Any]) -> MessageShortcut:
    """A message_action payload. Raises PayloadError."""
    payload = _read(borders.MessageAction, body)
    message = _read(borders.CardMessage, payload.message)
    ts = payload.message_ts or message.ts
    if not ts:
        raise PayloadError("Slack sent a payload that names no message.")
    return MessageShortcut(
        team_id=_team(payload),
        enterprise_id=_enterprise(payload),
        user_id=payload.user.id,
        user_team_id=payload.user.team_id or "",
        callback_id=payload.callback_id,
        channel_id=payload.channel.id,
        ts=ts,
        thread_ts=message.thread_ts,
        texts=tuple(borders.texts(payload.message)),
        trigger_id=payload.trigger_id,
        response_url=payload.response_url,
        key=_key("shortcut", payload.user.id, payload.trigger_id),
        closed=payload.channel.name == PRIVATE_CHANNEL,
    )


def parse_submission(body: Mapping[str, Any]) -> Submission:
    """A view_submission payload. Raises PayloadError."""
    payload = _read(borders.ViewSubmission, body)
    view = payload.view
    return Submission(
        team_id=_installed(payload, view),
        enterprise_id=_enterprise(payload),
        user_id=payload.user.id,
        user_team_id=payload.user.team_id or (payload.team.id if payload.team else None) or "",
        callback_id=view.callback_id,
        view_id=view.id,
        view_hash=view.hash,
        private_metadata=view.private_metadata,
        values=_values(view),
        trigger_id=payload.trigger_id,
        key=_key("view", payload.user.id, view.id, view.hash),
    )


def parse_suggestion(body: Mapping[str, Any]) -> Suggestion:
    """A block_suggestion payload. Raises PayloadError."""
    payload = _read(borders.BlockSuggestion, body)
    view = payload.view
    return Suggestion(
        team_id=_installed(payload, view),
        enterprise_id=_enterprise(payload),
        user_id=payload.user.id,
        user_team_id=payload.user.team_id or "",
        action_id=payload.action_id,
        block_id=payload.block_id,
        query=payload.value,
        view_id=view.id if view else None,
        callback_id=view.callback_id if view else "",
        private_metadata=view.private_metadata if view else "",
        values=_values(view),
    )


def parse_view_closed(body: Mapping[str, Any]) -> Closed:
    """A view_closed payload. Raises PayloadError."""
    payload = _read(borders.ViewClosed, body)
    view = payload.view
    return Closed(
        team_id=_installed(payload, view),
        user_id=payload.user.id,
        user_team_id=payload.user.team_id or "",
        callback_id=view.callback_id,
        view_id=view.id,
        private_metadata=view.private_metadata,
        values=_values(view),
        cleared=payload.is_cleared,
    )


def parse_home_opened(body: Mapping[str, Any]) -> HomeOpened | None:
    """An app_home_opened event; None for one of another tab than Home. Raises PayloadError."""
    envelope = _read(borders.HomeOpened, body)
    if envelope.event.tab != "home":
        return None
    team_id, enterprise_id = _where(envelope)
    return HomeOpened(
        team_id=team_id,
        enterprise_id=enterprise_id,
        user_id=envelope.event.user,
        # Home tabs are shown to people of the workspace that the app is in.
        user_team_id=team_id,
        tab=envelope.event.tab,
        key=_key("event", envelope.event_id),
    )


def event_key(body: Mapping[str, Any]) -> str | None:
    """What makes an Events API delivery and its redeliveries one; None for what is no event."""
    event_id = body.get("event_id")
    return _key("event", event_id) if isinstance(event_id, str) and event_id else None


_Model = TypeVar("_Model", bound=borders.Border)

_WRITTEN = frozenset({None, "file_share", "thread_broadcast"})
"""The subtypes of what somebody wrote: none, with a file, and a reply that is shown in the channel too."""


def _read(model: type[_Model], body: Mapping[str, Any]) -> _Model:
    try:
        return model.model_validate(dict(body))
    except ValidationError as error:
        wrong = ", ".join(sorted({".".join(map(str, one["loc"])) for one in error.errors(include_input=False)}))
        # "from None": pydantic's own text is not needed, and the chain would carry the payload.
        raise PayloadError(f"Slack sent a payload that is not understood: {wrong[:200]}.") from None


def _team(payload: borders.Interaction) -> str:
    """The workspace. Only on an org-wide install may ``team`` be null; then the person's own one is where they act."""
    if payload.team is not None and payload.team.id is not None:
        return payload.team.id
    if _enterprise(payload) is not None and payload.user.team_id is not None:
        return payload.user.team_id
    raise PayloadError("Slack sent a payload that names no workspace.")


def _installed(payload: borders.Interaction, view: borders.View | None) -> str:
    """The workspace where the app that opened the view lives; ``team`` is the person's own one in a shared channel."""
    return (view.app_installed_team_id if view is not None else None) or _team(payload)


def _where(envelope: borders.Envelope) -> tuple[str, str | None]:
    """The workspace of an event, and its organisation.

    In a shared channel the envelope's own team may be another workspace; the authorization is our installation.
    """
    ours = envelope.authorizations[0] if envelope.authorizations else borders.Authorization()
    team_id = ours.team_id or envelope.team_id
    if team_id is None:
        raise PayloadError("Slack sent a payload that names no workspace.")
    return team_id, ours.enterprise_id


def _enterprise(payload: borders.Interaction) -> str | None:
    return payload.enterprise.id if payload.enterprise is not None else None


def _key(kind: str, *parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="surrogatepass")
        digest.update(len(data).to_bytes(8) + data)
    return f"{kind}:{digest.hexdigest()}"


def _text(value: InputValue) -> str:
    return "" if value is None else str(value) if not isinstance(value, tuple) else ",".join(value)


def _values(view: borders.View | None) -> InputValues:
    if view is None:
        return MappingProxyType({})
    return MappingProxyType(
        {
            block_id: MappingProxyType({action_id: value.held() for action_id, value in inputs.items()})
            for block_id, inputs in view.state.values.items()
        }
    )
