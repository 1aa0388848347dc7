"""The Home tab and the set-up's modals, whatever there is to show."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot import cards
from bot.approval import Approval
from bot.domain import Account, ApprovalState, Run, SavedCommand
from bot.policy import DEFAULT_POLICY, STRICT_POLICY, Policy, rules_of
from bot.roles import MODES, ROLES, SUBJECTS, Grant
from bot.text import Style
from bot.workspaces import STEPS, Step, WorkspaceSettings
from operations.problem import Problem
from tests.block_rules import view_violations
from tests.bot.cards import samples as made
from tests.bot.cards.home_cases import BUSY, GRANTED, GROUPS, NEW, SETTLED, pending, person, runs, waiting
from tests.bot.cards.hostile import NASTY, texts
from tests.examples import examples

OWN = Policy.of(rules_of(STRICT_POLICY.document))
STYLES: tuple[Style, ...] = ("rich", "plain")
PLAIN_BLOCKS = {"header", "section", "context", "divider", "actions"}
user_ids = st.from_regex(r"\A[UW][A-Z0-9]{2,20}\Z")
channel_ids = st.from_regex(r"\A[CG][A-Z0-9]{2,20}\Z")
people = st.lists(user_ids, max_size=cards.MOST_NAMED, unique=True).map(tuple)
policies = st.sampled_from((DEFAULT_POLICY, STRICT_POLICY, OWN))


grants = st.lists(
    st.builds(
        Grant,
        st.sampled_from(ROLES),
        st.sampled_from(SUBJECTS),
        user_ids | channel_ids,
        st.none() | st.sampled_from((made.TEST.id, "gone")),
        st.sampled_from((None, *MODES)),
        st.just("") | user_ids,
        st.just(GRANTED),
    ),
    max_size=60,
    unique=True,
).map(tuple)


@st.composite
def settings(draw: st.DrawFn) -> WorkspaceSettings:
    return WorkspaceSettings(
        "T01TEST",
        version=draw(st.integers(0, 99)),
        fixed_admins=draw(people),
        grants=draw(grants),
        policy=draw(policies),
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
        person(draw(st.sampled_from((made.ALICE, made.BOB))), barred=draw(st.none() | st.just("guests can't"))),
        draw(settings()),
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


@hypothesis_settings(max_examples=examples(25))
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
        waiting=[cards.Waiting(each, f"{each.id}-{'t' * 200}", text) for each in approvals_],
        waiting_total=900,
        asked=approvals_,
        recent=[made.run(call)] * 20,
        settings=replace(SETTLED, grants=tuple(Grant("operator", "person", f"U{number:09}") for number in range(25))),
    )
    for style in STYLES:
        view = cards.home_view(full, style=style)
        assert view_violations(view) == []
        assert len(view["blocks"]) <= 80


@given(shown=settings(), step=st.sampled_from(tuple(cards.SETUP_INPUTS)), style=st.sampled_from(STYLES))
def test_every_modal_of_the_set_up_is_valid(shown: WorkspaceSettings, step: Step, style: Style) -> None:
    """Whatever is set already, whatever stands above."""
    for more in ({}, {"note": "Somebody else was quicker.", "now": shown}):
        groups = GROUPS if style == "rich" else None
        view = cards.setup_view(step, shown, "token", style=style, groups=groups, **more)  # type: ignore[arg-type]  # by name
        assert view_violations(view) == []
        inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
        assert set(inputs) <= set(cards.SETUP_INPUTS[step])


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
        "Connect Stripe": cards.Overview(person(made.ALICE), NEW),
        "Choose approvers…": cards.Overview(person(made.ALICE), NEW, accounts=(made.TEST,)),
        "Run a Stripe operation…": BUSY,
        "Help": cards.Overview(person("U05VIEW"), SETTLED, accounts=(made.TEST,)),
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
