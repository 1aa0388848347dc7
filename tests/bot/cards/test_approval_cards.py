"""What a signer is shown: nothing of the call goes unseen, whoever wrote into it, and each end is told in its words."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import cards
from bot.approval import Approval, Item, Remark
from bot.blocks import measure
from bot.cards import requests
from bot.cards.approvals import approval_entry, approval_line
from bot.cards.exact import exact_request
from bot.cards.values import Manner
from bot.domain import ApprovalState, Decision
from bot.policy import Plan, Stage
from bot.text import Style
from operations.call import FileContent, bind
from operations.looks import Difference, Fact, Money, Snapshot
from operations.outcome import Outcome, Unknown
from operations.registry import registry
from tests.block_rules import message_violations, plain_style_problems, view_violations
from tests.bot.cards import approval_cases as cases
from tests.bot.cards import samples as made
from tests.bot.cards.hostile import texts
from tests.bot.cards.test_hostile_answers import FAST, check

STATES = get_args(ApprovalState)
VERSION = registry().api_version
MORE = "More is sent than fits here."


def shown(approval: Approval, outcome: Outcome | None = None) -> str:
    return str(cases.card(approval, outcome).blocks).replace("\\'", "'").replace("\\xa0", " ")


money = st.builds(Money, st.integers(0, 10**15), st.sampled_from(["eur", "jpy", "kwd", "nope"]))
facts = st.builds(
    Fact, texts.map(lambda text: text[:200]), st.sampled_from(["text", "id", "moment", "count"]), texts
) | st.builds(lambda amount: Fact("Paid", "money", money=amount), money)
snapshots = st.builds(
    Snapshot,
    facts=st.lists(facts, max_size=12).map(tuple),
    moves=st.none() | money,
    of=st.none() | money,
    left=st.none() | money,
    object_id=texts,
    customer_id=texts,
    refused=texts,
    trouble=texts,
)


@FAST
@given(looked=snapshots, text=texts, state=st.sampled_from(STATES), style=st.sampled_from(["rich", "plain"]))
def test_whatever_was_seen_and_said_the_card_is_valid_and_fits(
    looked: Snapshot, text: str, state: ApprovalState, style: Style
) -> None:
    """Names, reasons, comments and remarks are text, in whatever state, on the card and in every list."""
    call = replace(made.refund_call(made.LIVE, **{f"p{number}": text for number in range(30)}), because=text)
    approval = replace(
        made.approval(call, state, rule=text),
        items=(Item(call, looked),),
        plan=Plan((Stage(2), Stage(3, role=None, people=("U09A", "U09B"))), fallback=Stage(people=("U09C",))),
        decisions=(Decision(made.BOB, "deny" if state == "denied" else "approve", made.NOON, comment=text),),
        escalated_at=made.NOON,
        remarks=(Remark("U09A", made.NOON, text),) * 9,
        differences=(Difference(text, text, text),) * 9,
        why_not=text,
        superseded_by=text[:64] or None,
    )
    card = cards.approval_card(approval, token="t" * 240, command=text, style=style)
    check((card,), ours=20)
    assert measure(card.blocks).fits()
    check((cards.waits_elsewhere(approval),), ours=6)
    entry = [*approval_entry(approval, token="t" * 240, command=text, style=style), approval_line(approval, style)]
    if state == "pending":
        assert message_violations({"text": "x", "blocks": entry}) == []
    if style == "plain":
        assert plain_style_problems({"type": "home", "blocks": list(card.blocks)}) == []


@pytest.mark.parametrize("letters", ["x", "&", '"', '"&'])
def test_a_card_on_which_everything_is_as_long_as_can_be_still_fits(letters: str) -> None:
    """It tells less of what was seen, and that there is more to read."""
    long = letters * 500
    account = replace(made.LIVE, name=long, alias="a" * 60)
    call = made.refund_call(account, **{f"p{number:02}": long for number in range(20)})
    looked = Snapshot((Fact("Name", "text", long),) * 12, refused=long, trouble=long)
    approval = replace(
        cases.two_stages(),
        items=(Item(replace(call, because=long), looked),),
        plan=Plan((Stage(8),) * 3),
        rule=long[:100],
        decisions=tuple(Decision(f"U0{number}", "approve", made.NOON, 0, long) for number in range(9)),
        remarks=(Remark("U09A", made.NOON, long),) * 9,
    )
    card = cases.card(approval)
    assert measure(card.blocks).fits()
    assert MORE in str(card.blocks)


@FAST
@given(values=st.dictionaries(st.text("abc_", min_size=1, max_size=120), texts.filter(bool), max_size=25))
def test_no_parameter_goes_unseen(values: dict[str, str]) -> None:
    """Each stands on the card in full, or the card says that there is more to read."""
    call = made.frozen(made.REFUNDS_CREATE, made.LIVE, parameters=values, tier="money", flags=("refund",))
    approval = made.approval(call)
    card = shown(approval)
    lines = requests.sent(call.call, requests.describe(call, Manner("rich")).said)
    unseen = [name for name in values if not any(line.startswith(f"{name} = ") for line in lines)]
    cut = [line for line in lines if "… (of " in line]
    assert not (unseen or cut) or MORE in card


@pytest.mark.parametrize(
    ("parameters", "stands"),
    [
        ({"amount": 1250, "reverse_transfer": "true"}, "reverse_transfer = true"),
        ({"amount": 1250, "currency": "usd"}, "currency = usd"),
        ({"amount": -1250}, "amount = -1250"),
        ({"charge": "ch_1\u200b"}, "(with characters that can't be seen)"),
        ({"reason": "duplicate" + " " * 40 + "amount = 1"}, f"duplicate{'␣' * 40}amount = 1"),
        ({"reason": "duplicate\u2003\u2003amount = 1"}, "duplicate␣␣amount = 1"),
        ({"reason": ""}, "reason = (empty)"),
        ({"metadata": {f"k{n:02}": "v" for n in range(40)}, "reverse_transfer": "true"}, "reverse_transfer = true"),
        ({"metadata": {f"k{n:02}": "v" for n in range(40)}}, MORE),
        (
            {"metadata": {f"k{n:02}": "v" for n in range(40)}, "transfer_data": {"amount": "1"}},
            "transfer_data[amount] = 1",
        ),
        ({"reason": "x" * 400}, "(of 400 characters)"),
        ({"reason": "x" * 400}, MORE),
        ({"metadata": {"k" * 200: "steal"}}, MORE),
        ({"metadata": {}}, "metadata = {}"),
    ],
)
def test_what_somebody_would_hide_stands_on_the_card(parameters: dict[str, Any], stands: str) -> None:
    """What the words on the card don't tell, or tell otherwise, is shown as it is sent."""
    given_ = {"charge": "ch_3PzJenny", **parameters}
    call = made.frozen(made.REFUNDS_CREATE, made.LIVE, parameters=given_, tier="money", flags=("refund",))
    looked = cases.refund(amount=1250).snapshot
    assert stands in shown(cases.asked(call, looked))


def test_what_the_words_tell_is_not_repeated_as_it_is_sent() -> None:
    """An amount in real money and an id that is linked stand there once."""
    card = shown(cases.refund(amount=1250, currency="eur"))
    assert "€12.50 EUR*, part of €40.00 EUR paid, €27.50 EUR left after it" in card
    assert "Also sent" not in card
    assert "minor units" not in card


def test_an_amount_that_differs_from_what_was_seen_is_shown_as_it_is_sent() -> None:
    """The words are the look's; a call that says another number does not hide behind them."""
    approval = cases.refund(amount=9_900)
    looked = replace(cases.refund(amount=1250).snapshot or Snapshot())
    assert "amount = 9900" in shown(cases.asked(approval.frozen, looked))


@pytest.mark.parametrize(
    ("approval", "says"),
    [
        (cases.refund(), "€40.00 EUR*, in full, all that was paid"),
        (cases.refund(amount=1250), "€12.50 EUR*, part of €40.00 EUR paid, €27.50 EUR left after it"),
        (cases.deletion(), "3 active subscriptions"),
        (cases.deletion(), "€412.00 EUR"),
        (cases.deletion(), "*Irreversible:*"),
        (cases.deletion(made.TEST), "https://dashboard.stripe.com/test/customers/cus_Q001Reader|"),
        (cases.two_stages(), f"*Asks now:* 2 of: admins, people in <!subteam^S09FINANCE>, <@{cases.CAROL}>"),
        (cases.two_stages(), f"<@{cases.DAVE}> may sign, too"),
        (cases.two_stages(), "*Why:* “The atlas never came; see ticket 6735.”"),
        (replace(cases.two_stages(), decisions=(), escalated_at=None), "*Asks now:* an approver"),
        (replace(cases.two_stages(), decisions=()), "*Then:* 2 of: admins"),
        (replace(cases.refund(), plan=Plan((Stage(2),))), "*Asks now:* 2 approvers"),
        (replace(cases.refund(), plan=Plan((Stage(),), expires=timedelta(hours=1))), "0 of 1"),
    ],
)
def test_the_card_says_what_it_takes_to_decide(approval: Approval, says: str) -> None:
    """How much of what, what hangs on it, who is asked, and why."""
    card = cases.card(approval)
    assert says in shown(approval)
    assert len(card.blocks) <= 12


def test_a_customer_is_named_by_a_link_only_where_the_page_is_the_accounts_own() -> None:
    """What belongs to a connected account has pages of its own."""
    call = bind(cases.refund().frozen.call.operation, {}, {"charge": "ch_1"}, stripe_account="acct_1Other")
    approval = cases.refund()
    elsewhere = replace(approval, items=(Item(replace(approval.frozen, call=call), approval.snapshot),))
    assert "dashboard.stripe.com" not in shown(elsewhere)
    assert "on behalf of `acct_1Other`" in shown(elsewhere)
    assert "Stripe-Account" not in shown(elsewhere)


ENDS: list[tuple[Approval, Outcome | None, str]] = [
    (cases.denied(), None, "She was paid back in October."),
    (cases.stale(), None, "Already refunded: nothing → €30.00 EUR"),
    (cases.stale(), None, "Nothing was sent to Stripe."),
    (cases.ended("superseded", superseded_by="apr_9Lm1"), None, "*Replaced* by approval `apr_9Lm1`"),
    (cases.ended("expired", decisions=()), None, "*Expired* with 0 of 1 approvals"),
    (cases.ended("withdrawn", decisions=()), None, f"*Withdrawn* by <@{made.ALICE}>"),
    (cases.ended("unknown"), cases.AT_STRIPE, "https://dashboard.stripe.com/approvals/apr_1|"),
    (cases.ended("unknown"), Unknown("Lost."), "finding out…"),
    (cases.ended("unknown"), None, "*Outcome unknown;*"),
    (cases.ended("succeeded"), None, "*Done*"),
    (cases.ended("failed"), None, "*Failed.* Nothing was changed."),
    (cases.overridden(), None, f"*Glass broken by <@{made.ALICE}>*"),
    (cases.overridden(), None, "Nobody else signed this."),
]


@pytest.mark.parametrize(("approval", "outcome", "says"), ENDS)
def test_each_end_is_told_alike_on_the_card_and_where_it_was_asked_for(
    approval: Approval, outcome: Outcome | None, says: str
) -> None:
    """With nothing left to press."""
    card = cases.card(approval, outcome)
    assert says in shown(approval, outcome)
    assert says in str(cards.waits_elsewhere(approval, outcome=outcome).blocks)
    assert all(block["type"] != "actions" for block in card.blocks)


@FAST
@given(text=texts.filter(lambda text: text != "\ud800"), style=st.sampled_from(["rich", "plain"]))
def test_the_exact_request_shows_every_value_whole(text: str, style: Style) -> None:
    """Whatever it holds, to the character, in a view that Slack takes."""
    call = made.refund_call(made.LIVE, reason=text, metadata={"note": f"{text}\u200bend"})
    view = exact_request(made.approval(call), VERSION, style)
    assert view_violations(view) == []
    if style == "plain":
        assert plain_style_problems(view) == []
        return
    request = "\n".join(
        part["text"]
        for block in view["blocks"]
        if block["type"] == "rich_text"
        for part in block["elements"][0]["elements"]
    )
    lines = dict(line.split(" = ", 1) for line in request.replace("\n\n", "\n").split("\n") if " = " in line)
    if len(text) < 1_000:
        assert json.loads(lines["reason"]) == text
        assert json.loads(lines["metadata[note]"]) == f"{text}\u200bend"
        assert "\\u200b" in lines["metadata[note]"]


def test_the_exact_request_names_account_mode_key_and_what_the_digest_covers() -> None:
    """The key by its end and the beginning of its fingerprint alone."""
    account = replace(made.LIVE, fingerprint="f" * 64)
    call = made.frozen(made.REFUNDS_CREATE, account, parameters={"charge": "ch_1"}, stripe_account="acct_1Other")
    said = str(exact_request(made.approval(call), VERSION, "rich")["blocks"])
    for each in (*("LIVE", "acct_1CedarBooks", "acct_1Other", "Lq9z", VERSION, call.digest, "every byte"), "f" * 12):
        assert each in said
    assert "f" * 13 not in said


def test_a_file_is_told_by_what_it_holds() -> None:
    """Its bytes have no text, so their hash stands there."""
    operation = registry().by_name("files create")
    assert operation is not None
    call = bind(operation, {}, {"purpose": "dispute_evidence", "file": FileContent("p.pdf", "application/pdf", b"x")})
    approval = made.approval(replace(made.refund_call(made.TEST), call=call))
    assert "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881" in str(
        exact_request(approval, VERSION, "rich")
    )


def test_a_request_too_long_for_a_view_says_so() -> None:
    """And the view stays one that Slack takes."""
    call = made.refund_call(made.TEST, metadata={f"k{number}": "v" * 5_000 for number in range(40)})
    view = exact_request(made.approval(call), VERSION, "rich")
    assert view_violations(view) == []
    assert "More is sent than Slack can show" in str(view["blocks"])
