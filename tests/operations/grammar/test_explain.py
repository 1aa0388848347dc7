"""What a text means, as data."""

import json

from operations.grammar.explain import explain
from operations.registry import registry

REGISTRY = registry()


def test_a_command_is_explained_in_full() -> None:
    """The members that the command line promises."""
    assert explain("refunds create charge=ch_1 amount=500 metadata.a=b --stripe-account acct_1", REGISTRY) == {
        "ok": True,
        "operation": "refunds create",
        "method": "POST",
        "path": "/v1/refunds",
        "query": {},
        "body": {"charge": "ch_1", "amount": 500, "metadata": {"a": "b"}},
        "headers": {"Stripe-Version": REGISTRY.api_version, "Stripe-Account": "acct_1"},
        "encoded": "amount=500&charge=ch_1&metadata[a]=b",
        "missing": [],
        "stated": [],
        "risk": "money",
        "flags": ["refund"],
    }


def test_a_read_has_a_query_and_no_body() -> None:
    """The path is concrete, the encoded query is as it is sent."""
    meaning = explain("customers retrieve cus_1 --expand sources", REGISTRY)
    assert (meaning["path"], meaning["query"], meaning["body"]) == ("/v1/customers/cus_1", {"expand": ["sources"]}, {})
    assert meaning["encoded"] == "expand[]=sources"


def test_missing_parameters_are_listed() -> None:
    """The meaning so far is still told."""
    meaning = explain("prices create --unit-amount 5", REGISTRY)
    assert (meaning["ok"], meaning["missing"], meaning["encoded"]) == (True, ["currency"], "unit_amount=5")


def test_v2_is_explained_as_json() -> None:
    """The bytes as sent are JSON there."""
    meaning = explain("v2 core accounts create --display-name Zoë --include identity", REGISTRY)
    assert meaning["encoded"] == '{"display_name":"Zoë","include":["identity"]}'


def test_a_problem_is_explained_with_what_would_do() -> None:
    """Code, sentence, parameter and suggestions."""
    error = explain("refunds create amont=5", REGISTRY)["error"]
    assert error == {
        "code": "unknown_parameter",
        "message": 'amont: there is no parameter of this name (given "5"). Did you mean amount?',
        "parameter": "amont",
        "suggestions": ["amount"],
    }


def test_everything_explained_is_json() -> None:
    """Also multipart bodies and problems with odd characters."""
    for text in (
        "files create --purpose dispute_evidence",
        "x\ud800",
        "customers create --name \ud800",
        "é=1",
        "a[\ud800]=1",
    ):
        json.dumps(explain(text, REGISTRY), ensure_ascii=False).encode()


def test_all_pages_are_asked_for_in_the_largest_that_there_are() -> None:
    """What is signed says so, and a size that somebody gave stays."""
    assert explain("customers list --all --chart", REGISTRY)["query"] == {"limit": 100}
    assert explain("customers list --all --limit 7", REGISTRY)["query"] == {"limit": 7}
    assert explain("customers list --chart --all", REGISTRY)["shaping"] == {"all": True, "chart": True}
    assert "shaping" not in explain("customers list --all=false", REGISTRY)
