"""What people do with the demo, in a real browser, from the command to the money."""

import re

import pytest
from playwright.sync_api import expect

from bot.demo.local_slack import ALICE, BOB, FINANCE
from operations.sandbox.keys import TEST_KEY
from operations.sandbox.seed import HIGHLIGHTS
from tests.browser.demo_process import Demo
from tests.browser.slack_page import SlackPage

pytestmark = pytest.mark.browser
JENNY, MASKED = "jenny@example.com", "j•••@example.com"
"""Somebody who writes in: a customer of the seeded business."""
CHARGE = HIGHLIGHTS["refundable_charge"]
UNKNOWN_KEY = "sk_test_51Wrong" + "0" * 80
QUESTION = "What do you want to do?"


def test_a_list_stands_as_cards_in_a_thread(page: SlackPage) -> None:
    """`/stripe customers list --limit 3`: one message says who ran what, its thread holds the three."""
    page.send("/stripe customers list --limit 3")
    head = page.message(ALICE.real_name, "ran", "customers list --limit 3", "succeeded")
    assert "TEST" in head.inner_text().upper()
    page.open_thread(head)
    answer = page.reply("cus_")
    assert len(set(re.findall(r"cus_\w+", answer.inner_text()))) == 3
    page.screenshot("customers-list")


def test_a_refund_waits_for_a_second_person_and_happens_once(page: SlackPage, demo: Demo) -> None:
    """The requester can't approve; somebody else's click refunds once, and the thread says so."""
    command = demo.suggestion("/stripe refunds create")
    charge = re.findall(r"ch_\w+", command)[0]
    page.send(command)
    card = page.message("asks in", charge)
    assert page.buttons(card)[:2] == ["Approve", "Deny…"]
    page.screenshot("refund-waits")

    page.click(card, "Approve")
    page.message("only visible to you", "somebody else has to decide")
    assert demo.effects("POST /v1/refunds") == []
    page.screenshot("refund-own-click-refused")

    page.act_as(BOB.real_name)
    page.click(card, "Approve")
    done = page.message("asks in", charge, "Approved", BOB.real_name, "Done")
    expect(done.locator("button.bk-button")).to_have_count(0)
    page.open_thread(done)
    page.reply("re_")
    page.screenshot("refund-approved")
    (effect,) = demo.effects("POST /v1/refunds")
    assert effect["parameters"]["charge"] == charge
    assert int(effect["parameters"]["amount"]) == 500
    assert effect["livemode"] is False


def test_a_deletion_waits_for_a_second_person_and_happens_once(page: SlackPage, demo: Demo) -> None:
    """`/stripe customers delete <id>` likewise."""
    command = demo.suggestion("/stripe customers delete")
    customer = re.findall(r"cus_\w+", command)[0]
    page.send(command)
    card = page.message("asks in", customer)
    page.click(card, "Approve")
    page.message("only visible to you", "somebody else has to decide")
    assert demo.effects("DELETE /v1/customers/{customer}") == []

    page.act_as(BOB.real_name)
    page.click(card, "Approve")
    done = page.message("asks in", customer, "Approved", BOB.real_name, "Done")
    page.open_thread(done)
    page.reply(customer)
    page.screenshot("customer-deleted")
    (effect,) = demo.effects("DELETE /v1/customers/{customer}")
    assert effect["path"] == f"/v1/customers/{customer}"


def test_a_denied_call_is_never_sent(page: SlackPage, demo: Demo) -> None:
    """Deny asks why and ends it, and the card says who did."""
    before = demo.effects("POST /v1/refunds")
    page.send(demo.suggestion("/stripe refunds create").replace("500", "501"))
    card = page.message("asks in", "501")
    page.act_as(BOB.real_name)
    page.click(card, "Deny…")
    page.fill("Why not?", "It was delivered")
    page.screenshot("deny")
    page.submit()
    page.message("asks in", "501", "Denied", BOB.real_name, "Nothing was sent", "It was delivered")
    assert demo.effects("POST /v1/refunds") == before


def test_a_newcomer_finds_a_payment_and_gives_part_of_it_back(page: SlackPage, demo: Demo) -> None:
    """By an e-mail address, pressing what is offered: nobody has to know a parameter, or read any help."""
    before = len(demo.effects("POST /v1/refunds"))
    page.send(f"/stripe {JENNY}")
    page.open_thread(page.message("ran", MASKED, "succeeded"))
    customer = page.reply(MASKED, "Payments", "Show to me alone")
    page.screenshot("newcomer-1-customer")
    page.click(customer, "Payments")
    payments = page.reply("charges", "ch_")
    page.screenshot("newcomer-2-payments")
    page.click(payments, "Show")
    payment = page.reply("Refund…")
    page.screenshot("newcomer-3-payment")
    page.click(payment, "Refund…")
    page.fill("Amount", "2.00")
    page.choose("Reason", "requested_by_customer")
    page.screenshot("newcomer-4-form")
    page.submit()
    card = page.reply("asks", "$2.00 USD")
    assert page.buttons(card)[:2] == ["Approve", "Deny…"]
    page.screenshot("newcomer-5-approval")
    page.act_as(BOB.real_name)
    page.click(card, "Approve")
    page.reply("asks", "$2.00 USD", "Approved", BOB.real_name, "Done")
    page.screenshot("newcomer-6-refunded")
    refunds = demo.effects("POST /v1/refunds")
    assert len(refunds) == before + 1
    assert int(refunds[-1]["parameters"]["amount"]) == 200


def test_help_explains_to_the_asker_alone(page: SlackPage) -> None:
    """What there is to type, and on which accounts."""
    page.send("/stripe help")
    page.message("only visible to you", JENNY, "Accounts", "default")
    page.screenshot("help")


def test_a_mistake_is_told_to_the_asker_alone_with_the_nearest_right_thing(page: SlackPage) -> None:
    """Nothing is run, and the right name is there to be copied."""
    page.send("/stripe customers lst")
    page.message("only visible to you", "customers list")


def test_a_key_is_connected_through_home(page: SlackPage) -> None:
    """Stripe tells whose it is; of the key only its beginning and last four are ever shown.

    What is no key is refused in the modal, and one that Stripe doesn't know by direct message, since Slack doesn't wait
    for Stripe.
    """
    home = page.open_home("countersign")
    page.click(home, "Connect another…")
    page.fill("Secret or restricted key", "no key at all")
    page.fill("Alias", "roastery")
    page.submit()
    assert any("key" in error for error in page.modal_errors())
    page.screenshot("connect-refused")
    page.fill("Secret or restricted key", UNKNOWN_KEY)
    page.submit()
    page.modal_is_closed()
    page.go_to(ALICE.real_name)  # this Slack calls a direct message by the person, not by the bot
    page.message("roastery", "was not connected")
    expect(page.open_home("countersign")).not_to_contain_text("roastery")
    page.click(home, "Connect another…")
    page.fill("Secret or restricted key", TEST_KEY)
    page.fill("Alias", "roastery")
    page.submit()
    page.modal_is_closed()
    expect(home).to_contain_text("roastery")
    page.go_to(ALICE.real_name)
    said = page.message("Connected", "roastery")
    assert TEST_KEY not in said.inner_text()
    assert TEST_KEY[-4:] in said.inner_text()
    page.screenshot("connected")


def test_a_key_typed_into_a_command_is_refused_and_not_repeated(page: SlackPage, demo: Demo) -> None:
    """It is told that the key has to be rolled; nothing is sent."""
    before = demo.effects("POST /v1/customers")
    page.send(f"/stripe customers create --name {TEST_KEY}")
    page.message("only visible to you", "key")
    assert TEST_KEY not in page.page.locator(".main").inner_text()
    assert demo.effects("POST /v1/customers") == before


def test_a_read_is_run_from_home_and_answered_by_direct_message(page: SlackPage) -> None:
    """Where nobody reads along but the person. The Home tab then tells of it, to be run again."""
    home = page.open_home("countersign")
    expect(home).to_contain_text("Connected accounts")
    page.click(home, "Run a Stripe operation…")
    assert any(each.startswith("Run lately · List customers") for each in page.options("Or go on with"))
    page.fill(QUESTION, "list products")
    page.submit()
    page.choose_operation("List products ·")
    page.submit()
    page.fill("Limit", "2")
    page.submit()
    page.shows("Preview", "GET /v1/products", "It only reads.")
    page.submit()
    page.modal_is_closed()
    page.go_to(ALICE.real_name)
    page.open_thread(page.message("ran", "products list --limit 2", "succeeded"))
    page.reply("prod_")
    page.screenshot("home-read")
    expect(page.open_home("countersign")).to_contain_text("/stripe products list --limit 2")
    assert "Run again" in page.buttons(home)


def test_an_admin_sets_the_bot_up_and_a_refund_is_asked_for_and_approved_from_home(page: SlackPage, demo: Demo) -> None:
    """The checklist, its modals, a refund that waits in the chosen channel, and a button that runs it, all in forms
    that this Slack can show.

    It has no lists of people and channels, so ids are typed here; real Slack's selects are tested in
    tests/stories/test_setting_up.py and test_home.py.
    """
    home = page.open_home("countersign")
    expect(home).to_contain_text("Set-up")
    page.screenshot("home-admin")
    page.click(home, "Choose a policy…")
    page.pick("Strict")
    page.screenshot("setup-policy")
    page.submit()
    page.modal_is_closed()
    expect(home).to_contain_text("Waits for a second admin")
    page.act_as(BOB.real_name)
    home = page.open_home("countersign")
    page.screenshot("home-policy-proposed")
    page.click(home, "Agree")
    expect(home).to_contain_text("Strict: As standard")
    page.act_as(ALICE.real_name)
    home = page.open_home("countersign")
    page.click(home, "Choose approvers…")
    page.fill("Approvers", "bob")
    page.submit()
    assert any("ids of people" in error for error in page.modal_errors())
    page.fill("Approvers", f"{ALICE.id} {BOB.id}")
    page.submit()
    page.modal_is_closed()
    expect(home).to_contain_text("3 of 5 done")
    page.screenshot("home-half-set-up")

    open_refund(page)
    page.shows("Preview", "It can't be asked for from here")
    expect(page.modal.get_by_role("button", name="Ask for approval")).to_have_count(0)
    page.close_modal()
    page.click(home, "Choose a channel…")
    page.fill("Channel", "finance")
    page.submit()
    assert any("id of one channel" in error for error in page.modal_errors())
    page.fill("Channel", FINANCE.id)
    page.submit()
    page.modal_is_closed()
    expect(home).to_contain_text("4 of 5 done")

    before = len(demo.effects("POST /v1/refunds"))
    open_refund(page)
    page.shows("Preview", "$1.23 USD", f"It waits in #{FINANCE.name}.", f"{BOB.real_name} may approve.")
    page.screenshot("home-refund-preview")
    page.submit()
    page.modal_is_closed()
    expect(home).to_contain_text("$1.23 USD")
    page.act_as(BOB.real_name)
    home = page.open_home("countersign")
    expect(home).to_contain_text("Waits for you")
    page.screenshot("home-waits")
    page.click(home, "Approve")
    expect(home).not_to_contain_text("Waits for you")
    refunds = demo.effects("POST /v1/refunds")
    assert len(refunds) == before + 1
    assert int(refunds[-1]["parameters"]["amount"]) == 123
    page.go_to(FINANCE.name)
    page.message("asks", "$1.23 USD", "Approved", BOB.real_name, "Done")
    page.screenshot("home-refund-done")


def open_refund(page: SlackPage) -> None:
    """From Home, ask for the preview of a small refund, by typing the operation in full."""
    page.click(page.open_home("countersign"), "Run a Stripe operation…")
    page.options("Or go on with")  # come a moment later than the rest
    page.fill(QUESTION, f"refunds create --charge {CHARGE} --amount 1.23usd")
    page.submit()
    page.shows("Create refund")
    page.submit()
