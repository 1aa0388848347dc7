"""Every kind of card as it is posted, in test and live: a change of one is a change that a reviewer sees."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot import cards
from bot.approvals import Refused
from bot.blocks import FileMessage, Message, PictureMessage, Posted, View
from bot.domain import Account, FrozenCall, Place, SavedCommand
from bot.finding import Find
from bot.placing import Answers
from bot.policy import DEFAULT_POLICY, Ruling
from bot.roles import Holders
from bot.text import Style
from bot.workspaces import Lacking
from operations.grammar import Command, Stated, draft, render
from operations.manual import Field, Manual, Resource
from operations.outcome import Outcome, Succeeded, Unknown
from operations.problem import Problem
from operations.registry import registry
from operations.shaping import Shaping
from operations.spec import Operation
from tests.block_rules import message_violations, view_violations
from tests.bot.cards import samples as made
from tests.bot.cards.approval_cases import APPROVAL_CASES
from tests.bot.cards.bulk_cases import BULK_CASES, largest_list
from tests.bot.cards.error_cases import ERRORS, OPEN, elsewhere
from tests.bot.cards.home_cases import HOME_CASES, SETTLED
from tests.bot.cards.list_cases import LIST_CASES
from tests.bot.cards.outcome_cases import OUTCOME_CASES
from tests.bot.cards.record_cases import RECORD_CASES
from tests.bot.cards.role_cases import ROLE_CASES
from tests.rungs import rung_violations

Shown = Posted | View
ANSWERS = Answers("ephemeral", quiet_reads=True, channels=((made.CHANNEL, "thread"), ("C02OPS", "dm")))
LOST = Unknown(reason="Stripe's answer was lost, so it is not known whether the call was carried out.")
MODES = {"test": made.TEST, "live": made.LIVE}


def _results(
    call: FrozenCall, outcome: Outcome, style: Style = "rich", paged: cards.Paged | None = None
) -> tuple[Shown, ...]:
    return cards.result(made.run(call), outcome, made.manner(style), paged=paged)


def _object(kind: str, account: Account) -> tuple[Shown, ...]:
    return _results(made.frozen(made.retrieve(kind), account, path={kind: "x"}), made.succeeded(made.OBJECTS[kind]))


def _masked(data: Any) -> tuple[Shown, ...]:
    """Where others read along."""
    return made.results(made.frozen(made.CUSTOMERS_LIST), made.succeeded(data), made.masked(made.manner()))


def _error(account: Account, outcome: Outcome) -> tuple[Shown, ...]:
    return _results(made.frozen(made.retrieve("charge"), account, path={"charge": "ch_3PzJenny01"}), outcome)


def _head(account: Account, outcome: Outcome | None) -> Message:
    call = made.frozen(made.CUSTOMERS_LIST, account, parameters={"limit": 3})
    return cards.run_head(made.run(call, "succeeded" if outcome else "executing"), render(call.call), outcome)


def _charted(account: Account, style: Style) -> tuple[Shown, ...]:
    """The picture that follows a list of charges on four days, in two currencies."""
    call = made.frozen(made.CHARGES_LIST, account, shaping=Shaping(chart=True))
    days = ((0, 1250, "eur"), (0, 4100, "eur"), (1, 990, "eur"), (3, 300, "usd"))
    charges = [
        {**made.OBJECTS["charge"], "created": made.CREATED + 86_400 * day, "amount": amount, "currency": currency}
        for day, amount, currency in days
    ]
    return _results(call, made.succeeded(made.page(charges)), style)[1:]


def _shaped(data: Any, style: Style = "rich", *, account: Account = made.TEST, **asked: Any) -> tuple[Shown, ...]:
    call = made.frozen(made.CUSTOMERS_LIST, account, parameters={"limit": 3}, shaping=Shaping(**asked))
    more = cards.Paged(1, "on") if isinstance(data, dict) and data.get("has_more") else None
    return _results(call, made.succeeded(data), style, more)


def _approval(account: Account, state: Any, outcome: Outcome | None = None, style: Style = "rich") -> Message:
    call = made.refund_call(
        account, amount=500, reason="requested_by_customer", metadata={"ticket": "*urgent* <!here>"}
    )
    run = made.run(call, approval_id="apr_8Kd2") if state == "approved" else None
    approval = made.approval(call, state)
    return cards.approval_card(
        approval, token="opaque", command=render(call.call), run=run, outcome=outcome, style=style
    )


def _stated(account: Account, state: Any = "pending") -> Message:
    """A refund whose amount was said in money, of a charge that was looked at."""
    call = replace(made.refund_call(account, amount=1250), stated=(Stated("amount", 1250, "usd", left=3750),))
    approval = made.approval(call, state)
    return cards.approval_card(approval, token="opaque", command=render(call.call), style="rich")


def _stated_head() -> Message:
    call = made.frozen(made.PAYOUTS_CREATE, parameters={"amount": 500}, tier="money")
    call = replace(call, stated=(Stated("amount", 500, "jpy"),))
    return cards.run_head(made.run(call, "executing"), render(call.call))


def _deletion() -> Message:
    call = made.frozen(
        made.CUSTOMERS_DELETE,
        made.LIVE,
        path={"customer": "cus_Q001Reader"},
        tier="destructive",
        flags=("irreversible",),
    )
    approval = made.approval(call, rule="deletions and endings need a second person")
    return cards.approval_card(approval, token="opaque", command=render(call.call), style="rich")


MANUAL = Manual(registry())


def _operation(name: str) -> Operation:
    found = registry().by_name(name)
    assert found is not None
    return found


def _resource(words: str) -> Resource:
    found = MANUAL.resource(words)
    assert found is not None
    return found


def _field(words: str) -> Field:
    found = MANUAL.topic(words.split())
    assert isinstance(found, Field)
    return found


ASKED = cards.Form(
    operation="refunds create",
    text="refunds create -d charge={charge} -d amount={amount} -d reason={reason?}",
    questions=(
        cards.Question("charge", "charge", "charge", hint="The id of a charge."),
        cards.Question("amount", "amount", "amount", initial="12.50 usd"),
        cards.Question("reason", "reason", "reason", optional=True, choices=("duplicate", "fraudulent")),
    ),
    live=False,
    given=(("metadata[order]", "6735"),),
)
GOODWILL = SavedCommand(
    team_id=made.TEST.team_id,
    id="s1",
    owner_id="",
    name="goodwill",
    text="refunds create --charge {charge} --amount {amount}",
    version=1,
    created_by=made.BOB,
)
MINE = replace(GOODWILL, id="s2", owner_id=made.ALICE, name="newest", text="customers list --limit 3 --live")


def _listed(saved: SavedCommand) -> cards.Listed:
    return cards.Listed(saved, draft(saved.text or "", registry()) if saved.text is not None else None)


def _saved_list() -> Message:
    hostile = replace(MINE, name="odd", text="customer lst *bold* <!channel> `x`")
    return cards.saved_list(
        [_listed(each) for each in (MINE, hostile, replace(MINE, name="lost", text=None), GOODWILL)], page=1, total=9
    )


FOUND = (Find("ch_3PzJenny01", "charge"), Find("in_1PzJenny02", ""), Find("jenny@example.com", "e-mail"))
REFUND = made.frozen(made.REFUNDS_CREATE, made.LIVE, parameters={"charge": "ch_3PzJenny"}, flags=("refund",))
REFUSED = made.refused(
    400, code="charge_already_refunded", message="Charge ch_3PzJenny has already been refunded.", param="charge"
)

CASES: dict[str, Callable[[], Shown | tuple[Shown, ...]]] = {
    **{
        f"object-{kind}-{mode}": lambda kind=kind, account=account: _object(kind, account)  # type: ignore[misc]
        for kind in made.OBJECTS
        for mode, account in MODES.items()
        if mode == "test" or kind in {"charge", "customer", "refund"}
    },
    "masked-customer": lambda: _masked(made.OBJECTS["customer"]),
    "masked-charge": lambda: _masked(made.OBJECTS["charge"]),
    "masked-list": lambda: _masked(made.page(made.CUSTOMERS, more=True)),
    "answers": lambda: cards.answers_shown(ANSWERS, Place(made.CHANNEL), admin=True, changed="Changed."),
    "answers-told": lambda: cards.answers_shown(ANSWERS, Place("D01"), admin=False),
    "only-you": lambda: Message("Only you", (cards.only_you(made.run(REFUND)),)),
    "by-direct-message": cards.by_direct_message,
    "chart-test": lambda: _charted(made.TEST, "rich"),
    "chart-live": lambda: _charted(made.LIVE, "rich"),
    "chart-plain": lambda: _charted(made.TEST, "plain"),
    "deleted": lambda: _results(
        made.frozen(made.CUSTOMERS_DELETE, path={"customer": "cus_Q001Reader"}),
        made.succeeded({"id": "cus_Q001Reader", "object": "customer", "deleted": True}),
    ),
    "head-running-test": lambda: _head(made.TEST, None),
    "head-succeeded-live": lambda: _head(made.LIVE, made.succeeded({})),
    "head-failed-live": lambda: _head(made.LIVE, REFUSED),
    "head-unknown-test": lambda: _head(made.TEST, LOST),
    **{
        f"error-{name}-{mode}": lambda outcome=outcome, account=account: _error(account, outcome)  # type: ignore[misc]
        for name, outcome in {**ERRORS, **OPEN}.items()
        for mode, account in MODES.items()
    },
    "error-elsewhere-test": lambda: _error(made.TEST, elsewhere("live")),
    "error-elsewhere-live": lambda: _error(made.LIVE, elsewhere("test")),
    "unknown-goes-on": lambda: _results(REFUND, LOST),
    "unknown-for-a-person": lambda: _results(REFUND, Unknown(reason="It was tried too often.", retry=False)),
    "unknown-waiting-at-stripe": lambda: _results(
        REFUND, Unknown(reason="", waiting_at_stripe="https://dashboard.stripe.com/approvals/areq_1")
    ),
    "approval-pending-test": lambda: _approval(made.TEST, "pending"),
    "approval-pending-live": lambda: _approval(made.LIVE, "pending"),
    "approval-pending-plain": lambda: _approval(made.LIVE, "pending", style="plain"),
    "approval-running": lambda: _approval(made.LIVE, "approved"),
    "approval-done": lambda: _approval(made.LIVE, "approved", made.succeeded(made.OBJECTS["refund"])),
    "approval-failed": lambda: _approval(made.LIVE, "approved", REFUSED),
    "approval-unknown": lambda: _approval(made.LIVE, "approved", LOST),
    "approval-denied": lambda: _approval(made.TEST, "denied"),
    "approval-expired": lambda: _approval(made.TEST, "expired"),
    "approval-withdrawn": lambda: _approval(made.TEST, "withdrawn"),
    "approval-deletion-live": _deletion,
    "approval-stated-live": lambda: _stated(made.LIVE),
    "head-stated-test": _stated_head,
    "not-looked-up": lambda: cards.not_looked_up(made.run(REFUND), LOST),
    "decision-own": lambda: cards.decision_refused(Refused("own", made.approval(REFUND))),
    "decision-too-late": lambda: cards.decision_refused(Refused("decided", made.approval(REFUND, "denied"))),
    "problem": lambda: cards.problem(
        Problem("unknown_operation", 'There is no operation "customer lst".', suggestions=("customers list",))
    ),
    "problem-with-offers": lambda: cards.problem(
        Problem("unknown_operation", 'There is no Stripe command "customer lst".', suggestions=("customers list",)),
        (
            cards.Offer("customers list", "customers list --limit 3"),
            cards.Offer("Help for customers", "help customers"),
        ),
    ),
    "shaped-value-live": lambda: _shaped(made.page(made.CUSTOMERS), account=made.LIVE, query="length(data)"),
    "shaped-values": lambda: _shaped(made.page(made.CUSTOMERS, more=True), query="data[].email"),
    "shaped-object": lambda: _shaped(made.OBJECTS["charge"], fields=("id", "amount", "billing_details")),
    "shaped-rows": lambda: _shaped(made.page(made.CUSTOMERS), fields=("id", "email", "nmae")),
    "shaped-table": lambda: _shaped(made.page(made.CUSTOMERS, more=True), output="table"),
    "shaped-table-plain": lambda: _shaped(made.page(made.CUSTOMERS), "plain", output="table"),
    "shaped-json": lambda: _shaped(made.page(made.CUSTOMERS), query="data[].{id: id, name: name}", output="json"),
    "shaped-json-plain": lambda: _shaped(made.page(made.CUSTOMERS), "plain", query="data[0].address", output="json"),
    "shaped-csv": lambda: _shaped(made.page(made.CUSTOMERS), fields=("id", "name", "address"), output="csv"),
    "shaped-nothing": lambda: _shaped(made.page(made.CUSTOMERS), query="data[0].phone"),
    "shaped-not-fitting": lambda: _shaped(made.page(made.CUSTOMERS), query="sum(data[].email)"),
    "denied": lambda: cards.denied("Not run, because test helpers work with a test key only."),
    "missing": lambda: cards.missing(Command(REFUND.call, missing=("charge",))),
    "nothing-given": lambda: cards.nothing_given(Command(REFUND.call)),
    "form-by-button": lambda: cards.form_by_button("form refunds create"),
    "form-not-opened": lambda: cards.form_not_opened(ASKED),
    "no-account": lambda: cards.no_account(None, live=True, connected=[made.TEST]),
    "not-an-admin": lambda: cards.not_an_admin(made.ALICE),
    "internal-error": lambda: cards.internal_error("7f3a9c"),
    "help": lambda: cards.help_overview([made.TEST, made.LIVE]),
    "help-unconnected": lambda: cards.help_overview([]),
    "help-resource": lambda: cards.help_resource(_resource("disputes"), DEFAULT_POLICY),
    "help-namespace": lambda: cards.help_resource(_resource("issuing"), DEFAULT_POLICY),
    "help-operation": lambda: cards.help_operation(MANUAL.entry(_operation("refunds create")), DEFAULT_POLICY),
    "help-field": lambda: cards.help_field(_field("refunds create reason"), DEFAULT_POLICY),
    "help-not-found": lambda: cards.not_found(
        "dispuets", ("disputes",), (_operation("disputes list"),), DEFAULT_POLICY
    ),
    "search": lambda: cards.search_results(
        "disputes", (_operation("disputes list"), _operation("disputes close")), DEFAULT_POLICY
    ),
    "search-nothing": lambda: cards.search_results("zebra", (), DEFAULT_POLICY),
    "connected": lambda: cards.connected(made.LIVE),
    "connected-strict": lambda: cards.connected(made.LIVE, strict=True),
    "connection-failed": lambda: cards.connection_failed("default", made.refused(401, message="Not accepted.")),
    "connect-view": cards.connect_view,
    "saved-list": _saved_list,
    "saved-none": lambda: cards.saved_list([], page=1, total=0),
    "saved-done": lambda: cards.saved_done(_listed(GOODWILL), changed=False),
    "saved-changed": lambda: cards.saved_done(_listed(MINE), changed=True),
    "saved-removed": lambda: cards.saved_removed(GOODWILL),
    "saved-taken": lambda: cards.saved_taken(GOODWILL, "refunds create --charge {charge}"),
    "saved-raced": lambda: cards.saved_raced(GOODWILL.words, "refunds create --charge {charge}"),
    "saved-others": lambda: cards.saved_others(GOODWILL, [made.ALICE]),
    "saved-edit-view": lambda: cards.edit_view(GOODWILL, "draft"),
    "run-view": lambda: cards.run_view(FOUND, "ch_3PzJenny01", "draft"),
    "run-view-nothing-found": lambda: cards.run_view((), "", "draft"),
    "run-form-not-opened": cards.run_form_not_opened,
    "exposed-key": lambda: cards.exposed("a Stripe secret key"),
    "exposed-card": lambda: cards.exposed("a card number"),
    "ask-view": lambda: cards.ask_view(ASKED, "draft"),
    "setup-overview": lambda: cards.setup_overview(SETTLED, (made.TEST, made.LIVE)),
    "not-an-admin-ask": lambda: cards.not_an_admin(made.BOB, (made.ALICE,), to="set this bot up"),
    "lacks-role": lambda: cards.lacks_role(Lacking("operator", "viewer", made.LIVE, (made.ALICE,))),
    "decision-refused-role": lambda: cards.decision_refused(
        Refused("role", made.approval(made.refund_call(made.LIVE)), Holders((made.BOB,), ("S09FINANCE",)))
    ),
    **ROLE_CASES,
    **APPROVAL_CASES,
    **BULK_CASES,
    **LIST_CASES,
    "waits-elsewhere": lambda: cards.waits_elsewhere(made.approval(made.refund_call(made.LIVE))),
    "waits-elsewhere-done": lambda: cards.waits_elsewhere(
        made.approval(made.refund_call(made.LIVE), "approved"), outcome=made.succeeded({"id": "re_3PzJennyBack"})
    ),
    "preview": lambda: cards.preview(
        Command(made.refund_call(made.TEST, amount=500).call, dry_run=True), made.TEST, Ruling("approval", "r", "it is")
    ),
    "approvals-wait-here": lambda: cards.approvals_wait_here(made.ALICE),
    **HOME_CASES,
    **OUTCOME_CASES,
    **RECORD_CASES,
}


def _plain(shown: Shown) -> dict[str, Any]:
    match shown:
        case Message():
            return {"text": shown.text, "blocks": list(shown.blocks)}
        case FileMessage():
            return {"filename": shown.filename, "title": shown.title, "content": shown.content.decode()}
        case PictureMessage():
            return {"filename": shown.filename, "title": shown.title, "chart": shown.chart}
    return shown


@pytest.mark.parametrize("name", CASES)
def test_a_card_is_as_it_was_reviewed(name: str, golden: Callable[[str, Any], None]) -> None:
    """The whole payload equals its golden file, and Slack would take it."""
    made_now = CASES[name]()
    shown = [_plain(each) for each in (made_now if isinstance(made_now, tuple) else (made_now,))]
    golden(name, shown)
    for each in shown:
        if "filename" not in each:
            assert (view_violations(each) if each.get("type") in {"modal", "home"} else message_violations(each)) == []
    for each_made in made_now if isinstance(made_now, tuple) else (made_now,):
        assert not isinstance(each_made, Message) or rung_violations(each_made) == []


@pytest.mark.parametrize("style", ["rich", "plain"])
def test_the_card_of_the_longest_list_fits(style: Style) -> None:
    """It shows the largest of its calls, and counts the others; the list itself is a file."""
    assert message_violations(_plain(largest_list(style))) == []


def test_no_golden_file_is_left_over() -> None:
    """Each golden file belongs to a case."""
    from tests.bot.cards.conftest import GOLDEN

    assert {path.stem for path in GOLDEN.glob("*.json")} == set(CASES)


def test_live_and_test_never_look_the_same() -> None:
    """Whatever is shown of a call says its mode in words, in the message and in its notification."""
    for name, make in CASES.items():
        made_now = make()
        if not name.endswith(("-live", "-test")):
            continue
        for each in made_now if isinstance(made_now, tuple) else (made_now,):
            assert isinstance(each, Message)
            word, other = ("LIVE", "test_tube") if name.endswith("-live") else ("est", "LIVE")
            for told in (each.text, str(each.blocks)):
                assert word in told
                assert other not in told


def test_a_success_is_told_with_its_note() -> None:
    """How success was established is said where the answer didn't say it."""
    call = made.frozen(made.CUSTOMERS_DELETE, path={"customer": "cus_1Gone"})
    outcome = Succeeded(status=404, data={"id": "cus_1Gone", "object": "customer"}, note="It was found to be gone.")
    (message,) = _results(call, outcome)
    assert "It was found to be gone." in str(message)
