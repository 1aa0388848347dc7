"""What people do with approvals in the demo: change what they asked for, and ask for twenty refunds at once."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from bot.demo.local_slack import BOB
from operations.registry import registry
from operations.sandbox.keys import TEST_KEY
from tests.browser.demo_process import Demo
from tests.browser.slack_page import SlackPage

pytestmark = pytest.mark.browser
REFUND = "POST /v1/refunds"
TWENTY = 20


def at_stripe(demo: Demo, method: str, path: str, **more: Any) -> httpx.Response:
    """What somebody does at Stripe, past the bot."""
    headers = {"Authorization": f"Bearer {TEST_KEY}", "Stripe-Version": registry().api_version}
    return httpx.request(method, f"{demo.stripe_url}{path}", headers=headers, trust_env=False, **more)


def refundable(demo: Demo) -> list[str]:
    """Charges in dollars that are not disputed, of which a dollar or more is left."""
    told = at_stripe(demo, "GET", "/v1/charges", params={"limit": 100}).json()

    def good(charge: dict[str, Any]) -> bool:
        left = charge["amount"] - charge["amount_refunded"]
        paid = charge["paid"] and charge["captured"] and not charge["disputed"]
        return bool(paid and left >= 100 and charge["currency"] == "usd")

    return [str(each["id"]) for each in told["data"] if good(each)]


def test_what_was_asked_for_is_changed_before_anybody_signs(page: SlackPage, demo: Demo) -> None:
    """The form comes prefilled; the changed request takes the other's place, which nobody can sign any more."""
    page.send(demo.suggestion("/stripe refunds create").replace("500", "502"))
    card = page.message("asks in", "$5.02 USD")
    page.click(card, "Change…")
    page.screenshot("change-1-form")
    page.fill("Amount", "5.03 usd")
    page.submit()
    page.screenshot("change-2-preview")
    page.submit()
    changed = page.message("asks in", "$5.03 USD", "takes the place of")
    before = page.message("asks in", "$5.02 USD", "Replaced")
    expect(before.locator("button.bk-button")).to_have_count(0)
    page.screenshot("change-3-cards")
    page.act_as(BOB.real_name)
    page.click(changed, "Approve")
    page.message("$5.03 USD", "Approved", "Done")
    assert [each["parameters"]["amount"] for each in demo.effects(REFUND)][-1:] in ([503], ["503"])


def test_twenty_refunds_of_which_one_fails(page: SlackPage, demo: Demo) -> None:
    """One card, one signature; what was refunded elsewhere meanwhile fails alone, and the report says so."""
    ids = refundable(demo)[:TWENTY]
    assert len(ids) == TWENTY
    before = len(demo.effects(REFUND))
    lines = " | ".join(f"{each},1.00,usd" for each in ids)
    page.send(f'/stripe bulk refunds --go-on --because "Batch 7 was burnt" charge,amount,currency | {lines}')
    card = page.message("asks in", "Refund × 20", "$20.00 USD", "Batch 7 was burnt")
    page.screenshot("bulk-1-asked")
    assert at_stripe(demo, "POST", "/v1/refunds", data={"charge": ids[7]}).status_code == 200
    page.act_as(BOB.real_name)
    page.click(card, "Approve")
    done = page.message("Refund × 20", "19 of 20 done", "1 failed")
    expect(done.locator("button.bk-button")).to_have_count(0)
    page.open_thread(done)
    page.reply("What became of each line")
    page.screenshot("bulk-2-done")
    refunded = [each["parameters"]["charge"] for each in demo.effects(REFUND)[before:]]
    assert sorted(refunded) == sorted(ids)
