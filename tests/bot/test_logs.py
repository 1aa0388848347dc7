"""Logs: no secret, no request body and no search query reaches a line, by whichever way it was logged."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.logs import configure

KEY = "sk_" + "live_" + "CanaryCanaryCanaryCanary"
TOKEN = "xoxb" + "-123456789012-" + "canarycanarycanary"


@pytest.fixture(autouse=True)
def _restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.raiseExceptions)
    yield
    logging.captureWarnings(False)
    root.handlers[:], root.level, logging.raiseExceptions = before


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize("secret", [KEY, TOKEN])
def test_a_secret_is_masked_wherever_it_stands(readable: bool, secret: str) -> None:
    """Message, arguments, extra fields, exception text and its cause are scrubbed alike."""
    stream = io.StringIO()
    configure("debug", stream=stream, readable=readable)
    logger = logging.getLogger("bot.runs")
    logger.info("in the message %s", secret)
    logger.info("in a dict %s", {"Authorization": f"Bearer {secret}"})
    logger.info("in an extra field", extra={"request": secret, "headers": {"x": secret}})
    failure = RuntimeError(f"failed with {secret}")
    failure.__cause__ = ValueError(f"caused by {secret}")
    logger.error("it broke", exc_info=failure)
    assert "canarycanary" not in stream.getvalue().lower()
    assert "RuntimeError" in stream.getvalue()


def test_a_traceback_shows_no_local_variable() -> None:
    """Whatever a function held when it failed stays in it."""
    stream = io.StringIO()
    configure("info", stream=stream, readable=False)

    def fails(held: list[str]) -> None:
        raise RuntimeError("no")

    try:
        fails(["canary"] * 2)
    except RuntimeError:
        logging.getLogger("bot").exception("it broke")
    assert "canary', 'canary" not in stream.getvalue()
    assert lines(stream)[0]["exception"].endswith("RuntimeError: no")


def test_bolt_may_not_log_the_body_of_a_badly_signed_request() -> None:
    """Bolt logs it at INFO, on loggers whose level it copies from the root (A22)."""
    stream = io.StringIO()
    configure("info", stream=stream, readable=False)
    bolt = logging.getLogger("slack_bolt.AsyncRequestVerification")
    bolt.setLevel(logging.INFO)
    bolt.info("Invalid request signature detected (body: text=canary)")
    bolt.error("something that matters")
    assert [line["message"] for line in lines(stream)] == ["something that matters"]
    bolt.setLevel(logging.NOTSET)


async def test_httpx_may_not_log_the_query_of_a_search() -> None:
    """httpx logs whole URLs at INFO; a search holds somebody's e-mail address (F17)."""
    stream = io.StringIO()
    configure("debug", stream=stream, readable=False)
    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    async with httpx.AsyncClient(transport=transport) as client:
        await client.get("https://api.example.com/v1/customers/search", params={"query": "email:'canary@example.com'"})
    assert "canary" not in stream.getvalue()


def test_the_access_log_has_no_query(monkeypatch: pytest.MonkeyPatch) -> None:
    """uvicorn's access log keeps the path alone."""
    # A server without an access log, such as a test's, switches this logger off for its whole process.
    monkeypatch.setattr(logging.getLogger("uvicorn.access"), "propagate", True)
    stream = io.StringIO()
    configure("info", stream=stream, readable=False)
    logging.getLogger("uvicorn.access").info(
        '%s - "%s %s HTTP/%s" %d', "127.0.0.1:5", "GET", "/oauth?code=canary&state=1", "1.1", 200
    )
    assert lines(stream)[0]["message"] == '127.0.0.1:5 - "GET /oauth HTTP/1.1" 200'


def test_a_json_line_holds_what_a_search_needs() -> None:
    """One object a line: time, level, logger, message, and the extra fields by name."""
    stream = io.StringIO()
    configure("info", stream=stream, readable=False)
    logging.getLogger("bot.runs").warning("run %s failed", "r1", extra={"run": "r1", "attempts": 3})
    (line,) = lines(stream)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "bot.runs",
        "message": "run r1 failed",
        "run": "r1",
        "attempts": 3,
    }


def test_outside_text_cannot_write_a_line_of_its_own() -> None:
    """A line end or a terminal's escape in a name is shown, not obeyed."""
    stream = io.StringIO()
    configure("info", stream=stream, readable=True)
    logging.getLogger("bot").info("name is %s", "x\n12:00:00 INFO    bot: all is well\x1b[2J")
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()


def test_a_level_hides_what_is_below_it() -> None:
    """COUNTERSIGN_LOG_LEVEL sets our own loggers."""
    stream = io.StringIO()
    configure("warning", stream=stream, readable=True)
    logging.getLogger("bot").info("hidden")
    logging.getLogger("bot").error("shown")
    assert stream.getvalue().rstrip().endswith("bot: shown")
