"""Brings a program onto this machine, the local Slack: a pinned npm package, kept in the user's cache.

npm does the download, so that whatever registry, proxy or certificate it is set up with is used; nothing is installed
and no script of the package runs. The archive's SHA-512 is compared before anything is taken out of it.
"""

import base64
import hashlib
import json
import platform
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from bot.errors import ConfigError

VERSION = "0.1.8"
INTEGRITY = {
    "local-slack-linux-x64": (
        "sha512-2BCTKxKajjZNWCSCj66Jq5VDScUDNpGZ1lA3281I8RvpDE4/ULCwC26TlcW6/4sPbSTs02Q3KjTiltJp3ZBEvg=="
    ),
}
"""The hashes seen when the version was pinned; the other platforms' archives are checked against the registry's own."""

SYSTEMS = {"linux": "linux", "darwin": "darwin", "windows": "windows"}
MACHINES = {"x86_64": "x64", "amd64": "x64", "arm64": "arm64", "aarch64": "arm64"}
PUBLISHED = {("linux", "x64"), ("linux", "arm64"), ("darwin", "x64"), ("darwin", "arm64"), ("windows", "x64")}
FETCH_SECONDS = 600


def package_name(system: str | None = None, machine: str | None = None) -> str:
    """The npm package for this machine. Raises ConfigError where the local Slack isn't published for it."""
    found = (
        SYSTEMS.get((system or platform.system()).lower(), ""),
        MACHINES.get((machine or platform.machine()).lower(), ""),
    )
    if found not in PUBLISHED:
        raise ConfigError(
            f"The demo's local Slack is not published for {platform.system()} on {platform.machine()}; "
            "it runs on Linux and macOS (x64, arm64) and Windows (x64)."
        )
    return "local-slack-" + "-".join(found)


def local_slack(report: Callable[[str], None], *, cache: Path | None = None) -> Path:
    """The path of the local Slack's program, fetched with npm if it isn't in the cache yet.

    ``report`` is called with sentences for a person. Raises ConfigError when npm is absent, the download fails or its
    hash is not the pinned one.
    """
    name = package_name()
    program = "local-slack.exe" if name.startswith("local-slack-windows") else "local-slack"
    package = Package(name, VERSION, f"bin/{program}", INTEGRITY.get(name))
    kept = package.place(cache)
    if kept.is_file():
        return kept
    if shutil.which("npm") is None:
        raise ConfigError(
            "The demo needs npm (it comes with Node.js, https://nodejs.org) to fetch its local Slack once. "
            "Install Node.js and run this again."
        )
    report(f"Fetching {name} {VERSION} with npm, once (about 40 MB) …")
    package.fetch(cache)
    report("Fetched.")
    return kept


@dataclass(frozen=True, slots=True)
class Package:
    """An npm package that is taken for the one program in it."""

    name: str
    version: str
    program: str
    """The program's place in the package, such as ``bin/stripe``."""
    integrity: str | None
    """The archive's pinned hash, as npm writes it; None leaves it to the registry's own."""

    def place(self, cache: Path | None = None) -> Path:
        """Where the program is kept once it has been fetched."""
        kept_in = (cache or user_cache_path("countersign")) / "programs" / self.name.replace("/", "-") / self.version
        return kept_in / Path(self.program).name

    def fetch(self, cache: Path | None = None) -> Path:
        """Bring the program to its place. Raises ConfigError when that fails or the hash is another."""
        place = self.place(cache)
        place.parent.mkdir(parents=True, exist_ok=True)
        # Fetched beside its final place and renamed into it: a run that is interrupted leaves nothing that looks whole.
        with tempfile.TemporaryDirectory(dir=place.parent) as work:
            archive = _pack(self, Path(work))
            unpacked = Path(work) / place.name
            _take_out(archive, f"package/{self.program}", unpacked)
            unpacked.chmod(0o755)
            unpacked.replace(place)
        return place


def _pack(package: Package, work: Path) -> Path:
    npm = shutil.which("npm") or "npm"
    wanted = f"{package.name}@{package.version}"
    command = [npm, "pack", wanted, "--json", "--pack-destination", str(work), "--ignore-scripts"]
    try:
        done = subprocess.run(  # noqa: S603 - npm with fixed arguments, no shell
            command, cwd=work, capture_output=True, text=True, encoding="utf-8", timeout=FETCH_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ConfigError(f"npm took more than {FETCH_SECONDS // 60} minutes to fetch {wanted}; try again.") from None
    if done.returncode != 0:
        reasons = [line for line in done.stderr.splitlines() if "error" in line.lower()]
        raise ConfigError(f"npm could not fetch {wanted}: " + (" ".join(reasons[:2]) or "no reason given"))
    told = json.loads(done.stdout)[0]
    archive = work / Path(str(told["filename"])).name
    check_integrity(archive, package.integrity or str(told["integrity"]))
    return archive


def check_integrity(archive: Path, integrity: str) -> None:
    """Compare a file with an npm integrity text (``sha512-…``). Raises ConfigError where it differs."""
    kind, _, wanted = integrity.partition("-")
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha512").digest()
    if kind != "sha512" or base64.b64encode(digest).decode() != wanted:
        raise ConfigError(f"{archive.name} is not the archive that was pinned: its SHA-512 differs. Nothing was run.")


def _take_out(archive: Path, member: str, target: Path) -> None:
    with tarfile.open(archive) as tar:
        try:
            source = tar.extractfile(member)
        except KeyError:
            source = None
        if source is None:
            raise ConfigError(f"{archive.name} holds no {member}.")
        with source, target.open("wb") as file:
            shutil.copyfileobj(source, file)
