"""Whatever the encoder can write, the sandbox understands as it was meant, and answers without breaking."""

from dataclasses import replace
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.call import Call, FileContent, bind
from operations.encoding import encode
from operations.registry import registry
from operations.sandbox import SandboxTransport, create_app, wire
from operations.sandbox.checking import check
from tests.examples import examples
from tests.fakes.clock import ManualClock
from tests.operations.sandbox.conftest import Client
from tests.operations.sandbox.minimal import minimal
from tests.strategies import calls

REGISTRY = registry()
# The strategy makes no files; the upload has a test of its own below.
OPERATIONS = [each for each in REGISTRY.operations if each.encoding != "multipart"]
ANY_CALL = st.sampled_from(OPERATIONS).flatmap(lambda operation: calls(operation, REGISTRY))


def _thawed(value: Any) -> Any:
    if isinstance(value, dict) or hasattr(value, "items"):
        return {key: _thawed(item) for key, item in value.items()}
    return [_thawed(item) for item in value] if isinstance(value, tuple) else value


def _received(call: Call) -> dict[str, Any]:
    request = encode(call, REGISTRY.api_version)
    operation = call.operation
    if operation.method != "POST":
        return check(operation, wire.read_form(request.target.partition("?")[2]), form=True)
    if operation.encoding == "json":
        return check(operation, wire.read_json(request.content), form=False)
    return check(operation, wire.read_form(request.content.decode()), form=True)


@given(call=ANY_CALL)
@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_values_arrive_as_they_were_meant(call: Call) -> None:
    """What the encoder wrote and the sandbox read, each by its own code, are the same typed values."""
    assert _received(call) == _thawed(call.parameters)


@given(call=ANY_CALL)
@settings(
    max_examples=examples(30),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
async def test_any_right_call_is_answered_or_refused_but_never_breaks(seeded: bytes, call: Call) -> None:
    """No combination of right values brings a 500."""
    app = create_app(seed=False, clock=ManualClock())
    app.state.restore(seeded)
    async with httpx.AsyncClient(transport=SandboxTransport(app), base_url="http://sandbox.test") as http:
        # For objects that exist: with made-up ids nearly all would end in a 404.
        known = replace(call, path_values=minimal(call.operation, app).path_values, stripe_account=None)
        answer = await Client(app, http).send(known)
    assert answer.status_code < 500, answer.text
    assert answer.headers["request-id"]


def test_file_reaches_the_sandbox_byte_for_byte() -> None:
    """Also one that looks like a boundary."""
    operation = REGISTRY.by_key("POST /v1/files")
    assert operation is not None
    content = FileContent("a b.bin", "application/octet-stream", b"\r\n--x\r\n\x00\xff--")
    request = encode(bind(operation, {}, {"file": content, "purpose": "dispute_evidence"}), REGISTRY.api_version)
    assert wire.read_multipart(request.content, request.content_type or "")["file"] == content


def test_a_word_that_may_be_a_boolean_or_a_name_arrives_as_it_was_meant() -> None:
    """``off_session`` takes true, false, or one of some names."""
    operation = REGISTRY.by_key("POST /v1/payment_intents")
    assert operation is not None
    for meant in (False, True, "one_off"):
        call = bind(operation, {}, {"amount": 500, "currency": "usd", "off_session": meant})
        assert _received(call)["off_session"] == meant
