"""Accounts, connected ones above all, as v1 and as v2 have them."""

from bot.cards.objects.model import CREATED, Fact, ObjectCard, State

_PAGES = ("connect/accounts/{id}",)

CARDS = {
    "account": ObjectCard(
        title="Account",
        name=(Fact("business_profile.name"), Fact("settings.dashboard.display_name"), Fact("email")),
        states=(
            State("requirements.disabled_reason", True, "restricted", "attention"),
            State("charges_enabled", False, "can't charge yet", "attention"),
            State("payouts_enabled", False, "can't be paid out yet", "attention"),
            State("charges_enabled", True, "charges enabled", "good"),
        ),
        facts=(
            Fact("email", "Email", row=True),
            Fact("requirements.disabled_reason", "Restricted because", "words"),
            Fact("requirements.past_due", "Requirements overdue", "count", quiet=True),
            Fact("requirements.currently_due", "Requirements due", "count", quiet=True),
            Fact("requirements.current_deadline", "Provide them by", "deadline"),
            Fact("payouts_enabled", "Payouts enabled", "flag"),
            Fact("settings.payouts.schedule.interval", "Paid out", "words"),
            Fact("country", "Country", row=True),
            Fact("default_currency", "Default currency", "code"),
            Fact("type", "Type", "words", row=True),
            CREATED,
        ),
        dashboard=_PAGES,
    ),
    "v2.core.account": ObjectCard(
        title="Account",
        name=(
            Fact("display_name"),
            Fact("identity.business_details.registered_name"),
            Fact("contact_email"),
        ),
        states=(
            State("closed", True, "closed", "neutral"),
            State("requirements.summary.minimum_deadline.status", "past_due", "requirements overdue", "attention"),
            State("requirements.summary.minimum_deadline.status", "currently_due", "requirements due", "attention"),
            State("closed", False, "open", "good"),
        ),
        facts=(
            Fact("contact_email", "Email", row=True),
            Fact("applied_configurations", "Acts as", "list", row=True),
            Fact("requirements.summary.minimum_deadline.time", "Provide what is missing by", "deadline"),
            Fact("configuration.merchant.capabilities.card_payments.status", "Card payments", "words"),
            Fact("configuration.recipient.capabilities.stripe_balance.stripe_transfers.status", "Transfers", "words"),
            Fact("identity.entity_type", "Is", "words"),
            Fact("identity.country", "Country", row=True),
            Fact("defaults.currency", "Default currency", "code"),
            Fact("dashboard", "Dashboard", "words"),
            CREATED,
        ),
        dashboard=_PAGES,
    ),
}
