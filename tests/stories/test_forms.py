"""Forms as people fill them in: what is kept, what is refused and where it shows, and who may go on with one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.store.engine import Transaction
from bot.store.tables import calls, drafts
from operations.sandbox.seed import HIGHLIGHTS
from tests.bot.policy.made import rules
from tests.fakes import slack_payloads
from tests.fakes.slack import Fault
from tests.policies import use_policy
from tests.world import SUPPORT, World

CHARGE = HIGHLIGHTS["refundable_charge"]
CUSTOMER = HIGHLIGHTS["customer"]


def shown(world: World) -> list[str]:
    """The fields of Alice's form, by their block ids."""
    return [block["block_id"] for block in world.alice.modal["blocks"] if block["type"] == "input"]


def add(world: World) -> str:
    """The block that a field is added with; its id is another in each state of the form."""
    return next(each for each in shown(world) if each.startswith("!add"))


def said(world: World) -> str:
    return str(world.alice.modal["blocks"])


async def kept(world: World) -> list[Any]:
    """The rows of drafts."""

    def rows(tx: Transaction) -> list[Any]:
        return list(tx.connection.execute(select(drafts).where(drafts.c.team_id == world.bot.team_id)).all())

    return await world.bot.store.read(rows)


async def test_a_form_is_filled_in_put_right_previewed_and_run(world: World) -> None:
    """Form → error at its field → fix → preview → run; nothing reaches Stripe before the last step."""
    await world.alice.slash("customers update " + CUSTOMER)
    await world.alice.slash("coupons create")
    world.alice.fill({"name": "Spring", "amount_off": "5", "duration": "once"})
    answer = await world.alice.submit()
    assert "currency" in answer["errors"]["amount_off"]
    assert world.alice.held("amount_off")["value"] == "5"
    world.alice.fill({"currency": "eur"})
    assert (await world.alice.submit())["response_action"] == "push"
    preview = said(world)
    assert "POST /v1/coupons" in preview
    assert "amount_off = 500" in preview
    assert "/stripe coupons create --amount-off 500 --currency eur --duration once --name Spring" in preview
    assert "$STRIPE_SECRET_KEY" in preview
    assert "sk_" not in preview
    assert world.effects("POST /v1/coupons") == 0
    await world.alice.submit()
    assert not world.alice.in_modal
    assert world.effects("POST /v1/coupons") == 1
    assert "coupons create" in str(world.card.blocks)


@pytest.mark.both_databases
async def test_what_the_form_runs_is_what_the_equal_text_runs(world: World) -> None:
    """One digest, whichever door the call came through."""
    await world.alice.slash("payouts create")
    world.alice.fill({"amount": "1", "currency": "usd", "description": "It's a test"})
    await world.alice.submit()
    await world.alice.submit()
    await world.alice.slash('payouts create --amount 1.00usd --description "It\'s a test"')

    def digests(tx: Transaction) -> list[str]:
        return list(tx.connection.scalars(select(calls.c.digest).where(calls.c.team_id == world.bot.team_id)))

    first, second = await world.bot.store.read(digests)
    assert first == second


@pytest.mark.both_databases
async def test_a_refund_by_form_waits_for_a_second_person(world: World) -> None:
    """The preview says so, and the policy is the same as for a typed one."""
    await world.alice.slash("refunds create")
    world.alice.fill({"charge": CHARGE, "amount": "5", "amount!currency": "usd"})
    await world.alice.submit()
    assert "second person" in said(world)
    assert world.alice.modal["submit"]["text"] == "Ask for approval"
    await world.alice.submit()
    assert world.effects("POST /v1/refunds") == 0
    await world.bob.click(world.card, "approve")
    assert world.effects("POST /v1/refunds") == 1


async def test_adding_a_field_keeps_what_was_typed(world: World) -> None:
    """The choice is told at once, and the form comes back with one field more."""
    await world.alice.slash("customers create")
    world.alice.fill({"name": "Jenny", "email": "jenny@example.com"})
    fields = [each["value"] for each in await world.alice.suggest(add(world), "city")]
    await world.alice.choose(add(world), fields[0])
    assert "address[city]" in shown(world)
    assert world.alice.held("name")["value"] == "Jenny"
    world.alice.fill({"address[city]": "Berlin"})
    await world.alice.submit()
    assert "address[city] = Berlin" in said(world)
    assert "name = Jenny" in said(world)


async def test_a_list_gets_another_item(world: World) -> None:
    """With the fields that its first item shows."""
    await world.alice.slash("subscriptions create")
    world.alice.fill({"items[0][price]": "price_1"})
    await world.alice.press_in_view("form:another")
    assert "items[1][price]" in shown(world)
    assert world.alice.held("items[0][price]")["selected_option"]["value"] == "price_1"


async def test_choosing_the_live_account_shows_at_once(world: World) -> None:
    """LIVE stands above the form and in its preview."""
    await world.alice.slash("customers create")
    assert "LIVE*" not in said(world)
    world.alice.fill({"name": "Jenny"})
    await world.alice.choose("!account", "default|live")
    assert "*LIVE*" in said(world)
    await world.alice.submit()
    assert "*LIVE*" in said(world)
    assert "/stripe customers create --name Jenny --live" in said(world)


async def test_a_required_part_that_is_not_shown_is_asked_for(world: World) -> None:
    """What was given makes something else necessary: the form comes back with it, and with all that was typed."""
    await world.alice.slash("payment_links create")
    await world.alice.press_in_view("form:another")
    world.alice.fill({"line_items[0][quantity]": "1"})
    world.alice.fill({"line_items[1][quantity]": "2"})
    answer = await world.alice.submit()
    assert answer["response_action"] in ("update", "push")


async def test_arguments_beside_the_fields_are_read_as_typed_ones(world: World) -> None:
    """Whatever the fields can't say: an expansion, a part of the answer, a list of one's own."""
    await world.alice.slash("charges list --limit nonsense")
    await world.alice.slash("customers create")
    await world.alice.choose(add(world), "f:more")
    world.alice.fill({"name": "Jenny", "!more": "--metadata[order] 6735 bogus=1"})
    answer = await world.alice.submit()
    assert "bogus" in answer["errors"]["!more"]
    world.alice.fill({"!more": "--metadata[order] 6735"})
    await world.alice.submit()
    assert "metadata[order] = 6735" in said(world)


async def test_a_key_typed_into_a_field_is_refused_and_not_kept(world: World) -> None:
    """It was seen by Slack, so it has to be rolled; neither the draft nor any text holds it."""
    key = "sk_test_" + "a1B2" * 8
    await world.alice.slash("customers create")
    world.alice.fill({"description": f"use {key}"})
    answer = await world.alice.submit()
    assert "roll it" in answer["errors"]["description"]
    assert key not in str(answer)


async def test_only_the_opener_can_go_on(world: World) -> None:
    """Neither a submission nor a step by somebody else counts."""
    await world.alice.slash("customers create")
    answer = await world.bob.submit({"name": "Mallory"})
    assert "Somebody else" in str(answer["errors"])
    world.alice.fill({"name": "Jenny"})
    await world.alice.submit()
    preview = world.alice.modal
    forged = await world.bob.deliver(slack_payloads.submission(preview, {}, user="U0BOB"))
    assert "Somebody else" in str(forged.json()["view"])
    assert world.effects("POST /v1/customers") == 0


@pytest.mark.both_databases
async def test_a_preview_is_run_once(world: World) -> None:
    """The same submission again, and one of an old preview, find nothing to run."""
    await world.alice.slash("customers create")
    world.alice.fill({"name": "Jenny"})
    await world.alice.submit()
    preview = world.alice.modal
    await world.alice.submit()
    again = await world.alice.deliver(slack_payloads.submission(preview, {}, user="U0ALICE"))
    assert "gone" in str(again.json()["view"])
    await world.settle()
    assert world.effects("POST /v1/customers") == 1


async def test_a_preview_of_what_was_changed_since_is_not_run(world: World) -> None:
    """What is run is what was previewed."""
    await world.alice.slash("customers create")
    world.alice.fill({"name": "Jenny"})
    form = world.alice.modal
    await world.alice.submit()
    preview = world.alice.modal
    state = {"name": {"value": {"type": "plain_text_input", "value": "Somebody else"}}}
    await world.alice.deliver(slack_payloads.submission(form, state, user="U0ALICE"))
    answer = await world.alice.deliver(slack_payloads.submission(preview, {}, user="U0ALICE"))
    assert "changed" in str(answer.json()["view"])
    assert world.effects("POST /v1/customers") == 0


@pytest.mark.both_databases
async def test_what_was_typed_into_a_closed_form_is_kept_sealed(world: World) -> None:
    """The row holds no word of it in clear."""
    await world.alice.slash("customers create")
    world.alice.fill({"name": "Jenny Rosen"})
    await world.alice.close()
    (row,) = await kept(world)
    assert row.user_id == "U0ALICE"
    assert b"Jenny" not in row.sealed


async def test_a_form_that_was_left_for_a_day_is_gone(world: World) -> None:
    """Its submission says so and keeps what stands in the modal."""
    await world.alice.slash("customers create")
    world.shift.by = timedelta(days=2)
    world.alice.fill({"name": "Jenny"})
    answer = await world.alice.submit()
    assert "gone" in str(answer["errors"])
    assert world.alice.held("name")["value"] == "Jenny"
    await world.bot.sweep()
    assert await kept(world) == []


@pytest.mark.parametrize("user", ["U0CARLA", "U0DORA", "U0EVAN"])
async def test_who_may_not_act_gets_no_form(world: World, user: str) -> None:
    """The modal that opened at once says why."""
    person = world.people[user]
    await person.slash("customers create")
    assert await kept(world) == []


async def test_a_role_that_is_lost_before_running_counts(world: World) -> None:
    """Somebody deactivated between opening and running runs nothing; their draft stays."""
    await world.alice.slash("customers create")
    world.alice.fill({"name": "Jenny"})
    await world.alice.submit()
    world.workspace.users["U0ALICE"]["deleted"] = True
    await world.alice.submit()
    assert world.effects("POST /v1/customers") == 0
    assert len(await kept(world)) == 1


async def test_the_answer_stands_where_the_form_was_asked_for(world: World) -> None:
    """A form remembers its channel, though a submission names none."""
    await world.alice.slash("customers create", channel=SUPPORT)
    world.alice.fill({"name": "Jenny"})
    await world.alice.submit()
    await world.alice.submit()
    assert world.card.channel == SUPPORT


async def test_where_slack_does_not_show_the_form_again_nothing_is_lost(world: World) -> None:
    """The step is in the draft, and the next one shows both."""
    await world.alice.slash("customers create")
    world.alice.fill({"name": "Jenny"})
    fields = [each["value"] for each in await world.alice.suggest(add(world), "city")]
    world.slack.fail("views.update", Fault("code", "hash_conflict"))
    await world.alice.choose(add(world), fields[0])
    await world.alice.choose(add(world), "f:more")
    assert "address[city]" in shown(world)
    assert world.alice.held("name")["value"] == "Jenny"


@pytest.mark.parametrize("text", ["", "refunds create", "customers update", "coupons create", "form payouts create"])
async def test_a_modal_is_open_before_anybody_is_asked_anything(world: World, text: str) -> None:
    """Its trigger lives for three seconds: neither Slack, who somebody is, nor the database comes first."""
    before = len(world.slack.calls)
    await world.alice.slash(text)
    assert world.slack.calls[before][0] == "views.open"
    assert world.alice.in_modal


async def test_where_slack_opens_no_form_what_lacks_is_told(world: World) -> None:
    """In words, and only once tried."""
    world.slack.fail("views.open", Fault("code", "expired_trigger_id"))
    await world.alice.slash("coupons update")
    assert world.slack.called("views.open") == 1
    assert "coupon" in world.told[-1]


async def test_an_amount_whose_currency_nothing_tells_is_refused_before_the_preview(world: World) -> None:
    """The form says how it is written all the same: in the currency's smallest unit, beside the fields."""
    await world.alice.slash("form customers update " + CUSTOMER + " --balance 12usd")
    answer = await world.alice.submit()
    assert "balance=1200 under Anything else" in answer["errors"]["balance"]
    await world.alice.choose(add(world), "f:more")
    world.alice.fill({"balance": None, "!more": "balance=1200"})
    assert (await world.alice.submit())["response_action"] == "push"
    assert "balance = 1200" in said(world)


async def test_a_refund_in_another_currency_than_the_payments_is_put_right_in_the_form(world: World) -> None:
    """What a look at the payment found wrong is told, with a button that brings everything back."""
    await world.alice.slash("refunds create")
    world.alice.fill({"charge": CHARGE, "amount": "5", "amount!currency": "eur"})
    await world.alice.submit()
    await world.alice.submit()
    assert not world.alice.in_modal
    told = world.workspace.ephemerals[-1]
    assert "is in USD" in told["text"]
    [button] = [each for block in told["blocks"] for each in block.get("elements", ()) if each.get("type") == "button"]
    pressed = slack_payloads.click(button["action_id"], button["value"], user="U0ALICE", channel=SUPPORT)
    await world.alice.deliver({**pressed, "trigger_id": world.slack.trigger(world.workspace, "U0ALICE")})
    await world.settle()
    assert world.alice.held("charge")["selected_option"]["value"] == CHARGE
    assert world.alice.held("amount")["value"] == "5.00"
    world.alice.fill({"amount!currency": "usd"})
    await world.alice.submit()
    await world.alice.submit()
    assert world.card.button("approve")


async def test_a_step_of_a_form_that_is_gone_takes_nothing_away(world: World) -> None:
    """What was typed stays before the person; the submission says that the form is gone."""
    await world.alice.slash("customers create")
    world.alice.fill({"name": "Jenny"})
    world.shift.by = timedelta(days=2)
    await world.alice.choose(add(world), "f:more")
    assert world.alice.held("name")["value"] == "Jenny"
    answer = await world.alice.submit()
    assert "gone" in str(answer["errors"])


async def test_the_preview_judges_by_the_workspace_s_own_rules_and_asks_why(world: World) -> None:
    """What only Stripe knows is said to be asked first; a reason that the rule asks for reaches who signs."""
    signed = {"approvals": 1, "reason": "required"}
    over = {"name": "large ones", "when": {"flags": ["refund"], "amount": {"over": {"USD": "100"}}}, "then": signed}
    small = {
        "name": "small ones",
        "when": {"flags": ["refund"], "parameters": {"reason": ["duplicate"]}},
        "then": signed,
    }
    await use_policy(world, rules(small, over))
    await world.alice.slash(f"form refunds create --charge {CHARGE}")
    await world.alice.submit()
    assert "Stripe is asked first" in said(world)
    assert world.alice.modal["submit"]["text"] == "Go on"

    await world.alice.slash(f"form refunds create --charge {CHARGE} --amount 500 --reason duplicate")
    await world.alice.submit()
    assert "A second person has to approve it" in said(world)
    answer = await world.alice.submit({"!because": " "})
    assert "Say why" in answer["errors"]["!because"]
    answer = await world.alice.submit({"!because": "The key is " + "sk_live_" + "a1B2" * 8})
    assert "secret key" in answer["errors"]["!because"]
    world.alice.fill({"!because": "Charged twice, see <!here> ticket 6735."})
    await world.alice.submit()
    assert "*Why:* “Charged twice, see &lt;!here&gt; ticket 6735.”" in str(world.card.blocks)
    assert world.effects("POST /v1/refunds") == 0
    await world.bob.click(world.card, "approve")
    assert world.effects("POST /v1/refunds") == 1


async def test_agreeing_to_a_preview_is_a_confirmation(world: World) -> None:
    """What runs once it is confirmed is not asked about again."""
    await use_policy(world, rules({"when": {"operations": ["customers create"]}, "then": "confirm"}))
    await world.alice.slash("form customers create --name Jenny")
    await world.alice.submit()
    assert "once you confirm it" in said(world)
    await world.alice.submit()
    assert world.effects("POST /v1/customers") == 1
