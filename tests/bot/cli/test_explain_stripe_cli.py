"""What people write for the Stripe CLI, as its documentation and help show it, through `countersign explain --stdin`.

Each line's meaning is written by hand. That random lines mean what they mean to the CLI itself is for
``tests/operations/grammar/test_stripe_cli.py``.
"""

import io
import json
from typing import Any

import pytest

from bot.cli import main

Meaning = tuple[str, dict[str, Any]]

FORMS: list[tuple[str, Meaning]] = [
    # Words: resources, namespaces, and what stands beneath them.
    ("customers list", ("GET /v1/customers", {})),
    ("stripe customers list", ("GET /v1/customers", {})),
    ("$ stripe customers list", ("GET /v1/customers", {})),
    ("balance retrieve", ("GET /v1/balance", {})),
    ("billing_portal sessions create --customer cus_1", ("POST /v1/billing_portal/sessions", {"customer": "cus_1"})),
    ("billing-portal sessions create --customer cus_1", ("POST /v1/billing_portal/sessions", {"customer": "cus_1"})),
    ("payment-intents list", ("GET /v1/payment_intents", {})),
    ("issuing cards update ic_1 --status inactive", ("POST /v1/issuing/cards/ic_1", {"status": "inactive"})),
    (
        "test_helpers test_clocks advance clock_1 --frozen-time 1798761600",
        ("POST /v1/test_helpers/test_clocks/clock_1/advance", {"frozen_time": 1798761600}),
    ),
    (
        "issuing authorizations test_helpers capture iauth_1 --capture-amount 100",
        ("POST /v1/test_helpers/issuing/authorizations/iauth_1/capture", {"capture_amount": 100}),
    ),
    # Ids stand behind the words, one for each in the path.
    ("charges retrieve ch_1", ("GET /v1/charges/ch_1", {})),
    ("charges capture ch_1 --amount 500", ("POST /v1/charges/ch_1/capture", {"amount": 500})),
    ("subscriptions cancel sub_1 --prorate", ("DELETE /v1/subscriptions/sub_1", {"prorate": True})),
    ("customers delete cus_1 --confirm", ("DELETE /v1/customers/cus_1", {})),
    ("customers delete cus_1 -c", ("DELETE /v1/customers/cus_1", {})),
    ("persons retrieve acct_1 person_1", ("GET /v1/accounts/acct_1/persons/person_1", {})),
    (
        "refunds update -e charge re_1 -d metadata[a]=b",
        ("POST /v1/refunds/re_1", {"metadata": {"a": "b"}, "expand": ["charge"]}),
    ),
    # Flags.
    ("customers list --limit 3", ("GET /v1/customers", {"limit": 3})),
    ("customers list --limit=3", ("GET /v1/customers", {"limit": 3})),
    (
        "customers list --limit 3 --starting-after cus_9 --email jenny@example.com",
        ("GET /v1/customers", {"limit": 3, "starting_after": "cus_9", "email": "jenny@example.com"}),
    ),
    ("refunds create --payment_intent pi_1", ("POST /v1/refunds", {"payment_intent": "pi_1"})),
    ("refunds create --payment-intent pi_1", ("POST /v1/refunds", {"payment_intent": "pi_1"})),
    (
        "refunds create --payment-intent=pi_1 --amount=100",
        ("POST /v1/refunds", {"payment_intent": "pi_1", "amount": 100}),
    ),
    ('customers create --name "Jenny Rosen"', ("POST /v1/customers", {"name": "Jenny Rosen"})),
    ("customers create --name='Jenny Rosen'", ("POST /v1/customers", {"name": "Jenny Rosen"})),
    ("customers create --name Jenny\\ Rosen", ("POST /v1/customers", {"name": "Jenny Rosen"})),
    ("customers create --description 'it'\\''s \"both\"'", ("POST /v1/customers", {"description": 'it\'s "both"'})),
    ('customers create --description "\\$5 off, \\"now\\""', ("POST /v1/customers", {"description": '$5 off, "now"'})),
    ("products create --name T-shirt --active", ("POST /v1/products", {"name": "T-shirt", "active": True})),
    ("products create --name T-shirt --active=false", ("POST /v1/products", {"name": "T-shirt", "active": False})),
    (
        "payment_intents create --amount 2000 --currency usd --confirm",
        (
            "POST /v1/payment_intents",
            {
                "amount": 2000,
                "currency": "usd",
                "confirm": True,
            },
        ),
    ),
    # Arrays are given by repetition, fields of objects with dots or in brackets.
    (
        "customers create --preferred-locales en --preferred-locales fr",
        ("POST /v1/customers", {"preferred_locales": ["en", "fr"]}),
    ),
    (
        "customers update cus_1 --invoice-settings.default-payment-method pm_1",
        ("POST /v1/customers/cus_1", {"invoice_settings": {"default_payment_method": "pm_1"}}),
    ),
    (
        "customers create --shipping[name]=Jenny --shipping[address][postal-code] 94107",
        ("POST /v1/customers", {"shipping": {"name": "Jenny", "address": {"postal_code": "94107"}}}),
    ),
    ("charges list --created[gte]=100", ("GET /v1/charges", {"created": {"gte": 100}})),
    ("charges list --created.gte 100 --created.lt 200", ("GET /v1/charges", {"created": {"gte": 100, "lt": 200}})),
    ("charges list --created 1798761600", ("GET /v1/charges", {"created": 1798761600})),
    (
        "subscriptions create --payment-settings.payment-method-types card --payment-settings.payment-method-types x",
        (
            "POST /v1/subscriptions",
            {"payment_settings": {"payment_method_types": ["card", "x"]}},
        ),
    ),
    # The help's own way to clear an object.
    (
        'subscriptions update sub_1 --billing-thresholds=""',
        ("POST /v1/subscriptions/sub_1", {"billing_thresholds": ""}),
    ),
    ("customers update cus_1 --shipping '{}'", ("POST /v1/customers/cus_1", {"shipping": ""})),
    # Data.
    (
        'subscriptions create --customer cus_1 -d "items[0][price]=price_1" -d "items[0][quantity]=2"',
        ("POST /v1/subscriptions", {"customer": "cus_1", "items": [{"price": "price_1", "quantity": 2}]}),
    ),
    (
        "subscriptions create --customer cus_1 -d items\\[0\\]\\[price\\]=price_1",
        ("POST /v1/subscriptions", {"customer": "cus_1", "items": [{"price": "price_1"}]}),
    ),
    (
        "subscriptions create -d customer=cus_1 -d 'items[][price]=price_1' -d 'items[][price]=price_2'",
        ("POST /v1/subscriptions", {"customer": "cus_1", "items": [{"price": "price_1"}, {"price": "price_2"}]}),
    ),
    ("customers create -d'metadata[order id]=6735'", ("POST /v1/customers", {"metadata": {"order id": "6735"}})),
    ('customers create --data "metadata[a.b]=c d"', ("POST /v1/customers", {"metadata": {"a.b": "c d"}})),
    ("customers create --data=name='Jenny Rosen'", ("POST /v1/customers", {"name": "Jenny Rosen"})),
    (
        "customers create -dname=Jenny -d email=j@example.com",
        (
            "POST /v1/customers",
            {
                "name": "Jenny",
                "email": "j@example.com",
            },
        ),
    ),
    ("customers create -d description='a=b&c=d'", ("POST /v1/customers", {"description": "a=b&c=d"})),
    # What is wanted back.
    ("charges retrieve ch_1 --expand customer", ("GET /v1/charges/ch_1", {"expand": ["customer"]})),
    (
        "charges list -l 3 -e data.customer -e data.invoice",
        ("GET /v1/charges", {"limit": 3, "expand": ["data.customer", "data.invoice"]}),
    ),
    ("charges list --expand=data.customer -l3", ("GET /v1/charges", {"limit": 3, "expand": ["data.customer"]})),
    ("charges list -a ch_1", ("GET /v1/charges", {"starting_after": "ch_1"})),
    ("charges list -b ch_9 -l 5", ("GET /v1/charges", {"ending_before": "ch_9", "limit": 5})),
    ("charges list --dry-run --live", ("GET /v1/charges", {})),
    (
        "v2 core accounts retrieve acct_1 --include identity --include defaults",
        ("GET /v2/core/accounts/acct_1", {"include": ["identity", "defaults"]}),
    ),
    # get, post and delete.
    ("get /v1/charges --limit 50", ("GET /v1/charges", {"limit": 50})),
    ("get /v1/charges -l 50 -a ch_1", ("GET /v1/charges", {"limit": 50, "starting_after": "ch_1"})),
    ("get ch_1EGYgUByst5pquEtjb0EkYha", ("GET /v1/charges/ch_1EGYgUByst5pquEtjb0EkYha", {})),
    ("get cus_G6GQwbr1dWXt9O -e sources", ("GET /v1/customers/cus_G6GQwbr1dWXt9O", {"expand": ["sources"]})),
    ("post cus_G6GQwbr1dWXt9O -d name=Jenny", ("POST /v1/customers/cus_G6GQwbr1dWXt9O", {"name": "Jenny"})),
    ("get v1/charges", ("GET /v1/charges", {})),
    ("get /charges/ch_1 -e customer", ("GET /v1/charges/ch_1", {"expand": ["customer"]})),
    ("get charges -d limit=3", ("GET /v1/charges", {"limit": 3})),
    ("get 'charges?limit=3'", ("GET /v1/charges", {"limit": 3})),
    ("delete /customers/cus_1 -c", ("DELETE /v1/customers/cus_1", {})),
    (
        'post /payment_intents -d amount=2000 -d currency=usd -d "allowed_payment_method_types[]=card"',
        ("POST /v1/payment_intents", {"amount": 2000, "currency": "usd", "allowed_payment_method_types": ["card"]}),
    ),
    ("get /v2/core/accounts --limit 3", ("GET /v2/core/accounts", {"limit": 3})),
    ("get /v2/core/accounts -d '{\"limit\": 3}'", ("GET /v2/core/accounts", {"limit": 3})),
    # v2 and its JSON.
    ("v2 core event_destinations list --limit 3", ("GET /v2/core/event_destinations", {"limit": 3})),
    (
        "v2 core accounts create --contact-email j@example.com --identity.country us",
        ("POST /v2/core/accounts", {"contact_email": "j@example.com", "identity": {"country": "us"}}),
    ),
    (
        'v2 core accounts create -d \'{"contact_email": "j@example.com", "identity": {"country": "us"}}\'',
        ("POST /v2/core/accounts", {"contact_email": "j@example.com", "identity": {"country": "us"}}),
    ),
    (
        'post /v2/core/accounts --data "{\\"contact_email\\": \\"j@example.com\\", \\"include\\": [\\"identity\\"]}"',
        ("POST /v2/core/accounts", {"contact_email": "j@example.com", "include": ["identity"]}),
    ),
]
"""A line, and what it means: the method and the path, and what is given, in the query or the body."""

BLOCKS: list[tuple[str, Meaning]] = [
    # The example in the help of post, in the words of today's API.
    (
        """stripe post /payment_intents \\
    -d amount=2000 \\
    -d currency=usd \\
    -d "allowed_payment_method_types[]=card\"""",
        ("POST /v1/payment_intents", {"amount": 2000, "currency": "usd", "allowed_payment_method_types": ["card"]}),
    ),
    (
        """stripe customers create  \\
  --name="Jenny Rosen" \\
  --email=jenny@example.com \\
  --shipping '{"name": "Jenny", "address": {"line1": "510 Townsend St", "country": "US"}}'""",
        (
            "POST /v1/customers",
            {
                "name": "Jenny Rosen",
                "email": "jenny@example.com",
                "shipping": {"name": "Jenny", "address": {"line1": "510 Townsend St", "country": "US"}},
            },
        ),
    ),
    (
        """stripe checkout sessions create \\
  --success-url="https://example.com/success?id={CHECKOUT_SESSION_ID}" \\
  -d "line_items[0][price]"=price_1 \\
  -d "line_items[0][quantity]"=2 \\
  --mode=payment""",
        (
            "POST /v1/checkout/sessions",
            {
                "success_url": "https://example.com/success?id={CHECKOUT_SESSION_ID}",
                "line_items": [{"price": "price_1", "quantity": 2}],
                "mode": "payment",
            },
        ),
    ),
    (
        """$ stripe prices create \\
\t--product prod_1 --currency usd \\
\t--unit-amount 1000 \\
\t-d "recurring[interval]=month\"""",
        (
            "POST /v1/prices",
            {"product": "prod_1", "currency": "usd", "unit_amount": 1000, "recurring": {"interval": "month"}},
        ),
    ),
    (
        """v2 core event_destinations create \\
  --name "All of it" --type webhook_endpoint --event-payload thin \\
  --enabled-events v1.billing.meter.error_report_triggered \\
  --webhook-endpoint.url https://example.com/hook \\
  --include webhook_endpoint.url""",
        (
            "POST /v2/core/event_destinations",
            {
                "name": "All of it",
                "type": "webhook_endpoint",
                "event_payload": "thin",
                "enabled_events": ["v1.billing.meter.error_report_triggered"],
                "webhook_endpoint": {"url": "https://example.com/hook"},
                "include": ["webhook_endpoint.url"],
            },
        ),
    ),
]
"""Blocks of lines as they are pasted from documentation and scripts."""

MEMBERS = "ok operation method path query body headers encoded missing stated risk flags approval policy"


def explained(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str) -> list[dict[str, Any]]:
    """The answers to what stands on standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert main(["explain", "--stdin"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def meant(told: dict[str, Any]) -> Meaning:
    """The meaning of an answer, which must be whole."""
    assert told["ok"], told
    assert set(told) == set(MEMBERS.split())
    sent, empty = ("body", "query") if told["method"] == "POST" else ("query", "body")
    assert told[empty] == {}
    return f"{told['method']} {told['path']}", told[sent]


def test_every_documented_form_has_its_meaning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All on one standard input, each answered with one line."""
    told = explained(monkeypatch, capsys, "\n".join(text for text, _ in FORMS))
    assert [(text, meant(each)) for (text, _), each in zip(FORMS, told, strict=True)] == FORMS


def test_pasted_blocks_are_one_text_each(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Backslashes at the ends of lines go on with the next; the line behind a block is a text of its own."""
    told = explained(monkeypatch, capsys, "\n".join(text for text, _ in BLOCKS) + "\ncustomers list\n")
    wanted = [*(meaning for _, meaning in BLOCKS), ("GET /v1/customers", {})]
    assert [meant(each) for each in told] == wanted


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("charges list --stripe-account acct_1", {"Stripe-Account": "acct_1"}),
        ("charges list --stripe-account=acct_1", {"Stripe-Account": "acct_1"}),
        ("get /v1/charges --stripe-context acct_1/acct_2", {"Stripe-Context": "acct_1/acct_2"}),
    ],
)
def test_other_accounts_are_named_by_headers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, headers: dict[str, str]
) -> None:
    """Beside the API version, which is always the catalog's."""
    (told,) = explained(monkeypatch, capsys, text)
    version = told["headers"].pop("Stripe-Version")
    assert told["headers"] == headers
    assert version


@pytest.mark.parametrize(
    "option",
    ["-i key", "--idempotency=key", "-v 2020-08-27", "--stripe-version 2020-08-27", "-s", "--show-headers",
     "--dark-style", "--api-base http://127.0.0.1", "-p rocket", "--help", "-h"],
)  # fmt: skip
def test_what_is_fixed_here_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    """Never ignored, since it would mean something to the CLI."""
    (told,) = explained(monkeypatch, capsys, f"customers list {option}")
    assert not told["ok"]
    assert told["error"]["code"] == "refused_option"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('customers create -d \'{"name": "Jenny"}\'', "invalid_option"),
        ("v2 core accounts create -d '{\"contact_email\": }'", "invalid_value"),
        ("v2 core accounts create -d '{\"identity\": {}}' --identity.country us", "duplicate_parameter"),
        ("v2 core accounts create -d '{\"nothing\": 1}'", "unknown_parameter"),
        ("get nothing", "unknown_operation"),
        ("delete charges", "unknown_operation"),
    ],
)
def test_what_the_cli_would_not_send_either_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, code: str
) -> None:
    """JSON belongs to v2 and must be JSON; nothing is given twice; a path of one word must be one."""
    (told,) = explained(monkeypatch, capsys, text)
    assert not told["ok"]
    assert told["error"]["code"] == code
