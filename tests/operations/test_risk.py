"""Tiers and flags by path and by parameter, and the properties that no edit of the rules may break."""

from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from operations.call import FileContent, bind
from operations.registry import registry
from operations.risk import TIERS, Flag, Risk, Tier, assess, assess_operation
from operations.spec import Method, Operation, Response


def operation(key: str) -> Operation:
    """An operation by ``METHOD path``, in the registry or not."""
    method, path = key.split(" ")
    return Operation(name=key, method=method, path=path, response=Response(kind="object"))  # type: ignore[arg-type]


def risk(key: str, **parameters: object) -> Risk:
    return assess(bind(operation(key), {}, parameters))


OPERATIONS = st.sampled_from(registry().operations)
SCALARS: st.SearchStrategy[object] = (
    st.booleans()
    | st.none()
    | st.integers(-1, 2)
    | st.sampled_from(["", "true", "false", "cancel", "canceled", "x", "number"])
)
NAMES = st.sampled_from(
    """
    active amount balance bank_account cancel_at cancel_at_period_end card cash_balance confirm cvc default_source
    deleted disabled enabled end_behavior expand external_account include items metadata number pause_collection payouts
    refund_amount refunds settings source status submit
    """.split()  # noqa: SIM905
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.dictionaries(NAMES, inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=6,
)
PARAMETERS = st.dictionaries(NAMES, VALUES, max_size=5)


def higher(first: Tier, second: Tier) -> bool:
    return TIERS.index(first) > TIERS.index(second)


# --- operations -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "tier", "rule"),
    [
        ("GET /v1/refunds/{refund}", "read", "R1"),
        ("DELETE /v1/coupons/{coupon}", "destructive", "R2"),
        ("DELETE /v1/test_helpers/test_clocks/{test_clock}", "destructive", "R2"),
        ("POST /v1/test_helpers/test_clocks/{test_clock}/advance", "write", "R3"),
        ("POST /v1/invoices/create_preview", "read", "R4"),
        ("POST /v1/refunds/{refund}", "write", "R5"),
        ("POST /v1/payment_intents/{intent}/cancel", "destructive", "R6"),
        ("POST /v1/apps/secrets/delete", "destructive", "R6"),
        ("POST /v1/quotes/{quote}/accept", "money", "R7"),
        ("POST /v1/refunds", "money", "R7"),
        ("POST /v1/payouts", "money", "R8"),
        ("POST /v1/accounts/{account}", "money", "R8"),
        ("POST /v1/invoices/{invoice}/add_lines", "money", "R8"),
        ("POST /v1/account_links", "write", "R9"),
        ("POST /v1/customers/{customer}/explode", "money", "R10"),
        ("POST /v1/customers", "write", "R11"),
        ("POST /v1/brand_new_things", "money", "R12"),
    ],
)
def test_the_first_rule_that_matches_decides(key: str, tier: Tier, rule: str) -> None:
    """One example per rule; what nobody has looked at counts as money."""
    judged = assess_operation(operation(key))
    assert (judged.tier, judged.rule) == (tier, rule)


@given(OPERATIONS)
def test_every_deletion_is_destructive_and_every_read_is_a_read(each: Operation) -> None:
    """The two tiers that follow from the method alone."""
    tier = assess_operation(each).tier
    assert (tier == "destructive") or each.method != "DELETE"
    assert (tier == "read") == (each.method == "GET" or each.path == "/v1/invoices/create_preview")


def test_an_acting_account_is_judged_like_any_account() -> None:
    """/v1/account/… is the same door as /v1/accounts/{account}/…, without the id."""
    mine = [
        each for each in registry().operations if each.path == "/v1/account" or each.path.startswith("/v1/account/")
    ]
    assert len(mine) > 20
    for each in mine:
        twin = operation(f"{each.method} {each.path.replace('/v1/account', '/v1/accounts/{account}', 1)}")
        assert assess_operation(each) == assess_operation(twin)
    assert assess_operation(operation("POST /v1/account_links")).tier == "write", "only whole segments are meant"


@given(
    st.sampled_from(["GET", "POST", "DELETE"]),
    st.lists(st.sampled_from(["customers", "{id}", "refund", "void", "x", "test_helpers"]), min_size=1, max_size=4),
)
def test_placeholder_names_do_not_matter(method: Method, segments: list[str]) -> None:
    """A rule sees the shape of a path; names differ between Stripe's own sources."""
    path = "/v1/" + "/".join(segments)
    renamed = path.replace("{id}", "{subscription_exposed_id}")
    assert assess_operation(operation(f"{method} {path}")) == assess_operation(operation(f"{method} {renamed}"))


@pytest.mark.parametrize(
    "key",
    [
        "POST /v1/refunds",
        "POST /v1/charges/{charge}/refund",
        "POST /v1/charges/{charge}/refunds",
        "POST /v1/application_fees/{id}/refund",
        "POST /v1/application_fees/{id}/refunds",
        "POST /v1/transfers/{id}/reversals",
        "POST /v1/terminal/readers/{reader}/refund_payment",
        "POST /v1/treasury/credit_reversals",
        "POST /v1/treasury/debit_reversals",
    ],
)
def test_every_door_to_a_refund_is_marked(key: str) -> None:
    """Whichever way money goes back, the same lock is on it."""
    judged = assess_operation(operation(key))
    assert judged.tier == "money"
    assert "refund" in judged.flags
    assert registry().by_key(key) is not None


@pytest.mark.parametrize(
    ("parameters", "refunds"),
    [
        ({"invoice": "in_1", "amount": 500, "refund_amount": 500}, True),
        ({"invoice": "in_1", "refund_amount": "500"}, True),
        ({"invoice": "in_1", "amount": 500, "credit_amount": 500}, False),
        ({"invoice": "in_1", "refunds": [{"refund": "re_1", "amount_refunded": 5}]}, False),
        ({"invoice": "in_1", "metadata": {"refund_amount": "5"}}, False),
        ({"invoice": "in_1"}, False),
    ],
    ids=str,
)
def test_a_credit_note_refunds_where_it_says_so(parameters: dict[str, object], refunds: bool) -> None:
    """refund_amount sends money back; a credit stays, and refunds[] names refunds that were made elsewhere."""
    assert ("refund" in risk("POST /v1/credit_notes", **parameters).flags) is refunds


def test_what_moves_no_money_back_is_no_refund() -> None:
    """Updates of a refund, reports of one that happened elsewhere, tax records, and test helpers."""
    for key in (
        "GET /v1/refunds",
        "POST /v1/refunds/{refund}",
        "POST /v1/charges/{charge}/refunds/{refund}",
        "POST /v1/payment_records/{id}/report_refund",
        "POST /v1/tax/transactions/create_reversal",
        "POST /v1/payouts/{payout}/reverse",
        "POST /v1/test_helpers/issuing/transactions/{transaction}/refund",
    ):
        assert "refund" not in assess_operation(operation(key)).flags


@pytest.mark.parametrize(
    ("key", "flags"),
    [
        ("POST /v1/issuing/cards", {"secret"}),
        ("POST /v1/apps/secrets/delete", {"exfil", "off", "secret"}),
        ("POST /v1/checkout/sessions/{session}/expire", {"secret", "value"}),
        ("DELETE /v1/webhook_endpoints/{webhook_endpoint}", {"exfil"}),
        ("DELETE /v1/ephemeral_keys/{key}", {"off", "secret"}),
        ("POST /v1/forwarding/requests", {"exfil", "off"}),
        ("POST /v1/tokens", {"off", "secret"}),
        ("GET /v1/payment_intents/{intent}", {"secret"}),
        ("GET /v1/apps/secrets/find", {"off", "secret"}),
        ("GET /v1/test_helpers/test_clocks", {"test"}),
        ("DELETE /v1/customers/{customer}", {"value", "irreversible"}),
        ("POST /v1/invoices/{invoice}/void", {"irreversible"}),
        ("POST /v1/webhook_endpoints", {"exfil", "secret"}),
        ("POST /v1/account/login_links", {"exfil", "secret"}),
    ],
)
def test_flags_say_what_else_must_be_handled(key: str, flags: set[Flag]) -> None:
    """Flags are independent of the tier."""
    assert assess_operation(operation(key)).flags == flags


@pytest.mark.parametrize(
    ("link", "flags"),
    [
        (None, set()),
        ({"create": True}, {"exfil", "secret"}),
        ({"create": "true"}, {"exfil", "secret"}),
        ({"create": False}, set()),
    ],
)
def test_an_upload_that_makes_a_link_is_the_creation_of_a_link(
    link: dict[str, object] | None, flags: set[Flag]
) -> None:
    """Who has the link needs no key."""
    parameters = {"purpose": "dispute_evidence", "file": FileContent("a.pdf", "application/pdf", b"%PDF-")}
    call = bind(operation("POST /v1/files"), {}, parameters | ({"file_link_data": link} if link else {}))
    assert assess(call).flags == flags


# --- parameters -------------------------------------------------------------------------------------------------------

CARD = "POST /v1/issuing/cards/{card}"
SUBSCRIPTION = "POST /v1/subscriptions/{subscription_exposed_id}"
LEGACY_SUBSCRIPTION = "POST /v1/customers/{customer}/subscriptions/{subscription_exposed_id}"
SCHEDULE = "POST /v1/subscription_schedules/{schedule}"
ACCOUNT = {"type": "custom"}


@pytest.mark.parametrize(
    ("key", "parameters", "tier", "rule"),
    [
        ("POST /v1/payment_intents", {"amount": 5, "currency": "usd"}, "write", "P1"),
        ("POST /v1/payment_intents", {"amount": 5, "confirm": False}, "write", "P1"),
        ("POST /v1/payment_intents", {"amount": 5, "confirm": True}, "money", "R8"),
        ("POST /v1/payment_intents", {"amount": 5, "confirm": "TRUE"}, "money", "R8"),
        ("POST /v1/payment_intents", {"amount": 5, "confirm": "1"}, "money", "R8"),
        ("POST /v1/setup_intents", {}, "write", "R9"),
        ("POST /v1/setup_intents", {"confirm": True}, "money", "P2"),
        ("POST /v1/checkout/sessions", {"payment_intent_data": {"deep": [{"confirm": "true"}]}}, "money", "P2"),
        ("POST /v1/disputes/{dispute}", {}, "destructive", "P3"),
        ("POST /v1/disputes/{dispute}", {"metadata": {"a": "b"}}, "destructive", "P3"),
        ("POST /v1/disputes/{dispute}", {"submit": True}, "destructive", "P3"),
        ("POST /v1/disputes/{dispute}", {"submit": "no"}, "destructive", "P3"),
        ("POST /v1/disputes/{dispute}", {"evidence": {"submit": False}}, "destructive", "P3"),
        ("POST /v1/disputes/{dispute}", {"submit": False}, "write", "R11"),
        ("POST /v1/disputes/{dispute}", {"submit": "false"}, "write", "R11"),
        ("POST /v1/charges/{charge}/dispute", {}, "destructive", "P3"),
        ("POST /v1/charges/{charge}/dispute", {"submit": False}, "money", "R7"),
        ("POST /v1/customers/{customer}", {"name": "Jenny"}, "write", "R11"),
        ("POST /v1/customers/{customer}", {"balance": -500}, "money", "P4"),
        ("POST /v1/customers", {"cash_balance": {"settings": {}}}, "money", "P4"),
        ("POST /v1/customers", {"source": "tok_visa"}, "money", "P4"),
        ("POST /v1/customers/{customer}", {"default_source": "card_1"}, "money", "P4"),
        ("POST /v1/accounts", ACCOUNT, "write", "R11"),
        ("POST /v1/accounts", {**ACCOUNT, "external_account": "btok_1"}, "money", "P5"),
        ("POST /v1/accounts", {**ACCOUNT, "settings": {"payouts": {"statement_descriptor": "x"}}}, "money", "P5"),
        (CARD, {"status": "active"}, "money", "R8"),
        (CARD, {"status": "inactive"}, "destructive", "P6"),
        ("POST /v1/issuing/tokens/{token}", {"status": "deleted"}, "destructive", "P6"),
        ("POST /v1/prices/{price}", {"active": False}, "destructive", "P7"),
        ("POST /v1/prices/{price}", {"active": "false"}, "destructive", "P7"),
        ("POST /v1/prices/{price}", {"active": True}, "write", "R11"),
        ("POST /v1/payment_method_domains/{domain}", {"enabled": False}, "destructive", "P7"),
        ("POST /v1/webhook_endpoints/{endpoint}", {"disabled": True}, "destructive", "P7"),
        ("POST /v1/webhook_endpoints/{endpoint}", {"disabled": False}, "write", "R9"),
        (
            "POST /v1/billing_portal/configurations/{configuration}",
            {"features": {"invoice_history": {"enabled": False}}},
            "destructive",
            "P7",
        ),
        ("POST /v1/payment_intents", {"automatic_payment_methods": {"enabled": False}}, "write", "P1"),
        ("POST /v1/products", {"name": "Hat", "active": False}, "destructive", "P7"),
        (SUBSCRIPTION, {"cancel_at_period_end": True}, "destructive", "P8"),
        (SUBSCRIPTION, {"cancel_at_period_end": False}, "money", "R8"),
        (SUBSCRIPTION, {"cancel_at": 1_800_000_000}, "destructive", "P8"),
        (SUBSCRIPTION, {"cancel_at": ""}, "money", "R8"),
        (SUBSCRIPTION, {"pause_collection": {"behavior": "void"}}, "destructive", "P8"),
        (SUBSCRIPTION, {"items": [{"id": "si_1", "deleted": True}]}, "destructive", "P8"),
        (LEGACY_SUBSCRIPTION, {"cancel_at_period_end": "true"}, "destructive", "P8"),
        (SCHEDULE, {"end_behavior": "cancel"}, "destructive", "P8"),
        (SCHEDULE, {"end_behavior": "release"}, "money", "R8"),
        ("GET /v1/products", {"active": False}, "read", "R1"),
        ("GET /v1/subscriptions", {"status": "canceled"}, "read", "R1"),
        ("POST /v1/invoices/create_preview", {"subscription_details": {"cancel_at_period_end": True}}, "read", "R4"),
    ],
    ids=str,
)
def test_parameters_raise_the_tier(key: str, parameters: dict[str, object], tier: Tier, rule: str) -> None:
    """The same harm by another door has the same tier; a filter or a preview does none."""
    judged = risk(key, **parameters)
    assert (judged.tier, judged.rule) == (tier, rule)


@pytest.mark.parametrize(
    "parameters",
    [
        {"card": {"number": "4242", "exp_year": 2030}},
        {"card": {"cvc": "123"}},
        {"source": {"number": "4242"}},
        {"payment_method_data": {"type": "card", "card": {"number": "4242"}}},
        {"external_account": {"object": "card", "number": "4242"}},
        {"anything": [{"number": "4242", "cvc": "123"}]},
    ],
    ids=str,
)
def test_card_data_has_no_place_in_chat(parameters: dict[str, object]) -> None:
    """P9: whatever the operation and however deep."""
    judged = risk("POST /v1/payment_methods", **parameters)
    assert "off" in judged.flags
    assert judged.rule == "P9"


@pytest.mark.parametrize(
    ("key", "parameters"),
    [
        ("POST /v1/invoices", {"number": "INV-7"}),
        ("POST /v1/payment_methods", {"card": {"token": "tok_visa"}}),
        ("POST /v1/customers", {"metadata": {"cvc": "1", "number": "2"}}),
        ("POST /v1/payment_methods", {"card": {"number": ""}}),
    ],
    ids=str,
)
def test_other_numbers_are_no_card_data(key: str, parameters: dict[str, object]) -> None:
    """An invoice has a number too."""
    assert "off" not in risk(key, **parameters).flags


@pytest.mark.parametrize(
    ("parameters", "secret"),
    [
        ({"expand": ["number", "cvc"]}, True),
        ({"expand": ["data.latest_invoice.payment_intent"]}, True),
        ({"expand": ["client_secret"]}, True),
        ({"include": ["webhook_endpoint.signing_secret"]}, True),
        ({"expand": ["customer"]}, False),
        ({"expand": ["phone_number"]}, False),
        ({"limit": 3}, False),
    ],
    ids=str,
)
def test_an_expansion_can_bring_a_secret(parameters: dict[str, object], secret: bool) -> None:
    """P11: card numbers and client secrets come on request; the tier stays."""
    judged = risk("GET /v1/charges", **parameters)
    assert ("secret" in judged.flags) is secret
    assert judged.tier == "read"


def test_ends_that_cannot_be_undone_say_so() -> None:
    """A canceled card and a deactivated feature stay so; an inactive card doesn't."""
    assert "irreversible" in risk(CARD, status="canceled").flags
    assert "irreversible" not in risk(CARD, status="inactive").flags
    assert "irreversible" in risk("POST /v1/entitlements/features/{id}", active=False).flags
    assert "irreversible" not in risk("POST /v1/entitlements/features/{id}", active=True).flags


# --- properties -------------------------------------------------------------------------------------------------------


@given(OPERATIONS, PARAMETERS)
def test_parameters_only_raise_what_the_path_says(each: Operation, parameters: dict[str, object]) -> None:
    """Apart from an intent that isn't confirmed, a bound call is never below its operation; no flag is lost."""
    by_path, by_call = assess_operation(each), assess(bind(each, {}, parameters))
    assert by_call.flags >= by_path.flags
    if by_call.rule != "P1" and each.path != "/v1/payment_intents":
        assert not higher(by_path.tier, by_call.tier)


@given(OPERATIONS, PARAMETERS, NAMES, VALUES)
def test_one_more_parameter_never_lowers_the_tier(
    each: Operation, parameters: dict[str, object], name: str, value: object
) -> None:
    """One-way escalation: nothing can be smuggled in beside a harmless-looking parameter."""
    assume(name not in parameters)
    assume(not (name == "submit" and "dispute" in each.path))
    fewer, more = assess(bind(each, {}, parameters)), assess(bind(each, {}, {**parameters, name: value}))
    assert not higher(fewer.tier, more.tier)
    assert more.flags >= fewer.flags


@given(OPERATIONS, PARAMETERS)
def test_metadata_changes_nothing(each: Operation, parameters: Mapping[str, object]) -> None:
    """P10: metadata is the caller's own, whatever it is called there."""
    bare = {name: value for name, value in parameters.items() if name != "metadata"}
    assert assess(bind(each, {}, {**bare, "metadata": dict(parameters)})) == assess(bind(each, {}, bare))


@given(OPERATIONS, PARAMETERS)
def test_a_deletion_is_destructive_whatever_it_carries(each: Operation, parameters: dict[str, object]) -> None:
    """Every DELETE, always."""
    if each.method == "DELETE":
        assert assess(bind(each, {}, parameters)).tier == "destructive"


def test_all_doors_to_the_end_of_a_subscription_are_destructive() -> None:
    """Now, at the period's end, by schedule, by the legacy path, or by removing its items."""
    doors = [
        risk("DELETE /v1/subscriptions/{subscription_exposed_id}"),
        risk("DELETE /v1/customers/{customer}/subscriptions/{subscription_exposed_id}"),
        risk("DELETE /v1/subscription_items/{item}"),
        risk("POST /v1/subscription_schedules/{schedule}/cancel"),
        risk("POST /v1/subscriptions/{subscription}/pause"),
        risk(SUBSCRIPTION, cancel_at_period_end=True),
        risk(SUBSCRIPTION, cancel_at=1),
        risk(SUBSCRIPTION, pause_collection={"behavior": "void"}),
        risk(LEGACY_SUBSCRIPTION, cancel_at_period_end=True),
        risk(SCHEDULE, end_behavior="cancel"),
    ]
    assert {door.tier for door in doors} == {"destructive"}
