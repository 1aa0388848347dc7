"""Calls as text, and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.call import FileContent, bind
from operations.encoding import canonical, decode_form, encode
from operations.grammar import Command, parse, render
from operations.parameters import coerce, validate
from operations.registry import registry
from tests.examples import examples
from tests.strategies import calls

REGISTRY = registry()


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("get /v1/customers?limit=3", "customers list --limit 3"),
        ("charges list --chart --limit 100 --all", "charges list --limit 100 --all --chart"),
        ("quotes pdf qt_1 --private", "quotes pdf qt_1 --private"),
        ("refunds create amount=500 charge=ch_1", "refunds create --amount 500 --charge ch_1"),
        (
            'customers create --shipping \'{"name":"J D","address":{"line1":"x"}}\' --name null',
            "customers create --name 'null' --shipping[address][line1] x --shipping[name] 'J D'",
        ),
        (
            "customers update cus_1 --shipping null --preferred-locales en --preferred-locales fr",
            "customers update cus_1 --preferred-locales en --preferred-locales fr --shipping null",
        ),
        ('customers create --name "it\'s \\"both\\""', 'customers create --name "it\'s \\"both\\""'),
        ("customers create -d 'metadata[a b]=c'", 'customers create --metadata \'{"a b":"c"}\''),
        (
            "charges list --dry-run --live --on eu --stripe-account acct_1",
            "charges list --stripe-account acct_1 --on eu --live --dry-run",
        ),
        (
            "v2 core accounts create --contact-email x --metadata '{}'",
            "v2 core accounts create --contact-email x --metadata '{}'",
        ),
    ],
)
def test_a_command_has_one_canonical_text(text: str, rendered: str) -> None:
    """However it was written."""
    command = parse(text, REGISTRY)
    assert isinstance(command, Command), command
    assert render(command) == rendered
    assert parse(rendered, REGISTRY) == command


def test_a_file_is_shown_by_its_name() -> None:
    """It has no text form."""
    operation = REGISTRY.by_key("POST /v1/files")
    assert operation is not None
    call = bind(operation, {}, {"file": FileContent("a b.png", "image/png", b""), "purpose": "dispute_evidence"})
    assert render(call) == "files create --file 'a b.png' --purpose dispute_evidence"


@settings(max_examples=examples(100))
@given(st.data())
def test_every_call_survives_the_way_through_text_and_wire(data: st.DataObject) -> None:
    """call → text → call and call → form → call give the same call, the same bytes and no complaint."""
    operation = data.draw(st.sampled_from(REGISTRY.operations))
    call = data.draw(calls(operation, REGISTRY))
    command = parse(render(call), REGISTRY)
    assert isinstance(command, Command), (render(call), command)
    request = encode(call, REGISTRY.api_version)
    assert command.call == call
    assert canonical(command.call) == canonical(call)
    assert encode(command.call, REGISTRY.api_version).digest() == request.digest()
    # A file, where one is required, can't be drawn from text.
    assert set(command.missing) <= {"file"}
    path, untyped = operation.path, operation.untyped
    problems = validate(call.parameters, operation.parameters, path=path, untyped=untyped)
    assert {problem.parameter for problem in problems} <= {"file"}
    if operation.encoding == "multipart" or (operation.encoding == "json" and operation.method == "POST"):
        return
    form = request.content.decode() if operation.method == "POST" else request.target.partition("?")[2]
    wired = coerce(decode_form(form), operation.parameters, source="wire", path=path, untyped=untyped)
    assert (wired.problems, wired.missing) == ([], [])
    back = bind(operation, call.path_values, wired.values, stripe_account=call.stripe_account)
    assert encode(back, REGISTRY.api_version) == request


def test_a_word_behind_a_switch_is_written_so_that_it_is_no_id() -> None:
    """``--off-session`` may stand alone, so a word of one's own behind it hangs on it."""
    command = parse("payment_intents create --amount 100 --currency usd --off-session=one_off", REGISTRY)
    assert isinstance(command, Command)
    assert "--off-session=one_off" in render(command)
    assert parse(render(command), REGISTRY) == command
