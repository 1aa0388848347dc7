"""How the fake Slack says no."""

from typing import Any


class Refusal(Exception):  # noqa: N818 — Slack's answer, not an error of the fake
    """``ok: false`` with this code."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.answer = {"ok": False, "error": code, **more}
