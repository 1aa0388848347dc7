"""Slack's payloads become values, whoever's Slack it is; what is no payload is refused without being quoted."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Place
from bot.inbound import (
    PayloadError,
    event_key,
    parse_click,
    parse_command,
    parse_home_opened,
    parse_mention,
    parse_message_shortcut,
    parse_submission,
    parse_suggestion,
    parse_view_closed,
)
from bot.replies import Asker
from tests.fakes import slack_payloads as payloads


def test_a_command_is_read_whole() -> None:
    """What was typed comes as it was typed."""
    form = payloads.command("  get event payload “x” ", trigger="1.t")
    received = parse_command(form)
    assert (received.team_id, received.user_id, received.channel_id) == ("T0CASA", "U0ALICE", "C0GENERAL")
    assert received.text == "  get event payload “x” "
    assert received.user_team_id == "T0CASA"
    assert received.enterprise_id is None
    assert received.key == parse_command(form).key != parse_command(payloads.command("x", trigger="2.t")).key


def test_a_click_is_read_with_its_card() -> None:
    """Who, which button, on which message, in which thread."""
    click = parse_click(payloads.click("approve", "token", message={"ts": "2.2", "thread_ts": "1.1"}))
    assert (click.action_id, click.value, click.user_id, click.user_team_id) == ("approve", "token", "U0BOB", "T0CASA")
    assert (click.channel_id, click.message_ts, click.thread_ts) == ("C0GENERAL", "2.2", "1.1")


@pytest.mark.parametrize("local", [False, True])
def test_a_click_in_the_home_tab_is_in_no_channel(local: bool) -> None:
    """As real Slack and the local one send it: it is answered by direct message."""
    click = parse_click(payloads.home_click({"action_id": "run:0", "value": "help"}, user="U0BOB", local=local))
    assert (click.at_home, click.channel_id, click.value) == (True, "", "help")
    asker = Asker.of(click)
    assert (asker.place, asker.response_url) == (Place("U0BOB"), None)
    assert asker.place.private


def test_a_click_elsewhere_is_not_in_the_home_tab() -> None:
    """In a message or a modal."""
    view = {"id": "V1", "callback_id": "run"}
    assert not parse_click(payloads.click("approve", "token")).at_home
    assert not parse_click(payloads.choice(view, "found", "ch_1", {})).at_home


def test_an_opened_home_tab_is_told_and_other_tabs_are_not() -> None:
    """The same event comes for the messages tab; a redelivery has the same key."""
    opened = parse_home_opened(payloads.home_opened(user="U0BOB", event_id="Ev1"))
    assert opened is not None
    assert (opened.team_id, opened.user_id) == ("T0CASA", "U0BOB")
    assert opened == parse_home_opened(payloads.home_opened(user="U0BOB", event_id="Ev1"))
    assert parse_home_opened(payloads.home_opened(tab="messages")) is None
    with pytest.raises(PayloadError):
        parse_home_opened({**payloads.home_opened(), "event": {"type": "app_home_opened", "tab": "home"}})


def test_a_member_of_a_connected_workspace_keeps_their_own_team() -> None:
    """D7: team is the app's workspace; only user.team_id tells where the clicker belongs."""
    click = parse_click(payloads.click("approve", user_team="T9OTHER"))
    assert (click.team_id, click.user_team_id) == ("T0CASA", "T9OTHER")


def test_a_clicker_of_untold_workspace_is_not_taken_for_a_member() -> None:
    """An absent user.team_id is not filled in by guessing."""
    payload = payloads.click("approve")
    del payload["user"]["team_id"]
    assert parse_click(payload).user_team_id == ""


def test_an_org_wide_install_names_no_team() -> None:
    """D13: team is null; the workspace is the one the person acts in, and only with the enterprise named."""
    payload = payloads.click("approve", team=None, user_team="T0CASA", enterprise="E0ORG")
    click = parse_click(payload)
    assert (click.team_id, click.enterprise_id) == ("T0CASA", "E0ORG")
    with pytest.raises(PayloadError):
        parse_click(payloads.click("approve", team=None, user_team="T0CASA"))


def test_a_submission_in_a_shared_channel_belongs_where_the_app_is() -> None:
    """app_installed_team_id, not the submitter's own team, says whose modal it is."""
    payload = payloads.submission({"callback_id": "c"}, {}, team="T9OTHER")
    payload["view"]["app_installed_team_id"] = "T0CASA"
    submission = parse_submission(payload)
    assert (submission.team_id, submission.user_team_id) == ("T0CASA", "T9OTHER")


def test_a_mention_is_read_with_its_thread() -> None:
    """Who, where, below what; the text as Slack writes it, and the key of its event."""
    payload = payloads.mention("<@U0BOT> a &amp; b", ts="2.2", thread_ts="1.1", event_id="Ev1")
    mention = parse_mention(payload)
    assert mention is not None
    assert (mention.team_id, mention.user_id, mention.user_team_id) == ("T0CASA", "U0ALICE", "T0CASA")
    assert (mention.channel_id, mention.ts, mention.thread_ts) == ("C0GENERAL", "2.2", "1.1")
    assert mention.text == "<@U0BOT> a &amp; b"
    assert mention.key == event_key(payload)
    assert "amp" not in repr(mention)


def test_a_mention_in_a_shared_channel_belongs_where_the_app_is() -> None:
    """The envelope may name the other workspace; the authorization names ours."""
    payload = payloads.mention("x", ts="2.2", user_team="T9OTHER", shared=True) | {"team_id": "T9OTHER"}
    mention = parse_mention(payload)
    assert mention is not None
    assert (mention.team_id, mention.user_team_id) == ("T0CASA", "T9OTHER")


@pytest.mark.parametrize(
    "said", [{"user": None}, {"bot_id": "B1"}, {"edited": {"ts": "1"}}, {"subtype": "message_deleted"}]
)
def test_what_nobody_just_wrote_is_no_mention(said: dict[str, Any]) -> None:
    """Bots, edits and notices."""
    assert parse_mention(payloads.mention("x", ts="2.2", **said)) is None


def test_a_message_shortcut_is_read_with_its_message() -> None:
    """Its place and what it shows, in its order; what a button hands back is not shown."""
    blocks = [{"type": "actions", "elements": [{"type": "button", "value": "hidden", "text": {"text": "Go"}}]}]
    attachment = {"title": "one", "fields": [{"title": "two", "value": "three"}], "title_link": "https://four"}
    message = {"ts": "2.2", "thread_ts": "1.1", "text": "zero", "attachments": [attachment], "blocks": blocks}
    shortcut = parse_message_shortcut(payloads.message_action(message, trigger="t"))
    assert (shortcut.channel_id, shortcut.ts, shortcut.thread_ts) == ("C0GENERAL", "2.2", "1.1")
    assert shortcut.texts == ("zero", "one", "two", "three", "https://four", "Go")
    assert "zero" not in repr(shortcut)


@pytest.mark.parametrize(
    ("state", "held"),
    [
        ({"type": "plain_text_input", "value": "x"}, "x"),
        ({"type": "plain_text_input", "value": None}, None),
        ({"type": "static_select", "selected_option": {"text": {}, "value": "v"}}, "v"),
        ({"type": "static_select", "selected_option": None}, None),
        ({"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}, ("a", "b")),
        ({"type": "datepicker", "selected_date": "2026-01-01"}, "2026-01-01"),
        ({"type": "timepicker", "selected_time": "10:00"}, "10:00"),
        ({"type": "datetimepicker", "selected_date_time": 1767225600}, 1767225600),
        ({"type": "users_select", "selected_user": "U1"}, "U1"),
        ({"type": "multi_users_select", "selected_users": ["U1", "U2"]}, ("U1", "U2")),
        ({"type": "conversations_select", "selected_conversation": "C1"}, "C1"),
        ({"type": "file_input", "files": [{"id": "F1", "name": "x", "size": 3}, {"id": "F2"}]}, ("F1", "F2")),
        ({"type": "file_input", "files": []}, ()),
        ({"type": "number_input", "value": "12.50"}, "12.50"),
        ({"type": "email_text_input", "value": "a@b.example"}, "a@b.example"),
        ({"type": "url_text_input", "value": "https://a.example"}, "https://a.example"),
        ({"type": "multi_external_select", "selected_options": [{"text": {}, "value": "v"}]}, ("v",)),
        ({"type": "channels_select", "selected_channel": "C1"}, "C1"),
        # The local Slack submits inputs that it can't render like this, without a value.
        ({"type": "number_input", "selected_option": None}, None),
        ({"type": "rich_text_input", "rich_text_value": {}}, None),
    ],
)
def test_every_kind_of_input_gives_what_it_holds(state: dict[str, Any], held: object) -> None:
    """Whatever the element calls its value; empty and absent are both None."""
    submission = parse_submission(payloads.submission({"callback_id": "c"}, {"block": {"action": state}}))
    assert submission.value("block") == held
    assert submission.value("elsewhere") is None
    assert submission.text("block") == (
        "" if held is None else ",".join(held) if isinstance(held, tuple) else str(held)
    )


def test_a_select_in_a_message_gives_the_chosen_value() -> None:
    """A choice comes as selected_option and reads like a button's value."""
    payload = payloads.click("pick")
    payload["actions"][0] |= {"type": "static_select", "selected_option": {"text": {}, "value": "chosen"}}
    assert parse_click(payload).value == "chosen"


VIEW = {"id": "V1", "hash": "1.a", "callback_id": "form", "private_metadata": "draft", "type": "modal"}


@pytest.mark.parametrize(
    ("kind", "member", "chosen", "value"),
    [
        ("button", {"value": "token"}, "token", "token"),
        ("button", {}, None, ""),
        ("static_select", {"selected_option": {"text": {}, "value": "v"}}, "v", "v"),
        ("external_select", {"selected_option": None}, None, ""),
        ("checkboxes", {"selected_options": [{"value": "a"}, {"value": "b"}]}, ("a", "b"), "a,b"),
        ("multi_external_select", {"selected_options": []}, (), ""),
        ("users_select", {"selected_user": "U1"}, "U1", "U1"),
        ("multi_users_select", {"selected_users": ["U1", "U2"]}, ("U1", "U2"), "U1,U2"),
        ("conversations_select", {"selected_conversation": "C1"}, "C1", "C1"),
        ("datepicker", {"selected_date": "2026-01-01"}, "2026-01-01", "2026-01-01"),
        ("datetimepicker", {"selected_date_time": 1767225600}, 1767225600, "1767225600"),
        ("plain_text_input", {"value": "typed"}, "typed", "typed"),
    ],
)
def test_a_choice_in_a_modal_is_read_with_its_view(
    kind: str, member: dict[str, Any], chosen: object, value: str
) -> None:
    """Which element, what it holds now, in which view as it stood, and what the other inputs hold."""
    beside = {"name": {"text": {"type": "plain_text_input", "value": "pasted-secret"}}}
    payload = payloads.view_action(VIEW, "block", {"type": kind, "action_id": "pick"}, member, beside, user_team="T1")
    click = parse_click(payload)
    assert (click.block_id, click.action_id, click.chosen, click.value) == ("block", "pick", chosen, value)
    assert (click.view_id, click.view_hash, click.callback_id, click.private_metadata) == (
        "V1",
        "1.a",
        "form",
        "draft",
    )
    assert click.values["name"]["text"] == "pasted-secret"
    assert (click.channel_id, click.message_ts, click.user_team_id) == ("", None, "T1")
    assert "pasted-secret" not in repr(click)


def test_a_click_in_a_message_has_no_view() -> None:
    """Nothing is filled in by guessing."""
    click = parse_click(payloads.click("approve", "token"))
    assert (click.view_id, click.view_hash, click.callback_id, click.chosen) == (None, "", "", "token")
    assert click.block_id == "actions"


@pytest.mark.parametrize("state", [None, {}, {"values": None}, {"values": {}}])
def test_a_view_that_holds_nothing_is_read(state: object) -> None:
    """Slack and the local Slack leave a view's state out, empty, or null."""
    payload = payloads.view_action(VIEW, "b", {"type": "button", "action_id": "go"}, {"value": "x"}, {})
    payload["view"]["state"] = state
    assert parse_click(payload).values == {}


def test_a_search_is_read_with_its_view() -> None:
    """Who types what into which select, with what else the modal holds; what was typed stays out of logs."""
    beside = {"name": {"text": {"type": "plain_text_input", "value": "x"}}}
    searched = parse_suggestion(payloads.suggestion(VIEW, "customer", "find", "jenny@", beside, user="U0BOB"))
    assert (searched.team_id, searched.user_id, searched.user_team_id) == ("T0CASA", "U0BOB", "T0CASA")
    assert (searched.block_id, searched.action_id, searched.query) == ("customer", "find", "jenny@")
    assert (searched.view_id, searched.callback_id, searched.private_metadata) == ("V1", "form", "draft")
    assert searched.values["name"]["text"] == "x"
    assert "jenny" not in repr(searched)


def test_a_search_in_a_message_has_no_view() -> None:
    """And a search for nothing yet is an empty one."""
    payload = payloads.suggestion(VIEW, "customer", "find", "", {})
    del payload["view"]
    searched = parse_suggestion(payload | {"value": None})
    assert (searched.view_id, searched.callback_id, searched.query, searched.values) == (None, "", "", {})


@pytest.mark.parametrize("cleared", [True, False])
def test_a_closed_modal_is_read_with_what_it_held(cleared: bool) -> None:
    """So that a draft can be kept."""
    held = {"name": {"text": {"type": "plain_text_input", "value": "pasted-secret"}}}
    closed = parse_view_closed(payloads.view_closed(VIEW, held, cleared=cleared))
    assert (closed.team_id, closed.user_id, closed.user_team_id) == ("T0CASA", "U0ALICE", "T0CASA")
    assert (closed.callback_id, closed.view_id, closed.private_metadata) == ("form", "V1", "draft")
    assert closed.values["name"]["text"] == "pasted-secret"
    assert closed.cleared is cleared
    assert "pasted-secret" not in repr(closed)


@pytest.mark.parametrize("parse", [parse_click, parse_submission, parse_suggestion, parse_view_closed])
def test_what_is_done_in_a_modal_belongs_where_the_app_is(parse: Any) -> None:
    """In a shared channel team is the person's own workspace."""
    payload = {
        **payloads.view_closed(VIEW, {}, team="T9OTHER"),
        **payloads.suggestion(VIEW, "b", "a", "x", {}, team="T9OTHER"),
        **payloads.view_action(VIEW, "b", {"type": "button", "action_id": "a"}, {}, {}, team="T9OTHER"),
    }
    payload["view"]["app_installed_team_id"] = "T0CASA"
    read = parse(payload)
    assert (read.team_id, read.user_team_id) == ("T0CASA", "T9OTHER")


def test_an_opened_home_is_read_whether_or_not_something_is_published() -> None:
    """The first time there is no view yet."""
    for view in (None, {"id": "V2", "type": "home", "blocks": []}):
        payload = payloads.home_opened(view=view, user="U0BOB", event_id="Ev1")
        opened = parse_home_opened(payload)
        assert opened is not None
        assert (opened.team_id, opened.user_id, opened.user_team_id) == ("T0CASA", "U0BOB", "T0CASA")
        assert (opened.tab, opened.enterprise_id, opened.key) == ("home", None, event_key(payload))


def test_the_messages_tab_is_no_home() -> None:
    """Slack sends the same event for it."""
    assert parse_home_opened(payloads.home_opened(tab="messages")) is None


def test_a_click_in_the_home_tab_names_its_view() -> None:
    """Real Slack's; it has no channel and no message."""
    home = {"id": "V2", "type": "home", "blocks": [], "hash": "1.h"}
    click = parse_click(payloads.view_action(home, "b", {"type": "button", "action_id": "go"}, {"value": "x"}, {}))
    assert (click.view_id, click.view_hash, click.value, click.channel_id) == ("V2", "1.h", "x", "")


def test_a_click_in_the_local_slacks_home_has_no_channel() -> None:
    """It sends an empty channel id, no message and no view."""
    click = parse_click(payloads.local_home_click("home", "x"))
    assert (click.channel_id, click.message_ts, click.view_id, click.value) == ("", None, None, "x")


def test_keys_tell_deliveries_apart_and_fit_the_table() -> None:
    """The same click again has the same key; another person's, button's, card's or moment's has another."""
    base = payloads.click("approve", "v", action_ts="1.1")
    others = [
        payloads.click("deny", "v", action_ts="1.1"),
        payloads.click("approve", "v", action_ts="1.2"),
        payloads.click("approve", "v", action_ts="1.1", user="U0CAROL"),
        payloads.click("approve", "v", action_ts="1.1", message={"ts": "9.9"}),
    ]
    keys = [parse_click(payload).key for payload in (base, *others)]
    assert parse_click(payloads.click("approve", "v", action_ts="1.1")).key == keys[0]
    assert len(set(keys)) == len(keys)
    view = {"id": "V1", "hash": "1.a", "callback_id": "c"}
    again = [parse_submission(payloads.submission(v, {})).key for v in (view, view, view | {"hash": "1.b"})]
    assert again[0] == again[1] != again[2]
    assert all(len(key) <= 128 for key in keys + again)
    assert event_key(payloads.event({"type": "x"}, event_id="Ev1")) != event_key({"event_id": "Ev2"})
    assert event_key(base) is None


def test_secrets_do_not_show_in_a_values_repr() -> None:
    """What a person typed, response URLs and triggers stay out of logs and tracebacks."""
    received = parse_command(payloads.command("pasted-secret"))
    submission = parse_submission(
        payloads.submission({"callback_id": "c"}, {"key": {"key": {"value": "pasted-secret"}}})
    )
    assert "pasted-secret" not in repr(received) + repr(submission)
    assert "hooks.slack.com" not in repr(received)
    assert "trigger" not in re.sub("trigger_id", "", repr(received))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
MEMBERS = st.sampled_from(
    [
        *(
            "team_id",
            "user_id",
            "channel_id",
            "user",
            "team",
            "actions",
            "container",
            "view",
            "trigger_id",
            "enterprise",
        ),
        *("event", "event_id", "authorizations", "message", "channel", "callback_id", "value", "is_cleared"),
    ]
)


@given(st.dictionaries(MEMBERS, JSON, max_size=8))
def test_whatever_comes_is_read_or_refused(noise: dict[str, Any]) -> None:
    """Nothing raises but PayloadError, and that names members only."""
    for parse, good in (
        (parse_command, payloads.command("x")),
        (parse_click, payloads.click("a")),
        (parse_submission, payloads.submission({"callback_id": "c"}, {})),
        (parse_mention, payloads.mention("x", ts="1.1")),
        (parse_message_shortcut, payloads.message_action({"ts": "1.1"})),
        (parse_suggestion, payloads.suggestion(VIEW, "b", "a", "x", {})),
        (parse_view_closed, payloads.view_closed(VIEW, {})),
        (parse_home_opened, payloads.home_opened()),
    ):
        for body in (noise, {**good, **noise}):
            try:
                parse(body)
            except PayloadError as error:
                assert error.__cause__ is None  # noqa: PT017 — a pass is as good as this refusal


def test_a_refusal_does_not_quote_the_payload() -> None:
    """The sentence names what is wrong, not what it holds."""
    with pytest.raises(PayloadError) as refused:
        parse_command(payloads.command("x", user="<@everyone> secret"))
    assert "user_id" in str(refused.value)
    assert "secret" not in str(refused.value)
