"""`countersign operations`: every operation with everything that is known of it."""

import json
from typing import Any

import pytest

from bot.cli import main


@pytest.fixture(scope="module")
def everything() -> list[dict[str, Any]]:
    from bot.cli.operations import as_json
    from operations.registry import registry

    return [as_json(operation) for operation in registry().operations]


def test_all_operations_are_listed_once(everything: list[dict[str, Any]]) -> None:
    """One for each distinct method and path."""
    assert len(everything) == 726
    assert len({(each["method"], each["path"]) for each in everything}) == 726
    assert len({each["name"] for each in everything}) == 726


def test_each_line_has_the_promised_members(everything: list[dict[str, Any]]) -> None:
    """Programs rely on these names."""
    promised = [
        *("name", "names", "method", "path", "risk", "flags", "provenance", "deprecated"),
        *("list", "encoding", "host", "parameters"),
    ]
    assert all(list(each) == promised for each in everything)
    assert all(each["names"][0] == each["name"] for each in everything)


def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line, best match first."""
    assert main(["operations", "--json", "refunds", "create"]) == 0
    first, *_ = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["name"], first["method"], first["path"]) == ("refunds create", "POST", "/v1/refunds")
    assert first["risk"] == "money"
    assert first["flags"] == ["refund"]
    amount = next(each for each in first["parameters"] if each["name"] == "amount")
    assert amount == {"in": "body", "name": "amount", "required": False, "type": "integer", "meaning": "money_minor"}


def test_parameters_are_told_to_full_depth(everything: list[dict[str, Any]]) -> None:
    """Path ids, nested fields, enums and what may be cleared."""
    update = next(each for each in everything if each["name"] == "customers update")
    by_name = {each["name"]: each for each in update["parameters"]}
    assert by_name["customer"] == {"name": "customer", "in": "path", "required": True, "type": "string"}
    settings = by_name["invoice_settings"]
    assert settings["type"] == "object"
    assert {"custom_fields", "default_payment_method", "footer"} <= {each["name"] for each in settings["fields"]}
    assert by_name["metadata"]["clearable"] is True


@pytest.mark.parametrize("query", ["POST /v1/refunds", "refunds create", "Refunds  Create"])
def test_an_exact_name_or_key_comes_first(query: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever knows the name gets it."""
    assert main(["operations", query]) == 0
    assert capsys.readouterr().out.startswith("refunds create ")


def test_a_query_that_finds_nothing_fails(capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts can tell."""
    assert main(["operations", "--json", "zzzzqqqq"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "No operation matches.\n"
