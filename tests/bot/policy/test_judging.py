"""What a policy says of a call."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.policy import Facts, Plan, Policy, Ruling, Spent, Stage, Undecided, Window, caution
from bot.policy.judging import ORDER
from operations.looks import Money
from tests.bot.policy import made
from tests.bot.policy.made import LIVE, REFUND, TEST, facts, policy
from tests.examples import examples

ONE = {"approvals": 1}
EUR_50 = Money(5000, "eur")
A_DAY: dict[str, Any] = {"per": "person", "of": "refund", "hours": 24}
DAY = Window("person", "refund", 24)
OTHER_DOOR = facts("POST /v1/charges/{charge}/refunds", {})
BY_PATH = replace(OTHER_DOOR, call=replace(OTHER_DOOR.call, path_values={"charge": "ch_1"}))


def ruled(judged: Policy, asked: Facts) -> Ruling:
    answer = judged.judge(asked)
    assert isinstance(answer, Ruling)
    return answer


# --- which rule -------------------------------------------------------------------------------------------------------


@given(st.data())
@settings(max_examples=examples(25))
def test_the_first_rule_that_is_met_decides(data: st.DataObject) -> None:
    """Where all is known: whatever stands below it counts for nothing."""
    judged = Policy.of(data.draw(made.documents()))
    asked = data.draw(made.asked(judged))
    tried = list(judged.try_rules(asked))
    if all(each.met is not None for each in tried):
        assert judged.judge(asked) == tried[-1].rule.ruling
        assert [each.met for each in tried] == [False] * (len(tried) - 1) + [True]
        first = replace(judged, rules=(tried[-1].rule, *reversed(judged.rules)))
        assert first.judge(asked) == judged.judge(asked)


@given(st.data())
@settings(max_examples=examples(25))
def test_not_to_know_the_amount_never_holds_back_less(data: st.DataObject) -> None:
    """Whatever the amount turns out to be, in whatever currency."""
    judged = Policy.of(data.draw(made.documents()))
    known = replace(data.draw(made.asked(judged)), looked=True)
    unknown = replace(known, moves=None)
    # Of what moves no money by its kind, an amount is no thing that anybody could be in doubt about.
    if "refund" in known.risk.flags or known.risk.tier == "money":
        assert caution(ruled(judged, unknown)) >= caution(ruled(judged, known))


@given(st.data())
@settings(max_examples=examples(25))
def test_a_look_is_asked_for_only_where_the_amount_is_unknown_and_nobody_looked(data: st.DataObject) -> None:
    """And what is looked at in vain is decided all the same."""
    judged = Policy.of(data.draw(made.documents()))
    asked = data.draw(made.asked(judged))
    if isinstance(judged.judge(asked), Undecided):
        assert asked.moves is None
        assert not asked.looked
        assert isinstance(judged.judge(replace(asked, looked=True)), Ruling)


CONDITIONS: tuple[tuple[dict[str, Any], Facts, Facts], ...] = (
    ({"tiers": ["read"]}, facts("GET /v1/customers"), facts()),
    ({"flags": ["refund", "off"]}, facts(), facts("POST /v1/payouts")),
    ({"without_flags": ["refund"]}, facts("POST /v1/payouts"), facts()),
    ({"operations": ["refunds create"]}, facts(), facts("POST /v1/payouts")),
    ({"operations": ["REFUNDS  *"]}, facts(), facts("POST /v1/payouts")),
    ({"operations": ["post /v1/*unds"]}, facts(), facts("GET /v1/refunds")),
    ({"operations": ["POST /v1/charges/*/refund"]}, facts("POST /v1/charges/{charge}/refund"), facts()),
    ({"accounts": ["eu-store"]}, facts(account=LIVE), facts(account=TEST)),
    ({"accounts": ["EU-Store"]}, facts(account=LIVE), facts(account=TEST)),
    ({"accounts": ["acct_1"]}, facts(), facts(account=replace(LIVE, stripe_account_id="acct_2"))),
    ({"mode": "live"}, facts(account=LIVE), facts(account=TEST)),
    ({"amount": {"over": {"eur": "49.99"}}}, facts(moves=EUR_50), facts(moves=Money(4999, "eur"))),
    ({"amount": {"at_most": {"eur": 50}}}, facts(moves=EUR_50), facts(moves=Money(5001, "eur"))),
    ({"amount": {"over": {"jpy": 50}}}, facts(moves=Money(51, "jpy")), facts(moves=Money(50, "jpy"))),
    ({"amount": {"at_most": {"eur": 50}}}, facts(moves=EUR_50), facts("GET /v1/customers")),
    ({"currencies": ["EUR"]}, facts(moves=EUR_50), facts(moves=Money(1, "usd"))),
    ({"parameters": {"reason": "fraudulent"}}, facts(parameters={"reason": "fraudulent"}), facts(parameters={})),
    ({"parameters": {"amount": [5, 500]}}, facts(parameters={"amount": 500}), facts(parameters={"amount": 50})),
    ({"parameters": {"metadata": {"present": True}}}, facts(parameters={"metadata": {"a": "b"}}), facts()),
    ({"parameters": {"charge": {"present": False}}}, facts(parameters={}), facts()),
    (
        {"parameters": {"currency": "eur"}},
        facts("POST /v1/payouts", {"amount": 5, "currency": "EUR"}),
        facts("POST /v1/payouts", {"amount": 5, "currency": "usd"}),
    ),
    ({"parameters": {"charge": "ch_1"}}, BY_PATH, facts(parameters={"charge": "ch_2"})),
    (
        {"parameters": {"items[*][price]": "price_1"}},
        facts("POST /v1/subscriptions", {"items": [{"price": "price_0"}, {"price": "price_1"}]}),
        facts("POST /v1/subscriptions", {"items": [{"plan": "price_1"}]}),
    ),
    ({"requester_roles": ["operator"]}, facts(), facts(requester_role=None)),
    ({"channels": ["C0SUPPORT"]}, facts(), facts(channel_id="C0ELSE")),
    ({"exceeds": {**A_DAY, "count": 2}}, facts(spent={DAY: Spent(2)}), facts(spent={DAY: Spent(1)})),
    ({"mode": "live", "flags": ["refund"]}, facts(), facts(account=TEST)),
)


@pytest.mark.parametrize(("when", "is_so", "is_not"), CONDITIONS, ids=lambda each: str(each)[:50])
def test_a_condition(when: dict[str, Any], is_so: Facts, is_not: Facts) -> None:
    """Met by the one call and not by the other."""
    judged = policy({"when": when, "then": "deny"})
    assert ruled(judged, is_so).verdict == "deny"
    assert ruled(judged, is_not).verdict == "allow"


def test_an_account_is_also_the_connected_one_that_a_call_acts_for() -> None:
    """By Stripe-Account as by any part of Stripe-Context."""
    judged = policy({"when": {"accounts": ["acct_9"]}, "then": "deny"})
    for header in ({"stripe_account": "acct_9"}, {"stripe_context": "acct_1/acct_9"}):
        call = replace(facts().call, **header)  # type: ignore[arg-type]  # fields by name
        assert ruled(judged, replace(facts(), call=call)).verdict == "deny"


# --- amounts ----------------------------------------------------------------------------------------------------------

TWO_OVER_100 = policy(
    {"when": {"amount": {"over": {"eur": 100}}}, "then": {"approvals": 2}},
    {"when": {"amount": {"at_most": {"eur": 10}}}, "then": "run"},
    {"when": {"flags": ["refund"]}, "then": ONE},
)


def test_a_look_comes_before_a_guess() -> None:
    """And only where it can change something."""
    assert TWO_OVER_100.judge(facts()) == Undecided("rule 0")
    assert ruled(TWO_OVER_100, facts("GET /v1/customers")).verdict == "allow"
    assert ruled(policy({"when": {"flags": ["refund"]}, "then": ONE}), facts()).verdict == "approval"


@pytest.mark.parametrize("moves", [None, Money(1, "usd")], ids=["unknown", "no threshold for it"])
def test_what_is_not_known_counts_as_too_much(moves: Money | None) -> None:
    """Also where a permissive rule stands first."""
    asked = facts(moves=moves, looked=True)
    assert ruled(TWO_OVER_100, asked).rule == "rule 0"
    small_first = policy(
        {"when": {"amount": {"at_most": {"eur": 10}}}, "then": "run"}, {"when": {"flags": ["refund"]}, "then": ONE}
    )
    assert ruled(small_first, asked).rule == "rule 1"


# --- limits -----------------------------------------------------------------------------------------------------------


@given(
    sums=st.lists(st.integers(1, 3000), min_size=1, max_size=30), limit=st.integers(0, 200), over=st.integers(0, 200)
)
def test_many_small_refunds_end_up_as_strict_as_one_large_one(sums: list[int], limit: int, over: int) -> None:
    """Once the window holds what was split off, the last part meets what the whole would have met."""
    judged = policy(
        {"when": {"amount": {"over": {"eur": over}}}, "then": {"approvals": 2}},
        {"when": {"exceeds": {**A_DAY, "amounts": {"eur": min(limit, over)}}}, "then": {"approvals": 2}},
        {"when": {"flags": ["refund"]}, "then": ONE},
    )
    whole = ruled(judged, facts(moves=Money(sum(sums), "eur"), spent={DAY: Spent()}))
    before = Spent(len(sums) - 1, {"eur": sum(sums[:-1])})
    last = ruled(judged, facts(moves=Money(sums[-1], "eur"), spent={DAY: before}))
    assert caution(last) >= caution(whole)


def test_this_call_counts() -> None:
    """The sum that goes over is that with it; each currency by itself."""
    judged = policy({"when": {"exceeds": {**A_DAY, "amounts": {"eur": 100, "usd": 100}}}, "then": "deny"})
    spent = {DAY: Spent(5, {"eur": 6000, "usd": 9999})}
    assert ruled(judged, facts(moves=Money(4000, "eur"), spent=spent)).verdict == "allow"
    assert ruled(judged, facts(moves=Money(4001, "eur"), spent=spent)).verdict == "deny"
    assert judged.windows == (DAY,)


def test_only_what_a_limit_counts_can_go_over_it() -> None:
    """When twenty refunds were made, everybody may still look."""
    judged = policy({"when": {"exceeds": {**A_DAY, "count": 0}}, "then": "deny"})
    assert ruled(judged, facts("GET /v1/customers", spent={})).verdict == "allow"


def test_facts_without_a_window_are_no_facts() -> None:
    """Nobody forgets to count and goes on."""
    judged = policy({"when": {"exceeds": {**A_DAY, "count": 5}}, "then": "deny"})
    with pytest.raises(KeyError):
        judged.judge(facts())


# --- what follows -----------------------------------------------------------------------------------------------------


def test_a_plan_says_who_signs_and_by_when() -> None:
    """What the rule doesn't say is as the document says, and else the workspace's own."""
    escalate = {"after": "2h", "to": {"role": "admin"}}
    stages = [{"count": 2}, {"people": ["U012", "U034"]}, {"role": "admin", "groups": ["S012"]}]
    judged = policy(
        {"when": {"mode": "live"}, "then": {"stages": stages, "reason": "required", "escalate": escalate}},
        {"when": {"mode": "test"}, "then": {"approvals": 2, "expires": "2d"}},
        defaults={"expires": "8h"},
    )
    live, test = (ruled(judged, facts(account=each)).plan for each in (LIVE, TEST))
    assert live is not None
    assert live.stages == (
        Stage(2, "approver"),
        Stage(1, None, people=("U012", "U034")),
        Stage(1, "admin", groups=("S012",)),
    )
    assert (live.needed, live.reason, live.fallback) == (4, True, Stage(1, "admin"))
    assert [str(each) for each in (live.expires, live.escalate, live.remind)] == ["8:00:00", "2:00:00", "None"]
    assert test == Plan(stages=(Stage(2),), expires=test.expires if test else None)
    assert str(test.expires) == "2 days, 0:00:00"


def test_break_glass_is_off_unless_a_document_says_otherwise() -> None:
    """It names who may."""
    assert policy().break_glass_roles == frozenset()
    assert policy(break_glass={"roles": ["admin"]}).break_glass_roles == {"admin"}


def test_labels_go_by_risk_and_mode_alone() -> None:
    """What asks for more than that can't be told of an operation, and is passed over."""
    judged = policy(
        {"when": {"channels": ["C0SUPPORT"]}, "then": "deny"},
        {"when": {"mode": "live", "flags": ["refund"]}, "then": ONE},
    )
    risk = facts(REFUND).risk
    assert [judged.decide(risk, livemode=live).verdict for live in (False, True)] == ["allow", "approval"]


def test_deny_holds_back_most() -> None:
    """Verdicts in order, and of two approvals that which takes more signatures, or a reason."""
    plans = (Plan(), Plan(reason=True), Plan(stages=(Stage(2),)))
    signed = [Ruling("approval", "", "", plan) for plan in plans]
    ordered = [Ruling("allow", "", ""), Ruling("confirm", "", ""), *signed, Ruling("deny", "", "")]
    assert sorted(ordered, key=caution) == ordered
    assert {each.verdict for each in ordered} == set(ORDER)
