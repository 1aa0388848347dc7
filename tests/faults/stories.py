"""Stories in one process: what people ask for, what they see of it, and how a story comes to its rest."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pytest
from sqlalchemy import ColumnElement, Connection, Row, Table, select

from bot.cards import APPROVE
from bot.errors import StoreError
from bot.store.engine import CommitUnknownError, Store, Transaction
from bot.store.tables import messages, runs
from bot.submitting import LOOK_RULE
from operations.sandbox.journal import Arrival
from operations.sandbox.keys import TEST_KEY
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.slack import Message
from tests.faults.oracle import Case, Report, due, effects_of, judge, unfinished
from tests.world import World

T = TypeVar("T")

REFUND = Case(
    "case00001end",
    f"refunds create --charge {HIGHLIGHTS['refundable_charge']} --amount 500 --metadata[case]=case00001end",
    "POST /v1/refunds",
    "approve",
)
DELETION = Case(
    HIGHLIGHTS["customer_to_delete"],
    f"customers delete {HIGHLIGHTS['customer_to_delete']}",
    "DELETE /v1/customers/{customer}",
    "approve",
)
CREATION = Case(
    "case00002end", "customers create --name Ada --metadata[case]=case00002end", "POST /v1/customers", "run"
)

LONGEST_PAUSE = timedelta(minutes=31)
"""Longer than any pause before an unknown outcome is looked into again."""


async def asked(world: World, case: Case) -> Message:
    """The card, once somebody has asked."""
    await world.alice.slash(case.text)
    return world.card


async def approved(world: World, case: Case) -> Message:
    """The card, once somebody has asked, somebody else has approved, and all that follows at once has happened."""
    card = await asked(world, case)
    await clicked(world, card)
    return card


async def clicked(world: World, card: Message) -> None:
    """Bob approves, and all that follows at once happens."""
    await world.bob.deliver(world.bob.press(card, APPROVE))
    await idle(world)


async def idle(world: World) -> None:
    """Wait until nobody is at work and nothing could be done or said without time going by."""
    async with asyncio.timeout(20):
        while True:
            # A message that is still claimed when the round of deliveries is over is one whose delivery has failed.
            before = await _claimed(world)
            await _end_of_round(world)
            if not await _busy(world) and await _claimed(world) == before:
                return


async def _busy(world: World) -> bool:
    return world.bot.supervisor.running > 0 or await world.bot.store.read(lambda tx: due(tx.connection, tx.now)) > 0


async def _claimed(world: World) -> set[str]:
    return {row.id for row in await rows(world, messages) if row.lease_until is not None}


async def _end_of_round(world: World) -> None:
    """Until the round of deliveries that is going on, if any, is over and the next one begins."""
    world.bot.outbox.wake()
    while world.bot.outbox._woken.is_set():  # noqa: ASYNC110 — the next round clears it
        await asyncio.sleep(0.002)


async def later(world: World, step: timedelta = LONGEST_PAUSE) -> None:
    """Let so much time go by, and what comes due in it happen."""
    world.shift.by += step
    await world.bot.sweep()
    await idle(world)


async def rest(world: World) -> None:
    """Let time go by until nothing is left to be done; ten of the longest pauses at most."""
    await idle(world)
    for _ in range(10):
        if await read(world, unfinished):
            await later(world)


async def verdict(world: World, *cases: Case) -> Report:
    """What the judge says."""
    return await read(world, lambda connection: judge(connection, world.stripe.journal, world.workspace, cases))


async def read(world: World, work: Callable[[Connection], T]) -> T:
    """What ``work`` reads of the database."""
    return await world.bot.store.read(lambda tx: work(tx.connection))


async def rows(world: World, table: Table, **having: object) -> list[Row[Any]]:
    """The rows of a table, or those that have these values."""
    return await read(world, lambda connection: list(connection.execute(select(table).filter_by(**having)).all()))


async def wanted(world: World) -> list[Row[Any]]:
    """The runs of what people asked for, without the looks that come before, in the order of their records."""
    asked = [row for row in await rows(world, runs) if row.rule != LOOK_RULE]
    return sorted(asked, key=lambda row: row.created_at)


async def states(world: World) -> list[str]:
    """The states of the runs of what people asked for, in the order in which they were recorded."""
    return [row.state for row in await wanted(world)]


async def another(world: World, example: Case, number: int) -> Case:
    """A case of the same kind with a mark of its own: a refund of a cent, or the deletion of a new customer."""
    if example is REFUND:
        mark = f"case{number:05}end"
        text = f"refunds create --charge {HIGHLIGHTS['large_charge']} --amount 1 --metadata[case]={mark}"
        return replace(example, mark=mark, text=text)
    customer = await make_customer(str(world.bot.settings.stripe_api_base))
    return replace(example, mark=customer, text=f"customers delete {customer}")


async def make_customer(stripe_url: str) -> str:
    """The id of a new customer at the sandbox."""
    return await _made(stripe_url, "/v1/customers", {"name": "Go"})


async def make_charge(stripe_url: str) -> str:
    """The id of a new charge of $10.00 at the sandbox: what is looked at must not change by other people's refunds."""
    return await _made(stripe_url, "/v1/charges", {"amount": "1000", "currency": "usd", "source": "tok_visa"})


async def _made(stripe_url: str, path: str, form: Mapping[str, str]) -> str:
    async with httpx.AsyncClient(base_url=stripe_url, trust_env=False) as stripe:
        answer = await stripe.post(path, headers={"Authorization": f"Bearer {TEST_KEY}"}, data=form)
    return str(answer.json()["id"])


async def approved_but_not_begun(world: World, monkeypatch: pytest.MonkeyPatch, case: Case) -> Message:
    """The card of what is approved and on record, while the process that should carry it out has died."""

    async def die(*_: object, **__: object) -> None:
        pass

    card = await asked(world, case)
    with monkeypatch.context() as patch:
        patch.setattr(type(world.bot.runs), "carry_out", die)
        await clicked(world, card)
    return card


def effects(world: World, case: Case) -> int:
    """How often a case had its effect."""
    return effects_of(world.stripe.journal, case)


async def change(world: World, table: Table, *where: ColumnElement[bool], **values: object) -> None:
    """Change rows of a table behind everybody's back."""
    await world.bot.store.transaction(lambda tx: tx.connection.execute(table.update().where(*where).values(**values)))


def writes(world: World) -> list[Arrival]:
    """What arrived at Stripe and could change something there."""
    return [each for each in world.stripe.journal.requests if each.method != "GET"]


def keys_sent(world: World, case: Case) -> set[str]:
    """The idempotency keys under which a case was sent."""
    method, path = case.operation.split()
    return {
        arrival.headers["idempotency-key"]
        for arrival in world.stripe.journal.requests
        if (arrival.method, arrival.path) == (method, path)
    }


def failing(transaction: Callable[..., Any], nth: int, *, committed: bool) -> Callable[..., Any]:
    """``Store.transaction`` whose ``nth`` call fails, without having done anything or with everything done."""
    left = nth

    async def failing(store: Store, work: Callable[[Transaction], Any]) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and not committed:
            raise StoreError("The database can't be used now.")
        result = await transaction(store, work)
        if left == 0:
            raise CommitUnknownError("The connection was lost while committing.")
        return result

    return failing
