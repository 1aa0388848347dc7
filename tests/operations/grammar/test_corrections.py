"""Corrections: whole texts that would do in place of a refused one."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.grammar import Command, corrections, parse, with_blanks
from operations.grammar import given as already_given
from operations.manual import Manual
from operations.problem import Problem
from operations.registry import registry
from operations.sandbox.keys import TEST_KEY
from operations.secrets import find_secret
from tests.examples import examples

EXAMPLES = [
    example.text for operation in registry().operations for example in Manual(registry()).entry(operation).examples
]


def corrected(text: str) -> list[str]:
    problem = parse(text, registry())
    assert isinstance(problem, Problem), text
    return [each.text for each in corrections(text, problem, registry())]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("custmers list --limit 3", "customers list --limit 3"),
        ("/stripe custmers retreive cus_1 --expand x", "/stripe customers retrieve cus_1 --expand x"),
        ("custmer delete cus_1", "customers delete cus_1"),
        ("customers list --limt 3", "customers list --limit 3"),
        ("customers list --limt=3", "customers list --limit=3"),
        ("customers list -d limt=3 --live", "customers list -d limit=3 --live"),
        ("customers list limit 3", "customers list --limit 3"),
        ("customers list --limit 500", "customers list --limit 100"),
        ("coupons list -d created[gte]=+5", "coupons list -d created[gte]=5"),
        ("subscriptions create --price price_1", "subscriptions create --items[0][price] price_1"),
        ("get v1/customer", "get /v1/customers"),
        ("get /v1/charge/ch_1?expand=x", "get /v1/charges/ch_1?expand=x"),
        ("post /v1/charges/ch_1/ description=x", "post /v1/charges/ch_1 description=x"),
    ],
)  # fmt: skip
def test_the_suggestion_is_put_in_and_the_rest_stays(text: str, right: str) -> None:
    """The likeliest first, whole and ready to run."""
    assert corrected(text)[0] == right


def test_what_lacks_only_an_id_is_offered_since_a_form_asks_for_it() -> None:
    """It stands behind what is complete."""
    assert "customers retrieve" in corrected("custmers retrieve")


@pytest.mark.parametrize(
    "text",
    [
        "customers list --limit many",
        'customers create --shipping \'{"nme": "x"}\'',
        f"custmers list --email {TEST_KEY}",
        "customers list --limt 3 --nonsense 4",
        "'customers list",
    ],
)
def test_nothing_is_offered_that_would_not_do(text: str) -> None:
    """No suggestion, a part of a JSON value, a secret, another mistake beside it, an open quote."""
    assert corrected(text) == []


def test_a_secret_that_json_hides_gets_into_no_correction() -> None:
    """It is found when the corrected text is read."""
    hidden = "".join(f"\\u{ord(each):04x}" for each in TEST_KEY)
    assert corrected('custmers update cus_1 --shipping \'{"name": "' + hidden + "\"}'") == []
    assert corrected('custmers update --shipping \'{"name": "' + hidden + "\"}'") == []


@given(st.sampled_from(EXAMPLES), st.randoms(use_true_random=False), st.booleans())
@settings(max_examples=examples(100), deadline=None)
def test_a_line_with_a_typo_is_corrected_only_to_what_parses(text: str, chance: random.Random, secret: bool) -> None:
    """Whatever letter is wrong, each correction is a command or lacks only ids, and never holds a secret."""
    at = chance.randrange(len(text))
    typo = text[:at] + chance.choice(["", "x", text[at] * 2]) + text[at + 1 :] + (f" {TEST_KEY}" if secret else "")
    problem = parse(typo, registry())
    if not isinstance(problem, Problem):
        return
    found = corrections(typo, problem, registry())
    assert len(found) <= 3
    assert not (secret and found)
    for each in found:
        parsed = parse(each.text, registry())
        assert isinstance(parsed, Command) or parsed.code == "missing_id"
        assert find_secret(each.text) is None


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("customers retrieve", "customers retrieve {customer}"),
        ("customers retrieve --expand x", "customers retrieve {customer} --expand x"),
        ("customers cards retrieve cus_1", "customers cards retrieve cus_1 {id}"),
        ("payouts create --amount 5", "payouts create --amount 5 -d currency={missing0}"),
        ("customers list", None),
        ("customers list --limt 3", None),
        ("customers update --name {x}", None),
    ],
)
def test_what_a_text_lacks_becomes_blanks(text: str, whole: str | None) -> None:
    """Ids and required parameters; None where nothing lacks, or something else is wrong, or braces stand there."""
    assert with_blanks(text, registry()) == whole


def test_what_a_text_gives_already_is_told_without_its_blanks() -> None:
    """Ids and parameters by name, as they were typed."""
    text = "customers update cus_1 --name 'Jenny Rosen' --email {email} -d metadata[a]=b --on eu"
    assert already_given(text, registry()) == (
        ("customer", "cus_1"),
        ("name", "Jenny Rosen"),
        ("metadata[a]", "b"),
        ("account", "eu"),
    )
    assert already_given("nothing here", registry()) == ()
