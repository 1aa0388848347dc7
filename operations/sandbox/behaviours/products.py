"""What is sold and for how much: products, prices, coupons and promotion codes."""

from typing import Any

from operations.sandbox.behaviours import generic, ledger
from operations.sandbox.errors import invalid
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Behaviours, Work


def _free(work: Work, kind: str) -> None:
    """Raises RefusalError if the id that the request chose for a new object is taken."""
    id_ = work.parameters.get("id")
    if id_ and work.book.get(kind, id_) is not None:
        raise invalid(f"{kind.title()} already exists.", code="resource_already_exists", param="id")


def create_product(work: Work) -> StripeObject:
    """``POST /v1/products``, with its first price if asked for."""
    _free(work, "product")
    made = work.draft("product", created=work.now, updated=work.now, active=True, images=[], type="service")
    work.take(made, "default_price_data")
    work.book.put(made)
    work.changed.append(made["id"])
    data = work.parameters.get("default_price_data")
    if isinstance(data, dict):
        made["default_price"] = price_of(work, data, made["id"])["id"]
    work.event("product.created", made)
    return made


def delete_product(work: Work) -> StripeObject:
    """``DELETE /v1/products/{id}``: only one without prices."""
    product = work.own("product")
    if work.refers("price", product=product["id"]):
        raise invalid("This product cannot be deleted because it has one or more user-created prices.")
    return work.remove(product, "product.deleted")


def price_of(work: Work, given: dict[str, Any], product: str, **more: Any) -> StripeObject:
    """A price from what a request says of it."""
    currency = ledger.checked_currency(given["currency"])
    recurring = given.get("recurring")
    amount = given.get("unit_amount")
    if amount is None and given.get("unit_amount_decimal") is None and given.get("billing_scheme") != "tiered":
        if given.get("custom_unit_amount") is None:
            raise invalid("Missing required param: unit_amount.", param="unit_amount", code="parameter_missing")
    elif isinstance(amount, int) and amount < 0:
        raise invalid("Invalid non-negative integer", param="unit_amount", code="parameter_invalid_integer")
    values = {
        "currency": currency, "product": product, "unit_amount": amount, "active": given.get("active", True),
        "unit_amount_decimal": str(amount) if amount is not None else given.get("unit_amount_decimal"),
        "type": "recurring" if recurring else "one_time", "nickname": given.get("nickname"),
        "lookup_key": given.get("lookup_key"), "created": work.now, "billing_scheme": given.get("billing_scheme",
        "per_unit"),
        "metadata": given.get("metadata") or {}, "tax_behavior": given.get("tax_behavior", "unspecified"),
        "recurring": {
            "interval_count": 1, "meter": None, "trial_period_days": None, "usage_type": "licensed", **recurring,
        } if recurring else None,
    }  # fmt: skip
    return work.make("price", "price.created", **values, **more)


def create_price(work: Work) -> StripeObject:
    """``POST /v1/prices``: of a product that exists, or that is made with it."""
    work.exclusive("product", "product_data")
    product = work.optional("product", "product")
    if product is None:
        data = work.parameters.get("product_data")
        if not isinstance(data, dict):
            raise invalid("Missing required param: product.", param="product", code="parameter_missing")
        product = work.make("product", "product.created", name=data["name"], created=work.now, active=True, metadata={})
    return price_of(work, dict(work.parameters), product["id"])


def create_coupon(work: Work) -> StripeObject:
    """``POST /v1/coupons``: percent off, or an amount off in a currency."""
    _free(work, "coupon")
    work.exclusive("percent_off", "amount_off")
    percent, amount = work.parameters.get("percent_off"), work.parameters.get("amount_off")
    if percent is None and amount is None:
        raise invalid("Must provide percent_off or amount_off.", param="percent_off", code="parameter_missing")
    if amount is not None and "currency" not in work.parameters:
        raise invalid("You must pass currency when passing amount_off", param="currency", code="parameter_missing")
    if percent is not None and not 0 < percent <= 100:
        raise invalid("Invalid percent_off: must be greater than 0 and at most 100", param="percent_off")
    if work.parameters.get("duration") == "repeating" and "duration_in_months" not in work.parameters:
        raise invalid(
            "Missing required param: duration_in_months.", param="duration_in_months", code="parameter_missing"
        )
    made = work.draft("coupon", created=work.now, duration="once", times_redeemed=0, valid=True)
    work.take(made)
    work.book.put(made)
    work.changed.append(made["id"])
    work.event("coupon.created", made)
    return made


def create_promotion_code(work: Work) -> StripeObject:
    """``POST /v1/promotion_codes``: a code that customers type, for a coupon."""
    promotion = work.parameters.get("promotion") or {}
    coupon = work.find("coupon", promotion.get("coupon"), param="promotion[coupon]")
    made = work.draft(
        "promotion_code", created=work.now, active=True, times_redeemed=0, code=work.ids.letters(8).upper(),
        restrictions={"first_time_transaction": False, "minimum_amount": None, "minimum_amount_currency": None},
    )  # fmt: skip
    work.take(made, "promotion")
    made["promotion"] = {"type": "coupon", "coupon": coupon["id"]}
    work.book.put(made)
    work.changed.append(made["id"])
    work.event("promotion_code.created", made)
    return made


BEHAVIOURS: Behaviours = {
    "POST /v1/products": create_product,
    "GET /v1/products": generic.every("product"),
    "GET /v1/products/search": generic.find("product"),
    "GET /v1/products/{id}": generic.read("product"),
    "POST /v1/products/{id}": generic.change("product", "product.updated"),
    "DELETE /v1/products/{id}": delete_product,
    "POST /v1/prices": create_price,
    "GET /v1/prices": generic.every("price"),
    "GET /v1/prices/search": generic.find("price"),
    "GET /v1/prices/{price}": generic.read("price"),
    "POST /v1/prices/{price}": generic.change("price", "price.updated"),
    "POST /v1/coupons": create_coupon,
    "GET /v1/coupons": generic.every("coupon"),
    "GET /v1/coupons/{coupon}": generic.read("coupon"),
    "POST /v1/coupons/{coupon}": generic.change("coupon", "coupon.updated"),
    "DELETE /v1/coupons/{coupon}": generic.remove("coupon", "coupon.deleted"),
    "POST /v1/promotion_codes": create_promotion_code,
    "GET /v1/promotion_codes": generic.every("promotion_code"),
    "GET /v1/promotion_codes/{promotion_code}": generic.read("promotion_code"),
    "POST /v1/promotion_codes/{promotion_code}": generic.change(
        "promotion_code", "promotion_code.updated", "restrictions"
    ),
}
