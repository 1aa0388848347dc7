"""The form of every operation, in both styles: valid, complete, and the same call as the equal text."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.domain import Place
from bot.forms.adding import chosen, offered
from bot.forms.draft import MOST_SHOWN, Draft, begun
from bot.forms.elements import block_ids, read
from bot.forms.names import A_PAGE, A_PART, MORE
from bot.forms.views import form_view
from bot.policy import DEFAULT_POLICY
from bot.text import Style
from operations.forms import Filled, compose, numbered, prefilled
from operations.grammar import Command, parse, render
from operations.registry import registry
from operations.spec import Operation
from tests.block_rules import plain_style_problems, view_problems
from tests.fakes.inputs import first_state
from tests.strategies import calls

REGISTRY = registry()
STYLES: tuple[Style, ...] = ("rich", "plain")
every_operation = pytest.mark.parametrize("operation", REGISTRY.operations, ids=lambda each: each.key)


def draft_of(filled: Filled) -> Draft:
    return begun(team_id="T1", id="0" * 36, user_id="U1", place=Place("C1"), filled=filled)


def judged(draft: Draft, style: Style) -> dict[str, Any]:
    """The form's view, once it was found to be one that Slack takes."""
    view = form_view(draft, (), DEFAULT_POLICY, style)
    assert view_problems(view) == []
    if style == "plain":
        assert plain_style_problems(view) == []
    return view


def steps(draft: Draft) -> Iterator[Draft]:
    """The form as it opens, and forms that show each further field there is."""
    yield draft
    names = [numbered(each.name, ()) for each in draft.fields.all if not each.in_path]
    for start in range(0, len(names), MOST_SHOWN):
        yield replace(draft, shown=(*names[start : start + MOST_SHOWN], MORE))


@every_operation
def test_every_step_of_the_form_is_valid(operation: Operation) -> None:
    """With each field that there is on one form or another, within every limit, in both styles."""
    for style in STYLES:
        for step in steps(draft_of(Filled(operation, {}))):
            view = judged(step, style)
            inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
            assert inputs >= {each for field in step.visible for each in block_ids(field, style)}


@every_operation
def test_every_field_can_be_reached_by_choices_alone(operation: Operation) -> None:
    """What the form doesn't show is offered: by itself, or behind the object that it is part of."""
    draft = draft_of(Filled(operation, {}))
    reached = set(draft.shown)
    waiting, seen = [draft], {(draft.within, draft.page)}
    while waiting:
        here = waiting.pop()
        for option in offered(here):
            after = chosen(here, option.value)
            reached |= set(after.shown)
            place = (after.within, after.page)
            if option.value.startswith((A_PART, A_PAGE)) and place not in seen:
                seen.add(place)
                waiting.append(after)
    assert reached >= {numbered(each.name, ()) for each in draft.fields.all}


def typed_into(draft: Draft, style: Style) -> Draft:
    """The draft after a client that was shown it has handed everything back, untouched."""
    state = first_state(judged(draft, style))
    held = {block: {action: _held(value) for action, value in inputs.items()} for block, inputs in state.items()}
    emptied = replace(draft, answers={name: answer for name, answer in draft.answers.items() if name == MORE})
    return emptied.with_answers(read(draft.visible, held, style))


def _held(state: dict[str, object]) -> str | int | tuple[str, ...] | None:
    """What an element's state holds, as the border reads it."""
    kept = next(value for name, value in state.items() if name != "type")
    if isinstance(kept, list):
        return tuple(each["value"] for each in kept)
    if isinstance(kept, dict):
        value = kept["value"]
        assert isinstance(value, str)
        return value
    assert kept is None or isinstance(kept, str | int)
    return kept


@pytest.mark.parametrize(
    "operation", [each for each in REGISTRY.operations if each.name != "files create"], ids=lambda each: each.key
)
@settings(max_examples=2, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_form_says_the_same_call_as_the_equal_text(operation: Operation, data: st.DataObject) -> None:
    """call → form → what a client submits → command → text → call, in either style."""
    command = Command(data.draw(calls(operation, REGISTRY)))
    filled = prefilled(command)
    assume(not filled.left_out)
    assert compose(filled, REGISTRY) == command
    composed = compose(typed_into(draft_of(filled), data.draw(st.sampled_from(STYLES))).filled, REGISTRY)
    assert isinstance(composed, Command), composed
    assert composed == command
    assert parse(render(composed), REGISTRY) == command
