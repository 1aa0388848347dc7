"""The members of Slack's payloads that are used, checked in form.

Members that we do not use are ignored, null counts as absent, ids have the form of ids. What is read here becomes a
value in :mod:`bot.inbound`; nothing else looks into a payload.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

InputValue: TypeAlias = str | int | tuple[str, ...] | None
"""What an input holds: a text, a chosen value, id or date, seconds for a date with time, or several chosen ones."""

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
MaybeId = Annotated[Id | None, BeforeValidator(lambda value: value or None)]
Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]


class Border(BaseModel):
    """What every payload has in common."""

    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)


class Command(Border):
    """A slash command's form."""

    team_id: Id
    enterprise_id: MaybeId = None
    user_id: Id
    channel_id: Id
    channel_name: Text = ""
    text: Text = ""
    trigger_id: str = Field(min_length=1)
    response_url: str | None = None


class Named(Border):
    """Something with an id."""

    id: MaybeId = None
    name: Text = ""


class User(Border):
    """Who acts."""

    id: Id
    team_id: MaybeId = None


class Container(Border):
    """What an action's element stands in."""

    message_ts: str | None = None
    channel_id: MaybeId = None
    thread_ts: str | None = None
    is_ephemeral: bool = False


class CardMessage(Border):
    """The message that an action's element stands in."""

    ts: str | None = None
    thread_ts: str | None = None


class Choice(Border):
    """A chosen option."""

    value: Text = ""


class File(Border):
    """An uploaded file."""

    id: Id


class Input(Border):
    """The state of an input."""

    value: str | None = None
    selected_option: Choice | None = None
    selected_options: list[Choice] | None = None
    selected_date: str | None = None
    selected_time: str | None = None
    selected_date_time: int | None = None
    selected_user: str | None = None
    selected_users: list[str] | None = None
    selected_channel: str | None = None
    selected_channels: list[str] | None = None
    selected_conversation: str | None = None
    selected_conversations: list[str] | None = None
    files: list[File] | None = None

    def held(self) -> InputValue:
        """The one member that is set, whatever the element's type calls it."""
        if self.selected_option is not None:
            return self.selected_option.value
        for chosen in (self.selected_options, self.files):
            if chosen is not None:
                return tuple(one.value if isinstance(one, Choice) else one.id for one in chosen)
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


class Action(Input):
    """One press or choice, with what the element then holds."""

    action_id: str = Field(min_length=1)
    block_id: Text = ""
    action_ts: str = Field(min_length=1)


class State(Border):
    """What a view's inputs hold."""

    values: Annotated[dict[str, dict[str, Input]], BeforeValidator(lambda value: value or {})] = {}


class View(Border):
    """A modal or a Home tab."""

    id: str = Field(min_length=1)
    type: Text = ""
    hash: Text = ""
    callback_id: Text = ""
    private_metadata: Text = ""
    app_installed_team_id: MaybeId = None
    state: Annotated[State, BeforeValidator(lambda value: value or {})] = State()


class Interaction(Border):
    """What all interactions have in common."""

    user: User
    team: Named | None = None
    enterprise: Named | None = None
    is_enterprise_install: bool = False
    trigger_id: Text = ""


class BlockActions(Interaction):
    """A press or a choice."""

    container: Container = Container()
    channel: Named | None = None
    message: CardMessage | None = None
    view: View | None = None
    response_url: str | None = None
    actions: list[Action] = Field(min_length=1)


class ViewSubmission(Interaction):
    """A submitted modal."""

    view: View


class BlockSuggestion(Interaction):
    """A search in an external select. One that stands in a message has no view."""

    action_id: str = Field(min_length=1)
    block_id: Text = ""
    value: Text = ""
    view: View | None = None


class ViewClosed(Interaction):
    """A modal that was closed without being submitted."""

    view: View
    is_cleared: bool = False


class Channel(Border):
    """A channel."""

    id: Id
    name: Text = ""


class MessageAction(Interaction):
    """A shortcut chosen on a message."""

    callback_id: str = Field(min_length=1)
    channel: Channel
    message: dict[str, Any]
    message_ts: str | None = None
    response_url: str | None = None


class Authorization(Border):
    """An installation that an event is for."""

    team_id: MaybeId = None
    enterprise_id: MaybeId = None


class MentionEvent(Border):
    """An ``app_mention`` event. Slack says nothing of the team of some messages, such as those with a file."""

    user: MaybeId = None
    bot_id: MaybeId = None
    channel: Id
    channel_type: Text = ""
    ts: str = Field(min_length=1)
    thread_ts: str | None = None
    text: Text = ""
    subtype: str | None = None
    edited: dict[str, Any] | None = None
    team: MaybeId = None
    user_team: MaybeId = None
    source_team: MaybeId = None


class Envelope(Border):
    """What all events come in."""

    team_id: MaybeId = None
    event_id: str = Field(min_length=1)
    authorizations: Annotated[list[Authorization], BeforeValidator(lambda value: value or [])] = []


class Mention(Envelope):
    """The envelope of an ``app_mention`` event."""

    is_ext_shared_channel: bool = False
    event: MentionEvent


class HomeOpenedEvent(Border):
    """An ``app_home_opened`` event."""

    user: Id
    tab: Text = "home"


class HomeOpened(Envelope):
    """The envelope of an ``app_home_opened`` event."""

    event: HomeOpenedEvent


_SHOWN = frozenset(
    {"text", "pretext", "title", "value", "fallback", "footer", "author_name", "alt_text", "description"}
    | {"url", "title_link", "from_url", "author_link"}
)
"""The members of messages, blocks and attachments that people see, or that links go to."""
MOST_PARTS = 4_000
MOST_CHARACTERS = 20_000
"""How much of a message is looked at: more than people read, and little enough to be read while a trigger lives."""


def texts(message: Mapping[str, Any]) -> Iterator[str]:
    """What a message shows, in its order, wherever apps put it. Whatever the message is, this ends soon."""
    left = MOST_CHARACTERS
    waiting: list[tuple[str, object]] = [("", message)]
    for _ in range(MOST_PARTS):
        if not waiting or left <= 0:
            return
        name, part = waiting.pop()
        if isinstance(part, str) and name in _SHOWN:
            yield part[:left]
            left -= len(part)
        elif isinstance(part, Mapping):
            # What a button hands back is called a value too, and nobody sees it.
            hidden = {"value"} if "type" in part else set()
            waiting += [(key, part[key]) for key in reversed(list(part)[:MOST_PARTS]) if key not in hidden]
        elif isinstance(part, list):
            waiting += [(name, item) for item in reversed(part[:MOST_PARTS])]
