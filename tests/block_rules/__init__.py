"""A strict judge of Slack's messages, views and answers, written from Slack's documentation, independent of ``bot``.

Each function returns what Slack would refuse (or garble), one sentence with a JSON pointer each; an empty list is a
pass. It is stricter than Slack in four ways: unknown members are refused, mrkdwn may hold no stray ``<``, ``>`` or
``&``, every message needs a text and every input a block_id.
"""

from tests.block_rules.answers import submission_answer_problems, suggestion_problems
from tests.block_rules.plain_style import plain_style_problems
from tests.block_rules.views import inputs_of, message_problems, view_problems

message_violations = message_problems
view_violations = view_problems

__all__ = [
    "inputs_of",
    "message_problems",
    "message_violations",
    "plain_style_problems",
    "submission_answer_problems",
    "suggestion_problems",
    "view_problems",
    "view_violations",
]
