"""Logging: one line per event, readable on a terminal and JSON elsewhere, and never a secret in it.

Whatever reaches a handler (message, arguments, exception, extra fields) is formatted first and scrubbed last, so that
no way of logging goes round the scrubber. Libraries that would print request bodies or URLs with queries are held to
their warnings at the handler: Bolt copies the root's level onto its own loggers, so levels alone don't hold it back.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from operations.secrets import scrub

# Bolt logs the whole body of a request with a bad signature at INFO; the SDK logs bodies and headers at DEBUG; httpx
# logs every URL with its query at INFO; uvicorn's own start-up lines repeat what we print. Bolt warns of settings
# that we make on purpose.
QUIET = {
    "aiohttp.access": logging.WARNING,
    "asyncio": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "slack_bolt": logging.ERROR,
    "slack_sdk": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING,
    "uvicorn.error": logging.WARNING,
}
_PLAIN_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class QuietLibraries(logging.Filter):
    """Drops what the libraries of :data:`QUIET` say below their level."""

    def filter(self, record: logging.LogRecord) -> bool:
        return all(record.levelno >= level for name, level in QUIET.items() if _is_under(record.name, name))


class WithoutQueries(logging.Filter):
    """Cuts the query string off the path in uvicorn's access log: searches hold e-mail addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "uvicorn.access" and isinstance(record.args, tuple):
            record.args = tuple(each.partition("?")[0] if isinstance(each, str) else each for each in record.args)
        return True


class ReadableFormatter(logging.Formatter):
    """A line for a person: time, level, logger, message, extra fields; then the traceback, if any."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", datefmt="%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name that logging calls
        extra = "".join(f" {name}={value}" for name, value in _extra(record).items())
        # One line per event: text from outside must not be able to write a line of its own.
        return "".join(
            each if each.isprintable() else ascii(each)[1:-1] for each in super().formatMessage(record) + extra
        )

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


class JsonFormatter(logging.Formatter):
    """A JSON object a line: ``time``, ``level``, ``logger``, ``message``, ``exception``, and the extra fields."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrub(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = scrub(self.formatException(record.exc_info))
        for name, value in _extra(record).items():
            line.setdefault(name, value if isinstance(value, int | float) else scrub(str(value)))
        return json.dumps(line, ensure_ascii=False)


def configure(level: str, *, stream: TextIO | None = None, readable: bool | None = None) -> None:
    """Set logging up for the process: ``level`` for our own loggers, to ``stream`` (standard error).

    ``readable`` chooses lines for people over JSON; not given, a terminal gets lines and anything else JSON.
    """
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        ReadableFormatter() if (target.isatty() if readable is None else readable) else JsonFormatter()
    )
    handler.addFilter(QuietLibraries())
    handler.addFilter(WithoutQueries())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    # A handler that fails must not print the record's arguments, which nobody has scrubbed.
    logging.raiseExceptions = False


def _is_under(name: str, parent: str) -> bool:
    return name == parent or name.startswith(f"{parent}.")


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _PLAIN_RECORD}
