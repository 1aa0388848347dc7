"""The plain style: what it lists, though Stripe takes other values, too, and what it can't say before it is told."""

from collections.abc import Mapping

import pytest

from bot.blocks import View
from bot.domain import Place
from bot.forms.draft import Draft, begun
from bot.forms.elements import read
from bot.forms.names import UNSET
from bot.forms.views import form_view
from bot.policy import DEFAULT_POLICY
from operations.forms import Answer, Filled
from operations.registry import registry
from tests.bot.cards import samples as made

REGISTRY = registry()


def draft_of(name: str, answers: Mapping[str, Answer]) -> Draft:
    operation = REGISTRY.by_name(name)
    assert operation is not None
    return begun(team_id="T1", id="0" * 36, user_id="U1", place=Place("C1"), filled=Filled(operation, answers))


def element(draft: Draft, block_id: str) -> dict[str, object]:
    """What asks for a field in the plain style."""
    view = form_view(draft, (), DEFAULT_POLICY, "plain")
    found: dict[str, object] = next(each["element"] for each in view["blocks"] if each.get("block_id") == block_id)
    return found


@pytest.mark.parametrize(
    ("answers", "kind"),
    [({}, "static_select"), ({"reason": "duplicate"}, "static_select"), ({"reason": "a_new_one"}, "plain_text_input")],
)
def test_one_of_few_is_chosen_from_a_list(answers: Mapping[str, Answer], kind: str) -> None:
    """But for a value that the list lacks, which stays as it was given."""
    assert element(draft_of("refunds create", answers), "reason")["type"] == kind


@pytest.mark.parametrize(
    ("answer", "kind"), [((), "checkboxes"), (("balances",), "checkboxes"), (("a_new_one",), "plain_text_input")]
)
def test_several_of_few_are_checked(answer: Answer, kind: str) -> None:
    """Likewise."""
    draft = draft_of("financial_connections sessions create", {"permissions": answer} if answer else {})
    assert element(draft, "permissions")["type"] == kind


def test_choosing_nothing_takes_an_answer_away_where_that_is_offered() -> None:
    """In a text that may be any, the same word is that text."""
    draft = draft_of("refunds create", {"reason": "duplicate"})
    values = {"reason": {"value": UNSET}}
    assert read(draft.visible, values, "plain") == {"reason": ""}
    assert read(draft.visible, values, "rich") == {"reason": UNSET}


@pytest.mark.parametrize(("name", "told"), [("customers create", False), ("customers update", True)])
def test_taking_away_is_explained_where_something_may_be_there(name: str, told: bool) -> None:
    """What is only being made has nothing yet."""
    for style in ("plain", "rich"):
        view = form_view(draft_of(name, {}), (), DEFAULT_POLICY, style)
        assert ("takes away" in str(view)) is told


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("refunds create", "A second person has to approve it: it gives money back."),
        ("payouts create", "Test: It runs at once. Live: A second person has to approve it: it moves live money."),
    ],
)
def test_while_the_mode_is_open_both_are_told(name: str, said: str) -> None:
    """No Slack tells the plain style of a choice before the form is submitted, so that the choice alone says it."""
    accounts = [made.TEST, made.LIVE]
    view = form_view(draft_of(name, {}), accounts, DEFAULT_POLICY, "plain")
    assert [each["elements"][0]["text"] for each in view["blocks"] if each["type"] == "context"] == [said]
    assert "test" not in head(view)
    assert "test" in head(form_view(draft_of(name, {}), accounts, DEFAULT_POLICY, "rich"))
    assert "test" in head(form_view(draft_of(name, {}), accounts[:1], DEFAULT_POLICY, "plain"))


def head(view: View) -> str:
    """The first line of a form."""
    return str(view["blocks"][0]["text"]["text"])
