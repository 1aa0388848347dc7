"""Home tabs and set-up modals to show, as golden files and to the validator."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import cards
from bot.approval import Approval
from bot.domain import Account, Person, Run, SavedCommand
from bot.policy import DEFAULT_POLICY, STRICT_POLICY, Preset, Ruling, rules_of
from bot.policy.changes import changes
from bot.policy.rehearsal import Otherwise, Rehearsal
from bot.policy.shelf import Version
from bot.roles import Grant
from bot.slack_groups import UserGroup
from bot.text import Style
from bot.workspaces import STEPS, Step, WorkspaceSettings
from operations.grammar import draft
from operations.registry import registry
from tests.bot.cards import samples as made
from tests.bot.cards.approval_cases import overridden

GRANTED = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
NEW = WorkspaceSettings("T01TEST", fixed_admins=(made.ALICE,))
SETTLED = replace(
    NEW,
    version=7,
    grants=(
        Grant("admin", "person", made.BOB, granted_by=made.ALICE, granted_at=GRANTED),
        Grant("approver", "person", "U03EVE", granted_by=made.ALICE, granted_at=GRANTED),
        Grant("approver", "group", "S09FINANCE", mode="live", granted_by=made.BOB, granted_at=GRANTED),
        Grant("operator", "person", "U04OPS", account_id=made.TEST.id, granted_by=made.BOB, granted_at=GRANTED),
        Grant("operator", "channel", "C09INCIDENTS", account_id="gone", granted_by="", granted_at=GRANTED),
    ),
    policy=STRICT_POLICY,
    approvals_channel_id="C09APPROVALS",
    confirmed=frozenset(STEPS[1:]),
)
GROUPS = (UserGroup("S09FINANCE", "Finance", "finance", frozenset({"U03EVE"})),)
SAVED = SavedCommand(
    team_id="T01TEST",
    id="s1",
    owner_id="",
    name="goodwill",
    text="refunds create --charge {charge} --amount {amount}",
    version=1,
    created_by=made.BOB,
)


def person(user_id: str, **marks: Any) -> Person:
    return Person("T01TEST", user_id, **{"barred": None, "zone": ZoneInfo("UTC"), **marks})


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
    person(made.BOB),
    SETTLED,
    accounts=(made.TEST, made.LIVE),
    waiting=(waiting(pending(made.LIVE)),),
    waiting_total=3,
    asked=(pending(made.TEST, 2, made.BOB), made.approval(made.refund_call(made.LIVE), "denied")),
    recent=runs(),
    saved=(listed(SAVED),),
    saved_total=9,
)


PROPOSED = Version(4, "proposed", Preset(preset="strict"), 3, made.ALICE, made.NOON)
CHANGED = changes(rules_of(DEFAULT_POLICY.document), rules_of(STRICT_POLICY.document))
REHEARSAL = Rehearsal(
    judged=500,
    capped=True,
    counts={("runs once confirmed", "waits for one approval"): 12, ("runs at once", "is not run"): 1},
    examples=(
        Otherwise(
            made.frozen(made.CUSTOMERS_LIST, made.LIVE, parameters={"limit": 3}),
            Ruling("allow", "everything else runs", "nothing holds it back"),
            Ruling("deny", "nobody looks", "it is late"),
        ),
    ),
)


def _shown(style: Style, *, admin: bool = True, own: bool = False) -> Any:
    waiting_ = (PROPOSED, CHANGED, "token") if admin else None
    user = made.ALICE if own else made.BOB
    held = replace(PROPOSED, version=3, state="active", decided_by=made.BOB)
    shown = cards.policy_shown(held, STRICT_POLICY, waiting_, admin=admin, user_id=user, style=style)
    return {"text": shown.text, "blocks": list(shown.blocks)}


def _proposal(state: Any = "proposed", *, own: bool = False) -> Any:
    decided = made.BOB if state != "proposed" else None
    version = replace(PROPOSED, state=state, decided_by=decided)
    shown = cards.proposal_message(version, CHANGED, "token", own=own, style="rich")
    return {"text": shown.text, "blocks": list(shown.blocks)}


def _home(seen: cards.Overview, style: Style = "rich") -> dict[str, Any]:
    return cards.home_view(seen, style=style)


def _setup(step: Step, style: Style = "rich", **more: Any) -> dict[str, Any]:
    return cards.setup_view(step, SETTLED, "token", style=style, groups=GROUPS if style == "rich" else None, **more)


HOME_CASES: Mapping[str, Callable[[], dict[str, Any]]] = {
    "home-new-admin": lambda: _home(cards.Overview(person(made.ALICE), NEW)),
    "home-new-member": lambda: _home(cards.Overview(person(made.BOB), NEW)),
    "home-no-admin-yet": lambda: _home(cards.Overview(person(made.BOB, leads=True), WorkspaceSettings("T01TEST"))),
    "policy-shown": lambda: _shown("rich"),
    "policy-shown-plain": lambda: _shown("plain", own=True),
    "policy-shown-member": lambda: _shown("rich", admin=False),
    "policy-proposal": _proposal,
    "policy-proposal-own": lambda: _proposal(own=True),
    "policy-proposal-agreed": lambda: _proposal("active"),
    "policy-view": lambda: cards.policy_view(("preset: strict\n", "", ""), "token", note="Somebody was quicker."),
    "policy-preview": lambda: cards.policy_preview(CHANGED, REHEARSAL, "token", live=True),
    "policy-preview-nothing": lambda: cards.policy_preview(CHANGED, Rehearsal(1), "token", live=False),
    "policy-not-saved": lambda: cards.policy_not_saved("It was changed in the meantime."),
    "home-policy-proposed": lambda: _home(
        cards.Overview(person(made.BOB), SETTLED, accounts=(made.LIVE,), proposal=(PROPOSED, CHANGED, "token"))
    ),
    "home-glass-broken": lambda: _home(
        cards.Overview(
            person(made.BOB),
            SETTLED,
            accounts=(made.LIVE,),
            reviews=((overridden(), "opaque"), (replace(overridden(), requester_id=made.BOB), "opaque")),
        )
    ),
    "home-half-set-up": lambda: _home(
        cards.Overview(
            person(made.ALICE), replace(NEW, version=1, confirmed=frozenset({"approvers"})), accounts=(made.TEST,)
        )
    ),
    "home-busy-admin": lambda: _home(BUSY),
    "home-busy-plain": lambda: _home(BUSY, "plain"),
    "home-viewer": lambda: _home(cards.Overview(person("U05VIEW"), SETTLED, accounts=(made.TEST,))),
    "home-guest": lambda: _home(cards.Overview(person("U06GUEST", barred="guests can't"), NEW)),
    **{f"setup-{step}": lambda step=step: _setup(step) for step in cards.SETUP_INPUTS},  # type: ignore[misc]
    **{f"setup-{step}-plain": lambda step=step: _setup(step, "plain") for step in cards.SETUP_INPUTS},  # type: ignore[misc]
    "setup-raced": lambda: _setup("approvers", note="Somebody else was quicker.", now=NEW),
}
