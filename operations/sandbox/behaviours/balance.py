"""The balance and what moves it besides payments: payouts, transfers to connected accounts, application fees."""

from typing import Any

from operations.sandbox.behaviours import generic, ledger
from operations.sandbox.errors import invalid
from operations.sandbox.listing import Many
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Behaviours, Work


def read(work: Work) -> StripeObject:
    """``GET /v1/balance``: net sums of the balance transactions by currency."""
    sums = ledger.balances(work.book, work.now)
    currencies = sorted(sums["available"].keys() | sums["pending"].keys()) or ["usd"]

    def part(status: str) -> list[dict[str, Any]]:
        amounts = ((currency, sums[status].get(currency, 0)) for currency in currencies)
        return [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}} for currency, amount in amounts
        ]

    return work.draft("balance", available=part("available"), pending=part("pending"), livemode=work.book.livemode)


def transactions(work: Work) -> Many:
    """``GET /v1/balance_transactions``, also by payout."""
    items = ledger.settle(work.book, work.now)
    payout = work.parameters.get("payout")
    if payout:
        own = work.find("payout", payout, param="payout")["balance_transaction"]
        items = [each for each in items if each["id"] == own]
    return Many(items, handled=frozenset({"payout"}))


def transaction(work: Work) -> StripeObject:
    """``GET /v1/balance_transactions/{id}``."""
    ledger.settle(work.book, work.now)
    return work.own("balance_transaction")


# --- payouts ---


def _enough(work: Work, amount: int, currency: str) -> None:
    if ledger.balances(work.book, work.now)["available"].get(currency, 0) < amount:
        raise ledger.insufficient()


def pay_out(work: Work, amount: int, currency: str, **values: Any) -> StripeObject:
    """A payout; whether the money is there is not checked here."""
    bank = next(iter(work.refers("bank_account", customer=None, currency=currency)), None)
    given: dict[str, Any] = {
        "amount": amount, "currency": currency, "arrival_date": work.now + 2 * 86_400, "created": work.now,
        "method": "standard",
        "status": "pending", "type": "bank_account", "automatic": False, "destination": bank["id"] if bank else None,
        "source_type": "card", "reconciliation_status": "not_applicable", "metadata": {},
    } | values  # fmt: skip
    made = work.draft("payout", **given)
    made["balance_transaction"] = ledger.move(work, "payout", -amount, currency, made["id"], now=True)
    work.book.put(made)
    work.changed.append(made["id"])
    work.event("payout.created", made)
    return made


def create_payout(work: Work) -> StripeObject:
    """``POST /v1/payouts``: only what is available."""
    currency = ledger.checked_currency(work.parameters["currency"])
    amount = ledger.positive(work.parameters["amount"])
    _enough(work, amount, currency)
    return work.take(pay_out(work, amount, currency), "amount", "currency", "destination")


def cancel_payout(work: Work) -> StripeObject:
    """``POST /v1/payouts/{payout}/cancel``: only a pending one."""
    payout = work.own("payout")
    if payout["status"] != "pending":
        raise invalid("Payouts can only be canceled while they are pending.", code="payouts_not_allowed")
    moved = ledger.move(work, "payout_cancel", payout["amount"], payout["currency"], payout["id"], now=True)
    return work.change(payout, "payout.canceled", status="canceled", failure_balance_transaction=moved)


def reverse_payout(work: Work) -> StripeObject:
    """``POST /v1/payouts/{payout}/reverse``: the reversal is a payout of its own, of a negative amount."""
    payout = work.own("payout")
    if payout["status"] not in {"paid", "in_transit"} or payout["reversed_by"]:
        raise invalid("This payout cannot be reversed.", code="payouts_not_allowed")
    made = pay_out(work, -payout["amount"], payout["currency"], original_payout=payout["id"])
    work.take(made)
    work.change(payout, "payout.updated", reversed_by=made["id"])
    return made


# --- transfers ---


def create_transfer(work: Work) -> StripeObject:
    """``POST /v1/transfers``: to a connected account."""
    currency = ledger.checked_currency(work.parameters["currency"])
    account = work.find("account", work.parameters["destination"], param="destination")
    source = work.optional("charge", "source_transaction")
    amount = ledger.positive(work.number("amount", source["amount"] if source else 0))
    if source is None:
        _enough(work, amount, currency)
    made = send(work, amount, currency, account["id"])
    return work.take(made, "amount", "currency", "destination")


def send(work: Work, amount: int, currency: str, account: str, **values: Any) -> StripeObject:
    """A transfer; whether the money is there is not checked here."""
    made = work.draft(
        "transfer", amount=amount, currency=currency, destination=account, amount_reversed=0, reversed=False,
        created=work.now,
        source_type="card", metadata={}, **values,
    )  # fmt: skip
    made["reversals"]["url"] = f"/v1/transfers/{made['id']}/reversals"
    made["balance_transaction"] = ledger.move(work, "transfer", -amount, currency, made["id"], now=True)
    work.book.put(made)
    work.changed.append(made["id"])
    work.event("transfer.created", made)
    return made


def reverse_transfer(work: Work) -> StripeObject:
    """``POST /v1/transfers/{id}/reversals``: at most what is left of it."""
    transfer = work.own("transfer")
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = ledger.positive(work.number("amount", left)) if left else 0
    if amount > left or left == 0:
        raise invalid(
            f"Reversal amount ({ledger.money(amount, transfer['currency'])}) is greater than unreversed amount on "
            f"transfer ({ledger.money(left, transfer['currency'])})",
            param="amount",
        )
    made = work.make(
        "transfer_reversal",
        transfer=transfer["id"],
        amount=amount,
        currency=transfer["currency"],
        created=work.now,
        metadata={},
    )
    made["balance_transaction"] = ledger.move(
        work, "transfer_refund", amount, transfer["currency"], made["id"], now=True
    )
    work.take(made, "amount")
    transfer["reversals"]["data"].insert(0, made)
    reversed_ = transfer["amount_reversed"] + amount
    work.change(transfer, "transfer.reversed", amount_reversed=reversed_, reversed=reversed_ == transfer["amount"])
    return made


# --- application fees ---


def refund_fee(work: Work) -> StripeObject:
    """``POST /v1/application_fees/{id}/refunds``: at most what is left of it."""
    fee = work.own("application_fee")
    left = fee["amount"] - fee["amount_refunded"]
    if left == 0:
        raise invalid(f"Application fee {fee['id']} has already been refunded.", code="charge_already_refunded")
    amount = ledger.positive(work.number("amount", left))
    if amount > left:
        raise invalid(
            f"Refund amount ({ledger.money(amount, fee['currency'])}) is greater than unrefunded amount on fee "
            f"({ledger.money(left, fee['currency'])})",
            param="amount",
        )
    made = work.make(
        "fee_refund", fee=fee["id"], amount=amount, currency=fee["currency"], created=work.now, metadata={}
    )
    made["balance_transaction"] = ledger.move(
        work, "application_fee_refund", -amount, fee["currency"], made["id"], now=True
    )
    work.take(made, "amount")
    refunded = fee["amount_refunded"] + amount
    work.change(fee, "application_fee.refunded", amount_refunded=refunded, refunded=refunded == fee["amount"])
    return made


def refunded_fee(work: Work) -> StripeObject:
    """``POST /v1/application_fees/{id}/refund``: the same, answered with the fee."""
    refund_fee(work)
    return work.own("application_fee")


BEHAVIOURS: Behaviours = {
    "GET /v1/balance": read,
    "GET /v1/balance_transactions": transactions,
    "GET /v1/balance_transactions/{id}": transaction,
    "GET /v1/balance/history": transactions,
    "GET /v1/balance/history/{id}": transaction,
    "POST /v1/payouts": create_payout,
    "GET /v1/payouts": generic.every("payout"),
    "GET /v1/payouts/{payout}": generic.read("payout"),
    "POST /v1/payouts/{payout}": generic.change("payout", "payout.updated"),
    "POST /v1/payouts/{payout}/cancel": cancel_payout,
    "POST /v1/payouts/{payout}/reverse": reverse_payout,
    "POST /v1/transfers": create_transfer,
    "GET /v1/transfers": generic.every("transfer"),
    "GET /v1/transfers/{transfer}": generic.read("transfer"),
    "POST /v1/transfers/{transfer}": generic.change("transfer", "transfer.updated"),
    "GET /v1/transfers/{id}/reversals": generic.within("transfer_reversal", "transfer"),
    "POST /v1/transfers/{id}/reversals": reverse_transfer,
    "GET /v1/transfers/{transfer}/reversals/{id}": generic.second(generic.read("transfer_reversal")),
    "POST /v1/transfers/{transfer}/reversals/{id}": generic.second(
        generic.change("transfer_reversal", "transfer.updated")
    ),
    "GET /v1/application_fees": generic.every("application_fee"),
    "GET /v1/application_fees/{id}": generic.read("application_fee"),
    "POST /v1/application_fees/{id}/refund": refunded_fee,
    "POST /v1/application_fees/{id}/refunds": refund_fee,
    "GET /v1/application_fees/{id}/refunds": generic.within("fee_refund", "application_fee", "fee"),
    "GET /v1/application_fees/{fee}/refunds/{id}": generic.second(generic.read("fee_refund")),
    "POST /v1/application_fees/{fee}/refunds/{id}": generic.second(
        generic.change("fee_refund", "application_fee.refund.updated")
    ),
}
