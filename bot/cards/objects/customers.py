"""Who pays, and with what."""

from bot.cards.objects.model import CREATED, CUSTOMER, Fact, ObjectCard, State

CARDS = {
    "customer": ObjectCard(
        title="Customer",
        name=(Fact("name"), Fact("email"), Fact("description")),
        states=(State("delinquent", True, "payment overdue", "attention"),),
        facts=(
            Fact("email", "Email", row=True),
            Fact("phone", "Phone"),
            Fact("description", "Description"),
            Fact("balance", "Balance", "money", quiet=True),
            Fact("discount.source.coupon", "Discount", "id"),
            Fact("invoice_settings.default_payment_method", "Default payment method", "id"),
            Fact("address.country", "Country"),
            CREATED,
        ),
        dashboard=("customers/{id}",),
    ),
    "payment_method": ObjectCard(
        title="Payment method",
        name=(Fact("", kind="method"),),
        facts=(
            CUSTOMER,
            Fact("billing_details.name", "Billed to", row=True),
            Fact("billing_details.email", "Email"),
            Fact("card", "Expires", "expiry", row=True),
            Fact("card.funding", "Funding", "words"),
            Fact("card.country", "Country"),
            Fact("card.wallet.type", "Wallet", "words"),
            CREATED,
        ),
        dashboard=("customers/{customer}",),
    ),
}
