"""Approval cards to show, as golden files and to the validator: with what was seen at Stripe, by real operations."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot import cards
from bot.approval import Approval, Item, Remark
from bot.blocks import Message, View
from bot.cards.exact import exact_request
from bot.domain import Account, ApprovalState, Decision, FrozenCall
from bot.policy import Plan, Stage
from bot.text import Style
from operations.call import bind
from operations.grammar import render
from operations.looks import Answer, Difference, Snapshot, reads, snapshot
from operations.outcome import Outcome, Unknown
from operations.registry import registry
from operations.risk import assess
from tests.bot.cards import samples as made

CAROL, DAVE = "U05CAROL", "U06DAVE"
CHARGE = {**made.OBJECTS["charge"], "amount": 4000, "amount_refunded": 0, "currency": "eur"}
SUBSCRIPTION = {**made.OBJECTS["subscription"], "cancel_at_period_end": False, "customer": made.CUSTOMERS[0]}
PAID = {"amount_captured": 20_600, "amount_refunded": 0, "currency": "eur", "status": "succeeded"}


def frozen(name: str, account: Account, *ids: str, because: str = "", **parameters: object) -> FrozenCall:
    """A call of one of Stripe's own operations, as it would be recorded."""
    operation = registry().by_name(name)
    assert operation is not None
    path = dict(zip((each.name for each in operation.path_parameters), ids, strict=True))
    call = bind(operation, path, parameters)
    return replace(made.frozen(operation, account, path=path), call=call, risk=assess(call), because=because)


def seen(call: FrozenCall, **answers: object) -> Snapshot:
    """What a look tells where Stripe answers its reads so."""
    named = [each.name for each in reads(call.call, registry())]
    return snapshot(call.call, {name: Answer(data=answers.get(name)) for name in named})  # type: ignore[arg-type]  # JSON


def asked(call: FrozenCall, looked: Snapshot | None, **changes: object) -> Approval:
    return replace(made.approval(call), items=(Item(call, looked),), **changes)  # type: ignore[arg-type]  # any member


def card(approval: Approval, outcome: Outcome | None = None, style: Style = "rich") -> Message:
    command = render(approval.frozen.call)
    return cards.approval_card(approval, token="opaque", command=command, outcome=outcome, style=style)


def refund(account: Account = made.LIVE, *, because: str = "", **parameters: object) -> Approval:
    """A refund of a charge of €40.00, of all of it unless an amount is given."""
    call = frozen("refunds create", account, because=because, charge="ch_3PzJenny", **parameters)
    return asked(call, seen(call, charge={**CHARGE, "customer": made.CUSTOMERS[0]["id"]}))


def cancellation(account: Account = made.LIVE) -> Approval:
    call = frozen("subscriptions cancel", account, "sub_1PzClub", because="Moves away, wants to end it today.")
    rule = "deletions and endings need a second person"
    return asked(call, seen(call, subscription=SUBSCRIPTION), rule=rule)


def deletion(account: Account = made.LIVE) -> Approval:
    call = frozen("customers delete", account, "cus_Q001Reader")
    subscriptions, charges = made.page([SUBSCRIPTION] * 3), made.page([PAID, PAID])
    looked = seen(call, customer=made.CUSTOMERS[0], subscriptions=subscriptions, charges=charges)
    return asked(call, looked, rule="deletions and endings need a second person")


def two_stages() -> Approval:
    """A plan whose first stage is signed, which was escalated and talked about."""
    plan = Plan(
        stages=(Stage(), Stage(2, role="admin", groups=("S09FINANCE",), people=(CAROL,))),
        reason=True,
        escalate=timedelta(hours=1),
        fallback=Stage(people=(DAVE,), role=None),
    )
    approval = refund(because="The atlas never came; see ticket 6735.", reason="requested_by_customer")
    return replace(
        approval,
        rule="large refunds need finance, too",
        plan=plan,
        decisions=(Decision(made.BOB, "approve", made.NOON.replace(minute=7), 0, "I spoke to her."),),
        escalated_at=made.NOON.replace(hour=13),
        remarks=(
            Remark(CAROL, made.NOON.replace(minute=20), "Is the carrier paying for that?"),
            Remark(made.ALICE, made.NOON.replace(minute=25), "Yes, claim filed."),
        ),
    )


def ended(state: ApprovalState, **changes: object) -> Approval:
    signed = (Decision(made.BOB, "approve", made.NOON.replace(minute=7), comment="Fine."),)
    approval = refund(amount=1250)
    return replace(approval, state=state, **{"decisions": signed, **changes})  # type: ignore[arg-type]  # any member


def stale() -> Approval:
    return ended(
        "stale",
        why_not="What it is about has changed since it was asked for, so it was not sent.",
        differences=(Difference("Already refunded", "", "€30.00 EUR"), Difference("Status", "succeeded", "disputed")),
    )


def denied() -> Approval:
    no = Decision(made.BOB, "deny", made.NOON.replace(minute=7), comment="She was paid back in October.")
    return ended("denied", decisions=(no,))


def overridden() -> Approval:
    broke = Decision(made.ALICE, "override", made.NOON, comment="Chargeback deadline in ten minutes, nobody reachable.")
    return ended("succeeded", decisions=(broke,))


AT_STRIPE = Unknown("Stripe asks first.", retry=False, waiting_at_stripe="https://dashboard.stripe.com/approvals/apr_1")

APPROVAL_CASES: Mapping[str, Callable[[], Message | View]] = {
    "approval-full-refund-live": lambda: card(refund(because="The atlas never came; see ticket 6735.")),
    "approval-part-refund-test": lambda: card(refund(made.TEST, amount=1250, metadata={"ticket": "6735"})),
    "approval-part-refund-plain": lambda: card(refund(amount=1250), style="plain"),
    "approval-cancellation-live": lambda: card(cancellation()),
    "approval-customer-deletion-live": lambda: card(deletion()),
    "approval-two-stages-live": lambda: card(two_stages()),
    "approval-stale-live": lambda: card(stale()),
    "approval-denied-with-reason": lambda: card(denied()),
    "approval-overridden": lambda: card(overridden(), made.succeeded({"id": "re_3PzJennyBack"})),
    "approval-waiting-at-stripe": lambda: card(ended("unknown"), AT_STRIPE),
    "approval-superseded": lambda: card(ended("superseded", superseded_by="apr_9Lm1")),
    "exact-request": lambda: exact_request(
        refund(amount=1250, metadata={"ticket": "67\n35\u200b"}), registry().api_version, "rich"
    ),
    "exact-request-plain": lambda: exact_request(deletion(), registry().api_version, "plain"),
}
