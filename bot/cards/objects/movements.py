"""Money between Stripe, banks and accounts: balances, payouts, top-ups, transfers and fees."""

from bot.cards.objects.model import AMOUNT, CREATED, Fact, ObjectCard, State

_DESCRIBED = (Fact("description"),)

CARDS = {
    "application_fee": ObjectCard(
        title="Application fee",
        amount=AMOUNT,
        states=(
            State("refunded", True, "refunded", "neutral"),
            State("amount_refunded", True, "partly refunded", "neutral"),
        ),
        facts=(
            Fact("account", "From", "id", row=True),
            Fact("charge", "Charge", "id", row=True),
            Fact("amount_refunded", "Refunded", "money", quiet=True),
            Fact("balance_transaction", "Balance transaction", "id"),
            CREATED,
        ),
    ),
    "balance": ObjectCard(
        title="Balance",
        name=(Fact("available", kind="sums"),),
        facts=(
            Fact("available", "Available", "sums", row=True),
            Fact("pending", "Pending", "sums", row=True),
            Fact("instant_available", "Available for instant payout", "sums"),
            Fact("connect_reserved", "Reserved for connected accounts", "sums", quiet=True),
        ),
        dashboard=("balance",),
    ),
    "balance_transaction": ObjectCard(
        title="Balance transaction",
        amount=AMOUNT,
        facts=(
            Fact("type", "Type", "words", row=True),
            Fact("fee", "Fee", "money"),
            Fact("net", "Net", "money", row=True),
            Fact("source", "Source", "id", row=True),
            Fact("description", "Description"),
            Fact("available_on", "Available on", "day"),
            Fact("exchange_rate", "Exchange rate", "code"),
            CREATED,
        ),
    ),
    "payout": ObjectCard(
        title="Payout",
        amount=AMOUNT,
        name=_DESCRIBED,
        facts=(
            Fact("arrival_date", "Arrives", "day", row=True),
            Fact("method", "Method", "words", row=True),
            Fact("type", "To", "words"),
            Fact("destination", "Destination", "id"),
            Fact("automatic", "Automatic", "flag"),
            Fact("failure_message", "Why it failed"),
            Fact("reconciliation_status", "Reconciliation", "words"),
            Fact("trace_id.value", "Bank's trace id", "code"),
            Fact("statement_descriptor", "On the statement"),
            CREATED,
        ),
        dashboard=("payouts/{id}",),
    ),
    "topup": ObjectCard(
        title="Top-up",
        amount=AMOUNT,
        name=_DESCRIBED,
        facts=(
            Fact("expected_availability_date", "Expected", "day", row=True),
            Fact("failure_message", "Why it failed"),
            Fact("statement_descriptor", "On the statement"),
            Fact("balance_transaction", "Balance transaction", "id"),
            CREATED,
        ),
        dashboard=("topups/{id}",),
    ),
    "transfer": ObjectCard(
        title="Transfer",
        amount=AMOUNT,
        name=_DESCRIBED,
        states=(
            State("reversed", True, "reversed", "neutral"),
            State("amount_reversed", True, "partly reversed", "neutral"),
            State("reversed", False, "made", "good"),
        ),
        facts=(
            Fact("destination", "To", "id", row=True),
            Fact("amount_reversed", "Reversed", "money", quiet=True),
            Fact("source_transaction", "From the charge", "id"),
            Fact("destination_payment", "Payment there", "id"),
            Fact("transfer_group", "Group", "code", row=True),
            Fact("balance_transaction", "Balance transaction", "id"),
            CREATED,
        ),
        dashboard=("connect/transfers/{id}",),
    ),
    "transfer_reversal": ObjectCard(
        title="Transfer reversal",
        amount=AMOUNT,
        facts=(
            Fact("transfer", "Transfer", "id", row=True),
            Fact("source_refund", "For the refund", "id"),
            Fact("destination_payment_refund", "Refund there", "id"),
            Fact("balance_transaction", "Balance transaction", "id"),
            CREATED,
        ),
        dashboard=("connect/transfers/{transfer}",),
    ),
}
