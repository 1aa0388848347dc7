"""The page driver itself, against a bot of a few lines: what the stories build on holds without our own bot."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Browser
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.demo.local_slack import ALICE, BOB, LocalSlack, running
from tests.browser.slack_page import SlackPage
from tests.local_programs import local_slack_program

pytestmark = pytest.mark.browser


def echo_bot(slack: LocalSlack) -> App:
    """Repeats what is typed, answers in the thread and to the person alone, and asks with a modal for `modal`."""
    app = App(client=WebClient(token=slack.workspace.bot_token, base_url=slack.api_url))

    @app.command("/stripe")
    def typed(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        if body["text"] == "modal":
            client.views_open(trigger_id=body["trigger_id"], view=modal())
            return
        words = f"<@{body['user_id']}> typed {body['text']}"
        blocks: list[dict[str, Any]] = [
            {"type": "section", "text": {"type": "mrkdwn", "text": words}},
            {
                "type": "actions",
                "elements": [{"type": "button", "action_id": "press", "text": {"type": "plain_text", "text": "Press"}}],
            },
        ]
        posted = client.chat_postMessage(channel=body["channel_id"], text=words, blocks=blocks)
        client.chat_postMessage(channel=body["channel_id"], text="the answer", thread_ts=posted["ts"])
        client.chat_postEphemeral(channel=body["channel_id"], user=body["user_id"], text="for you alone")

    @app.action("press")
    def pressed(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        words = f"pressed by <@{body['user']['id']}>"
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text=words, blocks=[])

    @app.view("modal")
    def submitted(ack: Ack, body: dict[str, Any]) -> None:
        value = body["view"]["state"]["values"]["number"]["value"]["value"]
        if value.isdecimal():
            ack()
        else:
            ack(response_action="errors", errors={"number": "That is no number."})

    return app


def modal() -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "modal",
        "title": {"type": "plain_text", "text": "How many?"},
        "submit": {"type": "plain_text", "text": "Tell"},
        "blocks": [
            {
                "type": "input",
                "block_id": "number",
                "label": {"type": "plain_text", "text": "A number"},
                "element": {"type": "plain_text_input", "action_id": "value"},
            }
        ],
    }


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[LocalSlack]:
    program = local_slack_program()
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(running(program, tmp_path)) as local,
    ):
        handler = SocketModeHandler(echo_bot(local), local.workspace.app_token)
        handler.connect()  # type: ignore[no-untyped-call] # Bolt leaves it without annotations
        try:
            yield local
        finally:
            handler.close()  # type: ignore[no-untyped-call] # likewise


def test_a_person_types_reads_threads_clicks_and_fills_modals(chrome: Browser, slack: LocalSlack) -> None:
    """Each step of the driver has its effect, and is waited for."""
    with chrome.new_page() as tab:
        page = SlackPage(tab, slack.url)
        page.act_as(ALICE.real_name)
        page.send("/stripe hello")
        message = page.message("Alice Moreau", "typed hello")
        assert page.buttons(message) == ["Press"]
        page.open_thread(message)
        page.reply("the answer")
        page.close_thread()
        page.message("only visible to you", "for you alone")

        page.act_as(BOB.real_name)
        page.click(message, "Press")
        page.message("pressed by", "Bob Okafor")

        page.send("/stripe modal")
        page.fill("A number", "some")
        page.submit()
        assert page.modal_errors() == ["number: That is no number."]
        page.fill("A number", "3")
        page.submit()
        page.modal_is_closed()
        assert page.unrendered() == []
        assert page.screenshot("slack-page").stat().st_size > 1000
