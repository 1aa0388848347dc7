"""Questions about an outcome that nobody knows, to show as golden files and to the validator."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot import cards
from bot.approval import Said
from bot.blocks import Message, View
from bot.domain import Account
from bot.roles import Holders
from bot.text import Style
from operations.grammar import render
from operations.looks import Difference, Evidence, Found, Money
from tests.bot.cards import approval_cases as approvals
from tests.bot.cards import samples as made

WHO = Holders(people=(made.BOB, "U05CAROL"), groups=("S09FINANCE",))
AT_STRIPE = "https://dashboard.stripe.com/approvals/areq_1"
FOUND = Evidence(
    "for",
    "Stripe shows a refund of just that amount, made since then.",
    (Found("re_3PzJennyBack", Money(1250, "eur"), made.CREATED, "succeeded"),),
)
GONE = Evidence("against", "It still stands at Stripe, and its status is active.")
CHANGED = Evidence(
    "open",
    "This is no longer as it was when it was asked for:",
    changes=(Difference("Status", "requires capture", "succeeded"), Difference("Dispute", "", "lost")),
)
BOB = Said(made.BOB, True, made.NOON.replace(minute=40))
NO = replace(BOB, happened=False)


def question(
    account: Account,
    shown: Evidence | None,
    *,
    at_stripe: str = "",
    style: Style = "rich",
    said: Said | None = None,
) -> Message:
    approval = approvals.refund(account, amount=1250)
    asked = cards.Open(approval.frozen, approval.snapshot, shown, at_stripe)
    if said is not None:
        return cards.outcome_said(asked, said, style=style)
    return cards.outcome_question(asked, token="opaque", who=WHO, asker_id=made.ALICE, style=style)


def head(said: Said) -> Message:
    call = made.frozen(made.CUSTOMERS_LIST, made.TEST, parameters={"limit": 3})
    return cards.run_head(made.run(call), render(call.call), said=said)


OUTCOME_CASES: Mapping[str, Callable[[], Message | View]] = {
    "outcome-found-live": lambda: question(made.LIVE, FOUND),
    "outcome-found-plain": lambda: question(made.TEST, FOUND, style="plain"),
    "outcome-still-there-test": lambda: question(made.TEST, GONE),
    "outcome-changed-live": lambda: question(made.LIVE, CHANGED),
    "outcome-at-stripe-live": lambda: question(made.LIVE, None, at_stripe=AT_STRIPE),
    "outcome-said-live": lambda: question(made.LIVE, FOUND, said=BOB),
    "outcome-said-not-plain": lambda: question(made.TEST, None, at_stripe=AT_STRIPE, said=NO, style="plain"),
    "outcome-head-said": lambda: head(NO),
    "outcome-said-already": lambda: cards.outcome_said_already(BOB),
    "outcome-may-not-say": lambda: cards.may_not_say("approver", WHO),
    "approval-said": lambda: approvals.card(approvals.ended("failed", said=NO)),
}
