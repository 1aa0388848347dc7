"""The sending of one attempt, and the lease that keeps the run to whoever sends it. Called by runs alone."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from bot import run_rows as rows
from bot.calls import Calls
from bot.clearance import not_sent
from bot.domain import Run
from bot.errors import KeyProblemError, StoreError
from bot.gathering import PACE_SECONDS, gather
from bot.keys.store import KeyStore
from bot.store.engine import Store, Transaction
from operations.call import Call
from operations.clock import Clock
from operations.encoding import Request
from operations.executor import Executor
from operations.outcome import Outcome, Unknown
from operations.secrets import SecretKey

logger = logging.getLogger(__name__)


class Sending:
    """Hands requests with their keys to the executor.

    ``so_far`` says how many objects a run has got that gets all pages of a list; ``told`` has that delivered.
    """

    def __init__(
        self,
        *,
        store: Store,
        calls: Calls,
        keys: KeyStore,
        executor: Executor,
        clock: Clock,
        so_far: Callable[[Transaction, Run, int], None],
        told: Callable[[], None],
    ) -> None:
        self._store = store
        self._calls = calls
        self._keys = keys
        self._executor = executor
        self._clock = clock
        self._so_far = so_far
        self._told = told

    async def send(self, run: Run) -> Outcome:
        """Send a run that is held and has leave to be sent, and say what came of it."""
        try:
            key = await self._keys.open(run.frozen.account)
        except KeyProblemError as problem:
            return _unsendable(run, str(problem))
        first = await self._perform(run, run.frozen.call, key)
        if not run.frozen.shaping.everything:
            return first
        began = self._clock.monotonic()
        said = 0

        async def tell(count: int) -> None:
            nonlocal said
            rounds = int((self._clock.monotonic() - began) / PACE_SECONDS)
            if rounds > said:
                said = rounds
                await self._tell(run, count)

        return await gather(first, run.frozen.call, lambda call: self._perform(run, call, key), tell)

    async def _perform(self, run: Run, call: Call, key: SecretKey) -> Outcome:
        return await self._executor.perform(
            await self._request(call),
            key=key,
            idempotency_key=run.idempotency_key,
            unsettled=run.first_sent_at is not None,
        )

    async def _tell(self, run: Run, count: int) -> None:
        def tell(tx: Transaction) -> None:
            if rows.is_held(tx, run):
                self._so_far(tx, run, count)

        try:
            await self._store.transaction(tell)
        except StoreError as error:
            logger.warning("how far run %s is was not said: %s", run.id, error)
        else:
            self._told()

    @asynccontextmanager
    async def holding(self, run: Run, lease: timedelta) -> AsyncIterator[None]:
        """Renew the lease of a run for as long as something goes on with it."""
        heartbeat = asyncio.create_task(self._keep_lease(run, lease), name=f"lease of run {run.id}")
        try:
            yield
        finally:
            heartbeat.cancel()

    async def _keep_lease(self, run: Run, lease: timedelta) -> None:
        while True:
            await self._clock.sleep(lease.total_seconds() / 3)
            try:
                await self._store.transaction(lambda tx: rows.renew(tx, run, tx.now + lease))
            except StoreError as error:
                logger.warning("the lease of run %s was not renewed: %s", run.id, error)

    async def _request(self, call: Call) -> Request:
        if call.operation.encoding != "multipart":
            return self._calls.request(call)
        # A file takes a while to encode, and on the event loop everybody else would wait for it.
        return await asyncio.to_thread(self._calls.request, call)


def _unsendable(run: Run, why: str) -> Outcome:
    if run.first_sent_at is None:
        return not_sent(why)
    return Unknown(reason=why, retry=False)
