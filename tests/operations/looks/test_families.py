"""What people are told of each family of operations, from the seeded business."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from operations.looks import Answer, Money, differences, snapshot, whole
from operations.looks.parts import read
from operations.sandbox.seed import HIGHLIGHTS as THE
from tests.operations.looks.conftest import Looker, assert_bounded

REFUNDS = "POST /v1/refunds"
INVOICES = "POST /v1/invoices/{invoice}"
INTENTS = "POST /v1/payment_intents/{intent}"
SUBSCRIPTION = "DELETE /v1/subscriptions/{subscription_exposed_id}"
SUBSCRIPTION_UPDATE = "POST /v1/subscriptions/{subscription_exposed_id}"


@dataclass(frozen=True)
class Case:
    """A call, and what a look at it must tell."""

    key: str
    ids: tuple[str, ...] = ()
    given: dict[str, Any] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    """Some of the facts; the empty text for one that must not be there."""
    moves: str = ""
    of: str = ""
    left: str = ""
    refused: str = ""
    """What is in the sentence; empty where nothing speaks against the call."""


def dollars(money: Money | None) -> str:
    """``42.00usd``."""
    return "" if money is None else f"{money.amount / 100:.2f}{money.currency}"


CASES = [
    Case(REFUNDS, given={"charge": THE["refundable_charge"]}, moves="42.00usd", of="42.00usd", left="0.00usd",
         told={"Paid": "$42.00 USD", "Paid by": "Jenny Rosen, jenny@example.com", "Card": "Visa ending 4242",
               "Customer": THE["customer"], "Status": "succeeded", "Already refunded": "", "Disputed": ""}),
    Case(REFUNDS, given={"charge": THE["partly_refunded_charge"]}, moves="64.00usd", of="89.00usd", left="0.00usd",
         told={"Already refunded": "$25.00 USD"}),
    Case(REFUNDS, given={"charge": THE["partly_refunded_charge"], "amount": 1400}, moves="14.00usd", of="89.00usd",
         left="50.00usd"),
    Case(REFUNDS, given={"charge": THE["partly_refunded_charge"], "amount": 6401}, moves="64.01usd", of="89.00usd",
         left="64.00usd", refused="more than is left of it: $64.00 USD"),
    Case(REFUNDS, given={"payment_intent": THE["refundable_intent"], "amount": 500}, moves="5.00usd", of="42.00usd",
         left="37.00usd", told={"Paid by": "Jenny Rosen, jenny@example.com", "Card": "Visa ending 4242"}),
    Case(REFUNDS, given={"charge": THE["refunded_charge"]}, moves="0.00usd", of="24.00usd", left="0.00usd",
         refused="refunded already"),
    Case(REFUNDS, given={"charge": THE["disputed_charge"]}, moves="61.00usd", of="61.00usd", left="0.00usd",
         refused="disputed", told={"Dispute": "product not received, needs response"}),
    Case(REFUNDS, given={"charge": THE["failed_charge"]}, moves="24.00usd", of="24.00usd", left="0.00usd",
         refused="failed"),
    Case(REFUNDS, given={"payment_intent": THE["uncaptured_intent"]}, moves="27.50gbp", of="27.50gbp", left="0.00gbp",
         refused="cancel it instead"),
    Case(REFUNDS, given={"charge": "ch_3Nowhere"}, refused="There is no charge ch_3Nowhere here"),
    Case("POST /v1/charges/{charge}/refunds", (THE["large_charge"],), {"amount": 1}, moves="0.01usd", of="480.00usd",
         left="479.99usd"),
    Case("POST /v1/transfers/{id}/reversals", (THE["transfer"],), moves="20.00usd", of="25.00usd", left="0.00usd",
         told={"Already reversed": "$5.00 USD"}),
    Case("POST /v1/application_fees/{id}/refunds", (THE["application_fee"],), {"amount": 211}, moves="2.11usd",
         of="3.10usd", left="2.10usd", refused="more than is left"),
    Case("POST /v1/credit_notes", given={"invoice": THE["open_invoice"], "amount": 500}, moves="5.00eur",
         of="285.00eur", left="265.00eur", told={"Already credited": "€15.00 EUR"}),
    Case("POST /v1/credit_notes", given={"invoice": THE["open_invoice"], "refund_amount": 500}, moves="5.00eur",
         of="285.00eur", left="265.00eur", refused="more than was paid", told={"Back to the payer": "€5.00 EUR"}),
    Case("POST /v1/refunds/{refund}/cancel", (THE["pending_refund"],), moves="89.00usd", of="89.00usd",
         told={"Refund": "$89.00 USD", "Status": "pending"}),
    Case("POST /v1/refunds/{refund}/cancel", (THE["refund"],), moves="24.00usd", of="24.00usd", refused="succeeded"),
    Case(f"{INTENTS}/capture", (THE["uncaptured_intent"],), moves="27.50gbp", of="27.50gbp"),
    Case(f"{INTENTS}/capture", (THE["uncaptured_intent"],), {"amount_to_capture": 1000}, moves="10.00gbp",
         of="27.50gbp"),
    Case(f"{INTENTS}/capture", (THE["refundable_intent"],), moves="0.00usd", of="42.00usd", refused="succeeded"),
    Case(f"{INTENTS}/cancel", (THE["refundable_intent"],), refused="refund it instead"),
    Case("POST /v1/charges/{charge}/capture", (THE["uncaptured_charge"],), moves="27.50gbp", of="27.50gbp"),
    Case("POST /v1/charges/{charge}/capture", (THE["refundable_charge"],), moves="42.00usd", of="42.00usd",
         refused="taken already"),
    Case("POST /v1/payouts/{payout}/cancel", (THE["pending_payout"],), moves="237.00usd", of="237.00usd",
         told={"To": "STRIPE TEST BANK ending 6789"}),
    Case("POST /v1/payouts/{payout}/cancel", (THE["payout"],), moves="139.00usd", of="139.00usd",
         refused="reverse it instead"),
    Case("POST /v1/payouts", given={"amount": 99_999_999, "currency": "usd"}, moves="999999.99usd",
         refused="more than is available"),
    Case(f"{INVOICES}/pay", (THE["open_invoice"],), moves="270.00eur", of="285.00eur",
         told={"Still owed": "€270.00 EUR", "Customer's name": "Wilhelm Café GmbH, einkauf@wilhelm.example"}),
    Case(f"{INVOICES}/void", (THE["draft_invoice"],), refused="delete it instead"),
    Case(f"{INVOICES}/finalize", (THE["open_invoice"],), refused="Only a draft"),
    Case(f"{INVOICES}/mark_uncollectible", (THE["draft_invoice"],), refused="Only an open one"),
    Case("DELETE /v1/invoices/{invoice}", (THE["open_invoice"],), refused="void it instead"),
    Case("DELETE /v1/invoices/{invoice}", (THE["draft_invoice"],), told={"Total": "$120.00 USD"}),
    Case("POST /v1/quotes/{quote}/accept", (THE["open_quote"],), moves="288.00usd", of="288.00usd"),
    Case("POST /v1/quotes/{quote}/accept", (THE["draft_quote"],), moves="72.00usd", of="72.00usd",
         refused="finalize it first"),
    Case(SUBSCRIPTION, (THE["subscription"],),
         told={"Would end": "at once", "Subscribed to": "Coffee club at $18.00 USD a month", "Status": "active",
               "Customer's name": "Jenny Rosen, jenny@example.com"}),
    Case(SUBSCRIPTION, (THE["canceled_subscription"],), refused="canceled already"),
    Case("DELETE /v1/customers/{customer}/subscriptions/{s}", (THE["customer"], THE["subscription"]),
         told={"Would end": "at once"}),
    Case(SUBSCRIPTION_UPDATE, ("sub_1SandboxOffice02",), {"pause_collection": {"behavior": "void"}},
         told={"Would stop": "collecting payments", "In all": "$216.00 USD a month"}),
    Case("POST /v1/subscriptions/{subscription}/resume", (THE["subscription"],), refused="only a paused one"),
    Case("DELETE /v1/customers/{customer}", (THE["customer_to_delete"],),
         told={"Would end": "1 active subscription", "Has paid": "$131.00 USD", "Name": "Peter Goodbye"}),
    Case("DELETE /v1/products/{id}", (THE["product"],), refused="It has 5 prices"),
    Case("DELETE /v1/coupons/{coupon}", (THE["coupon"],), told={"Takes off": "10 %", "Used": "3"}),
    Case("POST /v1/disputes/{dispute}/close", (THE["dispute"],), moves="61.00usd", of="61.00usd",
         told={"Reason": "product not received", "Status": "needs response", "Card": "Visa ending 5556"}),
    Case("POST /v1/disputes/{dispute}", (THE["lost_dispute"],), refused="over already"),
    Case("POST /v1/payment_methods/{payment_method}/detach", ("pm_1SandboxJenny01",),
         told={"Belongs to": "Jenny Rosen, jenny@example.com", "Card": "Visa ending 4242"}),
    Case("POST /v1/customers/{customer}/balance_transactions", (THE["customer"],),
         {"amount": -500, "currency": "usd"}, moves="5.00usd", told={"Name": "Jenny Rosen"}),
]  # fmt: skip


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: " ".join([case.key, *case.ids, *map(str, case.given.values())])
)
async def test_a_look_tells_what_people_need_to_decide(case: Case, onlooker: Looker) -> None:
    """The money, what it is taken from, who is behind it, and why Stripe would refuse."""
    seen = await onlooker.look(case.key, *case.ids, **case.given)
    facts = {each.label: read(each).replace("\N{NO-BREAK SPACE}", " ") for each in seen.facts}
    assert {label: facts.get(label, "") for label in case.told} == case.told
    assert (dollars(seen.moves), dollars(seen.of), dollars(seen.left)) == (case.moves, case.of, case.left)
    refused = seen.refused.replace("\N{NO-BREAK SPACE}", " ")
    assert case.refused in refused if case.refused else refused == ""
    assert refused == "" or refused.endswith(".")
    assert not seen.trouble


HOSTILE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    10**17,
    10**30,
    10**400,
    1e308,
    "",
    "a\0b",
    "\ud800",
    "x" * 5000,
    "usd",
    "2026-11-01",
    "-" * 300,
    [],
    {},
)


def spoiled(data: Any, value: Any, kept: tuple[str, ...]) -> Any:
    """The data with every value in it replaced, but for these members."""
    if isinstance(data, dict):
        return {name: each if name in kept else spoiled(each, value, kept) for name, each in data.items()}
    return [spoiled(each, value, kept) for each in data] if isinstance(data, list) and data else value


async def test_no_value_in_an_answer_does_harm(onlooker: Looker) -> None:
    """Wherever it stands: it is told of in bounds or not at all, and what was seen can be kept."""
    for case in CASES:
        call = onlooker.bound(case.key, *case.ids, **case.given)
        answers = await onlooker.answers(call)
        for value in HOSTILE:
            for kept in ((), ("currency",), ("currency", "status", "captured", "disputed")):
                spoilt = {name: Answer(spoiled(each.data, value, kept)) for name, each in answers.items()}
                assert_bounded(snapshot(call, spoilt))


async def test_what_is_refused_for_the_seeded_payments_is_what_stripe_refuses(looker: Looker) -> None:
    """And what isn't goes through: the look and the sandbox judge alike."""
    for name in [each for each in THE if each.endswith("_charge")]:
        seen = await looker.look(REFUNDS, charge=THE[name])
        answer = await looker.call(REFUNDS, charge=THE[name])
        # A payment that is only held can be refunded at Stripe, which cancels it; people are sent to that door.
        if name != "uncaptured_charge":
            assert (answer.status_code == 200) is not bool(seen.refused), (name, seen.refused)


async def test_a_refund_in_between_is_seen_before_the_next_is_sent(looker: Looker) -> None:
    """What was signed is no longer what would happen."""
    before = await looker.look(REFUNDS, charge=THE["refundable_charge"])
    await looker.call(REFUNDS, charge=THE["refundable_charge"], amount=1000)
    after = await looker.look(REFUNDS, charge=THE["refundable_charge"])
    (found,) = differences(before, after)
    assert (found.label, found.before, found.after) == ("Already refunded", "$0.00\xa0USD", "$10.00\xa0USD")
    assert (whole(before), whole(after)) == (True, False)


async def test_nothing_has_changed_where_nothing_did(onlooker: Looker) -> None:
    """A second look at the same is no reason to ask again."""
    for case in CASES:
        first = await onlooker.look(case.key, *case.ids, **case.given)
        assert differences(first, await onlooker.look(case.key, *case.ids, **case.given)) == ()
