"""What the sandbox does for the operations that people use most. Every other one is answered by ``plausible``."""

from operations.sandbox.behaviours import (
    accounts,
    balance,
    charges,
    credit_notes,
    customers,
    files,
    intents,
    invoices,
    methods,
    products,
    quotes,
    refunds,
    subscriptions,
)
from operations.sandbox.work import Behaviours

BEHAVIOURS: Behaviours = {
    **accounts.BEHAVIOURS,
    **balance.BEHAVIOURS,
    **credit_notes.BEHAVIOURS,
    **customers.BEHAVIOURS,
    **files.BEHAVIOURS,
    **invoices.BEHAVIOURS,
    **charges.BEHAVIOURS,
    **intents.BEHAVIOURS,
    **methods.BEHAVIOURS,
    **products.BEHAVIOURS,
    **quotes.BEHAVIOURS,
    **refunds.BEHAVIOURS,
    **subscriptions.BEHAVIOURS,
}
"""By operation key; the placeholders' names don't matter."""
