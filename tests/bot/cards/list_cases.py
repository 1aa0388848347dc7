"""Lists as they are posted: each kind in test and live, both styles, every rung, and how rows are picked."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot import cards
from bot.blocks import Message, Posted
from bot.domain import Account
from bot.text import Style
from operations.filters import Filter
from operations.shaping import AS_IT_IS, Shaping
from operations.spec import Operation
from tests.bot.cards import samples as made
from tests.rungs import rungs

CHARGES = [
    made.OBJECTS["charge"] | {"amount_refunded": 0},
    made.OBJECTS["charge"]
    | {
        "id": "ch_3PzTove",
        "amount": 19900,
        "currency": "sek",
        "status": "failed",
        "customer": None,
        "amount_refunded": 0,
    },
    made.OBJECTS["charge"]
    | {
        "id": "ch_3PzClub",
        "amount": 3000,
        "currency": "eur",
        "description": None,
        "amount_refunded": 0,
        "created": 1795000000,
    },
]
ROWS: dict[str, list[dict[str, Any]]] = {
    "account": [made.OBJECTS["account"], made.OBJECTS["account"] | {"id": "acct_1Second", "charges_enabled": False}],
    "balance_transaction": [
        made.OBJECTS["balance_transaction"],
        made.OBJECTS["balance_transaction"]
        | {"id": "txn_3PzBack", "amount": -500, "fee": 0, "net": -500, "type": "refund", "status": "available"},
    ],
    "charge": CHARGES,
    "customer": made.CUSTOMERS,
    "dispute": [
        made.OBJECTS["dispute"],
        made.OBJECTS["dispute"] | {"id": "dp_1PzNovel", "status": "won", "amount": 900},
    ],
    "event": [made.OBJECTS["event"], made.OBJECTS["event"] | {"id": "evt_1PzPaid", "type": "invoice.paid"}],
    "invoice": [
        made.OBJECTS["invoice"],
        made.OBJECTS["invoice"] | {"id": "in_1PzPaid", "number": "CEDAR-0041", "status": "paid", "amount_remaining": 0},
    ],
    "payment_intent": [
        made.OBJECTS["payment_intent"],
        made.OBJECTS["payment_intent"] | {"id": "pi_3PzJenny", "amount": 4250},
    ],
    "payout": [
        made.OBJECTS["payout"],
        made.OBJECTS["payout"] | {"id": "po_1PzLast", "status": "paid", "amount": 99000},
    ],
    "refund": [
        made.OBJECTS["refund"],
        made.OBJECTS["refund"] | {"id": "re_3PzToveBack", "amount": 250, "reason": None},
    ],
    "subscription": [
        made.OBJECTS["subscription"],
        made.OBJECTS["subscription"] | {"id": "sub_1PzSecond", "status": "past_due"},
    ],
    "price": [made.OBJECTS["price"], made.OBJECTS["price"] | {"id": "price_year", "active": False}],
    "tax_rate": [made.OBJECTS["tax_rate"], made.OBJECTS["tax_rate"] | {"id": "txr_1PzFood", "percentage": 19.0}],
}
"""Rows of each kind whose columns are declared, of one that has those of its line, and of one that no table knows."""


def _listing(kind: str) -> Operation:
    if kind == "customer":
        return made.CUSTOMERS_LIST
    names = ("limit", "starting_after", "ending_before")
    return made.operation(f"{kind}s list", "GET", f"/v1/{kind}s", answers="list", objects=(kind,), parameters=names)


def _list(
    kind: str,
    account: Account = made.TEST,
    style: Style = "rich",
    *,
    rows: list[Any] | None = None,
    more: bool = False,
    shaping: Shaping = AS_IT_IS,
    **given: object,
) -> tuple[Posted, ...]:
    call = made.frozen(_listing(kind), account, parameters=given, shaping=shaping)
    page = made.page(ROWS[kind] if rows is None else rows, more=more)
    return cards.result(
        made.run(call), made.succeeded(page), made.manner(style), paged=cards.Paged(2, "on", "back") if more else None
    )


def _rungs() -> tuple[Posted, ...]:
    (message,) = _list("charge", made.LIVE, more=True)
    assert isinstance(message, Message)
    return tuple(rungs(message))


def _searched() -> tuple[Posted, ...]:
    call = made.frozen(made.CUSTOMERS_SEARCH, parameters={"query": 'name~"e"'})
    return cards.result(
        made.run(call), made.succeeded(made.page(made.CUSTOMERS) | {"object": "search_result"}), made.manner("rich")
    )


def _found() -> tuple[Posted, ...]:
    call = made.frozen(made.CUSTOMERS_LIST, parameters={"limit": 100})
    looked = replace(call, shaping=Shaping(query="data[?contains(lower(to_string(@)), 'e')]"))
    return cards.result(made.run(looked), made.succeeded(made.page(made.CUSTOMERS)), made.manner("rich"))


PAID = Shaping(filters=(Filter("status", "=", "succeeded"), Filter("amount", ">", "1000")), sort="-amount")
SLIP = Shaping(filters=(Filter("statsu", "=", "succeeded"),))

LIST_CASES: dict[str, Callable[[], tuple[Posted, ...]]] = {
    **{f"list-{kind}-test": lambda kind=kind: _list(kind) for kind in ROWS},  # type: ignore[misc]
    **{
        f"list-{kind}-live": lambda kind=kind: _list(kind, made.LIVE, more=True)  # type: ignore[misc]
        for kind in ("charge", "customer", "invoice", "refund")
    },
    **{
        f"list-{kind}-plain": lambda kind=kind: _list(kind, style="plain", more=True)  # type: ignore[misc]
        for kind in ("charge", "customer", "tax_rate")
    },
    "list-rungs": _rungs,
    "list-picked-test": lambda: _list("charge", more=True, shaping=PAID),
    "list-picked-plain": lambda: _list("charge", style="plain", shaping=PAID),
    "list-picked-nothing-test": lambda: _list("charge", more=True, shaping=SLIP),
    "list-mixed": lambda: _list("customer", rows=[made.OBJECTS["charge"], made.OBJECTS["payment_method"]]),
    "list-empty": lambda: _list("customer", rows=[]),
    "list-of-one-test": lambda: _list("customer", rows=made.CUSTOMERS[:1], email="jenny@example.com"),
    "list-empty-by-email": lambda: _list("customer", rows=[], email="jenny@example.com"),
    "list-searched": _searched,
    "list-filtered": _found,
}
