"""What Slack's answers, and missing ones, mean for the caller.

    SlackError
    ├── SlackRefusedError     Slack said no, and will say no again: ``code``
    ├── SlackBusyError        nothing was done; try again after ``retry_after`` seconds
    └── SlackUncertainError   no answer, or one that says nothing: it may have been done

The messages name Slack's error codes and never repeat what was sent or answered.
"""

from collections.abc import Mapping
from typing import NoReturn

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import CountersignError

DEFAULT_RETRY_SECONDS = 1.0

# Slack's words for trouble of its own. fatal_error and internal_error may have done part of the work [D].
_BUSY = frozenset({"ratelimited", "rate_limited", "service_unavailable", "request_timeout", "team_added_to_org"})
_UNCERTAIN = frozenset({"fatal_error", "internal_error"})


class SlackError(CountersignError):
    """A call to Slack did not do what it should."""


class SlackRefusedError(SlackError):
    """Slack refused; the same call will be refused again."""

    def __init__(self, code: str, *, needed: str | None = None) -> None:
        super().__init__(f"Slack refused: {code}." + (f" The app lacks the scope {needed}." if needed else ""))
        self.code = code


class SlackBusyError(SlackError):
    """Nothing was done."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"Slack is busy; it can be tried again in {retry_after:g} s.")
        self.retry_after = retry_after


class SlackUncertainError(SlackError):
    """It may have been done, or not."""


def raise_answer(error: SlackApiError) -> NoReturn:
    """What an answer other than ok means. The library's own error quotes the answer, so the chain ends here."""
    response = error.response
    # The answer is the library's where it was JSON, and aiohttp's own where it was not.
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    answer = data if isinstance(data, Mapping) else {}
    code = answer.get("error")
    code = code if isinstance(code, str) else ""
    if status == 429 or code in _BUSY:
        raise SlackBusyError(_retry_after(getattr(response, "headers", {}))) from None
    if status >= 500 or not code or code in _UNCERTAIN:
        raise SlackUncertainError(f"Slack answered with status {status} and {code or 'no error code'}.") from None
    needed = answer.get("needed")
    raise SlackRefusedError(code, needed=needed if isinstance(needed, str) else None) from None


def raise_transport(error: Exception) -> NoReturn:
    """What a broken connection means: before anything was sent nothing was done, after it nobody knows."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        raise SlackBusyError(DEFAULT_RETRY_SECONDS) from None
    raise SlackUncertainError(f"The connection to Slack failed: {type(error).__name__}.") from None


def judge_status(status: int, headers: Mapping[str, str], *, gone: str) -> None:
    if status == 429:
        raise SlackBusyError(_retry_after(headers))
    if status >= 500:
        raise SlackUncertainError(f"Slack answered with status {status}.")
    if status != 200:
        raise SlackRefusedError(gone)


def _retry_after(headers: Mapping[str, str]) -> float:
    value = headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() and len(value) < 6 else DEFAULT_RETRY_SECONDS
