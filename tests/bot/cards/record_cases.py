"""What is told of the record, to show as golden files: receipts and broken glass."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot import cards
from bot.approval import Approval, Bulk, Item, Remark, Reported, Said
from bot.blocks import FileMessage, Message
from bot.domain import Decision, Run, RunState
from bot.open_outcomes import OpenOutcome
from bot.receipt import Attempt, Event, Receipt
from bot.text import Style
from operations.looks import Money, Snapshot
from operations.sandbox.keys import TEST_KEY
from tests.bot.cards import samples as made
from tests.bot.cards.approval_cases import overridden, refund

LATER = made.NOON + timedelta(minutes=9)


def run(approval: Approval | None = None, state: RunState = "unknown") -> Run:
    call = approval.frozen if approval is not None else made.frozen(made.PAYOUTS_CREATE, parameters={"amount": 5})
    sent = replace(made.run(call, state, approval.id if approval is not None else None), first_sent_at=LATER)
    return replace(sent, id="0d6e4c11-7a52-4c7c-9a39-6b4f0d8f2a10")


def receipt(*, style: Style = "rich", file: bool = False) -> Message | FileMessage:
    """Of a refund that two signed, one of them with a key in their words."""
    approval = replace(
        refund(
            amount=1250,
            metadata={"ticket": "*6735* <!here>", "client_secret": "seti_1_secret_abc"},
            because="The atlas never came.",
        ),
        state="succeeded",
        decisions=(Decision(made.BOB, "approve", LATER, comment=f"Fine, with {TEST_KEY}?"),),
        remarks=(Remark("U05CAROL", LATER, "She wrote <@U1> twice."),),
    )
    attempt = Attempt(run(approval, "succeeded"), made.REQUEST, 200, None, LATER, None)
    events = tuple(
        Event(number, LATER, what, made.ALICE, f"approval:{approval.id}", f"{number:064x}")
        for number, what in enumerate(("approval requested", "approval signed", "run succeeded"), 41)
    )
    found = Receipt(approval, (attempt,), events, "2026-10-28.clover")
    return cards.receipt_file(found) if file else cards.receipt(found, style)


def a_list(**changes: object) -> Approval:
    """Two refunds in two currencies, of which one was made and the other was not."""
    items = tuple(
        Item(made.refund_call(made.LIVE, charge=f"ch_3PzList{number}", amount=amount), Snapshot(moves=money))
        for number, (amount, money) in enumerate(((1250, Money(1250, "usd")), (900, Money(900, "jpy"))))
    )
    bulk = Bulk(lines=(2, 3), currencies=("usd", ""))
    approval = replace(made.approval(items[0].frozen, "failed"), items=items, bulk=bulk)
    return replace(approval, parts=("succeeded", "failed"), **changes)  # type: ignore[arg-type]  # any member


def list_receipt(*, file: bool = False) -> Message | FileMessage:
    """Of a list that an earlier release wrote down."""
    approval = a_list(decisions=(Decision(made.BOB, "approve", LATER),))
    first, second = run(approval, "succeeded"), replace(run(approval, "failed"), id="run2", position=1)
    done = Reported("succeeded", made.REQUEST, "re_3PzMade", "")
    broke = Reported("failed", made.REQUEST, "", f"Charge *ch_3PzList1* has already been refunded. {TEST_KEY}")
    attempts = (
        Attempt(first, made.REQUEST, 200, None, LATER, None, done),
        Attempt(second, made.REQUEST, 400, "charge_already_refunded", LATER, None, broke),
    )
    found = Receipt(approval, attempts, (), None)
    return cards.receipt_file(found) if file else cards.receipt(found, "rich")


def broken_list() -> Message:
    why = Decision(made.ALICE, "override", LATER, comment="The bank closes in ten minutes.")
    return cards.glass_broken(a_list(decisions=(why,)), "opaque", (made.BOB,), ())


def settled_receipt() -> Message:
    """Of a run that needed nobody, and was settled by somebody's word."""
    outcome = OpenOutcome("T01TEST", "run1", said=Said(made.BOB, happened=False, said_at=LATER))
    attempt = Attempt(run(state="failed"), None, 500, "api_error", LATER, outcome)
    return cards.receipt(Receipt(None, (attempt,), (), "2026-10-28.clover"), "rich")


RECORD_CASES: Mapping[str, Callable[[], Message | FileMessage]] = {
    "receipt-live": receipt,
    "receipt-plain": lambda: receipt(style="plain"),
    "receipt-file": lambda: receipt(file=True),
    "receipt-settled-run": settled_receipt,
    "receipt-list": list_receipt,
    "receipt-list-file": lambda: list_receipt(file=True),
    "glass-broken": lambda: cards.glass_broken(overridden(), "opaque", (made.BOB,), ("S09FINANCE",)),
    "glass-broken-list": broken_list,
    "glass-reviewed": lambda: cards.glass_reviewed(overridden(), made.BOB, LATER, "rich"),
    "glass-reminder": lambda: cards.review_reminder(overridden(), (made.BOB,), (), days=3),
}
