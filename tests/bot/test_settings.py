"""Settings: where they come from, what they refuse, and that they are documented and don't leak."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.settings import FixedSettings, Settings, load, names, table, unknown_names

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in names().values():
        monkeypatch.delenv(name, raising=False)


def test_defaults_need_nothing_set() -> None:
    """Everything that has a sensible default has one; what must be given is absent, not invented."""
    settings = load(None)
    assert settings.slack_bot_token is None
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_url.get_secret_value().startswith("sqlite:///")
    assert (settings.port, settings.approval_hours, settings.block_style) == (3000, 24, "rich")


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .env file holds the usual values, the environment of one start changes them."""
    file = tmp_path / ".env"
    file.write_text("PORT=4000\nCOUNTERSIGN_ADMINS='U1AAAA, U2BBBB'\nUNRELATED=x\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "5000")
    settings = load(file)
    assert settings.port == 5000
    assert settings.admins == ("U1AAAA", "U2BBBB")


def test_an_empty_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files and platforms set unused variables to nothing."""
    monkeypatch.setenv("SLACK_APP_TOKEN", "")
    monkeypatch.setenv("PORT", "")
    assert load(None).slack_app_token is None
    assert load(None).port == 3000


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "xapp-canary", "starts with xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-canary xoxb-again", "one word"),
        ("SLACK_APP_TOKEN", "xoxb-canary", "starts with xapp-"),
        ("SLACK_API_URL", "http://slack.canary.example/api/", "https://"),
        ("SLACK_API_URL", "https://user:canary@slack.com/api/", "plain address"),
        ("STRIPE_API_BASE", "ftp://canary.example", "https://"),
        ("STRIPE_API_BASE", "canary", "plain address"),
        ("PORT", "canary", "from 0 to 65535"),
        ("PORT", "65536", "from 0 to 65535"),
        ("COUNTERSIGN_ADMINS", "canary, U1AAAA", "user ids"),
        ("COUNTERSIGN_BLOCK_STYLE", "canary", "rich or plain"),
        ("COUNTERSIGN_APPROVAL_HOURS", "0", "from 1 to 720"),
        ("COUNTERSIGN_LOG_LEVEL", "canary", "debug, info"),
    ],
)
def test_a_bad_value_is_told_by_name_and_never_repeated(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence names the variable and what it must be; the value may be a secret in the wrong place."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load(None)
    assert name in str(caught.value)
    assert said in str(caught.value)
    assert "canary" not in str(caught.value)


def test_every_wrong_setting_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody should have to start three times to learn of three mistakes."""
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("COUNTERSIGN_LOG_LEVEL", "x")
    with pytest.raises(ConfigError) as caught:
        load(None)
    assert len(str(caught.value).splitlines()) == 2


def test_two_sources_of_master_keys_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which of two key rings encrypts must not be a guess."""
    monkeypatch.setenv("COUNTERSIGN_MASTER_KEY", "a")
    monkeypatch.setenv("COUNTERSIGN_MASTER_KEY_FILE", "b")
    with pytest.raises(ConfigError, match="not both"):
        load(None)


def test_a_local_slack_and_sandbox_may_use_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain HTTP never leaves the machine when the host is a loopback address."""
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:3000/api")
    monkeypatch.setenv("STRIPE_API_BASE", "http://localhost:9000/")
    settings = load(None)
    assert settings.slack_api_url == "http://127.0.0.1:3000/api/"
    assert settings.stripe_api_base == "http://localhost:9000"


def test_printed_settings_show_no_secret() -> None:
    """Settings land in debuggers, reprs and assertion messages."""
    settings = FixedSettings.model_validate(
        {
            "slack_bot_token": "xoxb-canary",
            "slack_app_token": "xapp-canary",
            "slack_signing_secret": "canary",
            "database_url": "postgresql://me:canary@host/name",
            "master_key": "id:canary",
            "proxy": "http://me:canary@proxy.example",
        }
    )
    assert "canary" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_fixed_settings_ignore_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo must not reach a real workspace because a real token is in the shell."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-real")
    monkeypatch.setenv("PORT", "1234")
    settings = FixedSettings()
    assert settings.slack_bot_token is None
    assert settings.port == 3000


@pytest.mark.parametrize(
    ("given", "wanted", "mode"),
    [
        ({"slack_app_token": "xapp-1"}, None, "socket"),
        ({"slack_signing_secret": "s"}, None, "http"),
        ({"slack_signing_secret": "s", "slack_app_token": "xapp-1"}, None, "socket"),
        ({"slack_signing_secret": "s", "slack_app_token": "xapp-1"}, "http", "http"),
    ],
)
def test_the_door_is_chosen_by_what_is_set(given: dict[str, str], wanted: str | None, mode: str) -> None:
    """An app token means Socket Mode, unless HTTP is asked for."""
    settings = FixedSettings.model_validate({"slack_bot_token": "xoxb-1", **given})
    assert settings.serving_mode(wanted) == mode  # type: ignore[arg-type] # parametrised as plain text


@pytest.mark.parametrize(
    ("given", "wanted", "missing"),
    [
        ({}, None, "SLACK_BOT_TOKEN, SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET"),
        ({"slack_bot_token": "xoxb-1"}, "socket", "SLACK_APP_TOKEN"),
        ({"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}, "http", "SLACK_SIGNING_SECRET"),
    ],
)
def test_a_door_without_its_secret_is_refused(given: dict[str, str], wanted: str | None, missing: str) -> None:
    """What is missing is named before anything starts."""
    with pytest.raises(ConfigError) as caught:
        FixedSettings.model_validate(given).serving_mode(wanted)  # type: ignore[arg-type] # parametrised as plain text
    assert f"Not set: {missing}." in str(caught.value)


def test_a_misspelt_name_is_found() -> None:
    """A setting that nobody reads is worse than a wrong one."""
    assert unknown_names({"COUNTERSIGN_ADMIN": "U1", "COUNTERSIGN_ADMINS": "U1", "PATH": ""}) == ["COUNTERSIGN_ADMIN"]


def test_the_readme_lists_exactly_these_settings() -> None:
    """One table, the same as the code."""
    assert table() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_says_what_it_is_for() -> None:
    """A row of the table without a meaning helps nobody."""
    assert all(info.description for info in Settings.model_fields.values())
