"""The command line's frame: commands are found, refusals are sentences, and the quick ones stay quick."""

import subprocess
import sys

import pytest

from bot.cli import main
from bot.settings import names

HEAVY = {"slack_bolt", "slack_sdk", "sqlalchemy", "starlette", "uvicorn", "aiohttp", "cryptography", "alembic"}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in names().values():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))


@pytest.mark.parametrize(
    "command",
    [["serve", "--http", "--socket"], ["demo", "--port", "x"], ["demo", "--port", "65536"], ["nothing"], [], ["keys"]],
)
def test_wrong_usage_is_told_with_status_2(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The shell's convention for wrong arguments."""
    with pytest.raises(SystemExit) as caught:
        main(command)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage:")


def test_a_refusal_is_a_sentence_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody gets a traceback for a setting that is missing."""
    assert main(["serve"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("countersign: Not set: SLACK_BOT_TOKEN")
    assert "Traceback" not in told


def test_an_interrupt_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C is how one leaves; 130 is what shells expect."""

    class Interrupted:
        @staticmethod
        def run(_: object) -> int:
            raise KeyboardInterrupt

    monkeypatch.setattr("importlib.import_module", lambda _: Interrupted)
    assert main(["manifest"]) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("command", ["operations", "explain", "manifest"])
def test_the_windows_on_the_registry_load_no_heavy_library(command: str) -> None:
    """`countersign explain` answers at once because Slack's and the store's libraries stay out."""
    script = (
        f"import sys, bot.cli.{command} as command\n"
        f"print(' '.join(sorted({HEAVY!r} & {{name.partition('.')[0] for name in sys.modules}})))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_closed_pipe_is_no_error() -> None:
    """`countersign operations | head` ends without a complaint."""
    script = "import sys; from bot.cli import main; sys.exit(main(['operations', '--json']))"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
