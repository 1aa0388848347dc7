"""What can be known before the bot serves: settings, master keys, database, Slack, Stripe and the clock.

Each check is on its own and never raises: what it finds is a sentence. None of them sends a request to Stripe, which
only a recorded run may do; whether Stripe can be reached is told by a connection alone.
"""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit

import httpx
from sqlalchemy import make_url

from bot.errors import CountersignError
from bot.keys.ring import KeyRing
from bot.manifest import BOT_SCOPES, OPTIONAL_SCOPES
from bot.settings import Settings, names, unknown_names
from bot.store.engine import Store
from operations.clock import Clock

TIMEOUT_SECONDS = 10.0
SKEW_NOTED_SECONDS = 30
SKEW_REFUSED_SECONDS = 300
"""Slack's signatures are refused beyond this; a clock that far off makes every HTTP request a 401."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``wrong`` keeps the bot from working; a ``note`` is worth knowing."""

    state: Literal["ok", "note", "wrong"]
    subject: str
    sentence: str


async def check_all(
    settings: Settings, *, clock: Clock, offline: bool = False, transport: httpx.AsyncBaseTransport | None = None
) -> list[Finding]:
    """Every check, in the order in which a person would put things right. ``offline`` leaves out all connections."""
    findings = [*check_names(), *check_slack_settings(settings), *check_admins(settings)]
    ring, about_keys = check_master_keys(settings)
    findings.append(about_keys)
    if offline:
        return findings
    findings += await check_database(settings, ring)
    async with httpx.AsyncClient(
        base_url=settings.slack_api_url, timeout=TIMEOUT_SECONDS, trust_env=False, transport=transport
    ) as client:
        findings += await check_slack(settings, client, clock)
    findings.append(await check_stripe(settings))
    return findings


def check_names(environment: Mapping[str, str] | None = None) -> list[Finding]:
    """Variables that look like settings of ours but are none."""
    from rapidfuzz import process

    findings = []
    for name in unknown_names(environment):
        nearest = process.extractOne(name, list(names().values()), score_cutoff=70)
        hint = f" Is it {nearest[0]}?" if nearest else ""
        findings.append(Finding("wrong", "settings", f"{name} is no setting.{hint}"))
    return findings


def check_slack_settings(settings: Settings) -> list[Finding]:
    """The tokens that a door needs."""
    try:
        mode = settings.serving_mode()
    except CountersignError as error:
        return [Finding("wrong", "settings", str(error))]
    door = "Socket Mode" if mode == "socket" else f"HTTP mode on port {settings.port}"
    return [Finding("ok", "settings", f"`countersign serve` uses {door}.")]


def check_admins(settings: Settings) -> list[Finding]:
    """Somebody must be able to connect the first Stripe account."""
    if settings.admins:
        return [Finding("ok", "admins", f"{len(settings.admins)} may connect Stripe accounts and set the bot up.")]
    sentence = (
        "COUNTERSIGN_ADMINS is not set. Where nobody has been made an admin, the first owner or admin of the Slack "
        "workspace who types /stripe setup becomes one."
    )
    return [Finding("note", "admins", sentence)]


def check_master_keys(settings: Settings) -> tuple[KeyRing | None, Finding]:
    """The key ring, where there is a good one."""
    try:
        ring = KeyRing.load(settings.master_key_file, settings.master_key)
    except CountersignError as error:
        return None, Finding("wrong", "master key", str(error))
    if settings.master_key is not None:
        sentence = "It is in the environment, where other processes can read it; a file is safer."
        return ring, Finding("note", "master key", sentence)
    return ring, Finding("ok", "master key", f"{ring.primary} encrypts, of {len(ring.ids)}.")


async def check_database(settings: Settings, ring: KeyRing | None) -> list[Finding]:
    """The database opens, its tables are up to date (this brings them there), and the key ring is the one it knows."""
    url = settings.database_url.get_secret_value()
    try:
        store = await Store.open(url)
    except CountersignError as error:
        return [Finding("wrong", "database", str(error))]
    try:
        findings = [Finding("ok", "database", f"{make_url(url).get_backend_name()}, its tables are up to date.")]
        findings += [Finding("note", "database", sentence) for sentence in await store.warnings()]
        if ring is not None:
            await ring.check(store)
    except CountersignError as error:
        findings = [Finding("wrong", "database", str(error))]
    finally:
        await store.close()
    return findings


async def check_slack(settings: Settings, client: httpx.AsyncClient, clock: Clock) -> list[Finding]:
    """Both tokens work, the bot has its scopes, and this machine's clock agrees with Slack's."""
    findings = []
    if settings.slack_bot_token:
        answer = await _ask(client, "auth.test", settings.slack_bot_token.get_secret_value())
        if isinstance(answer, str):
            findings.append(Finding("wrong", "Slack", f"SLACK_BOT_TOKEN: {answer}"))
        else:
            told = answer.json()
            findings.append(
                Finding("ok", "Slack", f"{told.get('user')} in {told.get('team')} ({told.get('team_id')}).")
            )
            findings += [*_scopes(answer), *_clock(answer, clock)]
    if settings.slack_app_token:
        answer = await _ask(client, "apps.connections.open", settings.slack_app_token.get_secret_value())
        if isinstance(answer, str):
            findings.append(Finding("wrong", "Slack", f"SLACK_APP_TOKEN: {answer}"))
        else:
            findings.append(Finding("ok", "Slack", "Socket Mode connections can be opened."))
    return findings


async def _ask(client: httpx.AsyncClient, method: str, token: str) -> httpx.Response | str:
    """Slack's answer, or why there is none."""
    try:
        answer = await client.post(method, headers={"Authorization": f"Bearer {token}"})
    except httpx.HTTPError as error:
        return f"Slack can't be reached ({type(error).__name__})."
    try:
        told = answer.json()
    except ValueError:
        return f"{client.base_url.host} answered {answer.status_code} and no JSON; is SLACK_API_URL right?"
    if not isinstance(told, dict) or told.get("ok") is not True:
        return f"Slack refuses it: {told.get('error') if isinstance(told, dict) else 'no reason given'}."
    return answer


def _scopes(answer: httpx.Response) -> list[Finding]:
    header = answer.headers.get("x-oauth-scopes")
    if header is None:
        return [Finding("note", "scopes", "Slack didn't tell which scopes the bot has.")]
    granted = {each.strip() for each in header.split(",")}
    missing = [scope for scope in BOT_SCOPES if scope not in granted]
    if missing:
        sentence = f"Missing: {', '.join(missing)}. Update the app from app_manifest.yml and reinstall it."
        return [Finding("wrong", "scopes", sentence)]
    findings = []
    if lacking := [scope for scope in OPTIONAL_SCOPES if scope not in granted]:
        sentence = f"Without {', '.join(lacking)} nobody has a role, or may approve, by being in a user group."
        findings.append(Finding("note", "scopes", sentence))
    if extra := sorted(granted - {*BOT_SCOPES, *OPTIONAL_SCOPES}):
        findings.append(Finding("note", "scopes", f"The bot doesn't use these; take them away: {', '.join(extra)}."))
    return findings or [Finding("ok", "scopes", "Those that are needed, and no more.")]


def _clock(answer: httpx.Response, clock: Clock) -> list[Finding]:
    theirs = None
    with suppress(TypeError, ValueError):
        theirs = parsedate_to_datetime(answer.headers.get("date"))
    if theirs is None:
        return []
    skew = round((datetime.fromtimestamp(clock.now(), UTC) - theirs.replace(tzinfo=UTC)).total_seconds())
    told = f"This machine's clock is {abs(skew)} s {'ahead of' if skew > 0 else 'behind'} Slack's"
    if abs(skew) > SKEW_REFUSED_SECONDS:
        return [Finding("wrong", "clock", f"{told}; Slack's signed requests would be refused. Set it by NTP.")]
    if abs(skew) > SKEW_NOTED_SECONDS:
        return [Finding("note", "clock", f"{told}. Set it by NTP.")]
    return [Finding("ok", "clock", "It agrees with Slack's.")]


async def check_stripe(settings: Settings) -> Finding:
    """Whether a connection to Stripe, or to what stands in for it, can be made."""
    if settings.proxy is not None:
        return Finding("note", "Stripe", "Reached through COUNTERSIGN_PROXY, which is not tried here.")
    parts = urlsplit(settings.stripe_api_base or "https://api.stripe.com")
    secure = parts.scheme == "https"
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            _, writer = await asyncio.open_connection(
                parts.hostname,
                parts.port or (443 if secure else 80),
                ssl=ssl.create_default_context() if secure else None,
            )
    except (OSError, TimeoutError) as error:
        return Finding("wrong", "Stripe", f"{parts.netloc} can't be reached ({type(error).__name__}).")
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    if settings.stripe_api_base:
        return Finding("note", "Stripe", f"STRIPE_API_BASE sends every call to {parts.netloc}, not to Stripe.")
    return Finding("ok", "Stripe", f"{parts.netloc} can be reached.")
