"""Home tabs and set-up modals to show, as golden files and to the validator."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot import cards
from bot.domain import Account, Approval, Run, SavedCommand
from bot.text import Style
from bot.workspaces import STEPS, Step, WorkspaceSettings
from operations.grammar import draft
from operations.registry import registry
from tests.bot.cards import samples as made

NEW = WorkspaceSettings("T01TEST", fixed_admins=(made.ALICE,))
SETTLED = replace(
    NEW,
    version=7,
    admin_ids=(made.BOB,),
    approver_ids=(made.BOB, "U03EVE"),
    operator_ids=("U04OPS",),
    policy_name="strict",
    approvals_channel_id="C09APPROVALS",
    confirmed=frozenset(STEPS[1:]),
)
SAVED = SavedCommand(
    team_id="T01TEST",
    id="s1",
    owner_id="",
    name="goodwill",
    text="refunds create --charge {charge} --amount {amount}",
    version=1,
    created_by=made.BOB,
)


def pending(account: Account, number: int = 1, requester: str = made.ALICE) -> Approval:
    asked = made.approval(made.refund_call(account, amount=500, metadata={"ticket": "*urgent* <!here>"}))
    return replace(asked, id=f"apr_{number}", requester_id=requester)


def waiting(approval: Approval) -> cards.Waiting:
    return cards.Waiting(approval, f"token-{approval.id}", cards.typed_on(approval.frozen))


def listed(saved: SavedCommand) -> cards.Listed:
    return cards.Listed(saved, None if saved.text is None else draft(saved.text, registry()))


def runs() -> tuple[Run, ...]:
    read = made.frozen(made.CUSTOMERS_LIST, parameters={"limit": 3})
    payout = made.frozen(made.PAYOUTS_CREATE, made.LIVE, parameters={"amount": 500, "currency": "usd"}, tier="money")
    return (made.run(read), made.run(payout, "failed"), made.run(payout, "executing"))


BUSY = cards.Overview(
    user_id=made.BOB,
    settings=SETTLED,
    accounts=(made.TEST, made.LIVE),
    waiting=(waiting(pending(made.LIVE)),),
    waiting_total=3,
    asked=(pending(made.TEST, 2, made.BOB), made.approval(made.refund_call(made.LIVE), "denied")),
    recent=runs(),
    saved=(listed(SAVED),),
    saved_total=9,
)


def _home(seen: cards.Overview, style: Style = "rich") -> dict[str, Any]:
    return cards.home_view(seen, style=style)


def _setup(step: Step, style: Style = "rich", **more: Any) -> dict[str, Any]:
    return cards.setup_view(step, SETTLED, "token", style=style, **more)


HOME_CASES: Mapping[str, Callable[[], dict[str, Any]]] = {
    "home-new-admin": lambda: _home(cards.Overview(made.ALICE, NEW)),
    "home-new-member": lambda: _home(cards.Overview(made.BOB, NEW)),
    "home-half-set-up": lambda: _home(
        cards.Overview(made.ALICE, replace(NEW, version=1, confirmed=frozenset({"approvers"})), accounts=(made.TEST,))
    ),
    "home-busy-admin": lambda: _home(BUSY),
    "home-busy-plain": lambda: _home(BUSY, "plain"),
    "home-viewer": lambda: _home(cards.Overview("U05VIEW", SETTLED, accounts=(made.TEST,))),
    "home-guest": lambda: _home(cards.Overview("U06GUEST", NEW, barred="guests can't")),
    **{f"setup-{step}": lambda step=step: _setup(step) for step in cards.SETUP_INPUTS},  # type: ignore[misc]
    **{f"setup-{step}-plain": lambda step=step: _setup(step, "plain") for step in cards.SETUP_INPUTS},  # type: ignore[misc]
    "setup-raced": lambda: _setup("approvers", note="Somebody else was quicker.", now=NEW),
}
