"""From a door to the listeners: what is acknowledged at once, what waits for an answer, what is said if none comes.

Commands, clicks, shortcuts and events are acknowledged by the door before anything else runs, so nothing that happens
later can undo it. A modal's submission and a select's search want data in the acknowledgement itself: they wait, with a
deadline inside Slack's three seconds. After the deadline the work still goes on to its end.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot import limits
from bot.blocks import modal, section
from bot.tasks import Supervisor

logger = logging.getLogger(__name__)

Body: TypeAlias = dict[str, Any]

LATE = "This takes longer than Slack waits. It may still go through: look in the channel before you submit again."
BROKEN = "Something went wrong here before an answer was ready. Look in the channel before you submit again."


@dataclass(frozen=True, slots=True)
class DispatchAnswer:
    """What the listeners answered: an HTTP status, and JSON, text or nothing (``""``)."""

    status: int
    body: Body | str = ""


Dispatch: TypeAlias = Callable[[Body, Mapping[str, str]], Awaitable[DispatchAnswer]]
"""Hands a parsed payload, and the headers that tell of redelivery, to the listeners."""


def waits_for_answer(body: Mapping[str, Any]) -> bool:
    """Whether the acknowledgement of this payload has to carry what a listener answers."""
    return body.get("type") in {"view_submission", "block_suggestion"}


class Intake:
    """What both doors, HTTP and Socket Mode, do with a payload that they trust."""

    def __init__(
        self, *, dispatch: Dispatch, supervisor: Supervisor, answer_seconds: float = limits.ANSWER_SECONDS
    ) -> None:
        self._dispatch = dispatch
        self._supervisor = supervisor
        self._answer_seconds = answer_seconds

    def hand_over(self, body: Body, headers: Mapping[str, str]) -> None:
        """Start the work; the door acknowledges. Raises DrainingError when no work is taken any more."""
        self._supervisor.spawn(_kind(body), self._carry_out(body, headers))

    async def answer(self, body: Body, headers: Mapping[str, str]) -> Body | None:
        """What to acknowledge with: a listener's JSON, None for an empty acknowledgement, or the honest truth.

        Raises DrainingError when no work is taken any more, and nothing else.
        """
        answered: asyncio.Future[DispatchAnswer | None] = asyncio.get_running_loop().create_future()
        self._supervisor.spawn(_kind(body), self._pass_on(body, headers, answered))
        await asyncio.wait({answered}, timeout=self._answer_seconds)
        if not answered.done():
            logger.warning("%s got no answer within %s s", _kind(body), self._answer_seconds)
            return no_answer(body, LATE)
        answer = answered.result()
        if answer is None or answer.status != 200:
            return no_answer(body, BROKEN)
        return answer.body if isinstance(answer.body, dict) else None

    async def _carry_out(self, body: Body, headers: Mapping[str, str]) -> None:
        answer = await self._dispatch(body, headers)
        if answer.status != 200:
            logger.warning("no listener took a %s: status %s", _kind(body), answer.status)

    async def _pass_on(
        self, body: Body, headers: Mapping[str, str], answered: "asyncio.Future[DispatchAnswer | None]"
    ) -> None:
        try:
            answer = await self._dispatch(body, headers)
            if not answered.done():
                answered.set_result(answer)
        finally:
            if not answered.done():
                answered.set_result(None)


def no_answer(body: Mapping[str, Any], sentence: str) -> Body:
    """What to tell Slack where no listener did. An empty acknowledgement would close the modal as if all were well."""
    if body.get("type") == "block_suggestion":
        return {"options": []}
    view = body.get("view")
    blocks = view.get("blocks") if isinstance(view, Mapping) else None
    for block in blocks if isinstance(blocks, list) else ():
        # Slack accepts errors only under the block_ids of inputs of this very view.
        if isinstance(block, Mapping) and block.get("type") == "input" and isinstance(block.get("block_id"), str):
            return {"response_action": "errors", "errors": {block["block_id"]: sentence}}
    return {"response_action": "update", "view": modal("No answer yet", [section(sentence)], callback_id="no_answer")}


def _kind(body: Mapping[str, Any]) -> str:
    """The kind of payload, for logs: one of Slack's words, never the sender's."""
    kind = body.get("type", "command" if "command" in body else None)
    return kind if kind in _KINDS else "payload of another kind"


_KINDS = frozenset(
    {
        "block_actions",
        "block_suggestion",
        "command",
        "event_callback",
        "message_action",
        "shortcut",
        "view_closed",
        "view_submission",
        "app_rate_limited",
    }
)
