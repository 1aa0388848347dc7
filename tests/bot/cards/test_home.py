"""The Home tab and the set-up's modals, whatever there is to show."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot import cards
from bot.domain import Account, Approval, ApprovalState, Run, SavedCommand
from bot.policy import PolicyName
from bot.text import Style
from bot.workspaces import STEPS, Step, WorkspaceSettings
from operations.problem import Problem
from tests.block_rules import view_violations
from tests.bot.cards import samples as made
from tests.bot.cards.home_cases import BUSY, NEW, SETTLED, pending, runs, waiting
from tests.bot.cards.hostile import NASTY, texts

STYLES: tuple[Style, ...] = ("rich", "plain")
PLAIN_BLOCKS = {"header", "section", "context", "divider", "actions"}
user_ids = st.from_regex(r"\A[UW][A-Z0-9]{2,20}\Z")
channel_ids = st.from_regex(r"\A[CG][A-Z0-9]{2,20}\Z")
people = st.lists(user_ids, max_size=cards.MOST_NAMED, unique=True).map(tuple)
policies: st.SearchStrategy[PolicyName] = st.sampled_from(("standard", "strict"))


@st.composite
def settings(draw: st.DrawFn) -> WorkspaceSettings:
    return WorkspaceSettings(
        "T01TEST",
        version=draw(st.integers(0, 99)),
        fixed_admins=draw(people),
        admin_ids=draw(people),
        approver_ids=draw(people),
        operator_ids=draw(people),
        policy_name=draw(policies),
        approvals_channel_id=draw(st.none() | channel_ids),
        confirmed=frozenset(draw(st.sets(st.sampled_from(STEPS[1:])))),
    )


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    return replace(draw(st.sampled_from((made.TEST, made.LIVE))), name=draw(texts), alias=draw(texts))


@st.composite
def calls(draw: st.DrawFn) -> Any:
    parameters = draw(st.dictionaries(st.sampled_from(("reason", "description", "note")), texts, max_size=3))
    call = made.refund_call(draw(accounts()), amount=draw(st.integers(0, 10**12)), **parameters)
    return replace(call, risk=replace(call.risk, tier=draw(st.sampled_from(("read", "money", "destructive")))))


@st.composite
def approvals(draw: st.DrawFn) -> Approval:
    state: ApprovalState = draw(st.sampled_from(("pending", "approved", "denied", "expired", "withdrawn")))
    return replace(made.approval(draw(calls()), state, draw(texts)), id=draw(st.uuids()).hex)


@st.composite
def saved(draw: st.DrawFn) -> cards.Listed:
    text = draw(st.none() | texts)
    kept = SavedCommand("T01TEST", "s", draw(st.sampled_from(("", made.ALICE))), "name", text, 1, made.BOB)
    return cards.Listed(kept, None if text is None else Problem("x", draw(texts)))


@st.composite
def overviews(draw: st.DrawFn) -> cards.Overview:
    asked = draw(st.lists(approvals(), max_size=8, unique_by=lambda each: each.id))
    return cards.Overview(
        user_id=draw(st.sampled_from((made.ALICE, made.BOB))),
        settings=draw(settings()),
        barred=draw(st.none() | st.just("guests can't")),
        accounts=draw(st.lists(accounts(), max_size=30)),
        waiting=[cards.Waiting(each, f"t{each.id}", draw(texts)) for each in asked if each.state == "pending"],
        waiting_total=draw(st.integers(len(asked), 10_000)),
        asked=asked,
        recent=draw(st.lists(st.builds(_ran, calls()), max_size=8)),
        saved=draw(st.lists(saved(), max_size=8)),
        saved_total=draw(st.integers(8, 200)),
    )


def _ran(call: Any) -> Run:
    return made.run(call, "failed")


@hypothesis_settings(max_examples=50)
@given(seen=overviews(), style=st.sampled_from(STYLES))
def test_whatever_there_is_to_show_slack_takes_the_home_tab(seen: cards.Overview, style: Style) -> None:
    """Within every limit, and nothing that somebody wrote is read as markup."""
    assert view_violations(cards.home_view(seen, style=style)) == []


@pytest.mark.parametrize("text", NASTY)
def test_a_home_tab_that_is_full_of_the_worst_is_valid(text: str) -> None:
    """As much of everything as there can be, all of it hostile."""
    account = replace(made.LIVE, name=text, alias=text)
    call = made.refund_call(account, **{f"p{number}": text for number in range(40)})
    approvals_ = [replace(made.approval(call, rule=text), id=f"apr_{number}") for number in range(20)]
    full = replace(
        BUSY,
        accounts=[account] * 40,
        waiting=[cards.Waiting(each, "t" * 500, text) for each in approvals_],
        waiting_total=900,
        asked=approvals_,
        recent=[made.run(call)] * 20,
        settings=replace(SETTLED, operator_ids=tuple(f"U{number:09}" for number in range(25))),
    )
    for style in STYLES:
        view = cards.home_view(full, style=style)
        assert view_violations(view) == []
        assert len(view["blocks"]) <= 80


@given(shown=settings(), step=st.sampled_from(tuple(cards.SETUP_INPUTS)), style=st.sampled_from(STYLES))
def test_every_modal_of_the_set_up_is_valid(shown: WorkspaceSettings, step: Step, style: Style) -> None:
    """Whatever is set already, whatever stands above."""
    for more in ({}, {"note": "Somebody else was quicker.", "now": shown}):
        view = cards.setup_view(step, shown, "token", style=style, **more)  # type: ignore[arg-type]  # by name
        assert view_violations(view) == []
        inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
        assert tuple(inputs) == cards.SETUP_INPUTS[step]


def test_the_plain_style_uses_only_what_the_local_slack_renders() -> None:
    """Sections, context, buttons; in modals plain inputs and radio buttons."""
    home = cards.home_view(BUSY, style="plain")
    assert {block["type"] for block in home["blocks"]} <= PLAIN_BLOCKS
    assert "<!date" not in str(home)
    for step in cards.SETUP_INPUTS:
        view = cards.setup_view(step, SETTLED, "token", style="plain")
        elements = {block["element"]["type"] for block in view["blocks"] if block["type"] == "input"}
        assert elements <= {"plain_text_input", "radio_buttons"}


def test_the_first_button_of_each_home_is_the_one_thing_to_do() -> None:
    """A new admin connects; one in the middle of the set-up goes on with it; who has all done runs something."""
    firsts = {
        "Connect Stripe": cards.Overview(made.ALICE, NEW),
        "Choose approvers…": cards.Overview(made.ALICE, NEW, accounts=(made.TEST,)),
        "Run a Stripe operation…": BUSY,
        "Help": cards.Overview("U05VIEW", SETTLED, accounts=(made.TEST,)),
    }
    for label, seen in firsts.items():
        view = cards.home_view(seen, style="rich")
        [first, *_] = next(block for block in view["blocks"] if block["type"] == "actions")["elements"]
        assert first["text"]["text"] == label


def test_nothing_but_a_read_is_run_again_at_once() -> None:
    """Everything else is looked at first."""
    view = cards.home_view(replace(BUSY, recent=runs()), style="rich")
    again = [
        block["accessory"]
        for block in view["blocks"]
        if block.get("accessory", {}).get("text", {}).get("text", "").startswith("Run again")
    ]
    assert [each["value"] for each in again] == [
        "customers list --limit 3",
        "payouts create --amount 500 --currency usd --on eu-store --live --dry-run",
        "payouts create --amount 500 --currency usd --on eu-store --live --dry-run",
    ]


def test_what_waits_shows_everything_that_is_signed() -> None:
    """Amount, object, account, mode, requester and exactly what is sent, beside the buttons."""
    said = str(cards.home_view(replace(BUSY, waiting=(waiting(pending(made.LIVE)),)), style="rich"))
    for part in (
        "LIVE",
        "ch_3PzJenny",
        "POST /v1/refunds",
        "metadata[ticket] = *urgent* <!here>",
        "<@U01ALICE>",
        "500",
    ):
        assert part in said
