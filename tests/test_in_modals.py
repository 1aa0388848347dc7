"""The doubles for modals: what people can do in them, what Slack makes of it, and what it delivers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from bot.inbound import parse_click, parse_home_opened, parse_submission, parse_suggestion, parse_view_closed
from tests.fakes.clock import ManualClock
from tests.fakes.refusal import Refusal
from tests.fakes.slack import FakeSlack, Workspace
from tests.fakes.slack_payloads import Sender
from tests.in_modals import InModals
from tests.right_blocks import GROUPS, HOME, INPUTS, OPTIONS, SECTION, actions, asking, button, element, modal, plain

TEXT = asking(element("plain_text_input", initial_value=None, min_length=None), block_id="text")
PICK = asking(element("static_select"), block_id="pick", dispatch_action=True)
FIND = asking(element("external_select", initial_option=None), block_id="find", optional=True)
FORM = modal(TEXT, PICK, FIND, {**actions(button(value="token")), "block_id": "row"}, callback_id="form")


@dataclass
class Stage:
    """A fake Slack and, in place of the bot, answers that a test writes down."""

    slack: FakeSlack
    workspace: Workspace
    sender: Sender = field(init=False)
    delivered: list[dict[str, Any]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], dict[str, Any]] = lambda _: {}

    def __post_init__(self) -> None:
        http = httpx.AsyncClient(transport=httpx.MockTransport(self.take), base_url="http://bot.test")
        self.sender = Sender(http, "secret", ManualClock())

    def take(self, request: httpx.Request) -> httpx.Response:
        body = request.content.decode()
        payload = json.loads(body if body.startswith("{") else parse_qs(body)["payload"][0])
        self.delivered.append(payload)
        answer = self.answer(payload)
        return httpx.Response(200, json=answer) if answer else httpx.Response(200)

    async def settle(self) -> None:
        """Nothing goes on."""

    def open(self, view: dict[str, Any], user_id: str = "U0ALICE") -> dict[str, Any]:
        return self.do("views_open", trigger_id=self.slack.trigger(self.workspace, user_id), view=view)

    def do(self, method: str, **arguments: Any) -> dict[str, Any]:
        view: dict[str, Any] = getattr(self.slack, f"do_{method}")(self.workspace, arguments)["view"]
        return view


@pytest.fixture
def stage() -> Stage:
    slack = FakeSlack(ManualClock())
    return Stage(slack, slack.workspace())


@pytest.fixture
def alice(stage: Stage) -> InModals:
    return InModals(stage, "U0ALICE", "T0CASA")


@pytest.fixture
def bob(stage: Stage) -> InModals:
    return InModals(stage, "U0BOB", "T0CASA")


def test_a_trigger_opens_one_modal_within_three_seconds(stage: Stage) -> None:
    """Unknown, used and late ones are refused in Slack's words."""
    clock = stage.slack.clock
    assert isinstance(clock, ManualClock)
    trigger = stage.slack.trigger(stage.workspace, "U0ALICE")
    late = stage.slack.trigger(stage.workspace, "U0ALICE")
    clock.advance(3)
    stage.do("views_open", trigger_id=trigger, view=FORM)
    clock.advance(0.1)
    for given, code in ((trigger, "exchanged"), (late, "expired"), ("1.2.3", "invalid")):
        with pytest.raises(Refusal, match=f"{code}_trigger_id"):
            stage.do("views_open", trigger_id=given, view=FORM)


@pytest.mark.parametrize(
    ("view", "code"),
    [
        (modal(), "invalid_arguments"),
        (HOME, "invalid_arguments"),
        (modal(*({"type": "section", "text": plain("x" * 2990)} for _ in range(90))), "view_too_large"),
        ({**FORM, "external_id": "taken"}, "duplicate_external_id"),
    ],
)
def test_a_view_that_slack_would_refuse_is_refused_wherever_it_is_given(
    stage: Stage, view: dict[str, Any], code: str
) -> None:
    """Opened, updated and pushed; a refused view takes no trigger."""
    stage.open(modal(SECTION, external_id="taken"))
    opened = stage.open(FORM)
    trigger = stage.slack.trigger(stage.workspace, "U0ALICE", view_id=opened["id"])
    for method, more in (
        ("views_open", {"trigger_id": trigger}),
        ("views_push", {"trigger_id": trigger}),
        ("views_update", {"view_id": opened["id"]}),
    ):
        with pytest.raises(Refusal, match=code):
            stage.do(method, view=view, **more)
    assert stage.do("views_push", trigger_id=trigger, view=FORM)["previous_view_id"] == opened["id"]


def test_three_views_stand_on_each_other_and_no_more(stage: Stage) -> None:
    """Only an interaction in an open modal can push."""
    root = below = stage.open(FORM)
    for _ in range(2):
        trigger = stage.slack.trigger(stage.workspace, "U0ALICE", view_id=below["id"])
        pushed = stage.do("views_push", trigger_id=trigger, view=FORM)
        assert (pushed["root_view_id"], pushed["previous_view_id"]) == (root["id"], below["id"])
        below = pushed
    for view_id, code in ((below["id"], "push_limit_reached"), ("", "not_found")):
        with pytest.raises(Refusal, match=code):
            stage.do(
                "views_push",
                trigger_id=stage.slack.trigger(stage.workspace, "U0ALICE", view_id=view_id),
                view=FORM,
            )


def test_an_update_needs_an_open_view_and_its_newest_hash(stage: Stage) -> None:
    """By view_id or external_id; a hash that is given must fit."""
    opened = stage.open({**FORM, "external_id": "mine"})
    updated = stage.do("views_update", external_id="mine", view={**FORM, "external_id": "mine"}, hash=opened["hash"])
    assert updated["id"] == opened["id"]
    assert updated["hash"] != opened["hash"]
    for which, code in (
        ({"view_id": opened["id"], "hash": opened["hash"]}, "hash_conflict"),
        ({"view_id": "V9"}, "not_found"),
        ({"external_id": "other"}, "not_found"),
    ):
        with pytest.raises(Refusal, match=code):
            stage.do("views_update", view=FORM, **which)
    stage.workspace.screens.close(opened["id"])
    with pytest.raises(Refusal, match="not_found"):
        stage.do("views_update", view_id=opened["id"], view=FORM)


def test_a_view_of_one_workspace_is_unknown_in_another(stage: Stage) -> None:
    """Ids never coincide."""
    opened = stage.open(FORM)
    other = stage.slack.workspace("T0OTHER", "other")
    with pytest.raises(Refusal, match="not_found"):
        stage.slack.do_views_update(other, {"view_id": opened["id"], "view": FORM})


def test_a_home_tab_is_published_for_one_person(stage: Stage) -> None:
    """It keeps its id, changes its hash, and takes no modal."""
    first = stage.do("views_publish", user_id="U0BOB", view=HOME)
    again = stage.do("views_publish", user_id="U0BOB", view=HOME, hash=first["hash"])
    assert (again["id"], set(stage.workspace.screens.homes)) == (first["id"], {"U0BOB"})
    for arguments, code in (
        ({"user_id": "U0BOB", "view": HOME, "hash": first["hash"]}, "hash_conflict"),
        ({"user_id": "U0BOB", "view": FORM}, "invalid_arguments"),
        ({"user_id": "U0NOBODY", "view": HOME}, "user_not_found"),
    ):
        with pytest.raises(Refusal, match=code):
            stage.do("views_publish", **arguments)


TYPED: dict[str, tuple[object, str, object]] = {
    "plain_text_input": ("abc\ndef", "value", "abc\ndef"),
    "number_input": ("1.5", "value", "1.5"),
    "email_text_input": ("a@b.example", "value", "a@b.example"),
    "url_text_input": ("https://a.example", "value", "https://a.example"),
    "rich_text_input": (
        {"type": "rich_text", "elements": []},
        "rich_text_value",
        {"type": "rich_text", "elements": []},
    ),
    "datepicker": ("2026-01-01", "selected_date", "2026-01-01"),
    "timepicker": ("10:00", "selected_time", "10:00"),
    "datetimepicker": (1767225600, "selected_date_time", 1767225600),
    "static_select": ("one", "selected_option", OPTIONS[0]),
    "multi_static_select": (["two"], "selected_options", [OPTIONS[1]]),
    "external_select": (OPTIONS[0], "selected_option", OPTIONS[0]),
    "multi_external_select": ([OPTIONS[0]], "selected_options", [OPTIONS[0]]),
    "users_select": ("U2", "selected_user", "U2"),
    "multi_users_select": (["U2"], "selected_users", ["U2"]),
    "conversations_select": ("C2", "selected_conversation", "C2"),
    "multi_conversations_select": (["C2"], "selected_conversations", ["C2"]),
    "channels_select": ("C2", "selected_channel", "C2"),
    "multi_channels_select": (["C2"], "selected_channels", ["C2"]),
    "checkboxes": (["two", "one"], "selected_options", [OPTIONS[1], OPTIONS[0]]),
    "radio_buttons": ("two", "selected_option", OPTIONS[1]),
    "file_input": ([{"id": "F1", "name": "x"}], "files", [{"id": "F1", "name": "x"}]),
}


@pytest.mark.parametrize("kind", sorted(INPUTS))
async def test_every_kind_of_input_is_filled_in_and_submitted_in_its_own_form(
    stage: Stage, alice: InModals, kind: str
) -> None:
    """It begins as the view says, takes what a person gives it, and can be emptied where it is optional."""
    value, member, held = TYPED[kind]
    stage.open(modal(asking(element(kind), optional=True)))
    initial = next((v for name, v in INPUTS[kind].items() if name.startswith("initial_")), None)
    empty: object = [] if member.endswith("s") else None
    assert alice.held("field") == {"type": kind, member: empty if initial is None else initial}
    alice.fill({"field": value})
    assert alice.held("field") == {"type": kind, member: held}
    alice.fill({"field": None})
    await alice.submit()
    submission = parse_submission(stage.delivered[-1])
    assert stage.delivered[-1]["view"]["state"]["values"] == {"field": {"a": {"type": kind, member: empty}}}
    assert submission.value("field") in {None, ()}


@pytest.mark.parametrize(
    ("inner", "value"),
    [
        (element("static_select"), "three"),
        (element("multi_static_select"), ["three"]),
        (element("multi_static_select"), "one"),
        (element("multi_users_select"), ["U1"] * 4),
        (element("radio_buttons"), "three"),
        (element("plain_text_input"), "x" * 11),
        (element("plain_text_input", multiline=False), "a\nb"),
        (element("plain_text_input"), 12),
        (element("number_input"), "ten"),
        (element("number_input", is_decimal_allowed=False, initial_value=None), "1.5"),
        (element("datetimepicker"), "2026-01-01"),
        (element("file_input", max_files=1), ["F1", "F2"]),
    ],
)
def test_nobody_fills_in_what_a_client_would_not_take(
    stage: Stage, alice: InModals, inner: dict[str, Any], value: object
) -> None:
    """A test that tried it would prove nothing."""
    stage.open(modal(asking(inner)))
    with pytest.raises(AssertionError):
        alice.fill({"field": value})
    with pytest.raises(AssertionError, match="no input"):
        alice.fill({"elsewhere": value})


async def test_a_choice_is_delivered_with_everything_that_was_typed(stage: Stage, alice: InModals) -> None:
    """As it stands in the view, and with a trigger that opens a modal on top."""
    stage.open(FORM)
    alice.fill({"text": "abc"})
    await alice.choose("pick", "two")
    click = parse_click(stage.delivered[-1])
    assert (click.block_id, click.chosen, click.view_id) == ("pick", "two", alice.modal["id"])
    assert (click.view_hash, click.callback_id) == (alice.modal["hash"], "form")
    assert (click.values["text"]["a"], click.values["pick"]["a"]) == ("abc", "two")
    assert stage.do("views_push", trigger_id=click.trigger_id, view=FORM)["previous_view_id"] == click.view_id


async def test_an_input_that_dispatches_nothing_is_not_chosen_from(stage: Stage, alice: InModals) -> None:
    """Slack would tell the app nothing."""
    stage.open(FORM)
    with pytest.raises(AssertionError, match="tells the app nothing"):
        await alice.choose("text", "abc")


async def test_a_button_of_a_modal_is_pressed(stage: Stage, alice: InModals) -> None:
    """With its block, its value, and the inputs' state."""
    stage.open(FORM)
    await alice.press_in_view("go")
    click = parse_click(stage.delivered[-1])
    assert (click.block_id, click.action_id, click.value) == ("row", "go", "token")
    assert stage.delivered[-1]["container"] == {"type": "view", "view_id": click.view_id}
    assert not {"channel", "message", "response_url"} & stage.delivered[-1].keys()
    with pytest.raises(AssertionError, match="nowhere"):
        await alice.press_in_view("nowhere")


async def test_a_search_is_answered_and_judged(stage: Stage, alice: InModals) -> None:
    """Its options can be filled in; an answer that Slack would refuse fails the test."""
    stage.open(FORM)
    stage.answer = lambda _: {"option_groups": GROUPS}
    found = await alice.suggest("find", "o")
    assert found == OPTIONS
    assert parse_suggestion(stage.delivered[-1]).query == "o"
    alice.fill({"find": found[1]})
    assert alice.held("find")["selected_option"] == OPTIONS[1]
    stage.answer = lambda _: {"options": OPTIONS * 2}
    with pytest.raises(AssertionError):
        await alice.suggest("find", "o")


async def test_a_modal_is_submitted_only_when_complete(stage: Stage, alice: InModals) -> None:
    """Slack itself asks for what isn't optional."""
    stage.open(FORM)
    with pytest.raises(AssertionError, match="text"):
        await alice.submit()
    assert stage.delivered == []
    alice.fill({"text": "abc"})
    assert await alice.submit() == {}
    assert not alice.in_modal


async def test_errors_keep_the_modal_and_what_was_typed(stage: Stage, alice: InModals) -> None:
    """The same view, with the same hash."""
    before = stage.open(FORM)
    alice.fill({"text": "abc"})
    stage.answer = lambda _: {"response_action": "errors", "errors": {"text": "Type more."}}
    await alice.submit()
    assert (alice.modal["id"], alice.modal["hash"]) == (before["id"], before["hash"])
    assert alice.held("text")["value"] == "abc"


async def test_an_update_keeps_what_was_typed_under_the_same_ids_only(stage: Stage, alice: InModals) -> None:
    """Initial values count for inputs that are new, and for no others; another type is another input."""
    opened = stage.open(FORM)
    alice.fill({"text": "abc", "pick": "one"})
    renamed = asking(element("plain_text_input", initial_value="new", action_id="b"), block_id="text")
    again = asking(element("plain_text_input", initial_value="other"), block_id="text")
    other = asking(element("radio_buttons"), block_id="pick")
    stage.do("views_update", view_id=opened["id"], view=modal(again, other))
    assert alice.held("text")["value"] == "abc"
    assert alice.held("pick") == {"type": "radio_buttons", "selected_option": OPTIONS[0]}
    stage.answer = lambda _: {"response_action": "update", "view": modal(renamed)}
    await alice.submit()
    assert alice.held("text")["value"] == "new"
    assert alice.modal["hash"] != opened["hash"]


async def test_pushed_modals_are_left_one_by_one_or_all_at_once(stage: Stage, alice: InModals) -> None:
    """Pushed by an answer; below, everything is as it was left."""
    stage.open(FORM)
    alice.fill({"text": "abc"})
    stage.answer = lambda _: {"response_action": "push", "view": modal(SECTION)}
    await alice.submit()
    assert alice.modal["blocks"][0]["type"] == "section"
    stage.answer = lambda _: {}
    await alice.submit()
    assert alice.held("text")["value"] == "abc"
    for _ in range(2):
        stage.answer = lambda _: {"response_action": "push", "view": FORM}
        await alice.submit()
        alice.fill({"text": "x"})
    with pytest.raises(AssertionError, match="push_limit_reached"):
        await alice.submit()
    stage.answer = lambda _: {"response_action": "clear"}
    await alice.submit()
    assert not alice.in_modal


@pytest.mark.parametrize(
    "answer",
    [{"response_action": "errors", "errors": {"row": "x"}}, {"response_action": "update", "view": modal()}],
)
async def test_an_answer_that_slack_would_not_take_fails_the_test(
    stage: Stage, alice: InModals, answer: dict[str, Any]
) -> None:
    """Errors under what is no input, and views that are none."""
    stage.open(FORM)
    alice.fill({"text": "abc", "pick": "one"})
    stage.answer = lambda _: answer
    with pytest.raises(AssertionError, match=r"/errors/row|/blocks"):
        await alice.submit()


@pytest.mark.parametrize("everything", [True, False])
async def test_a_closed_modal_is_told_where_it_asks_for_it(stage: Stage, alice: InModals, everything: bool) -> None:
    """With what was typed, and whether the whole stack was closed."""
    stage.open(FORM)
    await alice.close()
    assert stage.delivered == []
    stage.open({**FORM, "notify_on_close": True})
    alice.fill({"text": "abc"})
    await alice.close(everything=everything)
    closed = parse_view_closed(stage.delivered[-1])
    assert (closed.cleared, closed.values["text"]["a"]) == (everything, "abc")
    assert not alice.in_modal


async def test_each_person_has_modals_of_their_own(stage: Stage, alice: InModals, bob: InModals) -> None:
    """The newest that is open for them, whatever others open."""
    stage.open(FORM)
    with pytest.raises(AssertionError, match="no modal is open"):
        bob.fill({"text": "x"})
    hers = alice.modal["id"]
    stage.open(FORM, "U0BOB")
    assert alice.modal["id"] == hers != bob.modal["id"]


async def test_the_home_tab_is_opened_and_pressed(stage: Stage, alice: InModals) -> None:
    """The event carries what was published before, and nothing the first time; presses carry the view."""
    assert await alice.open_home() == {}
    assert "view" not in stage.delivered[-1]["event"]
    stage.do("views_publish", user_id="U0ALICE", view=HOME)
    await alice.open_home()
    assert stage.delivered[-1]["event"]["view"]["id"] == stage.workspace.screens.homes["U0ALICE"]["id"]
    await alice.press_in_home("go")
    assert parse_home_opened(stage.delivered[-2]) is not None
    click = parse_click(stage.delivered[-1])
    assert (click.view_id, click.channel_id) == (stage.workspace.screens.homes["U0ALICE"]["id"], "")
    assert stage.delivered[-1]["view"]["type"] == "home"
