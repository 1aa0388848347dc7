"""Hands ready payloads to Bolt, so that matching, middleware and listeners stay Bolt's.

A payload goes in as Socket Mode's do: parsed already, its signature checked already. Bolt itself forgets an
acknowledgement when its listener fails within the next 10 ms, and notices one only by polling; so the acknowledgement
is caught where the listener gives it.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.intake import Body, Dispatch, DispatchAnswer
from bot.tasks import Supervisor


class _Ack(AsyncAck):
    """Bolt's ``ack``, which also tells at once that it was called, and with what."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bolt leaves it without annotations
        self.given: asyncio.Future[DispatchAnswer] = asyncio.get_running_loop().create_future()

    async def __call__(self, *args: Any, **kwargs: Any) -> BoltResponse:
        response = await super().__call__(*args, **kwargs)
        if not self.given.done():
            self.given.set_result(_answer(response))
        return response


def bolt_dispatch(app: AsyncApp, supervisor: Supervisor) -> Dispatch:
    """Dispatching to the listeners of ``app``, which must be made with ``process_before_response=True``.

    With it Bolt runs a listener inside the task that dispatches, which is the Supervisor's; without it, in a task that
    nobody owns. The answer is there as soon as a listener acknowledges, or else when Bolt is done; what the listener
    does after its acknowledgement, failing included, changes nothing about it.
    """

    async def dispatch(body: Body, headers: Mapping[str, str]) -> DispatchAnswer:
        ack = _Ack()
        request = AsyncBoltRequest(mode="socket_mode", body=body, headers=dict(headers), context={"ack": ack})

        async def run() -> None:
            try:
                response = await app.async_dispatch(request)
                if not ack.given.done():
                    ack.given.set_result(_answer(response))
            finally:
                if not ack.given.done():
                    ack.given.set_result(DispatchAnswer(500))

        supervisor.spawn("listener", run())
        return await ack.given

    return dispatch


def _answer(response: BoltResponse) -> DispatchAnswer:
    """Bolt's response with its body read back from JSON, where it is JSON."""
    text = response.body or ""
    if not text.startswith("{"):
        return DispatchAnswer(response.status, text)
    body: Body = json.loads(text)
    return DispatchAnswer(response.status, body)
