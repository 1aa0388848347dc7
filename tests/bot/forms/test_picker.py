"""The picker's modals: valid in both styles, and a way to every operation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.options import Group
from bot.forms.picker import list_view, of_topic, picker_view, run_view, topics
from bot.inputs import Option
from bot.policy import DEFAULT_POLICY
from bot.text import Style
from operations.registry import registry
from tests.block_rules import plain_style_problems, view_problems

REGISTRY = registry()
OWN = (
    Group((Option("Create refund", "draft:1", description="ch_1"),), "Not finished"),
    Group(tuple(Option(f"saved {n}", f"saved:{n}") for n in range(120)), "Saved"),
)


@pytest.mark.parametrize("own", [(), OWN])
@pytest.mark.parametrize("style", ["rich", "plain"])
def test_the_picker_is_valid(style: Style, own: tuple[Group, ...]) -> None:
    """In each Slack."""
    view = picker_view("token", REGISTRY, style, own)
    assert view_problems(view) == []
    assert style == "rich" or plain_style_problems(view) == []


def test_every_operation_is_listed_under_what_it_is_about() -> None:
    """Two choices lead to each, and no list is cut."""
    listed = []
    for topic in topics(REGISTRY):
        view = list_view(of_topic(topic.value, REGISTRY), topic.text, "token", DEFAULT_POLICY)
        assert view_problems(view) == []
        assert plain_style_problems(view) == []
        listed += [each["value"] for each in view["blocks"][0]["element"]["options"]]
    assert sorted(listed) == sorted(f"op:{each.key}" for each in REGISTRY.operations)


def test_a_list_tells_the_risk_of_each() -> None:
    """Where no descriptions are shown."""
    view = list_view(of_topic("refunds", REGISTRY), "Refunds", "token", DEFAULT_POLICY)
    shown = [each["text"]["text"] for each in view["blocks"][0]["element"]["options"]]
    assert "Create refund · gives money back, second person" in shown


@given(name=st.text(max_size=60), text=st.text(max_size=4_000))
def test_the_question_about_a_saved_text_is_valid(name: str, text: str) -> None:
    """Whatever was saved."""
    view = run_view(name, text, "token")
    assert view_problems(view) == []
    assert plain_style_problems(view) == []


@given(about=st.text(max_size=300))
def test_a_list_is_valid_whatever_was_searched_for(about: str) -> None:
    """It says what it was."""
    assert view_problems(list_view(REGISTRY.operations[:120], about, "token", DEFAULT_POLICY)) == []
