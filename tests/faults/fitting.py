"""What a bot process is fitted with for a test, before it starts: shorter times, and moments at which it dies.

Neither is a setting of the product: times are set where the code keeps them, and the moments lie around functions of
it. A function or a time that is gone by its name fails the bot's start, and so the test.
"""

import asyncio
import functools
import importlib
import inspect
import os
import pkgutil
import random
import signal
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from tests.faults.mutants import MUTANTS

TIMES: Mapping[str, Any] = {
    "bot.runs:GRACE": timedelta(seconds=0.5),
    "bot.runs:LEASE": timedelta(seconds=1),
    "bot.runs:PAUSES": tuple(timedelta(seconds=each) for each in (0.1, 0.2, 0.4)),
    "bot.runs:PUT_OFF": timedelta(seconds=0.5),
    "bot.runs:LOOK_PAUSE": timedelta(seconds=0.2),
    "bot.look_rows:LEASE": timedelta(seconds=3),
    "bot.app:SWEEP_SECONDS": 0.1,
    "bot.outbox:LEASE": timedelta(seconds=1.5),
    "bot.outbox:START_WITHIN_SECONDS": 0.5,
    "bot.outbox:POLL_SECONDS": 0.1,
    "bot.outbox:FIRST_PAUSE_SECONDS": 0.2,
    "bot.outbox:LONGEST_PAUSE_SECONDS": 0.4,
    "bot.store.backends:LOCK_MS": 1_000,
    "bot.store.backends:IDLE_MS": 1_000,
    "operations.retries:FLOOR_SECONDS": 0.05,
    "operations.retries:CEILING_SECONDS": 0.2,
}
"""The product's times, a few hundredths as long; each still fits inside those that it has to fit into."""

POINTS = (
    "bot.commands:Commands._record",
    "bot.looking:Looking.carry_out",
    "bot.looking:Looking.see",
    "bot.looking:Looking._go_on",
    "bot.approvals:Approvals.sign",
    "bot.runs:Runs.carry_out",
    "bot.runs:Runs._claim",
    "bot.runs:Runs._look_again",
    "bot.runs:Runs._clear",
    "bot.keys.store:KeyStore.open",
    "operations.executor:Executor._send",
    "operations.executor:Executor.perform",
    "bot.runs:Runs._finish",
    "bot.outbox:Outbox.wake",
    "bot.outbox_rows:claim",
    "bot.slack_api:SlackApi.post",
    "bot.slack_api:SlackApi.update",
    "bot.outbox_rows:delivered",
)
"""The steps between a command and its answer. What runs inside a transaction dies before that is committed."""

IDLE = ("bot.outbox:Outbox.wake", "bot.outbox_rows:claim")
"""Points that are passed many times a second even where nothing is to be done."""

MOMENTS = tuple(f"{point} {when}" for point in POINTS for when in ("before", "after"))

Dies = Callable[[str], int | None]
"""The signal that the process sends itself at this moment, if any."""


def fit(fitting: Mapping[str, Any]) -> None:
    """Fit this process: ``quick`` sets :data:`TIMES`, ``mutant`` takes a defence away, :func:`dying` reads the rest."""
    if fitting.get("quick"):
        for name, value in TIMES.items():
            module, attribute = name.split(":")
            holder = importlib.import_module(module)
            getattr(holder, attribute)
            setattr(holder, attribute, value)
        _shorten_calls(fitting.get("read_seconds", 5.0))
    if fitting.get("mutant"):
        MUTANTS[fitting["mutant"]](_patch)
    dies = dying(fitting)
    if dies is not None:
        for point in POINTS:
            _watch(point, dies)


def dying(fitting: Mapping[str, Any]) -> Dies | None:
    """At ``moment``, the ``nth`` time, by ``signal``; or with ``chance`` at each moment, by a ``seed``; or never."""
    if "moment" in fitting:
        left = fitting.get("nth", 1)

        def at_one(moment: str) -> int | None:
            nonlocal left
            left -= moment == fitting["moment"]
            return int(fitting.get("signal", signal.SIGKILL)) if moment == fitting["moment"] and left == 0 else None

        return at_one
    if fitting.get("chance"):
        dice = random.Random(fitting["seed"])  # noqa: S311 — repeatable, not secret
        chance = fitting["chance"]
        return lambda moment: (
            int(signal.SIGKILL) if dice.random() < (chance / 20 if moment.startswith(IDLE) else chance) else None
        )
    return None


def _patch(target: str, value: object) -> None:
    holder, _, name = target.rpartition(".")
    setattr(pkgutil.resolve_name(holder), name, value)


def _shorten_calls(read_seconds: float) -> None:
    from operations import executor

    shorter = functools.partial(
        executor.Timeouts, connect=2.0, read=read_seconds, attempt=read_seconds, call=2 * read_seconds
    )
    executor.Timeouts = shorter  # type: ignore[assignment,misc]  # what the executor makes where it is given none


def _watch(point: str, dies: Dies) -> None:
    module, path = point.split(":")
    holder: Any = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        holder = getattr(holder, parent)
    original = getattr(holder, name)

    def pass_by(when: str) -> None:
        number = dies(f"{point} {when}")
        if number is not None:
            os.kill(os.getpid(), number)

    if inspect.iscoroutinefunction(original):

        @functools.wraps(original)
        async def watched(*args: Any, **kwargs: Any) -> Any:
            pass_by("before")
            result = await original(*args, **kwargs)
            pass_by("after")
            # A signal that stops the process arrives at once, but let nothing else of the loop go before it.
            await asyncio.sleep(0)
            return result

    else:

        @functools.wraps(original)
        def watched(*args: Any, **kwargs: Any) -> Any:
            pass_by("before")
            result = original(*args, **kwargs)
            pass_by("after")
            return result

    setattr(holder, name, watched)
