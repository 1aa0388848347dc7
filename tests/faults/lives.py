"""Bots that live in this process and can be killed at any await.

Everything that a bot does runs in tasks of its life. A life that ends is not told: none of its tasks is ever taken up
again, so nothing of it is cleaned up, as by SIGKILL. What its threads are at still commits, as it would have if the
signal had come a moment later. What servers do runs in no life and goes on.

What can't be told apart from outside needs no moment of its own: between two awaits nothing leaves the process, so a
life that may end before each time that a task is taken up may end everywhere.
"""

import asyncio
import contextvars
import time
import warnings
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import timedelta
from types import TracebackType
from typing import Any, TypeVar

import httpx

from bot import outbox_rows
from bot.app import Countersign, new_id
from bot.runs import LEASE
from bot.settings import Settings
from operations.clock import Clock

T = TypeVar("T")
_COMPILED: dict[tuple[int, str], Any] = {}
_LIFE: "contextvars.ContextVar[Life | None]" = contextvars.ContextVar("life", default=None)


class Time:
    """Time that nobody waits for: what would sleep goes on at once. A heartbeat comes when time is moved, so never."""

    def __init__(self) -> None:
        self.by = timedelta()

    def __call__(self) -> timedelta:
        return self.by

    def now(self) -> float:
        return time.time() + self.by.total_seconds()

    def monotonic(self) -> float:
        return time.monotonic() + self.by.total_seconds()

    async def sleep(self, seconds: float) -> None:
        if seconds == LEASE.total_seconds() / 3:
            await asyncio.get_running_loop().create_future()
        await asyncio.sleep(0)


class Life:
    """One bot from its start to its end. ``left`` is how often its tasks are still taken up; None: for ever."""

    def __init__(self, bot: Countersign, stack: AsyncExitStack) -> None:
        self.bot = bot
        self.left: int | None = None
        self.passed = 0
        """How often its tasks were taken up."""
        self.ended = asyncio.Event()
        self._stack = stack
        self._tasks: set[asyncio.Task[Any]] = set()
        self._buried = False
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(bot.front_door()), base_url="http://countersign.test"
        )

    @classmethod
    async def begin(cls, settings: Settings, clock: Clock, shift: Callable[[], timedelta]) -> "Life":
        """A bot without rounds of its own: whoever has it says when it sweeps and when it delivers."""
        stack = AsyncExitStack()
        bot = await Countersign._build(settings, clock, new_id, shift, stack)
        for at, engine in enumerate(bot.store.engines):
            # Statements are compiled once for all lives; it takes longer than to carry them out.
            known = (at, engine.dialect.name)
            engine.dialect, engine._compiled_cache = _COMPILED.setdefault(
                known, (engine.dialect, engine._compiled_cache)
            )
        if bot.store.exclusive:
            # Its transactions follow each other anyway; without threads a schedule is the same each time.
            bot.store._writers.shutdown()
            bot.store._readers.shutdown()
            bot.store._writers = bot.store._readers = _AtOnce()
            await bot.runs.take_over()
            await bot.looking.take_over()
            await bot.store.transaction(outbox_rows.release_all)
        return cls(bot, stack)

    @property
    def lives(self) -> bool:
        return not self.ended.is_set()

    async def run(self, work: Coroutine[Any, Any, Any]) -> bool:
        """Do something in this life; False where it ended before that was done. What ``work`` raises is raised."""
        context = contextvars.copy_context()
        context.run(_LIFE.set, self)
        task = asyncio.get_running_loop().create_task(work, context=context)
        end = asyncio.create_task(self.ended.wait())
        await asyncio.wait((task, end), return_when=asyncio.FIRST_COMPLETED)
        end.cancel()
        if not self.lives:
            return False
        await task
        return True

    async def bury(self) -> None:
        """Close what an operating system closes for a dead process, and only then let its tasks unwind."""
        self.ended.set()
        # What it has sent is on its way, and arrives.
        for _ in range(3):
            await asyncio.sleep(0.001)
        await self._stack.aclose()
        self._buried = True
        tasks = [task for task in self._tasks if not task.done()]
        with warnings.catch_warnings():
            # What a dead process had not begun is never awaited.
            warnings.simplefilter("ignore", RuntimeWarning)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            tasks.clear()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        await self.client.aclose()

    def _passes(self) -> bool:
        """Whether a task may go on."""
        if self._buried:
            return True
        if self.left == 0:
            self.ended.set()
        if not self.lives:
            return False
        self.passed += 1
        if self.left is not None:
            self.left -= 1
        return True


class _AtOnce(ThreadPoolExecutor):
    """Does what it is given there and then."""

    def submit(self, work: Callable[..., T], /, *args: Any, **how: Any) -> "Future[T]":
        done: Future[T] = Future()
        try:
            done.set_result(work(*args, **how))
        except Exception as error:  # whatever it is, it is whoever waits for it whom it concerns
            done.set_exception(error)
        return done


class _Mortal(Coroutine[Any, Any, Any]):
    """What a task of a life does."""

    def __init__(self, life: Life, work: Coroutine[Any, Any, Any]) -> None:
        self._life = life
        self._work = work

    def send(self, value: Any) -> Any:
        return self._work.send(value) if self._life._passes() else _nothing()

    def throw(self, kind: Any, value: BaseException | object = None, traceback: TracebackType | None = None) -> Any:
        return self._work.throw(kind) if self._life._passes() else _nothing()

    def close(self) -> None:
        self._work.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._work.__await__()


def _nothing() -> "asyncio.Future[None]":
    """What never comes."""
    future = asyncio.get_running_loop().create_future()
    future._asyncio_future_blocking = True
    return future


def mortal_tasks(loop: asyncio.AbstractEventLoop, work: Any, **how: Any) -> "asyncio.Task[Any]":
    """A task factory: what is begun within a life belongs to it."""
    context = how.get("context")
    life = context.get(_LIFE) if context is not None else _LIFE.get()
    task = asyncio.Task(work if life is None else _Mortal(life, work), loop=loop, **how)
    if life is not None:
        life._tasks.add(task)
        task.add_done_callback(life._tasks.discard)
    return task
