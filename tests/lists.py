"""Lists of calls for tests: charges to be refunded, and what became of each."""

import csv
import io
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from operations.sandbox.keys import ACCOUNT
from operations.sandbox.seed import HIGHLIGHTS
from tests.world import World

REFUND = "POST /v1/refunds"


def charges(world: World, count: int) -> tuple[str, ...]:
    """So many charges of $20.00 each that can be refunded, made for this."""
    book = world.stripe.state.book(ACCOUNT, livemode=False)
    pattern = book.get("charge", HIGHLIGHTS["refundable_charge"])
    assert pattern is not None
    made = []
    for number in range(1, count + 1):
        charge = {**deepcopy(pattern), "id": f"ch_3SandboxList{number:02}", "amount": 2000, "amount_captured": 2000}
        book.put({**charge, "payment_intent": None, "amount_refunded": 0, "refunded": False})
        made.append(str(charge["id"]))
    return tuple(made)


def charge(world: World, charge_id: str) -> dict[str, Any]:
    found = world.stripe.state.book(ACCOUNT, livemode=False).get("charge", charge_id)
    assert found is not None
    return found


def refund_elsewhere(world: World, charge_id: str) -> None:
    """Somebody refunds it in the Dashboard."""
    charge(world, charge_id).update(amount_refunded=2000, refunded=True)


def refunded(world: World) -> list[str]:
    """The charges that refunds were made of, in the order in which they were."""
    return [str(each.parameters["charge"]) for each in world.stripe.journal.of(REFUND)]


def listed(ids: Sequence[str], amount: str = "5.00", currency: str = "usd") -> str:
    return "\n".join(["charge,amount,currency", *(f"{each},{amount},{currency}" for each in ids)])


def rows_of(world: World, beginning: str) -> list[dict[str, str]]:
    """The rows of the CSV file whose name begins so, the newest of them."""
    found = [each for each in world.workspace.files.values() if each.filename.startswith(beginning)]
    assert found, f"there is no file {beginning}…"
    assert found[-1].content is not None
    return list(csv.DictReader(io.StringIO(found[-1].content.decode("utf-8-sig"))))
