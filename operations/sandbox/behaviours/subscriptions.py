"""Subscriptions and their items: made, changed, and ended by each of Stripe's doors."""

from typing import Any

from operations.sandbox.behaviours import generic, invoices, methods, products
from operations.sandbox.errors import invalid
from operations.sandbox.listing import Many
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Behaviours, Work

DAY = 86_400
PERIODS = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY}
ENDED = {"canceled", "incomplete_expired"}

_SPECIAL = (
    "items", "customer", "trial_end", "trial_period_days", "discounts", "payment_behavior", "cancel_at",
    "add_invoice_items",
    "default_payment_method", "cancellation_details", "billing_cycle_anchor", "cancel_at_period_end",
    "invoice_settings",
)  # fmt: skip


def create(work: Work) -> StripeObject:
    """``POST /v1/subscriptions``: with a first invoice, paid by the customer's card, unless there is a trial."""
    customer = work.find("customer", work.parameters["customer"], param="customer")
    return start(work, customer)


def create_for_customer(work: Work) -> StripeObject:
    """``POST /v1/customers/{customer}/subscriptions``."""
    return start(work, work.own("customer"))


def start(work: Work, customer: StripeObject, **values: Any) -> StripeObject:
    """A new subscription of a customer, as the parameters say."""
    given = work.parameters.get("items") or []
    if not given:
        raise invalid("Missing required param: items.", param="items", code="parameter_missing")
    prices = [_price(work, item, index) for index, item in enumerate(given)]
    method = work.optional("payment_method", "default_payment_method") or methods.default_method(work, customer)
    trial = _trial_end(work)
    sends = work.parameters.get("collection_method") == "send_invoice"
    if (
        method is None
        and trial is None
        and not sends
        and work.parameters.get("payment_behavior") != "default_incomplete"
    ):
        raise invalid(
            "This customer has no attached payment source or default payment method. Please consider adding a default "
            "payment method.",
            code="resource_missing",
        )
    made = work.draft(
        "subscription", customer=customer["id"], created=work.now, start_date=work.now, billing_cycle_anchor=work.now,
        currency=prices[0]["currency"], status="trialing" if trial else "active",
        trial_start=work.now if trial else None,
        trial_end=trial, collection_method="charge_automatically", cancel_at_period_end=False,
        default_payment_method=work.parameters.get("default_payment_method"), discounts=[],
        automatic_tax={"disabled_reason": None, "enabled": False, "liability": None},
    )  # fmt: skip
    made.update(values)
    end = trial or work.now + _period(prices[0])
    items = [
        _new_item(work, made["id"], price, int(item.get("quantity", 1)), end)
        for item, price in zip(given, prices, strict=True)
    ]
    made["items"] = _listed(made["id"], items)
    work.take(made, *_SPECIAL)
    work.book.put(made)
    work.changed.append(made["id"])
    _ending(work, made)
    _discounts(work, made)
    work.event("customer.subscription.created", made)
    if trial is None:
        _first_invoice(work, made, customer, method)
    return made


def _first_invoice(work: Work, made: StripeObject, customer: StripeObject, method: StripeObject | None) -> None:
    lines = [(each["price"], each["quantity"]) for each in made["items"]["data"]]
    invoice = invoices.of_subscription(work, made, customer, lines, reason="subscription_create")
    made["latest_invoice"] = invoice["id"]
    if made["collection_method"] == "send_invoice" or method is None:
        made["status"] = "active" if made["collection_method"] == "send_invoice" else "incomplete"
    elif not invoices.collect(work, invoice, method):
        made["status"] = "incomplete"


def _price(work: Work, item: dict[str, Any], index: int) -> StripeObject:
    id_ = item.get("price") or item.get("plan")
    if id_:
        return work.find("price", id_, param=f"items[{index}][price]")
    data = item.get("price_data")
    if not isinstance(data, dict):
        raise invalid(
            f"Missing required param: items[{index}][price].", param=f"items[{index}][price]", code="parameter_missing"
        )
    work.find("product", data.get("product"), param=f"items[{index}][price_data][product]")
    return products.price_of(work, data, str(data["product"]))


def _period(price: StripeObject) -> int:
    recurring = price["recurring"]
    if not recurring:
        raise invalid(
            f"The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`: "
            f"{price['id']}",
            param="items[0][price]",
        )
    return PERIODS[recurring["interval"]] * int(recurring["interval_count"])


def _new_item(
    work: Work, subscription: str, price: StripeObject, quantity: int, end: int, **values: Any
) -> StripeObject:
    recurring = price["recurring"] or {"interval": "month", "interval_count": 1}
    plan = work.draft(
        "plan", id=price["id"], amount=price["unit_amount"], amount_decimal=price["unit_amount_decimal"],
        currency=price["currency"], product=price["product"], interval=recurring["interval"], created=price["created"],
        interval_count=recurring["interval_count"], active=price["active"], metadata={},
    )  # fmt: skip
    return work.make(
        "subscription_item", subscription=subscription, price=price, plan=plan, quantity=quantity, created=work.now,
        current_period_start=work.now, current_period_end=end, metadata={}, discounts=[], tax_rates=[], **values,
    )  # fmt: skip


def _listed(subscription: str, items: list[StripeObject]) -> StripeObject:
    url = f"/v1/subscription_items?subscription={subscription}"
    return {"object": "list", "data": items, "has_more": False, "total_count": len(items), "url": url}


def _trial_end(work: Work) -> int | None:
    days, end = work.parameters.get("trial_period_days"), work.parameters.get("trial_end")
    if days:
        return work.now + int(days) * DAY
    return end if isinstance(end, int) and end > work.now else None


def _discounts(work: Work, subscription: StripeObject) -> None:
    given = work.parameters.get("discounts")
    if given == "":
        subscription["discounts"] = []
    if not isinstance(given, list):
        return
    found: list[str] = []
    for index, each in enumerate(given):
        coupon = work.find("coupon", each.get("coupon"), param=f"discounts[{index}][coupon]")
        made = work.make(
            "discount", customer=subscription["customer"], subscription=subscription["id"], start=work.now, end=None,
            source={"type": "coupon", "coupon": coupon["id"]},
        )  # fmt: skip
        coupon["times_redeemed"] += 1
        found.append(made["id"])
    subscription["discounts"] = found


def _ending(work: Work, subscription: StripeObject) -> None:
    """When it will end: at the end of its period, at a time, or not any more."""
    details = work.parameters.get("cancellation_details")
    if isinstance(details, dict):
        subscription["cancellation_details"] = {"comment": None, "feedback": None, "reason": None, **details}
    at_end, at = work.parameters.get("cancel_at_period_end"), work.parameters.get("cancel_at")
    if at_end is True:
        end = max((each["current_period_end"] for each in subscription["items"]["data"]), default=work.now)
        reason = {
            "comment": None,
            "feedback": None,
            **(subscription["cancellation_details"] or {}),
            "reason": "cancellation_requested",
        }
        subscription.update(cancel_at_period_end=True, cancel_at=end, canceled_at=work.now, cancellation_details=reason)
    elif isinstance(at, int):
        subscription.update(cancel_at=at, canceled_at=work.now, cancel_at_period_end=False)
    elif at_end is False or at == "":
        subscription.update(cancel_at=None, canceled_at=None, cancel_at_period_end=False)


def update(work: Work) -> StripeObject:
    """``POST /v1/subscriptions/{id}``: items, ends, discounts and plain fields."""
    subscription = work.own("subscription")
    if subscription["status"] in ENDED:
        allowed = {"metadata", "cancellation_details", "expand"}
        if set(work.parameters) - allowed:
            raise invalid("A canceled subscription can only update its cancellation_details and metadata.")
    work.optional("payment_method", "default_payment_method")
    _change_items(work, subscription)
    work.take(subscription, *(set(_SPECIAL) - {"default_payment_method"}))
    if work.parameters.get("trial_end") == "now" and subscription["status"] == "trialing":
        subscription.update(status="active", trial_end=work.now)
    _ending(work, subscription)
    _discounts(work, subscription)
    return work.change(subscription, "customer.subscription.updated")


def _change_items(work: Work, subscription: StripeObject) -> None:
    given = work.parameters.get("items") or []
    items: list[StripeObject] = subscription["items"]["data"]
    for index, change in enumerate(given):
        if "id" in change and all(each["id"] != change["id"] for each in items):
            raise work.missing("subscription_item", change["id"], param=f"items[{index}][id]")
    for index, change in enumerate(given):
        item = next((each for each in items if each["id"] == change.get("id")), None)
        if item is None:
            price = _price(work, change, index)
            end = items[0]["current_period_end"] if items else work.now + _period(price)
            items.append(_new_item(work, subscription["id"], price, int(change.get("quantity", 1)), end))
        elif change.get("deleted"):
            items.remove(item)
            work.book.delete(item)
        else:
            _change_item(work, item, change, index)
    subscription["items"] = _listed(subscription["id"], items)


def _change_item(work: Work, item: StripeObject, change: dict[str, Any], index: int = 0) -> None:
    if change.get("price") or change.get("price_data"):
        item["price"] = _price(work, change, index)
    if "quantity" in change:
        item["quantity"] = change["quantity"]
    if isinstance(change.get("metadata"), dict):
        item["metadata"] = {**item["metadata"], **change["metadata"]}


def cancel(work: Work) -> StripeObject:
    """``DELETE /v1/subscriptions/{id}``: at once; the answer is the subscription itself, with status canceled."""
    subscription = work.own("subscription")
    if subscription["status"] in ENDED:
        raise work.missing("subscription", subscription["id"])
    details = {
        "comment": None,
        "feedback": None,
        **(work.parameters.get("cancellation_details") or {}),
        "reason": "cancellation_requested",
    }
    return work.change(
        subscription, "customer.subscription.deleted", status="canceled", canceled_at=work.now, ended_at=work.now,
        cancel_at_period_end=False, cancel_at=None, cancellation_details=details,
    )  # fmt: skip


def cancel_for_customer(work: Work) -> StripeObject:
    """``DELETE /v1/customers/{customer}/subscriptions/{id}``: at once, or at the end of the period if asked."""
    if work.parameters.get("at_period_end"):
        work.parameters = {"cancel_at_period_end": True}
        return update(work)
    return cancel(work)


def resume(work: Work) -> StripeObject:
    """``POST /v1/subscriptions/{subscription}/resume``: only a paused one."""
    subscription = work.own("subscription")
    if subscription["status"] != "paused":
        raise invalid("Only subscriptions with status `paused` can be resumed.")
    return work.change(subscription, "customer.subscription.resumed", status="active", pause_collection=None)


def many(work: Work) -> Many:
    """``GET /v1/subscriptions``: without the canceled ones, unless a status is asked for."""
    price = work.parameters.get("price")
    items = list(work.book.newest("subscription"))
    if price:
        items = [each for each in items if any(item["price"]["id"] == price for item in each["items"]["data"])]
    status = work.parameters.get("status")
    if status is None:
        items = [each for each in items if each["status"] != "canceled"]
    elif status == "ended":
        items = [each for each in items if each["status"] in ENDED]
    elif status != "all":
        items = [each for each in items if each["status"] == status]
    return Many(items, handled=frozenset({"status", "price"}))


def many_of_customer(work: Work) -> Many:
    """``GET /v1/customers/{customer}/subscriptions``."""
    customer = work.own("customer")
    found = work.refers("subscription", customer=customer["id"])
    return Many([each for each in found if each["status"] != "canceled"])


# --- items ---


def items_of(work: Work) -> Many:
    """``GET /v1/subscription_items``."""
    subscription = work.find("subscription", work.parameters["subscription"], param="subscription")
    return Many(list(subscription["items"]["data"]))


def create_item(work: Work) -> StripeObject:
    """``POST /v1/subscription_items``."""
    subscription = work.find("subscription", work.parameters["subscription"], param="subscription")
    price = _price(work, dict(work.parameters), 0)
    return add_item(work, subscription, price, work.number("quantity", 1))


def add_item(work: Work, subscription: StripeObject, price: StripeObject, quantity: int, **values: Any) -> StripeObject:
    """Another item of a subscription. Raises RefusalError for a price that it has already."""
    items = subscription["items"]["data"]
    if any(item["price"]["id"] == price["id"] for item in items):
        raise invalid(
            f"Cannot add multiple subscription items with the same plan: {price['id']}",
            param="price",
            code="resource_already_exists",
        )
    made = _new_item(work, subscription["id"], price, quantity, items[0]["current_period_end"], **values)
    items.append(made)
    work.event("customer.subscription.updated", subscription)
    return made


def update_item(work: Work) -> StripeObject:
    """``POST /v1/subscription_items/{item}``."""
    item = work.own("subscription_item")
    _change_item(work, item, dict(work.parameters))
    return work.change(item)


def delete_item(work: Work) -> StripeObject:
    """``DELETE /v1/subscription_items/{item}``: not the last one."""
    item = work.own("subscription_item")
    subscription = work.find("subscription", item["subscription"])
    items = subscription["items"]["data"]
    if len(items) == 1:
        raise invalid(
            "A subscription must have at least one active plan. To cancel it, delete the subscription instead."
        )
    subscription["items"] = _listed(subscription["id"], [each for each in items if each["id"] != item["id"]])
    work.event("customer.subscription.updated", subscription)
    return work.remove(item)


BEHAVIOURS: Behaviours = {
    "POST /v1/subscriptions": create,
    "GET /v1/subscriptions": many,
    "GET /v1/subscriptions/search": generic.find("subscription"),
    "GET /v1/subscriptions/{subscription_exposed_id}": generic.read("subscription"),
    "POST /v1/subscriptions/{subscription_exposed_id}": update,
    "DELETE /v1/subscriptions/{subscription_exposed_id}": cancel,
    "POST /v1/subscriptions/{subscription}/resume": resume,
    "GET /v1/customers/{customer}/subscriptions": many_of_customer,
    "POST /v1/customers/{customer}/subscriptions": create_for_customer,
    "GET /v1/customers/{customer}/subscriptions/{subscription_exposed_id}": generic.second(
        generic.read("subscription")
    ),
    "POST /v1/customers/{customer}/subscriptions/{subscription_exposed_id}": generic.second(update),
    "DELETE /v1/customers/{customer}/subscriptions/{subscription_exposed_id}": generic.second(cancel_for_customer),
    "GET /v1/subscription_items": items_of,
    "POST /v1/subscription_items": create_item,
    "GET /v1/subscription_items/{item}": generic.read("subscription_item"),
    "POST /v1/subscription_items/{item}": update_item,
    "DELETE /v1/subscription_items/{item}": delete_item,
}
