"""Made-up values to show: a small bookshop's Stripe objects, and the calls, runs and approvals around them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.approval import Approval, Item
from bot.blocks import Posted
from bot.cards import Manner, result
from bot.domain import Account, ApprovalState, Decision, FrozenCall, Place, Run, RunState
from bot.policy import Plan
from bot.text import Style
from operations.call import bind
from operations.outcome import Failed, Outcome, StripeError, Succeeded
from operations.risk import Flag, Risk, Tier
from operations.shaping import AS_IT_IS, Shaping
from operations.spec import Method, Operation, Parameter, PathParameter, Response, ResponseKind, Shape

ALICE, BOB = "U01ALICE", "U02BOB"
CHANNEL = "C01GEN"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CREATED = 1795348800  # 2026-11-22 12:00 UTC
REQUEST = "req_Q2FuWW91UmVhZA"

TEST = Account(
    team_id="T01TEST",
    id="acc1",
    version=1,
    alias="default",
    livemode=False,
    stripe_account_id="acct_1CedarBooks",
    name="Cedar Books",
    key_kind="rk",
    tail4="x7Qm",
)
LIVE = replace(TEST, id="acc2", alias="eu-store", livemode=True, key_kind="sk", tail4="Lq9z")


def operation(
    name: str,
    method: Method,
    path: str,
    *,
    answers: ResponseKind = "object",
    objects: tuple[str, ...] = (),
    parameters: Sequence[str] = (),
    ids: Sequence[str] = (),
) -> Operation:
    """An operation as the registry has it, in the parts that cards look at."""
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return Operation(
        name=name,
        method=method,
        path=path,
        path_parameters=tuple(PathParameter(name=each, refers=each if each != "id" else "") for each in names),
        parameters=tuple(Parameter(name=each, shape=Shape(kind="string")) for each in parameters)
        + tuple(Parameter(name=each, shape=Shape(kind="string", meaning="id", refers=each)) for each in ids),
        response=Response(kind=answers, objects=objects),
    )


LIST_PARAMETERS = ("limit", "starting_after", "ending_before", "email")
CUSTOMERS_LIST = operation(
    "customers list", "GET", "/v1/customers", answers="list", objects=("customer",), parameters=LIST_PARAMETERS
)
CHARGES_LIST = operation(
    "charges list", "GET", "/v1/charges", answers="list", objects=("charge",), parameters=LIST_PARAMETERS
)
CUSTOMERS_SEARCH = operation(
    "customers search",
    "GET",
    "/v1/customers/search",
    answers="search",
    objects=("customer",),
    parameters=("query", "limit", "page"),
)
CUSTOMERS_DELETE = operation(
    "customers delete", "DELETE", "/v1/customers/{customer}", answers="deleted", objects=("customer",)
)
REFUNDS_CREATE = operation(
    "refunds create",
    "POST",
    "/v1/refunds",
    objects=("refund",),
    parameters=("amount", "reason", "metadata", "currency"),
    ids=("charge", "payment_intent"),
)
PAYOUTS_CREATE = operation(
    "payouts create", "POST", "/v1/payouts", objects=("payout",), parameters=("amount", "currency", "description")
)


def retrieve(kind: str) -> Operation:
    """The operation that gets one object of a kind."""
    return operation(f"{kind}s retrieve", "GET", f"/v1/{kind}s/{{{kind}}}", objects=(kind,))


def frozen(
    called: Operation,
    account: Account = TEST,
    *,
    path: Mapping[str, str] | None = None,
    parameters: Mapping[str, object] | None = None,
    tier: Tier = "read",
    flags: Sequence[Flag] = (),
    stripe_account: str | None = None,
    shaping: Shaping = AS_IT_IS,
) -> FrozenCall:
    """A call as it would be recorded."""
    return FrozenCall(
        id="call1",
        call=bind(called, path, parameters, stripe_account=stripe_account),
        account=account,
        risk=Risk(tier=tier, flags=frozenset(flags), rule="R1"),
        digest="3fa94c21" + "0" * 56,
        shaping=shaping,
    )


def run(call: FrozenCall, state: RunState = "succeeded", approval_id: str | None = None) -> Run:
    """A run of the call, asked for by Alice."""
    return Run(
        team_id="T01TEST",
        id="run1",
        frozen=call,
        actor_id=ALICE,
        place=Place(CHANNEL),
        rule="everything else runs",
        idempotency_key="countersign-run1",
        state=state,
        attempts=1,
        fence=1,
        created_at=NOON,
        approval_id=approval_id,
    )


def approval(
    call: FrozenCall, state: ApprovalState = "pending", rule: str = "refunds need a second person"
) -> Approval:
    """An approval that Alice asks for, and Bob decided where it is decided."""
    verdict = {"approved": "approve", "denied": "deny"}.get(state)
    return Approval(
        team_id="T01TEST",
        id="apr_8Kd2",
        items=(Item(call),),
        requester_id=ALICE,
        place=Place(CHANNEL),
        rule=rule,
        plan=Plan(),
        state=state,
        created_at=NOON,
        expires_at=NOON.replace(hour=16),
        decisions=(Decision(BOB, verdict, NOON.replace(minute=7)),) if verdict else (),  # type: ignore[arg-type]  # a literal
    )


def refund_call(account: Account, **parameters: object) -> FrozenCall:
    """A refund of a charge, of all of it unless an amount is given."""
    return frozen(
        REFUNDS_CREATE,
        account,
        parameters={"charge": "ch_3PzJenny", **parameters},
        tier="money",
        flags=("refund",),
    )


def succeeded(data: Any) -> Succeeded:
    return Succeeded(status=200, data=data, request_id=REQUEST)


def manner(style: Style = "rich") -> Manner:
    """How answers are written at noon, for somebody in Berlin who reads English."""
    return Manner(style, zone=ZoneInfo("Europe/Berlin"), now=NOON.timestamp())


def masked(manner: Manner) -> Manner:
    """The same where others read along."""
    return replace(manner, masked=True)


def results(call: FrozenCall, outcome: Outcome, manner: Manner) -> tuple[Posted, ...]:
    """What is posted of an outcome."""
    return result(run(call), outcome, manner)


def shaped(call: FrozenCall, shaping: Shaping, account: Account = TEST) -> FrozenCall:
    """The same call with something asked of its answer, on another account."""
    return replace(call, shaping=shaping, account=account)


def refused(status: int, **members: str) -> Failed:
    given = {"type": "invalid_request_error", "message": "Stripe says no.", **members}
    return Failed(StripeError(status=status, **given), request_id=REQUEST)


def customer(number: int, name: str | None, email: str) -> dict[str, Any]:
    return {
        "id": f"cus_Q{number:03}Reader",
        "object": "customer",
        "address": {"city": "Berlin", "country": "DE", "line1": "Lindenstr. 4"},
        "balance": 0,
        "created": CREATED - number * 86_400,
        "currency": "eur",
        "default_source": None,
        "delinquent": number == 2,
        "description": None,
        "email": email,
        "invoice_settings": {"default_payment_method": f"pm_1P{number}visa"},
        "livemode": False,
        "metadata": {},
        "name": name,
        "phone": None,
    }


CUSTOMERS = [
    customer(1, "Jenny Rosen", "jenny@example.com"),
    customer(2, "Tove Lindqvist & Søn", "tove@example.com"),
    customer(3, None, "info@lesekreis.example"),
]

CARD = {
    "type": "card",
    "card": {"brand": "visa", "last4": "4242", "exp_month": 4, "exp_year": 2030, "funding": "credit"},
}

OBJECTS: dict[str, dict[str, Any]] = {
    "customer": CUSTOMERS[0],
    "charge": {
        "id": "ch_3PzJenny",
        "object": "charge",
        "amount": 4250,
        "amount_refunded": 500,
        "billing_details": {"name": "Jenny Rosen", "email": "jenny@example.com"},
        "captured": True,
        "created": CREATED,
        "currency": "usd",
        "customer": "cus_Q001Reader",
        "description": "Order 6735: two novels, one atlas",
        "disputed": False,
        "livemode": False,
        "outcome": {"risk_level": "normal", "type": "authorized"},
        "paid": True,
        "payment_intent": "pi_3PzJenny",
        "payment_method_details": CARD,
        "receipt_url": "https://pay.stripe.com/receipts/payment/abc",
        "refunded": False,
        "status": "succeeded",
    },
    "refund": {
        "id": "re_3PzJennyBack",
        "object": "refund",
        "amount": 500,
        "charge": "ch_3PzJenny",
        "created": CREATED + 3600,
        "currency": "usd",
        "payment_intent": "pi_3PzJenny",
        "reason": "requested_by_customer",
        "status": "succeeded",
    },
    "payment_intent": {
        "id": "pi_3PzTove",
        "object": "payment_intent",
        "amount": 19900,
        "amount_received": 0,
        "client_secret": "pi_3PzTove_secret_" + "notReally",
        "created": CREATED,
        "currency": "sek",
        "customer": "cus_Q002Reader",
        "description": "Order 6736",
        "last_payment_error": {"message": "Your card has insufficient funds.", "code": "card_declined"},
        "status": "requires_payment_method",
    },
    "subscription": {
        "id": "sub_1PzClub",
        "object": "subscription",
        "cancel_at_period_end": True,
        "collection_method": "charge_automatically",
        "created": CREATED,
        "currency": "eur",
        "customer": "cus_Q001Reader",
        "default_payment_method": "pm_1P1visa",
        "items": {
            "object": "list",
            "data": [
                {
                    "id": "si_1",
                    "object": "subscription_item",
                    "current_period_end": CREATED + 20 * 86_400,
                    "price": {
                        "id": "price_club",
                        "object": "price",
                        "currency": "eur",
                        "nickname": "Book club",
                        "recurring": {"interval": "month", "interval_count": 1},
                        "unit_amount": 1500,
                    },
                    "quantity": 2,
                }
            ],
            "has_more": False,
        },
        "latest_invoice": "in_1PzClub",
        "status": "active",
    },
    "invoice": {
        "id": "in_1PzClub",
        "object": "invoice",
        "amount_due": 3000,
        "amount_paid": 0,
        "amount_remaining": 3000,
        "attempt_count": 1,
        "created": CREATED,
        "currency": "eur",
        "customer": "cus_Q001Reader",
        "customer_email": "jenny@example.com",
        "due_date": CREATED + 14 * 86_400,
        "number": "CEDAR-0042",
        "parent": {"subscription_details": {"subscription": "sub_1PzClub"}},
        "status": "open",
        "total": 3000,
    },
    "price": {
        "id": "price_club",
        "object": "price",
        "active": True,
        "created": CREATED,
        "currency": "eur",
        "lookup_key": "club-monthly",
        "nickname": None,
        "product": "prod_club",
        "recurring": {"interval": "month", "interval_count": 3},
        "type": "recurring",
        "unit_amount": 4500,
    },
    "product": {
        "id": "prod_club",
        "object": "product",
        "active": False,
        "created": CREATED,
        "default_price": "price_club",
        "description": "A novel each month, and an evening to talk about it.",
        "name": "Book club",
    },
    "coupon": {
        "id": "WINTER20",
        "object": "coupon",
        "created": CREATED,
        "duration": "repeating",
        "duration_in_months": 3,
        "max_redemptions": 100,
        "name": "Winter 20% off",
        "percent_off": 20.0,
        "redeem_by": CREATED + 60 * 86_400,
        "times_redeemed": 7,
        "valid": True,
    },
    "payout": {
        "id": "po_1PzWeek",
        "object": "payout",
        "amount": 128455,
        "arrival_date": 1795564800,
        "automatic": True,
        "created": CREATED,
        "currency": "eur",
        "description": "STRIPE PAYOUT",
        "destination": "ba_1PzBank",
        "method": "standard",
        "status": "in_transit",
        "type": "bank_account",
    },
    "dispute": {
        "id": "dp_1PzAtlas",
        "object": "dispute",
        "amount": 4250,
        "charge": "ch_3PzJenny",
        "created": CREATED,
        "currency": "usd",
        "evidence_details": {"due_by": CREATED + 9 * 86_400, "submission_count": 0},
        "is_charge_refundable": False,
        "payment_intent": "pi_3PzJenny",
        "reason": "product_not_received",
        "status": "needs_response",
    },
    "balance": {
        "object": "balance",
        "available": [{"amount": 128455, "currency": "eur"}, {"amount": 52000, "currency": "jpy"}],
        "livemode": False,
        "pending": [{"amount": 9900, "currency": "eur"}],
    },
    "balance_transaction": {
        "id": "txn_3PzJenny",
        "object": "balance_transaction",
        "amount": 4250,
        "available_on": CREATED + 7 * 86_400,
        "created": CREATED,
        "currency": "usd",
        "fee": 153,
        "net": 4097,
        "source": "ch_3PzJenny",
        "status": "pending",
        "type": "charge",
    },
    "account": {
        "id": "acct_1CedarBooks",
        "object": "account",
        "business_profile": {"name": "Cedar Books"},
        "charges_enabled": True,
        "country": "DE",
        "created": CREATED,
        "default_currency": "eur",
        "email": "hello@cedar.example",
        "payouts_enabled": False,
        "requirements": {"currently_due": ["external_account"], "disabled_reason": None},
        "type": "standard",
    },
    "event": {
        "id": "evt_1PzRefund",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": CREATED,
        "data": {"object": {"id": "re_3PzJennyBack", "object": "refund", "amount": 500, "currency": "usd"}},
        "pending_webhooks": 1,
        "request": {"id": REQUEST},
        "type": "refund.created",
    },
    "payment_method": {
        "id": "pm_1P1visa",
        "object": "payment_method",
        "billing_details": {"name": "Jenny Rosen", "email": None},
        "created": CREATED,
        "customer": "cus_Q001Reader",
        **CARD,
    },
    "tax_rate": {
        "id": "txr_1PzBooks",
        "object": "tax_rate",
        "active": True,
        "country": "DE",
        "created": CREATED,
        "display_name": "VAT on books",
        "inclusive": True,
        "percentage": 7.0,
    },
    "file": {
        "id": "file_1PzProof",
        "object": "file",
        "created": CREATED,
        "expires_at": CREATED + 270 * 86_400,
        "filename": "proof of delivery.pdf",
        "links": {"object": "list", "data": [], "has_more": False, "url": "/v1/file_links?file=file_1PzProof"},
        "purpose": "dispute_evidence",
        "size": 4_812_345,
        "title": None,
        "type": "pdf",
        "url": "https://files.stripe.com/v1/files/file_1PzProof/contents",
    },
    "v2.core.account": {
        "id": "acct_1PzV2",
        "object": "v2.core.account",
        "applied_configurations": ["merchant"],
        "contact_email": "hello@cedar.example",
        "created": "2026-11-22T12:00:00.000Z",
        "display_name": "Cedar Books Outlet",
        "livemode": False,
    },
}


def page(items: Sequence[object], *, more: bool = False) -> dict[str, Any]:
    """A v1 list."""
    return {"object": "list", "data": list(items), "has_more": more, "url": "/v1/things"}
