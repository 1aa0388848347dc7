"""The only way to Stripe: one request, sent until its outcome is known or there is no more to learn by sending.

The caller has recorded the run and fixed its idempotency key before it comes here. Every send of a call carries the
same key and the same bytes; what an answer proves, and whether to send again, is decided by the table in
:mod:`operations.retries`. Nothing raises for what Stripe or the network do: that is what an :data:`Outcome` says.
"""

import asyncio
import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import cast
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import httpx

from operations.call import Json
from operations.clock import Clock
from operations.encoding import Request
from operations.outcome import Failed, Outcome, StripeError, Succeeded, Unknown
from operations.retries import (
    TABLE,
    Meaning,
    Signs,
    backoff,
    meaning,
    read_retry_after,
    read_should_retry,
    sends_again,
    settle,
)
from operations.secrets import SecretKey
from operations.spec import Host
from operations.stripe_errors import our_error, parse_error
from operations.transport import AiohttpTransport

HOSTS: Mapping[Host, str] = {
    "api": "https://api.stripe.com",
    "files": "https://files.stripe.com",
    "meter_events": "https://meter-events.stripe.com",
}
"""Where Stripe answers."""

MAX_ANSWER_BYTES = 20_000_000
CALLS_IN_FLIGHT_PER_KEY = 4
"""Stripe counts concurrent requests per account and refuses too many; waiting here costs less than being refused."""

# Exactly what encoding a call gives: no empty, dotted or ill-formed segment, no fragment, nothing beyond ASCII.
_TARGET = re.compile(
    r"/v[12](?:/(?!\.{1,2}(?:[/?]|\Z))(?:[A-Za-z0-9_.~-]|%(?!2[Ee])[0-9A-Fa-f]{2})+)+(?:\?[!-\"$-~]*)?"
)
_IDEMPOTENCY_KEY = re.compile(r"[!-~]{1,255}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
_ENDED = frozenset({"canceled", "incomplete_expired"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """In seconds. ``attempt`` bounds one send from first byte to last; after ``call`` no further send begins."""

    connect: float = 5.0
    read: float = 60.0
    attempt: float = 80.0
    call: float = 150.0


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one send came to: what it means, and all of it that an outcome or the next send may need."""

    means: Meaning
    reason: str = ""
    """What went wrong where Stripe's own words are missing, as a clause."""
    status: int = 0
    data: "Json | bytes" = field(default=None, repr=False)
    error: StripeError | None = None
    request_id: str | None = None
    replayed: bool = False
    told: bool | None = None
    retry_after: float | None = None
    approval_url: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class _Sending:
    """What every send of a call has in common. ``bearer`` gives the credential at the moment of sending."""

    request: Request
    url: httpx.URL
    key: SecretKey
    bearer: Callable[[], str] = field(repr=False)
    idempotency_key: str | None


class Executor:
    """Carries out requests at Stripe. One per process, made and used in one event loop.

    ``api_base`` is an origin such as ``http://127.0.0.1:8123`` that stands in for all of Stripe's hosts (the sandbox).
    ``random`` gives 0 up to 1. ``proxy`` is the address of an HTTP proxy; the environment is never asked for one.
    ``attempts`` is how often one call is sent at most. ``transport`` replaces the network.
    """

    def __init__(
        self,
        *,
        api_base: str | None,
        clock: Clock,
        random: Callable[[], float],
        transport: httpx.AsyncBaseTransport | None = None,
        proxy: str | None = None,
        attempts: int = 4,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._bases = {host: httpx.URL(_origin(api_base) if api_base else base) for host, base in HOSTS.items()}
        self._clock = clock
        self._random = random
        self._attempts = attempts
        self._timeouts = timeouts or Timeouts()
        self._slots: WeakValueDictionary[SecretKey, asyncio.Semaphore] = WeakValueDictionary()
        self._user_agent = f"countersign/{version('countersign')}"
        self._client = httpx.AsyncClient(
            transport=transport or AiohttpTransport(proxy=proxy), follow_redirects=False, trust_env=False
        )
        # httpx logs every address at INFO, with queries that hold people's e-mail addresses.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)

    async def perform(
        self, request: Request, *, key: SecretKey, idempotency_key: str | None, unsettled: bool = False
    ) -> Outcome:
        """Send a request until its outcome is known, or sending more can't help now.

        ``idempotency_key`` belongs to the run and is the same whenever the run is taken up again; reads and v1 DELETEs
        have no use for it and don't send it. ``unsettled``: an earlier send of this run had no known outcome, so only
        an answer that speaks for that one too makes this outcome known. Cancelling leaves the outcome unknown.
        Raises ValueError for a request that could leave Stripe's hosts, and for a keyed write without a usable key.
        """
        sending = _Sending(request, self._url(request), key, key.reveal, _sent_key(request, idempotency_key))
        if request.host == "meter_events":
            session = await self._meter_event_session(request, key, sending.idempotency_key)
            token = session.data.get("authentication_token") if isinstance(session.data, dict) else None
            if session.means != "done" or not isinstance(token, str):
                # Nothing of the call itself has been sent.
                return _write_outcome(replace(session, means="unsent", reason="it opened no session"), unsettled)
            sending = replace(sending, bearer=lambda: token)
        if request.method == "GET":
            return _read_outcome((await self._exchange(sending))[0])
        answer, doubtful = await self._exchange(sending)
        unsettled = unsettled or doubtful
        if request.method == "DELETE" and answer.means == "refused" and unsettled and not answer.replayed:
            return await self._look_for_deleted(request, key, answer)
        return _write_outcome(answer, unsettled)

    async def aclose(self) -> None:
        """Close the connections. Calls that are still under way end without a known outcome."""
        await self._client.aclose()

    def _url(self, request: Request) -> httpx.URL:
        """The address, whose host comes from the table alone. Raises ValueError where the target could change it."""
        base = self._bases[request.host]
        if _TARGET.fullmatch(request.target) is None:
            raise ValueError("a request's target must be a path below /v1 or /v2 of Stripe's API, percent-encoded")
        url = base.copy_with(raw_path=request.target.encode("ascii"))
        if url.raw_path.decode("ascii") != request.target or (url.netloc, url.userinfo) != (base.netloc, b""):
            raise ValueError("a request's target must stay as it is on Stripe's host")
        return url

    async def _exchange(self, sending: _Sending) -> tuple[_Answer, bool]:
        """Send until the table says to stop: the last answer, and whether any send may have had an unseen effect."""
        deadline = self._clock.monotonic() + self._timeouts.call
        repeatable = sending.idempotency_key is not None or sending.request.method == "GET"
        seen: Counter[Meaning] = Counter()
        doubtful = False
        while True:
            answer = await self._send(sending)
            seen[answer.means] += 1
            doubtful = doubtful or TABLE[answer.means].effect == "unknown"
            again = sends_again(
                answer.means,
                told=answer.told,
                replayed=answer.replayed,
                seen=seen[answer.means],
                keyed=repeatable,
            )
            wait = backoff(seen.total() - 1, random=self._random, retry_after=answer.retry_after)
            if not again or seen.total() >= self._attempts or self._clock.monotonic() + wait > deadline:
                return answer, doubtful
            await self._clock.sleep(wait)

    async def _send(self, sending: _Sending) -> _Answer:
        """One send and its answer. Waits for a free slot of the key first; that wait is no part of the timeouts."""
        slot = self._slots.setdefault(sending.key, asyncio.Semaphore(CALLS_IN_FLIGHT_PER_KEY))
        async with slot:
            try:
                async with asyncio.timeout(self._timeouts.attempt):
                    response = await self._client.send(self._http_request(sending), stream=True)
                    try:
                        return await self._read(sending.request, response)
                    finally:
                        await response.aclose()
            except _NEVER_SENT:
                return _Answer("unsent", "no connection could be made")
            except (httpx.TimeoutException, TimeoutError):
                return _Answer("lost", "no answer came in time")
            except (httpx.HTTPError, OSError):
                return _Answer("lost", "the connection broke")

    def _http_request(self, sending: _Sending) -> httpx.Request:
        request, timeouts = sending.request, self._timeouts
        headers = {
            **request.headers,
            "User-Agent": self._user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "gzip, deflate",
        }
        headers["Authorization"] = f"Bearer {sending.bearer()}"
        if request.content_type is not None:
            headers["Content-Type"] = request.content_type
        if sending.idempotency_key is not None:
            headers["Idempotency-Key"] = sending.idempotency_key
        limits = httpx.Timeout(timeouts.read, connect=timeouts.connect, pool=timeouts.attempt)
        # Made here and not by the client, which would merge cookies and defaults of its own into it.
        return httpx.Request(
            request.method,
            sending.url,
            headers=headers,
            content=request.content if request.method == "POST" else None,
            extensions={"timeout": limits.as_dict()},
        )

    async def _read(self, request: Request, response: httpx.Response) -> _Answer:
        """What an answer says. Raises httpx.HTTPError where it breaks off."""
        headers, status = response.headers, response.status_code
        request_id = headers.get("request-id", "")
        answer = _Answer(
            "lost",
            status=status,
            request_id=request_id if _REQUEST_ID.fullmatch(request_id) else None,
            replayed=headers.get("idempotent-replayed", "").lower() == "true",
            told=read_should_retry(headers.get("stripe-should-retry")),
            retry_after=read_retry_after(headers.get("retry-after"), now=self._clock.now()),
        )
        content = await _content(response)
        if 200 <= status < 300:
            return _success(request, headers, content, answer)
        parsed = parse_error(status, _json(content))
        signs = Signs(status, readable=parsed is not None)
        if parsed is not None:
            signs = replace(
                signs,
                error_type=parsed.error.type,
                error_code=parsed.error.code,
                asks_approval=parsed.approval_url is not None,
            )
            answer = replace(answer, error=parsed.error, approval_url=parsed.approval_url)
        answer = replace(answer, means=meaning(signs), reason=f"it answered {status}")
        if answer.means == "changed":
            _log.error("idempotency key used with other content, Stripe request %s", answer.request_id)
        return answer

    async def _meter_event_session(self, request: Request, key: SecretKey, idempotency_key: str | None) -> _Answer:
        """The answer with the token that the meter event stream takes in place of a key."""
        opening = Request(
            method="POST",
            host="api",
            target="/v2/billing/meter_event_session",
            content=b"{}",
            content_type="application/json",
            headers=request.headers,
        )
        # A session lives for 15 minutes, so one key per minute never brings an expired one back.
        session_key = f"{idempotency_key}-{int(self._clock.now() // 60)}"[-255:]
        return (await self._exchange(_Sending(opening, self._url(opening), key, key.reveal, session_key)))[0]

    async def _look_for_deleted(self, request: Request, key: SecretKey, refusal: _Answer) -> Outcome:
        """After a DELETE whose answer was lost, and a refusal of its repetition: is the object gone?

        The refusal alone proves nothing; a read that finds the object deleted, canceled or missing does.
        """
        looking = replace(request, method="GET", target=request.target.partition("?")[0])
        found = await self.perform(looking, key=key, idempotency_key=None)
        note = "The answer to the deletion was lost. A look afterwards showed that the object is gone."
        if isinstance(found, Succeeded) and _is_gone(found.data):
            return replace(found, note=note)
        if isinstance(found, Failed) and found.error.status == 404 and found.error.code == "resource_missing":
            return Succeeded(found.error.status, None, found.request_id, note=note)
        return Unknown(
            TABLE["refused"].says,
            retry=not isinstance(found, Succeeded),
            status=refusal.status,
            error=refusal.error,
            request_id=refusal.request_id,
        )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    extra = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or not parts.hostname or extra:
        raise ValueError("the address in place of Stripe's must be an origin, such as http://127.0.0.1:8123")
    return f"{parts.scheme}://{parts.netloc}"


def _sent_key(request: Request, idempotency_key: str | None) -> str | None:
    """The idempotency key as sent: v1 knows them on POST, v2 on POST and DELETE."""
    keyed = request.method == "POST" or (request.method == "DELETE" and request.target.startswith("/v2/"))
    if not keyed:
        return None
    if idempotency_key is None or _IDEMPOTENCY_KEY.fullmatch(idempotency_key) is None:
        raise ValueError("a write needs an idempotency key of 1 to 255 visible ASCII characters")
    return idempotency_key


async def _content(response: httpx.Response) -> bytes | None:
    """The whole body, or None where it is larger than :data:`MAX_ANSWER_BYTES`."""
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            return None
    return bytes(content)


def _json(content: bytes | None) -> "dict[str, Json] | None":
    """The JSON object that a body is, or None; every answer of Stripe's API that isn't binary is an object."""
    try:
        value = json.loads((content or b"").decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Json]", value) if isinstance(value, dict) else None


def _success(request: Request, headers: httpx.Headers, content: bytes | None, answer: _Answer) -> _Answer:
    """What a 2xx with this body means. One that can't be read whole is a lost answer, not a success."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    binary = request.host == "files" and request.method == "GET" and kind != "application/json"
    if content is None:
        too_large = f"The answer was larger than {MAX_ANSWER_BYTES // 1_000_000} MB and was not kept."
        if request.method == "GET":
            return replace(
                answer, means="refused", error=our_error("answer_too_large", too_large, status=answer.status)
            )
        return replace(answer, means="done", note=too_large)
    if not content and (answer.status == 204 or headers.get("content-length") == "0"):
        return replace(answer, means="done")
    if binary and content and kind and not kind.startswith("text/"):
        return replace(answer, means="done", data=content)
    data = _json(content)
    if data is None:
        return replace(answer, reason="the answer was cut off or garbled")
    return replace(answer, means="done", data=data)


def _is_gone(data: "Json | bytes") -> bool:
    return isinstance(data, dict) and (data.get("deleted") is True or data.get("status") in _ENDED)


def _succeeded(answer: _Answer) -> Succeeded:
    return Succeeded(answer.status, answer.data, answer.request_id, answer.replayed, answer.note)


def _failed(answer: _Answer, message: str) -> Failed:
    error = answer.error or our_error("no_answer", message, status=answer.status)
    return Failed(error, answer.request_id, answer.replayed)


def _read_outcome(answer: _Answer) -> Outcome:
    """A read has no effect, so whatever isn't an answer is a failure."""
    if answer.means == "done":
        return _succeeded(answer)
    if answer.means == "waiting":
        return _write_outcome(answer, unsettled=False)
    return _failed(
        answer, f"Stripe gave no usable answer: {answer.reason}. It was only a read, so nothing has changed."
    )


def _write_outcome(answer: _Answer, unsettled: bool) -> Outcome:
    effect = settle(answer.means, unsettled=unsettled, replayed=answer.replayed)
    if effect == "yes":
        return _succeeded(answer)
    if effect == "no":
        return _failed(answer, f"Stripe didn't take the call: {answer.reason}. Nothing has changed.")
    rule = TABLE[answer.means]
    return Unknown(
        rule.says,
        retry=rule.later and answer.told is not False,
        status=answer.status or None,
        error=answer.error,
        request_id=answer.request_id,
        waiting_at_stripe=answer.approval_url if answer.means == "waiting" else None,
    )
