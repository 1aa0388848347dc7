"""`countersign policy`: a file checked, the presets printed, the schema."""

import json
from pathlib import Path

import pytest

from bot.cli import main


def test_what_is_exported_is_a_policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of either preset; nothing is needed beside the file."""
    assert main(["policy", "export", "--preset", "strict"]) == 0
    file = tmp_path / "policy.yaml"
    file.write_text(capsys.readouterr().out)
    assert main(["policy", "check", str(file)]) == 0
    assert capsys.readouterr().out == f"{file} is a policy of 9 rules.\n"


def test_what_is_wrong_with_a_file_is_told_with_its_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One problem a line, on the error stream; a file that can't be read is a sentence, too."""
    file = tmp_path / "policy.yaml"
    file.write_text("version: 1\nrules:\n  - {name: a, why: b, then: runn}\n")
    assert main(["policy", "check", str(file)]) == 1
    expected = f'{file}: rules[0].then, line 3: "runn" must be run, confirm or deny; perhaps run.\n'
    assert capsys.readouterr().err == expected
    assert main(["policy", "check", str(tmp_path / "none.yaml")]) == 1
    assert "No such file" in capsys.readouterr().err


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    """For an editor."""
    assert main(["policy", "schema"]) == 0
    assert "RuleOf" in json.loads(capsys.readouterr().out)["$defs"]
