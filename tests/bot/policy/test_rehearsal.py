"""Yesterday's runs, judged again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.policy import Spent, Window
from bot.policy.rehearsal import EXAMPLES, MOST, Past, amount_said, rehearse, spent_before
from operations.grammar import Stated
from operations.looks import Money
from tests.bot.cards import samples
from tests.bot.policy.made import LIVE, TEST, facts, policy

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def past(hours_ago: float, *, by: str = "UADA", key: str = "POST /v1/refunds", **more: Any) -> Past:
    asked = facts(key, looked=True, **{"moves": Money(500, "eur"), **more})
    return Past(asked, samples.refund_call(asked.account, amount=500), by, NOON - timedelta(hours=hours_ago))


def test_a_window_counts_what_is_of_its_kind_its_person_and_its_time() -> None:
    """The money of each currency by itself; what moves none is counted all the same."""
    earlier = [
        past(30),
        past(23, moves=Money(700, "usd")),
        past(2, moves=None),
        past(1, by="UBEN"),
        past(1, account=TEST),
        past(1, key="GET /v1/customers"),
    ]

    def spent(per: Any) -> Spent:
        return spent_before(earlier, Window(per, "refund", 24), facts(account=LIVE), "UADA", NOON)

    assert spent("person") == Spent(3, {"usd": 700, "eur": 500})
    assert spent("account") == Spent(3, {"usd": 700, "eur": 500})
    assert spent("workspace") == Spent(4, {"usd": 700, "eur": 1000})


def test_what_would_be_otherwise_is_counted_with_examples() -> None:
    """Each run is judged with those before it; of more than are judged, the oldest are left out."""
    before = policy({"when": {"flags": ["refund"]}, "then": {"approvals": 1}})
    limit = {"per": "person", "of": "refund", "hours": 24, "count": MOST - 7}
    after = policy(
        {"when": {"exceeds": limit}, "then": "deny"}, {"when": {"flags": ["refund"]}, "then": {"approvals": 1}}
    )
    told = rehearse([past(1) for _ in range(MOST + 1)], before, after)
    assert (told.judged, told.capped) == (MOST, True)
    assert told.counts == {("waits for one approval", "is not run"): 7}
    assert len(told.examples) == EXAMPLES
    assert not rehearse([past(1)], before, before).counts


def test_the_amount_that_a_call_says_itself() -> None:
    """With its currency, or as it was stated; minor units alone are no amount of anything."""
    call = facts(parameters={"amount": 500, "currency": "EUR"}).call
    assert amount_said(call) == Money(500, "eur")
    bare = replace(call, parameters={"amount": 500})
    assert amount_said(bare) is None
    assert amount_said(bare, (Stated("amount", 500, "usd"),)) == Money(500, "usd")
