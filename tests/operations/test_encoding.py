"""Calls to bytes and back: Stripe's form encoding, JSON, multipart, digests, the canonical form."""

import dataclasses
import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.call import Call, FileContent, bind
from operations.encoding import FormError, Request, canonical, decode_form, encode, form_text, restore
from operations.registry import registry
from operations.spec import Operation
from tests.examples import examples
from tests.strategies import calls

REGISTRY = registry()
VERSION = REGISTRY.api_version


def operation(key: str) -> Operation:
    found = REGISTRY.by_key(key)
    assert found is not None, key
    return found


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"preferred_locales": ["en", "fr"]}, "preferred_locales[]=en&preferred_locales[]=fr"),
        (
            {"items": [{"price": "p", "quantity": 2}, {"price": "q"}]},
            "items[0][price]=p&items[0][quantity]=2&items[1][price]=q",
        ),
        ({"items": [{"tax_rates": ["a", "b"]}]}, "items[0][tax_rates][]=a&items[0][tax_rates][]=b"),
        ({"created": {"gte": 100}}, "created[gte]=100"),
        ({"confirm": True, "capture": False}, "capture=false&confirm=true"),
        ({"name": "x&amount=1"}, "name=x%26amount%3D1"),
        ({"name": "a[b]=c"}, "name=a%5Bb%5D%3Dc"),
        ({"name": "J ä +"}, "name=J%20%C3%A4%20%2B"),
        ({"name": ""}, "name="),
        ({"metadata": {"a b": "c"}}, "metadata[a%20b]=c"),
        ({"percent": 0.00001}, "percent=0.00001"),
        ({"percent": 12.5}, "percent=12.5"),
        ({}, ""),
    ],
)
def test_form_encoding_is_stripes(parameters: dict[str, object], text: str) -> None:
    """Brackets stand as they are, lists of scalars repeat ``[]``, lists of objects are numbered, values are encoded."""
    assert form_text(bind(operation("POST /v1/customers"), {}, parameters).parameters) == text


def test_v2_queries_number_every_list() -> None:
    """v2 reads ``include[0]``; that is how Stripe's own libraries write it."""
    call = bind(operation("GET /v2/core/accounts/{id}"), {"id": "acct_1"}, {"include": ["identity", "defaults"]})
    assert encode(call, VERSION).target == "/v2/core/accounts/acct_1?include[0]=identity&include[1]=defaults"


@pytest.mark.parametrize("value", [None, [], {}, {"a": []}, {"a": None}])
def test_what_form_encoding_cannot_say_is_refused(value: object) -> None:
    """Nothing is dropped on the way: null, an empty list and an empty object raise."""
    with pytest.raises(ValueError, match="form encoding"):
        encode(bind(operation("POST /v1/customers"), {}, {"shipping": value}), VERSION)


def test_a_post_carries_its_parameters_in_the_body() -> None:
    """v1 writes are form bodies with the pinned version."""
    call = bind(operation("POST /v1/refunds"), {}, {"charge": "ch_1", "amount": 500}, stripe_account="acct_1")
    assert encode(call, VERSION) == Request(
        "POST",
        "api",
        "/v1/refunds",
        b"amount=500&charge=ch_1",
        "application/x-www-form-urlencoded",
        {"Stripe-Version": VERSION, "Stripe-Account": "acct_1"},
    )


def test_gets_and_deletes_carry_their_parameters_in_the_query() -> None:
    """GET and DELETE have no body."""
    request = encode(bind(operation("GET /v1/charges"), {}, {"limit": 3}), VERSION)
    assert (request.target, request.content, request.content_type) == ("/v1/charges?limit=3", b"", None)
    request = encode(bind(operation("DELETE /v1/customers/{customer}"), {"customer": "cus_1"}), VERSION)
    assert (request.target, request.content) == ("/v1/customers/cus_1", b"")


def test_v2_bodies_are_sorted_json_in_utf8() -> None:
    """v2 takes JSON, where null clears and numbers keep their types."""
    call = bind(operation("POST /v2/core/accounts"), {}, {"display_name": "Zoë", "contact_email": None, "a": [1, True]})
    request = encode(call, VERSION)
    assert request.content == '{"a":[1,true],"contact_email":null,"display_name":"Zoë"}'.encode()
    assert request.content_type == "application/json"


@pytest.mark.parametrize("value", ["acct_1\r\nX: y", "a b", "", "é"])
def test_account_headers_take_nothing_but_ids(value: str) -> None:
    """A header value can't bring another header."""
    with pytest.raises(ValueError, match="Stripe-Account"):
        encode(bind(operation("GET /v1/charges"), {}, {}, stripe_account=value), VERSION)


def test_a_bad_id_is_refused_at_the_last_door_too() -> None:
    """Encoding checks the ids again, whoever built the call."""
    with pytest.raises(ValueError, match="customer"):
        encode(bind(operation("GET /v1/customers/{customer}"), {"customer": ".."}), VERSION)


def upload(data: bytes = b"\x00\xff\r\n--x", name: str = "a.png") -> Call:
    file = FileContent(name, "image/png", data)
    return bind(
        operation("POST /v1/files"),
        {},
        {"purpose": "dispute_evidence", "file": file, "file_link_data": {"create": True}},
    )


def test_uploads_are_multipart_with_a_boundary_that_follows_from_the_content() -> None:
    """Equal uploads give equal bytes, and other content another boundary."""
    request = encode(upload(), VERSION)
    assert request.host == "files"
    assert request.content_type is not None
    boundary = request.content_type.removeprefix("multipart/form-data; boundary=").encode()
    parts = request.content.split(b"--" + boundary)
    assert parts[0] == b""
    assert parts[-1] == b"--\r\n"
    assert b'name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x00\xff\r\n--x\r\n' in parts[1]
    assert parts[2] == b'\r\nContent-Disposition: form-data; name="file_link_data[create]"\r\n\r\ntrue\r\n'
    assert encode(upload(), VERSION) == request
    assert encode(upload(b"other"), VERSION).content_type != request.content_type


def test_a_file_name_cannot_break_out_of_its_header() -> None:
    """Quotes and line breaks in a file's name are escaped as browsers do."""
    request = encode(upload(name='a"\r\nX: y.png'), VERSION)
    assert b'filename="a%22%0D%0AX: y.png"' in request.content


def test_the_digest_covers_every_member() -> None:
    """Any change of the request changes its digest."""
    request = encode(bind(operation("POST /v1/refunds"), {}, {"charge": "ch_1"}), VERSION)
    changes: list[dict[str, object]] = [
        {"method": "DELETE"},
        {"host": "files"},
        {"target": "/v1/charges"},
        {"content": b"charge=ch_2"},
        {"content_type": None},
        {"headers": {"Stripe-Version": "2020-01-01"}},
        {"headers": {**request.headers, "Stripe-Account": "acct_1"}},
    ]
    digests = {dataclasses.replace(request, **change).digest() for change in changes}  # type: ignore[arg-type]  # any member
    assert len(digests | {request.digest()}) == len(changes) + 1
    assert dataclasses.replace(request).digest() == request.digest()


def test_equal_calls_encode_equally_whatever_order_they_were_given_in() -> None:
    """A form and a text that say the same give the same bytes."""
    one = bind(operation("POST /v1/customers"), {}, {"name": "x", "address": {"city": "a", "line1": "b"}})
    two = bind(operation("POST /v1/customers"), {}, {"address": {"line1": "b", "city": "a"}, "name": "x"})
    assert encode(one, VERSION).digest() == encode(two, VERSION).digest()
    assert canonical(one) == canonical(two)


@settings(max_examples=examples(80))
@given(st.data())
def test_the_canonical_form_brings_every_call_back(data: st.DataObject) -> None:
    """What is stored with an approval is the call itself, to the byte."""
    call = data.draw(calls(data.draw(st.sampled_from(REGISTRY.operations)), REGISTRY))
    restored = restore(canonical(call), REGISTRY)
    assert restored == call
    assert encode(restored, VERSION) == encode(call, VERSION)


def test_files_survive_the_canonical_form() -> None:
    """An upload waits for approval with its bytes."""
    assert restore(canonical(upload()), REGISTRY) == upload()


def _stored(**changes: object) -> bytes:
    call = bind(operation("GET /v1/customers/{customer}"), {"customer": "cus_1"})
    return json.dumps(json.loads(canonical(call)) | changes).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        _stored(format=2),
        _stored(operation="GET /v1/nothing"),
        _stored(path=[]),
        _stored(path=["a", "b"]),
        _stored(path=["search"]),
        _stored(path=[".."]),
        _stored(path=[1]),
        _stored(files=[[["a", "b"], "n", "t", "AAAA"]]),
        _stored(files=[[[], "n", "t", "AAAA"]]),
        _stored(parameters=3),
    ],
)
def test_a_stored_call_that_was_tampered_with_is_refused(data: bytes) -> None:
    """Anything but what canonical writes raises ValueError, also a path that reaches another operation."""
    with pytest.raises(ValueError):  # noqa: PT011  # several sentences, one for each case
        restore(data, REGISTRY)


@pytest.mark.parametrize(
    ("body", "values"),
    [
        ("", {}),
        ("a=1&b=", {"a": "1", "b": ""}),
        ("a[b][]=c&a[b][]=d", {"a": {"b": ["c", "d"]}}),
        ("items[0][price]=p&items[1][price]=q", {"items": [{"price": "p"}, {"price": "q"}]}),
        (
            "items[][price]=p&items[][quantity]=1&items[][price]=q",
            {"items": [{"price": "p", "quantity": "1"}, {"price": "q"}]},
        ),
        ("created%5Bgte%5D=1", {"created": {"gte": "1"}}),
        ("name=a+b%20c%2B", {"name": "a b c+"}),
        ("x[1]=a&x[3]=b", {"x": {"1": "a", "3": "b"}}),
        ("a[b]=%5Bc%5D%3D1", {"a": {"b": "[c]=1"}}),
    ],
)
def test_forms_are_decoded_to_nested_values(body: str, values: dict[str, object]) -> None:
    """The sandbox reads a body as Stripe does."""
    assert decode_form(body) == values


@pytest.mark.parametrize(
    "body",
    [
        "a",
        "=1",
        "a=1&a=2",
        "a=1&a[b]=2",
        "a[b]=1&a=2",
        "a[]=1&a[b]=2",
        "a[b]=1&a[]=2",
        "a[=1",
        "a]=1",
        "a[b]c=1",
        "a=%",
        "a=%zz",
        "a=%ff",
        "a" + "[b]" * 20 + "=1",
        "&".join(["a[]=1"] * 10_001),
        "a=" + "x" * 1_000_000,
    ],
)
def test_ambiguous_and_oversized_forms_are_refused(body: str) -> None:
    """A body that says two things, or too much, is no body."""
    with pytest.raises(FormError):
        decode_form(body)


@given(st.text("ab[]=&%01+", max_size=30))
def test_decoding_any_text_gives_values_or_a_form_error(body: str) -> None:
    """Nothing else comes out of it."""
    try:
        values = decode_form(body)
    except FormError:
        return
    assert len(parse_qsl(body, keep_blank_values=True)) >= len(values)
