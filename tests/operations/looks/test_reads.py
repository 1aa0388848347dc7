"""What is read before a call is signed: few reads that harm nothing, for nearly everything that can do harm."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations import ids, samples
from operations.call import Call, FileContent, bind
from operations.encoding import encode
from operations.looks import MOST_READS, Read, reads
from operations.looks.kinds import KINDS
from operations.looks.places import place_of
from operations.looks.table import LOOKS
from operations.registry import registry
from operations.risk import assess, assess_operation
from operations.spec import Operation
from tests.operations.looks.conftest import Looker
from tests.strategies import calls

REGISTRY = registry()
HARMFUL = [each for each in REGISTRY.operations if assess_operation(each).tier in ("money", "destructive")]


def bound(key: str, *path_ids: str, **parameters: object) -> Call:
    operation = REGISTRY.by_key(key)
    assert operation is not None, key
    return bind(operation, dict(zip(ids.placeholders(operation.path), path_ids, strict=True)), parameters)


def sampled(operation: Operation) -> Call:
    """A plausible call that names what it is about."""
    look = LOOKS.get(place_of(operation))
    named = look.named[:1] if look is not None else ()
    return bound(
        operation.key,
        *samples.path_ids(operation),
        **{each.parameter: samples.object_id(each.kind) for each in named},
    )


def looks_of_harmful() -> Iterator[tuple[Operation, tuple[Read, ...]]]:
    for operation in HARMFUL:
        yield operation, reads(sampled(operation), REGISTRY)


def assert_harmless(call: Call, found: tuple[Read, ...]) -> None:
    assert len(found) <= MOST_READS
    assert len({each.name for each in found}) == len(found)
    for each in found:
        assert assess(each.call).tier == "read"
        assert ids.reaches(REGISTRY, each.call.operation, each.call.path_values)
        assert each.call.stripe_account == call.stripe_account
        encode(each.call, REGISTRY.api_version)


def test_171_of_173_harmful_operations_on_an_object_look_at_it_and_100_know_its_kind() -> None:
    """An ephemeral key and an external account without its owner are retrieved by no operation."""
    found = {operation.key: found for operation, found in looks_of_harmful() if operation.path_parameters}
    assert {key for key, each in found.items() if not each} == {
        "DELETE /v1/ephemeral_keys/{key}",
        "POST /v1/external_accounts/{id}",
    }
    assert len(found) >= 173
    assert sum(bool(each) and each[0].name in KINDS for each in found.values()) >= 100


async def test_stripe_takes_every_read(onlooker: Looker) -> None:
    """What is expanded can be expanded and what is filtered by is a filter: the sandbox is as strict as Stripe."""
    for operation, found in looks_of_harmful():
        for each in found:
            answer = await onlooker.send(each.call)
            assert answer.status_code in (200, 404), (operation.key, each.name, answer.text)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.sampled_from(range(len(HARMFUL))).flatmap(lambda at: calls(HARMFUL[at], REGISTRY, required=False)))
def test_reads_are_few_and_harmless_whatever_the_call(call: Call) -> None:
    """On the account that the call acts on, with ids that reach what is meant."""
    assert_harmless(call, reads(call, REGISTRY))


def test_every_entry_is_of_an_operation_that_there_is() -> None:
    """And its parameters are the operation's own."""
    for key, look in LOOKS.items():
        operation = REGISTRY.by_key(key)
        assert operation is not None, key
        named = {each.parameter for each in look.named}
        assert operation.untyped or named <= {each.name for each in operation.parameters}, key
        assert all(REGISTRY.by_key(each.key) for each in look.beside), key


@pytest.mark.parametrize(
    ("call", "read"),
    [
        (bound("POST /v1/refunds", charge="ch_1"), ["charge", "disputes"]),
        (bound("POST /v1/refunds", payment_intent="pi_1"), ["payment_intent", "disputes"]),
        (bound("POST /v1/refunds", charge="../customers"), []),
        (bound("POST /v1/charges/{charge}/refund", "ch_1"), ["charge", "disputes"]),
        (bound("POST /v1/terminal/readers/{reader}/refund_payment", "tmr_1", charge="ch_1"),
         ["charge", "disputes", "reader"]),
        (bound("POST /v1/credit_notes", invoice="in_1"), ["invoice"]),
        (bound("POST /v1/treasury/credit_reversals", received_credit="rc_1"), ["treasury.received_credit"]),
        (bound("DELETE /v1/customers/{customer}", "cus_1"), ["customer", "subscriptions", "charges"]),
        (bound("DELETE /v1/customers/{customer}/subscriptions/{s}", "cus_1", "sub_1"), ["subscription"]),
        (bound("POST /v1/invoices/{invoice}/lines/{line}", "in_1", "il_1"), ["invoice"]),
        (bound("POST /v1/payouts", amount=1, currency="usd"), ["balance"]),
        (bound("POST /v1/account"), ["account"]),
        (bound("GET /v1/charges/{charge}", "ch_1"), []),
        (bound("POST /v1/accounts/{account}", "acct_1", documents={"x": FileContent("a", "text/plain", b"")}), []),
    ],
)  # fmt: skip
def test_a_call_reads_what_it_is_about(call: Call, read: list[str]) -> None:
    """The object first, by its kind; nothing where ids are none, nothing changes, or a file is handed over."""
    assert [each.name for each in reads(call, REGISTRY)] == read
