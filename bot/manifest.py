"""The Slack app manifest, from one list of what the bot registers: its command, shortcut, events and scopes.

``app_manifest.yml`` is what :func:`as_yaml` writes for Socket Mode; a test compares the two. For HTTP mode,
``countersign manifest --url https://…`` prints the same app with Socket Mode off.
"""

import json
from typing import TypeAlias

Node: TypeAlias = "str | int | bool | dict[str, Node] | list[Node]"

COMMAND = "/stripe"
EVENTS_PATH = "/slack/events"
MESSAGE_SHORTCUT = "run_stripe_command"
MENTION = "app_mention"
HOME_OPENED = "app_home_opened"
BOT_SCOPES = ("app_mentions:read", "chat:write", "commands", "files:read", "files:write", "im:write", "users:read")
"""Messages that mention the bot, posting and updating its own, the command and the shortcut, files that people upload
for Stripe, large results as files, direct messages, and who may approve."""
OPTIONAL_SCOPES = ("usergroups:read",)
"""Who is in a user group that has a role. Without it all else works, and nobody has a role from a group."""
BOT_EVENTS = (MENTION, HOME_OPENED)
EXAMPLE_URL = "https://countersign.example.com"

HEADER = """\
# The Slack app of Countersign, written by `countersign manifest` (a test compares them; edit bot/manifest.py instead).
# Create the app at https://api.slack.com/apps with "From a manifest". As it stands it uses Socket Mode, which needs no
# public address. For HTTP mode take what `countersign manifest --url https://your.host` prints.
"""


def manifest(url: str | None = None) -> dict[str, Node]:
    """The manifest for HTTP mode at ``url``, or for Socket Mode where none is given."""
    # Slack ignores the addresses in Socket Mode, and wants them in place before Socket Mode is switched off.
    endpoint = (url or EXAMPLE_URL).rstrip("/") + EVENTS_PATH
    settings: dict[str, Node] = {
        "event_subscriptions": {"request_url": endpoint, "bot_events": list(BOT_EVENTS)},
        # The searches of forms go to an address of their own, which may be the same.
        "interactivity": {"is_enabled": True, "request_url": endpoint, "message_menu_options_url": endpoint},
        "org_deploy_enabled": False,
        "socket_mode_enabled": url is None,
        "token_rotation_enabled": False,
    }
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Countersign",
            "description": "Stripe from Slack, with a second person's approval for what gives money back or deletes.",
            "long_description": (
                "Type /stripe and any Stripe operation, in the words of the Stripe CLI; the answer stands in a thread "
                "under the message that says who ran what. In a thread, mention @countersign or choose the shortcut on "
                "a message. Refunds, deletions and whatever else is destructive wait until a second person approves "
                "them with a button. Stripe keys are kept encrypted, test mode is the default, and every step is on "
                "record."
            ),
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "countersign", "always_online": True},
            "shortcuts": [
                {
                    "name": "Run Stripe command",
                    "type": "message",
                    "callback_id": MESSAGE_SHORTCUT,
                    "description": "Run a command about what the message names, answered in its thread",
                }
            ],
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Run any Stripe operation",
                    "usage_hint": "nothing, to choose what to do | jenny@example.com | refund ch_… 12.50 | help",
                    "url": endpoint,
                    "should_escape": False,
                }
            ],
        },
        # What is optional stands in both lists.
        "oauth_config": {"scopes": {"bot": [*BOT_SCOPES, *OPTIONAL_SCOPES], "bot_optional": list(OPTIONAL_SCOPES)}},
        "settings": settings,
    }


def as_yaml(url: str | None = None) -> str:
    """The manifest as YAML, with a header that says where it comes from."""
    return HEADER + "\n".join(_lines(manifest(url), "")) + "\n"


def _lines(node: "dict[str, Node]", indent: str) -> list[str]:
    lines = []
    for key, value in node.items():
        match value:
            case dict():
                lines += [f"{indent}{key}:", *_lines(value, indent + "  ")]
            case list():
                lines += [f"{indent}{key}:", *(line for item in value for line in _item(item, indent + "  "))]
            case _:
                lines.append(f"{indent}{key}: {_scalar(value)}")
    return lines


def _item(item: Node, indent: str) -> list[str]:
    if not isinstance(item, dict):
        return [f"{indent}- {_scalar(item)}"]
    first, *rest = _lines(item, indent + "  ")
    return [f"{indent}- {first.lstrip()}", *rest]


def _scalar(value: Node) -> str:
    # A JSON string is a YAML string, whatever it holds.
    return json.dumps(value, ensure_ascii=False)
