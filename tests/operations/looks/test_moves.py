"""The money that a call itself names."""

from typing import Any

import pytest

from operations.call import Call
from operations.looks import Money, moves
from tests.operations.looks.test_reads import bound


@pytest.mark.parametrize(
    ("call", "money"),
    [
        (bound("POST /v1/payouts", amount=500, currency="USD"), Money(500, "usd")),
        (bound("POST /v1/transfers", amount="500", currency="eur", destination="acct_1"), Money(500, "eur")),
        (bound("POST /v1/customers/{c}/balance_transactions", "cus_1", amount=-500, currency="usd"),
         Money(500, "usd")),
        (bound("POST /v1/payment_intents", amount=500, currency="usd", confirm=True), Money(500, "usd")),
        (bound("POST /v1/payment_intents", amount=500, currency="usd"), None),
        (bound("POST /v1/refunds", charge="ch_1", amount=500), None),
        (bound("POST /v1/refunds", charge="ch_1"), None),
        (bound("POST /v1/plans", amount=500, currency="usd", interval="month"), None),
        (bound("POST /v1/invoiceitems", customer="cus_1", currency="usd", unit_amount_decimal="12.5", quantity=3),
         Money(38, "usd")),
        (bound("POST /v1/invoiceitems", customer="cus_1", currency="usd", unit_amount_decimal="1e99999999999"), None),
        (bound("POST /v1/billing/credit_grants", amount={"type": "monetary",
                                                         "monetary": {"value": 900, "currency": "gbp"}}),
         Money(900, "gbp")),
        (bound("POST /v2/money_management/outbound_payments", amount={"value": 700, "currency": "usd"}),
         Money(700, "usd")),
        (bound("POST /v1/payouts", amount=True, currency="usd"), None),
        (bound("POST /v1/payouts", amount=500, currency="dollars"), None),
        (bound("GET /v1/charges"), None),
    ],
)  # fmt: skip
def test_an_amount_is_money_where_the_call_says_in_which_currency_and_moves_it(call: Call, money: Any) -> None:
    """A credit is as much money as a charge; a price and an unconfirmed payment move none."""
    assert moves(call) == money
