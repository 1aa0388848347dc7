"""What Slack delivers, as values: who did what, where, and what makes the delivery unique.

The only code that looks into a payload. It takes real Slack's payloads, those of an org-wide install (whose ``team`` is
null) and the local Slack's, which leaves members out. Ids are checked in form; text is kept as it came.

The ``key`` of each value goes to :func:`bot.store.deliveries.first_time` in the transaction that has the effect, and
not before: a submission that was answered with errors may come again as it was.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from bot.errors import CountersignError
from bot.text import unescape

InputValue: TypeAlias = str | int | tuple[str, ...] | None
"""What an input holds: a text, a chosen value, id or date, seconds for a date with time, or several chosen ones."""


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
    message_ts: str | None
    thread_ts: str | None
    action_id: str
    value: str = field(repr=False)
    """The button's value or the chosen option's; made by us, yet forgeable."""
    view_id: str | None
    private_metadata: str
    trigger_id: str = field(repr=False)
    response_url: str | None = field(repr=False)
    key: str


@dataclass(frozen=True, slots=True)
class Submission:
    """Somebody submitted a modal."""

    team_id: str
    enterprise_id: str | None
    user_id: str
    user_team_id: str
    callback_id: str
    view_id: str
    private_metadata: str
    """As it came back from the person's client: forgeable."""
    values: Mapping[str, Mapping[str, InputValue]] = field(repr=False)
    """By block_id and action_id. It can hold a Stripe key."""
    trigger_id: str = field(repr=False)
    key: str

    def value(self, block_id: str) -> InputValue:
        """What the block's input holds; None where it is empty, or the block isn't there."""
        return next(iter(self.values.get(block_id, {}).values()), None)

    def text(self, block_id: str) -> str:
        """What the block's input holds as text; empty where it is empty, or the block isn't there."""
        value = self.value(block_id)
        return "" if value is None else str(value) if not isinstance(value, tuple) else ",".join(value)


def parse_command(body: Mapping[str, Any]) -> CommandReceived:
    """A slash command's form. Raises PayloadError."""
    form = _read(_Command, body)
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
    )


def parse_click(body: Mapping[str, Any]) -> Click:
    """A block_actions payload, its first action. Raises PayloadError."""
    payload = _read(_BlockActions, body)
    action = payload.actions[0]
    message_ts = payload.container.message_ts or (payload.message.ts if payload.message else None)
    view = payload.view
    return Click(
        team_id=_team(payload),
        enterprise_id=_enterprise(payload),
        user_id=payload.user.id,
        user_team_id=payload.user.team_id or "",
        channel_id=payload.container.channel_id or (payload.channel.id if payload.channel else None) or "",
        message_ts=message_ts,
        thread_ts=payload.container.thread_ts or (payload.message.thread_ts if payload.message else None),
        action_id=action.action_id,
        value=action.value
        if action.value is not None
        else action.selected_option.value
        if action.selected_option
        else "",
        view_id=view.id if view else None,
        private_metadata=view.private_metadata if view else "",
        trigger_id=payload.trigger_id,
        response_url=payload.response_url,
        key=_key("click", payload.user.id, action.action_id, action.action_ts, message_ts or (view.id if view else "")),
    )


def parse_submission(body: Mapping[str, Any]) -> Submission:
    """A view_submission payload. Raises PayloadError."""
    payload = _read(_ViewSubmission, body)
    view = payload.view
    values = {
        block_id: MappingProxyType({action_id: value.held() for action_id, value in inputs.items()})
        for block_id, inputs in view.state.values.items()
    }
    return Submission(
        # In a shared channel team is the person's own workspace; this one is where the app that opened the view lives.
        team_id=view.app_installed_team_id or _team(payload),
        enterprise_id=_enterprise(payload),
        user_id=payload.user.id,
        user_team_id=payload.user.team_id or (payload.team.id if payload.team else None) or "",
        callback_id=view.callback_id,
        view_id=view.id,
        private_metadata=view.private_metadata,
        values=MappingProxyType(values),
        trigger_id=payload.trigger_id,
        key=_key("view", payload.user.id, view.id, view.hash),
    )


def event_key(body: Mapping[str, Any]) -> str | None:
    """What makes an Events API delivery and its redeliveries one; None for what is no event."""
    event_id = body.get("event_id")
    return _key("event", event_id) if isinstance(event_id, str) and event_id else None


# Borders. Members that we do not use are ignored, null counts as absent, ids have the form of ids.

_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
_MaybeId = Annotated[_Id | None, BeforeValidator(lambda value: value or None)]
_Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]


class _Border(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)


class _Command(_Border):
    team_id: _Id
    enterprise_id: _MaybeId = None
    user_id: _Id
    channel_id: _Id
    text: _Text = ""
    trigger_id: str = Field(min_length=1)
    response_url: str | None = None


class _Named(_Border):
    id: _MaybeId = None


class _User(_Border):
    id: _Id
    team_id: _MaybeId = None


class _Container(_Border):
    message_ts: str | None = None
    channel_id: _MaybeId = None
    thread_ts: str | None = None


class _Message(_Border):
    ts: str | None = None
    thread_ts: str | None = None


class _Choice(_Border):
    value: _Text = ""


class _Action(_Border):
    action_id: str = Field(min_length=1)
    action_ts: str = Field(min_length=1)
    value: str | None = None
    selected_option: _Choice | None = None


class _File(_Border):
    id: _Id


class _Input(_Border):
    value: str | None = None
    selected_option: _Choice | None = None
    selected_options: list[_Choice] | None = None
    selected_date: str | None = None
    selected_time: str | None = None
    selected_date_time: int | None = None
    selected_user: str | None = None
    selected_users: list[str] | None = None
    selected_channel: str | None = None
    selected_channels: list[str] | None = None
    selected_conversation: str | None = None
    selected_conversations: list[str] | None = None
    files: list[_File] | None = None

    def held(self) -> InputValue:
        """The one member that is set, whatever the element's type calls it."""
        if self.selected_option is not None:
            return self.selected_option.value
        for chosen in (self.selected_options, self.files):
            if chosen is not None:
                return tuple(one.value if isinstance(one, _Choice) else one.id for one in chosen)
        for several in (self.selected_users, self.selected_channels, self.selected_conversations):
            if several is not None:
                return tuple(several)
        singles = (
            self.value,
            self.selected_date,
            self.selected_time,
            self.selected_date_time,
            self.selected_user,
            self.selected_channel,
            self.selected_conversation,
        )
        return next((single for single in singles if single is not None), None)


class _State(_Border):
    values: dict[str, dict[str, _Input]] = {}


class _View(_Border):
    id: str = Field(min_length=1)
    hash: _Text = ""
    callback_id: _Text = ""
    private_metadata: _Text = ""
    app_installed_team_id: _MaybeId = None
    state: Annotated[_State, BeforeValidator(lambda value: value or {})] = _State()


class _Interaction(_Border):
    user: _User
    team: _Named | None = None
    enterprise: _Named | None = None
    is_enterprise_install: bool = False
    trigger_id: _Text = ""


class _BlockActions(_Interaction):
    container: _Container = _Container()
    channel: _Named | None = None
    message: _Message | None = None
    view: _View | None = None
    response_url: str | None = None
    actions: list[_Action] = Field(min_length=1)


class _ViewSubmission(_Interaction):
    view: _View


_Model = TypeVar("_Model", bound=_Border)


def _read(model: type[_Model], body: Mapping[str, Any]) -> _Model:
    try:
        return model.model_validate(dict(body))
    except ValidationError as error:
        wrong = ", ".join(sorted({".".join(map(str, one["loc"])) for one in error.errors(include_input=False)}))
        # "from None": pydantic's own text is not needed, and the chain would carry the payload.
        raise PayloadError(f"Slack sent a payload that is not understood: {wrong[:200]}.") from None


def _team(payload: _Interaction) -> str:
    """The workspace. Only on an org-wide install may ``team`` be null; then the person's own one is where they act."""
    if payload.team is not None and payload.team.id is not None:
        return payload.team.id
    if _enterprise(payload) is not None and payload.user.team_id is not None:
        return payload.user.team_id
    raise PayloadError("Slack sent a payload that names no workspace.")


def _enterprise(payload: _Interaction) -> str | None:
    return payload.enterprise.id if payload.enterprise is not None else None


def _key(kind: str, *parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="surrogatepass")
        digest.update(len(data).to_bytes(8) + data)
    return f"{kind}:{digest.hexdigest()}"
