"""The local Slack as a child process: it comes up as configured, says why not, and never outlives the demo."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.demo import guard
from bot.demo.local_slack import ALICE, BOB, FINANCE, SUPPORT, running
from bot.errors import ConfigError
from bot.files import NOT_YOURS, Files
from bot.slack_api import SlackApi
from operations.call import FileContent
from operations.clock import SystemClock
from tests.local_programs import local_slack_program
from tests.local_slack import acting

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def program() -> Path:
    return local_slack_program()


async def test_a_started_local_slack_has_our_people_channels_and_app(program: Path, tmp_path: Path) -> None:
    """The workspace is the one that the configuration describes."""
    async with running(program, tmp_path) as slack, acting(slack.url) as people:
        state = await people.state()
    assert [app["mode"] for app in state["apps"]] == ["socket"]
    assert {user["id"] for user in state["users"]} == {ALICE.id, BOB.id, slack.workspace.bot_user_id}
    assert {channel["name"] for channel in state["channels"]} == {SUPPORT.name, FINANCE.name}


async def test_a_file_that_is_put_into_it_can_be_fetched_by_its_owner(program: Path, tmp_path: Path) -> None:
    """By its permalink or its id, with its bytes, for whoever put it there and for nobody else."""
    async with running(program, tmp_path) as slack, acting(slack.url) as people:
        told = await people.upload(ALICE.id, SUPPORT.id, "proof.pdf", b"%PDF-1.7 proof", "application/pdf")
        api = SlackApi(token=slack.workspace.bot_token, base_url=slack.api_url, clock=SystemClock())
        files, team_id = Files(api), slack.workspace.team_id
        found = await files.fetch(team_id, ALICE.id, told["permalink"], purpose="dispute_evidence")
        others = await files.fetch(team_id, BOB.id, told["id"], purpose="dispute_evidence")
        await api.aclose()
    assert found == FileContent("proof.pdf", "application/pdf", b"%PDF-1.7 proof")
    assert others == NOT_YOURS.format(told["id"])


async def test_a_taken_port_is_told_in_a_sentence(program: Path, tmp_path: Path) -> None:
    """A local Slack that can't start says why."""
    async with running(program, tmp_path) as slack:
        port = int(slack.url.rpartition(":")[2])
        with pytest.raises(ConfigError, match=f"port {port}"):
            async with running(program, tmp_path, port=port):
                raise AssertionError("it started on a taken port")


async def test_leaving_the_block_ends_the_process(program: Path, tmp_path: Path) -> None:
    """Nothing listens any more, and the exit status is known."""
    async with running(program, tmp_path) as slack:
        port = int(slack.url.rpartition(":")[2])
    assert await slack.ended is not None
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection("127.0.0.1", port)


async def test_the_program_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    """SIGKILL leaves no time to clean up, so the guard ends its program when its standard input closes."""
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    starter = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        # The starter holds the only end of the guard's input; the grandchild holds the fifo open as long as it lives.
        "import subprocess, sys, time\nsubprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)\ntime.sleep(60)",
        *(sys.executable, guard.__file__),
        *("sh", "-c", f"exec 3>{fifo}; echo up >&3; exec sleep 60"),
    )
    reader = asyncio.StreamReader()
    pipe = fifo.open("rb", buffering=0)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    try:
        assert await reader.readline() == b"up\n"
        starter.send_signal(signal.SIGKILL)
        await starter.wait()
        assert await reader.read() == b"", "the fifo ends when the program has"
    finally:
        transport.close()
