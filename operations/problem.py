"""What is wrong with what somebody typed, as a value that a person can act on."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text or a form is no call: one clear sentence, where it went wrong, and the nearest right things.

    ``message`` never repeats a secret or a card number. ``suggestions`` are texts that would work in place of the
    argument named by ``parameter`` (or of the command words where there is none), best first.
    """

    code: str
    """A stable word for programs: ``unknown_operation``, ``unknown_parameter``, ``invalid_value``, ``secret``, …"""
    message: str
    parameter: str | None = None
    suggestions: tuple[str, ...] = ()
    position: tuple[int, int] | None = None
    """The characters of the text that it is about, start and end."""


class ProblemError(Exception):
    """Carries a :class:`Problem` out of the depths of a parse. It never leaves the function that promised a Problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class RefusalError(Exception):
    """Why a value won't do. ``detail`` completes a sentence that starts with the parameter and the value."""

    def __init__(self, detail: str, suggestions: Sequence[str] = (), code: str = "invalid_value") -> None:
        super().__init__(detail)
        self.detail = detail
        self.suggestions = tuple(suggestions)
        self.code = code
