"""The Web API: what each of Slack's answers means, over one session, against a strict Slack on a real port."""

import asyncio
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot import blocks
from bot.blocks import FileMessage, Message
from bot.slack_api import SlackApi, SlackBusyError, SlackRefusedError, SlackUncertainError
from bot.text import template
from tests.fakes.clock import SkippingClock
from tests.fakes.slack import TOKEN, FakeSlack, Fault, Workspace

HELLO = Message("hello", (blocks.section(template("*hello* {}", "<!channel>")),))
SECRET_TEXT = Message("pasted-secret")


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack().serve() as fake:
        yield fake


@pytest.fixture
def casa(slack: FakeSlack) -> Workspace:
    return slack.workspace()


@pytest.fixture
def clock() -> SkippingClock:
    return SkippingClock()


@pytest.fixture
async def api(slack: FakeSlack, clock: SkippingClock) -> AsyncIterator[SlackApi]:
    made = SlackApi(token=TOKEN, base_url=slack.api, clock=clock)
    yield made
    await made.aclose()


TEAM = "T0CASA"


async def test_a_message_is_posted_updated_and_answered(api: SlackApi, casa: Workspace) -> None:
    """Post, reply in the thread, rewrite; nothing unfurls, and metadata tells what was posted twice."""
    ts = await api.post(TEAM, "C0GENERAL", HELLO, mark="row-1")
    await api.post(TEAM, "C0GENERAL", Message("reply"), thread_ts=ts)
    await api.update(TEAM, "C0GENERAL", ts, Message("done"))
    head, reply = casa.said("C0GENERAL")
    assert (head.text, head.blocks, head.edits) == ("done", [], 1)
    assert head.metadata == {"event_type": "countersign_message", "event_payload": {"id": "row-1"}}
    assert reply.thread_ts == ts


async def test_a_person_is_told_alone(api: SlackApi, casa: Workspace, slack: FakeSlack) -> None:
    """By an ephemeral message, by the response URL, or by direct message."""
    await api.ephemeral(TEAM, "C0GENERAL", "U0BOB", HELLO)
    await api.respond(slack.response_url(), HELLO)
    await api.post(TEAM, "U0BOB", HELLO)
    assert casa.ephemerals[0]["user"] == "U0BOB"
    assert slack.responses[0]["response_type"] == "ephemeral"
    assert [message.text for message in casa.said("D00BOB")] == ["hello"]


async def test_views_open_once_and_update_by_hash(api: SlackApi, slack: FakeSlack, casa: Workspace) -> None:
    """A trigger works once; an update with an old hash is refused, so that nobody's work is overwritten."""
    view = blocks.modal("Title", [blocks.section("x")], callback_id="c")
    trigger = slack.trigger(casa)
    opened = await api.open_view(TEAM, trigger, view)
    updated = await api.update_view(TEAM, opened.id, view, hash=opened.hash)
    assert updated.id == opened.id
    with pytest.raises(SlackRefusedError, match="hash_conflict"):
        await api.update_view(TEAM, opened.id, view, hash=opened.hash)
    with pytest.raises(SlackRefusedError, match="exchanged_trigger_id"):
        await api.open_view(TEAM, trigger, view)


async def test_a_file_is_uploaded_into_a_thread(api: SlackApi, casa: Workspace) -> None:
    """Three steps; the bytes go without the token, and arrive as they are."""
    ts = await api.post(TEAM, "C0GENERAL", HELLO)
    file_id = await api.upload(TEAM, "C0GENERAL", FileMessage("a.json", "All of it", b'{"\xc3\xa9"}'), thread_ts=ts)
    file = casa.files[file_id]
    assert (file.content, file.title, file.channel, file.thread_ts) == (b'{"\xc3\xa9"}', "All of it", "C0GENERAL", ts)


async def test_who_we_are_and_who_they_are(api: SlackApi, casa: Workspace) -> None:
    """auth.test names the workspace, users.info a person."""
    casa.add_user("U0GUEST", is_restricted=True)
    assert (await api.auth_test()).team_id == TEAM
    assert (await api.user_info(TEAM, "U0GUEST"))["is_restricted"] is True
    with pytest.raises(SlackRefusedError, match="user_not_found"):
        await api.user_info(TEAM, "U0NOBODY")


async def test_each_workspace_has_its_own_token(slack: FakeSlack, clock: SkippingClock) -> None:
    """Promise 6: the team decides the token, and so where a message goes."""
    tokens = {"T0ONE": "fake-one", "T0TWO": "fake-two"}
    for team, token in tokens.items():
        slack.workspace(team, token)

    async def token_for(team_id: str) -> str:
        return tokens[team_id]

    api = SlackApi(token=token_for, base_url=slack.api, clock=clock)
    await api.post("T0TWO", "C0GENERAL", HELLO)
    await api.aclose()
    assert [len(slack.workspaces[team].messages) for team in tokens] == [0, 1]


async def test_a_wrong_token_is_a_refusal(slack: FakeSlack, casa: Workspace, clock: SkippingClock) -> None:
    """The code is Slack's, and the token is not in the sentence."""
    api = SlackApi(token="fake-wrong", base_url=slack.api, clock=clock)
    with pytest.raises(SlackRefusedError) as refused:
        await api.post(TEAM, "C0GENERAL", HELLO)
    await api.aclose()
    assert refused.value.code == "invalid_auth"
    assert "fake-wrong" not in str(refused.value)


async def test_a_short_rate_limit_is_waited_out(
    api: SlackApi, slack: FakeSlack, casa: Workspace, clock: SkippingClock
) -> None:
    """429 says that nothing was done: the call is sent again, after the time that Slack named."""
    slack.fail("users.info", Fault("ratelimited", 2))
    await api.user_info(TEAM, "U0BOB")
    assert (clock.slept, slack.called("users.info")) == ([2.0], 2)


async def test_a_long_rate_limit_is_told_and_holds_back_everybody(
    api: SlackApi, slack: FakeSlack, casa: Workspace, clock: SkippingClock
) -> None:
    """One gate for all callers of a method: while it is closed nothing is sent; other channels and methods go on."""
    casa.add_channel("C0OTHER")
    slack.fail("chat.postMessage", Fault("ratelimited", 30))
    with pytest.raises(SlackBusyError) as busy:
        await api.post(TEAM, "C0GENERAL", HELLO)
    assert busy.value.retry_after == 30
    with pytest.raises(SlackBusyError):
        await asyncio.gather(*(api.post(TEAM, "C0GENERAL", HELLO) for _ in range(20)))
    assert slack.called("chat.postMessage") == 1
    await api.post(TEAM, "C0OTHER", HELLO)
    clock.advance(30)
    await api.post(TEAM, "C0GENERAL", HELLO)
    assert len(casa.said("C0GENERAL")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("cut", after_effect=True),
        Fault("cut"),
        Fault("status", 500, after_effect=True),
        Fault("status", 502),
        Fault("status", 200),
        Fault("code", "fatal_error"),
        Fault("code", "internal_error", after_effect=True),
    ],
)
async def test_a_post_without_an_answer_is_uncertain_and_never_repeated(
    api: SlackApi, slack: FakeSlack, casa: Workspace, fault: Fault
) -> None:
    """Slack's own client would send it again, and the channel would see it twice."""
    slack.fail("chat.postMessage", fault)
    with pytest.raises(SlackUncertainError):
        await api.post(TEAM, "C0GENERAL", HELLO)
    assert slack.called("chat.postMessage") == 1
    assert len(casa.messages) == int(fault.after_effect)


async def test_what_may_be_done_twice_is_asked_again_once(api: SlackApi, slack: FakeSlack, casa: Workspace) -> None:
    """A lost answer to a question, or to an update, costs one more try and no more."""
    slack.fail("users.info", Fault("cut"))
    await api.user_info(TEAM, "U0BOB")
    slack.fail("users.info", Fault("status", 503), Fault("cut"))
    with pytest.raises(SlackUncertainError):
        await api.user_info(TEAM, "U0BOB")
    assert slack.called("users.info") == 4


async def test_a_connection_that_was_never_made_did_nothing(clock: SkippingClock, unused_tcp_port: int) -> None:
    """Nothing was sent, so nothing was done: busy, not uncertain."""
    api = SlackApi(token=TOKEN, base_url=f"http://127.0.0.1:{unused_tcp_port}/api/", clock=clock)
    with pytest.raises(SlackBusyError):
        await api.post(TEAM, "C0GENERAL", HELLO, patience=0)
    await api.aclose()


async def test_no_answer_in_time_is_uncertain(slack: FakeSlack, clock: SkippingClock) -> None:
    """The session's own timeout counts, since the library ignores its own when it is given a session."""

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _reader.read()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    timeout = aiohttp.ClientTimeout(total=0.05)
    api = SlackApi(token=TOKEN, base_url=f"http://{host}:{port}/", clock=clock, timeout=timeout)
    with pytest.raises(SlackUncertainError):
        await api.post(TEAM, "C0GENERAL", HELLO)
    await api.aclose()
    server.close()


async def test_a_missing_scope_is_named(api: SlackApi, slack: FakeSlack, casa: Workspace) -> None:
    """Whoever runs the bot learns which scope it lacks."""
    slack.fail("users.info", Fault("code", "missing_scope"))
    with pytest.raises(SlackRefusedError, match="missing_scope"):
        await api.user_info(TEAM, "U0BOB")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "http://hooks.slack.com/x",
        "https://hooks.slack.com.evil.example/",
        "https://hooks.slack.com@evil.example/",
        "https://user:pw@hooks.slack.com/",
        "https://hooks.slack.com:8443/",
        "http://169.254.169.254/",
        "https://hooks.slack.com:99999/",
        "//hooks.slack.com/x",
        "",
    ],
)
async def test_a_response_url_elsewhere_is_never_called(api: SlackApi, url: str) -> None:
    """C13: the URL comes in a payload; only Slack's own host is posted to, or the configured Slack's."""
    with pytest.raises(SlackRefusedError, match="untrusted_response_url"):
        await api.respond(url, HELLO)


async def test_a_used_up_response_url_is_noticed(api: SlackApi, slack: FakeSlack) -> None:
    """Slack's own library takes a 404 for success."""
    url = slack.response_url()
    for _ in range(5):
        await api.respond(url, HELLO)
    with pytest.raises(SlackRefusedError, match="expired_url"):
        await api.respond(url, HELLO)
    slack.fail("response_url", Fault("ratelimited", 3), Fault("status", 500), Fault("cut"))
    with pytest.raises(SlackBusyError):
        await api.respond(slack.response_url(), HELLO)
    for _ in range(2):
        with pytest.raises(SlackUncertainError):
            await api.respond(slack.response_url(), HELLO)


async def test_one_connection_serves_many_calls(api: SlackApi, slack: FakeSlack, casa: Workspace) -> None:
    """The session is shared: one TLS handshake, not one for each call."""
    for _ in range(20):
        await api.post(TEAM, "C0GENERAL", HELLO)
    assert len(slack.connections) == 1


async def test_the_environments_proxies_are_not_used(
    slack: FakeSlack, casa: Workspace, clock: SkippingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C15: the library reads them whatever it is told, even for 127.0.0.1."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    api = SlackApi(token=TOKEN, base_url=slack.api, clock=clock)
    await api.post(TEAM, "C0GENERAL", HELLO)
    await api.respond(slack.response_url(), HELLO)
    await api.aclose()
    assert len(casa.messages) == 1


async def test_neither_tokens_nor_texts_are_logged(
    api: SlackApi, slack: FakeSlack, casa: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """At any level, for any answer: the library's own logs would hold both."""
    with caplog.at_level(logging.DEBUG):
        slack.fail("chat.postMessage", Fault("status", 500), Fault("code", "internal_error"), Fault("cut"))
        for _ in range(3):
            with pytest.raises(SlackUncertainError) as uncertain:
                await api.post(TEAM, "C0GENERAL", SECRET_TEXT)
            assert "pasted-secret" not in str(uncertain.value)
            assert uncertain.value.__cause__ is None
        await api.post(TEAM, "C0GENERAL", SECRET_TEXT)
        await api.respond(slack.response_url(), SECRET_TEXT)
    for secret in ("pasted-secret", TOKEN, "/response/"):
        assert secret not in caplog.text


async def test_a_wrong_clock_shows(api: SlackApi, casa: Workspace, clock: SkippingClock) -> None:
    """A20: Slack's Date header tells how far off this machine is, before requests are refused for it."""
    await api.auth_test()
    before = api.clock_skew
    clock.advance(360)
    await api.auth_test()
    assert 355 < api.clock_skew - before < 365
