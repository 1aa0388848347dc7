"""A local Slack with people and channels, as a child process: a workspace for the bot, and a web page for its people.

It is a toy for one machine: it checks no token, shows everybody everything, and listens on all of the machine's
addresses (it has no setting for that), so that the demo says so and holds nothing but invented data.
"""

import asyncio
import json
import re
import sys
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.demo import guard
from bot.errors import ConfigError

START_SECONDS = 30
STOP_SECONDS = 10
_ADDRESS = re.compile(r"Web UI:\s+(http://\S+)")


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the workspace."""

    id: str
    name: str
    real_name: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A public channel with everybody in it."""

    id: str
    name: str
    topic: str


ALICE = Person(id="U01ALICE", name="alice", real_name="Alice Moreau")
BOB = Person(id="U02BOB", name="bob", real_name="Bob Okafor")
SUPPORT = Channel(id="C01SUPPORT", name="support", topic="Customers, charges and refunds")
FINANCE = Channel(id="C02FINANCE", name="finance", topic="Whatever needs a second pair of eyes")


@dataclass(frozen=True, slots=True)
class Workspace:
    """What the local Slack is told to be. Its tokens open nothing anywhere."""

    name: str = "Lanternfish Coffee"
    team_id: str = "T01LANTERN"
    app_id: str = "A01COUNTERSIGN"
    bot_user_id: str = "U00COUNTERSIGN"
    bot_name: str = "countersign"
    people: Sequence[Person] = (ALICE, BOB)
    channels: Sequence[Channel] = (SUPPORT, FINANCE)
    bot_token: str = field(default="xoxb-local-slack", repr=False)
    app_token: str = field(default="xapp-local-slack", repr=False)
    signing_secret: str = field(default="local-slack-signing-secret", repr=False)
    request_url: str | None = None
    """Where it posts commands and clicks; not set, the bot connects by Socket Mode."""

    def config(self) -> dict[str, object]:
        """The configuration file's content."""
        app: dict[str, object] = {
            "appId": self.app_id,
            "botUserId": self.bot_user_id,
            "botName": self.bot_name,
            "botToken": self.bot_token,
            "appToken": self.app_token,
            "signingSecret": self.signing_secret,
            "mode": "events" if self.request_url else "socket",
        }
        if self.request_url:
            app["requestUrl"] = self.request_url
        members = [self.bot_user_id, *(person.id for person in self.people)]
        return {
            "workspace": {"name": self.name, "domain": self.name.lower().replace(" ", "-"), "teamId": self.team_id},
            "apps": [app],
            "users": [
                {
                    "id": person.id,
                    "name": person.name,
                    "real_name": person.real_name,
                    "email": f"{person.name}@example.com",
                    "tz": "Etc/UTC",
                }
                for person in self.people
            ],
            "channels": [
                {"id": channel.id, "name": channel.name, "topic": channel.topic, "members": members}
                for channel in self.channels
            ],
        }


@dataclass(frozen=True, slots=True)
class LocalSlack:
    """A running local Slack."""

    url: str
    """The web page's address, without a closing slash."""
    workspace: Workspace
    ended: "asyncio.Future[int]"
    """Done, with the exit status, when the process has ended by itself."""

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"


@asynccontextmanager
async def running(
    program: Path, directory: Path, *, port: int = 0, workspace: Workspace | None = None
) -> AsyncIterator[LocalSlack]:
    """Run the local Slack for the length of the block, with its files in ``directory``.

    ``port`` 0 takes any free one. Raises ConfigError when it doesn't come up, such as on a taken port.
    """
    workspace = workspace or Workspace()
    config = directory / "local-slack.json"
    config.write_text(json.dumps(workspace.config()), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        guard.__file__,
        str(program),
        *("--config", str(config), "--port", str(port), "--base-host", "127.0.0.1"),
        *("--files-dir", str(directory / "files")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        # Its own group, so that Ctrl-C reaches the demo alone and the demo decides the order of ending.
        start_new_session=True,
    )
    if process.stdout is None or process.stdin is None:
        raise RuntimeError("the process was started with pipes")
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    output = asyncio.create_task(_follow(process.stdout, address))
    try:
        async with asyncio.timeout(START_SECONDS):
            url = await address
        yield LocalSlack(url=url, workspace=workspace, ended=asyncio.ensure_future(process.wait()))
    except TimeoutError:
        raise ConfigError(f"The local Slack said nothing for {START_SECONDS} seconds.") from None
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
        await output


async def _follow(stdout: asyncio.StreamReader, address: "asyncio.Future[str]") -> None:
    """Read the program's output to its end, so that it never waits for a full pipe; its address is in there."""
    said: deque[str] = deque(maxlen=20)
    while line := (await stdout.readline()).decode(errors="replace"):
        said.append(line.strip())
        if not address.done() and (found := _ADDRESS.search(line)):
            address.set_result(found[1])
    if not address.done():
        reasons = [each for each in said if each.startswith(("error", "✗", "-"))] or list(said)
        address.set_exception(ConfigError(f"The local Slack did not start: {' '.join(reasons)}"))
