"""The table of prefixes: whole, without contradictions, and enough to retrieve by."""

import httpx
import pytest

from operations import prefixes
from operations.call import bind
from operations.encoding import encode
from operations.prefixes import CHOSEN, ELSEWHERE, KINDS, PREFIXES
from operations.registry import registry
from operations.sandbox import SandboxTransport
from operations.sandbox.keys import ACCOUNT, TEST_KEY
from tests.fakes.clock import ManualClock
from tests.operations.sandbox.minimal import minimal
from tests.seeded import seeded

REGISTRY = registry()
ALONE = sorted(prefix for prefix, kind in KINDS.items() if REGISTRY.retrieving(kind) is not None)

USUAL = {
    "cus": "customer", "ch": "charge", "py": "charge", "pi": "payment_intent", "seti": "setup_intent", "re": "refund",
    "pyr": "refund", "sub": "subscription", "sub_sched": "subscription_schedule", "si": "subscription_item",
    "in": "invoice", "ii": "invoiceitem", "price": "price", "plan": "plan", "prod": "product",
    "promo": "promotion_code", "po": "payout", "du": "dispute", "dp": "dispute", "txn": "balance_transaction",
    "pm": "payment_method", "src": "source", "cs_test": "checkout.session", "cs_live": "checkout.session",
    "plink": "payment_link", "cn": "credit_note", "qt": "quote", "tr": "transfer", "acct": "account", "evt": "event",
    "we": "webhook_endpoint", "file": "file", "link": "file_link", "evt_test": "v2.core.event",
}  # fmt: skip


@pytest.mark.parametrize(("prefix", "kind"), USUAL.items())
def test_the_usual_ids_are_known_and_retrieved(prefix: str, kind: str) -> None:
    """What people paste most is told apart and shown."""
    assert prefixes.kind_of(f"{prefix}_1Abc") == kind
    operation = REGISTRY.by_id(f"{prefix}_1Abc")
    assert operation is not None
    assert operation.response.objects == (kind,)
    assert len(operation.path_parameters) == 1


@pytest.mark.parametrize("prefix", ALONE)
async def test_every_prefix_that_is_enough_retrieves_in_the_sandbox(prefix: str) -> None:
    """The operation that by_id gives takes the id, and answers with the object that the prefix stands for."""
    object_id = f"{prefix}_1Known2"
    operation = REGISTRY.by_id(object_id)
    assert operation is not None
    sandbox = seeded(ManualClock())
    minimal(operation, sandbox)  # puts what the operation needs into the book
    book = sandbox.state.book(ACCOUNT, livemode=False)
    kind = KINDS[prefix]
    known = next((each for each in [book.first(kind)] if each is not None), None)
    if known is not None:
        book.put({**known, "id": object_id})
    request = encode(bind(operation, {operation.path_parameters[0].name: object_id}), REGISTRY.api_version)
    async with httpx.AsyncClient(transport=SandboxTransport(sandbox), base_url="http://sandbox.test") as http:
        answer = await http.get(request.target, headers={**request.headers, "Authorization": f"Bearer {TEST_KEY}"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["object"] == kind
    assert answer.json()["id"] == object_id


def test_every_kind_has_an_object_of_the_sandbox_or_of_the_registry() -> None:
    """No name in the table is misspelled."""
    known = {name for each in REGISTRY.operations for name in each.response.objects}
    strange = {
        "application", "billing_portal.session", "credit_note_line_item", "discount", "ephemeral_key", "item",
        "line_item", "setup_attempt", "tax.association", "tax.calculation_line_item", "usage_record",
    }  # fmt: skip
    assert set(PREFIXES) - known <= strange


def test_no_prefix_is_in_both_tables() -> None:
    """An id is either an object's or something that the API doesn't show, but for what is shown inside another."""
    assert set(ELSEWHERE) & set(KINDS) <= {"il", "li", "di"}
    assert {kind for kind in CHOSEN if kind not in PREFIXES} == set()


@pytest.mark.parametrize(
    ("object_id", "live"),
    [("cs_live_a1", True), ("cs_test_a1", False), ("ch_1A", None), ("prod_live_a1", None), ("mtr_test_61A", False)],
)
def test_some_ids_tell_their_mode(object_id: str, live: bool | None) -> None:
    """Those that Stripe marks; an id that somebody chose tells nothing."""
    assert prefixes.mode_of(object_id) is live


@pytest.mark.parametrize("text", ["", "_", "ch_", "ch", "hello", "x_1A", "payment_intents", "CH_1A", "ch-1A", "ch_1 A"])
def test_what_is_no_id_has_no_kind(text: str) -> None:
    """Nothing raises, and nothing is guessed."""
    assert prefixes.kind_of(text) is None


def test_words_that_begin_like_an_id_are_no_ids() -> None:
    """``file_links`` names a resource."""
    assert not prefixes.is_id("file_links")
    assert not prefixes.is_id("tax_rates")
    assert prefixes.is_id("file_1Abc")
    assert prefixes.is_id("Ch_1Abc")
    assert prefixes.is_id("prod_coffee")


def test_what_is_nested_is_retrieved_with_its_owner() -> None:
    """A card is one customer's, and no id alone is enough for it."""
    assert REGISTRY.by_id("card_1A") is None
    nested = REGISTRY.retrieving("card", 2)
    assert nested is not None
    assert nested.path_parameters[0].refers == "customer"
