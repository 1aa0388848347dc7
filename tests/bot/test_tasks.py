"""Background work is owned: finished on shutdown, its failures told without what was said."""

import asyncio
import logging

import pytest

from bot.tasks import DrainingError, Supervisor


async def test_draining_waits_for_what_was_accepted() -> None:
    """Accepted work ends before the process does."""
    supervisor, go, done = Supervisor(), asyncio.Event(), []

    async def work() -> None:
        await go.wait()
        done.append(1)

    supervisor.spawn("work", work())
    asyncio.get_running_loop().call_soon(go.set)
    assert await supervisor.drain(5) == 0
    assert (done, supervisor.running, supervisor.started, supervisor.failed) == ([1], 0, 1, 0)


async def test_work_that_does_not_end_is_cancelled_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    """A drain has an end; what it cuts off is named."""
    supervisor = Supervisor()
    task = supervisor.spawn("slow work", asyncio.Event().wait())
    assert await supervisor.drain(0) == 1
    assert task.cancelled()
    assert "slow work" in caplog.text


async def test_new_work_is_refused_while_draining_but_work_of_accepted_work_is_not() -> None:
    """Nothing is accepted that could not be finished, and nothing accepted is left half done."""
    supervisor, go, done = Supervisor(), asyncio.Event(), []

    async def second() -> None:
        done.append(2)

    async def first() -> None:
        await go.wait()
        # As Bolt does: the listener runs in a task of its own, inside the work that was accepted.
        await asyncio.create_task(later())

    async def later() -> None:
        supervisor.spawn("second", second())

    supervisor.spawn("first", first())
    draining = asyncio.create_task(supervisor.drain(5))
    await asyncio.sleep(0)
    assert supervisor.draining
    with pytest.raises(DrainingError):
        supervisor.spawn("new", second())
    go.set()
    assert await draining == 0
    assert done == [2]


async def test_a_failure_is_logged_without_its_message(caplog: pytest.LogCaptureFixture) -> None:
    """The log says what failed and where; not what was typed, which exceptions like to quote."""
    supervisor = Supervisor()

    async def work() -> None:
        try:
            int("4242 4242 4242 4242")
        except ValueError as error:
            raise RuntimeError("could not read 4242 4242 4242 4242") from error

    with caplog.at_level(logging.DEBUG):
        await supervisor.spawn("command", work())
    assert supervisor.failed == 1
    assert "command failed: RuntimeError at" in caplog.text
    assert "ValueError" in caplog.text
    assert "in work" in caplog.text
    assert "4242" not in caplog.text
