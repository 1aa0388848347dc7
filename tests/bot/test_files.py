"""Files out of Slack: only the person's own, only from Slack's own hosts, and never more bytes than may come."""

import gzip
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.files import Files, named_file
from bot.slack_api import SlackApi, SlackRefusedError
from bot.slack_files import SlackFile
from operations.call import FileContent
from tests.fakes.clock import SkippingClock
from tests.fakes.slack import TOKEN, FakeSlack, Fault, Workspace

TEAM = "T0CASA"
ALICE = "U0ALICE"
PDF = b"%PDF-1.4\nevidence\n%%EOF"
EVIDENCE = "dispute_evidence"
ELSEWHERE = (
    "https://evil.example/f.pdf",
    "http://files.slack.com/f.pdf",
    "https://files.slack.com.evil.example/f.pdf",
    "https://files.slack.com@evil.example/f.pdf",
    "https://files.slack.com:8443/f.pdf",
    "https://notslack.com/f.pdf",
    "//files.slack.com/f.pdf",
    "file:///etc/passwd",
    "",
)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack().serve() as fake:
        yield fake


@pytest.fixture
def casa(slack: FakeSlack) -> Workspace:
    return slack.workspace()


@pytest.fixture
async def api(slack: FakeSlack) -> AsyncIterator[SlackApi]:
    made = SlackApi(token=TOKEN, base_url=slack.api, clock=SkippingClock())
    yield made
    await made.aclose()


@pytest.fixture
def files(api: SlackApi) -> Files:
    return Files(api)


def put(casa: Workspace, *, content: bytes = PDF, name: str = "proof.pdf", **marks: Any) -> None:
    casa.add_file("F0PROOF", marks.pop("user", ALICE), name, content, "application/pdf", **marks)


async def fetched(files: Files, purpose: str = EVIDENCE) -> FileContent | str:
    return await files.fetch(TEAM, ALICE, "F0PROOF", purpose=purpose)


async def test_a_persons_own_file_is_fetched(files: Files, casa: Workspace, slack: FakeSlack) -> None:
    """With its name, its type and its bytes; the token goes along, without it Slack sends the page to sign in at."""
    put(casa)
    assert await fetched(files) == FileContent("proof.pdf", "application/pdf", PDF)
    assert slack.downloads == [("F0PROOF", f"Bearer {TOKEN}")]


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("F0PROOF", "F0PROOF"),
        (" F0PROOF\n", "F0PROOF"),
        ("https://casa.slack.com/files/U0ALICE/F0PROOF/proof.pdf", "F0PROOF"),
        ("https://files.slack.com/files-pri/T0CASA-F0PROOF/proof.pdf?x=1", "F0PROOF"),
        ("http://localhost:8000/files/U0ALICE/F0PROOF", "F0PROOF"),
        ("proof.pdf", None),
        ("file_1Abc", None),
        ("https://casa.slack.com/archives/C1/p1", None),
        ("", None),
    ],
)
def test_a_file_is_named_by_its_id_or_a_link(text: str, id_: str | None) -> None:
    """Only the id counts: nothing is fetched from an address that somebody typed."""
    assert named_file(text) == id_


@pytest.mark.parametrize(
    ("marks", "sentence"),
    [
        ({"user": "U0BOB"}, "Somebody else put F0PROOF into Slack."),
        ({"user": ""}, "Somebody else put F0PROOF into Slack."),
        ({"mode": "tombstone"}, "Slack has no file F0PROOF that I may see."),
        ({"is_external": True, "mode": "external"}, "proof.pdf is only a link to a file outside of Slack."),
        ({"mode": "canvas"}, "proof.pdf is a page of Slack's and no file."),
        ({"url_private_download": ""}, "proof.pdf is a page of Slack's and no file."),
        ({"size": 5_000_001}, "proof.pdf has 5,000,001 bytes, and as dispute evidence Stripe takes at most 5 MB."),
        ({"url_private_download": "https://evil.example/x"}, "Slack didn't give me the file F0PROOF."),
    ],
)
async def test_what_is_refused_is_refused_before_its_content_is_asked_for(
    files: Files, casa: Workspace, slack: FakeSlack, marks: dict[str, Any], sentence: str
) -> None:
    """In one sentence that says what would do; of somebody else's file not even the name is told."""
    put(casa, **marks)
    told = await fetched(files)
    assert isinstance(told, str)
    assert told.startswith(sentence)
    assert slack.downloads == []


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "proof.pdf", "proof.pdf is empty."),
        (b"GIF89a..", "proof.gif", "proof.gif is a GIF."),
        (b"MZ\x90", "proof.pdf", "proof.pdf is none of them, whatever its name says."),
    ],
)
async def test_what_stripe_would_not_take_is_refused(
    files: Files, casa: Workspace, content: bytes, name: str, sentence: str
) -> None:
    """By its bytes, not by its name, nor by what it claims to be."""
    put(casa, content=content, name=name)
    told = await fetched(files)
    assert isinstance(told, str)
    assert told.endswith(sentence)


async def test_a_size_that_lies_does_not_fill_the_memory(files: Files, casa: Workspace, slack: FakeSlack) -> None:
    """Told as 1 KB, 50 MB come: the reading stops soon after the 5 MB that may come."""
    put(casa, size=1_000)
    slack.served["F0PROOF"] = bytes(50_000_000)
    told = await fetched(files)
    assert told == "The file F0PROOF is larger than Slack says, and as dispute evidence Stripe takes at most 5 MB."


@pytest.mark.parametrize(
    "served",
    [
        web.Response(text="<!DOCTYPE html><title>Sign in</title>", content_type="text/html"),
        web.Response(status=302, headers={"Location": "https://evil.example/x"}),
        web.Response(status=403),
        web.Response(body=gzip.compress(bytes(20_000_000)), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["login", "redirect", "forbidden", "compressed"],
)
async def test_what_comes_in_a_files_place_is_not_taken_for_it(
    files: Files, casa: Workspace, slack: FakeSlack, served: web.Response
) -> None:
    """The page to sign in at, a way elsewhere, nothing: none is sent on, and no way is followed."""
    put(casa)
    slack.served["F0PROOF"] = served
    assert await fetched(files) == "Slack didn't give me the file F0PROOF. Upload it again."
    assert len(slack.downloads) == 1


@pytest.mark.parametrize("url", ELSEWHERE)
async def test_the_token_never_goes_to_another_host(api: SlackApi, url: str) -> None:
    """Whatever Slack's answer says: only Slack's own hosts over TLS, or the configured Slack's origin."""
    file = SlackFile("F1", "a", "application/pdf", 1, ALICE, "hosted", is_external=False, url=url)
    with pytest.raises(SlackRefusedError, match="untrusted_file_url"):
        await api.download(TEAM, file, at_most=10)


async def test_a_file_of_another_workspace_is_not_found(files: Files, casa: Workspace, slack: FakeSlack) -> None:
    """Promise 6: the team decides the token."""
    other = slack.workspace("T0OTHER", "fake-other")
    other.add_file("F0PROOF", ALICE, "proof.pdf", PDF, "application/pdf")
    assert await fetched(files) == "Slack has no file F0PROOF that I may see. It may be deleted; upload it again."


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Fault("code", "file_not_found"), "Slack has no file F0PROOF"),
        (Fault("code", "file_deleted"), "Slack has no file F0PROOF"),
        (Fault("code", "missing_scope"), "Slack doesn't let me read F0PROOF: the app lacks the scope files:read."),
        (Fault("ratelimited", 30), "Slack can't be asked for F0PROOF now."),
        (Fault("code", "fatal_error"), "Slack can't be asked for F0PROOF now."),
        (Fault("code", "invalid_auth"), "Slack didn't give me the file F0PROOF."),
    ],
)
async def test_what_slack_says_instead_is_told(
    files: Files, casa: Workspace, slack: FakeSlack, fault: Fault, sentence: str
) -> None:
    """A sentence for each kind of answer."""
    put(casa)
    slack.fail("files.info", fault, fault)
    told = await fetched(files)
    assert isinstance(told, str)
    assert told.startswith(sentence)


async def test_a_text_that_names_no_file_is_told_so(files: Files) -> None:
    """Without asking Slack, and without what cannot be seen in it."""
    told = await files.fetch(TEAM, ALICE, "proof\n\x00.pdf")
    assert told == "proof.pdf is no file of Slack's: take the link to a file that you have uploaded, or its id (F…)."


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\proof.pdf", "proof.pdf"),
        ("a\r\nContent-Type: x.pdf", "aContent-Type: x.pdf"),
        ('say "hi".pdf', 'say "hi".pdf'),
        ("fdp.\u202efoorp", "fdp.foorp"),
        ("\x00", "file"),
        ("", "file"),
        ("..", "file"),
        ("Über.pdf", "Über.pdf"),
        ("\ud800a.pdf", "a.pdf"),
    ],
)
async def test_a_name_is_sent_on_without_paths_and_what_cannot_be_seen(
    files: Files, casa: Workspace, name: str, safe: str
) -> None:
    """It becomes part of a header and of a card."""
    put(casa, name=name)
    content = await fetched(files)
    assert isinstance(content, FileContent)
    assert content.name == safe
