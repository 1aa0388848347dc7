"""`countersign explain`: the meaning of a text, as people and programs read it."""

import io
import json
from typing import Any

import pytest

from bot.cli import main
from bot.cli.explain import one_text

REFUND = "refunds create --charge ch_1AbcDef --amount 500"


def explain(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    status = main(["explain", "--json", *words])
    (line,) = capsys.readouterr().out.splitlines()
    told: dict[str, Any] = json.loads(line)
    assert status == (0 if told["ok"] else 1)
    return told


def test_a_call_is_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    """The members that programs rely on, the bytes as sent among them."""
    told = explain(capsys, REFUND)
    headers = told.pop("headers")
    assert "Authorization" not in headers
    assert told == {
        "ok": True,
        "operation": "refunds create",
        "method": "POST",
        "path": "/v1/refunds",
        "query": {},
        "body": {"charge": "ch_1AbcDef", "amount": 500},
        "encoded": "amount=500&charge=ch_1AbcDef",
        "missing": [],
        "stated": [],
        "risk": "money",
        "flags": ["refund"],
        "approval": True,
        "policy": {
            "verdict": "approval",
            "rule": "refunds need a second person",
            "why": "it gives money back",
        },
    }


def test_what_is_asked_of_the_answer_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """As far as anything is; it changes nothing of what is sent."""
    told = explain(capsys, "customers list --query 'data[].{id: id}' --fields id,email --output csv")
    assert told["shaping"] == {"query": "data[].{id: id}", "fields": ["id", "email"], "output": "csv"}
    assert told["query"] == {}
    assert explain(capsys, "customers list -o json")["shaping"] == {"output": "json"}


@pytest.mark.parametrize(
    ("text", "approval"),
    [
        ("customers list --limit 3", False),
        ("customers delete cus_1AbcDef", True),
        ("payouts create --amount 100 --currency usd", False),
        ("payouts create --amount 100 --currency usd --live", True),
        ("customers delete cus_1AbcDef --live", True),
    ],
)
def test_the_default_policy_is_asked_in_the_mode_of_the_text(
    capsys: pytest.CaptureFixture[str], text: str, approval: bool
) -> None:
    """In test mode deletions and refunds wait; in live mode also what moves money."""
    assert explain(capsys, text)["approval"] is approval


def test_a_missing_parameter_is_named_and_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    """In Slack it is asked for."""
    told = explain(capsys, "payouts create --amount 100")
    assert told["missing"] == ["currency"]


def test_a_problem_is_told_with_suggestions(capsys: pytest.CaptureFixture[str]) -> None:
    """Code, message, parameter and the nearest right thing."""
    told = explain(capsys, "customers list --limti 3")
    assert told["ok"] is False
    assert set(told["error"]) == {"code", "message", "parameter", "suggestions"}
    assert any("limit" in each for each in told["error"]["suggestions"])


def test_standard_input_gives_a_line_for_each_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also for empty lines and nonsense, so that answers and questions stay side by side."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{REFUND}\n\nnonsense words\r\n{REFUND}"))
    assert main(["explain", "--stdin"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["ok"] for each in told] == [True, False, False, True]


def test_a_line_that_ends_with_a_backslash_goes_on_with_the_next(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in a shell, where two backslashes are one; the end of the input ends it."""
    monkeypatch.setattr("sys.stdin", io.StringIO("customers list \\\r\n  --limit 3\nx\\\\\ncustomers list \\"))
    assert main(["explain", "--stdin"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each.get("query") for each in told] == [{"limit": 3}, None, {}]


@pytest.mark.parametrize("text", ["", "customers list", REFUND, "zzz", "get /v1/balance", "payouts create"])
def test_people_get_sentences(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json nothing looks like a data structure of ours."""
    main(["explain", text])
    told = capsys.readouterr().out
    assert told.strip()
    assert "'ok'" not in told
    assert "\x1b" not in told, "no colours where no terminal is"


def test_words_that_the_shell_cut_are_one_text_again() -> None:
    """The shell takes quotes away; a value with spaces gets them back."""
    assert one_text(["customers", "create", "--name", "Jane Doe"]) == "customers create --name 'Jane Doe'"
    assert one_text(["customers list --limit 3"]) == "customers list --limit 3"
    assert one_text([]) == ""


def test_words_after_the_options_keep_their_dashes(capsys: pytest.CaptureFixture[str]) -> None:
    """Flags of the text are not flags of ours."""
    told = explain(capsys, "customers", "create", "--name", "Jane Doe", "-d", "metadata[a]=b")
    assert told["body"] == {"name": "Jane Doe", "metadata": {"a": "b"}}


def test_an_amount_is_told_with_the_currency_that_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the call itself says nothing of it."""
    text = "refunds create --charge ch_1 --amount 12.50usd"
    assert explain(capsys, text)["stated"] == [{"parameter": "amount", "amount": 1250, "currency": "usd"}]
    main(["explain", text])
    assert "$12.50\u00a0USD" in capsys.readouterr().out


def test_times_are_the_machines_and_of_utc(capsys: pytest.CaptureFixture[str]) -> None:
    """There is no asker whose time zone could be known."""
    told = explain(capsys, "charges list --created[gte] today --created[lt] tomorrow")
    assert told["query"]["created"]["lt"] - told["query"]["created"]["gte"] == 24 * 60 * 60
    assert told["query"]["created"]["gte"] % (24 * 60 * 60) == 0
