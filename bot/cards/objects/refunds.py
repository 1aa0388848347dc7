"""Money going back: refunds, and disputes with the deadline to answer them."""

from bot.cards.objects.model import AMOUNT, CREATED, PAYMENT_PAGES, Fact, ObjectCard

CARDS = {
    "dispute": ObjectCard(
        title="Dispute",
        amount=AMOUNT,
        facts=(
            Fact(
                "evidence_details.due_by",
                "Respond by",
                "deadline",
                row=True,
                when={"status": ("needs_response", "warning_needs_response", "appeal_needs_response")},
            ),
            Fact("reason", "Reason", "words", row=True),
            Fact("charge", "Charge", "id", row=True),
            Fact("payment_intent", "Payment intent", "id"),
            Fact("evidence_details.has_evidence", "Evidence at hand", "flag"),
            Fact("evidence_details.submission_count", "Evidence submitted", "count"),
            Fact("is_charge_refundable", "Can still be refunded", "flag"),
            Fact("network_reason_code", "Network's code", "code"),
            CREATED,
        ),
        dashboard=PAYMENT_PAGES,
    ),
    "refund": ObjectCard(
        title="Refund",
        amount=AMOUNT,
        facts=(
            Fact("charge", "Charge", "id", row=True),
            Fact("payment_intent", "Payment intent", "id"),
            Fact("reason", "Reason", "words", row=True),
            Fact("pending_reason", "Waits for", "words"),
            Fact("failure_reason", "Why it failed", "words"),
            Fact("destination_details.card.reference", "Bank's reference", "code"),
            Fact("instructions_email", "Instructions sent to"),
            Fact("receipt_number", "Receipt", "code"),
            Fact("description", "Description"),
            CREATED,
        ),
        dashboard=PAYMENT_PAGES,
    ),
}
