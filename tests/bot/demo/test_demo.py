"""The demo's own decisions: ports, settings that reach nothing outside, and an end that takes everything along."""

import asyncio
import os
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.demo import demo as parts
from bot.demo.local_slack import ALICE, BOB, LocalSlack, Workspace
from bot.errors import ConfigError
from bot.settings import is_loopback, names
from tests.browser.demo_process import running_demo
from tests.local_programs import local_slack_program
from tests.local_slack import acting


def test_a_taken_port_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Port 3000 is everybody's favourite."""
    with socket.create_server(("", 0)) as listener:
        port = listener.getsockname()[1]
        monkeypatch.setattr(parts, "FIRST_PORT", port)
        assert port < parts.free_port() < port + parts.PORTS_TRIED
        monkeypatch.setattr(parts, "PORTS_TRIED", 1)
        with pytest.raises(ConfigError, match="--port"):
            parts.free_port()


async def test_the_bot_of_the_demo_knows_no_address_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever tokens and addresses are in the shell, the demo talks to this machine alone."""
    for name in names().values():
        monkeypatch.setenv(name, "xoxb-real")
    ended = asyncio.get_running_loop().create_future()
    slack = LocalSlack(url="http://127.0.0.1:3000", workspace=Workspace(), ended=ended)
    settings = parts.settings(tmp_path, slack, "http://127.0.0.1:9000")
    for address in (settings.slack_api_url, settings.stripe_api_base):
        assert address is not None
        assert is_loopback(urlsplit(address).hostname or "")
    assert str(tmp_path) in settings.database_url.get_secret_value()
    assert settings.proxy is None
    assert settings.admins == (ALICE.id, BOB.id)


@pytest.mark.parametrize(
    ("platform", "environment", "screen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_browser_is_opened_only_where_there_is_a_screen(
    platform: str, environment: dict[str, str], screen: bool
) -> None:
    """On a server, the standard library would start a text browser in the terminal."""
    assert parts.has_screen(platform, environment) is screen


@pytest.mark.browser
async def test_killing_the_demo_leaves_nothing_running() -> None:
    """SIGKILL can't be handled, so the local Slack ends because the demo is gone."""
    local_slack_program()
    with running_demo("--port", "0") as demo:
        async with acting(demo.slack_url) as people:
            demo.process.kill()
            with pytest.raises(ConnectionError, match="closed"):
                await people.event("what never comes")
            await asyncio.to_thread(demo.process.wait)


@pytest.mark.browser
async def test_a_local_slack_that_dies_ends_the_demo_with_a_sentence() -> None:
    """Nobody is left with a bot that talks to nothing."""
    local_slack_program()
    with running_demo("--port", "0") as demo:
        guard = next(child for child in children(demo.process.pid) if "guard.py" in command_of(child))
        os.kill(guard, signal.SIGTERM)
        assert await asyncio.to_thread(demo.process.wait) == 1


def children(pid: int) -> list[int]:
    """The processes that ``pid`` started, by Linux's own list."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid: int) -> str:
    """The command line of a process."""
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
