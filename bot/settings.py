"""Every setting of the bot: its name in the environment or in ``.env``, what it means, and what it may hold.

:func:`load` reads them; the environment wins over ``.env``, and an empty value counts as not set. The demo and the
tests build :class:`FixedSettings` in code. The README's table of settings is :func:`table`.
"""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import ConfigError

ServingMode: TypeAlias = Literal["socket", "http"]
OUR_PREFIX = "COUNTERSIGN_"
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,30}")


class Settings(BaseSettings):
    """The settings, read once at the start and never changed. Secrets show as asterisks wherever they are printed."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        validate_default=True,
    )

    slack_bot_token: SecretStr | None = Field(
        default=None,
        validation_alias="SLACK_BOT_TOKEN",
        description="The bot token of the app in the workspace, `xoxb-…`.",
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        validation_alias="SLACK_APP_TOKEN",
        description="The app-level token with `connections:write`, `xapp-…`; chooses Socket Mode.",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        validation_alias="SLACK_SIGNING_SECRET",
        description="The secret that Slack signs its requests with; needed in HTTP mode.",
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/",
        validation_alias="SLACK_API_URL",
        description="Where Slack's Web API is; another address only for a local Slack.",
    )
    stripe_api_base: str | None = Field(
        default=None,
        validation_alias="STRIPE_API_BASE",
        description="Sends every Stripe call to this origin, such as the sandbox's; not set, Stripe's own hosts.",
    )
    database_url: SecretStr = Field(
        default=SecretStr("sqlite:///countersign.sqlite3"),
        validation_alias="DATABASE_URL",
        description="`sqlite:///path` or `postgresql://user:password@host/name`.",
    )
    host: str = Field(
        default="0.0.0.0",  # noqa: S104 - a server behind a load balancer; every request must be signed by Slack
        validation_alias="COUNTERSIGN_HOST",
        description="The address that HTTP mode listens on.",
    )
    port: int = Field(
        default=3000,
        ge=0,
        le=65535,
        validation_alias="PORT",
        description="The port that HTTP mode listens on; Slack posts to `/slack/events`.",
        json_schema_extra={"expects": "must be a port number from 0 to 65535 (0 takes any free one)"},
    )
    master_key_file: Path | None = Field(
        default=None,
        validation_alias="COUNTERSIGN_MASTER_KEY_FILE",
        description="The file of master keys: lines of `id:base64` of 32 bytes; the first encrypts, all decrypt.",
    )
    master_key: SecretStr | None = Field(
        default=None,
        validation_alias="COUNTERSIGN_MASTER_KEY",
        description="The same lines as a value, for platforms that can't mount a file.",
    )
    admins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        validation_alias="COUNTERSIGN_ADMINS",
        description="Slack user ids, with commas between: admins whom nobody can remove in Slack; they set the bot up.",
    )
    block_style: Literal["rich", "plain"] = Field(
        default="rich",
        validation_alias="COUNTERSIGN_BLOCK_STYLE",
        description="`rich`, or `plain` for a Slack that can't show dates in the reader's time, such as the demo's.",
        json_schema_extra={"expects": "must be rich or plain"},
    )
    approval_hours: int = Field(
        default=24,
        ge=1,
        le=720,
        validation_alias="COUNTERSIGN_APPROVAL_HOURS",
        description="How long an approval waits for a second person, in hours.",
        json_schema_extra={"expects": "must be a whole number of hours from 1 to 720"},
    )
    proxy: SecretStr | None = Field(
        default=None,
        validation_alias="COUNTERSIGN_PROXY",
        description="An HTTP proxy for the calls to Stripe; the usual proxy variables are not read.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        validation_alias="COUNTERSIGN_LOG_LEVEL",
        description="`debug`, `info`, `warning` or `error`.",
        json_schema_extra={"expects": "must be debug, info, warning or error"},
    )

    @field_validator("slack_bot_token", "slack_app_token", "slack_signing_secret", "proxy")
    @classmethod
    def _one_word(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and any(each.isspace() for each in value.get_secret_value()):
            raise ValueError("must be one word, without spaces or line ends")
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("xoxb-", "xoxe.xoxb-")):
            raise ValueError("must be the app's bot token, which starts with xoxb-")
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith("xapp-"):
            raise ValueError("must be an app-level token, which starts with xapp-")
        return value

    @field_validator("slack_api_url", "stripe_api_base")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        # Tokens and Stripe keys go to these addresses, so plain HTTP is for this machine only.
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.username or parts.password or parts.query or parts.fragment or not parts.hostname:
            raise ValueError("must be a plain address, such as https://api.example.com")
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
            raise ValueError("must start with https:// (http:// only for localhost)")
        return value.rstrip("/")

    @field_validator("slack_api_url")
    @classmethod
    def _closing_slash(cls, value: str) -> str:
        return value + "/"

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(each.strip() for each in value.split(",") if each.strip()) if isinstance(value, str) else value

    @field_validator("admins")
    @classmethod
    def _user_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_USER_ID.fullmatch(each) for each in value):
            raise ValueError("must be Slack user ids such as U012AB3CD, with commas between (not names)")
        return tuple(dict.fromkeys(value))

    @field_validator("log_level", "block_style", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_master_key(self) -> Self:
        if self.master_key_file is not None and self.master_key is not None:
            raise ValueError("Set COUNTERSIGN_MASTER_KEY_FILE or COUNTERSIGN_MASTER_KEY, not both.")
        return self

    def serving_mode(self, wanted: ServingMode | None = None) -> ServingMode:
        """How to reach Slack: as wanted, else by what is set. Raises ConfigError where a needed secret is missing."""
        mode: ServingMode = wanted or ("socket" if self.slack_app_token else "http")
        missing = [] if self.slack_bot_token else ["SLACK_BOT_TOKEN"]
        if mode == "socket" and not self.slack_app_token:
            missing.append("SLACK_APP_TOKEN")
        if mode == "http" and not self.slack_signing_secret:
            missing.append(
                "SLACK_SIGNING_SECRET" if wanted else "SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET"
            )
        if missing:
            raise ConfigError(f"Not set: {', '.join(missing)}.")
        return mode


class FixedSettings(Settings):
    """Settings given in code alone: neither the environment nor a ``.env`` file can reach into the demo or a test."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def load(env_file: Path | None = Path(".env")) -> Settings:
    """The settings from the environment and ``env_file``. Raises ConfigError with a sentence for each wrong value."""
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        raise ConfigError("\n".join(problems(error))) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The file {env_file} can't be read: {error.__class__.__name__}.") from None


def problems(error: ValidationError) -> list[str]:
    """A sentence for each wrong setting, which never repeats the value: it may be a secret in the wrong place."""
    sentences = []
    for each in error.errors(include_input=False, include_url=False, include_context=False):
        reason = each["msg"].removeprefix("Value error, ")
        name = str(each["loc"][0]) if each["loc"] else ""
        expects = _expects().get(name) if each["type"] != "value_error" else None
        sentences.append(f"{name} {expects or reason}.".lstrip() if name else reason)
    return sentences


def names() -> dict[str, str]:
    """The environment's name of each setting, by field."""
    return {field: str(info.validation_alias) for field, info in Settings.model_fields.items()}


def unknown_names(environment: Mapping[str, str] | None = None) -> list[str]:
    """Variables that look like settings of ours and are none, usually a typing error."""
    known = set(names().values())
    given = os.environ if environment is None else environment
    return sorted(name for name in given if name.startswith(OUR_PREFIX) and name not in known)


def table() -> str:
    """The settings as a Markdown table, for the README."""
    rows = (
        f"| `{info.validation_alias}` | {_shown(info.default)} | {info.description} |"
        for info in Settings.model_fields.values()
    )
    return "\n".join(("| setting | default | meaning |", "| --- | --- | --- |", *rows))


def is_loopback(hostname: str) -> bool:
    """Whether a host name or address can only be this machine."""
    try:
        return ip_address(hostname).is_loopback
    except ValueError:
        return hostname == "localhost" or hostname.endswith(".localhost")


def _shown(default: Any) -> str:
    if default is None or default == ():
        return ""
    return f"`{default.get_secret_value() if isinstance(default, SecretStr) else default}`"


def _expects() -> dict[str, str]:
    found = {}
    for info in Settings.model_fields.values():
        if isinstance(info.json_schema_extra, dict) and (expects := info.json_schema_extra.get("expects")):
            found[str(info.validation_alias)] = str(expects)
    return found
