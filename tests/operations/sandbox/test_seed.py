"""The seeded business: believable, repeatable, and rich enough for demo and tests."""

import pytest

from operations.sandbox import create_app
from operations.sandbox.behaviours import ledger
from operations.sandbox.keys import ACCOUNT
from operations.sandbox.seed import highlights
from operations.sandbox.state import Book
from tests.fakes.clock import ManualClock

NOW = 1_767_225_600
DAY = 86_400


@pytest.fixture(params=[False, True], ids=["test", "live"])
def book(request: pytest.FixtureRequest) -> Book:
    """The seeded book of each mode."""
    return create_app(clock=ManualClock()).state.book(ACCOUNT, livemode=request.param)


def test_business_has_what_a_demo_needs(book: Book) -> None:
    """Enough of everything, in several currencies and all usual states."""
    charges = list(book.newest("charge"))
    assert len(list(book.newest("customer"))) >= 12
    assert len(list(book.newest("subscription"))) >= 8
    assert len(charges) >= 40
    assert {"usd", "eur", "gbp", "jpy"} <= {charge["currency"] for charge in charges}
    assert {charge["status"] for charge in charges} == {"succeeded", "failed"}
    assert any(charge["refunded"] for charge in charges)
    assert any(0 < charge["amount_refunded"] < charge["amount"] for charge in charges)
    assert any(charge["disputed"] for charge in charges)
    assert any(not charge["captured"] and charge["paid"] for charge in charges)
    assert {"active", "trialing", "canceled", "paused"} <= {each["status"] for each in book.newest("subscription")}
    assert {"draft", "open", "paid"} <= {each["status"] for each in book.newest("invoice")}


def test_everything_happened_in_the_last_sixty_days_or_before(book: Book) -> None:
    """No charge is in the future or older than 60 days; the books are balanced in no currency below zero."""
    assert all(NOW - 60 * DAY <= charge["created"] <= NOW for charge in book.newest("charge"))
    assert all(amount >= 0 for amount in ledger.balances(book, NOW)["available"].values())


def test_refunds_add_up(book: Book) -> None:
    """Each charge's refunded amount is the sum of its refunds, and at most its amount."""
    for charge in book.newest("charge"):
        refunds = [each["amount"] for each in book.newest("refund") if each["charge"] == charge["id"]]
        assert sum(refunds) == charge["amount_refunded"] <= charge["amount"]
        assert charge["refunded"] == (charge["amount_refunded"] == charge["amount"])


def test_well_known_ids_exist_and_tell_their_mode(book: Book) -> None:
    """Every highlight is there, and no live id looks like a test id."""
    word = "Live" if book.livemode else "Sandbox"
    for name, id_ in highlights(livemode=book.livemode).items():
        assert book.any(id_) is not None, name
        assert word in id_


def test_hostile_texts_are_among_the_customers(book: Book) -> None:
    """Mentions, links, formatting and direction marks, for whoever shows them."""
    names = " ".join(customer["name"] for customer in book.newest("customer"))
    assert "<!channel>" in names
    assert "<https://evil.example|" in names


def test_same_clock_gives_the_same_business() -> None:
    """Ids and amounts don't depend on when or how often it is made."""
    first, second = (create_app(clock=ManualClock()).state for _ in range(2))
    assert first.snapshot() == second.snapshot()


def test_later_clock_moves_the_dates_only() -> None:
    """The ids stay when time goes on."""
    first = create_app(clock=ManualClock()).state.book(ACCOUNT, livemode=False)
    later = create_app(clock=ManualClock(NOW + 5 * DAY)).state.book(ACCOUNT, livemode=False)
    before, after = ({each["id"]: each["created"] for each in each_.newest("charge")} for each_ in (first, later))
    assert {id_: created + 5 * DAY for id_, created in before.items()} == after


def test_empty_sandbox_has_nothing() -> None:
    """Without a seed there is no business."""
    assert list(create_app(seed=False, clock=ManualClock()).state.book(ACCOUNT, livemode=False).newest("charge")) == []
