"""A clock that goes only when a test says so."""

import asyncio
import heapq


class ManualClock:
    """Starts at 2026-01-01 00:00 UTC; :meth:`advance` moves it and wakes who has slept long enough."""

    def __init__(self, now: float = 1_767_225_600.0) -> None:
        self._now = now
        self._elapsed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self.slept: list[float] = []
        """What was asked of :meth:`sleep`, in order."""

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if seconds <= 0:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + seconds, len(self.slept), done))
        await done

    def advance(self, seconds: float) -> None:
        self._now += seconds
        self._elapsed += seconds
        while self._sleepers and self._sleepers[0][0] <= self._elapsed:
            done = heapq.heappop(self._sleepers)[2]
            if not done.done():
                done.set_result(None)


class SkippingClock(ManualClock):
    """Sleeps take no time: each moves the clock on by what was asked."""

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)
