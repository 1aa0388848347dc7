"""What is sold, and what is taken off its price."""

from bot.cards.objects.model import CREATED, Fact, ObjectCard, State

_ACTIVE = (State("active", True, "active", "good"), State("active", False, "archived", "neutral"))

CARDS = {
    "coupon": ObjectCard(
        title="Coupon",
        amount=(Fact("percent_off", kind="percent"), Fact("amount_off", kind="money")),
        name=(Fact("name"), Fact("id")),
        states=(
            State("valid", True, "valid", "good"),
            State("valid", False, "no longer valid", "neutral"),
        ),
        facts=(
            Fact("duration", "Applies", "words", row=True),
            Fact("duration_in_months", "Months", "count"),
            Fact("times_redeemed", "Redeemed", "count", row=True),
            Fact("max_redemptions", "At most", "count"),
            Fact("redeem_by", "Redeem by", "deadline", row=True, when={"valid": (True,)}),
            Fact("applies_to.products", "Products", "list"),
            CREATED,
        ),
        dashboard=("coupons/{id}",),
    ),
    "price": ObjectCard(
        title="Price",
        amount=(Fact("unit_amount", kind="money"), Fact("unit_amount_decimal", kind="money")),
        name=(Fact("nickname"), Fact("recurring", kind="period")),
        states=_ACTIVE,
        facts=(
            Fact("product", "Product", "id", row=True),
            Fact("recurring", "Billed", "period", row=True),
            Fact("type", "Type", "words"),
            Fact("billing_scheme", "Charged", "words"),
            Fact("lookup_key", "Lookup key", "code"),
            Fact("tax_behavior", "Tax", "words"),
            CREATED,
        ),
        dashboard=("prices/{id}",),
    ),
    "product": ObjectCard(
        title="Product",
        name=(Fact("name"),),
        states=_ACTIVE,
        facts=(
            Fact("description", "Description", row=True),
            Fact("default_price", "Default price", "id", row=True),
            Fact("unit_label", "Unit"),
            Fact("tax_code", "Tax code", "id"),
            Fact("shippable", "Shippable", "flag"),
            Fact("updated", "Changed", "moment"),
            CREATED,
        ),
        dashboard=("products/{id}",),
    ),
    "promotion_code": ObjectCard(
        title="Promotion code",
        name=(Fact("code"),),
        states=(
            State("active", True, "active", "good"),
            State("active", False, "inactive", "neutral"),
        ),
        facts=(
            Fact("promotion.coupon", "Coupon", "id", row=True),
            Fact("times_redeemed", "Redeemed", "count", row=True),
            Fact("max_redemptions", "At most", "count"),
            Fact("expires_at", "Redeem by", "deadline", row=True, when={"active": (True,)}),
            Fact("customer", "Only for", "id"),
            Fact("restrictions.first_time_transaction", "First purchase only", "flag", quiet=True),
            Fact(
                "restrictions.minimum_amount",
                "From an order of",
                "money",
                currency="restrictions.minimum_amount_currency",
                quiet=True,
            ),
            CREATED,
        ),
        dashboard=("promotion_codes/{id}",),
    ),
}
