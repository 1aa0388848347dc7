"""Ready payloads go through a real Bolt app, and an acknowledgement once given stays given."""

import asyncio
from typing import Any

import httpx
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.bolt_bridge import bolt_dispatch
from bot.front_door import FrontDoor
from bot.intake import DispatchAnswer, Intake
from bot.signature import Verifier
from bot.tasks import Supervisor
from tests.fakes import slack_payloads as payloads
from tests.fakes.clock import ManualClock
from tests.fakes.slack_payloads import Sender

SECRET = "signing secret for tests"


async def _authorize(**_: Any) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T0CASA", bot_token="fake", bot_id="B0BOT", bot_user_id="U0BOT")


@pytest.fixture
def app() -> AsyncApp:
    return AsyncApp(
        signing_secret=SECRET,
        authorize=_authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
    )


@pytest.fixture
def supervisor() -> Supervisor:
    return Supervisor()


async def settle() -> None:
    while going_on := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(going_on)


async def test_a_command_with_the_word_payload_reaches_its_listener(app: AsyncApp, supervisor: Supervisor) -> None:
    """B1, through the whole way in: Bolt alone answers 404 to this and calls nobody."""
    heard = []

    @app.command("/stripe")
    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        heard.append(body["text"])

    clock = ManualClock()
    door = FrontDoor(
        verifier=Verifier([SECRET], clock),
        intake=Intake(dispatch=bolt_dispatch(app, supervisor), supervisor=supervisor),
        clock=clock,
        not_ready=_ready,
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://door") as http:
        answer = await Sender(http, SECRET, clock).command("get event payload")
    assert (answer.status_code, answer.content) == (200, b"")
    await settle()
    assert heard == ["get event payload"]


async def _ready() -> str | None:
    return None


async def test_an_exception_right_after_the_acknowledgement_does_not_undo_it(
    app: AsyncApp, supervisor: Supervisor
) -> None:
    """Bolt alone forgets an acknowledgement when its listener fails within 10 ms, and a 404 follows 3 s later."""

    @app.view("connect")
    async def listener(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"key": "Not a key."})
        raise RuntimeError

    answer = await bolt_dispatch(app, supervisor)(payloads.submission({"callback_id": "connect"}, {}), {})
    assert answer == DispatchAnswer(200, {"response_action": "errors", "errors": {"key": "Not a key."}})
    await settle()


async def test_the_answer_is_there_before_the_listener_ends(app: AsyncApp, supervisor: Supervisor) -> None:
    """What follows the acknowledgement is waited for by the drain, not by Slack."""
    go, done = asyncio.Event(), []

    @app.view("connect")
    async def listener(ack: AsyncAck) -> None:
        await ack()
        await go.wait()
        done.append(1)

    answer = await bolt_dispatch(app, supervisor)(payloads.submission({"callback_id": "connect"}, {}), {})
    assert (answer, done, supervisor.running) == (DispatchAnswer(200), [], 1)
    go.set()
    assert await supervisor.drain(5) == 0
    assert done == [1]


async def test_an_exception_before_the_acknowledgement_is_a_500_for_the_intake(
    app: AsyncApp, supervisor: Supervisor
) -> None:
    """No acknowledgement is made up."""

    @app.view("connect")
    async def listener(ack: AsyncAck) -> None:
        raise RuntimeError

    answer = await bolt_dispatch(app, supervisor)(payloads.submission({"callback_id": "connect"}, {}), {})
    assert answer.status == 500
    await settle()


async def test_what_nobody_listens_for_is_a_404_for_the_intake(app: AsyncApp, supervisor: Supervisor) -> None:
    """An unmatched action is told apart from an empty acknowledgement."""
    answer = await bolt_dispatch(app, supervisor)(payloads.click("unknown"), {})
    assert answer.status == 404
    await settle()


async def test_a_click_and_a_search_reach_their_listeners(app: AsyncApp, supervisor: Supervisor) -> None:
    """Matching is Bolt's own, by action_id, for buttons and for selects."""
    heard = []

    @app.action("approve")
    async def clicked(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        heard.append(body["actions"][0]["value"])

    @app.options("find")
    async def searched(ack: AsyncAck) -> None:
        await ack(options=[{"text": {"type": "plain_text", "text": "x"}, "value": "1"}])

    dispatch = bolt_dispatch(app, supervisor)
    assert (await dispatch(payloads.click("approve", "token"), {})).status == 200
    search = payloads.click("find") | {"type": "block_suggestion", "action_id": "find", "block_id": "b", "value": "x"}
    answer = await dispatch(search, {})
    assert isinstance(answer.body, dict)
    assert [option["value"] for option in answer.body["options"]] == ["1"]
    await settle()
    assert heard == ["token"]
