"""What may be answered at once: options to a search, and what becomes of a submitted modal."""

from collections.abc import Mapping
from typing import Any

from tests.block_rules.blocks import Blocks
from tests.block_rules.views import inputs_of, view_problems

MEMBERS = {"errors": "response_action errors", "update": "response_action view", "push": "response_action view"}


def suggestion_problems(answer: Mapping[str, Any]) -> list[str]:
    """What is wrong with the answer to a block_suggestion. Finding nothing is ``options: []``."""
    judge = Blocks("modal")
    judge.members(answer, "", "", "options option_groups")
    if ("options" in answer) == ("option_groups" in answer):
        judge.say("", "must have options or option_groups, and not both")
    values: list[str] = []
    if "options" in answer:
        values += judge.options(answer["options"], "/options", least=0)
    if "option_groups" in answer:
        values += judge.groups(answer["option_groups"], "/option_groups")
    judge.different(values, "", "options have one value")
    return judge.found


def submission_answer_problems(answer: Mapping[str, Any], view: Mapping[str, Any]) -> list[str]:
    """What is wrong with the answer to the submission of this modal; an empty one closes it."""
    judge = Blocks("modal")
    if not answer:
        return []
    action = answer.get("response_action")
    judge.one_of(answer, "response_action", "", {"errors", "update", "push", "clear"})
    judge.members(answer, "", MEMBERS.get(str(action), "response_action"))
    if action == "errors":
        _errors(judge, answer.get("errors"), {str(block.get("block_id")) for block in inputs_of(view)})
    elif action in {"update", "push"} and isinstance(answer.get("view"), dict):
        judge.found += [f"{problem} of /view" for problem in view_problems(answer["view"])]
        if answer["view"].get("type") != "modal":
            judge.say("/view/type", "must be a modal")
    return judge.found


def _errors(judge: Blocks, errors: object, inputs: set[str]) -> None:
    if not isinstance(errors, dict) or not errors:
        judge.say("/errors", "must be an object that names at least one input")
        return
    for block_id, text in errors.items():
        if block_id not in inputs:
            judge.say(f"/errors/{block_id}", "is no input of the view: Slack shows a generic failure")
        judge.shown(text, f"/errors/{block_id}", 3000)
