"""Fetching the local Slack: the right package, its hash, and plain sentences when it can't be had."""

import base64
import hashlib
import io
import json
import os
import stat
import tarfile
from pathlib import Path

import pytest

from bot.demo import fetch
from bot.errors import ConfigError


@pytest.mark.parametrize(
    ("system", "machine", "package"),
    [
        ("Linux", "x86_64", "local-slack-linux-x64"),
        ("Linux", "aarch64", "local-slack-linux-arm64"),
        ("Darwin", "arm64", "local-slack-darwin-arm64"),
        ("Darwin", "x86_64", "local-slack-darwin-x64"),
        ("Windows", "AMD64", "local-slack-windows-x64"),
    ],
)
def test_each_platform_has_its_package(system: str, machine: str, package: str) -> None:
    """The names are npm's."""
    assert fetch.package_name(system, machine) == package


@pytest.mark.parametrize(("system", "machine"), [("Windows", "arm64"), ("FreeBSD", "amd64"), ("Linux", "riscv64")])
def test_an_unpublished_platform_is_told_so(system: str, machine: str) -> None:
    """No download is tried that can't exist."""
    with pytest.raises(ConfigError, match="not published"):
        fetch.package_name(system, machine)


def archive(path: Path, content: bytes) -> str:
    """Write an npm archive with the program in it; gives its integrity text."""
    with tarfile.open(path, "w:gz") as tar:
        member = tarfile.TarInfo("package/bin/local-slack")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose npm is a script of ours that hands out ``archive.tgz``, or fails where there is none."""
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(
        "#!/bin/sh\n"
        f"test -f {tmp_path}/archive.tgz || {{ echo 'npm error 404 not found' >&2; exit 1; }}\n"
        f"cp {tmp_path}/archive.tgz . && cat {tmp_path}/told.json\n",
        encoding="utf-8",
    )
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(fetch, "package_name", lambda: "local-slack-linux-x64")
    return tmp_path


def test_the_program_is_fetched_once_and_made_runnable(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time nothing is fetched or said."""
    integrity = archive(machine / "archive.tgz", b"#!/bin/sh\n")
    (machine / "told.json").write_text(json.dumps([{"filename": "archive.tgz", "integrity": integrity}]))
    monkeypatch.setitem(fetch.INTEGRITY, "local-slack-linux-x64", integrity)
    said: list[str] = []
    program = fetch.local_slack(said.append, cache=machine / "cache")
    assert program.read_bytes() == b"#!/bin/sh\n"
    assert program.stat().st_mode & stat.S_IXUSR
    assert "npm" in said[0]
    said.clear()
    assert fetch.local_slack(said.append, cache=machine / "cache") == program
    assert said == []


def test_an_archive_with_another_hash_is_refused_and_not_kept(machine: Path) -> None:
    """What npm says of the archive doesn't matter where the hash is pinned."""
    integrity = archive(machine / "archive.tgz", b"something else")
    (machine / "told.json").write_text(json.dumps([{"filename": "archive.tgz", "integrity": integrity}]))
    with pytest.raises(ConfigError, match="SHA-512"):
        fetch.local_slack(lambda _: None, cache=machine / "cache")
    assert [each for each in (machine / "cache").rglob("*") if each.is_file()] == []


def test_a_failed_download_says_what_npm_said(machine: Path) -> None:
    """A person without network learns it from the one line."""
    with pytest.raises(ConfigError, match="404 not found"):
        fetch.local_slack(lambda _: None, cache=machine / "cache")


def test_a_machine_without_npm_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Node is the one thing that the demo can't bring."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(fetch, "package_name", lambda: "local-slack-linux-x64")
    with pytest.raises(ConfigError, match=r"nodejs\.org"):
        fetch.local_slack(lambda _: None, cache=tmp_path / "cache")
