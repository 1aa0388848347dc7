"""The way of one request: who asks, was it asked before, is it right, do it, and answer. Faults come in between."""

import hashlib
import json
import logging
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from operations.call import FileContent
from operations.clock import Clock
from operations.registry import Registry
from operations.sandbox import errors, expanding, idempotency, listing
from operations.sandbox.asked import Asked, Desk, Incoming
from operations.sandbox.behaviours import BEHAVIOURS
from operations.sandbox.checking import check
from operations.sandbox.errors import RefusalError
from operations.sandbox.faults import Fault, Faults
from operations.sandbox.idempotency import Answer, IdempotencyLayer, Slot
from operations.sandbox.ids import Ids
from operations.sandbox.journal import Effect, Journal
from operations.sandbox.plausible import Plausible
from operations.sandbox.state import State, StripeObject, copied
from operations.sandbox.work import Behaviour, Result, Work
from operations.spec import Operation

log = logging.getLogger(__name__)

_JSON = {"content-type": "application/json"}
_GATEWAY_PAGE = b"<html><head><title>Bad gateway</title></head><body>The gateway had no answer.</body></html>"


@dataclass(frozen=True, slots=True)
class Cut:
    """Instead of an answer: the connection is to be cut, after so much of ``answer`` where there is one."""

    answer: Answer | None = None


class Service:
    """Answers requests over a state. One at a time: nothing here waits but the delays of faults."""

    def __init__(
        self, registry: Registry, *, clock: Clock, rng: random.Random, state: State, journal: Journal, faults: Faults
    ) -> None:
        self._registry = registry
        self._clock = clock
        self._rng = rng
        self._state = state
        self._journal = journal
        self._faults = faults
        self._ids = Ids(rng)
        self._desk = Desk(registry, state)
        self._idempotency = IdempotencyLayer(clock)
        self._behaviours = _by_key(registry)
        self._plausible = Plausible(self._retrieve_kind)

    async def handle(self, incoming: Incoming) -> tuple[Answer | Cut, Fault | None]:
        """The answer, or the cut of the connection, and the fault that was met."""
        fault = self._faults.take(incoming.method, incoming.path)
        request_id = self._ids.request()
        if fault is not None and fault.kind == "drop_before":
            return Cut(), fault
        try:
            asked = self._desk.understand(incoming, request_id)
            answer: Answer | Cut = await self._answer(asked, fault)
        except RefusalError as refusal:
            answer = self._refused(refusal, incoming, request_id)
        if isinstance(answer, Answer) and fault is not None and fault.should_retry is not None:
            retry = {"Stripe-Should-Retry": "true" if fault.should_retry else "false"}
            answer = Answer(answer.status, answer.content, {**answer.headers, **retry})
        return answer, fault

    # --- once only ---

    async def _answer(self, asked: Asked, fault: Fault | None) -> Answer | Cut:
        scope = (asked.operation.api, asked.book.account, "live" if asked.book.livemode else "test")
        context = {
            name: asked.incoming.headers.get(name, "")
            for name in ("stripe-account", "stripe-context", "stripe-version")
        }
        mark = idempotency.fingerprint(asked.incoming.method, asked.incoming.path, _marked(asked.values), context)
        early = _early(fault)
        if early is not None:
            raise early
        if fault is not None and fault.kind in {"502_before", "503_before", "504_before"}:
            return _gateway(fault)
        if asked.key is not None:
            stored = self._idempotency.find(scope, asked.key, mark)
            if stored is not None:
                replay = {"Idempotent-Replayed": "true", "Original-Request": stored.headers.get("Request-Id", "")}
                return _late(
                    Answer(stored.status, stored.content, {**stored.headers, "Request-Id": asked.request_id, **replay}),
                    fault,
                )
        parameters = check(asked.operation, asked.values, form=asked.form)
        self._check_expand(asked.operation, parameters)
        slot = self._idempotency.begin(scope, asked.key, mark) if asked.key is not None else None
        try:
            answer = await self._perform(asked, parameters, fault)
        except BaseException:
            # Only a cancelled delay gets here: nothing was done, and nobody is waiting any more.
            _settle(slot, None, asked.operation)
            raise
        _settle(slot, answer, asked.operation)
        if fault is not None and fault.kind == "delay_after":
            await self._clock.sleep(fault.seconds)
        return _late(answer, fault)

    def _check_expand(self, operation: Operation, parameters: Mapping[str, Any]) -> None:
        paths = parameters.get("expand")
        if operation.api == "v1" and isinstance(paths, list):
            paged = operation.response.kind in {"list", "search"}
            expanding.check(paths, operation.response.objects, self._registry.expandable, paged=paged)

    async def _perform(self, asked: Asked, parameters: dict[str, Any], fault: Fault | None) -> Answer:
        if fault is not None and fault.kind == "delay":
            await self._clock.sleep(fault.seconds)
        if fault is not None and fault.kind in {"500_before", "424_before"}:
            return self._broken(fault, asked)
        answer = self._execute(asked, parameters)
        if fault is not None and fault.kind in {"500_after", "424_after"}:
            return self._broken(fault, asked)
        return answer

    def _broken(self, fault: Fault, asked: Asked) -> Answer:
        refusal = errors.server_error()
        if fault.kind.startswith("424"):
            refusal = errors.dependency_failed()
        return self._refused(refusal, asked.incoming, asked.request_id)

    # --- do it ---

    def _execute(self, asked: Asked, parameters: dict[str, Any]) -> Answer:
        work = Work(
            operation=asked.operation,
            path_ids=asked.path_ids,
            parameters=parameters,
            book=asked.book,
            state=self._state,
            ids=self._ids,
            rng=self._rng,
            now=int(self._clock.now()),
            request_id=asked.request_id,
            idempotency_key=asked.key,
        )
        behaviour: Behaviour = self._behaviours.get(asked.operation.key, self._plausible.answer)
        try:
            result = behaviour(work)
            shown = self._shown(work, result, parameters)
        except RefusalError as refusal:
            return self._refused(refusal, asked.incoming, asked.request_id)
        except Exception:  # a fault of the sandbox must not look like one of the bot; it holds invented data alone
            log.exception("the sandbox has a fault of its own in %s", asked.operation.key)
            return self._refused(errors.server_error(), asked.incoming, asked.request_id)
        if asked.operation.method != "GET":
            self._record(asked, parameters, work, shown)
        headers = self._headers(asked.incoming, asked.request_id)
        if isinstance(shown, bytes):
            return Answer(200, shown, {**headers, "content-type": "application/pdf"})
        return Answer(200, json.dumps(shown).encode(), {**headers, **_JSON})

    def _shown(self, work: Work, result: Result, parameters: Mapping[str, Any]) -> dict[str, Any] | bytes:
        """The answer: paged, copied, and expanded as asked."""
        path = "/".join(["", *(step for step in self._concrete(work).split("/") if step)])
        match result:
            case bytes():
                return result
            case listing.Found():
                result = listing.page_search(result, parameters, path)
            case listing.Many() if work.operation.api == "v2":
                result = listing.page_v2(result, parameters, path)
            case listing.Many():
                result = listing.page(result, parameters, path)
        shown: dict[str, Any] = copied(result)
        paths = parameters.get("expand")
        if isinstance(paths, list) and work.operation.api == "v1":
            self._expander(work).expand(shown, paths)
        return shown

    def _concrete(self, work: Work) -> str:
        ids = iter(work.path_ids)
        return re.sub(r"\{[^{}]*\}", lambda _: next(ids, ""), work.operation.path)

    def _expander(self, work: Work) -> expanding.Expander:
        def lookup(kind: str, id_: str) -> StripeObject | None:
            found = work.book.any(id_) or work.book.deleted.get(id_)
            if found is None and kind and kind != "account":
                found = work.book.put(work.draft(kind, id=id_))
            copy: StripeObject | None = copied(found)
            return copy

        def members(kind: str, owner: StripeObject) -> list[StripeObject]:
            name = str(owner["object"])
            copies: list[StripeObject] = copied(
                [each for each in work.book.newest(kind) if each.get(name) == owner.get("id")]
            )
            return copies

        return expanding.Expander(self._registry.expandable, lookup, members)

    def _record(self, asked: Asked, parameters: dict[str, Any], work: Work, shown: dict[str, Any] | bytes) -> None:
        own = shown.get("id") if isinstance(shown, dict) else None
        self._journal.effects.append(
            Effect(
                number=len(self._journal.effects) + 1,
                at=self._clock.now(),
                account=asked.book.account,
                livemode=asked.book.livemode,
                operation=asked.operation.key,
                path=asked.incoming.path,
                parameters=_plain(parameters),
                idempotency_key=asked.incoming.headers.get("idempotency-key"),
                object_id=own or next(iter(work.changed), None),
                request_id=asked.request_id,
            )
        )

    # --- answers ---

    def _headers(self, incoming: Incoming, request_id: str) -> dict[str, str]:
        headers = {
            "Request-Id": request_id,
            "Stripe-Version": incoming.headers.get("stripe-version", self._registry.api_version),
        }
        if "idempotency-key" in incoming.headers:
            headers["Idempotency-Key"] = incoming.headers["idempotency-key"]
        return headers

    def _refused(self, refusal: RefusalError, incoming: Incoming, request_id: str) -> Answer:
        api = "v2" if incoming.path.startswith("/v2/") else "v1"
        url = f"https://dashboard.stripe.com/test/logs/{request_id}" if refusal.status not in {401, 403} else None
        body = refusal.body(api=api, request_log_url=url)
        headers = {**self._headers(incoming, request_id), **_JSON, **refusal.headers}
        return Answer(refusal.status, json.dumps(body).encode(), headers)

    def _retrieve_kind(self, path: str) -> str | None:
        found = self._registry.by_key(f"GET {path}")
        return found.response.objects[0] if found is not None and found.response.objects else None


def _by_key(registry: Registry) -> dict[str, Behaviour]:
    """The behaviours under the registry's own keys. Raises ValueError for one whose operation does not exist."""
    found: dict[str, Behaviour] = {}
    for key, behaviour in BEHAVIOURS.items():
        operation = registry.by_key(key)
        if operation is None:
            raise ValueError(f"the sandbox has a behaviour for {key}, which is no operation")
        found[operation.key] = behaviour
    return found


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as JSON can hold them: a file by its name."""
    return {name: value.name if isinstance(value, FileContent) else value for name, value in values.items()}


def _marked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they tell one request from another: a file by its name, its type and its bytes."""
    return {
        name: [value.name, value.content_type, hashlib.sha256(value.data).hexdigest()]
        if isinstance(value, FileContent)
        else value
        for name, value in values.items()
    }


def _settle(slot: Slot | None, answer: Answer | None, operation: Operation) -> None:
    """v1 keeps whatever execution came to; v2 only success."""
    if slot is None:
        return
    if answer is None or (operation.api == "v2" and answer.status >= 300):
        slot.release()
    else:
        slot.fill(answer)


def _early(fault: Fault | None) -> RefusalError | None:
    """The refusal of a fault that comes before the idempotency layer."""
    match fault.kind if fault is not None else None:
        case "429":
            return errors.rate_limited()
        case "lock_timeout":
            return errors.lock_timeout()
        case "409":
            return errors.key_in_use()
        case "approval_required":
            return errors.approval_required()
        case "redirect":
            return errors.moved()
    return None


def _gateway(fault: Fault) -> Answer:
    return Answer(int(fault.kind[:3]), _GATEWAY_PAGE, {"content-type": "text/html"})


def _late(answer: Answer, fault: Fault | None) -> Answer | Cut:
    """What becomes of a true answer on its way back."""
    match fault.kind if fault is not None else None:
        case "502_after" | "503_after" | "504_after":
            assert fault is not None  # noqa: S101 (for the type checker: the match says so)
            return _gateway(fault)
        case "drop_after":
            return Cut()
        case "truncated":
            return Cut(answer)
    return answer
