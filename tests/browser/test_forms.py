"""Forms as people fill them in, in a real browser: from the search for an operation to what it did.

The local Slack shows texts, selects, radio buttons and checkboxes. What it can't show stands in the rich style alone,
and is tested there by Slack's own payloads in tests/stories/test_picker.py, test_forms.py and test_object_search.py
and, for every operation, in tests/bot/forms: searches (external_select), number_input, datetimepicker,
email_text_input, url_text_input, file_input, multi_static_select, and forms that change at once when something is
chosen (dispatch_action).
"""

import pytest

from bot.demo.local_slack import ALICE, BOB
from operations.sandbox.keys import TEST_KEY
from operations.sandbox.seed import HIGHLIGHTS
from tests.browser.demo_process import Demo
from tests.browser.slack_page import SlackPage

pytestmark = pytest.mark.browser
CHARGE = HIGHLIGHTS["refundable_charge"]
QUESTION = "What do you want to do?"
TOPIC = "Or choose what it is about"
OWN = "Or go on with"
ADD = "Add a field"


def test_a_refund_is_found_put_right_looked_at_and_approved(page: SlackPage, demo: Demo) -> None:
    """`/stripe` → search → form → error → fix → preview → approval → refunded once.

    In real Slack the search is an external_select and the amount a number_input with an external_select for its
    currency, whose error shows at its own field.
    """
    page.send("/stripe")
    page.fill(QUESTION, "refund")
    page.screenshot("form-1-picker")
    page.submit()
    page.choose_operation("Create refund · gives money back, second person")
    page.screenshot("form-2-found")
    page.submit()
    page.shows("Create refund", "A second person has to approve it")
    page.fill("Charge", CHARGE)
    page.fill("Amount", "5")
    page.choose("Reason", "Requested by customer")
    page.submit()
    assert any("currency" in error for error in page.modal_errors())
    page.screenshot("form-3-error")
    assert (page.value("Charge"), page.value("Amount")) == (CHARGE, "5")

    page.fill("Amount", "5 usd")
    page.submit()
    page.shows("Preview", "test", "Create refund", "$5.00 USD", "Lanternfish Coffee Roasters", "default")
    page.shows("Preview", "A second person has to approve it: it gives money back.", "It waits in #support.")
    page.shows("Preview", "POST /v1/refunds", "amount = 500", f"charge = {CHARGE}", "reason = requested_by_customer")
    page.shows("Preview", f"/stripe refunds create --amount 5.00usd --charge {CHARGE} --reason requested_by_customer")
    page.shows("Preview", "curl", '-u "$STRIPE_SECRET_KEY:"')
    assert TEST_KEY[:12] not in page.modal.inner_text()
    page.screenshot("form-4-preview")
    assert demo.effects("POST /v1/refunds") == []
    page.submit()
    page.modal_is_closed()

    card = page.message(ALICE.real_name, "asks in", "$5.00 USD", CHARGE)
    page.screenshot("form-5-approval")
    page.act_as(BOB.real_name)
    page.click(card, "Approve")
    page.open_thread(page.message("asks in", CHARGE, "Approved", BOB.real_name, "Done"))
    page.reply("re_")
    page.screenshot("form-6-refunded")
    (effect,) = demo.effects("POST /v1/refunds")
    assert int(effect["parameters"]["amount"]) == 500
    assert effect["parameters"]["charge"] == CHARGE


def test_a_field_is_added_and_what_was_typed_stays(page: SlackPage, demo: Demo) -> None:
    """`/stripe` → topic → form → one field more → preview → run → the answer in the thread.

    In real Slack the fields are searched, and a choice brings the field at once (external_select, dispatch_action).
    """
    page.send("/stripe")
    page.choose(TOPIC, next(each for each in page.options(TOPIC) if each.startswith("Customers (")))
    page.submit()
    page.choose_operation("Create customer ·")
    page.submit()
    page.shows("Create customer", "/stripe customers create", "It runs at once.")
    page.fill("Name", "Ada Lovelace")
    page.fill("Email", "ada@example.com")
    page.choose(ADD, "Address › City")
    page.submit()
    page.shows("Create customer", "City")
    assert (page.value("Name"), page.value("Email"), page.value("City")) == ("Ada Lovelace", "ada@example.com", "")
    page.fill("City", "London")
    page.screenshot("form-field-added")
    page.submit()
    page.shows("Preview", "address[city] = London", "name = Ada Lovelace", "It changes something at Stripe.")
    page.submit()
    page.modal_is_closed()
    page.open_thread(page.message("ran", "customers create", "succeeded"))
    page.reply("A••• L•••", "a•••@example.com")
    page.screenshot("form-customer-created")
    effect = demo.effects("POST /v1/customers")[-1]
    assert effect["parameters"]["address"] == {"city": "London"}


def test_a_form_that_was_left_is_gone_on_with(page: SlackPage, demo: Demo) -> None:
    """From the picker, with everything that was handed over with a step, and after other things were done.

    This Slack hands over nothing when a modal is closed. What real Slack hands over then, and when something is chosen,
    is tested in tests/stories/test_forms.py; there the picker groups what is one's own.
    """
    page.send("/stripe form products create")
    page.fill("Name", "Lantern, brass")
    page.choose(ADD, "Package dimensions › Weight")
    page.submit()
    page.shows("Create product", "Package dimensions")
    page.close_modal()
    before = demo.effects("POST /v1/products")
    page.send("/stripe")
    own = page.options(OWN)
    wanted = next(each for each in own if each.startswith("Not finished · Create product · Lantern, brass"))
    page.choose(OWN, wanted)
    page.screenshot("form-go-on")
    page.submit()
    page.shows("Create product")
    assert page.value("Name") == "Lantern, brass"
    page.fill("URL", "https://example.com/lantern")
    page.submit()
    page.shows("Preview", "name = Lantern, brass", "url = https://example.com/lantern")
    page.submit()
    page.modal_is_closed()
    page.message("ran", "products create", "Lantern, brass", "succeeded")
    assert len(demo.effects("POST /v1/products")) == len(before) + 1
    page.send("/stripe")
    assert not [each for each in page.options(OWN) if each.startswith("Not finished · Create product")]


def test_a_live_account_is_chosen_in_the_form(page: SlackPage, demo: Demo) -> None:
    """By radio buttons and selects, with an amount in the currency of a field of its own. LIVE stands above it all.

    In real Slack the mode above the form changes as soon as the account is chosen (dispatch_action), a warning stands
    in the preview (alert), and amounts and times have elements of their own (number_input, datetimepicker).
    """
    page.send("/stripe form prices create")
    page.choose("Account", next(each for each in page.options("Account") if "LIVE" in each))
    assert "🧪 test" not in page.modal.inner_text()  # which would be wrong as soon as the account is chosen
    page.fill("Currency", "eur")
    page.fill("Product", HIGHLIGHTS["product"])
    page.fill("Unit amount", "12.50")
    page.pick("No", "Active")
    page.choose("Interval", "Month")
    page.screenshot("form-live")
    page.submit()
    page.shows("Preview", "LIVE", "€12.50 EUR", "unit_amount = 1250", "active = false", "recurring[interval] = month")
    page.shows("Preview", "--live")
    page.screenshot("form-live-preview")
    page.close_modal()
    assert not [each for each in demo.effects("POST /v1/prices") if each["livemode"]]


def test_checkboxes_are_read_and_a_wrong_coupon_is_told_at_its_fields(page: SlackPage, demo: Demo) -> None:
    """What was chosen stays where something else is wrong."""
    page.send("/stripe form financial_connections sessions create")
    page.pick("Balances", "Permissions")
    page.pick("Ownership", "Permissions")
    page.submit()
    assert any("account_holder[type]" in error for error in page.modal_errors())
    page.choose("Type", "Customer")
    page.fill("Customer", HIGHLIGHTS["customer"])
    page.screenshot("form-checkboxes")
    page.submit()
    page.shows("Preview", "permissions[] = balances", "permissions[] = ownership")
    page.close_modal()

    page.send("/stripe form coupons create")
    page.fill("Percent off", "lots")
    page.choose("Duration", "Once")
    page.submit()
    assert any("percent_off" in error for error in page.modal_errors())
    page.fill("Percent off", "12.5")
    page.submit()
    page.shows("Preview", "percent_off = 12.5", "duration = once")
    page.submit()
    page.modal_is_closed()
    page.message("ran", "coupons create", "succeeded")
    assert demo.effects("POST /v1/coupons")[-1]["parameters"]["duration"] == "once"
