"""Golden files: whole messages as they are posted, rewritten with ``pytest tests/bot/cards --update-golden``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what the cards show now into the golden files")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, Any], None]:
    """Compares a value with the golden file of that name, or writes the file."""
    # The option is unknown where the whole suite was started and this file was loaded late.
    update = bool(request.config.getoption("--update-golden", default=False))

    def compare(name: str, shown: Any) -> None:
        path = GOLDEN / f"{name}.json"
        text = json.dumps(shown, ensure_ascii=False, indent=1) + "\n"
        if update:
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"{path.name} is missing; write it with --update-golden"
        assert json.loads(path.read_text(encoding="utf-8")) == json.loads(text)

    return compare
