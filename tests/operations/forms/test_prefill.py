"""What of a command stands in which field. That every command is said again, the forms of every operation show."""

import pytest

from operations.forms import EXTRA, compose, prefilled
from operations.grammar import Command, parse
from operations.registry import registry

REGISTRY = registry()


def command(text: str) -> Command:
    parsed = parse(text, REGISTRY)
    assert isinstance(parsed, Command), parsed
    return parsed


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        (
            "refunds create --charge ch_1 --amount 12.50usd",
            {"charge": "ch_1", "amount": "12.50", "amount!currency": "usd"},
        ),
        ("refunds create --charge ch_1 --amount 500", {"charge": "ch_1", EXTRA: "--amount 500"}),
        ("prices create --currency jpy --unit-amount 500", {"currency": "jpy", "unit_amount": "500"}),
        (
            "subscriptions create --customer cus_1 -d items[0][price]=price_1 -d items[1][price]=price_2",
            {"customer": "cus_1", "items[0][price]": "price_1", "items[1][price]": "price_2"},
        ),
        ("customers update cus_1 --metadata[order]=6735", {"customer": "cus_1", "metadata": "order=6735"}),
        ("coupons update SUMMER --metadata null", {"coupon": "SUMMER", "metadata": "null"}),
        ("customers update cus_1 --name 'null'", {"customer": "cus_1", EXTRA: "--name 'null'"}),
        ("charges list --limit 3 --fields id,amount", {"limit": "3", EXTRA: "--fields id,amount"}),
    ],
)
def test_what_was_typed_stands_in_its_field(text: str, answers: dict[str, str]) -> None:
    assert prefilled(command(text)).answers == answers


def test_what_no_field_can_show_stands_beside_them() -> None:
    typed = command("customers create --name 'one\ntwo' --email a@example.com")

    filled = prefilled(typed)

    assert filled.answers["email"] == "a@example.com"
    assert "one\ntwo" in filled.answers[EXTRA]
    assert compose(filled, REGISTRY) == typed
