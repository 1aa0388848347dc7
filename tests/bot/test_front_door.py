"""The HTTP front door: only what Slack signed gets in, it is acknowledged at once, and nothing is ever a 500."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.front_door import FrontDoor
from bot.intake import Body, DispatchAnswer, Intake
from bot.signature import Verifier
from bot.tasks import Supervisor
from tests.block_rules import view_violations
from tests.fakes import slack_payloads as payloads
from tests.fakes.clock import ManualClock
from tests.fakes.slack_payloads import FORM, JSON, Sender, signature

SECRET = "signing secret for tests"
OLD_SECRET = "the secret before it was rotated"


class Door:
    """A front door with listeners that note what they get, and answer what they are told to."""

    def __init__(self, **options: Any) -> None:
        self.clock = ManualClock()
        self.supervisor = Supervisor()
        self.got: list[Body] = []
        self.headers: list[Mapping[str, str]] = []
        self.answer: DispatchAnswer | Exception = DispatchAnswer(200)
        self.hold: asyncio.Event | None = None
        self.not_ready: str | None = None
        intake = Intake(
            dispatch=self._dispatch, supervisor=self.supervisor, answer_seconds=options.pop("answer_seconds", 5)
        )
        self.app = FrontDoor(
            verifier=Verifier([SECRET, OLD_SECRET], self.clock),
            intake=intake,
            clock=self.clock,
            not_ready=self._not_ready,
            **options,
        )
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://door")
        self.slack = Sender(self.http, SECRET, self.clock)

    async def _dispatch(self, body: Body, headers: Mapping[str, str]) -> DispatchAnswer:
        self.got.append(body)
        self.headers.append(headers)
        if self.hold is not None:
            await self.hold.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def _not_ready(self) -> str | None:
        return self.not_ready

    async def settled(self) -> list[Body]:
        """What the listeners got, once everything accepted has been handed on."""
        while going_on := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(going_on)
        return self.got


@pytest.fixture
def door() -> Door:
    return Door()


async def test_a_command_is_acknowledged_and_handed_on(door: Door) -> None:
    """An empty 200, and the form's fields to the listeners."""
    answer = await door.slack.command("customers list")
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await door.settled())[0]["text"] == "customers list"


async def test_the_acknowledgement_does_not_wait_for_listeners(door: Door) -> None:
    """Promise 7: whatever listeners wait for, Slack has its answer."""
    door.hold = asyncio.Event()
    for answer in (
        await door.slack.command("x"),
        await door.slack.interaction(payloads.click("approve")),
        await door.slack.event(payloads.event({"type": "app_home_opened"}, event_id="Ev1")),
        await door.slack.interaction({"type": "view_closed", "view": {}}),
        await door.slack.interaction({"type": "shortcut", "callback_id": "c"}),
    ):
        assert (answer.status_code, answer.content) == (200, b"")
    door.hold.set()
    assert len(await door.settled()) == 5


@pytest.mark.parametrize("text", ["payload", "get event payload", "payload=1&payload=2", "", "  ", "💶 %FF +"])
async def test_no_word_in_a_command_loses_it(door: Door, text: str) -> None:
    """B1: the word payload in a command is a word like any other."""
    assert (await door.slack.command(text)).status_code == 200
    assert (await door.settled())[0]["text"] == text


async def test_a_failing_listener_does_not_undo_the_acknowledgement(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    """What was acknowledged stays so; the failure is counted and told without the payload."""
    door.answer = RuntimeError("pasted-secret")
    assert (await door.slack.command("pasted-secret")).status_code == 200
    await door.settled()
    assert door.supervisor.failed == 1
    assert "pasted-secret" not in caplog.text


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Request-Timestamp": "abc"},
        {"X-Slack-Request-Timestamp": "1" * 5000},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "-1767225600"},
        {"X-Slack-Request-Timestamp": "1_767_225_600"},
        {"X-Slack-Request-Timestamp": "１７６７２２５６００"},
        {"X-Slack-Request-Timestamp": " 1767225600.0"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v1=" + "0" * 64},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=é" + "0" * 63},
        {"X-Slack-Signature": "v0=" + "0" * 5000},
        {"X-Slack-Signature": None},
        {"X-Slack-Request-Timestamp": None},
    ],
)
async def test_a_bad_header_is_a_401(door: Door, headers: dict[str, str | None]) -> None:
    """A4, A8: malformed, foreign, too long, missing: never a 500, and nothing is parsed."""
    body = urlencode(payloads.command("x")).encode()
    sent: dict[str, str | None] = {**door.slack.headers(body, FORM), **headers}
    raw = [(name.encode(), value.encode()) for name, value in sent.items() if value is not None]
    answer = await door.http.post("/slack/events", content=body, headers=raw)
    assert (answer.status_code, answer.content, door.got) == (401, b"", [])


@pytest.mark.parametrize("name", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
async def test_a_header_sent_twice_is_a_401(door: Door, name: str) -> None:
    """Two of a kind leave open which one counts."""
    body = b"ssl_check=1"
    headers = door.slack.headers(body, FORM)
    raw = [(key.encode(), value.encode()) for key, value in headers.items()]
    answer = await door.http.post(
        "/slack/events", content=body, headers=[*raw, (name.encode(), headers[name].encode())]
    )
    assert answer.status_code == 401


@pytest.mark.parametrize(("off", "status"), [(301, 401), (-301, 401), (299, 200), (-299, 200)])
async def test_a_request_of_another_time_is_refused(
    door: Door, off: int, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A1, A2, A20: five minutes either way; a right signature of another time is an error for the operator."""
    body = b"command=%2Fstripe&text=x"
    timestamp = str(int(door.clock.now()) + off)
    headers = door.slack.headers(body, FORM) | {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(SECRET, timestamp, body),
    }
    answer = await door.http.post("/slack/events", content=body, headers=headers)
    assert answer.status_code == status
    assert ("clock right" in caplog.text) == (status == 401)


async def test_only_the_raw_bytes_are_what_is_signed(door: Door) -> None:
    """A9: the same fields encoded another way are another body."""
    signed, sent = b"command=%2Fstripe&text=a+b", b"command=%2Fstripe&text=a%20b"
    answer = await door.http.post("/slack/events", content=sent, headers=door.slack.headers(signed, FORM))
    assert answer.status_code == 401


async def test_either_secret_works_while_one_is_replaced(door: Door) -> None:
    """Rotation needs no outage; another app's secret (A18) is nobody's."""
    for secret, status in ((SECRET, 200), (OLD_SECRET, 200), ("another app's", 401)):
        sender = Sender(door.http, secret, door.clock)
        assert (await sender.command("x")).status_code == status


def test_a_verifier_needs_secrets() -> None:
    """No secret, or an empty one, would verify anybody."""
    for secrets in ([], [""], [SECRET, ""]):
        with pytest.raises(ValueError, match="secret"):
            Verifier(secrets, ManualClock())


async def test_the_same_signed_request_twice_has_one_effect(door: Door) -> None:
    """A3, D5: a replay within the window is answered and ignored, whatever it carries."""
    for kind, body in (
        (FORM, urlencode(payloads.command("x")).encode()),
        (FORM, urlencode({"payload": json.dumps(payloads.click("approve"))}).encode()),
        (JSON, json.dumps(payloads.event({"type": "x"}, event_id="Ev9")).encode()),
    ):
        headers = door.slack.headers(body, kind)
        before = len(await door.settled())
        for _ in range(3):
            assert (await door.http.post("/slack/events", content=body, headers=headers)).status_code == 200
            door.clock.advance(100)
        assert len(await door.settled()) == before + 1


async def test_a_redelivered_event_has_one_effect(door: Door) -> None:
    """A19: Slack signs a redelivery anew; the event id tells."""
    payload = payloads.event({"type": "x"}, event_id="Ev1")
    await door.slack.event(payload)
    door.clock.advance(60)
    answer = await door.slack.event(payload, **{"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"})
    assert answer.status_code == 200
    await door.slack.event(
        payloads.event({"type": "x"}, event_id="Ev2"), **{"X-Slack-Retry-Num": "2", "Authorization": "x"}
    )
    assert [body["event_id"] for body in await door.settled()] == ["Ev1", "Ev2"]
    assert door.headers == [{}, {"x-slack-retry-num": "2"}]


async def test_what_is_unsigned_is_never_parsed(door: Door) -> None:
    """A10, A11, A14, A16: deep JSON, broken JSON, bad UTF-8 and ssl_check, all without a signature, are 401s."""
    for kind, body in (
        (JSON, b'{"a":' * 100_000),
        (JSON, b"[" * 900_000),
        (FORM, b"payload=%7Bnot"),
        (FORM, b"ssl_check=1"),
        (FORM, b"\xff\xfe"),
    ):
        answer = await door.http.post("/slack/events", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, b"text=%FF%FE&command=x"),
        (FORM, b"\xff=\xfe"),
        (FORM, b"payload=%7Bnot"),
        (FORM, b"payload=%5B1%5D"),
        (FORM, b"payload={}&text=x"),
        (FORM, b"text=a&text=b"),
        (FORM, b"payload={}&payload={}"),
        (FORM, b"&".join(b"f%d=x" % n for n in range(65))),
        (FORM, b"just words"),
        (FORM, b""),
        (FORM, b"payload={}"),
        (FORM, b"text=x"),
        (JSON, b'{"type": 1}'),
        (JSON, b"[1]"),
        (JSON, b'"text"'),
        (JSON, b'{"a":'),
        (JSON, b'{"a": NaN}'),
        (JSON, b'{"a": "\xff"}'),
        (JSON, b'{"a":' * 65 + b"1" + b"}" * 65),
        (JSON, b"[" * 900_000),
        (JSON, b'{"a": "' + b"[" * 100 + b'", "b": ' + b"[" * 100),
        ("text/plain", b"payload={}"),
        ("", b"payload={}"),
        ("multipart/form-data; boundary=x", b"--x--"),
    ],
)
async def test_a_signed_body_of_another_form_is_a_400(door: Door, kind: str, body: bytes) -> None:
    """A16 and neighbours: duplicates, too many fields, bad UTF-8, depth, no JSON: refused, and never a 500."""
    answer = await door.slack.post(body, kind)
    assert (answer.status_code, door.got) == (400, [])


async def test_brackets_in_text_are_no_depth(door: Door) -> None:
    """Depth counts structure, not what people write."""
    payload = payloads.click("approve", '[[[{{{\\"[' * 50)
    assert (await door.slack.interaction(payload)).status_code == 200


async def test_a_body_over_a_megabyte_is_a_413(door: Door) -> None:
    """A12: whether its length is announced or not, and before anything is verified."""

    async def chunks() -> Any:
        for _ in range(30):
            yield b"x" * 50_000

    announced = await door.http.post("/slack/events", content=b"x" * 1_000_001)
    streamed = await door.http.post("/slack/events", content=chunks())
    lying = await door.http.post("/slack/events", content=b"x", headers={"Content-Length": "9" * 4000})
    assert [announced.status_code, streamed.status_code, lying.status_code] == [413, 413, 413]
    assert announced.headers["connection"] == "close"


async def raw(door: Door, scope: dict[str, Any], events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the application sends for ASGI events that httpx would not make; after them it waits for ever."""
    sent: list[dict[str, Any]] = []
    queue = list(events)

    async def receive() -> dict[str, Any]:
        if queue:
            return queue.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(dict(message))

    await door.app(scope, receive, send)
    return sent


POST = {"type": "http", "method": "POST", "path": "/slack/events", "headers": []}


async def test_a_body_that_never_ends_is_a_408() -> None:
    """A connection is not held for a body that can't be acknowledged in time."""
    door = Door(body_seconds=0)
    sent = await raw(door, dict(POST), [{"type": "http.request", "body": b"x", "more_body": True}])
    assert sent[0]["status"] == 408


async def test_a_client_that_goes_away_gets_nothing(door: Door) -> None:
    """Half a body is no request."""
    assert (
        await raw(
            door, dict(POST), [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]
        )
        == []
    )


async def test_a_websocket_is_closed(door: Door) -> None:
    """There is none here."""
    assert await raw(door, {"type": "websocket"}, []) == [{"type": "websocket.close"}]


async def test_a_server_may_start_and_stop_it(door: Door) -> None:
    """The lifespan protocol is answered, as servers expect."""
    sent = await raw(door, {"type": "lifespan"}, [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    assert [event["type"] for event in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_probes_and_other_paths(door: Door) -> None:
    """healthz lives as long as the process; readyz says why not; nothing else is there."""
    assert (await door.http.get("/healthz")).status_code == 200
    assert (await door.http.get("/readyz")).status_code == 200
    door.not_ready = "The database can't be reached."
    answer = await door.http.get("/readyz")
    assert (answer.status_code, answer.text) == (503, door.not_ready)
    assert (await door.http.post("/readyz")).status_code == 405
    assert (await door.http.get("/slack/events")).status_code == 405
    assert (await door.http.post("/slack/events/")).status_code == 404
    assert (await door.http.get("/")).status_code == 404


async def test_slacks_own_checks_are_answered(door: Door) -> None:
    """url_verification gets its challenge, ssl_check an empty 200; no listener hears of either."""
    answer = await door.slack.event({"type": "url_verification", "challenge": "3eZbrw", "token": "x"})
    assert (answer.status_code, answer.json()) == (200, {"challenge": "3eZbrw"})
    answer = await door.slack.post(b"ssl_check=1&token=x")
    assert (answer.status_code, answer.content, await door.settled()) == (200, b"", [])


SUBMISSION = payloads.submission(
    {"callback_id": "c", "blocks": [{"type": "section"}, {"type": "input", "block_id": "amount"}]}, {}
)


async def test_a_submission_is_answered_with_what_the_listener_says(door: Door) -> None:
    """Errors, updates and empty acknowledgements go back in the answer itself."""
    errors = {"response_action": "errors", "errors": {"amount": "Too much."}}
    door.answer = DispatchAnswer(200, errors)
    assert (await door.slack.interaction(SUBMISSION)).json() == errors
    door.answer = DispatchAnswer(200, "")
    answer = await door.slack.interaction(SUBMISSION | {"trigger_id": "again"})
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("broken", [RuntimeError("x"), DispatchAnswer(404, {"error": "x"}), DispatchAnswer(500)])
async def test_a_submission_whose_listener_fails_is_told_so(door: Door, broken: DispatchAnswer | Exception) -> None:
    """An empty answer would close the modal as if it had worked. What was typed stays."""
    door.answer = broken
    answer = await door.slack.interaction(SUBMISSION)
    assert answer.status_code == 200
    assert answer.json()["response_action"] == "errors"
    assert list(answer.json()["errors"]) == ["amount"]


async def test_a_slow_submission_is_told_so_and_goes_on() -> None:
    """After the deadline Slack has an honest answer, and the work is not cut off."""
    door = Door(answer_seconds=0)
    door.hold = asyncio.Event()
    answer = await door.slack.interaction(SUBMISSION)
    assert "may still go through" in answer.json()["errors"]["amount"]
    assert door.supervisor.running == 1
    door.hold.set()
    await door.settled()
    assert door.supervisor.failed == 0


async def test_a_modal_without_inputs_is_replaced_by_the_sentence(door: Door) -> None:
    """Errors may only be put under inputs of the same view; without one the view itself says it."""
    door.answer = RuntimeError("x")
    answer = (await door.slack.interaction(payloads.submission({"callback_id": "c", "blocks": []}, {}))).json()
    assert answer["response_action"] == "update"
    assert view_violations(answer["view"]) == []


async def test_a_search_that_fails_offers_nothing(door: Door) -> None:
    """A select's menu stays empty rather than broken."""
    search = {"type": "block_suggestion", "action_id": "a", "value": "x"}
    door.answer = DispatchAnswer(200, {"options": [{"text": {}, "value": "1"}]})
    assert len((await door.slack.interaction(search)).json()["options"]) == 1
    door.answer = RuntimeError("x")
    assert (await door.slack.interaction(search | {"value": "y"})).json() == {"options": []}


async def test_while_draining_slack_is_told_to_go_elsewhere(door: Door) -> None:
    """A 503 makes Slack redeliver an event and tells a person that the command failed: nothing is taken and lost."""
    await door.supervisor.drain(0)
    for answer in (
        await door.slack.command("x"),
        await door.slack.event(payloads.event({"type": "x"}, event_id="Ev1")),
        await door.slack.interaction(SUBMISSION),
    ):
        assert answer.status_code == 503
    assert door.got == []


async def test_nothing_of_a_request_is_logged(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    """A22: refusals are counted and named by reason; no body, token, response URL or header shows."""
    with caplog.at_level(logging.DEBUG):
        body = urlencode(payloads.command("pasted-secret")).encode()
        await door.http.post(
            "/slack/events", content=body, headers=door.slack.headers(body, FORM) | {"X-Slack-Signature": "v0=00"}
        )
        await door.slack.post(b"text=pasted-secret&text=legacy-verification-token", FORM)
        await door.slack.command("pasted-secret")
        await door.slack.interaction(payloads.click("approve", "pasted-secret"))
        await door.settled()
    assert door.app.refusals == {"signature malformed": 1, "body: a field twice": 1}
    assert door.app.accepted == 2
    for secret in ("pasted-secret", "legacy-verification-token", "hooks.slack.com", "v0=0"):
        assert secret not in caplog.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    body=st.binary(max_size=200) | st.text(max_size=100).map(str.encode),
    kind=st.sampled_from([FORM, JSON, "", "x"]),
    timestamp=st.binary(max_size=14) | st.just(b"1767225600"),
    mark=st.binary(max_size=70) | st.just(b""),
)
async def test_no_bytes_make_a_500(body: bytes, kind: str, timestamp: bytes, mark: bytes) -> None:
    """Random bytes anywhere, signed or not, are refused or acknowledged, and raise nothing."""
    door = Door()
    headers = [(b"content-type", kind.encode()), (b"x-slack-request-timestamp", timestamp)]
    signed = signature(SECRET, timestamp.decode("latin-1"), body).encode()
    scope = {**POST, "headers": [*headers, (b"x-slack-signature", mark or signed)]}
    sent = await raw(door, scope, [{"type": "http.request", "body": body, "more_body": False}])
    assert sent[0]["status"] in {200, 400, 401}
    await door.settled()
