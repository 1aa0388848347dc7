"""What `countersign check` finds: each thing that would keep the bot from working, in a sentence, before it serves."""

import asyncio
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot import checks
from bot.checks import Finding, check_all
from bot.keys.ring import KeyRing
from bot.manifest import BOT_SCOPES, OPTIONAL_SCOPES
from bot.settings import FixedSettings, Settings, unknown_names

NOW = 1_800_000_000.0
SCOPES = ",".join((*BOT_SCOPES, *OPTIONAL_SCOPES))


class StoppedClock:
    """A clock that shows one moment."""

    def now(self) -> float:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("a check doesn't wait")


def slack(
    *, scopes: str | None = SCOPES, date: str | None = None, refuse: str | None = None
) -> Callable[[httpx.Request], httpx.Response]:
    """A Slack that knows both tokens."""

    def answer(request: httpx.Request) -> httpx.Response:
        method = request.url.path.rpartition("/")[2]
        token = {"auth.test": "xoxb-good", "apps.connections.open": "xapp-good"}[method]
        headers = {"date": date or formatdate(NOW, usegmt=True)}
        if scopes is not None:
            headers["x-oauth-scopes"] = scopes
        if method == refuse or request.headers["authorization"] != f"Bearer {token}":
            return httpx.Response(200, json={"ok": False, "error": "invalid_auth"}, headers=headers)
        told = {"ok": True, "user": "countersign", "team": "Lanternfish", "team_id": "T1"}
        return httpx.Response(200, json=told, headers=headers)

    return answer


@pytest.fixture(autouse=True)
def _no_names_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in unknown_names():
        monkeypatch.delenv(name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with which everything is well, and a listener in Stripe's place that each test may start."""
    KeyRing.generate(tmp_path / "keys")
    return FixedSettings.model_validate(
        {
            "slack_bot_token": "xoxb-good",
            "slack_app_token": "xapp-good",
            "slack_api_url": "https://slack.example/api/",
            "database_url": f"sqlite:///{tmp_path}/store.sqlite3",
            "master_key_file": tmp_path / "keys",
            "admins": ("U1AAAA",),
            "stripe_api_base": "http://127.0.0.1:1",
        }
    )


async def found(
    settings: Settings, answer: Callable[[httpx.Request], httpx.Response], *, offline: bool = False
) -> dict[tuple[str, str], str]:
    """The findings by state and subject."""
    findings = await check_all(settings, clock=StoppedClock(), offline=offline, transport=httpx.MockTransport(answer))
    return {(each.state, each.subject): each.sentence for each in findings}


async def test_when_all_is_well_nothing_is_wrong(settings: Settings) -> None:
    """The happy path names what it looked at."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        told = await found(settings.model_copy(update={"stripe_api_base": f"http://127.0.0.1:{port}"}), slack())
    assert {state for state, _ in told} == {"ok", "note"}
    assert {subject for state, subject in told if state == "note"} == {"Stripe"}, (
        "a stand-in for Stripe is worth a note"
    )
    assert {subject for state, subject in told if state == "ok"} == {
        "settings",
        "admins",
        "master key",
        "database",
        "Slack",
        "scopes",
        "clock",
    }


async def test_an_unreachable_stripe_is_wrong(settings: Settings) -> None:
    """Only a connection is tried, never a request."""
    assert "can't be reached" in (await found(settings, slack()))["wrong", "Stripe"]


@pytest.mark.parametrize(
    ("method", "setting"), [("auth.test", "SLACK_BOT_TOKEN"), ("apps.connections.open", "SLACK_APP_TOKEN")]
)
async def test_a_refused_token_is_named(settings: Settings, method: str, setting: str) -> None:
    """A bad app token would otherwise keep the Socket Mode client trying for ever."""
    assert (await found(settings, slack(refuse=method)))["wrong", "Slack"] == (
        f"{setting}: Slack refuses it: invalid_auth."
    )


async def test_missing_scopes_are_named(settings: Settings) -> None:
    """They show in Slack as failures in the middle of a command."""
    told = await found(settings, slack(scopes="commands,chat:write,im:write"))
    assert told["wrong", "scopes"].startswith("Missing: app_mentions:read, files:read, files:write, users:read.")


async def test_without_an_optional_scope_it_is_said_what_does_not_work(settings: Settings) -> None:
    """Everything else does."""
    told = await found(settings, slack(scopes=",".join(BOT_SCOPES)))
    assert "by being in a user group" in told["note", "scopes"]


async def test_scopes_beyond_the_needed_are_noted(settings: Settings) -> None:
    """Least privilege is worth a line."""
    told = await found(settings, slack(scopes=SCOPES + ",channels:history"))
    assert "channels:history" in told["note", "scopes"]


@pytest.mark.parametrize(
    ("seconds", "state", "word"),
    [(10, "ok", "agrees"), (-60, "note", "60 s ahead"), (360, "wrong", "360 s behind"), (-360, "wrong", "360 s ahead")],
)
async def test_a_clock_apart_from_slacks_is_found(settings: Settings, seconds: int, state: str, word: str) -> None:
    """Six minutes wrong would make every signed request a 401 (A20)."""
    told = await found(settings, slack(date=formatdate(NOW + seconds, usegmt=True)))
    assert word in told[state, "clock"]


@pytest.mark.parametrize("date", ["yesterday", "Mon, 99 Foo 2026 00:00:00 GMT"])
async def test_an_unreadable_date_is_passed_over(settings: Settings, date: str) -> None:
    """A proxy may mangle the header; that is no reason to fail."""
    told = await found(settings, slack(date=date))
    assert not any(subject == "clock" for _, subject in told)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff"])
async def test_an_answer_that_is_not_slacks_is_told(settings: Settings, body: bytes) -> None:
    """A captive portal or a wrong SLACK_API_URL answers something else."""
    told = await found(settings, lambda _: httpx.Response(200, content=body))
    assert ("wrong", "Slack") in told


async def test_a_slack_that_cannot_be_reached_is_told(settings: Settings) -> None:
    """No traceback, and the other checks go on."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    told = await found(settings, refuse)
    assert "can't be reached" in told["wrong", "Slack"]
    assert ("ok", "database") in told


async def test_a_database_sealed_with_another_key_is_wrong(settings: Settings, tmp_path: Path) -> None:
    """The ring is compared with what the database knows."""
    await found(settings, slack())
    key_id = KeyRing.load(settings.master_key_file, None).primary
    other = tmp_path / "other"
    KeyRing.generate(other)
    other.write_text(key_id + ":" + other.read_text().partition(":")[2])
    told = await found(settings.model_copy(update={"master_key_file": other}), slack())
    assert "not the one" in told["wrong", "database"]


@pytest.mark.parametrize(
    "url", ["mysql://host/name", "nonsense", "postgresql://nobody@127.0.0.1:1/none", "sqlite:///{keys}/x"]
)
async def test_a_database_that_cannot_be_opened_is_wrong(settings: Settings, tmp_path: Path, url: str) -> None:
    """A wrong URL, a server that is away or a file that is no folder: a sentence each, not a traceback."""
    given = SecretStr(url.format(keys=tmp_path / "keys"))
    told = await found(settings.model_copy(update={"database_url": given}), slack())
    assert ("wrong", "database") in told


async def test_offline_contacts_nobody(settings: Settings) -> None:
    """Settings and keys can be looked at on a machine without network."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise AssertionError("it contacted Slack")

    told = await found(settings, refuse, offline=True)
    assert set(told) == {("ok", "settings"), ("ok", "admins"), ("ok", "master key")}


def test_a_misspelt_name_gets_the_right_one() -> None:
    """The commonest mistake in a .env file."""
    assert checks.check_names({"COUNTERSIGN_MASTERKEY_FILE": "x"}) == [
        Finding(
            "wrong",
            "settings",
            "COUNTERSIGN_MASTERKEY_FILE is no setting. Is it COUNTERSIGN_MASTER_KEY_FILE?",
        )
    ]


def test_nothing_set_names_what_is_needed() -> None:
    """The first run of all."""
    (finding,) = checks.check_slack_settings(FixedSettings())
    assert finding.state == "wrong"
    assert "SLACK_BOT_TOKEN" in finding.sentence
    assert checks.check_admins(FixedSettings())[0].state == "note"
    assert checks.check_master_keys(FixedSettings())[1].state == "wrong"
