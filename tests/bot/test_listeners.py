"""What is registered with Bolt is what the manifest asks Slack to deliver, and the other way round."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, cast

from slack_bolt.async_app import AsyncApp

from bot import manifest
from bot.listeners import Listeners


class Registered:
    """In an app's place: what was registered, by kind."""

    def __init__(self) -> None:
        self.names: dict[str, list[Any]] = defaultdict(list)

    def __getattr__(self, kind: str) -> Callable[[Any], Callable[[Any], None]]:
        def register(name: Any) -> Callable[[Any], None]:
            self.names[kind].append(name)
            return lambda _: None

        return register


def test_the_listeners_are_those_of_the_manifest() -> None:
    """A command, an event or a shortcut in one and not in the other would never come, or never be answered."""
    app = Registered()
    rooms: Any = None
    Listeners(**dict.fromkeys(Listeners.__dataclass_fields__, rooms)).register(cast(AsyncApp, app))
    made: Any = manifest.manifest()
    features = made["features"]
    assert app.names["command"] == [each["command"] for each in features["slash_commands"]]
    assert app.names["shortcut"] == [each["callback_id"] for each in features["shortcuts"]]
    assert app.names["event"] == made["settings"]["event_subscriptions"]["bot_events"]
    assert made["settings"]["interactivity"]["is_enabled"]


def test_no_view_and_no_action_is_registered_twice() -> None:
    """The second listener would never be asked."""
    app = Registered()
    rooms: Any = None
    Listeners(**dict.fromkeys(Listeners.__dataclass_fields__, rooms)).register(cast(AsyncApp, app))
    for kind in ("action", "view"):
        names = [str(each) for each in app.names[kind]]
        assert len(set(names)) == len(names)
