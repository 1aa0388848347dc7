"""What people do with the demo, in a real browser, from the command to the money."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from bot.demo.local_slack import ALICE, BOB
from operations.sandbox.keys import TEST_KEY
from tests.browser.demo_process import Demo, running_demo
from tests.browser.slack_page import SlackPage
from tests.local_programs import local_slack_program

pytestmark = pytest.mark.browser
JENNY = "jenny@example.com"
"""Somebody who writes in: a customer of the seeded business."""


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    local_slack_program()
    with running_demo("--port", "0") as running:
        yield running


@pytest.fixture
def page(chrome: Browser, demo: Demo) -> Iterator[SlackPage]:
    """Alice at the page, in #support."""
    with chrome.new_page(viewport={"width": 1280, "height": 960}) as tab:
        opened = SlackPage(tab, demo.slack_url)
        opened.act_as(ALICE.real_name)
        yield opened
        assert opened.unrendered() == [], "everything said must be in a form that this Slack can show"


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
    assert page.buttons(card) == ["Approve", "Deny"]
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
    """Deny ends it, and the card says who did."""
    before = demo.effects("POST /v1/refunds")
    page.send(demo.suggestion("/stripe refunds create").replace("500", "501"))
    card = page.message("asks in", "501")
    page.act_as(BOB.real_name)
    page.click(card, "Deny")
    page.message("asks in", "501", "Denied", BOB.real_name, "Nothing was sent")
    assert demo.effects("POST /v1/refunds") == before


def test_a_newcomer_finds_a_payment_and_gives_part_of_it_back(page: SlackPage, demo: Demo) -> None:
    """By an e-mail address, pressing what is offered: nobody has to know a parameter, or read any help."""
    before = len(demo.effects("POST /v1/refunds"))
    page.send(f"/stripe {JENNY}")
    page.open_thread(page.message("ran", JENNY, "succeeded"))
    customer = page.reply(JENNY, "Payments")
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
    assert page.buttons(card) == ["Approve", "Deny"]
    page.screenshot("newcomer-5-approval")
    page.act_as(BOB.real_name)
    page.click(card, "Approve")
    page.reply("asks", "$2.00 USD", "Approved", BOB.real_name, "Done")
    page.screenshot("newcomer-6-refunded")
    refunds = demo.effects("POST /v1/refunds")
    assert len(refunds) == before + 1
    assert int(refunds[-1]["parameters"]["amount"]) == 200


@pytest.mark.parametrize("text", ["/stripe", "/stripe help"])
def test_help_explains_to_the_asker_alone(page: SlackPage, text: str) -> None:
    """What there is to type, and on which accounts."""
    page.send(text)
    page.message("only visible to you", JENNY, "Accounts", "default")
    page.screenshot("help")


def test_a_mistake_is_told_to_the_asker_alone_with_the_nearest_right_thing(page: SlackPage) -> None:
    """Nothing is run, and the right name is there to be copied."""
    page.send("/stripe customers lst")
    page.message("only visible to you", "customers list")


def test_a_key_is_connected_through_the_modal(page: SlackPage) -> None:
    """Stripe tells whose it is; of the key only its beginning and last four are ever shown."""
    page.send("/stripe connect")
    page.fill("Secret or restricted key", "no key at all")
    page.fill("Alias", "second")
    page.submit()
    assert any("key" in error for error in page.modal_errors())
    page.screenshot("connect-refused")
    page.fill("Secret or restricted key", TEST_KEY)
    page.submit()
    page.modal_is_closed()
    page.go_to(ALICE.real_name)  # this Slack calls a direct message by the person, not by the bot
    said = page.message("Connected", "second")
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


def test_an_admin_sets_the_bot_up_and_decides_from_home(page: SlackPage, demo: Demo) -> None:
    """The checklist, its modals, what waits, and a button that runs: all in forms that this Slack can show."""
    home = page.open_home("countersign")
    expect(home).to_contain_text("Set-up")
    page.screenshot("home-admin")
    page.click(home, "Choose a policy…")
    page.pick("Strict")
    page.screenshot("setup-policy")
    page.submit()
    page.modal_is_closed()
    expect(home).to_contain_text("Strict: As standard")
    page.click(home, "Choose approvers…")
    page.fill("Approvers", "bob")
    page.submit()
    assert any("member ids" in error for error in page.modal_errors())
    page.fill("Approvers", f"{ALICE.id} {BOB.id}")
    page.submit()
    page.modal_is_closed()
    expect(home).to_contain_text("3 of 5 done")
    page.screenshot("home-half-set-up")

    before = len(demo.effects("POST /v1/refunds"))
    page.go_to("support")
    page.send(demo.suggestion("/stripe refunds create").replace("500", "123"))
    page.message("asks in", "123")
    page.act_as(BOB.real_name)
    home = page.open_home("countersign")
    expect(home).to_contain_text("Waits for you")
    page.screenshot("home-waits")
    page.click(home, "Approve")
    expect(home).not_to_contain_text("Waits for you")
    assert len(demo.effects("POST /v1/refunds")) == before + 1
    page.go_to("support")
    page.message("asks in", "123", "Approved", BOB.real_name, "Done")
