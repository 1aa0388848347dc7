"""Every request is judged by the registry, in Stripe's words."""

from typing import Any

import httpx
import pytest

from operations.sandbox.keys import TEST_KEY
from operations.sandbox.seed import HIGHLIGHTS
from tests.operations.sandbox.conftest import Client, error_of

FORM = {"Authorization": f"Bearer {TEST_KEY}", "Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Authorization": f"Bearer {TEST_KEY}", "Content-Type": "application/json"}


async def _post(client: Client, path: str, body: str, headers: dict[str, str] = FORM) -> httpx.Response:
    return await client.http.post(path, content=body.encode(), headers=headers)


@pytest.mark.parametrize(
    ("path", "body", "code", "param"),
    [
        ("/v1/refunds", "charge=ch_1&colour=red", "parameter_unknown", "colour"),
        ("/v1/refunds", "charge=ch_1&amount=ten", "parameter_invalid_integer", "amount"),
        ("/v1/refunds", "charge=ch_1&amount=10.5", "parameter_invalid_integer", "amount"),
        ("/v1/refunds", "charge=ch_1&amount=", "parameter_invalid_empty", "amount"),
        ("/v1/refunds", "charge=ch_1&amount[gte]=5", "parameter_invalid_integer", "amount"),
        ("/v1/refunds", "charge=ch_1&refund_application_fee=yes", None, "refund_application_fee"),
        ("/v1/payment_intents", "currency=usd", "parameter_missing", "amount"),
        ("/v1/payment_intents", "amount=500&currency=usd&excluded_payment_method_types=card", None,
         "excluded_payment_method_types"),
        ("/v1/payment_intents", "amount=500&currency=usd&transfer_data[amount]=5", "parameter_missing",
         "transfer_data[destination]"),
        ("/v1/payment_intents", "amount=500&currency=usd&shipping=here", None, "shipping"),
        ("/v1/subscriptions", "customer=cus_1&items[0][price]=p&items[0][size]=xl", "parameter_unknown",
         "items[0][size]"),
        ("/v1/subscriptions", "customer=cus_1&items[0][quantity]=x", "parameter_invalid_integer", "items[0][quantity]"),
        ("/v1/customers", f"metadata[{'k' * 41}]=v", None, f"metadata[{'k' * 41}]"),
        ("/v1/customers", f"metadata[k]={'v' * 501}", None, "metadata[k]"),
        ("/v1/customers", "&".join(f"metadata[k{n}]=v" for n in range(51)), None, "metadata"),
        ("/v1/customers", f"description={'x' * 5001}", None, "description"),
        ("/v1/customers", "name=a&name=b", None, "name"),
        ("/v1/customers", "expand[]=nothing_such", None, "expand[0]"),
    ],
)  # fmt: skip
async def test_wrong_parameter_is_named_with_its_code(
    client: Client, path: str, body: str, code: str | None, param: str
) -> None:
    """Unknown, missing and ill-typed parameters are 400 with ``code`` and ``param``, and have no effect."""
    answer = await _post(client, path, body)
    error = error_of(answer)
    assert (answer.status_code, error["type"]) == (400, "invalid_request_error")
    assert (error.get("code"), error["param"]) == (code, param)
    assert client.app.journal.effects == []


async def test_closed_enum_lists_its_values(client: Client) -> None:
    """As Stripe does: must be one of."""
    answer = await _post(client, f"/v1/charges/{HIGHLIGHTS['refundable_charge']}/refund", "reason=gift")
    assert error_of(answer)["message"] == (
        "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer"
    )
    assert error_of(answer)["param"] == "reason"


async def test_clearable_parameter_takes_the_empty_string(client: Client) -> None:
    """``metadata=`` removes all metadata."""
    charge = HIGHLIGHTS["refundable_charge"]
    await client.call("POST /v1/charges/{charge}", charge, metadata={"a": "b"})
    answer = await _post(client, f"/v1/charges/{charge}", "metadata=")
    assert answer.json()["metadata"] == {}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/unknown"),
        ("GET", "/v1/charges/ch_1/nothing"),
        ("DELETE", "/v1/charges/ch_1"),
        ("GET", "/v1/customers/"),
    ],
)
async def test_path_without_operation_is_told_as_unrecognized(client: Client, method: str, path: str) -> None:
    """The message has method and path."""
    answer = await client.http.request(method, path, headers=FORM)
    assert answer.status_code == 404
    assert error_of(answer)["message"].startswith(f"Unrecognized request URL ({method}: {path}).")


async def test_body_of_another_make_is_refused(client: Client) -> None:
    """JSON to a v1 operation, form to a v2 operation, and parameters in the address of a POST."""
    json_to_v1 = await _post(client, "/v1/customers", '{"name": "x"}', JSON)
    form_to_v2 = await _post(client, "/v2/core/event_destinations", "name=x", FORM)
    in_address = await _post(client, "/v1/customers?name=x", "")
    assert [answer.status_code for answer in (json_to_v1, form_to_v2, in_address)] == [400, 400, 400]


@pytest.mark.parametrize("body", ["name=%zz", "[a]=1", "a[b=1", "name", "a=1&a[b]=2"])
async def test_broken_form_is_refused(client: Client, body: str) -> None:
    """What can't be read is no request."""
    assert (await _post(client, "/v1/customers", body)).status_code == 400


@pytest.mark.parametrize("body", ["{", "[]", '"x"', '{"a": NaN}', '{"a": 1, "a": 2}', "\ufffe"])
async def test_broken_json_is_refused(client: Client, body: str) -> None:
    """v2 takes one JSON object, with each name once."""
    answer = await _post(client, "/v2/core/event_destinations", body, JSON)
    assert (answer.status_code, error_of(answer)["type"]) == (400, "invalid_request_error")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"enabled_events": "ping"}, "enabled_events"),
        ({"name": 5}, "name"),
        ({"name": None}, "name"),
        ({"colour": "red"}, "colour"),
        ({"metadata": {"a": 1}}, "metadata[a]"),
    ],
)
async def test_v2_values_have_to_have_their_types(client: Client, change: dict[str, Any], param: str) -> None:
    """JSON is not coerced, and null only clears what can be cleared."""
    right = {"name": "x", "type": "webhook_endpoint", "event_payload": "thin", "enabled_events": ["v1.charge.failed"]}
    good = await client.http.post("/v2/core/event_destinations", json=right, headers=JSON)
    answer = await client.http.post("/v2/core/event_destinations", json={**right, **change}, headers=JSON)
    assert good.status_code == 200
    assert (answer.status_code, error_of(answer)["param"]) == (400, param)


async def test_upload_is_read_from_its_parts(client: Client) -> None:
    """A file keeps its name and size; a truncated one is refused."""
    parts = {"file": ("proof.pdf", b"%PDF-1.4 \r\n--x", "application/pdf")}
    headers = {"Authorization": FORM["Authorization"]}
    made = await client.http.post("/v1/files", files=parts, data={"purpose": "dispute_evidence"}, headers=headers)
    unfinished = await client.http.post(
        "/v1/files", content=b"--b\r\n", headers={**headers, "Content-Type": "multipart/form-data; boundary=b"}
    )
    assert (made.json()["filename"], made.json()["size"], made.json()["purpose"]) == (
        "proof.pdf",
        14,
        "dispute_evidence",
    )
    assert unfinished.status_code == 400
