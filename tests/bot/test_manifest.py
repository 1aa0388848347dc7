"""The app manifest: the committed file is what the code says, and Slack's schema would take it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import manifest
from bot.cli import main

ROOT = Path(__file__).parents[2]
FILE = ROOT / "app_manifest.yml"


def test_the_committed_manifest_is_the_generated_one() -> None:
    """Change bot/manifest.py and write the file anew."""
    assert FILE.read_text(encoding="utf-8") == manifest.as_yaml()


@pytest.mark.parametrize("url", [None, "https://bot.example.com", "https://bot.example.com/"])
def test_the_yaml_says_what_the_code_says(url: str | None) -> None:
    """Our own writer and a real parser agree."""
    assert yaml.safe_load(manifest.as_yaml(url)) == manifest.manifest(url)


def test_http_mode_switches_socket_mode_off_and_posts_to_our_path() -> None:
    """Every address is the one that the front door listens on."""
    app: Any = manifest.manifest("https://bot.example.com/")
    assert app["settings"]["socket_mode_enabled"] is False
    interactivity = app["settings"]["interactivity"]
    assert interactivity["request_url"] == "https://bot.example.com/slack/events"
    assert interactivity["message_menu_options_url"] == "https://bot.example.com/slack/events", "searches in forms"
    assert [each["url"] for each in app["features"]["slash_commands"]] == ["https://bot.example.com/slack/events"]


def test_the_manifest_keeps_to_slacks_lengths() -> None:
    """The lengths of Slack's manifest schema."""
    app: Any = manifest.manifest()
    display = app["display_information"]
    assert 0 < len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert 175 <= len(display["long_description"]) <= 4000
    assert len(app["features"]["bot_user"]["display_name"]) <= 80
    for command in app["features"]["slash_commands"]:
        assert command["command"].startswith("/")
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    for shortcut in app["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["callback_id"]) <= 255
        assert len(shortcut["description"]) <= 150
    assert len(app["features"]["shortcuts"]) <= 10
    assert len(manifest.BOT_EVENTS) <= 100
    assert all(len(scope) <= 255 for scope in app["oauth_config"]["scopes"]["bot"])


def test_the_manifest_asks_for_no_scope_beyond_the_least() -> None:
    """Least privilege: no messages but those that mention the bot, no impersonation, no user scopes."""
    app: Any = manifest.manifest()
    least = ["app_mentions:read", "chat:write", "commands", "files:read", "files:write", "im:write", "users:read"]
    assert app["oauth_config"]["scopes"] == {
        "bot": [*least, "usergroups:read"],
        "bot_optional": ["usergroups:read"],
    }


def test_check_passes_on_the_committed_file_and_fails_on_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """CI compares with one command."""
    assert main(["manifest", "--check", str(FILE)]) == 0
    other = tmp_path / "app_manifest.yml"
    other.write_text(FILE.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    assert main(["manifest", "--check", str(other)]) == 1
    assert main(["manifest", "--check", str(tmp_path / "absent.yml")]) == 1
    assert "out of date" in capsys.readouterr().err


def test_printed_the_manifest_is_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    """`countersign manifest > app_manifest.yml` writes it."""
    assert main(["manifest"]) == 0
    assert capsys.readouterr().out == FILE.read_text(encoding="utf-8")
