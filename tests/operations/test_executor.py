"""What becomes of a call, answer by answer: the outcome table, driven through the executor."""

import asyncio
import logging
from itertools import product

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.encoding import FORM, Request
from operations.executor import MAX_ANSWER_BYTES, Executor, Timeouts
from operations.outcome import Failed, Outcome, Succeeded, Unknown
from tests.operations.executor_tools import (
    DELETE,
    DELETE_V2,
    DONE,
    IDEMPOTENCY_KEY,
    KEY,
    READ,
    REFUND,
    VERSION,
    FakeClock,
    Script,
    answer,
    error,
    perform,
    refusal,
)

NO_CONNECTION = httpx.ConnectError("refused")
SLOW = httpx.ReadTimeout("slow")
RESET = httpx.ReadError("reset")


def garbled(text: str = '{"id": "re_1", "obj', **headers: str) -> httpx.Response:
    return httpx.Response(200, content=text.encode(), headers={"content-type": "application/json", **headers})


# --- what is sent -----------------------------------------------------------------------------------------------------


async def test_a_call_goes_out_with_its_key_its_version_and_its_bytes() -> None:
    """Everything that was signed, plus the credential, the idempotency key and our name."""
    script = Script(answer(200, DONE, request_id="req_1"))
    outcome = await perform(script)
    assert outcome == Succeeded(200, DONE, "req_1")
    [sent] = script.sent
    assert (sent.method, str(sent.url), sent.content) == ("POST", "https://api.stripe.com/v1/refunds", REFUND.content)
    headers = sent.headers
    assert headers["authorization"] == f"Bearer {KEY.reveal()}"
    assert headers["idempotency-key"] == IDEMPOTENCY_KEY
    assert headers["stripe-version"] == VERSION["Stripe-Version"]
    assert headers["content-type"] == FORM
    assert headers["user-agent"].startswith("countersign/")
    assert "cookie" not in headers


async def test_an_acting_account_travels_with_the_call() -> None:
    """Stripe-Account and Stripe-Context are part of what was signed."""
    script = Script(answer(200, DONE))
    headers = {**VERSION, "Stripe-Account": "acct_1", "Stripe-Context": "acct_2"}
    await perform(script, Request("POST", "api", "/v1/refunds", b"", FORM, headers))
    assert script.sent[0].headers["stripe-account"] == "acct_1"
    assert script.sent[0].headers["stripe-context"] == "acct_2"


@pytest.mark.parametrize(
    ("request_", "keyed"), [(REFUND, True), (DELETE_V2, True), (DELETE, False), (READ, False)], ids=str
)
async def test_the_idempotency_key_goes_where_stripe_knows_it(request_: Request, keyed: bool) -> None:
    """v1 POST and v2 POST and DELETE; it has no effect on reads and v1 DELETEs."""
    script = Script(answer(200, {"id": "x", "deleted": True}))
    await perform(script, request_)
    assert ("idempotency-key" in script.sent[0].headers) is keyed


@pytest.mark.parametrize("bad", [None, "", "x" * 256, "a b", "a\r\nX: y", "schlüssel"])
@pytest.mark.parametrize("request_", [REFUND, DELETE_V2], ids=str)
async def test_a_write_without_a_usable_key_is_not_sent(request_: Request, bad: str | None) -> None:
    """A write that can't be repeated safely is never begun."""
    script = Script()
    with pytest.raises(ValueError, match="idempotency key"):
        await perform(script, request_, idempotency_key=bad)
    assert script.sent == []


@pytest.mark.parametrize(
    ("host", "address"),
    [("api", "https://api.stripe.com"), ("files", "https://files.stripe.com")],
)
async def test_hosts_are_fixed(host: str, address: str) -> None:
    """The host comes from a table, and from nothing a person can type."""
    script = Script(answer(200, DONE), answer(200, DONE))
    request = Request("POST", host, "/v1/files", b"x", FORM, VERSION)  # type: ignore[arg-type]  # parametrized
    await perform(script, request)
    await perform(script, request, api_base="http://127.0.0.1:8123")
    assert [str(sent.url) for sent in script.sent] == [f"{address}/v1/files", "http://127.0.0.1:8123/v1/files"]


TRICKS = [
    "@evil.example/v1",
    ".evil.example/v1",
    "//evil.example/v1",
    "/\\evil.example/v1",
    "/v1//evil.example",
    "/v1/customers/..",
    "/v1/customers/.",
    "/v1/customers/../refunds",
    "/v1/customers/%2e%2e/refunds",
    "/v1/customers/",
    "/v1/customers/cus_1#x",
    "/v1/customers?a=b#x",
    "/v1/customers/cus_1\r\nX-Evil: 1",
    "/v1/customers/cus_1\x00",
    "/v1/customers/cus 1",
    "/v1/customers/cüs",
    "/v1/customers/%zz",
    "/v3/customers",
    "/v1",
    "",
    "http://evil.example/v1/customers",
]


@pytest.mark.parametrize("target", TRICKS)
async def test_no_target_reaches_another_host_or_path(target: str) -> None:
    """C1 to C12: such a request isn't sent at all."""
    script = Script()
    with pytest.raises(ValueError, match="target"):
        await perform(script, Request("GET", "api", target, b"", None, VERSION))
    assert script.sent == []


@given(st.text(max_size=30) | st.from_regex(r"/v1/[!-~]{0,20}", fullmatch=True))
def test_whatever_target_gets_through_stays_byte_for_byte_on_stripes_host(target: str) -> None:
    """Either refused, or sent to api.stripe.com exactly as signed."""
    executor = Executor(api_base=None, clock=FakeClock(), random=lambda: 0.0, transport=Script())
    try:
        url = executor._url(Request("GET", "api", target, b"", None, VERSION))
    except ValueError:
        return
    assert url.host == "api.stripe.com"
    assert url.raw_path.decode() == target


@pytest.mark.parametrize(
    "base", ["ftp://x", "127.0.0.1:80", "http://", "http://a/v1", "http://u:p@a", "http://a?x", "http://a#x"]
)
def test_only_an_origin_can_stand_in_for_stripe(base: str) -> None:
    """A path, a query or credentials in the base address would move every call."""
    with pytest.raises(ValueError, match="origin"):
        Executor(api_base=base, clock=FakeClock(), random=lambda: 0.0, transport=Script())


async def test_nothing_of_a_call_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """F17: httpx would log the address with the query at INFO."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.NOTSET)
    await perform(
        Script(answer(200, DONE)), Request("GET", "api", "/v1/customers/search?query=jane", b"", None, VERSION)
    )
    assert "jane" not in caplog.text
    assert KEY.reveal() not in caplog.text


async def test_cookies_of_an_answer_are_not_sent_back() -> None:
    """One client serves every workspace; nothing may pass from one call to the next."""
    script = Script(answer(200, DONE, set_cookie="a=b; Path=/"), answer(200, DONE))
    executor = Executor(api_base=None, clock=FakeClock(), random=lambda: 0.0, transport=script)
    for _ in range(2):
        await executor.perform(REFUND, key=KEY, idempotency_key="k")
    await executor.aclose()
    assert "cookie" not in script.sent[1].headers


# --- outcomes ---------------------------------------------------------------------------------------------------------


async def test_a_refusal_is_final_and_keeps_what_stripe_said() -> None:
    """400, 402 and 404 are judgements; nothing happened and nothing is repeated."""
    for status in (400, 402, 404, 410, 422):
        script = Script(refusal(status, code="some_code"))
        outcome = await perform(script)
        assert isinstance(outcome, Failed)
        assert (outcome.error.status, outcome.error.code, outcome.request_id) == (status, "some_code", f"req_{status}")
        assert len(script.sent) == 1


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_problem_is_not_repeated(status: int) -> None:
    """The same key gives the same answer; a person has to act."""
    script = Script(refusal(status))
    assert isinstance(await perform(script), Failed)
    assert len(script.sent) == 1


@pytest.mark.parametrize(
    "item",
    [
        SLOW,
        RESET,
        httpx.WriteError("cut"),
        httpx.RemoteProtocolError("cut"),
        httpx.WriteTimeout("slow"),
        httpx.DecodingError("gzip"),
        OSError("odd"),
        refusal(502),
        refusal(503),
        refusal(504),
        httpx.Response(502, text="<html>Bad Gateway"),
        httpx.Response(404, text="<html>Not Found"),
        garbled(),
        garbled("[1, 2]"),
        garbled('"x"'),
        garbled(""),
        garbled("[" * 100_000),
        httpx.Response(200, content=b"\xff\xfe{}", headers={"content-type": "application/json"}),
        httpx.Response(200, text="<html>Please log in to this network", headers={"content-type": "text/html"}),
    ],
    ids=lambda item: repr(item)[:40],
)
async def test_a_lost_answer_is_asked_for_again_with_the_same_key_and_bytes(item: httpx.Response | Exception) -> None:
    """The first send may have been carried out, so the second must be the very same (E14, G5)."""
    script = Script(item, answer(200, DONE, idempotent_replayed="true"))
    outcome = await perform(script)
    assert outcome == Succeeded(200, DONE, None, replayed=True)
    first, second = script.sent
    assert first.content == second.content
    assert first.url == second.url
    assert first.headers.raw == second.headers.raw


async def test_an_answer_that_never_comes_leaves_the_outcome_unknown() -> None:
    """After all attempts nobody knows; the same key can still settle it."""
    clock = FakeClock()
    script = Script(SLOW, RESET, refusal(503), SLOW)
    outcome = await perform(script, clock=clock)
    assert isinstance(outcome, Unknown)
    assert outcome.retry
    assert "not known" in outcome.reason
    assert clock.slept == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("nothing_left", [NO_CONNECTION, httpx.ConnectTimeout("slow"), httpx.PoolTimeout("full")])
async def test_what_never_left_is_a_failure(nothing_left: Exception) -> None:
    """No byte reached Stripe on any attempt, so nothing happened."""
    script = Script(*[nothing_left] * 4)
    outcome = await perform(script)
    assert isinstance(outcome, Failed)
    assert "Nothing has changed" in outcome.error.message
    assert len(script.sent) == 4


@pytest.mark.parametrize(
    "then",
    [
        [NO_CONNECTION] * 3,
        [refusal(429)] * 3,
        [refusal(401)],
        [refusal(403)],
        [refusal(400, code="charge_already_refunded")],
        [refusal(404)],
        [refusal(409, code="lock_conflict")] * 3,
        [refusal(400), answer(200, DONE)],
    ],
    ids=str,
)
async def test_doubt_outlives_every_answer_that_says_nothing_about_the_first_send(
    then: list[httpx.Response | Exception],
) -> None:
    """E18: a 429, a 401 or a plain 400 on a repetition is no word on the send whose answer was lost."""
    assert isinstance(await perform(Script(SLOW, *then)), Unknown)


@pytest.mark.parametrize(
    ("last", "later"),
    [(refusal(429), True), (refusal(401), True), (refusal(400), False), (NO_CONNECTION, True)],
    ids=str,
)
async def test_doubt_from_before_a_restart_stays_in_the_same_way(last: httpx.Response | Exception, later: bool) -> None:
    """``unsettled``: an earlier process lost the answer. A plain refusal can't be settled by repeating it."""
    outcome = await perform(Script(*[last] * 4), unsettled=True)
    assert isinstance(outcome, Unknown)
    assert outcome.retry is later


async def test_a_success_settles_earlier_doubt() -> None:
    """With one key there is one effect, so a success speaks for all sends."""
    assert isinstance(await perform(Script(answer(200, DONE)), unsettled=True), Succeeded)


async def test_a_replayed_refusal_settles_earlier_doubt() -> None:
    """Idempotent-Replayed: this is what became of the first send."""
    outcome = await perform(Script(SLOW, refusal(402, code="card_declined", idempotent_replayed="true")))
    assert isinstance(outcome, Failed)
    assert outcome.replayed
    assert outcome.error.code == "card_declined"


async def test_rate_limits_are_waited_out() -> None:
    """429 and lock timeouts: not carried out, so sending again is safe, and giving up is a plain failure."""
    for code in ("rate_limit", "lock_timeout"):
        assert isinstance(await perform(Script(refusal(429, code=code), answer(200, DONE))), Succeeded)
        outcome = await perform(Script(*[refusal(429, code=code)] * 4))
        assert isinstance(outcome, Failed)
        assert outcome.error.code == code


async def test_a_key_in_use_is_waited_for_and_stays_unknown() -> None:
    """E17: another send of this very call is being worked on, so its outcome is not ours to call a failure."""
    in_use = refusal(409, code="idempotency_key_in_use")
    assert isinstance(await perform(Script(in_use, answer(200, DONE))), Succeeded)
    outcome = await perform(Script(*[in_use] * 4))
    assert isinstance(outcome, Unknown)
    assert outcome.retry


async def test_other_bytes_under_the_key_raise_the_alarm(caplog: pytest.LogCaptureFixture) -> None:
    """E19: never a new key; nothing is sent again, now or later."""
    script = Script(refusal(400, kind="idempotency_error", stripe_should_retry="true"))
    outcome = await perform(script)
    assert isinstance(outcome, Unknown)
    assert not outcome.retry
    assert "ALARM" in outcome.reason
    assert len(script.sent) == 1
    assert "req_400" in caplog.text


@pytest.mark.parametrize("status", [400, 402, 403])
async def test_an_approval_at_stripe_is_waited_for_there(status: int) -> None:
    """E16: not a failure, since Stripe will carry it out; not repeated either."""
    url = "https://dashboard.stripe.com/approvals/areq_1"
    script = Script(answer(status, error(status, approval_request={"id": "areq_1", "url": url})))
    outcome = await perform(script)
    assert isinstance(outcome, Unknown)
    assert outcome.waiting_at_stripe == url
    assert not outcome.retry
    assert len(script.sent) == 1


@pytest.mark.parametrize("status", [424, 500])
async def test_a_failure_inside_stripe_is_replayed_once_and_then_left_to_people(status: int) -> None:
    """E20: the stored answer won't change; a new key could do it twice."""
    script = Script(refusal(status, kind="api_error"), refusal(status, kind="api_error", idempotent_replayed="true"))
    outcome = await perform(script)
    assert isinstance(outcome, Unknown)
    assert not outcome.retry
    assert len(script.sent) == 2
    assert {sent.headers["idempotency-key"] for sent in script.sent} == {IDEMPOTENCY_KEY}


@pytest.mark.parametrize(("request_", "kind"), [(REFUND, Unknown), (DELETE, Unknown), (READ, Failed)], ids=str)
async def test_redirects_are_never_followed(request_: Request, kind: type[Outcome]) -> None:
    """C14: the key isn't sent on. Stripe doesn't redirect, so a write that met one has no known outcome."""
    script = Script(httpx.Response(302, headers={"location": "https://evil.example/"}))
    outcome = await perform(script, request_)
    assert isinstance(outcome, kind)
    assert len(script.sent) == 1


async def test_stripe_should_retry_is_obeyed() -> None:
    """The header wins over the status, both ways."""
    told_to = Script(refusal(400, stripe_should_retry="true"), answer(200, DONE))
    assert isinstance(await perform(told_to), Succeeded)
    told_not_to = Script(refusal(503, stripe_should_retry="false"))
    outcome = await perform(told_not_to)
    assert isinstance(outcome, Unknown)
    assert not outcome.retry
    assert isinstance(await perform(Script(refusal(429, stripe_should_retry="false"))), Failed)


async def test_retry_after_is_honoured_up_to_half_a_minute() -> None:
    """What Stripe asks for is waited, but nobody waits for an hour in a chat."""
    clock = FakeClock()
    script = Script(refusal(429, retry_after="7"), refusal(429, retry_after="3600"), answer(200, DONE))
    assert isinstance(await perform(script, clock=clock), Succeeded)
    assert clock.slept == [7.0, 30.0]


async def test_no_send_begins_after_the_calls_time_is_over() -> None:
    """The total time bounds the waiting whatever the attempts."""
    clock = FakeClock()
    script = Script(*[refusal(429, retry_after="20")] * 10)
    outcome = await perform(script, clock=clock, attempts=10, timeouts=Timeouts(call=50.0))
    assert isinstance(outcome, Failed)
    assert clock.slept == [20.0, 20.0]


async def test_a_read_that_gets_no_answer_is_a_failure_in_clear_words() -> None:
    """A read changes nothing, so it is never unknown, even if it is told that it was unsettled."""
    for items in (
        [SLOW] * 4,
        [refusal(503)] * 4,
        [refusal(500)] * 2,
        [garbled()] * 4,
        [httpx.Response(429, text="x")] * 4,
    ):
        outcome = await perform(Script(*items), READ, unsettled=True)
        assert isinstance(outcome, Failed)
        assert outcome.error.message
    outcome = await perform(Script(*[SLOW] * 4), READ)
    assert isinstance(outcome, Failed)
    assert "only a read" in outcome.error.message


async def test_a_read_is_repeated_after_a_lost_answer() -> None:
    """Repeating a read is always safe."""
    assert isinstance(await perform(Script(SLOW, RESET, refusal(502), answer(200, DONE)), READ), Succeeded)


# --- deletions --------------------------------------------------------------------------------------------------------

MISSING = refusal(404, code="resource_missing")


async def test_deleting_what_does_not_exist_is_a_failure() -> None:
    """Without a lost answer a 404 is simply a 404."""
    script = Script(MISSING)
    assert isinstance(await perform(script, DELETE), Failed)
    assert len(script.sent) == 1


@pytest.mark.parametrize(
    "look",
    [
        MISSING,
        answer(200, {"id": "cus_1", "object": "customer", "deleted": True}),
        answer(200, {"id": "sub_1", "object": "subscription", "status": "canceled"}),
    ],
    ids=["missing", "deleted", "canceled"],
)
@pytest.mark.parametrize("second", [MISSING, refusal(400)], ids=["404", "400"])
async def test_a_deletion_whose_answer_was_lost_is_found_done_by_a_look(
    second: httpx.Response, look: httpx.Response
) -> None:
    """The refusal of the repetition proves nothing; the object being gone does."""
    script = Script(SLOW, second, look)
    outcome = await perform(script, DELETE)
    assert isinstance(outcome, Succeeded)
    assert outcome.note is not None
    assert [sent.method for sent in script.sent] == ["DELETE", "DELETE", "GET"]
    assert script.sent[2].url.path == "/v1/customers/cus_1"


@pytest.mark.parametrize(
    ("look", "later"),
    [
        (answer(200, {"id": "cus_1", "object": "customer"}), False),
        (answer(404, error(404, message="Unrecognized request URL")), True),
        (refusal(403), True),
    ],
    ids=["still there", "no such read", "no permission to read"],
)
async def test_a_look_that_does_not_find_it_gone_leaves_the_deletion_unknown(look: httpx.Response, later: bool) -> None:
    """Only what is seen counts."""
    outcome = await perform(Script(SLOW, MISSING, look), DELETE)
    assert isinstance(outcome, Unknown)
    assert outcome.retry is later


async def test_a_deletion_taken_up_after_a_restart_is_settled_by_a_look() -> None:
    """The lost answer may have been another process's."""
    look = answer(200, {"id": "cus_1", "deleted": True}, request_id="req_look")
    outcome = await perform(Script(MISSING, look), DELETE, unsettled=True)
    assert isinstance(outcome, Succeeded)
    assert outcome.request_id == "req_look"


async def test_the_look_asks_for_the_object_alone() -> None:
    """A DELETE may take parameters that its read doesn't."""
    request = Request("DELETE", "api", "/v1/subscriptions/sub_1?invoice_now=true", b"", None, VERSION)
    script = Script(SLOW, MISSING, MISSING)
    await perform(script, request)
    assert str(script.sent[2].url) == "https://api.stripe.com/v1/subscriptions/sub_1"


async def test_a_v1_deletion_without_an_answer_is_repeated_once() -> None:
    """It has no idempotency key; twice is enough to learn."""
    script = Script(SLOW, SLOW)
    outcome = await perform(script, DELETE)
    assert isinstance(outcome, Unknown)
    assert outcome.retry
    assert len(script.sent) == 2


# --- bodies -----------------------------------------------------------------------------------------------------------


async def test_a_quotes_pdf_comes_as_bytes() -> None:
    """Binary answers are served by the files host."""
    pdf = b"%PDF-1.7 \xff\x00"
    script = Script(httpx.Response(200, content=pdf, headers={"content-type": "application/pdf"}))
    outcome = await perform(script, Request("GET", "files", "/v1/quotes/qt_1/pdf", b"", None, VERSION))
    assert outcome == Succeeded(200, pdf, None)


async def test_a_web_page_in_place_of_a_pdf_is_a_failure() -> None:
    """A network's log-in page is no answer of Stripe's."""
    page = httpx.Response(200, text="<html>", headers={"content-type": "text/html"})
    outcome = await perform(Script(*[page] * 4), Request("GET", "files", "/v1/quotes/qt_1/pdf", b"", None, VERSION))
    assert isinstance(outcome, Failed)


async def test_an_answer_without_a_body_is_a_success() -> None:
    """Some v2 operations answer with nothing."""
    for response in (httpx.Response(204), httpx.Response(200, headers={"content-length": "0"})):
        assert isinstance(await perform(Script(response)), Succeeded)


async def test_an_answer_that_is_too_large_is_told_so() -> None:
    """A write was carried out all the same; a read has to be made smaller. Neither is repeated."""
    big = b'{"data": "' + b"x" * MAX_ANSWER_BYTES + b'"}'
    for request in (REFUND, READ):
        script = Script(httpx.Response(200, content=big, headers={"content-type": "application/json"}))
        outcome = await perform(script, request)
        assert len(script.sent) == 1
        if isinstance(outcome, Succeeded):
            assert request is REFUND
            assert outcome.note is not None
            assert outcome.data is None
        else:
            assert isinstance(outcome, Failed)
            assert outcome.error.type == "answer_too_large"


async def test_a_request_id_that_is_none_is_dropped() -> None:
    """It is shown and stored, so it has to look like one."""
    outcome = await perform(Script(answer(200, DONE, request_id="<!channel>")))
    assert isinstance(outcome, Succeeded)
    assert outcome.request_id is None


async def test_an_error_text_is_masked() -> None:
    """E10, E11: what Stripe repeats of a key doesn't get in."""
    body = error(400, message="No such key: sk_live_****xCB6PW")
    outcome = await perform(Script(answer(400, body)))
    assert isinstance(outcome, Failed)
    assert "xCB6PW" not in outcome.error.message


# --- the meter event stream -------------------------------------------------------------------------------------------

STREAM = Request(
    "POST", "meter_events", "/v2/billing/meter_event_stream", b'{"events":[]}', "application/json", VERSION
)


async def test_meter_events_are_streamed_with_a_sessions_token() -> None:
    """The stream has a host of its own and takes the token of a session instead of a key."""
    script = Script(answer(200, {"authentication_token": "token_1"}), answer(200, {}))
    assert isinstance(await perform(script, STREAM), Succeeded)
    session, stream = script.sent
    assert str(session.url) == "https://api.stripe.com/v2/billing/meter_event_session"
    assert session.headers["authorization"] == f"Bearer {KEY.reveal()}"
    assert session.headers["idempotency-key"] != IDEMPOTENCY_KEY
    assert str(stream.url) == "https://meter-events.stripe.com/v2/billing/meter_event_stream"
    assert stream.headers["authorization"] == "Bearer token_1"
    assert stream.headers["idempotency-key"] == IDEMPOTENCY_KEY


@pytest.mark.parametrize("unsettled", [False, True])
async def test_without_a_session_no_meter_event_is_sent(unsettled: bool) -> None:
    """Nothing of the call left; what an earlier process sent stays open."""
    for items in ([refusal(403)], [answer(200, {"authentication_token": 7})], [SLOW] * 4):
        script = Script(*items)
        outcome = await perform(script, STREAM, unsettled=unsettled)
        assert isinstance(outcome, Unknown if unsettled else Failed)
        assert {sent.url.host for sent in script.sent} == {"api.stripe.com"}


# --- all together -----------------------------------------------------------------------------------------------------


class IdempotentStripe(httpx.AsyncBaseTransport):
    """A Stripe that carries a call out once per key, and faults by script: before the effect, or after it."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        self.effects = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fault = self.faults.pop(0) if self.faults else "none"
        if fault == "no connection":
            raise NO_CONNECTION
        if fault in ("429", "401", "403", "409"):
            return refusal(int(fault), code="idempotency_key_in_use" if fault == "409" else None)
        if fault == "lost before":
            raise RESET
        replayed = {"idempotent_replayed": "true"} if self.effects else {}
        self.effects = 1
        if fault == "lost after":
            raise SLOW
        if fault == "502 after":
            return httpx.Response(502, text="Bad Gateway")
        if fault == "cut after":
            return garbled()
        return answer(200, DONE, **replayed)


FAULTS = ["no connection", "429", "401", "409", "lost before", "lost after", "502 after", "cut after"]


@pytest.mark.parametrize("faults", [list(each) for each in product(FAULTS, repeat=3)], ids="-".join)
async def test_no_sequence_of_faults_makes_a_wrong_verdict(faults: list[str]) -> None:
    """Failed only where nothing happened, succeeded only where it did, whatever goes wrong in whatever order."""
    stripe = IdempotentStripe(faults)
    outcome = await perform(stripe)
    if isinstance(outcome, Failed):
        assert stripe.effects == 0
    elif isinstance(outcome, Succeeded):
        assert stripe.effects == 1
    else:
        assert isinstance(await perform(stripe, unsettled=True, attempts=10), Succeeded | Unknown)
        assert outcome.retry


async def test_four_calls_of_a_key_are_in_flight_at_most() -> None:
    """More would only be refused by Stripe; other keys aren't held up."""

    class Counting(httpx.AsyncBaseTransport):
        now = most = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.now += 1
            self.most = max(self.most, self.now)
            for _ in range(5):
                await asyncio.sleep(0)
            self.now -= 1
            return answer(200)

    counting = Counting()
    executor = Executor(api_base=None, clock=FakeClock(), random=lambda: 0.0, transport=counting)
    await asyncio.gather(*(executor.perform(READ, key=KEY, idempotency_key=None) for _ in range(20)))
    await executor.aclose()
    assert counting.most == 4
