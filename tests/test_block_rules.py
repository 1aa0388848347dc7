"""The judge itself: what is right passes whole, and each single wrong is found."""

import json
from typing import Any

import pytest

from tests.block_rules import (
    message_problems,
    plain_style_problems,
    submission_answer_problems,
    suggestion_problems,
    view_problems,
)
from tests.right_blocks import (
    ALERT,
    CONFIRM,
    GROUPS,
    HOME,
    INPUTS,
    LIST,
    OPTIONS,
    OTHERS,
    OVERFLOW,
    RICH,
    RIGHT,
    SECTION,
    actions,
    asking,
    button,
    element,
    modal,
    option,
    plain,
    rich,
)


@pytest.mark.parametrize("kind", sorted(INPUTS))
def test_a_right_element_of_each_kind_passes_as_an_input(kind: str) -> None:
    """With everything that it may have."""
    assert view_problems(modal(asking(element(kind)))) == []


@pytest.mark.parametrize("view", [RIGHT, HOME])
def test_a_right_view_passes(view: dict[str, Any]) -> None:
    """Every block that may stand there."""
    assert view_problems(view) == []


WRONG_ELEMENTS = [
    (element("plain_text_input", max_length=3001), "max_length"),
    (element("plain_text_input", min_length=-1), "min_length"),
    (element("plain_text_input", min_length=11), "min_length"),
    (element("plain_text_input", initial_value="x" * 11), "initial_value"),
    (element("plain_text_input", initial_value=""), "initial_value"),
    (element("plain_text_input", multiline="yes"), "multiline"),
    (element("plain_text_input", placeholder=plain("x" * 151)), "placeholder"),
    (element("plain_text_input", confirm=CONFIRM), "confirm"),
    (element("plain_text_input", dispatch_action_config={"trigger_actions_on": ["on_focus"]}), "on_enter"),
    (element("plain_text_input", action_id=None), "missing action_id"),
    (element("plain_text_input", action_id="x" * 256), "action_id"),
    (element("plain_text_input", action_id=""), "action_id"),
    (element("plain_text_input", value="x"), "unknown member"),
    (element("number_input", is_decimal_allowed=None, initial_value=None), "missing is_decimal_allowed"),
    (element("number_input", is_decimal_allowed=False), "initial_value"),
    (element("number_input", min_value=1), "min_value"),
    (element("number_input", max_value="ten"), "max_value"),
    (element("number_input", min_value="5"), "out of order"),
    (element("email_text_input", initial_value=""), "initial_value"),
    (element("url_text_input", multiline=True), "unknown member"),
    (element("datepicker", initial_date="2026-02-29"), "YYYY-MM-DD"),
    (element("datepicker", initial_date="20260228"), "YYYY-MM-DD"),
    (element("timepicker", initial_time="24:00"), "HH:mm"),
    (element("timepicker", initial_time="9:00"), "HH:mm"),
    (element("timepicker", timezone="Mars/North"), "time zone"),
    (element("datetimepicker", initial_date_time="1767225600"), "initial_date_time"),
    (element("datetimepicker", initial_date_time=17672256000), "initial_date_time"),
    (element("datetimepicker", placeholder=plain("x")), "unknown member"),
    (element("static_select", options=None, initial_option=None), "options or option_groups"),
    (element("static_select", option_groups=OTHERS), "options or option_groups"),
    (element("static_select", options=[], initial_option=None), "1 to 100"),
    (element("static_select", options=[option(str(n)) for n in range(101)], initial_option=None), "1 to 100"),
    (element("static_select", options=[*OPTIONS, option("one")]), "'one'"),
    (element("static_select", initial_option=option("three")), "not among"),
    (element("static_select", options=[{"text": plain("x"), "value": "x" * 151}], initial_option=None), "150"),
    (element("static_select", options=[option("")], initial_option=None), "/value"),
    (element("static_select", options=[{"text": plain("x" * 76), "value": "x"}], initial_option=None), "75"),
    (
        element("static_select", options=[{**option("x"), "description": plain("x" * 76)}], initial_option=None),
        "description",
    ),
    (
        element(
            "static_select", options=[{"text": {"type": "mrkdwn", "text": "x"}, "value": "x"}], initial_option=None
        ),
        "/text",
    ),
    (element("static_select", options=[OVERFLOW["options"][0]], initial_option=None), "url"),
    (element("static_select", confirm={**CONFIRM, "deny": plain("x" * 31)}), "deny"),
    (element("static_select", max_selected_items=1), "unknown member"),
    (element("multi_static_select", max_selected_items=0), "max_selected_items"),
    (element("multi_static_select", max_selected_items=1), "more than max_selected_items"),
    (element("multi_static_select", initial_options=[]), "initial_options"),
    (element("multi_static_select", initial_options=[OPTIONS[0]] * 2), "are the same"),
    (element("multi_static_select", initial_options=[option("three")]), "not among"),
    (element("multi_static_select", option_groups=[*GROUPS, {"label": plain("x"), "options": OPTIONS[:1]}]), "'one'"),
    (element("multi_static_select", option_groups=[], initial_options=None), "option_groups"),
    (element("multi_static_select", option_groups=[{"label": plain("x" * 76), "options": OPTIONS}]), "label"),
    (element("multi_static_select", option_groups=[{"label": plain("x"), "options": []}]), "options"),
    (element("external_select", min_query_length="3"), "min_query_length"),
    (element("external_select", options=OPTIONS), "unknown member"),
    (element("external_select", initial_option={"value": "x"}), "text"),
    (element("multi_external_select", initial_options=[option("x"), option("y")]), "more than max"),
    (element("users_select", initial_user=1), "initial_user"),
    (element("multi_users_select", initial_users=["U1"] * 4), "more than max"),
    (element("conversations_select", filter={}), "filters nothing"),
    (element("conversations_select", filter={"include": ["secret"]}), "include"),
    (element("checkboxes", options=[option(str(n)) for n in range(11)], initial_options=None), "1 to 10"),
    (element("checkboxes", initial_options=[option("three")]), "not among"),
    (element("checkboxes", placeholder=plain("x")), "unknown member"),
    (element("radio_buttons", options=[], initial_option=None), "1 to 10"),
    (element("radio_buttons", initial_option=option("three")), "not among"),
    (element("file_input", max_files=11), "max_files"),
    (element("file_input", filetypes=[".pdf"]), "file type"),
    (element("file_input", filetypes=[]), "filetypes"),
    (button(), "can't stand in input"),
    (OVERFLOW, "can't stand in input"),
    ({"type": "slider", "action_id": "a"}, "unknown element"),
    ({"type": ["static_select"]}, "unknown element"),
    ("static_select", "unknown element"),
]


@pytest.mark.parametrize(("wrong", "says"), WRONG_ELEMENTS)
def test_each_wrong_of_an_element_is_found(wrong: Any, says: str) -> None:
    """And nothing else is said."""
    found = view_problems(modal(asking(wrong)))
    assert found
    assert all(says in problem for problem in found), found


WRONG_VIEWS = [
    (modal(title=None, *[SECTION]), "missing title"),  # noqa: B026 — the block stands where blocks stand
    (modal(SECTION, title=plain("x" * 25)), "/title"),
    (modal(SECTION, title=plain("   ")), "shows nothing"),
    (modal(SECTION, title={"type": "mrkdwn", "text": "x"}), "/title"),
    (modal(SECTION, submit=plain("x" * 25)), "/submit"),
    (modal(SECTION, close=plain("")), "/close"),
    (modal(), "/blocks"),
    (modal(*[SECTION] * 101), "/blocks"),
    (modal(SECTION, private_metadata="x" * 3001), "private_metadata"),
    (modal(SECTION, callback_id="x" * 256), "callback_id"),
    (modal(SECTION, external_id="x" * 256), "external_id"),
    (modal(SECTION, notify_on_close="no"), "notify_on_close"),
    (modal(SECTION, hash="1.a"), "unknown member"),
    (modal(asking(element("file_input")), submit=None), "needs submit"),
    (modal(asking(element("datepicker")), asking(element("datepicker"))), "'field'"),
    (
        modal(
            *(asking(element("datepicker", focus_on_load=True), block_id=name) for name in ("one", "two")),
        ),
        "focus",
    ),
    (modal(actions(button(), button())), "'go'"),
    (modal(actions()), "1 to 25"),
    (modal(actions(element("plain_text_input"))), "can't stand in actions"),
    (modal(actions(element("multi_users_select"))), "can't stand in actions"),
    (modal({**SECTION, "accessory": element("datetimepicker")}), "can't stand in section"),
    (modal(actions(element("channels_select"))), "inputs of modals only"),
    (modal(asking(element("datepicker"), label=plain("x" * 2001))), "/label"),
    (modal(asking(element("datepicker"), hint=plain(""))), "/hint"),
    (modal(asking(element("datepicker"), optional=1)), "/optional"),
    (modal(asking(element("datepicker"), block_id=None)), "missing block_id"),
    (modal(asking(element("datepicker"), block_id="x" * 256)), "/block_id"),
    (modal({"type": "markdown", "text": "x"}), "not allowed here"),
    (modal({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}), "not allowed here"),
    (modal({**ALERT, "text": plain("x" * 201)}), "200"),
    (modal({**ALERT, "level": "loud"}), "level"),
    (modal({"type": "section", "block_id": "x"}), "text or fields"),
    (modal({"type": "section", "text": plain("x" * 3001)}), "3000"),
    (modal({"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}}), "unescaped"),
    (modal({"type": "header", "text": plain("x" * 151)}), "150"),
    (modal({"type": "context", "elements": [plain("x")] * 11}), "1 to 10"),
    (modal(rich({"type": "rich_text_section", "elements": []})), "elements"),
    (modal(rich({"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]})), "/text"),
    (modal(rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]})), "preformatted"),
    (modal(rich({**LIST, "indent": 9})), "indent"),
    (modal(rich({**LIST, "style": "dotted"})), "style"),
    (modal({"type": ["section"]}), "not allowed here"),
    (modal(*({"type": "section", "text": plain("x" * 2990)} for _ in range(90))), "view_too_large"),
    ({**HOME, "title": plain("x")}, "unknown member"),
    ({**HOME, "submit": plain("x")}, "unknown member"),
    ({**HOME, "blocks": [ALERT]}, "not allowed here"),
    ({**HOME, "blocks": [asking(element("file_input"))]}, "modals only"),
    ({"type": "message", "blocks": [SECTION]}, "modal or home"),
]


@pytest.mark.parametrize(("wrong", "says"), WRONG_VIEWS)
def test_each_wrong_of_a_view_is_found(wrong: dict[str, Any], says: str) -> None:
    """And nothing else is said."""
    found = view_problems(wrong)
    assert found
    assert all(says in problem for problem in found), found


@pytest.mark.parametrize("block", [ALERT, asking(element("datepicker"))])
def test_what_stands_in_views_only_is_found_in_a_message(block: dict[str, Any]) -> None:
    """Alerts and inputs."""
    assert message_problems({"text": "x", "blocks": [block]})
    assert message_problems({"text": "x", "blocks": [SECTION, RICH]}) == []


@pytest.mark.parametrize("answer", [{"options": []}, {"options": OPTIONS}, {"option_groups": GROUPS}])
def test_right_answers_to_a_search_pass(answer: dict[str, Any]) -> None:
    """Nothing found is an empty list."""
    assert suggestion_problems(answer) == []


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"options": OPTIONS, "option_groups": OTHERS},
        {"options": [option(str(n)) for n in range(101)]},
        {"options": [option("x"), option("x")]},
        {"options": [{"text": plain(""), "value": "x"}]},
        {"option_groups": []},
        {"option_groups": [*GROUPS, {"label": plain("x"), "options": OPTIONS[:1]}]},
        {"options": OPTIONS, "more": True},
        {"options": None},
    ],
)
def test_wrong_answers_to_a_search_are_found(answer: dict[str, Any]) -> None:
    """One wrong each."""
    assert len(suggestion_problems(answer)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"response_action": "clear"},
        {"response_action": "errors", "errors": {"field": "Type a number."}},
        {"response_action": "update", "view": RIGHT},
        {"response_action": "push", "view": RIGHT},
    ],
)
def test_right_answers_to_a_submission_pass(answer: dict[str, Any]) -> None:
    """Every kind there is."""
    assert submission_answer_problems(answer, modal(asking(element("datepicker")))) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "close"},
        {"response_action": "clear", "view": RIGHT},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"elsewhere": "x"}},
        {"response_action": "errors", "errors": {"s": "a section takes none"}},
        {"response_action": "errors", "errors": {"field": ""}},
        {"response_action": "errors", "errors": {"field": 1}},
        {"response_action": "update"},
        {"response_action": "push", "view": HOME},
        {"response_action": "update", "view": modal()},
    ],
)
def test_wrong_answers_to_a_submission_are_found(answer: dict[str, Any]) -> None:
    """One wrong each."""
    view = modal({**SECTION, "block_id": "s"}, asking(element("datepicker")))
    assert len(submission_answer_problems(answer, view)) == 1


PLAIN = modal(
    SECTION,
    {"type": "context", "elements": [plain("x")]},
    *(
        asking(element(kind), block_id=kind)
        for kind in ("plain_text_input", "static_select", "checkboxes", "radio_buttons", "datepicker")
    ),
)
PLAIN_MESSAGE = [SECTION, actions(button(), element("static_select"), OVERFLOW)]


def test_what_the_local_slack_shows_passes() -> None:
    """In each place."""
    assert plain_style_problems(PLAIN) == []
    assert plain_style_problems(PLAIN_MESSAGE) == []
    assert plain_style_problems({"text": "x", "blocks": PLAIN_MESSAGE}) == []
    assert plain_style_problems({"type": "home", "blocks": PLAIN_MESSAGE}) == []


@pytest.mark.parametrize(
    "shown",
    [
        modal(RICH),
        modal(ALERT),
        modal(actions(button())),
        modal({**SECTION, "accessory": button()}),
        modal(asking(element("datepicker"), dispatch_action=True)),
        modal(asking(element("multi_static_select", option_groups=None, options=OPTIONS))),
        modal(asking(element("static_select", options=None, option_groups=GROUPS))),
        *(
            modal(asking(element(kind)))
            for kind in sorted(INPUTS)
            if kind not in {"plain_text_input", "static_select", "checkboxes", "radio_buttons", "datepicker"}
            and kind != "multi_static_select"
        ),
        {"type": "home", "blocks": [asking(element("plain_text_input"))]},
        {"type": "home", "blocks": [{"type": "table", "rows": []}]},
        [actions(element("checkboxes"))],
        [{"type": "markdown", "text": "x"}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": "```x```"}}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": "<!date^1^{date}|x>"}}],
    ],
)
def test_what_the_local_slack_cannot_show_is_found(shown: Any) -> None:
    """One sentence each."""
    assert len(plain_style_problems(shown)) == 1


def test_judging_changes_nothing() -> None:
    """What is judged is sent afterwards."""
    before = json.dumps([RIGHT, HOME, PLAIN])
    for view in (RIGHT, HOME, PLAIN):
        view_problems(view)
        plain_style_problems(view)
    assert json.dumps([RIGHT, HOME, PLAIN]) == before
