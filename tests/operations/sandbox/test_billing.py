"""Products, prices, coupons, subscriptions, invoices and credit notes."""

import pytest

from operations.sandbox.seed import HIGHLIGHTS
from tests.operations.sandbox.conftest import Client, error_of

CUSTOMER = HIGHLIGHTS["customer"]
PRICE = HIGHLIGHTS["price"]
SUBSCRIPTION = HIGHLIGHTS["subscription_to_cancel"]


async def test_subscription_starts_with_a_paid_invoice(client: Client) -> None:
    """The customer's card pays the first period; invoice, charge and items belong together."""
    made = (
        await client.call("POST /v1/subscriptions", customer=CUSTOMER, items=[{"price": PRICE, "quantity": 2}])
    ).json()
    invoice = (await client.call("GET /v1/invoices/{invoice}", made["latest_invoice"])).json()
    assert (made["status"], made["items"]["data"][0]["quantity"]) == ("active", 2)
    assert (invoice["status"], invoice["amount_paid"], invoice["billing_reason"]) == (
        "paid",
        3600,
        "subscription_create",
    )
    assert invoice["parent"]["subscription_details"]["subscription"] == made["id"]
    by_subscription = (await client.call("GET /v1/invoices", subscription=made["id"])).json()
    assert [each["id"] for each in by_subscription["data"]] == [invoice["id"]]


async def test_subscription_whose_card_declines_is_incomplete(client: Client) -> None:
    """The invoice stays open."""
    made = (
        await client.call(
            "POST /v1/subscriptions", customer=HIGHLIGHTS["customer_with_declined_card"], items=[{"price": PRICE}]
        )
    ).json()
    invoice = (await client.call("GET /v1/invoices/{invoice}", made["latest_invoice"])).json()
    assert (made["status"], invoice["status"]) == ("incomplete", "open")


async def test_customer_without_card_can_only_try(client: Client) -> None:
    """Without a payment method a subscription needs a trial."""
    nocard = HIGHLIGHTS["customer_without_card"]
    refused = await client.call("POST /v1/subscriptions", customer=nocard, items=[{"price": PRICE}])
    trial = await client.call("POST /v1/subscriptions", customer=nocard, items=[{"price": PRICE}], trial_period_days=7)
    assert refused.status_code == 400
    assert (trial.json()["status"], trial.json()["latest_invoice"]) == ("trialing", None)


async def test_delete_answers_with_the_canceled_subscription(client: Client) -> None:
    """No deletion mark: the object itself; a second DELETE finds nothing; the default list leaves it out."""
    canceled = (await client.call("DELETE /v1/subscriptions/{id}", SUBSCRIPTION)).json()
    again = await client.call("DELETE /v1/subscriptions/{id}", SUBSCRIPTION)
    listed = (await client.call("GET /v1/subscriptions", limit=100)).json()["data"]
    all_ = (await client.call("GET /v1/subscriptions", limit=100, status="canceled")).json()["data"]
    assert (canceled["id"], canceled["status"], "deleted" in canceled) == (SUBSCRIPTION, "canceled", False)
    assert again.status_code == 404
    assert SUBSCRIPTION not in [each["id"] for each in listed]
    assert SUBSCRIPTION in [each["id"] for each in all_]


async def test_cancel_at_period_end_can_be_taken_back(client: Client) -> None:
    """It stays active until then, and knows when."""
    ending = (await client.call("POST /v1/subscriptions/{id}", SUBSCRIPTION, cancel_at_period_end=True)).json()
    back = (await client.call("POST /v1/subscriptions/{id}", SUBSCRIPTION, cancel_at_period_end=False)).json()
    assert (ending["status"], ending["cancel_at"]) == ("active", ending["items"]["data"][0]["current_period_end"])
    assert (back["cancel_at_period_end"], back["cancel_at"], back["canceled_at"]) == (False, None, None)


async def test_items_are_changed_added_and_removed(client: Client) -> None:
    """By the subscription and by their own endpoints; the last one stays."""
    item = (await client.call("GET /v1/subscription_items", subscription=SUBSCRIPTION)).json()["data"][0]
    more = (await client.call("POST /v1/subscription_items/{item}", item["id"], quantity=3)).json()
    last = await client.call("DELETE /v1/subscription_items/{item}", item["id"])
    second = (
        await client.call("POST /v1/subscriptions/{id}", SUBSCRIPTION, items=[{"price": "price_1SandboxOffice01"}])
    ).json()
    gone = await client.call("DELETE /v1/subscription_items/{item}", item["id"])
    assert more["quantity"] == 3
    assert last.status_code == 400
    assert len(second["items"]["data"]) == 2
    assert gone.json() == {"id": item["id"], "object": "subscription_item", "deleted": True}


async def test_one_time_price_cannot_recur(client: Client) -> None:
    """The refusal names the parameter."""
    answer = await client.call("POST /v1/subscriptions", customer=CUSTOMER, items=[{"price": "price_1SandboxBeans01"}])
    assert error_of(answer)["param"] == "items[0][price]"


async def test_draft_is_finalized_paid_and_then_fixed(client: Client) -> None:
    """Draft to open to paid; a paid one is neither paid again, voided nor deleted."""
    draft = HIGHLIGHTS["draft_invoice"]
    opened = (await client.call("POST /v1/invoices/{invoice}/finalize", draft)).json()
    paid = (await client.call("POST /v1/invoices/{invoice}/pay", draft, payment_method="pm_card_visa")).json()
    again = await client.call("POST /v1/invoices/{invoice}/pay", draft)
    void = await client.call("POST /v1/invoices/{invoice}/void", draft)
    delete = await client.call("DELETE /v1/invoices/{invoice}", draft)
    assert (opened["status"], bool(opened["number"])) == ("open", True)
    assert (paid["status"], paid["amount_remaining"]) == ("paid", 0)
    assert error_of(again)["code"] == "invoice_already_paid"
    assert (void.status_code, delete.status_code) == (400, 400)


@pytest.mark.parametrize(("verb", "status"), [("void", "void"), ("mark_uncollectible", "uncollectible")])
async def test_open_invoice_is_given_up(client: Client, verb: str, status: str) -> None:
    """Void and uncollectible are ends of an open invoice."""
    answer = await client.call(f"POST /v1/invoices/{{invoice}}/{verb}", HIGHLIGHTS["open_invoice"])
    assert answer.json()["status"] == status


async def test_invoice_collects_the_waiting_items(client: Client) -> None:
    """An invoice item without an invoice waits for the next one; a draft can be deleted."""
    await client.call("POST /v1/invoiceitems", customer=CUSTOMER, amount=700, currency="usd", description="Filter")
    draft = (await client.call("POST /v1/invoices", customer=CUSTOMER)).json()
    lines = (await client.call("GET /v1/invoices/{invoice}/lines", draft["id"])).json()
    deleted = (await client.call("DELETE /v1/invoices/{invoice}", draft["id"])).json()
    assert (draft["status"], draft["total"]) == ("draft", 700)
    assert [line["description"] for line in lines["data"]] == ["Filter"]
    assert deleted == {"id": draft["id"], "object": "invoice", "deleted": True}


async def test_credit_note_takes_from_an_open_invoice(client: Client) -> None:
    """What is owed goes down by it; more than is left is refused."""
    open_ = HIGHLIGHTS["open_invoice"]
    note = (await client.call("POST /v1/credit_notes", invoice=open_, amount=2000)).json()
    invoice = (await client.call("GET /v1/invoices/{invoice}", open_)).json()
    too_much = await client.call("POST /v1/credit_notes", invoice=open_, amount=28_500)
    assert (note["type"], invoice["amount_remaining"]) == ("pre_payment", 28_500 - 1500 - 2000)
    assert error_of(too_much)["param"] == "amount"


async def test_coupon_is_percent_or_amount(client: Client) -> None:
    """Exactly one of the two; a taken id is refused; a deleted coupon is gone."""
    neither = await client.call("POST /v1/coupons", duration="once")
    both = await client.call("POST /v1/coupons", percent_off=5, amount_off=5, currency="usd")
    taken = await client.call("POST /v1/coupons", id=HIGHLIGHTS["coupon"], percent_off=5)
    deleted = await client.call("DELETE /v1/coupons/{coupon}", HIGHLIGHTS["coupon"])
    assert error_of(neither)["code"] == "parameter_missing"
    assert error_of(both)["code"] == "parameters_exclusive"
    assert error_of(taken)["code"] == "resource_already_exists"
    assert deleted.json()["deleted"] is True


async def test_product_with_prices_stays(client: Client) -> None:
    """Only a product without prices can be deleted; a price is made with its product if asked."""
    price = (
        await client.call("POST /v1/prices", currency="eur", unit_amount=450, product_data={"name": "Biscotti"})
    ).json()
    stays = await client.call("DELETE /v1/products/{id}", price["product"])
    inactive = (await client.call("POST /v1/products/{id}", price["product"], active=False)).json()
    assert (price["type"], price["unit_amount_decimal"]) == ("one_time", "450")
    assert stays.status_code == 400
    assert (inactive["name"], inactive["active"]) == ("Biscotti", False)
