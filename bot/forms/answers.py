"""What the submission of a form is answered with, in Slack's words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from bot.blocks import View
from bot.forms.views import trouble_view
from bot.inbound import InputValues
from operations.grammar.binding import secret_problem
from operations.problem import Problem
from operations.secrets import locate_secret

Answer: TypeAlias = Mapping[str, Any]
"""``response_action`` and what belongs to it."""
ERROR_SHOWN: Final = 300
NOT_YOURS: Final = "Somebody else opened this form. Type /stripe to open one of your own."
GONE: Final = "This form is gone: it was sent already, or left for more than a day. Type /stripe to open it again."
CHANGED: Final = "The form was changed after this preview. Go back and press Preview again."
NOTHING: Final = "Nothing is filled in yet: say at least one thing."
AGAIN: Final = "The database can't be reached now. Nothing is lost: try again in a moment."


def wrong(block_id: str, sentence: str) -> Answer:
    """An error at one input."""
    return {"response_action": "errors", "errors": {block_id: sentence}}


def wrong_somewhere(values: InputValues, sentence: str, block_id: str = "") -> Answer:
    """An error at an input of the submitted view, at its first one where it has no such input."""
    where = block_id if block_id in values else next(iter(values), None)
    return instead(trouble_view(sentence)) if where is None else wrong(where, sentence)


def instead(view: View) -> Answer:
    """Another view in the place of the one that was submitted."""
    return {"response_action": "update", "view": view}


def all_said(problems: Sequence[Problem]) -> str:
    """What several problems say, each once."""
    return " ".join(dict.fromkeys(each.message for each in problems))[:ERROR_SHOWN]


def secrets_in(values: InputValues) -> Iterator[tuple[str, str]]:
    """What is said at the inputs that hold a secret: it must not even be kept."""
    for block_id, held in values.items():
        for each in held.values():
            found = locate_secret("\n".join(each) if isinstance(each, tuple) else str(each or ""))
            if found is not None:
                yield block_id, secret_problem(found.kind, (0, 0)).problem.message[:ERROR_SHOWN]
