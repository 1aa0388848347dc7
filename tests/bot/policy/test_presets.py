"""The default policy, over every operation of the registry and both modes."""

from collections.abc import Mapping

import pytest

from bot.policy import DEFAULT_POLICY, Ruling
from operations.call import bind
from operations.registry import registry
from operations.risk import assess, assess_operation

REFUND_DOORS = [
    ("POST /v1/refunds", {"charge": "ch_1"}),
    ("POST /v1/charges/{charge}/refund", {}),
    ("POST /v1/charges/{charge}/refunds", {}),
    ("POST /v1/credit_notes", {"invoice": "in_1", "refund_amount": 500}),
    ("POST /v1/application_fees/{id}/refund", {}),
    ("POST /v1/application_fees/{id}/refunds", {}),
    ("POST /v1/transfers/{id}/reversals", {}),
    ("POST /v1/terminal/readers/{reader}/refund_payment", {"charge": "ch_1"}),
    ("POST /v1/treasury/credit_reversals", {}),
    ("POST /v1/treasury/debit_reversals", {}),
]


def ruling(key: str, parameters: Mapping[str, object] | None = None, *, live: bool = False) -> Ruling:
    operation = registry().by_key(key)
    assert operation is not None, key
    return DEFAULT_POLICY.decide(assess(bind(operation, {}, parameters or {})), livemode=live)


@pytest.mark.parametrize("live", [False, True])
def test_every_delete_waits_for_approval_unless_it_is_denied(live: bool) -> None:
    """No DELETE runs on one person's word, in either mode."""
    for operation in registry().operations:
        if operation.method == "DELETE":
            verdict = DEFAULT_POLICY.decide(assess_operation(operation), livemode=live).verdict
            assert verdict in {"approval", "deny"}, operation.key


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize(("key", "parameters"), REFUND_DOORS)
def test_every_door_to_a_refund_waits_for_approval(key: str, parameters: dict[str, object], live: bool) -> None:
    """Money goes back only with a second person, whichever door is tried."""
    assert ruling(key, parameters, live=live).verdict == "approval"


@pytest.mark.parametrize("live", [False, True])
def test_every_destructive_operation_is_held_back(live: bool) -> None:
    """What ends or destroys something never runs at once."""
    for operation in registry().operations:
        risk = assess_operation(operation)
        if risk.tier == "destructive":
            assert DEFAULT_POLICY.decide(risk, livemode=live).verdict != "allow", operation.key


def test_money_moves_at_once_in_test_mode_and_waits_in_live_mode() -> None:
    """The mode alone makes the difference for what moves money."""
    parameters = {"amount": 100, "currency": "usd"}
    assert ruling("POST /v1/payouts", parameters).verdict == "allow"
    assert ruling("POST /v1/payouts", parameters, live=True).verdict == "approval"


def test_test_helpers_are_denied_on_a_live_account() -> None:
    """A test helper can't work with a live key, so nobody is asked to approve it."""
    assert ruling("POST /v1/test_helpers/test_clocks", {"frozen_time": 1}, live=True).verdict == "deny"


def test_what_has_no_place_in_chat_is_denied_in_both_modes() -> None:
    """Card data, app secrets and session keys are kept out."""
    assert ruling("POST /v1/ephemeral_keys").verdict == "deny"
    assert ruling("POST /v1/ephemeral_keys", live=True).verdict == "deny"


def test_a_webhook_endpoint_on_a_live_account_waits_for_approval() -> None:
    """Sending live data elsewhere takes a second person though nothing is charged or deleted."""
    parameters = {"url": "https://example.com/hook", "enabled_events": ["*"]}
    assert ruling("POST /v1/webhook_endpoints", parameters).verdict == "allow"
    assert ruling("POST /v1/webhook_endpoints", parameters, live=True).verdict == "approval"


@pytest.mark.parametrize("live", [False, True])
def test_reads_run(live: bool) -> None:
    """Looking costs nothing."""
    assert ruling("GET /v1/customers", live=live).verdict == "allow"
