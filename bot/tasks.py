"""Background work that somebody owns: a reference is kept, a failure is logged, and shutting down waits for it.

Everything that goes on after an acknowledgement runs here. Slack never resends a command or a click, so work that was
accepted is finished before the process ends, and nothing is accepted that could not be.
"""

import asyncio
import logging
import traceback
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any

from bot.errors import CountersignError

logger = logging.getLogger(__name__)


class DrainingError(CountersignError):
    """The process is shutting down and takes no new work."""


class Supervisor:
    """Runs tasks and knows them all. Not thread-safe; one for each event loop."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        # Inherited by whatever supervised work starts, so also by the tasks that Bolt makes for listeners.
        self._inside: ContextVar[bool] = ContextVar("inside", default=False)
        self._draining = False
        self.started = 0
        self.failed = 0

    @property
    def running(self) -> int:
        """How many tasks are going on."""
        return len(self._tasks)

    @property
    def draining(self) -> bool:
        """Whether new work is refused."""
        return self._draining

    def spawn(self, name: str, work: Coroutine[Any, Any, object]) -> asyncio.Task[None]:
        """Run ``work`` to its end. ``name`` says in a log what failed, so it holds nothing from outside.

        Work that running work spawns is taken while draining too: it belongs to what was accepted.
        Raises DrainingError for any other work while draining.
        """
        if self._draining and not self._inside.get():
            work.close()
            raise DrainingError("The bot is shutting down. Try again in a minute.")
        task = asyncio.create_task(self._watch(name, work), name=name)
        self.started += 1
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Cancelled before its first step, a task never reaches the work; closing tells it that nobody will.
        task.add_done_callback(lambda _: work.close())
        return task

    async def drain(self, timeout: float) -> int:  # noqa: ASYNC109 — what is left then is cancelled and counted
        """Refuse new work, wait at most ``timeout`` seconds for what goes on, cancel the rest; how many that was."""
        self._draining = True
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout
        while self._tasks and loop.time() < until:
            await asyncio.wait(self._tasks, timeout=until - loop.time())
        left = list(self._tasks)
        for task in left:
            logger.error("cancelled while shutting down: %s", task.get_name())
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return len(left)

    async def _watch(self, name: str, work: Coroutine[Any, Any, object]) -> None:
        self._inside.set(True)
        try:
            await work
        except Exception as error:  # the outermost frame of a task: whatever it is must be told here or nowhere
            self.failed += 1
            logger.error("%s failed: %s", name, describe(error))  # noqa: TRY400 — a traceback prints the message


def describe(error: BaseException) -> str:
    """An exception's kind and where it was raised, with its causes. Not its message, which may quote what was typed."""
    told: list[str] = []
    link: BaseException | None = error
    while link is not None and len(told) < 5:
        frames = traceback.extract_tb(link.__traceback__)[-3:]
        places = " < ".join(f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in reversed(frames))
        told.append(f"{type(link).__qualname__} at {places or 'an unknown place'}")
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return ", after ".join(told)
